// Turning feeds' texts and links into what the database keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corten::advisory {

inline constexpr std::size_t kMaxSummaryBytes = 160;
inline constexpr std::size_t kMaxItemBytes = 240;
inline constexpr std::size_t kMaxReferenceBytes = 200;  // of all references of a record
inline constexpr std::size_t kMaxReferences = 3;        // beside those that follow from ids
inline constexpr std::size_t kMaxShownReferences = 5;   // of a finding, those of ids included

// One line without control characters, at most `limit` bytes of valid UTF-8, cut with "…" between
// words.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit = kMaxSummaryBytes);
// The first sentence of a longer text, in the same form.
[[nodiscard]] std::string first_sentence(std::string_view text);

// Safe as an item of a text line: no control characters, bounded. Empty if nothing is left.
[[nodiscard]] std::string clean_item(std::string_view text, std::size_t limit = kMaxItemBytes);

[[nodiscard]] bool is_clean_item(std::string_view text, std::size_t limit = kMaxItemBytes);

// The page about an id at the database that issued it; empty for unknown prefixes.
[[nodiscard]] std::string advisory_url(std::string_view id);
[[nodiscard]] bool has_advisory_url(std::string_view id);

// "GHSA-…" is from "ghsa", "RUSTSEC-…" from "rustsec", "CVE-…" in Bitnami's feed from "bitnami":
// who speaks in a record.
[[nodiscard]] std::string authority_of(std::string_view id, std::string_view source);

}  // namespace corten::advisory
