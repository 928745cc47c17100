#include "yaml/spots.h"

#include <gtest/gtest.h>

#include <vector>

#include "yaml/access.h"
#include "yaml/edit.h"

namespace corten::yaml {
namespace {

Stream stream_of(const char* text) {
  auto stream = parse(text);
  EXPECT_TRUE(stream) << text;
  return *std::move(stream);
}

TEST(Spots, FindKeysValuesAndItemsByTheirPlace) {
  const Stream stream = stream_of("a:\n  b: &x 1\n  c:\n    - d: 2\n    - *x\n");
  const Spots spots(stream);
  const Node& a = *get(stream.root(), "a");
  const Spot* b = spots.with_value_at({2, 9});
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->parent, &a);
  EXPECT_EQ(b->index, 0U);
  // The map and its first key begin at one place.
  EXPECT_EQ(spots.with_value_at({2, 3})->parent, &stream.root());
  EXPECT_EQ(spots.with_key_at({2, 3})->parent, &a);
  const Spot* alias = spots.with_value_at({5, 7});
  ASSERT_NE(alias, nullptr);
  EXPECT_TRUE(alias->is_alias());
  EXPECT_EQ(spots.with_value_at({9, 9}), nullptr);
  EXPECT_EQ(spots.of(a)->parent, &stream.root());
  EXPECT_EQ(spots.of(stream.root()), nullptr);
}

// True of the value of "b.k" if one of `roots` alone leads to it, in one way.
bool is_used_once(const char* text, const std::vector<const char*>& roots, Position at) {
  const Stream stream = stream_of(text);
  Spots spots(stream);
  for (const char* root : roots) spots.count_ways(*get(stream.root(), root));
  const Spot* spot = spots.with_value_at(at);
  EXPECT_NE(spot, nullptr) << text;
  return spot != nullptr && spots.is_used_once(*spot);
}

TEST(Spots, CountTheWaysToAValue) {
  const char* merged = "x: &x\n  k: 1\na:\n  <<: *x\nb:\n  <<: *x\n";
  EXPECT_TRUE(is_used_once(merged, {"a"}, {2, 6}));
  EXPECT_FALSE(is_used_once(merged, {"a", "b"}, {2, 6}));
  EXPECT_FALSE(is_used_once(merged, {}, {2, 6}));  // not used at all
  // What is overridden is not used there.
  EXPECT_TRUE(
      is_used_once("x: &x\n  k: 1\na:\n  <<: *x\nb:\n  <<: *x\n  k: 2\n", {"a", "b"}, {2, 6}));
  const char* alias = "a:\n  k: &x [1]\nb:\n  k: *x\n";
  EXPECT_FALSE(is_used_once(alias, {"a", "b"}, {2, 9}));  // the list is b's as well
  EXPECT_TRUE(is_used_once(alias, {"a", "b"}, {4, 6}));   // the alias is b's own
}

TEST(Spots, AMapOfSeveralMayNotGrow) {
  const auto may_grow = [](const char* text) {
    const Stream stream = stream_of(text);
    Spots spots(stream);
    spots.count_ways(stream.root());
    return spots.may_grow(*get(stream.root(), "a"));
  };
  EXPECT_TRUE(may_grow("a: {k: 1}\n"));
  EXPECT_TRUE(may_grow("x: &x {k: 1}\na:\n  <<: *x\n"));  // what it merges does not see its own
  EXPECT_FALSE(may_grow("a: &a {k: 1}\nb: *a\n"));
  EXPECT_FALSE(may_grow("a: &a {k: 1}\nb:\n  <<: *a\n"));
  EXPECT_FALSE(may_grow("c: &c {}\na: &a {k: 1}\nb:\n  <<: [*c, *a]\n  k: 2\n"));
}

}  // namespace
}  // namespace corten::yaml
