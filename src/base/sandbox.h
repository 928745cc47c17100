// A child process in which hostile bytes are parsed: no network, no writes, no programs, little
// memory.
//
// The child is forked before the program has any thread, drops every descriptor but its channel,
// and locks itself up with Landlock (reads below the named paths only), seccomp (an allow-list of
// calls; those that only an attacker makes end it) and resource limits, before it looks at the
// first byte. Where the kernel has no Landlock, seccomp alone refuses every open for writing;
// confinement() tells which applied. docs/threat-model.md has what this does and does not defend
// against.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace corten {

struct SandboxLimits {
  std::vector<std::filesystem::path> readable;          // files, or folders with all below them
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  // private memory of the child (RLIMIT_DATA)
  std::uint64_t cpu_seconds = 3600;
  std::uint64_t file_bytes = 0;  // how far descriptors that are kept may be written (RLIMIT_FSIZE)
};

// A running sandboxed child. The destructor kills it.
class Worker {
 public:
  // Forks and runs body(channel) in the child; the child's exit status is what body returns. The
  // calling process must be single-threaded. Descriptors in `keep` stay open in the child under the
  // same numbers.
  [[nodiscard]] static Result<Worker> start(const SandboxLimits& limits,
                                            const std::vector<int>& keep,
                                            const std::function<int(int channel)>& body);
  Worker(Worker&& other) noexcept;
  Worker& operator=(Worker&& other) noexcept;
  ~Worker();

  [[nodiscard]] int channel() const {
    return channel_.get();
  }  // frames of base/channel.h, both ways

  // Waits for the end. Errors say how it ended when not by exit 0: a signal (a crash: Internal; the
  // sandbox's own: SIGSYS), LimitExceeded for memory or processor time.
  [[nodiscard]] Status finish();

 private:
  Worker(pid_t pid, Fd channel) : pid_(pid), channel_(std::move(channel)) {}
  void kill_and_wait() noexcept;

  pid_t pid_ = -1;
  Fd channel_;
};

enum class Confinement { SeccompOnly, LandlockAndSeccomp };
[[nodiscard]] Confinement confinement();  // what this kernel offers

}  // namespace corten
