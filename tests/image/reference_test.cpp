#include "image/reference.h"

#include <gtest/gtest.h>

#include <string>

namespace corten::image {
namespace {

struct Case {
  const char* name;
  std::string text;
  const char* registry;
  const char* repository;
  const char* tag;
  const char* familiar;
};

class ParsesReference : public testing::TestWithParam<Case> {};

TEST_P(ParsesReference, IntoItsParts) {
  const Case& c = GetParam();

  const auto reference = parse_reference(c.text);

  ASSERT_TRUE(reference) << c.text;
  EXPECT_EQ(reference->registry, c.registry);
  EXPECT_EQ(reference->repository, c.repository);
  EXPECT_EQ(reference->tag, c.tag);
  EXPECT_EQ(familiar_name(*reference), c.familiar);
}

INSTANTIATE_TEST_SUITE_P(
    References, ParsesReference,
    testing::ValuesIn(std::vector<Case>{
        {"OnePart", "debian", "docker.io", "library/debian", "", "debian"},
        {"Tag", "debian:12-slim", "docker.io", "library/debian", "12-slim", "debian"},
        {"TwoParts", "grafana/grafana:1", "docker.io", "grafana/grafana", "1", "grafana/grafana"},
        {"HubWritten", "docker.io/library/node:20", "docker.io", "library/node", "20", "node"},
        {"OldHub", "index.docker.io/node", "docker.io", "library/node", "", "node"},
        {"Registry", "ghcr.io/a/b:1", "ghcr.io", "a/b", "1", "ghcr.io/a/b"},
        {"Port", "localhost:5000/a:1", "localhost:5000", "a", "1", "localhost:5000/a"},
        {"PortNoTag", "localhost:5000/a", "localhost:5000", "a", "", "localhost:5000/a"},
        {"Separators", "a/b.c__d--e_f:V1.0_x", "docker.io", "a/b.c__d--e_f", "V1.0_x",
         "a/b.c__d--e_f"},
        {"Digest", "debian@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "docker.io", "library/debian", "", "debian"},
    }),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ParsesReferenceNot, WhatNamesNoImage) {
  std::string too_long_tag = "a:";
  too_long_tag.append(129, 'x');
  const std::string too_long(kMaxReferenceBytes + 1, 'a');
  for (const std::string& text :
       {std::string(), std::string("Debian"), std::string("debian:"), std::string("a//b"),
        std::string("/a"), std::string("a/"), std::string("a b"), std::string("a..b"),
        std::string("-a"), std::string("a:x y"), std::string("a@sha256:12"), std::string("$BASE"),
        std::string("a___b"), std::string("a:-x"), too_long_tag, too_long}) {
    EXPECT_FALSE(parse_reference(text)) << text;
  }
}

}  // namespace
}  // namespace corten::image
