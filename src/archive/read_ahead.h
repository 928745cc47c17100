// A stage of a stream in a thread of its own: what feeds a source (reading, hashing, decompressing)
// and who reads from it then run at once, on two cores.
#pragma once

#include <functional>

#include "archive/source.h"

namespace corten::archive {

// A stream that ends before is not worth a thread.
inline constexpr std::uint64_t kReadAheadAfter = std::uint64_t{2} << 20;

// Until a helper is wanted, and when none can be had, it reads in the thread of its reader, as if
// it were not there. Destruction ends the helper and waits for it: at most as long as one block
// takes to read.
class ReadAhead final : public ByteSource {
 public:
  // Asked by the thread that reads, at each call until it says yes: whether a core is free for one
  // more thread. Cheap.
  using WantHelp = std::function<bool()>;

  ReadAhead(std::unique_ptr<ByteSource> source, WantHelp want_help);
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Errors of the source come after all bytes that it gave before them, and again at each call.
  [[nodiscard]] Result<std::size_t> read(std::span<std::byte> into) override;
  [[nodiscard]] Status skip(std::uint64_t count) override;

  // Ends the helper, if there is one, so that what the source itself reads from can be read by
  // others. What the helper had read ahead is lost: read() and skip() must not be called any more.
  void stop();

 private:
  class Helper;

  void consider_help();
  // What the helper has next; empty at the end.
  [[nodiscard]] Result<Bytes> ready();

  std::unique_ptr<ByteSource> source_;
  WantHelp want_help_;  // empty: never, or no more
  std::uint64_t passed_ = 0;
  Bytes ready_;  // of the helper's current block, not yet read
  std::unique_ptr<Helper> helper_;
};

}  // namespace corten::archive
