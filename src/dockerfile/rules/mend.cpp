#include "dockerfile/rules/mend.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kLongLine = 100;  // beyond it a command gets a line of its own

// Of the word among those of the command; kNone if it is none of them.
std::size_t index_of(const shell::Command& command, const shell::Word& word) {
  const auto found = std::ranges::find_if(
      command.words, [&](const shell::Word& other) { return &other == &word; });
  return static_cast<std::size_t>(found - command.words.begin());
}

// The strings of an exec form are the words of its only command.
bool are_words_the_strings(const RunScript& run, const shell::Command& command) {
  return run.script.commands.size() == 1 && command.assignments.empty() &&
         command.redirections.empty() && command.words.size() == run.instruction->words.size();
}

std::uint32_t first_line_of(const shell::Range range, const RunScript& run, const Lint& lint) {
  return lint.file.source.line_of(run.source_range(range).begin);
}

bool is_inside(const shell::Script& script, const shell::Pipeline::Element& element) {
  if (element.compound) {
    const shell::Compound& compound = script.compounds[element.index];
    return compound.parent != shell::kNone ||
           compound.enclosing.place != shell::Enclosing::Place::None;
  }
  const shell::Command& command = script.commands[element.index];
  return command.compound != shell::kNone ||
         command.enclosing.place != shell::Enclosing::Place::None;
}

bool has_heredoc(const std::vector<shell::Redirection>& redirections) {
  return std::ranges::any_of(redirections, [](const shell::Redirection& one) {
    return one.op == "<<" || one.op == "<<-";
  });
}

bool ends_the_shell(const shell::Command& command) {
  constexpr auto kEnds = std::to_array<std::string_view>({"exec", "exit", "return"});
  return std::ranges::find(kEnds, command.name()) != kEnds.end();
}

// What follows the last command is a comment, or a `;` that nothing follows.
bool is_end(std::string_view rest) {
  rest = trim(rest);
  if (rest.starts_with(';')) rest = trim(rest.substr(1));
  return rest.empty() || (rest.starts_with('#') && !rest.contains('\n'));
}

// How one more command is joined to the last one so that a failure before it still counts.
enum class Joint { None, And, Sequence };

Joint joint_after(const shell::Script& script, const shell::Pipeline& last) {
  const shell::Pipeline::Element& element = last.elements.back();
  bool exits_on_error = false;
  bool is_simple = !element.compound;
  if (element.compound) {
    const shell::Compound& compound = script.compounds[element.index];
    exits_on_error = compound.first_command < compound.end_command &&
                     script.commands[compound.first_command].options.has(shell::Option::ErrExit);
  } else {
    const shell::Command& command = script.commands[element.index];
    exits_on_error = command.options.has(shell::Option::ErrExit);
    is_simple = !script.has_function(command.name());
  }
  if (!exits_on_error) return Joint::And;
  // In front of && `set -e` is not in effect: not for what a loop or a function does either.
  const bool in_list =
      last.before == shell::Connector::And || last.before == shell::Connector::Or || last.negated;
  if (!in_list) return Joint::Sequence;
  return is_simple ? Joint::And : Joint::None;
}

// What stands between the last command and one that is added.
class Layout {
 public:
  Layout(const Lint& lint, const RunScript& run) : lint_(lint), run_(run) {}

  // `point`: in the source, behind the last command, which begins in line `begin`.
  [[nodiscard]] std::string before(std::string_view command, std::uint32_t point,
                                   std::uint32_t begin, Joint joint) const {
    const std::uint32_t line = lint_.file.source.line_of(point - 1);
    const std::string_view newline = newline_of(lint_.file, line);
    const bool leads = joint == Joint::And;
    if (is_heredoc_body(run_)) {
      if (leads) return " && ";
      return std::string(newline).append(indentation_of(lint_.file, begin));
    }
    const bool on_first_line = line == run_.outer->first_line;
    const Range whole = lint_.file.source.line_range(line);
    if (on_first_line && whole.size() + command.size() + 4 <= kLongLine)
      return leads ? " && " : "; ";
    const std::string next =
        fmt::format(" {}{}{}", lint_.file.escape, newline, indentation(line, begin));
    if (!leads) return ";" + next;
    return joins_at_ends() ? " &&" + next : next + "&& ";
  }

 private:
  // As the lines of the instruction have it: that of the last command, if it has a line.
  [[nodiscard]] std::string indentation(std::uint32_t line, std::uint32_t begin) const {
    const std::uint32_t first = run_.outer->first_line;
    if (begin != first) return std::string(indentation_of(lint_.file, begin));
    if (line != first) return std::string(indentation_of(lint_.file, first + 1));
    return std::string(indentation_of(lint_.file, first)) + "    ";
  }

  // "RUN a && \" rather than "&& b" on the next line.
  [[nodiscard]] bool joins_at_ends() const {
    for (std::uint32_t line = run_.outer->first_line; line < run_.outer->header_line; ++line) {
      const Source& source = lint_.file.source;
      std::string_view text = trim(source.text(source.line_range(line)));
      if (!text.ends_with(lint_.file.escape)) continue;
      if (trim(text.substr(0, text.size() - 1)).ends_with("&&")) return true;
    }
    return false;
  }

  const Lint& lint_;
  const RunScript& run_;
};

bool ends_in_continuation(const Dockerfile& file, const Instruction& instruction) {
  if (instruction.last_line != instruction.header_line) return false;
  const std::string_view last =
      trim(file.source.text(file.source.line_range(instruction.last_line)));
  return last.ends_with(file.escape);
}

std::string instruction_line(const Lint& lint, const Instruction& model, std::string_view text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  return fmt::format("{}{}{}", indentation_of(lint.file, model.first_line),
                     in_case_of(model.name, text.substr(0, end)), text.substr(end));
}

}  // namespace

Fix safe_fix(std::vector<TextEdit> edits) { return Fix{std::move(edits), Safety::Safe, {}}; }

Fix unsafe_fix(std::vector<TextEdit> edits, std::string note) {
  return Fix{std::move(edits), Safety::Unsafe, std::move(note)};
}

std::optional<Fix> safe_fix(std::optional<TextEdit> edit) {
  if (!edit) return std::nullopt;
  return safe_fix(std::vector{*std::move(edit)});
}

std::optional<Fix> unsafe_fix(std::optional<TextEdit> edit, std::string note) {
  if (!edit) return std::nullopt;
  return unsafe_fix(std::vector{*std::move(edit)}, std::move(note));
}

std::optional<Range> word_range(const RunScript& run, const shell::Command& command,
                                const shell::Word& word) {
  if (run.instruction->form == Form::Shell) {
    if (word.range.begin >= word.range.end) return std::nullopt;
    return run.source_range(word.range);
  }
  const std::size_t index = index_of(command, word);
  if (!are_words_the_strings(run, command) || index >= run.instruction->words.size())
    return std::nullopt;
  return run.instruction->words[index].range;
}

std::optional<TextEdit> insert_argument(const RunScript& run, const shell::Command& command,
                                        const shell::Word& word, std::string_view argument) {
  const auto range = word_range(run, command, word);
  if (!range) return std::nullopt;
  const bool is_exec = run.instruction->form == Form::Exec;
  return TextEdit{{range->end, range->end},
                  is_exec ? fmt::format(", \"{}\"", argument) : fmt::format(" {}", argument)};
}

std::optional<TextEdit> insert_after_verb(const RunScript& run, const shell::Invocation& call,
                                          std::string_view verb, std::string_view argument) {
  for (const shell::Word& word : call.args()) {
    if (word.text == verb) return insert_argument(run, *call.command, word, argument);
  }
  return std::nullopt;
}

std::optional<TextEdit> replace_word(const RunScript& run, const shell::Command& command,
                                     const shell::Word& word, std::string_view text) {
  const auto range = word_range(run, command, word);
  if (!range) return std::nullopt;
  const bool is_exec = run.instruction->form == Form::Exec;
  return TextEdit{*range, is_exec ? fmt::format("\"{}\"", text) : std::string(text)};
}

std::optional<TextEdit> remove_words(const Lint& lint, const RunScript& run,
                                     const shell::Command& command, std::size_t first,
                                     std::size_t end) {
  if (first >= end || end >= command.words.size()) return std::nullopt;
  const auto from = word_range(run, command, command.words[first]);
  const auto to = word_range(run, command, command.words[end]);
  if (!from || !to || from->begin >= to->begin) return std::nullopt;
  const Range range{from->begin, to->begin};
  // A comment of a continued line would go with the words, as would a redirection.
  const std::string_view removed = lint.file.source.text(range);
  if (removed.find_first_of("#<>") != std::string_view::npos) return std::nullopt;
  return TextEdit{range, ""};
}

bool is_heredoc_body(const RunScript& run) {
  const Instruction& instruction = *run.instruction;
  return instruction.keyword == Keyword::Run && instruction.heredocs.size() == 1 &&
         instruction.script.text.data() == instruction.heredocs.front().content.text.data();
}

const shell::Pipeline* last_pipeline(const shell::Script& script) {
  const shell::Pipeline* last = nullptr;
  for (const shell::Pipeline& pipeline : script.pipelines) {
    if (pipeline.elements.empty() || is_inside(script, pipeline.elements.front())) continue;
    if (last == nullptr || last->range.begin < pipeline.range.begin) last = &pipeline;
  }
  return last;
}

std::optional<std::uint32_t> end_of_commands(const RunScript& run) {
  const shell::Script& script = run.script;
  if (run.instruction->form == Form::Exec || !script.problems.empty()) return std::nullopt;
  if (!run.instruction->heredocs.empty() && !is_heredoc_body(run)) return std::nullopt;
  // Another program than the shell that RUN starts reads it.
  if (script.text.starts_with("#!") || !shell::is_posix_like(script.dialect)) return std::nullopt;
  const shell::Pipeline* last = last_pipeline(script);
  if (last == nullptr || last->after == shell::Connector::Background) return std::nullopt;
  for (const shell::Pipeline::Element& element : last->elements) {
    const bool is_open = element.compound
                             ? has_heredoc(script.compounds[element.index].redirections)
                             : has_heredoc(script.commands[element.index].redirections) ||
                                   ends_the_shell(script.commands[element.index]);
    if (is_open) return std::nullopt;
  }
  // A comment behind the last command counts as part of it.
  std::uint32_t until = last->range.end;
  for (auto comment = script.comments.rbegin(); comment != script.comments.rend(); ++comment) {
    const bool is_behind = comment->begin >= last->range.begin && comment->end <= until &&
                           trim(script.raw({comment->end, until})).empty();
    if (is_behind) until = comment->begin;
  }
  const std::string_view raw = script.raw({last->range.begin, until});
  const std::size_t size = raw.find_last_not_of(" \t\r\n;") + 1;
  if (size == 0 || raw.substr(0, size).ends_with('\\')) return std::nullopt;
  const auto end = last->range.begin + static_cast<std::uint32_t>(size);
  if (!is_end(std::string_view(script.text).substr(end))) return std::nullopt;
  return end;
}

std::optional<TextEdit> append_command(const Lint& lint, const RunScript& run,
                                       std::string_view command) {
  const auto end = end_of_commands(run);
  if (!end) return std::nullopt;
  const shell::Pipeline& last = *last_pipeline(run.script);
  const Joint joint = joint_after(run.script, last);
  if (joint == Joint::None) return std::nullopt;
  const std::uint32_t point = run.source_range({*end - 1, *end}).end;
  std::string text =
      Layout(lint, run).before(command, point, first_line_of(last.range, run, lint), joint);
  text += command;
  return TextEdit{{point, point}, std::move(text)};
}

std::optional<TextEdit> append_cleanup(const Lint& lint, const RunScript& run,
                                       const shell::Invocation& call, std::string_view command) {
  constexpr auto kElsewhere = std::to_array<std::string_view>(
      {"sudo", "doas", "su", "runuser", "gosu", "su-exec", "setpriv", "chroot", "fakeroot"});
  if (call.command->nested_script) return std::nullopt;
  for (const std::string_view wrapper : shell::wrappers_of(*call.command)) {
    const std::string_view name = wrapper.substr(wrapper.rfind('/') + 1);
    if (std::ranges::find(kElsewhere, name) != kElsewhere.end()) return std::nullopt;
  }
  return append_command(lint, run, command);
}

std::string_view newline_of(const Dockerfile& file, std::uint32_t line) {
  const Range range = file.source.full_line_range(line);
  if (file.source.text(range).ends_with("\r\n")) return "\r\n";
  // The last line may have none: as the one above it.
  const bool ends = file.source.text(range).ends_with('\n');
  return !ends && line > 1 &&
                 file.source.text(file.source.full_line_range(line - 1)).ends_with("\r\n")
             ? "\r\n"
             : "\n";
}

std::string_view indentation_of(const Dockerfile& file, std::uint32_t line) {
  const std::string_view text = file.source.text(file.source.line_range(line));
  return text.substr(0, std::min(text.find_first_not_of(kBlanks), text.size()));
}

std::string in_case_of(std::string_view model, std::string_view keyword) {
  const bool is_small =
      !model.empty() && std::ranges::none_of(model, [](char c) { return c >= 'A' && c <= 'Z'; });
  return is_small ? to_lower(keyword) : std::string(keyword);
}

bool is_pragma(const Comment& comment) {
  constexpr auto kTools = std::to_array<std::string_view>({"hadolint", "corten", "check"});
  const std::string text = to_lower(comment.text);
  return std::ranges::any_of(kTools, [&](std::string_view tool) {
    if (!text.starts_with(tool)) return false;
    const std::string_view rest = std::string_view(text).substr(tool.size());
    return rest.starts_with(' ') || rest.starts_with('=') || rest.starts_with('\t');
  });
}

bool has_comments_inside(const Dockerfile& file, const Instruction& instruction) {
  const auto first =
      std::ranges::lower_bound(file.comments, instruction.first_line, {}, &Comment::line);
  return first != file.comments.end() && first->line <= instruction.header_line;
}

std::uint32_t first_line_with_comments(const Dockerfile& file, const Instruction& instruction) {
  std::uint32_t line = instruction.first_line;
  for (std::uint32_t i = instruction.comments_end; i > instruction.comments_begin; --i) {
    if (file.comments[i - 1].line + 1 != line) break;
    line = file.comments[i - 1].line;
  }
  return line;
}

TextEdit insert_before(const Lint& lint, const Instruction& instruction, std::string_view text) {
  const std::uint32_t line = first_line_with_comments(lint.file, instruction);
  const std::uint32_t at = lint.file.source.line_range(line).begin;
  return {{at, at},
          instruction_line(lint, instruction, text)
              .append(newline_of(lint.file, instruction.first_line))};
}

std::optional<TextEdit> insert_after(const Lint& lint, const Instruction& instruction,
                                     std::string_view text) {
  if (ends_in_continuation(lint.file, instruction)) return std::nullopt;
  const std::uint32_t at = lint.file.source.line_range(instruction.last_line).end;
  return TextEdit{{at, at},
                  std::string(newline_of(lint.file, instruction.last_line))
                      .append(instruction_line(lint, instruction, text))};
}

std::optional<TextEdit> remove_instruction(const Lint& lint, const Instruction& instruction) {
  if (has_comments_inside(lint.file, instruction)) return std::nullopt;
  const Source& source = lint.file.source;
  const std::uint32_t top = first_line_with_comments(lint.file, instruction);
  for (std::uint32_t i = instruction.comments_begin; i < instruction.comments_end; ++i) {
    const Comment& comment = lint.file.comments[i];
    if (comment.line >= top && is_pragma(comment)) return std::nullopt;
  }
  if (instruction.first_line == 1)
    return TextEdit{{source.line_range(1).begin, source.full_line_range(instruction.last_line).end},
                    ""};
  return TextEdit{{source.line_range(instruction.first_line - 1).end,
                   source.line_range(instruction.last_line).end},
                  ""};
}

TextEdit remove_flag(const Lint& lint, const Flag& flag) {
  const std::string_view text = lint.file.source.text();
  const std::size_t end = text.find_first_not_of(kBlanks, flag.range.end);
  return {{flag.range.begin, static_cast<std::uint32_t>(std::min(end, text.size()))}, ""};
}

std::optional<std::string> json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c < ' ' || c == '\x7f') return std::nullopt;  // bytes above ASCII are negative
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quoted_value(const Dockerfile& file, std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '$' || c == file.escape) out += file.escape;
    out += c;
  }
  return out + '"';
}

}  // namespace corten::dockerfile
