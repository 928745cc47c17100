// Base images that the user has at hand (--base IMAGE=ARCHIVE): read once by the image scanner, so
// that rules judge by the image itself and not by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "dockerfile/rule.h"
#include "image/reference.h"
#include "scan/worker.h"

namespace corten::lint {

struct BaseArchive {
  image::Reference reference;
  dockerfile::BaseFacts facts;
};

// Reads what `archive` (an archive or layout) holds of the image `name`: the one with that tag, or
// its only one. Archives are untrusted and read in the scanner's sandbox; the calling process must
// be single-threaded. Errors name the archive: Usage (no such name of an image), NotFound (several
// images, none of that name), Unsupported (no image configuration), and those of scan::examine().
[[nodiscard]] Result<BaseArchive> read_base_image(std::string_view name, const std::string& archive,
                                                  const image::OpenOptions& platform,
                                                  scan::Cache& cache,
                                                  const scan::ExamineOptions& options,
                                                  Progress& progress);

// Of the image that FROM names, or nullptr. A tag that is not written is "latest"; a digest only
// counts where both have one. Of two that fit, the later one counts.
[[nodiscard]] const dockerfile::BaseFacts* facts_of(const std::vector<BaseArchive>& bases,
                                                    std::string_view name);

}  // namespace corten::lint
