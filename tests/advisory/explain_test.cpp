#include <gtest/gtest.h>

#include <algorithm>

#include "advisory/database.h"
#include "advisory/support.h"

namespace corten::advisory {
namespace {

Explanation explained(std::string_view id) {
  const auto database = Database::starter();
  EXPECT_TRUE(database.has_value());
  auto found = database->explain(id);
  EXPECT_TRUE(found.has_value());
  return found->value_or(Explanation{});
}

TEST(Explain, TellsAFlawByItsIdAndByItsAlias) {
  for (const char* id : {"CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q"}) {
    const Explanation flaw = explained(id);

    EXPECT_EQ(flaw.severity, Severity::Critical) << id;
    EXPECT_EQ(flaw.score, 10.0) << id;
    EXPECT_TRUE(flaw.kev.has_value()) << id;
    EXPECT_EQ(flaw.published, "2021-12-10") << id;
    EXPECT_FALSE(flaw.withdrawn) << id;
    EXPECT_TRUE(std::ranges::is_sorted(flaw.packages)) << id;
  }
}

TEST(Explain, NamesTheAffectedPackagesWithTheirVersions) {
  const Explanation flaw = explained("CVE-2021-44228");
  const AffectedPackage debian{"Debian:11", "apache-log4j2", "below 2.15.0-1~deb11u1"};

  EXPECT_NE(std::ranges::find(flaw.packages, debian), flaw.packages.end());
}

TEST(Explain, TellsCommitsStatesAndTheFirstDate) {
  testing::Feeds feeds;
  feeds.osv("GIT", {R"({"id": "CVE-2024-7", "published": "2024-05-06T00:00:00Z", "affected": [{
    "ranges": [{"type": "GIT", "repo": "https://github.com/acme/tool.git", "events": [
      {"introduced": "0123456789abcdef0123456789abcdef01234567"},
      {"fixed": "fedcba9876543210fedcba9876543210fedcba98"}]}], "versions": ["v1", "v2"]}]})"});
  feeds.osv("PyPI", {R"({"id": "PYSEC-1", "aliases": ["CVE-2024-7"],
    "published": "2024-04-05T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI",
    "name": "tool"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]})"});
  feeds.file("debian/json",
             R"({"tool": {"CVE-2024-7": {"releases": {
                "bookworm": {"status": "open", "nodsa": "x", "nodsa_reason": "ignored"},
                "trixie": {"status": "open"}}}}})");
  ASSERT_TRUE(feeds.build().has_value());
  const auto database = Database::open(feeds.db());
  ASSERT_TRUE(database.has_value());
  const Explanation flaw = database->explain("CVE-2024-7")->value_or(Explanation{});
  EXPECT_EQ(flaw.published, "2024-04-05");
  const std::vector<AffectedPackage> expected = {
      {"Debian:12", "tool", "all versions, will not be fixed"},
      {"Debian:13", "tool", "all versions, no fix yet"},
      {"GIT", "github.com/acme/tool",
       "commits since 0123456789ab, fixed in fedcba987654; v1 to v2"},
      {"PyPI", "tool", "all versions"}};
  EXPECT_EQ(flaw.packages, expected);
}

TEST(Explain, KnowsNothingOfAnIdThatNoRecordBears) {
  const auto database = Database::starter();
  ASSERT_TRUE(database.has_value());
  for (const char* id : {"", "CVE-1999-99999", "nonsense"}) {
    const auto found = database->explain(id);
    ASSERT_TRUE(found.has_value()) << id;
    EXPECT_FALSE(found->has_value()) << id;
  }
}

}  // namespace
}  // namespace corten::advisory
