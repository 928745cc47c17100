// Go: module versions (SemVer with "v", go.dev/ref/mod#versions) and versions of Go itself
// (go.dev/doc/toolchain#version).
//
// Both are in one order, because vulnerability records write Go's releases as SemVer
// ("1.21.0-rc.2") and binaries carry "go1.21rc2". A bare "1.21" is the language version, before all
// of its pre-releases; up to 1.20 it was the release itself. "v1.21" is SemVer's short form of
// v1.21.0. "+incompatible" is build metadata. Pseudo-versions are pre-releases.
#include <optional>

#include "version/internal/schemes.h"
#include "version/internal/semver_parts.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order, among versions of equal numbers.
enum class Stage { Language, Prerelease, Release };

struct GoVersion {
  std::string_view core;
  Stage stage = Stage::Release;
  std::string_view prerelease;  // identifiers of SemVer, or the word of "rc2"
  std::string_view number;      // the digits of "rc2"
};

constexpr std::string_view kFirstWithPatchZero = "21";  // 1.21.0 was the first release named so

bool is_language_version(std::string_view core) {
  (void)take_until(core, '.');
  if (core.find('.') != std::string_view::npos) return false;
  return compare_numbers(core, kFirstWithPatchZero) >= 0;
}

// "1.21", "1.21.3" or "1.21rc2"; nullopt for every other form.
std::optional<GoVersion> parse_toolchain(std::string_view text) {
  const SemverParts parts = split_semver(text);
  std::string_view rest = text;
  if (!rest.starts_with(parts.core) || parts.core.empty()) return std::nullopt;
  rest.remove_prefix(parts.core.size());
  if (rest.empty()) {
    const Stage stage = is_language_version(parts.core) ? Stage::Language : Stage::Release;
    return GoVersion{parts.core, stage, {}, {}};
  }
  const std::string_view word = take_while(rest, is_alpha);
  const bool is_patch_release = std::ranges::count(parts.core, '.') > 1;  // has no pre-releases
  if (word.empty() || !all_digits(rest) || is_patch_release) return std::nullopt;
  return GoVersion{parts.core, Stage::Prerelease, word, rest};
}

GoVersion parse(std::string_view text) {
  std::string_view toolchain = text;
  (void)take_word(toolchain, "devel ");
  if (toolchain.starts_with("go") && starts_with_digit(toolchain.substr(2))) {
    // What follows is a vendor's mark ("-fips", " X:boringcrypto", "+auto"), not a part of the
    // version.
    toolchain = toolchain.substr(2, toolchain.find_first_of(" -+", 2) - 2);
  }
  if (starts_with_digit(toolchain)) {
    if (const auto version = parse_toolchain(toolchain)) return *version;
  }
  const SemverParts parts = split_semver(toolchain);
  const Stage stage = parts.prerelease.empty() ? Stage::Release : Stage::Prerelease;
  return {parts.core, stage, parts.prerelease, {}};
}

// The next identifier of the pre-release; "rc2" yields "rc" and "2".
std::string_view next_identifier(GoVersion& version) {
  if (version.prerelease.empty()) {
    const std::string_view number = version.number;
    version.number = {};
    return number;
  }
  return take_until(version.prerelease, '.');
}

Order compare_prerelease(GoVersion a, GoVersion b) {
  for (;;) {
    const bool a_ended = a.prerelease.empty() && a.number.empty();
    const bool b_ended = b.prerelease.empty() && b.number.empty();
    if (a_ended || b_ended) return b_ended <=> a_ended;
    const std::string_view left = next_identifier(a);
    const std::string_view right = next_identifier(b);
    const bool left_is_text = left.empty() || !all_digits(left);
    const bool right_is_text = right.empty() || !all_digits(right);
    if (left_is_text != right_is_text) return left_is_text <=> right_is_text;
    const Order order = left_is_text ? compare_text(left, right) : compare_numbers(left, right);
    if (order != 0) return order;
  }
}

}  // namespace

Order compare_go(std::string_view a, std::string_view b) {
  const GoVersion left = parse(a);
  const GoVersion right = parse(b);
  if (const Order order = compare_core(left.core, right.core); order != 0) return order;
  if (left.stage != right.stage) return left.stage <=> right.stage;
  return compare_prerelease(left, right);
}

// A canonical module version, or a version of Go with or without its "go".
bool valid_go(std::string_view version) {
  if (version.starts_with('v')) {
    return valid_semver_shape(version.substr(1), 3, 3, LeadingZeros::Forbidden);
  }
  if (version.starts_with("go")) version.remove_prefix(2);
  if (!starts_with_digit(version)) return false;
  const auto toolchain = parse_toolchain(version);
  if (!toolchain) return valid_semver_shape(version, 3, 3, LeadingZeros::Forbidden);
  return valid_semver_shape(toolchain->core, 1, 3, LeadingZeros::Forbidden);
}

}  // namespace corten::version
