#include "dockerfile/base.h"

#include <string>

namespace corten::dockerfile {

bool BaseImage::is_scratch() const {
  return known != nullptr && known->family == image::ImageFamily::Scratch;
}

std::optional<bool> BaseImage::has_shell() const {
  if (facts != nullptr) return facts->has_shell;
  if (known != nullptr) return known->has_shell;
  return std::nullopt;
}

image::ImageFamily BaseImage::family() const {
  return known == nullptr ? image::ImageFamily::Other : known->family;
}

BaseImage base_of(const Lint& lint, const Stage& stage) {
  const std::span<const Stage> all = lint.stages.all();
  BaseImage base;
  base.stage = &stage;
  // A stage is only ever FROM an earlier one, so this ends.
  while (base.stage->parent != kNone) base.stage = &all[base.stage->parent];
  if (!base.stage->base_known) return base;
  base.facts = lint.base_facts(base.stage->base);
  base.reference = image::parse_reference(base.stage->base);
  if (base.reference) base.known = image::find_known_image(*base.reference);
  return base;
}

std::vector<const Stage*> final_chain(const Lint& lint) {
  const std::span<const Stage> all = lint.stages.all();
  const Stage* stage = lint.options.target.empty() ? lint.stages.final_stage()
                                                   : lint.stages.find(lint.options.target);
  if (stage == nullptr) stage = lint.stages.final_stage();
  std::vector<const Stage*> chain;
  while (stage != nullptr) {
    chain.push_back(stage);
    stage = stage->parent == kNone ? nullptr : &all[stage->parent];
  }
  return chain;
}

}  // namespace corten::dockerfile
