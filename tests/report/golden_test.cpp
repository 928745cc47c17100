// Whole outputs, kept in tests/report/golden. CORTEN_UPDATE_GOLDEN=1 rewrites them; read what
// changed before it is committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "report/written.h"

namespace corten::report {
namespace {

struct Case {
  const char* file;
  const char* format;
  Report (*report)();
  Style style;
};

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.file;
  for (char& c : name) {
    if (c == '.' || c == '-') c = '_';
  }
  return name;
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, IsWrittenAsBefore) {
  const Case& c = GetParam();
  const std::filesystem::path path =
      std::filesystem::path(CORTEN_SOURCE_DIR) / "tests/report/golden" / c.file;

  const std::string text = written(c.format, c.report(), c.style);

  if (std::getenv("CORTEN_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, text).has_value());
  }
  const auto expected = read_file(path);
  ASSERT_TRUE(expected.has_value()) << path;
  EXPECT_EQ(text, *expected);
}

INSTANTIATE_TEST_SUITE_P(
    Report, Golden,
    testing::ValuesIn<Case>({
        {"scan-80.txt", "table", scan_report, {.width = 80}},
        {"scan-60.txt", "table", scan_report, {.width = 60}},
        {"scan-120-color.txt", "table", scan_report, {.width = 120, .color = true}},
        {"scan-all.txt",
         "table",
         scan_report,
         {.width = 100, .show_all = true, .show_suppressed = true}},
        {"audit-80.txt", "table", audit_report, {.width = 80}},
        {"clean.txt", "table", clean_report, {.width = 80}},
        {"scan.json", "json", scan_report, {}},
        {"scan.sarif", "sarif", scan_report, {}},
        {"scan.junit.xml", "junit", scan_report, {}},
        {"audit.junit.xml", "junit", audit_report, {}},
        {"scan.md", "markdown", scan_report, {}},
        {"audit.md", "markdown", audit_report, {}},
        {"scan.csv", "csv", scan_report, {}},
        {"scan.gitlab.json", "gitlab", scan_report, {}},
    }),
    case_name);

}  // namespace
}  // namespace corten::report
