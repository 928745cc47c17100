// Settings files in YAML: one document, each key once, and complaints that name the place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/document.h"

namespace corten {

inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxYamlDepth = 32;

// Reads a file of one document, which is the root of what is returned; that of an empty file is
// null. All keys in it are words, stand once in their map, and none is a merge key. `name` stands
// in front of errors: "corten.yaml:14:3: …". Errors: Usage (no YAML, or not that), LimitExceeded
// (bytes, depth, values).
[[nodiscard]] Result<yaml::Stream> parse_yaml(std::string_view content, std::string_view name);

// "NAME:LINE:COLUMN: what", the form of every complaint about such a file.
[[nodiscard]] std::unexpected<Error> fail_at(std::string_view name, yaml::Position at,
                                             std::string_view what, std::string hint = {});
// "unknown key 'sevrity': did you mean 'severity'?" at the entry.
[[nodiscard]] std::unexpected<Error> fail_unknown_key(std::string_view name,
                                                      const yaml::Entry& entry,
                                                      const std::vector<std::string_view>& known);

// The entry's value as one non-empty text, or as a list of such (one text counts as a list of one).
[[nodiscard]] Result<std::string> yaml_text(std::string_view name, const yaml::Entry& entry);
[[nodiscard]] Result<std::vector<std::string>> yaml_texts(std::string_view name,
                                                          const yaml::Entry& entry);

}  // namespace corten
