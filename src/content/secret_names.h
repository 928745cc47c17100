// Which variables hold secrets, to judge by their names, and which values are none.
#pragma once

#include <string_view>

namespace corten::content {

// Does a variable of this name hold a secret? Words are separated by '_', '-', '.' or camel case:
// DB_PASSWORD, apiKey and GITHUB_TOKEN do; TOKENIZER_PATH, PASSWORD_FILE, PUBLIC_KEY, MONKEY do
// not.
[[nodiscard]] bool names_secret(std::string_view name);

enum class NameKind {
  None,
  Weak,    // some tool takes it for one: KEY, BASIC_AUTH, MYTOKEN
  Strong,  // names_secret()
};
[[nodiscard]] NameKind kind_of_name(std::string_view name);

// hadolint's DL3064: certain listed names, and every name with one of seven words anywhere in it.
[[nodiscard]] bool is_sensitive_for_hadolint(std::string_view name);

// BuildKit's SecretsUsedInArgOrEnv: one of its words between '_' or the ends, none of the words
// that excuse (public, file, version) likewise.
[[nodiscard]] bool is_secret_for_buildkit(std::string_view name);

enum class ValueKind {
  Secret,     // may well be one
  Reference,  // $NAME, ${…}, $(…), <…>, {{…}}, or the path of a file
  Nothing,    // empty, true, false, a small number, …
  Dummy,      // changeme, example, xxx, ****: no secret, but a weak password where it is used
};

// What a value is that stands where a secret would; surrounding quotes do not count.
[[nodiscard]] ValueKind kind_of_value(std::string_view value);

// The same of the value of `name`, which names_secret(): a connection string is a secret only where
// it holds a password or a key.
[[nodiscard]] ValueKind kind_of_value(std::string_view name, std::string_view value);

// The fingerprint of a public key, as `gpg --recv-keys` takes it: upper-case hexadecimal.
[[nodiscard]] bool is_fingerprint(std::string_view value);

// Long, without blanks, of letters and digits in an order that nobody would type: says something
// only where the name says "secret" too.
[[nodiscard]] bool looks_random(std::string_view value);

}  // namespace corten::content
