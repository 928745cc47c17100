#include "content/secret_names.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

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

TEST(KindOfName, IsWeakWhereOnlyOtherToolsSeeASecret) {
  for (const char* name : {"KEY", "BASIC_AUTH", "MYTOKEN", "SORT_KEY", "clientsecrets"})
    EXPECT_EQ(kind_of_name(name), NameKind::Weak) << name;
  for (const char* name : {"DB_PASSWORD", "API_KEY", "AWS_ACCESS_KEY_ID"})
    EXPECT_EQ(kind_of_name(name), NameKind::Strong) << name;
  for (const char* name : {"", "USERNAME", "GOPRIVATE", "GPG_KEY", "TOKENIZERS_PARALLELISM",
                           "PUBLIC_KEY", "PASSWORD_FILE", "TOKEN_URL", "SECRET_VERSION", "KEY_PATH",
                           "AUTH_ENDPOINT", "DOCKER_EMAIL", "PATH", "Filters__0__Key"})
    EXPECT_EQ(kind_of_name(name), NameKind::None) << name;
}

TEST(Fingerprint, IsUpperCaseHexadecimal) {
  EXPECT_TRUE(is_fingerprint("0x573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62"));
  EXPECT_TRUE(is_fingerprint("573BFD6B 3D8FBC64"));
  EXPECT_FALSE(is_fingerprint("573bfd6b3d8fbc641079a6ababf5bd827bd9bf62"));
  EXPECT_FALSE(is_fingerprint("1A"));
  EXPECT_FALSE(is_fingerprint(""));
}

TEST(LooksRandom, TellsKeysFromWords) {
  for (const char* value : {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYzTk3qLm9pQ",
                            "9f86d081884c7d659a2feaa0c5", "\"Zx81mPq0LtB7vN4cRj2s\""})
    EXPECT_TRUE(looks_random(value)) << value;
  for (const char* value :
       {"", "short1A", "this-is-not-a-secret-at-all-1", "aaaaaaaaaaaaaaaaaaaaaa",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a sentence with 123 words in it"})
    EXPECT_FALSE(looks_random(value)) << value;
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

TEST(KindOfValue, OfAConnectionStringIsThatOfThePasswordInIt) {
  for (const auto& [value, kind] : std::vector<std::pair<const char*, ValueKind>>{
           {"projects/shop-12345/instances/main/databases/carts", ValueKind::Nothing},
           {"Server=db;Database=shop;Integrated Security=true", ValueKind::Nothing},
           {"Server=db.example.com;User Id=sa;Password=Xk29!fooBar", ValueKind::Secret},
           {"Server=db; Pwd = Xk29!fooBar", ValueKind::Secret},
           {"Server=db;Password=${DB_PASSWORD}", ValueKind::Nothing},
           {"Server=db;Password=changeme", ValueKind::Dummy},
           {"host=db user=shop password=Xk29fooBar", ValueKind::Secret},
           {"host=db user=shop", ValueKind::Nothing},
           {"redis:6379,password=Xk29fooBar,ssl=true", ValueKind::Secret},
           {"redis:6379,ssl=true", ValueKind::Nothing},
           {"mongodb://shop:Xk29fooBar@mongo:27017/shop", ValueKind::Secret},
           {"mongodb://mongo:27017/shop", ValueKind::Nothing},
           {"mongodb://shop:password@mongo/shop", ValueKind::Dummy},
           {"shop:Xk29fooBar@tcp(db:3306)/shop", ValueKind::Secret},
           {"shop@tcp(db:3306)/shop", ValueKind::Nothing},
           {"shop/Xk29fooBar@//db:1521/XE", ValueKind::Secret},
           {"Endpoint=sb://a.example.net/;SharedAccessKeyName=root;SharedAccessKey=q8Zr1vK2mW7x",
            ValueKind::Secret},
           {"InstrumentationKey=00000000-1111-2222-3333-444444444444;IngestionEndpoint=https://"
            "a.b/",
            ValueKind::Nothing},
           {"BlobEndpoint=https://a.b/;SharedAccessSignature=sv=2022&sig=q8Zr1vK2mW7x",
            ValueKind::Secret},
           {"$CONNECTION", ValueKind::Reference}}) {
    EXPECT_EQ(kind_of_value("SPANNER_CONNECTION_STRING", value), kind) << value;
    EXPECT_EQ(kind_of_value("ConnectionString", value), kind) << value;
  }
  // What else is a secret by its name is one whole.
  EXPECT_EQ(kind_of_value("API_KEY", "projects/shop/instances/main"), ValueKind::Secret);
}

}  // namespace
}  // namespace corten::content
