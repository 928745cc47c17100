// Addresses that a build fetches from: CL3003 (ADD without a checksum), CL3006 (without TLS).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/supply_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/downloads.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

// ---- CL3003 -------------------------------------------------------------------------------------

bool is_git_url(std::string_view url) {
  if (url.starts_with("git@") || url.starts_with("git://") || url.starts_with("ssh://"))
    return true;
  return is_web_url(url) && url.substr(0, url.find_first_of("#?")).ends_with(".git");
}

// The part behind '#' up to a folder is a commit, or a variable that says it is one.
bool names_commit(std::string_view url) {
  constexpr std::size_t kShortestCommit = 7;
  if (url.contains("commit=") || url.contains("checksum=")) return true;
  const std::size_t hash = url.find('#');
  if (hash == std::string_view::npos) return false;
  std::string_view reference = url.substr(hash + 1);
  reference = reference.substr(0, reference.find(':'));
  if (reference.starts_with('$')) {
    const std::string lower = to_lower(reference);
    return lower.contains("commit") || lower.contains("sha") || lower.contains("rev");
  }
  return reference.size() >= kShortestCommit && std::ranges::all_of(reference, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

void remote_add(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& add = outer.nested != nullptr ? *outer.nested : outer;
    if (add.keyword != Keyword::Add || add.broken || add.words.size() < 2) continue;
    if (!add.flag_value("checksum").empty()) continue;
    for (const Word& word : add.words.first(add.words.size() - 1)) {
      const Expansion expansion = lint.stages.expand_at(outer, word.text);
      const std::string written = plain(lint, add, word);
      const std::string& url = expansion.resolved ? expansion.text : written;
      if (is_git_url(url)) {
        if (names_commit(url)) continue;
        problems.add(word.range, "a branch or tag of a repository can be moved");
      } else if (is_web_url(url)) {
        problems.add(word.range, "nothing says what the file must be");
      }
    }
  }
}

// ---- CL3006 -------------------------------------------------------------------------------------

constexpr std::string_view kPlain = "http://";

// The address has a host that lies beyond this machine and its network's short names.
bool is_plain_and_far(std::string_view url) {
  const std::size_t at = url.find(kPlain);
  if (at == std::string_view::npos) return false;
  std::string_view host = url.substr(at + kPlain.size());
  host = host.substr(0, host.find_first_of("/ \"'?#"));
  if (const std::size_t user = host.rfind('@'); user != std::string_view::npos)
    host.remove_prefix(user + 1);
  if (host.starts_with('$') || host.starts_with('[')) return false;
  host = host.substr(0, host.find(':'));
  if (!host.contains('.') || host.starts_with("127.") || host == "0.0.0.0") return false;
  for (const std::string_view own : {".localhost", ".local", ".internal"}) {
    if (host.ends_with(own)) return false;
  }
  return true;
}

// The text of the word with what the file says of its variables.
std::string resolved(const Lint& lint, const RunScript& run, const shell::Word& word) {
  if (word.literal || word.text.starts_with(kPlain)) return word.text;
  const auto value =
      run.script.resolve(word, [&](std::string_view name) -> std::optional<std::string> {
        const std::optional<Value> known = lint.stages.lookup(*run.outer, name);
        if (!known || !known->known) return std::nullopt;
        return std::string(known->text);
      });
  return value.value_or(word.text);
}

// Lists of repositories whose packages are signed: what comes over http is still checked.
std::optional<Verdict> signed_mirror(const shell::Command& command) {
  const auto is_list = [](const shell::Word& word) {
    return word.text.contains("/etc/apt/") || word.text.contains("sources.list") ||
           word.text.contains("/etc/apk/");
  };
  const bool goes_to_list =
      std::ranges::any_of(command.words, is_list) ||
      std::ranges::any_of(command.redirections, [&](const shell::Redirection& redirection) {
        return is_list(redirection.target);
      });
  for (const shell::Word& word : command.words) {
    const bool is_line = word.text.starts_with("deb ") || word.text.starts_with("deb-src ") ||
                         word.text.starts_with("deb [");
    if ((!is_line && !goes_to_list) || word.text.contains("https:")) continue;
    if (is_plain_and_far(word.text))
      return Verdict{word.range, "a mirror without TLS: only signatures protect its packages",
                     Severity::Info};
  }
  return {};
}

std::optional<Verdict> plain_package(const shell::Invocation& call) {
  const std::string_view base = call.base();
  const bool is_other = base == "apt-key" || base == "gpg" || base == "rpm" ||
                        base == "yum-config-manager" || base == "rpmkeys";
  const auto operation = shell::package_operation(call);
  if (!operation && !is_other) return {};
  bool is_proxy = false;
  for (const shell::Word& word : call.args()) {
    const bool names_proxy = to_lower(word.text).contains("proxy");
    const bool skip = is_proxy || names_proxy;
    is_proxy = names_proxy;
    if (skip || !is_plain_and_far(word.text)) continue;
    const bool is_signed = base == "apk" || base == "apt-get" || base == "apt";
    return Verdict{word.range, fmt::format("{} fetches without TLS", shown(base)),
                   is_signed ? std::optional(Severity::Info) : std::nullopt};
  }
  return {};
}

std::optional<Verdict> plain_download(const Lint& lint, const RunScript& run,
                                      const shell::Command& command) {
  const shell::Invocation call = shell::seen_through(command);
  if (call.empty()) return {};
  if (const auto download = shell::download(run.script, call)) {
    for (const shell::Word* url : download->urls) {
      if (is_plain_and_far(resolved(lint, run, *url)))
        return Verdict{url->range, fmt::format("{} fetches without TLS", shown(call.base()))};
    }
    return {};
  }
  if (auto verdict = plain_package(call)) return verdict;
  return signed_mirror(command);
}

// https instead, where the address is written out once.
std::optional<Fix> with_tls(const Lint& lint, Range word) {
  const std::string_view text = lint.file.source.text(word);
  const std::size_t at = text.find(kPlain);
  if (at == std::string_view::npos || text.find(kPlain, at + 1) != std::string_view::npos)
    return std::nullopt;
  constexpr std::uint32_t kScheme = 4;  // "http"
  const std::uint32_t place = word.begin + static_cast<std::uint32_t>(at) + kScheme;
  return unsafe_fix(TextEdit{{place, place}, "s"},
                    "the server must speak TLS, with a certificate that the image trusts");
}

void plain_http(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run()) continue;
    const bool is_checked = std::ranges::any_of(run.script.commands, [](const auto& command) {
      const shell::Invocation call = shell::seen_through(command);
      return !call.empty() && checks_download(call);
    });
    if (is_checked) continue;
    for (const shell::Command& command : run.script.commands) {
      const auto verdict = plain_download(lint, run, command);
      if (!verdict) continue;
      Problem& problem = problems.add(run.source_range(verdict->range), verdict->evidence);
      if (verdict->severity) {
        problem.severity = *verdict->severity;  // signed, and TLS would need ca-certificates
      } else if (run.instruction->form == Form::Shell) {
        problem.fix = with_tls(lint, run.source_range(verdict->range));
      }
    }
  }
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& add = outer.nested != nullptr ? *outer.nested : outer;
    if (add.keyword != Keyword::Add || add.broken || add.words.size() < 2) continue;
    if (!add.flag_value("checksum").empty()) continue;
    for (const Word& word : add.words.first(add.words.size() - 1)) {
      const std::string url = lint.stages.expand_at(outer, word.text).text;
      if (url.starts_with(kPlain) && is_plain_and_far(url))
        problems.add(word.range, "ADD fetches without TLS").fix = with_tls(lint, word.range);
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL3003", FindingKind::Misconfiguration, Severity::Medium, "ADD of a URL without a checksum",
      "The build takes whatever lies at the address on that day. With --checksum it fails if the "
      "file is another one, and the builder need not fetch it to know whether its cache is good. "
      "For repositories a commit does the same.",
      "write ADD --checksum=sha256:… URL TARGET, or the commit behind the repository's '#'",
      "FROM debian:12\nADD https://example.com/app.tar.gz /app/\n",
      "FROM debian:12\nADD "
      "--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000001 "
      "https://example.com/app.tar.gz /app/\n",
      "", "https://docs.docker.com/reference/dockerfile/#add---checksum"},
     Default::On,
     remote_add},
    {{"CL3006", FindingKind::Misconfiguration, Severity::Medium, "a download without TLS",
      "Over plain http anyone between the builder and the server can read and replace what is "
      "fetched. For code, keys and packages that means code of theirs in the image.",
      "use https://; where the server has none, check a sum that came another way",
      "FROM debian:12\nRUN wget http://example.com/app.tgz\n",
      "FROM debian:12\nRUN wget https://example.com/app.tgz\n", "", ""},
     Default::On,
     plain_http},
});

}  // namespace

std::span<const Rule> supply_url_rules() { return kRules; }

}  // namespace corten::dockerfile
