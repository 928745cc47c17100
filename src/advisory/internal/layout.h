// The layout of the database file: keys, flags and text lines. What schema.fbs cannot say.
//
// The file is an LMDB environment with one tree, followed by a trailer (file_check.h). Keys begin
// with a letter:
//   'm'                          Meta
//   'c' + year (2) + number (4)  Cve, big-endian
//   'i' + id or alias            numbers of the vulnerabilities that bear it
//                                (32-bit integers, little-endian)
//   'p' + family TAB name        Package
//   'v' + number (4)             Vulnerability, big-endian
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/record.h"

namespace corten::advisory {

inline constexpr std::size_t kMaxKeyBytes = 500;  // LMDB allows 511

// Bits of Entry::flags.
inline constexpr std::uint16_t kEndKindMask = 0x3;  // EndKind of a plain entry
inline constexpr std::uint16_t kHasExtra = 0x4;     // not plain: spans and versions are in an Extra
inline constexpr std::uint16_t kSemver =
    0x8;                                    // spans compare by SemVer, not by the ecosystem's order
inline constexpr unsigned kStateShift = 4;  // 3 bits: EntryState
inline constexpr unsigned kSeverityShift = 7;  // 3 bits: 0 none, else 1 + index below
// Databases have been made with these: their order stays, whatever the order of the enumeration is.
inline constexpr std::array kStoredSeverities = {Severity::Info, Severity::Low, Severity::Medium,
                                                 Severity::High, Severity::Critical};
inline constexpr std::uint16_t kNative = 0x400;  // from the distribution's own feed rather than OSV
inline constexpr std::uint16_t kThreeBits = 0x7;

// Span::end.
inline constexpr unsigned kSpanKindShift = 30;
inline constexpr std::uint32_t kSpanEndMask = (std::uint32_t{1} << kSpanKindShift) - 1;

// References are kept without the scheme that nearly all of them have.
inline constexpr std::string_view kImpliedScheme = "https://";
inline constexpr std::string_view kOtherScheme = "http://";

// Lines of Vulnerability::text, separated by LF; lists within a line are separated by TAB.
enum class TextLine {
  Id,
  Source,
  Aliases,
  Upstream,
  Related,
  Summary,
  Ratings,
  References,
  Modules,
  Notice
};
inline constexpr std::size_t kTextLines = 10;

[[nodiscard]] std::string package_key(std::string_view family, std::string_view name);
[[nodiscard]] std::string id_key(std::string_view id);
[[nodiscard]] std::string vulnerability_key(std::uint32_t number);
[[nodiscard]] std::string cve_key(CveId id);

}  // namespace corten::advisory
