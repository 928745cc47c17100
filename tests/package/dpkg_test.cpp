#include <gmock/gmock.h>

#include <map>
#include <set>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "package/internal/dpkg.h"
#include "package/support.h"

namespace corten::package {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kStatus = "var/lib/dpkg/status";

std::string stanza(std::string_view name, std::string_view status) {
  return "Package: " + std::string(name) + "\nStatus: " + std::string(status) +
         "\nArchitecture: amd64\nVersion: 1.0-1\n\n";
}

TEST(DpkgStatus, GivesAllFieldsOfAPackage) {
  const Catalog catalog = readable_catalog(kStatus,
                                           "Package: libc6\n"
                                           "Status: install ok installed\n"
                                           "Priority: optional\n"
                                           "Maintainer: GNU Libc Maintainers <a@example.org>\n"
                                           "Architecture: amd64\n"
                                           "Multi-Arch: same\n"
                                           "Source: glibc\n"
                                           "Version: 2.36-9+deb12u10\n"
                                           "Description: GNU C Library\n"
                                           " Version: 9\n"
                                           " .\n"
                                           " Package: other\n");

  ASSERT_EQ(catalog.packages.size(), 1U);
  Package expected;
  expected.type = Type::Deb;
  expected.name = "libc6";
  expected.version = "2.36-9+deb12u10";
  expected.arch = "amd64";
  expected.source_name = "glibc";
  expected.maintainer = "GNU Libc Maintainers <a@example.org>";
  expected.path = kStatus;
  EXPECT_EQ(catalog.packages[0], expected);
  EXPECT_THAT(catalog.problems, IsEmpty());
}

struct StatusCase {
  const char* name;
  const char* status;
  bool present;
};
class DpkgState : public testing::TestWithParam<StatusCase> {};

TEST_P(DpkgState, DecidesByTheThirdWord) {
  const Catalog catalog = readable_catalog(kStatus, stanza("a", GetParam().status));
  EXPECT_EQ(catalog.packages.size(), GetParam().present ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Dpkg, DpkgState,
                         testing::ValuesIn(std::vector<StatusCase>{
                             {"Installed", "install ok installed", true},
                             {"Held", "hold ok installed", true},
                             {"AboutToBeRemoved", "deinstall ok installed", true},
                             {"Removed", "deinstall ok config-files", false},
                             {"Purged", "purge ok not-installed", false},
                             {"HalfInstalled", "install reinstreq half-installed", false},
                             {"HalfConfigured", "install ok half-configured", true},
                             {"Unpacked", "install ok unpacked", true},
                             {"TriggersAwaited", "install ok triggers-awaited", true},
                             {"TriggersPending", "install ok triggers-pending", true},
                             {"ManySpaces", "  install   ok\tinstalled  ", true},
                             {"OpkgUser", "install user installed", true},
                             {"OpkgFailed", "deinstall ok removal-failed", true},
                             {"WithoutWords", "", true},
                         }),
                         [](const auto& instance) { return std::string(instance.param.name); });

struct SourceCase {
  const char* name;
  const char* version;
  const char* source;
  const char* source_name;
  const char* source_version;
};
class DpkgSource : public testing::TestWithParam<SourceCase> {};

TEST_P(DpkgSource, TellsNameAndVersion) {
  const SourceCase& c = GetParam();
  std::string text = "Package: libx1\nVersion: " + std::string(c.version) + "\n";
  if (*c.source != '\0') text += "Source: " + std::string(c.source) + "\n";

  const Catalog catalog = readable_catalog("var/lib/dpkg/status.d/libx1", text);

  ASSERT_EQ(catalog.packages.size(), 1U);
  EXPECT_EQ(catalog.packages[0].source_name, c.source_name);
  EXPECT_EQ(catalog.packages[0].source_version, c.source_version);
}

INSTANTIATE_TEST_SUITE_P(Dpkg, DpkgSource,
                         testing::ValuesIn(std::vector<SourceCase>{
                             {"None", "1-1", "", "", ""},
                             {"SameName", "1-1", "libx1", "", ""},
                             {"OtherName", "1-1", "x", "x", ""},
                             {"OtherVersion", "1-1+b2", "x (1-1)", "x", "1-1"},
                             {"SameNameOtherVersion", "1:1-1", "libx1 (2-1)", "", "2-1"},
                             {"RebuildWithoutVersion", "1-1+b12", "x", "x", "1-1"},
                             {"RebuildWithoutSource", "1-1+b1", "", "", "1-1"},
                             {"NoRebuild", "1-1+beta", "", "", ""},
                             {"RebuildSuffixOnly", "+b1", "", "", ""},
                             {"UnclosedBracket", "1-1", "x (2", "x", ""},
                             {"BracketsSwapped", "1-1", "x )2(", "x", ""},
                         }),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(DpkgStatus, AcceptsCrLfAndNoFinalNewline) {
  const Catalog catalog = readable_catalog(
      kStatus,
      "Package: a\r\nStatus: install ok installed\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2");
  EXPECT_EQ(names_and_versions(catalog), "a 1\nb 2\n");
  EXPECT_THAT(catalog.problems, IsEmpty());
}

TEST(DpkgStatus, TakesTheFirstOfDuplicateFields) {
  const Catalog catalog =
      readable_catalog(kStatus, "Package: a\nPackage: b\nVersion: 1\nversion: 2\n");
  EXPECT_EQ(names_and_versions(catalog), "a 1\n");
}

TEST(DpkgStatus, SeparatesStanzasAtAnyBlankLines) {
  const Catalog catalog = readable_catalog(
      kStatus, "\n\n \nPackage: a\nVersion: 1\n \t\n\nPackage: b\nVersion: 2\n\n\n");
  EXPECT_EQ(names_and_versions(catalog), "a 1\nb 2\n");
}

TEST(DpkgStatus, PassesOverHugeConffiles) {
  std::string text = "Package: a\nConffiles:\n";
  for (int i = 0; i < 100'000; ++i) text += " /etc/a/file 0123456789abcdef0123456789abcdef\n";
  text += "Version: 1\n";
  EXPECT_EQ(names_and_versions(readable_catalog(kStatus, text)), "a 1\n");
}

TEST(DpkgStatus, ReportsWhatItCannotRead) {
  const Catalog catalog = readable_catalog(
      kStatus, "Package: a\n\nVersion: 1\n\nno colon here\nPackage: b\nVersion: 2\n");
  EXPECT_EQ(names_and_versions(catalog), "b 2\n");
  EXPECT_THAT(catalog.problems,
              ElementsAre("var/lib/dpkg/status: 2 entries without a usable name or version",
                          "var/lib/dpkg/status: 1 lines that are no field"));
}

TEST(DpkgStatus, RefusesAnOverlongName) {
  const Catalog catalog = readable_catalog(
      kStatus, "Package: " + std::string(kMaxDpkgFieldBytes + 1, 'a') + "\nVersion: 1\n");
  EXPECT_THAT(catalog.packages, IsEmpty());
  EXPECT_EQ(catalog.problems.size(), 1U);
}

TEST(DpkgStatus, RefusesTooManyPackages) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxDpkgPackages; ++i) text += "Package: a\n\n";
  const auto catalog = catalog_of(kStatus, text);
  ASSERT_FALSE(catalog.has_value());
  EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
}

TEST(DpkgStatus, SurvivesArbitraryBytes) {
  EXPECT_THAT(readable_catalog(kStatus, std::string(1000, '\0')).packages, IsEmpty());
  EXPECT_THAT(readable_catalog(kStatus, std::string(1000, ':')).packages, IsEmpty());
  EXPECT_THAT(readable_catalog(kStatus, std::string(100'000, ' ')).packages, IsEmpty());
}

TEST(DpkgFileList, HashesFilesAndLeavesFoldersOut) {
  const Catalog catalog = readable_catalog("var/lib/dpkg/info/dash:amd64.list",
                                           "/.\n/bin\n/bin/dash\n/usr\n/usr/share\n"
                                           "/usr/share/dash\n/usr/share/dash-doc\n");

  ASSERT_EQ(catalog.owned.size(), 1U);
  EXPECT_EQ(catalog.owned[0].package, "dash");
  EXPECT_THAT(catalog.owned[0].path_hashes,
              ElementsAre(path_hash("usr/bin/dash"), path_hash("usr/share/dash"),
                          path_hash("usr/share/dash-doc")));
}

TEST(DpkgFileList, ReadsChecksumsOfDistroless) {
  const Catalog catalog = readable_catalog(
      "var/lib/dpkg/status.d/libssl3.md5sums",
      "2ba08fece3b3434a669f3c529bbea383  usr/lib/x86_64-linux-gnu/libssl.so.3\nshort line\n");

  ASSERT_EQ(catalog.owned.size(), 1U);
  EXPECT_EQ(catalog.owned[0].package, "libssl3");
  EXPECT_THAT(catalog.owned[0].path_hashes,
              ElementsAre(path_hash("usr/lib/x86_64-linux-gnu/libssl.so.3")));
}

TEST(DpkgFileList, RefusesTooManyFiles) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxOwnedFiles; ++i) text += "/a\n";
  const auto catalog = catalog_of("var/lib/dpkg/info/a.list", text);
  ASSERT_FALSE(catalog.has_value());
  EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
}

// The machine that runs the tests, where it is a Debian one: dpkg-query is the independent reader.
TEST(DpkgOnThisMachine, AgreesWithDpkgQuery) {
  const auto status = read_file("/var/lib/dpkg/status");
  const auto query = run_subprocess(
      {"dpkg-query", "-W", "-f",
       "${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t"
       "${source:Version}\\n"});
  if (!status || !query || query->status != 0) GTEST_SKIP() << "no dpkg on this machine";
  std::set<std::string> expected;
  std::string_view rest = query->out;
  while (const auto line = next_line(rest)) {
    const auto columns = split(*line, '\t');
    // The second letter of the abbreviation is the state: n, c and H are absent (dpkg-query(1)).
    if (std::string_view("ncH").contains(columns[0].at(1))) continue;
    expected.insert(std::string(line->substr(columns[0].size() + 1)));
  }

  std::set<std::string> found;
  const Catalog catalog = readable_catalog(kStatus, *status);
  for (const Package& p : catalog.packages) {
    const std::string& source = p.source_name.empty() ? p.name : p.source_name;
    const std::string& version = p.source_version.empty() ? p.version : p.source_version;
    found.insert(p.name + "\t" + p.version + "\t" + p.arch + "\t" + source + "\t" + version);
  }

  EXPECT_EQ(found, expected);
  EXPECT_THAT(catalog.problems, IsEmpty());
}

TEST(DpkgOnThisMachine, KnowsTheOwnersThatDpkgKnows) {
  const auto list = read_file("/var/lib/dpkg/info/dpkg.list");
  if (!list) GTEST_SKIP() << "no dpkg on this machine";
  const Catalog catalog = readable_catalog("var/lib/dpkg/info/dpkg.list", *list);
  const OwnerIndex index(catalog.owned);
  EXPECT_EQ(index.owner_of("usr/bin/dpkg"), "dpkg");
  EXPECT_EQ(index.owner_of("usr/bin/dpkg-deb"), "dpkg");
  EXPECT_EQ(index.owner_of("usr/bin"), std::nullopt);
}

}  // namespace
}  // namespace corten::package
