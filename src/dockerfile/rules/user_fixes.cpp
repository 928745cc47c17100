#include "dockerfile/rules/user_fixes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/account.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/needs_root.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"

namespace corten::dockerfile {

namespace {

// ---- where --------------------------------------------------------------------------------------

bool is_step(const Instruction& instruction) {
  using enum Keyword;
  return instruction.keyword == Run || instruction.keyword == Copy || instruction.keyword == Add ||
         instruction.keyword == Workdir;
}

bool is_start(const Instruction& instruction) {
  using enum Keyword;
  return instruction.keyword == Cmd || instruction.keyword == Entrypoint ||
         instruction.keyword == Healthcheck;
}

// Index into the instructions of the final stage that USER is to stand in front of.
std::size_t place_of_user(std::span<const Instruction> list) {
  std::size_t after = list.size();
  while (after > 0 && !is_step(list[after - 1])) --after;
  const auto start = std::ranges::find_if(list.subspan(after), is_start);
  return static_cast<std::size_t>(start - list.begin());
}

// The absolute paths of VOLUME in the final stage that root alone could write to.
std::vector<std::string> volumes_of(const Lint& lint, std::span<const Instruction> list) {
  constexpr auto kForAll = std::to_array<std::string_view>({"/tmp", "/var/tmp", "/dev/shm"});
  std::vector<std::string> paths;
  for (const Instruction& instruction : list) {
    if (instruction.keyword != Keyword::Volume) continue;
    for (const Word& word : instruction.words) {
      const Expansion value = lint.stages.expand_at(instruction, word.text);
      auto path = absolute_path(lint.stages.workdir_at(instruction), value.text);
      constexpr std::string_view kPlain =
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
      const bool plain = path && path->find_first_not_of(kPlain) == std::string::npos;
      if (value.resolved && plain && *path != "/" && !is_among(*path, kForAll) &&
          !path->ends_with(".sock"))
        paths.push_back(std::move(*path));
    }
  }
  return paths;
}

std::string command_for_volumes(const std::vector<std::string>& paths, std::string_view id) {
  const std::string all = join(paths, " ");
  return fmt::format("mkdir -p {0} && chown -R {1}:{1} {0}", all, id);
}

// ---- what to mind -------------------------------------------------------------------------------

std::string low_ports(const Lint& lint) {
  constexpr unsigned kFirstFree = 1024;
  std::vector<std::string> ports;
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Expose) continue;
      for (const Word& word : instruction.words) {
        const std::string value = lint.stages.expand_at(instruction, word.text).text;
        const auto number = parse_number<unsigned>(value.substr(0, value.find('/')));
        if (number && *number < kFirstFree) ports.push_back(fmt::format("{}", *number));
      }
    }
  }
  return join(ports, ", ");
}

std::string note_for(const Lint& lint, const Account& account,
                     const std::vector<std::string>& left_alone) {
  std::string note = fmt::format(
      "the program runs as {} and no longer as root: it writes only where that user may",
      account.user);
  if (const std::string ports = low_ports(lint); !ports.empty()) {
    note += fmt::format(
        "; port {} is open to it in Docker since 20.10, elsewhere with NET_BIND_SERVICE", ports);
  }
  if (!left_alone.empty()) {
    note += fmt::format("; {} must be given to {} when the container starts",
                        join(left_alone, " and "), account.id);
  }
  return note;
}

// The instructions of the final stage, and what is put between them.
class FinalStage {
 public:
  explicit FinalStage(const Lint& lint)
      : lint_(lint),
        stage_(*lint.stages.final_chain().front()),
        list_(lint.stages.instructions(stage_)) {}

  [[nodiscard]] const Stage& stage() const { return stage_; }
  [[nodiscard]] std::span<const Instruction> list() const { return list_; }
  [[nodiscard]] std::size_t index_of(const Instruction& one) const {
    return static_cast<std::size_t>(&one - list_.data());
  }
  [[nodiscard]] bool has(const Instruction& one) const {
    return one.index >= stage_.first && one.index < stage_.end;
  }

  // One more instruction in front of list()[at].
  [[nodiscard]] std::optional<TextEdit> insert(std::size_t at, std::string_view text) const {
    if (at < list_.size()) return insert_before(lint_, list_[at], text);
    return insert_after(lint_, list_.empty() ? *stage_.from : list_.back(), text);
  }
  // A RUN with the command in front of list()[at], or at the end of the one that stands there: two
  // in a row are one layer too many. nullopt where its shell is none of POSIX.
  [[nodiscard]] std::optional<TextEdit> insert_run(std::size_t at, std::string_view command) const {
    const Instruction* shell =
        at < list_.size() ? lint_.stages.shell_at(list_[at]) : lint_.stages.shell_of(stage_);
    if (shell != nullptr && !shell->words.empty()) {
      const auto dialect = shell::dialect_of(shell->words.front().text);
      if (!dialect || !shell::is_posix_like(*dialect)) return std::nullopt;
    }
    if (at == 0 || list_[at - 1].keyword != Keyword::Run)
      return insert(at, fmt::format("RUN {}", command));
    const RunScript* run = lint_.script_of(list_[at - 1]);
    return run == nullptr ? std::nullopt : append_command(lint_, *run, command);
  }

 private:
  const Lint& lint_;
  const Stage& stage_;
  std::span<const Instruction> list_;
};

// The edits that make `account`, hand the volumes to it and name it in USER.
class Writer {
 public:
  Writer(const Lint& lint, const BaseImage& base, Account account)
      : lint_(lint), base_(base), account_(std::move(account)), final_(lint) {}

  std::optional<Fix> write(const EffectiveUser& now) {
    const auto list = final_.list();
    std::size_t at = place_of_user(list);
    const Instruction* replaced = nullptr;
    if (now.instruction != nullptr && final_.has(*now.instruction)) {
      // "USER root" behind the last step only needs another name.
      const std::size_t index = final_.index_of(*now.instruction);
      if (std::ranges::none_of(list.subspan(index), is_step)) {
        replaced = now.instruction;
        at = index;
      }
    }
    std::vector<TextEdit> edits = std::move(account_.edits);
    if (!prepare(at, edits)) return std::nullopt;
    if (replaced != nullptr) {
      edits.push_back({replaced->words.front().range, account_.user});
    } else {
      auto user = final_.insert(at, fmt::format("USER {}", account_.user));
      if (!user) return std::nullopt;
      edits.push_back(std::move(*user));
    }
    return unsafe_fix(std::move(edits), note_for(lint_, account_, volumes_));
  }

 private:
  // Adds the RUN that is needed before USER at `at`; false where there is no place for it.
  // `volumes_` are those that it cannot hand over.
  bool prepare(std::size_t at, std::vector<TextEdit>& edits) {
    const auto list = final_.list();
    volumes_ = volumes_of(lint_, list);
    if (!volumes_.empty() && base_.has_shell() != false) {
      // What a RUN does to a volume is lost behind its VOLUME.
      const auto volume = std::ranges::find(list, Keyword::Volume, &Instruction::keyword);
      const std::size_t before = std::min(at, final_.index_of(*volume));
      const std::string hand_over = command_for_volumes(volumes_, account_.id);
      const std::string all =
          account_.command.empty() ? hand_over : account_.command + " && " + hand_over;
      auto run = is_root_at(before) ? final_.insert_run(before, all) : std::nullopt;
      if (run) {
        edits.push_back(std::move(*run));
        volumes_.clear();
        return true;
      }
    }
    if (account_.command.empty()) return true;
    auto run = final_.insert_run(at, account_.command);
    // Behind a RUN that cannot be joined it would stand in a row with it; not so at the top.
    if (!run && !list.empty() && list.front().keyword != Keyword::Run && is_root_at(0))
      run = final_.insert_run(0, account_.command);
    if (run) edits.push_back(std::move(*run));
    return run.has_value();
  }

  [[nodiscard]] bool is_root_at(std::size_t index) const {
    const auto list = final_.list();
    if (index >= list.size()) return true;  // where USER is going to be
    return !UserTrack(lint_).at(list[index]).is_unprivileged();
  }

  const Lint& lint_;
  const BaseImage& base_;
  Account account_;
  FinalStage final_;
  std::vector<std::string> volumes_;
};

}  // namespace

std::optional<TextEdit> run_before_user(const Lint& lint, const EffectiveUser& user,
                                        std::string_view command) {
  const FinalStage final(lint);
  if (user.instruction == nullptr || !final.has(*user.instruction) ||
      base_of(lint, final.stage()).has_shell() == false)
    return std::nullopt;
  if (UserTrack(lint).at(*user.instruction).is_unprivileged()) return std::nullopt;
  return final.insert_run(final.index_of(*user.instruction), command);
}

std::optional<Fix> fix_of_missing_user(const Lint& lint, const BaseImage& base,
                                       const EffectiveUser& user) {
  if (user.instruction == nullptr || user.instruction->text.text.contains('$')) return std::nullopt;
  if (base.has_shell() == false) {
    return unsafe_fix(
        TextEdit{user.instruction->words.front().range, fmt::format("{0}:{0}", kWithoutPasswd)},
        "a number needs no /etc/passwd; what it writes must belong to it");
  }
  constexpr std::string_view kInNames = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  const bool plain = user.name.find_first_not_of(kInNames) == std::string::npos &&
                     !is_digit(user.name.front()) && user.name.front() != '-';
  if (!plain || (!user.group.empty() && user.group != user.name)) return std::nullopt;
  const bool is_taken = is_id_taken(lint, kNewId);
  const std::string command =
      is_taken ? std::string() : command_for_account(lint, base, user.name, kNewId);
  if (command.empty()) return std::nullopt;
  return unsafe_fix(run_before_user(lint, user, command),
                    fmt::format("an account {} with the number {} is made", user.name, kNewId));
}

std::optional<Fix> fix_of_root(const Lint& lint, const BaseImage& base, const EffectiveUser& now) {
  const Stage& stage = *lint.stages.final_chain().front();
  if (stage.is_named || !lint.file.errors.empty() || needs_root_at_start(lint, base))
    return std::nullopt;
  if (base.is_scratch() && !starts_something(lint)) return std::nullopt;
  std::optional<Account> account = account_for(lint, base);
  if (!account) return std::nullopt;

  if (now.instruction != nullptr && now.instruction->text.text.contains('$'))
    return std::nullopt;  // whoever builds it chooses
  return Writer(lint, base, std::move(*account)).write(now);
}

std::optional<Fix> fix_of_administrator(const Lint& lint) {
  const Stage& stage = *lint.stages.final_chain().front();
  if (stage.is_named || !lint.file.errors.empty()) return std::nullopt;
  const BaseImage base = base_of(lint, stage);
  for (const std::string_view service : {"iis", "aspnet", "wcf"}) {
    if (names(base, service)) return std::nullopt;  // their ServiceMonitor starts a service
  }
  const FinalStage final(lint);
  const auto list = final.list();
  for (const Instruction& instruction : list) {
    const std::string lower = to_lower(instruction.text.text);
    if (lower.contains("servicemonitor") || lower.contains("w3svc")) return std::nullopt;
    if (instruction.keyword == Keyword::Onbuild) return std::nullopt;
  }
  constexpr std::string_view kUser = "ContainerUser";
  const std::string note =
      "the program runs as ContainerUser: it writes only where that user may, and starts no "
      "services";
  const Instruction* last = lint.stages.user_of(stage);
  if (last != nullptr && last->text.text.contains('$')) return std::nullopt;
  if (last != nullptr && final.has(*last) &&
      std::ranges::none_of(list.subspan(final.index_of(*last)), is_step))
    return unsafe_fix(TextEdit{last->words.front().range, std::string(kUser)}, note);
  return unsafe_fix(final.insert(place_of_user(list), fmt::format("USER {}", kUser)), note);
}

}  // namespace corten::dockerfile
