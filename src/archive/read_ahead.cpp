#include "archive/read_ahead.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace corten::archive {

namespace {

// Blocks of this size hide what handing them over costs. More or larger ones would not stay in the
// cores' own caches, and cost more than the waiting that they save (measured).
constexpr std::size_t kBlockBytes = 256 << 10;
constexpr std::size_t kBlocks = 3;

// How much is passed over between two questions whether a core is free.
constexpr std::uint64_t kSkipStep = std::uint64_t{1} << 20;

}  // namespace

// The thread, and a ring of blocks: those from first_ on are filled and belong to the reader, the
// others to the thread.
class ReadAhead::Helper {
 public:
  explicit Helper(ByteSource& source) : source_(source), thread_([this] { run(); }) {}
  ~Helper() {
    {
      const std::scoped_lock lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  // The next block, borrowed until the next call, which gives it back; empty at the end.
  Result<Bytes> next() {
    std::unique_lock lock(mutex_);
    if (lent_) {
      first_ = (first_ + 1) % kBlocks;
      --filled_;
      changed_.notify_one();
    }
    changed_.wait(lock, [&] { return filled_ > 0 || ended_; });
    lent_ = filled_ > 0;
    if (lent_) return Bytes(blocks_[first_].bytes.get(), blocks_[first_].size);
    if (error_) return std::unexpected(*error_);
    return Bytes{};
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };

  void run() {
    for (std::size_t at = 0; wait_for_room(); at = (at + 1) % kBlocks) {
      const Status filled = fill(blocks_[at]);
      const std::scoped_lock lock(mutex_);
      if (!filled) error_ = filled.error();
      if (blocks_[at].size > 0) ++filled_;
      ended_ = !filled || blocks_[at].size == 0;
      changed_.notify_one();
      if (ended_) return;
    }
  }

  bool wait_for_room() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return filled_ < kBlocks || stopped_; });
    return !stopped_;
  }

  // Reads until the block is full, the source has ended or failed.
  Status fill(Block& block) {
    if (block.bytes == nullptr)
      block.bytes = std::make_unique_for_overwrite<std::byte[]>(kBlockBytes);
    block.size = 0;
    while (block.size < kBlockBytes) {
      CORTEN_TRY(const std::size_t got,
                 source_.read({block.bytes.get() + block.size, kBlockBytes - block.size}));
      if (got == 0) break;
      block.size += got;
    }
    return {};
  }

  ByteSource& source_;
  std::array<Block, kBlocks> blocks_;
  std::mutex mutex_;  // guards what follows
  // One suffices: the reader waits only while no block is filled, the thread only while all are.
  std::condition_variable changed_;
  std::size_t first_ = 0;
  std::size_t filled_ = 0;  // the lent one included
  bool lent_ = false;
  bool ended_ = false;
  bool stopped_ = false;
  std::optional<Error> error_;
  std::jthread thread_;  // last: it uses all of the above
};

ReadAhead::ReadAhead(std::unique_ptr<ByteSource> source, WantHelp want_help)
    : source_(std::move(source)), want_help_(std::move(want_help)) {}

ReadAhead::~ReadAhead() = default;

void ReadAhead::stop() { helper_.reset(); }

void ReadAhead::consider_help() {
  if (!want_help_ || passed_ < kReadAheadAfter || !want_help_()) return;
  want_help_ = nullptr;
  try {
    helper_ = std::make_unique<Helper>(*source_);
  } catch (const std::system_error&) {
    // No thread to be had (a limit on processes): it goes on without.
  }
}

Result<Bytes> ReadAhead::ready() {
  if (ready_.empty()) {
    CORTEN_TRY(ready_, helper_->next());
  }
  return ready_;
}

Result<std::size_t> ReadAhead::read(std::span<std::byte> into) {
  if (helper_ == nullptr) consider_help();
  if (helper_ == nullptr) {
    CORTEN_TRY(const std::size_t got, source_->read(into));
    passed_ += got;
    return got;
  }
  if (into.empty()) return 0;
  CORTEN_TRY(const Bytes here, ready());
  const std::size_t got = std::min(into.size(), here.size());
  std::ranges::copy(here.first(got), into.begin());
  ready_ = here.subspan(got);
  return got;
}

Status ReadAhead::skip(std::uint64_t count) {
  while (count > 0) {
    if (helper_ == nullptr) consider_help();
    std::uint64_t step = std::min(count, kSkipStep);
    if (helper_ == nullptr) {
      CORTEN_CHECK(source_->skip(step));
      passed_ += step;
    } else {
      CORTEN_TRY(const Bytes here, ready());
      if (here.empty()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("truncated: the stream ends {} bytes too early", count));
      }
      step = std::min<std::uint64_t>(step, here.size());
      ready_ = here.subspan(step);
    }
    count -= step;
  }
  return {};
}

}  // namespace corten::archive
