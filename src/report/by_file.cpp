#include "report/internal/by_file.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "report/internal/words.h"

namespace corten::report {

namespace {

std::string_view path_of(const Finding& finding) {
  return finding.location && !finding.location->path.empty() ? finding.location->path
                                                             : finding.subject;
}

bool stands_before(const Finding* a, const Finding* b) {
  const Location nowhere;
  const Location& at_a = a->location ? *a->location : nowhere;
  const Location& at_b = b->location ? *b->location : nowhere;
  return std::tie(at_a.line, at_a.column, a->id, a->evidence) <
         std::tie(at_b.line, at_b.column, b->id, b->evidence);
}

}  // namespace

std::vector<FileFindings> by_file(const Report& report) {
  std::unordered_map<std::string_view, std::size_t> order;
  for (const Subject& subject : report.subjects) order.try_emplace(subject.name, order.size());
  std::map<std::pair<std::size_t, std::string_view>, FileFindings> files;
  for (const Finding& finding : report.findings) {
    if (finding.suppressed) continue;
    const std::string_view path = path_of(finding);
    const auto known = order.find(path);
    const std::size_t place = known == order.end() ? order.size() : known->second;
    FileFindings& file = files[{place, path}];
    file.path = path;
    file.findings.push_back(&finding);
  }
  std::vector<FileFindings> out;
  out.reserve(files.size());
  for (auto& [key, file] : files) {
    std::ranges::stable_sort(file.findings, stands_before);
    out.push_back(std::move(file));
  }
  return out;
}

Spot spot_of(const Finding& finding) {
  if (!finding.location) return {};
  return {std::max<std::uint32_t>(finding.location->line, 1),
          std::max<std::uint32_t>(finding.location->column, 1)};
}

std::string message_line(const Finding& finding) {
  if (!has_title(finding)) return finding.evidence.empty() ? finding.id : finding.evidence;
  if (finding.evidence.empty() || finding.evidence == finding.title) return finding.title;
  return finding.title + ": " + finding.evidence;
}

const std::string* source_line(const Report& report, const Finding& finding) {
  if (!finding.location) return nullptr;
  const auto found = report.source_lines.find({finding.location->path, finding.location->line});
  return found == report.source_lines.end() ? nullptr : &found->second;
}

}  // namespace corten::report
