// Secrets that are known by their form, whatever holds them: access keys, tokens, private keys.
//
// Forms and their check digits are those that the issuers document. Only forms that are hardly ever
// something else are here: entropy alone is no form.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace corten::content {

struct SecretMatch {
  std::string_view kind;  // "GitHub token": after "a " or "an " in a sentence
  std::size_t begin = 0;  // bytes of the text
  std::size_t end = 0;
  bool documented = false;  // an example key of the issuer's own documentation: no secret
};

inline constexpr std::size_t kMaxSecretMatches = 1000;  // of one text; the rest is not looked for

// All secrets of `text`, in order, not overlapping. Time is linear in its size.
[[nodiscard]] std::vector<SecretMatch> find_secrets(std::string_view text);

// Does a file that begins with `head` hold a private key? PEM armour (RFC 7468 and its older
// forms); its first line suffices.
[[nodiscard]] bool is_private_key(std::string_view head);

// The password in the user information of a URL ("scheme://user:password@host", or a lone token
// before the '@'), as offsets of `text`; references like $TOKEN are not passwords.
[[nodiscard]] std::vector<SecretMatch> find_url_passwords(std::string_view text);
// The same with passwords that only stand for one ("user:password@host"): marked as documented.
[[nodiscard]] std::vector<SecretMatch> find_url_logins(std::string_view text);

// What makes `text` a secret, whatever it is called ("GitHub token"); empty if nothing does.
[[nodiscard]] std::string_view form_of_secret(std::string_view text);

}  // namespace corten::content
