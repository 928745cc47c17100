// What comes before an entry and changes it: PAX records (POSIX.1-2001, "pax Extended Header") and
// GNU long names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::archive::internal {

enum class PaxSparse { None, Map, InData };  // Map: versions 0.0 and 0.1; InData: 1.0

// Reused from entry to entry, so that the strings keep their memory.
struct TarExtended {
  bool empty = true;  // nothing to apply and nothing to clear
  std::string path;   // empty: as the header says
  std::string link_target;
  std::string long_name;  // GNU; wins over PAX
  std::string long_link;
  std::optional<std::uint64_t> size;
  std::optional<std::int64_t> uid;
  std::optional<std::int64_t> gid;
  bool has_capability = false;

  PaxSparse sparse = PaxSparse::None;
  std::string sparse_name;
  std::optional<std::uint64_t> sparse_size;
  std::vector<std::uint64_t> sparse_numbers;  // offset, size, offset, size, …

  void clear();
};

// Reads PAX records into `out`. Errors: InvalidInput.
[[nodiscard]] Status read_pax_records(Bytes records, TarExtended& out);

}  // namespace corten::archive::internal
