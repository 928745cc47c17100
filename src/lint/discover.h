// Which files to lint: the ones that are named, and those that folders hold.
//
// A file that is named is linted whatever its name; its content says what it is. In folders these
// are found: Dockerfile, Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile, Containerfile.*;
// compose.yaml, compose.*.yaml, *.compose.yaml, docker-compose*.yaml (and .yml);
// kustomization.yaml; and every other YAML or JSON file that has apiVersion and kind. Helm
// templates are no YAML before they are rendered: one that is named is an error, those in folders
// are counted in a note.
//
// Folders are untrusted: symbolic links to folders are not followed, pipes and devices are not
// opened, and the limits below hold. Results are sorted by path, whatever the number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corten::lint {

inline constexpr std::size_t kMaxFolderDepth = 64;
inline constexpr std::size_t kMaxFolderEntries = 5'000'000;
inline constexpr std::size_t kMaxLintFiles = 200'000;
// What is read of a YAML or JSON file to see what it is.
inline constexpr std::size_t kSniffedBytes = std::size_t{256} << 10;

enum class FileKind { Dockerfile, Compose, Kubernetes, Kustomization, HelmTemplate, Other };
[[nodiscard]] const char* name_of(FileKind kind);  // "Dockerfile", "compose file", …

// By the name alone, as folders are searched: Other when the name says nothing.
[[nodiscard]] FileKind kind_by_name(std::string_view path);
// By name and content, for files that are named: what is no YAML or JSON of a known kind is a
// Dockerfile when its name or its first words say so, or when neither speaks for YAML.
[[nodiscard]] FileKind kind_of(std::string_view path, std::string_view content);
// Of a YAML or JSON document that a folder holds: Kubernetes, HelmTemplate or Other.
[[nodiscard]] FileKind kind_of_document(std::string_view path, std::string_view content);

enum class FileOrigin { Named, Found };  // by the user, or in a folder

struct LintFile {
  std::string path;                 // as it was named, or the folder's path and what is below it
  FileKind kind = FileKind::Other;  // Other when the file is named: its content is still to be read
  FileOrigin origin = FileOrigin::Found;

  bool operator==(const LintFile&) const = default;
};

struct Unreadable {
  std::string path;
  Error error;
};

struct Discovery {
  std::vector<LintFile>
      files;  // named ones in their order, what a folder holds sorted; no path twice
  std::vector<Unreadable> errors;  // what could not be looked into
  std::vector<std::string> notes;  // what was left out, for people
};

// `paths` are files, folders and "-" (standard input, which is passed on as a named file). At most
// `jobs` threads.
[[nodiscard]] Discovery discover(const std::vector<std::string>& paths, std::size_t jobs);

}  // namespace corten::lint
