#include "dockerfile/rules/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "shell/packages.h"
#include "shell/users.h"

namespace corten::dockerfile {

namespace {

using image::ImageFamily;

Account existing(std::string id) {
  Account account;
  account.user = id;
  account.id = std::move(id);
  return account;
}

ImageFamily family_of(shell::Manager manager) {
  using enum shell::Manager;
  switch (manager) {
    case AptGet:
    case Apt:
    case Aptitude:
    case Dpkg:
      return ImageFamily::Debian;
    case Apk:
      return ImageFamily::Alpine;
    case Yum:
    case Dnf:
    case MicroDnf:
    case TDnf:
    case Rpm:
    case Zypper:
      return ImageFamily::Rpm;
    default:
      return ImageFamily::Other;
  }
}

// Images of the RPM family that are too small for shadow-utils.
bool lacks_useradd(const BaseImage& base) {
  constexpr auto kSmall =
      std::to_array<std::string_view>({"minimal", "micro", "amazonlinux", "amazoncorretto",
                                       "azurelinux", "mariner", "photon", "suse", "slim"});
  return std::ranges::any_of(kSmall, [&](std::string_view part) { return names(base, part); });
}

bool installs_shadow(const Lint& lint) {
  return std::ranges::any_of(lint.scripts, [&](const RunScript& run) {
    if (!lint.is_in_final(run) || run.is_onbuild() || !run.is_run()) return false;
    return std::ranges::any_of(
        shell::package_operations(run.script), [](const shell::PackageOperation& operation) {
          return std::ranges::any_of(operation.packages, [](const shell::Package& package) {
            return package.name == "shadow-utils" || package.name == "shadow";
          });
        });
  });
}

// The accounts that the RUNs of the final image make, in order.
struct MadeUser {
  const RunScript* run = nullptr;
  shell::UserChange change;
};

std::vector<MadeUser> made_users(const Lint& lint) {
  using Kind = shell::UserChange::Kind;
  std::vector<MadeUser> made;
  std::vector<std::string> powerful;  // made for people rather than for the service
  for (const RunScript& run : lint.scripts) {
    if (!lint.is_in_final(run) || run.is_onbuild() || !run.is_posix_run()) continue;
    for (shell::UserChange& change : shell::user_changes(run.script)) {
      if (std::ranges::any_of(change.groups, leads_to_root) ||
          leads_to_root(change.gid.value_or("")))
        powerful.push_back(change.name);
      if (change.kind == Kind::AddUser) made.push_back({&run, std::move(change)});
    }
  }
  std::erase_if(made, [&](const MadeUser& one) {
    return std::ranges::find(powerful, one.change.name) != powerful.end();
  });
  return made;
}

// The account that the file makes: its number, or the edit that gives it one.
std::optional<Account> account_of(const Lint& lint, const BaseImage& base, const MadeUser& made) {
  const shell::UserChange& change = made.change;
  if (change.uid) {
    auto id = script_path(lint, *made.run, *change.uid);
    if (!id || !is_number(*id) || *id == "0") return std::nullopt;
    return existing(std::move(*id));
  }
  const shell::Invocation& call = change.call;
  const std::string_view tool = call.base();
  const bool is_busybox = tool == "adduser" && family_of(lint, base) != ImageFamily::Debian;
  if (tool != "useradd" && tool != "adduser") return std::nullopt;
  const Range name = made.run->source_range(call.command->words[call.name_index].range);
  Account account = existing(std::string(kNewId));
  account.edits.push_back(
      {{name.end, name.end}, fmt::format(" {} {}", is_busybox ? "-u" : "--uid", kNewId)});
  return account;
}

// The last unprivileged USER of the final image before it went back to root; nullptr: none.
const Instruction* earlier_user(const Lint& lint) {
  for (const Stage* stage : lint.stages.final_chain()) {
    const Instruction* last = nullptr;
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::User || instruction.broken) continue;
      if (user_named_by(lint, instruction).is_unprivileged()) last = &instruction;
    }
    if (last != nullptr) return last;
  }
  return nullptr;
}

// A user that the file names or makes. nullopt: it has none; an Account without a user: it is not
// clear which, or its number is not known.
std::optional<Account> own_account(const Lint& lint, const BaseImage& base) {
  const std::vector<MadeUser> made = made_users(lint);
  if (const Instruction* user = earlier_user(lint)) {
    const EffectiveUser named = user_named_by(lint, *user);
    if (is_number(named.name)) {
      Account account = existing(named.as_written());
      account.id = named.name;
      return account;
    }
    if (auto id = uid_of(lint, base, named.name)) return existing(std::move(*id));
    for (const MadeUser& one : made) {
      if (one.change.name != named.name) continue;
      return account_of(lint, base, one).value_or(Account{});
    }
    return Account{};
  }
  if (made.empty()) return std::nullopt;
  if (made.size() > 1) return Account{};
  return account_of(lint, base, made.front()).value_or(Account{});
}

}  // namespace

bool names(const BaseImage& base, std::string_view part) {
  return base.reference && (image::familiar_name(*base.reference).contains(part) ||
                            base.reference->tag.contains(part));
}

std::optional<Account> account_for(const Lint& lint, const BaseImage& base) {
  const EffectiveUser of_base = user_of_base(base);
  if (of_base.is_unprivileged()) {
    auto id = is_number(of_base.name) ? of_base.name : uid_of(lint, base, of_base.name);
    if (!id) return std::nullopt;
    return existing(std::move(*id));
  }
  if (auto own = own_account(lint, base)) {
    if (own->user.empty()) return std::nullopt;
    return own;
  }
  const auto ready = split_once(ready_user_of(base), ':');
  if (ready && is_number(ready->second) && base.has_shell() != false)
    return existing(std::string(ready->second));
  if (base.is_scratch() || base.has_shell() == false)
    return Account{std::string(kWithoutPasswd), fmt::format("{0}:{0}", kWithoutPasswd), {}, {}};
  Account account{std::string(kNewId),
                  fmt::format("{0}:{0}", kNewId),
                  command_for_account(lint, base, kNewName, kNewId),
                  {}};
  if (account.command.empty()) return std::nullopt;
  return account;
}

std::string_view ready_user_of(const BaseImage& base) {
  if (base.known == nullptr) return {};
  const bool is_dotnet = base.reference && base.reference->repository.starts_with("dotnet/");
  if (is_dotnet) {
    constexpr unsigned kFirst = 8;
    const std::string_view tag = base.reference->tag;
    const auto major = parse_number<unsigned>(tag.substr(0, tag.find('.')));
    if (major && *major < kFirst) return {};
  }
  return base.known->ready;
}

ImageFamily family_of(const Lint& lint, const BaseImage& base) {
  if (base.family() != ImageFamily::Other) return base.family();
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run() || run.stage == kNone || run.is_onbuild()) continue;
    if (lint.stages.all()[run.stage].root != base.stage->index) continue;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      const ImageFamily family = family_of(operation.manager);
      if (family != ImageFamily::Other) return family;
    }
  }
  return ImageFamily::Other;
}

bool leads_to_root(std::string_view group) {
  constexpr auto kGroups =
      std::to_array<std::string_view>({"sudo", "wheel", "docker", "admin", "lxd"});
  return is_among(group, kGroups);
}

bool is_account_at(const Lint& lint, const BaseImage& base, std::string_view user,
                   const Instruction& instruction) {
  if (is_number(user)) return true;
  const std::string_view ready = ready_user_of(base);
  if (!ready.empty() && ready.substr(0, ready.find(':')) == user) return true;
  if (base.facts != nullptr &&
      std::ranges::find(base.facts->users, user, &std::pair<std::string, std::string>::first) !=
          base.facts->users.end())
    return true;
  return std::ranges::any_of(lint.scripts, [&](const RunScript& run) {
    if (!run.is_run() || run.is_onbuild() || run.outer->index >= instruction.index ||
        !lint.is_in_final(run) || !run.script.text.contains(user))
      return false;
    return std::ranges::any_of(
        shell::user_changes(run.script), [&](const shell::UserChange& change) {
          return change.kind == shell::UserChange::Kind::AddUser && change.name == user;
        });
  });
}

std::string command_for_account(const Lint& lint, const BaseImage& base, std::string_view name,
                                std::string_view id) {
  if (base.has_shell() == false) return {};
  const ImageFamily family = family_of(lint, base);
  switch (family) {
    case ImageFamily::Alpine:
    case ImageFamily::Busybox:
      return fmt::format("addgroup -g {1} {0} && adduser -D -u {1} -G {0} -s /sbin/nologin {0}",
                         name, id);
    case ImageFamily::Rpm:
      if (lacks_useradd(base) && !installs_shadow(lint)) {
        return fmt::format(
            "echo '{0}:x:{1}:{1}::/home/{0}:/sbin/nologin' >> /etc/passwd && echo '{0}:x:{1}:' >> "
            "/etc/group && mkdir -p /home/{0} && chown {1}:{1} /home/{0}",
            name, id);
      }
      break;
    case ImageFamily::Debian:
      break;
    case ImageFamily::Other:
      if (!names(base, "archlinux")) return {};
      break;
    case ImageFamily::Distroless:  // those with a shell have busybox alone
    case ImageFamily::Scratch:
    case ImageFamily::Windows:
      return {};
  }
  return fmt::format(
      "groupadd --gid {1} {0} && useradd --no-log-init --create-home --uid {1} --gid {0} --shell "
      "/usr/sbin/nologin {0}",
      name, id);
}

bool is_id_taken(const Lint& lint, std::string_view id) {
  return std::ranges::any_of(
      made_users(lint), [&](const MadeUser& one) { return one.change.uid == std::string(id); });
}

}  // namespace corten::dockerfile
