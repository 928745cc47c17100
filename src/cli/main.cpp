// The program's entry: signals, the command line, and the last line of defence against exceptions
// of libraries.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

#include "cli/command.h"
#include "cli/docker_plugin.h"
#include "cli/terminal.h"

namespace {

using namespace corten;
using namespace corten::cli;

void stop_at_once(int /*signal*/) {
  wipe_progress_line();
  // Sandboxed workers die with their parent (PR_SET_PDEATHSIG); temporary files are unlinked while
  // open.
  ::_exit(kExitInterrupted);
}

// A file that is opened later must not take the number of a standard stream that is closed: the
// report would be written into it. Opened the wrong way round, using the stream still fails.
void fill_standard_streams() {
  constexpr std::array kModes = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int fd = 0; fd < static_cast<int>(kModes.size()); ++fd) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (::open("/dev/null", kModes[static_cast<std::size_t>(fd)]) != fd)
      ::_exit(kExitIncomplete);  // nowhere to say why
  }
}

int run(std::vector<std::string> words) {
  if (const auto metadata = answer_docker_plugin(words)) {
    fmt::print("{}", *metadata);
    return kExitClean;
  }
  auto outcome = parse_command_line(words);
  if (!outcome) return report_error(outcome.error());
  if (const Reply* reply = std::get_if<Reply>(&*outcome)) {
    fmt::print(reply->status == kExitClean ? stdout : stderr, "{}", reply->text);
    return reply->status;
  }
  const Invocation& invocation = std::get<Invocation>(*outcome);
  return invocation.command->run(current_context(), invocation.arguments);
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams();
  ::signal(SIGINT, stop_at_once);
  ::signal(SIGTERM, stop_at_once);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    const int status = run({argv + 1, argv + argc});
    const Status written = write_output({});
    return written ? status : report_error(written.error());
  } catch (const std::system_error& error) {  // fmt::print, to a full disk or a closed pipe
    return report_error(output_error(error.code().value()));
  } catch (const std::exception& error) {
    fmt::print(stderr, "corten: internal error: {}\n", error.what());
    return kExitIncomplete;
  }
}
