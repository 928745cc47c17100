// The parser of POSIX-like shells: recursive descent with a depth limit, never back-tracking over
// more than one construct.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/internal/input.h"
#include "shell/script.h"

namespace corten::shell {

// Words and signs that end a list of commands.
enum Stop : std::uint32_t {
  StopThen = 1,
  StopElse = 2,
  StopElif = 4,
  StopFi = 8,
  StopDo = 16,
  StopDone = 32,
  StopEsac = 64,
  StopBrace = 128,
  StopParen = 256,
  StopCaseEnd = 512,
};
using Stops = std::uint32_t;

enum class WordPlace { Argument, Value, Pattern, Test, Regex, Delimiter };

class Parser {
 public:
  Parser(Script& out, Options initial) : out_(out), options_(initial) {}

  void run();

 private:
  // What surrounds the command being parsed.
  struct Context {
    std::uint32_t compound = kNone;
    Enclosing enclosing;
    std::uint32_t subshell_depth = 0;
    bool in_condition = false;
    bool nested_script = false;
    bool uncertain = false;  // inside a branch, loop, function, subshell
  };
  struct PendingHeredoc {
    bool compound = false;
    std::uint32_t owner = 0;
    std::uint32_t redirection = 0;
    std::string delimiter;
    bool strip_tabs = false;
    bool expands = false;
  };
  struct HeredocBody {
    bool compound = false;
    std::uint32_t owner = 0;
    std::uint32_t redirection = 0;
    Range body;
    std::vector<VariableReference> variables;
  };
  struct WordState;
  class Nest;

  // characters
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < end_ ? in_->chars[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool at_end() const { return at_ >= end_; }
  [[nodiscard]] bool looking_at(std::string_view text) const {
    return !at_end() && in_->chars.substr(at_, end_ - at_).starts_with(text);
  }
  [[nodiscard]] std::size_t continuation() const;  // length of a backslash-newline here, or 0
  void skip_blanks();
  [[nodiscard]] bool at_newline() const;
  void take_newline();
  bool skip_newlines();  // and blanks and comments; whether a newline was seen
  [[nodiscard]] std::string_view bare_word() const;
  void problem(ProblemCode code, std::size_t begin, std::size_t end);
  void give_up(ProblemCode code);

  // grammar.cpp: lists and pipelines
  bool list(Stops stops);  // whether it held any command
  [[nodiscard]] Stops stop_here() const;
  void stray(Stops stop);
  Connector list_item(Connector before, Stops stops);
  [[nodiscard]] bool command_missing() const;
  [[nodiscard]] Connector and_or_ahead() const;
  Connector list_connector(Stops stops);
  std::uint32_t pipeline(Stops stops, Connector before, std::uint32_t list_id);
  void pipeline_prefix(Pipeline& pipe);
  void element(Stops stops, Pipeline& pipe);
  void link(std::uint32_t pipeline_index, const std::vector<Connector>& pipes);
  void set_after(std::uint32_t pipeline_index, Connector after);

  // compounds.cpp
  [[nodiscard]] std::optional<Compound::Kind> compound_ahead() const;
  std::uint32_t compound(Compound::Kind kind, Stops stops);  // its index
  void compound_body(Compound::Kind kind, Stops stops, std::uint32_t index);
  void if_clause(Stops stops);
  void loop(Stops stops);
  void for_clause(Stops stops, std::uint32_t index);
  void for_words(std::uint32_t index);
  void for_expressions();
  void do_group(Stops stops, std::size_t opener);
  void case_clause(Stops stops, std::uint32_t index);
  void case_item(Stops stops, std::uint32_t index);
  void group(Stops stops, char close);
  void function(Stops stops, std::uint32_t index);
  void condition(Stops stops, std::size_t opener);
  void body(Stops stops, std::size_t opener);
  bool expect(std::string_view word, ProblemCode code, std::size_t opener);
  [[nodiscard]] bool function_ahead() const;

  // simple.cpp: simple commands
  std::uint32_t simple_command();  // its index
  [[nodiscard]] bool command_step(Command& command, std::uint32_t index);
  [[nodiscard]] bool assignment_ahead() const;
  void assignment(Command& command, std::uint32_t index);
  void array(Word& value, std::vector<Word>* elements, Enclosing enclosing);
  void argument(Command& command, std::uint32_t index);
  void test_command(Command& command, std::uint32_t index);
  std::uint32_t arithmetic_command();
  [[nodiscard]] bool redirection_ahead() const;
  void redirection(std::vector<Redirection>& into, bool of_compound, std::uint32_t owner);

  // definitions.cpp: what a finished command sets
  void finished(std::uint32_t index);
  void definitions_of(std::uint32_t index);
  void declared(std::uint32_t index);
  void read_names(std::uint32_t index);
  void set_options(const Command& command);
  void define(std::string_view name, Definition::How how, Range range,
              std::uint32_t command = kNone, std::size_t at = kNone);

  // heredoc.cpp
  void read_heredocs();
  void read_heredoc(const PendingHeredoc& pending);
  void heredoc_expansions(const PendingHeredoc& pending, HeredocBody& body, std::size_t end);
  void heredoc_script(const PendingHeredoc& pending, std::size_t begin, std::size_t end);
  void finish_heredocs();

  // words.cpp
  Word word(WordPlace place, Enclosing enclosing);
  bool word_step(WordState& state);
  void single_quoted(WordState& state);
  void dollar_single_quoted(WordState& state);
  void double_quoted(WordState& state);
  void inside_double_quotes(WordState& state, std::size_t opener);
  void escape(WordState& state);
  void glob_or_bare(WordState& state);
  void brace_mark(WordState& state);
  void extended_glob(WordState& state);
  void process_substitution(WordState& state);
  void finish(WordState& state);

  // expansions.cpp
  bool expansion(WordState& state, bool quoted);  // false: the $ stands for itself
  void parameter(WordState& state, bool quoted);
  [[nodiscard]] bool parameter_name(VariableReference& made);
  [[nodiscard]] std::string_view operation_ahead() const;
  void parameter_argument(WordState& state, VariableReference& made, bool quoted);
  void argument_quotes(WordState& state, VariableReference& made);
  void argument_expansion(WordState& state, VariableReference& made, bool quoted);
  void subscript(WordState& state);
  void simple_variable(WordState& state, bool quoted, std::size_t length);
  void command_substitution(WordState& state, Substitution::Kind kind, bool quoted);
  void backtick(WordState& state, bool quoted);
  void arithmetic(WordState& state, bool quoted, std::size_t opener_size, std::string_view closer);
  void skim_arithmetic(WordState& state, std::string_view closer);
  [[nodiscard]] bool arithmetic_ahead(std::size_t from) const;
  void add_variable(WordState& state, VariableReference made);
  void add_substitution(WordState& state, Substitution made);

  // nested.cpp: strings that are scripts
  void nested_scripts(std::uint32_t index);
  void nested_shell(std::uint32_t index, std::size_t name_index);
  void nested_word(std::uint32_t index, std::size_t word, Options options);
  void run_nested(const Decoded& decoded, const Context& context, Options options);
  [[nodiscard]] Decoded decode(Range range) const;

  Script& out_;
  Options options_;
  const Input* in_ = nullptr;
  std::size_t at_ = 0;
  std::size_t end_ = 0;  // at most the size of in_->chars
  Context context_;
  std::size_t depth_ = 0;
  std::size_t words_ = 0;
  std::size_t nested_ = 0;        // nested scripts around this place
  std::size_t nested_bytes_ = 0;  // copied for nested scripts so far
  std::uint32_t lists_ = 0;
  bool gave_up_ = false;
  std::vector<PendingHeredoc> pending_;
  std::vector<HeredocBody> bodies_;
};

// Saves what a nested construct changes, and counts the depth.
class Parser::Nest {
 public:
  [[nodiscard]] explicit Nest(Parser& parser) : parser_(parser), saved_(parser.context_) {
    ++parser_.depth_;
  }
  ~Nest() {
    --parser_.depth_;
    parser_.context_ = saved_;
  }
  Nest(const Nest&) = delete;
  Nest& operator=(const Nest&) = delete;

  // Whether one may go on; gives the whole script up if not.
  [[nodiscard]] bool allowed() const {
    if (parser_.depth_ <= kMaxNesting) return true;
    parser_.give_up(ProblemCode::TooDeep);
    return false;
  }

 private:
  Parser& parser_;
  Context saved_;
};

// A word being built.
struct Parser::WordState {
  Word word;
  WordPlace place = WordPlace::Argument;
  Enclosing enclosing;  // for commands inside it
  std::size_t begin = 0;
  std::size_t bare_from = 0;  // where the open bare part begins
  bool bare_open = false;
  bool unsplit = false;        // expansions here are not split
  std::size_t hidden = 0;      // depth inside ${…} and $((…)): nothing there shows in `text`
  std::size_t parens = 0;      // open in a Regex
  std::size_t brace_seen = 0;  // no { before this place begins a list

  void close_bare(const Input& in, std::size_t at);
  void open_bare(std::size_t at);
  void part(const Input& in, Part::Kind kind, std::size_t from, std::size_t to);
};

}  // namespace corten::shell
