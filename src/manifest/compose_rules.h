// The checks of Compose projects: pure functions from the model to findings.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "finding/check.h"
#include "manifest/compose.h"

namespace corten::manifest {

// What is known of an image, if anything: from a registry, an engine, a table of known images, or
// the Dockerfile that a service builds.
struct ComposeImageFacts {
  std::optional<std::string> user;  // USER of its configuration; empty text is root
  std::optional<bool> has_healthcheck;
};

struct ComposeContext {
  // Facts of the image that `service` runs; nullopt if nothing is known. May be empty.
  std::function<std::optional<ComposeImageFacts>(const ComposeService&)> image_facts = {};
  // The digest that an image's name stands for ("sha256:…"); empty if it is not known. May be
  // empty.
  std::function<std::string(std::string_view image)> image_digest = {};
  // True if the file at `path` (as ComposeProject::files has paths) is in version control: an
  // env_file with secrets does not belong there. May be empty: nothing is known.
  std::function<bool(std::string_view path)> is_committed = {};
};

// The catalogue rows (CC1001 …), for `corten explain`, docs and SARIF.
[[nodiscard]] std::span<const Check> compose_catalogue();

// All findings of all checks, in the order of their places; subject is "service NAME" or the file.
[[nodiscard]] std::vector<Finding> check_compose(const ComposeProject& project,
                                                 const ComposeContext& context = {});

}  // namespace corten::manifest
