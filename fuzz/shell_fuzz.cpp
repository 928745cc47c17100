// The first byte picks the dialect, the rest is a script. Ranges must lie inside the text, words of
// a command must be ordered, indexes must be valid, and a word printed back in single quotes must
// read as the same text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "shell/downloads.h"
#include "shell/files.h"
#include "shell/packages.h"
#include "shell/script.h"
#include "shell/spell.h"
#include "shell/users.h"

namespace {

using namespace corten::shell;

void require(bool holds) {
  if (!holds) std::abort();
}

bool inside(Range range, const Script& script) {
  return range.begin <= range.end && range.end <= script.text.size();
}

void check_word(const Word& word, const Script& script) {
  require(inside(word.range, script));
  for (const Part& part : word.parts) require(inside(part.range, script));
  for (const VariableReference& one : word.variables) {
    require(inside(one.range, script));
    if (one.at == kNone) continue;
    require(std::string_view(word.text).substr(one.at).starts_with("${" + one.name + "}"));
  }
  for (const Substitution& one : word.substitutions) {
    require(inside(one.range, script));
    require(one.first_command <= one.end_command && one.end_command <= script.commands.size());
  }
  const auto value = script.resolve(word);
  if (word.literal) require(value == word.text);
}

std::string quoted(std::string_view text) {
  std::string made = "x '";
  for (const char c : text) made += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return made + "'";
}

void check_print_back(const Word& word) {
  if (!word.literal || word.text.find('\0') != std::string::npos) return;
  const Script again = parse(quoted(word.text), Dialect::Bash);
  require(again.problems.empty() && again.commands.size() == 1);
  require(again.commands.front().words.size() == 2);
  require(again.commands.front().words.back().text == word.text);
}

void check_command(const Command& command, const Script& script) {
  require(inside(command.range, script));
  std::uint32_t from = command.range.begin;
  for (const Word& word : command.words) {
    require(word.range.begin >= from);
    from = word.range.begin;
    check_word(word, script);
  }
  for (const Redirection& one : command.redirections) {
    require(inside(one.range, script) && inside(one.body, script));
    check_word(one.target, script);
  }
  for (const Assignment& one : command.assignments) {
    require(inside(one.range, script));
    check_word(one.value, script);
  }
  require(command.pipeline == kNone || command.pipeline < script.pipelines.size());
  require(command.compound == kNone || command.compound < script.compounds.size());
  if (command.pipeline != kNone) (void)pipe_target(script, command);
}

void check_script(const Script& script) {
  for (const Command& command : script.commands) check_command(command, script);
  for (const Compound& one : script.compounds) {
    require(inside(one.range, script) && one.first_command <= one.end_command);
    require(one.end_command <= script.commands.size());
  }
  for (const Pipeline& pipe : script.pipelines) {
    require(inside(pipe.range, script));
    for (const Pipeline::Element& one : pipe.elements) {
      require(one.index < (one.compound ? script.compounds.size() : script.commands.size()));
    }
  }
  for (const Problem& one : script.problems) require(inside(one.range, script));
  for (const Range& one : script.comments) require(inside(one, script));
  if (!script.commands.empty() && !script.commands.front().words.empty()) {
    check_print_back(script.commands.front().words.back());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto dialect = static_cast<Dialect>(data[0] % 8);
  const Script script = parse({reinterpret_cast<const char*>(data + 1), size - 1}, dialect);
  check_script(script);
  (void)package_operations(script);
  (void)downloads(script);
  (void)user_changes(script);
  (void)file_effects(script);
  for (const Mistake& one : native_checks(script)) {
    require(one.range.begin <= one.range.end && one.range.begin <= script.text.size());
  }
  return 0;
}
