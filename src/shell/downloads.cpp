#include "shell/downloads.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "shell/internal/input.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

namespace {

struct Tool {
  std::string_view name;  // lower case
  DownloadTool tool;
};
constexpr std::array kTools = std::to_array<Tool>({
    {"curl", DownloadTool::Curl},
    {"wget", DownloadTool::Wget},
    {"wget2", DownloadTool::Wget},
    {"aria2c", DownloadTool::Aria2},
    {"git", DownloadTool::Git},
    {"invoke-webrequest", DownloadTool::WebRequest},
    {"iwr", DownloadTool::WebRequest},
    {"invoke-restmethod", DownloadTool::WebRequest},
    {"irm", DownloadTool::WebRequest},
    {"start-bitstransfer", DownloadTool::WebRequest},
    {"certutil", DownloadTool::Certutil},
    {"axel", DownloadTool::Other},
    {"lftp", DownloadTool::Other},
});

constexpr std::array kInterpreters =
    std::to_array<std::string_view>({"python", "perl", "ruby", "node", "nodejs", "php", "lua",
                                     "pwsh", "powershell", "deno", "bun", "tclsh", "osascript"});

bool is_url(std::string_view text) {
  constexpr std::array kSchemes =
      std::to_array<std::string_view>({"http", "https", "ftp", "ftps", "git", "ssh", "s3"});
  const std::size_t at = text.find("://");
  return at != std::string_view::npos &&
         std::ranges::find(kSchemes, to_lower(text.substr(0, at))) != kSchemes.end();
}

// An address, a variable that may hold one, or a host's name with a path.
bool may_be_url(const Word& word) {
  return is_url(word.text) || !word.literal || word.text.find('.') != std::string::npos ||
         word.text.find('/') != std::string::npos;
}

std::string file_of_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = url.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash + 1));
}

// The word that holds `value`, which is a view into one of the arguments.
const Word* word_of(const Invocation& call, std::string_view value) {
  for (const Word& word : call.args()) {
    const char* const begin = word.text.data();
    if (value.data() >= begin && value.data() <= begin + word.text.size()) return &word;
  }
  return nullptr;
}

void set_output(Download& made, std::string_view value) {
  if (value == "-" || value == "/dev/stdout") {
    made.to_stdout = true;
    return;
  }
  made.to_stdout = false;
  made.output = value;
  made.output_word = word_of(made.call, value);
}

void curl(Download& made) {
  made.insecure = has_flag(made.call, {"k", "insecure"});
  made.to_stdout = true;
  for (const Word* word : operands(made.call)) made.urls.push_back(word);
  for (const std::string_view url : flag_values(made.call, {"url"})) {
    if (const Word* word = word_of(made.call, url)) made.urls.push_back(word);
  }
  if (const auto output = flag_value(made.call, {"o", "output"})) {
    set_output(made, *output);
  } else if (has_flag(made.call, {"O", "remote-name", "remote-name-all"})) {
    made.to_stdout = false;
    if (!made.urls.empty()) made.output = file_of_url(made.urls.front()->text);
  }
  const auto folder = flag_value(made.call, {"output-dir"});
  if (folder && !made.output.empty())
    made.output = std::string(*folder).append("/").append(made.output);
}

void wget(Download& made) {
  made.insecure = has_flag(made.call, {"no-check-certificate"});
  for (const Word* word : operands(made.call)) made.urls.push_back(word);
  if (const auto output = flag_value(made.call, {"O", "output-document"})) {
    set_output(made, *output);
    return;
  }
  if (!made.urls.empty()) made.output = file_of_url(made.urls.front()->text);
  const auto folder = flag_value(made.call, {"P", "directory-prefix"});
  if (folder && !made.output.empty())
    made.output = std::string(*folder).append("/").append(made.output);
}

void aria2(Download& made) {
  made.insecure = flag_value(made.call, {"check-certificate"}) == "false";
  for (const Word* word : operands(made.call)) made.urls.push_back(word);
  if (const auto output = flag_value(made.call, {"o", "out"})) {
    set_output(made, *output);
  } else if (!made.urls.empty()) {
    made.output = file_of_url(made.urls.front()->text);
  }
}

// Only what fetches a repository: clone, and pull, fetch, submodule or remote with an address.
bool git(Download& made) {
  const auto words = operands(made.call);
  if (words.empty()) return false;
  const std::string_view verb = words.front()->text;
  for (const std::string_view setting : flag_values(made.call, {"c"})) {
    if (to_lower(setting) == "http.sslverify=false") made.insecure = true;
  }
  if (verb == "clone") {
    if (words.size() < 2) return false;
    made.urls.push_back(words[1]);
    made.output = file_of_url(words[1]->text);
    if (made.output.ends_with(".git")) made.output.resize(made.output.size() - 4);
    if (words.size() > 2) set_output(made, words[2]->text);
    return true;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (is_url(words[i]->text) || words[i]->text.starts_with("git@")) made.urls.push_back(words[i]);
  }
  return !made.urls.empty() &&
         (verb == "fetch" || verb == "pull" || verb == "submodule" || verb == "remote");
}

void web_request(Download& made) {
  made.insecure = has_parameter(made.call, "SkipCertificateCheck");
  made.to_stdout = true;
  for (const char* name : {"Uri", "Source"}) {
    const auto value = parameter(made.call, name);
    const Word* word = value ? word_of(made.call, *value) : nullptr;
    if (word != nullptr) made.urls.push_back(word);
  }
  if (made.urls.empty()) {
    for (const Word& word : made.call.args()) {
      if (is_url(word.text) || (!word.text.starts_with('-') && !word.literal)) {
        made.urls.push_back(&word);
        break;
      }
    }
  }
  for (const char* name : {"OutFile", "Destination"}) {
    if (const auto value = parameter(made.call, name)) set_output(made, *value);
  }
}

bool certutil(Download& made) {
  const bool fetches = std::ranges::any_of(
      made.call.args(), [](const Word& word) { return to_lower(word.text) == "-urlcache"; });
  if (!fetches) return false;
  for (const Word& word : made.call.args()) {
    if (is_url(word.text)) {
      made.urls.push_back(&word);
    } else if (!made.urls.empty() && !word.text.starts_with('-')) {
      set_output(made, word.text);
    }
  }
  return true;
}

// Fills `made` by its tool; false if the command fetches nothing.
bool fill(Download& made) {
  switch (made.tool) {
    case DownloadTool::Curl:
      curl(made);
      break;
    case DownloadTool::Wget:
      wget(made);
      break;
    case DownloadTool::Aria2:
      aria2(made);
      break;
    case DownloadTool::Git:
      return git(made);
    case DownloadTool::WebRequest:
      web_request(made);
      break;
    case DownloadTool::Certutil:
      return certutil(made);
    case DownloadTool::Other:
      for (const Word* word : operands(made.call)) {
        if (may_be_url(*word)) made.urls.push_back(word);
      }
      break;
  }
  return !made.urls.empty();
}

// (New-Object Net.WebClient).DownloadFile('url', 'file') and DownloadString('url').
std::optional<Download> web_client(const Invocation& call) {
  const auto& words = call.command->words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string lower = to_lower(words[i].text);
    const bool file = lower.ends_with(".downloadfile");
    if (!file && !lower.ends_with(".downloadstring") && !lower.ends_with(".downloaddata")) continue;
    Download made;
    made.tool = DownloadTool::WebRequest;
    made.call = call;
    made.to_stdout = !file;
    return made;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Download> download(const Script& script, const Invocation& call) {
  if (call.empty()) return std::nullopt;
  const std::string base = to_lower(call.base());
  const auto* tool = std::ranges::find(kTools, std::string_view(base), &Tool::name);
  if (tool == kTools.end()) {
    return script.dialect == Dialect::PowerShell ? web_client(call) : std::nullopt;
  }
  Download made;
  made.tool = tool->tool;
  made.call = call;
  if (!fill(made)) return std::nullopt;
  const Command& command = *call.command;
  if (made.to_stdout) {
    if (const Word* file = output_file(command)) {
      made.output_word = file;
      made.output = file->text;
      made.to_stdout = false;
    } else {
      made.piped_to = pipe_target(script, command);
    }
  }
  const auto place = command.enclosing.place;
  made.substituted = made.to_stdout && made.piped_to == nullptr &&
                     place != Enclosing::Place::None && place != Enclosing::Place::Script &&
                     place != Enclosing::Place::HeredocScript;
  return made;
}

std::vector<Download> downloads(const Script& script) {
  std::vector<Download> found;
  for (const Command& command : script.commands) {
    if (auto made = download(script, seen_through(command))) found.push_back(std::move(*made));
  }
  return found;
}

bool is_integrity_check(const Invocation& call) {
  const std::string base = to_lower(call.base());
  const bool sums =
      base.ends_with("sum") || base == "shasum" || base == "sha256" || base == "rhash";
  if (sums) return has_flag(call, {"c", "check"});
  if (base == "gpg" || base == "gpg2" || base == "gpgv" || base == "gpgv2") {
    return base.starts_with("gpgv") || has_flag(call, {"verify", "d", "decrypt"});
  }
  if (base == "cosign" || base == "slsa-verifier") {
    return std::ranges::any_of(call.args(),
                               [](const Word& word) { return word.text.starts_with("verify"); });
  }
  if (base == "minisign" || base == "signify" || base == "signify-openbsd")
    return has_flag(call, {"V"});
  if (base == "rpm" || base == "rpmkeys") return has_flag(call, {"K", "checksig"});
  if (base == "openssl") return has_arg(call, "-verify") || has_arg(call, "verify");
  if (base == "apk" || base == "gh") return has_arg(call, "verify");
  if (base == "certutil") {
    return std::ranges::any_of(call.args(),
                               [](const Word& word) { return to_lower(word.text) == "-hashfile"; });
  }
  return base == "get-filehash" || base == "get-authenticodesignature";
}

bool is_shell(std::string_view base_name) { return is_posix_shell_name(base_name); }

bool is_interpreter(std::string_view base_name) {
  if (is_shell(base_name)) return true;
  while (!base_name.empty() && (is_digit(base_name.back()) || base_name.back() == '.'))
    base_name.remove_suffix(1);
  return std::ranges::find(kInterpreters, base_name) != kInterpreters.end();
}

}  // namespace corten::shell
