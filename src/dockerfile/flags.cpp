// The flags between a keyword and its arguments.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "dockerfile/internal/parser.h"
#include "dockerfile/internal/words.h"
#include "dockerfile/mount.h"

namespace corten::dockerfile::internal {
namespace {

enum class FlagType { Boolean, Text, Texts };  // Texts may be repeated

struct FlagRow {
  Keyword keyword;
  std::string_view name;
  FlagType type;
};

constexpr std::array kFlags = {
    FlagRow{Keyword::Add, "chown", FlagType::Text},
    FlagRow{Keyword::Add, "chmod", FlagType::Text},
    FlagRow{Keyword::Add, "link", FlagType::Boolean},
    FlagRow{Keyword::Add, "keep-git-dir", FlagType::Boolean},
    FlagRow{Keyword::Add, "checksum", FlagType::Text},
    FlagRow{Keyword::Add, "unpack", FlagType::Boolean},
    FlagRow{Keyword::Add, "exclude", FlagType::Texts},
    FlagRow{Keyword::Copy, "chown", FlagType::Text},
    FlagRow{Keyword::Copy, "from", FlagType::Text},
    FlagRow{Keyword::Copy, "chmod", FlagType::Text},
    FlagRow{Keyword::Copy, "link", FlagType::Boolean},
    FlagRow{Keyword::Copy, "parents", FlagType::Boolean},
    FlagRow{Keyword::Copy, "exclude", FlagType::Texts},
    FlagRow{Keyword::From, "platform", FlagType::Text},
    FlagRow{Keyword::Healthcheck, "interval", FlagType::Text},
    FlagRow{Keyword::Healthcheck, "timeout", FlagType::Text},
    FlagRow{Keyword::Healthcheck, "start-period", FlagType::Text},
    FlagRow{Keyword::Healthcheck, "start-interval", FlagType::Text},
    FlagRow{Keyword::Healthcheck, "retries", FlagType::Text},
    FlagRow{Keyword::Run, "mount", FlagType::Texts},
    FlagRow{Keyword::Run, "network", FlagType::Text},
    FlagRow{Keyword::Run, "security", FlagType::Text},
    FlagRow{Keyword::Run, "device", FlagType::Texts},
};

const FlagRow* find_row(Keyword keyword, std::string_view name) {
  for (const FlagRow& row : kFlags) {
    if (row.keyword == keyword && row.name == name) return &row;
  }
  return nullptr;
}

std::string near_flag(Keyword keyword, std::string_view name) {
  std::vector<std::string_view> names;
  for (const FlagRow& row : kFlags) {
    if (row.keyword == keyword) names.push_back(row.name);
  }
  const std::string_view near = closest(name, names);
  if (!near.empty()) return fmt::format("did you mean --{}?", near);
  if (names.empty()) return fmt::format("{} takes no flags", name_of(keyword));
  return {};
}

// What one flag looks like in the text before it becomes a Flag.
struct RawFlag {
  Span span;
  std::size_t equals = std::string_view::npos;  // the first "=" in the text
  std::string resolved;
  std::size_t resolved_equals = std::string::npos;
};

// At "--": up to the next blank outside of quotes. Backslashes escape here whatever the escape
// directive says.
RawFlag scan_flag(std::string_view text, std::size_t at) {
  RawFlag out;
  out.span.begin = at;
  char quote = '\0';
  while (at < text.size() && (quote != '\0' || space_at(text, at) == 0)) {
    char c = text[at];
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      if (c == '\\') {
        if (++at == text.size()) break;
        c = text[at];
      }
      if (c == '=' && out.equals == std::string_view::npos) {
        out.equals = at;
        out.resolved_equals = out.resolved.size();
      }
      out.resolved += c;
    }
    ++at;
  }
  out.span.end = at;
  return out;
}

Flag to_flag(Keeper& keeper, const LogicalText& text, const RawFlag& raw) {
  Flag flag;
  flag.range = text.source_range(raw.span.begin, raw.span.end);
  // Almost always what is written is what is meant, and needs no copy.
  const bool as_written = raw.resolved.size() == raw.span.end - raw.span.begin;
  const std::string_view resolved =
      as_written ? cut(text.text, raw.span) : keeper.keep_text(raw.resolved);
  if (raw.equals == std::string_view::npos) {
    flag.name = resolved.substr(2);
    flag.name_range = flag.range;
    flag.value_range = {flag.range.end, flag.range.end};
    return flag;
  }
  flag.name = resolved.substr(2, raw.resolved_equals - 2);
  flag.value = resolved.substr(raw.resolved_equals + 1);
  flag.name_range = text.source_range(raw.span.begin, raw.equals);
  flag.value_range = text.source_range(raw.equals + 1, raw.span.end);
  return flag;
}

bool is_boolean(std::string_view value) {
  const std::string lower = to_lower(value);
  return lower == "true" || lower == "false";
}

// Go's time.ParseDuration: "1h30m", "1.5s", "100ms", "0"; nullopt if malformed. In seconds.
std::optional<double> parse_duration(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ns", 1e-9}, {"us", 1e-6}, {"\xC2\xB5s", 1e-6}, {"\xCE\xBCs", 1e-6},
      {"ms", 1e-3}, {"s", 1},     {"m", 60},           {"h", 3600}};
  double total = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view number = text.substr(0, digits);
    if (number.find_first_of("0123456789") == std::string_view::npos) return std::nullopt;
    if (std::ranges::count(number, '.') > 1) return std::nullopt;
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    text.remove_prefix(digits);
    const std::size_t length = std::min(text.find_first_of("0123456789."), text.size());
    const auto unit = std::ranges::find(kUnits, text.substr(0, length),
                                        &std::pair<std::string_view, double>::first);
    if (unit == std::end(kUnits)) return std::nullopt;
    total += value * unit->second;
    text.remove_prefix(length);
  }
  return total;
}

std::string healthcheck_problem(std::string_view name, std::string_view value) {
  if (value.empty()) return {};
  if (name == "retries") {
    if (parse_number<std::uint32_t>(value.substr(value[0] == '+' ? 1 : 0))) return {};
    return fmt::format("--retries={} is no whole number", printable(value));
  }
  const std::optional<double> seconds = parse_duration(value);
  if (!seconds) return fmt::format("--{}={} is no duration", name, printable(value));
  if (value[0] == '-' || (*seconds > 0 && *seconds < 0.001)) {
    return fmt::format("--{}={} is shorter than 1ms", name, printable(value));
  }
  return {};
}

// What BuildKit itself refuses while reading; everything that it looks at later is left to rules.
std::string value_problem(Keyword keyword, std::string_view name, std::string_view value) {
  if (keyword == Keyword::Healthcheck) return healthcheck_problem(name, value);
  if (keyword != Keyword::Run) return {};
  if (name == "mount") return mount_problem(value);
  if (name == "network" && value != "default" && value != "none" && value != "host") {
    return fmt::format("--network={} is none of default, none, host", printable(value));
  }
  if (name == "security" && value != "sandbox" && value != "insecure") {
    return fmt::format("--security={} is neither sandbox nor insecure", printable(value));
  }
  return {};
}

void check_flag(Context& context, Instruction& instruction, std::size_t index) {
  const Flag& flag = instruction.flags[index];
  const std::string name = printable(flag.name);
  const auto bad = [&](Range range, std::string message, std::string hint = {}) {
    refuse(context, instruction, ErrorKind::BadFlag, range, std::move(message), std::move(hint));
  };
  const FlagRow* row = find_row(instruction.keyword, flag.name);
  if (row == nullptr) {
    bad(flag.name_range, fmt::format("{} has no flag --{}", name_of(instruction.keyword), name),
        near_flag(instruction.keyword, flag.name));
    return;
  }
  const auto before = instruction.flags.first(index);
  const bool again = std::ranges::find(before, flag.name, &Flag::name) != before.end();
  if (again && row->type != FlagType::Texts) {
    bad(flag.range, fmt::format("the flag --{} is given twice", name));
    return;
  }
  if (row->type == FlagType::Boolean) {
    if (flag.value && !is_boolean(*flag.value)) {
      bad(flag.range, fmt::format("--{} is either true or false", name));
    }
    return;
  }
  if (!flag.value) {
    bad(flag.range, fmt::format("the flag --{} lacks its value", name),
        fmt::format("write --{}=VALUE", name));
    return;
  }
  const std::string problem = value_problem(instruction.keyword, row->name, *flag.value);
  if (!problem.empty()) bad(flag.value_range, problem);
}

}  // namespace

LogicalText read_flags(Context& context, Instruction& instruction, const LogicalText& rest) {
  const std::string_view text = rest.text;
  std::vector<Flag> flags;
  std::size_t at = 0;
  while (true) {
    while (const std::size_t blank = space_at(text, at)) at += blank;
    if (!text.substr(at).starts_with("--")) break;
    const RawFlag raw = scan_flag(text, at);
    at = raw.span.end;
    if (raw.resolved == "--") break;  // the arguments may begin with "--" after it
    if (raw.resolved.starts_with("--")) flags.push_back(to_flag(context.keeper, rest, raw));
  }
  instruction.flags = context.keeper.keep(flags);
  return rest.part(at, text.size());
}

void check_flags(Context& context, Instruction& instruction) {
  // HEALTHCHECK NONE and STOPSIGNAL ignore them all.
  if (instruction.keyword == Keyword::Healthcheck && instruction.nested == nullptr) return;
  if (instruction.keyword == Keyword::Stopsignal) return;
  // With many of them looking for doubles would take long, and no real instruction has so many.
  constexpr std::size_t kMaxFlags = 256;
  if (instruction.flags.size() > kMaxFlags) {
    refuse(context, instruction, ErrorKind::LimitExceeded, instruction.keyword_range,
           fmt::format("more than {} flags", kMaxFlags));
    return;
  }
  for (std::size_t i = 0; i < instruction.flags.size(); ++i) check_flag(context, instruction, i);
}

}  // namespace corten::dockerfile::internal
