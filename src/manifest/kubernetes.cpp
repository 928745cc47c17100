#include "manifest/kubernetes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "yaml/access.h"

namespace corten::manifest {

namespace {

// Where the workloads of a kind keep the template of their pods; "" is the object itself.
struct WorkloadKind {
  std::string_view group;  // of apiVersion; "*": any
  std::string_view kind;
  std::string_view path;
};

constexpr auto kWorkloads = std::to_array<WorkloadKind>({
    {"", "Pod", ""},
    {"", "PodTemplate", "template"},
    {"", "ReplicationController", "spec.template"},
    {"apps", "Deployment", "spec.template"},
    {"apps", "StatefulSet", "spec.template"},
    {"apps", "DaemonSet", "spec.template"},
    {"apps", "ReplicaSet", "spec.template"},
    {"extensions", "Deployment", "spec.template"},
    {"extensions", "DaemonSet", "spec.template"},
    {"extensions", "ReplicaSet", "spec.template"},
    {"batch", "Job", "spec.template"},
    {"batch", "CronJob", "spec.jobTemplate.spec.template"},
    {"argoproj.io", "Rollout", "spec.template"},
    {"apps.openshift.io", "DeploymentConfig", "spec.template"},
});

// "apps" of "apps/v1"; the core group has none.
std::string_view group_of(std::string_view api_version) {
  const auto parts = split_once(api_version, '/');
  return parts ? parts->first : std::string_view();
}

class Loader {
 public:
  Status add(ManifestValue root, std::size_t depth) {
    const std::string_view kind = root.get("kind").text();
    if (kind.ends_with("List") && root.get("items").node != nullptr &&
        root.get("items").node->is_sequence()) {
      if (depth >= kMaxListDepth) return {};
      for (const ManifestValue& item : root.get("items").items()) {
        CORTEN_CHECK(add(item, depth + 1));
      }
      return {};
    }
    if (kind.empty() || root.get("apiVersion").text().empty()) return {};
    if (objects.size() >= kMaxKubernetesObjects) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("more than {} objects in one file", kMaxKubernetesObjects));
    }
    return add_object(root);
  }

  std::vector<KubernetesObject> objects;

 private:
  Status add_object(ManifestValue root) {
    KubernetesObject object;
    object.values = root;
    object.api_version = root.get("apiVersion").text();
    object.kind = root.get("kind").text();
    const ManifestValue metadata = root.get("metadata");
    ManifestValue name = metadata.get("name");
    if (name.text().empty()) name = metadata.get("generateName");
    object.name = name.text();
    object.name_space = metadata.get("namespace").text();
    object.at = name.text().empty() ? root.get("kind").at : name.at;
    const std::string_view group = group_of(object.api_version);
    const auto row = std::ranges::find_if(kWorkloads, [&](const WorkloadKind& workload) {
      return workload.kind == object.kind && workload.group == group;
    });
    if (row != kWorkloads.end()) {
      const ManifestValue holder = row->path.empty() ? root : root.find(row->path);
      if (const ManifestValue spec = holder.get("spec"); spec && spec.node->is_map()) {
        object.pod.emplace();
        object.pod->metadata = holder.get("metadata");
        object.pod->spec = spec;
        CORTEN_CHECK(fill_pod(*object.pod));
        if (object.kind == "Pod") take_as_whole(*object.pod);
      }
    }
    objects.push_back(std::move(object));
    return {};
  }

  // Patches are laid over workloads; a bare Pod without an image is only a short one.
  static void take_as_whole(KubernetesPod& pod) {
    pod.is_partial = false;
    for (KubernetesContainer& container : pod.containers) container.is_partial = false;
  }

  Status fill_pod(KubernetesPod& pod) {
    CORTEN_CHECK(add_containers(pod, "containers", ContainerKind::Main));
    CORTEN_CHECK(add_containers(pod, "initContainers", ContainerKind::Init));
    CORTEN_CHECK(add_containers(pod, "ephemeralContainers", ContainerKind::Ephemeral));
    pod.frees_low_ports = std::ranges::any_of(
        pod.spec.find("securityContext.sysctls").items(), [](const ManifestValue& sysctl) {
          return sysctl.get("name").text() == "net.ipv4.ip_unprivileged_port_start";
        });
    pod.is_partial = std::ranges::all_of(pod.containers, &KubernetesContainer::is_partial);
    pod.runs_as_zero = std::ranges::any_of(pod.containers, [&](const KubernetesContainer& one) {
      return security_of(pod, one, "runAsUser").as_int() == 0;
    });
    const ManifestValue nodes = pod.spec.get("nodeSelector");
    pod.is_host_process =
        pod.spec.find("securityContext.windowsOptions.hostProcess").is_true() ||
        std::ranges::any_of(pod.containers, [](const KubernetesContainer& container) {
          return container.values.find("securityContext.windowsOptions.hostProcess").is_true();
        });
    const std::string_view os = pod.spec.find("os.name").text();
    pod.is_windows = os.empty() ? nodes.get("kubernetes.io/os").text() == "windows" ||
                                      nodes.get("beta.kubernetes.io/os").text() == "windows" ||
                                      pod.is_host_process
                                : os == "windows";
    return {};
  }

  Status add_containers(KubernetesPod& pod, std::string_view key, ContainerKind kind) {
    for (const ManifestValue& item : pod.spec.get(key).items()) {
      if (!item.node->is_map()) continue;
      if (++containers_ > kMaxKubernetesContainers) {
        return fail(ErrorCode::LimitExceeded,
                    fmt::format("more than {} containers in one file", kMaxKubernetesContainers));
      }
      const ManifestValue name = item.get("name");
      pod.containers.push_back({kind, std::string(name.text()), item,
                                name.text().empty() ? item.at : name.at,
                                item.get("image").is_empty()});
    }
    return {};
  }

  std::size_t containers_ = 0;
};

}  // namespace

ManifestValue ManifestValue::get(std::string_view key) const {
  if (node == nullptr || node->entries.size() > kMaxKeysToSearch) return {};
  const yaml::Entry* entry = yaml::find_entry(*node, key);
  return entry == nullptr ? ManifestValue() : ManifestValue{entry->value, entry->value_at};
}

ManifestValue ManifestValue::find(std::string_view path) const {
  ManifestValue value = *this;
  for (const std::string_view part : split(path, '.')) {
    value = value.get(part);
    if (!value) break;
  }
  return value;
}

yaml::Position ManifestValue::place_of(std::string_view key) const {
  const yaml::Entry* entry = node == nullptr ? nullptr : yaml::find_entry(*node, key);
  return entry == nullptr ? yaml::Position() : entry->at();
}

std::vector<ManifestValue> ManifestValue::items() const {
  std::vector<ManifestValue> all;
  if (node == nullptr) return all;
  all.reserve(node->items.size());
  for (const yaml::Item& item : node->items) all.push_back({item.value, item.value_at});
  return all;
}

std::vector<std::string_view> ManifestValue::texts() const {
  return node == nullptr ? std::vector<std::string_view>() : yaml::texts(node);
}

std::string_view ManifestValue::text() const { return yaml::text(node); }

std::optional<bool> ManifestValue::as_bool() const {
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  return yaml::parse_bool(node->text);
}

std::optional<std::int64_t> ManifestValue::as_int() const {
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  return yaml::parse_int(node->text);
}

bool ManifestValue::is_empty() const {
  return node == nullptr || node->is_null() || (node->is_scalar() && node->text.empty()) ||
         (node->is_map() && node->entries.empty()) || (node->is_sequence() && node->items.empty());
}

bool ManifestValue::is_open() const {
  const std::string_view value = text();
  return value.find("${") != std::string_view::npos || value.find("$(") != std::string_view::npos ||
         value.find("{{") != std::string_view::npos;
}

Result<KubernetesFile> load_kubernetes(std::string path, std::string content) {
  auto stream = yaml::parse(std::move(content));
  if (!stream) return std::unexpected(yaml::to_error(stream.error(), path));
  KubernetesFile file;
  file.path = std::move(path);
  file.stream = *std::move(stream);
  Loader loader;
  for (const yaml::Document& document : file.stream.documents()) {
    CORTEN_CHECK(loader.add({document.root, document.root->at}, 0));
  }
  file.objects = std::move(loader.objects);
  return file;
}

ManifestValue security_of(const KubernetesPod& pod, const KubernetesContainer& container,
                          std::string_view path) {
  const ManifestValue own = container.values.get("securityContext").find(path);
  if (own && !own.node->is_null()) return own;
  return pod.spec.get("securityContext").find(path);
}

}  // namespace corten::manifest
