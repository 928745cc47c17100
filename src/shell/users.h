// Commands that change users and groups: of shadow-utils, busybox, Debian's adduser, and Windows'
// net.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/commands.h"

namespace corten::shell {

struct UserChange {
  enum class Kind {
    AddUser,
    AddGroup,
    AddToGroup,
    ChangeUser,
    ChangePassword,
    RemoveUser,
    RemoveGroup
  };
  Kind kind = Kind::AddUser;
  Invocation call;
  const Word* name_word = nullptr;  // the user, or the group of AddGroup and RemoveGroup
  std::string name;                 // its text; "" where the command does not tell it
  std::optional<std::string> uid;   // as written, variables as ${NAME}
  std::optional<std::string>
      gid;  // of a group: its own; of a user: gid or name of its primary group
  std::vector<std::string> groups;  // supplementary ones
  std::optional<std::string> home;
  std::optional<std::string> login_shell;
  bool system = false;
  bool makes_home = false;
  bool makes_own_group = false;  // a group of the user's name comes to be
  bool has_password = false;     // one is set: -p, chpasswd, passwd --stdin, net user X pass
  bool empty_password = false;   // passwd -d
};

[[nodiscard]] std::optional<UserChange> user_change(const Script& script, const Invocation& call);
// All of a script, seen through wrappers; also lines echoed into /etc/passwd and /etc/group.
[[nodiscard]] std::vector<UserChange> user_changes(const Script& script);

}  // namespace corten::shell
