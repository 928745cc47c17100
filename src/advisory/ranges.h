// Ranges of affected versions, as OSV's events and as spans.
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/record.h"
#include "version/version.h"

namespace corten::advisory {

struct Event {
  enum class Kind { Introduced, Fixed, LastAffected };
  Kind kind = Kind::Introduced;
  std::string_view version;  // borrowed
};

// The spans that OSV's evaluation of one range makes: its events sorted by version and walked,
// affected from an `introduced` ("0": from before every version) until a `fixed` or past a
// `last_affected`. Several `introduced` are legal.
[[nodiscard]] std::vector<Span> spans_of(std::vector<Event> events, version::Scheme scheme);

// A span whose strings live elsewhere.
struct SpanView {
  std::string_view introduced;
  std::string_view end;
  EndKind kind = EndKind::Open;
};

[[nodiscard]] bool contains(const SpanView& span, std::string_view version, version::Scheme scheme);

}  // namespace corten::advisory
