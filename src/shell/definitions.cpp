// What a finished simple command changes for those after it: variables, options.
#include <algorithm>
#include <array>

#include "shell/internal/parser.h"
#include "shell/internal/windows.h"

namespace corten::shell {

namespace {

constexpr std::array kDeclaring =
    std::to_array<std::string_view>({"export", "local", "declare", "readonly", "typeset"});
constexpr std::array kReading = std::to_array<std::string_view>(
    {"read", "mapfile", "readarray", "getopts", "unset", "printf", "let"});

bool contains(const auto& table, std::string_view name) {
  return std::ranges::find(table, name) != table.end();
}

std::size_t name_length(std::string_view text) {
  if (text.empty() || !is_name_start(text.front())) return 0;
  const auto end = std::ranges::find_if_not(text, is_name_char);
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

void Parser::finished(std::uint32_t index) {
  definitions_of(index);
  const Command& command = out_.commands[index];
  if (command.name() == "set") set_options(command);
  nested_scripts(index);
}

void Parser::define(std::string_view name, Definition::How how, Range range, std::uint32_t command,
                    std::size_t at) {
  if (name.empty()) return;
  out_.definitions.push_back({.name = std::string(name),
                              .how = how,
                              .range = range,
                              .command = command,
                              .assignment = static_cast<std::uint32_t>(at),
                              .certain = !context_.uncertain});
}

void Parser::definitions_of(std::uint32_t index) {
  const Command& command = out_.commands[index];
  const bool prefix = !command.words.empty();
  for (std::size_t i = 0; i < command.assignments.size(); ++i) {
    const Assignment& made = command.assignments[i];
    auto how = made.append ? Definition::How::Appended : Definition::How::Assigned;
    if (prefix) how = Definition::How::Prefix;
    define(made.name, how, made.range, index, i);
  }
  // `${x:=value}` assigns too.
  for (const Word& word : command.words) {
    for (const VariableReference& variable : word.variables) {
      if (variable.operation == ":=" || variable.operation == "=") {
        define(variable.name, Definition::How::Read, variable.range);
      }
    }
  }
  if (contains(kDeclaring, command.name())) declared(index);
  if (contains(kReading, command.name())) read_names(index);
}

void Parser::declared(std::uint32_t index) {
  const std::vector<Word>& words = out_.commands[index].words;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    const std::size_t length = name_length(text);
    const bool assigned =
        length != 0 && length < text.size() && (text[length] == '=' || text[length] == '+');
    if (assigned) {
      define(text.substr(0, length), Definition::How::Declared, words[i].range, index, i);
    } else if (length != 0 && length == text.size() && words.front().text != "export") {
      define(text, Definition::How::Read, words[i].range);
    }
  }
}

void Parser::read_names(std::uint32_t index) {
  const std::vector<Word>& words = out_.commands[index].words;
  const bool printf = words.front().text == "printf";
  if (printf && (words.size() < 3 || words[1].text != "-v")) return;
  const std::size_t end = printf ? 3 : words.size();
  for (std::size_t i = 1; i < end; ++i) {
    const std::string_view text = words[i].text;
    const std::size_t length = name_length(text);
    if (length != 0 && words[i].literal) {
      define(text.substr(0, length), Definition::How::Read, words[i].range);
    }
  }
}

void Parser::set_options(const Command& command) {
  std::vector<std::string_view> words;
  for (std::size_t i = 1; i < command.words.size(); ++i) words.emplace_back(command.words[i].text);
  apply_options(options_, words);
}

}  // namespace corten::shell
