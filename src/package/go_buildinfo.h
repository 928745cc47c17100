// Build info of Go: which toolchain built a program, and its module list as text, found in programs
// and in streams.
//
// Input is hostile. Format: Go's linker writes a 32-byte header at a multiple of 16: the magic, the
// pointer size, flags (bit 0: big endian; bit 1: strings follow inline). Since Go 1.18 two strings
// with varint lengths follow; Go 1.13 to 1.17 put two pointers to string headers at byte 16. The
// module text stands between two 16-byte marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"
#include "package/executable.h"

namespace corten::package {

inline constexpr std::size_t kMaxGoVersionBytes = 256;  // real ones have up to about 60
// Module texts of large programs have tens of kilobytes.
inline constexpr std::size_t kMaxGoModuleBytes = std::size_t{4} << 20;

struct GoBuildInfo {
  std::string go_version;   // "go1.22.3", "devel go1.24-abc …"
  std::string module_text;  // lines, without the marks; empty when built outside module mode

  bool operator==(const GoBuildInfo&) const = default;
};

// The build info of a program, or nullopt when it has none. Looks into the section that is named
// for it, else into the writable segments; with stripped section headers into all segments. Errors:
// InvalidInput (there is one, but damaged).
[[nodiscard]] Result<std::optional<GoBuildInfo>> find_go_build_info(const Executable& program);

// Finds build info with inline strings while the bytes of a file pass by, for files that are too
// large to be held. Memory: the part of one candidate that has arrived, about 4 MiB at most, and as
// much for what was found. It does not know where a file's data segment is: a program that is
// embedded in another one is found too, and its packages are added.
class GoBuildInfoFinder {
 public:
  explicit GoBuildInfoFinder(std::string path) : path_(std::move(path)) {}

  void feed(Bytes chunk);

  // Whether the file has a header with pointers and none with inline strings: only read_binary()
  // can follow them.
  [[nodiscard]] bool needs_random_access() const { return pointer_form_seen_ && found_.empty(); }

  // The packages of every build info that was found; nullopt when there was none, not even a
  // damaged one, which is a problem of the catalog. Call once, after the last chunk.
  [[nodiscard]] std::optional<Catalog> finish();

 private:
  [[nodiscard]] std::size_t search(Bytes chunk);
  void examine_candidates();
  [[nodiscard]] bool next_candidate(std::size_t from);
  void keep(GoBuildInfo info);

  std::string path_;
  // Begins at a multiple of 16 in the file: an incomplete block of 16 bytes, or a candidate.
  std::vector<std::byte> pending_;
  bool in_candidate_ = false;
  std::size_t wanted_ = 0;  // size of the candidate at which it is worth another look
  std::vector<GoBuildInfo> found_;
  std::size_t found_bytes_ = 0;
  bool pointer_form_seen_ = false;
  std::size_t damaged_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace corten::package
