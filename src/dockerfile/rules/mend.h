// What fixes are made of: edits of words, commands and instructions that keep comments, the layout
// of continued lines, line endings and the escape character of the file.
//
// Whatever cannot be written so that it surely means what it should gives nullopt: no fix is better
// than a wrong one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/rule.h"
#include "shell/commands.h"

namespace corten::dockerfile {

[[nodiscard]] Fix safe_fix(std::vector<TextEdit> edits);
[[nodiscard]] Fix unsafe_fix(std::vector<TextEdit> edits, std::string note);
// The same of one edit, if there is one.
[[nodiscard]] std::optional<Fix> safe_fix(std::optional<TextEdit> edit);
[[nodiscard]] std::optional<Fix> unsafe_fix(std::optional<TextEdit> edit, std::string note);

// ---- words of commands --------------------------------------------------------------------------

// Where the word stands in the file. In exec form only where the strings of the list are the words
// of one command, one by one; the range then includes the quotes.
[[nodiscard]] std::optional<Range> word_range(const RunScript& run, const shell::Command& command,
                                              const shell::Word& word);
// `argument` as the next word behind `word`. It needs no quotes.
[[nodiscard]] std::optional<TextEdit> insert_argument(const RunScript& run,
                                                      const shell::Command& command,
                                                      const shell::Word& word,
                                                      std::string_view argument);
// `argument` behind the first argument that is `verb`.
[[nodiscard]] std::optional<TextEdit> insert_after_verb(const RunScript& run,
                                                        const shell::Invocation& call,
                                                        std::string_view verb,
                                                        std::string_view argument);
// `text`, which needs no quotes, instead of the word.
[[nodiscard]] std::optional<TextEdit> replace_word(const RunScript& run,
                                                   const shell::Command& command,
                                                   const shell::Word& word, std::string_view text);
// The words [first, end) of the command away, with the blanks up to the word behind them. There has
// to be one.
[[nodiscard]] std::optional<TextEdit> remove_words(const Lint& lint, const RunScript& run,
                                                   const shell::Command& command, std::size_t first,
                                                   std::size_t end);

// ---- commands of a RUN --------------------------------------------------------------------------

// `command` as one more at the end of the RUN, run if all before went well: behind `&&`, or `;`
// where `set -e` is in effect. Shell form only; a status or an error of the RUN stays what it was.
[[nodiscard]] std::optional<TextEdit> append_command(const Lint& lint, const RunScript& run,
                                                     std::string_view command);
// The same to clean up after `call`: not where that runs with other rights or in another system.
[[nodiscard]] std::optional<TextEdit> append_cleanup(const Lint& lint, const RunScript& run,
                                                     const shell::Invocation& call,
                                                     std::string_view command);
// The place behind the last command of the script itself, in script.text; nullopt where nothing
// can be added there.
[[nodiscard]] std::optional<std::uint32_t> end_of_commands(const RunScript& run);
// The last pipeline that is no part of another command.
[[nodiscard]] const shell::Pipeline* last_pipeline(const shell::Script& script);
// The script is the whole body of a here-document.
[[nodiscard]] bool is_heredoc_body(const RunScript& run);

// ---- instructions -------------------------------------------------------------------------------

// "\r\n" or "\n", as the line ends.
[[nodiscard]] std::string_view newline_of(const Dockerfile& file, std::uint32_t line);
// The blanks that the line begins with.
[[nodiscard]] std::string_view indentation_of(const Dockerfile& file, std::uint32_t line);
// `keyword`, in small letters where `model` is.
[[nodiscard]] std::string in_case_of(std::string_view model, std::string_view keyword);

// A comment that tells hadolint, BuildKit or Corten what to do with the instruction below it.
[[nodiscard]] bool is_pragma(const Comment& comment);
// Comments between the lines of the instruction.
[[nodiscard]] bool has_comments_inside(const Dockerfile& file, const Instruction& instruction);
// The first line of the comments that stand directly above the instruction, or its own.
[[nodiscard]] std::uint32_t first_line_with_comments(const Dockerfile& file,
                                                     const Instruction& instruction);

// One more instruction above this one and its comments, indented like it. `text` is one line whose
// keyword is in capitals; it is written in small letters where the other's is. Not for the nested
// one of ONBUILD.
[[nodiscard]] TextEdit insert_before(const Lint& lint, const Instruction& instruction,
                                     std::string_view text);
// nullopt where the last line of the file would continue into it.
[[nodiscard]] std::optional<TextEdit> insert_after(const Lint& lint, const Instruction& instruction,
                                                   std::string_view text);
// Its lines away; comments above it stay. nullopt where one of them is a pragma, which would then
// be about the next instruction, and where there are comments inside.
[[nodiscard]] std::optional<TextEdit> remove_instruction(const Lint& lint,
                                                         const Instruction& instruction);
// A flag of the instruction away, with the blanks behind it.
[[nodiscard]] TextEdit remove_flag(const Lint& lint, const Flag& flag);

// ---- strings ------------------------------------------------------------------------------------

// As a JSON string with its quotes; nullopt for anything but printable ASCII.
[[nodiscard]] std::optional<std::string> json_string(std::string_view text);
// As a value of LABEL or ENV in double quotes that means just these bytes.
[[nodiscard]] std::string quoted_value(const Dockerfile& file, std::string_view text);

}  // namespace corten::dockerfile
