#include "content/secret_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "content/secret_forms.h"

namespace corten::content {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == '/' || c == ' '; }

// "dbPassword", "DB_PASSWORD" and "db-password" are all db, password.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_separator(c)) {
      finish();
      continue;
    }
    const bool follows_lower = i > 0 && !is_upper(name[i - 1]) && !is_separator(name[i - 1]);
    if (is_upper(c) && follows_lower && !is_digit(name[i - 1])) finish();
    word.push_back(is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  finish();
  return words;
}

template <std::size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

// Any of these as a word of its own says it.
constexpr auto kSecretWords = std::to_array<std::string_view>(
    {"password",     "passwd",   "pword",     "pwd",       "passphrase", "psw",
     "pass",         "secret",   "secrets",   "token",     "credential", "credentials",
     "apikey",       "apitoken", "authtoken", "secretkey", "privatekey", "accesskey",
     "clientsecret", "passcode", "passwords", "apisecret", "appsecret",  "authkey"});

// …and these only together.
constexpr auto kSecretPairs =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"api", "key"},
                                                                  {"private", "key"},
                                                                  {"access", "key"},
                                                                  {"auth", "key"},
                                                                  {"secret", "key"},
                                                                  {"encryption", "key"},
                                                                  {"signing", "key"},
                                                                  {"account", "key"},
                                                                  {"client", "key"},
                                                                  {"deploy", "key"},
                                                                  {"ssh", "key"},
                                                                  {"master", "key"},
                                                                  {"license", "key"},
                                                                  {"service", "key"},
                                                                  {"application", "key"},
                                                                  {"connection", "string"},
                                                                  {"storage", "key"},
                                                                  {"jwt", "key"},
                                                                  {"app", "key"}});

// What the last word says the value is instead of the secret itself.
constexpr auto kHarmlessEnds = std::to_array<std::string_view>(
    {"file",     "path",       "dir",       "directory", "name",     "url",      "uri",
     "endpoint", "ttl",        "length",    "size",      "header",   "type",     "version",
     "expiry",   "expiration", "expires",   "timeout",   "count",    "prefix",   "suffix",
     "format",   "issuer",     "audience",  "algorithm", "policy",   "provider", "location",
     "required", "enabled",    "host",      "port",      "min",      "max",      "id",
     "ids",      "field",      "attribute", "lifetime",  "rotation", "hint",     "scope",
     "scopes"});

constexpr auto kHarmlessWords =
    std::to_array<std::string_view>({"public", "pub", "example", "tokenizer", "tokenizers", "gpg"});

bool contains_any(std::string_view text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
}

std::string without_quotes(std::string_view value) {
  value = trim(value);
  const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                      (value.front() == '"' || value.front() == '\'');
  return std::string(quoted ? value.substr(1, value.size() - 2) : value);
}

constexpr std::size_t kMaxName = 256;

bool names_connection(std::string_view name) {
  if (name.size() > kMaxName) return false;
  const std::vector<std::string> words = words_of(name);
  return std::ranges::adjacent_find(words, [](const std::string& a, const std::string& b) {
           return a == "connection" && b == "string";
         }) != words.end();
}

bool is_reference(std::string_view value) {
  return value.starts_with('$') || (value.starts_with('<') && value.ends_with('>')) ||
         value.starts_with("{{") || (value.starts_with('%') && value.ends_with('%')) ||
         value.starts_with('/') || value.starts_with("./") || value.starts_with("~/") ||
         value.starts_with("vault:") || value.starts_with("op://") || value.starts_with("arn:");
}

}  // namespace

bool names_secret(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  const std::vector<std::string> words = words_of(name);
  if (words.empty()) return false;
  const bool is_key_id = words.size() >= 3 && words.back() == "id" &&
                         words[words.size() - 2] == "key" && words[words.size() - 3] == "access";
  if (is_key_id) return true;
  if (is_among(words.back(), kHarmlessEnds)) return false;
  if (std::ranges::any_of(words, [](const std::string& w) { return is_among(w, kHarmlessWords); }))
    return false;
  if (std::ranges::any_of(words, [](const std::string& w) { return is_among(w, kSecretWords); }))
    return true;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::pair<std::string_view, std::string_view> both(words[i - 1], words[i]);
    if (std::ranges::find(kSecretPairs, both) != kSecretPairs.end()) return true;
  }
  // Joined without a separator: DBPASSWORD, MYSQLPASSWORD.
  return words.back().ends_with("password") || words.back().ends_with("passwd");
}

NameKind kind_of_name(std::string_view name) {
  // What hadolint looks for anywhere in a name; its "username" and "private" are no secrets.
  constexpr auto kParts = std::to_array<std::string_view>(
      {"api_key", "client_key", "password", "passwd", "secret", "token"});
  if (names_secret(name)) return NameKind::Strong;
  if (name.empty() || name.size() > kMaxName) return NameKind::None;
  const std::vector<std::string> words = words_of(name);
  if (words.empty() || is_among(words.back(), kHarmlessEnds)) return NameKind::None;
  constexpr auto kExcuses = std::to_array<std::string_view>(
      {"public", "pub", "file", "version", "example", "gpg", "path", "url"});
  const bool is_excused = std::ranges::any_of(words, [&](const std::string& word) {
    return is_among(word, kExcuses) || word.starts_with("tokeniz") || word.starts_with("gpg");
  });
  if (is_excused) return NameKind::None;
  // "Filters__0__Key": settings of programs in their own spelling, where a key is a key of a map.
  const bool has_upper = std::ranges::any_of(name, is_upper);
  const bool has_lower = std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  if (has_upper && has_lower) return NameKind::None;
  const bool is_weak = is_secret_for_buildkit(name) || contains_any(to_lower(name), kParts);
  return is_weak ? NameKind::Weak : NameKind::None;
}

bool is_sensitive_for_hadolint(std::string_view name) {
  constexpr auto kParts = std::to_array<std::string_view>(
      {"api_key", "client_key", "password", "private", "secret", "token", "username"});
  // The listed names that have none of those words.
  constexpr auto kNames = std::to_array<std::string_view>(
      {"application_key", "aws_access_key_id", "ci_deploy_user", "docker_email", "facebook_app_id",
       "heroku_api_user", "okta_authn_groupid", "okta_client_orgurl", "okta_oauth2_clientid",
       "stripe_device_name", "travis_os_name", "travis_sudo"});
  const std::string lower = to_lower(name);
  return contains_any(lower, kParts) || is_among(std::string_view(lower), kNames);
}

bool is_secret_for_buildkit(std::string_view name) {
  constexpr auto kWords =
      std::to_array<std::string_view>({"apikey", "auth", "credential", "credentials", "key",
                                       "password", "pword", "passwd", "secret", "token"});
  constexpr auto kExcuses = std::to_array<std::string_view>({"public", "file", "version"});
  const std::string lower = to_lower(name);
  bool found = false;
  for (const std::string_view word : split(lower, '_')) {
    if (is_among(word, kExcuses)) return false;
    found = found || is_among(word, kWords);
  }
  return found;
}

ValueKind kind_of_value(std::string_view raw) {
  constexpr auto kNothing = std::to_array<std::string_view>(
      {"true", "false", "yes", "no", "on", "off", "none", "null", "nil", "default", "disabled",
       "enabled", "unset", "undefined", "0", "1"});
  constexpr auto kDummies = std::to_array<std::string_view>(
      {"changeme",   "change_me", "change-me",  "changeit", "example", "placeholder",
       "dummy",      "test",      "testing",    "xxx",      "todo",    "replaceme",
       "replace_me", "insecure",  "notasecret", "password", "passwd",  "secret",
       "admin",      "root",      "postgres",   "foo",      "bar",     "foobar",
       "your",       "mysecret",  "mypassword", "12345",    "123456",  "1234"});
  const std::string value = to_lower(without_quotes(raw));
  if (value.empty() || is_among(std::string_view(value), kNothing)) return ValueKind::Nothing;
  if (is_reference(value)) return ValueKind::Reference;
  const bool is_uniform = std::ranges::all_of(value, [&](char c) { return c == value.front(); });
  if (is_uniform || is_among(std::string_view(value), kDummies)) return ValueKind::Dummy;
  constexpr auto kDummyParts = std::to_array<std::string_view>(
      {"changeme", "change-me", "change_me", "example", "placeholder", "dummy", "xxxx", "your-",
       "your_", "<", "****", "replace"});
  return contains_any(value, kDummyParts) ? ValueKind::Dummy : ValueKind::Secret;
}

namespace {

// "sa:password@host" and, as Oracle has it, "scott/tiger@host": empty if it is none. Those of URLs
// are found by their "://".
std::string_view password_before_host(std::string_view text) {
  const std::string_view login = text.substr(0, text.find('@'));
  if (login.size() == text.size() || login.find_first_of(" \t\r\n;,=") != std::string_view::npos)
    return {};
  const std::size_t mark = login.find_first_of(":/");
  if (mark == std::string_view::npos || login.substr(mark).starts_with("://")) return {};
  const std::string_view password = login.substr(mark + 1);
  const bool is_path = login[mark] == '/' && password.contains('/');
  return is_path ? std::string_view() : password;
}

// The values of "Server=db;Password=x", "host=db password=x" and "redis:6379,password=x" that are
// secrets by their keys.
template <typename Visit>
void for_secret_settings(std::string_view text, Visit visit) {
  const std::string_view separators = text.contains(';') ? ";" : ", \t\r\n";
  while (!text.empty()) {
    const std::string_view setting = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(std::min(text.size(), setting.size() + 1));
    const auto pair = split_once(setting, '=');
    if (!pair) continue;
    const std::string_view key = trim(pair->first);
    if (names_secret(key) || to_lower(key).ends_with("signature")) visit(trim(pair->second));
  }
}

// What counts of a connection string is the password or key that it holds, if any.
ValueKind kind_of_connection(std::string_view text) {
  ValueKind found = ValueKind::Nothing;
  const auto take = [&](ValueKind kind) {
    if (kind == ValueKind::Secret || (kind == ValueKind::Dummy && found == ValueKind::Nothing))
      found = kind;
  };
  for (const SecretMatch& login : find_url_logins(text))
    take(login.documented ? ValueKind::Dummy : ValueKind::Secret);
  take(kind_of_value(password_before_host(text)));
  for_secret_settings(text, [&](std::string_view value) { take(kind_of_value(value)); });
  if (!form_of_secret(text).empty()) take(ValueKind::Secret);
  return found;
}

}  // namespace

ValueKind kind_of_value(std::string_view name, std::string_view value) {
  const ValueKind whole = kind_of_value(value);
  const bool is_told = whole == ValueKind::Nothing || whole == ValueKind::Reference;
  if (is_told || !names_connection(name)) return whole;
  return kind_of_connection(without_quotes(value));
}

bool is_fingerprint(std::string_view raw) {
  constexpr std::size_t kShortest = 8;
  const std::string value = without_quotes(raw);
  std::string_view digits = value;
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F') || c == ' '; };
  return digits.size() >= kShortest && std::ranges::all_of(digits, is_hex);
}

bool looks_random(std::string_view raw) {
  constexpr std::size_t kShortest = 20;
  constexpr std::size_t kLongest = 512;
  constexpr double kLeastBits = 3.3;  // for each byte; words and paths of that length have less
  const std::string value = without_quotes(raw);
  if (value.size() < kShortest || value.size() > kLongest) return false;
  std::array<std::size_t, 256> counts{};
  std::size_t digits = 0;
  std::size_t letters = 0;
  for (const char c : value) {
    const bool is_letter = is_upper(c) || (c >= 'a' && c <= 'z');
    if (!is_letter && !is_digit(c) && c != '+' && c != '/' && c != '=' && c != '_' && c != '-')
      return false;
    digits += is_digit(c) ? 1U : 0U;
    letters += is_letter ? 1U : 0U;
    ++counts.at(static_cast<unsigned char>(c));
  }
  // Words joined by dashes have no digits, or only a number at the end.
  if (digits < 3 || letters < 3 || value.contains("EXAMPLE")) return false;
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    bits -= share * std::log2(share);
  }
  return bits >= kLeastBits;
}

}  // namespace corten::content
