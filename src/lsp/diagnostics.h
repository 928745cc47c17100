// Findings as the client sees them: diagnostics at ranges, and pages on hover.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "finding/check.h"
#include "lsp/answers.h"
#include "lsp/judge.h"

namespace corten::lsp {

[[nodiscard]] Diagnostic diagnostic_of(const Finding& finding, const Text& text,
                                       PositionEncoding encoding);

// All findings, or what kept the document from being examined.
[[nodiscard]] std::vector<Diagnostic> diagnostics_of(const Judged& judged,
                                                     PositionEncoding encoding);

// The findings whose ranges touch [extent.begin, extent.end]; borrowed.
[[nodiscard]] std::vector<const Finding*> findings_at(const Judged& judged, const Extent& extent);

struct Hover {
  std::string markdown;
  Range range;
};
// The pages of the rules that found something at the position, each with what was seen there.
[[nodiscard]] std::optional<Hover> hover_at(const Judged& judged, Position position,
                                            PositionEncoding encoding,
                                            std::span<const Check> catalogue);

}  // namespace corten::lsp
