// corten lint [PATH…]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/lint_request.h"
#include "cli/lint_rules.h"
#include "cli/lint_server.h"
#include "cli/terminal.h"

namespace corten::cli {

namespace {

report::Report report_of(lint::LintReport&& found, const LintJob& job, const Context& context) {
  report::Report out;
  out.command = "lint";
  out.tool_version = CORTEN_VERSION;
  out.created = context.now;
  out.subject.type = "path";
  out.subject.name = join(job.request.paths, ", ");
  add_to(out, std::move(found));
  out.notes.insert(out.notes.end(), job.notes.begin(), job.notes.end());
  return out;
}

// Errors on stderr, unless the one reader has them in the table already.
void print_errors(const report::Report& report, const LintJob& job, const Context& context) {
  const bool on_screen = context.stdout_is_terminal && job.outputs.size() == 1 &&
                         job.outputs.front().format == "table" && !job.outputs.front().file;
  if (on_screen) return;
  for (const report::SubjectError& error : report.errors) {
    fmt::print(stderr, "corten: {}: {}\n", printable(error.subject), printable(error.message));
  }
}

// hadolint knows 0 and 1 only, and never fails in the formats whose readers judge themselves.
int compatible_status(int status, const LintJob& job) {
  const bool never = std::ranges::any_of(job.outputs, [](const LintOutput& output) {
    return output.format == "codeclimate" || output.format == "codacy";
  });
  if (status == kExitFindings && never) return kExitClean;
  return status == kExitClean ? kExitClean : kExitFindings;
}

// The report of what was found, written; the exit status.
int finish(lint::LintReport&& found, const LintJob& job, const Context& context,
           const Arguments& arguments) {
  const bool is_failed = found.is_failed;
  report::Report report = report_of(std::move(found), job, context);
  if (is_failed && !fails(job.request.policy, report.findings))
    report.notes.push_back(note_of_hidden_failure(job.request.policy));
  std::vector<Check> catalogue = lint::lint_catalogue();
  std::ranges::copy(policy_checks(), std::back_inserter(catalogue));
  report.catalogue = catalogue;
  if (const Status written = write_lint_outputs(report, job, context, arguments); !written) {
    return report_error(written.error());
  }
  print_errors(report, job, context);
  int status = is_failed ? kExitFindings : kExitClean;
  if (!report.errors.empty()) status = kExitIncomplete;
  return job.is_compatible() ? compatible_status(status, job) : status;
}

// --fix and --diff: the diff on stdout, files written unless only the diff is wanted, and then the
// report of what is left.
int fix(const LintJob& job, const Context& context, const Arguments& arguments) {
  auto progress = make_progress(context, arguments);
  auto fixed = lint::fix_files(job.request, *job.fix, *progress);
  progress.reset();
  if (!fixed) return report_error(fixed.error());
  const auto color =
      use_color(context, arguments) && !job.no_color ? lint::DiffColor::Yes : lint::DiffColor::No;
  std::size_t mended = 0;
  std::string diff;
  for (const lint::FixedFile& file : fixed->files) {
    mended += file.mended;
    if (job.only_diff) {
      diff += lint::unified_diff(file.path, file.before, file.after, color);
    } else if (const Status written = write_file_atomically(file.path, file.after); !written) {
      return report_error(written.error());
    }
  }
  if (job.only_diff) {
    // Nothing but the diff on stdout: it can be piped into patch(1).
    if (const Status shown = write_output(diff); !shown) {
      return report_error(shown.error());
    }
  }
  const std::string sums = fmt::format("{} finding{} in {} file{}", mended, mended == 1 ? "" : "s",
                                       fixed->files.size(), fixed->files.size() == 1 ? "" : "s");
  if (!arguments.has("quiet")) {
    for (const std::string& note : fixed->notes) fmt::print(stderr, "note: {}\n", printable(note));
    fmt::print(stderr, "{} {}\n", sums, job.only_diff ? "can be mended" : "mended");
  }
  if (!job.only_diff) return finish(std::move(fixed->rest), job, context, arguments);
  const report::Report report = report_of(std::move(fixed->rest), job, context);
  for (const report::SubjectError& error : report.errors) {
    fmt::print(stderr, "corten: {}: {}\n", printable(error.subject), printable(error.message));
  }
  if (!report.errors.empty()) return kExitIncomplete;
  return diff.empty() ? kExitClean : kExitFindings;
}

int run(const Context& context, const Arguments& arguments) {
  if (arguments.has("list-rules")) return list_rules(context, arguments);
  if (arguments.has("lsp")) return serve_editor(context, arguments);
  auto job = read_lint_job(context, arguments);
  auto progress = make_progress(context, arguments);
  const Status ready =
      job ? read_base_images(job->bases, job->settings, job->request, job->notes, *progress)
          : Status(std::unexpected(job.error()));
  progress.reset();
  if (!ready) {
    const int status = report_error(ready.error());
    return arguments.has("compat") ? static_cast<int>(kExitFindings) : status;
  }
  if (job->verbose) {
    fmt::print(stderr, "configuration: {}\n",
               job->config_file.empty() ? "none" : printable(job->config_file));
  }
  if (job->fix) return fix(*job, context, arguments);
  progress = make_progress(context, arguments);
  auto found = lint::lint_files(job->request, *progress);
  progress.reset();
  if (!found) return report_error(found.error());
  return finish(*std::move(found), *job, context, arguments);
}

}  // namespace

const CommandSpec kLintCommand = {
    "lint",
    "Dockerfiles, compose files and Kubernetes manifests: what is wrong in them, and mends it",
    "[PATH…]",
    "corten lint --fix --diff Dockerfile",
    "A PATH is a file, a folder (Dockerfiles, compose files and manifests in it are found) or `-` "
    "for standard input; by default the folder here. hadolint's configuration, pragmas and options "
    "work as they are.\n"
    "Exit status: 0 examined, and nothing at or above --fail-on or --failure-threshold; 1 "
    "something "
    "was, or --diff shows a change; 2 bad usage; 3 something could not be examined. With --compat "
    "hadolint 0 or 1.",
    lint_options(),
    run,
};

}  // namespace corten::cli
