#include "image/known_images.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace corten::image {
namespace {

const KnownImage* find(const std::string& text) {
  const auto reference = parse_reference(text);
  return reference ? find_known_image(*reference) : nullptr;
}

struct UserCase {
  const char* image;
  const char* user;
  const char* ready;
  bool has_shell;
};

TEST(KnownImages, SayWhoTheyStartAs) {
  for (const UserCase& c : std::vector<UserCase>{
           {"node:20", "root", "node:1000", true},
           {"node:20-alpine", "root", "node:1000", true},
           {"docker.io/library/node", "root", "node:1000", true},
           {"scratch", "root", "", false},
           {"gcr.io/distroless/static-debian12", "root", "nonroot:65532", false},
           {"gcr.io/distroless/static-debian12:nonroot", "65532", "nonroot:65532", false},
           {"gcr.io/distroless/base:debug", "root", "nonroot:65532", true},
           {"gcr.io/distroless/base:debug-nonroot", "65532", "nonroot:65532", true},
           {"cgr.dev/chainguard/python:latest", "65532", "nonroot:65532", false},
           {"cgr.dev/chainguard/python:latest-dev", "65532", "nonroot:65532", true},
           {"mcr.microsoft.com/dotnet/aspnet:8.0", "root", "app:1654", true},
           {"mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", "1654", "app:1654", false},
           {"mcr.microsoft.com/windows/servercore:ltsc2022", "ContainerAdministrator",
            "ContainerUser:", true},
           {"mcr.microsoft.com/windows/nanoserver:ltsc2022", "ContainerUser",
            "ContainerUser:", true},
           {"php:8.3-apache", "root", "www-data:33", true},
           {"php:8.3-fpm-alpine", "root", "www-data:82", true},
           {"nginxinc/nginx-unprivileged:1.25", "101", "nginx:101", true},
       }) {
    const KnownImage* known = find(c.image);
    ASSERT_NE(known, nullptr) << c.image;
    EXPECT_EQ(known->user, c.user) << c.image;
    EXPECT_EQ(known->ready, c.ready) << c.image;
    EXPECT_EQ(known->has_shell, c.has_shell) << c.image;
  }
}

TEST(KnownImages, AreSilentOnOthers) {
  EXPECT_EQ(find("ghcr.io/example/node:20"), nullptr);
  EXPECT_EQ(find("example/app:1"), nullptr);
}

TEST(KnownImages, HaveNoRowTwice) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const KnownImage& image : known_images())
    EXPECT_TRUE(seen.emplace(image.name, image.tag).second) << image.name << ':' << image.tag;
}

struct EndCase {
  const char* image;
  const char* name;
  const char* date;
};

TEST(SupportOfImage, IsWhatItsNameSays) {
  for (const EndCase& c : std::vector<EndCase>{
           {"node:16", "Node.js 16", "2023-09-11"},
           {"node:16.20.2-alpine", "Node.js 16", "2023-09-11"},
           {"python:3.8-slim", "Python 3.8", "2024-10-07"},
           {"python:3.12-buster", "Debian 10 (buster)", "2022-09-10"},
           {"python:2.7", "Python 2", "2020-01-01"},
           {"debian:stretch-slim", "Debian 9 (stretch)", "2020-07-18"},
           {"debian:9.13", "Debian 9 (stretch)", "2020-07-18"},
           {"ubuntu:18.04", "Ubuntu 18.04 LTS", "2023-05-31"},
       }) {
    const auto support = support_of_image(*parse_reference(c.image));
    ASSERT_TRUE(support) << c.image;
    EXPECT_EQ(support->name, c.name) << c.image;
    EXPECT_EQ(format_date(support->end_of_life), c.date) << c.image;
  }
}

TEST(SupportOfImage, IsUnknownWhereTheNameDoesNotTell) {
  for (const char* image :
       {"node", "node:lts", "python:3", "python:3.80", "alpine", "example/node:16"})
    EXPECT_FALSE(support_of_image(*parse_reference(image))) << image;
}

TEST(ReplacementOfDeprecated, NamesTheHeir) {
  EXPECT_EQ(replacement_of_deprecated(*parse_reference("openjdk:8-jre")), "eclipse-temurin");
  EXPECT_EQ(replacement_of_deprecated(*parse_reference("k8s.gcr.io/pause:3.1")), "registry.k8s.io");
  EXPECT_EQ(replacement_of_deprecated(*parse_reference("node:20")), "");
}

}  // namespace
}  // namespace corten::image
