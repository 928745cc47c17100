#include "lint/yaml_comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::ElementsAre;

constexpr std::string_view kCompose =
    "services:\n"                                              // 1
    "  # corten ignore=CC1001 reason=\"debug\"\n"              // 2
    "  web:\n"                                                 // 3
    "    image: \"a # b\"\n"                                   // 4
    "    privileged: true\n"                                   // 5
    "  db:\n"                                                  // 6
    "    privileged: true  # corten ignore=CC1001 reason=x\n"  // 7
    "    ports:\n"                                             // 8
    "    - it's # corten ignore=CC1002\n"                      // 9
    "  # the end\n";                                           // 10

TEST(YamlComments, FindsThemOutsideOfQuotes) {
  std::vector<std::pair<std::uint32_t, bool>> found;
  for (const Comment& comment : comments_of_yaml(kCompose).comments) {
    found.emplace_back(comment.line, comment.place == CommentPlace::Alone);
  }
  EXPECT_THAT(found, ElementsAre(std::pair(2U, true), std::pair(7U, false), std::pair(9U, false),
                                 std::pair(10U, true)));
}

TEST(YamlComments, BlocksAreByIndent) {
  EXPECT_THAT(comments_of_yaml(kCompose).statements,
              ElementsAre(LineRange{1, 9}, LineRange{3, 5}, LineRange{4, 4}, LineRange{5, 5},
                          LineRange{6, 9}, LineRange{7, 7}, LineRange{8, 9}, LineRange{9, 9}));
}

TEST(YamlComments, PragmaCountsForItsBlockOrLine) {
  CommentedFile file = comments_of_yaml(kCompose);
  file.path = "compose.yaml";
  std::vector<Finding> findings = {
      finding_at("CC1001", "compose.yaml", 5), finding_at("CC1001", "compose.yaml", 7),
      finding_at("CC1001", "compose.yaml", 6), finding_at("CC1002", "compose.yaml", 9)};
  apply_pragmas(read_pragmas(file, PragmaRules::Corten), "compose.yaml", {}, findings);
  EXPECT_EQ(findings[0].suppressed->by, "compose.yaml:2");
  EXPECT_EQ(findings[1].suppressed->by, "compose.yaml:7");
  EXPECT_FALSE(findings[2].suppressed);
  EXPECT_EQ(findings[3].suppressed->by, "compose.yaml:9");
}

TEST(YamlComments, ListsAndDocuments) {
  constexpr std::string_view kManifest =
      "kind: Pod\n"
      "containers:\n"
      "- name: a\n"
      "  image: b\n"
      "- name: c\n"
      "---\n"
      "kind: Service\r\n";
  EXPECT_THAT(comments_of_yaml(kManifest).statements,
              ElementsAre(LineRange{1, 1}, LineRange{2, 5}, LineRange{3, 4}, LineRange{4, 4},
                          LineRange{5, 5}, LineRange{7, 7}));
}

TEST(YamlComments, DeepAndOddInputEnds) {
  std::string deep;
  for (std::size_t i = 0; i < 3000; ++i) deep += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(comments_of_yaml(deep).statements.size(), 3000U);
  EXPECT_TRUE(comments_of_yaml("").statements.empty());
  EXPECT_EQ(comments_of_yaml(std::string(1 << 20, '"')).comments.size(), 0U);
}

}  // namespace
}  // namespace corten::lint
