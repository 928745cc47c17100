// corten db build, corten db status
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "advisory/build.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/terminal.h"

namespace corten::cli {

namespace {

constexpr auto kBuildOptions = std::to_array<OptionSpec>({
    {"feeds", 0, "DIR", "",
     "folder with all of the below by their usual names: osv/, debian/, alpine/, kev/, …",
     Repeat::Once},
    {"osv", 0, "DIR", "", "OSV bucket: DIR/ECOSYSTEM/all.zip", Repeat::Many},
    {"debian", 0, "FILE", "", "Debian security tracker's JSON, also gzipped", Repeat::Many},
    {"alpine", 0, "DIR", "", "Alpine secdb: DIR/RELEASE/REPOSITORY.json", Repeat::Many},
    {"wolfi", 0, "FILE", "", "Wolfi's security.json", Repeat::Many},
    {"chainguard", 0, "FILE", "", "Chainguard's security.json", Repeat::Many},
    {"minimos", 0, "FILE", "", "MinimOS' security.json", Repeat::Many},
    {"kev", 0, "FILE", "", "CISA's known exploited vulnerabilities", Repeat::Many},
    {"epss", 0, "FILE", "", "EPSS scores (CSV, also gzipped); of several the newest counts",
     Repeat::Many},
    {"nvd", 0, "FILE", "", "page of the NVD's API 2.0 (JSON, also gzipped)", Repeat::Many},
    {"out", 0, "DIR", "", "folder of the new database; by default where scan looks for it",
     Repeat::Once},
    {"jobs", 'j', "N", "", "threads; by default one a processor", Repeat::Once},
});
constexpr auto kStatusOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the database", Repeat::Once},
    {"format", 'f', "FORMAT", "table json", "output format", Repeat::Once},
});
constexpr std::array kBuildGroups = {std::span<const OptionSpec>(kBuildOptions),
                                     std::span<const OptionSpec>(kCommonOptions)};
constexpr std::array kStatusGroups = {std::span<const OptionSpec>(kStatusOptions),
                                      std::span<const OptionSpec>(kCommonOptions)};

void add_paths(const Arguments& arguments, std::string_view option,
               std::vector<std::filesystem::path>& into) {
  for (const std::string& path : arguments.all(option)) into.emplace_back(path);
}

int run_build(const Context& context, const Arguments& arguments) {
  advisory::BuildSources sources;
  if (const auto folder = arguments.get("feeds")) {
    auto found = advisory::find_sources(*folder);
    if (!found) return report_error(found.error());
    sources = *std::move(found);
  }
  add_paths(arguments, "osv", sources.osv);
  add_paths(arguments, "debian", sources.debian);
  add_paths(arguments, "alpine", sources.alpine);
  add_paths(arguments, "wolfi", sources.wolfi);
  add_paths(arguments, "chainguard", sources.chainguard);
  add_paths(arguments, "minimos", sources.minimos);
  add_paths(arguments, "kev", sources.kev);
  add_paths(arguments, "epss", sources.epss);
  add_paths(arguments, "nvd", sources.nvd);
  if (sources.empty()) {
    return report_error({ErrorCode::Usage,
                         "build from what?",
                         {},
                         "corten db build --osv DIR --debian FILE …; corten db build --help"});
  }
  auto settings = read_settings(context, arguments);
  if (!settings) return report_error(settings.error());
  const std::filesystem::path out = arguments.get("out").value_or(default_database_folder());
  const auto progress = make_progress(context, arguments);
  advisory::BuildOptions options;
  options.jobs = settings->examine.jobs;
  options.now = context.now;
  options.progress = progress.get();
  const auto built = advisory::build_database(sources, out, options);
  if (!built) return report_error(built.error());
  wipe_progress_line();
  for (const std::string& problem : built->problems)
    fmt::print(stderr, "corten: {}\n", printable(problem));
  if (!arguments.has("quiet")) {
    fmt::print("{}: {} vulnerabilities of {} packages, {}\n",
               printable((out / advisory::kFileName).native()), built->info.vulnerabilities,
               built->info.affected_packages, format_size(built->info.file_size));
  }
  return kExitClean;
}

std::string status_json(const advisory::DatabaseInfo& info) {
  nlohmann::ordered_json json;
  json["schema"] = 1;
  json["path"] = info.path;
  json["database_schema"] = info.schema;
  json["built"] = format_time(info.built);
  json["starter_only"] = info.starter_only;
  json["size"] = info.file_size;
  json["vulnerabilities"] = info.vulnerabilities;
  json["packages"] = info.affected_packages;
  json["feeds"] = nlohmann::ordered_json::array();
  for (const advisory::FeedInfo& feed : info.feeds) {
    json["feeds"].push_back({{"id", feed.id},
                             {"origin", feed.origin},
                             {"fetched", format_time(feed.fetched)},
                             {"records", feed.records}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string status_table(const advisory::DatabaseInfo& info, Time now) {
  std::string out;
  if (info.starter_only) {
    out +=
        "only the starter database is here: a few landmark vulnerabilities that come with the "
        "program\n"
        "corten db update fetches the whole\n";
  } else {
    out += fmt::format("{}   {} · built {}, {} ago\n", printable(info.path),
                       format_size(info.file_size), format_time(info.built),
                       format_age(now - info.built));
  }
  out += fmt::format("{} vulnerabilities · {} packages\n\n", info.vulnerabilities,
                     info.affected_packages);
  for (const advisory::FeedInfo& feed : info.feeds) {
    const std::string age =
        feed.fetched == Time{} ? "" : fmt::format("{} old", format_age(now - feed.fetched));
    out += fmt::format("  {:<28} {:>9}  {}\n", printable(feed.id), feed.records, age);
  }
  return out;
}

int run_status(const Context& context, const Arguments& arguments) {
  const std::filesystem::path folder = arguments.get("db").value_or(default_database_folder());
  auto database = advisory::Database::open(folder);
  if (!database && database.error().code == ErrorCode::NotFound && !arguments.has("db"))
    database = advisory::Database::starter();
  if (!database) return report_error(database.error());
  const advisory::DatabaseInfo info = database->info();
  fmt::print("{}", arguments.get("format") == "json" ? status_json(info)
                                                     : status_table(info, context.now));
  return kExitClean;
}

}  // namespace

const CommandSpec kDbBuildCommand = {
    "db build",
    "build the advisory database from feeds in files",
    "",
    "corten db build --osv feeds/osv --debian feeds/debian/json.gz --out db",
    "The new database replaces the old one only when it is whole; an interrupted build leaves the "
    "old one as it was.",
    kBuildGroups,
    run_build,
};

const CommandSpec kDbStatusCommand = {
    "db status", "age and content of the advisory database",
    "",          "corten db status",
    "",          kStatusGroups,
    run_status,
};

}  // namespace corten::cli
