#include "package/rpm_header.h"

#include <fmt/format.h>

#include <string>

#include "base/byte_cursor.h"

namespace corten::package {

namespace {

constexpr std::size_t kIndexEntryBytes = 16;

constexpr std::uint32_t kInt32 = 4;
constexpr std::uint32_t kString = 6;
constexpr std::uint32_t kStringArray = 8;
constexpr std::uint32_t kI18nString = 9;

bool is_text(std::uint32_t type) {
  return type == kString || type == kStringArray || type == kI18nString;
}

std::unexpected<Error> bad_tag(RpmTag tag, std::string_view what) {
  return fail(ErrorCode::InvalidInput,
              fmt::format("rpm header: tag {} {}", static_cast<std::uint32_t>(tag), what));
}

std::unexpected<Error> too_much(RpmTag tag, std::string_view what) {
  return fail(ErrorCode::LimitExceeded,
              fmt::format("rpm header: tag {} {}", static_cast<std::uint32_t>(tag), what));
}

// Cuts a NUL-terminated string off the front of `rest`; nullopt when no NUL follows.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view found = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return found;
}

}  // namespace

Result<RpmHeader> RpmHeader::parse(Bytes blob) {
  ByteCursor in(blob);
  CORTEN_TRY(const std::uint32_t entries, in.u32_be());
  CORTEN_TRY(const std::uint32_t data_bytes, in.u32_be());
  if (entries == 0) return fail(ErrorCode::InvalidInput, "rpm header without entries");
  if (entries > kMaxRpmIndexEntries || data_bytes > kMaxRpmDataBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("rpm header of {} entries and {} bytes", entries, data_bytes));
  }
  CORTEN_TRY(const Bytes index, in.take(std::uint64_t{entries} * kIndexEntryBytes));
  CORTEN_TRY(const Bytes data, in.take(data_bytes));
  return RpmHeader(index, data);
}

// A few tags of about a hundred are asked for, so a scan costs less than building a table.
Result<std::optional<RpmHeader::Entry>> RpmHeader::find(RpmTag tag) const {
  const auto wanted = static_cast<std::uint32_t>(tag);
  for (std::size_t at = 0; at < index_.size(); at += kIndexEntryBytes) {
    ByteCursor in(index_.subspan(at, kIndexEntryBytes));
    CORTEN_TRY(const std::uint32_t found, in.u32_be());
    if (found != wanted) continue;
    CORTEN_TRY(const std::uint32_t type, in.u32_be());
    CORTEN_TRY(const std::uint32_t offset, in.u32_be());
    CORTEN_TRY(const std::uint32_t count, in.u32_be());
    if (offset > data_.size()) return bad_tag(tag, fmt::format("has its data at {}", offset));
    return Entry{type, count, data_.subspan(offset)};
  }
  return std::nullopt;
}

Result<std::string_view> RpmHeader::text(RpmTag tag) const {
  CORTEN_TRY(const std::optional<Entry> entry, find(tag));
  if (!entry) return std::string_view{};
  if (!is_text(entry->type)) return bad_tag(tag, fmt::format("has type {}", entry->type));
  // Looking no further than the limit keeps many tags from pointing at one long string.
  std::string_view rest = as_text(entry->data).substr(0, kMaxRpmTextBytes);
  const auto found = take_string(rest);
  if (!found && entry->data.size() > kMaxRpmTextBytes) return too_much(tag, "is too long");
  if (!found) return bad_tag(tag, "does not end");
  return *found;
}

Result<std::optional<std::uint32_t>> RpmHeader::number(RpmTag tag) const {
  CORTEN_TRY(const std::optional<Entry> entry, find(tag));
  if (!entry) return std::nullopt;
  if (entry->type != kInt32) return bad_tag(tag, fmt::format("has type {}", entry->type));
  ByteCursor in(entry->data);
  CORTEN_TRY(const std::uint32_t value, in.u32_be());
  return value;
}

Result<std::vector<std::string_view>> RpmHeader::texts(RpmTag tag) const {
  std::vector<std::string_view> out;
  CORTEN_TRY(const std::optional<Entry> entry, find(tag));
  if (!entry) return out;
  if (!is_text(entry->type)) return bad_tag(tag, fmt::format("has type {}", entry->type));
  if (entry->count > kMaxRpmFiles) return too_much(tag, "has too many elements");
  if (entry->count > entry->data.size()) return bad_tag(tag, "has more elements than bytes");
  out.reserve(entry->count);
  std::string_view rest = as_text(entry->data);
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    const auto found = take_string(rest);
    if (!found) return bad_tag(tag, "does not end");
    out.push_back(*found);
  }
  return out;
}

Result<std::vector<std::uint32_t>> RpmHeader::numbers(RpmTag tag) const {
  std::vector<std::uint32_t> out;
  CORTEN_TRY(const std::optional<Entry> entry, find(tag));
  if (!entry) return out;
  if (entry->type != kInt32) return bad_tag(tag, fmt::format("has type {}", entry->type));
  if (entry->count > kMaxRpmFiles) return too_much(tag, "has too many elements");
  if (entry->count > entry->data.size() / 4) return bad_tag(tag, "has more elements than bytes");
  out.reserve(entry->count);
  ByteCursor in(entry->data);
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    CORTEN_TRY(const std::uint32_t value, in.u32_be());
    out.push_back(value);
  }
  return out;
}

Status for_each_file(const RpmHeader& header,
                     const std::function<void(std::string_view path)>& found) {
  CORTEN_TRY(const auto names, header.texts(RpmTag::BaseNames));
  CORTEN_TRY(const auto folders, header.texts(RpmTag::DirNames));
  CORTEN_TRY(const auto folder_of, header.numbers(RpmTag::DirIndexes));
  if (names.size() != folder_of.size()) {
    return bad_tag(RpmTag::DirIndexes,
                   fmt::format("has {} elements for {} files", folder_of.size(), names.size()));
  }
  std::size_t left = header.size() * kMaxRpmPathExpansion;
  std::string path;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (folder_of[i] >= folders.size()) {
      return bad_tag(RpmTag::DirIndexes, fmt::format("names folder {}", folder_of[i]));
    }
    std::string_view folder = folders[folder_of[i]];
    if (folder.starts_with('/')) folder.remove_prefix(1);
    if (folder.size() > kMaxRpmPathBytes || names[i].size() > kMaxRpmPathBytes - folder.size()) {
      return too_much(RpmTag::BaseNames, "has a path that is too long");
    }
    path.assign(folder).append(names[i]);
    if (path.size() > left) return too_much(RpmTag::BaseNames, "has too many long paths");
    left -= path.size();
    found(path);
  }
  return {};
}

}  // namespace corten::package
