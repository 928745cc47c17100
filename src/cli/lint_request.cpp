#include "cli/lint_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "cli/options.h"

namespace corten::cli {

namespace {

constexpr auto kLintOptions = std::to_array<OptionSpec>({
    {"fix", 0, "[=unsafe]", "unsafe",
     "mend what can be mended; with =unsafe also what may change what the program does",
     Repeat::Once},
    {"diff", 0, "", "", "show what --fix would change, and write nothing", Repeat::Once},
    {"format", 'f', "FORMAT",
     "table json sarif html markdown junit csv tty gnu hadolint-json checkstyle codeclimate "
     "gitlab_codeclimate sonarqube codacy",
     "output format; several, each with its --output in the same order", Repeat::Many},
    {"output", 'o', "FILE", "", "write to FILE instead of stdout", Repeat::Many},
    {"severity", 's', "SEVERITY", "",
     "leave out findings below info, low, medium, high or critical", Repeat::Once},
    {"fail-on", 0, "SEVERITY", "",
     "exit with status 1 if a finding is at or above it, or never; by default low", Repeat::Once},
    {"ignore-file", 0, "FILE", "",
     "file with findings to ignore; by default .cortenignore, .trivyignore and .trivyignore.yaml "
     "here",
     Repeat::Many},
    {"all", 'a', "", "", "table: show every finding", Repeat::Once},
    {"show-suppressed", 0, "", "", "table: show what was ignored, and why", Repeat::Once},
    {"merge", 0, "FILE", "",
     "compose file of a project of several, as docker compose -f: each is laid over the ones "
     "before",
     Repeat::Many},
    {"changed-since", 0, "REF", "", "only files that git says changed since REF", Repeat::Once},
    {"stdin-filename", 0, "FILE", "", "name of what `-` reads from standard input", Repeat::Once},
    {"target", 0, "STAGE", "", "stage that is built; by default the last one", Repeat::Once},
    {"for", 0, "PLATFORM", "docker kubernetes", "where the image will run", Repeat::Once},
    {"base", 0, "WHERE", "",
     "where base images are, to look into them: IMAGE=ARCHIVE, engine or registry", Repeat::Many},
    {"docker-host", 'H', "URL", "",
     "engine of --base engine; by default the one that docker talks to", Repeat::Once},
    {"platform", 0, "OS/ARCH[/VARIANT]", "",
     "which image of a multi-platform base; by default this machine's", Repeat::Once},
    {"no-shellcheck", 0, "", "", "do not run ShellCheck on the shell in RUN", Repeat::Once},
    {"report-unused", 0, "", "", "report ignore pragmas that hide nothing", Repeat::Once},
    {"list-rules", 0, "", "", "list all rules; with --format json, with their pages", Repeat::Once},
    {"lsp", 0, "", "", "serve an editor (Language Server Protocol) on stdin and stdout",
     Repeat::Once},
    {"stdio", 0, "", "", "what --lsp does anyway; some editors add it", Repeat::Once},
    {"jobs", 'j', "N", "", "threads; by default one a processor", Repeat::Once},
});

constexpr auto kHadolintOptions = std::to_array<OptionSpec>({
    {"compat", 0, "TOOL", "hadolint",
     "answer as that tool does: its verdicts, exit statuses, and its json", Repeat::Once},
    {"config", 'c', "FILE", "", "hadolint's configuration; by default .hadolint.yaml here",
     Repeat::Once},
    {"ignore", 0, "ID", "", "leave out this rule", Repeat::Many},
    {"error", 0, "ID", "", "make this rule an error (high)", Repeat::Many},
    {"warning", 0, "ID", "", "make this rule a warning (medium)", Repeat::Many},
    {"info", 0, "ID", "", "make this rule an info (low)", Repeat::Many},
    {"style", 0, "ID", "", "make this rule a matter of style (info)", Repeat::Many},
    {"trusted-registry", 0, "REGISTRY", "", "registry that FROM may name", Repeat::Many},
    {"require-label", 0, "NAME:TYPE", "",
     "label that must be there: text, rfc3339, semver, url, hash, spdx or email", Repeat::Many},
    {"strict-labels", 0, "", "", "no labels but those that are required", Repeat::Once},
    {"failure-threshold", 't', "LEVEL", "error warning info style ignore none",
     "exit with status 1 if a finding is at or above it", Repeat::Once},
    {"disable-ignore-pragma", 0, "", "", "ignore pragmas have no effect", Repeat::Once},
    {"no-fail", 0, "", "", "findings do not change the exit status", Repeat::Once},
    {"no-color", 0, "", "", "no colours", Repeat::Once},
    {"file-path-in-report", 0, "PATH", "",
     "path to name in the formats checkstyle, codeclimate, gitlab_codeclimate, sonarqube and junit",
     Repeat::Once},
    {"verbose", 'V', "", "", "say on stderr which configuration is used", Repeat::Once},
});

constexpr std::array kOptions = {std::span<const OptionSpec>(kLintOptions),
                                 std::span<const OptionSpec>(kHadolintOptions),
                                 std::span<const OptionSpec>(kCommonOptions)};

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

// Ids never hold commas, so "--ignore A,B" (and CORTEN_IGNORE) means two.
std::vector<std::string> ids_of(const Arguments& arguments, std::string_view option) {
  std::vector<std::string> out;
  for (const std::string& list : arguments.all(option)) {
    for (const std::string_view id : split(list, ',')) {
      if (!trim(id).empty()) out.emplace_back(trim(id));
    }
  }
  return out;
}

Result<lint::HadolintConfig> hadolint_options(const Arguments& arguments) {
  lint::HadolintConfig config;
  for (std::string& id : ids_of(arguments, "ignore")) {
    config.ignored.push_back({std::move(id), "--ignore"});
  }
  for (const LintLevel level :
       {LintLevel::Error, LintLevel::Warning, LintLevel::Info, LintLevel::Style}) {
    for (std::string& id : ids_of(arguments, name_of(level))) {
      config.overrides.push_back({std::move(id), level, fmt::format("--{}", name_of(level))});
    }
  }
  config.trusted_registries = arguments.all("trusted-registry");
  for (const std::string& text : arguments.all("require-label")) {
    CORTEN_TRY(lint::LabelRule rule, lint::parse_label_rule(text, "--require-label"));
    config.labels.push_back(std::move(rule));
  }
  const auto set = [&](std::optional<bool>& value, std::string_view option) {
    if (arguments.has(option)) value = true;
  };
  set(config.strict_labels, "strict-labels");
  set(config.no_fail, "no-fail");
  set(config.no_color, "no-color");
  set(config.verbose, "verbose");
  set(config.disable_ignore_pragma, "disable-ignore-pragma");
  if (const auto word = arguments.get("failure-threshold")) {
    config.failure_threshold = lint::parse_failure_threshold(*word);
  }
  return config;
}

Status read_hadolint(const Arguments& arguments, LintJob& job) {
  job.config_file = arguments.get("config").value_or("");
  CORTEN_TRY(lint::HadolintConfig config, standing_hadolint_config(job.config_file));
  CORTEN_TRY(lint::HadolintConfig options, hadolint_options(arguments));
  job.request.rules.hadolint = lint::merged(std::move(config), std::move(options));
  job.no_fail = job.request.rules.hadolint.no_fail.value_or(false);
  job.no_color = job.request.rules.hadolint.no_color.value_or(false);
  job.verbose = job.request.rules.hadolint.verbose.value_or(false);
  return {};
}

// --fail-on and corten.yaml come before hadolint's threshold, whose default is "info"; that one is
// about what is shown.
void set_threshold(const Arguments& arguments, LintJob& job) {
  Policy& policy = job.request.policy;
  const LintLevel threshold =
      job.request.rules.hadolint.failure_threshold.value_or(LintLevel::Info);
  const bool is_said =
      arguments.has("fail-on") || policy.fail_on || job.settings.config.never_fails;
  if (!is_said || job.is_compatible())
    policy.fail_on = std::max(severity_of(threshold), policy.show);
  if (job.no_fail) policy.fail_on.reset();
}

Result<std::vector<std::string>> wanted_formats(const Arguments& arguments, const LintJob& job) {
  std::vector<std::string> formats = arguments.all("format");
  // CORTEN_FORMAT may be a format of other commands too, and lists none.
  bool of_hadolint = job.is_compatible();
  if (formats.empty() && job.settings.config.format && !job.is_compatible()) {
    formats = {*job.settings.config.format};
  }
  if (formats.empty()) {
    formats = job.request.rules.hadolint.formats;
    of_hadolint = true;
  }
  if (formats.empty()) formats = {job.is_compatible() ? "tty" : "table"};
  std::vector<std::string_view> known;
  for (const report::Format& format : report::lint_formats()) known.push_back(format.id);
  for (std::string& format : formats) {
    if (of_hadolint && format == "json") format = "hadolint-json";
    if (std::ranges::find(known, format) != known.end()) continue;
    const std::string_view near = closest(format, known);
    return fail(ErrorCode::Usage, fmt::format("lint has no format '{}'", format),
                near.empty() ? fmt::format("one of: {}", fmt::join(known, ", "))
                             : fmt::format("did you mean '{}'?", near));
  }
  return formats;
}

Status read_outputs(const Arguments& arguments, LintJob& job) {
  CORTEN_TRY(const std::vector<std::string> formats, wanted_formats(arguments, job));
  std::vector<std::string> files = arguments.all("output");
  if (files.empty() && job.settings.config.output) files = {*job.settings.config.output};
  if (files.size() > formats.size()) {
    return fail(ErrorCode::Usage,
                fmt::format("{} --output for {} --format", files.size(), formats.size()),
                "give each --output its --format, in the same order");
  }
  for (std::size_t i = 0; i < formats.size(); ++i) {
    LintOutput output{formats[i], std::nullopt};
    if (i < files.size() && files[i] != "-") output.file = files[i];
    job.outputs.push_back(std::move(output));
  }
  return {};
}

Status read_rules(const Arguments& arguments, LintJob& job) {
  lint::RuleOptions& rules = job.request.rules;
  rules.target = arguments.get("target").value_or("");
  if (arguments.get("for") == "kubernetes") rules.platform = lint::Platform::Kubernetes;
  for (const std::string& text : arguments.all("base")) {
    CORTEN_CHECK(read_base_source(text, job.bases));
  }
  return {};
}

Status read_paths(const Arguments& arguments, LintJob& job) {
  job.request.paths = arguments.positionals;
  job.request.merged = arguments.all("merge");
  if (job.request.merged.size() == 1) {
    return fail(ErrorCode::Usage, "--merge with one file has nothing to merge",
                "corten lint --merge compose.yaml --merge compose.prod.yaml");
  }
  for (const std::string& file : job.request.merged) {
    if (std::ranges::find(job.request.paths, file) == job.request.paths.end()) {
      job.request.paths.push_back(file);
    }
  }
  if (job.request.paths.empty()) {
    if (job.is_compatible()) {
      return fail(ErrorCode::Usage, "lint which file?", "corten lint --compat hadolint Dockerfile");
    }
    job.request.paths = {"."};
  }
  job.request.changed_since = arguments.get("changed-since");
  if (std::ranges::find(job.request.paths, "-") == job.request.paths.end()) return {};
  if (job.fix && !job.only_diff) {
    return fail(ErrorCode::Usage, "--fix cannot write to standard input",
                "add --diff, or name the file");
  }
  CORTEN_TRY(job.request.contents["-"], read_file("/dev/stdin", lint::kMaxLintFileBytes));
  job.request.stdin_name = arguments.get("stdin-filename").value_or("-");
  return {};
}

}  // namespace

std::span<const std::span<const OptionSpec>> lint_options() { return kOptions; }

Result<lint::HadolintConfig> standing_hadolint_config(std::string& file) {
  CORTEN_TRY(lint::HadolintConfig config, lint::hadolint_environment(environment));
  if (file.empty()) {
    const auto found = lint::find_hadolint_config(".", environment);
    if (!found) return config;
    file = found->lexically_normal().native();
  }
  CORTEN_TRY(lint::HadolintConfig in_file, lint::read_hadolint_config(file));
  return lint::merged(std::move(config), std::move(in_file));
}

Result<LintJob> read_lint_job(const Context& context, const Arguments& arguments) {
  LintJob job;
  CORTEN_TRY(job.settings, read_settings(context, arguments));
  if (arguments.has("compat")) {
    job.request.rules.compatibility = lint::Compatibility::Hadolint;
  }
  CORTEN_CHECK(read_hadolint(arguments, job));
  job.request.policy = job.settings.policy;
  job.request.now = context.now;
  job.request.rules.now = context.now;
  job.request.jobs = job.settings.examine.jobs;
  set_threshold(arguments, job);
  CORTEN_CHECK(read_outputs(arguments, job));
  CORTEN_CHECK(read_rules(arguments, job));
  if (arguments.has("no-shellcheck")) job.request.shellcheck = lint::RunShellcheck::No;
  if (arguments.has("report-unused")) job.request.unused_pragmas = lint::UnusedPragmas::Report;
  job.only_diff = arguments.has("diff");
  if (arguments.has("fix") || job.only_diff) {
    const bool unsafe = arguments.get("fix") == "unsafe";
    job.fix = unsafe ? lint::FixSafety::Unsafe : lint::FixSafety::Safe;
  }
  job.path_in_report = arguments.get("file-path-in-report");
  CORTEN_CHECK(read_paths(arguments, job));
  return job;
}

}  // namespace corten::cli
