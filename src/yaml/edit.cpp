#include "yaml/edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "yaml/access.h"
#include "yaml/internal/render.h"
#include "yaml/internal/trial.h"

namespace corten::yaml {

namespace {

std::uint32_t line_end(std::string_view source, std::uint32_t from) {
  std::size_t end = source.find('\n', from);
  if (end == std::string_view::npos) return static_cast<std::uint32_t>(source.size());
  if (end > from && source[end - 1] == '\r') --end;
  return static_cast<std::uint32_t>(end);
}

std::uint32_t line_begin(std::string_view source, std::uint32_t from) {
  if (from == 0) return 0;
  const std::size_t newline = source.rfind('\n', from - 1);
  return newline == std::string_view::npos ? 0 : static_cast<std::uint32_t>(newline + 1);
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

std::size_t indent_of(const Stream& stream, std::uint32_t offset) {
  return stream.position(offset).column - 1;
}

std::string replacement_for(const Node& old, bool is_alias, const Value& value) {
  if (value.kind != Value::Kind::Text || is_alias || !old.is_quoted()) return flow_source(value);
  const bool single =
      old.style == Style::SingleQuoted && value.text.find_first_of("'\n\t") == std::string::npos;
  if (single) return "'" + value.text + "'";
  const std::string plain = scalar_source(value.text);
  const bool needs_none = plain == value.text && plain.find_first_of("\"\\") == std::string::npos;
  return needs_none ? "\"" + value.text + "\"" : plain;
}

Result<TextEdit> set_value(const Stream& stream, const Node& old, Range range, bool is_alias,
                           const Value& value, const Change& change) {
  if (!old.is_scalar() && !old.is_null()) return cannot_edit("the old value is a list or a map");
  TextEdit edit{range, replacement_for(old, is_alias, value)};
  if (range.empty() && range.begin > 0 && stream.source()[range.begin - 1] != ' ') {
    edit.replacement.insert(0, " ");
  }
  return tried(stream, std::move(edit), change);
}

// Where nothing or a blank line is before `begin`, the blank lines at `end` go as well.
std::uint32_t without_double_blank(std::string_view source, std::uint32_t begin,
                                   std::uint32_t end) {
  const auto blank_line_at = [&](std::uint32_t at) {
    const std::uint32_t stop = line_end(source, at);
    return stop < source.size() && is_blank(source.substr(at, stop - at));
  };
  if (begin > 0 && !blank_line_at(line_begin(source, begin - 1))) return end;
  while (end < source.size() && blank_line_at(end)) {
    end = static_cast<std::uint32_t>(source.find('\n', end) + 1);
  }
  return end;
}

// "# key: value" and "# - item": what stood there once, and is about nothing below it.
bool is_commented_out(std::string_view comment) {
  const std::string_view text = trim(comment.substr(1));
  if (text.starts_with("- ")) return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const bool is_key = text.substr(0, colon).find_first_of(" \t") == std::string_view::npos;
  return is_key && (colon + 1 == text.size() || text[colon + 1] == ' ');
}

// The lines [begin, end) of what stands from `first` to `last`, with the comment lines right above
// that are indented like it and say something of it.
Range whole_lines(const Stream& stream, std::uint32_t first, std::uint32_t last) {
  const std::string_view source = stream.source();
  const std::uint32_t own = line_begin(source, first);
  std::uint32_t begin = own;
  const std::uint32_t indent = first - begin;
  while (begin > 0) {
    const std::uint32_t above = line_begin(source, begin - 1);
    const std::string_view line = source.substr(above, begin - above);
    // A comment at the top of the file is about the file.
    if (above == 0 || line.size() <= indent || !is_blank(line.substr(0, indent)) ||
        line[indent] != '#') {
      break;
    }
    if (is_commented_out(line.substr(indent))) {
      begin = own;
      break;
    }
    begin = above;
  }
  std::uint32_t end = line_end(source, last);
  while (end < source.size() && source[end] != '\n') ++end;
  if (end < source.size()) return {begin, without_double_blank(source, begin, end + 1)};
  // The last line has no newline: the one before goes with it.
  if (begin > 0) --begin;
  if (begin > 0 && source[begin] == '\n' && source[begin - 1] == '\r') --begin;
  return {begin, end};
}

// Where the dash of an item is.
std::uint32_t dash_of(const Stream& stream, const Node& sequence, std::size_t index) {
  const std::string_view source = stream.source();
  if (index == 0) return sequence.range.begin;
  std::uint32_t at = sequence.items[index - 1].value_range.end;
  while (at < source.size() && source[at] != '-') {
    at = source[at] == '#' ? line_end(source, at) : at + 1;
  }
  return at;
}

// One part of a collection: from where it begins (key or dash) to the end of its value.
struct Part {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

Result<TextEdit> removal(const Stream& stream, const Node& node, const std::vector<Part>& parts,
                         std::size_t index) {
  const Part& part = parts[index];
  const bool is_last = index + 1 == parts.size();
  if (node.style == Style::Flow) {
    if (!is_last) return TextEdit{{part.begin, parts[index + 1].begin}, {}};
    const std::uint32_t begin = index == 0 ? part.begin : parts[index - 1].end;
    return TextEdit{{begin, part.end}, {}};
  }
  if (parts.size() == 1) return TextEdit{node.range, node.is_map() ? "{}" : "[]"};
  const std::uint32_t line = line_begin(stream.source(), part.begin);
  if (is_blank(stream.text({line, part.begin}))) {
    return TextEdit{whole_lines(stream, part.begin, part.end), {}};
  }
  // The first key after a dash: what follows moves up into its place.
  if (is_last) return cannot_edit("it shares its line with something else");
  const Range gap{part.end, parts[index + 1].begin};
  if (stream.text(gap).find('#') != std::string_view::npos) {
    return cannot_edit("a comment follows that would be lost");
  }
  return TextEdit{{part.begin, parts[index + 1].begin}, {}};
}

}  // namespace

Value Value::of_text(std::string text) { return {Kind::Text, {}, std::move(text), {}}; }
Value Value::verbatim(std::string text) { return {Kind::Verbatim, {}, std::move(text), {}}; }
Value Value::sequence(std::vector<Value> items) {
  return {Kind::Sequence, {}, {}, std::move(items)};
}
Value Value::map(std::vector<std::pair<std::string, Value>> entries) {
  Value map{Kind::Map, {}, {}, {}};
  for (auto& [key, value] : entries) {
    value.key = std::move(key);
    map.items.push_back(std::move(value));
  }
  return map;
}

Result<std::string> apply(std::string_view source, std::span<const TextEdit> edits) {
  std::vector<const TextEdit*> sorted;
  for (const TextEdit& edit : edits) sorted.push_back(&edit);
  // Of two at one place the first stays first: all are of one span.
  std::ranges::sort(sorted, [](const TextEdit* a, const TextEdit* b) {
    return a->range.begin != b->range.begin ? a->range.begin < b->range.begin : a < b;
  });
  std::string result;
  std::size_t at = 0;
  for (const TextEdit* edit : sorted) {
    const Range range = edit->range;
    if (range.begin < at || range.end < range.begin || range.end > source.size()) {
      return fail(ErrorCode::InvalidInput, "edits overlap or pass the end of the text");
    }
    result += source.substr(at, range.begin - at);
    result += edit->replacement;
    at = range.end;
  }
  result += source.substr(at);
  return result;
}

Result<TextEdit> set_scalar(const Stream& stream, const Node& map, std::string_view key,
                            const Value& value) {
  const auto entries = written(map);
  for (std::size_t i = entries.size(); i > 0; --i) {
    const Entry& entry = *entries[i - 1];
    if (entry.name() != key) continue;
    return set_value(stream, *entry.value, entry.value_range, entry.is_alias, value,
                     {Change::Kind::Set, &map, i - 1, key, &value});
  }
  return cannot_edit(fmt::format("'{}' is not a key of this map itself", printable(key)));
}

Result<TextEdit> set_item(const Stream& stream, const Node& sequence, std::size_t index,
                          const Value& value) {
  if (index >= sequence.items.size()) return cannot_edit("the list has no such value");
  const Item& item = sequence.items[index];
  return set_value(stream, *item.value, item.value_range, item.is_alias, value,
                   {Change::Kind::Set, &sequence, index, {}, &value});
}

Result<TextEdit> add_key(const Stream& stream, const Node& map, std::string_view key,
                         const Value& value, std::string_view after) {
  if (!map.is_map()) return cannot_edit("it is no map");
  const auto entries = written(map);
  if (std::ranges::any_of(entries, [&](const Entry* entry) { return entry->name() == key; })) {
    return cannot_edit(fmt::format("there is a key '{}' already", printable(key)));
  }
  std::size_t place = entries.size();  // index of the new entry
  for (std::size_t i = 0; i < entries.size() && !after.empty(); ++i) {
    if (entries[i]->name() == after) place = i + 1;
  }
  const Change change{Change::Kind::Add, &map, place, key, &value};
  if (map.style == Style::Flow) {
    const std::string text = scalar_source(key) + ": " + flow_source(value);
    const std::uint32_t at = place == 0 ? map.range.begin + 1 : entries[place - 1]->value_range.end;
    return tried(stream, {{at, at}, place == 0 ? text : ", " + text}, change);
  }
  if (entries.empty()) return cannot_edit("the map is not written");
  const Layout layout = layout_of(stream);
  const std::size_t indent = indent_of(stream, entries.front()->key->range.begin);
  const std::uint32_t at = line_end(stream.source(), entries[place - 1]->value_range.end);
  return tried(stream,
               {{at, at},
                std::string(layout.newline) + std::string(indent, ' ') +
                    block_entry(key, value, indent, layout)},
               change);
}

Result<TextEdit> replace_entry(const Stream& stream, const Node& map, std::string_view key,
                               std::string_view new_key, const Value& value) {
  const auto entries = written(map);
  const auto names = [&](std::string_view name) {
    return [name](const Entry* entry) { return entry->name() == name; };
  };
  if (new_key != key && std::ranges::any_of(entries, names(new_key))) {
    return cannot_edit(fmt::format("there is a key '{}' already", printable(new_key)));
  }
  const auto found = std::ranges::find_if(entries, names(key));
  if (found == entries.end()) {
    return cannot_edit(fmt::format("'{}' is not a key of this map itself", printable(key)));
  }
  const Entry& old = **found;
  if (!old.value->is_scalar() || old.value_range.empty()) {
    return cannot_edit("the old value is no text");
  }
  const Range between{old.key->range.end, old.value_range.begin};
  std::string text = scalar_source(new_key);
  text += stream.text(between);
  text += replacement_for(*old.value, old.is_alias, value);
  const auto index = static_cast<std::size_t>(found - entries.begin());
  return tried(stream, {{old.key->range.begin, old.value_range.end}, std::move(text)},
               {Change::Kind::Set, &map, index, new_key, &value});
}

Result<TextEdit> rename_key(const Stream& stream, const Node& map, std::string_view key,
                            std::string_view new_key) {
  const auto entries = written(map);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]->name() == new_key) {
      return cannot_edit(fmt::format("there is a key '{}' already", printable(new_key)));
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]->name() != key) continue;
    return tried(stream, {entries[i]->key->range, scalar_source(new_key)},
                 {Change::Kind::Set, &map, i, new_key, nullptr});
  }
  return cannot_edit(fmt::format("'{}' is not a key of this map itself", printable(key)));
}

Result<TextEdit> put(const Stream& stream, const Node& map, std::span<const std::string_view> path,
                     const Value& value, std::string_view after) {
  if (path.empty()) return cannot_edit("no key is named");
  const Node* at = &map;
  for (; path.size() > 1; path = path.subspan(1), after = {}) {
    const Entry* next = find_entry(*at, path.front());
    if (next == nullptr || next->value->is_null()) break;
    if (!next->value->is_map()) return cannot_edit("a key on the way holds no map");
    if (next->is_alias || next->is_merged) return cannot_edit("the map is also used elsewhere");
    at = next->value;
  }
  Value wanted = value;
  for (std::size_t i = path.size(); i > 1; --i) {
    wanted = Value::map({{std::string(path[i - 1]), std::move(wanted)}});
  }
  const Entry* old = find_entry(*at, path.front());
  if (old == nullptr || old->is_merged) return add_key(stream, *at, path.front(), wanted, after);
  return set_scalar(stream, *at, path.front(), wanted);
}

Result<TextEdit> append_item(const Stream& stream, const Node& sequence, const Value& value) {
  if (!sequence.is_sequence()) return cannot_edit("it is no list");
  const bool is_empty = sequence.items.empty();
  const Change change{Change::Kind::Add, &sequence, sequence.items.size(), {}, &value};
  const std::string text = flow_source(value);
  if (sequence.style == Style::Flow) {
    const std::uint32_t at =
        is_empty ? sequence.range.begin + 1 : sequence.items.back().value_range.end;
    return tried(stream, {{at, at}, is_empty ? text : ", " + text}, change);
  }
  if (is_empty) return cannot_edit("the list is not written");
  const Layout layout = layout_of(stream);
  const std::size_t indent = indent_of(stream, sequence.range.begin);
  const std::uint32_t at = line_end(stream.source(), sequence.items.back().value_range.end);
  return tried(stream,
               {{at, at}, std::string(layout.newline) + std::string(indent, ' ') + "- " + text},
               change);
}

Result<TextEdit> remove_key(const Stream& stream, const Node& map, std::string_view key) {
  const auto entries = written(map);
  std::vector<Part> parts;
  std::optional<std::size_t> found;
  for (const Entry* entry : entries) {
    if (entry->name() == key) found = parts.size();
    parts.push_back(
        {entry->key->range.begin, std::max(entry->value_range.end, entry->key->range.end)});
  }
  if (!found)
    return cannot_edit(fmt::format("'{}' is not a key of this map itself", printable(key)));
  CORTEN_TRY(TextEdit edit, removal(stream, map, parts, *found));
  return tried(stream, std::move(edit), {Change::Kind::Remove, &map, *found, key, nullptr});
}

Result<TextEdit> remove_item(const Stream& stream, const Node& sequence, std::size_t index) {
  if (index >= sequence.items.size()) return cannot_edit("the list has no such value");
  std::vector<Part> parts;
  for (std::size_t i = 0; i < sequence.items.size(); ++i) {
    const Range range = sequence.items[i].value_range;
    const bool is_flow = sequence.style == Style::Flow;
    parts.push_back({is_flow ? range.begin : dash_of(stream, sequence, i), range.end});
  }
  CORTEN_TRY(TextEdit edit, removal(stream, sequence, parts, index));
  return tried(stream, std::move(edit), {Change::Kind::Remove, &sequence, index, {}, nullptr});
}

}  // namespace corten::yaml
