#include "advisory/ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "advisory/ecosystems.h"

namespace corten::advisory {
namespace {

using enum Event::Kind;

struct RangeCase {
  const char* name;
  std::vector<Event> events;
  std::vector<const char*> inside;
  std::vector<const char*> outside;
};

class Ranges : public ::testing::TestWithParam<RangeCase> {};

TEST_P(Ranges, HoldWhatOsvsEvaluationHolds) {
  const RangeCase& c = GetParam();
  const auto spans = spans_of(c.events, version::Scheme::Semver);
  const auto holds = [&](std::string_view version) {
    return std::ranges::any_of(spans, [&](const Span& span) {
      return contains({span.introduced, span.end, span.kind}, version, version::Scheme::Semver);
    });
  };

  for (const char* version : c.inside) EXPECT_TRUE(holds(version)) << version;
  for (const char* version : c.outside) EXPECT_FALSE(holds(version)) << version;
}

INSTANTIATE_TEST_SUITE_P(
    Osv, Ranges,
    ::testing::ValuesIn(std::vector<RangeCase>{
        {"FixedIsOutside",
         {{Introduced, "0"}, {Fixed, "1.3.0"}},
         {"0.0.0-a", "0.0.1", "1.3.0-rc1"},
         {"1.3.0", "2.0.0"}},
        {"LastAffectedIsInside",
         {{Introduced, "1.0.0"}, {LastAffected, "1.3.0"}},
         {"1.0.0", "1.3.0"},
         {"0.9.9", "1.3.1"}},
        {"OpenRange", {{Introduced, "2.0.0"}}, {"2.0.0", "99.0.0"}, {"1.9.9", "2.0.0-rc1"}},
        {"AllVersions", {{Introduced, "0"}}, {"0.0.0-0", "1.0.0"}, {}},
        {"SeveralBranches",
         {{Introduced, "0"}, {Fixed, "1.2.3"}, {Introduced, "2.0.0"}, {Fixed, "2.0.1"}},
         {"1.2.2", "2.0.0"},
         {"1.2.3", "1.9.0", "2.0.1"}},
        {"EventsOutOfOrder",
         {{Fixed, "2.0.1"}, {Introduced, "2.0.0"}, {Fixed, "1.2.3"}, {Introduced, "0"}},
         {"1.2.2", "2.0.0"},
         {"1.2.3", "1.9.0", "2.0.1"}},
        {"IntroducedTwice",
         {{Introduced, "1.0.0"}, {Introduced, "1.5.0"}, {Fixed, "2.0.0"}},
         {"1.2.0", "1.9.0"},
         {"0.5.0", "2.0.0"}},
        {"FirstFixEndsIt",
         {{Introduced, "0"}, {Fixed, "1.0.0"}, {Fixed, "2.0.0"}},
         {"0.9.0"},
         {"1.0.0", "1.5.0"}},
        {"FixWithoutStart", {{Fixed, "1.0.0"}}, {}, {"0.9.0", "1.0.0"}},
        {"IntroducedAndFixedAtOnce",
         {{Introduced, "1.0.0"}, {Fixed, "1.0.0"}},
         {},
         {"0.9.0", "1.0.0", "1.1.0"}},
        {"SpansThatMeet",
         {{Introduced, "0"}, {Fixed, "1.0.0"}, {Introduced, "1.0.0"}, {Fixed, "2.0.0"}},
         {"0.9.0", "1.0.0", "1.5.0"},
         {"2.0.0"}},
        {"FixedAtZeroIsNothing", {{Introduced, "0"}, {Fixed, "0"}}, {}, {"0.0.0", "1.0.0"}},
        {"NoEvents", {}, {}, {"1.0.0"}},
    }),
    [](const auto& instance) { return instance.param.name; });

TEST(Ecosystems, EachStandsOnce) {
  std::vector<std::string_view> names;
  for (const Ecosystem& row : ecosystems()) names.push_back(row.family);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Ecosystems, UnknownOnesAreCarriedAlong) {
  EXPECT_EQ(ecosystem_of("Plan9").family, "Plan9");
  EXPECT_EQ(ecosystem_of("Plan9").scheme, version::Scheme::Generic);
}

TEST(Ecosystems, NamesAreNormalisedAsEachDoes) {
  EXPECT_EQ(normal_name(ecosystem_of("PyPI"), "Zope.Interface__x"), "zope-interface-x");
  EXPECT_EQ(normal_name(ecosystem_of("NuGet"), "Newtonsoft.Json"), "newtonsoft.json");
  EXPECT_EQ(normal_name(ecosystem_of("npm"), "JSONStream"), "JSONStream");
  EXPECT_EQ(normal_name(ecosystem_of("SwiftURL"), "https://github.com/Apple/swift-nio.git"),
            "github.com/apple/swift-nio");
}

struct FitCase {
  const char* name;
  package::Distribution distribution;
  const char* release;
  Fit fit;
};
class Fits : public ::testing::TestWithParam<FitCase> {};

TEST_P(Fits, ReleaseOfDistribution) {
  const auto advisories = os_advisories(GetParam().distribution);
  ASSERT_TRUE(advisories.has_value());
  EXPECT_EQ(advisories->fits(GetParam().distribution, GetParam().release), GetParam().fit);
}

const package::Distribution kUbuntu{"ubuntu", "22.04", "jammy", "Ubuntu 22.04.3 LTS", {}};
const package::Distribution kAlpine{"alpine", "3.18.9", "", "Alpine Linux v3.18", {}};
const package::Distribution kEdge{"alpine", "3.21_alpha20240923", "", "Alpine Linux edge", {}};
const package::Distribution kForky{"debian", "", "forky", "Debian GNU/Linux forky/sid", {}};
const package::Distribution kBookworm{"debian", "12", "bookworm", "", {}};
const package::Distribution kRhel{"rhel", "9.4", "", "Red Hat Enterprise Linux 9.4 (Plow)", {}};
const package::Distribution kSles{"sles", "15.5", "", "SUSE Linux Enterprise Server 15 SP5", {}};
const package::Distribution kLeap{"opensuse-leap", "15.6", "", "openSUSE Leap 15.6", {}};
const package::Distribution kEuler{"openeuler", "24.03", "", "openEuler 24.03 (LTS-SP1)", {}};
const package::Distribution kStream{"alpaquita", "", "", "BellSoft Alpaquita Linux Stream", {}};
const package::Distribution kWolfi{"wolfi", "20230201", "", "Wolfi", {}};

INSTANTIATE_TEST_SUITE_P(
    Suffixes, Fits,
    ::testing::ValuesIn(std::vector<FitCase>{
        {"BareRecordFitsEvery", kBookworm, "", Fit::Exact},
        {"DebianOwn", kBookworm, "12", Fit::Exact},
        {"DebianOther", kBookworm, "11", Fit::None},
        {"DebianTestingByCodename", kForky, "14", Fit::Exact},
        {"UbuntuLts", kUbuntu, "22.04:LTS", Fit::Exact},
        {"UbuntuPro", kUbuntu, "Pro:22.04:LTS", Fit::Paid},
        {"UbuntuProFips", kUbuntu, "Pro:FIPS:22.04:LTS", Fit::None},
        {"UbuntuOther", kUbuntu, "20.04:LTS", Fit::None},
        {"AlpineBranch", kAlpine, "v3.18", Fit::Exact},
        {"AlpineOther", kAlpine, "v3.1", Fit::None},
        {"AlpineEdge", kEdge, "edge", Fit::Exact},
        {"EdgeIsNoRelease", kEdge, "v3.21", Fit::None},
        {"RedHatBaseOs", kRhel, "enterprise_linux:9::baseos", Fit::Exact},
        {"RedHatMinor", kRhel, "enterprise_linux:9.2::appstream", Fit::Exact},
        {"RedHatOtherMajor", kRhel, "enterprise_linux:8::baseos", Fit::None},
        {"RedHatExtendedSupport", kRhel, "rhel_eus:9.4::baseos", Fit::None},
        {"SuseServer", kSles, "Linux Enterprise Server 15 SP5", Fit::Exact},
        {"SuseModule", kSles, "Linux Enterprise Module for Basesystem 15 SP5", Fit::Exact},
        {"SuseLongTerm", kSles, "Linux Enterprise Server 15 SP5-LTSS", Fit::Paid},
        {"SuseOtherProduct", kSles, "Linux Enterprise Server for SAP Applications 15 SP5",
         Fit::None},
        {"SuseOtherServicePack", kSles, "Linux Enterprise Server 15 SP4", Fit::None},
        {"Leap", kLeap, "Leap 15.6", Fit::Exact},
        {"LeapOther", kLeap, "Leap 15.5", Fit::None},
        {"OpenEuler", kEuler, "24.03-LTS-SP1", Fit::Exact},
        {"OpenEulerOther", kEuler, "24.03-LTS", Fit::None},
        {"AlpaquitaStream", kStream, "stream", Fit::Exact},
        {"WolfiHasNoRelease", kWolfi, "", Fit::Exact},
    }),
    [](const auto& instance) { return instance.param.name; });

TEST(Ecosystems, CentosStreamAndUnknownDistributionsHaveNoFeed) {
  EXPECT_FALSE(os_advisories({"centos", "9", "", "CentOS Stream 9", {}}).has_value());
  EXPECT_TRUE(os_advisories({"centos", "7", "", "CentOS Linux 7 (Core)", {}}).has_value());
  EXPECT_FALSE(os_advisories({"raspbian", "12", "bookworm", "Raspbian", {"debian"}}).has_value());
  EXPECT_FALSE(os_advisories({}).has_value());
}

}  // namespace
}  // namespace corten::advisory
