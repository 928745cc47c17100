// A shell script, parsed as far as lint rules need it.
//
// All positions are byte offsets into the text that was parsed. Words of strings that are scripts
// themselves (`sh -c "…"`, backticks) also have the positions that they have in that text.
//
// Grammar: POSIX.1-2017 XCU 2, with bash's and ash's extensions always accepted; the dialect
// decides only where the same text means different things. spell.h tells what a dialect lacks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corten::shell {

inline constexpr std::size_t kMaxScriptBytes = std::size_t{1} << 20U;  // what follows is not parsed
inline constexpr std::size_t kMaxNesting = 64;    // compounds, substitutions, nested scripts
inline constexpr std::size_t kMaxWords = 50'000;  // with expansions and compounds; then it ends
inline constexpr std::size_t kMaxProblems = 200;  // further ones are dropped
inline constexpr std::size_t kMaxResolvedBytes = 4096;
inline constexpr std::uint32_t kNone = 0xffff'ffff;  // "no such index"

enum class Dialect { Sh, Dash, Bash, Ash, Ksh, Zsh, Cmd, PowerShell };

// The dialect of a program as SHELL or `#!` names it ("/bin/bash", "pwsh.exe"); nullopt for a
// program that is no shell.
[[nodiscard]] std::optional<Dialect> dialect_of(std::string_view program);
[[nodiscard]] bool is_posix_like(Dialect dialect);  // neither Cmd nor PowerShell

struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // one past the last byte
  bool operator==(const Range&) const = default;
};

// ---- words --------------------------------------------------------------------------------------

struct VariableReference {
  std::string name;       // "HOME", "1", "@"; for arrays without the subscript
  std::string operation;  // what follows the name within braces, at most 3 bytes: ":-", "##", "[";
                          // or before it: "#" (length), "!" (indirect); empty for $x and ${x}
  std::string argument;   // of the operation, quotes removed, expansions as in Word::text
  Range range;            // with the $ and braces
  std::uint32_t at =
      kNone;            // where its `${NAME}` begins in Word::text; kNone inside ${…} or $((…))
  bool quoted = false;  // in double quotes, or in a place that is not split (assignment, [[ ]])
  bool operator==(const VariableReference&) const = default;
};

struct Substitution {
  enum class Kind { Command, Backtick, Arithmetic, ProcessInput, ProcessOutput };
  Kind kind = Kind::Command;
  Range range;
  bool quoted = false;
  std::uint32_t first_command = 0;  // its commands are [first_command, end_command) of the script
  std::uint32_t end_command = 0;
  bool operator==(const Substitution&) const = default;
};

// A piece of a word that is not a single bare literal.
struct Part {
  enum class Kind { Bare, Escaped, SingleQuoted, DollarSingleQuoted, DoubleQuoted, Expansion };
  Kind kind = Kind::Bare;
  Range range;
  bool operator==(const Part&) const = default;
};

enum class Quoting { None, Partly, Fully };

struct Word {
  Range range;
  // Quotes and escapes removed. Variables are `${NAME}` however they were written; a command or
  // process substitution or arithmetic is `${VAR}`.
  std::string text;
  Quoting quoting = Quoting::None;
  bool literal = true;              // no variable and no substitution: `text` is the value
  bool unquoted_expansion = false;  // a variable or command substitution that would be split
  bool glob = false;                // an unquoted * ? or [
  bool tilde = false;               // begins with an unquoted ~
  bool brace = false;               // an unquoted {a,b} or {1..3}
  std::vector<VariableReference> variables;
  std::vector<Substitution> substitutions;
  std::vector<Part> parts;  // top level only; empty for one bare literal
};

// ---- commands -----------------------------------------------------------------------------------

struct Assignment {
  std::string name;
  bool append = false;  // name+=value
  bool array = false;   // name=(…): see `elements`, the value's text is empty
  Range range;          // name, operator and value
  Word value;
  std::vector<Word> elements;  // of an array
};

struct Redirection {
  std::int32_t fd = -1;  // as written; -1 if none is
  std::string op;        // "<" ">" ">>" ">|" "<>" "<&" ">&" "&>" "&>>" "<<" "<<-" "<<<"
  Word target;           // of a here-document: its delimiter
  Range range;
  Range body;                 // of a here-document, without the delimiter's line
  bool body_expands = false;  // delimiter was not quoted
  std::vector<VariableReference> body_variables;
};

// How two neighbours are joined.
enum class Connector { None, And, Or, Sequence, Newline, Pipe, PipeBoth, Background };

enum class Option : std::uint32_t {
  ErrExit = 1,
  NoUnset = 2,
  PipeFail = 4,
  XTrace = 8,
  NoGlob = 16,
  NoExec = 32,
  Verbose = 64,
  AllExport = 128,
};

// The `set` options in effect.
struct Options {
  std::uint32_t bits = 0;
  [[nodiscard]] bool has(Option option) const {
    return (bits & static_cast<std::uint32_t>(option)) != 0;
  }
  void put(Option option, bool on);
  bool operator==(const Options&) const = default;
};

// The options that the words of a SHELL or `#!` turn on: {"/bin/bash", "-eo", "pipefail", "-c"}.
[[nodiscard]] Options options_of(std::span<const std::string> shell_words);

// Where a command stands that is inside another one.
struct Enclosing {
  enum class Place {
    None,
    Word,          // $(…), `…`, <(…) in words[index] of `command`
    Assignment,    // in the value of assignments[index]
    Redirection,   // in redirections[index], or in its here-document
    Compound,      // in a word of compounds[command]: `for x in $(…)`
    Script,        // words[index] is a script: sh -c "…", eval "…", su -c "…"
    HeredocScript  // the here-document redirections[index] is the script of a shell: sh <<EOF
  };
  Place place = Place::None;
  std::uint32_t command = kNone;
  std::uint32_t index = kNone;
  bool operator==(const Enclosing&) const = default;
};

// A simple command; `[[ … ]]` and `(( … ))` count as commands of the names "[[" and "((".
struct Command {
  Range range;  // with assignments and redirections
  std::vector<Assignment> assignments;
  std::vector<Word> words;  // the first is the name; none for bare assignments
  std::vector<Redirection> redirections;
  Connector before = Connector::None;  // to the neighbours in the same list
  Connector after = Connector::None;
  std::uint32_t pipeline = kNone;  // index into Script::pipelines
  std::uint32_t position = 0;      // in that pipeline
  std::uint32_t compound = kNone;  // the innermost one around it
  Enclosing enclosing;
  std::uint32_t subshell_depth = 0;  // ( ), $( ), pipelines not counted
  std::uint32_t seen_name = 0;       // of `words`: the name behind sudo, env, …: see seen_through()
  bool negated = false;              // its pipeline begins with !
  bool in_condition = false;         // of if, while, until
  bool nested_script = false;        // inside the string of sh -c, eval, …
  Options options;                   // in effect when it runs

  [[nodiscard]] std::string_view name() const {
    return words.empty() ? std::string_view{} : words.front().text;
  }
};

struct Compound {
  enum class Kind { If, While, Until, For, Select, Case, Brace, Subshell, Function };
  Kind kind = Kind::Brace;
  Range range;
  std::vector<Word> words;  // for: the list; case: the subject, then the patterns
  std::string name;         // of the function, or of the variable of for
  std::vector<Redirection> redirections;
  Connector before = Connector::None;
  Connector after = Connector::None;
  std::uint32_t pipeline = kNone;
  std::uint32_t position = 0;
  std::uint32_t parent = kNone;  // the compound around this one
  Enclosing enclosing;
  std::uint32_t first_command = 0;  // its commands are [first_command, end_command)
  std::uint32_t end_command = 0;
};

struct Pipeline {
  struct Element {
    bool compound = false;  // index into compounds, else into commands
    std::uint32_t index = 0;
  };
  Range range;
  std::vector<Element> elements;
  bool negated = false;
  Connector before = Connector::None;  // to the neighbours in the same list; never Pipe
  Connector after = Connector::None;
  std::uint32_t list = 0;  // pipelines joined by && and || share this number
};

// Where a variable gets a value.
struct Definition {
  enum class How { Assigned, Appended, Prefix, Declared, Loop, Read };  // Prefix: `X=1 command`
  std::string name;
  How how = How::Assigned;
  Range range;
  std::uint32_t command = kNone;  // with `assignment` the place of the value; kNone if unknown
  std::uint32_t assignment =
      kNone;            // index of assignments; of words for Declared, compounds for Loop
  bool certain = true;  // runs for sure, and in the shell of the script itself
};

// ---- problems -----------------------------------------------------------------------------------

enum class ProblemCode {
  UnclosedSingleQuote,
  UnclosedDoubleQuote,
  UnclosedSubstitution,
  UnclosedBacktick,
  UnclosedParameter,
  UnclosedArithmetic,
  UnclosedHeredoc,
  UnclosedTest,
  UnclosedArray,
  MissingThen,
  MissingFi,
  MissingDo,
  MissingDone,
  MissingIn,
  MissingEsac,
  MissingBrace,
  MissingParen,
  EmptyBody,
  UnexpectedWord,
  UnexpectedOperator,
  MissingCommand,
  MissingTarget,
  BadParameter,
  TooDeep,
  TooLong,
};

struct Problem {
  ProblemCode code = ProblemCode::UnexpectedWord;
  Range range;
  bool operator==(const Problem&) const = default;
};

[[nodiscard]] std::string_view describe(ProblemCode code);  // "`then` is missing"

// ---- the script ---------------------------------------------------------------------------------

// Gives the value of a variable that the script itself does not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Script {
  std::string text;  // a copy: a Script borrows nothing
  Dialect dialect = Dialect::Sh;
  std::vector<Command> commands;  // in order of appearance
  std::vector<Compound> compounds;
  std::vector<Pipeline> pipelines;
  std::vector<Definition> definitions;  // sorted by name, then position
  std::vector<Range> comments;          // with the #
  std::vector<Problem> problems;

  // The bytes of `range` as written; borrows from this script.
  [[nodiscard]] std::string_view raw(Range range) const;

  // The value of `word` if everything in it is literal, assigned before it for certain in this
  // script, or known to `lookup`; at most kMaxResolvedBytes.
  [[nodiscard]] std::optional<std::string> resolve(const Word& word,
                                                   const Lookup& lookup = {}) const;

  [[nodiscard]] bool has_function(std::string_view name) const;
};

// Never fails: see Script::problems. `initial` are the options that SHELL turns on.
[[nodiscard]] Script parse(std::string_view text, Dialect dialect = Dialect::Sh,
                           Options initial = {});

}  // namespace corten::shell
