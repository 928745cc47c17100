// What a stage has, its relatives have.
#pragma once

#include <vector>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// For each stage whether itself, one that it is built from, or one that is built from it is `own`.
[[nodiscard]] inline std::vector<bool> with_relatives(const Lint& lint,
                                                      const std::vector<bool>& own) {
  const std::span<const Stage> all = lint.stages.all();
  std::vector<bool> inherited = own;
  for (const Stage& stage : all) {  // parents stand above
    if (stage.parent != kNone && inherited[stage.parent]) inherited[stage.index] = true;
  }
  std::vector<bool> made_up = own;
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].parent != kNone && made_up[i]) made_up[all[i].parent] = true;
  }
  for (std::size_t i = 0; i < all.size(); ++i) inherited[i] = inherited[i] || made_up[i];
  return inherited;
}

}  // namespace corten::dockerfile
