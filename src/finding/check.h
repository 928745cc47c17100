// A row of the check catalogue: everything that `corten explain ID`, SARIF rules and docs/checks/
// say about one check.
#pragma once

#include <span>
#include <string_view>

#include "finding/finding.h"

namespace corten {

struct Check {
  std::string_view id;  // never reused
  FindingKind kind;
  Severity severity;             // default; a finding may differ, and then says why in its evidence
  std::string_view title;        // one line, the problem as the reader has it
  std::string_view description;  // why it matters: two to five sentences
  std::string_view remediation;  // the one thing to do
  std::string_view bad;          // a short example that fires, or empty
  std::string_view good;         // the same mended, or empty
  std::string_view aliases;      // ids of the same check in other tools, separated by spaces
  std::string_view reference;    // URL, or empty
};

// The row with this id or alias (case-insensitive), or nullptr.
[[nodiscard]] const Check* find_check(std::span<const Check> catalogue, std::string_view id);

}  // namespace corten
