#include "scan/image_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/time.h"
#include "scan/support.h"
#include "support/case_name.h"

namespace corten::scan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room

Time at(const char* text) { return parse_time(text).value(); }

// A service that does everything right.
ImageFacts good() {
  ImageFacts facts;
  facts.image = image_of(2);
  image::Config& config = *facts.image.config;
  config.platform = {"linux", "amd64", {}};
  config.user = "app";
  config.entrypoint = {"/app"};
  config.healthcheck = image::Healthcheck{{"CMD", "/app", "healthy"}};
  config.env = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  facts.image.tags = {"app:1.0"};
  facts.kept["etc/passwd"] = "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/false\n";
  facts.distribution.id = "debian";
  facts.distribution.version_id = "12";
  return facts;
}

using Change = std::function<void(ImageFacts&)>;

struct CheckCase {
  const char* name;
  const char* id;
  Change change;
  bool fires = true;
};

Change note(NoteKind kind, std::string path, bool folder = false) {
  return
      [=](ImageFacts& facts) { facts.notes.push_back({{kind, path, 0777, 0, 0, 1, folder}, 1}); };
}
Change user(std::string name) {
  return [=](ImageFacts& facts) { facts.image.config->user = name; };
}
Change env(std::string variable) {
  return [=](ImageFacts& facts) { facts.image.config->env.push_back(variable); };
}
Change step(std::string by) {
  return [=](ImageFacts& facts) { facts.image.config->history.push_back({{}, by, {}, false}); };
}
Change passwd(std::string lines) {
  return [=](ImageFacts& facts) { facts.kept["etc/passwd"] += lines; };
}
Change tag(std::string name) {
  return [=](ImageFacts& facts) { facts.image.tags = {name}; };
}
Change cache(std::uint64_t bytes) {
  return [=](ImageFacts& facts) { facts.caches.push_back({{"apt cache", 2, bytes}, 1}); };
}
Change release(std::string id, std::string version) {
  return [=](ImageFacts& facts) {
    facts.distribution.id = id;
    facts.distribution.version_id = version;
  };
}
Change without_config() {
  return [](ImageFacts& facts) { facts.image.config.reset(); };
}

std::vector<CheckCase> cases() {
  using enum NoteKind;
  return {
      {"NoUser", "CTN-IMG-01", user("")},
      {"Root", "CTN-IMG-01", user("root")},
      {"RootWithGroup", "CTN-IMG-01", user("0:0")},
      {"RootByAnotherName", "CTN-IMG-01",
       [](ImageFacts& f) { passwd("admin:x:0:0::/:/bin/sh\n")(f), user("admin")(f); }},
      {"User", "CTN-IMG-01", user("app:app"), false},
      {"Uid", "CTN-IMG-01", user("1000"), false},
      {"WindowsImage", "CTN-IMG-01",
       [](ImageFacts& f) { user("")(f), f.image.config->platform.os = "windows"; }, false},
      {"RootFileSystem", "CTN-IMG-01", without_config(), false},
      {"MissingUser", "CTN-IMG-02", user("nobody-here")},
      {"NumericUserNeedsNoEntry", "CTN-IMG-02", user("4711"), false},
      {"KnownUser", "CTN-IMG-02", user("app"), false},
      {"NoPasswdToLookInto", "CTN-IMG-02", [](ImageFacts& f) { user("x")(f), f.kept.clear(); },
       false},
      {"OddSetUid", "CTN-IMG-03", note(SetUid, "usr/local/bin/tool")},
      {"OddSetGid", "CTN-IMG-03", note(SetGid, "usr/local/bin/tool")},
      {"UsualSetUid", "CTN-IMG-03", note(SetUid, "usr/bin/passwd"), false},
      {"Password", "CTN-IMG-04", env("DB_PASSWORD=hunter2")},
      {"LowerCaseToken", "CTN-IMG-04", env("my_token=abcdef")},
      {"PasswordFile", "CTN-IMG-04", env("DB_PASSWORD_FILE=/run/secrets/db"), false},
      {"EmptyPassword", "CTN-IMG-04", env("DB_PASSWORD="), false},
      {"ReferenceToPassword", "CTN-IMG-04", env("DB_PASSWORD=$OTHER"), false},
      {"GpgKey", "CTN-IMG-04", env("GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D"), false},
      {"PathOfPassword", "CTN-IMG-04", env("DB_PASSWORD=/etc/db/password"), false},
      {"TokenOfAnyName", "CTN-IMG-04", env("UPLOAD=AKIA0123456789ABCDEF")},
      {"LoginInUrl", "CTN-IMG-04", env("DATABASE=postgres://app:hunter2@db/app")},
      {"ExampleOfTheIssuer", "CTN-IMG-04", env("UPLOAD=AKIAIOSFODNN7EXAMPLE"), false},
      {"HarmlessVariable", "CTN-IMG-04", env("LANG=C.UTF-8"), false},
      {"BuildArgument", "CTN-IMG-05", step("|1 DB_PASSWORD=hunter2 /bin/sh -c make")},
      {"GitHubToken", "CTN-IMG-05",
       step("RUN git clone https://ghp_0123456789abcdef0123@github.com/x")},
      {"AwsKey", "CTN-IMG-05", step("RUN x AKIA0123456789ABCDEF")},
      {"PrivateKeyInStep", "CTN-IMG-05",
       step("RUN echo '-----BEGIN EC PRIVATE KEY-----' > key.pem")},
      {"StepThatOnlyNamesEnv", "CTN-IMG-05", step("RUN API_TOKEN=hunter2 make ENV =x")},
      {"EnvironmentIsNoStep", "CTN-IMG-05", step("/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2"),
       false},
      {"HarmlessStep", "CTN-IMG-05", step("RUN apt-get install -y npm_config gnupg"), false},
      {"ArgumentWithoutValue", "CTN-IMG-05", step("ARG DB_PASSWORD"), false},
      {"LargeCache", "CTN-IMG-06", cache(5'000'000)},
      {"TinyCache", "CTN-IMG-06", cache(99'999), false},
      {"NoHealthcheck", "CTN-IMG-07", [](ImageFacts& f) { f.image.config->healthcheck.reset(); }},
      {"BaseImageNeedsNoHealthcheck", "CTN-IMG-07",
       [](ImageFacts& f) {
         f.image.config->healthcheck.reset();
         f.image.config->entrypoint.clear();
         f.image.config->cmd = {"/bin/sh"};
       },
       false},
      {"HealthcheckSwitchedOffOnPurpose", "CTN-IMG-07",
       [](ImageFacts& f) { f.image.config->healthcheck = image::Healthcheck{{"NONE"}}; }, false},
      {"Latest", "CTN-IMG-08", tag("app:latest")},
      {"VersionTag", "CTN-IMG-08", tag("registry:5000/app:1"), false},
      {"OpenFolderOnPath", "CTN-IMG-09", note(WorldWritable, "usr/local/bin", true)},
      {"OpenFolderElsewhere", "CTN-IMG-09", note(WorldWritable, "srv", true), false},
      {"PathOfTheImage", "CTN-IMG-09",
       [](ImageFacts& f) {
         env("PATH=/opt/tools/:/bin")(f), note(WorldWritable, "opt/tools", true)(f);
       }},
      {"OpenFolder", "CTN-IMG-10", note(WorldWritable, "srv", true)},
      {"OpenFile", "CTN-IMG-10", note(WorldWritable, "app/config")},
      {"OpenLockFolder", "CTN-IMG-10", note(WorldWritable, "run/lock", true), false},
      {"OpenDevice", "CTN-IMG-10", note(WorldWritable, "dev/x"), false},
      {"Sshd", "CTN-IMG-11", note(SshServer, "usr/sbin/sshd")},
      {"Key", "CTN-IMG-12", note(PrivateKey, "root/.ssh/id_rsa")},
      {"KeyOfTests", "CTN-IMG-12", note(PrivateKey, "usr/lib/python3/test/key.pem"), false},
      {"KeyOfDocumentation", "CTN-IMG-12", note(PrivateKey, "usr/share/doc/x/key.pem"), false},
      {"Credentials", "CTN-IMG-13", note(CredentialFile, "root/.aws/credentials")},
      {"StrayFile", "CTN-IMG-14", note(StrayFile, "app/.git/HEAD")},
      {"SecondRoot", "CTN-IMG-15", passwd("toor:x:0:0::/root:/bin/sh\n")},
      {"GroupZeroIsNoRoot", "CTN-IMG-15", passwd("svc:x:100:0::/:/bin/false\n"), false},
      {"EmptyPasswordField", "CTN-IMG-16", passwd("open::1001:1001::/:/bin/sh\n")},
      {"EmptyShadowField", "CTN-IMG-16", [](ImageFacts& f) { f.kept["etc/shadow"] = "open\n"; }},
      {"LockedAccounts", "CTN-IMG-16", [](ImageFacts& f) { f.kept["etc/shadow"] = ""; }, false},
      {"EndOfLife", "CTN-IMG-17", release("debian", "9")},
      {"Supported", "CTN-IMG-17", release("debian", "12"), false},
      {"UnknownDistribution", "CTN-IMG-17", release("myos", "1"), false},
      {"NodeWithoutTls", "CTN-IMG-18", env("NODE_TLS_REJECT_UNAUTHORIZED=0")},
      {"NodeWithTls", "CTN-IMG-18", env("NODE_TLS_REJECT_UNAUTHORIZED=1"), false},
      {"GitWithoutTls", "CTN-IMG-18", env("GIT_SSL_NO_VERIFY=true")},
  };
}

std::vector<std::string> ids(const ImageFacts& facts) {
  std::vector<std::string> out;
  for (const Finding& finding : check_image(facts, at("2025-06-01T00:00:00Z")))
    out.push_back(finding.id);
  return out;
}

class ImageCheck : public ::testing::TestWithParam<CheckCase> {};

TEST_P(ImageCheck, FiresOrStaysSilent) {
  ImageFacts facts = good();
  GetParam().change(facts);

  if (GetParam().fires) {
    EXPECT_THAT(ids(facts), Contains(GetParam().id));
  } else {
    EXPECT_THAT(ids(facts), Not(Contains(GetParam().id)));
  }
}

INSTANTIATE_TEST_SUITE_P(CheckImage, ImageCheck, ::testing::ValuesIn(cases()),
                         test::case_name<CheckCase>);

TEST(CheckImage, AGoodImageHasNoFinding) { EXPECT_THAT(ids(good()), ::testing::IsEmpty()); }

TEST(CheckImage, EveryRowOfTheCatalogueCanFire) {
  std::set<std::string> fired;
  for (const CheckCase& c : cases()) {
    if (c.fires) fired.insert(c.id);
  }
  std::set<std::string_view> ids;
  for (const Check& check : image_check_catalogue()) {
    EXPECT_TRUE(fired.contains(std::string(check.id))) << check.id;
    EXPECT_TRUE(ids.insert(check.id).second) << check.id << " twice";
    EXPECT_FALSE(check.title.empty());
    EXPECT_FALSE(check.remediation.empty());
  }
}

TEST(CheckImage, ValuesOfSecretsAreNotShown) {
  ImageFacts facts = good();
  env("DB_PASSWORD=hunter2")(facts);
  step("|1 API_TOKEN=s3cr3tvalue /bin/sh -c make")(facts);
  for (const Finding& finding : check_image(facts, at("2025-06-01T00:00:00Z"))) {
    EXPECT_THAT(finding.evidence, Not(HasSubstr("hunter2")));
    EXPECT_THAT(finding.evidence, Not(HasSubstr("s3cr3tvalue")));
  }
}

TEST(CheckImage, AShellOfABaseImageIsOnlyWorthAMention) {
  ImageFacts facts = good();
  facts.image.config->user = "";
  facts.image.config->entrypoint.clear();
  facts.image.config->cmd = {"bash"};
  const auto findings = check_image(facts, at("2025-06-01T00:00:00Z"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::Info);
}

TEST(CheckImage, ManyFilesAreOneFindingWithACount) {
  ImageFacts facts = good();
  for (int i = 0; i < 9; ++i)
    note(NoteKind::CredentialFile, fmt::format("srv/{}/.netrc", i))(facts);
  const auto findings = check_image(facts, at("2025-06-01T00:00:00Z"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].evidence, HasSubstr("and 4 more"));
  EXPECT_EQ(findings[0].location->path, "srv/0/.netrc");
  EXPECT_EQ(findings[0].location->layer, facts.image.layers[1].diff_id);
}

TEST(CheckImage, EndOfLifeDependsOnTheDay) {
  ImageFacts facts = good();
  release("alpine", "3.8.5")(facts);
  EXPECT_THAT(check_image(facts, at("2019-01-01T00:00:00Z")), ::testing::IsEmpty());
  EXPECT_EQ(check_image(facts, at("2021-01-01T00:00:00Z")).size(), 1U);
}

}  // namespace
}  // namespace corten::scan
