#include "base/text.h"

#include <gtest/gtest.h>

namespace corten {
namespace {

TEST(Text, PrintableLeavesTextAndDefusesControls) {
  const std::pair<std::string, std::string> cases[] = {
      {"plain päckchen 包", "plain päckchen 包"},
      {"\x1b[2J", "\\x1b[2J"},
      {"a\tb\nc", "a b c"},
      {"\x9b", "\\x9b"},           // C1 control as a lone byte
      {"\xc2\x9b", "\\xc2\\x9b"},  // the same, encoded
      {"a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xaeb"},                // right-to-left override
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // surrogate
      {"\xc0\xaf", "\\xc0\\xaf"},           // overlong
      {"cut \xe5\x8c", "cut \\xe5\\x8c"},
  };
  for (const auto& [input, expected] : cases) EXPECT_EQ(printable(input), expected);
}

TEST(Text, EllipsizedCountsColumnsAndShowsTheCut) {
  EXPECT_EQ(ellipsized("bookworm", 8), "bookworm");
  EXPECT_EQ(ellipsized("bookworm", 5), "book…");
  EXPECT_EQ(ellipsized("包包包", 5), "包包…");
  EXPECT_EQ(ellipsized("包包包", 4), "包…");
  EXPECT_EQ(ellipsized("x", 0), "");
}

TEST(Text, NextLineTakesUnixAndWindowsEnds) {
  std::string_view rest = "a\r\nb\n\nc";
  std::vector<std::string> lines;
  while (const auto line = next_line(rest)) lines.emplace_back(*line);
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "b", "", "c"}));
}

TEST(Text, ParseNumberTakesTheWholeOrNothing) {
  EXPECT_EQ(parse_number<int>("42"), 42);
  for (const char* bad : {"", "4x", " 4", "99999999999", "+4"}) {
    EXPECT_FALSE(parse_number<int>(bad).has_value()) << bad;
  }
}

TEST(Text, ClosestOffersWhatWasMeant) {
  EXPECT_EQ(closest("sevrity", {"format", "severity", "output"}), "severity");
  EXPECT_EQ(closest("zzz", {"format", "severity"}), "");
  EXPECT_EQ(closest("a", {"b"}), "");
}

TEST(Text, FormatSizeUsesDecimalUnits) {
  EXPECT_EQ(format_size(999), "999 B");
  EXPECT_EQ(format_size(1400), "1.4 kB");
  EXPECT_EQ(format_size(34'000'000), "34 MB");
  EXPECT_EQ(format_size(999'900), "1.0 MB");
}

}  // namespace
}  // namespace corten
