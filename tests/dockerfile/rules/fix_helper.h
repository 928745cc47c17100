// Tables of fixes that are all safe, or all unsafe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/rules/fix_table.h"

namespace corten::dockerfile {

struct FixRow {
  std::string_view id;
  std::string_view before;
  std::string_view after;  // "no fix": there is none
};

inline void expect_fixes(const std::vector<FixRow>& rows, Safety safety) {
  for (const FixRow& row : rows) {
    const std::string after(row.after == "no fix" ? std::string_view() : row.after);
    const FixCase one{row.before.data(), row.id, std::string(row.before), after, safety};
    // Files that show their own line endings are taken as they are.
    if (row.before.contains('\r') || row.before.contains("escape")) {
      expect_fix(one, one.before, after);
    } else {
      expect_fix(one);
    }
  }
}

}  // namespace corten::dockerfile
