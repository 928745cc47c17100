// The commands' rows; each is defined in its own file.
#pragma once

#include "cli/command.h"

namespace corten::cli {

extern const CommandSpec kScanCommand;
extern const CommandSpec kAuditCommand;
extern const CommandSpec kLintCommand;
extern const CommandSpec kDbBuildCommand;
extern const CommandSpec kDbStatusCommand;
extern const CommandSpec kDbUpdateCommand;
extern const CommandSpec kDbPushCommand;
extern const CommandSpec kDbPullCommand;
extern const CommandSpec kExplainCommand;
extern const CommandSpec kVersionCompareCommand;
extern const CommandSpec kCompletionCommand;
extern const CommandSpec kManCommand;

}  // namespace corten::cli
