// Words and small facts that several formats share, so that the same thing is said the same way
// everywhere.
//
// Texts that come back are as untrusted as what went in: the writer still escapes for its format.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/report.h"

namespace corten::report {

inline constexpr std::array kWorstFirst = {Severity::Critical, Severity::High,    Severity::Medium,
                                           Severity::Low,      Severity::Unknown, Severity::Info};

// Below this probability EPSS says nothing that helps to choose: 19 of 20 flaws are under it.
inline constexpr double kNotableEpss = 0.10;

[[nodiscard]] const char* name_of(CheckStatus status);  // "pass", as in the JSON contract

// Findings that count, by severity, and those that are suppressed.
struct Counts {
  std::array<std::uint64_t, kWorstFirst.size()> by_severity{};  // index: the value of Severity
  std::uint64_t suppressed = 0;

  void add(const Finding& finding);
  [[nodiscard]] std::uint64_t of(Severity severity) const;
  [[nodiscard]] std::uint64_t total() const;  // without suppressed ones
  bool operator==(const Counts&) const = default;
};
[[nodiscard]] Counts count(const std::vector<Finding>& findings);

[[nodiscard]] std::string grouped_number(std::uint64_t number);                  // "12,345"
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);  // "1 package"
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one,
                                  std::string_view many);
// "3 critical · 19 high"; severities without findings are left out.
[[nodiscard]] std::string severity_sums(const Counts& counts);

[[nodiscard]] std::string_view state_words(FixState state);  // "no fix yet", "will not be fixed", …
// The versions that have the fix, or the state in words; empty for what is not a vulnerability.
[[nodiscard]] std::string fixed_words(const Finding& finding);
[[nodiscard]] bool is_fixable(const Finding& finding);
[[nodiscard]] bool is_exploited(const Finding& finding);
// "exploited", "EPSS 0.94"; empty when there is nothing to mark.
[[nodiscard]] std::vector<std::string> marks(const Finding& finding);
// "base image, layer 1" or "your layer 4: RUN …"; layers count from 1, as people do.
[[nodiscard]] std::string origin_words(const Origin& origin);
// "base" or "your layer 4", where the instruction stands elsewhere.
[[nodiscard]] std::string short_origin_words(const Origin& origin);
[[nodiscard]] std::string place_words(const Location& location);  // "etc/app.yaml:7"
// "rule by FILE:LINE, until DATE"; the reason is not part of it.
[[nodiscard]] std::string suppression_words(const Suppression& suppression);
// "removes 51, 14 high or critical"
[[nodiscard]] std::string effect_words(const Advice& advice);
// "debian 12.4 (bookworm)", "148 packages", "linux/amd64", "sha256:5f0c91ab…": what is known of a
// subject.
[[nodiscard]] std::vector<std::string> facts_of(const Subject& subject);
// "database 3 h old" or "starter database only"; empty without one.
[[nodiscard]] std::string database_words(const Report& report);
// What an empty list of findings means: "no findings in 148 packages". Says so when something was
// not examined.
[[nodiscard]] std::string nothing_found(const Report& report);
// True when the title says more than the id and the package.
[[nodiscard]] bool has_title(const Finding& finding);

// Only absolute http and https addresses without spaces, quotes, brackets or control characters are
// made into links.
[[nodiscard]] bool is_web_link(std::string_view text);
// The first reference that is a web link, or empty.
[[nodiscard]] std::string_view main_link(const Finding& finding);
// A relative URI reference for a path (RFC 3986): everything but unreserved characters and "/" is
// %XX; leading "/" are cut.
[[nodiscard]] std::string relative_uri(std::string_view path);
// The first bytes of the SHA-256 of `text`, as 16 hex digits.
[[nodiscard]] std::string short_hash(std::string_view text);

// Looks up rows of the catalogue by id. Borrows from the catalogue.
class CheckIndex {
 public:
  explicit CheckIndex(std::span<const Check> catalogue);
  [[nodiscard]] const Check* find(std::string_view id) const;

 private:
  std::unordered_map<std::string_view, const Check*> by_id_;
};

}  // namespace corten::report
