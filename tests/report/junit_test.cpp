#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/validated.h"
#include "report/written.h"

namespace corten::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class JunitSchema : public testing::TestWithParam<const char*> {};

TEST_P(JunitSchema, IsSatisfied) {
  const auto schema = schema_path(GetParam());
  if (!std::filesystem::exists(schema)) GTEST_SKIP() << "no schema at " << schema;
  EXPECT_EQ(xml_schema_complaints(schema, written("junit", scan_report())), "");
  EXPECT_EQ(xml_schema_complaints(schema, written("junit", audit_report())), "");
  EXPECT_EQ(xml_schema_complaints(schema, written("junit", clean_report())), "");
  EXPECT_EQ(xml_schema_complaints(schema, written("junit", hostile_report(hostile_text()))), "");
  EXPECT_EQ(xml_schema_complaints(schema, written("junit", Report{})), "");
}

INSTANTIATE_TEST_SUITE_P(Report, JunitSchema,
                         testing::Values("junit/junit-10.xsd", "junit-windyroad/JUnit.xsd"));

TEST(Junit, CountsWhatItHas) {
  // 14 findings in 10 groups, 2 suppressed; the error is about a subject of its own.
  EXPECT_THAT(
      written("junit", scan_report()),
      AllOf(
          HasSubstr(
              "name=\"nginx.tar\" hostname=\"localhost\" tests=\"12\" failures=\"10\" errors=\"0\" "
              "skipped=\"2\" time=\"0\" timestamp=\"2024-11-16T09:00:00\""),
          HasSubstr("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"")));
}

TEST(Junit, ShowsACleanSubjectAsATestThatPassed) {
  EXPECT_THAT(
      written("junit", clean_report()),
      HasSubstr(
          "<testcase name=\"no findings in 15 packages\" classname=\"alpine:3.20\" time=\"0\"/>"));
}

TEST(Junit, MapsChecks) {
  EXPECT_THAT(
      written("junit", audit_report()),
      AllOf(HasSubstr("<failure type=\"warn\""),
            HasSubstr("<skipped message=\"the engine does not listen on TCP\"/>"),
            HasSubstr(
                "<testcase name=\"CIS-2.8 default ulimits\" classname=\"build-7\" time=\"0\"/>")));
}

TEST(Junit, SplitsAGroupByItsSubjects) {
  const std::string text = written("junit", audit_report());
  for (const char* subject : {"web", "ci", "cache", "db", "mail"}) {
    EXPECT_THAT(
        text, HasSubstr("<testcase name=\"CIS-5.11\" classname=\"" + std::string(subject) + "\""));
  }
}

}  // namespace
}  // namespace corten::report
