#include "dockerfile/users.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "shell/downloads.h"
#include "shell/packages.h"
#include "shell/users.h"

namespace corten::dockerfile {

namespace {

constexpr auto kDebianUsers = std::to_array<std::string_view>(
    {"root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy",
     "www-data", "backup", "list", "irc", "gnats", "nobody", "_apt"});
constexpr auto kAlpineUsers = std::to_array<std::string_view>(
    {"root",       "bin",      "daemon", "adm",   "lp",       "sync",  "shutdown",
     "halt",       "mail",     "news",   "uucp",  "operator", "man",   "cron",
     "postmaster", "ftp",      "sshd",   "at",    "squid",    "xfs",   "games",
     "cyrus",      "vpopmail", "ntp",    "smmsp", "guest",    "nobody"});
constexpr auto kRpmUsers =
    std::to_array<std::string_view>({"root", "bin", "daemon", "adm", "lp", "sync", "shutdown",
                                     "halt", "mail", "operator", "games", "ftp", "nobody"});
constexpr auto kBusyboxUsers = std::to_array<std::string_view>(
    {"root", "daemon", "bin", "sys", "sync", "mail", "www-data", "operator", "nobody"});
constexpr auto kDistrolessUsers = std::to_array<std::string_view>({"root", "nobody", "nonroot"});

std::span<const std::string_view> usual_users(image::ImageFamily family) {
  using enum image::ImageFamily;
  switch (family) {
    case Debian:
      return kDebianUsers;
    case Alpine:
      return kAlpineUsers;
    case Rpm:
      return kRpmUsers;
    case Busybox:
      return kBusyboxUsers;
    case Distroless:
      return kDistrolessUsers;
    case Scratch:
    case Windows:
    case Other:
      break;
  }
  return {};
}

// Packages and images often bring a user of their own name: postgresql, memcached, rabbitmq-server.
bool is_related(std::string_view name, std::string_view user) {
  constexpr std::size_t kShortest = 4;
  if (name == user) return true;
  if (user.size() < kShortest || name.size() < kShortest) return false;
  return name.starts_with(user) || user.starts_with(name) || name.ends_with(user);
}

enum class Copied : std::uint8_t { Nothing, Perhaps, Passwd };

// Whether COPY or ADD may bring an /etc/passwd.
Copied brings_passwd(const Lint& lint, const Instruction& copy) {
  if (copy.words.size() < 2) return copy.heredocs.empty() ? Copied::Perhaps : Copied::Nothing;
  const auto target = copy_target(lint, copy);
  if (!target) return Copied::Perhaps;
  if (*target == "/etc/passwd") return Copied::Passwd;
  if (*target != "/" && *target != "/etc") return Copied::Nothing;
  Copied found = Copied::Nothing;
  for (const Word& source : copy.words.first(copy.words.size() - 1)) {
    const std::string_view text = source.text;
    if (text.ends_with("passwd")) return Copied::Passwd;
    const bool folder = text.ends_with('/') || text.ends_with('.') || text.contains("root") ||
                        text.ends_with("/etc") || text == "etc";
    // ADD unpacks an archive; another stage's single name is often a prepared tree.
    if (folder || (copy.keyword == Keyword::Add && text.contains(".tar"))) return Copied::Passwd;
    if (copy.flag("from") != nullptr || text.find_first_of("*$") != std::string_view::npos)
      found = Copied::Perhaps;
  }
  return found;
}

// A program or script whose doings are not to be seen: ./setup.sh, sh /tmp/install.sh, curl | sh.
bool is_opaque(const shell::Invocation& call) {
  if (call.empty()) return false;
  const std::string_view name = call.name();
  if (name.starts_with("./") || name.ends_with(".sh") || name == "." || name == "source")
    return true;
  if (!shell::is_shell(call.base())) return false;
  return !shell::has_flag(call, {"c"});
}

Existence by_script(const Lint& lint, const RunScript& run, std::string_view name) {
  Existence found = Existence::No;
  for (const shell::UserChange& change : shell::user_changes(run.script)) {
    using Kind = shell::UserChange::Kind;
    std::optional<std::string> made = script_path(lint, run, change.name);
    if (change.kind == Kind::ChangeUser || change.kind == Kind::AddToGroup) {
      const auto renamed = shell::flag_value(change.call, {"l", "login"});
      if (!renamed) continue;
      made = std::string(*renamed);
    } else if (change.kind != Kind::AddUser) {
      continue;
    }
    if (change.name_word != nullptr && !change.name_word->literal && change.kind == Kind::AddUser) {
      const auto value = run.script.resolve(
          *change.name_word, [&](std::string_view variable) -> std::optional<std::string> {
            const auto known = lint.stages.lookup(*run.outer, variable);
            if (!known || !known->known) return std::nullopt;
            return std::string(known->text);
          });
      // "name:x:1000:…" written into /etc/passwd is a word of more than the name.
      if (value) made = value->substr(0, value->find(':'));
    }
    if (made && *made == name) return Existence::Yes;
    if (!made || made->empty() || made->contains('$')) found = Existence::Maybe;
  }
  for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
    for (const shell::Package& package : operation.packages) {
      if (is_related(package.name, name)) return Existence::Yes;
    }
  }
  for (const shell::Command& command : run.script.commands) {
    const shell::Invocation call = shell::seen_through(command);
    if (is_opaque(call)) found = Existence::Maybe;
    const bool touches_passwd =
        std::ranges::any_of(
            command.words,
            [](const shell::Word& word) { return word.text.contains("/etc/passwd"); }) ||
        std::ranges::any_of(command.redirections, [](const shell::Redirection& one) {
          return one.target.text.ends_with("/etc/passwd") && one.op.starts_with('>');
        });
    if (!touches_passwd) continue;
    const std::string_view raw = run.script.raw(command.range);
    if (raw.contains(name)) return Existence::Yes;
    if (raw.contains('$') || call.base() == "cp" || call.base() == "mv" || call.base() == "cat")
      found = Existence::Maybe;
  }
  return found;
}

bool has_user_in_facts(const BaseFacts& facts, std::string_view name) {
  return std::ranges::find(facts.users, name, &std::pair<std::string, std::string>::first) !=
         facts.users.end();
}

Existence by_base(const BaseImage& base, std::string_view name) {
  if (name == "root" && !base.is_scratch()) return Existence::Yes;
  if (base.facts != nullptr && !base.facts->users.empty()) {
    return has_user_in_facts(*base.facts, name) ? Existence::Yes : Existence::No;
  }
  if (base.known == nullptr) return Existence::Maybe;
  const std::string_view ready = base.known->ready;
  if (!ready.empty() && ready.substr(0, ready.find(':')) == name) return Existence::Yes;
  if (base.known->user == name) return Existence::Yes;
  using enum image::ImageFamily;
  if (base.is_scratch()) return Existence::No;
  const auto usual = usual_users(base.family());
  if (std::ranges::find(usual, name) != usual.end()) return Existence::Yes;
  const std::string image = base.reference ? image::familiar_name(*base.reference) : std::string();
  if (base.family() == Debian && image == "ubuntu" && name == "ubuntu") return Existence::Yes;
  for (const std::string_view part : split(image, '/')) {
    if (is_related(part, name)) return Existence::Yes;
  }
  // Images of publishers with many products bring users that no table has.
  const bool varied = base.family() == Other || base.family() == Windows ||
                      image.starts_with("cgr.dev/") || image.starts_with("chainguard/") ||
                      image.starts_with("hashicorp/") || image.starts_with("bitnami");
  return varied ? Existence::Maybe : Existence::No;
}

}  // namespace

bool is_number(std::string_view user) {
  return !user.empty() && std::ranges::all_of(user, [](char c) { return c >= '0' && c <= '9'; });
}

bool EffectiveUser::is_root() const {
  if (name == "root") return true;
  return is_number(name) && name.find_first_not_of('0') == std::string::npos;
}

std::string EffectiveUser::as_written() const { return group.empty() ? name : name + ":" + group; }

EffectiveUser user_named_by(const Lint& lint, const Instruction& user) {
  EffectiveUser out;
  out.source = UserSource::File;
  out.instruction = &user;
  if (user.words.empty()) return out;
  const Expansion value = lint.stages.expand_at(user, user.words.front().text);
  if (!value.resolved) return out;
  const std::string_view text = trim(value.text);
  const std::size_t colon = text.find(':');
  out.name = text.substr(0, colon);
  if (colon != std::string_view::npos) out.group = text.substr(colon + 1);
  return out;
}

EffectiveUser user_of_base(const BaseImage& base) {
  EffectiveUser out;
  std::string_view text;
  if (base.facts != nullptr) {
    out.source = UserSource::BaseImage;
    text = base.facts->user.empty() ? std::string_view("root") : base.facts->user;
  } else if (base.known != nullptr) {
    out.source = UserSource::KnownImage;
    text = base.known->user;
  }
  const std::size_t colon = text.find(':');
  out.name = text.substr(0, colon);
  if (colon != std::string_view::npos) out.group = text.substr(colon + 1);
  return out;
}

const EffectiveUser& UserTrack::at(const Instruction& instruction) {
  const Instruction* user = lint_.stages.user_at(instruction);
  const Stage* stage = lint_.stages.stage_of(instruction);
  const std::uint32_t root = stage == nullptr ? kNone : stage->root;
  const std::uint32_t wanted = user == nullptr ? kNone : user->index;
  const bool same = user != nullptr ? last_user_ == wanted
                                    : last_user_ == kNone && last_root_ == root && root != kNone;
  if (same) return user_;
  last_user_ = wanted;
  last_root_ = root;
  if (user != nullptr) {
    user_ = user_named_by(lint_, *user);
  } else if (root == kNone) {
    user_ = {};
  } else {
    user_ = user_of_base(base_of(lint_, lint_.stages.all()[root]));
  }
  return user_;
}

Existence user_exists(const Lint& lint, const BaseImage& base, std::string_view name) {
  Existence found = by_base(base, name);
  if (found == Existence::Yes) return found;
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Copy && instruction.keyword != Keyword::Add) continue;
      const Copied copied = brings_passwd(lint, instruction);
      if (copied == Copied::Passwd) return Existence::Yes;
      if (copied == Copied::Perhaps) found = Existence::Maybe;
    }
  }
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.is_onbuild() || !lint.is_in_final(run)) continue;
    if (run.script.commands.empty()) found = Existence::Maybe;  // a script of another language
    const Existence here = by_script(lint, run, name);
    if (here == Existence::Yes) return here;
    if (here == Existence::Maybe) found = here;
  }
  return found;
}

std::optional<std::string> uid_of(const Lint& lint, const BaseImage& base, std::string_view name) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || !lint.is_in_final(run)) continue;
    for (const shell::UserChange& change : shell::user_changes(run.script)) {
      if (change.kind != shell::UserChange::Kind::AddUser || !change.uid) continue;
      if (script_path(lint, run, change.name) != std::optional<std::string>(name)) continue;
      const auto uid = script_path(lint, run, *change.uid);
      if (uid && is_number(*uid)) return uid;
    }
  }
  if (base.facts != nullptr) {
    for (const auto& [user, uid] : base.facts->users) {
      if (user == name) return uid;
    }
  }
  if (base.known == nullptr) return std::nullopt;
  const auto ready = split_once(base.known->ready, ':');
  if (!ready || ready->first != name || !is_number(ready->second)) return std::nullopt;
  return std::string(ready->second);
}

std::string Homes::of(const EffectiveUser& user) const {
  const auto found = homes_.find(user.name);
  return found == homes_.end() ? "/home/" + user.name : found->second;
}

Homes homes_of(const Lint& lint) {
  Homes homes;
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || !lint.is_in_final(run)) continue;
    for (const shell::UserChange& change : shell::user_changes(run.script)) {
      if (!change.home) continue;
      auto name = script_path(lint, run, change.name);
      auto home = script_path(lint, run, *change.home);
      if (name && home && home->starts_with('/')) homes.set(std::move(*name), std::move(*home));
    }
  }
  return homes;
}

std::string_view rights_dropper(const Lint& lint) {
  constexpr auto kDroppers = std::to_array<std::string_view>(
      {"gosu", "su-exec", "setpriv", "s6-setuidgid", "runuser", "chpst", "setuidgid"});
  const auto dropper = [&](std::string_view name) -> std::string_view {
    const auto* found = std::ranges::find(kDroppers, name);
    return found == kDroppers.end() ? std::string_view() : *found;
  };
  for (const RunScript& run : lint.scripts) {
    if (!lint.is_in_final(run) || run.is_onbuild()) continue;
    if (!run.is_run()) {
      for (const shell::Command& command : run.script.commands) {
        for (const shell::Word& word : command.words) {
          if (const auto found = dropper(word.text.substr(word.text.rfind('/') + 1));
              !found.empty())
            return found;
        }
      }
      continue;
    }
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      for (const shell::Package& package : operation.packages) {
        if (package.name == "gosu" || package.name == "su-exec") return dropper(package.name);
      }
    }
    for (const shell::Download& download : shell::downloads(run.script)) {
      if (download.output.ends_with("/gosu") || download.output.ends_with("/su-exec"))
        return dropper(download.output.substr(download.output.rfind('/') + 1));
    }
  }
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Copy || instruction.words.empty()) continue;
      for (const Word& word : instruction.words) {
        if (word.text.ends_with("/gosu") || word.text.ends_with("/su-exec"))
          return dropper(word.text.substr(word.text.rfind('/') + 1));
      }
    }
  }
  return {};
}

void PreparedPaths::add(std::string path) {
  // Of the root alone nothing follows for what lies below it.
  if (path != "/") paths_.add(std::move(path));
}

PreparedPaths::PreparedPaths(const Lint& lint, std::uint32_t from) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.index < from) continue;
    const bool copies = instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add;
    if (!copies || instruction.flag("chown") == nullptr) continue;
    if (auto target = copy_target(lint, instruction)) add(std::move(*target));
  }
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.outer->index < from) continue;
    const WorkDir folder = lint.stages.workdir_at(*run.outer);
    const auto add_written = [&](std::string_view text) {
      const auto known = script_path(lint, run, text);
      auto path = known ? absolute_path(folder, *known) : std::nullopt;
      if (path) add(std::move(*path));
    };
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      using Kind = shell::FileEffect::Kind;
      if (effect.kind != Kind::Owner && effect.kind != Kind::Mode) continue;
      for (const std::string& path : effect.paths) add_written(path);
    }
    for (const shell::UserChange& change : shell::user_changes(run.script)) {
      if (change.home) add_written(*change.home);
    }
  }
}

}  // namespace corten::dockerfile
