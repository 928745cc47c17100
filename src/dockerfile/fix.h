// Mending a Dockerfile: applies the fixes of the rules' problems as minimal edits.
//
// What is promised of the result, and checked before anything is returned: it parses without a new
// error, each mended problem is gone, no rule finds more than before, and mending it again changes
// nothing. A fix that breaks a promise is left out and named in `refused`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

struct FixOptions {
  Safety up_to = Safety::Safe;  // Unsafe: all
  // Which problems to mend, by rule and line of the original or of an intermediate text; empty:
  // all.
  std::function<bool(const Problem& problem, std::uint32_t line)> wanted;
};

struct AppliedFix {
  std::string_view id;     // of the rule
  std::uint32_t line = 0;  // of the problem, in the text that it was found in
  std::string note;        // Fix::note
};

struct FixResult {
  std::string content;
  std::vector<AppliedFix> applied;
  std::vector<AppliedFix> refused;
};

inline constexpr int kMaxFixPasses = 20;

// Edits of one fix must not overlap. `base_facts` and `context` as in Analysis.
[[nodiscard]] FixResult fix(std::string content, const RuleOptions& rules,
                            const FixOptions& options, const BaseLookup& base_facts = {},
                            const BuildContext* context = nullptr);

// The text with the edits made; they must lie in it and not overlap. Order does not matter.
[[nodiscard]] std::string apply_edits(std::string_view text, std::vector<TextEdit> edits);

// The same as whole lines, as reports carry it (Finding::fix).
[[nodiscard]] std::vector<Edit> as_line_edits(const Source& source, std::string_view path,
                                              const std::vector<TextEdit>& edits);

}  // namespace corten::dockerfile
