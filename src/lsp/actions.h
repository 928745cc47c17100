// What an editor offers to do about findings: mend one, ignore one, mend everything.
#pragma once

#include <string>
#include <vector>

#include "lsp/answers.h"
#include "lsp/judge.h"

namespace corten::lsp {

inline constexpr std::string_view kQuickFix = "quickfix";
inline constexpr std::string_view kFixAll = "source.fixAll.corten";

// True if the client asks for actions of this kind: `only` is empty, or names it or a kind above it
// ("source.fixAll" is above "source.fixAll.corten").
[[nodiscard]] bool is_wanted(std::string_view kind, const std::vector<std::string>& only);

// For each finding at the extent: its fix, if it has one, and a pragma that ignores it. Fixes that
// are safe come first.
[[nodiscard]] std::vector<CodeAction> quick_fixes(const Judged& judged, const Extent& extent,
                                                  PositionEncoding encoding);

// What makes `after` of the document.
[[nodiscard]] DocumentEdit edit_to(const Document& document, std::string_view after,
                                   PositionEncoding encoding);

}  // namespace corten::lsp
