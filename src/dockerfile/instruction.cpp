// The arguments of every instruction.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "dockerfile/internal/json_array.h"
#include "dockerfile/internal/parser.h"
#include "dockerfile/internal/words.h"
#include "dockerfile/parse.h"

namespace corten::dockerfile::internal {
namespace {

enum class Nesting { Top, Trigger };

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// "a word in a message": shortened, so that binary files make no pages of it.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return fmt::format("\"{}\"", printable(text.substr(0, kShown)));
}

class ArgumentReader {
 public:
  ArgumentReader(Context& context, Instruction& instruction)
      : context_(context), in_(instruction) {}

  // NOLINTNEXTLINE(misc-no-recursion): a trigger reads no further trigger
  static Instruction read_line(Context& context, const LogicalText& line, std::uint32_t index,
                               Nesting nesting) {
    Instruction out;
    out.index = index;
    const Span content = trimmed(line.text);
    const LogicalText all = line.part(content.begin, content.end);
    const auto blank = std::ranges::find_if(all.text, separates_arguments);
    const auto name_end = static_cast<std::size_t>(blank - all.text.begin());
    out.range = all.range();
    out.name = all.text.substr(0, name_end);
    out.keyword = keyword_from_name(out.name);
    out.keyword_range = all.source_range(0, name_end);
    const LogicalText rest = read_flags(context, out, all.part(name_end, all.text.size()));
    const Span arguments = trimmed(rest.text);
    out.text = rest.part(arguments.begin, arguments.end);
    ArgumentReader(context, out).read(nesting);
    if (out.keyword != Keyword::Unknown && !out.broken) check_flags(context, out);
    return out;
  }

  void read(Nesting nesting) {
    switch (in_.keyword) {
      case Keyword::Unknown:
        return refuse_unknown();
      case Keyword::From:
        return read_from();
      case Keyword::Expose:
        split_words();
        return need(!in_.words.empty(), "a port", "EXPOSE 8080");
      case Keyword::Add:
      case Keyword::Copy:
        return read_copy();
      case Keyword::Volume:
        return read_volume();
      case Keyword::Run:
        read_command();
        in_.script = in_.text;  // empty is fine with the builder too
        return;
      case Keyword::Cmd:
      case Keyword::Entrypoint:
        return read_command();
      case Keyword::Shell:
        return read_shell();
      case Keyword::Env:
      case Keyword::Label:
        return read_key_values();
      case Keyword::Arg:
        return read_args();
      case Keyword::Healthcheck:
        return read_healthcheck();
      case Keyword::Onbuild:
        return read_onbuild(nesting);
      case Keyword::Maintainer:
        one_word();
        return need(!in_.words.empty(), "a name", "LABEL org.opencontainers.image.authors=\"…\"");
      case Keyword::Stopsignal:
        one_word();
        return need(!in_.words.empty(), "a signal", "STOPSIGNAL SIGTERM");
      case Keyword::User:
        one_word();
        return need(!in_.words.empty(), "a user", "USER 10001:10001");
      case Keyword::Workdir:
        one_word();
        return need(!in_.words.empty(), "a folder", "WORKDIR /app");
    }
  }

 private:
  void bad(ErrorKind kind, Range range, std::string message, std::string hint = {}) {
    refuse(context_, in_, kind, range, std::move(message), std::move(hint));
  }

  void need(bool fulfilled, std::string_view what, std::string_view example) {
    if (fulfilled || in_.broken) return;
    bad(ErrorKind::MissingArgument, in_.keyword_range,
        fmt::format("{} needs {}", name_of(in_.keyword), what), fmt::format("as in: {}", example));
  }

  [[nodiscard]] std::string_view text() const { return in_.text.text; }

  Word word_at(Span span) {
    return {cut(text(), span), in_.text.source_range(span.begin, span.end)};
  }

  void one_word() {
    if (text().empty()) return;
    in_.words = context_.keeper.keep<Word>({word_at({0, text().size()})});
  }

  void split_words() {
    std::vector<Word> words;
    for (const Span span : split_arguments(text())) words.push_back(word_at(span));
    in_.words = context_.keeper.keep(words);
  }

  // Takes `text` as the exec form if it is one. False: it is not.
  bool read_exec_form() {
    std::vector<JsonString> strings;
    const JsonArray kind = parse_json_array(text(), strings);
    if (kind == JsonArray::None) return false;
    in_.form = Form::Exec;
    if (kind == JsonArray::OtherItems) {
      bad(ErrorKind::BadArgument, in_.text.range(),
          fmt::format("the array of {} holds something other than strings", name_of(in_.keyword)),
          "put quotes around each item");
      return true;
    }
    std::vector<Word> words;
    for (const JsonString& string : strings) {
      Word word = word_at(string.span);
      word.text = string.plain ? word.text.substr(1, word.text.size() - 2)
                               : context_.keeper.keep_text(string.value);
      words.push_back(word);
    }
    in_.words = context_.keeper.keep(words);
    return true;
  }

  void read_command() {
    if (!read_exec_form()) one_word();
  }

  void refuse_unknown() {
    const std::vector<Instruction>& before = context_.file.instructions;
    const bool goes_on = !before.empty() && before.back().keyword == Keyword::Unknown;
    const bool is_full = context_.file.errors.size() >= kMaxErrors;
    const std::string near = is_full ? std::string() : near_keyword();
    if (is_full || (goes_on && near.empty())) {
      // A line after one that was no instruction either: the same mistake, already reported.
      in_.broken = true;
      return;
    }
    if (in_.name.empty()) {
      return bad(ErrorKind::UnknownInstruction, in_.range, "an instruction is missing here",
                 "remove the continuation character that stands alone");
    }
    bad(ErrorKind::UnknownInstruction, in_.keyword_range,
        fmt::format("unknown instruction {}", quoted(in_.name)), unknown_hint(near));
  }

  [[nodiscard]] std::string near_keyword() const {
    constexpr std::size_t kShortest = 3;  // "cd" is no mistyped CMD
    if (in_.name.size() < kShortest) return {};
    std::vector<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(Keyword::Workdir); ++i) {
      names.push_back(name_of(static_cast<Keyword>(i)));
    }
    return std::string(closest(to_upper(in_.name), names));
  }

  // Whether the instruction before stops where a shell expects more.
  [[nodiscard]] bool is_left_open() const {
    if (in_.index == 0 || context_.file.instructions.empty()) return false;
    const Instruction& before = context_.file.instructions.back();
    return before.keyword == Keyword::Run && before.heredocs.empty() &&
           (before.text.text.ends_with("&&") || before.text.text.ends_with('|'));
  }

  [[nodiscard]] std::string unknown_hint(std::string_view near) const {
    const std::string_view name = in_.name;
    if (name.starts_with("//") || name.starts_with("/*") || name.starts_with("--")) {
      return "comments begin with #";
    }
    if (name.starts_with("<<<<<<<") || name.starts_with("=======") || name.starts_with(">>>>>>>")) {
      return "this looks like what is left of a merge conflict";
    }
    if (name.starts_with('&') || name.starts_with('|') || name.starts_with('-') || is_left_open()) {
      return fmt::format("the line before may lack a {} at its end", context_.file.escape);
    }
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (space_at(name, i) != 0) return "there is a no-break space in it: use a plain space";
    }
    return near.empty() ? std::string() : fmt::format("did you mean {}?", near);
  }

  void read_from() {
    split_words();
    if (in_.words.empty()) return need(false, "an image", "FROM debian:12-slim");
    const bool as = in_.words.size() > 1 && to_upper(in_.words[1].text) == "AS";
    if (in_.words.size() == 1) return;
    if (in_.words.size() != 3 || !as) {
      return bad(
          in_.words.size() == 2 && as ? ErrorKind::MissingArgument : ErrorKind::TooManyArguments,
          {in_.words[1].range.begin, in_.words.back().range.end},
          "FROM takes an image, or an image, AS and a name", "as in: FROM debian:12-slim AS build");
    }
    constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view kOther = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    const std::string name = to_lower(in_.words[2].text);
    if (!kFirst.contains(name[0]) || name.find_first_not_of(kOther) != std::string::npos) {
      bad(ErrorKind::BadStageName, in_.words[2].range,
          fmt::format("{} is no name for a stage", quoted(in_.words[2].text)),
          "a name begins with a letter and has letters, digits, - _ and . only");
    }
  }

  void read_copy() {
    if (!read_exec_form()) split_words();
    if (in_.broken) return;
    if (in_.words.size() < 2) {
      return need(false, "a source and a target",
                  in_.keyword == Keyword::Copy ? "COPY app.py /srv/" : "ADD app.tar.gz /srv/");
    }
    if (in_.form == Form::Shell && is_heredoc_word(in_.words.back().text)) {
      bad(ErrorKind::BadHeredoc, in_.words.back().range, "a here-document cannot be the target",
          "write the target after it");
    }
  }

  void read_volume() {
    if (!read_exec_form()) split_words();
    need(!in_.words.empty(), "a path", "VOLUME /data");
    for (const Word& word : in_.words) {
      const Span rest = trimmed(word.text);
      if (rest.begin == rest.end) {
        return bad(ErrorKind::BadArgument, word.range, "the path of a volume is empty");
      }
    }
  }

  void read_shell() {
    if (!read_exec_form()) {
      one_word();
      if (!in_.words.empty()) {
        return bad(ErrorKind::BadArgument, in_.text.range(), "SHELL takes a JSON array only",
                   "as in: SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
      }
    }
    need(!in_.words.empty(), "a program", "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
  }

  Pair pair_at(Span span, std::size_t equals) {
    Pair pair;
    pair.range = in_.text.source_range(span.begin, span.end);
    const std::size_t key_end = equals == std::string_view::npos ? span.end : equals;
    pair.key = cut(text(), {span.begin, key_end});
    pair.key_range = in_.text.source_range(span.begin, key_end);
    pair.value_range = {pair.range.end, pair.range.end};
    if (equals != std::string_view::npos) {
      pair.value = cut(text(), {equals + 1, span.end});
      pair.value_range = in_.text.source_range(equals + 1, span.end);
    }
    return pair;
  }

  void refuse_blank_key(const Pair& pair) {
    if (!pair.key.empty()) return;
    bad(ErrorKind::BadArgument, pair.range,
        fmt::format("a name of {} is blank", name_of(in_.keyword)));
  }

  void read_key_values() {
    const std::vector<Span> words = split_quoted(text(), context_.file.escape);
    if (words.empty()) return need(false, "a name and a value", "ENV NAME=value");
    if (!cut(text(), words[0]).contains('=')) return read_legacy_pair();
    std::vector<Pair> pairs;
    for (const Span span : words) {
      const std::size_t equals = cut(text(), span).find('=');
      if (equals == std::string_view::npos) {
        bad(ErrorKind::BadArgument, in_.text.source_range(span.begin, span.end),
            fmt::format("{} lacks its =", quoted(cut(text(), span))),
            "put quotes around values with blanks");
        continue;
      }
      pairs.push_back(pair_at(span, span.begin + equals));
      refuse_blank_key(pairs.back());
    }
    in_.pairs = context_.keeper.keep(pairs);
  }

  // "ENV name value with blanks"
  void read_legacy_pair() {
    const auto blank = std::ranges::find_if(text(), separates_arguments);
    const auto key_end = static_cast<std::size_t>(blank - text().begin());
    std::size_t value = key_end;
    while (value < text().size() && separates_arguments(text()[value])) ++value;
    if (key_end == text().size()) {
      return bad(ErrorKind::MissingArgument, in_.text.range(),
                 fmt::format("{} {} lacks its value", name_of(in_.keyword), quoted(text())),
                 fmt::format("write {} {}=value", name_of(in_.keyword), printable(text())));
    }
    Pair pair;
    pair.legacy = true;
    pair.range = in_.text.range();
    pair.key = text().substr(0, key_end);
    pair.key_range = in_.text.source_range(0, key_end);
    pair.value = text().substr(value);
    pair.value_range = in_.text.source_range(value, text().size());
    in_.pairs = context_.keeper.keep<Pair>({pair});
  }

  void read_args() {
    std::vector<Pair> pairs;
    for (const Span span : split_quoted(text(), context_.file.escape)) {
      const std::size_t equals = cut(text(), span).find('=');
      const bool has_value = equals != std::string_view::npos;
      pairs.push_back(pair_at(span, has_value ? span.begin + equals : std::string_view::npos));
      refuse_blank_key(pairs.back());
    }
    in_.pairs = context_.keeper.keep(pairs);
    need(!pairs.empty(), "a name", "ARG VERSION=1.0");
  }

  void read_healthcheck() {
    const std::size_t end =
        std::min(static_cast<std::size_t>(
                     std::ranges::find_if(text(), [](char c) { return separates_arguments(c); }) -
                     text().begin()),
                 text().size());
    if (end == 0) return need(false, "CMD or NONE", "HEALTHCHECK CMD /healthy");
    in_.words = context_.keeper.keep<Word>({word_at({0, end})});
    const std::string type = to_upper(text().substr(0, end));
    if (type == "NONE") {
      if (end < text().size()) {
        bad(ErrorKind::TooManyArguments, in_.text.source_range(end, text().size()),
            "HEALTHCHECK NONE takes no arguments");
      }
      return;
    }
    if (type != "CMD") {
      return bad(ErrorKind::BadArgument, in_.words[0].range,
                 fmt::format("HEALTHCHECK is followed by CMD or NONE, not by {}",
                             quoted(text().substr(0, end))),
                 "as in: HEALTHCHECK CMD /healthy");
    }
    Instruction command = nested_at(Keyword::Cmd, end);
    ArgumentReader(context_, command).read_command();
    if (command.broken) in_.broken = true;
    in_.form = command.form;
    in_.nested = context_.keeper.keep_one(command);
    need(!command.words.empty(), "a command after CMD", "HEALTHCHECK CMD /healthy");
  }

  // The instruction that begins with `text` and has its arguments behind `end`.
  [[nodiscard]] Instruction nested_at(Keyword keyword, std::size_t end) const {
    Instruction out;
    out.keyword = keyword;
    out.index = in_.index;
    out.name = text().substr(0, end);
    out.keyword_range = in_.text.source_range(0, end);
    out.range = in_.text.range();
    const Span rest = trimmed(text().substr(end));
    out.text = in_.text.part(end + rest.begin, end + rest.end);
    return out;
  }

  void read_onbuild(Nesting nesting) {
    // What stands behind ONBUILD ONBUILD is of no use to anyone.
    if (nesting == Nesting::Trigger) return;
    if (text().empty()) return need(false, "an instruction", "ONBUILD COPY . /app");
    const Instruction trigger = read_line(context_, in_.text, in_.index, Nesting::Trigger);
    if (trigger.broken) in_.broken = true;
    in_.nested = context_.keeper.keep_one(trigger);
  }

  Context& context_;
  Instruction& in_;
};

}  // namespace

Instruction read_instruction(Context& context, const LogicalText& line, std::uint32_t index) {
  return ArgumentReader::read_line(context, line, index, Nesting::Top);
}

void Context::report(ErrorKind kind, Range range, std::uint32_t instruction, std::string message,
                     std::string hint) {
  if (file.errors.size() >= kMaxErrors) return;
  // What another frontend accepts is not known here.
  const bool is_certain = kind == ErrorKind::NotText || kind == ErrorKind::LimitExceeded;
  if (file.has_foreign_syntax && !is_certain) return;
  SyntaxError error;
  error.kind = kind;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.range = range;
  error.position = file.source.position(range.begin);
  error.instruction = instruction;
  file.errors.push_back(std::move(error));
}

void refuse(Context& context, Instruction& instruction, ErrorKind kind, Range range,
            std::string message, std::string hint) {
  instruction.broken = true;
  context.report(kind, range, instruction.index, std::move(message), std::move(hint));
}

}  // namespace corten::dockerfile::internal
