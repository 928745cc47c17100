// The rows of options that several commands share.
#pragma once

#include <array>

#include "cli/command.h"

namespace corten::cli {

inline constexpr auto kCommonOptions = std::to_array<OptionSpec>({
    {"policy", 0, "FILE", "", "policy file; by default corten.yaml here, if there is one",
     Repeat::Once},
    {"quiet", 'q', "", "", "no progress and no notes on stderr", Repeat::Once},
    {"color", 0, "WHEN", "auto always never", "colour the output", Repeat::Once},
    {"progress", 0, "WHEN", "auto always never", "show progress on stderr", Repeat::Once},
});

inline constexpr auto kReportOptions = std::to_array<OptionSpec>({
    {"format", 'f', "FORMAT", "table json sarif html markdown junit csv gitlab", "output format",
     Repeat::Once},
    {"output", 'o', "FILE", "", "write to FILE instead of stdout", Repeat::Once},
    {"severity", 's', "SEVERITY", "",
     "leave out findings below info, unknown (rated by nobody yet), low, medium, high or critical",
     Repeat::Once},
    {"fail-on", 0, "SEVERITY", "",
     "exit with status 1 if a finding is at or above it, or never (the default)", Repeat::Once},
    {"ignore-unfixed", 0, "", "", "suppress vulnerabilities that have no fix yet", Repeat::Once},
    {"ignore-file", 0, "FILE", "",
     "file with findings to ignore; by default .cortenignore, .trivyignore and .trivyignore.yaml "
     "here",
     Repeat::Many},
    {"vex", 0, "FILE", "",
     "VEX document (OpenVEX, CSAF, CycloneDX) whose statements suppress findings", Repeat::Many},
    {"all", 'a', "", "", "table: show every finding", Repeat::Once},
    {"show-suppressed", 0, "", "", "table: show what was ignored, and why", Repeat::Once},
});

inline constexpr auto kScanOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the advisory database", Repeat::Once},
    {"offline", 0, "", "", "never use the network", Repeat::Once},
    {"platform", 0, "OS/ARCH[/VARIANT]", "",
     "which image of a multi-platform index; by default this machine's", Repeat::Once},
    {"docker-host", 'H', "URL", "", "engine to ask; by default the one that docker talks to",
     Repeat::Once},
    {"jobs", 'j', "N", "", "threads that read layers; by default one a processor", Repeat::Once},
    {"max-memory", 0, "SIZE", "", "memory that parsing may take, such as 512M; by default 512M",
     Repeat::Once},
    {"cache-dir", 0, "DIR", "", "folder of the cache of layers; by default ~/.cache/corten",
     Repeat::Once},
    {"no-cache", 0, "", "", "read every layer again", Repeat::Once},
});

}  // namespace corten::cli
