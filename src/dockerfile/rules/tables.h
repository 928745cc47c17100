// The tables of rules, one function a file of rules/.
#pragma once

#include <span>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

[[nodiscard]] std::span<const Rule> hadolint_apt_rules();
[[nodiscard]] std::span<const Rule> hadolint_command_rules();
[[nodiscard]] std::span<const Rule> hadolint_copy_rules();
[[nodiscard]] std::span<const Rule> hadolint_from_rules();
[[nodiscard]] std::span<const Rule> hadolint_instruction_rules();
[[nodiscard]] std::span<const Rule> hadolint_package_rules();
[[nodiscard]] std::span<const Rule> runtime_content_rules();
[[nodiscard]] std::span<const Rule> runtime_exposure_rules();
[[nodiscard]] std::span<const Rule> runtime_start_rules();
[[nodiscard]] std::span<const Rule> secrets_copied_rules();
[[nodiscard]] std::span<const Rule> secrets_mount_rules();
[[nodiscard]] std::span<const Rule> secrets_value_rules();
[[nodiscard]] std::span<const Rule> secrets_variable_rules();
[[nodiscard]] std::span<const Rule> supply_check_rules();
[[nodiscard]] std::span<const Rule> supply_download_rules();
[[nodiscard]] std::span<const Rule> supply_image_rules();
[[nodiscard]] std::span<const Rule> supply_package_rules();
[[nodiscard]] std::span<const Rule> supply_url_rules();
[[nodiscard]] std::span<const Rule> syntax_rules();
[[nodiscard]] std::span<const Rule> users_accounts_rules();
[[nodiscard]] std::span<const Rule> users_files_rules();
[[nodiscard]] std::span<const Rule> users_final_rules();
[[nodiscard]] std::span<const Rule> users_modes_rules();
[[nodiscard]] std::span<const Rule> users_steps_rules();
[[nodiscard]] std::span<const Rule> windows_rules();
[[nodiscard]] std::span<const Rule> windows_scripts_rules();
[[nodiscard]] std::span<const Rule> hadolint_rpm_rules();
[[nodiscard]] std::span<const Rule> hadolint_zypper_rules();
[[nodiscard]] std::span<const Rule> hadolint_tool_rules();
[[nodiscard]] std::span<const Rule> hadolint_label_rules();
[[nodiscard]] std::span<const Rule> hadolint_build_rules();
[[nodiscard]] std::span<const Rule> hadolint_stage_rules();
[[nodiscard]] std::span<const Rule> hadolint_variable_rules();
[[nodiscard]] std::span<const Rule> buildkit_rules();
[[nodiscard]] std::span<const Rule> buildkit_from_rules();
[[nodiscard]] std::span<const Rule> buildkit_variable_rules();

}  // namespace corten::dockerfile
