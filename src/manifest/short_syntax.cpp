#include "manifest/internal/short_syntax.h"

#include <fmt/format.h>

#include "base/text.h"

namespace corten::manifest {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_drive(std::string_view text) {
  return text.size() >= 3 && is_letter(text[0]) && text[1] == ':' &&
         (text[2] == '\\' || text[2] == '/');
}

bool names_a_path(std::string_view source) {
  if (source.empty()) return false;
  return source.front() == '/' || source.front() == '.' || source.front() == '~' ||
         source.starts_with("\\\\") || is_drive(source) ||
         (source.front() == '$' && source.find('/') != std::string_view::npos);
}

void read_short_port(std::string_view text, ComposePort& port) {
  if (const auto slash = split_outside_variables(text, '/'); slash.size() == 2) {
    port.protocol = to_lower(slash[1]);
    text = slash[0];
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end != std::string_view::npos) {
      port.host_ip = std::string(text.substr(1, end - 1));
      text.remove_prefix(std::min(text.size(), end + 2));
    }
  }
  const auto parts = split_outside_variables(text, ':');
  port.target = std::string(parts.back());
  if (parts.size() < 2) return;
  port.published = std::string(parts[parts.size() - 2]);
  for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
    if (i > 0) port.host_ip += ':';
    port.host_ip += parts[i];
  }
}

void add_options(ComposeMount& mount, std::string_view options) {
  for (const std::string_view option : split(options, ',')) {
    if (option.empty()) continue;
    mount.options.emplace_back(option);
    if (option == "ro" || option == "readonly") mount.is_read_only = true;
    if (option == "shared" || option == "rshared" || option == "slave" || option == "rslave" ||
        option == "private" || option == "rprivate") {
      mount.propagation = std::string(option);
    }
  }
}

void read_short_mount(std::string_view text, ComposeMount& mount) {
  auto parts = split_outside_variables(text, ':');
  // "C:\data:/data": the drive's colon is none that separates.
  if (parts.size() >= 2 && parts[0].size() == 1 && is_drive(text) &&
      (text[2] == '\\' || parts.size() >= 3)) {
    parts[1] = text.substr(0, 2 + parts[1].size());
    parts.erase(parts.begin());
  }
  if (parts.size() == 1) {
    mount.target = std::string(parts[0]);
    return;
  }
  mount.source = std::string(parts[0]);
  mount.target = std::string(parts[1]);
  if (names_a_path(mount.source)) mount.type = ComposeMount::Type::Bind;
  if (mount.source.starts_with("\\\\.\\pipe\\")) mount.type = ComposeMount::Type::Pipe;
  if (parts.size() > 2) add_options(mount, parts[2]);
}

ComposeMount::Type mount_type(std::string_view name) {
  if (name == "bind") return ComposeMount::Type::Bind;
  if (name == "tmpfs") return ComposeMount::Type::Tmpfs;
  if (name == "npipe") return ComposeMount::Type::Pipe;
  if (name == "cluster") return ComposeMount::Type::Cluster;
  if (name == "image") return ComposeMount::Type::Image;
  return ComposeMount::Type::Volume;
}

bool any_open(const Value& value, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const Value* part = get(value, key);
    if (part != nullptr && part->is_open) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string_view> split_outside_variables(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      ++depth;
      ++i;
    } else if (text[i] == '}' && depth > 0) {
      --depth;
    } else if (text[i] == separator && depth == 0) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

ComposePort read_port(const Value& value) {
  ComposePort port;
  port.at = value.at;
  port.protocol = "tcp";
  if (value.is_map()) {
    port.host_ip = std::string(text_of(get(value, "host_ip")));
    port.published = std::string(text_of(get(value, "published")));
    port.target = std::string(text_of(get(value, "target")));
    if (const auto protocol = text_of(get(value, "protocol")); !protocol.empty()) {
      port.protocol = to_lower(protocol);
    }
    port.is_open = any_open(value, {"host_ip", "published", "target", "protocol"});
    return port;
  }
  port.is_open = value.is_open;
  read_short_port(value.text, port);
  return port;
}

ComposeMount read_mount(const Value& value) {
  ComposeMount mount;
  mount.at = value.at;
  if (!value.is_map()) {
    mount.is_open = value.is_open;
    read_short_mount(value.text, mount);
    return mount;
  }
  mount.type = mount_type(text_of(get(value, "type")));
  mount.source = std::string(text_of(get(value, "source")));
  mount.target = std::string(text_of(get(value, "target")));
  mount.is_read_only = bool_of(get(value, "read_only")).value_or(false);
  mount.propagation = std::string(text_of(find(value, "bind.propagation")));
  if (const auto selinux = text_of(find(value, "bind.selinux")); !selinux.empty()) {
    mount.options.emplace_back(selinux);
  }
  mount.is_open = any_open(value, {"source", "target"});
  return mount;
}

ComposeMount read_tmpfs(const Value& value) {
  ComposeMount mount;
  mount.type = ComposeMount::Type::Tmpfs;
  mount.at = value.at;
  mount.is_open = value.is_open;
  const auto parts = split_outside_variables(value.text, ':');
  mount.target = std::string(parts[0]);
  if (parts.size() > 1) add_options(mount, parts[1]);
  return mount;
}

}  // namespace corten::manifest
