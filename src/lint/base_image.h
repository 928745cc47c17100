// Base images that are at hand (--base): in archives, in the engine, in a registry. Rules then
// judge by the image itself and not by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "dockerfile/rule.h"
#include "image/reference.h"
#include "image/registry_image.h"
#include "scan/worker.h"

namespace corten::lint {

struct LintRequest;

struct BaseImage {
  image::Reference reference;
  dockerfile::BaseFacts facts;
};

// The external images that Dockerfiles of the request are FROM, as far as their names are known;
// each once, in the order of the files. Files that cannot be read have none.
[[nodiscard]] std::vector<image::Reference> named_base_images(const LintRequest& request);

// What `target` holds of the image: the one of that name, or its only one. Images are untrusted and
// read in the scanner's sandbox; the calling process must be single-threaded. Errors: NotFound
// (several images, none of that name), Unsupported (no image configuration), and those of
// scan::examine().
[[nodiscard]] Result<BaseImage> read_base_image(const image::Reference& reference,
                                                const scan::Target& target, scan::Cache& cache,
                                                const scan::ExamineOptions& options,
                                                Progress& progress);

// What a registry says. Which accounts the image has is not known without its layers.
[[nodiscard]] BaseImage base_of_registry(const image::Reference& reference,
                                         image::RegistryImage image);

// Of the image that FROM names, or nullptr. A tag that is not written is "latest"; a digest only
// counts where both have one. Of two that fit, the later one counts.
[[nodiscard]] const dockerfile::BaseFacts* facts_of(const std::vector<BaseImage>& bases,
                                                    std::string_view name);

}  // namespace corten::lint
