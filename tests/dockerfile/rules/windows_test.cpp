// Rules about Windows: CL5001 … CL5010.
#include <gtest/gtest.h>

#include <string>

#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

const std::string kCore = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n";
const std::string kNano = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n";
const std::string kPower = kCore + "SHELL [\"powershell\", \"-Command\"]\n";

TEST(RuleAdministrator, KnowsTheUserOfEachBase) {
  expect_verdicts({
      {"CL5001", kCore + "CMD [\"a.exe\"]\n", {1}},
      {"CL5001", kNano + "USER ContainerAdministrator\n", {2}},
      {"CL5001", kNano + "USER containeradministrator\n", {2}},
      {"CL5001", "FROM mcr.microsoft.com/windows:20H2\n", {1}},
      {"CL5001", "FROM mcr.microsoft.com/dotnet/framework/runtime:4.8\n", {1}},
      {"CL5001", "FROM golang:1.22-windowsservercore AS b\nFROM b\n", {2}},
      {"CL5001", kNano + "CMD [\"a.exe\"]\n", {}},
      {"CL5001", kCore + "USER ContainerUser\n", {}},
      {"CL5001", kCore + "RUN net user app /add\nUSER app\n", {}},
      {"CL5001", kNano + "USER ContainerAdministrator\nRUN x\nUSER ContainerUser\n", {}},
      {"CL5001", "FROM debian\nUSER root\n", {}},
  });
}

TEST(RuleSwallowedLine, FindsPathsAtTheEndOfLines) {
  expect_verdicts({
      {"CL5002", kCore + "COPY a.exe C:\\app\\\nRUN dir\n", {2}},
      {"CL5002", kCore + "WORKDIR C:\\\nRUN dir\n", {2}},
      {"CL5002", kCore + "ENV HOME C:\\data\\\nRUN dir\n", {2}},
      {"CL5002", kCore + "COPY a app\\\nRUN dir\n", {2}},
      {"CL5002", kCore + "RUN mkdir \\\n  C:\\app\\\nRUN dir\n", {3}},
      {"CL5002", "# escape=`\n" + kCore + "COPY a.exe C:\\app\\\nRUN dir\n", {}},
      {"CL5002", kCore + "RUN dir && \\\n  echo x\n", {}},
      {"CL5002", kCore + "RUN echo a;\\\n  echo x\n", {}},
      {"CL5002", kCore + "COPY a.exe C:\\app\nRUN dir\n", {}},
      {"CL5002", kCore + "COPY a.exe \\\n  C:/app/\n", {}},
      {"CL5002", "FROM debian\nCOPY a C:\\app\\\nRUN x\n", {}},
  });
}

TEST(RuleUncheckedProgram, WantsAHash) {
  expect_verdicts({
      {"CL5003", kCore + "ADD https://example.com/a.exe C:/a.exe\n", {2}},
      {"CL5003", kCore + "ADD https://example.com/a.zip?x=1 C:/\n", {2}},
      {"CL5003",
       kPower + "RUN Invoke-WebRequest https://e.com/a.exe -OutFile a.exe; Start-Process a.exe\n",
       {3}},
      {"CL5003",
       kPower + "RUN iwr https://e.com/a.zip -OutFile C:\\a.zip\nRUN Expand-Archive "
                "C:\\a.zip C:\\a\n",
       {3}},
      {"CL5003", kCore + "RUN curl -o a.msi https://e.com/a.msi && msiexec /i a.msi /qn\n", {2}},
      {"CL5003",
       kCore + "RUN powershell -Command \"(New-Object Net.WebClient).DownloadFile('https://e.com/"
               "a.exe', 'b.exe'); .\\b.exe /S\"\n",
       {2}},
      {"CL5003",
       kPower + "RUN iwr https://e.com/a.exe -OutFile a.exe; if ((Get-FileHash a.exe).Hash -ne "
                "'x') { exit 1 }; Start-Process a.exe\n",
       {}},
      {"CL5003",
       kCore + "RUN curl -o a.msi https://e.com/a.msi && certutil -hashfile a.msi SHA256 && "
               "msiexec /i a.msi\n",
       {}},
      {"CL5003", kCore + "ADD --checksum=sha256:00 https://e.com/a.exe C:/a.exe\n", {}},
      {"CL5003", kCore + "ADD https://e.com/a.txt C:/a.txt\n", {}},
      {"CL5003", kCore + "ADD a.exe C:/a.exe\n", {}},
      {"CL5003", kPower + "RUN iwr https://e.com/a.exe -OutFile a.exe; Remove-Item a.exe\n", {}},
      {"CL5003", "FROM debian\nADD https://e.com/a.zip /a.zip\n", {}},
  });
}

TEST(RuleDownloadedText, IsNotRun) {
  expect_verdicts({
      {"CL5004",
       kPower + "RUN iex ((New-Object System.Net.WebClient).DownloadString('https://e.com/i'))\n",
       {3}},
      {"CL5004", kPower + "RUN irm https://e.com/i.ps1 | iex\n", {3}},
      {"CL5004", kPower + "RUN $s = iwr https://e.com/i; Invoke-Expression $s.Content\n", {3}},
      {"CL5004", kCore + "RUN powershell -Command \"IEX (iwr https://e.com/i)\"\n", {2}},
      {"CL5004", "FROM mcr.microsoft.com/powershell\nRUN pwsh -c 'irm https://e.com | iex'\n", {2}},
      {"CL5004", kPower + "RUN iex 'dir'\n", {}},
      {"CL5004", kPower + "RUN iwr https://e.com/a -OutFile a\n", {}},
      {"CL5004", kPower + "RUN iwr https://e.com/iex.zip -OutFile a.zip\n", {}},
      {"CL5004",
       kPower + "RUN iwr https://e.com/a -OutFile a; if ((Get-FileHash a).Hash -eq 'x') { iex "
                "(gc a) }\n",
       {}},
  });
}

TEST(RuleErrorsGoOn, WantsThePreference) {
  const std::string careful =
      "SHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = "
      "'Stop'; $ProgressPreference = 'SilentlyContinue';\"]\n";
  expect_verdicts({
      {"CL5005", kPower + "RUN Get-Item x\n", {2}},
      {"CL5005", kPower, {2}},
      {"CL5005", kCore + "SHELL [\"pwsh\", \"-NoLogo\", \"-Command\"]\nRUN x\n", {2}},
      {"CL5005", kPower + "RUN $ErrorActionPreference = 'Stop'; a\nRUN b\n", {2}},
      {"CL5005", "FROM debian\nSHELL [\"pwsh\", \"-c\"]\nRUN x\n", {2}},
      {"CL5005", kCore + careful + "RUN x\n", {}},
      {"CL5005", kPower + "RUN $ErrorActionPreference = 'Stop'; a\n", {}},
      {"CL5005", kCore + "SHELL [\"cmd\", \"/S\", \"/C\"]\nRUN x\n", {}},
      {"CL5005", "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x\n", {}},
  });
}

TEST(RuleBiggerThanNeeded, LooksForWhatNeedsIt) {
  expect_verdicts({
      {"CL5006", kCore + "COPY a.exe C:/a/\nCMD [\"C:/a/a.exe\"]\n", {1}},
      {"CL5006", "FROM mcr.microsoft.com/windows:20H2\nCOPY a.exe C:/\n", {1}},
      {"CL5006", kCore + "RUN mkdir C:\\data\nCOPY a.exe C:/\n", {1}},
      {"CL5006", "FROM golang:1.22-windowsservercore-ltsc2022\nCOPY a.exe C:/\n", {1}},
      {"CL5006", kNano + "COPY a.exe C:/\n", {}},
      {"CL5006", kPower + "RUN Get-Item x\n", {}},
      {"CL5006", kCore + "COPY a.msi C:/\nRUN msiexec /i C:\\a.msi /qn\n", {}},
      {"CL5006", kCore + "RUN powershell -File a.ps1\n", {}},
      {"CL5006", kCore + "COPY a C:/\n" + kNano + "COPY a C:/\n", {}},
      {"CL5006", "FROM mcr.microsoft.com/dotnet/framework/runtime:4.8\nCOPY a C:/\n", {}},
  });
}

TEST(RuleOldWindows, KnowsTheEnds) {
  const std::string name = "FROM mcr.microsoft.com/windows/";
  expect_verdicts({
      {"CL5007", name + "nanoserver:1709\n", {1}},
      {"CL5007", name + "nanoserver:1809\n", {1}},
      {"CL5007", name + "servercore:1909\n", {1}},
      {"CL5007", name + "servercore:2004-amd64\n", {1}},
      {"CL5007", name + "servercore:20H2\n", {1}},
      {"CL5007", name + "servercore\n", {1}},
      {"CL5007", "FROM python:3.9-windowsservercore-1809\n", {1}},
      {"CL5007", "FROM mcr.microsoft.com/dotnet/aspnet:5.0-nanoserver-1903\n", {1}},
      {"CL5007", "ARG V=1803\nFROM mcr.microsoft.com/windows/nanoserver:$V\n", {2}},
      {"CL5007", name + "servercore:ltsc2019\n", {}},
      {"CL5007", name + "servercore:ltsc2022\n", {}},
      {"CL5007", name + "nanoserver:ltsc2025\n", {}},
      {"CL5007", "FROM mcr.microsoft.com/dotnet/framework/runtime:4.8\n", {}},
      {"CL5007", "FROM debian:2004\n", {}},
      {"CL5007", "ARG V\nFROM mcr.microsoft.com/windows/nanoserver:$V\n", {}},
  });
}

TEST(RuleLoosePolicy, FindsBothWays) {
  expect_verdicts({
      {"CL5008", kPower + "RUN Set-ExecutionPolicy Bypass -Scope Process -Force; dir\n", {3}},
      {"CL5008", kPower + "RUN Set-ExecutionPolicy -Scope LocalMachine Unrestricted\n", {3}},
      {"CL5008", kCore + "RUN powershell -ExecutionPolicy Bypass -File a.ps1\n", {2}},
      {"CL5008", kCore + "RUN powershell -ep bypass -File a.ps1\n", {2}},
      {"CL5008",
       kCore + "CMD [\"powershell\", \"-ExecutionPolicy\", \"Bypass\", \"a.ps1\"]\n",
       {2}},
      {"CL5008", kCore + "SHELL [\"powershell\", \"-ExecutionPolicy\", \"Bypass\", \"-c\"]\n", {2}},
      {"CL5008", kPower + "RUN Set-ExecutionPolicy RemoteSigned\n", {}},
      {"CL5008", kCore + "RUN powershell -ExecutionPolicy RemoteSigned -File a.ps1\n", {}},
      {"CL5008", kPower + "RUN .\\bypass.ps1\n", {}},
      {"CL5008", kPower + "RUN echo bypass\n", {}},
  });
}

TEST(RuleLinuxOnly, FindsWhatWindowsLacks) {
  expect_verdicts({
      {"CL5009", kCore + "COPY --chown=app a C:/a\n", {2}},
      {"CL5009", kCore + "ADD --chmod=755 a C:/a\n", {2}},
      {"CL5009", kCore + "RUN --mount=type=ssh git clone git@e.com:a\n", {2}},
      {"CL5009", kNano + "RUN apt-get update\n", {2}},
      {"CL5009", "FROM --platform=windows/amd64 own/a\nCOPY --chown=a a a\n", {2}},
      {"CL5009", kCore + "COPY a C:/a\n", {}},
      {"CL5009", "FROM debian\nCOPY --chown=app a /a\nRUN --mount=type=ssh x\n", {}},
      {"CL5009", "FROM debian AS b\nRUN apt-get update\n" + kCore + "COPY --from=b /a C:/a\n", {}},
      {"CL5009", kCore + "RUN icacls C:\\a /grant Users:R\n", {}},
      {"CL5009", kCore + "RUN --mount=type=cache,target=C:/c dir\n", {}},
  });
}

TEST(RuleGuardsOff, FindsThem) {
  expect_verdicts({
      {"CL5010",
       kPower + "RUN Set-NetFirewallProfile -Profile Domain,Public -Enabled False\n",
       {3}},
      {"CL5010", kCore + "RUN netsh advfirewall set allprofiles state off\n", {2}},
      {"CL5010", kPower + "RUN Set-MpPreference -DisableRealtimeMonitoring $true\n", {3}},
      {"CL5010", kPower + "RUN Uninstall-WindowsFeature Windows-Defender\n", {3}},
      {"CL5010", kCore + "RUN net user app Secret1! /add\n", {2}},
      {"CL5010", kCore + "RUN net localgroup Administrators app /add\n", {2}},
      {"CL5010", kCore + "RUN powershell -Command \"net user app Pass1 /ADD\"\n", {2}},
      {"CL5010", kCore + "RUN reg add HKLM\\S /v EnableLUA /t REG_DWORD /d 0 /f\n", {2}},
      {"CL5010", kCore + "RUN net user app /add\n", {}},
      {"CL5010", kCore + "RUN net localgroup Users app /add\n", {}},
      {"CL5010", kPower + "RUN Set-NetFirewallProfile -Enabled True\n", {}},
      {"CL5010", kPower + "RUN New-NetFirewallRule -DisplayName a -LocalPort 80\n", {}},
      {"CL5010", kCore + "RUN reg add HKLM\\S /v EnableLUA /t REG_DWORD /d 1 /f\n", {}},
      {"CL5010", kCore + "RUN netsh advfirewall firewall add rule name=a dir=in\n", {}},
  });
}

}  // namespace
}  // namespace corten::dockerfile
