#include "lint/base_image.h"

#include <gtest/gtest.h>

#include "lint/support.h"

namespace corten::lint {
namespace {

// What is known of `asked` when an image called `given` is at hand.
bool is_found(std::string_view given, std::string_view asked) {
  BaseArchive base;
  base.reference = image::parse_reference(given).value();
  const std::vector<BaseArchive> bases = {base};
  return facts_of(bases, asked) == &bases.front().facts;
}

TEST(BaseArchives, AreFoundByAnyWayToWriteTheirName) {
  EXPECT_TRUE(is_found("node:22", "node:22"));
  EXPECT_TRUE(is_found("node:22", "docker.io/library/node:22"));
  EXPECT_TRUE(is_found("node", "node:latest"));
  EXPECT_TRUE(is_found("node:22", "node:22@sha256:" + std::string(64, 'a')));
  EXPECT_TRUE(
      is_found("node@sha256:" + std::string(64, 'a'), "node:22@sha256:" + std::string(64, 'a')));
  EXPECT_FALSE(
      is_found("node@sha256:" + std::string(64, 'b'), "node@sha256:" + std::string(64, 'a')));
  EXPECT_FALSE(is_found("node:22", "node:20"));
  EXPECT_FALSE(is_found("node:22", "node"));
  EXPECT_FALSE(is_found("node:22", "quay.io/node:22"));
  EXPECT_FALSE(is_found("node:22", "node@sha256:" + std::string(64, 'a')));
  EXPECT_FALSE(is_found("node:22", ""));
  EXPECT_FALSE(is_found("node:22", "No:Name:At All"));
}

TEST(BaseArchives, OfTwoTheLaterOneCounts) {
  std::vector<BaseArchive> bases(2);
  for (BaseArchive& base : bases) base.reference = image::parse_reference("node:22").value();
  EXPECT_EQ(facts_of(bases, "node:22"), &bases[1].facts);
}

class BaseArchiveErrors : public InFolder {
 protected:
  Error error_of(std::string_view name, const std::string& archive) {
    scan::Cache cache;
    NoProgress progress;
    scan::ExamineOptions options;
    auto base = read_base_image(name, archive, {}, cache, options, progress);
    EXPECT_FALSE(base);
    return base ? Error{} : base.error();
  }
};

TEST_F(BaseArchiveErrors, NameTheOption) {
  put_file(path("broken.tar"), "this is no archive");
  std::filesystem::create_directories(path("root/etc"));
  put_file(path("root/etc/passwd"), "root:x:0:0::/:/bin/sh\n");
  EXPECT_EQ(error_of("No Name", path("broken.tar")).code, ErrorCode::Usage);
  EXPECT_EQ(error_of("a:1", path("nosuch.tar")).code, ErrorCode::NotFound);
  const Error broken = error_of("a:1", path("broken.tar"));
  EXPECT_TRUE(describe(broken).starts_with("--base a:1=" + path("broken.tar"))) << describe(broken);
  EXPECT_EQ(error_of("a:1", path("root")).code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace corten::lint
