// How workloads are run: resources, images, probes, secrets, tokens, placement.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "finding/glob.h"
#include "image/reference.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

using content::ValueKind;

template <typename Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

// Ephemeral containers can have no resources, ports or probes.
bool is_ephemeral(const KubernetesContainer& container) {
  return container.kind == ContainerKind::Ephemeral;
}

// True if the container or its pod says how much of `resource` it gets.
bool has_resource(const KubernetesPod& pod, const KubernetesContainer& container,
                  std::string_view kind, std::string_view resource) {
  const auto is_set = [&](const ManifestValue& values) {
    return !values.find("resources").get(kind).get(resource).is_empty();
  };
  return is_set(container.values) || is_set(pod.spec);
}

void check_resource(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container, std::string_view kind,
                    std::string_view resource) {
  if (is_ephemeral(container) || has_resource(pod, container, kind, resource)) return;
  // A request that is not set is what the limit says.
  if (kind == "requests" && has_resource(pod, container, "limits", resource)) return;
  if (judge.has_default(kind == "limits" ? "default" : "defaultRequest", resource)) return;
  const ManifestValue resources = container.values.get("resources");
  judge.report(resources.is_empty() ? container.at : resources.at,
               fmt::format("resources.{}.{} is not set", kind, resource));
}

void check_cpu_limit(KubernetesJudge& judge, const KubernetesPod& pod,
                     const KubernetesContainer& container) {
  check_resource(judge, pod, container, "limits", "cpu");
}
void check_cpu_request(KubernetesJudge& judge, const KubernetesPod& pod,
                       const KubernetesContainer& container) {
  check_resource(judge, pod, container, "requests", "cpu");
}
void check_memory_limit(KubernetesJudge& judge, const KubernetesPod& pod,
                        const KubernetesContainer& container) {
  check_resource(judge, pod, container, "limits", "memory");
}
void check_memory_request(KubernetesJudge& judge, const KubernetesPod& pod,
                          const KubernetesContainer& container) {
  check_resource(judge, pod, container, "requests", "memory");
}

// The image of a container as its kustomization sets it; empty if nothing is known of it.
std::string image_text(const KubernetesJudge& judge, const KubernetesContainer& container) {
  const ManifestValue image = container.values.get("image");
  return image.is_open() ? std::string() : image_as_set(image.text(), judge.context().images);
}

// The same, if it is well-formed.
std::optional<image::Reference> image_of(const KubernetesJudge& judge,
                                         const KubernetesContainer& container) {
  const std::string image = image_text(judge, container);
  return image.empty() ? std::nullopt : image::parse_reference(image);
}

bool is_mutable(const image::Reference& reference) {
  return reference.digest.empty() && (reference.tag.empty() || reference.tag == "latest");
}

void check_image(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                 const KubernetesContainer& container) {
  const auto reference = image_of(judge, container);
  if (!reference || !reference->digest.empty()) return;
  const ManifestValue image = container.values.get("image");
  const std::string shown = printable(image_text(judge, container));
  if (reference->tag.empty()) {
    judge.report(image.at, fmt::format("image '{}' has no tag: latest is taken", shown));
  } else if (reference->tag == "latest") {
    judge.report(image.at, fmt::format("image '{}' may be another one tomorrow", shown));
  } else {
    judge.report(image.at, fmt::format("image '{}' has a tag, but no digest", shown),
                 Severity::Info, "add the digest: image: name:tag@sha256:…");
  }
  const auto& digest_of = judge.context().image_digest;
  const std::string digest = digest_of ? digest_of(image.text()) : std::string();
  if (digest.empty() || image_text(judge, container) != image.text()) return;
  judge.mend({}, {set(place_of(image), text_value(std::string(image.text()) + "@" + digest))});
}

void check_pull_policy(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                       const KubernetesContainer& container) {
  const auto reference = image_of(judge, container);
  const ManifestValue policy = container.values.get("imagePullPolicy");
  if (!reference || !is_mutable(*reference)) return;
  if (policy.text() != "IfNotPresent" && policy.text() != "Never") return;
  judge.report(policy.at, fmt::format("imagePullPolicy: {}, though latest changes", policy.text()));
  judge.mend("nodes ask the registry at every start, and cannot start the pod without it",
             {set(place_of(policy), text_value("Always"))});
}

void check_registry(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                    const KubernetesContainer& container) {
  const auto& trusted = judge.context().trusted_registries;
  const auto reference = image_of(judge, container);
  if (trusted.empty() || !reference) return;
  if (std::ranges::any_of(trusted, [&](const std::string& pattern) {
        return glob_matches(pattern, reference->registry);
      })) {
    return;
  }
  judge.report(container.values.get("image").at,
               fmt::format("image '{}' comes from {}", printable(image_text(judge, container)),
                           printable(reference->registry)));
}

constexpr std::int64_t kFirstUnprivilegedPort = 1024;

void check_low_port(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  if (pod.is_windows || pod.frees_low_ports || is_ephemeral(container)) return;
  for (const ManifestValue& port : container.values.get("ports").items()) {
    const ManifestValue value = port.get("containerPort");
    const auto number = value.as_int();
    if (!number || *number <= 0 || *number >= kFirstUnprivilegedPort) continue;
    return judge.report(value.at, fmt::format("containerPort: {}", *number));
  }
}

// A pod that goes on until it is told to end, as opposed to a job.
bool is_server(const KubernetesObject& object) {
  constexpr auto kServers =
      std::to_array<std::string_view>({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
                                       "ReplicationController", "Rollout", "DeploymentConfig"});
  return has(kServers, object.kind);
}

void check_probes(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                  const KubernetesContainer& container) {
  if (container.kind != ContainerKind::Main || !is_server(judge.object())) return;
  const bool is_alive = !container.values.get("livenessProbe").is_empty();
  const bool is_ready = !container.values.get("readinessProbe").is_empty();
  // Traffic goes to pods that are ready: one that has no port gets none.
  const bool has_ports = !container.values.get("ports").is_empty();
  if (!is_ready && has_ports) {
    judge.report(container.at, is_alive ? "no readinessProbe, though it has ports"
                                        : "no livenessProbe and no readinessProbe");
  } else if (!is_alive) {
    judge.report(container.at, "no livenessProbe", Severity::Info);
  }
}

// The value comes from a Secret that is named after the workload.
void mend_variable(KubernetesJudge& judge, const ManifestValue& variable) {
  const std::string name(variable.get("name").text());
  const std::string& secret = judge.object().name;
  if (secret.empty() || name.empty() || variable.get("valueFrom")) return;
  judge.mend(fmt::format("the pod starts only once there is a Secret '{}' with the key {}",
                         printable(secret), printable(name)),
             {replace(place_of(variable.get("value")), "valueFrom",
                      yaml::Value::map(
                          {{"secretKeyRef", yaml::Value::map({{"name", text_value(secret)},
                                                              {"key", text_value(name)}})}}))});
}

void check_variable(KubernetesJudge& judge, const ManifestValue& variable) {
  const ManifestValue value = variable.get("value");
  if (value.text().empty() || value.is_open()) return;
  const std::string_view name = variable.get("name").text();
  if (const std::string_view form = content::form_of_secret(value.text()); !form.empty()) {
    judge.report(value.at, fmt::format("env {} holds a {}", printable(name), form));
    mend_variable(judge, variable);
  } else if (content::names_secret(name) && name != "ETCD_INITIAL_CLUSTER_TOKEN") {  // its name
    const ValueKind kind = content::kind_of_value(name, value.text());
    // NAME_VAL, NAME and the like wait for somebody to put the value there.
    if (to_lower(value.text()).starts_with(to_lower(name))) return;
    if (kind == ValueKind::Secret) {
      judge.report(value.at, fmt::format("the value of env {} is written out", printable(name)));
      mend_variable(judge, variable);
    } else if (kind == ValueKind::Dummy) {
      judge.report(value.at,
                   fmt::format("env {} is a password that is tried first", printable(name)),
                   Severity::Medium);
      mend_variable(judge, variable);
    }
  }
}

// "--password=x" and "--password x" among the words of a command.
void check_words(KubernetesJudge& judge, const ManifestValue& words) {
  const std::vector<ManifestValue> items = words.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string_view word = items[i].text();
    if (const std::string_view form = content::form_of_secret(word); !form.empty()) {
      judge.report(items[i].at, fmt::format("an argument holds a {}", form));
      continue;
    }
    if (!word.starts_with("--")) continue;
    const auto option = split_once(word.substr(2), '=');
    const ManifestValue next = i + 1 < items.size() ? items[i + 1] : ManifestValue();
    const std::string_view name = option ? option->first : word.substr(2);
    const std::string_view value = option ? option->second : next.text();
    if (value.starts_with('-') || (option ? items[i] : next).is_open()) continue;
    if (!content::names_secret(name) || content::kind_of_value(name, value) != ValueKind::Secret)
      continue;
    judge.report(option ? items[i].at : next.at,
                 fmt::format("--{} is a secret, written out", printable(name)));
  }
}

void check_secrets(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                   const KubernetesContainer& container) {
  for (const ManifestValue& variable : container.values.get("env").items()) {
    check_variable(judge, variable);
  }
  check_words(judge, container.values.get("command"));
  check_words(judge, container.values.get("args"));
}

void check_ephemeral(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                     const KubernetesContainer& container) {
  if (!is_ephemeral(container)) return;
  judge.report(container.at, "a container for debugging is part of the manifest");
  judge.mend("the container for debugging is gone", {remove(place_of(container.values))});
}

// The message of a container's end is copied into the status of the pod, for all who may read that.
void check_termination_message(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                               const KubernetesContainer& container) {
  constexpr auto kFolders = std::to_array<std::string_view>(
      {"/var/run/secrets/", "/run/secrets/", "/etc/", "/proc/", "/root/", "/sys/"});
  const ManifestValue path = container.values.get("terminationMessagePath");
  if (path.text().empty()) return;
  const std::string clean = std::filesystem::path(path.text()).lexically_normal().string();
  if (!std::ranges::any_of(kFolders, [&](std::string_view f) { return clean.starts_with(f); })) {
    return;
  }
  judge.report(path.at, fmt::format("terminationMessagePath: {}", printable(path.text())));
  judge.mend("the last message is read from /dev/termination-log", {remove(place_of(path))});
}

void check_host_aliases(KubernetesJudge& judge, const KubernetesPod& pod) {
  const ManifestValue aliases = pod.spec.get("hostAliases");
  if (!aliases.is_empty()) judge.report(aliases.at, "hostAliases is set");
}

constexpr std::string_view kTokenRisk =
    "a program that speaks to the API of the cluster can no longer say who it is";

void check_token(KubernetesJudge& judge, const KubernetesPod& pod) {
  const ManifestValue mounted = pod.spec.get("automountServiceAccountToken");
  if (mounted.is_false() || mounted.is_open()) return;
  if (mounted.is_true()) {
    judge.report(mounted.at, "automountServiceAccountToken: true");
    return judge.mend(kTokenRisk, {set(place_of(mounted), plain_value("false"))});
  }
  ManifestValue account = pod.spec.get("serviceAccountName");
  if (account.text().empty()) account = pod.spec.get("serviceAccount");
  if (judge.mounts_no_token(account.text().empty() ? "default" : account.text())) return;
  if (account.text().empty() || account.text() == "default") {
    judge.report(judge.object().at, "automountServiceAccountToken is not set");
    return judge.mend(kTokenRisk, {put(place_of(pod.spec), "automountServiceAccountToken",
                                       plain_value("false"))});
  }
  judge.report(account.at,
               fmt::format("the token of service account '{}' is mounted: it may be meant, but "
                           "nothing says so",
                           printable(account.text())),
               Severity::Low);
}

void check_namespace(KubernetesJudge& judge, std::string_view name) {
  if (judge.object().name_space != name) return;
  judge.report(judge.object().values.find("metadata.namespace").at,
               fmt::format("namespace: {}", name));
}
void check_system_namespace(KubernetesJudge& judge, const KubernetesPod& /*pod*/) {
  check_namespace(judge, "kube-system");
}
void check_default_namespace(KubernetesJudge& judge, const KubernetesPod& /*pod*/) {
  check_namespace(judge, "default");
}

void check_user_namespace(KubernetesJudge& judge, const KubernetesPod& pod) {
  const ManifestValue users = pod.spec.get("hostUsers");
  if (pod.is_windows || users.is_false() || users.is_open()) return;
  // With these the API refuses a user namespace of the pod's own.
  for (const std::string_view key : {"hostNetwork", "hostPID", "hostIPC"}) {
    if (pod.spec.get(key).is_true()) return;
  }
  const bool is_needed = std::ranges::any_of(
      pod.containers, [&](const KubernetesContainer& c) { return may_be_root(pod, c); });
  if (!is_needed) return;
  judge.report(users ? users.at : judge.object().at, "hostUsers is not false");
  judge.mend("nodes need Kubernetes 1.30 or later and a kernel that maps the users of the volumes",
             {users ? set(place_of(users), plain_value("false"))
                    : put(place_of(pod.spec), "hostUsers", plain_value("false"))});
}

void check_shared_processes(KubernetesJudge& judge, const KubernetesPod& pod) {
  const ManifestValue shared = pod.spec.get("shareProcessNamespace");
  if (!shared.is_true()) return;
  judge.report(shared.at, "shareProcessNamespace: true");
  judge.mend("containers of the pod no longer see and signal each other's processes",
             {remove(place_of(shared))});
}

constexpr std::int64_t kMaxTokenSeconds = std::int64_t{24} * 60 * 60;

void check_projected_tokens(KubernetesJudge& judge, const KubernetesPod& pod) {
  for (const ManifestValue& volume : pod.spec.get("volumes").items()) {
    for (const ManifestValue& source : volume.find("projected.sources").items()) {
      const ManifestValue seconds = source.find("serviceAccountToken.expirationSeconds");
      if (const auto value = seconds.as_int(); value && *value > kMaxTokenSeconds) {
        judge.report(seconds.at, fmt::format("a token that is valid for {} hours", *value / 3600));
        judge.mend("a program that reads the token only when it starts is refused after an hour",
                   {remove(place_of(seconds))});
      }
    }
  }
}

void check_placement(KubernetesJudge& judge, const KubernetesPod& pod) {
  constexpr auto kControlPlane = std::to_array<std::string_view>(
      {"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"});
  if (const ManifestValue node = pod.spec.get("nodeName"); !node.text().empty()) {
    judge.report(node.at, fmt::format("nodeName: {}", printable(node.text())), Severity::Low);
  }
  for (const ManifestValue& toleration : pod.spec.get("tolerations").items()) {
    const ManifestValue key = toleration.get("key");
    if (has(kControlPlane, key.text())) {
      judge.report(key.at, fmt::format("tolerates {}", key.text()));
    } else if (key.text().empty() && toleration.get("operator").text() == "Exists" &&
               toleration.get("effect").text() != "NoExecute") {
      judge.report(toleration.at, "tolerates every taint, that of the control plane as well");
    }
  }
}

constexpr auto kContainerRules = std::to_array<ContainerRow>({
    {"KSV-0011", check_cpu_limit},
    {"KSV-0013", check_image},
    {"KSV-0015", check_cpu_request},
    {"KSV-0016", check_memory_request},
    {"KSV-0018", check_memory_limit},
    {"KSV-0117", check_low_port},
    {"KSV-0125", check_registry},
    {"KC1001", check_secrets},
    {"KC1005", check_probes},
    {"KC1006", check_pull_policy},
    {"KC1008", check_ephemeral},
    {"KC1011", check_termination_message},
});

constexpr auto kPodRules = std::to_array<PodRow>({
    {"KSV-0007", check_host_aliases},
    {"KSV-0036", check_token},
    {"KSV-0037", check_system_namespace},
    {"KSV-0110", check_default_namespace},
    {"KC1003", check_user_namespace},
    {"KC1004", check_shared_processes},
    {"KC1007", check_projected_tokens},
    {"KC1009", check_placement},
});

}  // namespace

bool may_be_root(const KubernetesPod& pod, const KubernetesContainer& container) {
  const auto user = security_of(pod, container, "runAsUser").as_int();
  return !security_of(pod, container, "runAsNonRoot").is_true() && (!user || *user == 0);
}

std::span<const ContainerRow> container_workload_rules() { return kContainerRules; }
std::span<const PodRow> pod_workload_rules() { return kPodRules; }

}  // namespace corten::manifest
