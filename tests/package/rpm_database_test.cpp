// Databases that rpm and Berkeley DB themselves wrote, against what `rpm -qa` says about them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "package/rpm.h"
#include "package/rpm_store.h"

namespace corten::package {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr std::string_view kPath = "var/lib/rpm/Packages";
constexpr int kMissingProgram = 3;

struct Expected {
  std::vector<Package> packages;
  std::vector<std::string> files;  // of all packages, also those that are left out
};

// Lines of the query in make_rpm_fixtures.py; the rules of rpm.h applied to rpm's own words.
Expected parse_expected(std::string_view text) {
  Expected out;
  while (const auto line = next_line(text)) {
    const std::vector<std::string_view> fields = split(*line, '|');
    for (std::size_t i = 10; i < fields.size(); ++i) out.files.emplace_back(fields[i].substr(1));
    if (fields[0] == "gpg-pubkey") continue;
    Package package;
    package.type = Type::Rpm;
    package.name = fields[0];
    package.version = fmt::format("{}-{}", fields[2], fields[3]);
    if (!fields[1].empty() && fields[1] != "0") {
      package.version = fmt::format("{}:{}", fields[1], package.version);
    }
    package.arch = fields[4];
    package.maintainer = fields[6].empty() ? fields[7] : fields[6];
    package.module_label = fields[8];
    package.licenses = {std::string(fields[9])};
    package.path = kPath;
    if (package.name == "plain-devel") package.source_name = "plain";
    if (package.name == "libplain-compat") {
      package.source_name = "plain";
      package.source_version = "4:1.2-3.el9";
    }
    out.packages.push_back(package);
  }
  return out;
}

class RpmDatabase : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    auto created = TempDir::create("corten-rpm");
    ASSERT_TRUE(created);
    folder() = *std::move(created);
    const auto made = run_subprocess(
        {"python3", CORTEN_SOURCE_DIR "/tests/package/make_rpm_fixtures.py", folder()->path()});
    if (!made) {
      skip_reason() = describe(made.error());
    } else if (made->status == kMissingProgram) {
      skip_reason() = made->err;
    } else {
      ASSERT_EQ(made->status, 0) << made->err;
    }
  }
  static void TearDownTestSuite() { folder().reset(); }

  void SetUp() override {
    if (!skip_reason().empty()) GTEST_SKIP() << "no rpm databases: " << skip_reason();
  }

  static std::string read(const std::string& name) {
    auto content = read_file(folder()->path() / name);
    EXPECT_TRUE(content) << name;
    return content.value_or("");
  }

 private:
  static std::optional<TempDir>& folder() {
    static std::optional<TempDir> value;
    return value;
  }
  static std::string& skip_reason() {
    static std::string value;
    return value;
  }
};

Status read_any(Bytes content, const RpmSink& sink) {
  switch (rpm_store_of(content)) {
    case RpmStore::Sqlite:
      return read_rpm_sqlite(content, sink);
    case RpmStore::Ndb:
      return read_rpm_ndb(content, sink);
    case RpmStore::BerkeleyDb:
      return read_rpm_bdb(content, sink);
    case RpmStore::Unknown:
      break;
  }
  return fail(ErrorCode::InvalidInput, "unknown store");
}

TEST_P(RpmDatabase, HasThePackagesThatRpmNames) {
  const std::string content = read(GetParam());

  const auto found = read_rpm_database(kPath, as_bytes(content));

  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_THAT(found->problems, IsEmpty());
  const Expected expected = parse_expected(read("expected.txt"));
  ASSERT_EQ(expected.packages.size(), 6U);
  EXPECT_THAT(found->packages, UnorderedElementsAreArray(expected.packages));
}

TEST_P(RpmDatabase, HasTheFilesThatRpmNames) {
  const std::string content = read(GetParam());

  std::vector<std::string> found;
  std::vector<std::string> problems;
  const RpmSink sink{[&](Bytes blob) {
                       const auto header = RpmHeader::parse(blob);
                       ASSERT_TRUE(header);
                       const Status done = for_each_file(
                           *header, [&](std::string_view path) { found.emplace_back(path); });
                       EXPECT_TRUE(done);
                     },
                     [&](const std::string& problem) { problems.push_back(problem); }};
  ASSERT_TRUE(read_any(as_bytes(content), sink));

  std::vector<std::string> expected = parse_expected(read("expected.txt")).files;
  std::ranges::sort(expected);
  std::ranges::sort(found);
  EXPECT_EQ(found, expected);
  EXPECT_GT(found.size(), 1200U);
  EXPECT_THAT(problems, IsEmpty());
}

TEST_P(RpmDatabase, OwnsTheFilesThatRpmNames) {
  const std::string content = read(GetParam());

  const auto found = read_rpm_database(kPath, as_bytes(content));

  ASSERT_TRUE(found);
  std::vector<std::uint64_t> owned;
  for (const OwnedFiles& files : found->owned) {
    owned.insert(owned.end(), files.path_hashes.begin(), files.path_hashes.end());
  }
  std::vector<std::uint64_t> expected;
  for (const std::string& path : parse_expected(read("expected.txt")).files) {
    expected.push_back(path_hash(path));
  }
  std::ranges::sort(expected);
  std::ranges::sort(owned);
  EXPECT_EQ(owned, expected);
}

// However much of a file is missing: no crash (see the sanitizers), and never silence about what is
// lost.
TEST_P(RpmDatabase, CutOffIsNeverSilent) {
  const std::string content = read(GetParam());
  const std::size_t step = content.size() / 61;

  for (std::size_t size = 0; size < content.size() - 1; size += step) {
    const auto found = read_rpm_database(kPath, as_bytes(content).first(size));

    if (!found) continue;
    EXPECT_TRUE(found->packages.size() == 6 || !found->problems.empty()) << "at " << size;
  }
}

TEST_P(RpmDatabase, SurvivesChangedBytes) {
  const std::string content = read(GetParam());
  // Most of the file is names of files; the first pages and every page's start are where structure
  // is.
  for (std::size_t at = 0; at < content.size(); at += at < 4096 ? 13 : 509) {
    std::string changed = content;
    changed[at] = static_cast<char>(changed[at] ^ 0x81);

    const auto found = read_rpm_database(kPath, as_bytes(changed));

    if (found) {
      EXPECT_LE(found->packages.size(), 8U);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, RpmDatabase,
                         ::testing::Values("rpmdb.sqlite", "ndb", "bdb-512-1234", "bdb-4096-1234",
                                           "bdb-4096-4321", "bdb-65536-1234"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace corten::package
