#include "scan/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/support.h"

namespace corten::scan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room

TEST(Caveats, SayWhatTheAnswerIsWorth) {
  const auto database = advisory::Database::starter().value();
  ImageFacts facts;
  EXPECT_THAT(caveats(facts, database), SizeIs(1));  // no packages
  package::Package p;
  p.type = package::Type::Deb;
  facts.packages.push_back({p, 0});
  EXPECT_THAT(caveats(facts, database), ::testing::ElementsAre(HasSubstr("os-release")));
  facts.distribution.id = "debian";
  EXPECT_THAT(caveats(facts, database), IsEmpty());
}

package::Package of_type(package::Type type, const std::string& name, const std::string& source) {
  package::Package p;
  p.type = type;
  p.name = name;
  p.source_name = source;
  p.version = "1:0.1";
  p.path = "var/lib/dpkg/status";
  return p;
}

// CVE-2022-0847 (Dirty Pipe) is in the starter database for Debian's source package linux.
TEST(Judge, FlawsOfTheKernelAreSuppressedInItsHeadersOnly) {
  struct Case {
    const char* package;
    bool suppressed;
  };
  for (const Case& c : std::vector<Case>{{"linux-libc-dev", true},
                                         {"linux-libc-dev-arm64-cross", true},
                                         {"linux-headers-6.1.0-18-amd64", true},
                                         {"linux-headers-6.1.0-18-common", true},
                                         {"linux-image-6.1.0-18-amd64", false},
                                         {"linux-perf", false}}) {
    ImageFacts facts = facts_of_debian();
    facts.packages.push_back({of_type(package::Type::Deb, c.package, "linux"), 0});
    facts.packages.back().package.version = "5.10.84-1";
    facts.distribution.version_id = "11";
    const auto findings =
        judge(facts, advisory::Database::starter().value(), parse_time("2025-01-01").value());
    ASSERT_TRUE(findings);
    const auto found = std::ranges::find(*findings, "CVE-2022-0847", &Finding::id);
    ASSERT_NE(found, findings->end()) << c.package;
    EXPECT_EQ(found->suppressed.has_value(), c.suppressed) << c.package;
  }
}

TEST(Judge, FindingsAreOfTheImageAndItsLayer) {
  ImageFacts facts = facts_of_debian();
  facts.kept["etc/passwd"] = "root::0:0::/:/bin/sh\n";
  const auto database = advisory::Database::starter();
  ASSERT_TRUE(database);
  const auto findings = judge(facts, *database, parse_time("2025-01-01").value());
  ASSERT_TRUE(findings);
  ASSERT_FALSE(findings->empty());
  for (const Finding& finding : *findings) EXPECT_EQ(finding.subject, "app:1");
}

}  // namespace
}  // namespace corten::scan
