#include <gmock/gmock.h>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> match(const package::Package& package,
                               const package::Distribution& distribution) {
  const auto database = Database::starter();
  EXPECT_TRUE(database.has_value()) << (database ? "" : describe(database.error()));
  if (!database) return {};
  const std::vector<package::Package> packages = {package};
  return ids_of(*database->match(packages, distribution));
}

TEST(Starter, KnowsTheLandmarks) {
  const package::Distribution wheezy{"debian", "7", "wheezy", "", {}};
  EXPECT_THAT(match(package_of(Type::Maven, "org.apache.logging.log4j:log4j-core", "2.14.1"), {}),
              ElementsAre("CVE-2021-44228"));
  EXPECT_THAT(match(package_of(Type::Maven, "org.apache.logging.log4j:log4j-core", "2.15.0"), {}),
              IsEmpty());
  EXPECT_THAT(match(package_of(Type::Deb, "openssl", "1.0.1e-2+deb7u4"), wheezy),
              ElementsAre("CVE-2014-0160"));
  EXPECT_THAT(match(package_of(Type::Deb, "openssl", "1.0.1e-2+deb7u5"), wheezy), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Deb, "bash", "4.2+dfsg-0.1"), wheezy),
              ElementsAre("CVE-2014-6271"));
  EXPECT_THAT(match(package_of(Type::Deb, "xz-utils", "5.6.1-1"), {"debian", "", "sid", "", {}}),
              ElementsAre("CVE-2024-3094"));
  EXPECT_THAT(match(package_of(Type::Go, "github.com/opencontainers/runc", "v1.1.11"), {}),
              ElementsAre("CVE-2024-21626"));
}

TEST(Starter, SaysThatItIsNoMore) {
  const auto database = Database::starter();
  ASSERT_TRUE(database.has_value());
  EXPECT_TRUE(database->info().starter_only);
  EXPECT_EQ(database->info().path, "(built in)");
  EXPECT_GE(database->info().vulnerabilities, 5U);
}

TEST(Starter, MovesWithItsMemory) {
  auto first = Database::starter();
  ASSERT_TRUE(first.has_value());
  const Database moved = *std::move(first);
  const std::vector<package::Package> packages = {
      package_of(Type::Maven, "org.apache.logging.log4j:log4j-core", "2.14.1")};
  const auto matches = moved.match(packages, {});
  ASSERT_TRUE(matches.has_value() && matches->size() == 1);
  EXPECT_TRUE((*matches)[0].finding.vulnerability->kev->ransomware);
  EXPECT_EQ((*matches)[0].finding.severity, Severity::Critical);
}

}  // namespace
}  // namespace corten::advisory::testing
