// modified_id.csv of an OSV bucket: "TIME,ID" a line, the newest change first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace corten::advisory {

inline constexpr std::size_t kMaxIdLine = 512;
inline constexpr std::size_t kMaxListedIds = 1'000'000;

struct ModifiedId {
  Time modified{};
  std::string id;

  bool operator==(const ModifiedId&) const = default;
};

// Ids become file names and parts of URLs: letters, digits and "._:-+", not starting with a dot,
// at most 200 characters.
[[nodiscard]] bool is_record_id(std::string_view id);

// Reads the list piece by piece, until the first change before `since`: what follows is older.
class ModifiedIdReader {
 public:
  explicit ModifiedIdReader(Time since) : since_(since) {}

  // False when no more is wanted: an older line was reached, or the list is malformed.
  [[nodiscard]] bool feed(Bytes piece);
  // At the end of the list: takes a last line without line end. Not called for a part of a list.
  void finish();

  [[nodiscard]] bool reached() const { return reached_; }
  // Errors: InvalidInput, LimitExceeded.
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] const std::vector<ModifiedId>& ids() const { return ids_; }

 private:
  void take(std::string_view line);
  Time since_;
  std::string rest_;  // an unfinished line
  std::vector<ModifiedId> ids_;
  bool reached_ = false;
  Status status_;
};

}  // namespace corten::advisory
