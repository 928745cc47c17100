// Whose the copied files are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dockerfile/rules/account.h"
#include "dockerfile/rules/file_mode.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/user_fixes.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

TextEdit insert_flag(const Instruction& copy, std::string_view name, std::string_view value) {
  const std::uint32_t at = copy.keyword_range.end;
  return {{at, at}, fmt::format(" --{}={}", name, value)};
}

// ---- CL1006 -------------------------------------------------------------------------------------

bool is_code_name(std::string_view source) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".py",  ".js",   ".mjs",  ".cjs",  ".ts",  ".tsx",    ".rb",   ".php",        ".go",
       ".jar", ".war",  ".sh",   ".html", ".css", ".json",   ".yml",  ".yaml",       ".toml",
       ".txt", ".lock", ".conf", ".cfg",  ".ini", ".xml",    ".so",   ".dll",        ".whl",
       ".cs",  ".pl",   ".md",   ".exe",  ".rs",  ".java",   ".bash", ".properties", ".csproj",
       ".sln", ".mod",  ".sum",  ".tgz",  ".zip", ".gradle", ".crt",  ".erb"});
  constexpr auto kNames = std::to_array<std::string_view>(
      {"dist",     "build",     "bin",          "src",     "public",   "static",
       "lib",      "templates", "package",      "target",  "out",      "publish",
       "release",  "Gemfile",   "node_modules", "Pipfile", "scripts",  "config",
       "Makefile", "Procfile",  "gradlew",      "mvnw",    ".mvn",     "pages",
       "views",    "assets",    "standalone",   "vendor",  "Gemfile*", "Pipfile*"});
  while (source.ends_with('/')) source.remove_suffix(1);
  while (source.ends_with('*') && source.contains('.')) source.remove_suffix(1);
  const std::string_view name = last_part(source);
  if (is_among(name, kNames)) return true;
  if (name.contains("entrypoint") || name.starts_with("requirements")) return true;
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_code(const Instruction& copy) {
  if (copy.words.size() < 2) return true;  // here-documents
  const bool from_stage = copy.flag("from") != nullptr;
  return std::ranges::all_of(copy.words.first(copy.words.size() - 1), [&](const Word& source) {
    const std::string_view text = source.text;
    const bool whole = text.ends_with('.') || text.ends_with("./") || text == "*";
    // What another stage has built is seldom meant to be changed.
    return is_code_name(text) || (from_stage && !whole);
  });
}

// Where the running program writes, or that belongs to it.
struct Places {
  Homes homes;
  std::string workdir;  // of the final image
  PathSet volumes;
};

Places places_of(const Lint& lint) {
  const auto chain = lint.stages.final_chain();
  Places places;
  places.homes = homes_of(lint);
  const WorkDir folder = lint.stages.workdir_of(*chain.front());
  if (folder.absolute && folder.known) places.workdir = folder.path;
  for (const Stage* stage : chain) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Volume) continue;
      for (const Word& word : instruction.words) {
        const Expansion value = lint.stages.expand_at(instruction, word.text);
        auto path = absolute_path(lint.stages.workdir_at(instruction), value.text);
        if (value.resolved && path) places.volumes.add(std::move(*path));
      }
    }
  }
  return places;
}

enum class Place : std::uint8_t { Elsewhere, WorkDir, Home, Volume };

Place place_of(const Lint& lint, const Instruction& copy, const EffectiveUser& user,
               const std::string& target, const Places& places) {
  if (places.volumes.has_at_or_above(target)) return Place::Volume;
  if (is_within(target, places.homes.of(user))) return Place::Home;
  const WorkDir here = lint.stages.workdir_at(copy);
  const bool in_here =
      here.absolute && here.known && here.path != "/" && is_within(target, here.path);
  const bool in_final =
      !places.workdir.empty() && places.workdir != "/" && is_within(target, places.workdir);
  return in_here || in_final ? Place::WorkDir : Place::Elsewhere;
}

std::string_view describe(Place place) {
  switch (place) {
    case Place::Home:
      return "the home";
    case Place::Volume:
      return "a volume";
    case Place::WorkDir:
    case Place::Elsewhere:
      break;
  }
  return "the working directory";
}

class FilesOfRoot {
 public:
  FilesOfRoot(const Lint& lint, Problems& problems)
      : lint_(lint), problems_(problems), track_(lint) {}

  void look() {
    const auto chain = lint_.stages.final_chain();
    if (chain.empty() || chain.front()->is_windows) return;
    for (std::size_t i = chain.size(); i > 0; --i) {
      for (const Instruction& instruction : lint_.stages.instructions(*chain[i - 1])) {
        look_at(instruction);
        remember(instruction);
      }
    }
  }

 private:
  void look_at(const Instruction& instruction) {
    const bool copies = instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add;
    if (instruction.broken || (!copies && instruction.keyword != Keyword::Workdir)) return;
    const EffectiveUser& user = track_.at(instruction);
    if (!user.is_unprivileged()) return;
    if (copies) {
      look_at_copy(instruction, user);
    } else if (user.source == UserSource::File) {
      look_at_folder(instruction, user);
    }
  }

  void look_at_copy(const Instruction& copy, const EffectiveUser& user) {
    if (copy.flag("chown") != nullptr) return;
    if (mode_of(copy.flag_value("chmod")).others_write) return;
    const auto target = copy_target(lint_, copy);
    if (!target) return;
    const Place place = place_of(lint_, copy, user, *target, places());
    if (place == Place::Elsewhere || prepared_after(copy.index).covers(*target)) return;
    Problem& problem =
        problems_.add(copy.keyword_range, fmt::format("files in {}, {} of {}, will belong to root",
                                                      *target, describe(place), user.as_written()));
    problem.remediation = fmt::format("write \"{} --chown={} …\" if {} has to write to them",
                                      name_of(copy.keyword), user.as_written(), user.name);
    if (place != Place::Volume && is_code(copy)) {
      problem.severity = Severity::Info;
      problem.evidence += "; fine as long as they are only read";
      return;
    }
    problem.fix = unsafe_fix(insert_flag(copy, "chown", user.as_written()),
                             fmt::format("{} may then change these files", user.name));
  }

  // BuildKit gives a new folder to the user in effect; other builders give it to root.
  void look_at_folder(const Instruction& workdir, const EffectiveUser& user) {
    constexpr std::size_t kMostFolders = 50;
    if (workdir.words.empty() || ++folders_ > kMostFolders) return;
    const auto path = folder_of(workdir);
    if (!path || exists(*path)) return;
    constexpr auto kUsual = std::to_array<std::string_view>(
        {"/home", "/tmp", "/var", "/usr", "/etc", "/opt", "/root", "/run", "/go", "/srv"});
    if (*path == "/" || is_among(*path, kUsual)) return;
    if (is_within(*path, places().homes.of(user)) || is_within(*path, "/home") ||
        is_within(*path, "/var/www") || is_within(*path, "/tmp"))
      return;
    if (prepared_after(0).covers(*path)) return;
    Problem& problem =
        problems_.add(workdir.words.front().range,
                      fmt::format("builders other than BuildKit make {} for root, not for {}",
                                  *path, user.as_written()));
    problem.severity = Severity::Info;
    problem.remediation =
        fmt::format("make it in front of USER: \"RUN install -d -o {} {}\"", user.name, *path);
    problem.fix = unsafe_fix(
        run_before_user(lint_, user, fmt::format("install -d -o {} {}", user.name, *path)),
        fmt::format("{} may write to {}, whatever builds the image", user.name, *path));
  }

  [[nodiscard]] std::optional<std::string> folder_of(const Instruction& workdir) const {
    const Expansion value = lint_.stages.expand_at(workdir, workdir.words.front().text);
    if (!value.resolved) return std::nullopt;
    return absolute_path(lint_.stages.workdir_at(workdir), value.text);
  }

  void remember(const Instruction& instruction) {
    std::optional<std::string> made;
    if (instruction.keyword == Keyword::Workdir && !instruction.words.empty()) {
      made = folder_of(instruction);
    } else if (instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add) {
      made = copy_target(lint_, instruction);
    } else if (instruction.keyword == Keyword::Run) {
      scripts_.push_back(instruction.script.text);
    }
    if (made) made_.add(std::move(*made));
  }

  // Whether something so far makes or names the folder.
  [[nodiscard]] bool exists(const std::string& folder) const {
    return made_.has_at_or_below(folder) ||
           std::ranges::any_of(scripts_,
                               [&](std::string_view script) { return script.contains(folder); });
  }

  const Places& places() {
    if (!places_) places_ = places_of(lint_);
    return *places_;
  }

  // What is prepared anywhere behind the first copy is enough: one pass for the whole file.
  const PreparedPaths& prepared_after(std::uint32_t index) {
    std::optional<PreparedPaths>& wanted = index == 0 ? prepared_ : prepared_later_;
    if (!wanted) wanted.emplace(lint_, index);
    return *wanted;
  }

  const Lint& lint_;
  Problems& problems_;
  UserTrack track_;
  PathSet made_;                           // by the instructions so far
  std::vector<std::string_view> scripts_;  // of RUN so far
  std::optional<Places> places_;
  std::optional<PreparedPaths> prepared_;
  std::optional<PreparedPaths> prepared_later_;
  std::size_t folders_ = 0;  // looked at; each is sought in all scripts above it
};

void files_of_root(const Lint& lint, Problems& problems) { FilesOfRoot(lint, problems).look(); }

// ---- CL1007 -------------------------------------------------------------------------------------

struct CopiedFolder {
  std::string path;
  const Instruction* copy = nullptr;
};

std::vector<CopiedFolder> copied_folders(const Lint& lint) {
  const auto chain = lint.stages.final_chain();
  std::vector<CopiedFolder> copied;
  for (std::size_t i = chain.size(); i > 0; --i) {
    for (const Instruction& instruction : lint.stages.instructions(*chain[i - 1])) {
      if (instruction.keyword != Keyword::Copy && instruction.keyword != Keyword::Add) continue;
      if (auto target = copy_target(lint, instruction))
        copied.push_back({std::move(*target), &instruction});
    }
  }
  constexpr std::size_t kMostCopies = 200;  // a file with more is not looked at to the end
  copied.resize(std::min(copied.size(), kMostCopies));
  return copied;
}

// A recursive chown or chmod, with the copies that it is about.
struct Rework {
  const RunScript& run;
  const shell::FileEffect& effect;
  std::string_view flag;
  std::vector<CopiedFolder> copies;
  bool is_all_copied = true;  // each of its paths is one that was copied to

  [[nodiscard]] const std::string& value() const {
    return effect.kind == shell::FileEffect::Kind::Owner ? effect.owner : effect.mode;
  }
};

bool has_own_value(const Rework& work) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-:";
  const std::string& value = work.value();
  if (value.empty() || value.find_first_not_of(kPlain) != std::string::npos) return false;
  // Symbolic modes are new to COPY.
  return work.effect.kind == shell::FileEffect::Kind::Owner || is_number(value);
}

// Whether nothing else than the copies comes to be there before the command, which then stays for
// the folders alone.
bool is_about_copies_alone(const Lint& lint, const Rework& work) {
  const Instruction& first = *work.copies.front().copy;
  for (std::uint32_t i = first.index + 1; i < work.run.outer->index; ++i) {
    if (lint.file.instructions[i].keyword == Keyword::Run) return false;
  }
  const auto& commands = work.run.script.commands;
  const bool is_alone = work.effect.call.command == &commands.front();
  const BaseImage base = base_of(lint, *lint.stages.final_chain().front());
  const std::string_view owner = std::string_view(work.value()).substr(0, work.value().find(':'));
  return is_alone && (work.effect.kind != shell::FileEffect::Kind::Owner ||
                      is_account_at(lint, base, owner, first));
}

// --chown at the copies; the command no longer goes through the folder.
std::optional<Fix> copied_as_told(const Lint& lint, const Rework& work) {
  if (!work.is_all_copied || !has_own_value(work) || !is_about_copies_alone(lint, work))
    return std::nullopt;
  std::vector<TextEdit> edits;
  for (const CopiedFolder& one : work.copies)
    edits.push_back(insert_flag(*one.copy, work.flag, work.value()));
  const shell::Command& command = *work.effect.call.command;
  const auto recursive = std::ranges::find_if(command.words, [](const shell::Word& word) {
    return word.text == "-R" || word.text == "--recursive";
  });
  if (recursive == command.words.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(recursive - command.words.begin());
  auto removed = remove_words(lint, work.run, command, at, at + 1);
  if (!removed) return std::nullopt;
  edits.push_back(std::move(*removed));
  return unsafe_fix(std::move(edits),
                    work.flag == "chmod"
                        ? "--chmod needs BuildKit, and folders that were there keep what is in them"
                        : "what the base image has in this folder keeps its owner");
}

void second_layer(const Lint& lint, Problems& problems) {
  using Kind = shell::FileEffect::Kind;
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || chain.front()->is_windows) return;
  const std::vector<CopiedFolder> copied = copied_folders(lint);
  if (copied.empty()) return;
  std::size_t fixes = 0;
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run() || run.is_onbuild() || !lint.is_in_final(run)) continue;
    const WorkDir folder = lint.stages.workdir_at(*run.outer);
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if ((effect.kind != Kind::Owner && effect.kind != Kind::Mode) || !effect.recursive) continue;
      Rework work{run, effect, effect.kind == Kind::Owner ? "chown" : "chmod", {}, true};
      for (const std::string& text : effect.paths) {
        const auto known = script_path(lint, run, text);
        auto path = known ? absolute_path(folder, *known) : std::nullopt;
        if (!path) {
          work.is_all_copied = false;
          continue;
        }
        if (path->ends_with("/*")) path->resize(path->size() - 2);
        bool is_copied = false;
        for (const CopiedFolder& one : copied) {
          is_copied =
              is_copied || (one.copy->index < run.outer->index && is_within(one.path, *path));
          const bool is_told = std::ranges::any_of(
              work.copies, [&](const CopiedFolder& other) { return other.copy == one.copy; });
          if (!is_told && one.copy->index < run.outer->index && is_within(one.path, *path) &&
              one.copy->flag(work.flag) == nullptr)
            work.copies.push_back(one);
        }
        work.is_all_copied = work.is_all_copied && is_copied;
      }
      if (work.copies.empty()) continue;
      const CopiedFolder& last = work.copies.back();
      Problem& problem = problems.add(run.source_range(words_range(effect.call)),
                                      fmt::format("all that {} put into {} is stored once more",
                                                  name_of(last.copy->keyword), last.path));
      problem.remediation = fmt::format("write \"{} --{}={} …\" instead",
                                        name_of(last.copy->keyword), work.flag, work.value());
      if (fixes++ < kMostCostlyFixes) problem.fix = copied_as_told(lint, work);
      break;
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1006", FindingKind::Misconfiguration, Severity::Medium,
      "copied files belong to root in a place that the user writes to",
      "COPY and ADD make files that belong to root, whatever USER says. In the working directory, "
      "the home or a volume of an unprivileged user the program then cannot write, and fails only "
      "when it runs. Files that are only read, such as code, are better left to root: they are "
      "reported as info.",
      "add --chown with the user, or leave the files to root if nothing writes to them",
      "FROM node:22\nWORKDIR /app\nUSER node\nCOPY . .\n",
      "FROM node:22\nWORKDIR /app\nUSER node\nCOPY --chown=node:node . .\n", "",
      "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"},
     Default::On,
     files_of_root},
    {{"CL1007", FindingKind::Misconfiguration, Severity::Low,
      "chown or chmod of copied files stores them twice",
      "A change of owner or mode copies every file that it touches into the layer of its RUN, so "
      "the files that COPY or ADD brought are in the image twice. The flags --chown and --chmod "
      "set both while the files are copied.",
      "use COPY --chown and --chmod",
      "FROM debian:12\nCOPY . /app\nRUN chown -R 10001:10001 /app\n",
      "FROM debian:12\nCOPY --chown=10001:10001 . /app\n", "",
      "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"},
     Default::On,
     second_layer},
});

}  // namespace

std::span<const Rule> users_files_rules() { return kRules; }

}  // namespace corten::dockerfile
