// The database of real feeds. Counts were taken from the feeds with jq and the comparison of dpkg,
// apk and Go themselves.
#include <gmock/gmock.h>

#include <map>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::filesystem::path kFeeds = std::filesystem::path(CORTEN_SHARED_DIR) / "feeds";

class RealFeeds : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kFeeds)) return;
    folder_ = std::make_unique<TempDir>(std::move(*TempDir::create("corten-real-feeds")));
    report_ = std::make_unique<Result<BuildReport>>(
        build_database(*find_sources(kFeeds), folder_->path(), {2, kNow, nullptr}));
  }
  static void TearDownTestSuite() {
    report_.reset();
    folder_.reset();
  }
  void SetUp() override {
    if (!std::filesystem::exists(kFeeds)) GTEST_SKIP() << "no feeds at " << kFeeds;
    ASSERT_TRUE(report_->has_value()) << describe(report_->error());
  }
  static std::vector<std::string> match(const package::Package& package,
                                        const package::Distribution& distribution = {}) {
    const auto database = Database::open(folder_->path());
    const std::vector<package::Package> packages = {package};
    return database ? ids_of(*database->match(packages, distribution)) : std::vector<std::string>();
  }

  static std::unique_ptr<TempDir> folder_;
  static std::unique_ptr<Result<BuildReport>> report_;
};
std::unique_ptr<TempDir> RealFeeds::folder_;
std::unique_ptr<Result<BuildReport>> RealFeeds::report_;

TEST_F(RealFeeds, AreReadWithoutAProblemAndVerified) {
  EXPECT_EQ((*report_)->problem_count, 0U);
  EXPECT_TRUE(verify_database(folder_->path()).has_value());
  std::map<std::string, std::uint64_t> records;
  for (const FeedInfo& info : (*report_)->info.feeds) records[info.id] = info.records;
  EXPECT_EQ(records["osv:Go"], 4291U);
  EXPECT_EQ(records["osv:Alpaquita"], 7232U);
  EXPECT_EQ(records["osv:AlmaLinux"],
            4440U);  // 5,637 without 1,197 bug-fix and enhancement errata that name no CVE
  EXPECT_EQ(records["kev"], 1404U);
}

TEST_F(RealFeeds, FileIsSmallerThanTheZips) {
  std::uint64_t zips = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFeeds / "osv")) {
    if (entry.is_regular_file() && entry.path().extension() == ".zip") zips += entry.file_size();
  }
  EXPECT_LT((*report_)->info.file_size, zips);
  EXPECT_LT((*report_)->info.file_size / (*report_)->info.vulnerabilities, 540U);
}

// 84 statements on bookworm's openssl; `dpkg --compare-versions 3.0.9-1 lt FIXED` holds for 52.
TEST_F(RealFeeds, DebianOpenssl) {
  auto package = package_of(Type::Deb, "libssl3", "3.0.9-1");
  package.source_name = "openssl";
  const auto ids = match(package, debian12());
  EXPECT_EQ(ids.size(), 52U);
  EXPECT_THAT(ids, Contains("CVE-2023-5363"));
  package.version = "3.0.11-1~deb12u2";
  EXPECT_THAT(match(package, debian12()), Not(Contains("CVE-2023-5363")));
}

// The tracker calls these resolved, with a fixed version above what the release has.
TEST_F(RealFeeds, DebianRebuildsOfTheFixAreNotAffected) {
  const package::Distribution debian11{"debian", "11", "bullseye", "", {}};
  const package::Distribution debian13{"debian", "13", "trixie", "", {}};
  const auto match_source = [](const char* name, const char* version, const auto& release) {
    return match(package_of(Type::Deb, name, version), release);
  };
  EXPECT_THAT(match_source("expat", "2.9.0-1~deb13u1", debian13), Not(Contains("CVE-2026-77214")));
  EXPECT_THAT(match_source("less", "590-2.1~deb12u2", debian12()), Not(Contains("CVE-2022-48624")));
  EXPECT_THAT(match_source("less", "590-2.1~deb12u2", debian12()), Not(Contains("CVE-2024-32487")));
  EXPECT_THAT(match_source("less", "590-2", debian12()), Contains("CVE-2022-48624"));
  EXPECT_THAT(match_source("libfile-find-rule-perl", "0.34-4~deb12u1", debian12()),
              Not(Contains("CVE-2011-10007")));
  EXPECT_THAT(match_source("libxml2", "2.9.14+dfsg-1.3~deb12u6", debian12()),
              Not(Contains("CVE-2022-2309")));
  EXPECT_THAT(match_source("openjpeg2", "2.5.3-2.1~deb13u2", debian13),
              Not(Contains("CVE-2025-54874")));
  EXPECT_THAT(match_source("redis", "5:7.0.15-1~deb12u10", debian12()),
              Not(Contains("CVE-2023-41056")));
  EXPECT_THAT(match_source("xz-utils", "5.2.5-2.1~deb11u2", debian11),
              Not(Contains("CVE-2022-1271")));
}

TEST_F(RealFeeds, AlpineApache) {
  const auto package = package_of(Type::Apk, "apache2", "2.4.39-r0");
  EXPECT_THAT(match(package, {"alpine", "3.8.4", "", "", {}}),
              ElementsAre("CVE-2019-10081", "CVE-2019-10082", "CVE-2019-10092", "CVE-2019-10097",
                          "CVE-2019-10098", "CVE-2019-9517"));
  EXPECT_THAT(match(package_of(Type::Apk, "apache2", "2.4.41-r0"), {"alpine", "3.8.4", "", "", {}}),
              IsEmpty());
  EXPECT_THAT(match(package, {"alpine", "3.20.1", "", "", {}}), IsEmpty());
}

TEST_F(RealFeeds, GoText) {
  EXPECT_THAT(match(package_of(Type::Go, "golang.org/x/text", "v0.3.2")),
              ElementsAre("CVE-2020-14040", "CVE-2021-38561", "CVE-2022-32149", "CVE-2026-56852"));
  EXPECT_THAT(match(package_of(Type::Go, "golang.org/x/text", "v0.3.7")),
              ElementsAre("CVE-2022-32149", "CVE-2026-56852"));
  EXPECT_THAT(match(package_of(Type::Go, "golang.org/x/text", "v0.39.0")), IsEmpty());
}

TEST_F(RealFeeds, RustTime) {
  EXPECT_THAT(match(package_of(Type::Cargo, "time", "0.1.42")), ElementsAre("CVE-2020-26235"));
  EXPECT_THAT(match(package_of(Type::Cargo, "time", "0.2.23")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Cargo, "time", "0.3.47")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Cargo, "time", "0.3.46")), ElementsAre("CVE-2026-25727"));
}

TEST_F(RealFeeds, PythonJinja) {
  EXPECT_THAT(match(package_of(Type::Pypi, "Jinja2", "2.10")),
              ElementsAre("CVE-2019-10906", "CVE-2020-28493"));
  EXPECT_THAT(match(package_of(Type::Pypi, "jinja2", "2.11.3")), IsEmpty());
}

TEST_F(RealFeeds, AlmaLinuxOpenssl) {
  const package::Distribution alma{"almalinux", "9.7", "", "AlmaLinux 9.7", {}};
  EXPECT_THAT(match(package_of(Type::Rpm, "openssl-libs", "1:3.5.5-3.el9_8"), alma), SizeIs(15));
  EXPECT_THAT(match(package_of(Type::Rpm, "openssl-libs", "1:3.5.5-2.el9_8"), alma),
              Contains("CVE-2026-28390"));
  EXPECT_THAT(match(package_of(Type::Rpm, "openssl-libs", "1:3.5.5-4.el9_8"), alma), IsEmpty());
}

}  // namespace
}  // namespace corten::advisory::testing
