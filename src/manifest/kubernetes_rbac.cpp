// Who may do what in the cluster: roles and their bindings.
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

// Words with one space between them.
using Words = std::string_view;

bool has_word(Words words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    if (end == Words::npos) break;
    words.remove_prefix(end + 1);
  }
  return false;
}

// The first of `wanted`, or "*", in a list of a rule; empty if it has none.
std::string_view first_of(const ManifestValue& list, Words wanted) {
  for (const std::string_view text : list.texts()) {
    if (text == "*" || has_word(wanted, text)) return text;
  }
  return {};
}

bool is_role(const KubernetesObject& object) {
  return (object.kind == "ClusterRole" || object.kind == "Role") &&
         object.api_version.starts_with("rbac.authorization.k8s.io/");
}

bool is_group(const ManifestValue& rule, std::string_view group) {
  const auto groups = rule.get("apiGroups").texts();
  return groups.empty() || has(groups, group) || has(groups, "*");
}

// True if the rule is for single objects, by their names.
bool is_narrow(const ManifestValue& rule) {
  const auto names = rule.get("resourceNames").texts();
  return !names.empty() && !has(names, "*");
}

struct Grant {
  Words resources;
  Words verbs;  // "*" counts as each
  // Rules for single objects by name are narrow, and are not told.
  bool with_names = false;
};

void report_rule(KubernetesJudge& judge, const ManifestValue& rule, std::string_view verb,
                 std::string_view resource) {
  judge.report(rule.get("resources").at,
               fmt::format("allows '{}' on '{}'", printable(verb), printable(resource)));
}

// Reports each rule that gives one of the verbs on one of the resources, named in so many words: a
// wildcard among the resources is the matter of KSV-0046.
void check_grant(KubernetesJudge& judge, const KubernetesObject& object, const Grant& grant) {
  if (!is_role(object)) return;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    if (!grant.with_names && is_narrow(rule)) continue;
    const std::string_view verb = first_of(rule.get("verbs"), grant.verbs);
    if (verb.empty()) continue;
    for (const std::string_view resource : rule.get("resources").texts()) {
      if (!has_word(grant.resources, resource)) continue;
      report_rule(judge, rule, verb, resource);
      break;
    }
  }
}

constexpr Words kSecretVerbs = "get list watch create update patch delete deletecollection";
constexpr Words kChangeVerbs = "create update patch delete deletecollection impersonate";

void check_cluster_secrets(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind == "ClusterRole") check_grant(judge, object, {"secrets", kSecretVerbs});
}
void check_namespace_secrets(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind == "Role") check_grant(judge, object, {"secrets", kSecretVerbs});
}
void check_pod_logs(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"pods/log", "delete deletecollection"});
}
void check_impersonation(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"users groups serviceaccounts userextras uids", "impersonate"});
}

// All of a group of one's own is not all of the cluster.
bool is_wide(const ManifestValue& rule) {
  return is_group(rule, "") || is_group(rule, "rbac.authorization.k8s.io");
}

bool allows_everything(const ManifestValue& rule) {
  return is_wide(rule) && has(rule.get("verbs").texts(), "*") &&
         has(rule.get("resources").texts(), "*");
}

void check_everything(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_role(object)) return;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    if (allows_everything(rule)) judge.report(rule.get("verbs").at, "allows '*' on '*'");
  }
}

void check_every_verb(KubernetesJudge& judge, const KubernetesObject& object) {
  constexpr auto kWeighty = std::to_array<std::string_view>(
      {"secrets", "pods", "deployments", "daemonsets", "statefulsets", "replicasets",
       "replicationcontrollers", "jobs", "cronjobs", "roles", "rolebindings", "clusterroles",
       "clusterrolebindings", "users", "groups", "serviceaccounts", "nodes"});
  if (!is_role(object)) return;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    if (!has(rule.get("verbs").texts(), "*") || allows_everything(rule)) continue;
    for (const std::string_view resource : rule.get("resources").texts()) {
      if (!has(kWeighty, resource)) continue;
      judge.report(rule.get("verbs").at, fmt::format("allows '*' on '{}'", resource));
      break;
    }
  }
}

void check_every_resource(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_role(object)) return;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    const ManifestValue resources = rule.get("resources");
    const bool has_workloads = is_group(rule, "apps") || is_group(rule, "batch");
    if ((!is_wide(rule) && !has_workloads) || allows_everything(rule) ||
        !has(resources.texts(), "*"))
      continue;
    const auto verbs = rule.get("verbs").texts();
    if (verbs.empty()) continue;
    const bool has_secrets = is_group(rule, "");
    const bool only_reads = std::ranges::all_of(verbs, [](std::string_view verb) {
      return verb == "get" || verb == "list" || verb == "watch";
    });
    if (only_reads && !has_secrets) continue;
    if (only_reads) {
      judge.report(resources.at, "allows to read everything, secrets as well", Severity::High);
    } else {
      judge.report(resources.at, fmt::format("allows '{}' on '*'", printable(verbs.back())));
    }
  }
}

void check_node_proxy(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"nodes/proxy", "get create update patch", true});
}
void check_workloads(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(
      judge, object,
      {"pods deployments daemonsets statefulsets replicasets replicationcontrollers jobs cronjobs",
       kChangeVerbs});
}
void check_config_maps(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"configmaps", kChangeVerbs});
}
void check_roles(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object,
              {"roles rolebindings clusterroles clusterrolebindings",
               "create update patch delete deletecollection escalate"});
}
void check_exec(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"pods/exec", "create get update patch"});
}
void check_attach(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object, {"pods/attach", "create get update patch"});
}
void check_networking(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object,
              {"services endpoints endpointslices networkpolicies ingresses", kChangeVerbs});
}
void check_webhooks(KubernetesJudge& judge, const KubernetesObject& object) {
  check_grant(judge, object,
              {"mutatingwebhookconfigurations validatingwebhookconfigurations", kChangeVerbs});
}

// Binding roles takes two rights, which may stand in two rules: to make bindings, and to bind.
void check_bind(KubernetesJudge& judge, const KubernetesObject& object, std::string_view bindings) {
  if (!is_role(object)) return;
  ManifestValue binding;
  ManifestValue binds;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    const auto resources = rule.get("resources").texts();
    const ManifestValue verbs = rule.get("verbs");
    if (has(resources, bindings) && !first_of(verbs, "create update patch").empty()) {
      binding = rule.get("resources");
    }
    if ((has(resources, "clusterroles") || has(resources, "roles")) &&
        !first_of(verbs, "bind").empty() && !is_narrow(rule)) {
      binds = verbs;
    }
  }
  if (!binding || !binds) return;
  judge.report(binds.at, fmt::format("may make {} to any role", bindings));
}
void check_bind_in_namespace(KubernetesJudge& judge, const KubernetesObject& object) {
  check_bind(judge, object, "rolebindings");
}
void check_bind_in_cluster(KubernetesJudge& judge, const KubernetesObject& object) {
  check_bind(judge, object, "clusterrolebindings");
}
void check_own_bindings(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind == "Role") {
    check_grant(judge, object, {"rolebindings", "update patch"});
  }
}

void check_aws_auth(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_role(object)) return;
  for (const ManifestValue& rule : object.values.get("rules").items()) {
    const std::string_view verb =
        first_of(rule.get("verbs"), "create update patch delete deletecollection");
    if (verb.empty() || !has(rule.get("resources").texts(), "configmaps")) continue;
    if (!has(rule.get("resourceNames").texts(), "aws-auth")) continue;
    judge.report(rule.get("resourceNames").at, fmt::format("allows '{}' on aws-auth", verb));
  }
}

bool is_binding(const KubernetesObject& object) {
  return object.kind == "ClusterRoleBinding" || object.kind == "RoleBinding";
}

void check_cluster_admin(KubernetesJudge& judge, const KubernetesObject& object) {
  const ManifestValue role = object.values.find("roleRef.name");
  if (!is_binding(object) || object.values.find("roleRef.kind").text() == "Role") return;
  // admin of every namespace reads every secret.
  if (role.text() != "cluster-admin" &&
      !(role.text() == "admin" && object.kind == "ClusterRoleBinding")) {
    return;
  }
  judge.report(role.at, fmt::format("binds {}", role.text()));
}

void check_subjects(KubernetesJudge& judge, const KubernetesObject& object, Words names) {
  if (!is_binding(object)) return;
  for (const ManifestValue& subject : object.values.get("subjects").items()) {
    const ManifestValue name = subject.get("name");
    if (!has_word(names, name.text()) || subject.get("kind").text() == "ServiceAccount") continue;
    judge.report(name.at, fmt::format("binds {} to {}", name.text(),
                                      printable(object.values.find("roleRef.name").text())));
  }
}

// What Kubernetes itself binds to everyone: its version, its APIs, and who one is.
bool is_public_role(const KubernetesObject& object) {
  constexpr auto kPublic = std::to_array<std::string_view>(
      {"system:discovery", "system:basic-user", "system:public-info-viewer"});
  return has(kPublic, object.values.find("roleRef.name").text());
}

void check_anonymous(KubernetesJudge& judge, const KubernetesObject& object) {
  if (is_public_role(object)) return;
  check_subjects(judge, object, "system:anonymous system:unauthenticated");
}
void check_masters(KubernetesJudge& judge, const KubernetesObject& object) {
  check_subjects(judge, object, "system:masters");
}
void check_authenticated(KubernetesJudge& judge, const KubernetesObject& object) {
  if (is_public_role(object)) return;
  check_subjects(judge, object, "system:authenticated");
}

constexpr auto kRules = std::to_array<ObjectRow>({
    {"KSV-0041", check_cluster_secrets},
    {"KSV-0042", check_pod_logs},
    {"KSV-0043", check_impersonation},
    {"KSV-0044", check_everything},
    {"KSV-0045", check_every_verb},
    {"KSV-0046", check_every_resource},
    {"KSV-0047", check_node_proxy},
    {"KSV-0048", check_workloads},
    {"KSV-0049", check_config_maps},
    {"KSV-0050", check_roles},
    {"KSV-0051", check_bind_in_namespace},
    {"KSV-0052", check_bind_in_cluster},
    {"KSV-0053", check_exec},
    {"KSV-0054", check_attach},
    {"KSV-0055", check_own_bindings},
    {"KSV-0056", check_networking},
    {"KSV-0111", check_cluster_admin},
    {"KSV-0113", check_namespace_secrets},
    {"KSV-0114", check_webhooks},
    {"KSV-0115", check_aws_auth},
    {"KSV-0122", check_anonymous},
    {"KSV-0123", check_masters},
    {"KSV-01011", check_authenticated},
});

}  // namespace

std::span<const ObjectRow> rbac_rules() { return kRules; }

}  // namespace corten::manifest
