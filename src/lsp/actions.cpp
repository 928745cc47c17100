#include "lsp/actions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "lint/fix.h"
#include "lint/ignore_edit.h"
#include "lsp/diagnostics.h"

namespace corten::lsp {

namespace {

// Menus are narrow.
std::string short_text(std::string_view text) {
  constexpr std::size_t kColumns = 90;
  return ellipsized(printable(text), kColumns);
}

bool is_in_document(const Finding& finding, const Judged& judged) {
  return std::ranges::all_of(finding.fix,
                             [&](const Edit& edit) { return edit.path == judged.name; });
}

CodeAction action_for(const Finding& finding, const Judged& judged, PositionEncoding encoding) {
  CodeAction out;
  out.kind = kQuickFix;
  out.diagnostics = {diagnostic_of(finding, judged.document->text, encoding)};
  out.uri = judged.document->uri;
  return out;
}

std::optional<CodeAction> fix_of(const Finding& finding, const Judged& judged,
                                 PositionEncoding encoding) {
  if (finding.fix.empty() || !is_in_document(finding, judged)) return std::nullopt;
  const std::string& content = judged.document->text.content();
  const lint::Mended mended =
      lint::apply_edits(judged.name, content, {finding}, lint::FixSafety::Unsafe);
  if (mended.used.empty() || mended.content == content) return std::nullopt;
  CodeAction out = action_for(finding, judged, encoding);
  const std::string& what = finding.remediation.empty() ? finding.title : finding.remediation;
  out.preferred = finding.fix_risk.empty();
  out.title = out.preferred
                  ? fmt::format("Mend {}: {}", finding.id, short_text(what))
                  : fmt::format("Mend {} (risk: {})", finding.id, short_text(finding.fix_risk));
  out.edit = edit_to(*judged.document, mended.content, encoding);
  return out;
}

std::optional<CodeAction> ignore_of(const Finding& finding, const Judged& judged,
                                    PositionEncoding encoding) {
  const std::string& content = judged.document->text.content();
  const auto edit = lint::ignore_edit(kind_of(*judged.document), content, finding);
  if (!edit) return std::nullopt;
  Finding ignored = finding;
  ignored.fix = {*edit};
  const lint::Mended changed =
      lint::apply_edits(judged.name, content, {ignored}, lint::FixSafety::Unsafe);
  CodeAction out = action_for(finding, judged, encoding);
  out.title = fmt::format("Ignore {} here", finding.id);
  out.edit = edit_to(*judged.document, changed.content, encoding);
  return out;
}

}  // namespace

bool is_wanted(std::string_view kind, const std::vector<std::string>& only) {
  return only.empty() || std::ranges::any_of(only, [&](const std::string& wanted) {
           return kind == wanted || kind.starts_with(wanted + ".") || wanted.empty();
         });
}

DocumentEdit edit_to(const Document& document, std::string_view after, PositionEncoding encoding) {
  DocumentEdit out{document.uri, document.version, {}};
  for (Replacement& replacement : replacements_between(document.text.content(), after)) {
    out.changes.push_back(
        {document.text.range_of(replacement.extent, encoding), std::move(replacement.text)});
  }
  return out;
}

std::vector<CodeAction> quick_fixes(const Judged& judged, const Extent& extent,
                                    PositionEncoding encoding) {
  std::vector<CodeAction> fixes;
  std::vector<CodeAction> ignores;
  std::vector<std::pair<std::string_view, std::uint32_t>> ignored;
  std::vector<const Finding*> findings = findings_at(judged, extent);
  // Each is worked out over the whole document, and nobody reads a menu of hundreds.
  constexpr std::size_t kMostFindings = 100;
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  const std::size_t size = judged.document->text.content().size() + 1;
  findings.resize(std::min({findings.size(), kMostFindings, 1 + kMostBytes / size}));
  for (const Finding* finding : findings) {
    if (auto fix = fix_of(*finding, judged, encoding)) fixes.push_back(*std::move(fix));
    // One pragma ignores all findings of a rule in its instruction.
    const std::pair key(std::string_view(finding->id), finding->location->line);
    if (std::ranges::find(ignored, key) != ignored.end()) continue;
    ignored.push_back(key);
    if (auto ignore = ignore_of(*finding, judged, encoding)) ignores.push_back(*std::move(ignore));
  }
  std::ranges::stable_sort(fixes, std::ranges::greater(), &CodeAction::preferred);
  std::ranges::move(ignores, std::back_inserter(fixes));
  return fixes;
}

}  // namespace corten::lsp
