#include <gmock/gmock.h>

#include <algorithm>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(FeedTable, IdsAreUnique) {
  std::vector<std::string_view> ids;
  for (const Feed& row : feeds()) ids.push_back(row.id);
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

struct DebianCase {
  const char* name;
  const char* statement;
  EntryState state;
  std::optional<Severity> severity;
  std::vector<Span> spans;
};
class DebianTracker : public ::testing::TestWithParam<DebianCase> {};

TEST_P(DebianTracker, StatementBecomesEntry) {
  const auto out = read_feed(
      "debian",
      std::string(
          R"({"curl": {"CVE-2024-1": {"description": "A flaw.", "releases": {"bookworm": )") +
          GetParam().statement + "}}}}",
      {"debian-tracker", "Debian", ""});
  ASSERT_THAT(out.records, SizeIs(1));
  EXPECT_EQ(out.records[0].id, "CVE-2024-1");
  EXPECT_EQ(out.records[0].summary, "A flaw.");
  ASSERT_THAT(out.records[0].affected, SizeIs(1));
  const Affected& affected = out.records[0].affected[0];
  EXPECT_EQ(affected.name, "curl");
  EXPECT_EQ(affected.release, "12");
  EXPECT_EQ(affected.state, GetParam().state);
  EXPECT_EQ(affected.severity, GetParam().severity);
  EXPECT_EQ(affected.spans, GetParam().spans);
}

const std::vector<Span> kAll = {{"", "", EndKind::Open}};
INSTANTIATE_TEST_SUITE_P(
    States, DebianTracker,
    ::testing::ValuesIn(std::vector<DebianCase>{
        {"Fixed",
         R"({"status":"resolved","fixed_version":"7.88-1","urgency":"not yet assigned"})",
         EntryState::Default,
         std::nullopt,
         {{"", "7.88-1", EndKind::Fixed}}},
        {"NeverAffected",
         R"({"status":"resolved","fixed_version":"0","urgency":"unimportant"})",
         EntryState::NotAffected,
         std::nullopt,
         {}},
        {"Open", R"({"status":"open","urgency":"high**"})", EntryState::NotFixed, Severity::High,
         kAll},
        {"OpenMedium", R"({"status":"open","urgency":"medium"})", EntryState::NotFixed,
         Severity::Medium, kAll},
        {"OpenLowByHand", R"({"status":"open","urgency":"low**"})", EntryState::NotFixed,
         Severity::Low, kAll},
        {"Undetermined", R"({"status":"undetermined","urgency":"not yet assigned"})",
         EntryState::Undetermined, std::nullopt, kAll},
        {"NoDsa", R"({"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":""})",
         EntryState::Deferred, Severity::Low, kAll},
        {"Postponed",
         R"({"status":"open","urgency":"not yet assigned","nodsa":"Minor","nodsa_reason":"postponed"})",
         EntryState::Deferred, std::nullopt, kAll},
        {"Ignored",
         R"({"status":"open","urgency":"not yet assigned","nodsa":"Minor","nodsa_reason":"ignored"})",
         EntryState::WillNotFix, std::nullopt, kAll},
        {"Unimportant", R"({"status":"open","urgency":"unimportant"})", EntryState::WillNotFix,
         Severity::Info, kAll},
        {"UnimportantButFixed",
         R"({"status":"resolved","fixed_version":"2","urgency":"unimportant"})",
         EntryState::Default,
         Severity::Info,
         {{"", "2", EndKind::Fixed}}},
        {"EndOfLife", R"({"status":"open","urgency":"end-of-life"})", EntryState::EndOfLife,
         std::nullopt, kAll},
        {"RebuiltForTheRelease",
         R"({"status":"resolved","fixed_version":"590-2.1","repositories":{"bookworm":"590-2.1~deb12u2"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "590-2.1~deb12u1", EndKind::Fixed}}},
        {"RebuiltForTheReleaseWithEpoch",
         R"({"status":"resolved","repositories":{"bookworm":"5:7.0.15-1~deb12u10"},"fixed_version":"5:7.0.15-1"})",
         EntryState::Default,
         std::nullopt,
         {{"", "5:7.0.15-1~deb12u1", EndKind::Fixed}}},
        {"RebuiltInSecurity",
         R"({"status":"resolved","fixed_version":"2-1","repositories":{"bookworm":"1-1","bookworm-security":"2-1~deb12u3"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "2-1~deb12u1", EndKind::Fixed}}},
        {"RebuiltUnderAnotherName",
         R"({"status":"resolved","fixed_version":"2-1","repositories":{"bookworm":"2-1~bpo12+1"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "2-1~bpo12+1", EndKind::Fixed}}},
        {"RebuildWithoutNumber",
         R"({"status":"resolved","fixed_version":"2-1","repositories":{"bookworm":"2-1~debian"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "2-1~debian", EndKind::Fixed}}},
        {"LowerButResolved",
         R"({"status":"resolved","fixed_version":"2-1","repositories":{"bookworm":"1.9-1"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "1.9-1", EndKind::Fixed}}},
        // The archive's main part still has the flaw; what resolves it came with -security.
        {"FixedInSecurityAlone",
         R"({"status":"resolved","fixed_version":"1-1+deb12u1","repositories":{"bookworm":"1-1","bookworm-security":"1-1+deb12u1"}})",
         EntryState::Default,
         std::nullopt,
         {{"", "1-1+deb12u1", EndKind::Fixed}}},
        {"OpenWhateverTheArchiveHas",
         R"({"status":"open","repositories":{"bookworm":"2-1~deb12u1"}})", EntryState::NotFixed,
         std::nullopt, kAll},
        {"ArchivesOfAnotherType",
         R"({"status":"resolved","fixed_version":"2-1","repositories":{"bookworm":null,"x":7}})",
         EntryState::Default,
         std::nullopt,
         {{"", "2-1", EndKind::Fixed}}},
    }),
    [](const auto& instance) { return instance.param.name; });

TEST(DebianTrackerFile, UnknownStatusAndDirtAreReported) {
  const auto out = read_feed(
      "debian", R"({"a": {"CVE-2024-1": {"releases": {"sid": {"status": "weird"}, "trixie": null}}},
                                          "b": null, "c": {"CVE-2024-2": 5}})",
      {"debian-tracker", "Debian", ""});
  EXPECT_THAT(out.records, SizeIs(2));
  EXPECT_THAT(out.problems, SizeIs(2));
}

Affected only(const FeedOutput& out, std::string_view id) {
  for (const Record& record : out.records) {
    if (record.id == id) return record.affected.at(0);
  }
  return {};
}

TEST(Secdb, FixesAreReadInAllTheirForms) {
  const auto out = read_feed(
      "secdb", R"json({"distroversion": "v3.18", "packages": [{"pkg": {"name": "xen", "secfixes": {
      "4.17-r1": ["CVE-2017-8904 XSA-214", "GHSA-aaaa-bbbb-cccc", "  CVE-2024-9 (+ regression fix)"],
      "0": ["CVE-2020-1"], "1.0": ["CVE-2024-7 GHSA-xxxx-yyyy-zzzz", "see above", 5],
      "4.18-r0": ["CVE-2024-9", "CVE-2020-1"], "": ["CVE-2000-0001"], "2": null}}}, {"pkg": {"name": "empty"}}, null]})json",
      {"alpine", "Alpine", "v3.18"});
  EXPECT_EQ(only(out, "CVE-2017-8904").spans, (std::vector<Span>{{"", "4.17-r1", EndKind::Fixed}}));
  EXPECT_EQ(only(out, "CVE-2017-8904").release, "v3.18");
  EXPECT_EQ(only(out, "GHSA-aaaa-bbbb-cccc").name, "xen");
  EXPECT_EQ(only(out, "CVE-2024-7").spans, (std::vector<Span>{{"", "1.0", EndKind::Fixed}}));
  // Mended twice: the later one counts, and any over "never affected".
  EXPECT_EQ(only(out, "CVE-2024-9").spans, (std::vector<Span>{{"", "4.18-r0", EndKind::Fixed}}));
  EXPECT_EQ(only(out, "CVE-2020-1").spans, (std::vector<Span>{{"", "4.18-r0", EndKind::Fixed}}));
  EXPECT_THAT(out.records, SizeIs(5));
  for (const Record& record : out.records) {
    if (record.id == "CVE-2024-7") {
      EXPECT_THAT(record.aliases, ElementsAre("GHSA-xxxx-yyyy-zzzz"));
    }
    if (record.id == "CVE-2017-8904") {
      EXPECT_THAT(record.related, ElementsAre("XSA-214"));
    }
  }
}

TEST(Secdb, ZeroIsNeverAffected) {
  const auto out = read_feed(
      "secdb", R"({"packages": [{"pkg": {"name": "a", "secfixes": {"0": ["CVE-2020-1"]}}}]})",
      {"wolfi", "Wolfi", ""});
  EXPECT_EQ(only(out, "CVE-2020-1").state, EntryState::NotAffected);
}

TEST(Secdb, PackagesMayBeNull) {
  const auto out = read_feed("secdb", R"({"packages": null})", {"alpine", "Alpine", "v3.3"});
  EXPECT_THAT(out.records, IsEmpty());
  EXPECT_THAT(out.problems, IsEmpty());
}

TEST(Kev, EntriesHaveDueDateAndRansomwareUse) {
  const auto out = read_feed("kev", R"({"vulnerabilities": [
    {"cveID": "CVE-2021-44228", "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known"},
    {"cveID": "CVE-2024-1234", "dueDate": "", "knownRansomwareCampaignUse": "Unknown"}, {"cveID": "nonsense"}]})");
  ASSERT_THAT(out.cves, SizeIs(2));
  EXPECT_EQ(out.cves[0].kev_due, 18985U);  // date -d 2021-12-24 +%s / 86400
  EXPECT_TRUE(out.cves[0].ransomware);
  EXPECT_NE(out.cves[1].kev_due, 0U);
  EXPECT_THAT(out.problems, SizeIs(1));
}

TEST(Epss, LinesHaveScoreAndPercentile) {
  const auto out = read_feed(
      "epss",
      "#model_version:v2025.03.14,score_date:2025-12-26T12:55:00Z\r\ncve,epss,percentile\r\n"
      "CVE-1999-0001,0.01151,0.7802\r\nCVE-2025-9970,7e-05,0.00428\r\n"
      "CVE-2025-1,2,0.5\nCVE-2025-2222,nan,0.5\nCVE-2025-3333,0.1\n");
  ASSERT_THAT(out.cves, SizeIs(2));
  EXPECT_FLOAT_EQ(out.cves[0].epss, 0.01151F);
  EXPECT_FLOAT_EQ(out.cves[1].epss, 7e-05F);
  EXPECT_EQ(out.score_date, "2025-12-26");
  EXPECT_THAT(out.problems, ElementsAre(HasSubstr("3 unreadable")));
}

TEST(Epss, AnotherFileIsAnError) {
  EXPECT_THAT(read_feed("epss", "<html>").problems, ElementsAre(HasSubstr("ERROR")));
}

TEST(Nvd, PrimaryModernVectorIsPreferred) {
  const auto out = read_feed("nvd", R"({"vulnerabilities": [
    {"cve": {"id": "CVE-2024-0001", "vulnStatus": "Analyzed", "descriptions": [{"lang": "es", "value": "Hola."}, {"lang": "en", "value": "A flaw in X lets anyone in. More."}],
      "metrics": {"cvssMetricV2": [{"type": "Primary", "cvssData": {"vectorString": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}}],
        "cvssMetricV40": [{"type": "Secondary", "cvssData": {"vectorString": "CVSS:4.0/S"}}],
        "cvssMetricV31": [{"type": "Secondary", "cvssData": {"vectorString": "CVSS:3.1/S"}}, {"type": "Primary", "cvssData": {"vectorString": "CVSS:3.1/P"}}]}}},
    {"cve": {"id": "CVE-2024-0002", "metrics": {"cvssMetricV2": [{"type": "Primary", "cvssData": {"vectorString": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}}],
        "cvssMetricV31": [{"type": "Secondary", "cvssData": {"vectorString": "CVSS:3.1/S"}}]}}},
    {"cve": {"id": "CVE-2024-0003", "vulnStatus": "Rejected"}}, {"cve": null}, {}]})");
  ASSERT_THAT(out.cves, SizeIs(2));
  EXPECT_EQ(out.cves[0].vector, "CVSS:3.1/P");
  EXPECT_EQ(out.cves[0].title, "A flaw in X lets anyone in.");
  EXPECT_EQ(out.cves[1].vector, "CVSS:3.1/S");
}

class CutOff : public ::testing::TestWithParam<const char*> {};
TEST_P(CutOff, DocumentIsAnError) {
  for (const char* content : {"", "{", "{\"a\": {", "[]", "null"}) {
    const auto out = read_feed(GetParam(), content, {"x", "Alpine", ""});
    ASSERT_THAT(out.problems, SizeIs(1)) << content;
    EXPECT_THAT(out.problems[0], HasSubstr("ERROR"));
  }
}
INSTANTIATE_TEST_SUITE_P(Feeds, CutOff,
                         ::testing::Values("osv", "debian", "secdb", "kev", "nvd", "epss"));

}  // namespace
}  // namespace corten::advisory::testing
