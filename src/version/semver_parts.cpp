#include "version/internal/semver_parts.h"

#include "version/internal/text.h"

namespace corten::version {
SemverParts split_semver(std::string_view version) {
  drop_v_prefix(version);
  SemverParts parts;
  const std::size_t plus = version.find('+');
  if (plus != std::string_view::npos) parts.build = version.substr(plus + 1);
  std::string_view rest = version.substr(0, plus);
  parts.core = take_dotted_numbers(rest);
  if (!take(rest, '-')) (void)take(rest, '.');
  parts.prerelease = rest;
  return parts;
}

std::weak_ordering compare_core(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto order = compare_numbers(take_until(a, '.'), take_until(b, '.'));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b, Case letters) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_until(a, '.');
    const std::string_view right = take_until(b, '.');
    const bool left_is_text = left.empty() || !all_digits(left);
    const bool right_is_text = right.empty() || !all_digits(right);
    if (left_is_text != right_is_text) return left_is_text <=> right_is_text;
    const auto order = !left_is_text                ? compare_numbers(left, right)
                       : letters == Case::Sensitive ? compare_text(left, right)
                                                    : compare_ignoring_case(left, right);
    if (order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

std::weak_ordering compare_precedence(const SemverParts& a, const SemverParts& b, Case letters) {
  if (const auto order = compare_core(a.core, b.core); order != 0) return order;
  if (a.prerelease.empty() != b.prerelease.empty()) {
    return a.prerelease.empty() <=> b.prerelease.empty();
  }
  return compare_identifiers(a.prerelease, b.prerelease, letters);
}

bool valid_identifiers(std::string_view text, LeadingZeros zeros) {
  if (text.empty() || text.ends_with('.')) return false;
  while (!text.empty()) {
    const std::string_view id = take_until(text, '.');
    if (id.empty()) return false;
    if (!std::ranges::all_of(id, [](char c) { return is_alnum(c) || c == '-'; })) return false;
    if (zeros == LeadingZeros::Forbidden && id.size() > 1 && id[0] == '0' && all_digits(id)) {
      return false;
    }
  }
  return true;
}

bool valid_semver_shape(std::string_view version, int min, int max, LeadingZeros zeros) {
  const std::size_t plus = version.find('+');
  if (plus != std::string_view::npos) {
    if (!valid_identifiers(version.substr(plus + 1), LeadingZeros::Allowed)) return false;
  }
  std::string_view rest = version.substr(0, plus);
  std::string_view core = take_dotted_numbers(rest);
  if (!rest.empty() && (!take(rest, '-') || !valid_identifiers(rest, zeros))) return false;
  int numbers = 0;
  while (!core.empty()) {
    const std::string_view number = take_until(core, '.');
    if (zeros == LeadingZeros::Forbidden && number.size() > 1 && number[0] == '0') return false;
    if (++numbers > max) return false;
  }
  return numbers >= min;
}

}  // namespace corten::version
