#include "manifest/mending.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace corten::manifest {

std::string with_edits(std::string_view content, std::vector<Edit> edits) {
  std::ranges::sort(edits, {}, &Edit::line);
  std::vector<std::string> lines;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    const std::size_t size = end == std::string_view::npos ? content.size() : end + 1;
    lines.emplace_back(content.substr(0, size));
    content.remove_prefix(size);
  }
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    for (; at + 1 < edit.line; ++at) out += lines.at(at);
    const std::string& last = lines.at(edit.end_line - 1);
    const std::string_view ending = last.ends_with("\r\n") ? "\r\n"
                                    : last.ends_with('\n') ? "\n"
                                                           : "";
    std::string_view rest = edit.replacement;
    while (const auto line = next_line(rest)) {
      out.append(*line);
      out.append(rest.empty() ? ending : ending.empty() ? "\n" : ending);
    }
    at = edit.end_line;
  }
  for (; at < lines.size(); ++at) out += lines[at];
  return out;
}

std::size_t count_comments(std::string_view content) {
  std::size_t count = 0;
  while (const auto line = next_line(content)) {
    const std::string_view text = trim(*line);
    if (text.starts_with('#') || text.find(" #") != std::string_view::npos) ++count;
  }
  return count;
}

std::map<std::string, std::size_t> census_of(const std::vector<Finding>& findings) {
  std::map<std::string, std::size_t> out;
  for (const Finding& finding : findings) ++out[finding.id];
  return out;
}

namespace {

// Why the fix of `finding` must not be kept; empty if it may.
std::string harm_of(const Finding& finding, const std::vector<Finding>& before,
                    const std::optional<std::vector<Finding>>& after) {
  if (!after) return "cannot be read";
  const auto then = census_of(before);
  for (const auto& [id, count] : census_of(*after)) {
    const auto old = then.find(id);
    if (old == then.end() || count > old->second) return "brings " + id;
    if (id == finding.id && count == old->second) return "is still there";
  }
  return {};
}

}  // namespace

MendedText mend_all(const std::string& content, const Examine& examine, WantedFixes wanted) {
  constexpr std::size_t kMaxSteps = 2'000;
  MendedText out{content, 0, {}};
  std::set<std::tuple<std::string, std::string, std::string>> given_up;
  auto findings = examine(content);
  while (findings && out.steps < kMaxSteps) {
    const auto next = std::ranges::find_if(*findings, [&](const Finding& finding) {
      const bool is_wanted = wanted == WantedFixes::All || finding.fix_risk.empty();
      return is_wanted && !finding.fix.empty() &&
             !given_up.contains({finding.id, finding.subject, finding.evidence});
    });
    if (next == findings->end()) break;
    const std::string mended = with_edits(out.content, next->fix);
    auto after = examine(mended);
    const std::string harm = harm_of(*next, *findings, after);
    if (!harm.empty()) {
      out.harms.push_back(fmt::format("{} at line {} {}", next->id, next->location->line, harm));
      given_up.insert({next->id, next->subject, next->evidence});
      continue;
    }
    out.content = mended;
    findings = std::move(after);
    ++out.steps;
  }
  return out;
}

}  // namespace corten::manifest
