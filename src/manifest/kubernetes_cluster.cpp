// Objects that run nothing themselves: policies, quotas, services, settings, versions of the API.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

using content::ValueKind;

// True if a policy has a rule that lets in, or out, whatever there is.
bool allows_all(const ManifestValue& spec) {
  for (const std::string_view direction : {"ingress", "egress"}) {
    for (const ManifestValue& rule : spec.get(direction).items()) {
      if (rule.get("from").is_empty() && rule.get("to").is_empty()) return true;
    }
  }
  return false;
}

// True if a rule of the policy says whom it is about.
bool names_peers(const ManifestValue& spec) {
  for (const std::string_view path : {"ingress", "egress"}) {
    for (const ManifestValue& rule : spec.get(path).items()) {
      for (const std::string_view side : {"from", "to"}) {
        for (const ManifestValue& peer : rule.get(side).items()) {
          if (!peer.is_empty()) return true;
        }
      }
    }
  }
  return false;
}

// A policy for all pods that allows nothing is the best there is; one that allows everything to
// all of them takes back what others forbid.
void check_network_policy(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind != "NetworkPolicy" || !object.api_version.starts_with("networking.k8s.io/")) {
    return;
  }
  const ManifestValue spec = object.values.get("spec");
  const ManifestValue selector = spec.get("podSelector");
  if (!selector) {
    if (!names_peers(spec)) judge.report(spec ? spec.at : object.at, "no podSelector");
  } else if (selector.is_empty() && allows_all(spec)) {
    judge.report(selector.at, "an empty podSelector, and a rule that allows everything");
  }
}

void check_limit_range(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind != "LimitRange") return;
  const ManifestValue limits = object.values.find("spec.limits");
  std::vector<std::string> missing;
  for (const std::string_view key : {"default", "defaultRequest", "max", "min"}) {
    const bool is_set = std::ranges::any_of(limits.items(), [&](const ManifestValue& limit) {
      return limit.get("type").text() == "Container" && !limit.get(key).is_empty();
    });
    if (!is_set) missing.emplace_back(key);
  }
  if (missing.empty()) return;
  // A maximum counts as the default where there is none, and a default as the request.
  const bool is_bounded =
      missing.front() != "default" || std::ranges::find(missing, "max") == missing.end();
  judge.report(limits ? limits.at : object.at,
               fmt::format("containers get no {}", join(missing, ", ")),
               is_bounded ? std::optional(Severity::Info) : std::nullopt);
}

void check_quota(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind != "ResourceQuota") return;
  const ManifestValue spec = object.values.get("spec");
  const ManifestValue hard = spec.get("hard");
  if (spec.get("scopes") || spec.get("scopeSelector")) return;
  std::vector<std::string> missing;
  for (const std::string_view key :
       {"requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}) {
    const bool is_short = key.starts_with("requests.") && hard.get(key.substr(9));
    if (!hard.get(key) && !is_short) missing.emplace_back(key);
  }
  if (missing.empty()) return;
  judge.report(hard ? hard.at : object.at, fmt::format("no bound of {}", join(missing, ", ")));
}

struct RemovedApi {
  std::string_view version;
  std::string_view kind;  // empty: all
  std::string_view removed;
  std::string_view instead;
  bool is_same = false;  // every field means there what it meant here
};

// kubernetes.io/docs/reference/using-api/deprecation-guide
constexpr auto kRemoved = std::to_array<RemovedApi>({
    {"extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
    {"extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1", true},
    {"extensions/v1beta1", "PodSecurityPolicy", "1.16", "Pod Security admission"},
    {"extensions/v1beta1", "", "1.16", "apps/v1"},
    {"apps/v1beta1", "", "1.16", "apps/v1"},
    {"apps/v1beta2", "", "1.16", "apps/v1"},
    {"batch/v2alpha1", "CronJob", "1.21", "batch/v1", true},
    {"batch/v1beta1", "CronJob", "1.25", "batch/v1", true},
    {"networking.k8s.io/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
    {"networking.k8s.io/v1beta1", "IngressClass", "1.22", "networking.k8s.io/v1", true},
    {"policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"},
    {"policy/v1beta1", "PodSecurityPolicy", "1.25", "Pod Security admission"},
    {"rbac.authorization.k8s.io/v1alpha1", "", "1.22", "rbac.authorization.k8s.io/v1", true},
    {"rbac.authorization.k8s.io/v1beta1", "", "1.22", "rbac.authorization.k8s.io/v1", true},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.22", "apiextensions.k8s.io/v1"},
    {"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "1.22",
     "admissionregistration.k8s.io/v1"},
    {"admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "1.22",
     "admissionregistration.k8s.io/v1"},
    {"apiregistration.k8s.io/v1beta1", "APIService", "1.22", "apiregistration.k8s.io/v1"},
    {"autoscaling/v2beta1", "", "1.25", "autoscaling/v2"},
    {"autoscaling/v2beta2", "", "1.26", "autoscaling/v2"},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequest", "1.22", "certificates.k8s.io/v1"},
    {"coordination.k8s.io/v1beta1", "Lease", "1.22", "coordination.k8s.io/v1", true},
    {"discovery.k8s.io/v1beta1", "EndpointSlice", "1.25", "discovery.k8s.io/v1"},
    {"events.k8s.io/v1beta1", "Event", "1.25", "events.k8s.io/v1"},
    {"node.k8s.io/v1beta1", "RuntimeClass", "1.25", "node.k8s.io/v1", true},
    {"scheduling.k8s.io/v1beta1", "PriorityClass", "1.22", "scheduling.k8s.io/v1", true},
    {"storage.k8s.io/v1beta1", "CSIDriver", "1.22", "storage.k8s.io/v1", true},
    {"storage.k8s.io/v1beta1", "CSINode", "1.22", "storage.k8s.io/v1"},
    {"storage.k8s.io/v1beta1", "StorageClass", "1.22", "storage.k8s.io/v1", true},
    {"storage.k8s.io/v1beta1", "VolumeAttachment", "1.22", "storage.k8s.io/v1", true},
    {"storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27", "storage.k8s.io/v1", true},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "", "1.26", "flowcontrol.apiserver.k8s.io/v1"},
    {"flowcontrol.apiserver.k8s.io/v1beta2", "", "1.29", "flowcontrol.apiserver.k8s.io/v1"},
    {"flowcontrol.apiserver.k8s.io/v1beta3", "", "1.32", "flowcontrol.apiserver.k8s.io/v1"},
});

void check_api_version(KubernetesJudge& judge, const KubernetesObject& object) {
  const auto row = std::ranges::find_if(kRemoved, [&](const RemovedApi& api) {
    return api.version == object.api_version && (api.kind.empty() || api.kind == object.kind);
  });
  if (row == kRemoved.end()) return;
  judge.report(object.values.get("apiVersion").at,
               fmt::format("{} of {} is gone since Kubernetes {}", printable(object.kind),
                           row->version, row->removed),
               std::nullopt, fmt::format("use {}", row->instead));
  if (row->is_same) {
    judge.mend({}, {set(place_of(object.values.get("apiVersion")),
                        text_value(std::string(row->instead)))});
  }
}

void check_external_ips(KubernetesJudge& judge, const KubernetesObject& object) {
  const ManifestValue ips = object.values.find("spec.externalIPs");
  if (object.kind != "Service" || ips.is_empty()) return;
  judge.report(ips.at, "externalIPs is set");
  judge.mend("the service is no longer reached at these addresses", {remove(place_of(ips))});
}

// The first "name=value" or "name: value" of a file in a ConfigMap whose name and value are those
// of a secret; empty if there is none.
std::string_view secret_line(std::string_view file) {
  while (const auto line = next_line(file)) {
    const std::size_t end = line->find_first_of("=:");
    const std::string_view text = trim(*line);
    if (end == std::string_view::npos || text.starts_with('#') || text.starts_with("//")) continue;
    const std::string_view name = trim(line->substr(0, end));
    const std::string_view value = trim(line->substr(end + 1));
    if (name.find(' ') != std::string_view::npos || !content::names_secret(name)) continue;
    if (content::kind_of_value(name, value) == ValueKind::Secret) return name;
  }
  return {};
}

void check_config_secrets(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind != "ConfigMap") return;
  const ManifestValue data = object.values.get("data");
  if (!data) return;
  for (const yaml::Entry& entry : data.node->entries) {
    const ManifestValue value{entry.value, entry.value_at};
    const std::string_view text = value.text();
    if (text.empty() || value.is_open()) continue;
    const std::string name = printable(entry.name());
    if (const std::string_view form = content::form_of_secret(text); !form.empty()) {
      judge.report(value.at, fmt::format("{} holds a {}", name, form));
    } else if (text.find('\n') != std::string_view::npos) {
      const std::string_view line = secret_line(text);
      if (!line.empty()) judge.report(value.at, fmt::format("{} sets {}", name, printable(line)));
    } else if (content::names_secret(entry.name())) {
      const ValueKind kind = content::kind_of_value(entry.name(), text);
      if (kind == ValueKind::Secret) {
        judge.report(value.at, fmt::format("the value of {} is written out", name));
      } else if (kind == ValueKind::Dummy) {
        judge.report(value.at, fmt::format("{} is a password that is tried first", name),
                     Severity::Medium);
      }
    }
  }
}

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos &&
         text.find_first_of(" :/\n") == std::string_view::npos;
}

// Who somebody is: no secret, and still nothing for everyone who reads settings.
void check_config_names(KubernetesJudge& judge, const KubernetesObject& object) {
  constexpr auto kEnds = std::to_array<std::string_view>({"username", "user_name", "user-name"});
  if (object.kind != "ConfigMap") return;
  const ManifestValue data = object.values.get("data");
  if (!data) return;
  for (const yaml::Entry& entry : data.node->entries) {
    const ManifestValue value{entry.value, entry.value_at};
    if (value.text().empty() || value.is_open()) continue;
    const std::string lower = to_lower(entry.name());
    if (is_address(value.text())) {
      judge.report(value.at, fmt::format("{} is the address of somebody", printable(entry.name())));
    } else if (std::ranges::any_of(kEnds, [&](auto end) { return lower.ends_with(end); })) {
      judge.report(value.at, fmt::format("{} says whom to log in as", printable(entry.name())),
                   Severity::Low);
    }
  }
}

void check_snippets(KubernetesJudge& judge, const KubernetesObject& object) {
  constexpr auto kSnippets = std::to_array<std::string_view>(
      {"nginx.ingress.kubernetes.io/server-snippet",
       "nginx.ingress.kubernetes.io/configuration-snippet",
       "nginx.ingress.kubernetes.io/auth-snippet", "nginx.ingress.kubernetes.io/stream-snippet",
       "nginx.ingress.kubernetes.io/modsecurity-snippet"});
  if (object.kind != "Ingress") return;
  const ManifestValue annotations = object.values.find("metadata.annotations");
  for (const std::string_view name : kSnippets) {
    if (annotations.get(name)) judge.report(annotations.place_of(name), name);
  }
}

// The bytes of standard base64; empty if it is none.
std::string decoded(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<std::uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      digit = static_cast<std::uint32_t>(c - '0' + 52);
    else if (c == '+')
      digit = 62;
    else if (c == '/')
      digit = 63;
    else if (c == '=' || c == '\n' || c == ' ')
      continue;
    else
      return {};
    bits = (bits << 6U) | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU));
    }
  }
  return bytes;
}

// A Secret in a file: base64 hides nothing. Public parts and placeholders are none.
void check_secret_object(KubernetesJudge& judge, const KubernetesObject& object) {
  if (object.kind != "Secret" || object.api_version != "v1") return;
  for (const std::string_view key : {"data", "stringData"}) {
    const ManifestValue data = object.values.get(key);
    if (!data) continue;
    for (const yaml::Entry& entry : data.node->entries) {
      const ManifestValue value{entry.value, entry.value_at};
      if (value.text().empty() || value.is_open()) continue;
      const std::string text = key == "data" ? decoded(value.text()) : std::string(value.text());
      const std::string_view name = entry.name();
      const bool is_public = names_public_part(name);
      if (is_public || content::kind_of_value(text) != ValueKind::Secret) continue;
      judge.report(value.at, fmt::format("{} can be read in the file", printable(name)));
    }
  }
}

constexpr auto kRules = std::to_array<ObjectRow>({
    {"KSV-0038", check_network_policy},
    {"KSV-0039", check_limit_range},
    {"KSV-0040", check_quota},
    {"KSV-0107", check_api_version},
    {"KSV-0108", check_external_ips},
    {"KSV-0109", check_config_secrets},
    {"KSV-01010", check_config_names},
    {"KCV-0093", check_snippets},
    {"KC1012", check_secret_object},
});

}  // namespace

bool names_public_part(std::string_view key) {
  constexpr auto kParts =
      std::to_array<std::string_view>({"user", "name", "address", "host", "port", "database",
                                       "email", "endpoint", "region", "server", "realm", "domain"});
  const std::string lower = to_lower(key);
  if (lower.find("pass") != std::string::npos) return false;
  if (lower.ends_with(".crt") || lower.ends_with(".pub")) return true;
  return std::ranges::any_of(
      kParts, [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

std::span<const ObjectRow> cluster_rules() { return kRules; }

}  // namespace corten::manifest
