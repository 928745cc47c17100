// corten db update
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <thread>

#include "advisory/database.h"
#include "advisory/update.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/terminal.h"

namespace corten::cli {

namespace {

constexpr auto kUpdateOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the database; by default where scan looks for it",
     Repeat::Once},
    {"feed", 0, "NAME=URL", "",
     "where a feed is: http(s)://, file:// or a path; 'all' for a folder of all feeds; 'on' or "
     "'off' instead of a URL",
     Repeat::Many},
    {"mirror", 0, "URL", "", "folder of all feeds, tried when a feed's own place fails",
     Repeat::Many},
    {"ecosystem", 0, "NAME", "", "of OSV, only this ecosystem; by default all", Repeat::Many},
    {"jobs", 'j', "N", "", "threads; by default one a processor", Repeat::Once},
    {"offline", 0, "", "", "use only feeds that are files", Repeat::Once},
    {"format", 'f', "FORMAT", "table json", "output format", Repeat::Once},
});
constexpr std::array kUpdateGroups = {std::span<const OptionSpec>(kUpdateOptions),
                                      std::span<const OptionSpec>(kCommonOptions)};

// corten.yaml's feeds and mirrors, and those of the command line before them.
Status read_places(const Arguments& arguments, const Config& config,
                   advisory::UpdateOptions& options) {
  options.feeds = config.feeds;
  for (const std::string& text : arguments.all("feed")) {
    const auto parts = split_once(text, '=');
    if (!parts || parts->first.empty() || parts->second.empty()) {
      return fail(ErrorCode::Usage, fmt::format("--feed cannot be '{}'", text),
                  "write it as --feed debian=URL");
    }
    options.feeds[std::string(parts->first)] = parts->second;
  }
  options.mirrors = arguments.all("mirror");
  if (options.mirrors.empty()) options.mirrors = config.db.mirrors;
  options.ecosystems = arguments.all("ecosystem");
  return {};
}

// Refuses what would leave the machine.
advisory::Transport only_files(advisory::Transport transport) {
  return [transport = std::move(transport)](const HttpRequest& request,
                                            const HttpSink& sink) -> Result<HttpResponse> {
    if (request.url.starts_with("file://")) return transport(request, sink);
    return fail(ErrorCode::PermissionDenied, request.url + ": offline was asked for");
  };
}

std::string describe_feeds(const advisory::UpdateReport& report) {
  std::size_t fetched = 0;
  std::uint64_t records = 0;
  std::size_t unchanged = 0;
  std::size_t failed = 0;
  for (const advisory::FeedUpdate& feed : report.feeds) {
    records += feed.records;
    if (feed.outcome == advisory::FeedOutcome::Failed) ++failed;
    if (feed.outcome == advisory::FeedOutcome::Unchanged) ++unchanged;
    if (feed.outcome == advisory::FeedOutcome::Fetched && feed.records == 0) ++fetched;
  }
  std::string text = fmt::format("feeds: {} fetched, {} unchanged", fetched, unchanged);
  if (records > 0) text += fmt::format(", {} single records", records);
  if (failed > 0) text += fmt::format(", {} failed", failed);
  return text;
}

std::string update_json(const advisory::UpdateReport& report, std::uint64_t received) {
  nlohmann::ordered_json json;
  json["schema"] = 1;
  json["built"] = report.built;
  json["received"] = received;
  json["feeds"] = nlohmann::ordered_json::array();
  for (const advisory::FeedUpdate& feed : report.feeds) {
    nlohmann::ordered_json row = {
        {"id", feed.id}, {"outcome", advisory::name_of(feed.outcome)}, {"records", feed.records}};
    if (feed.checked != Time{}) row["checked"] = format_time(feed.checked);
    if (feed.outcome == advisory::FeedOutcome::Failed) row["error"] = describe(feed.error);
    json["feeds"].push_back(std::move(row));
  }
  json["notes"] = report.notes;
  if (report.built) {
    json["database"] = {{"path", report.info.path},
                        {"built", format_time(report.info.built)},
                        {"size", report.info.file_size},
                        {"vulnerabilities", report.info.vulnerabilities},
                        {"packages", report.info.affected_packages},
                        {"problems", report.problem_count}};
  } else {
    json["error"] = describe(report.not_built);
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// What a person has now: the last good database, if there is one.
void tell_what_remains(const std::filesystem::path& folder, Time now) {
  const auto database = advisory::Database::open(folder);
  if (!database) {
    fmt::print(stderr, "corten: there is no earlier database; only the starter database is left\n");
    return;
  }
  const advisory::DatabaseInfo info = database->info();
  fmt::print(stderr, "corten: the last good database stays: {}, {} old\n", printable(info.path),
             format_age(now - info.built));
}

void tell_failures(const advisory::UpdateReport& report, Time now) {
  for (const advisory::FeedUpdate& feed : report.feeds) {
    if (feed.outcome != advisory::FeedOutcome::Failed) continue;
    std::string copy = "there is no earlier copy, so its flaws are missing";
    if (feed.has_copy) {
      copy = feed.checked == Time{}
                 ? "the earlier copy is used"
                 : fmt::format("the copy of {} ago is used", format_age(now - feed.checked));
    }
    if (!report.built) copy.clear();
    fmt::print(stderr, "corten: {}: {}{}{}\n", printable(feed.id), describe(feed.error),
               copy.empty() ? "" : "; ", copy);
  }
}

int tell(const advisory::UpdateReport& report, const std::filesystem::path& folder,
         std::uint64_t received, const Context& context, const Arguments& arguments) {
  const bool quiet = arguments.has("quiet");
  wipe_progress_line();
  for (const std::string& note : report.notes) {
    if (!quiet) fmt::print(stderr, "corten: note: {}\n", printable(note));
  }
  if (!quiet && report.problem_count > 0) {
    fmt::print(stderr, "corten: note: {} records could not be used, such as {}\n",
               report.problem_count, printable(report.problems.front()));
  }
  tell_failures(report, context.now);
  if (arguments.get("format") == "json") {
    fmt::print("{}", update_json(report, received));
  } else if (!quiet && report.built) {
    fmt::print("{} ({} received)\n{}: {} vulnerabilities of {} packages, {}\n",
               describe_feeds(report), format_size(received), printable(report.info.path),
               report.info.vulnerabilities, report.info.affected_packages,
               format_size(report.info.file_size));
  }
  if (!report.built) {
    report_error(report.not_built);
    tell_what_remains(folder, context.now);
  }
  return report.whole() ? kExitClean : kExitIncomplete;
}

int run_update(const Context& context, const Arguments& arguments) {
  const auto settings = read_settings(context, arguments);
  if (!settings) return report_error(settings.error());
  const std::filesystem::path& folder = settings->database_folder;
  advisory::UpdateOptions options;
  if (const Status places = read_places(arguments, settings->config, options); !places) {
    return report_error(places.error());
  }
  const auto progress = make_progress(context, arguments);
  const auto client = std::make_shared<HttpClient>();
  options.jobs = settings->examine.jobs;
  options.progress = progress.get();
  options.transport = advisory::network_transport(client);
  if (settings->offline) options.transport = only_files(std::move(options.transport));
  options.clock = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  };
  options.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  options.on_wait = [&] {
    if (arguments.has("quiet")) return;
    wipe_progress_line();
    fmt::print(stderr, "corten: another update of {} is running; waiting for it\n",
               printable(folder.native()));
  };
  const auto report = advisory::update_database(folder, options);
  if (!report) {
    const int status = report_error(report.error());
    if (report.error().code != ErrorCode::Usage) tell_what_remains(folder, context.now);
    return status;
  }
  return tell(*report, folder, client->received(), context, arguments);
}

}  // namespace

const CommandSpec kDbUpdateCommand = {
    "db update",
    "fetch what is new in the advisory feeds and build the database",
    "",
    "corten db update",
    "The feeds are kept below the database's folder, so that the next update fetches only what "
    "has changed. They are OSV, Debian, Alpine, Wolfi, Chainguard, CISA's KEV and EPSS; minimos "
    "and nvd are off until --feed minimos=on or nvd=on.\n\n"
    "A feed that fails keeps its earlier copy and makes the exit status 3; the database is "
    "replaced only by a whole one. Without internet, give --feed all=DIR a folder laid out as "
    "the feeds' servers are (osv/npm/all.zip, debian/json.gz, alpine/v3.20/main.json, ...).",
    kUpdateGroups,
    run_update,
};

}  // namespace corten::cli
