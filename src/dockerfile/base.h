// The image that a stage is built on in the end, behind all stages that it is FROM, and what is
// known of it.
#pragma once

#include <optional>
#include <string_view>

#include "dockerfile/rule.h"
#include "image/reference.h"

namespace corten::dockerfile {

struct BaseImage {
  const Stage* stage = nullptr;               // the first of the chain, whose FROM names an image
  std::optional<image::Reference> reference;  // nullopt: variables, or no valid name
  const image::KnownImage* known = nullptr;   // by its name
  const BaseFacts* facts = nullptr;           // the image itself was at hand

  [[nodiscard]] bool is_scratch() const;
  // nullopt: nothing is known.
  [[nodiscard]] std::optional<bool> has_shell() const;
  [[nodiscard]] image::ImageFamily family() const;  // Other where nothing is known
};

[[nodiscard]] BaseImage base_of(const Lint& lint, const Stage& stage);
// Where the stage names its image; the whole FROM if it does not.
[[nodiscard]] Range base_place(const Stage& stage);

// The last instruction of the final image with this keyword that was understood: own stage first.
[[nodiscard]] const Instruction* last_of(const Lint& lint, Keyword keyword);
// Whether the final image has a CMD or ENTRYPOINT: else it is a base for others, or only exported.
[[nodiscard]] bool starts_something(const Lint& lint);

}  // namespace corten::dockerfile
