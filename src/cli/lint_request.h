// What `corten lint` is asked to do: the command line, the environment, .hadolint.yaml and
// corten.yaml, put together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/base_images.h"
#include "cli/command.h"
#include "cli/scanner.h"
#include "lint/fix.h"
#include "lint/lint.h"

namespace corten::cli {

// A format and where its report goes.
struct LintOutput {
  std::string format;
  std::optional<std::string> file;  // nullopt: stdout
};

struct LintJob {
  lint::LintRequest request;
  std::vector<LintOutput> outputs;
  std::optional<lint::FixSafety> fix;  // --fix, or what --diff shows
  bool only_diff = false;              // show the changes, write nothing
  Settings settings;
  BaseSources bases;
  std::vector<std::string> notes;  // for the report, from before linting
  std::string config_file;         // of hadolint, or empty
  bool no_fail = false;
  bool no_color = false;
  bool verbose = false;
  std::optional<std::string> path_in_report;

  [[nodiscard]] bool is_compatible() const {
    return request.rules.compatibility == lint::Compatibility::Hadolint;
  }
};

[[nodiscard]] std::span<const std::span<const OptionSpec>> lint_options();
[[nodiscard]] Result<LintJob> read_lint_job(const Context& context, const Arguments& arguments);
// What the environment and `file` say; an empty `file` becomes the one that is found, if any.
[[nodiscard]] Result<lint::HadolintConfig> standing_hadolint_config(std::string& file);

// Writes the report in every format that was asked for.
[[nodiscard]] Status write_lint_outputs(const report::Report& report, const LintJob& job,
                                        const Context& context, const Arguments& arguments);

}  // namespace corten::cli
