// What a container gets of its host: CC1001, CC1002, CC1005 … CC1010, CC1021, CC1026.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "image/known_images.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

template <typename Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

std::string capability_name(std::string_view text) {
  std::string name = to_lower(text);
  if (name.starts_with("cap_")) name.erase(0, 4);
  return name;
}

std::optional<Severity> severity_of_capability(std::string_view name) {
  constexpr auto kHigh = std::to_array<std::string_view>(
      {"all", "sys_admin", "sys_module", "sys_ptrace", "sys_rawio", "dac_read_search", "bpf",
       "sys_boot", "mac_admin", "mac_override"});
  constexpr auto kMedium =
      std::to_array<std::string_view>({"net_admin", "perfmon", "sys_time", "syslog", "sys_resource",
                                       "audit_control", "linux_immutable", "checkpoint_restore",
                                       "sys_pacct", "sys_tty_config", "ipc_owner", "audit_read"});
  if (has(kHigh, name)) return Severity::High;
  if (has(kMedium, name)) return Severity::Medium;
  return std::nullopt;
}

// The user that the image of `service` starts as, if it is known to be root.
bool image_is_root(const Judge& judge, const ComposeService& service, std::string& why) {
  if (const auto facts = judge.facts_of(service); facts && facts->user) {
    why = fmt::format("its image '{}' starts as root", printable(service.image.value));
    if (service.image.empty()) why = "the image that it builds starts as root";
    return facts->user->empty() || is_root_user(*facts->user);
  }
  if (service.build || service.image.empty() || service.image.is_open) return false;
  const auto reference = image::parse_reference(service.image.value);
  if (!reference) return false;
  const image::KnownImage* known = image::find_known_image(*reference);
  if (known == nullptr || !image::starts_as_root(*known) || known->drops_root) return false;
  why = fmt::format("image '{}' runs as root", printable(service.image.value));
  if (!known->ready.empty()) {
    why += fmt::format(" and ships the user {}", known->ready.substr(0, known->ready.find(':')));
  }
  return true;
}

// What a service loses with a namespace of the host.
std::string_view risk_of_namespace(std::string_view key) {
  if (key == "network_mode") {
    return "the service gets an address of its own: what it listens on has to be published, and "
           "what it reached on localhost of the host has to be named";
  }
  if (key == "pid") return "the service no longer sees the processes of the host";
  if (key == "ipc") return "the service no longer shares memory with processes of the host";
  if (key == "uts") return "the service gets a host name of its own";
  return "the service no longer has the host's view of users or control groups";
}

// The capabilities with which an entrypoint makes folders its own and becomes another user.
yaml::Value stepping_down() {
  return list_value({"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"});
}

bool steps_down_by_itself(const ComposeService& service) {
  if (service.build || service.image.empty() || service.image.is_open) return false;
  const auto reference = image::parse_reference(service.image.value);
  const image::KnownImage* known = reference ? image::find_known_image(*reference) : nullptr;
  return known != nullptr && known->drops_root;
}

}  // namespace

namespace {

// What is not told of a privileged service goes with it: it would be told then.
std::vector<Step> without_privileges(const ComposeService& service, Place privileged) {
  const bool needs_drop = service.get("cap_drop") == nullptr;
  const bool needs_option = service.get("security_opt") == nullptr;
  const yaml::Value drop = list_value({"ALL"});
  const yaml::Value option = list_value({"no-new-privileges:true"});
  const bool needs_add =
      needs_drop && steps_down_by_itself(service) && service.get("cap_add") == nullptr;
  std::vector<Step> steps;
  if (service.values.at.file != privileged.file) {
    // In the file that is laid over the service's own, it may be the only key.
    steps.push_back(needs_drop ? replace(privileged, "cap_drop", drop) : remove(privileged));
    if (needs_option) steps.push_back(put_beside(privileged, "security_opt", option));
    if (needs_add) steps.push_back(put_beside(privileged, "cap_add", stepping_down()));
    return steps;
  }
  const std::string first = service.get("image") == nullptr ? "build" : "image";
  steps.push_back(remove(privileged));
  if (needs_drop) steps.push_back(put(service.values.at, "cap_drop", drop, first));
  if (needs_option) steps.push_back(put(service.values.at, "security_opt", option, first));
  if (needs_add) steps.push_back(put(service.values.at, "cap_add", stepping_down(), first));
  return steps;
}

}  // namespace

void check_privileged(Judge& judge, const ComposeService& service) {
  if (!service.is_true("privileged")) return;
  const Place at = service.get("privileged")->at;
  judge.report(at, "privileged: true");
  judge.mend(
      "the service keeps no device and no capability of the host: give back the one that it "
      "needs with devices or cap_add",
      without_privileges(service, at));
}

void check_host_namespaces(Judge& judge, const ComposeService& service) {
  for (const std::string_view key :
       {"network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup"}) {
    const Value* value = service.get(key);
    if (text_of(value) != "host") continue;
    judge.report(value->at, fmt::format("{}: host", key));
    // Ports that the host's network made meaningless would be published to everyone.
    const bool brings_ports =
        key == "network_mode" && std::ranges::any_of(service.ports, &ComposePort::is_public);
    if (!brings_ports) judge.mend(risk_of_namespace(key), {remove(value->at)});
  }
  for (const ComposeReference& network : service.networks) {
    if (network.name != "host") continue;
    judge.report(network.at, "networks: host");
    if (service.ports.empty()) {
      judge.mend(risk_of_namespace("network_mode"), {remove_key(network.at)});
    }
  }
}

void check_added_capabilities(Judge& judge, const ComposeService& service) {
  for (const Value* added : scalars_of(service.get("cap_add"))) {
    const std::string name = capability_name(added->text);
    const auto severity = severity_of_capability(name);
    if (!severity) continue;
    judge.report(added->at, fmt::format("cap_add: {}", printable(added->text)), severity);
    judge.mend("what the service does with this capability fails", {remove(added->at)});
  }
}

void check_dropped_capabilities(Judge& judge, const ComposeService& service) {
  if (service.is_true("privileged") || service.get("provider") != nullptr) return;
  const Value* drop = service.get("cap_drop");
  for (const Value* dropped : scalars_of(drop)) {
    if (dropped->is_open || capability_name(dropped->text) == "all") return;
  }
  judge.report(drop == nullptr ? service.at : drop->at,
               drop == nullptr ? "no cap_drop" : "cap_drop without ALL");
  std::vector<Step> steps = {drop == nullptr
                                 ? put(service.values.at, "cap_drop", list_value({"ALL"}))
                                 : append(drop->at, text_value("ALL"))};
  if (steps_down_by_itself(service) && service.get("cap_add") == nullptr) {
    steps.push_back(put(service.values.at, "cap_add", stepping_down()));
  }
  judge.mend(
      "a service that changes owners or its user, sends raw packets or binds a port below "
      "1024 on an old engine fails until cap_add gives that capability back",
      steps);
}

constexpr std::string_view kNoNewPrivilegesRisk =
    "sudo, su, ping and other programs that gain rights by a setuid bit or file capabilities no "
    "longer do";

void check_new_privileges(Judge& judge, const ComposeService& service) {
  if (service.is_true("privileged") || service.get("provider") != nullptr) return;
  const Value* options = service.get("security_opt");
  for (const Value* option : scalars_of(options)) {
    const std::string text = to_lower(option->text);
    if (text == "no-new-privileges" || text == "no-new-privileges:true" ||
        text == "no-new-privileges=true" || option->is_open) {
      return;
    }
    if (text.starts_with("no-new-privileges")) {
      judge.report(option->at, printable(option->text));
      return judge.mend(kNoNewPrivilegesRisk,
                        {set(option->at, text_value("no-new-privileges:true"))});
    }
  }
  judge.report(options == nullptr ? service.at : options->at,
               "security_opt has no no-new-privileges:true");
  judge.mend(kNoNewPrivilegesRisk,
             {options == nullptr
                  ? put(service.values.at, "security_opt", list_value({"no-new-privileges:true"}))
                  : append(options->at, text_value("no-new-privileges:true"))});
}

void check_confinement(Judge& judge, const ComposeService& service) {
  constexpr auto kOff =
      std::to_array<std::string_view>({"seccomp:unconfined", "apparmor:unconfined", "label:disable",
                                       "systempaths:unconfined", "label:type:spc_t"});
  for (const Value* option : scalars_of(service.get("security_opt"))) {
    std::string text = to_lower(option->text);
    std::ranges::replace(text, '=', ':');
    if (has(kOff, text)) {
      judge.report(option->at, fmt::format("security_opt: {}", printable(option->text)));
      judge.mend("system calls and files that the default profile forbids are refused",
                 {remove(option->at)});
    }
  }
}

namespace {

// The user that the image ships and does not take by itself; empty if none is known.
std::string ready_user(const ComposeService& service) {
  if (service.build || service.image.empty() || service.image.is_open) return {};
  const auto reference = image::parse_reference(service.image.value);
  const image::KnownImage* known = reference ? image::find_known_image(*reference) : nullptr;
  if (known == nullptr || known->drops_root) return {};
  if (!image::starts_as_root(*known)) return std::string(known->user);
  return std::string(known->ready.substr(0, known->ready.find(':')));
}

void mend_user(Judge& judge, const ComposeService& service, const Value* user) {
  const std::string ready = ready_user(service);
  if (ready.empty()) return;
  judge.mend("what belongs to root can no longer be written, neither in the image nor in volumes",
             {user == nullptr ? put(service.values.at, "user", text_value(ready), "image")
                              : set(user->at, text_value(ready))});
}

}  // namespace

void check_user(Judge& judge, const ComposeService& service) {
  const Value* user = service.get("user");
  if (user != nullptr && !text_of(user).empty()) {
    if (!user->is_open && is_root_user(user->text)) {
      judge.report(user->at, fmt::format("user: {}", printable(user->text)));
      mend_user(judge, service, user);
    }
    return;
  }
  std::string why;
  if (image_is_root(judge, service, why)) {
    judge.report(service.image.empty() ? service.at : service.image.at,
                 fmt::format("no user is set, and {}", why));
    mend_user(judge, service, nullptr);
  }
}

void check_read_only(Judge& judge, const ComposeService& service) {
  const Value* read_only = service.get("read_only");
  if (service.get("provider") != nullptr || (read_only != nullptr && read_only->is_open)) return;
  if (service.is_true("read_only")) return;
  judge.report(read_only == nullptr ? service.at : read_only->at,
               read_only == nullptr ? "no read_only" : "read_only is not true");
  if (read_only != nullptr && read_only->is_null()) return;
  std::vector<Step> steps = {put(service.values.at, "read_only", plain_value("true"))};
  if (read_only != nullptr) steps = {set(read_only->at, plain_value("true"))};
  const bool has_tmp = std::ranges::any_of(service.volumes, [](const ComposeMount& mount) {
    return mount.target == "/tmp" || mount.target == "/tmp/";
  });
  if (const Value* tmpfs = service.get("tmpfs"); !has_tmp && tmpfs == nullptr) {
    steps.push_back(put(service.values.at, "tmpfs", list_value({"/tmp"})));
  } else if (!has_tmp && tmpfs->is_sequence()) {
    steps.push_back(append(tmpfs->at, text_value("/tmp")));
  }
  judge.mend("the service can write only to its volumes and to /tmp, which is empty at every start",
             steps);
}

namespace {

// A hook or a watched command that has more rights than the service.
void check_hook(Judge& judge, const ComposeService& service, std::string_view name,
                const Value& hook) {
  const Value* privileged = get(hook, "privileged");
  if (bool_of(privileged).value_or(false)) {
    judge.report(privileged->at, fmt::format("{} runs privileged", name));
    judge.mend("the hook no longer has the rights of the host", {remove(privileged->at)});
  }
  const Value* user = get(hook, "user");
  const bool service_is_root = is_root_user(text_of(service.get("user")));
  if (user != nullptr && is_root_user(text_of(user)) && !service_is_root) {
    judge.report(user->at, fmt::format("{} runs as {}", name, printable(user->text)),
                 Severity::Medium);
    judge.mend("the hook runs as the user of the service: what only root may do fails",
               {remove(user->at)});
  }
}

}  // namespace

void check_hooks(Judge& judge, const ComposeService& service) {
  for (const std::string_view name : {"post_start", "pre_stop"}) {
    const Value* hooks = service.get(name);
    if (hooks == nullptr) continue;
    for (const Value& hook : hooks->items) check_hook(judge, service, name, hook);
  }
  const Value* watch = service.get("develop.watch");
  if (watch == nullptr) return;
  for (const Value& rule : watch->items) {
    if (const Value* exec = get(rule, "exec"); exec != nullptr) {
      check_hook(judge, service, "develop.watch", *exec);
    }
  }
}

constexpr std::string_view kBuildRisk = "RUN steps that need this right fail";

void check_build(Judge& judge, const ComposeService& service) {
  if (!service.build) return;
  const Value& build = *service.build->values;
  if (const Value* privileged = get(build, "privileged"); bool_of(privileged).value_or(false)) {
    judge.report(privileged->at, "build.privileged: true");
    judge.mend(kBuildRisk, {remove(privileged->at)});
  }
  for (const Value* entitlement : scalars_of(get(build, "entitlements"))) {
    if (entitlement->text == "security.insecure") {
      judge.report(entitlement->at, "build.entitlements: security.insecure");
      judge.mend(kBuildRisk, {remove(entitlement->at)});
    } else if (entitlement->text == "network.host") {
      judge.report(entitlement->at, "build.entitlements: network.host", Severity::Medium);
      judge.mend(kBuildRisk, {remove(entitlement->at)});
    }
  }
  if (const Value* network = get(build, "network"); text_of(network) == "host") {
    judge.report(network->at, "build.network: host", Severity::Medium);
    judge.mend(kBuildRisk, {remove(network->at)});
  }
  if (const Value* ssh = get(build, "ssh"); ssh != nullptr && service.build->is_remote) {
    judge.report(ssh->at, fmt::format("your SSH agent is open to the build of '{}'",
                                      printable(service.build->context.value)));
    judge.mend("the build can no longer fetch what needs your key", {remove(ssh->at)});
  }
}

}  // namespace corten::manifest
