#include "content/secret_forms.h"

#include <algorithm>
#include <array>
#include <optional>

#include "content/secret_names.h"

namespace corten::content {

namespace {

enum class Alphabet { Upper, Alnum, Word, Base64, Hex };

bool is_of(char c, Alphabet alphabet) {
  const bool digit = c >= '0' && c <= '9';
  const bool upper = c >= 'A' && c <= 'Z';
  const bool lower = c >= 'a' && c <= 'z';
  switch (alphabet) {
    case Alphabet::Upper:
      return digit || upper;
    case Alphabet::Alnum:
      return digit || upper || lower;
    case Alphabet::Word:
      return digit || upper || lower || c == '_' || c == '-';
    case Alphabet::Base64:
      return digit || upper || lower || c == '+' || c == '/' || c == '=';
    case Alphabet::Hex:
      return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
  return false;
}

// A fixed start and a body of min…max characters of an alphabet, after which none may follow.
struct Form {
  std::string_view kind;
  std::string_view prefix;
  Alphabet alphabet;
  std::size_t min;
  std::size_t max;
};

constexpr auto kForms = std::to_array<Form>({
    {"AWS access key id", "AKIA", Alphabet::Upper, 16, 16},
    {"AWS access key id", "ASIA", Alphabet::Upper, 16, 16},
    {"GitHub token", "ghp_", Alphabet::Alnum, 36, 255},
    {"GitHub token", "gho_", Alphabet::Alnum, 36, 255},
    {"GitHub token", "ghu_", Alphabet::Alnum, 36, 255},
    {"GitHub token", "ghs_", Alphabet::Alnum, 36, 255},
    {"GitHub token", "ghr_", Alphabet::Alnum, 36, 255},
    {"GitHub token", "github_pat_", Alphabet::Word, 60, 255},
    {"GitLab token", "glpat-", Alphabet::Word, 20, 64},
    {"GitLab token", "gldt-", Alphabet::Word, 20, 64},
    {"GitLab token", "glrt-", Alphabet::Word, 20, 64},
    {"Slack token", "xoxb-", Alphabet::Word, 20, 255},
    {"Slack token", "xoxp-", Alphabet::Word, 20, 255},
    {"Slack token", "xoxa-", Alphabet::Word, 20, 255},
    {"Slack token", "xoxs-", Alphabet::Word, 20, 255},
    {"Slack token", "xapp-", Alphabet::Word, 20, 255},
    {"Google API key", "AIza", Alphabet::Word, 35, 35},
    {"Google OAuth secret", "GOCSPX-", Alphabet::Word, 28, 28},
    {"Stripe key", "sk_live_", Alphabet::Alnum, 24, 247},
    {"Stripe key", "rk_live_", Alphabet::Alnum, 24, 247},
    {"npm token", "npm_", Alphabet::Alnum, 36, 36},
    {"PyPI token", "pypi-AgE", Alphabet::Word, 50, 1000},
    {"Docker Hub token", "dckr_pat_", Alphabet::Word, 24, 64},
    {"SendGrid key", "SG.", Alphabet::Word, 22, 22},
    {"OpenAI key", "sk-proj-", Alphabet::Word, 40, 255},
    {"Anthropic key", "sk-ant-", Alphabet::Word, 40, 255},
    {"Hugging Face token", "hf_", Alphabet::Alnum, 34, 40},
    {"DigitalOcean token", "dop_v1_", Alphabet::Hex, 64, 64},
    {"HashiCorp Vault token", "hvs.", Alphabet::Word, 24, 255},
    {"Shopify token", "shpat_", Alphabet::Hex, 32, 32},
    {"Databricks token", "dapi", Alphabet::Hex, 32, 32},
    {"Grafana token", "glsa_", Alphabet::Word, 32, 64},
    {"age secret key", "AGE-SECRET-KEY-1", Alphabet::Upper, 58, 58},
    {"Azure storage key", "AccountKey=", Alphabet::Base64, 86, 88},
});

constexpr std::string_view kArmour = "-----BEGIN ";

bool is_boundary(std::string_view text, std::size_t at) {
  return at == 0 || !is_of(text[at - 1], Alphabet::Alnum);
}

std::optional<SecretMatch> match_form(std::string_view text, std::size_t at, const Form& form) {
  if (!text.substr(at).starts_with(form.prefix) || !is_boundary(text, at)) return std::nullopt;
  const std::size_t start = at + form.prefix.size();
  std::size_t end = start;
  while (end < text.size() && end - start <= form.max && is_of(text[end], form.alphabet)) ++end;
  const std::size_t length = end - start;
  if (length < form.min || length > form.max) return std::nullopt;
  const std::string_view body = text.substr(start, length);
  // "npm_xxxxxxxx…" stands for a token.
  if (std::ranges::all_of(body, [&](char c) { return c == body.front(); })) return std::nullopt;
  const bool documented = body.contains("EXAMPLE") || body.contains("example");
  return SecretMatch{form.kind, at, end, documented};
}

std::optional<SecretMatch> match_private_key(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongestLabel = 64;
  if (!text.substr(at).starts_with(kArmour)) return std::nullopt;
  const std::string_view label = text.substr(at + kArmour.size(), kLongestLabel);
  const std::size_t dashes = label.find("-----");
  if (dashes == std::string_view::npos) return std::nullopt;
  const std::string_view name = label.substr(0, dashes);
  if (!name.ends_with("PRIVATE KEY") && !name.ends_with("PRIVATE KEY BLOCK")) return std::nullopt;
  return SecretMatch{"private key", at, at + kArmour.size() + dashes + 5, false};
}

// JSON Web Token (RFC 7519): three base64url parts, the first two of which begin with '{"'.
std::optional<SecretMatch> match_jwt(std::string_view text, std::size_t at) {
  constexpr std::string_view kObject = "eyJ";
  constexpr std::size_t kShortestPart = 10;
  constexpr std::size_t kLongestPart = 16384;
  if (!text.substr(at).starts_with(kObject)) return std::nullopt;
  // At the start of a run of its letters only: a run is then read once, however often it says
  // "eyJ".
  if (at > 0 && is_of(text[at - 1], Alphabet::Word)) return std::nullopt;
  std::size_t end = at;
  for (int part = 0; part < 3; ++part) {
    if (part == 1 && !text.substr(end).starts_with(kObject)) return std::nullopt;
    const std::size_t start = end;
    while (end < text.size() && end - start < kLongestPart && is_of(text[end], Alphabet::Word))
      ++end;
    if (end - start < kShortestPart) return std::nullopt;
    if (part == 2) break;
    if (end == text.size() || text[end] != '.') return std::nullopt;
    ++end;
  }
  return SecretMatch{"JSON web token", at, end, false};
}

// Which first bytes are worth a look.
constexpr std::array<bool, 256> kStarts = [] {
  std::array<bool, 256> starts{};
  for (const Form& form : kForms) starts.at(static_cast<unsigned char>(form.prefix.front())) = true;
  starts.at('-') = true;
  starts.at('e') = true;
  return starts;
}();

std::optional<SecretMatch> match_at(std::string_view text, std::size_t at) {
  if (text[at] == '-') return match_private_key(text, at);
  if (text[at] == 'e') return match_jwt(text, at);
  for (const Form& form : kForms) {
    if (form.prefix.front() != text[at]) continue;
    if (const auto match = match_form(text, at, form)) return match;
  }
  return std::nullopt;
}

// A lone name before the '@' is a user (ssh://git@host) unless it has the length of a token, or on
// the web, where it is sent as it is, at least the look of one.
bool may_be_token(std::string_view name, bool is_web) {
  constexpr std::size_t kShortestToken = 20;
  constexpr std::size_t kShortestMixed = 12;
  if (name.size() >= kShortestToken) return true;
  if (!is_web) return false;
  const bool has_digit = std::ranges::any_of(name, [](char c) { return c >= '0' && c <= '9'; });
  return (has_digit && name.size() >= kShortestMixed) || name.contains("token") ||
         name.contains("TOKEN");
}

}  // namespace

std::vector<SecretMatch> find_secrets(std::string_view text) {
  std::vector<SecretMatch> found;
  for (std::size_t at = 0; at < text.size() && found.size() < kMaxSecretMatches;) {
    const auto match =
        kStarts[static_cast<unsigned char>(text[at])] ? match_at(text, at) : std::nullopt;
    if (match) found.push_back(*match);
    at = match ? match->end : at + 1;
  }
  return found;
}

bool is_private_key(std::string_view head) { return match_private_key(head, 0).has_value(); }

std::vector<SecretMatch> find_url_logins(std::string_view text) {
  constexpr std::string_view kMark = "://";
  constexpr std::size_t kLongestUserInfo = 512;
  std::vector<SecretMatch> found;
  std::size_t at = text.find(kMark);
  while (at != std::string_view::npos && found.size() < kMaxSecretMatches) {
    const std::size_t start = at + kMark.size();
    const std::string_view rest = text.substr(start, kLongestUserInfo);
    const std::size_t stop = rest.find_first_of("/@ \t\r\n\"'`<>|;)");
    if (stop != std::string_view::npos && rest[stop] == '@') {
      const std::string_view user = rest.substr(0, stop);
      const std::size_t colon = user.find(':');
      const std::size_t from = colon == std::string_view::npos ? 0 : colon + 1;
      const std::string_view password = user.substr(from);
      const bool is_web =
          text.substr(0, at).ends_with("http") || text.substr(0, at).ends_with("https");
      const bool may_be = colon != std::string_view::npos || may_be_token(password, is_web);
      const ValueKind kind = kind_of_value(password);
      const bool is_one = kind == ValueKind::Secret || kind == ValueKind::Dummy;
      if (may_be && is_one && !password.contains('$'))
        found.push_back(
            {"password in a URL", start + from, start + stop, kind == ValueKind::Dummy});
    }
    at = text.find(kMark, start);
  }
  return found;
}

std::vector<SecretMatch> find_url_passwords(std::string_view text) {
  std::vector<SecretMatch> found = find_url_logins(text);
  std::erase_if(found, [](const SecretMatch& match) { return match.documented; });
  return found;
}

std::string_view form_of_secret(std::string_view text) {
  for (const SecretMatch& match : find_secrets(text)) {
    if (!match.documented) return match.kind;
  }
  return find_url_passwords(text).empty() ? std::string_view() : "password in a URL";
}

}  // namespace corten::content
