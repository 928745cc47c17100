// Commands that fetch something from a network.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/commands.h"

namespace corten::shell {

enum class DownloadTool {
  Curl,
  Wget,
  Aria2,
  Git,
  WebRequest /* Invoke-WebRequest, iwr, irm, Start-BitsTransfer, WebClient */,
  Certutil,
  Other
};

struct Download {
  DownloadTool tool = DownloadTool::Curl;
  Invocation call;
  std::vector<const Word*> urls;      // words that are, or may be, addresses
  const Word* output_word = nullptr;  // -o FILE, -O FILE, > FILE, -OutFile FILE, clone's folder
  std::string output;                 // the file's path, or its name taken from the URL; "" unknown
  bool to_stdout = false;             // nothing is written to a file by the command itself
  const Command* piped_to = nullptr;  // reads the output
  bool insecure =
      false;  // --insecure, --no-check-certificate, -SkipCertificateCheck, http.sslVerify=false
  bool substituted = false;  // the output is the value of $(…) or <(…): `command->enclosing`
};

[[nodiscard]] std::optional<Download> download(const Script& script, const Invocation& call);
[[nodiscard]] std::vector<Download> downloads(const Script& script);  // seen through, in order

// sha256sum -c, sha512sum --check, gpg --verify, cosign verify, minisign -V, Get-FileHash, certutil
// -hashfile, rpm -K, apk verify, openssl dgst -verify, …
[[nodiscard]] bool is_integrity_check(const Invocation& call);

// sh, bash, python3, node, … : a program that runs what it reads; base name, version digits
// allowed.
[[nodiscard]] bool is_interpreter(std::string_view base_name);
[[nodiscard]] bool is_shell(std::string_view base_name);

}  // namespace corten::shell
