#include "lint/base_image.h"

#include <gtest/gtest.h>

#include "lint/lint.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

// What is known of `asked` when an image called `given` is at hand.
bool is_found(std::string_view given, std::string_view asked) {
  BaseImage base;
  base.reference = image::parse_reference(given).value();
  const std::vector<BaseImage> bases = {base};
  return facts_of(bases, asked) == &bases.front().facts;
}

TEST(BaseImages, AreFoundByAnyWayToWriteTheirName) {
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

TEST(BaseImages, OfTwoTheLaterOneCounts) {
  std::vector<BaseImage> bases(2);
  for (BaseImage& base : bases) base.reference = image::parse_reference("node:22").value();
  EXPECT_EQ(facts_of(bases, "node:22"), &bases[1].facts);
}

class BaseImageErrors : public InFolder {
 protected:
  Error error_of(const std::string& archive) {
    scan::Cache cache;
    NoProgress progress;
    const auto target = scan::path_target(archive, {});
    if (!target) return target.error();
    auto base = read_base_image(*image::parse_reference("a:1"), *target, cache, {}, progress);
    EXPECT_FALSE(base);
    return base ? Error{} : base.error();
  }
};

TEST_F(BaseImageErrors, SayWhatIsNoImage) {
  put_file(path("broken.tar"), "this is no archive");
  std::filesystem::create_directories(path("root/etc"));
  put_file(path("root/etc/passwd"), "root:x:0:0::/:/bin/sh\n");
  EXPECT_EQ(error_of(path("nosuch.tar")).code, ErrorCode::NotFound);
  EXPECT_FALSE(describe(error_of(path("broken.tar"))).empty());
  EXPECT_EQ(error_of(path("root")).code, ErrorCode::Unsupported);
}

TEST_F(BaseImageErrors, NamesComeFromDockerfilesOnly) {
  put_file(path("a/Dockerfile"),
           "ARG V=22\nFROM node:$V AS b\nFROM b\nFROM scratch\nFROM $X\nFROM debian:12\n");
  put_file(path("b/Dockerfile"),
           "FROM debian:12\nFROM quay.io/a/b@sha256:" + std::string(64, 'a') + "\n");
  put_file(path("compose.yaml"), "services:\n  a:\n    image: redis:7\n");
  LintRequest request;
  request.paths = {path("")};
  std::vector<std::string> names;
  for (const image::Reference& reference : named_base_images(request)) {
    names.push_back(image::familiar_name(reference) + ":" + reference.tag);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"node:22", "debian:12", "quay.io/a/b:"}));
}

}  // namespace
}  // namespace corten::lint
