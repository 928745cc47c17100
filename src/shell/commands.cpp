#include "shell/commands.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

namespace {

// Flags of a command whose value is the next word, each between blanks.
struct ValueFlags {
  std::string_view command;
  std::string_view letters;
  std::string_view names;
};
constexpr std::array kValueFlags = std::to_array<ValueFlags>({
    {"apt-get", "toca", " target-release default-release option config-file host-architecture "},
    {"apt", "toca", " target-release default-release option config-file host-architecture "},
    {"aptitude", "tow", " target-release default-release width "},
    {"apk", "tpX",
     " virtual repository root arch keys-dir repositories-file cache-dir cache-max-age wait "
     "timeout "},
    {"yum", "cdeRx",
     " config debuglevel errorlevel disablerepo enablerepo installroot releasever setopt exclude "
     "disableexcludes repo repoid rpmverbosity forcearch comment "},
    {"zypper", "cDrptR",
     " config reposd-dir cache-dir repo plus-repo plus-content type root installroot from "
     "gpg-auto-import-keys-file name "},
    {"pacman", "br", " dbpath root arch cachedir config gpgdir hookdir logfile ignore overwrite "},
    {"pip", "beficrt",
     " abi build editable extra-index-url find-links index-url implementation no-binary "
     "only-binary platform prefix progress-bar proxy python python-version root root-user-action "
     "src target trusted-host upgrade-strategy requirement constraint cache-dir timeout retries "
     "cert client-cert log exists-action global-option install-option config-settings report "
     "use-feature use-deprecated "},
    {"uv", "cerfinpP",
     " index-url extra-index-url find-links python target prefix constraint requirement editable "
     "index default-index index-strategy cache-dir upgrade-package config-file group extra "
     "requirements constraints "},
    {"conda", "ncp", " name channel prefix file solver "},
    {"npm", "w",
     " loglevel registry prefix cache tag workspace omit include userconfig fetch-timeout "
     "fetch-retries audit-level scope "},
    {"yarn", "", " cwd registry cache-folder network-timeout modules-folder network-concurrency "},
    {"pnpm", "CF", " dir filter registry store-dir loglevel reporter network-concurrency "},
    {"gem", "vinspP",
     " version install-dir bindir platform source trust-policy http-proxy build-root document "},
    {"bundle", "j", " jobs path without with gemfile retry "},
    {"go", "oCp", " tags ldflags gcflags asmflags mod modfile overlay exec buildmode pkgdir "},
    {"cargo", "jZ",
     " version vers git branch tag rev path root features target target-dir index registry profile "
     "jobs bin example config manifest-path color "},
    {"composer", "d", " working-dir version prefer-install "},
    {"dotnet", "cvofra",
     " version tool-path add-source configfile framework configuration output runtime verbosity "
     "source arch os "},
    {"choco", "s", " source version "},
    {"winget", "vs", " id version source scope "},
    {"curl", "oHdXubcAeFTKmxrUwyYzCDEPQt",
     " output header data data-raw data-binary data-urlencode request user cookie cookie-jar "
     "user-agent referer form upload-file config max-time connect-timeout proxy range proxy-user "
     "write-out retry retry-delay retry-max-time cacert capath cert key cert-type key-type ciphers "
     "url output-dir limit-rate resolve max-redirs max-filesize interface dump-header speed-limit "
     "speed-time time-cond continue-at stderr trace trace-ascii tls-max proto proto-redir "
     "proto-default noproxy socks5 socks5-hostname pinnedpubkey oauth2-bearer aws-sigv4 netrc-file "
     "happy-eyeballs-timeout-ms keepalive-time create-file-mode etag-save etag-compare "},
    {"wget", "OoaPeiTtQUABDIXRwlB",
     " output-document output-file append-output directory-prefix execute input-file timeout "
     "tries quota user-agent accept reject domains include-directories exclude-directories wait "
     "level base header post-data post-file user password http-user http-password ca-certificate "
     "ca-directory certificate private-key progress method body-data body-file dns-timeout "
     "connect-timeout read-timeout limit-rate max-redirect referer load-cookies save-cookies "
     "secure-protocol cut-dirs waitretry retry-on-http-error default-page "},
    {"aria2c", "doxsjkmti", " dir out max-connection-per-server split checksum header "},
    {"git", "Ccbojuf",
     " git-dir work-tree branch depth config reference origin jobs upload-pack filter template "
     "separate-git-dir shallow-since shallow-exclude "},
    {"tar", "fCTXIbHKLV",
     " file directory files-from exclude exclude-from strip-components use-compress-program owner "
     "group mode transform mtime format sort warning one-top-level "},
    {"unzip", "dxP", " "},
    {"useradd", "bcdefgGkKpRPsuZ",
     " base-dir comment home-dir expiredate inactive gid groups skel key password root prefix "
     "shell uid selinux-user btrfs-subvolume-home "},
    {"usermod", "cdefgGlpRPsuvVwWZ",
     " comment home expiredate inactive gid groups login password root prefix shell uid "
     "selinux-user "},
    // busybox has the letters, Debian's script the long names.
    {"adduser", "hgsGuk",
     " home gecos shell ingroup uid gid conf add_extra_groups firstuid lastuid firstgid lastgid "
     "comment "},
    {"addgroup", "gK", " gid conf firstgid lastgid "},
    {"groupadd", "gKpRPU", " gid key password root prefix users "},
    {"groupmod", "gnpRPU", " gid new-name password root prefix users "},
    {"passwd", "inwxrRP", " inactive mindays warndays maxdays repository root "},
    {"chpasswd", "cRs", " crypt-method root sha-rounds "},
    {"mkdir", "m", " mode context "},
    {"install", "mogtSZ", " mode owner group target-directory suffix "},
    {"cp", "tS", " target-directory suffix "},
    {"mv", "tS", " target-directory suffix "},
    {"ln", "tS", " target-directory suffix "},
    {"chown", "", " from reference "},
    {"chmod", "", " reference "},
    {"touch", "drt", " date reference time "},
    {"truncate", "sr", " size reference "},
});

constexpr std::size_t kMaxClusterLetters = 64;

const ValueFlags* value_flags(std::string_view command) {
  if (command == "dnf" || command == "microdnf" || command == "tdnf" || command == "dnf5")
    command = "yum";
  if (command.starts_with("pip") && !command.starts_with("pipe")) command = "pip";
  if (command.starts_with("python")) command = "pip";  // asked for `python -m pip` only
  if (command == "mamba" || command == "micromamba") command = "conda";
  if (command == "gem2" || command == "gem3") command = "gem";
  const auto* found = std::ranges::find(kValueFlags, command, &ValueFlags::command);
  return found == kValueFlags.end() ? nullptr : found;
}

bool has_between_blanks(std::string_view list, std::string_view item) {
  for (std::size_t at = list.find(item); at != std::string_view::npos;
       at = list.find(item, at + 1)) {
    if (at > 0 && list[at - 1] == ' ' && list.substr(at + item.size()).starts_with(' '))
      return true;
  }
  return false;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> any_of) {
  return std::ranges::find(any_of, text) != any_of.end();
}

// What a flag word holds of a value: glued to it, or in the next word.
struct FlagValue {
  std::string_view name;
  std::optional<std::string_view> glued;
  bool next = false;
};

FlagValue long_flag(const ValueFlags* table, std::string_view word) {
  const std::string_view body = word.substr(2);
  const std::size_t equals = body.find('=');
  if (equals != std::string_view::npos) {
    return {.name = body.substr(0, equals), .glued = body.substr(equals + 1)};
  }
  return {.name = body,
          .glued = {},
          .next = table != nullptr && has_between_blanks(table->names, body)};
}

// The first letter of a cluster that takes a value ends it.
FlagValue cluster_value(const ValueFlags* table, std::string_view word) {
  for (std::size_t i = 1; table != nullptr && i < word.size(); ++i) {
    if (table->letters.find(word[i]) == std::string_view::npos) continue;
    const std::string_view rest = word.substr(i + 1);
    if (rest.empty()) return {.name = word.substr(i, 1), .glued = {}, .next = true};
    return {.name = word.substr(i, 1), .glued = rest};
  }
  return {};
}

FlagValue value_in(const ValueFlags* table, std::string_view word) {
  return word.starts_with("--") ? long_flag(table, word) : cluster_value(table, word);
}

// go, and X-style programs, write long flags with one dash.
bool one_dash_long(std::string_view base, std::string_view word) {
  return base == "go" && word.size() > 2 && word[0] == '-' && word[1] != '-';
}

}  // namespace

std::string_view Invocation::name() const {
  return empty() ? std::string_view{} : std::string_view(command->words[name_index].text);
}

std::string_view Invocation::base() const { return base_name(name()); }

std::span<const Word> Invocation::args() const {
  if (empty()) return {};
  return std::span(command->words).subspan(name_index + 1);
}

Invocation as_written(const Command& command) { return {&command, 0}; }

Invocation seen_through(const Command& command) { return {&command, command.seen_name}; }

std::vector<std::string_view> wrappers_of(const Command& command) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < command.seen_name;) {
    found.push_back(base_name(command.words[at].text));
    const std::size_t next = behind_wrapper(command.words, at);
    if (next == at) break;
    at = next;
  }
  return found;
}

bool has_arg(const Invocation& call, std::string_view text) {
  return std::ranges::any_of(call.args(), [text](const Word& word) { return word.text == text; });
}

bool calls(const Invocation& call, std::string_view name,
           std::initializer_list<std::string_view> any_of) {
  if (call.empty() || call.base() != name) return false;
  if (any_of.size() == 0) return true;
  return std::ranges::any_of(call.args(),
                             [&](const Word& word) { return is_one_of(word.text, any_of); });
}

// ---- flags --------------------------------------------------------------------------------------

bool is_flag_word(const Word& word) {
  return word.text.size() > 1 && word.text.front() == '-' && word.text != "--";
}

std::vector<Flag> flags(const Invocation& call) {
  std::vector<Flag> found;
  const auto args = call.args();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    if (!is_flag_word(args[i])) continue;
    if (text.starts_with("--")) {
      found.push_back(
          {text.substr(2,
                       text.find('=') == std::string_view::npos ? text.size() : text.find('=') - 2),
           &args[i], i});
      continue;
    }
    const std::size_t end = std::min(text.size(), kMaxClusterLetters);
    for (std::size_t letter = 1; letter < end; ++letter) {
      found.push_back({text.substr(letter, 1), &args[i], i});
    }
  }
  return found;
}

std::size_t count_flag(const Invocation& call, std::initializer_list<std::string_view> any_of) {
  std::size_t count = 0;
  for (const Word& word : call.args()) {
    const std::string_view text = word.text;
    if (!is_flag_word(word)) continue;
    if (text.starts_with("--")) {
      const std::string_view body = text.substr(2);
      count += is_one_of(body.substr(0, body.find('=')), any_of) ? 1U : 0U;
      continue;
    }
    const std::size_t end = std::min(text.size(), kMaxClusterLetters);
    for (std::size_t letter = 1; letter < end; ++letter) {
      count += is_one_of(text.substr(letter, 1), any_of) ? 1U : 0U;
    }
  }
  return count;
}

bool has_flag(const Invocation& call, std::initializer_list<std::string_view> any_of) {
  return count_flag(call, any_of) != 0;
}

std::vector<std::string_view> flag_values(const Invocation& call,
                                          std::initializer_list<std::string_view> any_of) {
  std::vector<std::string_view> found;
  const ValueFlags* table = value_flags(call.base());
  const auto args = call.args();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    if (!is_flag_word(args[i])) continue;
    FlagValue value = value_in(table, text);
    if (one_dash_long(call.base(), text)) value = long_flag(table, args[i].text);
    // A flag that the table does not know has a value where the caller says so.
    if (value.name.empty() && text.size() > 1 && is_one_of(text.substr(text.size() - 1), any_of)) {
      value = {.name = text.substr(text.size() - 1), .glued = {}, .next = true};
    } else if (!value.glued && !value.next && is_one_of(value.name, any_of)) {
      value.next = true;
    }
    const bool wanted = is_one_of(value.name, any_of);
    if (wanted && value.glued) found.push_back(*value.glued);
    if (!value.next) continue;
    ++i;
    if (wanted && i < args.size()) found.emplace_back(args[i].text);
  }
  return found;
}

std::optional<std::string_view> flag_value(const Invocation& call,
                                           std::initializer_list<std::string_view> any_of) {
  const auto found = flag_values(call, any_of);
  if (found.empty()) return std::nullopt;
  return found.back();
}

std::vector<const Word*> args_without_flags(const Invocation& call,
                                            std::initializer_list<std::string_view> with_value) {
  std::vector<const Word*> found;
  const auto args = call.args();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    if (text == "--") continue;
    if (!is_flag_word(args[i])) {
      found.push_back(&args[i]);
      continue;
    }
    const bool is_long = text.starts_with("--");
    if (is_long && text.find('=') == std::string_view::npos &&
        is_one_of(text.substr(2), with_value))
      ++i;
    if (!is_long && is_one_of(text.substr(text.size() - 1), with_value)) ++i;
  }
  return found;
}

std::vector<const Word*> operands(const Invocation& call) {
  std::vector<const Word*> found;
  const ValueFlags* table = value_flags(call.base());
  const auto args = call.args();
  bool options = true;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    if (options && text == "--") {
      options = false;
    } else if (!options || !is_flag_word(args[i])) {
      found.push_back(&args[i]);
    } else if (one_dash_long(call.base(), text)) {
      const bool next = table != nullptr && text.find('=') == std::string_view::npos &&
                        has_between_blanks(table->names, text.substr(1));
      if (next) ++i;
    } else if (value_in(table, text).next) {
      ++i;
    }
  }
  return found;
}

bool takes_value(std::string_view command, std::string_view flag) {
  const ValueFlags* table = value_flags(command);
  if (table == nullptr || flag.empty()) return false;
  if (flag.size() == 1) return table->letters.find(flag.front()) != std::string_view::npos;
  return has_between_blanks(table->names, flag);
}

// ---- pipes --------------------------------------------------------------------------------------

const Command* pipe_target(const Script& script, const Command& command) {
  if (command.pipeline == kNone || command.after == Connector::None) return nullptr;
  const auto& elements = script.pipelines[command.pipeline].elements;
  const std::size_t next = std::size_t{command.position} + 1;
  if (next >= elements.size()) return nullptr;
  if (!elements[next].compound) return &script.commands[elements[next].index];
  const Compound& compound = script.compounds[elements[next].index];
  if (compound.first_command >= compound.end_command) return nullptr;
  return &script.commands[compound.first_command];
}

bool has_pipe(const Script& script) {
  return std::ranges::any_of(script.pipelines,
                             [](const Pipeline& one) { return one.elements.size() > 1; });
}

const Word* output_file(const Command& command) {
  const Word* found = nullptr;
  for (const Redirection& one : command.redirections) {
    const bool writes =
        one.op == ">" || one.op == ">>" || one.op == ">|" || one.op == "&>" || one.op == "&>>";
    if (writes && (one.fd == -1 || one.fd == 1)) found = &one.target;
  }
  return found;
}

// ---- PowerShell ---------------------------------------------------------------------------------

namespace {

// `-Name`, or a beginning of it of at least two letters, without what follows a colon.
bool names_parameter(std::string_view word, std::string_view name) {
  if (word.size() < 2 || word.front() != '-') return false;
  word.remove_prefix(1);
  word = word.substr(0, word.find(':'));
  const std::string lower = to_lower(word);
  return to_lower(name).starts_with(lower) && (lower.size() > 1 || name.size() == 1);
}

}  // namespace

std::optional<std::string_view> parameter(const Invocation& call, std::string_view name) {
  const auto args = call.args();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i].text;
    if (!names_parameter(text, name)) continue;
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && colon + 1 < text.size()) return text.substr(colon + 1);
    if (i + 1 < args.size()) return std::string_view(args[i + 1].text);
  }
  return std::nullopt;
}

bool has_parameter(const Invocation& call, std::string_view name) {
  return std::ranges::any_of(call.args(),
                             [name](const Word& word) { return names_parameter(word.text, name); });
}

}  // namespace corten::shell
