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
  BaseImage base;
  base.stage = &lint.stages.all()[stage.root];
  if (!base.stage->base_known) return base;
  base.facts = lint.base_facts(base.stage->base);
  base.reference = image::parse_reference(base.stage->base);
  if (base.reference) base.known = image::find_known_image(*base.reference);
  return base;
}

Range base_place(const Stage& stage) {
  return stage.base_range.empty() ? stage.from->range : stage.base_range;
}

const Instruction* last_of(const Lint& lint, Keyword keyword) {
  for (const Stage* stage : lint.stages.final_chain()) {
    const Instruction* last = nullptr;
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword == keyword && !instruction.broken) last = &instruction;
    }
    if (last != nullptr) return last;
  }
  return nullptr;
}

bool starts_something(const Lint& lint) {
  return last_of(lint, Keyword::Cmd) != nullptr || last_of(lint, Keyword::Entrypoint) != nullptr;
}

}  // namespace corten::dockerfile
