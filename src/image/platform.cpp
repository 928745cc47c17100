#include "image/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

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

// Other names of processors, as uname and Debian have them; with a variant where the name tells it.
struct Alias {
  std::string_view name;
  std::string_view means;
  std::string_view variant;
};
constexpr std::array kAliases = {
    Alias{"x86_64", "amd64", ""}, Alias{"x86-64", "amd64", ""}, Alias{"aarch64", "arm64", ""},
    Alias{"armhf", "arm", "v7"},  Alias{"armel", "arm", "v6"},  Alias{"i386", "386", ""},
};

constexpr auto kSystems = std::to_array<std::string_view>(
    {"linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris"});
constexpr auto kArchitectures =
    std::to_array<std::string_view>({"amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64",
                                     "mips64le", "mipsle", "loong64", "wasm"});

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void normalize(Platform& platform) {
  for (const Alias& alias : kAliases) {
    if (platform.architecture != alias.name) continue;
    platform.architecture = alias.means;
    if (platform.variant.empty()) platform.variant = alias.variant;
  }
  const std::string& variant = platform.variant;
  if (!variant.empty() && parse_number<unsigned>(variant)) platform.variant.insert(0, "v");
}

bool is_architecture(std::string_view name) {
  return is_one_of(kArchitectures, name) ||
         std::ranges::find(kAliases, name, &Alias::name) != kAliases.end();
}

// Variants are levels: a processor of one runs programs of all below. What is named by the
// architecture alone, by containerd's rules: arm is v7, arm64 is v8, amd64 is v1. nullopt: no
// level.
std::optional<unsigned> level_of(const Platform& platform) {
  if (platform.variant.empty()) {
    if (platform.architecture == "arm") return 7;
    return platform.architecture == "arm64" ? 8 : 1;
  }
  return platform.variant.starts_with('v')
             ? parse_number<unsigned>(std::string_view(platform.variant).substr(1))
             : std::nullopt;
}

}  // namespace

Result<Platform> parse_platform(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  const bool empty_part = std::ranges::any_of(parts, &std::string_view::empty);
  Platform platform;
  if (parts.size() == 1 && is_one_of(kSystems, to_lower(text))) {
    platform.os = to_lower(text);
  } else if (parts.size() == 1) {
    platform.architecture = to_lower(text);
  } else if (parts.size() == 2 && is_architecture(to_lower(parts[0]))) {
    platform.architecture = to_lower(parts[0]);
    platform.variant = to_lower(parts[1]);
  } else {
    platform.os = to_lower(parts[0]);
    platform.architecture = to_lower(parts[1]);
    if (parts.size() == 3) platform.variant = to_lower(parts[2]);
  }
  normalize(platform);
  const bool unknown =
      parts.size() == 1 && platform.os.empty() && !is_architecture(platform.architecture);
  if (parts.size() > 3 || empty_part || unknown) {
    return fail(ErrorCode::Usage, fmt::format("'{}' is not a platform", text),
                "write it as os/arch[/variant], such as linux/arm64");
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
  const auto level = level_of({os, architecture, wanted.variant});
  std::optional<std::size_t> best;
  unsigned best_level = 0;
  std::optional<std::size_t> fallback;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    Platform one = offered[i];
    normalize(one);
    if (one.os != os || one.architecture != architecture) continue;
    if (one.variant == wanted.variant) return i;
    if (wanted.variant.empty() && !fallback) fallback = i;
    const auto has = level_of(one);
    if (!has || !level || *has > *level || (best && *has <= best_level)) continue;
    best = i;
    best_level = *has;
  }
  return best ? best : fallback;
}

}  // namespace corten::image
