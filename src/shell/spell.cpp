#include "shell/spell.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "shell/internal/checks.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxMistakes = 10'000;

struct ProblemRow {
  ProblemCode problem;
  std::uint32_t code;
};
// ShellCheck tells one problem with several codes: this is the most telling one.
constexpr std::array kProblems = std::to_array<ProblemRow>({
    {ProblemCode::UnclosedSingleQuote, 1073},
    {ProblemCode::UnclosedDoubleQuote, 1073},
    {ProblemCode::UnclosedSubstitution, 1073},
    {ProblemCode::UnclosedBacktick, 1073},
    {ProblemCode::UnclosedParameter, 1073},
    {ProblemCode::UnclosedArithmetic, 1073},
    {ProblemCode::UnclosedHeredoc, 1044},
    {ProblemCode::UnclosedTest, 1073},
    {ProblemCode::UnclosedArray, 1073},
    {ProblemCode::MissingThen, 1049},
    {ProblemCode::MissingFi, 1046},
    {ProblemCode::MissingDo, 1058},
    {ProblemCode::MissingDone, 1061},
    {ProblemCode::MissingIn, 1073},
    {ProblemCode::MissingEsac, 1073},
    {ProblemCode::MissingBrace, 1056},
    {ProblemCode::MissingParen, 1073},
    {ProblemCode::EmptyBody, 1048},
    {ProblemCode::UnexpectedWord, 1089},
    {ProblemCode::UnexpectedOperator, 1070},
    {ProblemCode::MissingCommand, 1072},
    {ProblemCode::MissingTarget, 1072},
    {ProblemCode::BadParameter, 1073},
});

void add_problems(const CheckRun& run) {
  for (const Problem& one : run.script.problems) {
    const auto* row = std::ranges::find(kProblems, one.code, &ProblemRow::problem);
    if (row == kProblems.end()) continue;  // our own limits are no mistakes
    std::uint32_t code = row->code;
    if (one.code == ProblemCode::UnexpectedOperator) {
      const std::string_view sign = run.script.raw(one.range);
      if (sign == ")") code = 1089;
      if (sign == "(") code = 1036;
      if (sign == ";") code = 1045;
    }
    run.add(code, Level::Error, one.range, std::string(describe(one.code)));
  }
}

// Characters that editors and web pages put in the place of ASCII ones.
void check_bytes(const CheckRun& run) {
  struct Look {
    std::string_view bytes;
    std::uint32_t code;
    std::string_view message;
  };
  constexpr std::array kLooks = std::to_array<Look>({
      {"\xc2\xa0", 1018, "a non-breaking space is no separator: type a plain space"},
      {"\xe2\x80\x9c", 1110, "a typographic quote quotes nothing: type \""},
      {"\xe2\x80\x9d", 1110, "a typographic quote quotes nothing: type \""},
  });
  const std::string_view text = run.script.text;
  for (std::size_t at = text.find_first_of("\xc2\xe2");
       at != std::string_view::npos && run.found.size() < kMaxMistakes;
       at = text.find_first_of("\xc2\xe2", at + 1)) {
    for (const Look& look : kLooks) {
      if (!text.substr(at).starts_with(look.bytes)) continue;
      const auto from = static_cast<std::uint32_t>(at);
      const auto to = static_cast<std::uint32_t>(at + look.bytes.size());
      const bool bare = std::ranges::any_of(run.script.commands, [&](const Command& command) {
        return std::ranges::any_of(command.words, [&](const Word& word) {
          return word.range.begin <= from && to <= word.range.end && word.quoting == Quoting::None;
        });
      });
      if (bare) run.add(look.code, Level::Error, {from, to}, std::string(look.message));
      return;  // one of them tells enough, and looking for the word costs a walk
    }
  }
}

}  // namespace

bool is_tested(const Script& script, const Pipeline& pipe, bool in_condition,
               std::uint32_t compound) {
  const auto tests = [](Connector after) {
    return after == Connector::And || after == Connector::Or;
  };
  if (in_condition || tests(pipe.after)) return true;
  while (compound != kNone) {
    if (tests(script.compounds[compound].after)) return true;
    compound = script.compounds[compound].parent;
  }
  return false;
}

bool is_tested(const Script& script, const Command& command) {
  if (command.pipeline == kNone) return command.in_condition;
  return is_tested(script, script.pipelines[command.pipeline], command.in_condition,
                   command.compound);
}

std::vector<Mistake> native_checks(const Script& script, const NativeCheckOptions& options) {
  std::vector<Mistake> found;
  if (!is_posix_like(script.dialect)) return found;
  const CheckRun run{
      .script = script,
      .options = options,
      .found = found,
      .posix_only = script.dialect == Dialect::Sh || script.dialect == Dialect::Dash};
  add_problems(run);
  check_bytes(run);
  // What follows judges what was understood; after an error that is guesswork.
  if (script.problems.empty()) {
    check_words(run);
    check_variables(run);
    check_commands(run);
    check_pipelines(run);
    if (run.posix_only && !options.busybox) check_dialect(run);
  }
  std::ranges::sort(found, [](const Mistake& a, const Mistake& b) {
    return std::tie(a.range.begin, a.code, a.range.end) <
           std::tie(b.range.begin, b.code, b.range.end);
  });
  if (found.size() > kMaxMistakes) found.resize(kMaxMistakes);
  return found;
}

}  // namespace corten::shell
