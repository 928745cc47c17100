#include "yaml/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten::yaml {
namespace {

using testing::ElementsAre;

TEST(AsBool, KnowsYaml11And12) {
  for (const char* yes : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "y", "Y"}) {
    EXPECT_EQ(parse_bool(yes), true) << yes;
  }
  for (const char* no : {"false", "False", "FALSE", "no", "No", "off", "OFF", "n", "N"}) {
    EXPECT_EQ(parse_bool(no), false) << no;
  }
  for (const char* neither : {"", "tRUE", "yEs", "1", "truetrue", "t", "nope", "trues"}) {
    EXPECT_EQ(parse_bool(neither), std::nullopt) << neither;
  }
}

TEST(AsBool, TakesNoQuotedText) {
  const auto stream = parse("a: 'true'\nb: true\nc: [true]\n");
  ASSERT_TRUE(stream);
  EXPECT_EQ(as_bool(get(stream->root(), "a")), std::nullopt);
  EXPECT_EQ(as_bool(get(stream->root(), "b")), true);
  EXPECT_EQ(as_bool(get(stream->root(), "c")), std::nullopt);
  EXPECT_EQ(as_bool(get(stream->root(), "d")), std::nullopt);
}

TEST(AsInt, ReadsTheFormsOfYaml12) {
  EXPECT_EQ(parse_int("42"), 42);
  EXPECT_EQ(parse_int("-7"), -7);
  EXPECT_EQ(parse_int("+7"), 7);
  EXPECT_EQ(parse_int("0x1F"), 31);
  EXPECT_EQ(parse_int("0o17"), 15);
  EXPECT_EQ(parse_int("007"), 7);
  for (const char* bad : {"", "-", "--1", "1.5", "1k", "0x", "9223372036854775808", " 1", "0x-1"}) {
    EXPECT_EQ(parse_int(bad), std::nullopt) << bad;
  }
}

TEST(Find, FollowsKeysAndIndexes) {
  const auto stream = parse("a:\n  - b: {c: x}\n  - y\n0: zero\n");
  ASSERT_TRUE(stream);
  EXPECT_EQ(text(find(stream->root(), "a.0.b.c")), "x");
  EXPECT_EQ(text(find(stream->root(), "a.1")), "y");
  EXPECT_EQ(text(find(stream->root(), "0")), "zero");
  for (const char* missing : {"b", "a.2", "a.x", "a.0.b.c.d", "a..b", "", "a.-1"}) {
    EXPECT_EQ(find(stream->root(), missing), nullptr) << missing;
  }
}

TEST(Texts, GivesOneOrMany) {
  const auto stream = parse("a: x\nb: [x, {y: z}, 1, null]\n");
  ASSERT_TRUE(stream);
  EXPECT_THAT(texts(get(stream->root(), "a")), ElementsAre("x"));
  EXPECT_THAT(texts(get(stream->root(), "b")), ElementsAre("x", "1"));
  EXPECT_THAT(texts(nullptr), ElementsAre());
}

}  // namespace
}  // namespace corten::yaml
