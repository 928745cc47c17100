#include "image/reference.h"

#include <algorithm>

#include "base/text.h"

namespace corten::image {

namespace {

constexpr std::string_view kHub = "docker.io";

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_word(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

// One part between slashes: runs of letters and digits, joined by one of . _ __ or any number of -.
bool is_path_component(std::string_view part) {
  if (part.empty() || !is_lower_or_digit(part.front()) || !is_lower_or_digit(part.back()))
    return false;
  std::size_t separators = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (is_lower_or_digit(part[i])) {
      separators = 0;
      continue;
    }
    if (part[i] != '.' && part[i] != '_' && part[i] != '-') return false;
    ++separators;
    const bool joins = separators == 1 || (part[i] == '-' && part[i - 1] == '-') ||
                       (separators == 2 && part[i] == '_' && part[i - 1] == '_');
    if (!joins) return false;
  }
  return true;
}

bool is_registry(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_word(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
}

bool is_tag(std::string_view text) {
  constexpr std::size_t kMaxTag = 128;
  return !text.empty() && text.size() <= kMaxTag && is_word(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_digest(std::string_view text) {
  constexpr std::size_t kMinHex = 32;
  const auto parts = split_once(text, ':');
  return parts && !parts->first.empty() && parts->second.size() >= kMinHex &&
         std::ranges::all_of(parts->second, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool looks_like_host(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
         first != to_lower(first);
}

}  // namespace

std::optional<Reference> parse_reference(std::string_view text) {
  if (text.size() > kMaxReferenceBytes) return std::nullopt;
  Reference out;
  if (const auto parts = split_once(text, '@')) {
    if (!is_digest(parts->second)) return std::nullopt;
    out.digest = parts->second;
    text = parts->first;
  }
  const std::size_t slash = text.rfind('/');
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    out.tag = text.substr(colon + 1);
    if (!is_tag(out.tag)) return std::nullopt;
    text = text.substr(0, colon);
  }
  out.registry = kHub;
  if (const auto parts = split_once(text, '/'); parts && looks_like_host(parts->first)) {
    if (!is_registry(parts->first)) return std::nullopt;
    out.names_registry = true;
    if (parts->first != "index.docker.io") out.registry = parts->first;
    text = parts->second;
  }
  if (!std::ranges::all_of(split(text, '/'), is_path_component)) return std::nullopt;
  out.repository = text;
  if (out.registry == kHub && text.find('/') == std::string_view::npos)
    out.repository.insert(0, "library/");
  return out;
}

std::string familiar_name(const Reference& reference) {
  constexpr std::string_view kLibrary = "library/";
  if (reference.registry != kHub) return reference.registry + "/" + reference.repository;
  if (reference.repository.starts_with(kLibrary))
    return reference.repository.substr(kLibrary.size());
  return reference.repository;
}

}  // namespace corten::image
