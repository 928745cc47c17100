#include "finding/yaml.h"

#include <fmt/format.h>

#include "base/text.h"

namespace corten {

namespace {

// All maps are as settings have them: the room `yaml` takes more.
Status check_keys(const yaml::Node& root, std::string_view name) {
  std::vector<const yaml::Node*> pending = {&root};
  while (!pending.empty()) {
    const yaml::Node& node = *pending.back();
    pending.pop_back();
    if (!node.merges.empty()) return fail_at(name, node.merges.front().at(), "unknown key '<<'");
    for (const yaml::Entry& entry : node.entries) {
      if (!entry.key->is_scalar()) return fail_at(name, entry.at(), "a key that is not a word");
      pending.push_back(entry.value);
    }
    for (const yaml::Item& item : node.items) pending.push_back(item.value);
  }
  return {};
}

}  // namespace

Result<yaml::Stream> parse_yaml(std::string_view content, std::string_view name) {
  if (content.size() > kMaxYamlBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{}: larger than the limit of {}", name, format_size(kMaxYamlBytes)));
  }
  auto stream = yaml::parse(std::string(content), kMaxYamlDepth);
  if (!stream) {
    auto refused = fail_at(name, stream.error().at, stream.error().message);
    if (stream.error().code == ErrorCode::LimitExceeded)
      refused.error().code = ErrorCode::LimitExceeded;
    return refused;
  }
  if (stream->documents().size() > 1)
    return fail(ErrorCode::Usage, fmt::format("{}: more than one YAML document", name));
  if (!stream->duplicates().empty()) {
    const yaml::Duplicate& twice = stream->duplicates().front();
    return fail_at(
        name, twice.again,
        fmt::format("key '{}' twice: it is also in line {}", twice.key, twice.first.line));
  }
  CORTEN_CHECK(check_keys(stream->root(), name));
  return *std::move(stream);
}

std::unexpected<Error> fail_at(std::string_view name, yaml::Position at, std::string_view what,
                               std::string hint) {
  return fail(ErrorCode::Usage, fmt::format("{}:{}:{}: {}", name, at.line, at.column, what),
              std::move(hint));
}

std::unexpected<Error> fail_unknown_key(std::string_view name, const yaml::Entry& entry,
                                        const std::vector<std::string_view>& known) {
  const std::string_view meant = closest(entry.name(), known);
  const std::string question =
      meant.empty() ? std::string() : fmt::format(": did you mean '{}'?", meant);
  return fail_at(name, entry.at(), fmt::format("unknown key '{}'{}", entry.name(), question),
                 fmt::format("known keys are {}", fmt::join(known, ", ")));
}

Result<std::string> yaml_text(std::string_view name, const yaml::Entry& entry) {
  const yaml::Node& value = *entry.value;
  if (value.is_scalar() && !value.text.empty()) return value.text;
  const bool is_empty = value.is_null() || value.is_scalar();
  return fail_at(name, is_empty ? entry.at() : entry.value_at,
                 fmt::format("'{}' needs {}", entry.name(), is_empty ? "a value" : "one value"));
}

Result<std::vector<std::string>> yaml_texts(std::string_view name, const yaml::Entry& entry) {
  std::vector<std::string> texts;
  if (!entry.value->is_sequence()) {
    CORTEN_TRY(std::string text, yaml_text(name, entry));
    texts.push_back(std::move(text));
    return texts;
  }
  for (const yaml::Item& item : entry.value->items) {
    if (!item.value->is_scalar() || item.value->text.empty())
      return fail_at(name, item.value_at, fmt::format("'{}' is a list of values", entry.name()));
    texts.push_back(item.value->text);
  }
  return texts;
}

}  // namespace corten
