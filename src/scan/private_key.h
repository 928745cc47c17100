// Recognising a private key by the first bytes of its file.
#pragma once

#include "base/bytes.h"

namespace corten::scan {

// PEM armour (RFC 7468 and its older forms): "-----BEGIN … PRIVATE KEY".
[[nodiscard]] inline bool is_private_key(Bytes head) {
  const std::string_view line = as_text(head.first(head.size() < 64 ? head.size() : 64));
  return line.starts_with("-----BEGIN ") && line.find("PRIVATE KEY") != std::string_view::npos;
}

}  // namespace corten::scan
