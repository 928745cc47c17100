#include "dockerfile/rules/supply_support.h"

#include <algorithm>

#include "shell/downloads.h"

namespace corten::dockerfile {

bool is_web_url(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

bool checks_download(const shell::Invocation& call) {
  if (shell::is_integrity_check(call)) return true;
  const std::string_view base = call.base();
  // [ "$(sha256sum file | cut …)" = … ], and sums in the languages of the scripts themselves.
  if (base.starts_with("sha") && (base.ends_with("sum") || base == "sha256")) return true;
  if (base == "shasum" || base == "md5sum" || base == "b2sum") return true;
  if (base == "openssl") return shell::has_arg(call, "dgst") || shell::has_arg(call, "sha256");
  if (!shell::is_interpreter(base)) return false;
  return std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return word.text.contains("hash_file") || word.text.contains("hashlib") ||
           word.text.contains("sha256sum -c");
  });
}

}  // namespace corten::dockerfile
