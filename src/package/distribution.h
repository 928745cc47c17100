// Which distribution and release a file system is, and whether its maker still supports it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "package/package.h"

namespace corten::package {

// The files that identify() looks at, in order of preference; all are small (64 KiB at most are read).
[[nodiscard]] std::span<const std::string_view> distribution_files();

// read: the content of a file of the root file system by path without leading slash (symbolic links already followed), or
// nullopt. Follows os-release(5) and falls back to debian_version, alpine-release, redhat-release, lsb-release.
[[nodiscard]] Distribution identify(
    const std::function<std::optional<std::string>(std::string_view path)>& read);

struct Support {
  Time end_of_life{};           // last day of free security support
  std::optional<Time> extended;  // last day of LTS or paid support, where there is one
  std::string name;             // "Debian 9 (stretch)"
};
// From a table of ours; nullopt when the release is unknown or rolling.
[[nodiscard]] std::optional<Support> support_of(const Distribution& distribution);

}  // namespace corten::package
