#include "lint/yaml_comments.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace corten::lint {

namespace {

// Where the comment of a line begins, at its "#": outside of quotes, and after a blank or at the
// start (YAML 1.2, section 6.6). Quotes count where a value may begin, so that an apostrophe in a
// plain word opens nothing.
std::optional<std::size_t> comment_start(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char before = i == 0 ? ' ' : line[i - 1];
    if (quote != 0) {
      if (quote == '"' && c == '\\')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '#' && (before == ' ' || before == '\t')) {
      return i;
    } else if ((c == '"' || c == '\'') &&
               std::string_view(" \t[{,:").find(before) != std::string_view::npos) {
      quote = c;
    }
  }
  return std::nullopt;
}

// A line that opened a block, waiting for the line that ends it.
struct Open {
  std::size_t indent = 0;
  bool is_item = false;       // begins with "- "
  std::size_t statement = 0;  // index
};

class Blocks {
 public:
  explicit Blocks(std::vector<LineRange>& statements) : statements_(statements) {}

  void add_line(std::uint32_t line, std::size_t indent, bool is_item) {
    while (!open_.empty() && !holds(open_.back(), indent, is_item)) close();
    last_ = line;
    open_.push_back({indent, is_item, statements_.size()});
    statements_.push_back({line, line});
  }
  void finish() {
    while (!open_.empty()) close();
  }

 private:
  // Items of a list may stand at the indent of the key that they belong to.
  static bool holds(const Open& block, std::size_t indent, bool is_item) {
    return indent > block.indent || (indent == block.indent && is_item && !block.is_item);
  }
  void close() {
    statements_[open_.back().statement].last = last_;
    open_.pop_back();
  }

  std::vector<LineRange>& statements_;
  std::vector<Open> open_;
  std::uint32_t last_ = 0;
};

}  // namespace

CommentedFile comments_of_yaml(std::string_view content) {
  CommentedFile out;
  Blocks blocks(out.statements);
  std::uint32_t number = 0;
  while (const auto line = next_line(content)) {
    ++number;
    const auto comment = comment_start(*line);
    const std::size_t indent = std::min(line->find_first_not_of(' '), line->size());
    const std::string_view code = trim(line->substr(0, comment.value_or(line->size())));
    if (comment) {
      out.comments.push_back({number, line->substr(*comment + 1),
                              code.empty() ? CommentPlace::Alone : CommentPlace::AfterCode});
    }
    if (code == "---" || code == "...") {
      blocks.finish();
    } else if (!code.empty()) {
      blocks.add_line(number, indent, code == "-" || code.starts_with("- "));
    }
  }
  blocks.finish();
  return out;
}

}  // namespace corten::lint
