// Limits, devices, kernel settings and operation: CC1011, CC1012, CC1014, CC1016 … CC1019.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "image/reference.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

bool is_set(const ComposeService& service, std::initializer_list<std::string_view> paths) {
  return std::ranges::any_of(paths, [&](std::string_view path) {
    const Value* value = service.get(path);
    return value != nullptr && !value->is_null() && text_of(value) != "0" && text_of(value) != "-1";
  });
}

bool has_memory_limit(const ComposeService& service) {
  return is_set(service, {"mem_limit", "deploy.resources.limits.memory"});
}

Severity severity_of_device(std::string_view device) {
  constexpr auto kRaw = std::to_array<std::string_view>(
      {"/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/nvme", "/dev/mmcblk", "/dev/dm-",
       "/dev/mapper", "/dev/loop", "/dev/md", "/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/port",
       "/dev/disk", "/dev/zd"});
  constexpr auto kUsual = std::to_array<std::string_view>(
      {"/dev/dri", "/dev/snd", "/dev/video", "/dev/tty", "/dev/serial", "/dev/bus/usb", "/dev/kfd",
       "/dev/null", "/dev/zero", "/dev/apex", "/dev/rtc"});
  const auto begins = [&](std::string_view prefix) { return device.starts_with(prefix); };
  if (device == "/dev" || std::ranges::any_of(kRaw, begins)) return Severity::High;
  return std::ranges::any_of(kUsual, begins) ? Severity::Low : Severity::Medium;
}

void check_gpus(Judge& judge, const ComposeService& service) {
  if (const Value* gpus = service.get("gpus"); text_of(gpus) == "all") {
    judge.report(gpus->at, "gpus: all", Severity::Info);
  }
  const Value* reserved = service.get("deploy.resources.reservations.devices");
  if (reserved == nullptr) return;
  for (const Value& device : reserved->items) {
    if (const Value* count = get(device, "count"); text_of(count) == "all") {
      judge.report(count->at, "all devices of a driver are reserved", Severity::Info);
    }
  }
}

// Those that a namespace holds and that cannot harm others (Kubernetes' safe set, somaxconn).
bool is_safe_sysctl(std::string_view name) {
  constexpr auto kSafe = std::to_array<std::string_view>(
      {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
       "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
       "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
       "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
       "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
       "net.core.somaxconn", "net.ipv6.conf.all.disable_ipv6",
       "net.ipv6.conf.default.disable_ipv6"});
  return std::ranges::find(kSafe, name) != kSafe.end();
}

void check_ulimits(Judge& judge, const ComposeService& service) {
  const Value* limits = service.get("ulimits");
  if (limits == nullptr) return;
  for (const Field& limit : limits->fields) {
    const Value* hard = limit.value.is_map() ? get(limit.value, "hard") : &limit.value;
    if (text_of(hard) != "-1") continue;
    // Databases lock their memory, and core files are no danger to others.
    const bool is_usual = limit.key == "memlock" || limit.key == "core" || limit.key == "stack";
    judge.report(hard->at, fmt::format("ulimits.{} is unlimited", printable(limit.key)),
                 is_usual ? Severity::Info : Severity::Medium);
    judge.mend("the limit is the engine's own, which may be too low for the service",
               {limit.value.is_map() ? remove_key(limit.at) : remove(hard->at)});
  }
}

bool is_started_once(const Judge& judge, const ComposeService& service) {
  return !service.profiles.empty() || judge.is_awaited(service.name);
}

}  // namespace

void check_limits(Judge& judge, const ComposeService& service) {
  if (service.get("provider") != nullptr) return;
  std::vector<std::string> missing;
  if (!has_memory_limit(service)) missing.emplace_back("memory");
  if (!is_set(service, {"cpus", "cpu_quota", "cpu_count", "cpu_percent", "cpuset",
                        "deploy.resources.limits.cpus"})) {
    missing.emplace_back("CPU");
  }
  if (!is_set(service, {"pids_limit", "deploy.resources.limits.pids"})) {
    missing.emplace_back("number of processes");
  }
  if (missing.empty()) return;
  judge.report(service.at, fmt::format("no limit of {}", join(missing, ", ")));
}

void check_devices(Judge& judge, const ComposeService& service) {
  if (const Value* devices = service.get("devices"); devices != nullptr) {
    for (const Value& device : devices->items) {
      const std::string_view text =
          device.is_map() ? text_of(get(device, "source")) : std::string_view(device.text);
      const std::string_view source = text.substr(0, text.find(':'));
      if (source.empty() || device.is_open) continue;
      judge.report(device.at, fmt::format("device '{}' of the host", printable(source)),
                   severity_of_device(source));
      if (severity_of_device(source) == Severity::High) {
        judge.mend("the service can no longer use this device of the host", {remove(device.at)});
      }
    }
  }
  for (const Value* rule : scalars_of(service.get("device_cgroup_rules"))) {
    judge.report(rule->at, fmt::format("device_cgroup_rules: {}", printable(rule->text)));
  }
  check_gpus(judge, service);
}

constexpr std::string_view kOomRisk =
    "the service may be ended like any other when the host runs out of memory";

void check_kernel_settings(Judge& judge, const ComposeService& service) {
  if (const Value* sysctls = service.get("sysctls"); sysctls != nullptr) {
    for (const Field& sysctl : sysctls->fields) {
      if (is_safe_sysctl(sysctl.key)) continue;
      // Settings of the network are of the container's own network, unless it has the host's.
      const bool is_own =
          sysctl.key.starts_with("net.") && text_of(service.get("network_mode")) != "host";
      judge.report(sysctl.at, fmt::format("sysctl {}", printable(sysctl.key)),
                   is_own ? Severity::Low : Severity::Medium);
      judge.mend("the service runs with the kernel's own setting", {remove_key(sysctl.at)});
    }
  }
  check_ulimits(judge, service);
  if (service.is_true("oom_kill_disable")) {
    judge.report(service.get("oom_kill_disable")->at, "oom_kill_disable: true");
    judge.mend(kOomRisk, {remove(service.get("oom_kill_disable")->at)});
  }
  const Value* score = service.get("oom_score_adj");
  const std::string_view text = text_of(score);
  if (text.starts_with('-') && text.find_first_of("123456789") != std::string_view::npos) {
    judge.report(score->at, fmt::format("oom_score_adj: {}", printable(text)));
    judge.mend(kOomRisk, {remove(score->at)});
  }
}

void check_image(Judge& judge, const ComposeService& service) {
  // With `build`, `image` names the result.
  if (service.build || service.image.empty() || service.image.is_open) return;
  const auto reference = image::parse_reference(service.image.value);
  if (!reference || !reference->digest.empty()) return;
  const std::string shown = printable(service.image.value);
  if (reference->tag.empty()) {
    judge.report(service.image.at, fmt::format("image '{}' has no tag: latest is taken", shown));
  } else if (reference->tag == "latest") {
    judge.report(service.image.at, fmt::format("image '{}' may be another one tomorrow", shown));
  } else {
    judge.report(service.image.at, fmt::format("image '{}' has a tag, but no digest", shown),
                 Severity::Info, "add the digest: image: name:tag@sha256:…");
  }
  const std::string digest = judge.digest_of(service.image.value);
  if (digest.empty() || judge.text_at(service.image.at) != service.image.value) return;
  judge.mend({}, {set(service.image.at, text_value(service.image.value + "@" + digest))});
}

void check_health(Judge& judge, const ComposeService& service) {
  if (service.get("provider") != nullptr) return;
  const Value* check = service.get("healthcheck");
  if (check == nullptr) {
    const auto facts = judge.facts_of(service);
    if (facts && facts->has_healthcheck.value_or(false)) return;
    return judge.report(service.at, "no healthcheck");
  }
  if (service.is_true("healthcheck.disable")) {
    return judge.report(service.get("healthcheck.disable")->at, "healthcheck.disable: true");
  }
  const auto words = scalars_of(get(*check, "test"));
  if (!words.empty() && words.front()->text == "NONE") {
    judge.report(words.front()->at, "healthcheck.test: NONE");
  }
}

namespace {

std::vector<Step> five_times(Place at) { return {set(at, text_value("on-failure:5"))}; }

}  // namespace

void check_restart(Judge& judge, const ComposeService& service) {
  const Value* restart = service.get("restart");
  if (restart == nullptr) {
    const bool has_policy =
        service.get("deploy.restart_policy") != nullptr || service.get("provider") != nullptr;
    if (has_policy || is_started_once(judge, service)) return;
    judge.report(service.at, "no restart");
    return judge.mend(
        "the service is started again after it ended, also if it is a job that is "
        "done",
        {put(service.values.at, "restart", text_value("unless-stopped"), "image")});
  }
  const std::string_view policy = text_of(restart);
  if (policy == "always" && !has_memory_limit(service)) {
    judge.report(restart->at, "restart: always, without a limit of memory", std::nullopt,
                 "set mem_limit, or restart: on-failure:5");
    judge.mend("after five failures in a row the service stays down", five_times(restart->at));
  }
  if (const auto parts = split_once(policy, ':'); parts && parts->first == "on-failure") {
    const auto times = parse_number<std::uint32_t>(parts->second);
    if (times && *times > 5) {
      judge.report(restart->at, fmt::format("restart: {}", printable(policy)), Severity::Info);
      judge.mend("after five failures in a row the service stays down", five_times(restart->at));
    }
  }
}

namespace {

void mend_size(Judge& judge, const Value& logging) {
  std::vector<Step> steps;
  if (const Value* options = get(logging, "options"); options != nullptr && options->is_map()) {
    steps.push_back(put(options->at, "max-size", text_value("10m")));
    if (get(*options, "max-file") == nullptr) {
      steps.push_back(put(options->at, "max-file", text_value("3")));
    }
  } else {
    steps.push_back(
        put(logging.at, "options",
            yaml::Value::map({{"max-size", text_value("10m")}, {"max-file", text_value("3")}})));
  }
  judge.mend("only the last 30 MB of the service's logs are kept", steps);
}

}  // namespace

void check_logging(Judge& judge, const ComposeService& service) {
  const Value* logging = service.get("logging");
  if (logging == nullptr) return;
  const Value* driver = get(*logging, "driver");
  const std::string_view name = text_of(driver);
  if (name == "none") {
    judge.report(driver->at, "logging.driver: none");
    return judge.mend("what the service prints is kept on the disk of the host, up to 100 MB",
                      {set(driver->at, text_value("local"))});
  }
  const bool is_json = name.empty() || name == "json-file";
  if (is_json && service.get("logging.options") != nullptr) {
    const Value* options = service.get("logging.options");
    if (get(*options, "max-size") != nullptr) return;
  }
  if (is_json) {
    judge.report(driver == nullptr ? logging->at : driver->at, "json-file without max-size");
    mend_size(judge, *logging);
  }
}

}  // namespace corten::manifest
