#include "dockerfile/source.h"
#include "dockerfile/named_case.h"

#include <gtest/gtest.h>

namespace corten::dockerfile {
namespace {

struct PositionCase {
  const char* name;
  std::string content;
  std::uint32_t offset;
  Position position;
};

class SourcePosition : public testing::TestWithParam<PositionCase> {};

TEST_P(SourcePosition, GoesBothWays) {
  const PositionCase& c = GetParam();
  const Source source(c.content);

  EXPECT_EQ(source.position(c.offset), c.position);
  EXPECT_EQ(source.offset(c.position), c.offset);
}

INSTANTIATE_TEST_SUITE_P(Table, SourcePosition,
                         testing::ValuesIn<PositionCase>({
                             {"Start", "FROM a\n", 0, {1, 1}},
                             {"Middle", "FROM a\n", 5, {1, 6}},
                             {"Newline", "FROM a\nRUN b\n", 6, {1, 7}},
                             {"SecondLine", "FROM a\nRUN b\n", 7, {2, 1}},
                             {"CarriageReturn", "FROM a\r\nRUN b", 8, {2, 1}},
                             {"EmptyLine", "a\n\nb", 2, {2, 1}},
                             {"AfterTheLastByte", "a\nbc", 4, {2, 3}},
                             {"ByteOrderMarkCountsForNothing",
                              "\xEF\xBB\xBF"
                              "FROM a",
                              3,
                              {1, 1}},
                             {"BytesOfUtf8", "\xC3\xA4x", 2, {1, 3}},
                         }),
                         NamedCase());

TEST(Source, ClipsWhatIsOutside) {
  const Source source("ab\ncd\n");

  EXPECT_EQ(source.line_count(), 2U);
  EXPECT_EQ(source.position(99), (Position{2, 4}));
  EXPECT_EQ(source.offset({9, 1}), 6U);
  EXPECT_EQ(source.offset({1, 99}), 3U);
  EXPECT_EQ(source.offset({0, 0}), 0U);
  EXPECT_EQ(source.text({4, 99}), "d\n");
  EXPECT_EQ(source.text({99, 100}), "");
}

TEST(Source, GivesLinesWithAndWithoutTheirNewline) {
  const Source source("ab\r\n\ncd");

  EXPECT_EQ(source.text(source.line_range(1)), "ab");
  EXPECT_EQ(source.text(source.full_line_range(1)), "ab\r\n");
  EXPECT_EQ(source.text(source.line_range(2)), "");
  EXPECT_EQ(source.text(source.line_range(3)), "cd");
  EXPECT_EQ(source.text(source.line_range(4)), "");
  EXPECT_EQ(source.text(source.line_range(0)), "");
}

TEST(Source, OfNothingHasNoLines) {
  const Source source("");

  EXPECT_EQ(source.line_count(), 0U);
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.offset({1, 1}), 0U);
}

TEST(Source, KeepsItsViewsWhenMoved) {
  Source source("short");
  const std::string_view view = source.text();

  const Source moved = std::move(source);

  EXPECT_EQ(view.data(), moved.text().data());
}

}  // namespace
}  // namespace corten::dockerfile
