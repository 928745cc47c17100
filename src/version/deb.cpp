// Debian: [epoch:]upstream[-revision]. Debian Policy 5.6.12, and deb-version(7).
//
// Fallback: a text before the first colon that is no number is no epoch; it and its colon belong to
// the upstream version.
#include "base/text.h"
#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

struct Parts {
  std::string_view epoch;  // digits; empty if absent
  std::string_view upstream;
  std::string_view revision;  // without its hyphen; absent, empty and "0" are equal
};

Parts split_parts(std::string_view version) {
  Parts parts;
  version = trim(version);
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos && colon > 0) {
    const std::string_view epoch = version.substr(0, colon);
    if (all_digits(epoch)) {
      parts.epoch = epoch;
      version.remove_prefix(colon + 1);
    }
  }
  const std::size_t hyphen = version.rfind('-');
  parts.upstream = version.substr(0, hyphen);
  if (hyphen != std::string_view::npos) parts.revision = version.substr(hyphen + 1);
  return parts;
}

// The rank of a byte outside a number; the end of a text, and the start of its next number, rank as
// 0.
int rank(std::string_view rest) {
  if (rest.empty() || is_digit(rest[0])) return 0;
  const char c = rest[0];
  if (c == '~') return -1;
  return is_alpha(c) ? c : 256 + static_cast<unsigned char>(c);
}

// Alternates between runs of other bytes, by rank, and numbers, by value.
Order compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    for (;;) {
      const int rank_a = rank(a);
      const int rank_b = rank(b);
      if (rank_a != rank_b) return rank_a <=> rank_b;
      if (rank_a == 0) break;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    if (const Order order = compare_numbers(take_digits(a), take_digits(b)); order != 0) {
      return order;
    }
  }
  return Order::equivalent;
}

bool all_of_set(std::string_view text, std::string_view punctuation) {
  return std::ranges::all_of(
      text, [&](char c) { return is_alnum(c) || punctuation.find(c) != std::string_view::npos; });
}

}  // namespace

Order compare_deb(std::string_view a, std::string_view b) {
  const Parts left = split_parts(a);
  const Parts right = split_parts(b);
  if (const Order order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const Order order = compare_part(left.upstream, right.upstream); order != 0) return order;
  return compare_part(left.revision, right.revision);
}

// As `dpkg --validate-version` without a warning.
bool valid_deb(std::string_view version) {
  const std::string_view whole = trim(version);
  const Parts parts = split_parts(whole);
  constexpr std::string_view kLargestEpoch = "2147483647";  // dpkg keeps it in an int
  if (compare_numbers(parts.epoch, kLargestEpoch) > 0) return false;
  if (parts.epoch.empty() && whole.find(':') != std::string_view::npos) return false;
  if (parts.revision.empty() && whole.ends_with('-')) return false;
  return starts_with_digit(parts.upstream) && all_of_set(parts.upstream, ".+-~:") &&
         all_of_set(parts.revision, ".+~");
}

}  // namespace corten::version
