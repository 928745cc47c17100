#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "report/written.h"

namespace corten::report {
namespace {

using testing::HasSubstr;

std::string title_cell(const std::string& title) {
  Report report;
  report.findings.emplace_back();
  report.findings[0].title = title;
  const std::string text = written("csv", report);
  const std::string start = "info,,misconfiguration,,,,,,,,,,,,,,";
  const std::size_t at = text.find(start);
  EXPECT_NE(at, std::string::npos) << text;
  const std::string rest = text.substr(at + start.size());
  return rest.substr(0, rest.find(",,,,,,\r\n"));
}

struct Case {
  const char* name;
  const char* title;
  const char* cell;
};

class CsvCell : public testing::TestWithParam<Case> {};
TEST_P(CsvCell, IsQuotedAndDefused) { EXPECT_EQ(title_cell(GetParam().title), GetParam().cell); }

INSTANTIATE_TEST_SUITE_P(Report, CsvCell,
                         testing::ValuesIn<Case>({
                             {"Plain", "heap overflow", "heap overflow"},
                             {"Comma", "a,b", "\"a,b\""},
                             {"Quote", "say \"x\"", "\"say \"\"x\"\"\""},
                             {"Equals", "=1+1", "'=1+1"},
                             {"Plus", "+1", "'+1"},
                             {"Minus", "-1", "'-1"},
                             {"At", "@SUM(A1)", "'@SUM(A1)"},
                             {"AfterSpace", "  =1+1", "'  =1+1"},
                             {"AfterTab", "\t=1+1", "' =1+1"},
                             {"FullWidth", "＝1+1", "'＝1+1"},
                             {"WithComma", "=1,2", "\"'=1,2\""},
                             {"Newline", "a\nb", "a b"},
                             {"Escape", "a\x1b[2Jb", "a\\x1b[2Jb"},
                             {"InvalidUtf8", "a\xff", "a\\xff"},
                         }),
                         [](const auto& test) { return std::string(test.param.name); });

// An independent reader finds the same number of cells in every line.
TEST(Csv, IsReadByPython) {
  for (const Report& report : {scan_report(), audit_report(), hostile_report(hostile_text())}) {
    const auto run = run_subprocess(
        {"python3", "-c",
         "import csv, sys\n"
         "rows = list(csv.reader(sys.stdin, strict=True))\n"
         "assert {len(row) for row in rows} == {23}, {len(row) for row in rows}\n"
         "assert not [c for row in rows for c in row if c.strip()[:1] in tuple('=+-@')]\n"
         "print(len(rows))"},
        written("csv", report));
    ASSERT_TRUE(run.has_value());
    EXPECT_EQ(run->status, 0) << run->err;
    EXPECT_EQ(run->out, std::to_string(1 + report.findings.size() + report.errors.size()) + "\n");
  }
}

TEST(Csv, EndsLinesAsTheStandardSays) {
  const std::string text = written("csv", scan_report());
  EXPECT_EQ(std::ranges::count(text, '\n'), std::ranges::count(text, '\r'));
  EXPECT_TRUE(text.ends_with("\r\n"));
}

TEST(Csv, ListsErrorsAsLines) {
  EXPECT_THAT(written("csv", scan_report()), HasSubstr(",,error,layer 5 (sha256:1c2f55aa),"));
}

}  // namespace
}  // namespace corten::report
