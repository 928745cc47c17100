#include "shell/internal/windows.h"

#include <algorithm>
#include <utility>

#include "shell/internal/input.h"

namespace corten::shell {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Splits one script into commands and words. Both languages share everything but quotes, escapes
// and variables.
class WindowsParser {
 public:
  explicit WindowsParser(Script& out)
      : out_(out),
        text_(std::string_view(out.text).substr(0, kMaxScriptBytes)),
        power_(out.dialect == Dialect::PowerShell) {}

  void run() {
    while (!at_end() && words_ <= kMaxWords) step();
    finish_command(Connector::None);
    if (words_ > kMaxWords || out_.text.size() > text_.size()) {
      out_.problems.push_back({ProblemCode::TooLong, here(0)});
    }
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] char escape() const { return power_ ? '`' : '^'; }
  [[nodiscard]] Range here(std::size_t length) const { return range(at_, at_ + length); }
  static Range range(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void step() {
    const char c = peek();
    if (is_blank(c)) {
      ++at_;
    } else if (c == escape() && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
      at_ += peek(1) == '\n' ? 2U : 3U;
    } else if (power_ && c == '#') {
      comment();
    } else if (!separator()) {
      word();
    }
  }

  void comment() {
    const bool block = at_ != 0 && text_[at_ - 1] == '<';
    const std::size_t close = block ? text_.find("#>", at_) : text_.find('\n', at_);
    const std::size_t end = std::min(close, text_.size());
    out_.comments.push_back(range(at_, end));
    at_ = end;
  }

  // Takes an operator between commands, if one is here.
  bool separator() {
    const char c = peek();
    const char next = peek(1);
    if (c == '\n') return take(1, Connector::Newline);
    if (c == '&' && next == '&') return take(2, Connector::And);
    if (c == '|' && next == '|') return take(2, Connector::Or);
    if (c == '|') return take(1, Connector::Pipe);
    if (c == '&' && !power_) return take(1, Connector::Sequence);
    if (c == '&') {  // PowerShell's call operator: what follows is the name
      ++at_;
      return true;
    }
    if (c == ';' && power_) return take(1, Connector::Sequence);
    if (c == '(' || c == ')' || (power_ && (c == '{' || c == '}'))) return group(c);
    if (!power_ && c == '@') {  // echo off for this command
      ++at_;
      return true;
    }
    return redirection();
  }

  bool group(char c) {
    const bool opens = c == '(' || c == '{';
    if (!opens || command_.words.empty() || power_) finish_command(Connector::None);
    depth_ += opens ? 1U : 0U;
    if (!opens && depth_ > 0) --depth_;
    ++at_;
    return true;
  }

  bool redirection() {
    std::size_t ahead = is_digit(peek()) ? 1U : 0U;
    if (peek(ahead) != '>' && (peek(ahead) != '<' || power_)) return false;
    Redirection made;
    if (ahead == 1) made.fd = peek() - '0';
    const std::size_t begin = at_;
    at_ += ahead;
    while (peek() == '>' || peek() == '<' || peek() == '&') {
      made.op.push_back(peek());
      ++at_;
    }
    while (is_blank(peek())) ++at_;
    made.target = read_word();
    made.range = range(begin, at_);
    note_place(begin);
    command_.redirections.push_back(std::move(made));
    return true;
  }

  bool take(std::size_t length, Connector connector) {
    at_ += length;
    finish_command(connector);
    return true;
  }

  void note_place(std::size_t begin) {
    if (command_.words.empty() && command_.redirections.empty()) {
      command_.range.begin = static_cast<std::uint32_t>(begin);
    }
    command_.range.end = static_cast<std::uint32_t>(at_);
  }

  void word() {
    const std::size_t begin = at_;
    Word made = read_word();
    if (at_ == begin) {
      ++at_;
      return;
    }
    note_place(begin);
    command_.words.push_back(std::move(made));
  }

  [[nodiscard]] bool ends_word(char c) const {
    constexpr std::string_view kBoth = " \t\r\n&|<>()";
    return kBoth.find(c) != std::string_view::npos ||
           (power_ && (c == ';' || c == '{' || c == '}'));
  }

  Word read_word() {
    ++words_;
    Word made;
    const std::size_t begin = at_;
    std::size_t quoted = 0;
    std::size_t pieces = 0;
    while (!at_end() && !ends_word(peek())) {
      const char c = peek();
      const bool quote = c == '"' || (power_ && c == '\'');
      ++pieces;
      if (quote) {
        ++quoted;
        quotes(made);
      } else if (c == escape() && at_ + 1 < text_.size()) {
        if (peek(1) == '\n') break;
        made.text.push_back(peek(1));
        at_ += 2;
      } else if (!variable(made, false)) {
        made.text.push_back(c);
        ++at_;
      }
    }
    if (quoted != 0) made.quoting = quoted == pieces ? Quoting::Fully : Quoting::Partly;
    made.range = range(begin, at_);
    return made;
  }

  void quotes(Word& made) {
    const std::size_t opener = at_;
    const char quote = peek();
    ++at_;
    while (!at_end()) {
      if (peek() == quote && power_ && peek(1) == quote) {  // doubled: the quote itself
        made.text.push_back(quote);
        at_ += 2;
      } else if (peek() == quote) {
        ++at_;
        return;
      } else if (power_ && quote == '"' && peek() == '`' && at_ + 1 < text_.size()) {
        made.text.push_back(peek(1));
        at_ += 2;
      } else if (!power_ && peek() == '\\' && peek(1) == '"') {
        made.text.push_back('"');
        at_ += 2;
      } else if (quote == '\'' || !variable(made, true)) {
        made.text.push_back(peek());
        ++at_;
      }
    }
    const auto code =
        quote == '"' ? ProblemCode::UnclosedDoubleQuote : ProblemCode::UnclosedSingleQuote;
    if (out_.problems.size() < kMaxProblems)
      out_.problems.push_back({code, range(opener, opener + 1)});
  }

  // Takes %NAME% and !NAME! of cmd, $name, ${name} and $env:NAME of PowerShell.
  bool variable(Word& made, bool quoted) {
    std::size_t length = 0;
    std::string_view name;
    if (power_) {
      if (peek() != '$') return false;
      length = powershell_variable(name);
    } else if (peek() == '%') {
      std::size_t end = 1;
      while (is_name_char(peek(end)) || peek(end) == '(' || peek(end) == ')') ++end;
      if (peek(end) != '%' || end == 1) return false;
      name = text_.substr(at_ + 1, end - 1);
      length = end + 1;
    }
    if (length == 0) return false;
    VariableReference reference;
    reference.name = name;
    reference.range = here(length);
    reference.at = static_cast<std::uint32_t>(made.text.size());
    reference.quoted = quoted;
    made.text.append("${").append(name).push_back('}');
    made.literal = false;
    made.variables.push_back(std::move(reference));
    at_ += length;
    return true;
  }

  std::size_t powershell_variable(std::string_view& name) const {
    const bool braces = peek(1) == '{';
    std::size_t begin = braces ? 2 : 1;
    std::size_t end = begin;
    while (is_name_char(peek(end)) || peek(end) == ':') ++end;
    if (end == begin || (braces && peek(end) != '}')) return 0;
    name = text_.substr(at_ + begin, end - begin);
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
    return name.empty() ? 0 : end + (braces ? 1U : 0U);
  }

  void finish_command(Connector after) {
    if (command_.words.empty() && command_.redirections.empty()) {
      if (after != Connector::None && after != Connector::Newline) before_ = after;
      return;
    }
    const auto index = static_cast<std::uint32_t>(out_.commands.size());
    const bool piped = before_ == Connector::Pipe && !out_.pipelines.empty();
    if (!piped) {
      out_.pipelines.emplace_back();
      out_.pipelines.back().before = before_;
      out_.pipelines.back().range.begin = command_.range.begin;
    }
    Pipeline& pipe = out_.pipelines.back();
    command_.before = before_;
    command_.after = after;
    command_.pipeline = static_cast<std::uint32_t>(out_.pipelines.size() - 1);
    command_.position = static_cast<std::uint32_t>(pipe.elements.size());
    command_.subshell_depth = depth_;
    pipe.elements.push_back({.compound = false, .index = index});
    pipe.range.end = command_.range.end;
    if (after != Connector::Pipe) pipe.after = after;
    pipe.list = command_.pipeline;
    out_.commands.push_back(std::exchange(command_, {}));
    before_ = after;
  }

  Script& out_;
  std::string_view text_;
  bool power_;
  std::size_t at_ = 0;
  std::size_t words_ = 0;
  std::uint32_t depth_ = 0;
  Command command_;
  Connector before_ = Connector::None;
};

}  // namespace

void parse_windows(Script& script) { WindowsParser(script).run(); }

}  // namespace corten::shell
