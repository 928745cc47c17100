// The header of one installed RPM package, as the stores of the rpm database keep it: two
// big-endian counts, an index of 16-byte entries (tag, type, offset, count) and the data that they
// point into. Nothing of it is trusted. Format: RPM documentation, "RPM V4 Package format", section
// "Header"; the stores leave out magic and padding.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::package {

// rpm's own limits; no header beyond them can be installed.
inline constexpr std::uint32_t kMaxRpmIndexEntries = 0xffff;
inline constexpr std::uint32_t kMaxRpmDataBytes = 0x0fffffff;

inline constexpr std::size_t kMaxRpmTextBytes = std::size_t{64} << 10;  // names, versions, licences
inline constexpr std::uint32_t kMaxRpmFiles =
    1U << 20;  // of one package; real ones stay below 200,000
inline constexpr std::size_t kMaxRpmPathBytes = 4096;  // PATH_MAX
// The paths of a package together may be this many times as long as its header. Real headers spend
// more bytes on a file (mode, size, digest, owner) than its path has.
inline constexpr std::size_t kMaxRpmPathExpansion = 16;

enum class RpmTag : std::uint32_t {
  Name = 1000,
  Version = 1001,
  Release = 1002,
  Epoch = 1003,
  Vendor = 1011,
  License = 1014,
  Packager = 1015,
  Arch = 1022,
  SourceRpm = 1044,
  DirIndexes = 1116,
  BaseNames = 1117,
  DirNames = 1118,
  ModularityLabel = 5096,
};

// Borrows the bytes of the header; so does every view that it returns.
class RpmHeader {
 public:
  // Errors: InvalidInput (counts that do not fit the bytes), LimitExceeded. Bytes after the data
  // are ignored: rpm refuses such a header, but a scanner had better see one package too many than
  // one too few.
  [[nodiscard]] static Result<RpmHeader> parse(Bytes blob);

  [[nodiscard]] std::size_t size() const { return index_.size() + data_.size(); }

  // The first string of the tag; empty when the header does not have the tag.
  [[nodiscard]] Result<std::string_view> text(RpmTag tag) const;
  // The first number of the tag; nullopt when the header does not have the tag.
  [[nodiscard]] Result<std::optional<std::uint32_t>> number(RpmTag tag) const;
  // All strings or numbers of the tag, at most kMaxRpmFiles; empty when the header does not have
  // the tag.
  [[nodiscard]] Result<std::vector<std::string_view>> texts(RpmTag tag) const;
  [[nodiscard]] Result<std::vector<std::uint32_t>> numbers(RpmTag tag) const;

 private:
  struct Entry {
    std::uint32_t type;
    std::uint32_t count;
    Bytes data;  // from the entry's offset to the end of all data
  };
  RpmHeader(Bytes index, Bytes data) : index_(index), data_(data) {}
  Result<std::optional<Entry>> find(RpmTag tag) const;

  Bytes index_;
  Bytes data_;
};

// Calls `found` with the path of every file and folder that the package owns, in the header's
// order, relative to the root (no leading slash). The path is valid during the call only. Errors:
// InvalidInput (lists that contradict each other), LimitExceeded; `found` may have been called
// before.
[[nodiscard]] Status for_each_file(const RpmHeader& header,
                                   const std::function<void(std::string_view path)>& found);

}  // namespace corten::package
