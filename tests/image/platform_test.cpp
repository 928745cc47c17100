#include "image/platform.h"

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/sources.h"

namespace corten::image {
namespace {

TEST(ParsePlatform, TakesTwoOrThreeParts) {
  EXPECT_EQ(parse_platform("linux/amd64"), (Platform{"linux", "amd64", ""}));
  EXPECT_EQ(parse_platform("linux/arm/v7"), (Platform{"linux", "arm", "v7"}));
  EXPECT_EQ(parse_platform("Linux/x86_64"), (Platform{"linux", "amd64", ""}));
  EXPECT_EQ(parse_platform("linux/aarch64"), (Platform{"linux", "arm64", ""}));
}

TEST(ParsePlatform, TakesOnePartAsDockerDoes) {
  EXPECT_EQ(parse_platform("arm64"), (Platform{"", "arm64", ""}));
  EXPECT_EQ(parse_platform("AArch64"), (Platform{"", "arm64", ""}));
  EXPECT_EQ(parse_platform("windows"), (Platform{"windows", "", ""}));
  EXPECT_EQ(parse_platform("armhf"), (Platform{"", "arm", "v7"}));
  EXPECT_EQ(parse_platform("arm/v7"), (Platform{"", "arm", "v7"}));
  EXPECT_EQ(parse_platform("aarch64/8"), (Platform{"", "arm64", "v8"}));
  EXPECT_EQ(parse_platform("linux/arm/7"), (Platform{"linux", "arm", "v7"}));
}

TEST(ParsePlatform, RefusesTheRest) {
  for (const char* text : {"", "all", "linu", "/", "linux/", "/amd64", "a/b/c/d", "linux//v7"}) {
    EXPECT_EQ(test::outcome(parse_platform(text)), "usage") << text;
  }
}

struct Case {
  const char* name;
  std::vector<Platform> offered;
  Platform wanted;
  std::optional<std::size_t> expected;
};
class ChoosePlatform : public testing::TestWithParam<Case> {};
TEST_P(ChoosePlatform, TakesTheBest) {
  EXPECT_EQ(choose_platform(GetParam().offered, GetParam().wanted), GetParam().expected);
}
const Platform kArm6{"linux", "arm", "v6"};
const Platform kArm7{"linux", "arm", "v7"};
const Platform kArm64{"linux", "arm64", ""};
const Platform kArm64V8{"linux", "arm64", "v8"};
const Platform kAmd64{"linux", "amd64", ""};
const Platform kAmd64V3{"linux", "amd64", "v3"};
INSTANTIATE_TEST_SUITE_P(Platform, ChoosePlatform,
                         testing::ValuesIn(std::vector<Case>{
                             {"None", {}, kAmd64, std::nullopt},
                             {"OtherOs", {{"windows", "amd64", ""}}, kAmd64, std::nullopt},
                             {"Exact", {kArm6, kArm7}, kArm7, 1},
                             {"HigherVariant", {kArm7}, kArm6, std::nullopt},
                             {"LowerVariantRuns", {{"linux", "arm", "v5"}, kArm6}, kArm7, 1},
                             {"ArmIsV7", {kArm64, kArm6, kArm7}, {"linux", "arm", ""}, 2},
                             {"AnyVariant", {{"linux", "arm", "v8"}}, {"linux", "arm", ""}, 0},
                             {"Amd64RunsOnV3", {kAmd64}, kAmd64V3, 0},
                             {"OfferedByAnotherName", {{"linux", "aarch64", ""}}, kArm64, 0},
                             {"PlainBeforeVariant", {kAmd64V3, kAmd64}, kAmd64, 1},
                             {"V8IsArm64", {kArm64V8}, kArm64, 0},
                             {"Arm64IsV8", {kArm64}, kArm64V8, 0},
                             {"OsIsDefault", {kArm64}, {"", "arm64", ""}, 0},
                             {"AllIsDefault", {machine_platform()}, {}, 0},
                         }),
                         test::case_name<Case>);

TEST(PlatformText, LeavesAnEmptyVariantOut) {
  EXPECT_EQ(to_text(kArm7), "linux/arm/v7");
  EXPECT_EQ(to_text(kAmd64), "linux/amd64");
}

}  // namespace
}  // namespace corten::image
