#include "shell/users.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::shell {

namespace {

using Kind = UserChange::Kind;

std::optional<std::string> text_of(std::optional<std::string_view> value) {
  if (!value) return std::nullopt;
  return std::string(*value);
}

void set_name(UserChange& made, const Word* word) {
  made.name_word = word;
  made.name = word == nullptr ? std::string() : word->text;
}

void set_groups(UserChange& made, std::optional<std::string_view> list) {
  if (!list) return;
  for (const std::string_view group : split(*list, ',')) {
    if (!group.empty()) made.groups.emplace_back(group);
  }
}

void common_flags(UserChange& made) {
  made.uid = text_of(flag_value(made.call, {"u", "uid"}));
  made.login_shell = text_of(flag_value(made.call, {"s", "shell"}));
}

// shadow-utils.
void useradd(UserChange& made) {
  common_flags(made);
  made.gid = text_of(flag_value(made.call, {"g", "gid"}));
  set_groups(made, flag_value(made.call, {"G", "groups"}));
  made.home = text_of(flag_value(made.call, {"d", "home-dir", "home"}));
  made.system = has_flag(made.call, {"r", "system"});
  made.makes_home = has_flag(made.call, {"m", "create-home"});
  made.makes_own_group = !made.gid && !has_flag(made.call, {"N", "no-user-group"});
  made.has_password = flag_value(made.call, {"p", "password"}).has_value();
  const auto words = operands(made.call);
  if (!words.empty()) set_name(made, words.back());
}

// Debian's script and busybox's applet share a name; long options are the script's.
void adduser(UserChange& made) {
  const auto words = operands(made.call);
  const bool group = has_flag(made.call, {"group"}) && !has_flag(made.call, {"system"});
  common_flags(made);
  made.home = text_of(flag_value(made.call, {"home", "h"}));
  made.system = has_flag(made.call, {"system", "S"});
  made.makes_home = !has_flag(made.call, {"no-create-home", "H"});
  made.gid = text_of(flag_value(made.call, {"gid", "ingroup", "G"}));
  made.makes_own_group = !made.gid && (!made.system || has_flag(made.call, {"group"}));
  if (words.empty()) return;
  set_name(made, words.front());
  if (group) {
    made.kind = Kind::AddGroup;
  } else if (words.size() > 1) {  // adduser USER GROUP
    made.kind = Kind::AddToGroup;
    made.groups.push_back(words[1]->text);
  }
}

void groupadd(UserChange& made) {
  made.kind = Kind::AddGroup;
  made.gid = text_of(flag_value(made.call, {"g", "gid"}));
  made.system = has_flag(made.call, {"r", "system", "S"});
  const auto words = operands(made.call);
  if (words.empty()) return;
  if (made.call.base() == "addgroup" && words.size() > 1) {  // addgroup USER GROUP
    made.kind = Kind::AddToGroup;
    made.groups.push_back(words[1]->text);
    set_name(made, words.front());
    return;
  }
  set_name(made, words.back());
}

void usermod(UserChange& made) {
  made.kind = Kind::ChangeUser;
  common_flags(made);
  made.gid = text_of(flag_value(made.call, {"g", "gid"}));
  set_groups(made, flag_value(made.call, {"G", "groups"}));
  made.home = text_of(flag_value(made.call, {"d", "home"}));
  made.has_password = flag_value(made.call, {"p", "password"}).has_value();
  if (!made.groups.empty() && !made.uid && !made.gid) made.kind = Kind::AddToGroup;
  const auto words = operands(made.call);
  if (!words.empty()) set_name(made, words.back());
}

void groupmod(UserChange& made) {
  made.kind = Kind::AddGroup;
  made.gid = text_of(flag_value(made.call, {"g", "gid"}));
  const auto words = operands(made.call);
  if (const auto renamed = flag_value(made.call, {"n", "new-name"})) {
    made.name = *renamed;
  } else if (!words.empty()) {
    set_name(made, words.back());
  }
}

void passwd(UserChange& made) {
  made.kind = Kind::ChangePassword;
  made.empty_password = has_flag(made.call, {"d", "delete"});
  made.has_password = has_flag(made.call, {"stdin"});
  const auto words = operands(made.call);
  if (!words.empty()) set_name(made, words.back());
}

// The "user:password" that `echo` or printf sends to chpasswd.
void chpasswd(UserChange& made, const Script& script) {
  made.kind = Kind::ChangePassword;
  made.has_password = true;
  const Command& command = *made.call.command;
  const Word* line = nullptr;
  for (const Redirection& one : command.redirections) {
    if (one.op == "<<<") line = &one.target;
  }
  if (command.pipeline != kNone && command.position > 0) {
    const auto& elements = script.pipelines[command.pipeline].elements;
    const Pipeline::Element before = elements[command.position - 1];
    if (!before.compound) {
      const std::vector<Word>& words = script.commands[before.index].words;
      for (std::size_t i = words.size(); i > 1 && line == nullptr; --i) {
        if (words[i - 1].text.find(':') != std::string::npos) line = &words[i - 1];
      }
    }
  }
  if (line == nullptr) return;
  made.name_word = line;
  made.name = line->text.substr(0, line->text.find(':'));
}

void gpasswd(UserChange& made) {
  made.kind = Kind::AddToGroup;
  const auto user = flag_value(made.call, {"a", "add"});
  const auto words = args_without_flags(made.call, {"a", "add"});
  if (user) made.name = *user;
  if (!words.empty()) made.groups.push_back(words.back()->text);
}

void remove_user(UserChange& made, Kind kind) {
  made.kind = kind;
  const auto words = operands(made.call);
  if (!words.empty()) set_name(made, words.front());
}

// net user NAME [PASSWORD] /add, net localgroup GROUP NAME /add.
bool net(UserChange& made) {
  std::vector<const Word*> words;
  bool adds = false;
  bool removes = false;
  for (const Word& word : made.call.args()) {
    const std::string lower = to_lower(word.text);
    adds = adds || lower == "/add";
    removes = removes || lower == "/delete";
    if (!lower.starts_with('/')) words.push_back(&word);
  }
  if (words.size() < 2) return false;
  const std::string what = to_lower(words[0]->text);
  if (what == "user" || what == "users") {
    set_name(made, words[1]);
    made.has_password = words.size() > 2 && words[2]->text != "*";
    made.kind = adds ? Kind::AddUser : Kind::ChangePassword;
    if (removes) made.kind = Kind::RemoveUser;
    return true;
  }
  if (what != "localgroup") return false;
  if (words.size() == 2) {
    made.kind = removes ? Kind::RemoveGroup : Kind::AddGroup;
    set_name(made, words[1]);
    return adds || removes;
  }
  made.kind = Kind::AddToGroup;
  made.groups.push_back(words[1]->text);
  set_name(made, words[2]);
  return adds;
}

// New-LocalUser -Name X, Add-LocalGroupMember -Group G -Member X.
bool local_user(UserChange& made, std::string_view base) {
  if (base == "new-localuser") {
    if (const auto name = parameter(made.call, "Name")) made.name = *name;
    made.has_password = has_parameter(made.call, "Password");
    return true;
  }
  if (base != "add-localgroupmember") return false;
  made.kind = Kind::AddToGroup;
  if (const auto group = parameter(made.call, "Group")) made.groups.emplace_back(*group);
  if (const auto member = parameter(made.call, "Member")) made.name = *member;
  return true;
}

// A passwd or group line written by echo or printf: "name:x:1000:1000:…".
std::optional<UserChange> written_line(const Command& command) {
  const Word* file = output_file(command);
  const Invocation call = as_written(command);
  if (file == nullptr || (call.base() != "echo" && call.base() != "printf")) return std::nullopt;
  const bool user = file->text == "/etc/passwd" || file->text.ends_with("/etc/passwd");
  const bool group = file->text == "/etc/group" || file->text.ends_with("/etc/group");
  if (!user && !group) return std::nullopt;
  for (const Word& word : call.args()) {
    const auto fields = split(word.text, ':');
    if (fields.size() < 3) continue;
    UserChange made;
    made.kind = user ? Kind::AddUser : Kind::AddGroup;
    made.call = call;
    made.name_word = &word;
    made.name = fields[0];
    (user ? made.uid : made.gid) = std::string(fields[2]);
    if (user && fields.size() > 3) made.gid = std::string(fields[3]);
    if (user && fields.size() > 5) made.home = std::string(fields[5]);
    return made;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UserChange> user_change(const Script& script, const Invocation& call) {
  if (call.empty()) return std::nullopt;
  UserChange made;
  made.call = call;
  const std::string base = to_lower(call.base());
  if (base == "useradd") {
    useradd(made);
  } else if (base == "adduser") {
    adduser(made);
  } else if (base == "groupadd" || base == "addgroup") {
    groupadd(made);
  } else if (base == "usermod") {
    usermod(made);
  } else if (base == "groupmod") {
    groupmod(made);
  } else if (base == "passwd") {
    passwd(made);
  } else if (base == "chpasswd") {
    chpasswd(made, script);
  } else if (base == "gpasswd") {
    gpasswd(made);
  } else if (base == "userdel" || base == "deluser") {
    remove_user(made, Kind::RemoveUser);
  } else if (base == "groupdel" || base == "delgroup") {
    remove_user(made, Kind::RemoveGroup);
  } else if (base == "net") {
    if (!net(made)) return std::nullopt;
  } else if (!local_user(made, base)) {
    return std::nullopt;
  }
  return made;
}

std::vector<UserChange> user_changes(const Script& script) {
  std::vector<UserChange> found;
  for (const Command& command : script.commands) {
    if (auto made = user_change(script, seen_through(command))) {
      found.push_back(std::move(*made));
    } else if (auto line = written_line(command)) {
      found.push_back(std::move(*line));
    }
  }
  return found;
}

}  // namespace corten::shell
