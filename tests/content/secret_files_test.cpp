#include "content/secret_files.h"

#include <gtest/gtest.h>

namespace corten::content {
namespace {

TEST(KindOfFile, KnowsPrivateKeys) {
  for (const char* path :
       {"id_rsa", "keys/id_ed25519", ".ssh/", "/root/.ssh/deploy", "server.key", "certs/*.key",
        "key.pem", "server.pem", "privkey.pem", "ca-key.pem", "ca.key", "app.p12", "APP.PFX",
        "store.jks", "C:\\keys\\x.ppk", "id_rsa_deploy"}) {
    EXPECT_EQ(kind_of_file(path), FileKind::Key) << path;
  }
}

TEST(KindOfFile, KnowsCredentials) {
  for (const char* path : {".env",
                           "./.env",
                           "app/.env.production",
                           ".env*",
                           ".npmrc",
                           ".pypirc",
                           ".netrc",
                           ".git-credentials",
                           ".aws/",
                           ".aws/credentials",
                           ".azure",
                           ".gcloud/key.json",
                           ".config/gcloud/",
                           ".kube/config",
                           ".docker/config.json",
                           "db.kdbx",
                           "terraform.tfstate",
                           "service-account.json",
                           "service-account-prod.json",
                           "credentials.json"}) {
    EXPECT_EQ(kind_of_file(path), FileKind::Credentials) << path;
  }
}

TEST(KindOfFile, LetsPublicHalvesAndExamplesPass) {
  for (const char* path : {"",
                           ".",
                           "/",
                           "id_rsa.pub",
                           "ca.crt",
                           "ca-root.crt",
                           "server.crt",
                           "ca.pem",
                           "cacert.pem",
                           "fullchain.pem",
                           "cert.pem",
                           "dhparam.pem",
                           "public.pem",
                           "truststore.jks",
                           ".env.example",
                           ".env.sample",
                           ".env.template",
                           ".env.dist",
                           ".npmrc.example",
                           ".ssh/known_hosts",
                           ".ssh/config",
                           ".ssh/authorized_keys",
                           ".docker/nginx.conf",
                           ".kube/readme.txt",
                           "env",
                           "environment",
                           "keys.txt",
                           "monkey",
                           ".environment.ts",
                           "src/key",
                           "release.key",
                           ".azure/pipelines.yml",
                           "package.json"}) {
    EXPECT_EQ(kind_of_file(path), FileKind::None) << path;
  }
}

TEST(CredentialPlace, IsWhereProgramsLookForThem) {
  EXPECT_TRUE(is_credential_place("/root/.aws/credentials"));
  EXPECT_TRUE(is_credential_place("/root/.ssh/id_rsa"));
  EXPECT_TRUE(is_credential_place(".npmrc"));
  EXPECT_FALSE(is_credential_place("/root/.ssh/known_hosts"));
  EXPECT_FALSE(is_credential_place("/root/x.npmrc"));
  EXPECT_FALSE(is_credential_place("/app/.env"));
}

TEST(PublicKeyPlace, IsAFolderOfThem) {
  EXPECT_TRUE(is_public_key_place("/etc/apt/keyrings/docker.key"));
  EXPECT_TRUE(is_public_key_place("/usr/share/keyrings/"));
  EXPECT_FALSE(is_public_key_place("/etc/nginx/server.key"));
}

}  // namespace
}  // namespace corten::content
