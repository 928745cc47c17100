// URIs of documents, as RFC 3986 and editors write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace corten::lsp {

// The path of a file: URI with its %XX decoded, in normal form and absolute; nullopt for other
// schemes, other hosts than this one, wrong escapes and bytes of zero. Query and fragment are left
// out.
[[nodiscard]] std::optional<std::string> path_of_uri(std::string_view uri);

// "file:///a%20b" for an absolute path.
[[nodiscard]] std::string uri_of_path(std::string_view path);

// The last part of what the URI names, decoded as far as it can be: "Dockerfile" of
// "untitled:Dockerfile"; without slashes and control characters.
[[nodiscard]] std::string name_in_uri(std::string_view uri);

}  // namespace corten::lsp
