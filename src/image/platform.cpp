#include "image/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::image {

namespace {

#if defined(__x86_64__)
constexpr const char* kArchitecture = "amd64";
#elif defined(__aarch64__)
constexpr const char* kArchitecture = "arm64";
#elif defined(__arm__)
constexpr const char* kArchitecture = "arm";
#elif defined(__powerpc64__)
constexpr const char* kArchitecture = "ppc64le";
#elif defined(__s390x__)
constexpr const char* kArchitecture = "s390x";
#elif defined(__riscv)
constexpr const char* kArchitecture = "riscv64";
#elif defined(__i386__)
constexpr const char* kArchitecture = "386";
#else
#error "name this processor as Go does (GOARCH)"
#endif

struct Alias {
  std::string_view name;
  std::string_view means;
};
constexpr std::array kAliases = {
    Alias{"x86_64", "amd64"}, Alias{"x86-64", "amd64"}, Alias{"aarch64", "arm64"},
    Alias{"armhf", "arm"},    Alias{"i386", "386"},
};

std::string normal_variant(const Platform& platform) {
  return platform.architecture == "arm64" && platform.variant == "v8" ? "" : platform.variant;
}

}  // namespace

Result<Platform> parse_platform(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  const bool empty_part = std::ranges::any_of(parts, &std::string_view::empty);
  if (parts.size() < 2 || parts.size() > 3 || empty_part) {
    return fail(ErrorCode::Usage, fmt::format("'{}' is not a platform", text),
                "write it as os/arch[/variant], such as linux/arm64");
  }
  Platform platform{to_lower(parts[0]), to_lower(parts[1]),
                    parts.size() == 3 ? to_lower(parts[2]) : std::string()};
  for (const Alias& alias : kAliases) {
    if (platform.architecture == alias.name) platform.architecture = alias.means;
  }
  return platform;
}

std::string to_text(const Platform& platform) {
  std::string out = fmt::format("{}/{}", platform.os, platform.architecture);
  if (!platform.variant.empty()) out += "/" + platform.variant;
  return out;
}

Platform machine_platform() { return {"linux", kArchitecture, ""}; }

std::optional<std::size_t> choose_platform(const std::vector<Platform>& offered,
                                           const Platform& wanted) {
  const Platform machine = machine_platform();
  const std::string& os = wanted.os.empty() ? machine.os : wanted.os;
  const std::string& architecture =
      wanted.architecture.empty() ? machine.architecture : wanted.architecture;
  const std::string variant = normal_variant({os, architecture, wanted.variant});
  std::optional<std::size_t> fallback;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    if (offered[i].os != os || offered[i].architecture != architecture) continue;
    if (normal_variant(offered[i]) == variant) return i;
    if (variant.empty() && !fallback) fallback = i;
  }
  return fallback;
}

}  // namespace corten::image
