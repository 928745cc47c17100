#include "dockerfile/expand.h"

#include <fmt/format.h>

#include "dockerfile/internal/pattern.h"
#include "dockerfile/internal/words.h"

namespace corten::dockerfile {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of UTF-8 sequences count as letters: names in other scripts are names too.
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_special_parameter(char c) { return std::string_view("@*#?-$!").contains(c); }

// Collects the text once as a whole and once split at blanks that are not quoted.
class Output {
 public:
  explicit Output(bool split) : split_(split) {}

  // The value of the reference at [begin, end) of the input: its blanks separate words.
  void add_value(std::string_view part, std::size_t begin, std::size_t end) {
    text_ += part;
    for_each_word(
        part, [&](std::size_t at, std::size_t size) { extend(part.substr(at, size), begin, end); });
  }

  // Input from `begin` on, as it is.
  void add_literal(std::string_view part, std::size_t begin) {
    text_ += part;
    for_each_word(part, [&](std::size_t at, std::size_t size) {
      extend(part.substr(at, size), begin + at, begin + at + size);
    });
  }

  void add_quoted(std::string_view part, std::size_t begin, std::size_t end) {
    text_ += part;
    if (split_) extend(part, begin, end);
  }

  [[nodiscard]] std::size_t size() const { return text_.size(); }

  [[nodiscard]] std::string take_text() { return std::move(text_); }

  [[nodiscard]] std::vector<ExpandedWord> take_words() {
    finish_word();
    return std::move(words_);
  }

 private:
  template <typename Function>
  void for_each_word(std::string_view part, Function function) {
    std::size_t at = 0;
    while (split_ && at < part.size()) {
      if (const std::size_t blank = internal::space_at(part, at)) {
        finish_word();
        at += blank;
        continue;
      }
      std::size_t end = at + 1;
      while (end < part.size() && internal::space_at(part, end) == 0) ++end;
      function(at, end - at);
      at = end;
    }
  }

  void extend(std::string_view part, std::size_t begin, std::size_t end) {
    if (word_.text.empty()) word_.range.begin = static_cast<std::uint32_t>(begin);
    word_.text += part;
    word_.range.end = static_cast<std::uint32_t>(end);
  }

  void finish_word() {
    if (!word_.text.empty()) words_.push_back(std::move(word_));
    word_ = {};
  }

  bool split_;
  std::string text_;
  ExpandedWord word_;
  std::vector<ExpandedWord> words_;
};

class Lexer {
 public:
  Lexer(std::string_view input, const Lookup& lookup, const ExpandOptions& options)
      : input_(input), lookup_(lookup), options_(options) {}

  Expansion run() {
    Output output(true);
    if (until('\0', options_.escapes, output, 0)) {
      result_.text = output.take_text();
      result_.words = output.take_words();
    } else {
      result_.resolved = false;
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= input_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : input_[at_]; }

  bool refuse(std::string message) {
    if (result_.error.empty()) result_.error = std::move(message);
    return false;
  }

  bool fits(const Output& output) {
    return output.size() <= options_.max_bytes || refuse("the expanded text is too long");
  }

  // Reads up to `stop` (taking it), or with '\0' up to the end of the input. On false, error is
  // set. NOLINTNEXTLINE(misc-no-recursion): bounded by kMaxExpandDepth
  bool until(char stop, Quotes escapes, Output& output, std::size_t depth) {
    if (depth > kMaxExpandDepth) return refuse("substitutions are nested too deeply");
    while (!at_end()) {
      if (!fits(output)) return false;
      const std::size_t begin = at_;
      const char c = input_[at_];
      if (stop != '\0' && c == stop) {
        ++at_;
        return true;
      }
      if (c == '$') {
        std::string value;
        if (!dollar(value, depth)) return false;
        output.add_value(value, begin, at_);
      } else if (c == '\'' || c == '"') {
        std::string value;
        if (!(c == '"' ? double_quoted(escapes, value, depth) : single_quoted(value))) return false;
        output.add_quoted(value, begin, at_);
      } else if (c == options_.escape) {
        ++at_;
        if (escapes == Quotes::Keep) output.add_quoted({&c, 1}, begin, at_);
        if (at_end()) break;
        output.add_quoted(input_.substr(at_, 1), begin, at_ + 1);
        ++at_;
      } else {
        // A run of ordinary characters; one blank may take several bytes.
        while (!at_end() && is_ordinary(input_[at_], stop)) ++at_;
        output.add_literal(input_.substr(begin, at_ - begin), begin);
      }
    }
    if (stop == '\0') return fits(output);
    return refuse(stop == '}' ? "a substitution lacks its }" : "a substitution lacks its second /");
  }

  [[nodiscard]] bool is_ordinary(char c, char stop) const {
    if (c == '$' || c == '\'' || c == '"' || c == options_.escape) return false;
    return stop == '\0' || c != stop;
  }

  bool single_quoted(std::string& value) {
    const std::size_t end = input_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return refuse("a single quote is not closed");
    const bool keep = options_.quotes == Quotes::Keep;
    value = keep ? input_.substr(at_, end + 1 - at_) : input_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kMaxExpandDepth
  bool double_quoted(Quotes escapes, std::string& value, std::size_t depth) {
    const bool keep = options_.quotes == Quotes::Keep;
    if (keep) value += '"';
    ++at_;
    while (!at_end()) {
      const char c = input_[at_];
      if (c == '"') {
        ++at_;
        if (keep) value += '"';
        return true;
      }
      if (value.size() > options_.max_bytes) return refuse("the expanded text is too long");
      if (c == '$') {
        std::string inner;
        if (!dollar(inner, depth)) return false;
        value += inner;
        continue;
      }
      ++at_;
      if (c != options_.escape) {
        value += c;
        continue;
      }
      if (at_end()) break;
      // Before any other character the escape character stands for itself.
      const char next = input_[at_];
      const bool escaped = next == '"' || next == '$' || next == options_.escape;
      if (!escaped || escapes == Quotes::Keep) value += c;
      if (escaped) {
        value += next;
        ++at_;
      }
    }
    return refuse("a double quote is not closed");
  }

  std::string_view read_name() {
    const std::size_t begin = at_;
    if (is_digit(peek())) {
      while (is_digit(peek())) ++at_;
    } else if (!at_end() && is_special_parameter(peek())) {
      ++at_;
    } else {
      while (!at_end() && is_name_character(peek())) ++at_;
    }
    return input_.substr(begin, at_ - begin);
  }

  std::optional<Value> find(std::size_t use) {
    VariableUse& variable = result_.variables[use];
    const std::optional<Value> value = lookup_ ? lookup_(variable.name) : std::nullopt;
    variable.found = value.has_value();
    return value;
  }

  std::size_t note(std::string_view name, std::size_t begin) {
    VariableUse use;
    use.name = name;
    use.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
    result_.variables.push_back(use);
    return result_.variables.size() - 1;
  }

  void end_use(std::size_t use, std::string_view modifier) {
    result_.variables[use].range.end = static_cast<std::uint32_t>(at_);
    result_.variables[use].modifier = modifier;
  }

  // The value of a plain reference, or the reference itself.
  void plain(std::size_t use, std::size_t begin, std::string& value) {
    const std::optional<Value> found = find(use);
    if (!found || !found->known) result_.resolved = false;
    if (found) {
      value = found->text;
    } else if (options_.unset == Unset::AsWritten) {
      value = input_.substr(begin, at_ - begin);
    }
  }

  // At a "$".
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kMaxExpandDepth
  bool dollar(std::string& value, std::size_t depth) {
    const std::size_t begin = at_++;
    if (peek() != '{') {
      const std::string_view name = read_name();
      if (name.empty()) {
        value = "$";
      } else {
        plain(note(name, begin), begin, value);
      }
      return true;
    }
    ++at_;
    if (at_end()) return refuse("a substitution lacks its }");
    if (peek() == '{' || peek() == '}' || peek() == ':') return refuse("bad substitution");
    const std::string_view name = read_name();
    const std::size_t use = note(name, begin);
    if (peek() == '}') {
      ++at_;
      end_use(use, "");
      plain(use, begin, value);
      return true;
    }
    if (peek() == '/') return replace(use, begin, value, depth);
    return modified(use, value, depth);
  }

  // ${name:-word} and its kin, at the first character after the name.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kMaxExpandDepth
  bool modified(std::size_t use, std::string& value, std::size_t depth) {
    const std::size_t begin = at_;
    const bool empty_is_unset = peek() == ':';
    if (empty_is_unset) ++at_;
    const char modifier = peek();
    const std::string_view allowed = empty_is_unset ? "-+?" : "-+?#%";
    if (at_end() || !allowed.contains(modifier)) {
      return refuse(fmt::format("unsupported modifier in the substitution of {}",
                                result_.variables[use].name));
    }
    ++at_;
    const std::string_view written = input_.substr(begin, at_ - begin);
    const bool is_pattern = modifier == '#' || modifier == '%';
    const bool resolved_before = result_.resolved;
    Output word(false);
    if (!until('}', is_pattern ? Quotes::Keep : Quotes::Remove, word, depth + 1)) return false;
    end_use(use, written);
    const std::string text = word.take_text();
    const std::optional<Value> found = find(use);
    if (!found && options_.unset == Unset::AsWritten) {
      value = fmt::format("${{{}{}{}}}", result_.variables[use].name, written, text);
      result_.resolved = false;
      return true;
    }
    if (is_pattern) {
      if (!found || !found->known) result_.resolved = false;
      return trim(modifier, found ? found->text : std::string_view(), text, value);
    }
    return choose(use, modifier, empty_is_unset, text, resolved_before, value);
  }

  // Between the value of the name and the word after the modifier.
  bool choose(std::size_t use, char modifier, bool empty_is_unset, const std::string& word,
              bool resolved_before, std::string& value) {
    const std::optional<Value> found = find(use);
    const bool known = !found || found->known;
    // An ARG without a default has an empty value that is not known: unset, as long as nobody
    // passes one.
    const bool has_text = found && !found->text.empty();
    const bool set = has_text || (found && known && !empty_is_unset);
    if (modifier == '?' && !set) {
      return refuse(fmt::format("{}: {}", result_.variables[use].name,
                                word.empty() ? "is not allowed to be unset or empty" : word));
    }
    if (modifier == (set ? '+' : '-')) {  // the word, whose own names count
      value = word;
      if (modifier == '+' && !known) result_.resolved = false;
      return true;
    }
    result_.resolved = resolved_before && known;
    if (modifier != '+') value = found ? found->text : std::string_view();
    return true;
  }

  bool trim(char modifier, std::string_view text, std::string_view pattern, std::string& value) {
    const bool longest = pattern.starts_with(modifier);
    if (longest) pattern.remove_prefix(1);
    const auto match = longest ? internal::Match::Longest : internal::Match::Shortest;
    const auto rest = modifier == '#' ? internal::without_prefix(text, pattern, match, steps_)
                                      : internal::without_suffix(text, pattern, match, steps_);
    if (!rest) return refuse("the pattern of a substitution is malformed or too long");
    value = *rest;
    return true;
  }

  // ${name/pattern/text}, at the first slash.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kMaxExpandDepth
  bool replace(std::size_t use, std::size_t begin, std::string& value, std::size_t depth) {
    ++at_;
    const bool all = peek() == '/';
    if (all) ++at_;
    Output pattern(false);
    Output replacement(false);
    if (!until('/', Quotes::Keep, pattern, depth + 1)) return false;
    if (!until('}', Quotes::Keep, replacement, depth + 1)) return false;
    end_use(use, all ? "//" : "/");
    const std::optional<Value> found = find(use);
    if (!found || !found->known) result_.resolved = false;
    if (!found && options_.unset == Unset::AsWritten) {
      value = input_.substr(begin, at_ - begin);
      return true;
    }
    const std::string_view text = found ? found->text : std::string_view();
    const auto which = all ? internal::Replace::All : internal::Replace::First;
    const auto out = internal::replaced(text, pattern.take_text(), replacement.take_text(), which,
                                        options_.max_bytes, steps_);
    if (!out) return refuse("the pattern of a substitution is malformed or too long");
    value = *out;
    return true;
  }

  std::string_view input_;
  const Lookup& lookup_;
  const ExpandOptions& options_;
  std::size_t at_ = 0;
  std::size_t steps_ = kMaxPatternSteps;
  Expansion result_;
};

}  // namespace

Expansion expand(std::string_view word, const Lookup& lookup, const ExpandOptions& options) {
  return Lexer(word, lookup, options).run();
}

std::string unquote(std::string_view word, char escape) {
  if (word.find_first_of("'\"\\`") == std::string_view::npos) return std::string(word);
  ExpandOptions options;
  options.escape = escape;
  options.unset = Unset::AsWritten;
  options.max_bytes = word.size() + 16;
  const Expansion out = expand(word, nullptr, options);
  return out.error.empty() ? out.text : std::string(word);
}

}  // namespace corten::dockerfile
