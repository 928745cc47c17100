#include "scan/worker.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/channel.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/sandbox.h"
#include "image/layer.h"
#include "image/open.h"
#include "scan/image_wire.h"

namespace corten::scan {

namespace {

enum class Message : std::uint8_t { Images = 1, Plan, Facts, Progress, Done, Failed };

constexpr std::uint64_t kMaxMessage = std::uint64_t{512} << 20;
constexpr std::uint64_t kMaxSpoolBytes = std::uint64_t{256} << 30;
constexpr std::uint64_t kMaxLayers =
    4096;  // of all images of a target; Docker's own limit is 127 an image

// What the parent asks of one layer.
enum class Action : std::uint8_t {
  Skip,    // facts are cached, and these very bytes were checked before
  Verify,  // facts are cached: check the digest only
  Scan,    // read it, without or with what hides lower layers
  ScanWithHides,
};

struct Task {
  std::size_t image = 0;
  std::size_t layer = 0;
  Action action = Action::Scan;
};

void send(int channel, Message kind, const wire::Encoder& payload) {
  // A parent that is gone cannot be told; the worker dies with it anyway.
  [[maybe_unused]] const Status sent =
      send_frame(channel, static_cast<std::uint8_t>(kind), as_bytes(payload.bytes()));
}

void encode_error(wire::Encoder& out, const Error& error) {
  out.number(static_cast<std::uint64_t>(error.code));
  out.text(error.message);
  out.texts(error.context);
  out.text(error.hint);
}

Result<Error> decode_error(wire::Decoder& in) {
  Error error;
  CORTEN_TRY(const std::uint64_t code,
             in.number_up_to(static_cast<std::uint64_t>(ErrorCode::Internal)));
  error.code = static_cast<ErrorCode>(code);
  CORTEN_TRY(error.message, in.text());
  CORTEN_TRY(error.context, in.texts());
  CORTEN_TRY(error.hint, in.text());
  return error;
}

std::string name_of_layer(const image::Layer& layer) {
  return fmt::format("layer {}", layer.digest.empty() ? layer.diff_id : layer.digest);
}

// The same image under several names is one subject; different ones of one file need names of their
// own: "app.tar (app:1)".
std::vector<image::Image> tell_apart(std::vector<image::Image> opened) {
  std::vector<image::Image> out;
  for (image::Image& image : opened) {
    const auto same = std::ranges::find_if(out, [&](const image::Image& other) {
      return !image.digest.empty() && other.digest == image.digest;
    });
    if (same == out.end()) {
      out.push_back(std::move(image));
      continue;
    }
    for (std::string& tag : image.tags) {
      if (std::ranges::find(same->tags, tag) == same->tags.end())
        same->tags.push_back(std::move(tag));
    }
  }
  if (out.size() == 1) return out;
  std::set<std::string> taken;
  for (image::Image& image : out) {
    std::string name =
        fmt::format("{} ({})", image.name,
                    image.tags.empty() ? short_digest(image.digest) : image.tags.front());
    if (taken.contains(name)) name = fmt::format("{} ({})", image.name, image.digest);
    image.name = *taken.insert(std::move(name)).first;
  }
  return out;
}

// Reports how many bytes were read through it. Owns its stream, or borrows one that is needed
// afterwards.
class CountedStream final : public archive::ByteSource {
 public:
  using Report = std::function<void(std::uint64_t)>;
  CountedStream(std::unique_ptr<archive::ByteSource> owned, Report report)
      : owned_(std::move(owned)), source_(*owned_), report_(std::move(report)) {}
  CountedStream(archive::ByteSource& borrowed, Report report)
      : source_(borrowed), report_(std::move(report)) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    auto got = source_.read(into);
    if (got) report_(*got);
    return got;
  }
  Status skip(std::uint64_t count) override {
    CORTEN_CHECK(source_.skip(count));
    report_(count);
    return {};
  }

 private:
  std::unique_ptr<archive::ByteSource> owned_;
  archive::ByteSource& source_;
  Report report_;
};

// The child's side.
class Reader {
 public:
  Reader(int channel, const Target& target, std::size_t jobs)
      : channel_(channel), target_(target), jobs_(jobs) {}

  int run() {
    if (auto outcome = work(); !outcome) {
      wire::Encoder out;
      encode_error(out, outcome.error());
      send(channel_, Message::Failed, out);
      return 0;
    }
    send(channel_, Message::Done, {});
    return 0;
  }

 private:
  Status work() {
    CORTEN_TRY(OpenedImages opened, target_.open());
    images_ = tell_apart(std::move(opened.images));
    layers_fd_ = opened.layers_fd;
    wire::Encoder out;
    out.list(images_, encode_image);
    send(channel_, Message::Images, out);
    CORTEN_TRY(const std::vector<Task> tasks, receive_plan());
    std::atomic<bool> failed = false;
    std::vector<Status> outcomes(tasks.size());
    parallel_for(tasks.size(), jobs_, [&](std::size_t i) {
      if (failed) return;
      outcomes[i] = perform(i, tasks[i]);
      if (!outcomes[i]) failed = true;
    });
    for (Status& outcome : outcomes) {
      if (!outcome) return std::unexpected(std::move(outcome).error());
    }
    return {};
  }

  Result<std::vector<Task>> receive_plan() {
    CORTEN_TRY(const auto frame, receive_frame(channel_, kMaxMessage));
    if (!frame) return fail(ErrorCode::Cancelled, "no plan");
    wire::Decoder in(as_bytes(frame->payload));
    return in.list<Task>([&](wire::Decoder& from) -> Result<Task> {
      Task task;
      CORTEN_TRY(task.image, from.number_up_to(images_.size() - 1));
      CORTEN_TRY(task.layer, from.number_up_to(images_[task.image].layers.size() - 1));
      CORTEN_TRY(const std::uint64_t action, from.number_up_to(3));
      task.action = static_cast<Action>(action);
      return task;
    });
  }

  Status perform(std::size_t index, const Task& task) {
    const image::Image& image = images_[task.image];
    const image::Layer& layer = image.layers[task.layer];
    const TarKind kind = image.config ? TarKind::Layer : TarKind::RootFileSystem;
    Result<LayerFacts> facts = read(layer, kind, task.action);
    if (!facts) {
      return image.layers.size() == 1 && layer.digest.empty() && layer.diff_id.empty()
                 ? std::unexpected(std::move(facts).error())
                 : in_context(std::move(facts).error(), name_of_layer(layer));
    }
    wire::Encoder out;
    out.number(index);
    out.text(task.action == Action::Verify ? std::string() : encode(*facts));
    const std::scoped_lock lock(sending_);
    send(channel_, Message::Facts, out);
    return {};
  }

  Result<LayerFacts> read(const image::Layer& layer, TarKind kind, Action action) {
    const Hides hides = action == Action::ScanWithHides ? Hides::Collect : Hides::Skip;
    if (layer.bytes.is_folder) return collect_folder(layer.bytes.path, target_.folder_kind, hides);
    std::unique_ptr<image::LayerStream> first;
    const auto open = [&]() -> Result<std::unique_ptr<archive::ByteSource>> {
      CORTEN_TRY(auto stream, image::open_layer(layer, layers_fd_));
      const auto report = [this](std::uint64_t bytes) { advance(bytes); };
      if (first != nullptr) return std::make_unique<CountedStream>(std::move(stream), report);
      first = std::move(stream);
      return std::make_unique<CountedStream>(*first, report);
    };
    if (action == Action::Verify) {
      CORTEN_CHECK(open());
      CORTEN_CHECK(first->finish());
      return LayerFacts{};
    }
    CORTEN_TRY(LayerFacts facts, collect_tar(open, kind, hides));
    CORTEN_CHECK(first->finish());
    if (kind == TarKind::RootFileSystem && facts.entries == 0)
      return fail(ErrorCode::InvalidInput, "an archive without any entry");
    return facts;
  }

  // Tells the parent of progress, some ten megabytes at a time.
  void advance(std::uint64_t bytes) {
    constexpr std::uint64_t kStep = 8 << 20;
    const std::uint64_t before = done_.fetch_add(bytes);
    if (before / kStep == (before + bytes) / kStep) return;
    wire::Encoder out;
    out.number((before + bytes) / kStep * kStep - before / kStep * kStep);
    const std::scoped_lock lock(sending_);
    send(channel_, Message::Progress, out);
  }

  int channel_;
  const Target& target_;
  std::size_t jobs_;
  std::vector<image::Image> images_;
  int layers_fd_ = -1;
  std::atomic<std::uint64_t> done_{0};
  std::mutex sending_;
};

// Names a file's content by what changes with it. Empty: cannot be named.
std::string identity_of(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return {};
  return fmt::format("{}:{}:{}:{}.{}:{}.{}", info.st_dev, info.st_ino, info.st_size,
                     info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec,
                     info.st_ctim.tv_nsec);
}

std::string identity_of(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? identity_of(info) : std::string();
}

Result<Worker> start_worker(const Target& target, const ExamineOptions& options) {
  SandboxLimits limits;
  limits.readable = target.readable;
  limits.memory_bytes = options.memory_bytes;
  // An image archive inside a compressed stream is unpacked into a file that only the child's
  // descriptor reaches.
  limits.file_bytes = kMaxSpoolBytes;
  std::vector<int> keep;
  for (const auto& descriptor : target.descriptors) keep.push_back(descriptor->get());
  return Worker::start(limits, keep,
                       [&](int channel) { return Reader(channel, target, options.jobs).run(); });
}

// The parent's side.
class Planner {
 public:
  Planner(const Target& target, Cache& cache, Progress& progress, const ExamineOptions& options)
      : target_(target), cache_(cache), progress_(progress), options_(options) {}

  Result<std::vector<ImageFacts>> run() {
    if (!all_is_cached()) CORTEN_CHECK(ask_worker());
    std::vector<ImageFacts> facts;
    for (std::size_t i = 0; i < images_.size(); ++i) {
      facts.push_back(merge_layers(std::move(images_[i]), std::move(facts_[i])));
    }
    return facts;
  }

 private:
  // A target that did not change and whose layers are all known needs no worker.
  bool all_is_cached() {
    if (!target_.known_images.empty()) {
      images_ = target_.known_images;
      plan();
      return tasks_.empty();
    }
    if (target_.model_key.empty()) return false;
    const auto model = cache_.facts(model_name());
    if (!model) return false;
    wire::Decoder in(as_bytes(*model));
    auto images = in.list<image::Image>(decode_image);
    if (!images) return false;
    images_ = *std::move(images);
    plan();
    return tasks_.empty();
  }

  [[nodiscard]] std::string model_name() const { return "model:" + target_.model_key; }

  Status ask_worker() {
    CORTEN_TRY(worker_, start_worker(target_, options_));
    Status outcome = converse();
    // A channel that broke because the child died is explained by how it died.
    if (!outcome && outcome.error().code == ErrorCode::Io) CORTEN_CHECK(worker_->finish());
    return outcome;
  }

  Status converse() {
    CORTEN_CHECK(receive_images());
    plan();
    if (!tasks_.empty()) {
      progress_.stage(
          fmt::format("reading {} {}", tasks_.size(), tasks_.size() == 1 ? "layer" : "layers"), 0);
    }
    wire::Encoder out;
    out.list(tasks_, [](wire::Encoder& to, const Task& task) {
      to.number(task.image);
      to.number(task.layer);
      to.number(static_cast<std::uint64_t>(task.action));
    });
    CORTEN_CHECK(send_frame(worker_->channel(), static_cast<std::uint8_t>(Message::Plan),
                            as_bytes(out.bytes())));
    CORTEN_CHECK(receive_facts());
    for (const auto& [from, to] : copies_) {
      if (from.action != Action::Verify)
        facts_[to.image][to.layer] = facts_[from.image][from.layer];
    }
    return {};
  }

  // The next frame of the child, its errors and progress handled. nullopt: the child is done.
  Result<std::optional<Frame>> next() {
    for (;;) {
      CORTEN_TRY(auto frame, receive_frame(worker_->channel(), kMaxMessage));
      if (!frame) {
        CORTEN_CHECK(worker_->finish());
        return fail(ErrorCode::Internal, "the parser ended without an answer");
      }
      wire::Decoder in(as_bytes(frame->payload));
      switch (static_cast<Message>(frame->kind)) {
        case Message::Failed: {
          CORTEN_TRY(Error error, decode_error(in));
          return std::unexpected(std::move(error));
        }
        case Message::Progress: {
          CORTEN_TRY(const std::uint64_t bytes, in.number());
          progress_.advance(bytes);
          break;
        }
        case Message::Done:
          return std::nullopt;
        default:
          return frame;
      }
    }
  }

  Status receive_images() {
    CORTEN_TRY(const auto frame, next());
    if (!frame || frame->kind != static_cast<std::uint8_t>(Message::Images)) {
      return fail(ErrorCode::Internal, "the parser gave no images");
    }
    wire::Decoder in(as_bytes(frame->payload));
    CORTEN_TRY(images_, in.list<image::Image>(decode_image));
    std::size_t layers = 0;
    for (const image::Image& image : images_) layers += image.layers.size();
    if (layers > kMaxLayers)
      return fail(ErrorCode::LimitExceeded, fmt::format("{} layers", layers));
    if (!target_.model_key.empty()) cache_.keep_facts(model_name(), frame->payload, options_.now);
    return {};
  }

  // How a layer is known to the cache.
  struct Name {
    // Of its bytes, by the file that holds them, so that a changed file is noticed. Taken before
    // they are read: what is written meanwhile is not vouched for. Empty: cannot be named.
    std::string bytes;
    // Of its facts: its digest, or that of the bytes for a tar that states none. Plain folders
    // change at any time and are not kept; an engine's layer folders do not change and have a
    // diff_id.
    std::string facts;
  };

  static Name name_of(const image::Layer& layer) {
    Name name;
    if (!layer.bytes.is_folder) {
      const std::string file = identity_of(layer.bytes.path);
      if (!file.empty())
        name.bytes = fmt::format("{}:{}+{}", file, layer.bytes.offset, layer.bytes.size);
    }
    if (!layer.digest.empty()) {
      name.facts = layer.digest;
    } else if (!layer.diff_id.empty()) {
      name.facts = layer.diff_id;
    } else if (!name.bytes.empty()) {
      name.facts = "file:" + name.bytes;
    }
    return name;
  }

  void plan() {
    tasks_.clear();
    names_.clear();
    copies_.clear();
    first_of_.clear();
    facts_.assign(images_.size(), {});
    for (std::size_t i = 0; i < images_.size(); ++i) {
      facts_[i].resize(images_[i].layers.size());
      for (std::size_t k = 0; k < images_[i].layers.size(); ++k) {
        const image::Layer& layer = images_[i].layers[k];
        if (layer.foreign && layer.bytes.path.empty()) {
          facts_[i][k].problems.emplace_back(
              "a foreign layer: its content is not part of the image file");
          continue;
        }
        Name name = name_of(layer);
        const Task task{i, k, plan_layer(i, k, name)};
        if (task.action == Action::Skip || is_read_already(task, name)) continue;
        tasks_.push_back(task);
        names_.push_back(std::move(name));
      }
    }
  }

  // Images of one file share layers: the same bytes are read once.
  bool is_read_already(const Task& task, const Name& name) {
    if (name.bytes.empty()) return false;
    const auto what = std::tuple(name.bytes, name.facts, task.action);
    const auto [first, is_new] = first_of_.emplace(what, task);
    if (!is_new) copies_.emplace_back(first->second, task);
    return !is_new;
  }

  Action plan_layer(std::size_t image, std::size_t index, const Name& name) {
    const bool needs_hides = index > 0;
    const Action scan = needs_hides ? Action::ScanWithHides : Action::Scan;
    const auto cached = name.facts.empty() ? std::nullopt : cache_.facts(name.facts);
    if (!cached) return scan;
    auto facts = decode_layer_facts(as_bytes(*cached));
    if (!facts || (needs_hides && !facts->has_hides)) return scan;
    facts_[image][index] = *std::move(facts);
    cache_.note_use(name.facts, options_.now);
    const bool checked = images_[image].layers[index].bytes.is_folder ||
                         name.facts.starts_with("file:") ||
                         cache_.is_verified(name.bytes, name.facts);
    return checked ? Action::Skip : Action::Verify;
  }

  Status receive_facts() {
    for (;;) {
      CORTEN_TRY(const auto frame, next());
      if (!frame) return {};
      if (frame->kind != static_cast<std::uint8_t>(Message::Facts)) {
        return fail(ErrorCode::Internal, "an unknown message of the parser");
      }
      wire::Decoder in(as_bytes(frame->payload));
      CORTEN_TRY(const std::uint64_t index, in.number());
      CORTEN_TRY(const std::string encoded, in.text());
      if (index >= tasks_.size())
        return fail(ErrorCode::Internal, "facts of a layer that was not asked for");
      CORTEN_CHECK(keep(tasks_[index], names_[index], encoded));
    }
  }

  Status keep(const Task& task, const Name& name, const std::string& encoded) {
    const image::Layer& layer = images_[task.image].layers[task.layer];
    if (task.action != Action::Verify) {
      CORTEN_TRY(facts_[task.image][task.layer], decode_layer_facts(as_bytes(encoded)));
      // What could not be read in an unpacked folder may be readable the next time, or by another
      // user.
      const bool lasting =
          !layer.bytes.is_folder || facts_[task.image][task.layer].problems.empty();
      if (!name.facts.empty() && lasting) cache_.keep_facts(name.facts, encoded, options_.now);
    }
    if (!name.bytes.empty()) cache_.keep_verified(name.bytes, name.facts, options_.now);
    return {};
  }

  const Target& target_;
  std::optional<Worker> worker_;
  Cache& cache_;
  Progress& progress_;
  const ExamineOptions& options_;
  std::vector<image::Image> images_;
  std::vector<Task> tasks_;
  std::vector<Name> names_;  // of the tasks' layers
  std::map<std::tuple<std::string, std::string, Action>, Task> first_of_;
  std::vector<std::pair<Task, Task>> copies_;  // from, to
  std::vector<std::vector<LayerFacts>> facts_;
};

}  // namespace

Result<Target> path_target(const std::filesystem::path& path, const image::OpenOptions& options) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  // Opening a pipe would wait for its writer.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
      !std::filesystem::is_directory(status)) {
    return fail(ErrorCode::Unsupported, "neither a folder nor a regular file",
                "write what comes out of a pipe to a file first");
  }
  CORTEN_TRY(Fd opened, open_for_reading(path));
  auto fd = std::make_shared<Fd>(std::move(opened));
  Target target;
  target.readable = {path};
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return fail_errno(errno, path.native());
  if (const std::string file = identity_of(info); !file.empty()) {
    const image::Platform& platform = options.platform;
    target.model_key = fmt::format("{} {}/{}/{} {}", file, platform.os, platform.architecture,
                                   platform.variant, path.native());
  }
  target.descriptors = {fd};
  auto spool = std::make_shared<Fd>();
  if (!std::filesystem::is_directory(status)) {
    CORTEN_TRY(*spool, image::make_spool_file());
    target.descriptors.push_back(spool);
  }
  target.open = [=]() -> Result<OpenedImages> {
    int source = fd->get();
    if (spool->valid()) {
      CORTEN_TRY(const bool compressed, image::needs_spooling(source));
      if (compressed) {
        CORTEN_CHECK(image::spool(source, spool->get()));
        source = spool->get();
      }
    }
    CORTEN_TRY(std::vector<image::Image> images, image::open_images(source, path, options));
    return OpenedImages{std::move(images), source};
  };
  return target;
}

Result<std::vector<ImageFacts>> examine(const Target& target, Cache& cache, Progress& progress,
                                        const ExamineOptions& options) {
  return Planner(target, cache, progress, options).run();
}

}  // namespace corten::scan
