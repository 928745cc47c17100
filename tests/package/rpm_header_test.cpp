#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "package/rpm.h"
#include "package/rpm_builder.h"

namespace corten::package {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ValuesIn;

Result<Package> read(const std::string& blob) {
  CORTEN_TRY(const RpmHeader header, RpmHeader::parse(as_bytes(blob)));
  return package_of(header);
}

Result<std::vector<std::string>> files(const std::string& blob) {
  CORTEN_TRY(const RpmHeader header, RpmHeader::parse(as_bytes(blob)));
  std::vector<std::string> out;
  CORTEN_CHECK(for_each_file(header, [&](std::string_view path) { out.emplace_back(path); }));
  return out;
}

HeaderBuilder named() {
  return HeaderBuilder{}.text(1000, "bash").text(1001, "5.1").text(1002, "9.el9");
}

TEST(RpmHeader, GivesEveryFieldOfThePackage) {
  const std::string blob = named()
                               .numbers(1003, {2})
                               .text(1011, "Red Hat, Inc.")
                               .text(1014, "GPLv3+")
                               .text(1015, "a packager")
                               .text(1022, "x86_64")
                               .text(1044, "shells-6-1.el9.src.rpm")
                               .text(5096, "m:1:2:c:x86_64")
                               .blob();

  const auto found = read(blob);

  ASSERT_TRUE(found) << describe(found.error());
  Package expected;
  expected.type = Type::Rpm;
  expected.name = "bash";
  expected.version = "2:5.1-9.el9";
  expected.arch = "x86_64";
  expected.source_name = "shells";
  expected.source_version = "2:6-1.el9";
  expected.maintainer = "Red Hat, Inc.";
  expected.module_label = "m:1:2:c:x86_64";
  expected.licenses = {"GPLv3+"};
  EXPECT_EQ(*found, expected);
}

TEST(RpmHeader, LeavesOutWhatEqualsTheBinary) {
  const auto found = read(named().text(1044, "bash-5.1-9.el9.src.rpm").blob());

  ASSERT_TRUE(found);
  EXPECT_EQ(found->source_name, "");
  EXPECT_EQ(found->source_version, "");
}

TEST(RpmHeader, TakesThePackagerWhenThereIsNoVendor) {
  const auto found = read(named().text(1015, "a packager").blob());

  ASSERT_TRUE(found);
  EXPECT_EQ(found->maintainer, "a packager");
}

TEST(RpmHeader, ReadsTranslatedStringsAndTrailingBytes) {
  const auto found = read(named().text(1014, "MIT", 9).blob() + "trailing");

  ASSERT_TRUE(found);
  EXPECT_THAT(found->licenses, ElementsAre("MIT"));
}

struct BadCase {
  const char* name;
  std::string blob;
  ErrorCode code;
  const char* message;
};

std::vector<BadCase> bad_headers() {
  const std::string good = named().blob();
  return {
      {"Empty", "", ErrorCode::InvalidInput, "need 4 bytes"},
      {"CutInTheCounts", good.substr(0, 7), ErrorCode::InvalidInput, "need"},
      {"CutInTheIndex", good.substr(0, 30), ErrorCode::InvalidInput, "need 48 bytes"},
      {"CutInTheData", good.substr(0, good.size() - 1), ErrorCode::InvalidInput, "need"},
      {"NoEntries", std::string(8, '\0'), ErrorCode::InvalidInput, "without entries"},
      {"HugeIndex", big_endian(0x10000, 4) + big_endian(0, 4), ErrorCode::LimitExceeded,
       "65536 entries"},
      {"HugeData", big_endian(1, 4) + big_endian(0x10000000, 4), ErrorCode::LimitExceeded,
       "268435456 bytes"},
      {"AllOnes", std::string(64, '\xff'), ErrorCode::LimitExceeded, "entries"},
      {"OffsetPastTheData", HeaderBuilder{}.entry(1000, 6, 1, 1).blob(), ErrorCode::InvalidInput,
       "tag 1000 has its data at 1"},
      {"HugeOffset", HeaderBuilder{}.entry(1000, 6, 0xffffffff, 1).blob(), ErrorCode::InvalidInput,
       "tag 1000"},
      {"StringWithoutEnd", HeaderBuilder{}.entry(1000, 6, 0, 1).raw("bash").blob(),
       ErrorCode::InvalidInput, "does not end"},
      {"StringAtTheEnd", HeaderBuilder{}.entry(1000, 6, 4, 1).raw("bash").blob(),
       ErrorCode::InvalidInput, "does not end"},
      {"StringTooLong", HeaderBuilder{}.text(1000, std::string(kMaxRpmTextBytes, 'a')).blob(),
       ErrorCode::LimitExceeded, "too long"},
      {"NameIsANumber", HeaderBuilder{}.numbers(1000, {7}).blob(), ErrorCode::InvalidInput,
       "type 4"},
      {"EpochIsAString", named().text(1003, "1").blob(), ErrorCode::InvalidInput, "type 6"},
      {"EpochCutOff", named().entry(1003, 4, 15, 1).blob(), ErrorCode::InvalidInput, "need 4"},
      {"NoName", HeaderBuilder{}.text(1001, "1").blob(), ErrorCode::InvalidInput, "without name"},
      {"NoVersion", HeaderBuilder{}.text(1000, "a").blob(), ErrorCode::InvalidInput,
       "without name or version"},
  };
}

class BadRpmHeader : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadRpmHeader, IsAnError) {
  const auto found = read(GetParam().blob);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, GetParam().code);
  EXPECT_THAT(describe(found.error()), HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(Rpm, BadRpmHeader, ValuesIn(bad_headers()),
                         [](const auto& test) { return test.param.name; });

TEST(RpmFiles, JoinsFoldersAndNames) {
  const auto found = files(named()
                               .numbers(1116, {0, 1, 0, 2})
                               .texts(1117, {"bash", "bashrc", "sh", "odd"})
                               .texts(1118, {"/usr/bin/", "/etc/", ""})
                               .blob());

  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_THAT(*found, ElementsAre("usr/bin/bash", "etc/bashrc", "usr/bin/sh", "odd"));
}

TEST(RpmFiles, AreNoneWithoutTheirTags) {
  const auto found = files(named().blob());

  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre());
}

std::vector<BadCase> bad_files() {
  const std::string long_name(kMaxRpmPathBytes - 4, 'n');
  return {
      {"FolderPastTheList", named().numbers(1116, {1}).texts(1117, {"a"}).texts(1118, {"/"}).blob(),
       ErrorCode::InvalidInput, "names folder 1"},
      {"FewerFolderNumbers",
       named().numbers(1116, {0}).texts(1117, {"a", "b"}).texts(1118, {"/"}).blob(),
       ErrorCode::InvalidInput, "1 elements for 2 files"},
      {"NamesWithoutFolders", named().texts(1117, {"a"}).blob(), ErrorCode::InvalidInput,
       "0 elements"},
      {"MoreNamesThanBytes", named().entry(1117, 8, 15, 1000).blob(), ErrorCode::InvalidInput,
       "more elements than bytes"},
      {"MoreNamesThanStrings", named().entry(1117, 8, 0, 15).blob(), ErrorCode::InvalidInput,
       "does not end"},
      {"MoreNumbersThanBytes", named().entry(1116, 4, 0, 9).blob(), ErrorCode::InvalidInput,
       "more elements than bytes"},
      {"TooManyNames", named().entry(1117, 8, 0, kMaxRpmFiles + 1).blob(), ErrorCode::LimitExceeded,
       "too many elements"},
      {"TooManyNumbers", named().entry(1116, 4, 0, 0xffffffff).blob(), ErrorCode::LimitExceeded,
       "too many elements"},
      {"LongPath",
       named().numbers(1116, {0}).texts(1117, {long_name}).texts(1118, {"/folder/"}).blob(),
       ErrorCode::LimitExceeded, "path that is too long"},
      {"ManyFilesInOneLongFolder",
       named()
           .numbers(1116, std::vector<std::uint32_t>(5000, 0))
           .texts(1117, std::vector<std::string>(5000, "a"))
           .texts(1118, {"/" + long_name})
           .blob(),
       ErrorCode::LimitExceeded, "too many long paths"},
  };
}

class BadRpmFiles : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadRpmFiles, AreAnError) {
  const auto found = files(GetParam().blob);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, GetParam().code);
  EXPECT_THAT(describe(found.error()), HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(Rpm, BadRpmFiles, ValuesIn(bad_files()),
                         [](const auto& test) { return test.param.name; });

struct SourceCase {
  const char* file;
  const char* name;
  const char* version;
};

class SourceOf : public ::testing::TestWithParam<SourceCase> {};

TEST_P(SourceOf, CutsFromTheRight) {
  const RpmSource found = source_of(GetParam().file);

  EXPECT_EQ(found.name, GetParam().name);
  EXPECT_EQ(found.version, GetParam().version);
}
INSTANTIATE_TEST_SUITE_P(Rpm, SourceOf,
                         ValuesIn<SourceCase>({
                             {"bash-5.1.8-9.el9.src.rpm", "bash", "5.1.8-9.el9"},
                             {"java-11-openjdk-11.0.20-1.el9.src.rpm", "java-11-openjdk",
                              "11.0.20-1.el9"},
                             {"firmware-1-2.nosrc.rpm", "firmware", "1-2"},
                             {"a-b-c.src.rpm", "a", "b-c"},
                             {"bash-5.1.8-9.el9.x86_64.rpm", "", ""},
                             {"bash.src.rpm", "", ""},
                             {"bash-5.src.rpm", "", ""},
                             {"-5-1.src.rpm", "", ""},
                             {"-.src.rpm", "", ""},
                             {"--.src.rpm", "", ""},
                             {".src.rpm", "", ""},
                             {"(none)", "", ""},
                             {"", "", ""},
                         }));

}  // namespace
}  // namespace corten::package
