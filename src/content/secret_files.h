// Which files hold secrets, to judge by their names.
#pragma once

#include <string_view>

namespace corten::content {

enum class FileKind {
  None,
  Key,         // a private key: of SSH, TLS or a store of them
  Credentials  // passwords, tokens, or a state that has them
};

// By the path of a file or folder, with '/' or '\', also with `*`: id_rsa, .env.production,
// .aws/, certs/*.key. Public halves (*.pub), certificates of authorities and examples
// (.env.example) are none.
[[nodiscard]] FileKind kind_of_file(std::string_view path);

// A place where programs look for credentials and for nothing else: whatever is put there is one.
[[nodiscard]] bool is_credential_place(std::string_view path);

// A folder of public keys and certificates.
[[nodiscard]] bool is_public_key_place(std::string_view path);

}  // namespace corten::content
