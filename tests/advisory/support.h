// Feeds made by tests, and databases built from them.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisory/build.h"
#include "advisory/database.h"
#include "advisory/feeds/feeds.h"
#include "base/file.h"

namespace corten::advisory::testing {

inline void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

// A zip of stored members.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  std::string directory;
  for (const auto& [name, content] : members) {
    const auto offset = out.size();
    std::string common;
    append_number(common, 0, 2);  // flags
    append_number(common, 0, 2);  // stored
    append_number(common, 0, 4);  // time and date
    const auto* bytes = reinterpret_cast<const Bytef*>(content.data());
    append_number(common, ::crc32(0, bytes, static_cast<uInt>(content.size())), 4);
    append_number(common, content.size(), 4);
    append_number(common, content.size(), 4);
    append_number(common, name.size(), 2);
    append_number(common, 0, 2);  // extra field
    out += std::string("PK\3\4") + std::string("\24\0", 2) + common + name + content;
    // Comment length, disk, internal and external attributes are zero.
    directory +=
        std::string("PK\1\2") + std::string("\24\0\24\0", 4) + common + std::string(10, '\0');
    append_number(directory, offset, 4);
    directory += name;
  }
  std::string end = "PK\5\6";
  append_number(end, 0, 4);
  append_number(end, members.size(), 2);
  append_number(end, members.size(), 2);
  append_number(end, directory.size(), 4);
  append_number(end, out.size(), 4);
  append_number(end, 0, 2);
  return out + directory + end;
}

inline const Time kNow = *parse_time("2026-01-02T03:04:05Z");

// A folder of feeds and the database made of them.
class Feeds {
 public:
  Feeds() : folder_(std::move(*TempDir::create("corten-advisory-test"))) {}

  Feeds& osv(const std::string& ecosystem, const std::vector<std::string>& records) {
    std::vector<std::pair<std::string, std::string>> members;
    for (std::size_t i = 0; i < records.size(); ++i)
      members.emplace_back(std::to_string(i) + ".json", records[i]);
    return file("osv/" + ecosystem + "/all.zip", zip_of(members));
  }
  Feeds& file(const std::string& path, std::string_view content) {
    const auto full = feeds() / path;
    std::filesystem::create_directories(full.parent_path());
    EXPECT_TRUE(write_file_atomically(full, content).has_value());
    return *this;
  }
  [[nodiscard]] std::filesystem::path feeds() const { return folder_.path() / "feeds"; }
  [[nodiscard]] std::filesystem::path db() const { return folder_.path() / "db"; }
  [[nodiscard]] Result<BuildReport> build(std::size_t jobs = 2) const {
    CORTEN_TRY(const BuildSources sources, find_sources(feeds()));
    return build_database(sources, db(), {jobs, kNow, nullptr});
  }
  // Builds, opens and matches; failures are test failures.
  [[nodiscard]] std::vector<Database::Match> match(
      const std::vector<package::Package>& packages,
      const package::Distribution& distribution = {}) const {
    const auto built = build();
    EXPECT_TRUE(built.has_value()) << (built ? "" : describe(built.error()));
    return match_only(packages, distribution);
  }
  [[nodiscard]] std::vector<Database::Match> match_only(
      const std::vector<package::Package>& packages,
      const package::Distribution& distribution = {}) const {
    const auto database = Database::open(db());
    EXPECT_TRUE(database.has_value()) << (database ? "" : describe(database.error()));
    if (!database) return {};
    auto matches = database->match(packages, distribution);
    EXPECT_TRUE(matches.has_value());
    return matches ? *std::move(matches) : std::vector<Database::Match>();
  }

 private:
  TempDir folder_;
};

inline std::vector<std::string> ids_of(const std::vector<Database::Match>& matches) {
  std::vector<std::string> ids;
  for (const auto& match : matches) ids.push_back(match.finding.id);
  return ids;
}

inline package::Package package_of(package::Type type, std::string name, std::string version) {
  package::Package package;
  package.type = type;
  package.name = std::move(name);
  package.version = std::move(version);
  return package;
}

inline package::Distribution debian12() {
  return {"debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)", {}};
}

// {"id": …, "affected": [{package, ranges}]} with one range of `events` ("introduced=0,fixed=1.2").
inline std::string record_of(const std::string& id, const std::string& ecosystem,
                             const std::string& name, const std::string& events,
                             const std::string& more = "", const std::string& type = "ECOSYSTEM") {
  std::string list;
  std::string_view rest = events;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto event = rest.substr(0, comma);
    const auto equals = event.find('=');
    if (!list.empty()) list += ",";
    list += "{\"" + std::string(event.substr(0, equals)) + "\":\"" +
            std::string(event.substr(equals + 1)) + "\"}";
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return "{\"id\":\"" + id + "\",\"modified\":\"2025-01-01T00:00:00Z\"," + more +
         (more.empty() ? "" : ",") + "\"affected\":[{\"package\":{\"ecosystem\":\"" + ecosystem +
         "\",\"name\":\"" + name + "\"},\"ranges\":[{\"type\":\"" + type + "\",\"events\":[" +
         list + "]}]}]}";
}

inline FeedOutput read_feed(std::string_view id, std::string_view content,
                            const FeedContext& context = {"osv:Test", "", ""}) {
  JsonScratch scratch;
  FeedOutput output;
  const auto status = feed(id).read(content, context, scratch, output);
  if (!status) output.problems.push_back("ERROR " + describe(status.error()));
  return output;
}

}  // namespace corten::advisory::testing
