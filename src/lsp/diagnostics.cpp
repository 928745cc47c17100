#include "lsp/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/check_page.h"

namespace corten::lsp {

namespace {

// Rules whose finding stands at something that has no effect, or that is kept for old files only.
constexpr auto kUnnecessary = std::to_array<std::string_view>(
    {"BK-MultipleInstructionsDisallowed", "BK-RedundantTargetPlatform", "CL4008", "CTN-LINT-01",
     "DL3065", "SC2034"});
constexpr auto kDeprecated = std::to_array<std::string_view>(
    {"BK-LegacyKeyValueFormat", "BK-MaintainerDeprecated", "DL4000", "KSV-0107"});

bool is_one_of(std::string_view id, std::span<const std::string_view> ids) {
  return std::ranges::find(ids, id) != ids.end();
}

// "a pipe without pipefail hides failures: curl | sh", and what to do on a line of its own.
std::string message_of(const Finding& finding) {
  std::string out = finding.title.empty() ? finding.id : finding.title;
  if (!finding.evidence.empty() && finding.evidence != finding.title)
    out += ": " + finding.evidence;
  if (!finding.remediation.empty()) out += "\n" + finding.remediation;
  return out;
}

std::string href_of(const Finding& finding) {
  std::string page = report::web_page_of(finding.id);
  if (page.empty() && !finding.references.empty() &&
      finding.references.front().starts_with("https://")) {
    page = finding.references.front();
  }
  return page;
}

// The lines that the evidence speaks of ("… of line 7 …"), each once. "line 3 of .dockerignore" is
// of another file.
std::vector<std::uint32_t> lines_named_in(std::string_view evidence) {
  constexpr std::string_view kWord = "line ";
  constexpr std::size_t kMost = 5;
  std::vector<std::uint32_t> out;
  for (std::size_t at = evidence.find(kWord); at != std::string_view::npos && out.size() < kMost;
       at = evidence.find(kWord, at + 1)) {
    if (at > 0 && evidence[at - 1] != ' ') continue;
    const std::string_view rest = evidence.substr(at + kWord.size());
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const auto line = parse_number<std::uint32_t>(rest.substr(0, digits));
    if (!line || rest.substr(digits).starts_with(" of ")) continue;
    if (std::ranges::find(out, *line) == out.end()) out.push_back(*line);
  }
  return out;
}

std::vector<Related> related_of(const Finding& finding, const Text& text,
                                PositionEncoding encoding) {
  std::vector<Related> out;
  for (const std::uint32_t line : lines_named_in(finding.evidence)) {
    if (line == finding.location->line) continue;
    const Extent extent = text.lint_line(line);
    // A line that is not there stands for the last one, which nobody spoke of.
    if (extent.begin == extent.end || text.lint_line_of(extent.begin) != line) continue;
    out.push_back({text.range_of(extent, encoding), "what the finding speaks of"});
  }
  return out;
}

// "compose.yaml:4:3: did not find …": the place in front of an error's message, and the rest.
struct PlacedMessage {
  Location place;
  std::string message;
};
PlacedMessage placed(const Error& error, const std::string& name) {
  std::string message = describe(error);
  if (!error.hint.empty()) message += " (" + error.hint + ")";
  PlacedMessage out{Location{.path = name, .line = 1}, message};
  std::string_view rest = message;
  if (!rest.starts_with(name + ":")) return out;
  rest.remove_prefix(name.size() + 1);
  std::array<std::uint32_t, 2> numbers{};
  for (std::uint32_t& number : numbers) {
    const auto parts = split_once(rest, ':');
    const auto read = parts ? parse_number<std::uint32_t>(parts->first) : std::nullopt;
    if (!read) break;
    number = *read;
    rest = parts->second;
  }
  out.message = std::string(trim(rest));
  if (numbers[0] > 0) {
    out.place.line = numbers[0];
    out.place.column = numbers[1];
  }
  return out;
}

std::string language_of(const Document& document) {
  return kind_of(document) == lint::FileKind::Dockerfile ? "dockerfile" : "yaml";
}

std::string page_of(const Finding& finding, std::span<const Check> catalogue,
                    std::string_view language) {
  if (const auto page = report::shellcheck_markdown(finding.id)) return *page;
  const auto check = std::ranges::find(catalogue, std::string_view(finding.id), &Check::id);
  if (check != catalogue.end()) return report::check_markdown(*check, language);
  return fmt::format("# {}: {}\n", finding.id, finding.title);
}

// Evidence is text of the document: no Markdown of it counts.
std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>()#+-.!|~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Diagnostic diagnostic_of(const Finding& finding, const Text& text, PositionEncoding encoding) {
  Diagnostic out;
  out.range = text.range_of(text.extent_of(*finding.location), encoding);
  out.severity = finding.severity;
  out.code = finding.id;
  out.href = href_of(finding);
  out.message = message_of(finding);
  out.unnecessary = is_one_of(finding.id, kUnnecessary);
  out.deprecated = is_one_of(finding.id, kDeprecated);
  out.mendable = !finding.fix.empty();
  out.related = related_of(finding, text, encoding);
  return out;
}

std::vector<Diagnostic> diagnostics_of(const Judged& judged, PositionEncoding encoding) {
  const Text& text = judged.document->text;
  std::vector<Diagnostic> out;
  if (judged.problem) {
    const PlacedMessage problem = placed(*judged.problem, judged.name);
    Diagnostic diagnostic;
    diagnostic.range = text.range_of(text.extent_of(problem.place), encoding);
    diagnostic.severity = Severity::High;
    diagnostic.message = problem.message;
    out.push_back(std::move(diagnostic));
  }
  for (const Finding& finding : judged.findings) {
    out.push_back(diagnostic_of(finding, text, encoding));
  }
  return out;
}

std::vector<const Finding*> findings_at(const Judged& judged, const Extent& extent) {
  std::vector<const Finding*> out;
  for (const Finding& finding : judged.findings) {
    const Extent place = judged.document->text.extent_of(*finding.location);
    if (place.begin <= extent.end && extent.begin <= place.end) out.push_back(&finding);
  }
  return out;
}

std::optional<Hover> hover_at(const Judged& judged, Position position, PositionEncoding encoding,
                              std::span<const Check> catalogue) {
  const Text& text = judged.document->text;
  const std::size_t at = text.offset_of(position, encoding);
  const std::vector<const Finding*> findings = findings_at(judged, {at, at});
  if (findings.empty()) return std::nullopt;
  const std::string language = language_of(*judged.document);
  Hover out;
  Extent extent = text.extent_of(*findings.front()->location);
  std::vector<std::string_view> shown;
  for (const Finding* finding : findings) {
    // The place that all of them share.
    const Extent place = text.extent_of(*finding->location);
    extent = {std::max(extent.begin, place.begin), std::min(extent.end, place.end)};
    if (std::ranges::find(shown, finding->id) != shown.end()) continue;
    shown.push_back(finding->id);
    if (!out.markdown.empty()) out.markdown += "\n---\n\n";
    out.markdown += page_of(*finding, catalogue, language);
    if (!finding->evidence.empty()) {
      out.markdown += fmt::format("\n**Here:** {}\n", escaped_markdown(finding->evidence));
    } else if (finding->id.starts_with("SC")) {
      out.markdown += fmt::format("\n**Here:** {}\n", escaped_markdown(finding->title));
    }
    if (!finding->fix_risk.empty()) {
      out.markdown +=
          fmt::format("\n**Mending it has a risk:** {}\n", escaped_markdown(finding->fix_risk));
    }
  }
  out.range = text.range_of(extent, encoding);
  return out;
}

}  // namespace corten::lsp
