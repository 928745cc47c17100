// --help pages, made from the option tables. man.cpp and completion.cpp read the same tables.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"

namespace corten::cli {

namespace {

constexpr std::size_t kHelpColumn = 28;

std::string option_row(const OptionSpec& option) {
  std::string left = option.letter != 0 ? fmt::format("  -{}, --{}", option.letter, option.name)
                                        : fmt::format("      --{}", option.name);
  if (!option.value.empty()) left += (option.is_switch() ? "" : " ") + std::string(option.value);
  std::string help(option.help);
  if (!option.choices.empty())
    help += fmt::format(": {}", fmt::join(split(option.choices, ' '), ", "));
  const std::string gap = left.size() + 2 > kHelpColumn
                              ? "\n" + std::string(kHelpColumn, ' ')
                              : std::string(kHelpColumn - left.size(), ' ');
  return left + gap + wrapped(help, kHelpColumn) + "\n";
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (column > indent && column + 1 + display_width(word) > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += display_width(word);
  }
  return out;
}

std::string help_page(const CommandSpec& command) {
  std::string out = fmt::format("{}\n\n", wrapped(command.summary, 0));
  if (!command.example.empty()) out += fmt::format("  $ {}\n\n", command.example);
  std::string rows;
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) rows += option_row(option);
  }
  std::string usage = fmt::format("Usage: corten {}", command.name);
  if (!rows.empty()) usage += " [OPTIONS]";
  if (!command.arguments.empty()) usage += fmt::format(" {}", command.arguments);
  out += usage + "\n";
  for (std::string_view paragraph : split(command.details, '\n')) {
    if (!paragraph.empty()) out += fmt::format("\n{}\n", wrapped(paragraph, 0));
  }
  if (!rows.empty()) out += "\nOptions:\n" + rows;
  return out;
}

std::string overview_page() {
  std::string out =
      "corten: container security in one program\n\n"
      "  $ corten audit                  everything here: engine, containers, images\n"
      "  $ corten scan nginx:1.27        known vulnerabilities of an image\n\n"
      "Commands:\n";
  for (const CommandSpec& command : commands()) {
    out += fmt::format("  {:<18} {}\n", command.name, wrapped(command.summary, 21));
  }
  out +=
      "\ncorten COMMAND --help explains one; corten explain ID explains a finding.\n"
      "Every option can be set by CORTEN_NAME in the environment, many in corten.yaml.\n";
  return out;
}

}  // namespace corten::cli
