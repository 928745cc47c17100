#include "manifest/compose_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "manifest/internal/compose_judge.h"
#include "yaml/access.h"

namespace corten::manifest {

namespace {

struct ServiceRow {
  std::string_view id;
  ServiceRule rule;
};
struct ProjectRow {
  std::string_view id;
  ProjectRule rule;
};

constexpr auto kServiceRules = std::to_array<ServiceRow>({
    {"CC1001", check_privileged},
    {"CC1002", check_host_namespaces},
    {"CC1003", check_runtime_sockets},
    {"CC1004", check_host_paths},
    {"CC1005", check_added_capabilities},
    {"CC1006", check_dropped_capabilities},
    {"CC1007", check_new_privileges},
    {"CC1008", check_confinement},
    {"CC1009", check_user},
    {"CC1010", check_read_only},
    {"CC1011", check_limits},
    {"CC1012", check_devices},
    {"CC1013", check_secrets},
    {"CC1014", check_image},
    {"CC1015", check_ports},
    {"CC1016", check_health},
    {"CC1017", check_restart},
    {"CC1018", check_kernel_settings},
    {"CC1019", check_logging},
    {"CC1020", check_networks},
    {"CC1021", check_build},
    {"CC1023", check_weak_passwords},
    {"CC1024", check_mount_options},
    {"CC1025", check_dashboards},
    {"CC1026", check_hooks},
});

constexpr auto kProjectRules = std::to_array<ProjectRow>({
    {"CC1020", check_shared_network},
    {"CC1022", check_consistency},
});

// The id as words of other findings have it: their order is that of the files.
bool stands_before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    return std::tie(finding.location->path, finding.location->line, finding.location->column,
                    finding.id, finding.evidence);
  };
  return key(a) < key(b);
}

}  // namespace

Judge::Judge(const ComposeProject& project, const ComposeContext& context)
    : project_(project), context_(context) {
  for (const ComposeService& service : project.services) {
    const Value* needs = service.get("depends_on");
    if (needs == nullptr) continue;
    for (const Field& other : needs->fields) {
      if (text_of(manifest::get(other.value, "condition")) == "service_completed_successfully") {
        awaited_.insert(other.key);
      }
    }
  }
}

std::optional<ComposeImageFacts> Judge::facts_of(const ComposeService& service) const {
  return context_.image_facts ? context_.image_facts(service) : std::nullopt;
}

void Judge::begin(const Check& check, const ComposeService* service) {
  check_ = &check;
  service_ = service;
}

void Judge::report(Place at, std::string evidence, std::optional<Severity> severity,
                   std::string remediation) {
  has_last_ = !is_full();
  if (!has_last_) return;
  Finding finding;
  finding.id = std::string(check_->id);
  finding.kind = check_->kind;
  finding.severity = severity.value_or(check_->severity);
  finding.title = std::string(check_->title);
  finding.evidence = std::move(evidence);
  finding.remediation =
      remediation.empty() ? std::string(check_->remediation) : std::move(remediation);
  finding.location = Location{project_.files.at(at.file), at.line, at.column, {}};
  finding.subject = service_ == nullptr ? finding.location->path
                                        : fmt::format("service {}", printable(service_->name));
  for (const std::string_view alias : split(check_->aliases, ' ')) {
    if (!alias.empty()) finding.aliases.emplace_back(alias);
  }
  findings_.push_back(std::move(finding));
}

Mender* Judge::mender_of(std::uint32_t file) {
  const auto known = menders_.find(file);
  if (known != menders_.end()) return &known->second;
  const std::optional<yaml::Stream>& source = project_.sources.at(file);
  if (!source) return nullptr;
  const yaml::Node& root = source->root();
  std::vector<const yaml::Node*> roots;
  for (const yaml::Entry& entry : root.entries) {
    // Fragments count only where they are used.
    if (!entry.name().starts_with("x-")) roots.push_back(entry.value);
  }
  Mender& mender =
      menders_.try_emplace(file, *source, project_.files.at(file), roots).first->second;
  if (const yaml::Node* services = yaml::get(root, "services"); services != nullptr) {
    mender.never_empty(*services);
    for (const yaml::Entry& service : services->entries) {
      if (std::ranges::binary_search(project_.extended, service.name())) {
        mender.share(*service.value);
      }
    }
  }
  return &mender;
}

void Judge::mend(std::string_view risk, const std::vector<Step>& steps) {
  if (!has_last_ || steps.empty()) return;
  const std::uint32_t file = steps.front().at.file;
  const bool is_one_file =
      std::ranges::all_of(steps, [&](const Step& step) { return step.at.file == file; });
  Mender* mender = is_one_file ? mender_of(file) : nullptr;
  if (mender == nullptr) return;
  Finding& finding = findings_.back();
  finding.fix = mender->edits(steps);
  if (!finding.fix.empty()) finding.fix_risk = std::string(risk);
}

std::optional<std::string_view> Judge::text_at(Place at) {
  const Mender* mender = mender_of(at.file);
  return mender == nullptr ? std::nullopt : mender->text_at(at);
}

bool is_list_item(Judge& judge, const ComposeVariable& variable) {
  const auto text = judge.text_at(variable.at);
  return text && text->starts_with(variable.name + "=");
}

Step set_variable(Judge& judge, const ComposeVariable& variable, std::string value) {
  if (is_list_item(judge, variable)) value.insert(0, variable.name + "=");
  return set(variable.at, text_value(std::move(value)));
}

std::vector<Finding> Judge::take() {
  std::ranges::sort(findings_, stands_before);
  return std::move(findings_);
}

std::vector<Finding> check_compose(const ComposeProject& project, const ComposeContext& context) {
  Judge judge(project, context);
  const std::span<const Check> catalogue = compose_catalogue();
  for (const ServiceRow& row : kServiceRules) {
    const Check& check = *std::ranges::find(catalogue, row.id, &Check::id);
    for (const ComposeService& service : project.services) {
      judge.begin(check, &service);
      row.rule(judge, service);
    }
  }
  for (const ProjectRow& row : kProjectRules) {
    judge.begin(*std::ranges::find(catalogue, row.id, &Check::id), nullptr);
    row.rule(judge);
  }
  return judge.take();
}

}  // namespace corten::manifest
