// The tree of a Dockerfile. All views and spans borrow from the Dockerfile that holds them and stay
// valid when it is moved.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/source.h"

namespace corten::dockerfile {

inline constexpr std::uint32_t kNone = UINT32_MAX;

enum class Keyword : std::uint8_t {
  Unknown,
  Add,
  Arg,
  Cmd,
  Copy,
  Entrypoint,
  Env,
  Expose,
  From,
  Healthcheck,
  Label,
  Maintainer,
  Onbuild,
  Run,
  Shell,
  Stopsignal,
  User,
  Volume,
  Workdir,
};
[[nodiscard]] std::string_view name_of(Keyword keyword);         // "RUN"; "" for Unknown
[[nodiscard]] Keyword keyword_from_name(std::string_view name);  // in any case

enum class Form : std::uint8_t { Shell, Exec };  // Exec: a JSON array of strings

// From `logical` on, up to the next segment, bytes come one by one from the source at `source`.
struct Segment {
  std::uint32_t logical = 0;
  std::uint32_t source = 0;
};

// Text as BuildKit sees it: continued lines joined, comments and empty lines between them gone.
struct LogicalText {
  std::string_view text;
  std::span<const Segment> segments;  // of the whole joined line, ascending
  std::uint32_t base = 0;             // where `text` begins in that line

  // Offset in the source of the byte at `offset` of `text`; for text.size(), the place after its
  // last byte. O(log segments).
  [[nodiscard]] std::uint32_t source_at(std::size_t offset) const;
  [[nodiscard]] Range source_range(std::size_t begin, std::size_t end) const;
  [[nodiscard]] Range range() const { return source_range(0, text.size()); }
  [[nodiscard]] LogicalText part(std::size_t begin, std::size_t end) const;  // clipped
};

// One argument. In shell form its text is as written (quotes, escapes and variables kept), in exec
// form the decoded JSON string; the range then includes the quotes.
struct Word {
  std::string_view text;
  Range range;
};

// "--name=value" before the arguments.
struct Flag {
  std::string_view name;                  // without "--"
  std::optional<std::string_view> value;  // quotes and backslashes resolved
  Range range;
  Range name_range;   // with "--"
  Range value_range;  // raw, with quotes; empty without a value
};

// One "key=value" of ENV, LABEL and ARG; an ARG may lack the value.
struct Pair {
  std::string_view key;                   // as written, with quotes
  std::optional<std::string_view> value;  // as written, with quotes
  Range range;
  Range key_range;
  Range value_range;
  bool legacy = false;  // "ENV key value"
};

struct Heredoc {
  std::string_view delimiter;  // quotes removed
  std::uint32_t fd = 0;        // of "3<<EOF"; 0 when none is written
  bool expand = true;          // false: some of the delimiter is quoted
  bool strip_tabs = false;     // "<<-"
  Range operator_range;        // "<<-'EOF'" in the instruction
  Range body;                  // raw, with its last newline
  Range terminator;            // the delimiter on its own line, without tabs and newline
  // The body as it is used: leading tabs gone for "<<-".
  LogicalText content;
};

struct Instruction {
  Keyword keyword = Keyword::Unknown;
  Form form = Form::Shell;
  bool broken = false;      // an error is about it; what follows may be incomplete
  std::uint32_t index = 0;  // in Dockerfile::instructions; a nested one has that of its outer
  std::string_view name;    // the keyword as written
  Range keyword_range;
  Range range;  // from the keyword to the end, here-documents included, no newline
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;       // with here-documents
  std::uint32_t header_line = 0;     // the last one without here-documents
  std::uint32_t empty_line = 0;      // the first empty line inside the continuation, or 0
  std::uint32_t comments_begin = 0;  // Dockerfile::comments between the instruction before and
  std::uint32_t comments_end = 0;    // this one (not those inside it)
  std::span<const Flag> flags;
  // FROM, EXPOSE, ADD, COPY, VOLUME: the words. Exec form: the strings. HEALTHCHECK: its type.
  // All others in shell form: one word, the whole of `text`; none if that is empty.
  std::span<const Word> words;
  std::span<const Pair> pairs;        // ENV, LABEL, ARG
  std::span<const Heredoc> heredocs;  // RUN, COPY, ADD, and ONBUILD of them
  LogicalText text;                   // all after the keyword and the flags
  // RUN in shell form: what the shell is given: `text`, or the body of the only here-document, or
  // `text` followed by all bodies with their delimiters.
  LogicalText script;
  // ONBUILD: the trigger. HEALTHCHECK CMD: the command, as a CMD instruction.
  const Instruction* nested = nullptr;

  [[nodiscard]] const Flag* flag(std::string_view wanted) const;  // the first, or nullptr
  // The value of that flag; empty without it.
  [[nodiscard]] std::string_view flag_value(std::string_view wanted) const;
};

// "# key=value" at the very top.
struct Directive {
  std::string_view name;   // as written; compare in lower case: syntax, escape, check
  std::string_view value;  // without blanks around it
  Range range;             // from the comment sign to the end of the line
  Range value_range;
  std::uint32_t line = 0;
};

struct Comment {
  std::string_view text;  // after the "#", without blanks around it
  Range range;            // from the "#" to the end of the line
  std::uint32_t line = 0;
  bool inside = false;     // between the lines of a continued instruction
  std::uint32_t next = 0;  // index of the instruction after it, or of the one around it
};

enum class ErrorKind : std::uint8_t {
  NotText,         // NUL bytes or UTF-16
  LimitExceeded,   // a limit of parse.h
  NoInstructions,  // nothing but comments and blanks
  BadDirective,    // repeated, or an escape that is neither \ nor `
  UnknownInstruction,
  MissingArgument,
  TooManyArguments,
  BadArgument,
  BadFlag,  // unknown, repeated, with a value that it does not take, or without one
  BadStageName,
  BadHeredoc,
  UnterminatedHeredoc,
};

inline constexpr std::string_view kSyntaxErrorId = "DL1000";

// What keeps BuildKit from building the file.
struct SyntaxError {
  ErrorKind kind = ErrorKind::BadArgument;
  std::string message;  // one sentence, without a full stop
  std::string hint;     // what to write instead, or empty
  Range range;
  Position position;                  // of range.begin
  std::uint32_t instruction = kNone;  // index, if it is about one
};

struct Dockerfile {
  Source source;
  char escape = '\\';
  std::vector<Directive> directives;
  std::vector<Comment> comments;  // without the directives; those inside instructions too
  std::vector<Instruction> instructions;
  std::vector<SyntaxError> errors;  // by position
  // "# syntax=" names a frontend that reads something else than Dockerfiles: then only limits are
  // errors.
  bool has_foreign_syntax = false;
  bool truncated = false;  // a limit was reached: the tree does not cover the whole file
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;  // of all spans and joined texts
};

// The source again, written from the tree: what stands between its parts must be blank, and is
// copied. Shows that no byte got lost; empty if the tree is truncated.
[[nodiscard]] std::string print(const Dockerfile& file);

}  // namespace corten::dockerfile
