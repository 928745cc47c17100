// pip, useradd, wget, yarn and go in RUN.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

// ---- DL3042: pip's cache ------------------------------------------------------------------------

constexpr std::string_view kNoCacheVariable = "PIP_NO_CACHE_DIR";
constexpr auto kTruthy = std::to_array<std::string_view>(
    {"1", "true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES"});

bool is_truthy(std::string_view value) {
  return std::ranges::find(kTruthy, value) != kTruthy.end();
}

bool is_pip_install(const Call& call) {
  if (call.tool.starts_with("pip")) {
    return !call.tool.starts_with("pipenv") && !call.tool.starts_with("pipx") &&
           shell::has_arg(call, "install");
  }
  return call.tool.starts_with("python") && shell::has_arg(call, "-m") &&
         shell::has_arg(call, "pip") && shell::has_arg(call, "install");
}

// "PIP_NO_CACHE_DIR=1" anywhere in the script: in front of pip, or exported.
bool is_set_in_script(std::string_view text) {
  for (std::size_t at = text.find(kNoCacheVariable); at != std::string_view::npos;
       at = text.find(kNoCacheVariable, at + 1)) {
    std::string_view rest = text.substr(at + kNoCacheVariable.size());
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
    if (is_truthy(rest.substr(0, rest.find_first_of(" \t\n;&|)\"'")))) return true;
  }
  return false;
}

bool is_set_in_base(const Lint& lint, const RunScript& run) {
  const BaseFacts* facts = base_facts_of(lint, run.stage);
  return facts != nullptr && std::ranges::any_of(facts->environment, [](std::string_view line) {
           const auto parts = split_once(line, '=');
           return parts && parts->first == kNoCacheVariable && is_truthy(parts->second);
         });
}

bool is_set_in_environment(const Lint& lint, const RunScript& run) {
  const Definition* found = lint.stages.definition(*run.outer, kNoCacheVariable);
  // RUN sees arguments as variables too; hadolint does not count them.
  if (found == nullptr || (found->is_arg && like_hadolint(lint))) {
    return !like_hadolint(lint) && is_set_in_base(lint, run);
  }
  return is_truthy(found->value) || (!found->known && !like_hadolint(lint));
}

bool has_no_cache_flag(const Lint& lint, const Call& call) {
  if (shell::has_flag(call, {"no-cache-dir"})) return true;
  // pip takes every beginning of an option that is like no other.
  return !like_hadolint(lint) && std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return word.text.starts_with("--no-cache") &&
           std::string_view("--no-cache-dir").starts_with(word.text);
  });
}

// "pip cache purge", or the folder is removed by hand.
bool purges_pip_cache(const Call& call) {
  if (call.tool.starts_with("pip") || call.tool.starts_with("python")) {
    return shell::has_arg(call, "cache") && shell::has_arg(call, "purge");
  }
  return call.tool == "rm" && std::ranges::any_of(call.args(), [](const shell::Word& word) {
           return word.text.contains(".cache");
         });
}

void judge_pip_cache(const Lint& lint, const RunScript& run, Problems& problems) {
  const std::vector<shell::Command>& commands = run.script.commands;
  std::vector<Call> found;
  for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
    const std::optional<Call> call = call_of(lint, *command);
    if (!call) continue;
    if (!like_hadolint(lint) && purges_pip_cache(*call)) break;
    if (is_pip_install(*call) && !has_no_cache_flag(lint, *call)) found.push_back(*call);
  }
  if (found.empty() || is_set_in_script(run.script.text) || is_set_in_environment(lint, run)) {
    return;
  }
  if (like_hadolint(lint)) found.erase(found.begin(), found.end() - 1);
  for (const Call& call : found) {
    Problem& problem =
        problems.add(run.source_range(verb_range(call, "install")),
                     fmt::format("{} keeps what it downloads in this layer", printable(call.tool)));
    problem.fix = safe_fix(insert_after_verb(run, call, "install", "--no-cache-dir"));
  }
}

void pip_cache(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included) || has_cache_at(run, ".cache/pip")) continue;
    if (!like_hadolint(lint) && has_cache_at(run, "/.cache")) continue;
    judge_pip_cache(lint, run, problems);
  }
}

// ---- DL3046: useradd ----------------------------------------------------------------------------

constexpr std::size_t kUsualUidDigits = 5;

// What the value of -u is where the file tells, else as written.
std::string uid_of(const Lint& lint, const RunScript& run, std::string_view written) {
  if (like_hadolint(lint) || !written.starts_with("${") || !written.ends_with('}')) {
    return std::string(written);
  }
  const std::string_view name = written.substr(2, written.size() - 3);
  const std::optional<Value> value = lint.stages.lookup(*run.outer, name);
  return std::string(value && value->known && !value->text.empty() ? value->text : written);
}

void high_uids(const Lint& lint, Problems& problems) {
  judge_calls(
      lint, problems, Triggers::Included,
      [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
        if (call.tool != "useradd") return {};
        if (shell::has_flag(call, {"l", "no-log-init"})) return {};
        const auto written = shell::flag_value(call, {"u", "uid"});
        if (!written) return {};
        const std::string uid = uid_of(lint, run, *written);
        if (uid.size() <= kUsualUidDigits) return {};
        return Verdict{
            .range = words_range(call),
            .evidence =
                fmt::format("useradd with the uid {} and without --no-log-init", printable(uid)),
            .fix = safe_fix(insert_argument(run, *call.command, name_word(call), "--no-log-init"))};
      });
}

// ---- DL3047: wget -------------------------------------------------------------------------------

bool hides_progress(const Call& call) {
  if (shell::has_flag(call, {"progress", "q", "quiet", "no-verbose", "o", "output-file", "a",
                             "append-output"})) {
    return true;
  }
  return std::ranges::any_of(call.args(),
                             [](const shell::Word& word) { return word.text == "-nv"; });
}

// It only prints something, or what it says goes to a file.
bool says_nothing(const Call& call) {
  if (shell::has_flag(call, {"help", "version", "V"})) return true;
  return std::ranges::any_of(call.command->redirections, [](const shell::Redirection& one) {
    return one.fd == 2 || one.op == "&>" || one.op == "&>>";
  });
}

// Whether wget is GNU's in each stage: that of busybox does not know --progress.
std::vector<bool> stages_with_gnu_wget(const Lint& lint) {
  const std::span<const Stage> all = lint.stages.all();
  std::vector<bool> out(all.size());
  std::vector<bool> is_busybox(all.size());
  for (const Stage& stage : all) {
    const image::ImageFamily family = base_of(lint, stage).family();
    is_busybox[stage.index] =
        family == image::ImageFamily::Alpine || family == image::ImageFamily::Busybox;
    out[stage.index] = family == image::ImageFamily::Debian || family == image::ImageFamily::Rpm ||
                       (stage.parent != kNone && out[stage.parent]);
  }
  constexpr auto kDistributions = std::to_array<std::string_view>(
      {"apt-get", "apt", "yum", "dnf", "microdnf", "zypper", "pacman"});
  for (const RunScript& run : lint.scripts) {
    if (run.stage == kNone || out[run.stage]) continue;
    for (const shell::Command& command : run.script.commands) {
      const std::optional<Call> call = call_of(lint, command);
      if (!call) continue;
      const bool brings_it =
          is_call(*call, "apk", {"add"}) &&
          std::ranges::any_of(call->args(), [](const shell::Word& word) {
            return word.text.substr(0, word.text.find_first_of("=~<>@")) == "wget";
          });
      const bool has_it = !is_busybox[run.stage] && is_among(call->tool, kDistributions);
      if (brings_it || has_it) out[run.stage] = true;
    }
  }
  return out;
}

void wget_progress(const Lint& lint, Problems& problems) {
  const std::vector<bool> has_gnu = stages_with_gnu_wget(lint);
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "wget" || hides_progress(call)) return {};
                if (!like_hadolint(lint) && says_nothing(call)) return {};
                const bool is_gnu = run.stage != kNone && has_gnu[run.stage];
                return Verdict{
                    .range = name_range(call),
                    .evidence = "wget draws its progress bar into the build log",
                    .fix = safe_fix(insert_argument(run, *call.command, name_word(call),
                                                    is_gnu ? "--progress=dot:giga" : "-q"))};
              });
}

// ---- DL3060: yarn -------------------------------------------------------------------------------

bool is_yarn_install(const Lint& lint, const Call& call) {
  if (call.tool != "yarn" || !shell::has_arg(call, "install")) return false;
  if (like_hadolint(lint)) return true;
  const Words words = shell::operands(call);
  return !words.empty() && words.front()->text == "install";
}

bool cleans_yarn_cache(const Lint& lint, const Call& call) {
  if (is_call(call, "yarn", {"cache", "clean"})) return true;
  if (like_hadolint(lint) || call.tool != "rm") return false;
  return std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return word.text.contains("yarn") || word.text.contains(".cache");
  });
}

bool keeps_yarn_cache_outside(const Lint& lint, const RunScript& run) {
  if (has_cache_at(run, ".cache/yarn")) return true;
  // Its folder is a matter of configuration: YARN_CACHE_FOLDER.
  return !like_hadolint(lint) && (has_cache_at(run, "yarn") || has_cache_at(run, "/.cache"));
}

void yarn_cache(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included) || !is_kept(lint, run)) continue;
    if (keeps_yarn_cache_outside(lint, run)) continue;
    const auto last = last_not_followed(
        lint, run, [&](const Call& call) { return is_yarn_install(lint, call); },
        [&](const Call& call) { return cleans_yarn_cache(lint, call); });
    if (!last) continue;
    Problem& problem = problems.add(run.source_range(verb_range(*last, "install")),
                                    "no yarn cache clean follows yarn install in this RUN");
    problem.fix = unsafe_fix(append_cleanup(lint, run, *last, "yarn cache clean"),
                             "a project that runs from the cache (Plug'n'Play) needs it");
  }
}

// ---- DL3062: go ---------------------------------------------------------------------------------

bool is_pinned_for_hadolint(std::string_view word) {
  if (word.starts_with('.') || word.starts_with('/')) return true;
  const std::size_t at = word.find('@');
  if (at == std::string_view::npos) return false;
  const std::string_view version = word.substr(at + 1);
  return version != "latest" && version != "none";
}

// Files, and packages of the standard library or of the module at hand: only what has a host in
// front is fetched.
bool is_pinned(std::string_view word) {
  if (word.ends_with(".go")) return true;
  const bool has_host = word.substr(0, word.find_first_of("/@")).contains('.');
  return is_pinned_for_hadolint(word) || (!has_host && !word.contains('@'));
}

// GOPATH's way: the working directory is the package itself, or a folder of it.
bool is_source_at_hand(const Lint& lint, const RunScript& run, std::string_view word) {
  const WorkDir folder = lint.stages.workdir_at(*run.outer);
  constexpr std::string_view kSources = "/src/";
  const std::size_t at = folder.path.find(kSources);
  if (at == std::string::npos) return false;
  const std::string_view package = std::string_view(folder.path).substr(at + kSources.size());
  return word == package || (word.starts_with(package) && word[package.size()] == '/');
}

// What `go VERB` would fetch.
Words go_packages(const Lint& lint, const RunScript& run, const Call& call) {
  Words words = like_hadolint(lint) ? shell::args_without_flags(call) : shell::operands(call);
  if (words.empty()) return {};
  const std::string_view verb = words.front()->text;
  if (verb != "install" && verb != "get" && verb != "run") return {};
  words.erase(words.begin());
  // `go get tool` names the tools of the module.
  if (verb == "get" && !words.empty() && words.front()->text == "tool") words.erase(words.begin());
  if (verb == "run" && words.size() > 1) words.resize(1);  // arguments of the program
  if (!like_hadolint(lint)) {
    std::erase_if(
        words, [&](const shell::Word* word) { return is_source_at_hand(lint, run, word->text); });
    erase_versions_of_the_file(lint, run, words);
  }
  return words;
}

void go_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "go") return {};
                const auto found =
                    unpinned(lint, run, go_packages(lint, run, call),
                             like_hadolint(lint) ? is_pinned_for_hadolint : is_pinned);
                if (!found) return {};
                return Verdict{found->range, without_version(*found)};
              });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3042", FindingKind::Misconfiguration, Severity::Medium, "pip's cache stays in the layer",
      "pip keeps every package that it downloads, to save a second download. In an image there "
      "never is one, so the cache only makes the layer larger. A cache mount keeps it out of the "
      "image and still speeds builds up.",
      "add --no-cache-dir, or mount a cache at /root/.cache/pip",
      "FROM python:3.13\nRUN pip install flask==3.1.0\n",
      "FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n", "",
      "https://pip.pypa.io/en/stable/topics/caching/"},
     Default::On,
     pip_cache},
    {{"DL3046", FindingKind::Misconfiguration, Severity::Medium,
      "useradd with a high uid makes a huge log",
      "useradd enters each new user in /var/log/lastlog and /var/log/faillog, at an offset that "
      "grows with the uid. The files are sparse, but layers are not: with a high uid the image "
      "may grow by gigabytes. --no-log-init leaves the logs alone.",
      "add --no-log-init", "FROM debian:12\nRUN useradd --uid 1000123 app\n",
      "FROM debian:12\nRUN useradd --no-log-init --uid 1000123 app\n", "",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     high_uids},
    {{"DL3047", FindingKind::Misconfiguration, Severity::Low,
      "wget fills the build log with its progress",
      "A build log is no terminal: wget writes a new line for every few kilobytes, and real "
      "messages drown in thousands of them.",
      "add --progress=dot:giga, or -nv", "FROM debian:12\nRUN wget https://example.com/a.tar.gz\n",
      "FROM debian:12\nRUN wget --progress=dot:giga https://example.com/a.tar.gz\n", "",
      "https://www.gnu.org/software/wget/manual/wget.html"},
     Default::On,
     wget_progress},
    {{"DL3060", FindingKind::Misconfiguration, Severity::Low, "yarn's cache stays in the layer",
      "yarn keeps a copy of every package that it downloads. In an image there is no second "
      "install to profit from it. Clean it in the RUN that installs, or keep it in a cache mount.",
      "end the RUN with: yarn cache clean", "FROM node:22\nRUN yarn install --frozen-lockfile\n",
      "FROM node:22\nRUN yarn install --frozen-lockfile && yarn cache clean\n", "",
      "https://classic.yarnpkg.com/lang/en/docs/cli/cache/"},
     Default::On,
     yarn_cache},
    {{"DL3062", FindingKind::Misconfiguration, Severity::Medium, "go fetches an unnamed version",
      "Without a version, or with @latest, go takes the newest release of that day. The next build "
      "may get one that behaves otherwise, or that somebody slipped in. With a version, the "
      "checksum database vouches for the very same code.",
      "name a version: go install golang.org/x/tools/gopls@v0.20.0",
      "FROM golang:1.25\nRUN go install golang.org/x/tools/gopls@latest\n",
      "FROM golang:1.25\nRUN go install golang.org/x/tools/gopls@v0.20.0\n", "",
      "https://go.dev/ref/mod#go-install"},
     Default::On,
     go_versions},
});

}  // namespace

std::span<const Rule> hadolint_tool_rules() { return kRules; }

}  // namespace corten::dockerfile
