// What is particular to a person at a terminal: width, colour, a progress line, and clean messages.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/progress.h"
#include "cli/command.h"

namespace corten::cli {

// Looks at the descriptors, COLUMNS, NO_COLOR and TERM of this process.
[[nodiscard]] Context current_context();

// Is output to stdout coloured, given --color auto|always|never?
[[nodiscard]] bool use_color(const Context& context, const Arguments& arguments);

// A line on stderr that shows what is going on, from 0.3 s after the start, and is wiped at the end
// of its life. Without a terminal (or with --progress never or --quiet) nothing is ever shown.
[[nodiscard]] std::unique_ptr<Progress> make_progress(const Context& context,
                                                      const Arguments& arguments);

// Writes to stdout and flushes it, together with what was printed before. When the reader has gone
// (`| head`) the process ends as SIGPIPE ends others: quietly.
[[nodiscard]] Status write_output(std::string_view text);

// The same end, or the error, for a write to stdout that failed with `error_number`.
[[nodiscard]] Error output_error(int error_number);

// Wipes a progress line that is being shown; called by the handler of SIGINT, so it only writes.
void wipe_progress_line() noexcept;

}  // namespace corten::cli
