// Views of raw bytes, and their two-way conversion to text views.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace corten {

using Bytes = std::span<const std::byte>;

// The same bytes seen as text; borrows from `bytes`.
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The same text seen as bytes; borrows from `text`.
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace corten
