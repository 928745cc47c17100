#include "package/purl.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "package/support.h"

namespace corten::package {
namespace {

const Distribution kDebian{"debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)", {}};
const Distribution kAlpine{"alpine", "3.18.9", "", "Alpine Linux v3.18", {}};
const Distribution kRocky{"rocky", "9.4", "", "Rocky Linux 9.4", {"rhel"}};
const Distribution kSid{"debian", "", "trixie", "Debian GNU/Linux trixie/sid", {}};

Package package(Type type, std::string name, std::string version, std::string arch = {}) {
  Package out;
  out.type = type;
  out.name = std::move(name);
  out.version = std::move(version);
  out.arch = std::move(arch);
  return out;
}

struct Case {
  const char* name;
  Package package;
  Distribution distribution;
  const char* expected;
};

class PurlOf : public testing::TestWithParam<Case> {};

TEST_P(PurlOf, FollowsTheSpecification) {
  const Case& c = GetParam();
  EXPECT_EQ(purl_of(c.package, c.distribution), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Purl, PurlOf,
    testing::ValuesIn(std::vector<Case>{
        {"Deb", package(Type::Deb, "curl", "7.88.1-10+deb12u5", "amd64"), kDebian,
         "pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12"},
        {"DebWithEpochAndTilde", package(Type::Deb, "attr", "1:2.4.47~rc1-2", "all"), kDebian,
         "pkg:deb/debian/attr@1:2.4.47~rc1-2?arch=all&distro=debian-12"},
        {"DebOfTesting", package(Type::Deb, "g++", "4:13", "amd64"), kSid,
         "pkg:deb/debian/g%2B%2B@4:13?arch=amd64&distro=debian-trixie"},
        {"DebOfAnUnknownDistribution",
         package(Type::Deb, "curl", "1", "amd64"),
         {},
         "pkg:deb/curl@1?arch=amd64"},
        {"Apk", package(Type::Apk, "musl", "1.2.4-r2", "x86_64"), kAlpine,
         "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.18.9"},
        {"Rpm", package(Type::Rpm, "bash", "5.1.8-9.el9", "x86_64"), kRocky,
         "pkg:rpm/rocky/bash@5.1.8-9.el9?arch=x86_64&distro=rocky-9.4"},
        {"RpmWithEpoch", package(Type::Rpm, "openssl-libs", "1:3.0.7-27.el9", "x86_64"), kRocky,
         "pkg:rpm/rocky/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rocky-9.4&epoch=1"},
        {"RpmNamesKeepTheirCase", package(Type::Rpm, "ImageMagick", "7-1", ""), kRocky,
         "pkg:rpm/rocky/ImageMagick@7-1?distro=rocky-9.4"},
        {"Go", package(Type::Go, "github.com/BurntSushi/toml", "v1.3.2"), kDebian,
         "pkg:golang/github.com/BurntSushi/toml@v1.3.2"},
        {"GoStandardLibrary", package(Type::Go, "stdlib", "1.22.1"), kDebian,
         "pkg:golang/stdlib@1.22.1"},
        {"Cargo", package(Type::Cargo, "rand", "0.7.2"), {}, "pkg:cargo/rand@0.7.2"},
        {"NpmWithScope",
         package(Type::Npm, "@angular/animation", "12.3.1"),
         {},
         "pkg:npm/%40angular/animation@12.3.1"},
        {"PypiIsFolded",
         package(Type::Pypi, "Django_package", "1.11.1.dev1"),
         {},
         "pkg:pypi/django-package@1.11.1.dev1"},
        {"Maven",
         package(Type::Maven, "org.apache.commons:io", "1.3.4"),
         {},
         "pkg:maven/org.apache.commons/io@1.3.4"},
        {"Gem",
         package(Type::Gem, "ruby-advisory-db-check", "0.12.4"),
         {},
         "pkg:gem/ruby-advisory-db-check@0.12.4"},
        {"Nuget",
         package(Type::Nuget, "EnterpriseLibrary.Common", "6.0.1304"),
         {},
         "pkg:nuget/EnterpriseLibrary.Common@6.0.1304"},
        {"ComposerIsFolded",
         package(Type::Composer, "Laravel/Framework", "5.5.0"),
         {},
         "pkg:composer/laravel/framework@5.5.0"},
        {"GenericEncodesEverything",
         package(Type::Generic, "a/b c?#%", "1@\xc3\xa9"),
         {},
         "pkg:generic/a%2Fb%20c%3F%23%25@1%40%C3%A9"},
        {"WithoutVersion", package(Type::Cargo, "rand", ""), {}, "pkg:cargo/rand"},
        {"TrailingSlash",
         package(Type::Go, "github.com/", "v1"),
         {},
         "pkg:golang/github.com%2F@v1"},
        {"WithoutName", package(Type::Npm, "", "1"), {}, ""},
    }),
    [](const auto& instance) { return std::string(instance.param.name); });

PurlParts parts_of(const nlohmann::json& input) {
  const auto text = [&](const char* key) {
    return input[key].is_string() ? input[key].get<std::string>() : std::string();
  };
  PurlParts parts{text("type"), text("namespace"), text("name"), text("version"),
                  {},           text("subpath")};
  if (input["qualifiers"].is_object()) {
    for (const auto& [key, value] : input["qualifiers"].items()) parts.qualifiers[key] = value;
  }
  return parts;
}

// Counts the build cases that were checked.
int check_build_cases(const std::filesystem::path& path) {
  const auto content = read_file(path);
  if (!content) return 0;
  int checked = 0;
  const nlohmann::json suite = nlohmann::json::parse(*content);
  for (const auto& test : suite["tests"]) {
    if (test["test_type"] != "build") continue;
    const auto built = build_purl(parts_of(test["input"]));
    ++checked;
    if (test["expected_failure"]) {
      EXPECT_FALSE(built.has_value()) << test.dump();
    } else {
      EXPECT_EQ(built.value_or("an error"), test["expected_output"]) << test.dump();
    }
  }
  return checked;
}

TEST(BuildPurl, PassesTheSuiteOfTheSpecification) {
  if (!std::filesystem::exists(shared("schemas/purl"))) GTEST_SKIP() << "no shared test data";
  EXPECT_EQ(check_build_cases(shared("schemas/purl/tests/spec/specification-test.json")), 7);
  int checked = 0;
  for (const std::string type : {"deb", "apk", "rpm", "golang", "cargo", "npm", "pypi", "maven",
                                 "gem", "nuget", "composer", "generic"}) {
    checked += check_build_cases(shared("schemas/purl/tests/types/" + type + "-test.json"));
  }
  EXPECT_EQ(checked, 55);
}

TEST(BuildPurl, RefusesWhatTheSpecificationForbids) {
  EXPECT_FALSE(build_purl({"", "", "a", "", {}, ""}).has_value());
  EXPECT_FALSE(build_purl({"1a", "", "a", "", {}, ""}).has_value());
  EXPECT_FALSE(build_purl({"a:b", "", "a", "", {}, ""}).has_value());
  EXPECT_FALSE(build_purl({"npm", "", "a", "", {{"in production", "true"}}, ""}).has_value());
  EXPECT_FALSE(build_purl({"npm", "", "", "", {}, ""}).has_value());
}

TEST(BuildPurl, CleansSegments) {
  const auto purl = build_purl({"golang", "/a//b/", "n", "1", {{"Key", ""}}, "/x/../y/./z/"});
  EXPECT_EQ(purl.value_or(""), "pkg:golang/a/b/n@1#x/y/z");
}

}  // namespace
}  // namespace corten::package
