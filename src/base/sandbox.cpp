#include "base/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <new>

#include "base/closer.h"
#include "base/file.h"
#include "base/text.h"

namespace corten {

namespace {

// Exit statuses of the child that the parent turns into errors; beyond what a body returns.
constexpr int kExitNoMemory = 71;
constexpr int kExitNotConfined = 72;
constexpr int kExitException = 73;

// Access rights by Landlock ABI (kernel documentation, userspace-api/landlock): what an older
// kernel does not know must not be asked for. Constants that Debian 12's headers lack are given by
// value.
constexpr std::uint64_t kAccessAbi1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
constexpr std::uint64_t kAccessRefer = std::uint64_t{1} << 13;     // ABI 2
constexpr std::uint64_t kAccessTruncate = std::uint64_t{1} << 14;  // ABI 3
constexpr std::uint64_t kAccessIoctlDev = std::uint64_t{1} << 15;  // ABI 5
constexpr std::uint64_t kNetworkBindConnect = 3;                   // ABI 4: TCP bind and connect
constexpr std::uint64_t kScopeSocketAndSignal = 3;                 // ABI 6

struct RulesetAttributes {  // struct landlock_ruleset_attr of ABI 6
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};

long landlock_abi() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

Fd create_ruleset(long abi) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = kAccessAbi1;
  std::size_t size = sizeof(std::uint64_t);
  if (abi >= 2) attributes.handled_access_fs |= kAccessRefer;
  if (abi >= 3) attributes.handled_access_fs |= kAccessTruncate;
  if (abi >= 4) {
    attributes.handled_access_net = kNetworkBindConnect;
    size = 2 * sizeof(std::uint64_t);
  }
  if (abi >= 5) attributes.handled_access_fs |= kAccessIoctlDev;
  if (abi >= 6) {
    attributes.scoped = kScopeSocketAndSignal;
    size = sizeof(attributes);
  }
  return Fd(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
}

bool allow_reading(const Fd& ruleset, const std::filesystem::path& path) {
  const Fd target(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!target.valid()) return errno == ENOENT;  // absent: nothing to read there
  std::error_code ignored;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
  if (std::filesystem::is_directory(path, ignored))
    rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = target.get();
  return ::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool apply_landlock(const std::vector<std::filesystem::path>& readable) {
  const long abi = landlock_abi();
  if (abi < 1) return true;  // seccomp alone, see confinement()
  const Fd ruleset = create_ruleset(abi);
  if (!ruleset.valid()) return false;
  for (const auto& path : readable) {
    if (!allow_reading(ruleset, path)) return false;
  }
  return ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

// What parsing needs: memory, reading, threads, time.
constexpr auto kAllowedCalls = std::to_array<int>({
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(fcntl),
    SCMP_SYS(fadvise64),
    SCMP_SYS(readahead),
    SCMP_SYS(dup),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(lgetxattr),
    SCMP_SYS(fgetxattr),
    SCMP_SYS(getxattr),
    SCMP_SYS(llistxattr),
    SCMP_SYS(flistxattr),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(getrlimit),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(membarrier),
});

// What no parser ever calls: the sign of a take-over, so the child dies at once instead of trying
// on.
constexpr auto kFatalCalls = std::to_array<int>({
    SCMP_SYS(execve),         SCMP_SYS(execveat),
    SCMP_SYS(ptrace),         SCMP_SYS(socket),
    SCMP_SYS(connect),        SCMP_SYS(bind),
    SCMP_SYS(fork),           SCMP_SYS(vfork),
    SCMP_SYS(mount),          SCMP_SYS(bpf),
    SCMP_SYS(unshare),        SCMP_SYS(setns),
    SCMP_SYS(init_module),    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),     SCMP_SYS(process_vm_writev),
    SCMP_SYS(io_uring_setup), SCMP_SYS(keyctl),
    SCMP_SYS(userfaultfd),    SCMP_SYS(perf_event_open),
});

// Address sanitizers reserve terabytes, which would count as memory of ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// What the sanitizers' own code calls to learn whether memory is readable and where to report.
constexpr auto kSanitizerCalls = std::to_array<int>({SCMP_SYS(pipe2), SCMP_SYS(ioctl)});

bool add_rules(scmp_filter_ctx filter) {
  int failures = 0;
  for (int call : kAllowedCalls) failures |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  if constexpr (kSanitized) {
    for (int call : kSanitizerCalls) failures |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  }
  for (int call : kFatalCalls) failures |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0);
  // An allowed call with one condition on one argument.
  const auto allow_if = [&](int call, unsigned int argument, std::uint64_t mask,
                            std::uint64_t value) {
    const scmp_arg_cmp condition = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    failures |= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
  };
  // Threads only: a clone() that shares the thread group. glibc falls back to it when clone3 is
  // unknown.
  allow_if(SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
  failures |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // Opening for reading only; Landlock says where. openat2's flags are behind a pointer that no
  // filter can read, so it is allowed only where Landlock refuses writes.
  constexpr std::uint64_t kWriteFlags = O_ACCMODE | O_CREAT | O_TRUNC;
  allow_if(SCMP_SYS(openat), 2, kWriteFlags, O_RDONLY);
  allow_if(SCMP_SYS(open), 1, kWriteFlags, O_RDONLY);
  if (landlock_abi() >= 1)
    failures |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat2), 0);
  allow_if(SCMP_SYS(prlimit64), 2, ~std::uint64_t{0}, 0);  // asking, not setting
  return failures == 0;
}

bool apply_seccomp() {
  // libseccomp's context is a void*, which unique_ptr spells as a pointer to void.
  const std::unique_ptr<void, Closer<seccomp_release>> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  return filter != nullptr && add_rules(filter.get()) && seccomp_load(filter.get()) == 0;
}

void limit_resource(__rlimit_resource resource, std::uint64_t value) {
  rlimit limit{value, value};
  ::setrlimit(resource, &limit);
}

bool confine(const SandboxLimits& limits) {
  if (!kSanitized) limit_resource(RLIMIT_DATA, limits.memory_bytes);
  limit_resource(RLIMIT_CPU, limits.cpu_seconds);
  limit_resource(RLIMIT_CORE, 0);
  limit_resource(RLIMIT_FSIZE, limits.file_bytes);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return false;
  return apply_landlock(limits.readable) && apply_seccomp();
}

// Closes every descriptor from 3 on but the sorted `keep`.
void close_others(std::vector<int> keep) {
  std::ranges::sort(keep);
  unsigned int from = 3;
  for (int fd : keep) {
    const auto kept = static_cast<unsigned int>(fd);
    if (kept < from) continue;
    if (kept > from) ::syscall(SYS_close_range, from, kept - 1, 0);
    from = kept + 1;
  }
  ::syscall(SYS_close_range, from, ~0U, 0);
}

[[noreturn]] void end_on_terminate() noexcept {
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const std::bad_alloc&) {
      ::_exit(kExitNoMemory);
    } catch (...) {
      ::_exit(kExitException);
    }
  }
  ::_exit(kExitException);
}

[[noreturn]] void run_child(const SandboxLimits& limits, std::vector<int> keep, int channel,
                            pid_t parent, const std::function<int(int)>& body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kExitNotConfined);  // it has died before the line above
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(end_on_terminate);
  keep.push_back(channel);
  close_others(std::move(keep));
  if (!confine(limits)) ::_exit(kExitNotConfined);
  try {
    ::_exit(body(channel));
  } catch (...) {
    end_on_terminate();
  }
}

}  // namespace

Confinement confinement() {
  return landlock_abi() >= 1 ? Confinement::LandlockAndSeccomp : Confinement::SeccompOnly;
}

Result<Worker> Worker::start(const SandboxLimits& limits, const std::vector<int>& keep,
                             const std::function<int(int)>& body) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail_errno(errno, "socketpair");
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) run_child(limits, keep, theirs.get(), parent, body);
  return Worker(pid, std::move(ours));
}

Worker::Worker(Worker&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), channel_(std::move(other.channel_)) {}

Worker& Worker::operator=(Worker&& other) noexcept {
  if (this != &other) {
    kill_and_wait();
    pid_ = std::exchange(other.pid_, -1);
    channel_ = std::move(other.channel_);
  }
  return *this;
}

Worker::~Worker() { kill_and_wait(); }

void Worker::kill_and_wait() noexcept {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Status Worker::finish() {
  channel_.reset();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(status)) {
    switch (WEXITSTATUS(status)) {
      case 0:
        return {};
      case kExitNoMemory:
        return fail(ErrorCode::LimitExceeded, "it needs more memory than the parser may have",
                    "raise --max-memory");
      case kExitNotConfined:
        return fail(ErrorCode::Internal, "the parser could not be put into its sandbox");
      default:
        return fail(ErrorCode::Internal,
                    fmt::format("the parser ended with status {}", WEXITSTATUS(status)));
    }
  }
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU || signal == SIGKILL) {
    return fail(ErrorCode::LimitExceeded,
                "the parser was stopped: too much processor time or memory");
  }
  if (signal == SIGSYS) {
    return fail(ErrorCode::Internal,
                "the parser was stopped by its sandbox: the input may be an attack on it");
  }
  return fail(ErrorCode::Internal,
              fmt::format("the parser crashed (signal {}): the input is malformed "
                          "in a way that Corten does not foresee",
                          signal));
}

}  // namespace corten
