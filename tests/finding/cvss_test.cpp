#include "finding/cvss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace corten {
namespace {

// Scores of FIRST's own documents: the version 2 guide (section 3.3), the examples documents
// of 3.0, 3.1 and 4.0.
struct ExampleCase {
  const char* vector;
  double base;
  double score;
  Severity severity;
};

class CvssExample : public testing::TestWithParam<ExampleCase> {};

TEST_P(CvssExample, HasThePublishedScore) {
  const ExampleCase& c = GetParam();

  const auto score = score_cvss(c.vector);

  ASSERT_TRUE(score.has_value()) << describe(score.error());
  EXPECT_DOUBLE_EQ(score->base, c.base) << c.vector;
  EXPECT_DOUBLE_EQ(score->score, c.score) << c.vector;
  EXPECT_EQ(score->severity, c.severity) << c.vector;
}

INSTANTIATE_TEST_SUITE_P(
    Version2, CvssExample,
    testing::ValuesIn<ExampleCase>({
        // CVE-2002-0392, CVE-2003-0818, CVE-2003-0062
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, 7.8, Severity::High},
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8, 6.4, Severity::Medium},
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 9.2,
         Severity::High},
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H", 7.8, 0.0,
         Severity::Low},
        {"AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, 10.0, Severity::High},
        {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 10.0, 8.3, Severity::High},
        {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 10.0, 9.0,
         Severity::High},
        {"AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, 6.2, Severity::Medium},
        {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 6.2, 4.9, Severity::Medium},
        {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 7.5,
         Severity::High},
        {"(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 10.0, 10.0, Severity::High},
        {" CVSS2#(AV:N/AC:L/Au:N/C:C/I:C/A:C) ", 10.0, 10.0, Severity::High},
        {"A:C/I:C/C:C/Au:N/AC:L/AV:N", 10.0, 10.0, Severity::High},
    }));

INSTANTIATE_TEST_SUITE_P(
    Version3, CvssExample,
    testing::ValuesIn<ExampleCase>({
        // CVE-2013-1937, CVE-2013-0375, CVE-2014-3566, CVE-2012-1516, CVE-2009-0783, CVE-2012-0384,
        // CVE-2014-0160,
        // CVE-2014-6271, CVE-2008-1447, CVE-2014-2005, CVE-2010-0467, CVE-2012-1342, CVE-2013-6014,
        // CVE-2014-9253
        {"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 6.1, Severity::Medium},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 6.1, Severity::Medium},
        {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, 6.4, Severity::Medium},
        {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, 3.1, Severity::Low},
        {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9, 9.9, Severity::Critical},
        {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, 4.2, Severity::Medium},
        {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, 8.8, Severity::High},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, 7.5, Severity::High},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 9.8, Severity::Critical},
        {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8, 6.8, Severity::Medium},
        {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, 6.8, Severity::Medium},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8, 5.8, Severity::Medium},
        {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, 9.3, Severity::Critical},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.8, 8.8, Severity::High},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, 0.0, Severity::Info},
    }));

INSTANTIATE_TEST_SUITE_P(
    Version4, CvssExample,
    testing::ValuesIn<ExampleCase>({
        // CVE-2022-41741, CVE-2020-3549, CVE-2023-3089, CVE-2021-44714, CVE-2022-21830,
        // CVE-2022-22186, CVE-2023-21989,
        // CVE-2023-30560, CVE-2014-0160, CVE-2021-44228, CVE-2014-6271
        {"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, 7.3,
         Severity::High},
        {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, 7.7,
         Severity::High},
        {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 7.7, 5.2,
         Severity::Medium},
        {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3, 8.3,
         Severity::High},
        {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L", 8.3, 8.1,
         Severity::High},
        {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6, 4.6,
         Severity::Medium},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1, 5.1,
         Severity::Medium},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", 6.9, 6.9,
         Severity::Medium},
        {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9, 5.9,
         Severity::Medium},
        {"CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:H/SA:N/S:P/V:D", 8.3, 8.3,
         Severity::High},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, 8.7,
         Severity::High},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, 10.0,
         Severity::Critical},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, 9.3,
         Severity::Critical},
    }));

// The lines of a file of vectors: "VECTOR - (base, temporal, environmental)" or "VECTOR - (score,)"
// or "VECTOR - score".
struct Line {
  std::string vector;
  std::vector<std::optional<double>> scores;
};

std::vector<Line> read_lines(const std::filesystem::path& path) {
  std::vector<Line> lines;
  std::ifstream in(path);
  for (std::string text; std::getline(in, text);) {
    const std::size_t dash = text.find(" - ");
    if (dash == std::string::npos) continue;
    Line line{text.substr(0, dash), {}};
    for (std::string_view part : split(std::string_view(text).substr(dash + 3), ',')) {
      while (!part.empty() && (part.front() == '(' || part.front() == ' ')) part.remove_prefix(1);
      while (!part.empty() && (part.back() == ')' || part.back() == ' ')) part.remove_suffix(1);
      if (!part.empty()) line.scores.push_back(parse_number<double>(part));
    }
    lines.push_back(line);
  }
  return lines;
}

class CvssVectors : public testing::TestWithParam<const char*> {};

TEST_P(CvssVectors, AllMatchTheFileOfScores) {
  const std::filesystem::path path =
      std::filesystem::path(CORTEN_SHARED_DIR) / "schemas/cvss" / GetParam();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const std::vector<Line> lines = read_lines(path);
  ASSERT_FALSE(lines.empty());

  for (const Line& line : lines) {
    const auto score = score_cvss(line.vector);
    ASSERT_TRUE(score.has_value()) << line.vector << ": " << describe(score.error());
    if (line.scores.size() == 1) {
      EXPECT_NEAR(score->score, line.scores[0].value(), 1e-9) << line.vector;
      continue;
    }
    ASSERT_EQ(line.scores.size(), 3U) << line.vector;
    EXPECT_NEAR(score->base, line.scores[0].value(), 1e-9) << line.vector;
    // Without a metric of its group a score is that of the group before it.
    EXPECT_NEAR(score->temporal, line.scores[1].value_or(score->base), 1e-9) << line.vector;
    EXPECT_NEAR(score->environmental, line.scores[2].value_or(score->temporal), 1e-9)
        << line.vector;
  }
}

INSTANTIATE_TEST_SUITE_P(RedHat, CvssVectors,
                         testing::Values("vectors_calculator2", "vectors_cvsslib2",
                                         "vectors_simple2", "vectors_calculator3",
                                         "vectors_cvsslib3", "vectors_simple3", "vectors_simple31",
                                         "vectors_security4", "vectors_simple4",
                                         "vectors_supplemental4", "vectors_threat4"));

struct BadCase {
  const char* vector;
  const char* message;
};

class BadCvss : public testing::TestWithParam<BadCase> {};

TEST_P(BadCvss, IsInvalidInputThatSaysWhat) {
  const auto score = score_cvss(GetParam().vector);

  ASSERT_FALSE(score.has_value()) << GetParam().vector;
  EXPECT_EQ(score.error().code, ErrorCode::InvalidInput);
  EXPECT_THAT(score.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadCvss,
    testing::ValuesIn<BadCase>({
        {"", "no metric"},
        {"()", "no metric"},
        {"(", "no metric"},
        {"high", "no metric"},
        {"AV:N/AC:L/Au:N/C:P/I:P", "A is missing"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:P/", "no metric"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:P/A:P", "A twice"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:X", "'X' is no value of A"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:", "'' is no value of A"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:N P", "is no value of A"},
        {"AV:N/AC:L/Au:N/C:P/I:P/A:P/ZZ:N", "unknown metric 'ZZ'"},
        {"av:N/AC:L/Au:N/C:P/I:P/A:P", "unknown metric 'av'"},
        {"CVSS:3.1", "no metric"},
        {"CVSS:", "unknown version"},
        {"CVSS:3.1/", "no metric"},
        {"CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", "unknown version '2.0'"},
        {"CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "unknown version '3.2'"},
        {"cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "unknown metric 'cvss'"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H", "S is missing"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/E:X", "E twice"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H//", "no metric"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:C", "no value of A"},
        {"CVSS:3.1/AV:N/AC:L/AT:N/PR:N/UI:N/S:U/C:H/I:H/A:H", "unknown metric 'AT'"},
        {"CVSS:4.0/AV:N/AC:L/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "AT is missing"},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", "no value of SI"},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "no value of UI"},
    }));

TEST(BadCvssLimits, LongTextIsRefused) {
  EXPECT_FALSE(score_cvss(std::string(1 << 20, 'A')).has_value());
}

TEST(CvssVersions, AreNamed) {
  EXPECT_EQ(score_cvss("AV:N/AC:L/Au:N/C:P/I:P/A:P")->version, "2.0");
  EXPECT_EQ(score_cvss("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")->version, "3.0");
  EXPECT_EQ(score_cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")->version, "3.1");
}

}  // namespace
}  // namespace corten
