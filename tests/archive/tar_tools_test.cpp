// Archives as real programs write them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "archive/decompress.h"
#include "archive/tar.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "support/case_name.h"
#include "support/sources.h"

namespace corten::archive {
namespace {

namespace fs = std::filesystem;

struct Made {
  const char* name;
  std::vector<std::string> argv;  // the folder is appended
  bool has_long_names = true;
};

// What an archive should say: paths of files to content, of links to "-> target".
using Tree = std::map<std::string, std::string>;

std::string sparse_content() {
  std::string out(3 << 20, '\0');
  out.replace(1 << 20, 5, "start");
  out.replace(2 << 20, 6, "middle");
  return out;
}

Tree make_tree(const fs::path& root, bool long_names) {
  Tree tree;
  const auto add = [&](const std::string& path, const std::string& content) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::binary) << content;
    tree[path] = content;
  };
  add("etc/os-release", "ID=test\n");
  add("empty", "");
  add("big", std::string(2'500'000, 'b'));
  add("exactly-one-block", std::string(512, 'o'));
  if (long_names) {
    add("deep/" + std::string(90, 'd') + "/" + std::string(120, 'f'), "deep");
    add("ümläut/" + std::string(200, 'u'), "umlaut");
  }
  fs::create_symlink("../etc/os-release", root / "etc/link");
  tree["etc/link"] = "-> ../etc/os-release";
  {
    const Fd fd(::open((root / "sparse").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    const std::string content = sparse_content();
    EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(content.size())), 0);
    EXPECT_EQ(::pwrite(fd.get(), "start", 5, 1 << 20), 5);
    EXPECT_EQ(::pwrite(fd.get(), "middle", 6, 2 << 20), 6);
    tree["sparse"] = content;
  }
  return tree;
}

Result<Tree> read_tree(const std::string& tar) {
  CORTEN_TRY(const auto source, decompress(memory_source(as_bytes(tar))));
  TarReader reader(*source);
  Tree tree;
  for (;;) {
    CORTEN_TRY(const TarEntry* entry, reader.next());
    if (entry == nullptr) return tree;
    if (entry->type == EntryType::Symlink) tree[entry->path] = "-> " + entry->link_target;
    if (entry->type != EntryType::File) continue;
    CORTEN_TRY(const Bytes content, reader.content(64 << 20));
    tree[entry->path] = as_text(content);
  }
}

class MadeByTool : public testing::TestWithParam<Made> {};

TEST_P(MadeByTool, ReadsBackAsItWas) {
  const auto dir = TempDir::create();
  ASSERT_TRUE(dir);
  const Tree expected = make_tree(dir->path(), GetParam().has_long_names);
  std::vector<std::string> argv = GetParam().argv;
  argv.insert(argv.end(), {"-C", dir->path().native(), "."});

  const auto made = run_subprocess(argv);

  if (!made && made.error().code == ErrorCode::NotFound)
    GTEST_SKIP() << argv[0] << " is not installed";
  ASSERT_TRUE(made) << describe(made.error());
  ASSERT_EQ(made->status, 0) << made->err;
  const auto tree = read_tree(made->out);
  ASSERT_TRUE(tree) << describe(tree.error());
  EXPECT_TRUE(*tree == expected);
}

INSTANTIATE_TEST_SUITE_P(
    Tar, MadeByTool,
    testing::ValuesIn(std::vector<Made>{
        {"GnuFormat", {"tar", "-cf", "-", "--format=gnu"}},
        {"GnuSparse", {"tar", "-cf", "-", "--format=gnu", "--sparse"}},
        {"OldGnu", {"tar", "-cf", "-", "--format=oldgnu", "--sparse"}},
        {"Pax", {"tar", "-cf", "-", "--format=pax"}},
        {"PaxSparse00", {"tar", "-cf", "-", "--format=pax", "--sparse", "--sparse-version=0.0"}},
        {"PaxSparse01", {"tar", "-cf", "-", "--format=pax", "--sparse", "--sparse-version=0.1"}},
        {"PaxSparse10", {"tar", "-cf", "-", "--format=pax", "--sparse", "--sparse-version=1.0"}},
        {"Ustar", {"tar", "-cf", "-", "--format=ustar"}, false},
        {"V7", {"tar", "-cf", "-", "--format=v7"}, false},
        {"Gzipped", {"tar", "-czf", "-"}},
        {"Xz", {"tar", "-cJf", "-"}},
        {"Zstd", {"tar", "-cf", "-", "--zstd"}},
        {"BsdTarPax", {"bsdtar", "-cf", "-", "--format=pax"}},
        {"BsdTarUstar", {"bsdtar", "-cf", "-", "--format=ustar"}, false},
    }),
    test::case_name<Made>);

TEST(RealRootFileSystem, AlpineIsReadWhole) {
  const fs::path path =
      fs::path(CORTEN_SHARED_DIR) / "images/alpine-minirootfs-3.18.9-x86_64.tar.gz";
  if (!fs::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto packed = read_file(path);
  ASSERT_TRUE(packed);
  const auto tree = read_tree(*packed);
  ASSERT_TRUE(tree) << describe(tree.error());
  EXPECT_THAT(tree->at("etc/os-release"), testing::HasSubstr("VERSION_ID=3.18.9"));
  const auto listed =
      run_subprocess({"sh", "-c", "tar -tvzf \"$0\" | grep -c '^[-l]'", path.native()});
  if (!listed) GTEST_SKIP() << "tar is not installed";
  EXPECT_EQ(std::to_string(tree->size()) + "\n", listed->out);
}

}  // namespace
}  // namespace corten::archive
