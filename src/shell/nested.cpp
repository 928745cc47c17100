// Strings that are scripts: sh -c "…", eval "…", su -c "…", find -exec sh -c '…'.
#include <algorithm>
#include <utility>

#include "shell/internal/parser.h"
#include "shell/internal/windows.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxNestedScripts = 4;
constexpr std::size_t kMaxNestedBytes = 4 * kMaxScriptBytes;
constexpr std::size_t kMaxExecScan = 64;  // words of a find command looked at for -exec

// Whether these letters hold -c, which ends the options that matter.
bool is_command_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
         word.find('c') != std::string_view::npos;
}

}  // namespace

void Parser::nested_scripts(std::uint32_t index) {
  const std::vector<Word>& words = out_.commands[index].words;
  const std::size_t name = behind_wrappers(words);
  if (name >= words.size()) return;
  const std::string_view base = base_name(words[name].text);
  if (base == "eval" && name + 2 == words.size()) {
    nested_word(index, name + 1, options_);
  } else if (base == "su" || base == "runuser" || base == "script" || base == "flock") {
    for (std::size_t i = name + 1; i + 1 < words.size(); ++i) {
      const std::string_view word = words[i].text;
      if (word != "-c" && word != "--command" && word != "-lc") continue;
      nested_word(index, i + 1, {});
      return;
    }
  } else if (base == "find") {
    const std::size_t limit = std::min(words.size(), name + kMaxExecScan);
    for (std::size_t i = name + 1; i + 1 < limit; ++i) {
      if (words[i].text != "-exec" && words[i].text != "-execdir") continue;
      if (is_posix_shell_name(base_name(words[i + 1].text))) {
        nested_shell(index, i + 1);
        return;  // its words may have moved
      }
    }
  } else if (is_posix_shell_name(base)) {
    nested_shell(index, name);
  }
}

void Parser::nested_shell(std::uint32_t index, std::size_t name_index) {
  const std::vector<Word>& words = out_.commands[index].words;
  std::vector<std::string_view> options;
  for (std::size_t i = name_index + 1; i + 1 < words.size(); ++i) {
    const std::string_view word = words[i].text;
    if (!word.starts_with('-') && !word.starts_with('+')) return;
    options.push_back(word);
    std::size_t script = i + 1;
    if (!word.starts_with("--") && word.find('o') != std::string_view::npos) {
      options.emplace_back(words[i + 1].text);  // the name of an option
      script = i + 2;
      ++i;
    }
    if (!is_command_option(word)) continue;
    // More options may stand between -c and the script.
    while (script < words.size() && words[script].text.size() > 1 &&
           words[script].text.starts_with('-')) {
      options.emplace_back(words[script].text);
      ++script;
    }
    if (script >= words.size()) return;
    Options inner;
    apply_options(inner, options);
    nested_word(index, script, inner);
    return;
  }
}

// Parses the text of a word as a script, if all of it is known but for variables.
void Parser::nested_word(std::uint32_t index, std::size_t word, Options options) {
  const Word& script = out_.commands[index].words[word];
  if (!script.substitutions.empty()) return;
  if (script.quoting == Quoting::None && !script.literal) return;  // sh -c $x
  const Decoded decoded = decode(script.range);
  Context inner = context_;
  inner.compound = out_.commands[index].compound;
  inner.enclosing = {Enclosing::Place::Script, index, static_cast<std::uint32_t>(word)};
  inner.in_condition = false;
  inner.uncertain = true;
  inner.nested_script = true;
  run_nested(decoded, inner, options);
}

// Removes the quotes and escapes from the word at `range` of the whole text. Expansions are kept as
// they are written.
Decoded Parser::decode(Range range) const {
  const std::string_view text = out_.text;
  Decoded made;
  char quote = '\0';
  for (std::uint32_t at = range.begin; at < range.end; ++at) {
    const char c = text[at];
    const char next = at + 1 < range.end ? text[at + 1] : '\0';
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (c == '\\' && quote == '\0') {
      ++at;
      if (at < range.end && next != '\n') made.put(next, at);
    } else if (c == '\\' && quote == '"' && next == '\n') {
      ++at;
    } else if (c == '\\' && quote == '"' &&
               (next == '"' || next == '\\' || next == '$' || next == '`')) {
      ++at;
      made.put(next, at);
    } else {
      made.put(c, at);
    }
  }
  return made;
}

void Parser::run_nested(const Decoded& decoded, const Context& context, Options options) {
  nested_bytes_ += decoded.chars.size();
  const bool script = context.nested_script && !context_.nested_script;
  if (nested_ >= kMaxNestedScripts + (script ? 0U : kMaxNesting)) return;
  if (nested_bytes_ > kMaxNestedBytes) {
    give_up(ProblemCode::TooLong);
    return;
  }
  const Nest nest(*this);
  if (!nest.allowed()) return;
  const Input input{.chars = decoded.chars, .map = decoded.map};
  const Input* const saved_input = std::exchange(in_, &input);
  const std::size_t saved_at = std::exchange(at_, 0);
  const std::size_t saved_end = std::exchange(end_, decoded.chars.size());
  const Options saved_options = std::exchange(options_, options);
  std::vector<PendingHeredoc> saved_pending = std::exchange(pending_, {});
  context_ = context;
  ++nested_;
  list(0);
  read_heredocs();
  --nested_;
  in_ = saved_input;
  options_ = saved_options;
  pending_ = std::move(saved_pending);
  if (gave_up_) return;
  at_ = saved_at;
  end_ = saved_end;
}

}  // namespace corten::shell
