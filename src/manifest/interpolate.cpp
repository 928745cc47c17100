#include "manifest/internal/interpolate.h"

#include <algorithm>

#include "base/text.h"

namespace corten::manifest {

namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::size_t name_length(std::string_view text) {
  if (text.empty() || !begins_name(text.front())) return 0;
  std::size_t length = 1;
  while (length < text.size() && in_name(text[length])) ++length;
  return length;
}

// Offset of the brace that closes the one before `text`, or npos. Braces of nested "${" count.
std::size_t closing_brace(std::string_view text) {
  std::size_t depth = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      ++depth;
      ++i;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

class Interpolator {
 public:
  Interpolator(const Variables& variables, std::size_t limit)
      : variables_(variables), limit_(limit) {}

  Interpolated run(std::string_view text) {
    expand(text, 0);
    return std::move(result_);
  }

 private:
  void put(std::string_view text) {
    if (text.size() > limit_ - std::min(limit_, result_.text.size())) {
      result_.is_open = true;
      return;
    }
    result_.text += text;
  }

  void put_value(const std::string& value) {
    result_.is_from_environment = true;
    put(value);
  }

  void leave(std::string_view written) {
    result_.is_open = true;
    put(written);
  }

  const std::string* value_of(std::string_view name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? nullptr : &found->second;
  }

  void expand(std::string_view text, std::size_t depth) {
    while (!text.empty()) {
      const std::size_t dollar = text.find('$');
      put(text.substr(0, dollar));
      if (dollar == std::string_view::npos) return;
      text.remove_prefix(dollar);
      text.remove_prefix(one(text, depth));
    }
  }

  // Expands the variable that `text` begins with; bytes that it takes.
  std::size_t one(std::string_view text, std::size_t depth) {
    if (text.starts_with("$$")) {
      put("$");
      return 2;
    }
    if (text.starts_with("${")) {
      const std::size_t end = closing_brace(text.substr(2));
      if (end == std::string_view::npos || depth >= kMaxInterpolationDepth) {
        result_.is_invalid = end == std::string_view::npos;
        leave(text);
        return text.size();
      }
      braced(text.substr(0, end + 3), text.substr(2, end), depth);
      return end + 3;
    }
    const std::size_t length = name_length(text.substr(1));
    if (length == 0) {
      put("$");
      return 1;
    }
    const std::string* value = value_of(text.substr(1, length));
    if (value == nullptr) {
      leave(text.substr(0, length + 1));
    } else {
      put_value(*value);
    }
    return length + 1;
  }

  void braced(std::string_view written, std::string_view inside, std::size_t depth) {
    const std::size_t length = name_length(inside);
    if (length == 0) {
      result_.is_invalid = true;
      return leave(written);
    }
    const std::string* value = value_of(inside.substr(0, length));
    std::string_view rest = inside.substr(length);
    const bool needs_text = rest.starts_with(":");
    if (needs_text) rest.remove_prefix(1);
    const bool is_set = value != nullptr && !(needs_text && value->empty());
    if (rest.empty()) {
      result_.is_invalid = result_.is_invalid || needs_text;
      return value == nullptr ? leave(written) : put_value(*value);
    }
    const std::string_view other = rest.substr(1);
    switch (rest.front()) {
      case '-':
        return is_set ? put_value(*value) : expand(other, depth + 1);
      case '+':
        return is_set ? expand(other, depth + 1) : put("");
      case '?':
        return is_set ? put_value(*value) : leave(written);
      default:
        result_.is_invalid = true;
        return leave(written);
    }
  }

  const Variables& variables_;
  std::size_t limit_;
  Interpolated result_;
};

// Where the quote that `text` begins with ends; npos if it does not.
std::size_t end_of_quote(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text.front() == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == text.front()) {
      return i;
    }
  }
  return std::string_view::npos;
}

// What the escapes in double quotes mean; a dollar sign stays one through interpolation.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char escaped = text[++i];
    if (escaped == 'n') {
      out += '\n';
    } else if (escaped == '$') {
      out += "$$";
    } else if (escaped == '"' || escaped == '\\') {
      out += escaped;
    } else {
      out += '\\';
      out += escaped;
    }
  }
  return out;
}

bool is_quote(std::string_view text) { return text.starts_with('\'') || text.starts_with('"'); }

// The value after "NAME=": quotes taken off, a comment cut off.
std::string env_value(std::string_view text, const Variables& known) {
  constexpr std::size_t kMaxValue = std::size_t{64} << 10;
  text = trim(text);
  if (is_quote(text)) {
    const std::size_t end = end_of_quote(text);
    const std::string_view inside = text.substr(1, end == std::string_view::npos ? end : end - 1);
    if (text.front() == '\'') return std::string(inside);
    return interpolate(unescaped(inside), known, kMaxValue).text;
  }
  if (const std::size_t comment = text.find(" #"); comment != std::string_view::npos) {
    text = trim(text.substr(0, comment));
  }
  return interpolate(text, known, kMaxValue).text;
}

}  // namespace

Interpolated interpolate(std::string_view text, const Variables& variables, std::size_t limit) {
  if (text.find('$') == std::string_view::npos && text.size() <= limit) {
    return {std::string(text), false, false, false};
  }
  return Interpolator(variables, limit).run(text);
}

Variables parse_env_file(std::string_view content, const Variables& known) {
  Variables all = known;
  Variables own;
  bool may_be_long = true;  // a quote may end in a later line
  while (true) {
    const std::string_view from_here = content;
    const auto line = next_line(content);
    if (!line) break;
    std::string_view text = trim(*line);
    if (text.starts_with("export ")) text = trim(text.substr(7));
    if (text.empty() || text.starts_with('#')) continue;
    const std::size_t length = name_length(text);
    const std::string_view after = trim(text.substr(length));
    if (length == 0 || after.empty() || (after.front() != '=' && after.front() != ':')) continue;
    std::string_view written = trim(after.substr(1));
    if (may_be_long && is_quote(written) && end_of_quote(written) == std::string_view::npos) {
      // No quote can come before the value's own.
      const std::string_view rest = from_here.substr(from_here.find(written.front()));
      const std::size_t end = end_of_quote(rest);
      may_be_long = end != std::string_view::npos;
      if (may_be_long) {
        written = rest.substr(0, end + 1);
        content = rest.substr(end + 1);
      }
    }
    std::string value = env_value(written, all);
    const std::string name(text.substr(0, length));
    if (!known.contains(name)) all[name] = value;
    own[name] = std::move(value);
  }
  return own;
}

}  // namespace corten::manifest
