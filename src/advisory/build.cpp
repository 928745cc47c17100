#include "advisory/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "advisory/database.h"
#include "advisory/internal/build_internal.h"
#include "advisory/internal/file_check.h"
#include "archive/decompress.h"
#include "archive/zip.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr std::uint64_t kMaxDocument = std::uint64_t{1} << 31;
constexpr std::size_t kMembersPerTask = 256;

// An open zip of records, and the single records beside it (records/ID.json) that an update fetched
// later: each stands for the zip's member of its name.
struct Zip {
  Fd fd;
  std::optional<archive::ZipReader> reader;
  std::vector<std::filesystem::path> singles;
  std::unordered_set<std::string> single_names;
};

// A piece of work whose result depends on nothing else: a document, or some members of a zip (whose
// singles follow the members in the count).
struct Task {
  const Feed* feed = nullptr;
  FeedContext context;
  std::string id;  // of the FeedInfo
  std::filesystem::path path;
  const Zip* zip = nullptr;
  std::size_t first = 0;
  std::size_t last = 0;
};

struct TaskResult {
  FeedOutput output;
  Batch records;
  Status status;
  bool done = false;
};

}  // namespace

Result<std::string> read_document(const std::filesystem::path& path) {
  CORTEN_TRY(const Fd fd, open_for_reading(path));
  archive::DecompressLimits limits;
  limits.output_bytes = kMaxDocument;
  CORTEN_TRY(const auto source, archive::decompress(archive::descriptor_stream(fd.get()), limits));
  std::string content;
  for (;;) {
    constexpr std::size_t kStep = std::size_t{1} << 20;
    const std::size_t before = content.size();
    if (before > kMaxDocument) return fail(ErrorCode::LimitExceeded, "a document above 2 GiB");
    content.resize(before + kStep);
    CORTEN_TRY(const std::size_t got,
               source->read(std::as_writable_bytes(std::span(content).subspan(before))));
    content.resize(before + got);
    if (got == 0) return content;
  }
}

namespace {

Status read_single(const std::filesystem::path& path, std::string& content) {
  CORTEN_TRY(content, read_file(path));
  return {};
}

void read_members(const Task& task, JsonScratch& scratch, TaskResult& result) {
  const Zip& zip = *task.zip;
  FeedOutput& out = result.output;
  std::string content;
  archive::ZipWindow window;
  for (std::size_t i = task.first; i < task.last; ++i) {
    const bool is_member = i < zip.reader->size();
    const auto single = is_member ? std::filesystem::path() : zip.singles[i - zip.reader->size()];
    const std::string name =
        is_member ? std::string(zip.reader->member(i).name) : single.filename().string();
    if (!name.ends_with(".json") || (is_member && zip.single_names.contains(name))) continue;
    Status status = is_member ? zip.reader->read(i, content, window) : read_single(single, content);
    if (status) status = task.feed->read(content, task.context, scratch, out);
    if (!status)
      out.problems.push_back(fmt::format("{} {}: {}", task.id, name, describe(status.error())));
    take_records(out, result.records);
  }
}

TaskResult run(const Task& task) {
  TaskResult result;
  JsonScratch scratch;
  if (task.zip != nullptr) {
    read_members(task, scratch, result);
    return result;
  }
  const auto content = read_document(task.path);
  result.status = content ? task.feed->read(*content, task.context, scratch, result.output)
                          : Status(std::unexpected(content.error()));
  take_records(result.output, result.records);
  return result;
}

// Names in a folder, sorted, so that the order of the directory does not matter.
std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    paths.push_back(it->path());
  }
  std::ranges::sort(paths);
  return paths;
}

class Plan {
 public:
  explicit Plan(std::size_t jobs) : jobs_(jobs) {}

  Status add(const BuildSources& sources) {
    // Whole documents first: the long ones are then done while others read the many short ones.
    add_files("debian", "debian", {"debian-tracker", "Debian", ""}, sources.debian);
    for (const auto& folder : sources.alpine) CORTEN_CHECK(add_alpine_folder(folder));
    add_files("secdb", "wolfi", {"wolfi", "Wolfi", ""}, sources.wolfi);
    add_files("secdb", "chainguard", {"chainguard", "Chainguard", ""}, sources.chainguard);
    add_files("secdb", "minimos", {"minimos", "MinimOS", ""}, sources.minimos);
    add_files("kev", "kev", {"kev", "", ""}, sources.kev);
    add_files("epss", "epss", {"epss", "", ""}, sources.epss);
    add_files("nvd", "nvd", {"nvd", "", ""}, sources.nvd);
    for (const auto& folder : sources.osv) CORTEN_CHECK(add_osv_folder(folder));
    return {};
  }
  [[nodiscard]] const std::vector<Task>& tasks() const { return tasks_; }

 private:
  void add_files(std::string_view reader, const std::string& id, const FeedContext& context,
                 const std::vector<std::filesystem::path>& files) {
    for (const auto& file : files)
      tasks_.push_back({&feed(reader), context, id, file, nullptr, 0, 0});
  }

  Status add_osv_folder(const std::filesystem::path& folder) {
    std::error_code no_zip;
    if (std::filesystem::exists(folder / "all.zip", no_zip)) {
      CORTEN_TRY(std::unique_ptr<Zip> zip, open_zip(folder / "all.zip"));
      add_zip(std::move(zip), folder / "all.zip");
      return {};
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : sorted_entries(folder)) {
      std::error_code error;
      if (std::filesystem::exists(entry / "all.zip", error)) files.push_back(entry / "all.zip");
    }
    // Their directories are long.
    std::vector<Result<std::unique_ptr<Zip>>> zips(files.size());
    parallel_for(files.size(), jobs_, [&](std::size_t i) { zips[i] = open_zip(files[i]); });
    for (std::size_t i = 0; i < files.size(); ++i) {
      CORTEN_TRY(std::unique_ptr<Zip> zip, std::move(zips[i]));
      add_zip(std::move(zip), files[i]);
    }
    if (files.empty())
      return fail(ErrorCode::NotFound, folder.string() + ": no ECOSYSTEM/all.zip in it");
    return {};
  }

  static Result<std::unique_ptr<Zip>> open_zip(const std::filesystem::path& file) {
    auto zip = std::make_unique<Zip>();
    CORTEN_TRY(zip->fd, open_for_reading(file));
    auto reader = archive::ZipReader::open(zip->fd.get());
    if (!reader) return in_context(std::move(reader).error(), file.string());
    zip->reader.emplace(*std::move(reader));
    for (auto& single : sorted_entries(file.parent_path() / "records")) {
      // A write that was cut short leaves a temporary file of another ending.
      if (single.extension() != ".json") continue;
      zip->single_names.insert(single.filename().string());
      zip->singles.push_back(std::move(single));
    }
    return zip;
  }

  // `file` is ECOSYSTEM/all.zip.
  void add_zip(std::unique_ptr<Zip> zip, const std::filesystem::path& file) {
    const std::string id = "osv:" + file.parent_path().filename().string();
    const std::size_t members = zip->reader->size() + zip->singles.size();
    for (std::size_t first = 0; first < members; first += kMembersPerTask) {
      tasks_.push_back({&feed("osv"),
                        {id, "", ""},
                        id,
                        file,
                        zip.get(),
                        first,
                        std::min(first + kMembersPerTask, members)});
    }
    zips_.push_back(std::move(zip));
  }

  Status add_alpine_folder(const std::filesystem::path& folder) {
    const std::size_t before = tasks_.size();
    for (const auto& release : sorted_entries(folder)) {
      for (const auto& file : sorted_entries(release)) {
        if (file.string().find(".json") == std::string::npos) continue;
        const std::string name = release.filename().string();
        add_files("secdb", "alpine:" + name, {"alpine", "Alpine", name}, {file});
      }
    }
    if (tasks_.size() == before)
      return fail(ErrorCode::NotFound, folder.string() + ": no RELEASE/REPOSITORY.json in it");
    return {};
  }

  std::size_t jobs_;
  std::vector<Task> tasks_;
  std::vector<std::unique_ptr<Zip>> zips_;
};

// Joins the results of tasks in the tasks' order, whichever thread brings them.
class Merger {
 public:
  Merger(const std::vector<Task>& tasks, Intake& intake, Progress& progress)
      : tasks_(tasks), intake_(intake), progress_(progress), results_(tasks.size()) {}

  void put(std::size_t index, TaskResult result) {
    const std::scoped_lock lock(mutex_);
    results_[index] = std::move(result);
    results_[index].done = true;
    for (; next_ < results_.size() && results_[next_].done && status_; ++next_) merge(next_);
  }
  // Work that is left makes no sense after a failure.
  [[nodiscard]] bool failed() const {
    const std::scoped_lock lock(mutex_);
    return !status_.has_value();
  }
  [[nodiscard]] Status finish() && { return std::move(status_); }

 private:
  void merge(std::size_t index) {
    const Task& task = tasks_[index];
    TaskResult result = std::move(results_[index]);
    if (!result.status) {
      status_ = in_context(std::move(result.status).error(), task.path.string());
      return;
    }
    intake_.take(std::move(result.output), std::move(result.records), task.id, task.path.string());
    progress_.advance(1);
  }

  const std::vector<Task>& tasks_;
  Intake& intake_;
  Progress& progress_;
  mutable std::mutex mutex_;  // guards all below, the intake and the progress
  std::vector<TaskResult> results_;
  std::size_t next_ = 0;
  Status status_;
};

// Runs tasks in parallel and merges their results in order.
Status gather(const std::vector<Task>& tasks, const BuildOptions& options, Intake& intake) {
  NoProgress silent;
  Progress& progress = options.progress != nullptr ? *options.progress : silent;
  progress.stage("reading advisories", tasks.size());
  Merger merger(tasks, intake, progress);
  parallel_for(tasks.size(), options.jobs, [&](std::size_t i) {
    if (!merger.failed()) merger.put(i, run(tasks[i]));
  });
  return std::move(merger).finish();
}

}  // namespace

bool BuildSources::empty() const {
  return osv.empty() && debian.empty() && alpine.empty() && wolfi.empty() && chainguard.empty() &&
         minimos.empty() && kev.empty() && epss.empty() && nvd.empty();
}

Result<BuildSources> find_sources(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::NotFound, folder.string() + ": no such folder");
  }
  BuildSources sources;
  const auto add_folder = [&](const char* name, std::vector<std::filesystem::path>& into) {
    if (std::filesystem::is_directory(folder / name, error)) into.push_back(folder / name);
  };
  const auto add_matching = [&](const char* name, std::string_view part,
                                std::vector<std::filesystem::path>& into) {
    for (const auto& file : sorted_entries(folder / name)) {
      if (file.filename().string().find(part) != std::string::npos) into.push_back(file);
    }
  };
  add_folder("osv", sources.osv);
  add_folder("alpine", sources.alpine);
  add_matching("debian", "json", sources.debian);
  add_matching("wolfi", "security.json", sources.wolfi);
  add_matching("chainguard", "security.json", sources.chainguard);
  add_matching("minimos", "security.json", sources.minimos);
  add_matching("kev", ".json", sources.kev);
  add_matching("epss", ".csv", sources.epss);
  add_matching("nvd", ".json", sources.nvd);
  if (sources.empty()) return fail(ErrorCode::NotFound, folder.string() + ": no feed in it");
  return sources;
}

Result<BuildReport> build_database(const BuildSources& sources, const std::filesystem::path& folder,
                                   const BuildOptions& options) {
  if (sources.empty()) return fail(ErrorCode::Usage, "no feeds to build an advisory database from");
  BuildReport report;
  std::optional<Collector> collector(std::in_place);
  Intake intake(*collector, report);
  std::optional<Plan> plan(std::in_place, options.jobs);
  CORTEN_CHECK(plan->add(sources));
  CORTEN_CHECK(gather(plan->tasks(), options, intake));
  if (options.progress != nullptr) options.progress->stage("writing the database", 0);
  CORTEN_TRY(const WorkFolder work, WorkFolder::create(folder));
  const auto file = work.path() / kFileName;
  CORTEN_TRY(TreeWriter writer, TreeWriter::open(file));
  Meta meta;
  meta.schema = kSchema;
  meta.built = static_cast<std::uint32_t>(options.now.time_since_epoch().count());
  meta.epss_date = intake.epss_date();
  meta.feeds = intake.feeds(options);
  CORTEN_CHECK(collector->write(writer, meta, options.jobs));
  // What is written is forgotten meanwhile: that is many pieces, and the disk takes its time.
  Status published;
  parallel_for(2, options.jobs, [&](std::size_t i) {
    if (i == 0) {
      published = writer.commit();
      if (published) published = publish(file, folder / kFileName);
    }
    if (i == 1) {
      collector.reset();
      plan.reset();
    }
  });
  CORTEN_CHECK(std::move(published));
  std::error_code error;
  report.info =
      info_of(meta, folder / kFileName, std::filesystem::file_size(folder / kFileName, error));
  return report;
}

Status verify_database(const std::filesystem::path& folder) {
  return check_content(folder / kFileName);
}

}  // namespace corten::advisory
