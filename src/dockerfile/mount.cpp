#include "dockerfile/mount.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::dockerfile {
namespace {

struct Field {
  std::string_view key;
  std::optional<std::string_view> value;
};

// Cuts the next field off a line of comma-separated values; quotes may stand around a whole field.
Field next_field(std::string_view& rest) {
  std::string_view text;
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    text = rest.substr(1, end == std::string_view::npos ? end : end - 1);
    const std::size_t comma = end == std::string_view::npos ? end : rest.find(',', end);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  } else {
    const std::size_t comma = rest.find(',');
    text = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// "true" and what Go's strconv.ParseBool takes for it; a key without a value is set.
bool is_true(const Field& field) {
  if (!field.value) return true;
  const std::string lower = to_lower(*field.value);
  return lower == "1" || lower == "t" || lower == "true";
}

struct TextKey {
  std::string_view key;
  std::string_view Mount::* member;
};

constexpr std::array kTextKeys = {
    TextKey{"type", &Mount::type},  TextKey{"source", &Mount::source},
    TextKey{"src", &Mount::source}, TextKey{"target", &Mount::target},
    TextKey{"dst", &Mount::target}, TextKey{"destination", &Mount::target},
    TextKey{"from", &Mount::from},  TextKey{"id", &Mount::id},
    TextKey{"env", &Mount::env},    TextKey{"sharing", &Mount::sharing},
    TextKey{"mode", &Mount::mode},  TextKey{"uid", &Mount::uid},
    TextKey{"gid", &Mount::gid},    TextKey{"size", &Mount::size},
};

Mount parse_mount(const Flag& flag) {
  Mount out;
  out.flag = &flag;
  std::optional<bool> read_write;
  std::string_view rest = flag.value.value_or(std::string_view());
  while (!rest.empty()) {
    const Field field = next_field(rest);
    const std::string key = to_lower(field.key);
    if (key == "required") out.required = is_true(field);
    if (key == "readonly" || key == "ro") read_write = !is_true(field);
    if (key == "readwrite" || key == "rw") read_write = is_true(field);
    for (const TextKey& row : kTextKeys) {
      if (row.key == key && field.value) out.*row.member = *field.value;
    }
  }
  out.read_write = read_write.value_or(out.type == "cache" || out.type == "tmpfs");
  return out;
}

constexpr std::array<std::string_view, 5> kSwitches = {"required", "readonly", "ro", "readwrite",
                                                       "rw"};
constexpr std::array<std::string_view, 5> kTypes = {"bind", "cache", "tmpfs", "secret", "ssh"};

std::string key_problem(std::string_view key) {
  std::vector<std::string_view> keys(kSwitches.begin(), kSwitches.end());
  for (const TextKey& row : kTextKeys) keys.push_back(row.key);
  if (std::ranges::find(keys, key) != keys.end()) return {};
  const std::string_view near = closest(key, keys);
  return fmt::format("a mount has no key {}{}", printable(key),
                     near.empty() ? "" : fmt::format(": did you mean {}?", near));
}

std::string field_problem(const Field& field) {
  const std::string key = to_lower(field.key);
  if (std::string problem = key_problem(key); !problem.empty()) return problem;
  if (!field.value) {
    const bool is_switch = std::ranges::find(kSwitches, key) != kSwitches.end();
    return is_switch ? std::string() : fmt::format("the key {} of the mount lacks its value", key);
  }
  const std::string_view value = *field.value;
  const std::size_t dollar = value.find('$');
  if (key == "from" && dollar != std::string_view::npos && dollar + 1 < value.size()) {
    return "from= of a mount takes no variables: name a stage instead";
  }
  const bool is_type = std::ranges::find(kTypes, to_lower(value)) != kTypes.end();
  if (key == "type" && dollar == std::string_view::npos && !is_type) {
    return fmt::format("{} is no type of mount: there are bind, cache, tmpfs, secret and ssh",
                       printable(value));
  }
  return {};
}

}  // namespace

std::string mount_problem(std::string_view value) {
  if (value.empty()) return "the mount is empty";
  while (!value.empty()) {
    if (std::string problem = field_problem(next_field(value)); !problem.empty()) return problem;
  }
  return {};
}

std::vector<Mount> mounts_of(const Instruction& run) {
  std::vector<Mount> out;
  if (run.keyword != Keyword::Run) return out;
  for (const Flag& flag : run.flags) {
    if (flag.name == "mount" && flag.value) out.push_back(parse_mount(flag));
  }
  return out;
}

}  // namespace corten::dockerfile
