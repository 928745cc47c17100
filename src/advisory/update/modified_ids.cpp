#include "advisory/internal/modified_ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace corten::advisory {

bool is_record_id(std::string_view id) {
  constexpr std::size_t kMaxId = 200;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-+").find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= kMaxId && id.front() != '.' &&
         std::ranges::all_of(id, is_allowed);
}

bool ModifiedIdReader::feed(Bytes piece) {
  rest_ += as_text(piece);
  std::size_t start = 0;
  while (!reached_ && status_) {
    const std::size_t end = rest_.find('\n', start);
    if (end == std::string::npos) break;
    take(std::string_view(rest_).substr(start, end - start));
    start = end + 1;
  }
  rest_.erase(0, start);
  if (status_ && !reached_ && rest_.size() > kMaxIdLine) {
    status_ = fail(ErrorCode::LimitExceeded, "modified_id.csv: a line is too long");
  }
  return status_ && !reached_;
}

void ModifiedIdReader::finish() {
  if (status_ && !reached_) take(rest_);
  rest_.clear();
}

void ModifiedIdReader::take(std::string_view line) {
  line = trim(line);
  if (line.empty()) return;
  const auto parts = split_once(line, ',');
  const auto time = parts ? parse_time(parts->first) : std::nullopt;
  if (!time || !is_record_id(parts->second)) {
    status_ = fail(ErrorCode::InvalidInput,
                   fmt::format("modified_id.csv: '{}' is not TIME,ID", line.substr(0, 100)));
    return;
  }
  if (*time < since_) {
    reached_ = true;
    return;
  }
  if (ids_.size() >= kMaxListedIds) {
    status_ = fail(ErrorCode::LimitExceeded, "modified_id.csv: too many lines");
    return;
  }
  ids_.push_back({*time, std::string(parts->second)});
}

}  // namespace corten::advisory
