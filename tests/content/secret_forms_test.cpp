#include "content/secret_forms.h"

#include <gtest/gtest.h>

#include <string>

namespace corten::content {
namespace {

// Made of parts, so that no scanner of this repository takes them for real ones.
std::string token(const std::string& prefix, std::size_t length) {
  std::string out = prefix;
  for (std::size_t i = 0; i < length; ++i) out.push_back("A1B2C3D4E5F6"[i % 12]);
  return out;
}

struct FormCase {
  const char* kind;
  std::string text;
};

TEST(FindSecrets, KnowsTheForms) {
  for (const FormCase& c : std::vector<FormCase>{
           {"AWS access key id", token("AKIA", 16)},
           {"GitHub token", token("ghp_", 36)},
           {"GitLab token", token("glpat-", 20)},
           {"Google API key", token("AIza", 35)},
           {"Stripe key", token("sk_live_", 24)},
           {"npm token", token("npm_", 36)},
           {"private key", std::string("-----BEGIN OPENSSH ") + "PRIVATE KEY-----"},
           {"JSON web token", "eyJhbGciOiJIUzI1NiJ9." + token("eyJ", 20) + "." + token("", 43)},
       }) {
    const std::string text = "ENV X=\"" + c.text + "\" Y=1";
    const auto found = find_secrets(text);
    ASSERT_EQ(found.size(), 1U) << c.text;
    EXPECT_EQ(found[0].kind, c.kind);
    EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), c.text);
    EXPECT_FALSE(found[0].documented);
  }
}

TEST(FindSecrets, IsSilentOnWhatIsNone) {
  for (const std::string& text :
       {std::string("AKIA"), token("AKIA", 15), token("AKIA", 17), token("xAKIA", 16),
        std::string("npm_config_cache=/tmp npm_package_name"), "npm_" + std::string(36, 'x'),
        std::string("-----BEGIN CERTIFICATE-----"), std::string("-----BEGIN PUBLIC KEY-----"),
        std::string("eyJ.eyJ.x"), std::string()}) {
    EXPECT_TRUE(find_secrets(text).empty()) << text;
  }
}

TEST(FindSecrets, MarksTheIssuersExamples) {
  const auto found = find_secrets("AKIAIOSFODNN7EXAMPLE");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].documented);
}

TEST(FindSecrets, TakesLinearTimeOnHostileText) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "eyJ-----BEGIN ghp_-eyJ-";
  EXPECT_TRUE(find_secrets(text).empty());
}

TEST(IsPrivateKey, GoesByTheFirstLine) {
  const std::string key = "PRIVATE KEY-----\nMIIE";
  EXPECT_TRUE(is_private_key("-----BEGIN " + key));
  EXPECT_TRUE(is_private_key("-----BEGIN ENCRYPTED " + key));
  EXPECT_TRUE(is_private_key("-----BEGIN PGP PRIVATE KEY BLOCK-----"));
  for (const std::string& head :
       {std::string(), std::string("-----BEGIN "), std::string("-----BEGIN PUBLIC KEY-----"),
        " -----BEGIN " + key, "-----BEGIN CERTIFICATE-----\n-----BEGIN " + key}) {
    EXPECT_FALSE(is_private_key(head)) << head;
  }
}

TEST(FindUrlPasswords, FindsThemAndNothingElse) {
  const std::string text =
      "git clone https://me:hunter2@example.com/x && ftp://a:$P@h ssh://git@h/x http://h/@x";
  const auto found = find_url_passwords(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "hunter2");
  EXPECT_EQ(find_url_passwords("https://" + token("x", 30) + "@example.com").size(), 1U);
}

TEST(FindUrlLogins, ListsPlaceholdersTooAndMarksThem) {
  const auto found = find_url_logins("http://user:password@host https://mytoken@github.com/x");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].documented);
  EXPECT_TRUE(find_url_passwords("http://user:password@host").empty());
  EXPECT_TRUE(find_url_logins("https://someone@bitbucket.org/a/b.git https://a:<pw>@h").empty());
}

TEST(FormOfSecret, NamesWhatIsFoundFirst) {
  // The shape of a token; it opens nothing.
  EXPECT_EQ(form_of_secret("x=npm_" + std::string(18, 'a') + std::string(18, 'b')), "npm token");
  EXPECT_EQ(form_of_secret("amqp://app:Xk29fooBar@queue/"), "password in a URL");
  EXPECT_EQ(form_of_secret("amqp://app:password@queue/"), "");
  EXPECT_EQ(form_of_secret("AKIAIOSFODNN7EXAMPLE"), "");  // of the documentation
  EXPECT_EQ(form_of_secret(""), "");
}

}  // namespace
}  // namespace corten::content
