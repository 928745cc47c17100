// Mistakes inside single words: quoting, globs, backticks.
#include <algorithm>
#include <array>

#include "shell/internal/checks.h"
#include "shell/internal/input.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

namespace {

// Values of these never split.
constexpr std::string_view kNumericNames = "#?$!-";

// Commands whose arguments are programs in another language, or scripts for a later shell.
constexpr std::array kTakesDollars = std::to_array<std::string_view>(
    {"trap",   "sh",   "bash",       "dash", "ksh",    "zsh",  "ssh",   "eval", "xprop",   "alias",
     "sudo",   "doas", "dpkg-query", "jq",   "rename", "rg",   "unset", "git",  "perl",    "docker",
     "podman", "test", "[",          "awk",  "gawk",   "mawk", "nawk",  "find", "envsubst"});

std::string_view plain_name(const Command& command) { return base_name(command.name()); }

// Whether the unquoted argument `word` of `command` is the value of an assignment, which only POSIX
// sh may split.
bool is_declared_value(const CheckRun& run, const Command& command, const Word& word) {
  return run.script.dialect != Dialect::Sh && declares(command.name()) &&
         word.text.find('=') != std::string::npos;
}

// ---- SC2086, SC2046, SC2048, SC2068 -------------------------------------------------------------

bool never_splits(const VariableReference& one) {
  if (one.name.size() == 1 && kNumericNames.find(one.name.front()) != std::string_view::npos)
    return true;
  return one.operation == "#" || one.operation == "+" || one.operation == ":+";
}

// The text of a value that cannot be split: no blanks, no patterns.
bool is_clean_text(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\n*?[") == std::string_view::npos;
}

bool is_numeric(const VariableReference& one) {
  return one.operation == "#" ||
         (one.name.size() == 1 && kNumericNames.find(one.name.front()) != std::string_view::npos);
}

// Which variables are known to hold one word. Remembers its verdicts: each definition is judged
// once.
class CleanValues {
 public:
  explicit CleanValues(const Script& script)
      : script_(script), verdicts_(script.definitions.size()) {}

  // Whether every value that the script gave the variable before is one word.
  bool is_clean(const VariableReference& one, std::size_t depth = 0) {
    if (one.operation == "!" || one.operation == "[" || depth > kMaxDepth) return false;
    const auto known =
        std::ranges::equal_range(script_.definitions, one.name, {}, &Definition::name);
    std::size_t seen = 0;
    bool happens = false;
    std::uint32_t last_branch = kNone;
    for (const Definition& definition : known) {
      if (definition.range.begin >= one.range.begin) break;
      if (++seen > kMaxSeen) return false;
      if (definition.how == Definition::How::Prefix) continue;
      if (!definition_is_clean(definition, depth)) return false;
      const std::uint32_t branch = deciding_compound(definition, one.range);
      // Two values from one if: taken for its two branches.
      if (branch == kNone || branch == last_branch) happens = true;
      last_branch = branch;
    }
    return happens;
  }

 private:
  enum class Verdict : std::uint8_t { Unknown, Clean, Dirty };
  static constexpr std::size_t kMaxSeen = 16;
  static constexpr std::size_t kMaxDepth = 3;

  bool definition_is_clean(const Definition& definition, std::size_t depth) {
    const auto index = static_cast<std::size_t>(&definition - script_.definitions.data());
    if (verdicts_[index] == Verdict::Unknown) {
      verdicts_[index] = Verdict::Dirty;  // where it is asked for within itself
      verdicts_[index] = judge(definition, depth) ? Verdict::Clean : Verdict::Dirty;
    }
    return verdicts_[index] == Verdict::Clean;
  }

  bool judge(const Definition& definition, std::size_t depth) {
    using How = Definition::How;
    if (definition.how == How::Loop) {
      const auto clean = [&](const Word& word) { return !word.glob && word_is_clean(word, depth); };
      const auto& words = script_.compounds[definition.assignment].words;
      return !words.empty() && std::ranges::all_of(words, clean);
    }
    if (definition.command == kNone) return false;
    const Command& command = script_.commands[definition.command];
    if (definition.how == How::Declared)
      return word_is_clean(command.words[definition.assignment], depth);
    const Assignment& made = command.assignments[definition.assignment];
    return !made.array && word_is_clean(made.value, depth);
  }

  // Every piece of the word is known and cannot be split.
  bool word_is_clean(const Word& word, std::size_t depth) {
    for (const Substitution& one : word.substitutions) {
      if (one.kind != Substitution::Kind::Arithmetic) return false;
    }
    for (const VariableReference& one : word.variables) {
      if (one.at != kNone && !is_numeric(one) && !is_clean(one, depth + 1)) return false;
    }
    return is_clean_text(word.text);
  }

  // The branch or loop that decides whether the definition happens, seen from `reference`; kNone if
  // nothing does. One of the arms of a case is taken to happen.
  [[nodiscard]] std::uint32_t deciding_compound(const Definition& definition,
                                                Range reference) const {
    using K = Compound::Kind;
    if (definition.command == kNone) return kNone;
    std::uint32_t at = script_.commands[definition.command].compound;
    for (; at != kNone; at = script_.compounds[at].parent) {
      const Compound& one = script_.compounds[at];
      const bool decides =
          one.kind == K::If || one.kind == K::While || one.kind == K::Until || one.kind == K::For;
      if (decides && !(one.range.begin <= reference.begin && reference.end <= one.range.end))
        return at;
    }
    return kNone;
  }

  const Script& script_;
  std::vector<Verdict> verdicts_;
};

void check_unquoted_variables(const CheckRun& run, const Word& word, CleanValues& clean) {
  for (const VariableReference& one : word.variables) {
    if (one.quoted || one.at == kNone) continue;
    const bool all_arguments =
        one.name == "@" ||
        (one.operation == "[" && run.script.raw(one.range).find("[@]") != std::string_view::npos);
    if (all_arguments) {
      run.add(2068, Level::Error, one.range,
              "unquoted, the arguments are split again: write \"$@\"")
          .fix = run.in_quotes(one.range);
      continue;
    }
    if (one.name == "*")
      run.add(2048, Level::Warning, one.range, "use \"$@\" in quotes to keep arguments apart");
    if (never_splits(one) || clean.is_clean(one)) continue;
    run.add(2086, Level::Info, one.range,
            "quote the variable: its value is split at blanks and globs are expanded")
        .fix = run.in_quotes(one.range);
  }
}

bool prints_numbers(const CheckRun& run, const Substitution& one) {
  if (one.first_command >= one.end_command) return false;
  const std::string_view name = run.script.commands[one.first_command].name();
  return name == "seq" || name == "pgrep";
}

void check_unquoted_substitutions(const CheckRun& run, const Word& word) {
  using Kind = Substitution::Kind;
  for (const Substitution& one : word.substitutions) {
    if (one.quoted || (one.kind != Kind::Command && one.kind != Kind::Backtick)) continue;
    const auto part = std::ranges::lower_bound(word.parts, one.range.begin, {},
                                               [](const Part& each) { return each.range.begin; });
    const bool visible = part != word.parts.end() && part->range == one.range;
    if (!visible || prints_numbers(run, one)) continue;
    run.add(2046, Level::Warning, one.range,
            "quote the substitution: its output is split into words")
        .fix = run.in_quotes(one.range);
  }
}

// ---- SC2016, SC2140, SC2006, SC2035 -------------------------------------------------------------

bool looks_expanded(std::string_view text) {
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '{' || next == '(' || is_name_char(next)) return true;
  }
  const std::size_t tick = text.find('`');
  return tick != std::string_view::npos && text.find('`', tick + 2) != std::string_view::npos;
}

// sed's own dollars: the address of the last line before a command.
bool only_last_line_addresses(std::string_view text) {
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    const char after = at + 2 < text.size() ? text[at + 2] : '\0';
    if (std::string_view("{dpsaic").find(next) == std::string_view::npos &&
        (is_name_char(next) || next == '(')) {
      return false;
    }
    if (next != '\0' && is_name_start(next) && is_name_start(after)) return false;
  }
  return true;
}

void check_single_quotes(const CheckRun& run, const Word& word, std::string_view command) {
  if (std::ranges::find(kTakesDollars, command) != kTakesDollars.end()) return;
  for (const Part& part : word.parts) {
    if (part.kind != Part::Kind::SingleQuoted) continue;
    const std::string_view raw = run.script.raw(part.range);
    if (!looks_expanded(raw) || (command == "sed" && only_last_line_addresses(raw))) continue;
    run.add(2016, Level::Info, part.range, "nothing is expanded in single quotes");
  }
}

constexpr std::size_t kMaxPartsSeen = 64;  // of one word

void check_inner_quotes(const CheckRun& run, const Word& word) {
  const std::size_t count = std::min(word.parts.size(), kMaxPartsSeen);
  for (std::size_t i = 0; i + 2 < count; ++i) {
    const auto kind = [&](std::size_t at) { return word.parts[at].kind; };
    if (kind(i) != Part::Kind::DoubleQuoted || kind(i + 2) != Part::Kind::DoubleQuoted) continue;
    const Range middle = word.parts[i + 1].range;
    const std::string_view raw = run.script.raw(middle);
    const auto single = [&](std::size_t at) {
      const std::string_view inside = run.script.raw(word.parts[at].range);
      return inside.size() > 2 && inside[1] == '$' &&
             std::ranges::any_of(word.variables, [&](const VariableReference& one) {
               return one.range.begin == word.parts[at].range.begin + 1 &&
                      one.range.end + 1 == word.parts[at].range.end;
             });
    };
    if (kind(i + 1) == Part::Kind::Expansion && !raw.starts_with("$(") && !raw.starts_with('`')) {
      run.add(2027, Level::Warning, middle, "the quotes around this end just before it");
    } else if (kind(i + 1) == Part::Kind::Bare && raw != "=" && raw != ":" && raw != "/" &&
               !(single(i) && single(i + 2))) {
      run.add(2140, Level::Warning, word.range,
              "the quotes inside end the quotes outside: escape them");
    }
  }
}

void check_backticks(const CheckRun& run, const Word& word) {
  for (const Substitution& one : word.substitutions) {
    if (one.kind != Substitution::Kind::Backtick) continue;
    Mistake& mistake = run.add(2006, Level::Style, one.range, "backticks do not nest: write $(…)");
    // Within them a backslash means less than within $( ).
    const std::string_view raw = run.script.raw(one.range);
    const bool is_whole = raw.size() > 2 && raw.starts_with('`') && raw.ends_with('`');
    if (!is_whole || raw.contains('\\')) continue;
    // "$((" would begin arithmetic.
    mistake.fix = {{{one.range.begin, one.range.begin + 1}, raw[1] == '(' ? "$( " : "$("},
                   {{one.range.end - 1, one.range.end}, ")"}};
  }
}

void check_globs(const CheckRun& run, const Command& command) {
  const std::string_view name = plain_name(command);
  if (name == "echo" || name == "printf" || name == "[" || name == "[[") return;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const Word& word = command.words[i];
    if (word.text == "--") return;
    const std::string_view raw = run.script.raw(word.range);
    if (!word.glob || (raw.front() != '*' && raw.front() != '?')) continue;
    run.add(2035, Level::Info, word.range,
            "a file name that begins with a dash becomes an option: write ./*");
  }
}

void check_command_words(const CheckRun& run, const Command& command, CleanValues& clean) {
  const std::string_view name = plain_name(command);
  for (std::size_t i = 0; i < command.words.size(); ++i) {
    const Word& word = command.words[i];
    const bool is_name = i == 0 || (i == 1 && name == "exec");
    if (splits_words(command) && !is_name && !is_declared_value(run, command, word)) {
      check_unquoted_variables(run, word, clean);
      check_unquoted_substitutions(run, word);
    }
    if (i > 0) check_single_quotes(run, word, name);
    check_inner_quotes(run, word);
    check_backticks(run, word);
  }
  for (const Assignment& one : command.assignments) {
    const bool prompt = one.name.starts_with("PS") || one.name == "PROMPT_COMMAND";
    if (!prompt) check_single_quotes(run, one.value, name);
    check_inner_quotes(run, one.value);
    check_backticks(run, one.value);
  }
  for (const Redirection& one : command.redirections) {
    check_unquoted_variables(run, one.target, clean);
    check_unquoted_substitutions(run, one.target);
  }
  check_globs(run, command);
}

constexpr std::string_view kAllArguments = "unquoted, the arguments are split again: write \"$@\"";
constexpr std::string_view kJoinedArguments = "use \"$@\" in quotes to keep arguments apart";

void check_loop_word(const CheckRun& run, const Word& word) {
  for (const VariableReference& one : word.variables) {
    if (one.quoted || one.at == kNone) continue;
    if (one.name == "@") run.add(2068, Level::Error, one.range, std::string(kAllArguments));
    if (one.name == "*") run.add(2048, Level::Warning, one.range, std::string(kJoinedArguments));
  }
}

}  // namespace

void check_words(const CheckRun& run) {
  CleanValues clean(run.script);
  for (const Command& command : run.script.commands) {
    if (!command.nested_script) check_command_words(run, command, clean);
  }
  for (const Compound& one : run.script.compounds) {
    for (const Word& word : one.words) {
      check_backticks(run, word);
      if (one.kind == Compound::Kind::For) check_loop_word(run, word);
    }
  }
}

}  // namespace corten::shell
