#include "dockerfile/rule.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "content/secret_files.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

constexpr std::size_t kMaxEvidenceWidth = 240;

}  // namespace

Problem& Problems::add(Range range, std::string evidence) {
  Problem& problem = into_.emplace_back();
  problem.rule = &rule_;
  problem.range = range;
  problem.severity = rule_.check.severity;
  // Words of the file can be as long as a line may be.
  problem.evidence = evidence.size() > kMaxEvidenceWidth ? ellipsized(evidence, kMaxEvidenceWidth)
                                                         : std::move(evidence);
  return problem;
}

bool concerns_rules(std::string_view path) {
  // Of lock files only the context's own are asked for: see supply_packages.cpp.
  return path == "package-lock.json" || path == "npm-shrinkwrap.json" ||
         content::kind_of_file(path) != content::FileKind::None;
}

std::span<const std::span<const Rule>> rule_tables() {
  // One a line, whatever their number.
  // clang-format off
  static const std::array kTables = {
      buildkit_from_rules(),
      buildkit_rules(),
      buildkit_variable_rules(),
      hadolint_apt_rules(),
      hadolint_build_rules(),
      hadolint_command_rules(),
      hadolint_copy_rules(),
      hadolint_from_rules(),
      hadolint_instruction_rules(),
      hadolint_label_rules(),
      hadolint_package_rules(),
      hadolint_rpm_rules(),
      hadolint_stage_rules(),
      hadolint_tool_rules(),
      hadolint_variable_rules(),
      hadolint_zypper_rules(),
      runtime_content_rules(),
      runtime_exposure_rules(),
      runtime_start_rules(),
      secrets_copied_rules(),
      secrets_mount_rules(),
      secrets_value_rules(),
      secrets_variable_rules(),
      supply_check_rules(),
      supply_download_rules(),
      supply_image_rules(),
      supply_package_rules(),
      supply_url_rules(),
      syntax_rules(),
      users_accounts_rules(),
      users_files_rules(),
      users_final_rules(),
      users_modes_rules(),
      users_steps_rules(),
      windows_rules(),
      windows_scripts_rules(),
  };
  // clang-format on
  return kTables;
}

const Rule* find_rule(std::string_view id) {
  const std::string wanted = to_lower(id);
  const Rule* by_alias = nullptr;
  for (const std::span<const Rule> table : rule_tables()) {
    for (const Rule& rule : table) {
      if (to_lower(rule.check.id) == wanted) return &rule;
      // Ids of some rules are aliases of others, which may stand in front of them.
      const bool has_alias = find_check(std::span(&rule.check, 1), id) != nullptr;
      if (has_alias && by_alias == nullptr) by_alias = &rule;
    }
  }
  return by_alias;
}

}  // namespace corten::dockerfile
