#include "cli/scanner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "package/purl.h"
#include "scan/advice.h"
#include "scan/image_checks.h"
#include "scan/judge.h"

namespace corten::cli {

namespace {

constexpr std::size_t kAdviceSteps = 3;
constexpr std::chrono::days kCacheAge{30};
constexpr std::uint64_t kCacheBytes = std::uint64_t{512} << 20;

Result<advisory::Database> open_database(const Settings& settings, bool folder_was_named) {
  auto database = advisory::Database::open(settings.database_folder);
  if (database || database.error().code != ErrorCode::NotFound || folder_was_named) return database;
  return advisory::Database::starter();
}

std::string name_of_distribution(const package::Distribution& distribution) {
  if (distribution.id.empty()) return {};
  std::string name = distribution.id;
  if (!distribution.version_id.empty()) name += " " + distribution.version_id;
  if (!distribution.codename.empty()) name += fmt::format(" ({})", distribution.codename);
  return name;
}

std::string name_of_platform(const image::Platform& platform) {
  if (platform.os.empty()) return {};
  std::string name = fmt::format("{}/{}", platform.os, platform.architecture);
  if (!platform.variant.empty()) name += "/" + platform.variant;
  return name;
}

// What would only come out when everything has been examined.
Status check_output(const Settings& settings, const Arguments& arguments) {
  std::vector<std::string_view> formats;
  for (const report::Format& format : report::formats()) formats.push_back(format.id);
  if (std::ranges::find(formats, settings.format) == formats.end()) {  // of corten.yaml
    return fail(ErrorCode::Usage,
                fmt::format("{}: 'format' cannot be '{}'",
                            arguments.get("policy").value_or("corten.yaml"), settings.format),
                fmt::format("one of: {}", fmt::join(formats, ", ")));
  }
  const auto folder = std::filesystem::path(settings.output.value_or("-")).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::NotFound, fmt::format("cannot write {}: there is no folder {}",
                                                 *settings.output, folder.native()));
  }
  return {};
}

}  // namespace

report::SubjectError subject_error(const std::string& subject, const Error& error) {
  std::string message = describe(error);
  // Those who opened the file name it too.
  if (const std::string name = printable(subject) + ": "; message.starts_with(name))
    message.erase(0, name.size());
  if (!error.hint.empty()) message += fmt::format(" ({})", error.hint);
  return {subject, std::move(message)};
}

void add_to(report::Report& report, lint::LintReport&& found) {
  for (const lint::LintedFile& file : found.files) {
    report::Subject subject;
    subject.type = name_of(file.kind);
    subject.name = file.path;
    report.subjects.push_back(std::move(subject));
  }
  if (report.findings.empty()) {
    report.findings = std::move(found.findings);
  } else {
    std::ranges::move(found.findings, std::back_inserter(report.findings));
  }
  for (const lint::FileError& error : found.errors)
    report.errors.push_back(subject_error(error.path, error.error));
  std::ranges::move(found.notes, std::back_inserter(report.notes));
  report.source_lines.merge(found.source_lines);
}

Result<Scanner> Scanner::create(const Context& context, const Arguments& arguments,
                                std::string command) {
  CORTEN_TRY(Settings settings, read_settings(context, arguments));
  CORTEN_CHECK(check_output(settings, arguments));
  const bool named = arguments.has("db") || settings.config.db.path.has_value();
  CORTEN_TRY(advisory::Database database, open_database(settings, named));
  scan::Cache cache;
  if (settings.cache_folder) {
    if (auto opened = scan::Cache::open(*settings.cache_folder)) cache = *std::move(opened);
  }
  Scanner scanner(context, arguments, std::move(settings), std::move(database), std::move(cache));
  scanner.report_.command = std::move(command);
  scanner.report_.tool_version = CORTEN_VERSION;
  scanner.report_.created = context.now;
  scanner.describe_database();
  return scanner;
}

Scanner::Scanner(const Context& context, const Arguments& arguments, Settings settings,
                 advisory::Database database, scan::Cache cache)
    : context_(context),
      arguments_(arguments),
      settings_(std::move(settings)),
      database_(std::move(database)),
      cache_(std::move(cache)),
      progress_(make_progress(context, arguments)) {}

void Scanner::describe_database() {
  const advisory::DatabaseInfo info = database_.info();
  report::Database database;
  database.version = info.starter_only ? std::string("starter") : format_time(info.built);
  database.starter_only = info.starter_only;
  for (const advisory::FeedInfo& feed : info.feeds) database.feeds.push_back(feed.id);
  if (!info.starter_only) {
    const auto age = context_.now - info.built;
    database.age = fmt::format("{} old", format_age(age));
    const auto limit = settings_.config.db.max_age.value_or(std::chrono::days{7});
    if (age > limit) {
      add_note(fmt::format(
          "the advisory database is {}: newer flaws are missing (corten db update)", database.age));
    } else {
      note_old_feeds(info, limit);
    }
  }
  report_.database = std::move(database);
}

// A database may be new while one of its feeds could not be updated for long.
void Scanner::note_old_feeds(const advisory::DatabaseInfo& info, std::chrono::seconds limit) {
  std::vector<std::string> old;
  for (const advisory::FeedInfo& feed : info.feeds) {
    const auto age = context_.now - feed.fetched;
    if (feed.fetched != Time{} && age > limit)
      old.push_back(fmt::format("{} ({} old)", feed.id, format_age(age)));
  }
  if (old.empty()) return;
  add_note(fmt::format("parts of the advisory database are old: {}: newer flaws are missing",
                       join(old, ", ")));
}

bool Scanner::add(const std::string& name, const scan::Target& target,
                  const std::string& subject_type) {
  auto examined = scan::examine(target, cache_, *progress_, settings_.examine);
  if (!examined) {
    add_error(name, examined.error());
    return false;
  }
  bool any = false;
  for (scan::ImageFacts& facts : *examined) {
    auto findings = scan::judge(facts, database_, context_.now);
    if (!findings) {
      add_error(facts.image.name, findings.error());
      continue;
    }
    std::ranges::move(*findings, std::back_inserter(report_.findings));
    add_subject(facts, subject_type);
    facts_.push_back(std::move(facts));
    any = true;
  }
  return any;
}

void Scanner::add_subject(const scan::ImageFacts& facts, const std::string& type) {
  report::Subject subject;
  subject.type = facts.image.config || type != "image" ? type : "filesystem";
  subject.name = facts.image.name;
  subject.digest = facts.image.digest;
  subject.distribution = name_of_distribution(facts.distribution);
  if (facts.image.config) subject.platform = name_of_platform(facts.image.config->platform);
  subject.packages = facts.packages.size();
  subject.notes = scan::caveats(facts, database_);
  for (const scan::LocatedPackage& located : facts.packages) {
    const package::Package& p = located.package;
    report::PackageEntry entry;
    entry.package = {p.name, p.version, package::purl_type(p.type),
                     package::purl_of(p, facts.distribution), p.source_name};
    entry.subject = subject.name;
    entry.arch = p.arch;
    entry.path = p.path;
    if (located.layer < facts.image.layers.size()) {
      const image::Layer& layer = facts.image.layers[located.layer];
      entry.layer = layer.diff_id.empty() ? layer.digest : layer.diff_id;
    }
    entry.licenses = p.licenses;
    report_.packages.push_back(std::move(entry));
  }
  for (const std::string& problem : facts.problems)
    report_.errors.push_back({subject.name, problem});
  report_.subjects.push_back(std::move(subject));
}

void Scanner::drop_inherited(const std::string& container, const std::string& image) {
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  const auto key = [](const Finding& f) {
    return Key(f.id, f.package ? f.package->purl : std::string(),
               f.location ? f.location->path : std::string(), f.evidence);
  };
  std::set<Key> inherited;
  for (const Finding& finding : report_.findings) {
    if (finding.subject == image) inherited.insert(key(finding));
  }
  const auto dropped = std::erase_if(report_.findings, [&](const Finding& f) {
    return f.subject == container && inherited.contains(key(f));
  });
  if (dropped != 0) {
    add_note(fmt::format("{}: its image {} has {} more findings, told there", container, image,
                         dropped));
  }
}

void Scanner::add_error(const std::string& subject, const Error& error) {
  report_.errors.push_back(subject_error(subject, error));
}

void Scanner::print_errors() const {
  for (const report::SubjectError& error : report_.errors)
    fmt::print(stderr, "corten: {}: {}\n", printable(error.subject), printable(error.message));
}

// Hidden by no rule of the user's: it is said.
void Scanner::note_headers() {
  const auto hidden = std::ranges::count_if(report_.findings, [](const Finding& finding) {
    return finding.suppressed && finding.suppressed->by == scan::kHeadersOnly;
  });
  if (hidden == 0) return;
  add_note(
      fmt::format("{} flaws of the kernel are suppressed, where only its headers are "
                  "installed (--show-suppressed)",
                  hidden));
}

void Scanner::note_unrated(std::size_t left_out) {
  if (left_out == 0) return;
  add_note(left_out == 1 ? "1 finding that nobody has rated yet is left out: --severity unknown "
                           "shows it"
                         : fmt::format("{} findings that nobody has rated yet are left out: "
                                       "--severity unknown shows them",
                                       left_out));
}

// Lint names the part of a file that a finding is about (a service, a pod), which ignore rules may
// ask for; in a report with other subjects it is told and counted with its file.
void Scanner::name_files() {
  std::unordered_set<std::string_view> names;
  for (const report::Subject& subject : report_.subjects) names.insert(subject.name);
  for (Finding& finding : report_.findings) {
    if (finding.location && !names.contains(finding.subject) &&
        names.contains(finding.location->path))
      finding.subject = finding.location->path;
  }
}

int Scanner::finish(report::Subject whole) {
  report_.findings = mark_findings(settings_.policy, std::move(report_.findings), context_.now);
  name_files();
  const bool failed = fails(settings_.policy, report_.findings);
  note_headers();
  note_unrated(drop_below(settings_.policy.show, report_.findings));
  if (failed && !fails(settings_.policy, report_.findings))
    add_note(note_of_hidden_failure(settings_.policy));
  for (const scan::ImageFacts& facts : facts_) {
    for (const scan::Advice& step : scan::advise(facts, report_.findings, kAdviceSteps)) {
      report_.advice.push_back({step.action, facts.image.name, step.removes, step.removes_high});
    }
  }
  if (report_.subjects.size() == 1 && report_.command == "scan") whole = report_.subjects.front();
  if (whole.packages == 0) {
    for (const report::Subject& subject : report_.subjects) whole.packages += subject.packages;
  }
  report_.subject = std::move(whole);
  const std::vector<Check> catalogue = whole_catalogue();
  report_.catalogue = catalogue;
  cache_.shrink(context_.now, kCacheAge, kCacheBytes);
  progress_.reset();  // wipes its line before anything else is written
  // A person has no use for an empty table; a program that reads the report wants one always.
  const bool for_a_person = settings_.format == "table" && !settings_.output;
  const bool nothing_to_show = for_a_person && report_.subjects.empty() && !report_.errors.empty();
  if (!nothing_to_show) {
    if (const Status written = write_report(report_, settings_, context_, arguments_); !written) {
      return report_error(written.error());
    }
  }
  // The table has them too: not twice on one screen.
  if (nothing_to_show || !for_a_person || !context_.stdout_is_terminal) print_errors();
  if (!report_.errors.empty()) return kExitIncomplete;
  return failed ? kExitFindings : kExitClean;
}

Status write_report(const report::Report& report, const Settings& settings, const Context& context,
                    const Arguments& arguments) {
  const auto formats = report::formats();
  const auto format =
      std::ranges::find(formats, std::string_view(settings.format), &report::Format::id);
  if (format == formats.end()) {
    return fail(ErrorCode::Usage, fmt::format("there is no format '{}'", settings.format));
  }
  report::Style style;
  style.width = settings.output ? 100 : context.terminal_width;
  style.color = use_color(context, arguments);
  style.show_all = settings.show_all;
  style.show_suppressed = settings.show_suppressed;
  CORTEN_TRY(const std::string text, format->write(report, style));
  if (settings.output && *settings.output != "-")
    return write_file_atomically(*settings.output, text);
  return write_output(text);
}

std::vector<Check> whole_catalogue() {
  std::vector<Check> all;
  for (const auto& part : {scan::image_check_catalogue(), policy_checks()})
    all.insert(all.end(), part.begin(), part.end());
  for (const Check& check : lint::lint_catalogue()) all.push_back(check);
  std::ranges::sort(all, {}, &Check::id);
  return all;
}

}  // namespace corten::cli
