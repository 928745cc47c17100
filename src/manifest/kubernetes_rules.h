// The checks of Kubernetes manifests: pure functions from the model to findings.
//
// Ids that Trivy has keep its numbers (KSV-0017), so that ignore lists go on to work; each check is
// judged for itself, as there, with two exceptions: a rule that allows everything on everything
// (KSV-0044) is not told again as KSV-0045 and KSV-0046, and a Windows pod that is a process of its
// host (KSV-0103) must have the host's network, so that KSV-0009 is not told of it. Checks of ours
// are KC1001 …. One place has at most one finding of a check: what a pod sets for all its
// containers is told once.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "finding/check.h"
#include "manifest/kubernetes.h"

namespace corten::manifest {

// A kustomization's change of images with this name; what is empty stays as it is.
struct ImageOverride {
  std::string name;  // without tag and digest, as the manifests write it
  std::string new_name;
  std::string new_tag;
  std::string digest;
};

struct KubernetesContext {
  // Registries that images may come from (KSV-0125), as globs; empty: any.
  std::vector<std::string> trusted_registries = {};
  // The digest that an image's name stands for ("sha256:…"); empty if it is not known. May be
  // empty.
  std::function<std::string(std::string_view image)> image_digest = {};
  // Of the kustomization that has the file as a resource; the first that fits an image counts.
  std::vector<ImageOverride> images = {};
};

// The catalogue rows, for `corten explain`, docs and SARIF.
[[nodiscard]] std::span<const Check> kubernetes_catalogue();

// All findings of all checks, in the order of their places; subject is "KIND NAME" or "KIND NAME,
// container NAME".
[[nodiscard]] std::vector<Finding> check_kubernetes(const KubernetesFile& file,
                                                    const KubernetesContext& context = {});

}  // namespace corten::manifest
