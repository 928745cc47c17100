// Checks that are turned off or made too wide: CL3005 (certificates and signatures), CL3007 (keys
// for all repositories).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/removals.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/downloads.h"

namespace corten::dockerfile {

namespace {

// ---- CL3005: variables --------------------------------------------------------------------------

struct Switch {
  std::string_view name;                     // lower case
  enum class When { Off, Set, Given } when;  // Off: 0, false, no; Set: not empty; Given: any value
};
constexpr auto kSwitches = std::to_array<Switch>({
    {"pythonhttpsverify", Switch::When::Off},
    {"node_tls_reject_unauthorized", Switch::When::Off},
    {"npm_config_strict_ssl", Switch::When::Off},
    {"yarn_strict_ssl", Switch::When::Off},
    {"yarn_enable_strict_ssl", Switch::When::Off},
    {"conda_ssl_verify", Switch::When::Off},
    {"git_ssl_no_verify", Switch::When::Given},
    {"pip_trusted_host", Switch::When::Set},
    {"uv_insecure_host", Switch::When::Set},
    {"goinsecure", Switch::When::Set},
    {"gosumdb", Switch::When::Off},
});

bool is_off(std::string_view value) {
  const std::string lower = to_lower(trim(value));
  return lower == "0" || lower == "false" || lower == "no" || lower == "off";
}

bool turns_off(std::string_view name, std::string_view value) {
  const std::string lower = to_lower(name);
  const auto* found = std::ranges::find(kSwitches, std::string_view(lower), &Switch::name);
  if (found == kSwitches.end()) return false;
  if (found->when == Switch::When::Off) return is_off(value);
  return found->when == Switch::When::Given || !trim(value).empty();
}

void switches_of_pairs(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& instruction = outer.nested != nullptr ? *outer.nested : outer;
    if (instruction.keyword != Keyword::Env && instruction.keyword != Keyword::Arg) continue;
    for (std::size_t i = 0; i < instruction.pairs.size(); ++i) {
      const Pair& pair = instruction.pairs[i];
      if (!pair.value || !turns_off(pair.key, plain(lint, *pair.value))) continue;
      Problem& problem = problems.add(
          pair.range,
          fmt::format("{} turns off a check of certificates or signatures", shown(pair.key)));
      if (outer.nested != nullptr) continue;
      problem.fix = unsafe_fix(remove_pair(lint, instruction, i),
                               "what the setting was for fails where the certificate or signature "
                               "is not one that the image trusts");
    }
  }
}

// X=0 command, export X=0, env X=0 command.
std::optional<Verdict> switch_in(const shell::Command& command) {
  const auto verdict = [](std::string_view name, shell::Range range) {
    return Verdict{range,
                   fmt::format("{} turns off a check of certificates or signatures", shown(name))};
  };
  for (const shell::Assignment& assignment : command.assignments) {
    if (turns_off(assignment.name, assignment.value.text))
      return verdict(assignment.name, assignment.range);
  }
  for (const shell::Word& word : command.words) {
    const auto pair = split_once(word.text, '=');
    if (pair && turns_off(pair->first, pair->second)) return verdict(pair->first, word.range);
  }
  return {};
}

// ---- CL3005: flags ------------------------------------------------------------------------------

// The word of a cluster with this letter, but not in the value that is glued to another one: -sk,
// not -okey.
const shell::Word* with_letter(const shell::Invocation& call, char wanted) {
  const std::string_view tool = call.base();
  for (const shell::Word& word : call.args()) {
    const std::string_view text = word.text;
    if (text == "--") break;
    if (text.size() < 2 || text[0] != '-' || text[1] == '-') continue;
    for (const char& letter : text.substr(1)) {
      if (letter == wanted) return &word;
      if (shell::takes_value(tool, std::string_view(&letter, 1))) break;
    }
  }
  return nullptr;
}

struct FlagRow {
  std::string_view tool;  // "pip" stands for pip3 and pip3.11 too
  std::string_view flag;  // "--name"; also with a value
};
constexpr auto kFlags = std::to_array<FlagRow>({
    {"curl", "--insecure"},
    {"curl", "--proxy-insecure"},
    {"wget", "--no-check-certificate"},
    {"pip", "--trusted-host"},
    {"uv", "--allow-insecure-host"},
    {"uv", "--trusted-host"},
    {"apk", "--allow-untrusted"},
    {"apt-get", "--allow-unauthenticated"},
    {"apt", "--allow-unauthenticated"},
    {"aptitude", "--allow-untrusted"},
    {"apt-get", "--force-yes"},
    {"apt", "--force-yes"},
    {"apt-get", "--allow-insecure-repositories"},
    {"apt", "--allow-insecure-repositories"},
    {"yum", "--nogpgcheck"},
    {"dnf", "--nogpgcheck"},
    {"dnf", "--no-gpgchecks"},
    {"dnf5", "--no-gpgchecks"},
    {"tdnf", "--nogpgcheck"},
    {"microdnf", "--nogpgcheck"},
    {"yum-builddep", "--nogpgcheck"},
    {"zypper", "--no-gpg-checks"},
    {"zypper", "--no-gpgcheck"},
    {"rpm", "--nosignature"},
    {"rpm", "--nodigest"},
    {"rpm", "--noverify"},
    {"rpm", "--nofiledigest"},
    {"npm", "--no-strict-ssl"},
    {"aws", "--no-verify-ssl"},
    {"helm", "--insecure-skip-tls-verify"},
    {"kubectl", "--insecure-skip-tls-verify"},
    {"svn", "--trust-server-cert"},
    {"go", "-insecure"},
});

// Settings that a word carries as `name=value` or with the value in the next word; lower case.
struct SettingRow {
  std::string_view tool;  // empty: any
  std::string_view setting;
  std::string_view value;  // empty: 0, false, no, off
};
constexpr auto kSettings = std::to_array<SettingRow>({
    {"npm", "strict-ssl", ""},
    {"yarn", "strict-ssl", ""},
    {"pnpm", "strict-ssl", ""},
    {"git", "http.sslverify", ""},
    {"yum", "sslverify", ""},
    {"dnf", "sslverify", ""},
    {"tdnf", "sslverify", ""},
    {"microdnf", "sslverify", ""},
    {"yum-config-manager", "sslverify", ""},
    {"yum", "gpgcheck", ""},
    {"dnf", "gpgcheck", ""},
    {"yum-config-manager", "gpgcheck", ""},
    {"apt-get", "allowunauthenticated", "true"},
    {"apt", "allowunauthenticated", "true"},
    {"apt-get", "allowinsecurerepositories", "true"},
    {"apt", "allowinsecurerepositories", "true"},
    {"apt-get", "verify-peer", ""},
    {"apt", "verify-peer", ""},
    {"composer", "secure-http", ""},
    {"composer", "disable-tls", "true"},
    {"conda", "ssl_verify", ""},
    {"aria2c", "check-certificate", ""},
    {"skopeo", "tls-verify", ""},
    {"podman", "tls-verify", ""},
    {"buildah", "tls-verify", ""},
});

bool is_tool(std::string_view base, std::string_view wanted) {
  if (wanted == "pip") return base == "pip" || base.starts_with("pip3") || base == "pip2";
  return base == wanted;
}

bool is_flag(std::string_view word, std::string_view flag) {
  return word.starts_with(flag) && (word.size() == flag.size() || word[flag.size()] == '=');
}

// "strict-ssl false", "--strict-ssl=false", "http.sslVerify=0", "*.sslverify=0".
bool has_setting(const shell::Invocation& call, std::size_t at, const SettingRow& row) {
  const auto args = call.args();
  const std::string lower = to_lower(args[at].text);
  const std::size_t equals = lower.find('=');
  // "--setopt=*.sslverify=0": the last one counts.
  const std::size_t last = lower.rfind('=');
  const std::string_view name = std::string_view(lower).substr(0, last);
  if (!name.ends_with(row.setting)) return false;
  std::string value;
  if (equals != std::string::npos) {
    value = lower.substr(last + 1);
  } else if (at + 1 < args.size()) {
    value = to_lower(args[at + 1].text);
  }
  return row.value.empty() ? is_off(value) : value == row.value;
}

Verdict flag_verdict(const shell::Invocation& call, const shell::Word& word) {
  return {word.range, fmt::format("{} of {} turns off a check of certificates or signatures",
                                  shown(word.text), shown(call.base()))};
}

bool is_loopback(const shell::Invocation& call) {
  return std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return word.text.contains("://localhost") || word.text.contains("://127.0.0.1") ||
           word.text.contains("://[::1]");
  });
}

// Lines of sources that trust whatever they get.
std::optional<Verdict> unsigned_source(const shell::Command& command) {
  for (const shell::Word& word : command.words) {
    const std::string_view text = word.text;
    // A folder of the build itself needs no signature.
    const bool is_apt = text.contains("deb ") && text.contains("trusted=yes") &&
                        !text.contains("file:") && !text.contains("copy:");
    const bool is_rpm = text.contains("gpgcheck=0") && !text.contains("gpgcheck=1") &&
                        !text.contains("repo_gpgcheck=0");
    if (is_apt || is_rpm)
      return Verdict{word.range, "packages of this repository are taken without a signature"};
  }
  return {};
}

std::optional<Verdict> flag_in(const shell::Invocation& call) {
  const std::string_view base = call.base();
  if (base == "curl" && !is_loopback(call)) {
    if (const shell::Word* word = with_letter(call, 'k')) return flag_verdict(call, *word);
  }
  if (base == "curl" && is_loopback(call)) return {};
  // `python3 -m pip install --trusted-host …`
  const bool is_module = base.starts_with("python") && shell::has_arg(call, "pip");
  const std::string_view tool = is_module ? "pip" : base;
  const auto args = call.args();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    for (const FlagRow& row : kFlags) {
      if (is_tool(tool, row.tool) && is_flag(text, row.flag)) return flag_verdict(call, args[i]);
    }
    for (const SettingRow& row : kSettings) {
      if (is_tool(tool, row.tool) && has_setting(call, i, row)) return flag_verdict(call, args[i]);
    }
    const bool trusts_host =
        tool.starts_with("pip") && text.ends_with("trusted-host") && shell::has_arg(call, "config");
    if (trusts_host) return flag_verdict(call, args[i]);
  }
  return {};
}

std::optional<Verdict> unchecked(const shell::Script& script, const shell::Command& command) {
  if (auto verdict = switch_in(command)) return verdict;
  if (auto verdict = unsigned_source(command)) return verdict;
  const shell::Invocation call = shell::seen_through(command);
  if (call.empty()) return {};
  if (script.dialect == shell::Dialect::PowerShell) {
    const auto download = shell::download(script, call);
    if (download && download->insecure)
      return Verdict{words_range(call), "the server's certificate is not checked"};
  }
  return flag_in(call);
}

// ---- CL3005: checks that are on again -----------------------------------------------------------

constexpr std::string_view kChecksAgain =
    "the step fails where the certificate or signature is not one that the image trusts";

// `npm config set strict-ssl false`, `git config --global http.sslVerify false`.
bool is_settings_command(const shell::Invocation& call) {
  const auto args = call.args();
  return call.base() != "yum-config-manager" && !args.empty() && args.front().text == "config";
}

// A cluster of letters without this one: -sk is -s.
std::optional<TextEdit> without_letter(const Lint& lint, const RunScript& run,
                                       const shell::Command& command, std::size_t index,
                                       char letter) {
  std::string text = command.words[index].text;
  const std::size_t at = text.find(letter, 1);
  if (at == std::string::npos) return std::nullopt;
  text.erase(at, 1);
  if (text == "-") return drop_words(lint, run, command, index, index + 1);
  return replace_word(run, command, command.words[index], text);
}

std::optional<TextEdit> flag_away(const Lint& lint, const RunScript& run,
                                  const shell::Command& command, std::size_t index) {
  const shell::Invocation call = shell::seen_through(command);
  const shell::Word& word = command.words[index];
  const std::string_view text = word.text;
  if (!word.literal || index <= call.name_index) return std::nullopt;
  const bool is_cluster = call.base() == "curl" && text.size() > 1 && text[0] == '-' &&
                          text[1] != '-' && text.contains('k');
  if (is_cluster) return without_letter(lint, run, command, index, 'k');
  if (is_settings_command(call)) return remove_command(lint, run, command);
  const std::string_view before = command.words[index - 1].text;
  if (before == "-c" || before == "-o") return drop_words(lint, run, command, index - 1, index + 1);
  if (!text.starts_with('-')) return std::nullopt;
  const bool has_next_value =
      (text == "--trusted-host" || text == "--allow-insecure-host") && !text.contains('=');
  return drop_words(lint, run, command, index, index + (has_next_value ? 2 : 1));
}

// What turns the check off, taken away.
std::optional<TextEdit> check_again(const Lint& lint, const RunScript& run,
                                    const shell::Command& command, shell::Range place) {
  if (!run.is_posix_run()) return std::nullopt;
  for (const shell::Assignment& assignment : command.assignments) {
    if (assignment.range != place) continue;
    if (command.words.empty()) return remove_command(lint, run, command);
    const Range from = run.source_range(place);
    const std::uint32_t next = run.source_range(command.words.front().range).begin;
    if (run.instruction->form == Form::Exec || command.assignments.size() > 1) return std::nullopt;
    return TextEdit{{from.begin, next}, ""};
  }
  for (std::size_t i = 0; i < command.words.size(); ++i) {
    if (command.words[i].range != place) continue;
    if (command.name() == "export" && command.words.size() == 2)
      return remove_command(lint, run, command);
    if (i == 0 || command.words[i].text.contains("deb ")) return std::nullopt;
    return flag_away(lint, run, command, i);
  }
  return std::nullopt;
}

void checks_off(const Lint& lint, Problems& problems) {
  switches_of_pairs(lint, problems);
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run()) continue;
    for (const shell::Command& command : run.script.commands) {
      const auto verdict = unchecked(run.script, command);
      if (!verdict) continue;
      problems.add(run.source_range(verdict->range), verdict->evidence).fix =
          unsafe_fix(check_again(lint, run, command, verdict->range), std::string(kChecksAgain));
    }
  }
}

// ---- CL3007 -------------------------------------------------------------------------------------

constexpr std::string_view kTrustedKeys = "/etc/apt/trusted.gpg";

bool adds_key(const shell::Invocation& call) {
  if (call.base() != "apt-key") return false;
  const auto keyring = shell::flag_value(call, {"keyring"});
  if (keyring && !keyring->contains(kTrustedKeys)) return false;
  for (const shell::Word& word : call.args()) {
    if (word.text.starts_with("--keyring") && !word.text.contains(kTrustedKeys)) return false;
    if (word.text == "add" || word.text == "adv") return true;
  }
  return false;
}

std::optional<shell::Range> trusted_place(const shell::Command& command) {
  constexpr auto kHandlers = std::to_array<std::string_view>(
      {"rm", "chmod", "chown", "ls", "mkdir", "test", "[", "apt-key", "find", "cat"});
  const shell::Invocation call = shell::seen_through(command);
  if (!call.empty() && !is_among(call.base(), kHandlers)) {
    for (const shell::Word& word : call.args()) {
      if (word.text.contains(kTrustedKeys)) return word.range;
    }
  }
  for (const shell::Redirection& redirection : command.redirections) {
    const bool writes = redirection.op.starts_with('>') || redirection.op.starts_with('&');
    if (writes && redirection.target.text.contains(kTrustedKeys)) return redirection.target.range;
  }
  return std::nullopt;
}

void wide_keys(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run()) continue;
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (!call.empty() && adds_key(call)) {
        problems.add(run.source_range(words_range(call)),
                     "the key vouches for packages of all repositories");
      } else if (const auto place = trusted_place(command)) {
        problems.add(run.source_range(*place), "keys here vouch for packages of all repositories");
      }
    }
  }
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
    const bool copies = copy.keyword == Keyword::Copy || copy.keyword == Keyword::Add;
    if (!copies || copy.broken || copy.words.size() < 2) continue;
    if (copy.words.back().text.contains(kTrustedKeys))
      problems.add(copy.words.back().range, "keys here vouch for packages of all repositories");
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL3005", FindingKind::Misconfiguration, Severity::High,
      "certificate or signature checks are turned off",
      "Without the check anyone between the builder and the server can put own code into the "
      "image: a proxy, a hijacked mirror, a neighbour in the network. As ENV the setting also "
      "holds for the running program.",
      "leave the check on, and add the missing certificate or key instead (update-ca-certificates, "
      "--cacert, a signed repository)",
      "FROM alpine:3.22\nRUN wget --no-check-certificate https://example.com/app.tgz\n",
      "FROM alpine:3.22\nRUN wget https://example.com/app.tgz\n",
      "CKV2_DOCKER_2 CKV2_DOCKER_3 CKV2_DOCKER_4 CKV2_DOCKER_5 CKV2_DOCKER_6 CKV2_DOCKER_7 "
      "CKV2_DOCKER_8 CKV2_DOCKER_9 CKV2_DOCKER_10 CKV2_DOCKER_11 CKV2_DOCKER_12 CKV2_DOCKER_13 "
      "CKV2_DOCKER_14 CKV2_DOCKER_15 CKV2_DOCKER_16",
      ""},
     Default::On,
     checks_off},
    {{"CL3007", FindingKind::Misconfiguration, Severity::Low,
      "a key is trusted for all repositories",
      "Keys of apt-key and of trusted.gpg.d vouch for every repository, the distribution's own "
      "included: whoever holds the key can replace any package. apt-key itself is gone since "
      "Debian 13.",
      "store the key below /etc/apt/keyrings and name it with signed-by in the repository's entry",
      "FROM debian:12\nRUN curl -fsSL https://example.com/key.asc | apt-key add -\n",
      "FROM debian:12\nRUN curl -fsSL https://example.com/key.asc -o /etc/apt/keyrings/example.asc "
      "\n",
      "", "https://wiki.debian.org/DebianRepository/UseThirdParty"},
     Default::On,
     wide_keys},
});

}  // namespace

std::span<const Rule> supply_check_rules() { return kRules; }

}  // namespace corten::dockerfile
