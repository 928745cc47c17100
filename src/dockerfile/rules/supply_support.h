// What the rules on downloads share.
#pragma once

#include <string_view>

#include "shell/commands.h"

namespace corten::dockerfile {

[[nodiscard]] bool is_web_url(std::string_view url);  // http or https

// Compares with a known sum or signature: what stands behind it in the RUN is checked.
[[nodiscard]] bool checks_download(const shell::Invocation& call);

}  // namespace corten::dockerfile
