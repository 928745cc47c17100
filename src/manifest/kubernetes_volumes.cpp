// What volumes bring into a pod: paths and sockets of the node, and kinds that are not allowed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

template <typename Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

template <typename Visit>
void for_host_paths(const KubernetesPod& pod, Visit visit) {
  for (const ManifestValue& volume : pod.spec.get("volumes").items()) {
    if (const ManifestValue host = volume.get("hostPath")) visit(volume, host);
  }
}

void check_host_path(KubernetesJudge& judge, const KubernetesPod& pod) {
  for_host_paths(pod, [&](const ManifestValue& volume, const ManifestValue& host) {
    const ManifestValue path = host.get("path");
    judge.report(path ? path.at : host.at,
                 fmt::format("volume '{}' is the host's '{}'", printable(volume.get("name").text()),
                             printable(path.text())));
  });
}

void check_volume_kinds(KubernetesJudge& judge, const KubernetesPod& pod) {
  constexpr auto kAllowed =
      std::to_array<std::string_view>({"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
                                       "persistentVolumeClaim", "projected", "secret", "name"});
  // `image` came in 1.31 as a read-only mount of an image's files: nothing of the host is in it.
  for (const ManifestValue& volume : pod.spec.get("volumes").items()) {
    for (const yaml::Entry& entry : volume.node->entries) {
      if (has(kAllowed, entry.name()) || entry.name() == "image") continue;
      judge.report(entry.at(),
                   fmt::format("volume '{}' is of the kind {}",
                               printable(volume.get("name").text()), printable(entry.name())));
      break;
    }
  }
}

// "/var/run/" as "/var/run"; the same names of /var/run and /run are one.
std::string host_path_of(std::string_view path) {
  std::string clean = std::filesystem::path(path).lexically_normal().string();
  if (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  return clean.starts_with("/var/run") && (clean.size() == 8 || clean[8] == '/') ? clean.substr(4)
                                                                                 : clean;
}

void check_runtime_sockets(KubernetesJudge& judge, const KubernetesPod& pod) {
  constexpr auto kHolders = std::to_array<std::string_view>(
      {"/", "/var", "/run", "/run/containerd", "/run/docker", "/run/crio", "/run/podman",
       "/run/k3s", "/run/k3s/containerd", "/var/lib/kubelet", "/var/lib/kubelet/pod-resources",
       "/var/lib/kubelet/device-plugins"});
  constexpr auto kSockets = std::to_array<std::string_view>(
      {"/docker.sock", "/containerd.sock", "/crio.sock", "/podman.sock", "/dockershim.sock",
       "/cri-dockerd.sock", "/kubelet.sock"});
  for_host_paths(pod, [&](const ManifestValue& /*volume*/, const ManifestValue& host) {
    const ManifestValue path = host.get("path");
    const std::string clean = host_path_of(path.text());
    const bool is_socket =
        path.text().find("docker_engine") != std::string_view::npos ||
        std::ranges::any_of(kSockets, [&](std::string_view end) { return clean.ends_with(end); });
    if (is_socket) {
      judge.report(path.at, fmt::format("the socket '{}' is mounted", printable(path.text())));
    } else if (has(kHolders, clean) && host.get("type").text() != "File") {
      judge.report(path.at, fmt::format("'{}' holds the sockets of the container runtime",
                                        printable(path.text())));
    }
  });
}

// System folders whose content decides what the node does; `whole` ones count with all below them.
struct SensitivePath {
  std::string_view path;
  bool whole = true;
};
constexpr auto kSensitivePaths = std::to_array<SensitivePath>({
    {"/", false},
    {"/bin"},
    {"/boot"},
    {"/dev", false},
    {"/etc"},
    {"/home", false},
    {"/lib", false},
    {"/lib64", false},
    {"/opt", false},
    {"/proc"},
    {"/root"},
    {"/run", false},
    {"/sbin"},
    {"/sys"},
    {"/usr", false},
    {"/usr/bin"},
    {"/usr/lib", false},
    {"/usr/local/bin"},
    {"/usr/sbin"},
    {"/var", false},
    {"/var/lib", false},
    {"/var/lib/docker"},
    {"/var/lib/containerd"},
    {"/var/lib/etcd"},
    {"/var/lib/kubelet", false},
    {"/var/lib/kubelet/pki"},
    {"/var/log", false},
});

bool is_sensitive(std::string_view path) {
  constexpr auto kHarmless = std::to_array<std::string_view>(
      {"/etc/localtime", "/etc/timezone", "/etc/ssl/certs", "/etc/ca-certificates",
       "/etc/os-release", "/etc/machine-id"});
  if (has(kHarmless, path)) return false;
  return std::ranges::any_of(kSensitivePaths, [&](const SensitivePath& row) {
    return path == row.path || (row.whole && path.starts_with(row.path) &&
                                path.size() > row.path.size() && path[row.path.size()] == '/');
  });
}

void check_sensitive_paths(KubernetesJudge& judge, const KubernetesPod& pod) {
  for_host_paths(pod, [&](const ManifestValue& volume, const ManifestValue& host) {
    const ManifestValue path = host.get("path");
    if (!is_sensitive(host_path_of(path.text()))) return;
    judge.report(path.at,
                 fmt::format("volume '{}' is the host's '{}'", printable(volume.get("name").text()),
                             printable(path.text())));
  });
}

void check_subpath(KubernetesJudge& judge, const KubernetesPod& pod) {
  std::set<std::string_view> names;
  for_host_paths(pod, [&](const ManifestValue& volume, const ManifestValue& /*host*/) {
    names.insert(volume.get("name").text());
  });
  if (names.empty()) return;
  for (const KubernetesContainer& container : pod.containers) {
    for (const ManifestValue& mount : container.values.get("volumeMounts").items()) {
      for (const std::string_view key : {"subPath", "subPathExpr"}) {
        const ManifestValue path = mount.get(key);
        if (path.text().empty() || !names.contains(mount.get("name").text())) continue;
        judge.report(path.at,
                     fmt::format("{} '{}' below the host path of volume '{}'", key,
                                 printable(path.text()), printable(mount.get("name").text())));
      }
    }
  }
}

constexpr auto kRules = std::to_array<PodRow>({
    {"KSV-0006", check_runtime_sockets},
    {"KSV-0023", check_host_path},
    {"KSV-0028", check_volume_kinds},
    {"KSV-0121", check_sensitive_paths},
    {"KC1010", check_subpath},
});

}  // namespace

std::span<const PodRow> volume_rules() { return kRules; }

}  // namespace corten::manifest
