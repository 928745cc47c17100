#include "lsp/text.h"

#include <gmock/gmock.h>

namespace corten::lsp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kUtf8 = PositionEncoding::Utf8;
constexpr auto kUtf16 = PositionEncoding::Utf16;
constexpr auto kUtf32 = PositionEncoding::Utf32;

TEST(Text, CountsColumnsAsAgreed) {
  // Bytes 0 a, 1 é (2), 3 € (3), 6 🐳 (4), 10 b.
  const Text text("aé€🐳b");
  struct Case {
    std::size_t offset;
    std::uint32_t utf8, utf16, utf32;
  };
  for (const Case& c : {Case{0, 0, 0, 0},
                        {1, 1, 1, 1},
                        {3, 3, 2, 2},
                        {6, 6, 3, 3},
                        {10, 10, 5, 4},
                        {11, 11, 6, 5}}) {
    EXPECT_EQ(text.position_of(c.offset, kUtf8), (Position{0, c.utf8}));
    EXPECT_EQ(text.position_of(c.offset, kUtf16), (Position{0, c.utf16}));
    EXPECT_EQ(text.position_of(c.offset, kUtf32), (Position{0, c.utf32}));
    EXPECT_EQ(text.offset_of({0, c.utf8}, kUtf8), c.offset);
    EXPECT_EQ(text.offset_of({0, c.utf16}, kUtf16), c.offset);
    EXPECT_EQ(text.offset_of({0, c.utf32}, kUtf32), c.offset);
  }
  EXPECT_EQ(text.offset_of({0, 4}, kUtf16), 6U) << "between the halves of a pair is before it";
  EXPECT_EQ(text.offset_of({0, 7}, kUtf8), 6U) << "inside of a character is before it";
  EXPECT_EQ(text.position_of(8, kUtf16), (Position{0, 3}));
}

TEST(Text, HasLinesAsTheProtocolHasThem) {
  const Text text("a\nb\r\nc\rd");
  for (const auto& [position, offset] : std::vector<std::pair<Position, std::size_t>>{
           {{0, 0}, 0}, {{1, 0}, 2}, {{2, 0}, 5}, {{3, 0}, 7}, {{3, 1}, 8}}) {
    EXPECT_EQ(text.offset_of(position, kUtf16), offset);
    EXPECT_EQ(text.position_of(offset, kUtf16), position);
  }
  EXPECT_EQ(text.offset_of({0, 9}, kUtf16), 1U) << "past the end of a line is its end";
  EXPECT_EQ(text.offset_of({1, 9}, kUtf16), 3U) << "in front of CR LF";
  EXPECT_EQ(text.offset_of({2, 9}, kUtf16), 6U);
  EXPECT_EQ(text.offset_of({4, 0}, kUtf16), 8U) << "past the last line is the end";
  EXPECT_EQ(text.offset_of({0xffffffff, 0xffffffff}, kUtf16), 8U);
  EXPECT_EQ(text.position_of(4, kUtf16), (Position{1, 1})) << "between CR and LF";
  EXPECT_EQ(text.position_of(99, kUtf16), (Position{3, 1}));
  const Text ended("a\n");
  EXPECT_EQ(ended.position_of(2, kUtf16), (Position{1, 0}));
  EXPECT_EQ(ended.offset_of({1, 0}, kUtf16), 2U);
  EXPECT_EQ(Text("").position_of(0, kUtf16), (Position{0, 0}));
}

TEST(Text, TakesBytesThatAreNoCharacters) {
  const Text text("\x80\xf0\x9f\n\xff");
  EXPECT_EQ(text.position_of(1, kUtf16), (Position{0, 1}));
  EXPECT_EQ(text.position_of(4, kUtf16), (Position{1, 0}));
  EXPECT_EQ(text.position_of(5, kUtf16), (Position{1, 1}));
}

TEST(Text, CountsColumnsOfLongLines) {
  std::string content = "first\n";
  std::string line;
  for (int i = 0; i < 5000; ++i) line += "aé€🐳";  // 10 bytes, 5 units, 4 characters
  content += line + "\n" + line;
  const Text text(content);
  for (const std::size_t i : {0U, 1U, 409U, 410U, 819U, 820U, 2500U, 4999U, 5000U}) {
    const auto n = static_cast<std::uint32_t>(i);
    for (const std::uint32_t row : {1U, 2U}) {
      const std::size_t offset = 6 + (row - 1) * (line.size() + 1) + 10 * i;
      EXPECT_EQ(text.position_of(offset, kUtf8), (Position{row, 10 * n}));
      EXPECT_EQ(text.position_of(offset, kUtf16), (Position{row, 5 * n}));
      EXPECT_EQ(text.position_of(offset, kUtf32), (Position{row, 4 * n}));
      EXPECT_EQ(text.offset_of({row, 10 * n}, kUtf8), offset);
      EXPECT_EQ(text.offset_of({row, 5 * n}, kUtf16), offset);
      EXPECT_EQ(text.offset_of({row, 4 * n}, kUtf32), offset);
      if (i == 5000) continue;
      EXPECT_EQ(text.offset_of({row, 5 * n + 4}, kUtf16), offset + 6);
    }
  }
  EXPECT_EQ(text.offset_of({1, 1'000'000}, kUtf16), 6 + line.size());
}

TEST(Text, IsTheSameAtOneLook) {
  const std::string content = "aé€🐳b\r\n\rx🐳\n\ny\x80";
  const Text text(content);
  for (std::uint32_t line = 0; line < 8; ++line) {
    for (std::uint32_t column = 0; column < 14; ++column) {
      for (const PositionEncoding encoding : {kUtf8, kUtf16, kUtf32}) {
        EXPECT_EQ(offset_in(content, {line, column}, encoding),
                  text.offset_of({line, column}, encoding));
      }
    }
  }
}

TEST(Text, TurnsRangesTheRightWayRound) {
  const Text text("abc\ndef");
  EXPECT_EQ(text.extent_of({{1, 1}, {0, 1}}, kUtf16), (Extent{1, 5}));
}

Location at(std::uint32_t line, std::uint32_t column, std::uint32_t end_line = 0,
            std::uint32_t end_column = 0) {
  return {
      .path = "f", .line = line, .column = column, .end_line = end_line, .end_column = end_column};
}

TEST(Text, PutsFindingsWhereLintSeesThem) {
  const Text text("FROM a b\r\n  RUN  x \n\nlast");
  EXPECT_EQ(text.extent_of(at(1, 6, 1, 9)), (Extent{5, 8}));
  EXPECT_EQ(text.extent_of(at(1, 6)), (Extent{5, 6})) << "the word";
  EXPECT_EQ(text.extent_of(at(1, 6, 2, 6)), (Extent{5, 15})) << "over lines";
  EXPECT_EQ(text.extent_of(at(2, 0)), (Extent{12, 18})) << "a line, without its blanks";
  EXPECT_EQ(text.extent_of(at(2, 99)), (Extent{12, 18})) << "past its end";
  EXPECT_EQ(text.extent_of(at(0, 0)), (Extent{0, 8})) << "no line is the first one";
  EXPECT_EQ(text.extent_of(at(9, 1)), (Extent{21, 25})) << "no such line is the last one";
  EXPECT_EQ(text.extent_of(at(3, 1)), (Extent{20, 20})) << "an empty line";
  EXPECT_EQ(text.extent_of(at(1, 6, 1, 6)), (Extent{5, 6})) << "an empty range";
  EXPECT_EQ(text.lint_line_of(12), 2U);
}

TEST(Text, LinesOfLintEndAtLineFeedsOnly) {
  const Text text("# a\rb\nFROM x");
  EXPECT_EQ(text.range_of(text.extent_of(at(2, 6)), kUtf16), (Range{{2, 5}, {2, 6}}));
}

TEST(Text, CountsNoByteOrderMark) {
  EXPECT_EQ(Text("\xef\xbb\xbf"
                 "FROM a\nb")
                .extent_of(at(1, 6, 1, 7)),
            (Extent{8, 9}));
  EXPECT_EQ(Text("\xef\xbb\xbf"
                 "FROM a\nb")
                .extent_of(at(2, 1)),
            (Extent{10, 11}));
}

std::vector<Replacement> between(std::string_view a, std::string_view b) {
  return replacements_between(a, b);
}

TEST(Replacements, AreAsSmallAsCanBe) {
  EXPECT_THAT(between("a\nb\n", "a\nb\n"), IsEmpty());
  EXPECT_THAT(between("a\nRUN x\n", "a\nRUN y\n"), ElementsAre(Replacement{{6, 7}, "y"}));
  EXPECT_THAT(between("a\nc\n", "a\nb\nc\n"), ElementsAre(Replacement{{2, 2}, "b\n"}));
  EXPECT_THAT(between("a\nb\nc\n", "a\nc\n"), ElementsAre(Replacement{{2, 4}, ""}));
  EXPECT_THAT(between("1\nx\n2\ny\n3\n", "1\nX\n2\nY\n3\n"),
              ElementsAre(Replacement{{2, 3}, "X"}, Replacement{{6, 7}, "Y"}));
  EXPECT_THAT(between("a", "a\n"), ElementsAre(Replacement{{1, 1}, "\n"}));
  EXPECT_THAT(between("", "a"), ElementsAre(Replacement{{0, 0}, "a"}));
}

TEST(Replacements, CutNoCharacter) {
  // é is C3 A9, è is C3 A8.
  EXPECT_THAT(between("é\n", "è\n"), ElementsAre(Replacement{{0, 2}, "è"}));
  EXPECT_THAT(between("a\r\n", "a\n"), ElementsAre(Replacement{{1, 3}, "\n"}));
}

}  // namespace
}  // namespace corten::lsp
