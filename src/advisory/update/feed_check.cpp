#include "advisory/internal/feed_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "advisory/internal/build_internal.h"
#include "advisory/internal/json.h"
#include "archive/zip.h"
#include "base/file.h"
#include "base/parallel.h"

namespace corten::advisory {

namespace {

constexpr std::size_t kMembersAtOnce = 512;

struct MembersSeen {
  Time newest{};
  std::size_t records = 0;
  Status damage;
};

MembersSeen see_members(const archive::ZipReader& zip, std::size_t first, std::size_t last) {
  MembersSeen seen;
  JsonScratch scratch;
  std::string content;
  archive::ZipWindow window;
  for (std::size_t i = first; i < last && seen.damage; ++i) {
    seen.damage = zip.read(i, content, window);
    const auto modified = seen.damage ? modified_of_record(content, scratch)
                                      : fail(ErrorCode::InvalidInput, "damaged");
    if (!modified) continue;
    ++seen.records;
    seen.newest = std::max(seen.newest, *modified);
  }
  return seen;
}

}  // namespace

Result<Time> modified_of_record(std::string_view content, JsonScratch& scratch) {
  std::optional<Time> modified;
  JsonScratch::State& state = scratch.state();
  state.buffer.resize(content.size() + simdjson::SIMDJSON_PADDING);
  std::ranges::copy(content, state.buffer.begin());
  std::memset(state.buffer.data() + content.size(), 0, simdjson::SIMDJSON_PADDING);
  json::document document;
  if (const auto error = state.parser
                             .iterate(simdjson::padded_string_view(
                                 state.buffer.data(), content.size(), state.buffer.size()))
                             .get(document)) {
    return fail_json(error);
  }
  std::string_view text;
  if (!document["modified"].get_string().get(text)) modified = parse_time(text);
  if (!modified) return fail(ErrorCode::InvalidInput, "a record without the time of its change");
  return *modified;
}

Result<std::string> check_osv_export(const std::filesystem::path& file, std::size_t jobs) {
  CORTEN_TRY(const Fd fd, open_for_reading(file));
  CORTEN_TRY(const archive::ZipReader zip, archive::ZipReader::open(fd.get()));
  const std::size_t size = zip.size();
  std::vector<MembersSeen> parts((size + kMembersAtOnce - 1) / kMembersAtOnce);
  parallel_for(parts.size(), jobs, [&](std::size_t i) {
    const std::size_t first = i * kMembersAtOnce;
    parts[i] = see_members(zip, first, std::min(size, first + kMembersAtOnce));
  });
  MembersSeen all;
  for (MembersSeen& part : parts) {
    if (!part.damage) return std::unexpected(std::move(part.damage).error());
    all.records += part.records;
    all.newest = std::max(all.newest, part.newest);
  }
  if (all.records < size - size / 2 || size == 0) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("{} of {} members are OSV records", all.records, size));
  }
  return format_time(all.newest);
}

Result<std::string> check_document(const std::filesystem::path& file, std::string_view reader,
                                   const FeedContext& context, MayBeEmpty empty) {
  CORTEN_TRY(const std::string content, read_document(file));
  JsonScratch scratch;
  FeedOutput output;
  CORTEN_CHECK(feed(reader).read(content, context, scratch, output));
  if (empty == MayBeEmpty::No && output.records.empty() && output.cves.empty()) {
    return fail(ErrorCode::InvalidInput, "nothing of this feed in it");
  }
  return std::string();
}

Status check_record(std::string_view content, std::string_view id, JsonScratch& scratch) {
  FeedOutput output;
  CORTEN_CHECK(feed("osv").read(content, {"osv", "", ""}, scratch, output));
  if (output.records.size() != 1 || output.records[0].id != id) {
    return fail(ErrorCode::InvalidInput, "not the record that was asked for");
  }
  CORTEN_TRY([[maybe_unused]] const Time modified, modified_of_record(content, scratch));
  return {};
}

}  // namespace corten::advisory
