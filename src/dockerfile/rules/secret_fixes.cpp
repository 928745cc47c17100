#include "dockerfile/rules/secret_fixes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/removals.h"
#include "dockerfile/users.h"
#include "shell/files.h"

namespace corten::dockerfile {

namespace {

bool is_name_char(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// $NAME or ${NAME…}
bool names_variable(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at > 0 && (text[at - 1] == '$' || text[at - 1] == '{');
    if (begins && (end == text.size() || !is_name_char(text[end]))) return true;
  }
  return false;
}

// A frontend that the file names, and that is too old for `env=` of secret mounts.
bool is_frontend_too_old(const Dockerfile& file) {
  constexpr unsigned kFirstMinor = 10;
  for (const Directive& directive : file.directives) {
    if (to_lower(directive.name) != "syntax") continue;
    const std::size_t version = directive.value.find(":1.");
    if (version == std::string_view::npos) continue;
    std::string_view minor = directive.value.substr(version + 3);
    minor = minor.substr(0, minor.find_first_not_of("0123456789"));
    const auto number = parse_number<unsigned>(minor);
    if (number && *number < kFirstMinor) return true;
  }
  return false;
}

TextEdit insert_mount(const Instruction& run, std::string_view value) {
  const std::uint32_t at = run.keyword_range.end;
  return {{at, at}, fmt::format(" --mount={}", value)};
}

bool mounts_at(const Instruction& run, std::string_view target) {
  return std::ranges::any_of(mounts_of(run), [&](const Mount& mount) {
    return !mount.target.empty() && is_within(target, tidy_path(mount.target));
  });
}

// ---- variables ----------------------------------------------------------------------------------

// ENV NAME=$NAME behind ARG NAME.
bool hands_on(const Instruction& instruction, std::string_view name) {
  return instruction.keyword == Keyword::Env &&
         std::ranges::any_of(instruction.pairs, [&](const Pair& pair) {
           std::string_view value = pair.value.value_or("");
           if (value.size() > 1 && value.starts_with('"') && value.ends_with('"'))
             value = value.substr(1, value.size() - 2);
           return pair.key == name &&
                  (value == fmt::format("${}", name) || value == fmt::format("${{{}}}", name));
         });
}

class VariableLoan {
 public:
  VariableLoan(const Lint& lint, const Definition& definition)
      : lint_(lint), definition_(definition), name_(definition.name) {}

  std::optional<Fix> fix() {
    const Instruction& place = lint_.file.instructions[definition_.instruction];
    if (!std::ranges::all_of(name_, is_name_char) || !take_away(place, definition_.pair))
      return std::nullopt;
    for (std::uint32_t i = place.index + 1; i < lint_.file.instructions.size(); ++i) {
      if (!look_at(lint_.file.instructions[i])) return std::nullopt;
    }
    if (runs_ == 0 && definition_.is_arg && !keeps_environment_) return std::nullopt;
    return unsafe_fix(std::move(edits_), note());
  }

 private:
  bool take_away(const Instruction& instruction, std::size_t pair) {
    const Stage* stage = lint_.stages.stage_of(instruction);
    if (stage == nullptr || stage->is_windows) return false;
    for (std::size_t i = 0; i < instruction.pairs.size(); ++i) {
      if (i != pair && names_variable(instruction.pairs[i].value.value_or(""), name_)) return false;
    }
    auto edit = remove_pair(lint_, instruction, pair);
    if (edit) edits_.push_back(std::move(*edit));
    return edit.has_value();
  }

  [[nodiscard]] bool is_ours(const Instruction& instruction) const {
    const Definition* here = lint_.stages.definition(instruction, name_);
    return here == &definition_ || (second_ != nullptr && here == second_);
  }

  // False where the secret cannot be taken away because of this instruction.
  bool look_at(const Instruction& instruction) {
    if (instruction.keyword == Keyword::From) return !names_variable(instruction.text.text, name_);
    if (!is_ours(instruction)) return true;
    if (definition_.is_arg && hands_on(instruction, name_) && second_ == nullptr)
      return hand_on(instruction);
    if (instruction.keyword == Keyword::Run) return look_at_run(instruction);
    const bool starts = instruction.keyword == Keyword::Cmd ||
                        instruction.keyword == Keyword::Entrypoint ||
                        instruction.keyword == Keyword::Healthcheck;
    if (starts) return true;  // whoever starts the container gives it
    return !names_variable(lint_.file.source.text(instruction.range), name_);
  }

  bool hand_on(const Instruction& env) {
    const auto found = std::ranges::find(env.pairs, name_, &Pair::key);
    const auto index = static_cast<std::size_t>(found - env.pairs.begin());
    for (const Definition& one : lint_.stages.definitions()) {
      if (one.instruction == env.index && one.pair == index) second_ = &one;
    }
    keeps_environment_ = true;
    return second_ != nullptr && take_away(env, index);
  }

  bool look_at_run(const Instruction& instruction) {
    const RunScript* run = lint_.script_of(instruction);
    if (run == nullptr || !names_variable(run->script.text, name_)) return true;
    if (is_frontend_too_old(lint_.file) || keeps_secret(*run, name_, "")) return false;
    edits_.push_back(
        insert_mount(instruction, fmt::format("type=secret,id={},env={}", to_lower(name_), name_)));
    ++runs_;
    return true;
  }

  [[nodiscard]] std::string note() const {
    std::string text;
    if (runs_ > 0) {
      text = fmt::format(
          "the build needs BuildKit with Dockerfile 1.10 and the secret: docker build --secret "
          "id={},env={}",
          to_lower(name_), name_);
    }
    if (!definition_.is_arg || keeps_environment_) {
      text += fmt::format("{}the container must be given {} when it starts",
                          text.empty() ? "" : "; ", name_);
    }
    if (definition_.has_value && !definition_.value.empty())
      text += "; the value that stood here is known to others and has to be changed";
    return text;
  }

  const Lint& lint_;
  const Definition& definition_;
  std::string_view name_;
  const Definition* second_ = nullptr;  // the ENV that hands the ARG on
  bool keeps_environment_ = false;
  std::size_t runs_ = 0;
  std::vector<TextEdit> edits_;
};

// ---- files --------------------------------------------------------------------------------------

struct Reader {
  std::string_view file;   // the end of the path
  std::string_view tools;  // that read it unasked, split by blanks
};
constexpr std::string_view kGitTools =
    "git ssh scp rsync npm yarn pnpm pip pip3 go cargo composer bundle mix";
constexpr auto kReaders = std::to_array<Reader>({
    {".npmrc", "npm npx yarn pnpm bun"},
    {".yarnrc", "yarn"},
    {".yarnrc.yml", "yarn"},
    {"pip.conf", "pip pip3 uv poetry pipenv"},
    {".pypirc", "twine pip pip3"},
    {".netrc", "curl wget git go pip pip3 npm bundle composer"},
    {".git-credentials", "git go npm yarn pip pip3 composer"},
    {"auth.json", "composer"},
    {"settings.xml", "mvn mvnw"},
    {"gradle.properties", "gradle gradlew"},
    {"credentials.toml", "cargo"},
    {"NuGet.Config", "dotnet nuget"},
    {"nuget.config", "dotnet nuget"},
    {"id_rsa", kGitTools},
    {"id_ed25519", kGitTools},
    {"id_ecdsa", kGitTools},
    {"id_dsa", kGitTools},
});

bool reads_unasked(std::string_view tool, std::string_view target) {
  for (const Reader& reader : kReaders) {
    if (!target.ends_with(reader.file)) continue;
    for (const std::string_view one : split(reader.tools, ' ')) {
      if (tool == one) return true;
    }
  }
  return false;
}

constexpr std::size_t kMostReaders = 20;  // of one file; for each the user is looked for

class FileLoan {
 public:
  FileLoan(const Lint& lint, const CopiedSecret& copied) : lint_(lint), copied_(copied) {}

  std::optional<Fix> fix() {
    const Instruction& copy = *copied_.instruction;
    const Stage* stage = lint_.stages.stage_of(copy);
    const bool is_plain = copied_.target.starts_with('/') &&
                          copied_.target.find_first_of("*?[$, \"'") == std::string::npos;
    if (copy.keyword == Keyword::Onbuild || copy.flag("from") != nullptr || stage == nullptr ||
        stage->is_windows || stage->is_named || !is_plain)
      return std::nullopt;
    const auto word = std::ranges::find(copy.words, copied_.range, &Word::range);
    if (word == copy.words.end()) return std::nullopt;
    auto removed = remove_word(lint_, copy, *word);
    if (!removed) return std::nullopt;
    edits_.push_back(std::move(*removed));
    for (const RunScript& run : lint_.scripts) {
      if (!run.is_run() || run.stage != stage->index || run.outer->index < copy.index) continue;
      if (!look_at(run)) return std::nullopt;
    }
    if (readers_ == 0) return std::nullopt;
    return unsafe_fix(
        std::move(edits_),
        fmt::format("the build needs BuildKit and the file: docker build --secret id={},src={}",
                    id(), copied_.source));
  }

 private:
  // Whether a name of the file, of a folder above it or of a tool that reads it is in the script.
  [[nodiscard]] bool may_concern(const RunScript& run) const {
    const std::string_view text = run.script.text;
    if (text.contains(last_part(copied_.target)) || text.contains('*')) return true;
    for (std::size_t end = copied_.target.rfind('/'); end != std::string::npos && end > 0;
         end = copied_.target.rfind('/', end - 1)) {
      if (text.contains(std::string_view(copied_.target).substr(0, end))) return true;
    }
    return std::ranges::any_of(kReaders, [&](const Reader& reader) {
      if (!copied_.target.ends_with(reader.file)) return false;
      const std::vector<std::string_view> tools = split(reader.tools, ' ');
      return std::ranges::any_of(tools, [&](std::string_view tool) { return text.contains(tool); });
    });
  }

  // False where the file cannot be lent because of this RUN.
  bool look_at(const RunScript& run) {
    if (!may_concern(run)) return true;
    if (run.is_onbuild() || !run.is_posix_run()) return false;
    bool reads = false;
    std::vector<const shell::Command*> care;  // commands that only look after the copy
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty()) continue;
      if (is_about_file(run, call)) {
        if (!only_cares(run, call)) return false;
        care.push_back(&command);
        continue;
      }
      const bool names = std::ranges::any_of(
          call.args(), [&](const shell::Word& one) { return one.text.contains(copied_.target); });
      reads = reads || names || reads_unasked(call.base(), copied_.target);
    }
    for (const shell::Command* command : care) {
      auto removed = remove_command(lint_, run, *command);
      if (!removed) return false;
      edits_.push_back(std::move(*removed));
    }
    if (!reads) return true;
    if (++readers_ > kMostReaders) return false;
    if (keeps_secret(run, "", copied_.target) || mounts_at(*run.instruction, copied_.target))
      return false;
    edits_.push_back(insert_mount(
        *run.instruction,
        fmt::format("type=secret,id={},target={}{}", id(), copied_.target, for_user(run))));
    return true;
  }

  // rm, chmod, chown, mv of the file or of its folder.
  [[nodiscard]] bool is_about_file(const RunScript& run, const shell::Invocation& call) const {
    const std::string folder = lint_.stages.workdir_at(*run.outer).path;
    for (const shell::FileEffect& effect : shell::file_effects(call)) {
      using Kind = shell::FileEffect::Kind;
      const bool changes = effect.kind == Kind::Remove || effect.kind == Kind::Mode ||
                           effect.kind == Kind::Owner || effect.kind == Kind::Write ||
                           effect.kind == Kind::Append;
      const bool moves = effect.kind == Kind::Move || effect.kind == Kind::Copy;
      if (moves && std::ranges::any_of(effect.sources, [&](const shell::Word* source) {
            return absolute_path(folder, source->text) == copied_.target;
          }))
        return true;
      if (changes && std::ranges::any_of(effect.paths, [&](const std::string& path) {
            return is_file(folder, path) || has_file(folder, path, effect.recursive);
          }))
        return true;
    }
    return false;
  }

  // "/root/.ssh/*", or the folder with all that is in it.
  [[nodiscard]] bool has_file(std::string_view folder, std::string_view path,
                              bool recursive) const {
    std::string absolute = absolute_path(folder, path);
    if (absolute.ends_with('*')) {
      absolute.pop_back();
      return copied_.target.starts_with(absolute);
    }
    return recursive && is_within(copied_.target, absolute);
  }

  [[nodiscard]] bool is_file(std::string_view folder, std::string_view path) const {
    const std::string absolute = absolute_path(folder, path);
    if (absolute == copied_.target) return true;
    const bool is_home = absolute.starts_with('~') || absolute.starts_with('$');
    return is_home && last_part(absolute) == last_part(copied_.target);
  }

  // A command about this file alone, that a mount makes needless.
  [[nodiscard]] bool only_cares(const RunScript& run, const shell::Invocation& call) const {
    constexpr auto kCare = std::to_array<std::string_view>({"rm", "shred", "chmod", "chown"});
    if (!is_among(call.base(), kCare) || call.wrapped()) return false;
    const std::string folder = lint_.stages.workdir_at(*run.outer).path;
    const auto effects = shell::file_effects(call);
    return std::ranges::all_of(effects, [&](const shell::FileEffect& effect) {
      return std::ranges::all_of(effect.paths,
                                 [&](const std::string& path) { return is_file(folder, path); });
    });
  }

  // The mount belongs to root alone, unless told otherwise.
  [[nodiscard]] std::string for_user(const RunScript& run) const {
    const EffectiveUser user = UserTrack(lint_).at(*run.outer);
    if (!user.is_unprivileged()) return {};
    const BaseImage base = base_of(lint_, lint_.stages.all()[run.stage]);
    const auto uid =
        is_number(user.name) ? std::optional(user.name) : uid_of(lint_, base, user.name);
    return uid ? fmt::format(",uid={}", *uid) : std::string(",mode=0444");
  }

  [[nodiscard]] std::string id() const {
    std::string name = to_lower(last_part(copied_.target));
    while (name.starts_with('.')) name.erase(0, 1);
    std::ranges::replace_if(
        name, [](char c) { return !is_letter(c) && !is_digit(c) && c != '-'; }, '_');
    return name;
  }

  const Lint& lint_;
  const CopiedSecret& copied_;
  std::size_t readers_ = 0;
  std::vector<TextEdit> edits_;
};

}  // namespace

std::optional<Fix> lent_variable(const Lint& lint, const Definition& definition) {
  // ENV X=$X behind ARG X: that ARG is what counts.
  if (!definition.is_arg) {
    const Instruction& env = lint.file.instructions[definition.instruction];
    const Definition* argument = lint.stages.definition(env, definition.name);
    if (argument != nullptr && argument->is_arg && hands_on(env, definition.name))
      return VariableLoan(lint, *argument).fix();
  }
  return VariableLoan(lint, definition).fix();
}

std::optional<Fix> lent_file(const Lint& lint, const CopiedSecret& copied) {
  return FileLoan(lint, copied).fix();
}

}  // namespace corten::dockerfile
