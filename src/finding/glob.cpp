#include "finding/glob.h"

#include <cstdint>
#include <vector>

namespace corten {

namespace {

enum class Step : std::uint8_t {
  Literal,  // this character
  One,      // one character but '/'
  Run,      // any characters but '/'; may be skipped
  Any,      // any characters; may be skipped
  // Whole folders, each with its '/'. Two steps, so that "**/a" does not match "xa": they may be
  // skipped only together.
  Folders,
  FoldersTail,
  Below,  // a final "/**": '/' and then the Any that follows; both may be skipped together
};

struct Token {
  Step step;
  char literal = 0;
};

// The pattern at `at` as a "**" token; `at` moves behind it.
void push_double_star(std::string_view pattern, std::size_t& at, std::vector<Token>& tokens) {
  while (at < pattern.size() && pattern[at] == '*') ++at;
  const bool after_folders = !tokens.empty() && tokens.back().step == Step::FoldersTail;
  const bool after_slash =
      !tokens.empty() && tokens.back().step == Step::Literal && tokens.back().literal == '/';
  if ((tokens.empty() || after_slash || after_folders) && at < pattern.size() &&
      pattern[at] == '/') {
    ++at;
    if (after_folders) return;  // "**/**/" says no more than "**/"
    tokens.push_back({Step::Folders});
    tokens.push_back({Step::FoldersTail});
    return;
  }
  if (after_slash && at == pattern.size()) tokens.back() = {Step::Below};
  tokens.push_back({Step::Any});
}

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  tokens.reserve(pattern.size() + 1);
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '*' && pattern.substr(at).starts_with("**")) {
      push_double_star(pattern, at, tokens);
      continue;
    }
    if (c == '\\' && at + 1 < pattern.size()) {
      tokens.push_back({Step::Literal, pattern[at + 1]});
      at += 2;
      continue;
    }
    const Step step = c == '*' ? Step::Run : c == '?' ? Step::One : Step::Literal;
    tokens.push_back({step, c});
    ++at;
  }
  return tokens;
}

// The set of tokens that may match next, as flags; index tokens.size() means "all matched".
using States = std::vector<bool>;

// Adds what can be reached from every state without reading a character.
void skip_optional(const std::vector<Token>& tokens, States& states) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!states[i]) continue;
    const Step step = tokens[i].step;
    if (step == Step::Run || step == Step::Any) states[i + 1] = true;
    if (step == Step::Folders) states[i + 1] = states[i + 2] = true;
    if (step == Step::Below) states[i + 2] = true;
  }
}

States after(const std::vector<Token>& tokens, const States& states, char c) {
  States next(states.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!states[i]) continue;
    switch (tokens[i].step) {
      case Step::Literal:
        next[i + 1] = next[i + 1] || c == tokens[i].literal;
        break;
      case Step::One:
        next[i + 1] = next[i + 1] || c != '/';
        break;
      case Step::Run:
        next[i] = next[i] || c != '/';
        break;
      case Step::Any:
        next[i] = true;
        break;
      case Step::Folders:
        break;  // stands aside: FoldersTail reads
      case Step::FoldersTail:
        next[i] = true;
        next[i + 1] = next[i + 1] || c == '/';
        break;
      case Step::Below:
        next[i + 1] = next[i + 1] || c == '/';
        break;
    }
  }
  return next;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  if (pattern.size() > kMaxGlobBytes) return false;
  if (pattern.find_first_of("*?\\") == std::string_view::npos) return pattern == text;
  const std::vector<Token> tokens = tokens_of(pattern);
  // What stands before the first wildcard settles most comparisons without any of the work below.
  for (std::size_t i = 0; i < tokens.size() && tokens[i].step == Step::Literal; ++i) {
    if (i >= text.size() || text[i] != tokens[i].literal) return false;
  }
  States states(tokens.size() + 1);
  states[0] = true;
  skip_optional(tokens, states);
  for (const char c : text) {
    states = after(tokens, states, c);
    skip_optional(tokens, states);
  }
  return states[tokens.size()];
}

std::string glob_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace corten
