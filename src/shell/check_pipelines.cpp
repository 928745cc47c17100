// Mistakes in how commands are joined.
#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "shell/commands.h"
#include "shell/internal/checks.h"

namespace corten::shell {

namespace {

const Command* single_command(const Script& script, const Pipeline& pipe) {
  if (pipe.elements.size() != 1 || pipe.elements.front().compound) return nullptr;
  return &script.commands[pipe.elements.front().index];
}

// `A && B || C` is meant as if-then-else unless C only tells or leaves.
bool is_harmless(const Script& script, const Pipeline& pipe) {
  const Command* command = single_command(script, pipe);
  if (command == nullptr) return false;
  if (command->words.empty()) return true;
  const std::string_view name = command->name();
  return name == "echo" || name == "exit" || name == "return" || name == "printf";
}

// Whether something else depends on how the pipeline ends.
bool is_condition(const Script& script, const Pipeline& pipe) {
  if (pipe.elements.empty()) return false;
  const Pipeline::Element last = pipe.elements.front();
  if (!last.compound) return is_tested(script, script.commands[last.index]);
  return is_tested(script, pipe, false, script.compounds[last.index].parent);
}

void check_shorthand_if(const CheckRun& run) {
  const Script& script = run.script;
  std::vector<std::size_t> order(script.pipelines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {},
                    [&](std::size_t at) { return std::pair(script.pipelines[at].list, at); });
  for (std::size_t i = 2; i < order.size(); ++i) {
    const Pipeline& first = script.pipelines[order[i - 2]];
    const Pipeline& second = script.pipelines[order[i - 1]];
    const Pipeline& third = script.pipelines[order[i]];
    const bool shape = second.list == third.list && first.list == second.list &&
                       second.before == Connector::And && third.before == Connector::Or;
    if (!shape || is_harmless(script, third) || is_condition(script, third)) continue;
    const Command* command = single_command(script, third);
    if (command != nullptr && command->nested_script) continue;
    const std::size_t sign = script.text.find("&&", first.range.end);
    if (sign >= second.range.begin) continue;
    const auto begin = static_cast<std::uint32_t>(sign);
    run.add(2015, Level::Info, {begin, begin + 2}, "C also runs when A holds and B fails: use if");
  }
}

bool has_word(const Command& command, std::string_view text) {
  return has_arg(as_written(command), text);
}

void check_cat(const CheckRun& run, const Command& command) {
  if (command.name() != "cat" || command.words.size() != 2 || !command.redirections.empty()) return;
  const Word& file = command.words.back();
  if (file.glob || file.brace || file.unquoted_expansion || file.text.starts_with('-')) return;
  run.add(2002, Level::Style, file.range,
          "cat is not needed: redirect the file, or name it to the command");
}

void check_pair(const CheckRun& run, const Command& from, const Command& to) {
  const std::string_view left = from.name();
  const std::string_view right = to.name();
  if (left == "ls" && right == "grep") {
    run.add(2010, Level::Warning, from.range, "ls changes odd file names: use a glob or find");
  } else if (left == "ls" && right == "xargs") {
    run.add(2011, Level::Warning, from.range,
            "ls changes odd file names: use find -print0 with xargs -0");
  } else if (left == "ls") {
    run.add(2012, Level::Info, from.range, "ls changes odd file names: use find");
  } else if (left == "ps" && right == "grep") {
    run.add(2009, Level::Info, from.range, "pgrep finds processes without matching itself");
  } else if (left == "grep" && right == "wc" && has_flag(as_written(to), {"l"}) &&
             !has_flag(as_written(from),
                       {"l", "L", "o", "r", "R", "A", "B", "C", "recursive", "only-matching"})) {
    run.add(2126, Level::Style, from.range, "grep -c counts by itself");
  } else if (left == "find" && right == "xargs" && !has_word(from, "-print0") &&
             !has_word(from, "-printf") && !has_flag(as_written(to), {"0", "null", "d"})) {
    run.add(2038, Level::Warning, from.range,
            "odd file names are split: use -print0 with xargs -0, or -exec … +");
  }
}

}  // namespace

void check_pipelines(const CheckRun& run) {
  check_shorthand_if(run);
  const Script& script = run.script;
  for (const Pipeline& pipe : script.pipelines) {
    for (std::size_t i = 0; i + 1 < pipe.elements.size(); ++i) {
      if (pipe.elements[i].compound) continue;
      const Command& from = script.commands[pipe.elements[i].index];
      if (from.nested_script) break;
      if (i == 0) check_cat(run, from);
      if (pipe.elements[i + 1].compound) continue;
      check_pair(run, from, script.commands[pipe.elements[i + 1].index]);
    }
    const Command* only = pipe.negated ? single_command(script, pipe) : nullptr;
    const bool ignored = only != nullptr && !only->nested_script &&
                         only->options.has(Option::ErrExit) && !only->in_condition &&
                         only->after != Connector::And && only->after != Connector::Or &&
                         only->after != Connector::None;
    if (ignored)
      run.add(2251, Level::Info, pipe.range, "set -e does not stop at a command behind !");
  }
}

}  // namespace corten::shell
