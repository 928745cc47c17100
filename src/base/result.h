// Errors as values: Result<T>, the closed set of error codes, and the two macros that pass errors
// upwards.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace corten {

// What the caller can do about it: picks the exit status and whether a retry makes sense.
enum class ErrorCode {
  Usage,             // the command line or a configuration file is wrong
  NotFound,          // a named thing does not exist
  PermissionDenied,  // it exists, and may not be read by this user
  InvalidInput,      // malformed, truncated or contradictory data
  LimitExceeded,     // a documented limit was reached; the input may be hostile
  Unavailable,       // a server or a network did not answer: a retry may help
  Unsupported,       // well-formed, but a format or version that Corten does not read
  Io,                // the operating system failed a read or write
  Cancelled,         // the user interrupted
  Internal,          // our own bug
};

struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;  // what failed, with values; one sentence without a full stop
  std::vector<std::string>
      context;            // pushed by callers on the way up, innermost first ("layer sha256:ab…")
  std::string hint = {};  // what the user can do, or empty

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                                 std::string hint = {}) {
  return std::unexpected(Error{code, std::move(message), {}, std::move(hint)});
}

// Returns `error` with one more line of context: where the caller was.
[[nodiscard]] inline std::unexpected<Error> in_context(Error error, std::string context) {
  error.context.push_back(std::move(context));
  return std::unexpected(std::move(error));
}

// One line: "outermost: …: innermost: message". Control characters are escaped; the hint is not
// part of it.
[[nodiscard]] std::string describe(const Error& error);

[[nodiscard]] const char* name_of(ErrorCode code);

}  // namespace corten

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` is a declaration, `tmp` a name; neither can stand
// in parentheses.
#define CORTEN_CONCAT_INNER(a, b) a##b
#define CORTEN_CONCAT(a, b) CORTEN_CONCAT_INNER(a, b)
#define CORTEN_TRY_IMPL(tmp, lhs, expr)                     \
  auto tmp = (expr);                                        \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  lhs = *std::move(tmp)
// CORTEN_TRY(auto value, expression): the value, or return its error. Not as the body of an
// unbraced `if`.
#define CORTEN_TRY(lhs, expr) CORTEN_TRY_IMPL(CORTEN_CONCAT(try_, __LINE__), lhs, expr)
// NOLINTEND(bugprone-macro-parentheses)
// CORTEN_CHECK(expression): return its error if it failed.
#define CORTEN_CHECK(expr)                                     \
  do {                                                         \
    if (auto check_result = (expr); !check_result) {           \
      return std::unexpected(std::move(check_result).error()); \
    }                                                          \
  } while (false)
