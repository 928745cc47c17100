// Kubernetes manifests as the checks see them: the objects of a file, the pods that they describe,
// and the containers of those.
//
// A file holds several documents and Lists of objects, in YAML or JSON, as kubectl, Helm and
// kustomize write them. Nothing is validated: what is no object is passed over, a value of the
// wrong kind is as good as missing, and values keep the place where they are written. Input is
// untrusted and bounded by the parser (yaml/document.h) and the limits below.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/document.h"

namespace corten::manifest {

inline constexpr std::size_t kMaxKubernetesObjects = 50'000;
inline constexpr std::size_t kMaxKubernetesContainers = 20'000;  // of all objects
// Maps with more keys are not looked into by key: no object of Kubernetes has such, and every
// container asks its pod some forty times.
inline constexpr std::size_t kMaxKeysToSearch = 2'000;
inline constexpr std::size_t kMaxListDepth = 4;  // Lists in Lists

// A value and where it is written; for what came by an alias, where the alias is. Borrows from the
// stream of the file. One that is not there is false, and everything asked of it is empty.
struct ManifestValue {
  const yaml::Node* node = nullptr;
  yaml::Position at;

  explicit operator bool() const { return node != nullptr; }

  // The value of a key, or of "a.b.c"; keys that hold a dot need get().
  [[nodiscard]] ManifestValue get(std::string_view key) const;
  [[nodiscard]] ManifestValue find(std::string_view path) const;
  // The place of a key of this map; {} if there is none.
  [[nodiscard]] yaml::Position place_of(std::string_view key) const;
  [[nodiscard]] std::vector<ManifestValue> items() const;  // of a sequence
  [[nodiscard]] std::vector<std::string_view> texts() const;

  [[nodiscard]] std::string_view text() const;  // of a scalar
  [[nodiscard]] std::optional<bool> as_bool() const;
  [[nodiscard]] std::optional<std::int64_t> as_int() const;
  [[nodiscard]] bool is_true() const { return as_bool().value_or(false); }
  [[nodiscard]] bool is_false() const { return !as_bool().value_or(true); }
  // Nothing in it: missing, null, "", {} or [].
  [[nodiscard]] bool is_empty() const;
  // Holds a variable that a later tool fills in (${X}, $(X), {{ x }}): nothing is known of it.
  [[nodiscard]] bool is_open() const;
};

enum class ContainerKind { Main, Init, Ephemeral };

struct KubernetesContainer {
  ContainerKind kind = ContainerKind::Main;
  std::string name;
  ManifestValue values;
  yaml::Position at;  // of its name, or of the container if it has none
  // It has no image: a patch that kustomize lays over the rest. What it does not say, others do.
  bool is_partial = false;
};

// What a pod is made from: the spec of a Pod or the template of a workload.
struct KubernetesPod {
  ManifestValue metadata;
  ManifestValue spec;
  // It runs on Windows (os.name, or the label of the nodes that it asks for): what Linux alone
  // knows is not asked of it.
  bool is_windows = false;
  // The pod or one of its containers runs as a process of a Windows host.
  bool is_host_process = false;
  bool is_partial = false;                      // all of its containers are; a bare Pod never is
  bool runs_as_zero = false;                    // a container is told to: runAsUser: 0
  bool frees_low_ports = false;                 // a sysctl lets everyone bind ports below 1024
  std::vector<KubernetesContainer> containers;  // main ones, then init, then ephemeral
};

struct KubernetesObject {
  std::string api_version;
  std::string kind;
  std::string name;        // or generateName; may be empty
  std::string name_space;  // of metadata.namespace; empty where none is written
  yaml::Position at;       // of its name, or of its kind
  ManifestValue values;
  std::optional<KubernetesPod> pod;
};

// Owns what the values of its objects point at; may be moved.
struct KubernetesFile {
  std::string path;  // as findings name it
  yaml::Stream stream;
  std::vector<KubernetesObject> objects;
};

// Errors: as yaml::parse, with the place in the message; LimitExceeded (objects, containers).
[[nodiscard]] Result<KubernetesFile> load_kubernetes(std::string path, std::string content);

// What holds for `container` of `pod`: its own securityContext.KEY or, where that has none, the
// pod's (runAsUser, runAsGroup, runAsNonRoot, seccompProfile, seLinuxOptions, appArmorProfile,
// windowsOptions). `path` is below securityContext.
[[nodiscard]] ManifestValue security_of(const KubernetesPod& pod,
                                        const KubernetesContainer& container,
                                        std::string_view path);

}  // namespace corten::manifest
