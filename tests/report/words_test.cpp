#include "report/internal/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fixture.h"

namespace corten::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, CountsWithSeparatorsAndPlurals) {
  EXPECT_EQ(counted(0, "package"), "0 packages");
  EXPECT_EQ(counted(1, "package"), "1 package");
  EXPECT_EQ(counted(999, "package"), "999 packages");
  EXPECT_EQ(counted(1'000, "package"), "1,000 packages");
  EXPECT_EQ(counted(12'345'678, "entry", "entries"), "12,345,678 entries");
}

TEST(Words, SumsLeaveSeveritiesWithoutFindingsOut) {
  Counts counts;
  Finding finding;
  finding.severity = Severity::High;
  counts.add(finding);
  finding.severity = Severity::Low;
  counts.add(finding);
  finding.suppressed.emplace();
  counts.add(finding);

  EXPECT_EQ(severity_sums(counts), "1 high · 1 low");
  EXPECT_EQ(counts.total(), 2U);
  EXPECT_EQ(counts.suppressed, 1U);
}

TEST(Words, NameEveryStateApart) {
  std::vector<std::string_view> words;
  for (const FixState state : {FixState::Unknown, FixState::Fixed, FixState::NotFixed,
                               FixState::WillNotFix, FixState::Deferred, FixState::EndOfLife}) {
    EXPECT_EQ(std::ranges::count(words, state_words(state)), 0);
    words.push_back(state_words(state));
  }
}

TEST(Words, MarkExploitedAndLikelyToBe) {
  Finding finding;
  EXPECT_THAT(marks(finding), IsEmpty());
  finding.vulnerability.emplace();
  finding.vulnerability->epss = Epss{0.0999, 0.9, ""};
  EXPECT_THAT(marks(finding), IsEmpty());
  finding.vulnerability->epss->score = 0.944;
  finding.vulnerability->kev.emplace();
  EXPECT_THAT(marks(finding), ElementsAre("exploited", "EPSS 0.94"));
  finding.vulnerability->kev->ransomware = true;
  EXPECT_THAT(marks(finding), ElementsAre("exploited by ransomware", "EPSS 0.94"));
}

TEST(Words, CountLayersFromOne) {
  EXPECT_EQ(origin_words({0, true, "ADD rootfs /"}), "base image, layer 1");
  EXPECT_EQ(origin_words({3, false, "RUN make"}), "your layer 4: RUN make");
  EXPECT_EQ(origin_words({3, false, ""}), "your layer 4");
  EXPECT_EQ(origin_words({0xffffffff, false, ""}), "your layer 4294967296");
}

TEST(Words, NothingFoundSaysWhatWasLookedAt) {
  Report report = clean_report();
  EXPECT_EQ(nothing_found(report), "no findings in 15 packages");
  report.checks.resize(63);
  EXPECT_EQ(nothing_found(report), "no findings in 15 packages, 63 checks");
  report.database->starter_only = true;
  report.errors.push_back({"layer 3", "unreadable"});
  EXPECT_EQ(
      nothing_found(report),
      "no findings in 15 packages, 63 checks, by the starter database only; not everything could "
      "be examined");
  EXPECT_EQ(nothing_found(Report{}), "no findings in 0 packages");
}

TEST(Words, SayHowMuchAStepRemoves) {
  EXPECT_EQ(effect_words({"", "", 51, 14}), "removes 51, 14 high or critical");
  EXPECT_EQ(effect_words({"", "", 7, 0}), "removes 7");
  EXPECT_EQ(effect_words({"", "", 2, 2}), "removes 2, all high or critical");
}

struct LinkCase {
  const char* text;
  bool is_link;
};

class WebLink : public testing::TestWithParam<LinkCase> {};
TEST_P(WebLink, IsOnlyWhatABrowserMayFollow) {
  EXPECT_EQ(is_web_link(GetParam().text), GetParam().is_link);
}
INSTANTIATE_TEST_SUITE_P(Report, WebLink,
                         testing::ValuesIn<LinkCase>({
                             {"https://nvd.nist.gov/vuln/detail/CVE-2024-1", true},
                             {"http://a.example/?q=1&r=2#x", true},
                             {"javascript:alert(1)", false},
                             {"JAVASCRIPT:alert(1)//https://", false},
                             {"data:text/html,x", false},
                             {"//a.example", false},
                             {"ftp://a.example", false},
                             {"", false},
                             {"https://a.example/ onclick=x", false},
                             {"https://a.example/\"onclick=\"x", false},
                             {"https://a.example/<b>", false},
                             {"https://a.example/)[x](y", false},
                             {"https://a.example/\x1b[2J", false},
                             {"https://a.example/\xc3\xa9", false},
                         }));

struct UriCase {
  const char* path;
  const char* uri;
};

class RelativeUri : public testing::TestWithParam<UriCase> {};
TEST_P(RelativeUri, EscapesWhatUrisMayNotHave) {
  EXPECT_EQ(relative_uri(GetParam().path), GetParam().uri);
}
// RFC 3986, sections 2.3 (unreserved) and 4.2 (a relative reference's first segment has no colon).
INSTANTIATE_TEST_SUITE_P(Report, RelativeUri,
                         testing::ValuesIn<UriCase>({
                             {"Dockerfile", "Dockerfile"},
                             {"/etc/passwd", "etc/passwd"},
                             {"///x", "x"},
                             {"a b/c%d", "a%20b/c%25d"},
                             {"nginx:1.25", "nginx%3A1.25"},
                             {"http://x", "http%3A//x"},
                             {"caf\xc3\xa9", "caf%C3%A9"},
                             {"\xff\n", "%FF%0A"},
                             {"a?b#c", "a%3Fb%23c"},
                             {"", ""},
                         }));

TEST(Words, FindChecksById) {
  const CheckIndex index(scan_report().catalogue);
  ASSERT_NE(index.find("CL1001"), nullptr);
  EXPECT_EQ(index.find("CL1001")->title, "the image runs as root");
  EXPECT_EQ(index.find("CL9999"), nullptr);
}

}  // namespace
}  // namespace corten::report
