#include "engine/endpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/file.h"

namespace corten::engine {
namespace {

namespace fs = std::filesystem;

// The settings of `docker` in a folder of their own. The digest of "far" is what `docker context
// create far` of 28.2 names its folders by.
class FindEndpoint : public ::testing::Test {
 protected:
  void SetUp() override { variables_["HOME"] = folder_.path(); }

  void write(const std::string& name, std::string_view content) {
    const fs::path path = folder_.path() / ".docker" / name;
    fs::create_directories(path.parent_path());
    ASSERT_TRUE(write_file_atomically(path, content));
  }
  void set(const std::string& name, const std::string& value) { variables_[name] = value; }
  [[nodiscard]] Result<Endpoint> find(const std::string& host = {}) const {
    return find_endpoint(host, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    });
  }

  std::string far_ = "512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868";
  TempDir folder_ = TempDir::create("endpoint").value();

 private:
  std::map<std::string, std::string> variables_;
};

TEST_F(FindEndpoint, IsTheUsualSocket) {
  EXPECT_EQ(find()->host, "unix:///var/run/docker.sock");
  EXPECT_FALSE(find()->has_tls());
}

TEST_F(FindEndpoint, IsWhatIsNamedFirst) {
  set("DOCKER_HOST", "tcp://far:2375");
  EXPECT_EQ(find("unix:///x.sock")->host, "unix:///x.sock");
  EXPECT_EQ(find()->host, "tcp://far:2375");
}

TEST_F(FindEndpoint, IsThatOfTheContextInUse) {
  write("config.json", R"({"auths":{},"currentContext":"far"})");
  write(
      "contexts/meta/" + far_ + "/meta.json",
      R"({"Name":"far","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://far:2376","SkipTLSVerify":false}}})");
  EXPECT_EQ(find()->host, "tcp://far:2376");
  EXPECT_FALSE(find()->has_tls());
  write("contexts/tls/" + far_ + "/docker/ca.pem", "x");
  write("contexts/tls/" + far_ + "/docker/cert.pem", "x");
  write("contexts/tls/" + far_ + "/docker/key.pem", "x");
  EXPECT_TRUE(find()->has_tls());
  EXPECT_TRUE(find()->key_file.ends_with("docker/key.pem"));
  set("DOCKER_HOST", "unix:///y.sock");
  EXPECT_EQ(find()->host, "unix:///y.sock");
}

TEST_F(FindEndpoint, TheEnvironmentNamesAContextToo) {
  write("config.json", R"({"currentContext":"far"})");
  set("DOCKER_CONTEXT", "default");
  EXPECT_EQ(find()->host, "unix:///var/run/docker.sock");
  set("DOCKER_CONTEXT", "gone");
  ASSERT_FALSE(find());
  EXPECT_EQ(find().error().code, ErrorCode::NotFound);
}

TEST_F(FindEndpoint, AContextWithoutAHostIsAnError) {
  set("DOCKER_CONTEXT", "far");
  for (const char* json : {"{}", "no json", R"({"Endpoints":{"docker":{"Host":7}}})",
                           R"({"Endpoints":{"docker":{"Host":""}}})"}) {
    write("contexts/meta/" + far_ + "/meta.json", json);
    ASSERT_FALSE(find());
    EXPECT_EQ(find().error().code, ErrorCode::InvalidInput);
  }
}

TEST_F(FindEndpoint, AContextThatCannotBeReadIsNotSaidToBeMissing) {
  set("DOCKER_CONTEXT", "far");
  fs::create_directories(folder_.path() / ".docker/contexts/meta" / far_ / "meta.json");
  ASSERT_FALSE(find());
  EXPECT_NE(find().error().code, ErrorCode::NotFound);
  EXPECT_NE(describe(find().error()).find("the Docker context 'far'"), std::string::npos);
}

TEST_F(FindEndpoint, ACertificateIsNothingWithoutItsKey) {
  set("DOCKER_TLS_VERIFY", "1");
  write("cert.pem", "x");
  EXPECT_EQ(find("tcp://far:2376")->key_file, folder_.path() / ".docker/key.pem");
}

TEST_F(FindEndpoint, BrokenSettingsNameNoContext) {
  write("config.json", "{");
  EXPECT_EQ(find()->host, "unix:///var/run/docker.sock");
}

TEST_F(FindEndpoint, TlsIsAskedForByTheEnvironment) {
  set("DOCKER_HOST", "tcp://far:2376");
  set("DOCKER_TLS_VERIFY", "1");
  EXPECT_EQ(find()->ca_file, folder_.path() / ".docker/ca.pem");
  EXPECT_EQ(find()->certificate_file, "");
  set("DOCKER_CERT_PATH", "/certs");
  EXPECT_EQ(find()->ca_file, "/certs/ca.pem");
  EXPECT_FALSE(find("unix:///x.sock")->has_tls());
}

TEST_F(FindEndpoint, OfARootlessEngineIsInItsUsersFolder) {
  if (fs::exists("/var/run/docker.sock")) GTEST_SKIP() << "an engine runs here";
  set("XDG_RUNTIME_DIR", folder_.path());
  EXPECT_EQ(find()->host, "unix:///var/run/docker.sock");
  ASSERT_TRUE(write_file_atomically(folder_.path() / "docker.sock", ""));
  EXPECT_EQ(find()->host, "unix://" + (folder_.path() / "docker.sock").native());
}

}  // namespace
}  // namespace corten::engine
