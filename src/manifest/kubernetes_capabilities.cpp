// Capabilities of containers, and whether their programs can gain more.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

// "cap_net_raw" as "NET_RAW".
std::string capability_of(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper.starts_with("CAP_") ? upper.substr(4) : upper;
}

ManifestValue added(const KubernetesContainer& container) {
  return container.values.find("securityContext.capabilities.add");
}
ManifestValue dropped(const KubernetesContainer& container) {
  return container.values.find("securityContext.capabilities.drop");
}

bool drops_all(const KubernetesContainer& container) {
  return std::ranges::any_of(dropped(container).texts(), [](std::string_view capability) {
    return capability_of(capability) == "ALL";
  });
}

// Reports the first added capability that `is_bad` says, with all of them as evidence.
template <typename IsBad>
void report_added(KubernetesJudge& judge, const KubernetesContainer& container, IsBad is_bad) {
  std::vector<std::string> bad;
  std::vector<Step> steps;
  yaml::Position at;
  const std::vector<ManifestValue> items = added(container).items();
  for (const ManifestValue& item : items) {
    const std::string capability = capability_of(item.text());
    if (capability.empty() || item.is_open() || !is_bad(capability)) continue;
    if (bad.empty()) at = item.at;
    bad.push_back(printable(capability));
    steps.push_back(remove(place_of(item)));
  }
  if (bad.empty()) return;
  judge.report(at, fmt::format("adds {}", join(bad, ", ")));
  if (bad.size() == items.size()) steps = {remove(place_of(added(container)))};
  judge.mend("what the container does with these capabilities fails", steps);
}

// Capabilities that the API refuses together with allowPrivilegeEscalation: false.
bool needs_escalation(const KubernetesContainer& container) {
  if (container.values.find("securityContext.privileged").is_true()) return true;
  return std::ranges::any_of(added(container).texts(), [](std::string_view text) {
    return capability_of(text) == "SYS_ADMIN";
  });
}

void mend_drop(KubernetesJudge& judge, const KubernetesContainer& container) {
  const ManifestValue drop = dropped(container);
  const bool is_list = drop && drop.node->is_sequence();
  judge.mend(
      "a container that changes owners or its user, or sends raw packets, fails until "
      "capabilities.add gives that back",
      {is_list ? append(place_of(drop), text_value("ALL"))
               : put(place_of(container.values), "securityContext.capabilities.drop",
                     list_value({"ALL"}))});
}

void check_escalation(KubernetesJudge& judge, const KubernetesPod& pod,
                      const KubernetesContainer& container) {
  constexpr std::string_view kKey = "allowPrivilegeEscalation";
  if (pod.is_windows || !report_unless(judge, container, kKey, "false")) return;
  if (needs_escalation(container)) return;
  judge.mend(
      "sudo and other programs that gain rights by a setuid bit or file capabilities no "
      "longer do",
      {put_context(container, kKey, plain_value("false"))});
}

void check_baseline_capabilities(KubernetesJudge& judge, const KubernetesPod& pod,
                                 const KubernetesContainer& container) {
  constexpr auto kAllowed = std::to_array<std::string_view>(
      {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
       "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"});
  if (pod.is_windows) return;
  report_added(judge, container, [&](std::string_view name) {
    return std::ranges::find(kAllowed, name) == kAllowed.end();
  });
}

void check_restricted_capabilities(KubernetesJudge& judge, const KubernetesPod& pod,
                                   const KubernetesContainer& container) {
  if (pod.is_windows) return;
  if (!drops_all(container)) {
    const ManifestValue drop = dropped(container);
    judge.report(place(drop, container), "does not drop ALL capabilities");
    return mend_drop(judge, container);
  }
  report_added(judge, container, [](std::string_view name) { return name != "NET_BIND_SERVICE"; });
}

void check_drop_all(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  if (pod.is_windows || drops_all(container)) return;
  const ManifestValue drop = dropped(container);
  judge.report(place(drop, container),
               drop.is_empty() ? "capabilities.drop is not set" : "capabilities.drop has no ALL");
  mend_drop(judge, container);
}

void check_drop_any(KubernetesJudge& judge, const KubernetesPod& pod,
                    const KubernetesContainer& container) {
  const ManifestValue drop = dropped(container);
  if (pod.is_windows || !drop.is_empty()) return;
  judge.report(place(drop, container), "capabilities.drop is empty or not set");
  mend_drop(judge, container);
}

void check_sys_admin(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                     const KubernetesContainer& container) {
  report_added(judge, container,
               [](std::string_view name) { return name == "SYS_ADMIN" || name == "ALL"; });
}

void check_net_raw(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                   const KubernetesContainer& container) {
  report_added(judge, container,
               [](std::string_view name) { return name == "NET_RAW" || name == "ALL"; });
}

void check_sys_module(KubernetesJudge& judge, const KubernetesPod& /*pod*/,
                      const KubernetesContainer& container) {
  report_added(judge, container,
               [](std::string_view name) { return name == "SYS_MODULE" || name == "ALL"; });
}

constexpr auto kRules = std::to_array<ContainerRow>({
    {"KSV-0001", check_escalation},
    {"KSV-0003", check_drop_all},
    {"KSV-0004", check_drop_any},
    {"KSV-0005", check_sys_admin},
    {"KSV-0022", check_baseline_capabilities},
    {"KSV-0106", check_restricted_capabilities},
    {"KSV-0119", check_net_raw},
    {"KSV-0120", check_sys_module},
});

}  // namespace

std::span<const ContainerRow> capability_rules() { return kRules; }

}  // namespace corten::manifest
