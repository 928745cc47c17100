// What package managers and their like fetch: CL3010 (moving targets), CL3011 (upgrades of
// everything), CL3013 (an index without an install).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/removals.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/downloads.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

using shell::Manager;
using shell::PackageVerb;

// ---- CL3010 -------------------------------------------------------------------------------------

bool is_moving_branch(std::string_view name) {
  constexpr auto kBranches = std::to_array<std::string_view>(
      {"main", "master", "develop", "dev", "devel", "trunk", "head", "latest", "next", "nightly"});
  return is_among(to_lower(name), kBranches);
}

bool chooses_commit(const shell::Invocation& call) {
  constexpr auto kVerbs = std::to_array<std::string_view>(
      {"checkout", "reset", "switch", "worktree", "cherry-pick", "verify-tag", "verify-commit"});
  return !call.empty() && call.base() == "git" &&
         std::ranges::any_of(call.args(),
                             [&](const shell::Word& word) { return is_among(word.text, kVerbs); });
}

// By script: the last command of it that chooses a commit (kNone: none does), and whether a later
// RUN of the stage does.
struct Checkouts {
  std::vector<std::uint32_t> last;
  std::vector<bool> later;
};

Checkouts checkouts_of(const Lint& lint) {
  Checkouts found;
  found.last.resize(lint.scripts.size(), kNone);
  found.later.resize(lint.scripts.size(), false);
  bool is_later = false;
  for (std::size_t i = lint.scripts.size(); i-- > 0;) {
    const RunScript& run = lint.scripts[i];
    if (i + 1 < lint.scripts.size() && lint.scripts[i + 1].stage != run.stage) is_later = false;
    found.later[i] = is_later;
    if (!run.is_run()) continue;
    for (std::uint32_t at = 0; at < run.script.commands.size(); ++at) {
      if (chooses_commit(shell::seen_through(run.script.commands[at]))) found.last[i] = at;
    }
    is_later = is_later || found.last[i] != kNone;
  }
  return found;
}

std::optional<Verdict> judge_clone(const shell::Download& clone, bool is_checked_out) {
  if (!shell::has_arg(clone.call, "clone") || clone.urls.empty()) return {};
  const std::string_view url = clone.urls.front()->text;
  const bool is_local = url.starts_with('/') || url.starts_with('.') || url.starts_with("file:");
  if (is_local || shell::has_flag(clone.call, {"revision", "bare", "mirror"})) return {};
  const auto branch = shell::flag_value(clone.call, {"b", "branch"});
  if (branch && !is_moving_branch(*branch)) return {};
  if (is_checked_out) return {};
  return Verdict{words_range(clone.call), branch
                                              ? fmt::format("the branch {} moves", shown(*branch))
                                              : "what is cloned is the newest commit of that day"};
}

// The newest release, or a file of a branch.
bool is_moving_url(std::string_view url) {
  if (url.contains("/latest/") || url.ends_with("/latest")) return true;
  const bool is_raw = url.contains("raw.githubusercontent.com/") || url.contains("/raw/");
  for (const std::string_view branch : {"/main/", "/master/", "/HEAD/", "/develop/"}) {
    if (is_raw && url.contains(branch)) return true;
  }
  for (const std::string_view archive :
       {"/archive/main.", "/archive/master.", "/heads/main.", "/heads/master."}) {
    if (url.contains(archive)) return true;
  }
  return false;
}

std::optional<Verdict> judge_download(const shell::Download& download, bool is_checked_out) {
  if (download.tool == shell::DownloadTool::Git) return judge_clone(download, is_checked_out);
  for (const shell::Word* url : download.urls) {
    if (is_moving_url(url->text))
      return Verdict{url->range, "the address gives another file after each release"};
  }
  return {};
}

std::optional<Verdict> judge_go(const shell::PackageOperation& operation) {
  if (operation.verb != PackageVerb::Install) return {};
  for (const shell::Package& package : operation.packages) {
    if (package.version == "latest" || is_moving_branch(package.version))
      return Verdict{package.word->range, fmt::format("{} moves", shown(package.word->text))};
  }
  return {};
}

std::optional<Verdict> judge_cargo(const shell::PackageOperation& operation) {
  if (operation.verb != PackageVerb::Install) return {};
  const shell::Invocation& call = operation.call;
  if (shell::has_flag(call, {"locked", "version", "vers", "path", "rev", "tag", "frozen"}))
    return {};
  if (!shell::has_flag(call, {"git"})) {
    const bool has_free = std::ranges::any_of(operation.packages, [](const shell::Package& p) {
      return p.form == shell::Package::Form::Name && p.version.empty();
    });
    if (!has_free) return {};
  }
  return Verdict{words_range(call), "cargo takes the newest release, and newest dependencies"};
}

// Where the file copies a lock file of npm.
class LockFiles {
 public:
  explicit LockFiles(const Lint& lint) : lint_(lint) {
    // With the context at hand, a pattern is as good as the name.
    in_context_ = lint.context != nullptr &&
                  std::ranges::any_of(lint.context->paths, [](const std::string& path) {
                    return path == "package-lock.json" || path == "npm-shrinkwrap.json";
                  });
    for (const Instruction& instruction : lint.file.instructions) {
      if (instruction.keyword == Keyword::Copy && copies_lock(instruction))
        copies_.push_back(instruction.index);
    }
  }

  // In the stage of the RUN, above it.
  [[nodiscard]] bool are_there(const RunScript& run) const {
    const Stage* stage = lint_.stages.stage_of(*run.outer);
    if (stage == nullptr) return false;
    const auto after = std::ranges::lower_bound(copies_, run.outer->index);
    return after != copies_.begin() && *(after - 1) > stage->from->index;
  }

 private:
  [[nodiscard]] bool copies_lock(const Instruction& copy) const {
    if (copy.words.size() < 2 || copy.flag("from") != nullptr) return false;
    const std::span<const Word> sources = copy.words.first(copy.words.size() - 1);
    return std::ranges::any_of(sources, [&](const Word& word) {
      const std::string_view file = last_part(word.text);
      if (file == "package-lock.json" || file == "npm-shrinkwrap.json") return true;
      return in_context_ && (file == "." || file == "package*.json" || file == "*.json");
    });
  }

  const Lint& lint_;
  bool in_context_ = false;
  std::vector<std::uint32_t> copies_;  // indices of instructions, ascending
};

std::optional<Verdict> judge_node(const LockFiles& locks, const RunScript& run,
                                  const shell::PackageOperation& operation) {
  if (operation.verb != PackageVerb::Install || operation.verb_text == "ci") return {};
  if (operation.global) {
    for (const shell::Package& package : operation.packages) {
      const bool is_free = package.form == shell::Package::Form::Name && package.word->literal &&
                           (package.mark.empty() || package.version == "latest");
      if (is_free)
        return Verdict{package.word->range,
                       fmt::format("{} is the newest release of that day", shown(package.name))};
    }
    return {};
  }
  const bool is_plain = operation.manager == Manager::Npm && operation.packages.empty();
  if (!is_plain || shell::has_flag(operation.call, {"package-lock-only"})) return {};
  if (!locks.are_there(run)) return {};
  return Verdict{words_range(operation.call),
                 "npm install may go past the lock file that is there"};
}

std::optional<Verdict> judge_install(const LockFiles& locks, const RunScript& run,
                                     const shell::PackageOperation& operation) {
  switch (operation.manager) {
    case Manager::Go:
      return judge_go(operation);
    case Manager::Cargo:
      return judge_cargo(operation);
    case Manager::Npm:
    case Manager::Yarn:
    case Manager::Pnpm:
    case Manager::Bun:
      return judge_node(locks, run, operation);
    default:
      return {};
  }
}

void add(const RunScript& run, const std::optional<Verdict>& verdict, Problems& problems,
         std::optional<Fix> fix = std::nullopt) {
  if (verdict)
    problems.add(run.source_range(verdict->range), verdict->evidence).fix = std::move(fix);
}

// The verb in other words.
std::optional<TextEdit> replace_verb(const RunScript& run, const shell::PackageOperation& operation,
                                     std::string_view verb) {
  const auto args = operation.call.args();
  if (operation.verb_index >= args.size()) return std::nullopt;
  const shell::Word& word = args[operation.verb_index];
  if (word.text != operation.verb_text) return std::nullopt;
  return replace_word(run, *operation.call.command, word, verb);
}

std::optional<Fix> held_to_lock(const RunScript& run, const shell::PackageOperation& operation) {
  if (operation.manager == Manager::Cargo) {
    return unsafe_fix(
        insert_after_verb(run, operation.call, operation.verb_text, "--locked"),
        "the versions of the program's own lock file are taken: it fails if that is outdated");
  }
  const bool is_plain =
      operation.manager == Manager::Npm && !operation.global && operation.packages.empty();
  if (!is_plain) return std::nullopt;
  return unsafe_fix(replace_verb(run, operation, "ci"),
                    "npm ci fails where package.json and the lock file differ, and makes "
                    "node_modules anew");
}

void moving_targets(const Lint& lint, Problems& problems) {
  const LockFiles locks(lint);
  const Checkouts checkouts = checkouts_of(lint);
  for (std::size_t i = 0; i < lint.scripts.size(); ++i) {
    const RunScript& run = lint.scripts[i];
    if (!run.is_run()) continue;
    for (std::uint32_t at = 0; at < run.script.commands.size(); ++at) {
      const shell::Invocation call = shell::seen_through(run.script.commands[at]);
      if (const auto download = shell::download(run.script, call)) {
        const bool is_checked_out =
            checkouts.later[i] || (checkouts.last[i] != kNone && checkouts.last[i] > at);
        add(run, judge_download(*download, is_checked_out), problems);
      } else if (const auto operation = shell::package_operation(call)) {
        add(run, judge_install(locks, run, *operation), problems, held_to_lock(run, *operation));
      }
    }
  }
}

// ---- CL3011 -------------------------------------------------------------------------------------

// Managers that share one index.
constexpr int kAptFamily = 1;
int family_of(Manager manager) {
  switch (manager) {
    case Manager::AptGet:
    case Manager::Apt:
    case Manager::Aptitude:
      return kAptFamily;
    case Manager::Apk:
      return 2;
    case Manager::Yum:
    case Manager::Dnf:
    case Manager::MicroDnf:
    case Manager::TDnf:
      return 3;
    case Manager::Zypper:
      return 4;
    default:
      return 0;
  }
}

bool upgrades_everything(const shell::PackageOperation& operation) {
  constexpr auto kManagers =
      std::to_array<Manager>({Manager::Apk, Manager::Yum, Manager::Dnf, Manager::MicroDnf,
                              Manager::TDnf, Manager::Zypper, Manager::Pacman});
  const bool is_system = std::ranges::find(kManagers, operation.manager) != kManagers.end();
  if (!is_system || operation.verb != PackageVerb::Upgrade || !operation.packages.empty())
    return false;
  // Security fixes alone are no move to other versions.
  return !shell::has_flag(operation.call, {"security", "sec-severity", "advisory", "cve"}) &&
         !operation.verb_text.contains("minimal");
}

void upgrades(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included)) continue;
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty()) continue;
      if (call.base() == "do-release-upgrade") {
        problems.add(run.source_range(words_range(call)), "moves to the next release");
        continue;
      }
      const auto operation = shell::package_operation(call);
      if (!operation) continue;
      if (operation->verb == PackageVerb::DistUpgrade) {
        Problem& problem = problems.add(
            run.source_range(words_range(call)),
            fmt::format("{} may remove packages and move to other releases", operation->verb_text));
        if (family_of(operation->manager) == kAptFamily)
          problem.fix = unsafe_fix(replace_verb(run, *operation, "upgrade"),
                                   "packages that need new ones or have to go stay as they are");
      } else if (upgrades_everything(*operation)) {
        problems
            .add(run.source_range(words_range(call)),
                 "all packages move to whatever is newest that day")
            .severity = Severity::Info;
      }
    }
  }
}

// ---- CL3013 -------------------------------------------------------------------------------------

bool uses_index(PackageVerb verb) {
  switch (verb) {
    case PackageVerb::Install:
    case PackageVerb::Upgrade:
    case PackageVerb::DistUpgrade:
    case PackageVerb::Reinstall:
    case PackageVerb::Download:
    case PackageVerb::Build:
    case PackageVerb::Source:
    case PackageVerb::Other:  // `apt-get satisfy`, `apt-cache`, …
      return true;
    default:
      return false;
  }
}

// Runs something whose work is not seen here: it may install.
bool may_install(const shell::Invocation& call) {
  const std::string_view name = call.name();
  const std::string_view base = call.base();
  constexpr auto kOthers =
      std::to_array<std::string_view>({"make",          "npx",         "ansible-playbook",
                                       "mk-build-deps", "debuild",     "apt-file",
                                       "playwright",    "rosdep",      "pip",
                                       "pip3",          "npm",         "yarn",
                                       "source",        ".",           "gdebi",
                                       "tasksel",       "dpkg",        "install_packages",
                                       "apt-cache",     "debootstrap", "xargs"});
  return name.contains('/') || name.contains('$') || base.ends_with(".sh") ||
         is_among(base, kOthers) || shell::is_interpreter(base);
}

// Whether one more command can stand in front of this one, joined by &&.
bool can_lead(const shell::Script& script, const shell::Command& command) {
  using enum shell::Connector;
  if (command.pipeline == shell::kNone) return false;
  const shell::Pipeline& pipeline = script.pipelines[command.pipeline];
  const bool is_plain = pipeline.before == None || pipeline.before == And ||
                        pipeline.before == Sequence || pipeline.before == Newline;
  return pipeline.elements.size() == 1 && is_plain && !pipeline.negated && !command.in_condition &&
         !command.nested_script && command.compound == shell::kNone &&
         command.enclosing.place == shell::Enclosing::Place::None;
}

// The update in front of the next install of the stage, which then sees a new index; nothing else
// may happen to the system in between.
std::optional<Fix> joined_update(const Lint& lint, const RunScript& lone,
                                 const shell::PackageOperation& update) {
  auto removed = remove_command(lint, lone, *update.call.command);
  if (!removed) return std::nullopt;
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.stage != lone.stage || run.outer->index <= lone.outer->index) continue;
    if (!run.is_posix_run() || run.is_onbuild() || run.instruction->form == Form::Exec)
      return std::nullopt;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      if (family_of(operation.manager) != family_of(update.manager)) continue;
      const shell::Command& command = *operation.call.command;
      if (operation.verb == PackageVerb::Update || !can_lead(run.script, command))
        return std::nullopt;
      const std::uint32_t at = run.source_range(command.range).begin;
      const std::string_view words = lone.script.raw(words_range(update.call));
      const std::string_view whole = lone.script.raw(update.call.command->range);
      if (trim(whole) != words || update.call.wrapped()) return std::nullopt;
      return unsafe_fix({std::move(*removed), {{at, at}, fmt::format("{} && ", words)}},
                        "the install sees the packages of the day of the build");
    }
  }
  return std::nullopt;
}

void lone_updates(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included)) continue;
    if (has_cache_at(run, "/var/lib/apt") || has_cache_at(run, "/etc/apk/cache") ||
        has_cache_at(run, "/var/cache/apk") || has_cache_at(run, "/var/cache/dnf"))
      continue;
    std::optional<shell::PackageOperation> update;
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty()) continue;
      const auto operation = shell::package_operation(call);
      const int family = operation ? family_of(operation->manager) : 0;
      if (operation && family != 0) {
        const bool is_update =
            operation->verb == PackageVerb::Update && operation->verb_text != "makecache";
        if (is_update && !update) {
          update = operation;
        } else if (update && family == family_of(update->manager) && uses_index(operation->verb)) {
          update.reset();
        }
      } else if (update && may_install(call)) {
        update.reset();
      }
    }
    if (!update) continue;
    Problem& problem =
        problems.add(run.source_range(words_range(update->call)),
                     "the index is kept in a layer of its own, and gets old in the cache");
    if (fixes++ < kMostCostlyFixes) problem.fix = joined_update(lint, run, *update);
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL3010", FindingKind::Misconfiguration, Severity::Low, "a build takes whatever is newest",
      "The branch, tag or address gives other code from one day to the next. Two builds of the "
      "same Dockerfile then differ, and whoever gets hold of the account behind it gets into the "
      "image with the next build.",
      "name a release or commit: git clone --branch v1.2.3, go install x@v1.2.3, npm i -g x@1.2.3, "
      "cargo install --locked, npm ci",
      "FROM golang:1.26\nRUN go install golang.org/x/tools/gopls@latest\n",
      "FROM golang:1.26\nRUN go install golang.org/x/tools/gopls@v0.20.0\n", "", ""},
     Default::On,
     moving_targets},
    {{"CL3011", FindingKind::Misconfiguration, Severity::Low, "the build upgrades the whole system",
      "An upgrade of everything makes the base image's version meaningless: each build gets other "
      "packages, in a layer that repeats the base. A dist-upgrade may even remove some. Fixes are "
      "better had by building on a newer base.",
      "move to a newer base image, and upgrade single packages where a fix is urgent",
      "FROM debian:12\nRUN apt-get update && apt-get dist-upgrade -y\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y --only-upgrade openssl\n",
      "DS-0024 AVD-DS-0024", "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     upgrades},
    {{"CL3013", FindingKind::Misconfiguration, Severity::Low,
      "the package index is updated in a RUN of its own",
      "The builder keeps the layer of that RUN and reuses it on the next days. A later install "
      "then works with an old index: it fails, or installs versions with known flaws.",
      "update and install in the same RUN: apt-get update && apt-get install -y …",
      "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
      "DS-0017 AVD-DS-0017 CKV_DOCKER_5",
      "https://docs.docker.com/build/building/best-practices/#apt-get"},
     Default::On,
     lone_updates},
});

}  // namespace

std::span<const Rule> supply_package_rules() { return kRules; }

}  // namespace corten::dockerfile
