#include "cli/commands.h"

#include <array>

namespace corten::cli {

std::span<const CommandSpec> commands() {
  static const std::array kCommands = {
      kAuditCommand,          kScanCommand,       kDbUpdateCommand, kDbBuildCommand,
      kDbStatusCommand,       kDbPushCommand,     kDbPullCommand,   kExplainCommand,
      kVersionCompareCommand, kCompletionCommand, kManCommand,
  };
  return kCommands;
}

}  // namespace corten::cli
