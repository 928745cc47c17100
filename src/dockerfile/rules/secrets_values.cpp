// Secrets that stand in the file itself: CL2002 (by their form), CL2006 (in URLs).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

Range range_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool is_in_comment(const Dockerfile& file, std::uint32_t offset) {
  const auto after = std::ranges::upper_bound(
      file.comments, offset, {}, [](const Comment& comment) { return comment.range.begin; });
  return after != file.comments.begin() && offset < (after - 1)->range.end;
}

std::string_view line_before(std::string_view text, std::size_t at) {
  constexpr std::size_t kFarthest = 200;
  const std::size_t from = at > kFarthest ? at - kFarthest : 0;
  const std::string_view before = text.substr(from, at - from);
  const std::size_t newline = before.rfind('\n');
  return newline == std::string_view::npos ? before : before.substr(newline + 1);
}

// `grep -q "-----BEGIN PRIVATE KEY-----" file` looks for a key and has none.
bool is_looked_for(std::string_view text, const content::SecretMatch& match) {
  return match.kind == "private key" && line_before(text, match.begin).contains("grep");
}

std::string_view article(std::string_view kind) {
  return !kind.empty() && std::string_view("AEIOUaeiou").contains(kind.front()) ? "an" : "a";
}

// ---- CL2002 -------------------------------------------------------------------------------------

// A value without a known form, but of a variable whose name says what it is.
void random_value(std::string_view name, std::string_view value, Range range, Problems& problems) {
  if (!content::names_secret(name) || value.contains('$') || !content::looks_random(value)) return;
  if (content::kind_of_value(value) != content::ValueKind::Secret) return;
  if (content::is_fingerprint(value) || !content::find_secrets(value).empty()) return;
  problems.add(range, fmt::format("{} has a random value of {} bytes", shown(name), value.size()));
}

void random_values_of_pairs(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& instruction = outer.nested != nullptr ? *outer.nested : outer;
    for (const Pair& pair : instruction.pairs) {
      if (pair.value) random_value(pair.key, *pair.value, pair.value_range, problems);
    }
  }
}

void random_values_of_scripts(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    for (const shell::Command& command : run.script.commands) {
      for (const shell::Assignment& assignment : command.assignments) {
        if (!assignment.value.literal) continue;
        random_value(assignment.name, assignment.value.text,
                     run.source_range(assignment.value.range), problems);
      }
      const std::string_view name = command.name();
      if (name != "export" && name != "env" && name != "declare") continue;
      for (const shell::Word& word : command.words) {
        const auto pair = split_once(word.text, '=');
        if (pair && word.literal)
          random_value(pair->first, pair->second, run.source_range(word.range), problems);
      }
    }
  }
}

void known_forms(const Lint& lint, Problems& problems) {
  const std::string_view text = lint.file.source.text();
  for (const content::SecretMatch& match : content::find_secrets(text)) {
    if (match.documented || is_looked_for(text, match)) continue;
    const Range range = range_of(match.begin, match.end);
    const bool is_comment = is_in_comment(lint.file, range.begin);
    Problem& problem = problems.add(
        range, fmt::format("{} {} of {} bytes stands in {}", article(match.kind), match.kind,
                           match.end - match.begin, is_comment ? "a comment" : "the file"));
    // Not in the image, but wherever the Dockerfile is.
    if (is_comment) problem.severity = Severity::High;
  }
  random_values_of_pairs(lint, problems);
  random_values_of_scripts(lint, problems);
}

// ---- CL2006 -------------------------------------------------------------------------------------

void url_passwords(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    const std::string_view text = lint.file.source.text(instruction.range);
    for (const content::SecretMatch& match : content::find_url_logins(text)) {
      const Range range =
          range_of(instruction.range.begin + match.begin, instruction.range.begin + match.end);
      if (is_in_comment(lint.file, range.begin)) continue;
      Problem& problem =
          problems.add(range, fmt::format("a URL with a password of {} bytes", range.size()));
      if (!match.documented) continue;
      const bool is_default =
          instruction.keyword == Keyword::Env || instruction.keyword == Keyword::Arg;
      problem.severity = is_default ? Severity::Low : Severity::Medium;
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL2002", FindingKind::Secret, Severity::Critical, "a secret is written in the Dockerfile",
      "The text has the form of a key or token that a service issues, or is a random value of a "
      "variable that is named like a secret. It is in the image, in its history, and in every copy "
      "of the repository. Taking it out of the file does not take it out of what was pushed.",
      "revoke the secret at its issuer, then pass the new one with RUN --mount=type=secret or when "
      "the container starts",
      "FROM alpine:3.22\nENV DEPLOY=ghp_Zx81mPq0LtB7vN4cRj2sKw9dYh3fUa6oTe5g\n",
      "FROM alpine:3.22\nRUN --mount=type=secret,id=deploy,env=DEPLOY ./deploy\n", "",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     known_forms},
    {{"CL2006", FindingKind::Secret, Severity::High, "a URL has a password in it",
      "The password in the URL is written in the Dockerfile and in the history of the image, and "
      "tools leave it in their logs and settings: git keeps it in the clone's configuration.",
      "take the login out of the URL, and lend it with RUN --mount=type=secret,target=/root/.netrc",
      "FROM alpine:3.22\nRUN git clone https://ci:h8Kd02ms@git.example.com/app.git\n",
      "FROM alpine:3.22\nRUN --mount=type=secret,id=netrc,target=/root/.netrc git clone "
      "https://git.example.com/app.git\n",
      "", "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     url_passwords},
});

}  // namespace

std::span<const Rule> secrets_value_rules() { return kRules; }

}  // namespace corten::dockerfile
