// Finds secrets in any bytes: matches lie in the text, in order, and do not overlap.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "content/content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = corten::as_text(std::as_bytes(std::span(data, size)));
  std::size_t last = 0;
  for (const auto& match : corten::content::find_secrets(text)) {
    if (match.begin < last || match.begin >= match.end || match.end > text.size()) __builtin_trap();
    last = match.end;
  }
  for (const auto& match : corten::content::find_url_passwords(text)) {
    if (match.begin >= match.end || match.end > text.size()) __builtin_trap();
  }
  static_cast<void>(corten::content::names_secret(text));
  static_cast<void>(corten::content::is_sensitive_for_hadolint(text));
  static_cast<void>(corten::content::is_secret_for_buildkit(text));
  static_cast<void>(corten::content::kind_of_value(text));
  return 0;
}
