// What a service mounts of its host, and how: CC1003, CC1004, CC1024.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

template <typename Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

// "/var/run/../run/" as "/var/run"; "~" and "." stay. A path that is open keeps its variables.
std::string normalised(std::string_view path) {
  std::string clean = std::filesystem::path(path).lexically_normal().string();
  if (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  return clean;
}

// The rest of `path` below `folder`: empty for itself, nullopt if it is elsewhere.
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (path.empty()) return path;
  return path.front() == '/' ? std::optional(path.substr(1)) : std::nullopt;
}

// The socket of a container runtime, or a folder that holds one.
bool gives_runtime_socket(std::string_view source) {
  constexpr auto kHolders = std::to_array<std::string_view>(
      {"/", "/run", "/var/run", "/run/containerd", "/var/run/containerd", "/run/docker",
       "/var/run/docker", "/run/podman", "/run/crio", "/run/buildkit"});
  constexpr auto kSockets = std::to_array<std::string_view>(
      {"/docker.sock", "/containerd.sock", "/podman.sock", "/crio.sock", "/buildkitd.sock",
       "/dockershim.sock", "/cri-dockerd.sock", "/balena-engine.sock"});
  if (has(kHolders, source)) return true;
  if (source.find("docker_engine") != std::string_view::npos) return true;  // Windows' named pipe
  return std::ranges::any_of(kSockets, [&](std::string_view end) { return source.ends_with(end); });
}

bool is_socket_proxy(const ComposeService& service) {
  return service.image.value.find("socket-proxy") != std::string::npos ||
         service.image.value.find("socket_proxy") != std::string::npos;
}

// How bad it is to have a path of the host, writable and read-only.
struct HostPath {
  std::string_view path;
  bool with_content = true;  // what is below it counts as well
  Severity writable = Severity::High;
  Severity read_only = Severity::Medium;
};

// The first row that fits; before them come those that are harmless or have a severity of their
// own.
constexpr auto kHostPaths = std::to_array<HostPath>({
    {"/etc/shadow", true, Severity::High, Severity::High},
    {"/etc/kubernetes"},
    {"/etc/docker"},
    {"/etc/ssh"},
    {"/etc/sudoers"},
    {"/etc/sudoers.d"},
    {"/etc/passwd"},
    {"/etc/cron.d"},
    {"/etc/crontab"},
    {"/etc/systemd"},
    {"/etc/pam.d"},
    {"/etc/ld.so.preload"},
    {"/etc", false, Severity::High, Severity::Medium},
    {"/etc", true, Severity::Medium, Severity::Low},
    {"/root"},
    {"/boot"},
    {"/dev/shm", false, Severity::Low, Severity::Low},
    {"/dev/snd", true, Severity::Low, Severity::Low},
    {"/dev/dri", true, Severity::Low, Severity::Low},
    {"/dev"},
    {"/proc"},
    {"/sys"},
    {"/lib/modules", true, Severity::High, Severity::Low},
    {"/lib"},
    {"/lib64"},
    {"/bin"},
    {"/sbin"},
    {"/usr/bin"},
    {"/usr/sbin"},
    {"/usr/lib"},
    {"/usr/local/bin"},
    {"/usr/src", true, Severity::Medium, Severity::Low},
    {"/usr", false},
    {"/var/lib/docker"},
    {"/var/lib/containerd"},
    {"/var/lib/containers"},
    {"/var/lib/kubelet"},
    {"/var/lib/rancher"},
    {"/var/spool/cron"},
    {"/var/lib", false},
    {"/var/log", false, Severity::Medium, Severity::Low},
    {"/var/log/journal", true, Severity::Medium, Severity::Low},
    {"/var", false},
    {"/srv", false, Severity::Medium, Severity::Low},
    {"/home", false},
    {"/opt", false, Severity::Medium, Severity::Low},
    {"/run/systemd", true, Severity::High, Severity::Medium},
    {"/run/dbus", true, Severity::High, Severity::Medium},
    {"/run/user", true, Severity::Medium, Severity::Low},
});

// Read by nearly every image that wants the host's clock or certificates, and they say little.
constexpr auto kHarmless = std::to_array<std::string_view>(
    {"/etc/localtime", "/etc/timezone", "/etc/hostname", "/etc/machine-id", "/etc/hosts",
     "/etc/resolv.conf", "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust",
     "/etc/ca-certificates", "/etc/os-release", "/usr/lib/os-release",
     "/usr/local/share/ca-certificates", "/usr/share/zoneinfo", "/dev/null", "/dev/zero",
     "/dev/urandom", "/dev/random", "/run/systemd/resolve/resolv.conf"});

constexpr auto kHomeSecrets = std::to_array<std::string_view>(
    {".ssh", ".aws", ".kube", ".docker", ".gnupg", ".azure", ".config/gcloud", ".netrc",
     ".git-credentials", ".npmrc", ".pypirc", ".vault-token", ".password-store"});

// What is of a home folder: "~/.ssh", "$HOME/.ssh", "/home/x/.ssh", "/root/.ssh".
std::optional<std::string_view> in_home(std::string_view source) {
  for (const std::string_view home : {"~", "$HOME", "${HOME}", "/root"}) {
    if (const auto rest = below(source, home)) return rest;
  }
  if (const auto rest = below(source, "/home"); rest && !rest->empty()) {
    const std::size_t slash = rest->find('/');
    return slash == std::string_view::npos ? std::string_view() : rest->substr(slash + 1);
  }
  return std::nullopt;
}

std::optional<Severity> severity_of_path(std::string_view source, bool is_read_only) {
  if (const auto rest = in_home(source)) {
    for (const std::string_view secret : kHomeSecrets) {
      if (below(*rest, secret)) return is_read_only ? Severity::Medium : Severity::High;
    }
    if (source == "~" || source == "$HOME" || source == "${HOME}") {
      return is_read_only ? Severity::Medium : Severity::High;
    }
  }
  for (const std::string_view harmless : kHarmless) {
    if (below(source, harmless)) return std::nullopt;
  }
  // /var/run is /run on every current system.
  std::string path(source);
  if (below(source, "/var/run")) path.erase(0, 4);
  for (const HostPath& row : kHostPaths) {
    const auto rest = below(path, row.path);
    if (rest && (rest->empty() || row.with_content)) {
      return is_read_only ? row.read_only : row.writable;
    }
  }
  return std::nullopt;
}
// Takes an option out of the short form: "/tmp:exec,size=1m", "./a:/b:ro,rshared".
void mend_option(Judge& judge, const ComposeMount& mount, std::string_view option,
                 std::string_view risk) {
  const auto text = judge.text_at(mount.at);
  if (!text || text->find('$') != std::string_view::npos) return;
  const std::size_t colon = text->rfind(':');
  if (colon == std::string_view::npos) return;
  std::vector<std::string> rest;
  bool was_there = false;
  for (const std::string_view word : split(text->substr(colon + 1), ',')) {
    if (word == option) {
      was_there = true;
    } else {
      rest.emplace_back(word);
    }
  }
  if (!was_there) return;
  std::string mended(text->substr(0, rest.empty() ? colon : colon + 1));
  judge.mend(risk, {set(mount.at, text_value(mended + join(rest, ",")))});
}

}  // namespace

void check_runtime_sockets(Judge& judge, const ComposeService& service) {
  for (const ComposeMount& mount : service.volumes) {
    const bool is_host =
        mount.type == ComposeMount::Type::Bind || mount.type == ComposeMount::Type::Pipe;
    const std::string source = normalised(mount.source);
    if (!is_host || !gives_runtime_socket(source)) continue;
    const bool is_proxy = is_socket_proxy(service);
    std::string evidence = fmt::format(
        "'{}' of the host is mounted at '{}'{}", printable(mount.source), printable(mount.target),
        mount.is_read_only ? "; read-only changes nothing: the socket can still be spoken to" : "");
    if (is_proxy) evidence += "; the image is a proxy that filters requests";
    judge.report(mount.at, std::move(evidence),
                 is_proxy ? std::optional(Severity::Info) : std::nullopt);
    if (!is_proxy) {
      judge.mend(
          "the service can no longer speak to the container engine, which it may be there "
          "for",
          {remove(mount.at)});
    }
  }
}

void check_host_paths(Judge& judge, const ComposeService& service) {
  for (const ComposeMount& mount : service.volumes) {
    const std::string source = normalised(mount.source);
    if (mount.type != ComposeMount::Type::Bind || gives_runtime_socket(source)) continue;
    const auto severity = severity_of_path(source, mount.is_read_only);
    if (!severity) continue;
    judge.report(
        mount.at,
        fmt::format("'{}' of the host is mounted {} at '{}'", printable(mount.source),
                    mount.is_read_only ? "read-only" : "writable", printable(mount.target)),
        severity);
  }
}

void check_mount_options(Judge& judge, const ComposeService& service) {
  for (const ComposeMount& mount : service.volumes) {
    if (mount.propagation.ends_with("shared")) {
      judge.report(mount.at, fmt::format("mounts in '{}' appear on the host too: {}",
                                         printable(mount.target), printable(mount.propagation)));
      mend_option(judge, mount, mount.propagation,
                  "what the service mounts no longer appears on the host");
    }
    for (const std::string& option : mount.options) {
      if (option != "exec" && option != "suid" && option != "dev") continue;
      judge.report(mount.at,
                   fmt::format("'{}' is mounted with {}", printable(mount.target), option));
      mend_option(judge, mount, option,
                  "programs, setuid bits or device files in this mount no longer work");
    }
  }
}

}  // namespace corten::manifest
