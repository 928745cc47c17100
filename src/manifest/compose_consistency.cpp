// What Compose ignores, refuses or is told twice: CC1022.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

constexpr auto kServiceKeys = std::to_array<std::string_view>({"annotations",
                                                               "attach",
                                                               "blkio_config",
                                                               "build",
                                                               "cap_add",
                                                               "cap_drop",
                                                               "cgroup",
                                                               "cgroup_parent",
                                                               "command",
                                                               "configs",
                                                               "container_name",
                                                               "cpu_count",
                                                               "cpu_percent",
                                                               "cpu_period",
                                                               "cpu_quota",
                                                               "cpu_rt_period",
                                                               "cpu_rt_runtime",
                                                               "cpu_shares",
                                                               "cpus",
                                                               "cpuset",
                                                               "credential_spec",
                                                               "depends_on",
                                                               "deploy",
                                                               "develop",
                                                               "device_cgroup_rules",
                                                               "devices",
                                                               "dns",
                                                               "dns_opt",
                                                               "dns_search",
                                                               "domainname",
                                                               "driver_opts",
                                                               "entrypoint",
                                                               "env_file",
                                                               "environment",
                                                               "expose",
                                                               "extends",
                                                               "external_links",
                                                               "extra_hosts",
                                                               "gpus",
                                                               "group_add",
                                                               "healthcheck",
                                                               "hostname",
                                                               "image",
                                                               "init",
                                                               "ipc",
                                                               "isolation",
                                                               "label_file",
                                                               "labels",
                                                               "links",
                                                               "logging",
                                                               "mac_address",
                                                               "mem_limit",
                                                               "mem_reservation",
                                                               "mem_swappiness",
                                                               "memswap_limit",
                                                               "models",
                                                               "network_mode",
                                                               "networks",
                                                               "oom_kill_disable",
                                                               "oom_score_adj",
                                                               "pid",
                                                               "pids_limit",
                                                               "platform",
                                                               "ports",
                                                               "post_start",
                                                               "pre_stop",
                                                               "privileged",
                                                               "profiles",
                                                               "provider",
                                                               "pull_policy",
                                                               "pull_refresh_after",
                                                               "read_only",
                                                               "restart",
                                                               "runtime",
                                                               "scale",
                                                               "secrets",
                                                               "security_opt",
                                                               "shm_size",
                                                               "stdin_open",
                                                               "stop_grace_period",
                                                               "stop_signal",
                                                               "storage_opt",
                                                               "sysctls",
                                                               "tmpfs",
                                                               "tty",
                                                               "ulimits",
                                                               "use_api_socket",
                                                               "user",
                                                               "userns_mode",
                                                               "uts",
                                                               "volume_driver",
                                                               "volumes",
                                                               "volumes_from",
                                                               "working_dir",
                                                               "cpu_rt_runtime",
                                                               "name"});

using Names = std::unordered_set<std::string_view>;

Names names_of(const std::vector<ComposeResource>& resources) {
  Names names;
  for (const ComposeResource& resource : resources) names.insert(resource.name);
  return names;
}

void check_unknown_keys(Judge& judge, const ComposeService& service) {
  for (const Field& field : service.values.fields) {
    if (judge.is_full()) return;
    if (field.key.starts_with("x-") ||
        std::ranges::find(kServiceKeys, field.key) != kServiceKeys.end()) {
      continue;
    }
    const std::string_view meant =
        field.key.size() > 64 ? std::string_view()
                              : closest(field.key, {kServiceKeys.begin(), kServiceKeys.end()});
    judge.report(field.at, meant.empty()
                               ? fmt::format("service '{}': unknown key '{}'",
                                             printable(service.name), printable(field.key))
                               : fmt::format("service '{}': unknown key '{}': did you mean '{}'?",
                                             printable(service.name), printable(field.key), meant));
    if (!meant.empty() && service.get(meant) == nullptr) {
      judge.mend("a setting that was ignored takes effect", {rename(field.at, std::string(meant))});
    }
  }
}

// "ports:" with nothing below it is no empty list: Compose refuses it.
void check_missing_values(Judge& judge, const ComposeService& service) {
  constexpr auto kMayBeMissing =
      std::to_array<std::string_view>({"command", "entrypoint", "deploy", "develop", "image"});
  for (const Field& field : service.values.fields) {
    if (!field.value.is_null() || !field.value.tag.empty()) continue;
    const bool is_known = std::ranges::find(kServiceKeys, field.key) != kServiceKeys.end() &&
                          std::ranges::find(kMayBeMissing, field.key) == kMayBeMissing.end();
    if (!is_known) continue;
    judge.report(field.at,
                 fmt::format("service '{}': {} has no value", printable(service.name), field.key),
                 Severity::Low, "give it a value, or remove the key");
    judge.mend({}, {remove_key(field.at)});
  }
}

void check_references(Judge& judge, std::string_view what,
                      const std::vector<ComposeReference>& references, const Names& known) {
  for (const ComposeReference& reference : references) {
    if (known.contains(reference.name)) continue;
    judge.report(reference.at,
                 fmt::format("{} '{}' is not defined", what, printable(reference.name)),
                 Severity::Low, "define it, or correct the name");
  }
}

void check_volumes(Judge& judge, const ComposeService& service, const Names& known) {
  for (const ComposeMount& mount : service.volumes) {
    const bool is_named = mount.type == ComposeMount::Type::Volume && !mount.source.empty();
    if (!is_named || mount.is_open || known.contains(mount.source)) continue;
    judge.report(mount.at, fmt::format("volume '{}' is not defined", printable(mount.source)),
                 Severity::Low, "define it under volumes:, or begin a path with ./");
  }
}

// "22:22" without quotes is 1342 to readers of YAML 1.1, which count hours and minutes so.
bool is_base_60(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 2 || parts.front().starts_with('0')) return false;
  if (!parse_number<std::uint32_t>(parts.front())) return false;
  return std::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
    const auto number = parse_number<std::uint32_t>(part);
    return number && *number < 60;
  });
}

void check_base_60(Judge& judge, const ComposeService& service) {
  const Value* ports = service.get("ports");
  if (ports == nullptr) return;
  for (const Value& port : ports->items) {
    if (!port.is_scalar() || port.is_quoted || port.is_open || !is_base_60(port.text)) continue;
    judge.report(
        port.at,
        fmt::format("port {} without quotes is a number in base 60 to some readers of YAML",
                    printable(port.text)),
        std::nullopt, "put it in quotes");
    judge.mend({}, {set(port.at, text_value(port.text))});
  }
}

// Two services cannot have one name or one port of the host.
class Claims {
 public:
  void claim(Judge& judge, const ComposeService& service, const std::string& what, Place at) {
    const auto [owner, is_new] = owners_.try_emplace(what, &service);
    if (is_new || owner->second == &service) return;
    judge.report(at,
                 fmt::format("services '{}' and '{}' both want {}", printable(owner->second->name),
                             printable(service.name), printable(what)),
                 Severity::Low, "give one of them another one");
  }

 private:
  std::unordered_map<std::string, const ComposeService*> owners_;
};

void check_claims(Judge& judge) {
  Claims claims;
  for (const ComposeService& service : judge.project().services) {
    // Services of different profiles may never run together.
    if (!service.profiles.empty()) continue;
    if (const Value* name = service.get("container_name"); !text_of(name).empty()) {
      if (!name->is_open) {
        claims.claim(judge, service, fmt::format("container_name {}", name->text), name->at);
      }
    }
    for (const ComposePort& port : service.ports) {
      if (port.is_open || port.published.empty()) continue;
      const bool everywhere = port.host_ip.empty() || port.host_ip == "0.0.0.0";
      claims.claim(judge, service,
                   fmt::format("port {}{}{}/{}", everywhere ? "" : port.host_ip,
                               everywhere ? "" : ":", port.published, port.protocol),
                   port.at);
    }
  }
}

}  // namespace

void check_consistency(Judge& judge) {
  const ComposeProject& project = judge.project();
  if (project.version) {
    judge.report(*project.version, "version: is obsolete and ignored");
    judge.mend({}, {remove_key(*project.version)});
  }
  for (const Field& field : project.unknown) {
    judge.report(field.at, fmt::format("unknown key '{}'", printable(field.key)));
  }
  for (const ComposeProblem& problem : project.problems) {
    judge.report(problem.at, problem.message, Severity::Low, "correct it: Compose refuses it");
  }
  for (const ComposeService& service : project.services) {
    check_unknown_keys(judge, service);
    check_missing_values(judge, service);
    check_base_60(judge, service);
  }
  check_claims(judge);
  // What is not defined may be so in a file that could not be read.
  if (!project.problems.empty()) return;
  Names services;
  for (const ComposeService& service : project.services) services.insert(service.name);
  Names networks = names_of(project.networks);
  networks.insert("default");
  const Names volumes = names_of(project.volumes);
  const Names secrets = names_of(project.secrets);
  const Names configs = names_of(project.configs);
  for (const ComposeService& service : project.services) {
    check_references(judge, "network", service.networks, networks);
    check_references(judge, "secret", service.secrets, secrets);
    check_references(judge, "config", service.configs, configs);
    check_references(judge, "service", service.depends_on, services);
    check_volumes(judge, service, volumes);
  }
}

}  // namespace corten::manifest
