#include "dockerfile/rules/removals.h"

#include <algorithm>

#include "dockerfile/rules/mend.h"

namespace corten::dockerfile {

namespace {

bool is_plain_join(shell::Connector connector) {
  return connector == shell::Connector::And || connector == shell::Connector::Sequence;
}

// The pipelines of the script itself, in order, where each is one simple command or a compound.
std::vector<const shell::Pipeline*> top_level(const shell::Script& script) {
  std::vector<const shell::Pipeline*> out;
  for (const shell::Pipeline& pipeline : script.pipelines) {
    if (pipeline.elements.empty()) continue;
    const shell::Pipeline::Element& first = pipeline.elements.front();
    const bool inside =
        first.compound
            ? script.compounds[first.index].parent != shell::kNone ||
                  script.compounds[first.index].enclosing.place != shell::Enclosing::Place::None
            : script.commands[first.index].compound != shell::kNone ||
                  script.commands[first.index].enclosing.place != shell::Enclosing::Place::None;
    if (!inside) out.push_back(&pipeline);
  }
  std::ranges::sort(out, {}, [](const shell::Pipeline* one) { return one->range.begin; });
  return out;
}

// Comments between continued lines, or here-documents, must not go with what is removed.
bool is_clean(const Lint& lint, Range range) {
  const std::string_view text = lint.file.source.text(range);
  return range.begin < range.end && !text.contains('#') && !text.contains("<<");
}

}  // namespace

std::optional<TextEdit> remove_pair(const Lint& lint, const Instruction& instruction,
                                    std::size_t index) {
  const auto pairs = instruction.pairs;
  if (index >= pairs.size()) return std::nullopt;
  if (pairs.size() == 1) return remove_instruction(lint, instruction);
  if (has_comments_inside(lint.file, instruction)) return std::nullopt;
  if (index > 0) return TextEdit{{pairs[index - 1].range.end, pairs[index].range.end}, ""};
  return TextEdit{{pairs[0].range.begin, pairs[1].range.begin}, ""};
}

std::optional<TextEdit> remove_command(const Lint& lint, const RunScript& run,
                                       const shell::Command& command) {
  if (!run.is_posix_run() || run.is_onbuild() || run.instruction->form == Form::Exec ||
      !run.script.problems.empty())
    return std::nullopt;
  const std::vector<const shell::Pipeline*> all = top_level(run.script);
  const auto found = std::ranges::find_if(all, [&](const shell::Pipeline* one) {
    return one->elements.size() == 1 && !one->elements.front().compound && !one->negated &&
           &run.script.commands[one->elements.front().index] == &command;
  });
  if (found == all.end()) return std::nullopt;
  if (all.size() == 1) return remove_instruction(lint, *run.outer);
  // A pipeline's range may reach up to the next one.
  const auto end_of = [&](const shell::Pipeline& one) {
    const std::size_t size = run.script.raw(one.range).find_last_not_of(" \t\r\n") + 1;
    return one.range.begin + static_cast<std::uint32_t>(size);
  };
  shell::Range range{(*found)->range.begin, end_of(**found)};
  if (found == all.begin()) {
    if (!is_plain_join((*found)->after)) return std::nullopt;
    range.end = all[1]->range.begin;
  } else {
    if (!is_plain_join((*found)->before)) return std::nullopt;
    const bool is_last = found + 1 == all.end();
    if (!is_last && !is_plain_join((*found)->after)) return std::nullopt;
    range.begin = end_of(**(found - 1));
  }
  // The place behind a byte rather than that of the next one, which may be lines below.
  Range place = run.source_range(range);
  if (found != all.begin()) {
    place.begin = run.source_range({range.begin - 1, range.begin}).end;
    place.end = run.source_range({range.end - 1, range.end}).end;
  }
  if (!is_clean(lint, place)) return std::nullopt;
  return TextEdit{place, ""};
}

std::optional<TextEdit> drop_words(const Lint& lint, const RunScript& run,
                                   const shell::Command& command, std::size_t first,
                                   std::size_t end) {
  if (end < command.words.size()) return remove_words(lint, run, command, first, end);
  if (first == 0 || first >= command.words.size()) return std::nullopt;
  const auto before = word_range(run, command, command.words[first - 1]);
  const auto last = word_range(run, command, command.words.back());
  if (!before || !last || before->end >= last->end) return std::nullopt;
  const Range range{before->end, last->end};
  if (lint.file.source.text(range).find_first_of("#<>") != std::string_view::npos)
    return std::nullopt;
  return TextEdit{range, ""};
}

std::optional<TextEdit> remove_word(const Lint& lint, const Instruction& instruction,
                                    const Word& word) {
  const auto words = instruction.words;
  const bool has_target =
      instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add;
  if (words.size() <= (has_target ? 2U : 1U)) return remove_instruction(lint, instruction);
  if (instruction.form == Form::Exec) return std::nullopt;
  const auto found = std::ranges::find_if(words, [&](const Word& one) { return &one == &word; });
  if (found == words.end()) return std::nullopt;
  const Range range = found + 1 == words.end()
                          ? Range{(found - 1)->range.end, found->range.end}
                          : Range{found->range.begin, (found + 1)->range.begin};
  if (!is_clean(lint, range)) return std::nullopt;
  return TextEdit{range, ""};
}

}  // namespace corten::dockerfile
