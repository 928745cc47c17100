#include "dockerfile/dockerignore.h"

#include <algorithm>

#include "base/text.h"

namespace corten::dockerfile {

namespace {

using Kind = IgnorePattern::Kind;
using Token = IgnorePattern::Token;

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

// Reads the pattern's text into tokens; false where the builder would refuse it.
class PatternReader {
 public:
  explicit PatternReader(IgnorePattern& pattern) : pattern_(pattern), text_(pattern.text) {}

  bool read() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '*') {
        read_star();
      } else if (c == '?') {
        put(Kind::AnyByte);
      } else if (c == '[') {
        if (!read_set()) return false;
      } else if (c == '\\') {
        if (at_ == text_.size()) return false;
        put(Kind::Byte, text_[at_++]);
      } else {
        put(Kind::Byte, c);
      }
    }
    return true;
  }

 private:
  void put(Kind kind, char byte = '\0', std::size_t set = 0) {
    // Two of them in a row say nothing more than one.
    const bool repeats = (kind == Kind::Name || kind == Kind::Tree) && !pattern_.tokens.empty() &&
                         pattern_.tokens.back().kind == kind;
    if (!repeats) pattern_.tokens.push_back({kind, byte, set});
  }

  void read_star() {
    if (at_ == text_.size() || text_[at_] != '*') return put(Kind::Name);
    ++at_;
    if (at_ < text_.size() && text_[at_] == '/') ++at_;
    if (at_ == text_.size()) return put(Kind::Tree);
    put(Kind::Folders);
    put(Kind::InFolders);
  }

  bool read_set() {
    std::array<bool, 256> set{};
    const bool negated = at_ < text_.size() && text_[at_] == '^';
    if (negated) ++at_;
    const std::size_t first = at_;
    while (at_ < text_.size() && (text_[at_] != ']' || at_ == first)) {
      std::size_t low = 0;
      std::size_t high = 0;
      if (!read_member(low)) return false;
      high = low;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        ++at_;
        if (!read_member(high) || high < low) return false;
      }
      for (std::size_t i = low; i <= high; ++i) set.at(i) = true;
    }
    if (at_ == text_.size()) return false;
    ++at_;
    if (negated) std::ranges::transform(set, set.begin(), [](bool member) { return !member; });
    pattern_.sets.push_back(set);
    put(Kind::OneOf, '\0', pattern_.sets.size() - 1);
    return true;
  }

  bool read_member(std::size_t& member) {
    if (text_[at_] == '\\' && ++at_ == text_.size()) return false;
    member = index_of(text_[at_++]);
    return true;
  }

  IgnorePattern& pattern_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// All places of the pattern at which a reader of the path may be, one byte after the other.
class Matcher {
 public:
  explicit Matcher(const IgnorePattern& pattern)
      : pattern_(pattern), now_(pattern.tokens.size() + 1), next_(pattern.tokens.size() + 1) {}

  // Whether the pattern fits the path, or one of the folders that it lies in.
  bool fits(std::string_view path) {
    now_[0] = true;
    enter(now_);
    for (const char c : path) {
      if (c == '/' && now_.back()) return true;
      if (!step(c)) return false;
    }
    return now_.back();
  }

 private:
  // Tokens that may stand for nothing let the reader through.
  void enter(std::vector<bool>& places) const {
    for (std::size_t i = 0; i < pattern_.tokens.size(); ++i) {
      if (!places[i]) continue;
      const Kind kind = pattern_.tokens[i].kind;
      if (kind == Kind::Name || kind == Kind::Tree) places[i + 1] = true;
      if (kind == Kind::Folders) places[i + 2] = true;
    }
  }

  // False once no place is left.
  bool step(char c) {
    next_.assign(next_.size(), false);
    bool any = false;
    for (std::size_t i = 0; i < pattern_.tokens.size(); ++i) {
      if (now_[i] && advance(i, c)) any = true;
    }
    now_.swap(next_);
    enter(now_);
    return any;
  }

  // Where `c` leads from token `i`; false for nowhere.
  bool advance(std::size_t i, char c) {
    const Token& token = pattern_.tokens[i];
    switch (token.kind) {
      case Kind::Byte:
        return reach(i + 1, token.byte == c);
      case Kind::AnyByte:
        return reach(i + 1, c != '/');
      case Kind::OneOf:
        return reach(i + 1, pattern_.sets[token.set].at(index_of(c)));
      case Kind::Name:
        return reach(i, c != '/');
      case Kind::Tree:
        return reach(i, true);
      case Kind::Folders:
        reach(i + 2, c == '/');
        return reach(i + 1, true);
      case Kind::InFolders:
        reach(i + 1, c == '/');
        return reach(i, true);
    }
    return false;
  }

  bool reach(std::size_t place, bool possible) {
    if (possible) next_[place] = true;
    return possible;
  }

  const IgnorePattern& pattern_;
  std::vector<bool> now_;
  std::vector<bool> next_;
};

IgnorePattern read_pattern(std::string_view line, std::size_t number) {
  IgnorePattern pattern;
  pattern.line = number;
  if (line.starts_with('!')) {
    pattern.exception = true;
    line = trim(line.substr(1));
  }
  if (line.size() > kMaxIgnorePatternBytes) return pattern;
  pattern.text = line.empty() ? std::string() : clean_context_path(line);
  if (!PatternReader(pattern).read()) pattern.tokens.clear();
  return pattern;
}

}  // namespace

std::string clean_context_path(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string out;
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

Dockerignore Dockerignore::parse(std::string_view content) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  content = content.substr(0, kMaxIgnoreBytes);
  if (content.starts_with(kByteOrderMark)) content.remove_prefix(kByteOrderMark.size());
  Dockerignore out;
  std::size_t number = 0;
  while (const auto line = next_line(content)) {
    ++number;
    if (line->starts_with('#')) continue;
    const std::string_view text = trim(*line);
    if (text.empty()) continue;
    if (out.patterns_.size() == kMaxIgnorePatterns) break;
    out.patterns_.push_back(read_pattern(text, number));
    if (out.patterns_.back().exception) out.has_exceptions_ = true;
  }
  return out;
}

const IgnorePattern* Dockerignore::decisive(std::string_view path) const {
  const std::string clean = clean_context_path(path);
  for (std::size_t i = patterns_.size(); i-- > 0;) {
    const IgnorePattern& pattern = patterns_[i];
    if (!pattern.tokens.empty() && Matcher(pattern).fits(clean)) return &pattern;
  }
  return nullptr;
}

bool Dockerignore::excludes(std::string_view path) const {
  const IgnorePattern* pattern = decisive(path);
  return pattern != nullptr && !pattern->exception;
}

}  // namespace corten::dockerfile
