#include "cli/commands.h"

#include <array>

namespace corten::cli {

std::span<const CommandSpec> commands() {
  static const std::array kCommands = {
      kAuditCommand,   kScanCommand,           kLintCommand,       kDbUpdateCommand,
      kDbBuildCommand, kDbStatusCommand,       kDbPushCommand,     kDbPullCommand,
      kExplainCommand, kVersionCompareCommand, kCompletionCommand, kManCommand,
  };
  return kCommands;
}

std::string_view group_summary(std::string_view group) {
  if (group == "db") return "the advisory database: update, build, look at and share it";
  if (group == "version") return "versions of packages";
  return {};
}

}  // namespace corten::cli
