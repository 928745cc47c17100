// lsp: the language server of `corten lint --lsp`, from bytes on standard input to diagnostics,
// pages on hover and quick fixes in an editor.
//
// The Language Server Protocol 3.17 over two descriptors. One thread reads messages and keeps the
// open documents (session.h); a second one lints (work_queue.h, judge.h) and answers what needs
// findings; a third one writes, so that a client that is slow to read stops nobody. A document that
// changes while it is linted is linted again, and what was found in the older text is dropped.
//
// Messages and documents are untrusted: whatever comes is answered with an error at worst. The
// rules, the configuration and the mending are those of room lint; nothing is written to disk, and
// nothing is run but what lint runs.
//
// To add a request: its parameters in protocol.h, a row in decode.cpp, and its answer in
// session.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "finding/check.h"
#include "lint/lint.h"

namespace corten::lsp {

// What a run of lint in `folder` is asked for: its options and the configuration files that are
// there now. Called before every run, from one thread at a time; it may change the working
// directory to `folder`, which is absolute. Paths, contents and kinds are filled in by the caller.
using Configure = std::function<Result<lint::LintRequest>(const std::string& folder)>;

struct ServerOptions {
  Configure configure;
  std::span<const Check> catalogue;  // for the pages; borrowed
  std::string version;               // of the program
  std::string folder;                // absolute; where the client names no workspace
  // How long a document must rest after a change before it is linted.
  std::chrono::milliseconds pause{80};
};

// Serves until the client says `exit` or closes `in_fd`. 0 when it had said `shutdown` before, else
// 1.
[[nodiscard]] int serve(const ServerOptions& options, int in_fd, int out_fd);

}  // namespace corten::lsp
