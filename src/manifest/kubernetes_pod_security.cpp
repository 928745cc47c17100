// Pod Security Standards, baseline and restricted, and the checks that look at the same values;
// those of volumes and of capabilities have files of their own.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

template <typename Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

void check_privileged(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                      const KubernetesContainer& container) {
  const ManifestValue value = container.values.find("securityContext.privileged");
  if (!value.is_true()) return;
  judge.report(value.at, "privileged: true");
  judge.mend("the container can no longer use all devices and capabilities of the node",
             {set(place_of(value), plain_value("false"))});
}

// Where no container says otherwise, the pod says it for all of them.
void mend_non_root(KubernetesJudge& judge, const KubernetesPod& pod,
                   const KubernetesContainer& container) {
  if (security_of(pod, container, "runAsUser").as_int() == 0) return;
  const ManifestValue value = security_of(pod, container, "runAsNonRoot");
  Step step = pod.runs_as_zero
                  ? put_context(container, "runAsNonRoot", plain_value("true"))
                  : put(place_of(pod.spec), "securityContext.runAsNonRoot", plain_value("true"));
  if (value) step = set(place_of(value), plain_value("true"));
  judge.mend(
      "a container whose image starts as root, or names its user by a word, does not start "
      "until runAsUser is set",
      {step});
}

void check_non_root(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  const ManifestValue value = security_of(pod, container, "runAsNonRoot");
  if (value.is_open() || value.is_true()) return;
  const auto user = security_of(pod, container, "runAsUser").as_int();
  if (user && *user > 0 && !pod.is_windows) {
    judge.report(
        place(value, container),
        fmt::format("runs as user {}, but runAsNonRoot does not say that it must stay so", *user),
        Severity::Low);
    return mend_non_root(judge, pod, container);
  }
  judge.report(place(value, container),
               value ? "runAsNonRoot is not true" : "runAsNonRoot is not set");
  mend_non_root(judge, pod, container);
}

void mend_zero(KubernetesJudge& judge, const ManifestValue& id) {
  judge.mend("what belongs to root can no longer be written, nor read where it is not for everyone",
             {set(place_of(id), plain_value("10001"))});
}

void check_root_user(KubernetesJudge& judge, const KubernetesPod& pod,
                     const KubernetesContainer& container) {
  const ManifestValue value = security_of(pod, container, "runAsUser");
  if (pod.is_windows || value.as_int() != 0) return;
  judge.report(value.at, "runAsUser: 0");
  mend_zero(judge, value);
}

// Below it are the users and groups of hosts.
constexpr std::int64_t kFirstHighId = 10'001;

void report_low_id(KubernetesJudge& judge, const KubernetesPod& pod,
                   const KubernetesContainer& container, std::string_view key) {
  const ManifestValue value = security_of(pod, container, key);
  if (pod.is_windows || value.is_open()) return;
  if (const auto id = value.as_int(); id && *id < kFirstHighId) {
    judge.report(value.at, fmt::format("{}: {}", key, *id));
    if (*id == 0) mend_zero(judge, value);
  } else if (!id) {
    judge.report(place(value, container), fmt::format("{} is left to the image", key),
                 Severity::Info);
  }
}

void check_low_user(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  report_low_id(judge, pod, container, "runAsUser");
}

void check_low_group(KubernetesJudge& judge, const KubernetesPod& pod,
                     const KubernetesContainer& container) {
  report_low_id(judge, pod, container, "runAsGroup");
}

void check_root_group(KubernetesJudge& judge, const KubernetesPod& pod,
                      const KubernetesContainer& container) {
  const ManifestValue value = security_of(pod, container, "runAsGroup");
  if (pod.is_windows || value.as_int() != 0) return;
  judge.report(value.at, "runAsGroup: 0");
  mend_zero(judge, value);
}

void check_root_groups_of_pod(KubernetesJudge& judge, const KubernetesPod& pod) {
  if (pod.is_windows) return;
  const ManifestValue context = pod.spec.get("securityContext");
  if (const ManifestValue group = context.get("fsGroup"); group.as_int() == 0) {
    judge.report(group.at, "fsGroup: 0");
    judge.mend("volumes keep the group that they have", {remove(place_of(group))});
  }
  for (const ManifestValue& group : context.get("supplementalGroups").items()) {
    if (group.as_int() != 0) continue;
    judge.report(group.at, "supplementalGroups has 0");
    judge.mend("files of the group root can no longer be used as its member",
               {remove(place_of(group))});
  }
}

void check_read_only_root(KubernetesJudge& judge, const KubernetesPod& pod,
                          const KubernetesContainer& container) {
  if (pod.is_windows || !report_unless(judge, container, "readOnlyRootFilesystem", "true")) return;
  judge.mend(
      "the container can write only to its volumes: mount an emptyDir at /tmp and wherever "
      "else it writes",
      {put_context(container, "readOnlyRootFilesystem", plain_value("true"))});
}

void check_no_context(KubernetesJudge& judge, const KubernetesPod& pod,
                      const KubernetesContainer& container) {
  const ManifestValue own = container.values.get("securityContext");
  if (!own.is_empty() || !pod.spec.get("securityContext").is_empty()) return;
  judge.report(place(own, container), "neither the container nor its pod has a securityContext");
  if (own && !own.node->is_null())
    return;  // {}: the keys that are missing are mended by their rules
  judge.mend(
      "programs that gain rights by a setuid bit, change owners or users, or send raw "
      "packets fail",
      {put(place_of(container.values), "securityContext",
           yaml::Value::map(
               {{"allowPrivilegeEscalation", plain_value("false")},
                {"capabilities", yaml::Value::map({{"drop", list_value({"ALL"})}})}}))});
}

void check_host_ports(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                      const KubernetesContainer& container) {
  std::vector<ManifestValue> taken;
  for (const ManifestValue& port : container.values.get("ports").items()) {
    const ManifestValue host_port = port.get("hostPort");
    if (host_port.as_int().value_or(0) != 0) taken.push_back(host_port);
  }
  if (taken.empty()) return;
  judge.report(taken.front().at, fmt::format("hostPort: {}", *taken.front().as_int()));
  std::vector<Step> steps;
  for (const ManifestValue& host_port : taken) steps.push_back(remove(place_of(host_port)));
  judge.mend("the port is no longer open at the address of the node: a Service has to lead to it",
             steps);
}

// The annotation that older clusters read for one container.
ManifestValue annotation(const KubernetesPod& pod, std::string_view prefix,
                         std::string_view container) {
  return pod.metadata.get("annotations").get(fmt::format("{}/{}", prefix, container));
}

constexpr std::string_view kConfinementRisk =
    "what the default profile of the container runtime forbids is refused";

void check_apparmor(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  if (pod.is_windows) return;
  const ManifestValue type = security_of(pod, container, "appArmorProfile.type");
  if (type.text() == "Unconfined") {
    judge.report(type.at, "appArmorProfile.type: Unconfined");
    return judge.mend(kConfinementRisk, {set(place_of(type), text_value("RuntimeDefault"))});
  }
  const ManifestValue old =
      annotation(pod, "container.apparmor.security.beta.kubernetes.io", container.name);
  const std::string_view value = old.text();
  if (value == "unconfined" || (!value.empty() && value != "runtime/default" &&
                                !value.starts_with("localhost/") && !old.is_open())) {
    judge.report(old.at, fmt::format("the AppArmor profile is '{}'", printable(value)));
    judge.mend(kConfinementRisk, {set(place_of(old), text_value("runtime/default"))});
  }
}

void check_selinux(KubernetesJudge& judge, const KubernetesPod& pod,
                   const KubernetesContainer& container) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"});
  if (pod.is_windows) return;
  const ManifestValue options = security_of(pod, container, "seLinuxOptions");
  std::vector<Step> steps;
  for (const std::string_view key : {"type", "user", "role"}) {
    const ManifestValue value = options.get(key);
    const bool is_allowed = key == "type" ? has(kTypes, value.text()) : value.text().empty();
    if (is_allowed || value.is_open()) continue;
    if (steps.empty()) {
      judge.report(value.at, fmt::format("seLinuxOptions.{}: {}", key, printable(value.text())));
    }
    steps.push_back(remove(place_of(value)));
  }
  judge.mend("what SELinux forbids to containers is refused", steps);
}

void check_proc_mount(KubernetesJudge& judge, const KubernetesPod& pod,
                      const KubernetesContainer& container) {
  const ManifestValue value = container.values.find("securityContext.procMount");
  if (pod.is_windows || value.text().empty() || value.is_open() || value.text() == "Default") {
    return;
  }
  judge.report(value.at, fmt::format("procMount: {}", printable(value.text())));
  judge.mend("the masked paths of /proc can no longer be used",
             {set(place_of(value), text_value("Default"))});
}

// The seccomp profile as it holds: the field, or one of the annotations that came before it.
ManifestValue seccomp_of(const KubernetesPod& pod, const KubernetesContainer& container) {
  if (const ManifestValue type = security_of(pod, container, "seccompProfile.type")) return type;
  const ManifestValue own =
      annotation(pod, "container.seccomp.security.alpha.kubernetes.io", container.name);
  return own ? own
             : pod.metadata.get("annotations").get("seccomp.security.alpha.kubernetes.io/pod");
}

void mend_seccomp(KubernetesJudge& judge, const KubernetesPod& pod,
                  const KubernetesContainer& container) {
  const ManifestValue profile = seccomp_of(pod, container);
  Step step =
      put(place_of(pod.spec), "securityContext.seccompProfile.type", text_value("RuntimeDefault"));
  if (security_of(pod, container, "seccompProfile.type")) {
    step = set(place_of(profile), text_value("RuntimeDefault"));
  } else if (profile) {
    step = set(place_of(profile), text_value("runtime/default"));
  }
  judge.mend("system calls that the default profile of the container runtime forbids fail", {step});
}

void check_seccomp_unconfined(KubernetesJudge& judge, const KubernetesPod& pod,
                              const KubernetesContainer& container) {
  const ManifestValue profile = seccomp_of(pod, container);
  if (pod.is_windows || to_lower(profile.text()) != "unconfined") return;
  judge.report(profile.at, fmt::format("the seccomp profile is {}", printable(profile.text())));
  mend_seccomp(judge, pod, container);
}

void check_seccomp_set(KubernetesJudge& judge, const KubernetesPod& pod,
                       const KubernetesContainer& container) {
  const ManifestValue profile = seccomp_of(pod, container);
  const std::string_view value = profile.text();
  if (pod.is_windows || profile.is_open() || value == "RuntimeDefault" || value == "Localhost" ||
      value == "runtime/default" || value == "docker/default" || value.starts_with("localhost/")) {
    return;
  }
  judge.report(place(profile, container),
               value.empty() ? "seccompProfile is not set"
                             : fmt::format("the seccomp profile is '{}'", printable(value)));
  mend_seccomp(judge, pod, container);
}

void check_probe_hosts(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                       const KubernetesContainer& container) {
  for (const std::string_view holder : {"livenessProbe", "readinessProbe", "startupProbe",
                                        "lifecycle.postStart", "lifecycle.preStop"}) {
    const ManifestValue values = container.values.find(holder);
    for (const std::string_view action : {"httpGet", "tcpSocket"}) {
      const ManifestValue host = values.get(action).get("host");
      if (host.text().empty() || host.is_open()) continue;
      judge.report(host.at, fmt::format("{}.{}.host: {}", holder, action, printable(host.text())));
      judge.mend("the pod itself is asked, which may not answer there", {remove(place_of(host))});
    }
  }
}

void check_host_process(KubernetesJudge& judge, const KubernetesPod& pod,
                        const KubernetesContainer& container) {
  const ManifestValue value = security_of(pod, container, "windowsOptions.hostProcess");
  if (value.is_true()) judge.report(value.at, "windowsOptions.hostProcess: true");
}

// A pod whose root is that of the node is not told so (KC1003) while it shares another namespace:
// to take that away alone would only change which finding it has.
bool hides_root(const KubernetesPod& pod, std::string_view key) {
  for (const std::string_view other : {"hostNetwork", "hostPID", "hostIPC"}) {
    if (other != key && pod.spec.get(other).is_true()) return false;
  }
  return !pod.spec.get("hostUsers").is_false() &&
         std::ranges::any_of(pod.containers, [&](const KubernetesContainer& container) {
           return may_be_root(pod, container);
         });
}

void report_if_true(KubernetesJudge& judge, const KubernetesPod& pod, std::string_view key,
                    std::string_view risk) {
  const ManifestValue value = pod.spec.get(key);
  if (!value.is_true()) return;
  judge.report(value.at, fmt::format("{}: true", key));
  if (!hides_root(pod, key)) judge.mend(risk, {remove(place_of(value))});
}

void check_host_network(KubernetesJudge& judge, const KubernetesPod& pod) {
  if (pod.is_host_process) return;
  report_if_true(judge, pod, "hostNetwork",
                 "the pod gets an address of its own: a Service has to lead to its ports, and "
                 "localhost is no longer the node");
}
void check_host_pid(KubernetesJudge& judge, const KubernetesPod& pod) {
  report_if_true(judge, pod, "hostPID", "the pod no longer sees the processes of the node");
}
void check_host_ipc(KubernetesJudge& judge, const KubernetesPod& pod) {
  report_if_true(judge, pod, "hostIPC",
                 "the pod no longer shares memory with processes of the node");
}

void check_sysctls(KubernetesJudge& judge, const KubernetesPod& pod) {
  constexpr auto kSafe = std::to_array<std::string_view>(
      {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
       "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
       "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
       "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
       "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"});
  if (pod.is_windows) return;
  for (const ManifestValue& sysctl : pod.spec.find("securityContext.sysctls").items()) {
    std::string name(sysctl.get("name").text());
    std::ranges::replace(name, '/', '.');  // sysctl(8) takes both
    if (name.empty() || has(kSafe, name)) continue;
    judge.report(sysctl.get("name").at, fmt::format("sysctl {}", printable(name)));
    judge.mend("the pod runs with the kernel's own setting", {remove(place_of(sysctl))});
  }
}

constexpr auto kContainerRules = std::to_array<ContainerRow>({
    {"KSV-0002", check_apparmor},
    {"KSV-0012", check_non_root},
    {"KSV-0014", check_read_only_root},
    {"KSV-0017", check_privileged},
    {"KSV-0020", check_low_user},
    {"KSV-0021", check_low_group},
    {"KSV-0024", check_host_ports},
    {"KSV-0025", check_selinux},
    {"KSV-0027", check_proc_mount},
    {"KSV-0030", check_seccomp_set},
    {"KSV-0103", check_host_process},
    {"KSV-0104", check_seccomp_unconfined},
    {"KSV-0105", check_root_user},
    {"KSV-0116", check_root_group},
    {"KSV-0118", check_no_context},
    {"KC1002", check_probe_hosts},
});

constexpr auto kPodRules = std::to_array<PodRow>({
    {"KSV-0008", check_host_ipc},
    {"KSV-0009", check_host_network},
    {"KSV-0010", check_host_pid},
    {"KSV-0026", check_sysctls},
    {"KSV-0116", check_root_groups_of_pod},
});

}  // namespace

std::span<const ContainerRow> container_security_rules() { return kContainerRules; }
std::span<const PodRow> pod_security_rules() { return kPodRules; }

}  // namespace corten::manifest
