#include "dockerfile/rules/needs_root.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "dockerfile/dockerignore.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/users.h"
#include "shell/downloads.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kHome = "/root";

bool names_root_home(std::string_view text) {
  for (std::size_t at = text.find(kHome); at != std::string_view::npos;
       at = text.find(kHome, at + 1)) {
    const bool begins = at == 0 || !(is_letter(text[at - 1]) || is_digit(text[at - 1]) ||
                                     text[at - 1] == '/' || text[at - 1] == '_');
    const std::size_t end = at + kHome.size();
    const bool ends = end >= text.size() || text[end] == '/' || text[end] == ':';
    if (begins && ends) return true;
  }
  return false;
}

// Programs whose words say that they put something into the home of who runs them.
bool fills_home(const shell::Command& command) {
  constexpr auto kInstallers = std::to_array<std::string_view>(
      {"sh.rustup.rs", "nvm-sh/nvm", "install.python-poetry.org", "astral.sh/uv", "bun.sh/install",
       "deno.land/install", "get.pnpm.io", "get.sdkman.io"});
  const shell::Invocation call = shell::seen_through(command);
  if (call.empty()) return false;
  const std::string_view tool = call.base();
  if (tool.starts_with("pip") && shell::has_flag(call, {"user"})) return true;
  if (tool == "pipx" || shell::calls(call, "playwright", {"install"})) return true;
  if (tool == "dotnet" && shell::has_arg(call, "tool") && shell::has_flag(call, {"g", "global"}))
    return true;
  return std::ranges::any_of(command.words, [&](const shell::Word& word) {
    return std::ranges::any_of(
        kInstallers, [&](std::string_view installer) { return word.text.contains(installer); });
  });
}

bool uses_root_home(const RunScript& run) {
  return std::ranges::any_of(run.script.commands, [](const shell::Command& command) {
    // Caches are removed, not used.
    if (shell::seen_through(command).base() == "rm") return false;
    if (fills_home(command)) return true;
    return std::ranges::any_of(command.words, [](const shell::Word& word) {
      return word.tilde || names_root_home(word.text) ||
             std::ranges::any_of(word.variables, [](const shell::VariableReference& variable) {
               return variable.name == "HOME";
             });
    });
  });
}

bool uses_root_home(const Lint& lint, const Instruction& instruction) {
  switch (instruction.keyword) {
    case Keyword::Env:
      return std::ranges::any_of(instruction.pairs, [](const Pair& pair) {
        return names_root_home(pair.value.value_or(""));
      });
    case Keyword::Copy:
    case Keyword::Add: {
      const auto target = copy_target(lint, instruction);
      return target && is_within(*target, kHome);
    }
    case Keyword::Workdir:
      return names_root_home(instruction.text.text);
    default:
      return false;
  }
}

// Whether a script does first what only root can, or starts its program as somebody else.
bool lowers_rights(std::string_view script) {
  constexpr auto kMarks =
      std::to_array<std::string_view>({"gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid",
                                       "chpst", "su -", "chown", "usermod", "id -u"});
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return script.contains(mark); });
}

// Where in the build context the COPY finds what it brings to `program`; empty: it does not.
std::string source_of(const Lint& lint, const Instruction& copy, std::string_view program) {
  if (copy.keyword != Keyword::Copy || copy.flag("from") != nullptr || copy.words.size() < 2)
    return {};
  const auto target = copy_target(lint, copy);
  if (!target) return {};
  const bool is_path = program.contains('/');
  for (const Word& word : copy.words.first(copy.words.size() - 1)) {
    const std::string source = clean_context_path(lint.stages.expand_at(copy, word.text).text);
    const std::string_view name = last_part(source);
    if (!is_path && name == program) return source;
    const std::string as_file = absolute_path(*target, name);
    if (program == *target || program == as_file) return source;
    if (is_within(program, *target)) {
      const std::string rest(program.substr(target->size()));
      return clean_context_path(source + (rest.starts_with('/') ? rest : "/" + rest));
    }
  }
  return {};
}

// What the program is, where it is a file of the build context that can be read.
std::optional<std::string> text_of(const Lint& lint, std::string_view program) {
  if (lint.context == nullptr || !lint.context->read || program.empty()) return std::nullopt;
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& copy : lint.stages.instructions(*stage)) {
      const std::string source = source_of(lint, copy, program);
      if (source.empty()) continue;
      if (auto text = lint.context->read(source)) return text;
    }
  }
  return std::nullopt;
}

bool needs_root(const Lint& lint, std::string_view program) {
  if (const auto text = text_of(lint, program)) return lowers_rights(*text);
  return starts_as_root_by_design(last_part(program));
}

// The program itself, what a little init starts ("tini -- nginx"), and the script of a shell.
bool starts_root_program(const Lint& lint, const shell::Command& command) {
  if (command.words.empty()) return false;
  // Its small servers run as anybody.
  if (shell::as_written(command).base() == "busybox") return false;
  const shell::Invocation call = shell::seen_through(command);
  if (needs_root(lint, shell::as_written(command).name()) || needs_root(lint, call.name()))
    return true;
  if (shell::is_shell(call.base()) && !call.empty() && !call.args().empty() &&
      needs_root(lint, call.args().front().text))
    return true;
  const auto dashes = std::ranges::find(command.words, "--", &shell::Word::text);
  return dashes != command.words.end() && dashes + 1 != command.words.end() &&
         needs_root(lint, (dashes + 1)->text);
}

bool hinders(const Lint& lint, const Instruction& instruction) {
  if (instruction.keyword == Keyword::Onbuild && instruction.nested != nullptr)
    return instruction.nested->keyword == Keyword::Run;  // whoever builds on the image is root
  const bool copies = instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add;
  const bool brings_script =
      copies && std::ranges::any_of(instruction.heredocs, [](const Heredoc& script) {
        return lowers_rights(script.content.text);
      });
  return brings_script || uses_root_home(lint, instruction);
}

// Of what ENTRYPOINT or CMD starts; for each command the files of the context may be looked for.
bool needs_root(const Lint& lint, const shell::Script& start) {
  constexpr std::size_t kMostCommands = 20;
  const std::span<const shell::Command> commands = start.commands;
  return std::ranges::any_of(
      commands.first(std::min(commands.size(), kMostCommands)), [&](const auto& command) {
        return starts_root_program(lint, command) ||
               std::ranges::any_of(command.words, [](const shell::Word& word) {
                 return names_root_home(word.text);
               });
      });
}

}  // namespace

bool starts_as_root_by_design(std::string_view program) {
  constexpr auto kPrograms = std::to_array<std::string_view>({"apache2",
                                                              "apache2-foreground",
                                                              "apache2ctl",
                                                              "apachectl",
                                                              "chronyd",
                                                              "containerd",
                                                              "cron",
                                                              "crond",
                                                              "dnsmasq",
                                                              "docker-entrypoint.sh",
                                                              "dockerd",
                                                              "dovecot",
                                                              "dropbear",
                                                              "httpd",
                                                              "httpd-foreground",
                                                              "inetd",
                                                              "init",
                                                              "iptables",
                                                              "keepalived",
                                                              "lighttpd",
                                                              "mariadbd",
                                                              "mysqld",
                                                              "mysqld_safe",
                                                              "named",
                                                              "nginx",
                                                              "ntpd",
                                                              "openrc",
                                                              "openvpn",
                                                              "postfix",
                                                              "proftpd",
                                                              "rc-service",
                                                              "rsyslogd",
                                                              "runsvdir",
                                                              "s6-svscan",
                                                              "service",
                                                              "slapd",
                                                              "smbd",
                                                              "snmpd",
                                                              "squid",
                                                              "sshd",
                                                              "su",
                                                              "sudo",
                                                              "supervisord",
                                                              "systemd",
                                                              "telnetd",
                                                              "udevd",
                                                              "vsftpd",
                                                              "wg-quick",
                                                              "xinetd"});
  return is_among(program, kPrograms) || program.starts_with("php-fpm");
}

bool needs_root_at_start(const Lint& lint, const BaseImage& base) {
  if (!rights_dropper(lint).empty()) return true;
  if (base.known != nullptr && base.known->drops_root) return true;
  if (base.facts != nullptr && is_within(base.facts->working_dir, kHome)) return true;
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (hinders(lint, instruction)) return true;
    }
  }
  for (const Keyword keyword : {Keyword::Entrypoint, Keyword::Cmd}) {
    const Instruction* start = last_of(lint, keyword);
    const RunScript* run = start == nullptr ? nullptr : lint.script_of(*start);
    if (run != nullptr && needs_root(lint, run->script)) return true;
  }
  return std::ranges::any_of(lint.scripts, [&](const RunScript& run) {
    return run.is_run() && lint.is_in_final(run) && !run.is_onbuild() && uses_root_home(run);
  });
}

}  // namespace corten::dockerfile
