// Python: [epoch!]release[pre][post][dev][+local], with all the spellings that PEP 440 normalises.
// packaging.python.org/specifications/version-specifiers
//
// Fallback: what PEP 440 calls invalid is before all that it calls valid, and in generic order
// among itself.
#include <array>
#include <optional>
#include <span>

#include "base/text.h"
#include "version/internal/schemes.h"
#include "version/internal/semver_parts.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// Where a version stands among those of its release, in ascending order.
enum class Stage { DevOnly, Alpha, Beta, Candidate, FinalOrPost };

struct Version {
  std::string_view epoch;
  std::string_view release;
  Stage stage = Stage::FinalOrPost;
  std::string_view pre;                  // digits; empty is 0, as in all three below
  std::optional<std::string_view> post;  // absent is before present
  std::optional<std::string_view> dev;   // present is before absent
  std::string_view local;                // without its plus
};

struct Label {
  std::string_view word;
  Stage stage;
};

// Longer words first: "preview" begins with "pre".
constexpr std::array<Label, 8> kPreLabels = {{{"preview", Stage::Candidate},
                                              {"alpha", Stage::Alpha},
                                              {"beta", Stage::Beta},
                                              {"pre", Stage::Candidate},
                                              {"rc", Stage::Candidate},
                                              {"a", Stage::Alpha},
                                              {"b", Stage::Beta},
                                              {"c", Stage::Candidate}}};
constexpr std::array<Label, 3> kPostLabels = {
    {{"post", Stage::FinalOrPost}, {"rev", Stage::FinalOrPost}, {"r", Stage::FinalOrPost}}};
constexpr std::array<Label, 1> kDevLabels = {{{"dev", Stage::DevOnly}}};

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

void skip_separator(std::string_view& rest) {
  if (!rest.empty() && is_separator(rest[0])) rest.remove_prefix(1);
}

struct Labelled {
  Stage stage;
  std::string_view number;
};

// Cuts "[sep]word[sep][digits]" off `rest`.
std::optional<Labelled> take_labelled(std::string_view& rest, std::span<const Label> labels) {
  if (rest.empty()) return std::nullopt;  // nearly always
  std::string_view after = rest;
  skip_separator(after);
  for (const Label& label : labels) {
    if (!take_word(after, label.word)) continue;
    skip_separator(after);
    const std::string_view number = take_digits(after);
    rest = after;
    return Labelled{label.stage, number};
  }
  return std::nullopt;
}

// "-1" is a post release without its word.
std::optional<std::string_view> take_post(std::string_view& rest) {
  if (rest.starts_with('-') && starts_with_digit(rest.substr(1))) {
    rest.remove_prefix(1);
    return take_digits(rest);
  }
  const auto labelled = take_labelled(rest, kPostLabels);
  if (!labelled) return std::nullopt;
  return labelled->number;
}

bool is_local(std::string_view text) {
  for (;;) {
    if (take_while(text, is_alnum).empty()) return false;
    if (text.empty()) return true;
    if (!is_separator(text[0])) return false;
    text.remove_prefix(1);
  }
}

std::optional<Version> parse(std::string_view text) {
  std::string_view rest = trim(text);
  drop_v_prefix(rest);
  Version version;
  version.release = take_dotted_numbers(rest);
  if (rest.starts_with('!')) {
    if (version.release.empty() || !all_digits(version.release)) return std::nullopt;
    version.epoch = version.release;
    rest.remove_prefix(1);
    version.release = take_dotted_numbers(rest);
  }
  if (version.release.empty()) return std::nullopt;
  const auto pre = take_labelled(rest, kPreLabels);
  version.post = take_post(rest);
  if (const auto dev = take_labelled(rest, kDevLabels)) version.dev = dev->number;
  if (pre) {
    version.stage = pre->stage;
    version.pre = pre->number;
  } else if (version.dev && !version.post) {
    version.stage = Stage::DevOnly;
  }
  if (take(rest, '+')) {
    if (!is_local(rest)) return std::nullopt;
    version.local = rest;
    rest = {};
  }
  if (!rest.empty()) return std::nullopt;
  return version;
}

std::string_view take_segment(std::string_view& local) {
  const std::string_view segment = take_while(local, is_alnum);
  skip_separator(local);
  return segment;
}

// Segment by segment: the end, then words, then numbers.
Order compare_local(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_segment(a);
    const std::string_view right = take_segment(b);
    const bool left_is_number = all_digits(left);
    if (left_is_number != all_digits(right)) return left_is_number <=> all_digits(right);
    const Order order =
        left_is_number ? compare_numbers(left, right) : compare_ignoring_case(left, right);
    if (order != 0) return order;
  }
  return a.size() <=> b.size();
}

Order compare_valid(const Version& a, const Version& b) {
  if (const Order order = compare_numbers(a.epoch, b.epoch); order != 0) return order;
  if (const Order order = compare_core(a.release, b.release); order != 0) return order;
  if (a.stage != b.stage) return a.stage <=> b.stage;
  if (const Order order = compare_numbers(a.pre, b.pre); order != 0) return order;
  if (a.post.has_value() != b.post.has_value()) return a.post.has_value() <=> b.post.has_value();
  if (const Order order = compare_numbers(a.post.value_or(""), b.post.value_or("")); order != 0) {
    return order;
  }
  if (a.dev.has_value() != b.dev.has_value()) return b.dev.has_value() <=> a.dev.has_value();
  if (const Order order = compare_numbers(a.dev.value_or(""), b.dev.value_or("")); order != 0) {
    return order;
  }
  return compare_local(a.local, b.local);
}

}  // namespace

Order compare_pep440(std::string_view a, std::string_view b) {
  const auto left = parse(a);
  const auto right = parse(b);
  if (left.has_value() != right.has_value()) return left.has_value() <=> right.has_value();
  if (!left) return compare_generic(a, b);
  return compare_valid(*left, *right);
}

bool valid_pep440(std::string_view version) { return parse(version).has_value(); }

}  // namespace corten::version
