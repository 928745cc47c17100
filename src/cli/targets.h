// From what the user calls a target to where its bytes are.
#pragma once

#include "cli/scanner.h"
#include "engine/docker.h"

namespace corten::cli {

struct ResolvedTarget {
  scan::Target target;
  std::string type;  // of the report's subject: image, filesystem, container
};

// "-" is standard input; a path that exists is a file or folder, also with the name of one of its
// images behind it ("layout:1.27") or with its kind before it ("oci-archive:x.tar"); anything else
// is an image or container of the engine, and so is the plain name of a folder that is no image, if
// the engine knows it. Errors say what is near.
[[nodiscard]] Result<ResolvedTarget> resolve_target(const std::string& name,
                                                    const Settings& settings);

[[nodiscard]] Result<ResolvedTarget> resolve_engine_image(const engine::Docker& docker,
                                                          const std::string& name,
                                                          const Settings& settings);
[[nodiscard]] Result<ResolvedTarget> resolve_container(const engine::Docker& docker,
                                                       const std::string& name);

}  // namespace corten::cli
