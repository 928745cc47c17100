#include "scan/internal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <numeric>
#include <set>

#include "base/channel.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "image/layer.h"
#include "scan/image_wire.h"
#include "scan/internal/messages.h"

namespace corten::scan::internal {

namespace {

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

class Reader {
 public:
  Reader(int channel, const Target& target, std::size_t jobs)
      : channel_(channel), target_(target), jobs_(jobs) {}

  int run() {
    if (auto outcome = work(); !outcome) {
      wire::Encoder out;
      encode(out, outcome.error());
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
    return perform_all(tasks);
  }

  Status perform_all(const std::vector<Task>& tasks) {
    const std::vector<std::size_t> order = largest_first(tasks);
    unfinished_ = tasks.size();
    std::atomic<bool> failed = false;
    std::vector<Status> outcomes(tasks.size());
    // One layer more than there are cores: three layers of one size on two cores take one and a
    // half times what one takes, not twice.
    const std::size_t layers = jobs_ > 1 ? jobs_ + 1 : 1;
    parallel_for(tasks.size(), layers, [&](std::size_t i) {
      if (failed) return;
      const std::size_t index = order[i];
      outcomes[index] = perform(index, tasks[index]);
      if (!outcomes[index]) failed = true;
      --unfinished_;
    });
    for (Status& outcome : outcomes) {
      if (!outcome) return std::unexpected(std::move(outcome).error());
    }
    return {};
  }

  // A large layer that comes last would have all others wait for it.
  [[nodiscard]] std::vector<std::size_t> largest_first(const std::vector<Task>& tasks) const {
    std::vector<std::size_t> order(tasks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) {
      return images_[tasks[i].image].layers[tasks[i].layer].bytes.size;
    });
    return order;
  }

  Result<std::vector<Task>> receive_plan() {
    CORTEN_TRY(const auto frame, receive_frame(channel_, kMaxMessage));
    if (!frame) return fail(ErrorCode::Cancelled, "no plan");
    wire::Decoder in(as_bytes(frame->payload));
    CORTEN_TRY(std::vector<Task> tasks, in.list<Task>(decode_task));
    for (const Task& task : tasks) {
      if (task.image >= images_.size() || task.layer >= images_[task.image].layers.size())
        return fail(ErrorCode::Internal, "a plan for a layer that is not there");
    }
    return tasks;
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
      CORTEN_TRY(auto stream, image::open_layer(layer, layers_fd_,
                                                {{}, [this] { return unfinished_ < jobs_; }}));
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
  std::atomic<std::size_t> unfinished_{0};
  std::mutex sending_;
};

}  // namespace

int run_reader(int channel, const Target& target, std::size_t jobs) {
  return Reader(channel, target, jobs).run();
}

}  // namespace corten::scan::internal
