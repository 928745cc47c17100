// Is a file that came from a server what it should be? Read before it replaces the old one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "advisory/feeds/feeds.h"
#include "base/result.h"
#include "base/time.h"

namespace corten::advisory {

// "modified" of an OSV record. Errors: InvalidInput.
[[nodiscard]] Result<Time> modified_of_record(std::string_view content, JsonScratch& scratch);

// Reads every member of an OSV export and gives the newest "modified" as text (RFC 3339). A few
// records may be malformed, as they are in real exports; damage of the archive is InvalidInput.
[[nodiscard]] Result<std::string> check_osv_export(const std::filesystem::path& file,
                                                   std::size_t jobs);

enum class MayBeEmpty { No, Yes };
// Reads a document as its feed (a row of feeds()) does; one that says nothing is InvalidInput.
[[nodiscard]] Result<std::string> check_document(const std::filesystem::path& file,
                                                 std::string_view reader,
                                                 const FeedContext& context, MayBeEmpty empty);

// One OSV record with this id.
[[nodiscard]] Status check_record(std::string_view content, std::string_view id,
                                  JsonScratch& scratch);

}  // namespace corten::advisory
