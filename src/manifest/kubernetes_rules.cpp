#include "manifest/kubernetes_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

bool stands_before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    return std::tie(finding.location->line, finding.location->column, finding.id, finding.evidence);
  };
  return key(a) < key(b);
}

std::string subject_of(const KubernetesObject& object, const KubernetesContainer* container) {
  std::string subject = printable(object.kind);
  if (!object.name.empty()) subject += fmt::format(" {}", printable(object.name));
  if (container != nullptr && !container->name.empty()) {
    subject += fmt::format(", container {}", printable(container->name));
  }
  return subject;
}

const Check& check_of(std::string_view id) {
  const std::span<const Check> catalogue = kubernetes_catalogue();
  return *std::ranges::find(catalogue, id, &Check::id);
}

void run(KubernetesJudge& judge, std::span<const ContainerRow> rules) {
  for (const ContainerRow& row : rules) {
    judge.begin_rule(check_of(row.id));
    for (const KubernetesObject& object : judge.file().objects) {
      if (!object.pod) continue;
      for (const KubernetesContainer& container : object.pod->containers) {
        if (judge.is_full()) break;
        judge.begin(object, &container);
        row.rule(judge, *object.pod, container);
      }
    }
  }
}

void run(KubernetesJudge& judge, std::span<const PodRow> rules) {
  for (const PodRow& row : rules) {
    judge.begin_rule(check_of(row.id));
    for (const KubernetesObject& object : judge.file().objects) {
      if (!object.pod || judge.is_full()) continue;
      judge.begin(object, nullptr);
      row.rule(judge, *object.pod);
    }
  }
}

void run(KubernetesJudge& judge, std::span<const ObjectRow> rules) {
  for (const ObjectRow& row : rules) {
    judge.begin_rule(check_of(row.id));
    for (const KubernetesObject& object : judge.file().objects) {
      if (judge.is_full()) break;
      judge.begin(object, nullptr);
      row.rule(judge, object);
    }
  }
}

}  // namespace

KubernetesJudge::KubernetesJudge(const KubernetesFile& file, const KubernetesContext& context)
    : file_(file), context_(context) {
  for (const KubernetesObject& object : file.objects) {
    if (object.kind == "ServiceAccount" &&
        object.values.get("automountServiceAccountToken").is_false()) {
      tokenless_.emplace(object.name_space, object.name);
    }
    if (object.kind != "LimitRange") continue;
    for (const ManifestValue& limit : object.values.find("spec.limits").items()) {
      if (limit.get("type").text() != "Container") continue;
      for (const std::string_view field : {"default", "defaultRequest"}) {
        for (const std::string_view resource : {"cpu", "memory"}) {
          if (limit.get(field).get(resource)) defaults_.emplace(object.name_space, field, resource);
        }
      }
    }
  }
}

void KubernetesJudge::begin_rule(const Check& check) {
  check_ = &check;
  places_.clear();
}

void KubernetesJudge::begin(const KubernetesObject& object, const KubernetesContainer* container) {
  object_ = &object;
  container_ = container;
}

// What is missing is told at the name of the container or object.
bool KubernetesJudge::is_missing_in_patch(yaml::Position at) const {
  if (container_ != nullptr) return container_->is_partial && at == container_->at;
  return object_->pod && object_->pod->is_partial && at == object_->at;
}

void KubernetesJudge::report(yaml::Position at, std::string_view evidence,
                             std::optional<Severity> severity, std::string_view remediation) {
  has_last_ = false;
  if (is_missing_in_patch(at)) return;
  if (is_full() || !places_.emplace(at.line, at.column).second) return;
  has_last_ = true;
  Finding finding;
  finding.id = std::string(check_->id);
  finding.kind = check_->kind;
  finding.severity = severity.value_or(check_->severity);
  finding.title = std::string(check_->title);
  finding.subject = subject_of(*object_, container_);
  finding.evidence = std::string(evidence);
  finding.remediation = std::string(remediation.empty() ? check_->remediation : remediation);
  finding.location = Location{file_.path, at.line, at.column, {}};
  for (const std::string_view alias : split(check_->aliases, ' ')) {
    if (!alias.empty()) finding.aliases.emplace_back(alias);
  }
  findings_.push_back(std::move(finding));
}

void KubernetesJudge::mend(std::string_view risk, const std::vector<Step>& steps) {
  if (!has_last_ || steps.empty()) return;
  if (!mender_) {
    std::vector<const yaml::Node*> roots;
    for (const yaml::Document& document : file_.stream.documents()) roots.push_back(document.root);
    mender_.emplace(file_.stream, file_.path, roots);
  }
  Finding& finding = findings_.back();
  finding.fix = mender_->edits(steps, "securityContext");
  if (!finding.fix.empty()) finding.fix_risk = std::string(risk);
}

std::vector<Finding> KubernetesJudge::take() {
  std::ranges::sort(findings_, stands_before);
  return std::move(findings_);
}

bool report_unless(KubernetesJudge& judge, const KubernetesContainer& container,
                   std::string_view key, std::string_view wanted) {
  const ManifestValue value = container.values.get("securityContext").get(key);
  const bool is_wanted = wanted == "true" ? value.is_true() : value.is_false();
  if (is_wanted || value.is_open()) return false;
  judge.report(place(value, container), value ? fmt::format("{} is not {}", key, wanted)
                                              : fmt::format("{} is not set", key));
  return true;
}

Step put_context(const KubernetesContainer& container, std::string_view key, yaml::Value value) {
  const ManifestValue old = container.values.get("securityContext").get(key);
  return old ? set(place_of(old), std::move(value))
             : put(place_of(container.values), fmt::format("securityContext.{}", key),
                   std::move(value));
}

std::vector<Finding> check_kubernetes(const KubernetesFile& file,
                                      const KubernetesContext& context) {
  KubernetesJudge judge(file, context);
  run(judge, container_security_rules());
  run(judge, capability_rules());
  run(judge, pod_security_rules());
  run(judge, volume_rules());
  run(judge, container_workload_rules());
  run(judge, pod_workload_rules());
  run(judge, cluster_rules());
  run(judge, rbac_rules());
  run(judge, kustomize_rules());
  return judge.take();
}

}  // namespace corten::manifest
