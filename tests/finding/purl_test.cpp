#include "finding/internal/purl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten {
namespace {

struct ParseCase {
  const char* text;
  const char* parts;  // type|namespace|name|version|distro
};

class ParsePurl : public testing::TestWithParam<ParseCase> {};

TEST_P(ParsePurl, GivesItsParts) {
  const auto purl = parse_purl(GetParam().text, PurlReading::Literal);

  const std::string parts = purl ? purl->type + "|" + purl->space + "|" + purl->name + "|" +
                                       purl->version + "|" + purl->distro
                                 : "none";
  EXPECT_EQ(parts, GetParam().parts) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParsePurl,
    testing::ValuesIn<ParseCase>({
        {"pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie", "deb|debian|curl|7.50.3-1|jessie"},
        {"pkg:golang/google.golang.org/genproto#googleapis/api",
         "golang|google.golang.org|genproto||"},
        {"pkg:golang/github.com/docker/cli@v23.0.1+incompatible",
         "golang|github.com/docker|cli|23.0.1+incompatible|"},
        {"pkg:npm/%40angular/animation@12.3.1", "npm|@angular|animation|12.3.1|"},
        {"pkg:npm/@angular/animation", "npm|@angular|animation||"},
        {"pkg:npm/foobar@12.3.1", "npm||foobar|12.3.1|"},
        {"pkg:rpm/RHEL/bind@9.8.2-0.68?arch=src&epoch=32", "rpm|redhat|bind|32:9.8.2-0.68|"},
        {"pkg:rpm/redhat/bind@9.8.2?epoch=0", "rpm|redhat|bind|9.8.2|"},
        {"pkg:deb/debian/git@1%3A2.39", "deb|debian|git|1:2.39|"},
        {"pkg:pypi/Django_All.Auth@1", "pypi||django-all-auth|1|"},
        {"PKG:DEB/Debian/Curl", "deb|debian|curl||"},
        {"pkg://maven/org.Apache/Log4j@2", "maven|org.Apache|Log4j|2|"},
        {"pkg:oci/dhi%2Fbash", "oci||dhi/bash||"},
        {"pkg:deb", "none"},
        {"pkg:", "none"},
        {"pkg:deb/", "none"},
        {"pkg:deb//", "none"},
        {"deb/debian/curl", "none"},
        {"", "none"},
        {"pkg:deb/x%", "deb||x%||"},
        {"pkg:deb/x%2", "deb||x%2||"},
        {"pkg:deb/x%zz@%", "deb||x%zz|%|"},
    }));

TEST(ParsePurl, LongTextIsNoPurl) {
  EXPECT_FALSE(parse_purl("pkg:deb/" + std::string(1 << 20, 'a'), PurlReading::Literal));
}

struct PackageCase {
  const char* pattern;
  const char* purl;
  const char* version;
  bool matches;
};

class PackagePattern : public testing::TestWithParam<PackageCase> {};

TEST_P(PackagePattern, Matches) {
  const PackageCase& c = GetParam();
  const PackageMatcher matcher(PackageRef{"found", c.version, "", c.purl, ""});

  EXPECT_EQ(matcher.matches(c.pattern), c.matches) << c.pattern << " against " << c.purl;
}

INSTANTIATE_TEST_SUITE_P(
    Table, PackagePattern,
    testing::ValuesIn<PackageCase>({
        {"pkg:rpm/redhat/curl", "pkg:rpm/redhat/curl@7.76-1", "0:7.76-1", true},
        {"pkg:rpm/redhat/curl@7.76-1?arch=x86_64", "pkg:rpm/redhat/curl@7.76-1", "0:7.76-1", true},
        {"pkg:rpm/redhat/bind@9.8-1?epoch=32", "pkg:rpm/redhat/bind@9.8-1?epoch=32", "32:9.8-1",
         true},
        {"pkg:rpm/redhat/bind@9.8-1?epoch=32", "pkg:rpm/redhat/bind@9.8-1", "32:9.8-1", true},
        {"pkg:rpm/redhat/bind@9.8-1", "pkg:rpm/redhat/bind@9.8-1?epoch=32", "32:9.8-1", false},
        {"pkg:rpm/redhat/curl?distro=redhat-8", "pkg:rpm/redhat/curl@1?distro=redhat-8.9", "1",
         true},
        {"pkg:rpm/redhat/curl?distro=redhat-8", "pkg:rpm/redhat/curl@1?distro=rhel-8.9", "1", true},
        {"pkg:rpm/redhat/curl?distro=redhat-8", "pkg:rpm/redhat/curl@1?distro=redhat-9.1", "1",
         false},
        {"pkg:rpm/redhat/curl?distro=redhat-1", "pkg:rpm/redhat/curl@1?distro=redhat-10.1", "1",
         false},
        {"pkg:rpm/redhat/curl?distro=storage-3", "pkg:rpm/redhat/curl@1?distro=redhat-9.1", "1",
         false},
        {"pkg:rpm/redhat/curl?distro=redhat-8", "pkg:rpm/redhat/curl@1", "1", false},
        {"pkg:golang/a/b@v1.0.0", "pkg:golang/a/b@1.0.0", "v1.0.0", true},
        {"pkg:golang/a/b@v1.0.0", "pkg:golang/a/B@v1.0.0", "v1.0.0", false},
        {"pkg:deb/debian/a@1?arch=arm64", "pkg:deb/debian/a@1?arch=amd64", "1", false},
        {"pkg:deb/debian/a?arch=arm64", "pkg:deb/debian/a@1?arch=amd64", "1", false},
        {"pkg:deb/debian/a@1?arch=source", "pkg:deb/debian/a@1?arch=amd64", "1", true},
        {"pkg:deb/debian/a@1?arch=amd64", "pkg:deb/debian/a@1?arch=all", "1", true},
        {"pkg:deb/debian/a@1?arch=amd64", "pkg:deb/debian/a@1", "1", true},
        {"pkg:npm/%40a/b", "pkg:npm/@a/b@1", "1", true},
        {"pkg:npm/a*b", "pkg:npm/axxb@1", "1", true},
        {"pkg:npm/a%2Ab", "pkg:npm/axxb@1", "1", false},
        {"pkg:npm/a%2Ab", "pkg:npm/a%2Ab@1", "1", true},
        {"pkg:npm/a@1.*", "pkg:npm/a@1.2", "1.2", true},
        {"pkg:npm/a", "", "1", false},
        {"pkg:", "pkg:npm/a", "1", false},
        {"found", "", "1", true},
        {"found@1", "", "1", true},
        {"@scope/found", "", "1", false},
    }));

}  // namespace
}  // namespace corten
