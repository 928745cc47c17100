#include "dockerfile/internal/json_array.h"

#include <cstdint>
#include <optional>

namespace corten::dockerfile::internal {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

// Reads one JSON array (RFC 8259) without recursion.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  JsonArray read(std::vector<JsonString>& strings) {
    at_ = trimmed(text_).begin;  // before the array Go's wider idea of blanks counts
    if (!take('[')) return JsonArray::None;
    bool only_strings = true;
    skip_blanks();
    if (!take(']')) {
      do {
        skip_blanks();
        if (peek() == '"') {
          auto string = read_string();
          if (!string) return JsonArray::None;
          strings.push_back(*std::move(string));
        } else {
          only_strings = false;
          if (!skip_value()) return JsonArray::None;
        }
        skip_blanks();
      } while (take(','));
      if (!take(']')) return JsonArray::None;
    }
    skip_blanks();
    if (at_ != text_.size()) return JsonArray::None;
    return only_strings ? JsonArray::Strings : JsonArray::OtherItems;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
  }

  std::optional<std::uint32_t> read_hex4() {
    if (text_.size() - at_ < 4) return std::nullopt;
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      code <<= 4U;
      if (c >= '0' && c <= '9') {
        code += static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        code += static_cast<std::uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        code += static_cast<std::uint32_t>(c - 'A' + 10);
      } else {
        return std::nullopt;
      }
    }
    return code;
  }

  // After "\u". A surrogate without its partner becomes U+FFFD.
  bool read_unicode(std::string& out) {
    constexpr std::uint32_t kReplacement = 0xFFFD;
    const auto first = read_hex4();
    if (!first) return false;
    std::uint32_t code = *first;
    if (code >= 0xD800 && code < 0xE000) {
      code = kReplacement;
      const std::size_t before = at_;
      if (*first < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
        at_ += 2;
        const auto second = read_hex4();
        if (second && *second >= 0xDC00 && *second < 0xE000) {
          code = 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
        } else {
          at_ = before;
        }
      }
    }
    append_utf8(out, code);
    return true;
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    const char c = peek();
    ++at_;
    if (c == 'u') return read_unicode(out);
    const std::size_t index = kFrom.find(c);
    if (c == '\0' || index == std::string_view::npos) return false;
    out += kTo[index];
    return true;
  }

  std::optional<JsonString> read_string() {
    JsonString out;
    out.span.begin = at_++;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        out.span.end = ++at_;
        return out;
      }
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c == '\\') {
        if (out.plain) {
          out.value = text_.substr(out.span.begin + 1, at_ - out.span.begin - 1);
          out.plain = false;
        }
        ++at_;
        if (at_ >= text_.size() || !read_escape(out.value)) return std::nullopt;
        continue;
      }
      if (!out.plain) out.value += c;
      ++at_;
    }
    return std::nullopt;
  }

  bool skip_digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }

  bool skip_number() {
    take('-');
    if (!take('0') && !skip_digits()) return false;
    if (take('.') && !skip_digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return skip_digits();
    }
    return true;
  }

  bool skip_scalar() {
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(literal)) {
        at_ += literal.size();
        return true;
      }
    }
    return peek() == '"' ? read_string().has_value() : skip_number();
  }

  bool skip_key() {
    skip_blanks();
    if (peek() != '"' || !read_string()) return false;
    skip_blanks();
    return take(':');
  }

  // At a value that may contain others; `open_` holds the closing brackets that are due.
  bool skip_value() {
    std::vector<char> open;
    while (true) {
      skip_blanks();
      bool complete = false;
      if (peek() == '[' || peek() == '{') {
        if (open.size() == kMaxJsonDepth) return false;
        open.push_back(peek() == '[' ? ']' : '}');
        ++at_;
        skip_blanks();
        complete = peek() == open.back();
        if (!complete && open.back() == '}' && !skip_key()) return false;
      } else {
        complete = skip_scalar();
        if (!complete) return false;
      }
      while (complete) {
        if (open.empty()) return true;
        skip_blanks();
        if (take(open.back())) {
          open.pop_back();
        } else if (take(',')) {
          if (open.back() == '}' && !skip_key()) return false;
          complete = false;
        } else {
          return false;
        }
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

JsonArray parse_json_array(std::string_view text, std::vector<JsonString>& strings) {
  strings.clear();
  const JsonArray kind = Reader(text).read(strings);
  if (kind != JsonArray::Strings) strings.clear();
  return kind;
}

}  // namespace corten::dockerfile::internal
