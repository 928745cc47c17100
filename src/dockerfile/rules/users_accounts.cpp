// Accounts that open a way to root: passwords in the build, sudo without one.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dockerfile/mount.h"
#include "dockerfile/rules/account.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/users.h"
#include "shell/users.h"

namespace corten::dockerfile {

namespace {

using Kind = shell::UserChange::Kind;

// ---- CL1011 -------------------------------------------------------------------------------------

constexpr std::string_view kNoPassword = "NOPASSWD";

// Whether a sed expression takes NOPASSWD away: it stands in the pattern, not in what replaces it.
bool takes_away(std::string_view expression) {
  const std::size_t at = expression.find('s');
  if (at == std::string_view::npos || at + 1 >= expression.size()) return true;
  const char mark = expression[at + 1];
  const std::size_t middle = expression.find(mark, at + 2);
  return middle == std::string_view::npos || !expression.substr(middle).contains(kNoPassword);
}

bool only_reads(const shell::Invocation& call, const shell::Word& word) {
  constexpr auto kReaders =
      std::to_array<std::string_view>({"grep", "egrep", "fgrep", "test", "["});
  if (is_among(call.base(), kReaders)) return true;
  return call.base() == "sed" && takes_away(word.text);
}

void sudo_in_script(const RunScript& run, Problems& problems) {
  for (const shell::Command& command : run.script.commands) {
    const shell::Invocation call = shell::seen_through(command);
    for (const shell::Word& word : command.words) {
      // The string of `sh -c` holds commands, which are looked at themselves.
      if (!word.text.contains(kNoPassword) || call.empty() || only_reads(call, word)) continue;
      const bool is_script =
          std::ranges::any_of(run.script.commands, [&](const shell::Command& inner) {
            return inner.enclosing.place == shell::Enclosing::Place::Script &&
                   inner.range.begin >= word.range.begin && inner.range.end <= word.range.end;
          });
      if (is_script) continue;
      problems.add(run.source_range(word.range), "sudo asks for no password");
      return;
    }
    for (const shell::Redirection& one : command.redirections) {
      if (!run.script.raw(one.body).contains(kNoPassword)) continue;
      problems.add(run.source_range(one.body), "sudo asks for no password");
      return;
    }
  }
}

void groups_of_root(const Lint& lint, const RunScript& run, Problems& problems) {
  for (const shell::UserChange& change : shell::user_changes(run.script)) {
    if (change.kind == Kind::AddGroup || change.kind == Kind::RemoveUser ||
        change.kind == Kind::RemoveGroup)
      continue;
    // deluser USER GROUP, gpasswd -d USER GROUP
    if (change.call.base() == "gpasswd" && !shell::has_flag(change.call, {"a", "add"})) continue;
    std::vector<std::string> groups = change.groups;
    if (change.gid) groups.push_back(*change.gid);
    for (const std::string& written : groups) {
      const auto group = script_path(lint, run, written);
      if (!group || !leads_to_root(*group)) continue;
      problems.add(run.source_range(words_range(change.call)),
                   fmt::format("the group {} makes {} root whenever it likes", *group,
                               change.name.empty() ? std::string("the user") : change.name));
      break;
    }
  }
}

void way_to_root(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run()) continue;
    if (run.script.text.contains(kNoPassword)) sudo_in_script(run, problems);
    groups_of_root(lint, run, problems);
  }
  for (const Instruction& outer : lint.file.instructions) {
    if (outer.keyword != Keyword::Copy && outer.keyword != Keyword::Add) continue;
    for (const Heredoc& document : outer.heredocs) {
      const std::size_t at = document.content.text.find(kNoPassword);
      if (at == std::string_view::npos) continue;
      problems.add(document.content.source_range(at, at + kNoPassword.size()),
                   "sudo asks for no password");
    }
  }
}

// ---- CL1012 -------------------------------------------------------------------------------------

bool has_secret_mount(const RunScript& run) {
  return std::ranges::any_of(mounts_of(*run.instruction),
                             [](const Mount& mount) { return mount.type == "secret"; });
}

bool is_piped_into(const shell::Command& command) {
  return command.pipeline != shell::kNone && command.position > 0;
}

// A hash that fits no password: the account is locked.
bool is_locked(std::string_view hash) {
  return hash == "*" || hash == "!" || hash == "!!" || hash == "!*";
}

std::optional<std::string> judged(const shell::UserChange& change) {
  const std::string who = change.name.empty() ? std::string("an account") : change.name;
  const std::string_view tool = change.call.base();
  if (change.empty_password) return fmt::format("{} gets an empty password", who);
  const bool adds = change.kind == Kind::AddUser;
  if ((adds || change.kind == Kind::ChangeUser) && change.uid && is_number(*change.uid) &&
      change.uid->find_first_not_of('0') == std::string::npos && change.name != "root") {
    return fmt::format("{} has the user id 0 and is root", who);
  }
  if (tool == "useradd" || tool == "usermod") {
    const auto hash = shell::flag_value(change.call, {"p", "password"});
    if (!hash || is_locked(*hash)) return std::nullopt;
    return hash->empty() ? fmt::format("{} gets an empty password", who)
                         : fmt::format("the password of {} is in the build", who);
  }
  const bool told = change.has_password ||
                    (tool == "passwd" && (is_piped_into(*change.call.command) ||
                                          std::ranges::any_of(change.call.command->redirections,
                                                              [](const shell::Redirection& one) {
                                                                return one.op.starts_with("<<");
                                                              })));
  if (!told || shell::has_flag(change.call, {"l", "lock"})) return std::nullopt;
  return fmt::format("the password of {} is in the build", who);
}

void password_in_build(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run()) continue;
    for (const shell::UserChange& change : shell::user_changes(run.script)) {
      auto evidence = judged(change);
      if (!evidence) continue;
      Problem& problem =
          problems.add(run.source_range(words_range(change.call)), std::move(*evidence));
      if (has_secret_mount(run)) {
        problem.severity = Severity::Low;
        problem.evidence += "; it comes from a secret, but its hash stays in the layer";
      }
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1011", FindingKind::Misconfiguration, Severity::High,
      "a user may become root without a password",
      "NOPASSWD in sudoers, or the groups sudo, wheel and docker, make an account root whenever it "
      "likes: then USER protects nothing. A service needs no sudo; steps that need root run in "
      "front of USER.",
      "leave sudo out, and do what needs root in front of USER",
      "FROM debian:12\nRUN echo 'app ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/app\n",
      "FROM debian:12\nRUN useradd -u 10001 app\nUSER 10001\n", "CIS-DI-0003", ""},
     Default::On,
     way_to_root},
    {{"CL1012", FindingKind::Misconfiguration, Severity::High,
      "an account gets a password in the build",
      "A password that a build sets is the same in every container, stands in the history of the "
      "image and seldom changes. An empty one, or a second account with user id 0, is root for "
      "everybody. Containers need no passwords: `docker exec` asks for none.",
      "set no password; lock the account or make it without one",
      "FROM debian:12\nRUN echo 'root:root' | chpasswd\n",
      "FROM debian:12\nRUN useradd -u 10001 -s /usr/sbin/nologin app\n", "CKV2_DOCKER_17", ""},
     Default::On,
     password_in_build},
});

}  // namespace

std::span<const Rule> users_accounts_rules() { return kRules; }

}  // namespace corten::dockerfile
