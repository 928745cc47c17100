#include "content/secret_names.h"

#include <gtest/gtest.h>

#include <string>

namespace corten::content {
namespace {

TEST(NamesSecret, IsTrueOfWhatHoldsOne) {
  for (const char* name : {"PASSWORD",
                           "DB_PASSWORD",
                           "dbPassword",
                           "db-password",
                           "MYSQL_ROOT_PASSWORD",
                           "PGPASSWORD",
                           "GITHUB_TOKEN",
                           "NPM_TOKEN",
                           "API_KEY",
                           "apiKey",
                           "APIKEY",
                           "AWS_SECRET_ACCESS_KEY",
                           "AWS_ACCESS_KEY_ID",
                           "PRIVATE_KEY",
                           "CLIENT_SECRET",
                           "DJANGO_SECRET_KEY",
                           "SMTP_PWD",
                           "REDIS_PASS",
                           "SSH_KEY",
                           "DB_CREDENTIALS",
                           "MYSQLPASSWORD",
                           "VITE_API_KEY"}) {
    EXPECT_TRUE(names_secret(name)) << name;
  }
}

TEST(NamesSecret, IsFalseOfWhatOnlySoundsLikeIt) {
  for (const char* name : {"",
                           "PATH",
                           "PASSWORD_FILE",
                           "TOKEN_URL",
                           "SECRET_NAME",
                           "TOKENIZER_MODEL",
                           "KEYBOARD",
                           "MONKEY",
                           "AUTHOR",
                           "PUBLIC_KEY",
                           "SSH_PUBLIC_KEY",
                           "GPG_KEY",
                           "TOKEN_TTL",
                           "KEY",
                           "PASSWORD_MIN_LENGTH",
                           "USERNAME",
                           "BYPASS",
                           "COMPASS",
                           "API_KEY_HEADER",
                           "SECRET_VERSION"}) {
    EXPECT_FALSE(names_secret(name)) << name;
  }
}

TEST(SensitiveForHadolint, LooksAnywhereInTheName) {
  for (const char* name : {"USERNAME", "os_username", "GOPRIVATE", "TOKENIZER", "MY_PASSWORD_FILE",
                           "VITE_API_KEY", "AWS_ACCESS_KEY_ID", "docker_email"})
    EXPECT_TRUE(is_sensitive_for_hadolint(name)) << name;
  for (const char* name : {"APIKEY", "PASSWD", "KEY", "AUTH", "AWS_REGION"})
    EXPECT_FALSE(is_sensitive_for_hadolint(name)) << name;
}

TEST(SecretForBuildkit, LooksForWholeWords) {
  for (const char* name : {"AWS_SECRET_ACCESS_KEY", "KEY", "my_auth", "Token", "DB_PASSWD"})
    EXPECT_TRUE(is_secret_for_buildkit(name)) << name;
  for (const char* name : {"MONKEY", "TOKENIZER", "PUBLIC_KEY", "KEY_FILE", "TOKEN_VERSION",
                           "USERNAME", "GOPRIVATE", "API-KEY"})
    EXPECT_FALSE(is_secret_for_buildkit(name)) << name;
}

struct ValueCase {
  const char* value;
  ValueKind kind;
};

TEST(KindOfValue, TellsSecretsFromWhatStandsForThem) {
  using enum ValueKind;
  for (const ValueCase& c : std::vector<ValueCase>{
           {"", Nothing},
           {"\"\"", Nothing},
           {"true", Nothing},
           {"None", Nothing},
           {"$TOKEN", Reference},
           {"${TOKEN:-}", Reference},
           {"<token>", Reference},
           {"/run/secrets/x", Reference},
           {"{{ x }}", Reference},
           {"changeme", Dummy},
           {"'changeme'", Dummy},
           {"xxxxxxxx", Dummy},
           {"your-token-here", Dummy},
           {"********", Dummy},
           {"hunter2", Secret},
           {"\"s3cr3t!\"", Secret},
           {"wJalrXUtnFEMI", Secret},
       }) {
    EXPECT_EQ(kind_of_value(c.value), c.kind) << c.value;
  }
}

}  // namespace
}  // namespace corten::content
