#include "lsp/uri.h"

#include <gtest/gtest.h>

#include <vector>

namespace corten::lsp {
namespace {

TEST(Uri, OfFilesArePaths) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"file:///a/Dockerfile", "/a/Dockerfile"},
      {"file:///a%20b/%C3%A9%2b", "/a b/é+"},
      {"FILE:///a", "/a"},
      {"file:/a/b", "/a/b"},
      {"file://localhost/a", "/a"},
      {"file:///a/../b/./c//d/", "/b/c/d"},
      {"file:///a?query#part", "/a"},
      {"file:///a%3Fb%23c", "/a?b#c"},
      {"file:////a", "/a"},
      {"file:///", "/"},
  };
  for (const auto& [uri, path] : cases) EXPECT_EQ(path_of_uri(uri), path) << uri;
}

TEST(Uri, OfOtherThingsAreNone) {
  for (const std::string_view uri :
       {"", "file", "file:", "file://", "file://host", "file://host/a", "untitled:Untitled-1",
        "git:/a?b", "/a/b", "file:a", "file:///a%", "file:///a%2", "file:///a%zz", "file:///a%00b",
        "vscode-notebook-cell:/a"}) {
    EXPECT_EQ(path_of_uri(uri), std::nullopt) << uri;
  }
}

TEST(Uri, OfAPathReadsBack) {
  for (const std::string_view path : {"/", "/a b/ü/x#1?%2f", "/-._~/[]\"<>"}) {
    EXPECT_EQ(path_of_uri(uri_of_path(path)), path);
  }
  EXPECT_EQ(uri_of_path("/a b/é"), "file:///a%20b/%C3%A9");
}

TEST(Uri, NamesWhatItEndsIn) {
  EXPECT_EQ(name_in_uri("untitled:Untitled-1"), "Untitled-1");
  EXPECT_EQ(name_in_uri("untitled:/a/Dockerfile.dev?x"), "Dockerfile.dev");
  EXPECT_EQ(name_in_uri("git:/a/b%20c"), "b c");
  EXPECT_EQ(name_in_uri("x:a%2Fb"), "b");
  EXPECT_EQ(name_in_uri("x:%1B[2J"), "[2J");
  EXPECT_EQ(name_in_uri("x:50%"), "50%");
  EXPECT_EQ(name_in_uri(""), "");
}

}  // namespace
}  // namespace corten::lsp
