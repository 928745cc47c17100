// Packages of pip, npm, apk and gem in RUN.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

using Words = std::vector<const shell::Word*>;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
}
bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.starts_with(part); });
}
bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.ends_with(part); });
}

// The words after the first one that is `verb`; none without it.
Words after(Words words, std::string_view verb) {
  const auto found =
      std::ranges::find_if(words, [&](const shell::Word* word) { return word->text == verb; });
  if (found == words.end()) return {};
  words.erase(words.begin(), found + 1);
  return words;
}

// One problem at the first of the words without a version.
std::optional<Verdict> judge_words(const Lint& lint, const RunScript& run, const Words& words,
                                   bool (*is_pinned)(std::string_view)) {
  const auto found = unpinned(lint, run, words, is_pinned);
  if (!found) return {};
  return Verdict{found->range, without_version(*found)};
}

// ---- DL3013: pip --------------------------------------------------------------------------------

bool installs_with_pip(const Call& call) {
  if (call.tool.starts_with("pip")) {
    return !call.tool.starts_with("pipenv") && shell::has_arg(call, "install");
  }
  return call.tool.starts_with("python") && shell::has_arg(call, "-m") &&
         shell::has_arg(call, "pip") && shell::has_arg(call, "install");
}

bool is_pinned_for_pip(std::string_view word) {
  if (contains_any(word, {"git+", "hg+", "svn+", "bzr+", "git://"})) return word.contains('@');
  return contains_any(word, {"==", "<", ">", "!=", "~="}) || word.contains('/') ||
         ends_with_any(word, {".whl", ".tar.gz"});
}

// The current folder, with extras: ".[test]".
bool is_own_project(const shell::Word& word) { return word.text.starts_with(".["); }

void pip_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!installs_with_pip(call) || shell::has_arg(call, ".")) return {};
                // Versions come from a file, or are held by one.
                if (shell::has_flag(call, {"r", "requirement", "c", "constraint"})) return {};
                Words words = after(shell::args_without_flags(call, {"abi",
                                                                     "b",
                                                                     "build",
                                                                     "e",
                                                                     "editable",
                                                                     "extra-index-url",
                                                                     "f",
                                                                     "find-links",
                                                                     "i",
                                                                     "index-url",
                                                                     "implementation",
                                                                     "no-binary",
                                                                     "only-binary",
                                                                     "platform",
                                                                     "prefix",
                                                                     "progress-bar",
                                                                     "proxy",
                                                                     "python",
                                                                     "python-version",
                                                                     "root",
                                                                     "root-user-action",
                                                                     "src",
                                                                     "t",
                                                                     "target",
                                                                     "trusted-host",
                                                                     "upgrade-strategy"}),
                                    "install");
                if (!like_hadolint(lint)) {
                  std::erase_if(words,
                                [](const shell::Word* word) { return is_own_project(*word); });
                }
                return judge_words(lint, run, words, is_pinned_for_pip);
              });
}

// ---- DL3016: npm --------------------------------------------------------------------------------

bool is_pinned_for_npm(std::string_view word) {
  if (begins_with_any(word, {"git://", "git+ssh://", "git+http://", "git+https://"})) {
    return word.contains('#');
  }
  if (ends_with_any(word, {".tar", ".tar.gz", ".tgz"})) return true;
  if (begins_with_any(word, {"/", "./", "../", "~/"})) return true;
  // "@scope/name@1.2.3": the first sign belongs to the scope.
  return word.find('@', 1) != std::string_view::npos;
}

bool is_local_for_npm(const shell::Word& word) {
  return word.text == "." || word.text == ".." || word.text.starts_with("file:") ||
         word.text.starts_with("link:");
}

void npm_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "npm") return {};
                Words words = shell::args_without_flags(call, {"loglevel", "registry"});
                if (words.empty() || words.front()->text != "install") return {};
                words.erase(words.begin());
                if (!like_hadolint(lint)) {
                  std::erase_if(words, [](const shell::Word* word) {
                    return is_local_for_npm(*word) || word->text.contains('#');
                  });
                }
                return judge_words(lint, run, words, is_pinned_for_npm);
              });
}

// ---- DL3018, DL3019: apk ------------------------------------------------------------------------

bool is_add(const Call& call) { return is_call(call, "apk", {"add"}); }

bool is_pinned_for_apk(std::string_view word) {
  return word == "add" || contains_any(word, {"=", "~", "<", ">"}) || word.ends_with(".apk");
}

void apk_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_add(call)) return {};
                const Words words =
                    like_hadolint(lint)
                        ? shell::args_without_flags(call, {"t", "virtual", "repository", "X"})
                        : shell::args_without_flags(
                              call, {"t", "virtual", "repository", "X", "p", "root", "arch",
                                     "keys-dir", "repositories-file", "cache-dir", "wait"});
                std::optional<Verdict> verdict = judge_words(lint, run, words, is_pinned_for_apk);
                // Alpine keeps one version of each package a release: a pin breaks with the next.
                if (verdict && !like_hadolint(lint)) verdict->severity = Severity::Low;
                return verdict;
              });
}

void apk_cache(const Lint& lint, Problems& problems) {
  judge_calls(
      lint, problems, Triggers::Included,
      [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
        if (!is_add(call) || shell::has_flag(call, {"no-cache"})) return {};
        if (has_cache_at(run, "/var/cache/apk")) return {};
        if (has_word_in_variable(lint, run, call, {"--no-cache"})) return {};
        if (!like_hadolint(lint) &&
            (shell::has_flag(call, {"no-network"}) || has_cache_at(run, "/etc/apk/cache"))) {
          return {};
        }
        return Verdict{.range = verb_range(call, "add"),
                       .evidence = "the index is fetched to disk and stays unless it is removed",
                       .fix = safe_fix(insert_after_verb(run, call, "add", "--no-cache"))};
      });
}

// ---- DL3028: gem --------------------------------------------------------------------------------

bool is_pinned_for_gem(std::string_view word) { return word.contains(':'); }

void gem_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_call(call, "gem", {"install", "i"})) return {};
                if (shell::has_flag(call, {"v", "version"})) return {};
                Words words;
                bool after_flag = false;
                for (const shell::Word& word : call.args()) {
                  if (word.text == "--") break;
                  const bool is_flag = word.text.starts_with('-');
                  const bool is_verb = word.text == "install" || word.text == "i";
                  if (!is_flag && !after_flag && !is_verb) words.push_back(&word);
                  after_flag = is_flag;
                }
                return judge_words(lint, run, words, is_pinned_for_gem);
              });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3013", FindingKind::Misconfiguration, Severity::Medium, "pip install without versions",
      "Without versions pip takes the newest release of that day. The next build may get one that "
      "breaks the program, or that somebody slipped in; a requirements file with hashes rules both "
      "out.",
      "name versions (flask==3.1.0), or install from a requirements file",
      "FROM python:3.13\nRUN pip install flask\n",
      "FROM python:3.13\nRUN pip install flask==3.1.0\n", "",
      "https://pip.pypa.io/en/stable/topics/repeatable-installs/"},
     Default::On,
     pip_versions},
    {{"DL3016", FindingKind::Misconfiguration, Severity::Medium, "npm install without versions",
      "Without a version npm takes what the tag latest points to that day. The next build may get "
      "another major version, or one that somebody slipped in. For the packages of an application "
      "npm ci installs exactly what its lock file has.",
      "name a version: npm install -g typescript@5.9.2",
      "FROM node:22\nRUN npm install -g typescript\n",
      "FROM node:22\nRUN npm install -g typescript@5.9.2\n", "",
      "https://docs.npmjs.com/cli/commands/npm-install"},
     Default::On,
     npm_versions},
    {{"DL3018", FindingKind::Misconfiguration, Severity::Medium, "apk add without versions",
      "Without versions a build takes whatever the repository has that day. An Alpine release "
      "keeps "
      "only the newest version of each package, so an exact pin breaks the build with the next "
      "update; a bound or a fuzzy pin (~) lasts longer, and so does a fixed base image.",
      "name versions with ~ (curl~8.14), or pin the base image and rebuild often",
      "FROM alpine:3.22\nRUN apk add --no-cache curl\n",
      "FROM alpine:3.22\nRUN apk add --no-cache curl~8.14\n", "",
      "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper"},
     Default::On,
     apk_versions},
    {{"DL3019", FindingKind::Misconfiguration, Severity::Low, "apk add without --no-cache",
      "With --no-cache apk reads the index of the repositories without writing it to disk, so no "
      "`apk update` is needed before and nothing is to be removed afterwards.",
      "write apk add --no-cache, and drop apk update and rm /var/cache/apk/*",
      "FROM alpine:3.22\nRUN apk add curl~8.14\n",
      "FROM alpine:3.22\nRUN apk add --no-cache curl~8.14\n", "DS-0025",
      "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper"},
     Default::On,
     apk_cache},
    {{"DL3028", FindingKind::Misconfiguration, Severity::Medium, "gem install without versions",
      "Without a version gem takes the newest release of that day, and its dependencies likewise. "
      "The next build may get one that breaks the program, or that somebody slipped in.",
      "name a version: gem install bundler:2.7.1", "FROM ruby:3.4\nRUN gem install bundler\n",
      "FROM ruby:3.4\nRUN gem install bundler:2.7.1\n", "",
      "https://guides.rubygems.org/command-reference/#gem-install"},
     Default::On,
     gem_versions},
});

}  // namespace

std::span<const Rule> hadolint_package_rules() { return kRules; }

}  // namespace corten::dockerfile
