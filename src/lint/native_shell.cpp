#include "lint/native_shell.h"

#include "shell/spell.h"

namespace corten::lint {

namespace {

shell::Dialect dialect_of(ShellDialect dialect) {
  switch (dialect) {
    case ShellDialect::Sh:
      return shell::Dialect::Sh;
    case ShellDialect::Bash:
      return shell::Dialect::Bash;
    case ShellDialect::Dash:
      return shell::Dialect::Dash;
    case ShellDialect::Ksh:
      return shell::Dialect::Ksh;
    case ShellDialect::BusyboxAsh:
      return shell::Dialect::Ash;
  }
  return shell::Dialect::Sh;
}

LintLevel level_of(shell::Level level) {
  switch (level) {
    case shell::Level::Error:
      return LintLevel::Error;
    case shell::Level::Warning:
      return LintLevel::Warning;
    case shell::Level::Info:
      return LintLevel::Info;
    case shell::Level::Style:
      return LintLevel::Style;
  }
  return LintLevel::Style;
}

}  // namespace

std::vector<ShellIssue> native_issues(const ShellSnippet& snippet) {
  shell::NativeCheckOptions options;
  options.known_variables = snippet.variables;
  for (const std::string_view name : proxy_variables()) options.known_variables.emplace_back(name);
  options.busybox = snippet.dialect == ShellDialect::BusyboxAsh;
  const dockerfile::Source text(snippet.text);
  const auto place = [&](std::uint32_t offset) {
    const Position in_text = text.position(offset);
    return snippet.to_file ? snippet.to_file(in_text) : in_text;
  };
  const shell::Script script = shell::parse(snippet.text, dialect_of(snippet.dialect));
  std::vector<ShellIssue> issues;
  for (shell::Mistake& mistake : shell::native_checks(script, options)) {
    ShellIssue issue;
    issue.code = mistake.code;
    issue.level = level_of(mistake.level);
    issue.message = std::move(mistake.message);
    issue.begin = place(mistake.range.begin);
    issue.end = place(mistake.range.end);
    for (shell::Replacement& part : mistake.fix) {
      issue.fix.push_back(
          {place(part.range.begin), place(part.range.end), std::move(part.text), 0});
    }
    issues.push_back(std::move(issue));
  }
  return issues;
}

}  // namespace corten::lint
