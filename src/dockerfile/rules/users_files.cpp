// Whose files are, and what an unprivileged user can do while the image is built.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/users.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

bool is_posix(const RunScript& run) { return shell::is_posix_like(run.script.dialect); }

bool is_windows(const Lint& lint, const RunScript& run) {
  return run.stage != kNone && lint.stages.all()[run.stage].is_windows;
}

// ---- CL1005 -------------------------------------------------------------------------------------

// Whether the command runs as somebody else than USER: behind sudo, su, gosu …, or in their string.
bool is_escalated(const shell::Script& script, const shell::Command& command) {
  constexpr auto kChangers = std::to_array<std::string_view>(
      {"sudo", "doas", "su", "gosu", "su-exec", "runuser", "fakeroot", "chroot", "setpriv"});
  const shell::Command* one = &command;
  for (std::size_t depth = 0; depth <= shell::kMaxNesting; ++depth) {
    for (const std::string_view wrapper : shell::wrappers_of(*one)) {
      if (std::ranges::find(kChangers, wrapper) != kChangers.end()) return true;
    }
    const shell::Invocation call = shell::seen_through(*one);
    if (!call.empty() && std::ranges::find(kChangers, call.base()) != kChangers.end()) return true;
    if (one->enclosing.command >= script.commands.size() ||
        one->enclosing.place == shell::Enclosing::Place::Compound)
      return false;
    one = &script.commands[one->enclosing.command];
  }
  return false;
}

bool is_system_manager(shell::Manager manager) {
  using enum shell::Manager;
  constexpr auto kSystem = std::to_array<shell::Manager>(
      {AptGet, Apt, Aptitude, Dpkg, Apk, Yum, Dnf, MicroDnf, TDnf, Rpm, Zypper, Pacman});
  return std::ranges::find(kSystem, manager) != kSystem.end();
}

bool needs_root(const shell::PackageOperation& operation) {
  using enum shell::PackageVerb;
  constexpr auto kVerbs =
      std::to_array<shell::PackageVerb>({Install, Update, Upgrade, DistUpgrade, Remove, Reinstall});
  return is_system_manager(operation.manager) &&
         std::ranges::find(kVerbs, operation.verb) != kVerbs.end() &&
         !shell::has_flag(operation.call, {"root", "installroot", "version", "help"});
}

// Folders that images hand to everybody: gems of ruby, toolchains of rust, modules of go.
bool is_shared_folder(std::string_view path) {
  constexpr auto kShared = std::to_array<std::string_view>(
      {"/usr/local/bundle", "/usr/local/cargo", "/usr/local/rustup", "/usr/src/app", "/opt/conda"});
  return std::ranges::any_of(kShared,
                             [&](std::string_view folder) { return is_within(path, folder); });
}

bool is_system_path(std::string_view path) {
  constexpr auto kSystem = std::to_array<std::string_view>({"/usr", "/etc", "/opt"});
  return !is_shared_folder(path) && std::ranges::any_of(kSystem, [&](std::string_view folder) {
    return path != folder && is_within(path, folder);
  });
}

class StepsWithoutRights {
 public:
  StepsWithoutRights(const Lint& lint, Problems& problems)
      : lint_(lint), problems_(problems), track_(lint) {}

  void look() {
    for (const RunScript& run : lint_.scripts) {
      if (!run.is_run() || run.is_onbuild() || run.stage == kNone) continue;
      if (is_windows(lint_, run) || !is_posix(run)) continue;
      const EffectiveUser& user = track_.at(*run.outer);
      if (!user.is_unprivileged()) continue;
      look_at_managers(run, user);
      // Who knows what an image has made writable for the user that it starts as.
      if (user.source == UserSource::File) look_at_files(run, user);
    }
  }

 private:
  void look_at_managers(const RunScript& run, const EffectiveUser& user) {
    // Wolfi's base is for installing into, and its tags differ in whom they start as.
    if (user.source == UserSource::KnownImage &&
        lint_.stages.all()[run.stage].base.contains("wolfi"))
      return;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      const shell::Command& command = *operation.call.command;
      if (!needs_root(operation) || is_escalated(run.script, command)) continue;
      const std::string who = user.source == UserSource::File
                                  ? user.as_written()
                                  : fmt::format("{}, as whom the base image starts", user.name);
      const std::uint32_t begin = command.words[operation.call.name_index].range.begin;
      const std::uint32_t end = operation.call.args()[operation.verb_index].range.end;
      problems_.add(run.source_range({begin, std::max(begin, end)}),
                    fmt::format("{} {} runs as {}", shell::name_of(operation.manager),
                                operation.verb_text, who));
      return;  // the others of this RUN fail for the same reason
    }
  }

  void look_at_files(const RunScript& run, const EffectiveUser& user) {
    using Kind = shell::FileEffect::Kind;
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if (effect.kind == Kind::ChangeFolder || effect.kind == Kind::Remove) continue;
      if (is_escalated(run.script, *effect.call.command)) continue;
      for (const std::string& text : effect.paths) {
        const auto path = script_path(lint_, run, text);
        if (!path || !path->starts_with('/') || path->contains("..")) continue;
        if (!is_system_path(*path) || is_prepared(run, *path)) continue;
        problems_.add(
            run.source_range(effect.call.command->range),
            fmt::format("{} belongs to root, and this runs as {}", *path, user.as_written()));
        return;
      }
    }
  }

  bool is_prepared(const RunScript& run, const std::string& path) {
    // Images that nothing is known of often bring an application of their own.
    if (is_within(path, "/opt") && !is_base_known(track_.first_of(run.stage))) return true;
    if (!prepared_) prepared_.emplace(lint_);
    return prepared_->covers(path);
  }

  bool is_base_known(std::uint32_t first) {
    if (last_first_ != first) {
      const BaseImage base = base_of(lint_, lint_.stages.all()[first]);
      last_first_ = first;
      last_known_ = base.facts != nullptr || base.known != nullptr;
    }
    return last_known_;
  }

  const Lint& lint_;
  Problems& problems_;
  UserTrack track_;
  std::optional<PreparedPaths> prepared_;
  std::uint32_t last_first_ = kNone;  // the stage that `last_known_` is about
  bool last_known_ = false;
};

void steps_without_rights(const Lint& lint, Problems& problems) {
  StepsWithoutRights(lint, problems).look();
}

// ---- modes --------------------------------------------------------------------------------------

struct Mode {
  bool others_write = false;
  bool sticky = false;
  bool setuid = false;
  bool setgid = false;
};

// "u+s", "a=rwx", "go-w,o+t". Without "ugoa" the umask decides, and it keeps others from writing.
void add_clause(std::string_view clause, Mode& mode) {
  const std::size_t at = clause.find_first_of("+-=");
  if (at == std::string_view::npos) return;
  const std::string_view who = clause.substr(0, at);
  bool adds = false;
  for (const char c : clause.substr(at)) {
    if (c == '+' || c == '=' || c == '-') {
      adds = c != '-';
      continue;
    }
    if (!adds) continue;
    const bool for_others = who.find_first_of("oa") != std::string_view::npos;
    const bool for_owner = who.empty() || who.find_first_of("ua") != std::string_view::npos;
    const bool for_group = who.empty() || who.find_first_of("ga") != std::string_view::npos;
    mode.others_write = mode.others_write || (c == 'w' && for_others);
    mode.sticky = mode.sticky || c == 't';
    mode.setuid = mode.setuid || (c == 's' && for_owner);
    mode.setgid = mode.setgid || (c == 's' && for_group);
  }
}

Mode mode_of(std::string_view text) {
  constexpr unsigned kOthersWrite = 02;
  constexpr unsigned kSticky = 01000;
  constexpr unsigned kSetgid = 02000;
  constexpr unsigned kSetuid = 04000;
  constexpr std::size_t kLongest = 6;
  Mode mode;
  if (is_number(text) && text.size() <= kLongest) {
    unsigned bits = 0;
    for (const char c : text) bits = bits * 8 + static_cast<unsigned>(c - '0');
    mode.others_write = (bits & kOthersWrite) != 0;
    mode.sticky = (bits & kSticky) != 0;
    mode.setuid = (bits & kSetuid) != 0;
    mode.setgid = (bits & kSetgid) != 0;
    return mode;
  }
  for (const std::string_view clause : split(text, ',')) add_clause(clause, mode);
  return mode;
}

// A mode that a RUN sets, or --chmod of COPY and ADD.
struct SetMode {
  Range range;
  std::string text;
  std::vector<std::string> paths;
  bool makes_folder = false;
};

template <typename Visit>
void for_each_mode(const Lint& lint, Visit visit) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || !is_posix(run)) continue;
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if (effect.kind != shell::FileEffect::Kind::Mode || effect.mode.empty()) continue;
      const auto text = script_path(lint, run, effect.mode);
      if (!text) continue;
      const shell::Invocation& call = effect.call;
      const std::uint32_t begin = call.command->words[call.name_index].range.begin;
      const std::uint32_t end = call.command->words.back().range.end;
      const bool folder = call.base() == "mkdir" || shell::has_flag(call, {"d", "directory"});
      visit(SetMode{run.source_range({begin, std::max(begin, end)}), *text, effect.paths,
                    folder && call.base() != "chmod"});
    }
  }
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
    if (copy.keyword != Keyword::Copy && copy.keyword != Keyword::Add) continue;
    const Flag* flag = copy.flag("chmod");
    if (flag == nullptr || !flag->value) continue;
    const Expansion value = lint.stages.expand_at(outer, *flag->value);
    if (!value.resolved) continue;
    SetMode made{flag->range, value.text, {}, false};
    if (!copy.words.empty()) made.paths.emplace_back(copy.words.back().text);
    visit(made);
  }
}

bool is_temporary(std::string_view path) {
  while (path.size() > 1 && (path.ends_with('/') || path.ends_with('*'))) path.remove_suffix(1);
  return path == "/tmp" || path == "/var/tmp" || path == "/dev/shm" || path == "/run/lock" ||
         path.ends_with("/.X11-unix") || path.ends_with("/.ICE-unix");
}

void world_writable(const Lint& lint, Problems& problems) {
  for_each_mode(lint, [&](const SetMode& made) {
    const Mode mode = mode_of(made.text);
    if (!mode.others_write) return;
    const bool all_temporary = !made.paths.empty() && std::ranges::all_of(made.paths, is_temporary);
    if (mode.sticky && all_temporary) return;
    const bool all_devices =
        !made.paths.empty() && std::ranges::all_of(made.paths, [](std::string_view path) {
          return path.starts_with("/dev/") || path.starts_with("/proc/");
        });
    if (all_devices) return;
    Problem& problem = problems.add(
        made.range, fmt::format("{} lets everybody write to {}", made.text,
                                made.paths.empty() ? std::string("it") : made.paths.front()));
    // Everybody may add files, but only their owners remove them.
    if (mode.sticky) problem.severity = Severity::Low;
  });
}

std::string_view dangerous_capability(std::string_view text) {
  constexpr auto kDangerous = std::to_array<std::string_view>(
      {"cap_sys_admin", "cap_setuid", "cap_setgid", "cap_dac_override", "cap_dac_read_search",
       "cap_sys_module", "cap_sys_ptrace", "cap_sys_rawio"});
  const std::string lower = to_lower(text);
  const auto* found =
      std::ranges::find_if(kDangerous, [&](std::string_view one) { return lower.contains(one); });
  return found == kDangerous.end() ? std::string_view() : *found;
}

void capabilities(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || !is_posix(run)) continue;
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty() || call.base() != "setcap" || shell::has_flag(call, {"r"})) continue;
      for (const shell::Word& word : call.args()) {
        const std::string_view found = dangerous_capability(word.text);
        // "cap_x-ep" takes away.
        if (found.empty() || word.text.find_first_of("+=") == std::string::npos) continue;
        problems.add(run.source_range(word.range),
                     fmt::format("{} gives a program nearly all that root has", found));
        break;
      }
    }
  }
}

void setuid_files(const Lint& lint, Problems& problems) {
  for_each_mode(lint, [&](const SetMode& made) {
    const Mode mode = mode_of(made.text);
    if (!mode.setuid && !mode.setgid) return;
    // On a folder the bit only hands the group down to new files.
    if (made.makes_folder && !mode.setuid) return;
    problems.add(made.range,
                 fmt::format("{} makes {} run with the rights of its {}", made.text,
                             made.paths.empty() ? std::string("the file") : made.paths.front(),
                             mode.setuid ? "owner" : "group"));
  });
  capabilities(lint, problems);
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
  const std::string_view name = source.substr(source.rfind('/') + 1);
  if (std::ranges::find(kNames, name) != kNames.end()) return true;
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
  std::vector<std::string> volumes;
};

Places places_of(const Lint& lint, const std::vector<const Stage*>& chain) {
  constexpr std::size_t kMostVolumes = 100;
  Places places;
  places.homes = homes_of(lint, chain);
  const WorkDir folder = lint.stages.workdir_of(*chain.front());
  if (folder.absolute && folder.known) places.workdir = folder.path;
  for (const Stage* stage : chain) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Volume) continue;
      for (const Word& word : instruction.words) {
        const Expansion value = lint.stages.expand_at(instruction, word.text);
        auto path = absolute_path(lint.stages.workdir_at(instruction), value.text);
        if (value.resolved && path && places.volumes.size() < kMostVolumes)
          places.volumes.push_back(std::move(*path));
      }
    }
  }
  return places;
}

enum class Place : std::uint8_t { Elsewhere, WorkDir, Home, Volume };

Place place_of(const Lint& lint, const Instruction& copy, const EffectiveUser& user,
               const std::string& target, const Places& places) {
  for (const std::string& volume : places.volumes) {
    if (is_within(target, volume)) return Place::Volume;
  }
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
      : lint_(lint), problems_(problems), track_(lint), chain_(final_chain(lint)) {}

  void look() {
    if (chain_.empty() || chain_.front()->is_windows) return;
    for (std::size_t i = chain_.size(); i > 0; --i) {
      for (const Instruction& instruction : lint_.stages.instructions(*chain_[i - 1]))
        look_at(instruction);
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
    Fix fix;
    fix.edits.push_back({{copy.keyword_range.end, copy.keyword_range.end},
                         fmt::format(" --chown={}", user.as_written())});
    fix.safety = Safety::Unsafe;
    fix.note = fmt::format("{} may then change these files", user.name);
    problem.fix = std::move(fix);
  }

  // BuildKit gives a new folder to the user in effect; other builders give it to root.
  void look_at_folder(const Instruction& workdir, const EffectiveUser& user) {
    constexpr std::size_t kMostFolders = 50;
    if (workdir.words.empty() || ++folders_ > kMostFolders) return;
    const Expansion value = lint_.stages.expand_at(workdir, workdir.words.front().text);
    const auto path = absolute_path(lint_.stages.workdir_at(workdir), value.text);
    if (!value.resolved || !path || exists_before(*path, workdir.index)) return;
    constexpr auto kUsual = std::to_array<std::string_view>(
        {"/home", "/tmp", "/var", "/usr", "/etc", "/opt", "/root", "/run", "/go", "/srv"});
    if (*path == "/" || std::ranges::find(kUsual, *path) != kUsual.end()) return;
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
  }

  // Whether something in front of the instruction makes or names the folder.
  bool exists_before(const std::string& path, std::uint32_t before) {
    for (const Stage* stage : chain_) {
      for (const Instruction& one : lint_.stages.instructions(*stage)) {
        if (one.index >= before) break;
        std::optional<std::string> made;
        if (one.keyword == Keyword::Workdir && !one.words.empty()) {
          const Expansion value = lint_.stages.expand_at(one, one.words.front().text);
          made = absolute_path(lint_.stages.workdir_at(one), value.text);
        } else if (one.keyword == Keyword::Copy || one.keyword == Keyword::Add) {
          made = copy_target(lint_, one);
        } else if (one.keyword == Keyword::Run && one.script.text.contains(path)) {
          return true;
        }
        if (made && is_within(*made, path)) return true;
      }
    }
    return false;
  }

  const Places& places() {
    if (!places_) places_ = places_of(lint_, chain_);
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
  std::vector<const Stage*> chain_;
  std::optional<Places> places_;
  std::optional<PreparedPaths> prepared_;
  std::optional<PreparedPaths> prepared_later_;
  std::size_t folders_ = 0;  // looked at; each is compared with all that stands above it
};

void files_of_root(const Lint& lint, Problems& problems) { FilesOfRoot(lint, problems).look(); }

// ---- CL1007 -------------------------------------------------------------------------------------

struct CopiedFolder {
  std::string path;
  const Instruction* copy = nullptr;
};

void second_layer(const Lint& lint, Problems& problems) {
  using Kind = shell::FileEffect::Kind;
  const std::vector<const Stage*> chain = final_chain(lint);
  if (chain.empty() || chain.front()->is_windows) return;
  std::vector<CopiedFolder> copied;
  for (std::size_t i = chain.size(); i > 0; --i) {
    for (const Instruction& instruction : lint.stages.instructions(*chain[i - 1])) {
      if (instruction.keyword != Keyword::Copy && instruction.keyword != Keyword::Add) continue;
      if (auto target = copy_target(lint, instruction))
        copied.push_back({std::move(*target), &instruction});
    }
  }
  if (copied.empty()) return;
  constexpr std::size_t kMostCopies = 200;  // a file with more is not looked at to the end
  copied.resize(std::min(copied.size(), kMostCopies));
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.is_onbuild() || !is_posix(run)) continue;
    if (!is_in_chain(chain, run.stage)) continue;
    const WorkDir folder = lint.stages.workdir_at(*run.outer);
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if ((effect.kind != Kind::Owner && effect.kind != Kind::Mode) || !effect.recursive) continue;
      const std::string_view flag = effect.kind == Kind::Owner ? "chown" : "chmod";
      const CopiedFolder* found = nullptr;
      for (const std::string& text : effect.paths) {
        const auto known = script_path(lint, run, text);
        auto path = known ? absolute_path(folder, *known) : std::nullopt;
        if (!path) continue;
        if (path->ends_with("/*")) path->resize(path->size() - 2);
        for (const CopiedFolder& one : copied) {
          if (one.copy->index < run.outer->index && is_within(one.path, *path) &&
              one.copy->flag(flag) == nullptr) {
            found = &one;
          }
        }
      }
      if (found == nullptr) continue;
      const shell::Invocation& call = effect.call;
      Problem& problem =
          problems.add(run.source_range({call.command->words[call.name_index].range.begin,
                                         call.command->words.back().range.end}),
                       fmt::format("all that {} put into {} is stored once more",
                                   name_of(found->copy->keyword), found->path));
      const std::string& value = effect.kind == Kind::Owner ? effect.owner : effect.mode;
      problem.remediation =
          fmt::format("write \"{} --{}={} …\" instead", name_of(found->copy->keyword), flag, value);
      break;
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1005", FindingKind::Misconfiguration, Severity::Medium,
      "a step needs root after USER has given it up",
      "After USER every RUN works with the rights of that user. A package manager, or a write "
      "below "
      "/usr, /etc or /opt, fails then; and whoever repairs the build with sudo leaves a way to "
      "root in the image. Steps that need root belong in front of USER.",
      "move the step in front of USER, or give the folder to the user first",
      "FROM debian:12\nRUN useradd app\nUSER app\nRUN apt-get update && apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl && useradd app\nUSER app\n",
      "", "https://docs.docker.com/reference/dockerfile/#user"},
     Default::On,
     steps_without_rights},
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
    {{"CL1009", FindingKind::Misconfiguration, Severity::Medium, "everybody may write to the files",
      "With the mode 777 or 666 every process in the container, and everybody who shares a volume "
      "with it, can change the files: code included. It is most often a way around a wrong owner. "
      "Shared folders such as /tmp have the sticky bit: 1777.",
      "set the owner with --chown or chown, and keep others from writing: 755, 644",
      "FROM debian:12\nRUN mkdir /data && chmod 777 /data\n",
      "FROM debian:12\nRUN install -d -o 10001 -m 750 /data\n", "", ""},
     Default::On,
     world_writable},
    {{"CL1010", FindingKind::Misconfiguration, Severity::High,
      "a program gets the rights of its owner",
      "A setuid or setgid program, or one with strong capabilities, runs with more rights than who "
      "starts it. A flaw in it makes an unprivileged user root, which is what USER was meant to "
      "prevent. Containers seldom need one.",
      "leave the bit out; give the container the one capability that it needs when it is started",
      "FROM debian:12\nRUN chmod u+s /usr/bin/find\n",
      "FROM debian:12\nRUN chmod u-s /usr/bin/su\n", "CIS-DI-0008", ""},
     Default::On,
     setuid_files},
});

}  // namespace

std::span<const Rule> users_files_rules() { return kRules; }

}  // namespace corten::dockerfile
