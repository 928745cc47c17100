// CL2008: what a secret mount shows is written into the layer.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/files.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kSecretFolder = "/run/secrets/";

// The mounts of one RUN, as far as its commands see them.
class MountedSecrets {
 public:
  explicit MountedSecrets(const Instruction& run) {
    for (const Mount& mount : mounts_of(run)) {
      if (mount.type == "secret") {
        add_secret(mount);
      } else if (!mount.target.empty()) {
        scratch_.push_back(tidy_path(mount.target));
      }
    }
  }

  void add(std::string_view variable, std::string_view file) {
    if (!variable.empty()) variables_.insert(variable);
    if (!file.empty()) files_.emplace_back(file);
  }

  [[nodiscard]] bool empty() const { return files_.empty() && variables_.empty(); }
  [[nodiscard]] bool is_secret(const shell::Word& word) const {
    const bool has_file = std::ranges::any_of(
        files_, [&](const std::string& file) { return word.text.contains(file); });
    return has_file || std::ranges::any_of(word.variables, [&](const auto& variable) {
             return variables_.contains(variable.name) && variable.operation != ":+";
           });
  }
  // Written there, nothing stays in the layer.
  [[nodiscard]] bool is_outside_layer(std::string_view path) const {
    if (path.starts_with("/dev/") || path.starts_with(kSecretFolder)) return true;
    return std::ranges::any_of(scratch_,
                               [&](const std::string& one) { return is_within(path, one); });
  }

 private:
  void add_secret(const Mount& mount) {
    if (!mount.env.empty()) variables_.insert(mount.env);
    if (!mount.env.empty() && mount.target.empty()) return;
    if (!mount.target.empty()) {
      files_.push_back(tidy_path(mount.target));
    } else {
      const std::string_view name = mount.id.empty() ? last_part(mount.source) : mount.id;
      if (!name.empty()) files_.push_back(std::string(kSecretFolder).append(name));
    }
  }

  std::vector<std::string> files_;
  std::set<std::string_view> variables_;
  std::vector<std::string> scratch_;  // targets of caches, tmpfs and binds
};

// Programs that keep what they are told in a file of the home folder.
bool keeps_settings(const shell::Invocation& call) {
  const std::string_view tool = call.base();
  if (tool == "npm" || tool == "yarn" || tool == "pnpm" || tool == "pip" || tool == "pip3" ||
      tool == "aws")
    return (shell::has_arg(call, "config") || shell::has_arg(call, "configure")) &&
           shell::has_arg(call, "set");
  if (tool == "git")
    return shell::has_arg(call, "config") && !shell::has_flag(call, {"unset", "get", "unset-all"});
  if (tool == "composer" || tool == "poetry" || tool == "bundle" || tool == "bundler")
    return shell::has_arg(call, "config");
  return false;
}

class WriteJudge {
 public:
  WriteJudge(const RunScript& run, const MountedSecrets& secrets)
      : script_(run.script), secrets_(secrets), tainted_(script_.commands.size(), false) {
    taint();
    collect_removals();
  }

  // The place of the first write, and what is written to.
  struct Found {
    shell::Range range;
    std::string evidence;
  };
  [[nodiscard]] std::optional<Found> find() const {
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      if (auto found = judge(i)) return found;
    }
    return std::nullopt;
  }

 private:
  // Marks the commands that are given the secret: by a word, by $(…) in a word, or by a pipe from
  // `cat`, `echo` and their like. What another program makes of it is its own.
  void taint() {
    // A substitution stands behind the command that it is in: the second round carries on from
    // there.
    taint_once();
    taint_once();
  }

  void taint_once() {
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      const shell::Command& command = script_.commands[i];
      if (names_secret(command)) tainted_[i] = true;
      if (!tainted_[i]) continue;
      if (passes_on(command) && command.enclosing.command < tainted_.size())
        taint_enclosing(command.enclosing);
      const shell::Command* reader = shell::pipe_target(script_, command);
      if (reader != nullptr && passes_on(command))
        tainted_[static_cast<std::size_t>(reader - script_.commands.data())] = true;
    }
  }

  // The command around $(…), and the variable that gets its output.
  void taint_enclosing(const shell::Enclosing& around) {
    using Place = shell::Enclosing::Place;
    if (around.place == Place::None || around.place == Place::Compound) return;
    tainted_[around.command] = true;
    const shell::Command& outer = script_.commands[around.command];
    if (around.place == Place::Assignment && around.index < outer.assignments.size())
      carriers_.insert(outer.assignments[around.index].name);
    const bool declares = outer.name() == "export" || outer.name() == "declare";
    if (around.place == Place::Word && declares && around.index < outer.words.size()) {
      const std::string& text = outer.words[around.index].text;
      carriers_.insert(text.substr(0, text.find('=')));
    }
  }

  [[nodiscard]] bool is_carrier(const shell::VariableReference& variable) const {
    return carriers_.contains(variable.name);
  }

  [[nodiscard]] bool names_secret(const shell::Command& command) const {
    const auto is_secret = [&](const shell::Word& word) {
      return secrets_.is_secret(word) ||
             std::ranges::any_of(word.variables,
                                 [&](const auto& variable) { return is_carrier(variable); });
    };
    if (std::ranges::any_of(command.words, is_secret)) return true;
    return std::ranges::any_of(command.redirections, [&](const shell::Redirection& one) {
      if (one.op == "<" || one.op == "<<<") return is_secret(one.target);
      return std::ranges::any_of(one.body_variables, [&](const auto& variable) {
        shell::Word word;
        word.variables.push_back(variable);
        return is_secret(word);
      });
    });
  }

  // Its output is what it read.
  static bool passes_on(const shell::Command& command) {
    constexpr auto kPassing =
        std::to_array<std::string_view>({"cat", "echo", "printf", "base64", "tr", "sed", "awk",
                                         "tee", "envsubst", "head", "cut", "jq", "grep"});
    const shell::Invocation call = shell::seen_through(command);
    return is_among(call.base(), kPassing);
  }

  [[nodiscard]] std::optional<Found> judge(std::size_t index) const {
    using Kind = shell::FileEffect::Kind;
    if (!tainted_[index]) return std::nullopt;
    const shell::Command& command = script_.commands[index];
    const shell::Invocation call = shell::seen_through(command);
    if (call.empty()) return std::nullopt;
    for (const shell::FileEffect& effect : shell::file_effects(call)) {
      const bool is_copy = effect.kind == Kind::Copy || effect.kind == Kind::Move;
      const bool is_write = effect.kind == Kind::Write || effect.kind == Kind::Append;
      if (is_copy && !std::ranges::any_of(effect.sources, [&](const shell::Word* word) {
            return secrets_.is_secret(*word);
          }))
        continue;
      // `cmd < secret > file`: the file has what the program makes of it.
      if (is_write && !passes_on(command) && call.base() != "dd") continue;
      if (!is_copy && !is_write) continue;
      for (const std::string& path : effect.paths) {
        if (secrets_.is_outside_layer(path) || is_removed(path)) continue;
        return Found{command.range,
                     fmt::format("the secret stays in the layer as {}", shown(path))};
      }
    }
    if (keeps_settings(call) && !removes_something())
      return Found{command.range,
                   fmt::format("{} keeps the secret in its settings", shown(call.base()))};
    return std::nullopt;
  }

  // Taken away again in the same RUN.
  [[nodiscard]] bool is_removed(std::string_view path) const {
    for (const shell::FileEffect& effect : removals_) {
      for (const std::string& removed : effect.paths) {
        if (last_part(removed) == last_part(path)) return true;
        if (effect.recursive && is_within(tidy_path(path), tidy_path(removed))) return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool removes_something() const {
    return !removals_.empty() ||
           std::ranges::any_of(script_.commands, [](const shell::Command& command) {
             const shell::Invocation call = shell::seen_through(command);
             return !call.empty() &&
                    (shell::has_flag(call, {"unset", "unset-all"}) ||
                     shell::has_arg(call, "delete") || shell::has_arg(call, "unset"));
           });
  }

  void collect_removals() {
    constexpr std::size_t kMost = 200;  // each write looks at all of them
    for (const shell::Command& command : script_.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty() || (call.base() != "rm" && call.base() != "shred")) continue;
      for (shell::FileEffect& effect : shell::file_effects(call)) {
        const bool removes = effect.kind == shell::FileEffect::Kind::Remove;
        if (removes && removals_.size() < kMost) removals_.push_back(std::move(effect));
      }
    }
  }

  const shell::Script& script_;
  const MountedSecrets& secrets_;
  std::vector<bool> tainted_;
  std::vector<shell::FileEffect> removals_;
  std::set<std::string> carriers_;  // variables that the script gives the secret to
};

// Where the secret is missing, an empty file stays at its place in the application's folder.
void optional_in_folder(const Lint& lint, const RunScript& run, Problems& problems) {
  const WorkDir folder = lint.stages.workdir_at(*run.outer);
  if (!folder.absolute || folder.path.size() < 2) return;
  for (const Mount& mount : mounts_of(*run.instruction)) {
    if (mount.type != "secret" || mount.target.empty() || mount.flag == nullptr) continue;
    if (!mount.flag->value.value_or("").contains("required=false")) continue;
    const std::string target = absolute_path(folder.path, mount.target);
    if (!is_within(target, folder.path)) continue;
    problems
        .add(mount.flag->range,
             fmt::format("without the secret an empty {} stays in the image", shown(target)))
        .severity = Severity::Medium;
  }
}

void written_secrets(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run()) continue;
    const MountedSecrets secrets(*run.instruction);
    if (secrets.empty()) continue;
    if (const auto found = WriteJudge(run, secrets).find())
      problems.add(run.source_range(found->range), found->evidence);
    optional_in_folder(lint, run, problems);
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL2008", FindingKind::Secret, Severity::High, "a mounted secret is written to the layer",
      "A secret mount is gone when its RUN ends, but a copy of it is not: the step writes what it "
      "was lent into a file of the image. That undoes what the mount is for.",
      "let the program read the mount itself, or mount it where the program looks (target=…); "
      "remove a copy in the same RUN",
      "FROM node:22\nRUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /root/.npmrc && npm "
      "ci\n",
      "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n", "",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     written_secrets},
});

}  // namespace

bool keeps_secret(const RunScript& run, std::string_view variable, std::string_view file) {
  MountedSecrets secrets(*run.instruction);
  secrets.add(variable, file);
  return WriteJudge(run, secrets).find().has_value();
}

std::span<const Rule> secrets_mount_rules() { return kRules; }

}  // namespace corten::dockerfile
