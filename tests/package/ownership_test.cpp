#include "package/ownership.h"

#include <gtest/gtest.h>
#include <xxhash.h>

namespace corten::package {
namespace {

std::uint64_t raw_hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

TEST(PathHash, IsXxh3OfTheRelativePath) {
  EXPECT_EQ(path_hash("usr/bin/docker"), raw_hash("usr/bin/docker"));
  EXPECT_EQ(path_hash("/usr/bin/docker"), raw_hash("usr/bin/docker"));
  EXPECT_EQ(path_hash("./usr/bin/docker"), raw_hash("usr/bin/docker"));
  EXPECT_EQ(path_hash(""), raw_hash(""));
  EXPECT_EQ(path_hash("/"), raw_hash(""));
}

TEST(PathHash, ResolvesTheMergedUsr) {
  for (const std::string path : {"bin/sh", "sbin/init", "lib/x86_64-linux-gnu/libc.so.6",
                                 "lib64/ld-linux-x86-64.so.2", "lib32/a", "libx32/a"}) {
    EXPECT_EQ(path_hash(path), raw_hash("usr/" + path)) << path;
    EXPECT_EQ(path_hash("/" + path), raw_hash("usr/" + path)) << path;
  }
}

TEST(PathHash, LeavesOtherFoldersAlone) {
  for (const std::string path : {"bin", "lib", "binary/x", "library/x", "srv/bin/x", "lib128/x"}) {
    EXPECT_EQ(path_hash(path), raw_hash(path)) << path;
  }
}

TEST(OwnerIndex, TellsThePackageOfAPath) {
  const OwnerIndex index({{"dash", {path_hash("/bin/sh"), path_hash("/bin/dash")}},
                          {"docker.io", {path_hash("/usr/bin/docker")}},
                          {"empty", {}}});

  EXPECT_EQ(index.owner_of("usr/bin/docker"), "docker.io");
  EXPECT_EQ(index.owner_of("usr/bin/sh"), "dash");
  EXPECT_EQ(index.owner_of("bin/dash"), "dash");
  EXPECT_EQ(index.owner_of("usr/local/bin/docker"), std::nullopt);
}

TEST(OwnerIndex, PrefersTheFirstOfSeveralOwners) {
  const OwnerIndex index({{"a", {path_hash("x")}}, {"b", {path_hash("x"), path_hash("x")}}});
  EXPECT_EQ(index.owner_of("x"), "a");
}

TEST(OwnerIndex, OfNothingOwnsNothing) {
  EXPECT_EQ(OwnerIndex({}).owner_of("bin/sh"), std::nullopt);
}

}  // namespace
}  // namespace corten::package
