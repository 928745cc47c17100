#include "base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/file.h"

// POSIX declares it in no header (environ(7)).
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
extern char** environ;

namespace corten {

namespace {

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
  }
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

Result<pid_t> spawn(const std::vector<std::string>& argv, const Pipe& in, const Pipe& out,
                    const Pipe& err) {
  std::vector<char*> raw;
  for (const std::string& argument : argv) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail_errno(error, argv[0]);
  return pid;
}

// Moves what is ready; a finished or broken stream closes its descriptor.
void pump_input(Fd& fd, std::string_view& pending) {
  const ssize_t written = ::write(fd.get(), pending.data(), pending.size());
  if (written > 0) pending.remove_prefix(static_cast<std::size_t>(written));
  if (pending.empty() || (written < 0 && errno != EINTR && errno != EAGAIN)) fd.reset();
}

void pump_output(Fd& fd, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) fd.reset();
}

}  // namespace

Result<SubprocessOutput> run_subprocess(const std::vector<std::string>& argv,
                                        const std::string& input, const SubprocessLimits& limits) {
  CORTEN_TRY(Pipe in, make_pipe());
  CORTEN_TRY(Pipe out, make_pipe());
  CORTEN_TRY(Pipe err, make_pipe());
  CORTEN_TRY(const pid_t pid, spawn(argv, in, out, err));
  Child child(pid);
  in.read.reset();
  out.write.reset();
  err.write.reset();
  ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
  // A program that does not read its input must not end us.
  struct sigaction ignore{};
  struct sigaction before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);

  SubprocessOutput output;
  std::string_view pending = input;
  if (pending.empty()) in.write.reset();
  const auto deadline = std::chrono::steady_clock::now() + limits.timeout;
  Status problem{};
  while (problem && (out.read.valid() || err.read.valid() || in.write.valid())) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      problem = fail(ErrorCode::LimitExceeded,
                     fmt::format("{} ran longer than {} ms", argv[0], limits.timeout.count()));
      break;
    }
    std::array<pollfd, 3> waits = {
        {{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}, {in.write.get(), POLLOUT, 0}}};
    if (::poll(waits.data(), waits.size(), static_cast<int>(left.count())) <= 0) continue;
    if (waits[0].revents != 0) pump_output(out.read, output.out);
    if (waits[1].revents != 0) pump_output(err.read, output.err);
    if (waits[2].revents != 0) pump_input(in.write, pending);
    if (output.out.size() > limits.output_bytes || output.err.size() > limits.output_bytes) {
      problem = fail(ErrorCode::LimitExceeded, fmt::format("{} printed too much", argv[0]));
    }
  }
  ::sigaction(SIGPIPE, &before, nullptr);
  if (!problem) return std::unexpected(std::move(problem).error());
  output.status = child.wait();
  return output;
}

}  // namespace corten
