#include "advisory/ranges.h"

#include <algorithm>

namespace corten::advisory {

namespace {

constexpr std::string_view kBeforeAll = "0";

bool from_the_start(const Event& event) {
  return event.kind == Event::Kind::Introduced && event.version == kBeforeAll;
}

}  // namespace

std::vector<Span> spans_of(std::vector<Event> events, version::Scheme scheme) {
  // Stable: where two events name one version, the record's order tells whether the span is empty
  // ("introduced 1, fixed 1") or two spans meet ("fixed 1, introduced 1").
  std::ranges::stable_sort(events, [&](const Event& a, const Event& b) {
    if (from_the_start(a) || from_the_start(b)) return from_the_start(a) && !from_the_start(b);
    return version::compare(scheme, a.version, b.version) < 0;
  });
  std::vector<Span> spans;
  bool affected = false;
  for (const Event& event : events) {
    if (event.kind == Event::Kind::Introduced) {
      if (affected) continue;
      affected = true;
      spans.push_back({std::string(from_the_start(event) ? "" : event.version), {}, EndKind::Open});
      continue;
    }
    if (!affected) continue;
    affected = false;
    const bool fixed = event.kind == Event::Kind::Fixed;
    Span& span = spans.back();
    const bool empty = fixed && (span.introduced.empty() ? event.version == kBeforeAll
                                                         : version::compare(scheme, span.introduced,
                                                                            event.version) == 0);
    if (empty) {
      spans.pop_back();
      continue;
    }
    span.end = event.version;
    span.kind = fixed ? EndKind::Fixed : EndKind::LastAffected;
  }
  return spans;
}

bool contains(const SpanView& span, std::string_view version, version::Scheme scheme) {
  if (!span.introduced.empty() && version::compare(scheme, version, span.introduced) < 0)
    return false;
  switch (span.kind) {
    case EndKind::Open:
      return true;
    case EndKind::Fixed:
      return version::compare(scheme, version, span.end) < 0;
    case EndKind::LastAffected:
      return version::compare(scheme, version, span.end) <= 0;
  }
  return false;
}

}  // namespace corten::advisory
