#include "finding/line_edits.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"

namespace corten {
namespace {

using testing::ElementsAre;

// "LINE-END_LINE:text" of what the byte edits become.
std::vector<std::string> line_edits_of(std::string_view text, std::vector<ByteEdit> edits) {
  std::vector<std::uint32_t> starts = {0};
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(i + 1);
  }
  const auto size = static_cast<std::uint32_t>(text.size());
  const TextLines lines{[&](std::uint32_t offset) {
                          return static_cast<std::uint32_t>(
                              std::ranges::upper_bound(starts, offset) - starts.begin());
                        },
                        [&](std::uint32_t line) {
                          const std::uint32_t begin = starts.at(line - 1);
                          std::uint32_t end = line < starts.size() ? starts[line] : size;
                          if (end > begin && text[end - 1] == '\n') --end;
                          if (end > begin && text[end - 1] == '\r') --end;
                          return std::pair(begin, end);
                        }};
  std::vector<std::string> out;
  for (const Edit& edit : as_line_edits(text, lines, "f", std::move(edits))) {
    EXPECT_EQ(edit.path, "f");
    out.push_back(fmt::format("{}-{}:{}", edit.line, edit.end_line, edit.replacement));
  }
  return out;
}

constexpr std::string_view kText = "one\ntwo\nthree\n";

TEST(LineEdits, ChangeWithinALine) {
  EXPECT_THAT(line_edits_of(kText, {{5, 6, "W"}}), ElementsAre("2-2:tWo"));
  EXPECT_THAT(line_edits_of(kText, {{4, 7, ""}}), ElementsAre("2-2:\n"));
  EXPECT_THAT(line_edits_of(kText, {{7, 7, "\nmore"}}), ElementsAre("2-2:two\nmore"));
}

TEST(LineEdits, WholeLinesGoAloneAndTouchNoOther) {
  EXPECT_THAT(line_edits_of(kText, {{4, 8, ""}}), ElementsAre("2-2:"));
  EXPECT_THAT(line_edits_of(kText, {{4, 14, ""}}), ElementsAre("2-3:"));
  EXPECT_THAT(line_edits_of(kText, {{4, 8, "2\n"}}), ElementsAre("2-2:2"));
  EXPECT_THAT(line_edits_of(kText, {{0, 4, ""}, {8, 14, ""}}), ElementsAre("1-1:", "3-3:"));
}

TEST(LineEdits, PartsOfTwoLinesBecomeOne) {
  EXPECT_THAT(line_edits_of(kText, {{6, 8, ""}}), ElementsAre("2-3:twthree"));
  EXPECT_THAT(line_edits_of(kText, {{3, 7, ""}}), ElementsAre("2-2:"));
  // Two empty lines, each with the newline in front of it.
  EXPECT_THAT(line_edits_of("a\n\n\nb\n", {{1, 2, ""}, {2, 3, ""}}), ElementsAre("2-3:"));
}

TEST(LineEdits, ThoseOnOneLineAreOneEdit) {
  EXPECT_THAT(line_edits_of(kText, {{7, 7, "!"}, {4, 5, "T"}}), ElementsAre("2-2:Two!"));
  // A line that goes behind one that changes.
  EXPECT_THAT(line_edits_of(kText, {{3, 3, "\nmore"}, {4, 8, ""}}),
              ElementsAre("1-1:one\nmore", "2-2:"));
}

TEST(LineEdits, TheEndOfTheTextBelongsToItsLastLine) {
  EXPECT_THAT(line_edits_of("one\ntwo", {{3, 7, ""}}), ElementsAre("1-2:one"));
  EXPECT_THAT(line_edits_of("one\ntwo", {{7, 7, "\nmore"}}), ElementsAre("2-2:two\nmore"));
  EXPECT_THAT(line_edits_of("one\r\ntwo\r\n", {{5, 10, ""}}), ElementsAre("2-2:"));
  EXPECT_THAT(line_edits_of("one\r\ntwo\r\n", {{8, 8, "\r\nmore"}}),
              ElementsAre("2-2:two\r\nmore"));
}

}  // namespace
}  // namespace corten
