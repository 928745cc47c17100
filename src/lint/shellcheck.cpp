#include "lint/shellcheck.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

#include "base/file.h"
#include "base/parallel.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "dockerfile/edits.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;
using Object = simdjson::dom::object;

// One line in front of each snippet: what is set from outside, so that it is not reported as unset.
constexpr std::uint32_t kPreambleLines = 1;
constexpr auto kProxyVariables = std::to_array<std::string_view>({
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
});

// What ShellCheck calls undefined in dash and busybox's ash has: its manual ("ash", builds with
// ASH_BASH_COMPAT, as Alpine's and Debian's are) against the wiki pages of these codes.
constexpr auto kFineInAsh = std::to_array<std::uint32_t>({
    3003,        // $'..'
    3010,        // [[ ]]
    3012,        // lexicographical < and >
    3013,        // -nt, -ot, -ef
    3014,        // ==
    3018,        // ++ and --
    3019,        // **
    3020,        // &>
    3028,        // $RANDOM, $HOSTNAME, …
    3036,        // echo -n and others
    3037,        // echo -e
    3038,        // exec -a
    3039,        // let
    3040,        // set -o pipefail
    3043,        // local
    3045,        // read -p, -s, -t, -n
    3046,        // source
    3048, 3049,  // names of signals
    3051,        // source
    3057,        // ${x:1:2}
    3060,        // ${x/a/b}
    3061,        // read without a name
});

const char* option_of(ShellDialect dialect) {
  switch (dialect) {
    case ShellDialect::Sh:
      return "sh";
    case ShellDialect::Bash:
      return "bash";
    case ShellDialect::Dash:
    case ShellDialect::BusyboxAsh:
      return "dash";
    case ShellDialect::Ksh:
      return "ksh";
  }
  return "sh";
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string script_of(const ShellSnippet& snippet) {
  std::string out = "export";
  for (const std::string_view name : kProxyVariables) out += fmt::format(" {}=1", name);
  for (const std::string& name : snippet.variables) {
    if (is_name(name)) out += fmt::format(" {}=1", name);
  }
  return out + "\n" + snippet.text + (snippet.text.ends_with('\n') ? "" : "\n");
}

// ShellCheck counts characters, of which a byte that is no UTF-8 is one too.
std::uint32_t byte_column(std::string_view line, std::uint64_t character) {
  std::size_t offset = 0;
  for (std::uint64_t i = 1; i < character && offset < line.size(); ++i) {
    ++offset;
    while (offset < line.size() && (static_cast<unsigned char>(line[offset]) & 0xc0U) == 0x80U) {
      ++offset;
    }
  }
  return static_cast<std::uint32_t>(offset) + 1;
}

// What one call reads: snippets of one dialect.
struct Call {
  ShellDialect dialect = ShellDialect::Sh;
  std::vector<std::size_t> snippets;  // indices
};

struct CallOutcome {
  std::vector<std::pair<std::size_t, ShellIssue>> issues;
  std::string note;  // not empty: the call failed, and there are no issues
};

std::uint64_t number_at(const Object& object, std::string_view key) {
  std::uint64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

std::string_view text_at(const Object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? value : std::string_view();
}

// Reads places of ShellCheck's report and puts them where the file has them.
class PlaceReader {
 public:
  explicit PlaceReader(const ShellSnippet& snippet) : snippet_(snippet), text_(snippet.text) {}

  // nullopt: in the preamble, or outside.
  [[nodiscard]] std::optional<Position> place(std::uint64_t line, std::uint64_t column) const {
    if (line <= kPreambleLines || line - kPreambleLines > text_.line_count() + 1)
      return std::nullopt;
    Position in_text;
    in_text.line = static_cast<std::uint32_t>(line - kPreambleLines);
    in_text.column = byte_column(text_.text(text_.line_range(in_text.line)), column);
    return snippet_.to_file ? snippet_.to_file(in_text) : in_text;
  }

  struct Range {
    Position begin;
    Position end;
  };
  [[nodiscard]] std::optional<Range> range(const Object& object) const {
    const auto begin = place(number_at(object, "line"), number_at(object, "column"));
    const auto end = place(number_at(object, "endLine"), number_at(object, "endColumn"));
    if (!begin || !end) return std::nullopt;
    return Range{*begin, std::max(*begin, *end)};
  }

 private:
  const ShellSnippet& snippet_;
  dockerfile::Source text_;
};

std::vector<ShellReplacement> read_fix(const Object& comment, const PlaceReader& places) {
  std::vector<ShellReplacement> out;
  simdjson::dom::array list;
  if (comment["fix"]["replacements"].get(list) != simdjson::SUCCESS) return {};
  for (const auto& entry : list) {
    Object object;
    if (entry.get(object) != simdjson::SUCCESS) return {};
    const auto range = places.range(object);
    if (!range) return {};
    out.push_back({range->begin, range->end, std::string(text_at(object, "replacement")),
                   static_cast<std::uint32_t>(number_at(object, "precedence"))});
  }
  return out;
}

std::optional<ShellIssue> read_issue(const Object& comment, const PlaceReader& places) {
  const auto range = places.range(comment);
  const auto level = parse_lint_level(text_at(comment, "level"));
  if (!range || !level) return std::nullopt;
  ShellIssue issue;
  issue.code = static_cast<std::uint32_t>(number_at(comment, "code"));
  issue.level = *level;
  issue.message = text_at(comment, "message");
  issue.begin = range->begin;
  issue.end = range->end;
  issue.fix = read_fix(comment, places);
  return issue;
}

// "/tmp/corten-x/17.sh" to 17.
std::optional<std::size_t> index_of(std::string_view file) {
  file = file.substr(file.rfind('/') + 1);
  return parse_number<std::size_t>(file.substr(0, file.find('.')));
}

bool is_wanted(const ShellIssue& issue, ShellDialect dialect) {
  return dialect != ShellDialect::BusyboxAsh ||
         std::ranges::find(kFineInAsh, issue.code) == kFineInAsh.end();
}

Status read_report(const std::string& json, const std::vector<ShellSnippet>& snippets,
                   CallOutcome& out) {
  simdjson::dom::parser parser;
  simdjson::dom::array comments;
  if (parser.parse(json)["comments"].get(comments) != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput, "its report is not the JSON that is known");
  }
  // Comments of one file stand together, so its lines are indexed once.
  std::optional<std::size_t> current;
  std::optional<PlaceReader> places;
  for (const auto& entry : comments) {
    Object comment;
    if (entry.get(comment) != simdjson::SUCCESS) continue;
    const auto index = index_of(text_at(comment, "file"));
    if (!index || *index >= snippets.size()) continue;
    if (current != index) {
      current = index;
      places.emplace(snippets[*index]);
    }
    auto issue = read_issue(comment, *places);
    if (issue && is_wanted(*issue, snippets[*index].dialect)) {
      out.issues.emplace_back(*index, *std::move(issue));
    }
  }
  return {};
}

std::string script_name(const fs::path& folder, std::size_t index) {
  return (folder / fmt::format("{}.sh", index)).native();
}

Result<SubprocessOutput> call_program(const std::string& program, const Call& call,
                                      const fs::path& folder, const ShellcheckLimits& limits) {
  // SHELLCHECK_OPTS would add options of the user's.
  std::vector<std::string> argv = {"prlimit",
                                   fmt::format("--as={}", limits.memory_bytes),
                                   "--core=0",
                                   "--",
                                   "env",
                                   "-u",
                                   "SHELLCHECK_OPTS",
                                   program,
                                   "--norc",
                                   "--format=json1",
                                   "--severity=style",
                                   fmt::format("--shell={}", option_of(call.dialect)),
                                   "--exclude=SC1090,SC1091,SC2187",
                                   "--"};
  for (const std::size_t index : call.snippets) argv.push_back(script_name(folder, index));
  return run_subprocess(argv, {}, {limits.timeout, limits.output_bytes});
}

CallOutcome check(const std::string& program, const Call& call, const fs::path& folder,
                  const std::vector<ShellSnippet>& snippets, const ShellcheckLimits& limits) {
  CallOutcome out;
  const auto ran = call_program(program, call, folder, limits);
  if (!ran) {
    out.note = fmt::format(
        "ShellCheck did not run to its end, so Corten's own checks of shell in RUN take its place: "
        "{}",
        ran.error().message);
    return out;
  }
  // 0: nothing, 1: something (shellcheck(1), RETURN VALUES). env says 127 for a program that is not
  // there.
  if (ran->status == 127) {
    out.note =
        "ShellCheck is not installed, so Corten's own checks of shell in RUN, which are fewer, "
        "take its "
        "place: apt-get install shellcheck";
    return out;
  }
  const Status read = read_report(ran->out, snippets, out);
  if (ran->status > 1 || !read) {
    out.issues.clear();
    const std::string_view said = trim(ran->err);
    const std::string why = !said.empty() ? printable(said.substr(0, 200))
                            : !read       ? read.error().message
                                          : fmt::format("status {}", ran->status);
    out.note = fmt::format(
        "ShellCheck failed, so Corten's own checks of shell in RUN take its place: {}", why);
  }
  return out;
}

// Calls of one dialect each, as few as the limit on arguments and the threads leave.
std::vector<Call> plan(const std::vector<ShellSnippet>& snippets, std::size_t jobs,
                       const fs::path& folder, const ShellcheckLimits& limits) {
  // Starting the program costs about as much as reading ten snippets.
  constexpr std::size_t kLeastOfAThread = 64;
  std::map<ShellDialect, std::vector<std::size_t>> by_dialect;
  for (std::size_t i = 0; i < snippets.size(); ++i) {
    if (snippets[i].text.size() <= limits.snippet_bytes)
      by_dialect[snippets[i].dialect].push_back(i);
  }
  const std::size_t bytes_of_name = folder.native().size() + 24 + sizeof(char*);
  const std::size_t most = std::max<std::size_t>(1, limits.argument_bytes / bytes_of_name);
  std::vector<Call> calls;
  for (const auto& [dialect, all] : by_dialect) {
    const std::size_t share = (all.size() + jobs - 1) / std::max<std::size_t>(1, jobs);
    const std::size_t each = std::min(most, std::max(share, kLeastOfAThread));
    for (std::size_t begin = 0; begin < all.size(); begin += each) {
      const auto part = std::span(all).subspan(begin, std::min(each, all.size() - begin));
      calls.push_back({dialect, {part.begin(), part.end()}});
    }
  }
  return calls;
}

Status write_scripts(const std::vector<ShellSnippet>& snippets, const std::vector<Call>& calls,
                     const fs::path& folder) {
  for (const Call& call : calls) {
    for (const std::size_t index : call.snippets) {
      // A private folder that is removed at once: no need to sync each file.
      const std::string name = script_name(folder, index);
      const std::string script = script_of(snippets[index]);
      std::FILE* file = std::fopen(name.c_str(), "wbe");
      if (file == nullptr) return fail_errno(errno, name);
      const std::size_t written = std::fwrite(script.data(), 1, script.size(), file);
      if (std::fclose(file) != 0 || written != script.size()) return fail_errno(errno, name);
    }
  }
  return {};
}

bool is_before(const ShellIssue& a, const ShellIssue& b) {
  return std::tie(a.begin, a.code, a.end) < std::tie(b.begin, b.code, b.end);
}

}  // namespace

std::span<const std::string_view> proxy_variables() { return kProxyVariables; }

ShellcheckRun run_shellcheck(const std::vector<ShellSnippet>& snippets, std::size_t jobs,
                             const ShellcheckLimits& limits, const std::string& program) {
  ShellcheckRun out;
  out.issues.resize(snippets.size());
  if (snippets.empty()) return out;
  const auto folder = TempDir::create("corten-shell");
  const std::vector<Call> calls =
      folder ? plan(snippets, jobs, folder->path(), limits) : std::vector<Call>{};
  const Status written = folder ? write_scripts(snippets, calls, folder->path())
                                : Status(std::unexpected(folder.error()));
  if (!written) {
    out.notes.push_back(fmt::format(
        "ShellCheck was not run, so Corten's own checks of shell in RUN take its place: {}",
        describe(written.error())));
    out.unread.resize(snippets.size());
    std::iota(out.unread.begin(), out.unread.end(), std::size_t{0});
    return out;
  }
  std::vector<CallOutcome> outcomes(calls.size());
  parallel_for(calls.size(), jobs, [&](std::size_t i) {
    outcomes[i] = check(program, calls[i], folder->path(), snippets, limits);
  });
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CallOutcome& outcome = outcomes[i];
    if (!outcome.note.empty())
      out.unread.insert(out.unread.end(), calls[i].snippets.begin(), calls[i].snippets.end());
    for (auto& [index, issue] : outcome.issues) out.issues[index].push_back(std::move(issue));
    if (!outcome.note.empty() && std::ranges::find(out.notes, outcome.note) == out.notes.end()) {
      out.notes.push_back(std::move(outcome.note));
    }
  }
  for (std::vector<ShellIssue>& issues : out.issues) std::ranges::stable_sort(issues, is_before);
  const std::size_t failed = out.unread.size();
  for (std::size_t i = 0; i < snippets.size(); ++i) {
    if (snippets[i].text.size() > limits.snippet_bytes) out.unread.push_back(i);
  }
  if (const std::size_t too_long = out.unread.size() - failed; too_long > 0) {
    out.notes.push_back(fmt::format(
        "ShellCheck did not read {} RUN longer than {}: Corten's own checks take its place",
        too_long, format_size(limits.snippet_bytes)));
  }
  std::ranges::sort(out.unread);
  return out;
}

namespace {

// What a fix may change. Empty: it means the same whatever the script is about.
std::string_view risk_of(std::uint32_t code) {
  switch (code) {
    case 2006:  // $( ) for backticks
    case 2196:  // grep -E for egrep
    case 2197:
      return {};
    case 2162:
      return "backslashes in what is read stay as they are";
    case 2164:
      return "the script ends where it went on in the wrong folder";
    default:
      return "a value that is meant to be split or to match files must stay unquoted";
  }
}

}  // namespace

Finding finding_of(const ShellIssue& issue, const std::string& path) {
  Finding finding;
  finding.id = fmt::format("SC{}", issue.code);
  finding.severity = severity_of(issue.level);
  finding.title = issue.message;
  finding.subject = path;
  finding.location = Location{.path = path,
                              .line = issue.begin.line,
                              .column = issue.begin.column,
                              .end_line = issue.end.line,
                              .end_column = issue.end.column};
  if (!issue.fix.empty()) finding.fix_risk = risk_of(issue.code);
  finding.references = {fmt::format("https://www.shellcheck.net/wiki/SC{}", issue.code)};
  return finding;
}

std::vector<Edit> line_edits(std::vector<ShellReplacement> replacements, const std::string& path,
                             const dockerfile::Source& file) {
  std::ranges::stable_sort(replacements, [](const auto& a, const auto& b) {
    return std::tie(a.begin, b.precedence) < std::tie(b.begin, a.precedence);
  });
  const auto is_inside = [&](Position place) {
    return place.line > 0 && place.line <= file.line_count() && place.column > 0 &&
           place.column - 1 <= file.line_range(place.line).size();
  };
  std::vector<dockerfile::TextEdit> edits;
  Position done;
  for (ShellReplacement& part : replacements) {
    const bool fits = done <= part.begin && part.begin <= part.end && is_inside(part.begin) &&
                      is_inside(part.end);
    if (!fits) return {};
    done = part.end;
    edits.push_back({{file.offset(part.begin), file.offset(part.end)}, std::move(part.text)});
  }
  return dockerfile::as_line_edits(file, path, std::move(edits));
}

}  // namespace corten::lint
