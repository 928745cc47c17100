#include "advisory/update.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <sys/file.h>
#include <algorithm>

#include <cerrno>

#include "advisory/build.h"
#include "advisory/database.h"
#include "advisory/internal/update_internal.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

void update_osv(UpdateWork& work, UpdateReport& report) {
  const EcosystemList list = ecosystems_to_update(work);
  std::vector<std::string> absent;
  for (const std::string& name : list.names) {
    FeedUpdate update = update_ecosystem(work, name);
    const bool missing = update.outcome == FeedOutcome::Failed &&
                         update.error.code == ErrorCode::NotFound && !update.has_copy;
    if (missing && list.guessed) {
      absent.push_back(name);
    } else {
      report.feeds.push_back(std::move(update));
    }
  }
  if (absent.empty()) return;
  if (absent.size() < list.names.size()) {
    report.notes.push_back(
        fmt::format("osv: the server lists no ecosystems; of those that Corten knows it has no {}",
                    join(absent, ", ")));
    return;
  }
  FeedUpdate update;
  update.id = "osv";
  update.outcome = FeedOutcome::Failed;
  update.error = {ErrorCode::NotFound, work.places.base("osv") + ": no ecosystem is there", {}};
  report.feeds.push_back(std::move(update));
}

void fetch_feeds(UpdateWork& work, UpdateReport& report) {
  for (const UpstreamFeed& feed : upstream_feeds()) {
    if (!work.places.wants(feed)) continue;
    if (feed.id == "osv") {
      update_osv(work, report);
    } else if (feed.id == "alpine") {
      report.feeds.push_back(update_alpine(work));
    } else {
      report.feeds.push_back(update_file_feed(work, feed));
    }
  }
}

// Everything of this update's feeds that is on disk, whether fetched now or earlier.
BuildSources sources_of(const std::filesystem::path& feeds, const UpdateReport& report) {
  BuildSources sources;
  const auto all = find_sources(feeds);
  for (const FeedUpdate& update : report.feeds) {
    if (!update.has_copy) continue;
    constexpr std::string_view kOsv = "osv:";
    if (update.id.starts_with(kOsv)) {
      sources.osv.push_back(feeds / "osv" / update.id.substr(kOsv.size()));
      continue;
    }
    if (!all) continue;
    if (update.id == "debian") sources.debian = all->debian;
    if (update.id == "alpine") sources.alpine = all->alpine;
    if (update.id == "wolfi") sources.wolfi = all->wolfi;
    if (update.id == "chainguard") sources.chainguard = all->chainguard;
    if (update.id == "minimos") sources.minimos = all->minimos;
    if (update.id == "kev") sources.kev = all->kev;
    if (update.id == "epss") sources.epss = all->epss;
    if (update.id == "nvd") sources.nvd = all->nvd;
  }
  return sources;
}

// "alpine:v3.8" in a database is of the feed "alpine".
bool is_of_feed(std::string_view database_feed, std::string_view feed) {
  return database_feed == feed ||
         (database_feed.starts_with(feed) && database_feed.substr(feed.size()).starts_with(':'));
}

// A database without a feed that the old one has would pass for "no flaws": then the old one stays.
Status check_that_nothing_is_lost(const std::filesystem::path& folder, const UpdateReport& report) {
  const bool any = std::ranges::any_of(
      report.feeds, [](const FeedUpdate& f) { return f.outcome != FeedOutcome::Failed; });
  if (!any) return fail(ErrorCode::Unavailable, "no feed could be updated");
  const auto old = Database::open(folder);
  if (!old) return {};
  for (const FeedInfo& info : old->info().feeds) {
    for (const FeedUpdate& update : report.feeds) {
      if (update.outcome == FeedOutcome::Failed && !update.has_copy &&
          is_of_feed(info.id, update.id)) {
        return fail(ErrorCode::Unavailable,
                    fmt::format("a new database would lack {}, which the old one has", info.id));
      }
    }
  }
  return {};
}

std::map<std::string, FeedOrigin, std::less<>> origins_of(const Places& places,
                                                          const UpdateReport& report) {
  std::map<std::string, FeedOrigin, std::less<>> origins;
  for (const FeedUpdate& update : report.feeds) {
    constexpr std::string_view kOsv = "osv:";
    const std::string url = update.id.starts_with(kOsv)
                                ? places.urls("osv", update.id.substr(kOsv.size())).front()
                                : places.base(update.id);
    origins[update.id] = {url, update.checked};
  }
  return origins;
}

Status build(const std::filesystem::path& folder, UpdateWork& work, UpdateReport& report) {
  CORTEN_CHECK(check_that_nothing_is_lost(folder, report));
  BuildOptions options;
  options.jobs = work.options.jobs;
  options.now = work.options.clock();
  options.progress = work.options.progress;
  options.origins = origins_of(work.places, report);
  CORTEN_TRY(BuildReport built, build_database(sources_of(work.feeds, report), folder, options));
  report.info = std::move(built.info);
  report.problem_count = built.problem_count;
  report.problems = std::move(built.problems);
  return {};
}

}  // namespace

Result<Fd> lock_folder(const std::filesystem::path& folder, const std::function<void()>& on_wait) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const auto path = folder / "update.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return fail_errno(errno, path.native());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return fail_errno(errno, path.native());
  if (on_wait) on_wait();
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return fail_errno(errno, path.native());
  }
  return fd;
}

std::string_view name_of(FeedOutcome outcome) {
  switch (outcome) {
    case FeedOutcome::Fetched:
      return "fetched";
    case FeedOutcome::Unchanged:
      return "unchanged";
    case FeedOutcome::Failed:
      return "failed";
  }
  return "";
}

bool UpdateReport::whole() const {
  return built && std::ranges::none_of(feeds, [](const FeedUpdate& feed) {
           return feed.outcome == FeedOutcome::Failed;
         });
}

Result<UpdateReport> update_database(const std::filesystem::path& folder,
                                     const UpdateOptions& options) {
  CORTEN_TRY(const Places places, Places::of(options));
  for (const std::string& name : options.ecosystems) {
    if (!is_ecosystem_name(name)) {
      return fail(ErrorCode::Usage, fmt::format("'{}' is no ecosystem", name),
                  "a name as OSV writes it, such as npm, PyPI or Debian");
    }
  }
  CORTEN_TRY(const Fd lock, lock_folder(folder, options.on_wait));
  const auto feeds = folder / "feeds";
  std::error_code error;
  std::filesystem::create_directories(feeds, error);
  if (error) return fail(ErrorCode::Io, fmt::format("{}: {}", feeds.string(), error.message()));
  NoProgress silent;
  Progress& progress = options.progress != nullptr ? *options.progress : silent;
  FeedState state = FeedState::load(feeds);
  Fetcher fetcher(feeds, state, options, progress);
  UpdateReport report;
  UpdateWork work{options, places, fetcher, state, feeds, report.notes};
  fetch_feeds(work, report);
  if (report.feeds.empty()) return fail(ErrorCode::Usage, "every feed is switched off");
  if (Status built = build(folder, work, report); built) {
    report.built = true;
  } else {
    report.not_built = std::move(built).error();
  }
  return report;
}

}  // namespace corten::advisory
