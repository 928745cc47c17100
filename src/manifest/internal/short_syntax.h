// The short forms of Compose: "127.0.0.1:80:8080/tcp", "./data:/data:ro".
#pragma once

#include <string_view>
#include <vector>

#include "manifest/compose.h"

namespace corten::manifest {

// Like split(), but a separator inside ${…} does not count.
[[nodiscard]] std::vector<std::string_view> split_outside_variables(std::string_view text,
                                                                    char separator);

[[nodiscard]] ComposePort read_port(const Value& value);    // short or long
[[nodiscard]] ComposeMount read_mount(const Value& value);  // an item of `volumes`
[[nodiscard]] ComposeMount read_tmpfs(const Value& value);  // an item of `tmpfs`

}  // namespace corten::manifest
