#include "report/internal/by_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/text.h"
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

// The words of a text in lower case, without punctuation.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  for (const char c : to_lower(text) + " ") {
    const bool is_part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                         (static_cast<unsigned char>(c) & 0x80U) != 0;
    if (is_part) {
      word += c;
    } else if (!word.empty()) {
      out.insert(std::exchange(word, {}));
    }
  }
  return out;
}

// True when the evidence has no word that the title has not.
bool repeats(std::string_view evidence, std::string_view title) {
  return std::ranges::includes(words_of(title), words_of(evidence));
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
  if (repeats(finding.evidence, finding.title)) return finding.title;
  return finding.title + ": " + finding.evidence;
}

const std::string* source_line(const Report& report, const Finding& finding) {
  if (!finding.location) return nullptr;
  const auto found = report.source_lines.find({finding.location->path, finding.location->line});
  return found == report.source_lines.end() ? nullptr : &found->second;
}

}  // namespace corten::report
