#include "engine/docker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "engine/fake_engine.h"
#include "support/case_name.h"

namespace corten::engine {
namespace {

using test::FakeEngine;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kInspect = R"({
  "Id": "sha256:aa", "RepoTags": ["app:1", "app:2"], "Os": "linux", "Architecture": "arm64", "Variant": "v8",
  "Config": {"User": "app", "Env": ["A=b"]},
  "RootFS": {"Type": "layers", "Layers": ["sha256:11", "sha256:22", "sha256:33"]},
  "GraphDriver": {"Name": "overlay2", "Data": {"LowerDir": "/o/2/diff:/o/1/diff", "UpperDir": "/o/3/diff"}}})";

TEST(Docker, ConnectsAndTellsItsVersion) {
  FakeEngine engine;
  const auto docker = Docker::connect(engine.host());
  ASSERT_TRUE(docker) << describe(docker.error());
  EXPECT_EQ(docker->version(), "27.3.1");
  EXPECT_EQ(docker->host(), engine.host());
}

TEST(Docker, ListsImagesWithoutPlaceholderTags) {
  FakeEngine engine;
  engine.answer("/images/json", {200, R"([{"Id":"sha256:a","RepoTags":["x:1","y:2"]},
      {"Id":"sha256:b","RepoTags":["<none>:<none>"]}, {"Id":"sha256:c","RepoTags":null}])"});
  const auto images = Docker::connect(engine.host())->images();
  ASSERT_TRUE(images);
  ASSERT_THAT(*images, SizeIs(3));
  EXPECT_THAT((*images)[0].tags, ElementsAre("x:1", "y:2"));
  EXPECT_THAT((*images)[1].tags, IsEmpty());
  EXPECT_THAT((*images)[2].tags, IsEmpty());
}

TEST(Docker, ListsContainersByNameWithoutSlash) {
  FakeEngine engine;
  engine.answer(
      "/containers/json",
      {200,
       R"([{"Id":"0123456789abcdef","Names":["/web"],"Image":"app:1","ImageID":"sha256:a","State":"running"},
      {"Id":"fedcba9876543210","Names":[]}])"});
  const auto containers = Docker::connect(engine.host())->containers();
  ASSERT_TRUE(containers);
  ASSERT_THAT(*containers, SizeIs(2));
  EXPECT_EQ((*containers)[0].name, "web");
  EXPECT_EQ((*containers)[0].state, "running");
  EXPECT_EQ((*containers)[1].name, "fedcba987654");
}

TEST(Docker, GivesLayerFoldersBaseFirst) {
  FakeEngine engine;
  engine.answer("/images/app:1/json", {200, kInspect});
  const auto image = Docker::connect(engine.host())->image("app:1");
  ASSERT_TRUE(image);
  EXPECT_THAT(image->layer_folders, ElementsAre("/o/1/diff", "/o/2/diff", "/o/3/diff"));
  EXPECT_THAT(image->diff_ids, ElementsAre("sha256:11", "sha256:22", "sha256:33"));
  EXPECT_EQ(image->variant, "v8");
  EXPECT_THAT(image->config_json, HasSubstr("\"User\":\"app\""));
}

TEST(Docker, ReadsInPlaceOnlyWhatItUnderstands) {
  for (const auto& [from, to] : {std::pair{"overlay2", "btrfs"},
                                 {"/o/2/diff:/o/1/diff", "/o/1/diff"},
                                 {"\"GraphDriver\"", "\"X\""}}) {
    FakeEngine engine;
    std::string json = kInspect;
    json.replace(json.find(from), std::string_view(from).size(), to);
    engine.answer("/images/app:1/json", {200, json});
    const auto image = Docker::connect(engine.host())->image("app:1");
    ASSERT_TRUE(image);
    EXPECT_THAT(image->layer_folders, IsEmpty()) << to;
  }
}

TEST(Docker, GivesTheWritableFolderOfAContainer) {
  FakeEngine engine;
  engine.answer("/containers/web/json",
                {200, R"({"Id":"01","Name":"/web","Image":"sha256:aa","Config":{"Image":"app:1"},
      "State":{"Running":true,"Pid":4711},"GraphDriver":{"Name":"overlay2","Data":{"LowerDir":"/o/i:/o/1","UpperDir":"/o/w/diff"}}})"});
  const auto container = Docker::connect(engine.host())->container("web");
  ASSERT_TRUE(container);
  EXPECT_EQ(container->writable_folder, "/o/w/diff");
  EXPECT_EQ(container->name, "web");
  EXPECT_EQ(container->image, "app:1");
  EXPECT_TRUE(container->running);
  EXPECT_EQ(container->pid, 4711);
}

TEST(Docker, GivesTheHistoryNewestFirst) {
  FakeEngine engine;
  engine.answer("/images/sha256:aa/history",
                {200, R"([{"CreatedBy":"CMD x","Created":5,"Size":0,"Comment":"buildkit"},
      {"CreatedBy":"ADD y","Created":4,"Size":77}, {"Size":-1}, 7])"});
  const auto history = Docker::connect(engine.host())->history("sha256:aa");
  ASSERT_TRUE(history);
  ASSERT_THAT(*history, SizeIs(4));
  EXPECT_EQ((*history)[0].created_by, "CMD x");
  EXPECT_EQ((*history)[1].size, 77U);
  EXPECT_EQ((*history)[2].size, 0U);
}

TEST(Docker, NamesCannotChangeTheRequest) {
  FakeEngine engine;
  const auto docker = Docker::connect(engine.host());
  for (const std::string name : {"a?all=1#x", "a b", "a\r\nHost: evil", "../containers/json?"}) {
    EXPECT_FALSE(docker->image(name));
  }
  const auto requests = engine.requests();
  EXPECT_THAT(requests, Contains("/images/a%3Fall=1%23x/json").Times(0));
  EXPECT_THAT(requests, Contains("/images/a%3Fall%3D1%23x/json"));
  EXPECT_THAT(requests, Contains("/images/a%20b/json"));
  EXPECT_THAT(requests, Contains("/images/a%0D%0AHost:%20evil/json"));
  EXPECT_THAT(requests, ::testing::Not(Contains("/containers/json?/json")));
}

TEST(Docker, StreamsExports) {
  FakeEngine engine;
  const std::string tar(300'000, 't');
  engine.answer("/images/app:1/get", {200, tar}).answer("/containers/01/export", {200, "flat"});
  const auto docker = Docker::connect(engine.host());
  std::string got;
  const auto sink = [&](Bytes bytes) {
    got += as_text(bytes);
    return true;
  };
  ASSERT_TRUE(docker->export_image("app:1", sink));
  EXPECT_EQ(got, tar);
  got.clear();
  ASSERT_TRUE(docker->export_container("01", sink));
  EXPECT_EQ(got, "flat");
}

TEST(Docker, ABrokenOffExportIsAnError) {
  FakeEngine engine;
  engine.answer("/images/app:1/get", {200, "half", 1000}).answer("/images/gone/get", {500, "{}"});
  const auto docker = Docker::connect(engine.host());
  const auto drop = [](Bytes) { return true; };
  const Status broken = docker->export_image("app:1", drop);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::Unavailable);
  EXPECT_FALSE(docker->export_image("gone", drop));
  EXPECT_FALSE(docker->export_image("app:1", [](Bytes) { return false; }));
}

struct ErrorCase {
  const char* name;
  FakeEngine::Answer answer;
  ErrorCode code = ErrorCode::Unavailable;
  const char* message = "";
};

class DockerErrors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(DockerErrors, SayWhatTheEngineSaid) {
  FakeEngine engine;
  engine.answer("/images/x/json", GetParam().answer);
  const auto image = Docker::connect(engine.host())->image("x");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, GetParam().code) << describe(image.error());
  EXPECT_THAT(describe(image.error()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, DockerErrors,
    ::testing::ValuesIn(std::vector<ErrorCase>{
        {"NoSuchImage",
         {404, R"({"message":"No such image: x"})"},
         ErrorCode::NotFound,
         "No such image: x"},
        {"Failure", {500, R"({"message":"disk is gone"})"}, ErrorCode::Unavailable, "disk is gone"},
        {"FailureWithoutJson", {503, "<html>busy</html>"}, ErrorCode::Unavailable, "503"},
        {"FailureWithoutMessage", {500, "[]"}, ErrorCode::Unavailable, "500"},
        {"Garbage", {200, "\xff\xfe not json"}, ErrorCode::InvalidInput, "not JSON"},
        {"Empty", {200, ""}, ErrorCode::InvalidInput, "not JSON"},
        {"NotAnObject", {200, "[1,2]"}, ErrorCode::InvalidInput, "not"},
        {"CutOff", {200, "{\"Id\":", 100}, ErrorCode::Unavailable, ""},
        {"NoHttp", {200, "", 0, "SSH-2.0-OpenSSH_9.2\r\n"}, ErrorCode::Unavailable, ""},
        {"Huge", {200, std::string(std::size_t{65} << 20, ' ')}, ErrorCode::LimitExceeded, ""},
    }),
    test::case_name<ErrorCase>);

TEST(DockerConnect, NoSocket) {
  const auto docker = Docker::connect("unix:///no/such.sock");
  ASSERT_FALSE(docker);
  EXPECT_EQ(docker.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(docker.error().message, HasSubstr("unix:///no/such.sock"));
  EXPECT_FALSE(docker.error().hint.empty());
}

TEST(DockerConnect, ASocketThatNobodyServes) {
  std::string host;
  {
    const FakeEngine engine;
    host = engine.host();
  }
  const auto docker = Docker::connect(host);
  ASSERT_FALSE(docker);
  EXPECT_EQ(docker.error().code, ErrorCode::Unavailable);
}

TEST(DockerConnect, AFileThatIsNoSocket) {
  const auto docker = Docker::connect("unix:///etc/passwd");
  ASSERT_FALSE(docker);
  EXPECT_TRUE(docker.error().code == ErrorCode::Unavailable ||
              docker.error().code == ErrorCode::PermissionDenied);
}

TEST(DockerConnect, WithoutPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may do everything";
  const FakeEngine engine;
  ::chmod(engine.socket().c_str(), 0);
  const auto docker = Docker::connect(engine.host());
  ASSERT_FALSE(docker);
  EXPECT_EQ(docker.error().code, ErrorCode::PermissionDenied);
  EXPECT_THAT(docker.error().hint, HasSubstr("group docker"));
}

TEST(DockerConnect, OverSshIsNotSupportedAndSaysWhatToDo) {
  const auto docker = Docker::connect("ssh://user@host");
  ASSERT_FALSE(docker);
  EXPECT_EQ(docker.error().code, ErrorCode::Unsupported);
  EXPECT_THAT(docker.error().hint, HasSubstr("--docker-host unix://"));
}

TEST(DockerConnect, AddressesThatAreNone) {
  for (const char* host : {"docker.sock", "fd://", "npipe:////./pipe/docker_engine"}) {
    const auto docker = Docker::connect(host);
    ASSERT_FALSE(docker) << host;
    EXPECT_EQ(docker.error().code, ErrorCode::Usage) << host;
  }
}

TEST(DockerConnect, AMissingCertificateIsNamed) {
  ::setenv("DOCKER_TLS_VERIFY", "1", 1);
  ::setenv("DOCKER_CERT_PATH", "/nowhere", 1);
  const auto docker = Docker::connect("tcp://127.0.0.1:1");
  ::unsetenv("DOCKER_TLS_VERIFY");
  ::unsetenv("DOCKER_CERT_PATH");
  ASSERT_FALSE(docker);
  EXPECT_EQ(docker.error().message, "/nowhere/ca.pem: No such file or directory");
  EXPECT_THAT(docker.error().hint, HasSubstr("DOCKER_CERT_PATH"));
}

TEST(DockerConnect, AnswersThatAreNoEngine) {
  for (const FakeEngine::Answer& answer :
       {FakeEngine::Answer{200, "hello"}, FakeEngine::Answer{404, "x"},
        FakeEngine::Answer{200, "[]"}}) {
    FakeEngine engine;
    engine.answer("/version", answer);
    EXPECT_FALSE(Docker::connect(engine.host())) << answer.body;
  }
}

TEST(DockerConnect, TheEnvironmentNamesTheDefault) {
  const FakeEngine engine;
  ::setenv("DOCKER_HOST", engine.host().c_str(), 1);
  const auto docker = Docker::connect("");
  ::unsetenv("DOCKER_HOST");
  ASSERT_TRUE(docker);
  EXPECT_EQ(docker->host(), engine.host());
}

}  // namespace
}  // namespace corten::engine
