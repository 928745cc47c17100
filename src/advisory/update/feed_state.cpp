#include "advisory/internal/feed_state.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr std::string_view kHead = "corten feeds 1";
constexpr const char* kStateName = "state";
constexpr std::size_t kFields = 7;

bool is_plain(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void add_field(std::string& line, std::string_view field) {
  if (!line.empty()) line += '\t';
  if (is_plain(field)) line += field;
}

}  // namespace

FeedFiles parse_feed_state(std::string_view text) {
  FeedFiles files;
  if (text.size() > kMaxStateBytes || next_line(text) != kHead) return files;
  while (const auto line = next_line(text)) {
    const auto fields = split(*line, '\t');
    if (fields.size() != kFields || fields[0].empty() || files.size() >= kMaxStateEntries) continue;
    const auto size = parse_number<std::uint64_t>(fields[4]);
    const auto checked = parse_time(fields[5]);
    if (!size || !checked || !std::ranges::all_of(fields, is_plain)) continue;
    files[std::string(fields[0])] = {
        std::string(fields[1]), std::string(fields[2]), std::string(fields[3]), *size, *checked,
        std::string(fields[6])};
  }
  return files;
}

std::string format_feed_state(const FeedFiles& files) {
  std::string out = std::string(kHead) + "\n";
  for (const auto& [path, file] : files) {
    if (path.empty() || !is_plain(path)) continue;
    std::string line = path;
    add_field(line, file.url);
    add_field(line, file.etag);
    add_field(line, file.last_modified);
    add_field(line, std::to_string(file.size));
    add_field(line, format_time(file.checked));
    add_field(line, file.mark);
    out += line + "\n";
  }
  return out;
}

FeedState FeedState::load(const std::filesystem::path& folder) {
  FeedState state;
  state.file_ = folder / kStateName;
  if (const auto text = read_file(state.file_, kMaxStateBytes)) {
    state.files_ = parse_feed_state(*text);
  }
  return state;
}

const FeedFile* FeedState::find(std::string_view path) const {
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : &at->second;
}

Status FeedState::put(const std::string& path, FeedFile file) {
  files_.insert_or_assign(path, std::move(file));
  return save();
}

Status FeedState::forget(std::string_view path) {
  const auto at = files_.find(path);
  if (at == files_.end()) return {};
  files_.erase(at);
  return save();
}

Status FeedState::save() const { return write_file_atomically(file_, format_feed_state(files_)); }

}  // namespace corten::advisory
