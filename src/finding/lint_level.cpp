#include "finding/lint_level.h"

namespace corten {

const char* name_of(LintLevel level) {
  switch (level) {
    case LintLevel::Style:
      return "style";
    case LintLevel::Info:
      return "info";
    case LintLevel::Warning:
      return "warning";
    case LintLevel::Error:
      return "error";
  }
  return "style";
}

std::optional<LintLevel> parse_lint_level(std::string_view name) {
  for (const LintLevel level :
       {LintLevel::Style, LintLevel::Info, LintLevel::Warning, LintLevel::Error}) {
    if (name == name_of(level)) return level;
  }
  return std::nullopt;
}

Severity severity_of(LintLevel level) {
  switch (level) {
    case LintLevel::Style:
      return Severity::Info;
    case LintLevel::Info:
      return Severity::Low;
    case LintLevel::Warning:
      return Severity::Medium;
    case LintLevel::Error:
      return Severity::High;
  }
  return Severity::Info;
}

LintLevel level_of(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return LintLevel::Style;
    case Severity::Unknown:
    case Severity::Low:
      return LintLevel::Info;
    case Severity::Medium:
      return LintLevel::Warning;
    case Severity::High:
    case Severity::Critical:
      return LintLevel::Error;
  }
  return LintLevel::Style;
}

}  // namespace corten
