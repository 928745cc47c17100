#include "lsp/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"

namespace corten::lsp {

namespace {

std::optional<unsigned char> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned char>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned char>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned char>(c - 'A' + 10);
  return std::nullopt;
}

// nullopt: a "%" that two hex digits do not follow.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

std::string_view without_query(std::string_view uri) {
  return uri.substr(0, std::min(uri.find_first_of("?#"), uri.size()));
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> path_of_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "file:";
  if (to_lower(uri.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  std::string_view rest = without_query(uri.substr(kScheme.size()));
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string host = to_lower(rest.substr(0, slash));
    if (!host.empty() && host != "localhost") return std::nullopt;
    rest.remove_prefix(slash);
  }
  const auto path = decoded(rest);
  if (!path || !path->starts_with('/') || path->find('\0') != std::string::npos) {
    return std::nullopt;
  }
  std::string normal = std::filesystem::path(*path).lexically_normal().native();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  // Two slashes in front are kept by the library; here they mean nothing.
  while (normal.starts_with("//")) normal.erase(0, 1);
  return normal;
}

std::string uri_of_path(std::string_view path) {
  std::string out = "file://";
  for (const char c : path) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string name_in_uri(std::string_view uri) {
  const std::string_view plain = without_query(uri);
  std::string name = decoded(plain).value_or(std::string(plain));
  name.erase(0, name.find_last_of("/:\\") + 1);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return name;
}

}  // namespace corten::lsp
