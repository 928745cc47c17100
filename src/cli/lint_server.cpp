#include "cli/lint_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iterator>

#include "base/file.h"
#include "base/text.h"
#include "cli/lint_request.h"
#include "cli/terminal.h"
#include "lsp/lsp.h"

namespace corten::cli {

namespace {

namespace fs = std::filesystem;

// What makes no sense in an editor.
Status check_options(const Arguments& arguments) {
  constexpr auto kForeign =
      std::to_array<std::string_view>({"fix", "diff", "changed-since", "output"});
  for (const std::string_view option : kForeign) {
    if (arguments.has(option)) {
      return fail(ErrorCode::Usage, fmt::format("--lsp does not go with --{}", option),
                  "the editor asks for what it wants");
    }
  }
  if (!arguments.positionals.empty()) {
    return fail(ErrorCode::Usage, "--lsp takes no paths", "the editor says what is open");
  }
  return {};
}

// The working directory will be the editor's folder, so files are named from here.
Arguments with_whole_paths(Arguments arguments) {
  for (const char* option : {"config", "policy", "ignore-file"}) {
    const auto found = arguments.options.find(option);
    if (found == arguments.options.end()) continue;
    for (std::string& path : found->second) {
      std::error_code ignored;
      path = fs::absolute(path, ignored).native();
    }
  }
  arguments.positionals = {"."};
  return arguments;
}

// Of an engine or a registry, those that the Dockerfiles here are FROM when the server starts.
Result<std::vector<lint::BaseImage>> base_images(const Context& context,
                                                 const Arguments& arguments) {
  if (!arguments.has("base")) return std::vector<lint::BaseImage>();
  CORTEN_TRY(LintJob job, read_lint_job(context, arguments));
  NoProgress progress;
  CORTEN_CHECK(read_base_images(job.bases, job.settings, job.request, job.notes, progress));
  for (const std::string& note : job.notes) fmt::print(stderr, "note: {}\n", printable(note));
  return std::move(job.request.rules.bases);
}

}  // namespace

int serve_editor(const Context& context, const Arguments& given) {
  if (const Status checked = check_options(given); !checked) return report_error(checked.error());
  const Arguments arguments = with_whole_paths(given);
  const auto bases = base_images(context, arguments);
  if (!bases) return report_error(bases.error());
  std::vector<Check> catalogue = lint::lint_catalogue();
  std::ranges::copy(policy_checks(), std::back_inserter(catalogue));

  lsp::ServerOptions options;
  options.catalogue = catalogue;
  options.version = CORTEN_VERSION;
  std::error_code ignored;
  options.folder = fs::current_path(ignored).native();
  options.configure = [&](const std::string& folder) -> Result<lint::LintRequest> {
    std::error_code error;
    fs::current_path(folder, error);
    if (error) return fail_errno(error.value(), folder);
    // The time of day decides what is expired, and a server runs for days.
    CORTEN_TRY(LintJob job, read_lint_job(current_context(), arguments));
    job.request.rules.bases = *bases;
    return std::move(job.request);
  };
  return lsp::serve(options, STDIN_FILENO, STDOUT_FILENO);
}

}  // namespace corten::cli
