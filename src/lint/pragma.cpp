#include "lint/pragma.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "finding/policy.h"

namespace corten::lint {

namespace {

constexpr LineRange kWholeFile = {0, std::numeric_limits<std::uint32_t>::max()};
constexpr std::string_view kAllOfBuildKit = "BK-*";

constexpr auto kBuildKitChecks = std::to_array<std::string_view>({
    "StageNameCasing",
    "FromAsCasing",
    "NoEmptyContinuation",
    "ConsistentInstructionCasing",
    "DuplicateStageName",
    "ReservedStageName",
    "JSONArgsRecommended",
    "MaintainerDeprecated",
    "UndefinedArgInFrom",
    "WorkdirRelativePath",
    "UndefinedVar",
    "MultipleInstructionsDisallowed",
    "LegacyKeyValueFormat",
    "InvalidBaseImagePlatform",
    "RedundantTargetPlatform",
    "SecretsUsedInArgOrEnv",
    "InvalidDefaultArgInFrom",
    "FromPlatformFlagConstDisallowed",
    "CopyIgnoredFile",
    "InvalidDefinitionDescription",
    "ExposeProtoCasing",
    "ExposeInvalidFormat",
});

constexpr std::array<Check, 2> kLintChecks{{
    {.id = "CTN-LINT-01",
     .kind = FindingKind::Misconfiguration,
     .severity = Severity::Info,
     .title = "an ignore pragma hides nothing",
     .description =
         "A comment asks the linter to keep quiet about a rule, and the rule has nothing "
         "to say there. The reason for the comment has gone, or it stands in the wrong "
         "place. Left alone, it would hide the next real finding. Reported with "
         "--report-unused only.",
     .remediation = "Remove the pragma, or the ids in it that hide nothing.",
     .bad = "# hadolint ignore=DL3006\nFROM debian:12.8\n",
     .good = "FROM debian:12.8\n",
     .aliases = "",
     .reference = ""},
    {.id = "CTN-LINT-02",
     .kind = FindingKind::Misconfiguration,
     .severity = Severity::Info,
     .title = "an ignore pragma cannot be read",
     .description = "A comment begins like a pragma and has a mistake in it, so it has no effect: "
                    "what it was meant to hide is still reported.",
     .remediation = "Write it as `# hadolint ignore=DL3006,DL3008` or `# corten ignore=DL3006 "
                    "reason=\"why\" until=2030-01-31`.",
     .bad = "# hadolint ignore=DL3006 DL3008\nFROM debian\n",
     .good = "# hadolint ignore=DL3006,DL3008\nFROM debian\n",
     .aliases = "",
     .reference = ""},
}};

// What is left of a comment while it is being read.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // Blanks as hadolint and BuildKit know them; a CR is what CRLF leaves.
  std::size_t blanks() {
    const std::size_t count = std::min(rest_.find_first_not_of(" \t\r"), rest_.size());
    rest_.remove_prefix(count);
    return count;
  }
  bool literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool at_end() const { return rest_.empty(); }
  bool at_comment() const { return rest_.starts_with('#'); }
  std::string_view take_while(auto&& wanted) {
    std::size_t count = 0;
    while (count < rest_.size() && wanted(rest_[count])) ++count;
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::string_view rest() const { return rest_; }
  void skip(std::size_t count) { rest_.remove_prefix(count); }

 private:
  std::string_view rest_;
};

enum class Scope { Statement, Stage, File };

// "NAME [stage|global] ignore =": the head that both dialects share. nullopt: no pragma at all.
std::optional<Scope> read_head(Reader& in, std::string_view name) {
  in.blanks();
  if (!in.literal(name) || in.blanks() == 0) return std::nullopt;
  Scope scope = Scope::Statement;
  if (in.literal("stage"))
    scope = Scope::Stage;
  else if (in.literal("global"))
    scope = Scope::File;
  if (scope != Scope::Statement && in.blanks() == 0) return std::nullopt;
  if (!in.literal("ignore")) return std::nullopt;
  in.blanks();
  if (!in.literal("=")) return std::nullopt;
  in.blanks();
  return scope;
}

// "A, B": the ids, each of characters that `allowed` names. False when something else stands there.
bool read_ids(Reader& in, auto&& allowed, std::vector<std::string>& ids) {
  while (true) {
    const std::string_view id = in.take_while(allowed);
    if (id.empty()) return false;
    ids.emplace_back(id);
    in.blanks();
    if (!in.literal(",")) return true;
    in.blanks();
  }
}

bool is_hadolint_letter(char c) {
  return (c >= '0' && c <= '9') || c == 'D' || c == 'L' || c == 'S' || c == 'C';
}

bool is_id_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.';
}

// A comment with the line that it stands above, and where that belongs.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t target = 0;
  bool inside_statement = false;  // between the lines of a continued instruction
  bool is_directive = false;      // in the block of parser directives at the top
};

// The part of a file that a pragma may be about, looked up by line.
class Layout {
 public:
  Layout(const CommentedFile& file, PragmaRules rules) : stages_(file.stages) {
    for (const LineRange& statement : file.statements) {
      std::uint32_t& last = last_line_[statement.first];
      last = std::max(last, statement.last);
    }
    find_targets(file, rules);
  }

  [[nodiscard]] const Place& place_of(std::size_t comment) const { return places_[comment]; }

  // The widest statement that begins at `line`, or the line alone.
  [[nodiscard]] LineRange statement_at(std::uint32_t line) const {
    const auto found = last_line_.find(line);
    return {line, found == last_line_.end() ? line : found->second};
  }

  [[nodiscard]] std::optional<LineRange> stage_that_begins_at(std::uint32_t line) const {
    const auto stage = std::ranges::lower_bound(stages_, line, {}, &LineRange::first);
    if (stage == stages_.end() || stage->first != line) return std::nullopt;
    return *stage;
  }

  // The stage that a line is in; nullopt before the first one.
  [[nodiscard]] std::optional<LineRange> stage_with(std::uint32_t line) const {
    const auto after = std::ranges::upper_bound(stages_, line, {}, &LineRange::first);
    if (after == stages_.begin()) return std::nullopt;
    return *std::prev(after);
  }

 private:
  void find_targets(const CommentedFile& file, PragmaRules rules) {
    places_.resize(file.comments.size());
    for (std::size_t i = file.comments.size(); i-- > 0;) {
      const Comment& comment = file.comments[i];
      Place& place = places_[i];
      place.line = comment.line;
      place.target = comment.place == CommentPlace::AfterCode ? comment.line : comment.line + 1;
      const bool goes_on = rules == PragmaRules::Corten && comment.place == CommentPlace::Alone &&
                           i + 1 < file.comments.size() &&
                           file.comments[i + 1].line == comment.line + 1 &&
                           file.comments[i + 1].place == CommentPlace::Alone;
      if (goes_on) place.target = places_[i + 1].target;
    }
    // Of instructions, which do not nest: the last one that begins before the comment.
    if (file.stages.empty()) return;
    for (Place& place : places_) {
      const auto after =
          std::ranges::upper_bound(file.statements, place.line, {}, &LineRange::first);
      place.inside_statement =
          after != file.statements.begin() && std::prev(after)->last > place.line;
    }
  }

  std::span<const LineRange> stages_;
  std::unordered_map<std::uint32_t, std::uint32_t> last_line_;
  std::vector<Place> places_;
};

// Reads one comment of a dialect into the pragmas. True: it was one of this dialect, good or void.
struct Context {
  const Layout& layout;
  PragmaRules rules;
};

void add_ignore(const Context& context, const Place& place, Scope scope, IgnorePragma pragma,
                Pragmas& out) {
  pragma.line = place.line;
  pragma.lines = kWholeFile;
  if (scope == Scope::Statement) pragma.lines = context.layout.statement_at(place.target);
  if (scope == Scope::Stage) {
    const auto stage = context.layout.stage_that_begins_at(place.target);
    if (!stage) {
      out.voids.push_back({place.line, "`stage ignore` counts directly above a FROM only"});
      return;
    }
    pragma.lines = *stage;
  }
  out.ignores.push_back(std::move(pragma));
}

bool read_hadolint_shell(const Context& context, std::string_view text, const Place& place,
                         Pragmas& out) {
  Reader in(text);
  in.blanks();
  if (!in.literal("hadolint") || in.blanks() == 0 || !in.literal("shell")) return false;
  in.blanks();
  if (!in.literal("=")) return false;
  in.blanks();
  const std::string_view shell =
      in.take_while([](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  in.blanks();
  if (shell.empty() || (!in.at_end() && !in.at_comment())) {
    out.voids.push_back({place.line, "`shell=` takes one word, such as bash or /bin/ash"});
    return true;
  }
  const auto stage = context.layout.stage_with(place.line);
  const LineRange lines = stage ? LineRange{place.line, stage->last} : kWholeFile;
  out.shells.push_back({lines, std::string(shell)});
  return true;
}

bool read_hadolint(const Context& context, std::string_view text, const Place& place,
                   Pragmas& out) {
  if (place.inside_statement && context.rules == PragmaRules::Hadolint) return false;
  if (read_hadolint_shell(context, text, place, out)) return true;
  Reader in(text);
  const auto scope = read_head(in, "hadolint");
  if (!scope) return false;
  IgnorePragma pragma;
  const bool read = read_ids(in, is_hadolint_letter, pragma.ids);
  if (!read || (!in.at_end() && !in.at_comment())) {
    out.voids.push_back(
        {place.line,
         fmt::format("ids of hadolint are made of D, L, S, C and digits, with commas between "
                     "them, and not of '{}'",
                     in.rest().substr(0, 20))});
    return true;
  }
  add_ignore(context, place, *scope, std::move(pragma), out);
  return true;
}

// The value after "reason=": quoted, or up to "until=", "#" or the end.
std::optional<std::string> read_reason(Reader& in) {
  std::string out;
  if (!in.literal("\"")) {
    const std::string_view rest = in.rest();
    const std::size_t end = std::min({rest.find(" until="), rest.find(" #"), rest.size()});
    out = trim(rest.substr(0, end));
    in.skip(end);
    return out;
  }
  while (!in.at_end()) {
    const char c = in.rest().front();
    in.skip(1);
    if (c == '"') return out;
    const bool escaped = c == '\\' && (in.rest().starts_with('"') || in.rest().starts_with('\\'));
    out += escaped ? in.rest().front() : c;
    if (escaped) in.skip(1);
  }
  return std::nullopt;
}

// What follows the ids of our own pragma; a complaint, or empty.
std::string read_details(Reader& in, IgnorePragma& pragma) {
  while (true) {
    in.blanks();
    if (in.at_end()) return {};
    if (in.at_comment()) {
      in.skip(1);
      if (pragma.reason.empty()) pragma.reason = trim(in.rest());
      return {};
    }
    if (in.literal("reason=")) {
      auto reason = read_reason(in);
      if (!reason) return "the quote of reason= does not end";
      pragma.reason = *std::move(reason);
    } else if (in.literal("until=")) {
      const std::string_view date = in.take_while([](char c) { return c != ' ' && c != '\t'; });
      pragma.until = parse_time(trim(date));
      if (!pragma.until) return fmt::format("until= wants a date as 2030-01-31, not '{}'", date);
    } else {
      return fmt::format("'{}' is neither reason= nor until=", in.rest().substr(0, 20));
    }
  }
}

bool read_corten(const Context& context, std::string_view text, const Place& place, Pragmas& out) {
  Reader in(text);
  const auto scope = read_head(in, "corten");
  if (!scope) return false;
  IgnorePragma pragma;
  std::string complaint = "ignore= wants ids with commas between them";
  if (read_ids(in, is_id_letter, pragma.ids)) complaint = read_details(in, pragma);
  if (complaint.empty()) {
    add_ignore(context, place, *scope, std::move(pragma), out);
  } else {
    out.voids.push_back({place.line, std::move(complaint)});
  }
  return true;
}

// The value of a comment of the form "key = value", or nullopt. Keys are compared in lower case.
std::optional<std::string_view> directive_value(std::string_view text, std::string_view key) {
  Reader in(text);
  in.blanks();
  const std::string_view name = in.take_while([](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  in.blanks();
  if (name.empty() || to_lower(name) != key || !in.literal("=")) return std::nullopt;
  return trim(in.rest());
}

bool is_parser_directive(std::string_view text) {
  return directive_value(text, "syntax") || directive_value(text, "escape") ||
         directive_value(text, "check");
}

bool read_buildkit(const Context& context, std::string_view text, const Place& place,
                   Pragmas& out) {
  const auto value = directive_value(text, "check");
  if (!value) return false;
  IgnorePragma pragma;
  for (const std::string_view option : split(*value, ';')) {
    const auto parts = split_once(option, '=');
    const std::string name = to_lower(trim(parts ? parts->first : option));
    const std::string_view setting = parts ? trim(parts->second) : std::string_view();
    if (name == "skip") {
      for (const std::string_view id : split(setting, ',')) {
        const std::string word(trim(id));
        if (!word.empty()) pragma.ids.push_back(word == "all" ? std::string(kAllOfBuildKit) : word);
      }
    } else if (name == "experimental") {
      for (const std::string_view id : split(setting, ',')) {
        if (!trim(id).empty()) out.experimental.emplace_back(trim(id));
      }
    } else if (name == "error") {
      out.buildkit_fails = to_lower(setting) == "true" || setting == "1";
    } else {
      // Other prose begins with "check =" too.
      return false;
    }
  }
  if (pragma.ids.empty()) return true;
  pragma.reason = "skipped by a check directive";
  add_ignore(context, place, place.is_directive ? Scope::File : Scope::Statement, std::move(pragma),
             out);
  return true;
}

using ReadPragma = bool (*)(const Context& context, std::string_view text, const Place& place,
                            Pragmas& out);
struct DialectRow {
  ReadPragma read;
  bool in_hadolint;  // hadolint knows it too
};
constexpr std::array kReaders = {
    DialectRow{read_hadolint, true},
    DialectRow{read_corten, false},
    DialectRow{read_buildkit, false},
};

// The ids of a finding as pragmas may name them, in lower case and without "BK-".
std::string key_of(std::string_view id) {
  std::string key = to_lower(id);
  if (key.starts_with("bk-")) key.erase(0, 3);
  return key;
}

// Pragmas by the ids that they name, and what was made of each.
class PragmaIndex {
 public:
  explicit PragmaIndex(const Pragmas& pragmas) : pragmas_(pragmas), used_(pragmas.ignores.size()) {
    for (std::size_t i = 0; i < pragmas.ignores.size(); ++i) {
      const std::vector<std::string>& ids = pragmas.ignores[i].ids;
      used_[i].resize(ids.size());
      for (std::size_t j = 0; j < ids.size(); ++j) by_id_[key_of(ids[j])].push_back({i, j});
    }
  }

  // The pragmas that are about the finding, in the order of the file; marks their ids as used.
  std::vector<std::size_t> matching(const Finding& finding) {
    std::vector<std::size_t> out;
    const std::uint32_t line = finding.location ? finding.location->line : 0;
    const auto look_up = [&](const std::string& key) {
      const auto found = by_id_.find(key);
      if (found == by_id_.end()) return;
      for (const Mention& mention : found->second) {
        if (!pragmas_.ignores[mention.pragma].lines.holds(line)) continue;
        used_[mention.pragma][mention.id] = true;
        out.push_back(mention.pragma);
      }
    };
    look_up(key_of(finding.id));
    bool of_buildkit = is_buildkit_check(finding.id);
    for (const std::string& alias : finding.aliases) {
      look_up(key_of(alias));
      of_buildkit = of_buildkit || is_buildkit_check(alias);
    }
    if (of_buildkit) look_up(key_of(kAllOfBuildKit));
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
  }

  // The ids of a pragma that hid nothing.
  [[nodiscard]] std::vector<std::string> unused_ids(std::size_t pragma) const {
    std::vector<std::string> out;
    for (std::size_t j = 0; j < used_[pragma].size(); ++j) {
      if (!used_[pragma][j]) out.push_back(pragmas_.ignores[pragma].ids[j]);
    }
    return out;
  }

 private:
  struct Mention {
    std::size_t pragma = 0;
    std::size_t id = 0;
  };
  const Pragmas& pragmas_;
  std::unordered_map<std::string, std::vector<Mention>> by_id_;
  std::vector<std::vector<bool>> used_;
};

Finding finding_of(const Check& check, std::string_view path, std::uint32_t line,
                   std::string evidence) {
  Finding finding;
  finding.id = check.id;
  finding.kind = check.kind;
  finding.severity = check.severity;
  finding.title = check.title;
  finding.subject = path;
  finding.location = Location{.path = std::string(path), .line = line};
  finding.evidence = std::move(evidence);
  finding.remediation = check.remediation;
  return finding;
}

struct Expired {
  std::size_t count = 0;
  std::string first_id;
};

Finding expiry_of(const IgnorePragma& pragma, const Expired& expired, std::string_view path) {
  const std::string others =
      expired.count > 1 ? fmt::format(" and {} more", expired.count - 1) : std::string();
  const std::string reason =
      pragma.reason.empty() ? std::string() : fmt::format(" (\"{}\")", pragma.reason);
  return finding_of(
      policy_checks().front(), path, pragma.line,
      fmt::format("the pragma for {}{} ended on {} and would hide {}{}", join(pragma.ids, ", "),
                  reason, format_date(*pragma.until), expired.first_id, others));
}

}  // namespace

std::string_view Pragmas::shell_at(std::uint32_t line) const {
  for (auto pragma = shells.rbegin(); pragma != shells.rend(); ++pragma) {
    if (pragma->lines.holds(line)) return pragma->shell;
  }
  return {};
}

Pragmas read_pragmas(const CommentedFile& file, PragmaRules rules) {
  Pragmas out;
  const Layout layout(file, rules);
  const Context context{layout, rules};
  bool in_directives = true;
  for (std::size_t i = 0; i < file.comments.size(); ++i) {
    const Comment& comment = file.comments[i];
    in_directives = in_directives && comment.line == i + 1 && is_parser_directive(comment.text);
    if (out.ignores.size() + out.shells.size() + out.voids.size() >= kMaxPragmas) break;
    Place place = layout.place_of(i);
    place.is_directive = in_directives;
    for (const DialectRow& dialect : kReaders) {
      if (rules == PragmaRules::Hadolint && !dialect.in_hadolint) continue;
      if (dialect.read(context, comment.text, place, out)) break;
    }
  }
  // hadolint passes over what it cannot read.
  if (rules == PragmaRules::Hadolint) out.voids.clear();
  return out;
}

void apply_pragmas(const Pragmas& pragmas, std::string_view path, const PragmaUse& use,
                   std::vector<Finding>& findings) {
  PragmaIndex index(pragmas);
  std::vector<Expired> expired(pragmas.ignores.size());
  for (Finding& finding : findings) {
    if (pragmas.buildkit_fails && is_buildkit_check(finding.id)) {
      finding.severity = std::max(finding.severity, Severity::High);
    }
    for (const std::size_t i : index.matching(finding)) {
      const IgnorePragma& pragma = pragmas.ignores[i];
      if (pragma.until && use.now >= *pragma.until) {
        if (expired[i].count++ == 0) expired[i].first_id = finding.id;
      } else if (!finding.suppressed) {
        finding.suppressed =
            Suppression{.by = fmt::format("{}:{}", path, pragma.line),
                        .reason = pragma.reason,
                        .until = pragma.until ? format_date(*pragma.until) : std::string()};
      }
    }
  }
  for (std::size_t i = 0; i < pragmas.ignores.size(); ++i) {
    const IgnorePragma& pragma = pragmas.ignores[i];
    if (expired[i].count > 0) findings.push_back(expiry_of(pragma, expired[i], path));
    if (use.unused == UnusedPragmas::Keep) continue;
    if (const auto ids = index.unused_ids(i); !ids.empty()) {
      findings.push_back(finding_of(kLintChecks[0], path, pragma.line,
                                    fmt::format("{}: nothing to hide", join(ids, ", "))));
    }
  }
  for (const VoidPragma& pragma : pragmas.voids) {
    findings.push_back(finding_of(kLintChecks[1], path, pragma.line, pragma.why));
  }
}

bool is_buildkit_check(std::string_view id) {
  if (id.starts_with("BK-")) return true;
  return std::ranges::find(kBuildKitChecks, id) != kBuildKitChecks.end();
}

std::span<const Check> lint_checks() { return kLintChecks; }

}  // namespace corten::lint
