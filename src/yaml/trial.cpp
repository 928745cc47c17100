#include "yaml/internal/trial.h"

#include <fmt/format.h>

#include <algorithm>

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
  CORTEN_TRY(std::string source, apply(stream.source(), {&edit, 1}));
  const auto after = parse(std::move(source));
  if (!after) return cannot_edit(after.error().message);
  const Comparison comparison(&change);
  const bool same = std::ranges::equal(
      stream.documents(), after->documents(),
      [&](const Document& a, const Document& b) { return comparison.same(*a.root, *b.root); });
  if (!same) return cannot_edit("something else would change with it");
  return edit;
}

bool same_content(const Node& a, const Node& b) { return Comparison(nullptr).same(a, b); }

}  // namespace corten::yaml
