// The reports of `corten lint`, each to its place.
#include <algorithm>
#include <array>

#include "base/file.h"
#include "cli/lint_request.h"
#include "cli/terminal.h"

namespace corten::cli {

namespace {

// Formats whose readers look files up by path, as hadolint's manual lists them.
bool names_paths(std::string_view format) {
  constexpr auto kFormats = std::to_array<std::string_view>(
      {"checkstyle", "codeclimate", "gitlab_codeclimate", "sonarqube", "junit"});
  return std::ranges::find(kFormats, format) != kFormats.end();
}

report::Report with_path(report::Report report, const std::string& path) {
  for (Finding& finding : report.findings) {
    finding.subject = path;
    if (finding.location) finding.location->path = path;
  }
  return report;
}

}  // namespace

Status write_lint_outputs(const report::Report& report, const LintJob& job, const Context& context,
                          const Arguments& arguments) {
  for (const LintOutput& output : job.outputs) {
    const auto format = std::ranges::find(report::lint_formats(), std::string_view(output.format),
                                          &report::Format::id);
    report::Style style;
    style.width = output.file ? 100 : context.terminal_width;
    const bool may_color = !job.no_color || arguments.get("color") == "always";
    style.color = !output.file && may_color && use_color(context, arguments);
    style.show_all = job.settings.show_all;
    style.show_suppressed = job.settings.show_suppressed;
    style.show_source = !output.file && context.stdout_is_terminal;
    const bool other_path = job.path_in_report && names_paths(output.format);
    CORTEN_TRY(const std::string text,
               other_path ? format->write(with_path(report, *job.path_in_report), style)
                          : format->write(report, style));
    CORTEN_CHECK(output.file ? write_file_atomically(*output.file, text) : write_output(text));
  }
  return {};
}

}  // namespace corten::cli
