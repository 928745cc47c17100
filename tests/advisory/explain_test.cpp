#include <gtest/gtest.h>

#include <algorithm>

#include "advisory/database.h"

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
