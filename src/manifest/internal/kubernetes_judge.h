// What every Kubernetes rule gets: the file, what is known around it, and a place for findings.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "manifest/internal/mend.h"
#include "manifest/kubernetes_rules.h"

namespace corten::manifest {

class KubernetesJudge {
 public:
  KubernetesJudge(const KubernetesFile& file, const KubernetesContext& context);

  [[nodiscard]] const KubernetesFile& file() const { return file_; }
  [[nodiscard]] const KubernetesContext& context() const { return context_; }
  [[nodiscard]] const KubernetesObject& object() const { return *object_; }

  // True if the file has a service account of this name, in the namespace of the object, that
  // mounts no token.
  [[nodiscard]] bool mounts_no_token(std::string_view account) const {
    return tokenless_.contains({object_->name_space, account});
  }
  // True if a LimitRange of the file, in the namespace of the object, has `field` ("default",
  // "defaultRequest") of containers for `resource`.
  [[nodiscard]] bool has_default(std::string_view field, std::string_view resource) const {
    return defaults_.contains({object_->name_space, field, resource});
  }

  void begin_rule(const Check& check);
  // What the next reports are of; `container` may be nullptr.
  void begin(const KubernetesObject& object, const KubernetesContainer* container);
  // `evidence` is one sentence without a full stop; the severity is the check's own if not given.
  void report(yaml::Position at, std::string_view evidence,
              std::optional<Severity> severity = std::nullopt, std::string_view remediation = {});

  // Gives the finding that was reported last a fix, if the steps can be made. `risk` is one
  // sentence on what may change; empty: the pods go on as they did. A securityContext is not
  // emptied.
  void mend(std::string_view risk, const std::vector<Step>& steps);

  [[nodiscard]] bool is_full() const { return findings_.size() >= kMaxFindings; }
  [[nodiscard]] std::vector<Finding> take();

 private:
  [[nodiscard]] bool is_missing_in_patch(yaml::Position at) const;

  const KubernetesFile& file_;
  const KubernetesContext& context_;
  std::set<std::pair<std::string_view, std::string_view>> tokenless_;
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> defaults_;
  const Check* check_ = nullptr;
  const KubernetesObject* object_ = nullptr;
  const KubernetesContainer* container_ = nullptr;
  std::set<std::pair<std::uint32_t, std::uint32_t>> places_;  // of this rule
  bool has_last_ = false;                                     // the last report was kept
  std::vector<Finding> findings_;
  std::optional<Mender> mender_;
};

// The place of a value, for the steps of fixes.
[[nodiscard]] inline Place place_of(const ManifestValue& value) {
  return {0, value.at.line, value.at.column};
}

// Where a finding of a container stands: at the value, or at the container's name if there is none.
[[nodiscard]] inline yaml::Position place(const ManifestValue& value,
                                          const KubernetesContainer& container) {
  return value ? value.at : container.at;
}

// Reports `key` of the container's own securityContext unless it has the value `wanted` ("true",
// "false") or one that is not known yet. False: nothing was reported.
bool report_unless(KubernetesJudge& judge, const KubernetesContainer& container,
                   std::string_view key, std::string_view wanted);
// The step that gives such a key a value.
[[nodiscard]] Step put_context(const KubernetesContainer& container, std::string_view key,
                               yaml::Value value);

// True if nothing keeps the container from running as root.
[[nodiscard]] bool may_be_root(const KubernetesPod& pod, const KubernetesContainer& container);

using ContainerRule = void (*)(KubernetesJudge& judge, const KubernetesPod& pod,
                               const KubernetesContainer& container);
using PodRule = void (*)(KubernetesJudge& judge, const KubernetesPod& pod);
using ObjectRule = void (*)(KubernetesJudge& judge, const KubernetesObject& object);

struct ContainerRow {
  std::string_view id;
  ContainerRule rule;
};
struct PodRow {
  std::string_view id;
  PodRule rule;
};
struct ObjectRow {
  std::string_view id;
  ObjectRule rule;
};

// kubernetes_pod_security.cpp: Pod Security Standards, and what belongs to them.
[[nodiscard]] std::span<const ContainerRow> container_security_rules();
[[nodiscard]] std::span<const PodRow> pod_security_rules();
// kubernetes_capabilities.cpp
[[nodiscard]] std::span<const ContainerRow> capability_rules();
// kubernetes_volumes.cpp
[[nodiscard]] std::span<const PodRow> volume_rules();
// kubernetes_workloads.cpp: resources, images, probes, secrets, placement.
[[nodiscard]] std::span<const ContainerRow> container_workload_rules();
[[nodiscard]] std::span<const PodRow> pod_workload_rules();
// kubernetes_cluster.cpp: objects that run nothing; kubernetes_rbac.cpp: who may do what.
[[nodiscard]] std::span<const ObjectRow> cluster_rules();
[[nodiscard]] std::span<const ObjectRow> rbac_rules();
// kustomize.cpp
[[nodiscard]] std::span<const ObjectRow> kustomize_rules();
// The image as the overrides make it.
[[nodiscard]] std::string image_as_set(std::string_view image,
                                       const std::vector<ImageOverride>& overrides);

// Parts of credentials that say whose or where, and open nothing by themselves.
[[nodiscard]] bool names_public_part(std::string_view key);

}  // namespace corten::manifest
