// Every Dockerfile of the shared corpus is valid, prints back and keeps its positions.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "dockerfile/parse.h"
#include "dockerfile/stages.h"
#include "dockerfile/tree_check.h"

namespace corten::dockerfile {
namespace {

struct File {
  std::string path;
  std::string content;
};

std::vector<File> corpus() {
  std::vector<File> out;
  std::error_code error;
  const std::filesystem::path root = std::filesystem::path(CORTEN_SHARED_DIR) / "corpus";
  for (std::filesystem::recursive_directory_iterator it(root, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!it->is_regular_file(error) || name.find("ockerfile") == std::string::npos) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    out.push_back({it->path().string(), text.str()});
  }
  std::ranges::sort(out, {}, &File::path);
  return out;
}

// Files that are no Dockerfiles in spite of their names: templates that a generator fills in, some
// with whole blocks where a continued line goes on.
bool is_dockerfile(const File& file) { return !file.path.ends_with(".template"); }

TEST(Corpus, HasNoErrorsAndPrintsBack) {
  const std::vector<File> files = corpus();
  if (files.empty()) GTEST_SKIP() << "no corpus at " << CORTEN_SHARED_DIR << "/corpus";
  for (const File& file : files) {
    const Dockerfile parsed = parse(file.content);
    EXPECT_EQ(print(parsed), file.content) << file.path;
    EXPECT_EQ(problem_of(parsed), "") << file.path;
    if (!is_dockerfile(file)) continue;
    for (const SyntaxError& error : parsed.errors) {
      ADD_FAILURE() << file.path << ":" << error.position.line << ":" << error.position.column
                    << ": " << error.message << " (" << error.hint << ")";
    }
  }
}

TEST(Corpus, IsReadWithinMicroseconds) {
  const std::vector<File> files = corpus();
  if (files.empty()) GTEST_SKIP() << "no corpus at " << CORTEN_SHARED_DIR << "/corpus";
  std::size_t bytes = 0;
  std::size_t stages = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const File& file : files) {
    const Dockerfile parsed = parse(file.content);
    stages += Stages::build(parsed).all().size();
    bytes += file.content.size();
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  const double each = took.count() / static_cast<double>(files.size());
  std::cout << files.size() << " files, " << bytes << " bytes, " << stages << " stages, " << each
            << " microseconds each\n";
  EXPECT_LT(each, 2000) << "a file must take less than 2 ms";
}

}  // namespace
}  // namespace corten::dockerfile
