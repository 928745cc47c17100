#include "dockerfile/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "dockerfile/internal/parser.h"
#include "dockerfile/internal/words.h"

namespace corten::dockerfile {
namespace {

using internal::space_at;
using internal::Span;

// Lookups for the end of "<< EOF", which may also be arithmetic, that may fail per file.
constexpr int kMaxFailedLookups = 32;

class FileParser {
 public:
  explicit FileParser(Dockerfile& file)
      : file_(file), context_(file), text_(file.source.text()), at_(file.source.bom_size()) {}

  void run() {
    read_directives();
    while (at_ < text_.size()) {
      if (file_.instructions.size() == kMaxInstructions) {
        file_.truncated = true;
        context_.report(ErrorKind::LimitExceeded, here(), kNone,
                        fmt::format("more than {} instructions", kMaxInstructions));
        return;
      }
      read_item();
    }
    if (file_.instructions.empty()) {
      const Range start{file_.source.bom_size(), file_.source.bom_size()};
      context_.report(ErrorKind::NoInstructions, start, kNone,
                      "there is no instruction in this file", "begin with FROM");
    }
  }

 private:
  // A physical line: `content` goes up to the newline, without carriage returns before it.
  struct Line {
    Range content;
    std::uint32_t next = 0;
    std::uint32_t number = 0;
  };

  [[nodiscard]] Range here() const { return {at_, at_}; }

  Line take_line() {
    Line line;
    line.number = ++line_number_;
    std::size_t end = text_.find('\n', at_);
    line.next = static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end + 1);
    if (end == std::string_view::npos) end = text_.size();
    while (end > at_ && text_[end - 1] == '\r') --end;
    line.content = {at_, static_cast<std::uint32_t>(end)};
    at_ = line.next;
    return line;
  }

  void check_length(const Line& line, Instruction* instruction) {
    if (line.next - line.content.begin <= kMaxLineBytes + 1) return;
    const std::string message =
        fmt::format("this line is longer than {} bytes, which BuildKit refuses", kMaxLineBytes);
    if (instruction != nullptr) {
      refuse(context_, *instruction, ErrorKind::LimitExceeded, line.content, message);
    } else {
      context_.report(ErrorKind::LimitExceeded, line.content, kNone, message);
    }
  }

  [[nodiscard]] std::string_view view(Range range) const {
    return text_.substr(range.begin, range.size());
  }

  [[nodiscard]] Range without_left_blanks(Range range) const {
    while (const std::size_t blank = space_at(view(range), 0)) {
      range.begin += static_cast<std::uint32_t>(blank);
    }
    return range;
  }

  // The end of the line without the escape character that continues it; nullopt: it ends here. An
  // escape character in front of it takes its meaning.
  [[nodiscard]] std::optional<std::uint32_t> continued(Range content) const {
    std::uint32_t end = content.end;
    while (end > content.begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    if (end == content.begin || text_[end - 1] != file_.escape) return std::nullopt;
    if (end - 1 > content.begin && text_[end - 2] == file_.escape) return std::nullopt;
    return end - 1;
  }

  // --- directives ---

  struct DirectiveParts {
    Span name;
    Span value;
  };

  // "name = value", after the comment sign.
  static std::optional<DirectiveParts> split_directive(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_blank = [](char c) { return internal::separates_arguments(c); };
    DirectiveParts out;
    std::size_t at = 0;
    while (const std::size_t blank = space_at(text, at)) at += blank;
    out.name.begin = at;
    if (at == text.size() || !is_letter(text[at])) return std::nullopt;
    while (at < text.size() && (is_letter(text[at]) || (text[at] >= '0' && text[at] <= '9'))) ++at;
    out.name.end = at;
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size() || text[at] != '=') return std::nullopt;
    ++at;
    while (at < text.size() && is_blank(text[at])) ++at;
    out.value = {at, text.size()};
    while (out.value.end > at && is_blank(text[out.value.end - 1])) --out.value.end;
    if (out.value.begin == out.value.end) return std::nullopt;
    return out;
  }

  // Directives stand above everything else. A "#!" line may come first, but then BuildKit knows no
  // escape directive; with "//" in place of "#" the file is for another frontend.
  void read_directives() {
    const bool shebang = text_.substr(at_).starts_with("#!");
    if (shebang) {
      add_comment(take_line(), 1, false);
    }
    const bool slashes = text_.substr(at_).starts_with("//");
    const std::string_view sign = slashes ? "//" : "#";
    while (at_ < text_.size() && read_directive(sign, shebang || slashes)) {
    }
  }

  bool read_directive(std::string_view sign, bool ignores_escape) {
    const std::uint32_t before = at_;
    const std::uint32_t number_before = line_number_;
    const Line line = take_line();
    const Range content = without_left_blanks(line.content);
    const std::string_view text = view(content);
    const auto parts = text.starts_with(sign) ? split_directive(text.substr(sign.size()))
                                              : std::optional<DirectiveParts>();
    const std::string name =
        parts ? to_lower(internal::cut(text.substr(sign.size()), parts->name)) : std::string();
    if (name != "syntax" && name != "escape" && name != "check") {
      at_ = before;
      line_number_ = number_before;
      return false;
    }
    check_length(line, nullptr);
    Directive directive;
    directive.name = internal::cut(text.substr(sign.size()), parts->name);
    directive.value = internal::cut(text.substr(sign.size()), parts->value);
    directive.range = content;
    const auto value_begin =
        static_cast<std::uint32_t>(content.begin + sign.size() + parts->value.begin);
    directive.value_range = {value_begin,
                             value_begin + static_cast<std::uint32_t>(directive.value.size())};
    directive.line = line.number;
    const bool repeated = std::ranges::any_of(
        file_.directives, [&](const Directive& other) { return to_lower(other.name) == name; });
    file_.directives.push_back(directive);
    if (repeated) {
      context_.report(ErrorKind::BadDirective, directive.range, kNone,
                      fmt::format("the directive {} is given twice", name));
      return true;
    }
    if (name == "escape" && !ignores_escape) set_escape(directive);
    // docker/dockerfile:1, docker/dockerfile-upstream:master, mirrors of them.
    if (name == "syntax")
      file_.has_foreign_syntax = !to_lower(directive.value).contains("dockerfile");
    return true;
  }

  void set_escape(const Directive& directive) {
    if (directive.value == "\\" || directive.value == "`") {
      file_.escape = directive.value[0];
      return;
    }
    context_.report(ErrorKind::BadDirective, directive.value_range, kNone,
                    "the escape character is neither \\ nor `", "write # escape=`");
  }

  // --- comments ---

  // `sign_size` bytes begin the comment.
  void add_comment(const Line& line, std::uint32_t sign_size, bool inside) {
    const Range content = without_left_blanks(line.content);
    Comment comment;
    comment.range = content;
    comment.line = line.number;
    comment.inside = inside;
    comment.next = static_cast<std::uint32_t>(file_.instructions.size());
    const std::string_view text = view(content).substr(sign_size);
    comment.text = internal::cut(text, internal::trimmed(text));
    file_.comments.push_back(comment);
    check_length(line, nullptr);
  }

  // --- instructions ---

  void read_item() {
    const Line first = take_line();
    const Range content = without_left_blanks(first.content);
    if (content.empty()) return check_length(first, nullptr);
    if (text_[content.begin] == '#') return add_comment(first, 1, false);
    read_joined(first, content);
  }

  // The pieces of a continued line.
  struct Joined {
    std::vector<Range> pieces;  // of the source, in order
    std::size_t size = 0;
    std::uint32_t end = 0;  // of the last line that is not blank
    std::uint32_t last_line = 0;
    std::uint32_t empty_line = 0;
    std::optional<Line> long_line;
  };

  void add_piece(Joined& joined, const Line& line, Range piece) const {
    if (line.next - line.content.begin > kMaxLineBytes + 1 && !joined.long_line) {
      joined.long_line = line;
    }
    joined.pieces.push_back(piece);
    joined.size += piece.size();
    joined.end = line.content.end;
    joined.last_line = line.number;
  }

  Joined join(const Line& first, Range content) {
    Joined out;
    std::optional<std::uint32_t> cut = continued(content);
    add_piece(out, first, {content.begin, cut.value_or(content.end)});
    while (cut && at_ < text_.size()) {
      const Line line = take_line();
      const Range rest = without_left_blanks(line.content);
      if (rest.empty()) {
        if (out.empty_line == 0) out.empty_line = line.number;
        check_length(line, nullptr);
        continue;
      }
      if (text_[rest.begin] == '#') {
        add_comment(line, 1, true);
        continue;
      }
      cut = continued(line.content);
      add_piece(out, line, {line.content.begin, cut.value_or(line.content.end)});
    }
    return out;
  }

  LogicalText to_logical(const Joined& joined) {
    std::vector<Segment> segments;
    if (joined.pieces.size() == 1) {
      segments.push_back({0, joined.pieces[0].begin});
      return {view(joined.pieces[0]), context_.keeper.keep(segments), 0};
    }
    std::string text;
    text.reserve(joined.size);
    for (const Range piece : joined.pieces) {
      if (piece.empty()) continue;
      segments.push_back({static_cast<std::uint32_t>(text.size()), piece.begin});
      text += view(piece);
    }
    if (segments.empty()) segments.push_back({0, joined.pieces[0].begin});
    return {context_.keeper.keep_text(text), context_.keeper.keep(segments), 0};
  }

  void read_joined(const Line& first, Range content) {
    const auto comments_begin = static_cast<std::uint32_t>(comments_done_);
    const auto comments_end = static_cast<std::uint32_t>(file_.comments.size());
    const Joined joined = join(first, content);
    const auto index = static_cast<std::uint32_t>(file_.instructions.size());
    Instruction instruction;
    const bool too_long = joined.long_line || joined.size > kMaxInstructionBytes;
    if (too_long) {
      instruction = read_too_long(joined, index);
    } else {
      instruction = internal::read_instruction(context_, to_logical(joined), index);
    }
    instruction.range = {content.begin, joined.end};
    instruction.first_line = first.number;
    instruction.header_line = joined.last_line;
    instruction.last_line = joined.last_line;
    instruction.empty_line = joined.empty_line;
    instruction.comments_begin = comments_begin;
    instruction.comments_end = comments_end;
    if (!too_long) read_heredocs(instruction, joined);
    comments_done_ = file_.comments.size();
    file_.instructions.push_back(instruction);
  }

  // Only the keyword of it.
  Instruction read_too_long(const Joined& joined, std::uint32_t index) {
    Instruction out;
    out.index = index;
    const Range piece = joined.pieces[0];
    const std::string_view text = view(piece);
    const auto blank = std::ranges::find_if(text, internal::separates_arguments);
    const auto size = static_cast<std::uint32_t>(blank - text.begin());
    out.name = text.substr(0, size);
    out.keyword = keyword_from_name(out.name);
    out.keyword_range = {piece.begin, piece.begin + size};
    if (joined.long_line) {
      check_length(*joined.long_line, &out);
    } else {
      refuse(context_, out, ErrorKind::LimitExceeded, out.keyword_range,
             fmt::format("this instruction is longer than {} bytes", kMaxInstructionBytes));
    }
    return out;
  }

  // --- here-documents ---

  [[nodiscard]] static bool can_hold_heredocs(const Instruction& instruction) {
    const Instruction& inner =
        instruction.keyword == Keyword::Onbuild && instruction.nested != nullptr
            ? *instruction.nested
            : instruction;
    return inner.form == Form::Shell &&
           (inner.keyword == Keyword::Unknown || inner.keyword == Keyword::Run ||
            inner.keyword == Keyword::Copy || inner.keyword == Keyword::Add);
  }

  [[nodiscard]] static bool terminates(std::string_view line, const Heredoc& heredoc) {
    if (heredoc.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    return line == heredoc.delimiter;
  }

  void read_heredocs(Instruction& instruction, const Joined& joined) {
    if (!can_hold_heredocs(instruction)) return;
    std::vector<Heredoc> heredocs;
    // BuildKit looks at the whole line, keyword and flags included.
    for (internal::HeredocRequest& request :
         internal::find_heredocs(context_, instruction, whole_line(instruction, joined))) {
      // An unknown instruction may be a mistyped RUN: its body is then no further mistake.
      const bool is_certain = !request.spaced && instruction.keyword != Keyword::Unknown;
      if (!is_certain && !can_be_terminated(request.heredoc)) continue;
      if (!read_body(instruction, request.heredoc)) break;
      heredocs.push_back(request.heredoc);
    }
    internal::finish_heredocs(context_, instruction, std::move(heredocs));
  }

  LogicalText whole_line(const Instruction& instruction, const Joined& joined) {
    // The arguments are almost always all that can hold an operator: a flag with "<<" in it is
    // lexed again with them.
    const bool in_flags = std::ranges::any_of(instruction.flags, [](const Flag& flag) {
      return flag.value && flag.value->contains("<<");
    });
    return in_flags ? to_logical(joined) : instruction.text;
  }

  bool can_be_terminated(const Heredoc& heredoc) {
    if (failed_lookups_ == kMaxFailedLookups) return false;
    const std::uint32_t at_before = at_;
    const std::uint32_t number_before = line_number_;
    bool found = false;
    while (!found && at_ < text_.size()) found = terminates(view(take_line().content), heredoc);
    at_ = at_before;
    line_number_ = number_before;
    if (!found) ++failed_lookups_;
    return found;
  }

  // False when the file ends before the delimiter.
  bool read_body(Instruction& instruction, Heredoc& heredoc) {
    heredoc.body = {at_, at_};
    while (at_ < text_.size()) {
      const Line line = take_line();
      check_length(line, nullptr);
      instruction.last_line = line.number;
      instruction.range.end = line.content.end;
      if (terminates(view(line.content), heredoc)) {
        const auto size = static_cast<std::uint32_t>(heredoc.delimiter.size());
        heredoc.terminator = {line.content.end - size, line.content.end};
        return true;
      }
      heredoc.body.end = line.next;
    }
    refuse(context_, instruction, ErrorKind::UnterminatedHeredoc, heredoc.operator_range,
           fmt::format("the here-document has no line \"{}\" that ends it",
                       printable(heredoc.delimiter)),
           heredoc.strip_tabs ? "only tabs may stand before it"
                              : "nothing may stand before or after it");
    return false;
  }

  Dockerfile& file_;
  internal::Context context_;
  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t line_number_ = 0;
  std::size_t comments_done_ = 0;  // those that earlier instructions have
  int failed_lookups_ = 0;
};

// Why these bytes are no Dockerfile at all, or empty.
std::string not_text(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "this file is UTF-16";
  if (text.contains('\0')) return "this file is not text: it has NUL bytes";
  return {};
}

}  // namespace

Dockerfile parse(std::string content) {
  Dockerfile file;
  const bool too_large = content.size() > kMaxFileBytes;
  if (too_large) content.resize(kMaxFileBytes);
  file.memory = std::make_unique<std::pmr::monotonic_buffer_resource>(
      std::max<std::size_t>(1024, content.size() / 2));
  file.source = Source(std::move(content));
  internal::Context context(file);
  if (too_large) {
    file.truncated = true;
    context.report(ErrorKind::LimitExceeded, {}, kNone,
                   fmt::format("this file is larger than {}", format_size(kMaxFileBytes)));
    return file;
  }
  if (const std::string problem = not_text(file.source.text()); !problem.empty()) {
    file.truncated = true;
    const std::size_t nul = file.source.text().find('\0');
    const auto at = static_cast<std::uint32_t>(nul == std::string_view::npos ? 0 : nul);
    context.report(ErrorKind::NotText, {at, at}, kNone, problem, "save it as UTF-8");
    return file;
  }
  FileParser(file).run();
  std::ranges::sort(file.errors, [](const SyntaxError& a, const SyntaxError& b) {
    return std::tie(a.range.begin, a.range.end, a.message) <
           std::tie(b.range.begin, b.range.end, b.message);
  });
  return file;
}

}  // namespace corten::dockerfile
