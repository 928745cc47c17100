#include "yaml/internal/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "yaml/internal/render.h"

namespace corten::yaml {

namespace {

class Comparison {
 public:
  explicit Comparison(const Change* change) : change_(change) {}

  // NOLINTNEXTLINE(misc-no-recursion): the parser bounds depth and visits
  bool same(const Node& a, const Node& b) const {
    const bool is_target = change_ != nullptr && change_->target == &a;
    if (a.kind != b.kind && !(is_target && was_emptied(b))) return false;
    if (a.text != b.text || a.tag != b.tag || a.anchor != b.anchor) return false;
    return same_items(a, b, is_target) && same_entries(a, b, is_target);
  }

 private:
  bool was_emptied(const Node& b) const {
    return change_->kind == Change::Kind::Remove && b.entries.empty() && b.items.empty();
  }

  // Index in `a` and `b` of what is compared next; false if the change is not what happened.
  template <typename SameAt>
  bool walk(std::size_t a_size, std::size_t b_size, bool is_target, const SameAt& same_at) const {
    std::size_t b = 0;
    const auto next = [&](std::size_t a, bool is_new) {
      if (b >= b_size || !same_at(a, b, is_new)) return false;
      ++b;
      return true;
    };
    for (std::size_t a = 0; a < a_size || (is_target && b < b_size); ++a) {
      const bool here = is_target && a == change_->index;
      if (here && change_->kind == Change::Kind::Remove) continue;
      if (here && change_->kind == Change::Kind::Add) {
        if (!next(a, true)) return false;
        if (a >= a_size) break;
      }
      const bool is_new = here && change_->kind == Change::Kind::Set;
      if (a >= a_size || !next(a, is_new)) return false;
    }
    return b == b_size;
  }

  // NOLINTNEXTLINE(misc-no-recursion): the parser bounds depth and visits
  bool same_items(const Node& a, const Node& b, bool is_target) const {
    const bool here = is_target && a.is_sequence();
    return walk(a.items.size(), b.items.size(), here,
                [&](std::size_t i, std::size_t j, bool is_new) {
                  const Node& found = *b.items[j].value;
                  return is_new ? reads_as(found, *change_->value) : same(*a.items[i].value, found);
                });
  }

  // NOLINTNEXTLINE(misc-no-recursion): the parser bounds depth and visits
  bool same_entries(const Node& a, const Node& b, bool is_target) const {
    const auto before = written(a);
    const auto after = written(b);
    const bool here = is_target && a.is_map();
    return walk(before.size(), after.size(), here, [&](std::size_t i, std::size_t j, bool is_new) {
      const Entry& found = *after[j];
      if (is_new) {
        const bool has_value = change_->value == nullptr ? same(*before[i]->value, *found.value)
                                                         : reads_as(*found.value, *change_->value);
        return found.name() == change_->key && has_value;
      }
      return same(*before[i]->key, *found.key) && same(*before[i]->value, *found.value);
    });
  }

  const Change* change_;
};

// Documents that follow each other, and where they stand.
struct Part {
  std::span<const Document> documents;
  Range range;
};

// Comments and empty lines between a document and its directives. Behind more of them directives
// are not looked for: an edit that needs them is then refused, and none has to go through them all.
constexpr std::uint32_t kMaxLinesAbove = 100;

// Directives belong to the document below them.
std::uint32_t begin_of(const Stream& stream, std::size_t index) {
  if (index == 0) return 0;
  std::uint32_t first = stream.documents()[index].at.line;
  for (std::uint32_t line = first; line > 1 && first - line <= kMaxLinesAbove; --line) {
    const std::string_view above = stream.text(stream.line_range(line - 1));
    if (above.starts_with('%')) {
      first = line - 1;
    } else if (!above.starts_with('#') && !trim(above).empty()) {
      break;
    }
  }
  return stream.line_range(first).begin;
}

// The documents that `range` touches: nothing that is done there changes another one.
Part part_of(const Stream& stream, Range range) {
  const std::vector<Document>& all = stream.documents();
  const auto line_of = [](const Document& document) { return document.at.line; };
  const auto below =
      std::ranges::upper_bound(all, stream.position(range.begin).line, {}, line_of) - all.begin();
  const std::size_t first = below == 0 ? 0 : static_cast<std::size_t>(below) - 1;
  std::size_t end = first + 1;
  const auto begin_of_next = [&] {
    return end < all.size() ? begin_of(stream, end)
                            : static_cast<std::uint32_t>(stream.source().size());
  };
  std::uint32_t next = begin_of_next();
  for (; end < all.size() && next < range.end; next = begin_of_next()) ++end;
  return {std::span(all).subspan(first, end - first), {begin_of(stream, first), next}};
}

Result<Stream> read_with(const Stream& stream, const Part& part, std::span<const TextEdit> edits) {
  std::vector<TextEdit> moved(edits.begin(), edits.end());
  for (TextEdit& edit : moved) {
    if (edit.range.begin < part.range.begin) return cannot_edit("it is in another document");
    edit.range.begin -= part.range.begin;
    edit.range.end -= part.range.begin;
  }
  CORTEN_TRY(std::string source, yaml::apply(stream.text(part.range), moved));
  auto after = parse(std::move(source));
  if (!after) return cannot_edit(after.error().message);
  return *std::move(after);
}

}  // namespace

std::unexpected<Error> cannot_edit(std::string_view why) {
  return fail(ErrorCode::Unsupported, fmt::format("cannot edit the YAML here: {}", why));
}

std::vector<const Entry*> written(const Node& map) {
  std::vector<const Entry*> all;
  for (const Entry& entry : map.entries) {
    if (!entry.is_merged) all.push_back(&entry);
  }
  for (const Entry& merge : map.merges) all.push_back(&merge);
  std::ranges::sort(all, {}, [](const Entry* entry) { return entry->key->range.begin; });
  return all;
}

Result<TextEdit> tried(const Stream& stream, TextEdit edit, const Change& change) {
  const Part part = part_of(stream, edit.range);
  CORTEN_TRY(const Stream after, read_with(stream, part, {&edit, 1}));
  const Comparison comparison(&change);
  const bool same = std::ranges::equal(
      part.documents, after.documents(),
      [&](const Document& a, const Document& b) { return comparison.same(*a.root, *b.root); });
  if (!same) return cannot_edit("something else would change with it");
  return edit;
}

bool fit_together(const Stream& stream, std::span<const TextEdit> edits) {
  if (edits.empty()) return true;
  Range all = edits.front().range;
  for (const TextEdit& edit : edits) {
    all = {std::min(all.begin, edit.range.begin), std::max(all.end, edit.range.end)};
  }
  const Part part = part_of(stream, all);
  const auto after = read_with(stream, part, edits);
  return after && after->documents().size() == part.documents.size();
}

std::size_t trial_size(const Stream& stream, std::uint32_t line) {
  const std::uint32_t at = stream.line_range(line).begin;
  return part_of(stream, {at, at}).range.size();
}

bool same_content(const Node& a, const Node& b) { return Comparison(nullptr).same(a, b); }

}  // namespace corten::yaml
