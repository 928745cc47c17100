#include "yaml/internal/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "yaml/access.h"
#include "yaml/internal/utf8.h"

namespace corten::yaml {

namespace {

// Spaces before `range` in its line, if it is the first thing there; else columns.
std::size_t column_of(const Node& node) { return node.at.column == 0 ? 0 : node.at.column - 1; }

// Text that plain style would read as something else: YAML 1.1 readers are the strictest.
bool reads_as_another_type(std::string_view text) {
  if (text.empty() || text == "~" || to_lower(text) == "null") return true;
  if (parse_bool(text)) return true;
  const char first = text.front();
  const bool may_be_number =
      (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
  if (!may_be_number) return false;
  // Numbers, dates and sexagesimals ("22:22"): digits and the signs between them only.
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') ||
           std::string_view("+-.:_eExXoOabcdfABCDFT").find(c) != std::string_view::npos;
  });
}

bool needs_quotes(std::string_view text) {
  if (reads_as_another_type(text)) return true;
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text.front()) != std::string_view::npos) return true;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  if (text == "<<" || text == "=" || text.starts_with("---") || text.starts_with("..."))
    return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<std::uint8_t>(text[i]);
    if (c < 0x20 || c == 0x7f || c >= 0x80) return true;
    if (std::string_view(",[]{}").find(text[i]) != std::string_view::npos) return true;
    const bool ends_plain =
        (text[i] == ':' && text[i + 1] == ' ') || (text[i] == '#' && text[i - 1] == ' ');
    if (ends_plain) return true;
  }
  return false;
}

std::string double_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string spaces(std::size_t count) { return std::string(count, ' '); }

std::string scalar_of(const Value& value) {
  return value.kind == Value::Kind::Verbatim ? value.text : scalar_source(value.text);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value that the caller wrote
std::string block_items(const Value& value, std::size_t indent, const Layout& layout) {
  std::string all;
  for (const Value& item : value.items) {
    all += layout.newline;
    all += spaces(indent) + "- " + flow_source(item);
  }
  return all;
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value that the caller wrote
std::string block_entry(std::string_view key, const Value& value, std::size_t indent,
                        const Layout& layout) {
  std::string text = scalar_source(key) + ":";
  const bool is_empty = value.items.empty();
  if (value.kind == Value::Kind::Sequence && !is_empty) {
    return text +
           block_items(value, indent + (layout.are_dashes_indented ? layout.step : 0), layout);
  }
  if (value.kind == Value::Kind::Map && !is_empty) {
    const std::size_t deeper = indent + layout.step;
    for (const Value& nested : value.items) {
      text += layout.newline;
      text += spaces(deeper) + block_entry(nested.key, nested, deeper, layout);
    }
    return text;
  }
  return text + " " + flow_source(value);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value that the caller wrote
std::string flow_source(const Value& value) {
  std::vector<std::string> parts;
  switch (value.kind) {
    case Value::Kind::Sequence:
      for (const Value& item : value.items) parts.push_back(flow_source(item));
      return "[" + join(parts, ", ") + "]";
    case Value::Kind::Map:
      for (const Value& nested : value.items) {
        parts.push_back(scalar_source(nested.key) + ": " + flow_source(nested));
      }
      return "{" + join(parts, ", ") + "}";
    default:
      return scalar_of(value);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value that the caller wrote
bool reads_as(const Node& node, const Value& value) {
  switch (value.kind) {
    case Value::Kind::Text:
      return node.is_scalar() && node.text == value.text;
    case Value::Kind::Verbatim:
      return (node.is_scalar() || node.is_null()) && node.text == value.text;
    case Value::Kind::Sequence:
      return (node.is_sequence()) &&
             std::ranges::equal(node.items, value.items, [](const Item& item, const Value& wanted) {
               return reads_as(*item.value, wanted);
             });
    case Value::Kind::Map:
      return node.is_map() && node.merges.empty() &&
             std::ranges::equal(
                 node.entries, value.items, [](const Entry& entry, const Value& wanted) {
                   return entry.name() == wanted.key && reads_as(*entry.value, wanted);
                 });
  }
  return false;
}

Layout layout_of(const Stream& stream) {
  Layout layout;
  if (stream.source().find("\r\n") != std::string_view::npos) layout.newline = "\r\n";
  // Two levels down are enough to see the habit, and keep this cheap.
  bool step_known = false;
  bool dashes_known = false;
  const auto look_at = [&](const Node& map, const auto& deeper, std::size_t depth) -> void {
    for (const Entry& entry : map.entries) {
      if (entry.is_merged || entry.is_alias || (step_known && dashes_known)) continue;
      const Node& value = *entry.value;
      if (value.style != Style::Block || value.at.line == entry.at().line) continue;
      if (value.is_map() && !step_known && column_of(value) > column_of(*entry.key)) {
        layout.step = std::min<std::size_t>(column_of(value) - column_of(*entry.key), 8);
        step_known = true;
      }
      if (value.is_sequence() && !dashes_known) {
        layout.are_dashes_indented = column_of(value) > column_of(*entry.key);
        dashes_known = true;
      }
      if (value.is_map() && depth < 4) deeper(value, deeper, depth + 1);
    }
  };
  look_at(stream.root(), look_at, 0);
  return layout;
}

std::string scalar_source(std::string_view text) {
  if (text.empty()) return "\"\"";
  return needs_quotes(text) ? double_quoted(text) : std::string(text);
}

}  // namespace corten::yaml
