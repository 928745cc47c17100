#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "finding/line_edits.h"
#include "manifest/internal/mend.h"
#include "yaml/access.h"

namespace corten::manifest {

namespace {

template <typename T>
std::optional<T> kept(Result<T> result) {
  if (!result) return std::nullopt;
  return *std::move(result);
}

yaml::Position position_of(Place at) { return {at.line, at.column}; }

// A carriage return by itself ends a line for YAML, and none for those who count lines.
bool has_lone_return(std::string_view text) {
  for (std::size_t at = text.find('\r'); at != std::string_view::npos;
       at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') return true;
  }
  return false;
}

bool is_flow(const yaml::Document& document) {
  return document.root->style == yaml::Style::Flow && !document.root->is_null();
}

// Adds what tells `value` from others.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the value that a rule wrote
void describe(const yaml::Value& value, std::string& out) {
  out += fmt::format("{}\t{}\t{}\t{}\t", static_cast<int>(value.kind), value.key, value.text,
                     value.items.size());
  for (const yaml::Value& item : value.items) describe(item, out);
}

std::size_t leading_spaces(std::string_view text) {
  const std::size_t found = text.find_first_not_of(' ');
  return found == std::string_view::npos ? text.size() : found;
}

// A new key stands behind the last line of a map. Where that line goes, it stands behind the line
// before; not if more than keys of this map go.
void move_out_of_removed(std::vector<yaml::TextEdit>& edits, std::string_view source) {
  for (const yaml::TextEdit& removed : edits) {
    const yaml::Range range = removed.range;
    if (!removed.replacement.empty() || range.begin == 0 || source[range.begin - 1] != '\n') {
      continue;
    }
    std::uint32_t line_end = range.begin - 1;
    if (line_end > 0 && source[line_end - 1] == '\r') --line_end;
    for (yaml::TextEdit& added : edits) {
      const bool is_inside =
          added.range.empty() && added.range.begin > range.begin && added.range.begin < range.end;
      const std::size_t newline = added.replacement.find('\n');
      if (!is_inside || newline == std::string::npos) continue;
      const std::string_view line = std::string_view(added.replacement).substr(newline + 1);
      if (leading_spaces(source.substr(range.begin)) == leading_spaces(line)) {
        added.range = {line_end, line_end};
      }
    }
  }
}

bool holds_texts_only(const yaml::Node& map) {
  return std::ranges::none_of(map.entries, [](const yaml::Entry& entry) {
    return entry.value->is_map() || entry.value->is_sequence();
  });
}

std::size_t size_of(const yaml::Node& node) {
  const auto own = std::ranges::count_if(node.entries,
                                         [](const yaml::Entry& entry) { return !entry.is_merged; });
  return static_cast<std::size_t>(own) + node.merges.size() + node.items.size();
}

}  // namespace

Step remove(Place at) { return {Step::Kind::Remove, at}; }
Step remove_key(Place at) { return {Step::Kind::RemoveKey, at}; }
Step set(Place at, yaml::Value value) { return {Step::Kind::Set, at, {}, std::move(value)}; }
Step put(Place map, std::string path, yaml::Value value, std::string after) {
  return {Step::Kind::Put, map, std::move(path), std::move(value), std::move(after)};
}
Step put_beside(Place at, std::string path, yaml::Value value) {
  return {Step::Kind::PutBeside, at, std::move(path), std::move(value)};
}
Step append(Place list, yaml::Value value) {
  return {Step::Kind::Append, list, {}, std::move(value)};
}
Step replace(Place at, std::string key, yaml::Value value) {
  return {Step::Kind::Replace, at, std::move(key), std::move(value)};
}
Step rename(Place key, std::string name) { return {Step::Kind::Rename, key, std::move(name)}; }

yaml::Value text_value(std::string text) { return yaml::Value::of_text(std::move(text)); }
yaml::Value plain_value(std::string text) { return yaml::Value::verbatim(std::move(text)); }
yaml::Value list_value(std::vector<std::string> texts) {
  std::vector<yaml::Value> items;
  items.reserve(texts.size());
  for (std::string& text : texts) items.push_back(text_value(std::move(text)));
  return yaml::Value::sequence(std::move(items));
}

Mender::Mender(const yaml::Stream& stream, std::string path,
               const std::vector<const yaml::Node*>& roots)
    : stream_(stream), path_(std::move(path)), spots_(stream) {
  for (const yaml::Node* root : roots) spots_.count_ways(*root);
  is_editable_ = std::ranges::none_of(stream.documents(), is_flow) && stream.duplicates().empty() &&
                 !has_lone_return(stream.source());
}

std::optional<std::string_view> Mender::text_at(Place at) const {
  const yaml::Spot* spot = spots_.with_value_at(position_of(at));
  if (spot == nullptr || !spot->value().is_scalar()) return std::nullopt;
  return spot->value().text;
}

const yaml::Spot* Mender::usable(const yaml::Spot* spot) const {
  return spot != nullptr && spots_.is_used_once(*spot) ? spot : nullptr;
}

const yaml::Spot* Mender::key_spot(Place at) const {
  const yaml::Spot* key = spots_.with_key_at(position_of(at));
  return usable(key != nullptr ? key : spots_.with_value_at(position_of(at)));
}

// What goes for `step`: the value itself or, where it is the only one, what holds it.
const yaml::Spot* Mender::removed_by(const Step& step, std::string_view keep) const {
  const yaml::Spot* spot = step.kind == Step::Kind::RemoveKey
                               ? key_spot(step.at)
                               : usable(spots_.with_value_at(position_of(step.at)));
  while (spot != nullptr && size_of(*spot->parent) == 1) {
    const yaml::Spot* holder = usable(spots_.of(*spot->parent));
    if (holder != nullptr && holder->parent == never_emptied_) break;
    const bool is_kept = holder != nullptr && !keep.empty() && holder->parent->is_map() &&
                         holder->parent->entries[holder->index].name() == keep;
    if (is_kept) return nullptr;
    spot = holder;
  }
  return spot;
}

std::optional<yaml::TextEdit> Mender::removal(const Step& step, std::string_view keep) const {
  const yaml::Spot* spot = removed_by(step, keep);
  if (spot == nullptr) return std::nullopt;
  return kept(spot->parent->is_map() ? yaml::remove_key(stream_, *spot->parent,
                                                        spot->parent->entries[spot->index].name())
                                     : yaml::remove_item(stream_, *spot->parent, spot->index));
}

// Whether the map that gets the first missing key of `path` has it for itself.
bool Mender::may_put(const yaml::Node& map, std::span<const std::string_view> path) const {
  const yaml::Node* at = &map;
  for (const std::string_view key : path) {
    const yaml::Entry* next = yaml::find_entry(*at, key);
    if (next == nullptr || !next->value->is_map()) break;
    at = next->value;
  }
  return spots_.may_grow(*at);
}

std::optional<yaml::TextEdit> Mender::edit_of(const Step& step, std::string_view keep) const {
  using enum Step::Kind;
  if (step.kind == Remove || step.kind == RemoveKey) return removal(step, keep);
  if (step.kind == Rename) {
    const yaml::Spot* key = usable(spots_.with_key_at(position_of(step.at)));
    if (key == nullptr) return std::nullopt;
    return kept(yaml::rename_key(stream_, *key->parent, key->parent->entries[key->index].name(),
                                 step.path));
  }
  const yaml::Spot* spot = usable(spots_.with_value_at(position_of(step.at)));
  const yaml::Node& root = stream_.root();
  const bool is_root = step.kind == Put && step.at.line == 0;
  if (spot == nullptr && !is_root) return std::nullopt;
  if (step.kind == PutBeside) {
    const std::vector<std::string_view> path = split(step.path, '.');
    if (!may_put(*spot->parent, path)) return std::nullopt;
    return kept(yaml::put(stream_, *spot->parent, path, step.value));
  }
  const yaml::Node& node = is_root ? root : spot->value();
  if (step.kind == Put) {
    const std::vector<std::string_view> path = split(step.path, '.');
    if (!is_root && (spot->is_alias() || !may_put(node, path))) return std::nullopt;
    return kept(yaml::put(stream_, node, path, step.value, step.after));
  }
  if (step.kind == Append) {
    if (spot->is_alias()) return std::nullopt;
    return kept(yaml::append_item(stream_, node, step.value));
  }
  const yaml::Node& parent = *spot->parent;
  if (step.kind == Replace) {
    if (!parent.is_map()) return std::nullopt;
    return kept(yaml::replace_entry(stream_, parent, parent.entries[spot->index].name(), step.path,
                                    step.value));
  }
  return kept(parent.is_map() ? yaml::set_scalar(stream_, parent,
                                                 parent.entries[spot->index].name(), step.value)
                              : yaml::set_item(stream_, parent, spot->index, step.value));
}

// A list whose values two fixes remove at once would be left without any, which is not the same as
// no list. An edit that changes nothing at its first line keeps them apart.
void Mender::guard_lists(const std::vector<Step>& steps, std::string_view keep,
                         std::vector<yaml::TextEdit>& edits) const {
  std::vector<std::uint32_t> guards;
  for (const Step& step : steps) {
    if (step.kind != Step::Kind::Remove && step.kind != Step::Kind::RemoveKey) continue;
    const yaml::Spot* spot = removed_by(step, keep);
    const yaml::Spot* holder = spot == nullptr ? nullptr : spots_.of(*spot->parent);
    // Of services, and of what holds more than texts, something else is left.
    const bool is_at_risk = holder != nullptr && holder->parent != never_emptied_ &&
                            (spot->parent->is_sequence() || holds_texts_only(*spot->parent));
    if (is_at_risk) guards.push_back(spot->parent->range.begin);
  }
  for (const std::uint32_t at : guards) {
    const bool is_covered = std::ranges::any_of(edits, [&](const yaml::TextEdit& edit) {
      return edit.range.begin <= at && at < std::max(edit.range.end, edit.range.begin + 1);
    });
    if (!is_covered) edits.push_back({{at, at}, {}});
  }
}

const std::vector<Edit>& Mender::edits(const std::vector<Step>& steps, std::string_view keep) {
  std::string key(keep);
  for (const Step& step : steps) {
    key += fmt::format("\n{} {} {} {}\t{}\t", static_cast<int>(step.kind), step.at.line,
                       step.at.column, step.path, step.after);
    describe(step.value, key);
  }
  const auto [known, is_new] = known_.try_emplace(std::move(key));
  if (is_new) known->second = new_edits(steps, keep);
  return known->second;
}

std::vector<Edit> Mender::new_edits(const std::vector<Step>& steps, std::string_view keep) {
  if (!is_editable_ || steps.empty()) return {};
  std::vector<yaml::TextEdit> all;
  for (const Step& step : steps) {
    tried_bytes_ += yaml::trial_size(stream_, std::max(step.at.line, 1U));
    if (tried_bytes_ > kMaxTrialBytes) return {};
    auto edit = edit_of(step, keep);
    if (!edit) return {};
    all.push_back(*std::move(edit));
  }
  // Each was tried by itself.
  if (all.size() > 1) {
    move_out_of_removed(all, stream_.source());
    if (!yaml::fit_together(stream_, all)) return {};
  }
  guard_lists(steps, keep, all);
  std::vector<ByteEdit> bytes;
  for (yaml::TextEdit& edit : all) {
    bytes.push_back({edit.range.begin, edit.range.end, std::move(edit.replacement)});
  }
  const TextLines lines{[&](std::uint32_t offset) { return stream_.position(offset).line; },
                        [&](std::uint32_t line) {
                          const yaml::Range range = stream_.line_range(line);
                          std::string_view text = stream_.text(range);
                          if (text.ends_with('\n')) text.remove_suffix(1);
                          if (text.ends_with('\r')) text.remove_suffix(1);
                          return std::pair(range.begin,
                                           range.begin + static_cast<std::uint32_t>(text.size()));
                        }};
  return as_line_edits(stream_.source(), lines, path_, std::move(bytes));
}

}  // namespace corten::manifest
