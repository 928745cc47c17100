// Fixes of the rules on how the image runs: before and after, byte for byte.
#include "dockerfile/rules/fix_helper.h"

namespace corten::dockerfile {
namespace {

TEST(FixOfStart, NeedsNoShell) {
  expect_fixes(
      {
          {"CL4001", "FROM scratch\nCOPY a /a\nENTRYPOINT /a --serve\n",
           "FROM scratch\nCOPY a /a\nENTRYPOINT [\"/a\", \"--serve\"]\n"},
          {"CL4001", "FROM scratch\nCOPY a /a\nCMD /a $X\n", "no fix"},
          {"CL4001", "FROM scratch\nCOPY a /a\nRUN /a\n", "no fix"},
          {"CL4011", "FROM debian:12\nENTRYPOINT /a --serve\n",
           "FROM debian:12\nENTRYPOINT [\"/a\", \"--serve\"]\n"},
          {"CL4011", "FROM debian:12\nENTRYPOINT java $OPTS -jar /a.jar\n",
           "FROM debian:12\nENTRYPOINT exec java $OPTS -jar /a.jar\n"},
          {"CL4011", "FROM debian:12\nENTRYPOINT a $X && b\n", "no fix"},
          {"CL4011", "FROM debian:12\nENTRYPOINT a $X\nCMD [\"b\"]\n", "no fix"},
          {"CL4011", "FROM debian:12\nENTRYPOINT [\"sudo\", \"/a\"]\n", "no fix"},
      },
      Safety::Unsafe);
  expect_fixes({{"CL4001", "FROM scratch\nCOPY a /a\nCMD /a --serve\n",
                 "FROM scratch\nCOPY a /a\nCMD [\"/a\", \"--serve\"]\n"}},
               Safety::Safe);
}

TEST(FixOfHealth, AsksTheOnlyPort) {
  expect_fixes(
      {
          {"CL4003", "FROM alpine:3.22\nEXPOSE 8080\nCMD [\"/a\"]\n",
           "FROM alpine:3.22\nEXPOSE 8080\nHEALTHCHECK CMD [\"nc\", \"-z\", \"127.0.0.1\", "
           "\"8080\"]\nCMD [\"/a\"]\n"},
          {"CL4003",
           "FROM node:22\nEXPOSE 3000/tcp\n# starts\nENTRYPOINT [\"node\"]\nCMD [\"a\"]\n",
           "FROM node:22\nEXPOSE 3000/tcp\nHEALTHCHECK CMD [\"bash\", \"-c\", "
           "\"</dev/tcp/127.0.0.1/3000\"]\n# starts\nENTRYPOINT [\"node\"]\nCMD [\"a\"]\n"},
          {"CL4003", "FROM alpine:3.22\nCMD [\"/a\"]\n", "no fix"},
          {"CL4003", "FROM alpine:3.22\nEXPOSE 80 443\nCMD [\"/a\"]\n", "no fix"},
          {"CL4003", "FROM alpine:3.22\nEXPOSE 53/udp\nCMD [\"/a\"]\n", "no fix"},
          {"CL4003", "FROM alpine:3.22\nARG P\nEXPOSE $P\nCMD [\"/a\"]\n", "no fix"},
          {"CL4003", "FROM scratch\nCOPY a /a\nEXPOSE 8080\nCMD [\"/a\"]\n", "no fix"},
          {"CL4003", "FROM example.com/a:1\nEXPOSE 8080\nCMD [\"/a\"]\n", "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfExposure, ClosesWhatIsOpen) {
  expect_fixes(
      {
          {"CL4004", "FROM debian:12\nEXPOSE 22 8080\n", "FROM debian:12\nEXPOSE 8080\n"},
          {"CL4004", "FROM debian:12\nEXPOSE 8080 22/tcp\n", "FROM debian:12\nEXPOSE 8080\n"},
          {"CL4004", "FROM debian:12\nEXPOSE 22\nCMD [\"/a\"]\n", "FROM debian:12\nCMD [\"/a\"]\n"},
          {"CL4004", "FROM debian:12\nEXPOSE 20-30\n", "no fix"},
          {"CL4010", "FROM debian:12\nRUN --security=insecure make test\n",
           "FROM debian:12\nRUN make test\n"},
          {"CL4010", "FROM debian:12\nRUN --mount=type=cache,target=/c --network=host a\n",
           "FROM debian:12\nRUN --mount=type=cache,target=/c a\n"},
          {"CL4012", "FROM debian:12\nVOLUME /var/run/docker.sock /data\n",
           "FROM debian:12\nVOLUME /data\n"},
          {"CL4012", "FROM debian:12\nENV A=b DOCKER_HOST=tcp://1.2.3.4:2375\n",
           "FROM debian:12\nENV A=b\n"},
          {"CL4012", "FROM debian:12\nRUN curl --unix-socket /var/run/docker.sock http://x/\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfContent, LeavesOutWhatIsNotNeeded) {
  expect_fixes(
      {
          {"CL4007", "FROM debian:12\nVOLUME /data\nRUN touch /data/a\nRUN b\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN touch /data/a\nRUN b\nVOLUME /data\nCMD [\"/a\"]\n"},
          {"CL4007", "FROM debian:12\nRUN a\nVOLUME /data\nRUN touch /data/a\n", "no fix"},
          {"CL4013", "FROM debian:12\nRUN apt-get install -y curl \\\n    nmap \\\n    jq\n",
           "FROM debian:12\nRUN apt-get install -y curl \\\n    jq\n"},
          {"CL4013", "FROM debian:12\nRUN apt-get install -y curl gdb && a\n",
           "FROM debian:12\nRUN apt-get install -y curl && a\n"},
          {"CL4013", "FROM debian:12\nRUN apt-get install -y gdb\n", "no fix"},
          {"CL4015", "FROM debian:12\nENV DEBUG=1\nCMD [\"/a\"]\n",
           "FROM debian:12\nENV DEBUG=0\nCMD [\"/a\"]\n"},
          {"CL4015", "FROM node:22\nENV NODE_ENV=\"development\" A=b\nCMD [\"/a\"]\n",
           "FROM node:22\nENV NODE_ENV=\"production\" A=b\nCMD [\"/a\"]\n"},
          {"CL4015", "FROM debian:12\nENV ASPNETCORE_ENVIRONMENT=Development\nCMD [\"/a\"]\n",
           "FROM debian:12\nENV ASPNETCORE_ENVIRONMENT=Production\nCMD [\"/a\"]\n"},
          {"CL4015", "FROM node:22\nENV DEBUG=*\nCMD [\"/a\"]\n", "no fix"},
      },
      Safety::Unsafe);
}

constexpr std::string_view kServerCore = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n";

TEST(FixOfWindows, WritesWhatWindowsTakes) {
  const auto from = [](std::string_view rest) { return std::string(kServerCore).append(rest); };
  struct Row {
    std::string_view id;
    std::string before;
    std::string after;
    Safety safety = Safety::Unsafe;
  };
  const std::vector<Row> rows = {
      {"CL5002", from("COPY a.exe C:\\app\\\nRUN dir C:\\app\n"),
       "# escape=`\n" + from("COPY a.exe C:\\app\\\nRUN dir C:\\app\n")},
      {"CL5002", from("COPY a.exe C:\\app\\\nRUN dir \\\n    /s\n"),
       "# escape=`\n" + from("COPY a.exe C:\\app\\\nRUN dir `\n    /s\n")},
      {"CL5002", from("COPY a.exe C:\\app\\\nRUN echo a`b\n"), ""},
      {"CL5005", from("SHELL [\"powershell\", \"-Command\"]\nRUN Get-Item a\n"),
       from("SHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\nRUN "
            "Get-Item a\n")},
      {"CL5005", from("SHELL [\"pwsh\"]\nRUN Get-Item a\n"),
       from("SHELL [\"pwsh\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\nRUN Get-Item "
            "a\n")},
      {"CL5008", from("RUN powershell -ExecutionPolicy Bypass -File C:/a.ps1\n"),
       from("RUN powershell -ExecutionPolicy RemoteSigned -File C:/a.ps1\n")},
      {"CL5008", from("SHELL [\"powershell\", \"-ExecutionPolicy\", \"Bypass\", \"-Command\"]\n"),
       from("SHELL [\"powershell\", \"-ExecutionPolicy\", \"RemoteSigned\", \"-Command\"]\n")},
      {"CL5009", from("COPY --chown=a a C:/a\n"), from("COPY a C:/a\n"), Safety::Safe},
      {"CL5009", from("RUN --mount=type=ssh a.exe\n"), ""},
  };
  for (const Row& row : rows) {
    const FixCase one{row.before.c_str(), row.id, row.before, row.after, row.safety};
    expect_fix(one, row.before, row.after);
  }
}

}  // namespace
}  // namespace corten::dockerfile
