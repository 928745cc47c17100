#include "scan/worker.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "base/channel.h"
#include "base/sandbox.h"
#include "scan/image_wire.h"
#include "scan/internal/file_identity.h"
#include "scan/internal/messages.h"
#include "scan/internal/reader.h"

namespace corten::scan {

namespace {

using internal::Action;
using internal::kMaxMessage;
using internal::Message;
using internal::Task;

constexpr std::uint64_t kMaxSpoolBytes = std::uint64_t{256} << 30;
constexpr std::uint64_t kMaxLayers =
    4096;  // of all images of a target; Docker's own limit is 127 an image

Result<Worker> start_worker(const Target& target, const ExamineOptions& options) {
  SandboxLimits limits;
  limits.readable = target.readable;
  limits.memory_bytes = options.memory_bytes;
  // An image archive inside a compressed stream is unpacked into a file that only the child's
  // descriptor reaches.
  limits.file_bytes = kMaxSpoolBytes;
  std::vector<int> keep;
  for (const auto& descriptor : target.descriptors) keep.push_back(descriptor->get());
  return Worker::start(limits, keep, [&](int channel) {
    return internal::run_reader(channel, target, options.jobs);
  });
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
    out.list(tasks_, [](wire::Encoder& to, const Task& task) { internal::encode(to, task); });
    CORTEN_CHECK(send_frame(worker_->channel(), static_cast<std::uint8_t>(Message::Plan),
                            as_bytes(out.bytes())));
    CORTEN_CHECK(receive_facts());
    for (const auto& [from, to] : copies_) {
      if (from.action != Action::Verify)
        facts_[to.image][to.layer] = facts_[from.image][from.layer];
    }
    return {};
  }

  // A channel that ends early is explained by how the child died.
  Result<std::optional<Frame>> receive() {
    auto frame = receive_frame(worker_->channel(), kMaxMessage);
    const bool cut_off = !frame && frame.error().code != ErrorCode::LimitExceeded;
    if (!cut_off && !(frame && !*frame)) return frame;
    CORTEN_CHECK(worker_->finish());
    return fail(ErrorCode::Internal, "the parser ended without an answer");
  }

  // The next frame of the child, its errors and progress handled. nullopt: the child is done.
  Result<std::optional<Frame>> next() {
    for (;;) {
      CORTEN_TRY(auto frame, receive());
      wire::Decoder in(as_bytes(frame->payload));
      switch (static_cast<Message>(frame->kind)) {
        case Message::Failed: {
          CORTEN_TRY(Error error, internal::decode_error(in));
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
      const std::string file = internal::identity_of(layer.bytes.path);
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

Result<std::vector<ImageFacts>> examine(const Target& target, Cache& cache, Progress& progress,
                                        const ExamineOptions& options) {
  return Planner(target, cache, progress, options).run();
}

}  // namespace corten::scan
