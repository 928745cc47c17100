#include "shell/script.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "shell/internal/parser.h"
#include "shell/internal/windows.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxResolveDepth = 8;

struct DialectName {
  std::string_view name;
  Dialect dialect;
};
constexpr std::array kDialects = std::to_array<DialectName>({
    {"sh", Dialect::Sh},
    {"dash", Dialect::Dash},
    {"bash", Dialect::Bash},
    {"rbash", Dialect::Bash},
    {"ash", Dialect::Ash},
    {"busybox", Dialect::Ash},
    {"ksh", Dialect::Ksh},
    {"mksh", Dialect::Ksh},
    {"ksh93", Dialect::Ksh},
    {"zsh", Dialect::Zsh},
    {"cmd", Dialect::Cmd},
    {"powershell", Dialect::PowerShell},
    {"pwsh", Dialect::PowerShell},
    {"pwsh-preview", Dialect::PowerShell},
});

struct OptionName {
  char letter;
  std::string_view name;
  Option option;
};
constexpr std::array kOptions = std::to_array<OptionName>({
    {'e', "errexit", Option::ErrExit},
    {'u', "nounset", Option::NoUnset},
    {'\0', "pipefail", Option::PipeFail},
    {'x', "xtrace", Option::XTrace},
    {'f', "noglob", Option::NoGlob},
    {'n', "noexec", Option::NoExec},
    {'v', "verbose", Option::Verbose},
    {'a', "allexport", Option::AllExport},
});

void put_named(Options& options, std::string_view name, bool on) {
  for (const OptionName& known : kOptions) {
    if (known.name == name) options.put(known.option, on);
  }
}

void put_letter(Options& options, char letter, bool on) {
  for (const OptionName& known : kOptions) {
    if (letter != '\0' && known.letter == letter) options.put(known.option, on);
  }
}

// Replaces the variables of a word one after the other.
class Resolver {
 public:
  Resolver(const Script& script, const Lookup& lookup) : script_(script), lookup_(lookup) {}

  std::optional<std::string> word(const Word& word, std::size_t depth) {
    if (word.literal) return word.text;
    if (!word.substitutions.empty() || depth > kMaxResolveDepth) return std::nullopt;
    std::string made;
    std::size_t done = 0;
    for (const VariableReference& variable : word.variables) {
      if (variable.at == kNone) continue;
      made.append(word.text, done, variable.at - done);
      const auto value = this->variable(variable, depth);
      if (!value || made.size() + value->size() > kMaxResolvedBytes) return std::nullopt;
      made += *value;
      done = variable.at + variable.name.size() + std::string_view("${}").size();
    }
    made.append(word.text, done);
    return made;
  }

 private:
  std::optional<std::string> variable(const VariableReference& variable, std::size_t depth) {
    const std::string_view op = variable.operation;
    const bool fallback = op == ":-" || op == "-";
    if (!op.empty() && !fallback) return std::nullopt;
    auto value = value_before(variable, depth);
    if (value && !(op == ":-" && value->empty())) return value;
    if (unknown_ || !fallback || variable.argument.find("${") != std::string::npos) {
      return std::nullopt;
    }
    return variable.argument;
  }

  std::optional<std::string> value_before(const VariableReference& variable, std::size_t depth) {
    unknown_ = false;
    const Definition* last = last_definition(variable);
    if (last == nullptr) return lookup_ ? lookup_(variable.name) : std::nullopt;
    auto value = last->certain ? value_of(*last, depth) : std::nullopt;
    unknown_ = !value;
    return value;
  }

  [[nodiscard]] const Definition* last_definition(const VariableReference& variable) const {
    const auto key =
        std::pair<std::string_view, std::uint32_t>(variable.name, variable.range.begin);
    auto after =
        std::ranges::lower_bound(script_.definitions, key, {}, [](const Definition& known) {
          return std::pair<std::string_view, std::uint32_t>(known.name, known.range.begin);
        });
    while (after != script_.definitions.begin()) {
      --after;
      if (after->name != variable.name) break;
      if (after->how != Definition::How::Prefix) return &*after;
    }
    return nullptr;
  }

  std::optional<std::string> value_of(const Definition& definition, std::size_t depth) {
    if (definition.command == kNone || definition.assignment == kNone) return std::nullopt;
    if (++steps_ > kMaxSteps) return std::nullopt;
    const Command& command = script_.commands[definition.command];
    if (definition.how == Definition::How::Assigned) {
      const Assignment& assignment = command.assignments[definition.assignment];
      return assignment.array ? std::nullopt : word(assignment.value, depth + 1);
    }
    if (definition.how != Definition::How::Declared) return std::nullopt;
    const auto whole = word(command.words[definition.assignment], depth + 1);
    if (!whole) return std::nullopt;
    const std::size_t equals = whole->find('=');
    if (equals == std::string::npos) return std::nullopt;
    return whole->substr(equals + 1);
  }

  static constexpr std::size_t kMaxSteps = 64;
  const Script& script_;
  const Lookup& lookup_;
  std::size_t steps_ = 0;
  bool unknown_ = false;
};

}  // namespace

std::optional<Dialect> dialect_of(std::string_view program) {
  const std::size_t slash = program.find_last_of("/\\");
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  std::string name = to_lower(program);
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  for (const DialectName& known : kDialects) {
    if (known.name == name) return known.dialect;
  }
  return std::nullopt;
}

bool is_posix_like(Dialect dialect) {
  return dialect != Dialect::Cmd && dialect != Dialect::PowerShell;
}

void Options::put(Option option, bool on) {
  const auto bit = static_cast<std::uint32_t>(option);
  bits = on ? bits | bit : bits & ~bit;
}

void apply_options(Options& options, std::span<const std::string_view> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+') || word == "--") return;
    if (word.starts_with("--")) continue;
    for (const char letter : word.substr(1)) {
      if (letter == 'o' && i + 1 < words.size()) {
        put_named(options, words[++i], word[0] == '-');
      } else {
        put_letter(options, letter, word[0] == '-');
      }
    }
  }
}

Options options_of(std::span<const std::string> shell_words) {
  Options options;
  std::vector<std::string_view> words;
  for (std::size_t i = 1; i < shell_words.size(); ++i) words.emplace_back(shell_words[i]);
  apply_options(options, words);
  return options;
}

std::string_view Script::raw(Range range) const {
  const std::string_view whole = text;
  if (range.begin > whole.size() || range.end < range.begin) return {};
  return whole.substr(range.begin, range.end - range.begin);
}

std::optional<std::string> Script::resolve(const Word& word, const Lookup& lookup) const {
  return Resolver(*this, lookup).word(word, 0);
}

bool Script::has_function(std::string_view name) const {
  return std::ranges::any_of(compounds, [name](const Compound& compound) {
    return compound.kind == Compound::Kind::Function && compound.name == name;
  });
}

Script parse(std::string_view text, Dialect dialect, Options initial) {
  Script script;
  script.text = text;
  script.dialect = dialect;
  if (is_posix_like(dialect)) {
    Parser(script, initial).run();
  } else {
    parse_windows(script);
  }
  for (Command& command : script.commands) {
    command.seen_name = static_cast<std::uint32_t>(behind_wrappers(command.words));
  }
  std::ranges::sort(script.problems, {}, [](const Problem& one) {
    return std::tuple(one.range.begin, one.range.end, one.code);
  });
  return script;
}

std::string_view describe(ProblemCode code) {
  switch (code) {
    case ProblemCode::UnclosedSingleQuote:
      return "a single quote is not closed";
    case ProblemCode::UnclosedDoubleQuote:
      return "a double quote is not closed";
    case ProblemCode::UnclosedSubstitution:
      return "a `$(` is not closed";
    case ProblemCode::UnclosedBacktick:
      return "a backtick is not closed";
    case ProblemCode::UnclosedParameter:
      return "a `${` is not closed";
    case ProblemCode::UnclosedArithmetic:
      return "a `$((` is not closed";
    case ProblemCode::UnclosedHeredoc:
      return "the end of a here-document is missing";
    case ProblemCode::UnclosedTest:
      return "a `[[` is not closed";
    case ProblemCode::UnclosedArray:
      return "the list of an array is not closed";
    case ProblemCode::MissingThen:
      return "`then` is missing";
    case ProblemCode::MissingFi:
      return "`fi` is missing";
    case ProblemCode::MissingDo:
      return "`do` is missing";
    case ProblemCode::MissingDone:
      return "`done` is missing";
    case ProblemCode::MissingIn:
      return "`in` is missing";
    case ProblemCode::MissingEsac:
      return "`esac` is missing";
    case ProblemCode::MissingBrace:
      return "`}` is missing";
    case ProblemCode::MissingParen:
      return "`)` is missing";
    case ProblemCode::EmptyBody:
      return "there is no command here";
    case ProblemCode::UnexpectedWord:
      return "this word closes nothing";
    case ProblemCode::UnexpectedOperator:
      return "this operator has no place here";
    case ProblemCode::MissingCommand:
      return "a command is missing after the operator";
    case ProblemCode::MissingTarget:
      return "a redirection has no target";
    case ProblemCode::BadParameter:
      return "this is no valid parameter expansion";
    case ProblemCode::TooDeep:
      return "nested too deeply to be read on";
    case ProblemCode::TooLong:
      return "too long to be read on";
  }
  return "";
}

}  // namespace corten::shell
