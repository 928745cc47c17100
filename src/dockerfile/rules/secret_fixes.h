// Secrets of variables and copied files lent to the RUNs that use them instead, as secret mounts of
// BuildKit.
#pragma once

#include <optional>

#include "dockerfile/rules/secrets_support.h"

namespace corten::dockerfile {

// Takes the ARG or ENV away and mounts the secret into each RUN that names it. An ENV that no RUN
// uses is left to whoever starts the container. nullopt where something else than RUN uses the
// value, or where a RUN would write it into the layer.
[[nodiscard]] std::optional<Fix> lent_variable(const Lint& lint, const Definition& definition);

// Takes the COPY of the file away and mounts it into each RUN of the stage that reads it. nullopt
// where none does, or where one would write it into the layer.
[[nodiscard]] std::optional<Fix> lent_file(const Lint& lint, const CopiedSecret& copied);

}  // namespace corten::dockerfile
