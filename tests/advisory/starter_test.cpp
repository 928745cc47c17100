#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Distribution;
using package::Type;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

const Database& starter() {
  static const Result<Database> database = Database::starter();
  return *database;
}

std::vector<std::string> match(const package::Package& package, const Distribution& distribution) {
  const std::vector<package::Package> packages = {package};
  const auto matches = starter().match(packages, distribution);
  EXPECT_TRUE(matches.has_value()) << (matches ? "" : describe(matches.error()));
  return matches ? ids_of(*matches) : std::vector<std::string>();
}

Distribution debian(std::string release) { return {"debian", std::move(release), "", "", {}}; }
Distribution ubuntu(std::string release) { return {"ubuntu", std::move(release), "", "", {}}; }
Distribution alpine(std::string release) { return {"alpine", std::move(release), "", "", {}}; }

// Versions that were really released: the last one with the flaw, and the first one without it.
struct Landmark {
  std::string_view id;
  Type type;
  Distribution distribution;
  std::string_view package;
  std::string_view last_vulnerable;
  std::string_view fixed;
};

std::vector<Landmark> landmarks() {
  return {
      {"CVE-2014-0160", Type::Deb, debian("7"), "openssl", "1.0.1e-2+deb7u4", "1.0.1e-2+deb7u5"},
      {"CVE-2014-6271", Type::Deb, debian("7"), "bash", "4.2+dfsg-0.1", "4.2+dfsg-0.1+deb7u1"},
      {"CVE-2015-7547", Type::Deb, debian("8"), "glibc", "2.19-18+deb8u2", "2.19-18+deb8u3"},
      {"CVE-2016-3714", Type::Deb, debian("8"), "imagemagick", "8:6.8.9.9-5+deb8u1",
       "8:6.8.9.9-5+deb8u2"},
      {"CVE-2017-5638", Type::Maven, {}, "org.apache.struts:struts2-core", "2.5.10", "2.5.10.1"},
      {"CVE-2018-25032", Type::Deb, debian("11"), "zlib", "1:1.2.11.dfsg-2",
       "1:1.2.11.dfsg-2+deb11u1"},
      {"CVE-2019-5736", Type::Go, {}, "github.com/opencontainers/runc", "v1.0.0-rc6", "v1.0.0-rc7"},
      {"CVE-2019-14697", Type::Apk, alpine("3.8.4"), "musl", "1.1.19-r10", "1.1.19-r11"},
      {"CVE-2020-1938",
       Type::Maven,
       {},
       "org.apache.tomcat.embed:tomcat-embed-core",
       "9.0.30",
       "9.0.31"},
      {"CVE-2021-3156", Type::Deb, debian("10"), "sudo", "1.8.27-1+deb10u2", "1.8.27-1+deb10u3"},
      {"CVE-2021-4034", Type::Deb, debian("11"), "policykit-1", "0.105-31", "0.105-31+deb11u1"},
      {"CVE-2021-25741", Type::Go, {}, "k8s.io/kubernetes", "v1.22.1", "v1.22.2"},
      {"CVE-2021-44228",
       Type::Maven,
       {},
       "org.apache.logging.log4j:log4j-core",
       "2.14.1",
       "2.15.0"},
      {"CVE-2021-45046",
       Type::Maven,
       {},
       "org.apache.logging.log4j:log4j-core",
       "2.15.0",
       "2.16.0"},
      {"CVE-2022-0778", Type::Apk, alpine("3.15.1"), "openssl", "1.1.1m-r1", "1.1.1n-r0"},
      {"CVE-2022-0847", Type::Deb, debian("11"), "linux", "5.10.92-1", "5.10.92-2"},
      {"CVE-2022-22965", Type::Maven, {}, "org.springframework:spring-beans", "5.3.17", "5.3.18"},
      {"CVE-2022-23648", Type::Go, {}, "github.com/containerd/containerd", "v1.5.9", "v1.5.10"},
      {"CVE-2022-24765", Type::Deb, debian("11"), "git", "1:2.30.2-1", "1:2.30.2-1+deb11u1"},
      {"CVE-2022-3602", Type::Deb, ubuntu("22.04"), "openssl", "3.0.2-0ubuntu1.6",
       "3.0.2-0ubuntu1.7"},
      {"CVE-2022-3786", Type::Deb, ubuntu("22.04"), "openssl", "3.0.2-0ubuntu1.6",
       "3.0.2-0ubuntu1.7"},
      {"CVE-2022-37434", Type::Deb, debian("11"), "zlib", "1:1.2.11.dfsg-2+deb11u1",
       "1:1.2.11.dfsg-2+deb11u2"},
      {"CVE-2022-42889", Type::Maven, {}, "org.apache.commons:commons-text", "1.9", "1.10.0"},
      {"CVE-2022-48174", Type::Apk, alpine("3.18.2"), "busybox", "1.36.1-r0", "1.36.1-r1"},
      {"CVE-2023-4863", Type::Deb, debian("12"), "libwebp", "1.2.4-0.2", "1.2.4-0.2+deb12u1"},
      {"CVE-2023-4911", Type::Deb, debian("12"), "glibc", "2.36-9+deb12u1", "2.36-9+deb12u3"},
      {"CVE-2023-38408", Type::Deb, debian("12"), "openssh", "1:9.2p1-2", "1:9.2p1-2+deb12u1"},
      {"CVE-2023-38545", Type::Deb, debian("12"), "curl", "7.88.1-10+deb12u3", "7.88.1-10+deb12u4"},
      {"CVE-2023-44487", Type::Go, {}, "golang.org/x/net", "v0.16.0", "v0.17.0"},
      {"CVE-2023-48795", Type::Deb, debian("12"), "openssh", "1:9.2p1-2+deb12u1",
       "1:9.2p1-2+deb12u2"},
      {"CVE-2024-2961", Type::Deb, debian("12"), "glibc", "2.36-9+deb12u4", "2.36-9+deb12u6"},
      {"CVE-2024-3094",
       Type::Deb,
       {"debian", "", "sid", "", {}},
       "xz-utils",
       "5.6.1-1",
       "5.6.1+really5.4.5-1"},
      {"CVE-2024-6387", Type::Deb, debian("12"), "openssh", "1:9.2p1-2+deb12u2",
       "1:9.2p1-2+deb12u3"},
      {"CVE-2024-21626", Type::Go, {}, "github.com/opencontainers/runc", "v1.1.11", "v1.1.12"},
      {"CVE-2024-32002", Type::Deb, debian("12"), "git", "1:2.39.2-1.1", "1:2.39.5-0+deb12u1"},
      {"CVE-2024-41110",
       Type::Go,
       {},
       "github.com/docker/docker",
       "v27.1.0+incompatible",
       "v27.1.1+incompatible"},
      {"CVE-2024-45337", Type::Go, {}, "golang.org/x/crypto", "v0.30.0", "v0.31.0"},
      {"CVE-2024-45491", Type::Deb, debian("12"), "expat", "2.5.0-1", "2.5.0-1+deb12u1"},
      {"CVE-2025-31133", Type::Go, {}, "github.com/opencontainers/runc", "v1.3.2", "v1.3.3"},
      {"CVE-2025-32463", Type::Deb, debian("13"), "sudo", "1.9.16p2-2", "1.9.16p2-3"},
      {"CVE-2025-49844", Type::Deb, debian("12"), "redis", "5:7.0.15-1~deb12u5",
       "5:7.0.15-1~deb12u6"},
  };
}

std::vector<std::filesystem::path> record_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CORTEN_SOURCE_DIR "/data/starter")) {
    if (entry.path().filename() != "kev.json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

TEST(Starter, MatchesTheLastVulnerableReleaseAndNotTheFixedOne) {
  for (const Landmark& row : landmarks()) {
    SCOPED_TRACE(row.id);
    const auto package = [&](std::string_view version) {
      return package_of(row.type, std::string(row.package), std::string(version));
    };
    EXPECT_THAT(match(package(row.last_vulnerable), row.distribution), Contains(row.id));
    EXPECT_THAT(match(package(row.fixed), row.distribution), Not(Contains(row.id)));
  }
}

TEST(Starter, HasALandmarkForEveryRecord) {
  std::set<std::string> ids;
  for (const Landmark& row : landmarks()) ids.emplace(row.id);
  std::set<std::string> records;
  for (const auto& file : record_files()) records.insert(file.stem());
  EXPECT_EQ(ids, records);
  EXPECT_EQ(starter().info().vulnerabilities, records.size());
}

// What a range of a record is about, and a version that sorts directly before another one in its
// scheme.
struct Subject {
  Type type;
  Distribution distribution;
  std::string_view before;
};

Subject subject_of(const std::string& ecosystem) {
  const std::string release =
      ecosystem.substr(std::min(ecosystem.find(':'), ecosystem.size() - 1) + 1);
  if (ecosystem == "Debian:sid") return {Type::Deb, {"debian", "", "sid", "", {}}, "~"};
  if (ecosystem.starts_with("Debian:")) return {Type::Deb, debian(release), "~"};
  if (ecosystem.starts_with("Ubuntu:"))
    return {Type::Deb, ubuntu(release.substr(0, release.find(':'))), "~"};
  if (ecosystem == "Alpine:edge") return {Type::Apk, alpine("3.20_alpha20240315"), ""};
  if (ecosystem == "Alpine") return {Type::Apk, alpine("2.7.0"), ""};
  if (ecosystem.starts_with("Alpine:v")) return {Type::Apk, alpine(release.substr(1) + ".0"), ""};
  if (ecosystem == "Go") return {Type::Go, {}, "-0"};
  if (ecosystem == "crates.io") return {Type::Cargo, {}, "-0"};
  EXPECT_EQ(ecosystem, "Maven");
  return {Type::Maven, {}, "-alpha"};
}

// "1.2.3-r4" has "1.2.3_alpha-r4" before it, "1.4.0-rc.3" has "1.4.0-rc.2" and "1.0+incompatible"
// has "1.0-0+incompatible".
std::string version_before(const std::string& version, const Subject& subject) {
  if (subject.type == Type::Apk) {
    const auto revision = version.rfind("-r");
    return version.substr(0, revision) + "_alpha" + version.substr(revision);
  }
  if (subject.type != Type::Go && subject.type != Type::Cargo)
    return version + std::string(subject.before);
  if (version.contains("-rc")) {
    std::string earlier = version;
    --earlier.back();
    return earlier;
  }
  const auto build = std::min(version.find('+'), version.size());
  return version.substr(0, build) + std::string(subject.before) + version.substr(build);
}

void check_range(const std::string& id, const std::string& ecosystem, const std::string& name,
                 const nlohmann::json& events) {
  ASSERT_EQ(events.size(), 2U);
  const Subject subject = subject_of(ecosystem);
  const std::string introduced = events[0].at("introduced");
  const std::string fixed = events[1].at("fixed");
  SCOPED_TRACE(ecosystem + " " + name + " " + introduced + " to " + fixed);
  const auto found = [&](const std::string& version) {
    const std::string prefix = subject.type == Type::Go && name != "stdlib" ? "v" : "";
    return match(package_of(subject.type, name, prefix + version), subject.distribution);
  };
  EXPECT_THAT(found(introduced == "0" ? "0.0.1" : introduced), Contains(id));
  EXPECT_THAT(found(version_before(fixed, subject)), Contains(id))
      << version_before(fixed, subject);
  EXPECT_THAT(found(fixed), Not(Contains(id)));
}

TEST(Starter, BoundsEveryRangeOfEveryRecord) {
  for (const auto& file : record_files()) {
    SCOPED_TRACE(file.filename());
    const auto content = read_file(file, 1 << 20);
    ASSERT_TRUE(content.has_value());
    const auto record = nlohmann::json::parse(*content);
    EXPECT_EQ(record.at("id").get<std::string>() + ".json", file.filename());
    EXPECT_LE(record.at("summary").get<std::string>().size(), 120U);
    for (const auto& affected : record.at("affected")) {
      for (const auto& range : affected.at("ranges")) {
        check_range(record.at("id"), affected.at("package").at("ecosystem"),
                    affected.at("package").at("name"), range.at("events"));
      }
    }
  }
}

TEST(Starter, LeavesOtherReleasesAlone) {
  EXPECT_THAT(match(package_of(Type::Deb, "openssh", "1:7.9p1-10"), debian("10")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Deb, "xz-utils", "5.4.1-0.2"), debian("12")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Deb, "sudo", "1.9.13p3-1"), debian("12")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Apk, "xz", "5.4.6-r0"), alpine("3.20.0")), IsEmpty());
  EXPECT_THAT(match(package_of(Type::Maven, "org.apache.logging.log4j:log4j-core", "2.12.2"), {}),
              IsEmpty());
}

TEST(Starter, SaysThatItIsNoMore) {
  EXPECT_TRUE(starter().info().starter_only);
  EXPECT_EQ(starter().info().path, "(built in)");
}

TEST(Starter, KnowsWhatIsExploited) {
  const auto kev_of = [](const package::Package& package, const Distribution& distribution,
                         std::string_view id) {
    const std::vector<package::Package> packages = {package};
    const auto matches = starter().match(packages, distribution);
    const auto found =
        std::ranges::find(*matches, id, [](const auto& match) { return match.finding.id; });
    return found == matches->end() ? std::nullopt : found->finding.vulnerability->kev;
  };
  EXPECT_TRUE(kev_of(package_of(Type::Deb, "libwebp", "1.2.4-0.2"), debian("12"), "CVE-2023-4863")
                  .has_value());
  EXPECT_FALSE(kev_of(package_of(Type::Deb, "openssh", "1:9.2p1-2"), debian("12"), "CVE-2024-6387")
                   .has_value());
}

TEST(Starter, MovesWithItsMemory) {
  auto first = Database::starter();
  ASSERT_TRUE(first.has_value());
  const Database moved = *std::move(first);
  const std::vector<package::Package> packages = {
      package_of(Type::Maven, "org.apache.logging.log4j:log4j-core", "2.14.1")};
  const auto matches = moved.match(packages, {});
  ASSERT_TRUE(matches.has_value() && !matches->empty());
  EXPECT_TRUE((*matches)[0].finding.vulnerability->kev->ransomware);
  EXPECT_EQ((*matches)[0].finding.severity, Severity::Critical);
}

}  // namespace
}  // namespace corten::advisory::testing
