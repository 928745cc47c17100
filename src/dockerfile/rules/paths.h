// Paths in instructions and scripts, as far as the words of the file tell.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// "C:\x" and "x\y" with slashes; "./", "//" and a slash at the end gone.
[[nodiscard]] std::string tidy_path(std::string_view path);
// The last part of a path.
[[nodiscard]] std::string_view last_part(std::string_view path);
// `path` is `folder` or below it. Both without a slash at the end.
[[nodiscard]] bool is_within(std::string_view path, std::string_view folder);

// Tidy; relative paths below `folder`, others ("~/x" and "$HOME/x" too) as they are.
[[nodiscard]] std::string absolute_path(std::string_view folder, std::string_view path);
// Absolute, without ".", ".." and double slashes; nullopt where variables or the folder are not
// known.
[[nodiscard]] std::optional<std::string> absolute_path(const WorkDir& folder,
                                                       std::string_view path);

// A path in a script, with the values that the Dockerfile gives to its variables.
[[nodiscard]] std::optional<std::string> script_path(const Lint& lint, const RunScript& run,
                                                     std::string_view path);
// The last word of a COPY or ADD.
[[nodiscard]] std::optional<std::string> copy_target(const Lint& lint, const Instruction& copy);

// Absolute paths of which is asked by what lies below or above them.
class PathSet {
 public:
  void add(std::string path) { paths_.insert(std::move(path)); }
  [[nodiscard]] bool empty() const { return paths_.empty(); }
  // Whether the path or a folder above it is one of them. Looks at the upper folders of a path
  // that is deeper than any file system has them.
  [[nodiscard]] bool has_at_or_above(std::string_view path) const;
  // Whether the folder or something below it is one of them.
  [[nodiscard]] bool has_at_or_below(std::string_view folder) const;

 private:
  std::set<std::string, std::less<>> paths_;
};

}  // namespace corten::dockerfile
