// .dockerignore: what of its folder a build does not get to see.
//
// Semantics are those of the builder (moby/patternmatcher): patterns are relative to the root of
// the context, `*` and `?` stay within one name, `**` is any number of folders, "!" takes back, the
// last pattern that fits decides, and what lies in an excluded folder is excluded too. Input is
// untrusted; one question costs at most patterns x path.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corten::dockerfile {

inline constexpr std::size_t kMaxIgnoreBytes = std::size_t{1} << 20;  // what follows is not read
inline constexpr std::size_t kMaxIgnorePatterns = 10'000;             // further ones are left out
inline constexpr std::size_t kMaxIgnorePatternBytes = 4096;           // longer ones fit nothing

struct IgnorePattern {
  enum class Kind : unsigned char {
    Byte,       // exactly this one
    AnyByte,    // `?`: any but a slash
    Name,       // `*`: any bytes but slashes, or none
    Tree,       // `**` at the end: any bytes, or none
    Folders,    // `**/`: nothing, or…
    InFolders,  // …any bytes up to a slash: always stands behind Folders
    OneOf,      // `[a-z]`
  };
  struct Token {
    Kind kind = Kind::Byte;
    char byte = '\0';
    std::size_t set = 0;  // index into `sets`
  };

  std::string text;        // cleaned: no leading slash, no "!", no "." and ".." within
  bool exception = false;  // "!…"
  std::size_t line = 0;    // counts from 1
  std::vector<Token> tokens;
  std::vector<std::array<bool, 256>> sets;
};

class Dockerignore {
 public:
  // Never fails: a pattern that the builder would refuse fits nothing.
  [[nodiscard]] static Dockerignore parse(std::string_view content);

  // `path` is relative to the context: "src/main.c"; "./", a leading or trailing slash, and ".."
  // are resolved first.
  [[nodiscard]] bool excludes(std::string_view path) const;
  // The pattern that decides about the path, or nullptr if none fits.
  [[nodiscard]] const IgnorePattern* decisive(std::string_view path) const;
  [[nodiscard]] bool has_exceptions() const { return has_exceptions_; }
  [[nodiscard]] const std::vector<IgnorePattern>& patterns() const { return patterns_; }

 private:
  std::vector<IgnorePattern> patterns_;
  bool has_exceptions_ = false;
};

// "./a//b/../c/" as "a/c"; "." for the context itself. ".." does not lead out of it.
[[nodiscard]] std::string clean_context_path(std::string_view path);

}  // namespace corten::dockerfile
