#include "cli/terminal.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "base/text.h"

namespace corten::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kWipe = "\r\x1b[K";
constexpr auto kFirstShown = std::chrono::milliseconds{300};
constexpr auto kInterval = std::chrono::milliseconds{100};

// Set while a line stands on the terminal; a signal handler reads it.
std::atomic<bool>& line_is_shown() {
  static std::atomic<bool> shown{false};
  return shown;
}

std::size_t environment_width() {
  const char* columns = std::getenv("COLUMNS");
  return columns == nullptr ? 0 : parse_number<std::size_t>(columns).value_or(0);
}

std::size_t width_of_terminal() {
  if (const std::size_t columns = environment_width(); columns != 0) return columns;
  winsize size{};
  for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  }
  return 80;
}

class ProgressLine final : public Progress {
 public:
  ProgressLine() : started_(SteadyClock::now()), stage_started_(started_), shown_at_(started_) {}
  ~ProgressLine() override { wipe_progress_line(); }

  void stage(std::string_view what, std::uint64_t total) override {
    what_ = printable(what);
    total_ = total;
    done_ = 0;
    stage_started_ = SteadyClock::now();
    show();
  }

  void advance(std::uint64_t amount) override {
    done_ += amount;
    show();
  }

 private:
  void show() {
    const auto now = SteadyClock::now();
    if (now - started_ < kFirstShown || now - shown_at_ < kInterval) return;
    shown_at_ = now;
    const std::string line =
        fmt::format("{}  {}", kWipe, ellipsized(describe_stage(now), width_of_terminal() - 3));
    line_is_shown() = true;
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
  }

  [[nodiscard]] std::string describe_stage(SteadyClock::time_point now) const {
    if (total_ == 0) return done_ == 0 ? what_ : fmt::format("{}  {}", what_, format_size(done_));
    constexpr std::size_t kBar = 20;
    const double part = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto full = static_cast<std::size_t>(part * static_cast<double>(kBar));
    std::string bar;
    for (std::size_t i = 0; i < kBar; ++i) bar += i < full ? "━" : i == full ? "╸" : " ";
    const double seconds = std::chrono::duration<double>(now - stage_started_).count();
    if (seconds < 0.2 || part <= 0) return fmt::format("{}  {}", what_, bar);
    const double rate = static_cast<double>(done_) / seconds;
    return fmt::format("{}  {}  {}/s  {:.1f} s left", what_, bar,
                       format_size(static_cast<std::uint64_t>(rate)),
                       static_cast<double>(total_ - std::min(done_, total_)) / rate);
  }

  SteadyClock::time_point started_;
  SteadyClock::time_point stage_started_;
  SteadyClock::time_point shown_at_;
  std::string what_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
};

}  // namespace

Context current_context() {
  Context context;
  context.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  context.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  context.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  context.no_color = (no_color != nullptr && *no_color != '\0') ||
                     (term != nullptr && std::string_view(term) == "dumb");
  if (context.stdout_is_terminal || environment_width() != 0)
    context.terminal_width = width_of_terminal();
  return context;
}

bool use_color(const Context& context, const Arguments& arguments) {
  const std::string choice = arguments.get("color").value_or("auto");
  if (choice != "auto") return choice == "always";
  return context.stdout_is_terminal && !context.no_color && !arguments.has("output");
}

std::unique_ptr<Progress> make_progress(const Context& context, const Arguments& arguments) {
  const std::string choice = arguments.get("progress").value_or("auto");
  const bool wanted =
      choice == "auto" ? context.stderr_is_terminal && !arguments.has("quiet") : choice == "always";
  if (wanted) return std::make_unique<ProgressLine>();
  return std::make_unique<NoProgress>();
}

Error output_error(int error_number) {
  if (error_number == EPIPE) {
    ::signal(SIGPIPE, SIG_DFL);
    ::raise(SIGPIPE);
  }
  return {ErrorCode::Io,
          fmt::format("cannot write to standard output: {}",
                      std::generic_category().message(error_number)),
          {},
          {}};
}

Status write_output(std::string_view text) {
  errno = 0;
  const bool is_written =
      text.empty() || std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return {};
  return std::unexpected(output_error(errno));
}

void wipe_progress_line() noexcept {
  if (!line_is_shown().exchange(false)) return;
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kWipe.data(), kWipe.size());
}

}  // namespace corten::cli
