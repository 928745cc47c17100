// What `scan` and `audit` have in common: settings, the database, the cache, and turning subjects
// into one report.
#pragma once

#include <memory>

#include "advisory/database.h"
#include "cli/command.h"
#include "finding/config.h"
#include "finding/policy.h"
#include "lint/lint.h"
#include "report/report.h"
#include "scan/worker.h"

namespace corten::cli {

// Everything that flags, environment and corten.yaml decide, in that order of precedence.
struct Settings {
  Config config;
  Policy policy;
  std::string format = "table";
  std::optional<std::string> output;
  std::filesystem::path database_folder;
  std::string docker_host;  // empty: the default
  image::OpenOptions open;
  scan::ExamineOptions examine;
  std::optional<std::filesystem::path> cache_folder;  // nullopt: no cache
  bool offline = false;
  bool show_all = false;
  bool show_suppressed = false;
};

[[nodiscard]] Result<Settings> read_settings(const Context& context, const Arguments& arguments);
// --severity is about what is shown; an exit status 1 above an empty report would puzzle.
[[nodiscard]] std::string note_of_hidden_failure(const Policy& policy);

// Where the database is by default: /var/lib/corten for root, else $XDG_DATA_HOME/corten or
// ~/.local/share/corten.
[[nodiscard]] std::filesystem::path default_database_folder();

// An error as reports tell it: one sentence with its hint, without the subject's name in front.
[[nodiscard]] report::SubjectError subject_error(const std::string& subject, const Error& error);

// Files, findings, errors and notes of lint, at the end of those that the report has.
void add_to(report::Report& report, lint::LintReport&& found);

// Collects subjects into one report.
class Scanner {
 public:
  [[nodiscard]] static Result<Scanner> create(const Context& context, const Arguments& arguments,
                                              std::string command);

  // Examines a target; what cannot be examined becomes an error of the report, and the others go
  // on. True when anything of it was examined.
  bool add(const std::string& name, const scan::Target& target, const std::string& subject_type);
  void add_error(const std::string& subject, const Error& error);
  void add_finding(Finding finding) { report_.findings.push_back(std::move(finding)); }
  // Of a container, keeps only what its image does not have already: the image's findings are told
  // once, with it.
  void drop_inherited(const std::string& container, const std::string& image);
  // What lint found; its findings come under the same policy.
  void add_linted(lint::LintReport&& found) { add_to(report_, std::move(found)); }
  void add_note(std::string note) { report_.notes.push_back(std::move(note)); }

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Progress& progress() { return *progress_; }

  // Applies the policy, writes the report and gives the exit status.
  [[nodiscard]] int finish(report::Subject whole);

 private:
  Scanner(const Context& context, const Arguments& arguments, Settings settings,
          advisory::Database database, scan::Cache cache);
  void add_subject(const scan::ImageFacts& facts, const std::string& type);
  void describe_database();
  void print_errors() const;
  void name_files();
  void note_headers();
  void note_unrated(std::size_t left_out);
  void note_old_feeds(const advisory::DatabaseInfo& info, std::chrono::seconds limit);

  const Context& context_;
  const Arguments& arguments_;
  Settings settings_;
  advisory::Database database_;
  scan::Cache cache_;
  std::unique_ptr<Progress> progress_;
  report::Report report_;
  std::vector<scan::ImageFacts> facts_;  // for the advice at the end
};

// Writes a finished report to --output or stdout.
[[nodiscard]] Status write_report(const report::Report& report, const Settings& settings,
                                  const Context& context, const Arguments& arguments);

// The catalogue of every room's checks.
[[nodiscard]] std::vector<Check> whole_catalogue();

}  // namespace corten::cli
