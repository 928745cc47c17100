// Here-documents: <<EOF and its kin in RUN, COPY and ADD.
#include <fmt/format.h>

#include <algorithm>
#include <expected>

#include "base/text.h"
#include "dockerfile/expand.h"
#include "dockerfile/internal/parser.h"
#include "dockerfile/parse.h"

namespace corten::dockerfile::internal {
namespace {

struct Operator {
  std::uint32_t fd = 0;
  bool strip_tabs = false;
  std::string_view rest;  // the delimiter with its quotes; may be empty
};

// "3<<-rest", where rest has no other "<".
std::optional<Operator> parse_operator(std::string_view word) {
  Operator out;
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  // A descriptor that is too large becomes 0, as BuildKit has it.
  out.fd = parse_number<std::uint32_t>(word.substr(0, digits)).value_or(0);
  word.remove_prefix(digits);
  if (!word.starts_with("<<")) return std::nullopt;
  word.remove_prefix(2);
  out.strip_tabs = word.starts_with('-');
  if (out.strip_tabs) word.remove_prefix(1);
  if (word.contains('<')) return std::nullopt;
  out.rest = word;
  return out;
}

ExpandOptions lexer_options(std::string_view text, Quotes quotes, Quotes escapes) {
  ExpandOptions options;  // the backslash escapes here whatever the escape directive says
  options.quotes = quotes;
  options.escapes = escapes;
  options.unset = Unset::AsWritten;
  options.max_bytes = 2 * text.size() + 64;
  return options;
}

std::ptrdiff_t count_quotes(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return c == '\'' || c == '"'; });
}

struct Delimiter {
  std::string text;
  bool quoted = false;
};

enum class DelimiterProblem { NotOne, Malformed };

std::expected<Delimiter, DelimiterProblem> read_delimiter(std::string_view rest) {
  if (rest.empty()) return std::unexpected(DelimiterProblem::NotOne);
  const Expansion plain =
      expand(rest, nullptr, lexer_options(rest, Quotes::Remove, Quotes::Remove));
  if (!plain.error.empty()) return std::unexpected(DelimiterProblem::Malformed);
  if (plain.words.size() != 1) return std::unexpected(DelimiterProblem::NotOne);
  const Expansion raw = expand(rest, nullptr, lexer_options(rest, Quotes::Keep, Quotes::Remove));
  if (raw.words.size() != 1) return std::unexpected(DelimiterProblem::Malformed);
  const std::string& text = plain.words[0].text;
  return Delimiter{text, count_quotes(text) != count_quotes(raw.words[0].text)};
}

// Text put together from pieces of the source.
class Joiner {
 public:
  void add(std::string_view text, std::uint32_t source) {
    if (text.empty()) return;
    segments_.push_back({static_cast<std::uint32_t>(text_.size()), source});
    text_ += text;
  }

  void add(const LogicalText& part) {
    std::size_t at = 0;
    while (at < part.text.size()) {
      const std::size_t end = piece_end(part, at);
      add(part.text.substr(at, end - at), part.source_at(at));
      at = end;
    }
  }

  LogicalText finish(Keeper& keeper) {
    return {keeper.keep_text(text_), keeper.keep(segments_), 0};
  }

 private:
  static std::size_t piece_end(const LogicalText& part, std::size_t at) {
    const std::size_t logical = part.base + at;
    const auto next = std::ranges::upper_bound(part.segments, logical, {}, &Segment::logical);
    if (next == part.segments.end()) return part.text.size();
    return std::min<std::size_t>(next->logical - part.base, part.text.size());
  }

  std::string text_;
  std::vector<Segment> segments_;
};

LogicalText content_of(Context& context, const Heredoc& heredoc) {
  const std::string_view body = context.file.source.text(heredoc.body);
  if (!heredoc.strip_tabs) {
    return {body, context.keeper.keep<Segment>({{0, heredoc.body.begin}}), 0};
  }
  Joiner joiner;
  std::size_t at = 0;
  while (at < body.size()) {
    const std::size_t newline = std::min(body.find('\n', at), body.size() - 1);
    const std::size_t text = std::min(body.find_first_not_of('\t', at), newline + 1);
    joiner.add(body.substr(text, newline + 1 - text),
               heredoc.body.begin + static_cast<std::uint32_t>(text));
    at = newline + 1;
  }
  return joiner.finish(context.keeper);
}

LogicalText script_of(Context& context, const Instruction& run, std::span<const Heredoc> heredocs) {
  if (is_heredoc_word(run.text.text)) return heredocs[0].content;
  Joiner joiner;
  joiner.add(run.text);
  for (const Heredoc& heredoc : heredocs) {
    // The newline before a body, wherever the source has it.
    joiner.add("\n", heredoc.body.begin == 0 ? 0 : heredoc.body.begin - 1);
    joiner.add(context.file.source.text(heredoc.body), heredoc.body.begin);
    joiner.add(heredoc.delimiter, heredoc.terminator.begin);
  }
  return joiner.finish(context.keeper);
}

}  // namespace

bool is_heredoc_word(std::string_view word) {
  const auto parsed = parse_operator(word);
  return parsed && read_delimiter(parsed->rest).has_value();
}

std::vector<HeredocRequest> find_heredocs(Context& context, Instruction& instruction,
                                          const LogicalText& line) {
  std::vector<HeredocRequest> out;
  if (!line.text.contains("<<")) return out;
  const Expansion lexed =
      expand(line.text, nullptr, lexer_options(line.text, Quotes::Keep, Quotes::Keep));
  // BuildKit finds none in a line that its lexer does not understand, and says nothing.
  for (std::size_t i = 0; i < lexed.words.size(); ++i) {
    const auto parsed = parse_operator(lexed.words[i].text);
    if (!parsed) continue;
    HeredocRequest request;
    request.spaced = parsed->rest.empty();
    if (request.spaced && ++i == lexed.words.size()) break;
    const auto delimiter = read_delimiter(request.spaced ? lexed.words[i].text : parsed->rest);
    const Range range = line.source_range(lexed.words[request.spaced ? i - 1 : i].range.begin,
                                          lexed.words[i].range.end);
    if (!delimiter) {
      if (delimiter.error() == DelimiterProblem::Malformed && !request.spaced) {
        refuse(context, instruction, ErrorKind::BadHeredoc, range,
               "the delimiter of the here-document is malformed", "close its quotes");
      }
      continue;
    }
    if (out.size() == kMaxHeredocs) {
      refuse(context, instruction, ErrorKind::LimitExceeded, range,
             fmt::format("more than {} here-documents", kMaxHeredocs));
      break;
    }
    request.heredoc.delimiter = context.keeper.keep_text(delimiter->text);
    request.heredoc.expand = !delimiter->quoted;
    request.heredoc.fd = parsed->fd;
    request.heredoc.strip_tabs = parsed->strip_tabs;
    request.heredoc.operator_range = range;
    out.push_back(request);
  }
  return out;
}

void finish_heredocs(Context& context, Instruction& instruction, std::vector<Heredoc> heredocs) {
  for (Heredoc& heredoc : heredocs) heredoc.content = content_of(context, heredoc);
  instruction.heredocs = context.keeper.keep(heredocs);
  if (instruction.heredocs.empty()) return;
  if (instruction.keyword == Keyword::Run) {
    instruction.script = script_of(context, instruction, instruction.heredocs);
  } else if (instruction.nested != nullptr) {
    Instruction nested = *instruction.nested;
    nested.heredocs = instruction.heredocs;
    if (nested.keyword == Keyword::Run) nested.script = script_of(context, nested, nested.heredocs);
    instruction.nested = context.keeper.keep_one(nested);
  }
}

}  // namespace corten::dockerfile::internal
