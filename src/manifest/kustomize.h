// kustomization.yaml: what it takes from elsewhere, the images it sets, the secrets it makes, and
// the patches that stand in it.
//
// Nothing is rendered: resources are judged as the files that they are, and a patch by what it says
// itself. Patches in JSON form (lists of operations) are not judged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/kubernetes_rules.h"

namespace corten::manifest {

inline constexpr std::size_t kMaxInlinePatches = 1'000;

// The file as one object of the kind Kustomization, also where it says no kind. Errors: as
// load_kubernetes.
[[nodiscard]] Result<KubernetesFile> load_kustomization(std::string path, std::string content);

// Findings of the file itself and of the patches in it, in the order of their places; those of
// patches have no fix.
[[nodiscard]] std::vector<Finding> check_kustomization(const KubernetesFile& file,
                                                       const KubernetesContext& context = {});

// What `images:` of a kustomization changes of the images of its resources.
[[nodiscard]] std::vector<ImageOverride> image_overrides_of(const KubernetesFile& kustomization);
// True if `resources` names the file, relative to the kustomization's folder.
[[nodiscard]] bool names_resource(const KubernetesFile& kustomization, std::string_view file);

}  // namespace corten::manifest
