// How instructions work together: triggers, targets of COPY, RUN after RUN, the last USER.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/variables.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

// ---- DL3043: ONBUILD ----------------------------------------------------------------------------

void forbidden_triggers(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    if (outer.keyword != Keyword::Onbuild || outer.nested == nullptr) continue;
    const Keyword keyword = outer.nested->keyword;
    if (keyword != Keyword::Onbuild && keyword != Keyword::From && keyword != Keyword::Maintainer) {
      continue;
    }
    problems.add(outer.nested->keyword_range,
                 fmt::format("ONBUILD cannot trigger {}", name_of(keyword)));
  }
}

// ---- DL3045: COPY to a relative path ------------------------------------------------------------

void relative_targets(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Copy, [&](const Instruction& copy) {
    if (copy.words.size() < 2) return;
    const Word& target = copy.words.back();
    const std::string path = plain(lint, copy, target);
    if (!lands_in_folder_of_base(lint, copy, path)) return;
    problems.add(
        target.range,
        fmt::format("where {} is depends on the base image: no WORKDIR is set", printable(path)));
  });
}

// ---- DL3059: RUN after RUN ----------------------------------------------------------------------

constexpr std::size_t kFewCommands = 1;

std::size_t count_commands(const Lint& lint, const RunScript& run) {
  const auto counts = [&](const shell::Command& command) {
    return !command.words.empty() && !(like_hadolint(lint) && command.nested_script);
  };
  return static_cast<std::size_t>(std::ranges::count_if(run.script.commands, counts));
}

bool have_same_flags(const Instruction& a, const Instruction& b) {
  return std::ranges::equal(a.flags, b.flags, [](const Flag& x, const Flag& y) {
    return x.name == y.name && x.value == y.value;
  });
}

// Joins the RUNs of a row one to the other, as far as they can be.
class RowOfRuns {
 public:
  explicit RowOfRuns(const Lint& lint) : lint_(lint) {}

  // For the RUN at `at` of Lint::scripts, which could be joined with the one in front of it. One
  // fix is for the whole row: that of its first RUN that is reported.
  std::optional<Fix> fix_from(std::size_t at, const RunScript& before) {
    if (lint_.scripts[at].outer->index < end_) return std::nullopt;
    std::vector<TextEdit> edits;
    const RunScript* last = &before;
    const RunScript* model = &before;  // the last one of several lines
    for (; at < lint_.scripts.size(); ++at) {
      const RunScript& run = lint_.scripts[at];
      const bool goes_on = run.outer->index == last->outer->index + 1 && run.is_run() &&
                           is_judged(lint_, run, Triggers::LeftOut) && is_joinable(before, run);
      std::optional<Fix> fix = goes_on ? joined_runs(lint_, *last, run, *model) : std::nullopt;
      if (!fix) break;
      edits.push_back(std::move(fix->edits.front()));
      last = &run;
      if (is_of_lines(run)) model = &run;
    }
    end_ = last->outer->index + 1;
    if (edits.empty()) return std::nullopt;
    return safe_fix(std::move(edits));
  }

 private:
  [[nodiscard]] bool is_joinable(const RunScript& before, const RunScript& run) const {
    return count_commands(lint_, run) <= kFewCommands &&
           have_same_flags(*before.instruction, *run.instruction);
  }

  const Lint& lint_;
  std::uint32_t end_ = 0;  // index of the instruction behind the last row
};

void consecutive_runs(const Lint& lint, Problems& problems) {
  RowOfRuns row(lint);
  const RunScript* before = nullptr;     // the last one that was not reported
  std::uint32_t previous_index = kNone;  // of the last RUN
  std::size_t commands_before = 0;
  const RunScript* previous = nullptr;
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::LeftOut)) continue;
    const std::size_t commands = count_commands(lint, run);
    const RunScript* neighbour = std::exchange(previous, &run);
    if (previous_index == kNone || run.outer->index != previous_index + 1) before = nullptr;
    previous_index = run.outer->index;
    // What another interpreter runs cannot be joined.
    if (commands == 0 && !like_hadolint(lint)) {
      before = nullptr;
      continue;
    }
    const bool joinable = before != nullptr && commands <= kFewCommands &&
                          commands_before <= kFewCommands &&
                          have_same_flags(*before->instruction, *run.instruction);
    if (joinable) {
      Problem& problem = problems.add(
          run.instruction->keyword_range,
          fmt::format("could be joined with the RUN in line {}", before->outer->first_line));
      problem.fix = row.fix_from(static_cast<std::size_t>(&run - lint.scripts.data()), *neighbour);
      continue;
    }
    before = &run;
    commands_before = commands;
  }
}

// ---- DL3066: USER by name -----------------------------------------------------------------------

const Stage* judged_stage(const Lint& lint) {
  const auto chain = lint.stages.final_chain();
  return like_hadolint(lint) || chain.empty() ? lint.stages.final_stage() : chain.front();
}

const Instruction* last_user(const Lint& lint, const Stage& stage) {
  const Instruction* found = nullptr;
  for (const Instruction& instruction : lint.stages.instructions(stage)) {
    if (instruction.keyword == Keyword::User && !instruction.broken) found = &instruction;
  }
  return found;
}

bool uses_argument(const Lint& lint, const Instruction& user, const Word& word) {
  return std::ranges::any_of(variables_of(lint, user, word.text, word.range),
                             [&](const UsedVariable& use) {
                               const Definition* found = lint.stages.definition(user, use.name);
                               return found != nullptr && found->is_arg;
                             });
}

void named_user(const Lint& lint, Problems& problems) {
  const Stage* stage = judged_stage(lint);
  if (stage == nullptr || (stage->is_windows && !like_hadolint(lint))) return;
  const Instruction* user = last_user(lint, *stage);
  if (user == nullptr || user->words.empty()) return;
  const Word& word = user->words.front();
  if (uses_argument(lint, *user, word)) return;
  std::string text = plain(lint, *user, word);
  if (!like_hadolint(lint)) {
    std::optional<std::string> value = value_of(lint, *user, word);
    if (!value) return;
    text = std::move(*value);
  }
  const std::string_view uid = std::string_view(text).substr(0, text.find(':'));
  if (is_number(uid)) return;
  // That it is root is the finding then.
  if (!like_hadolint(lint) && (uid.empty() || uid == "root")) return;
  problems.add(word.range,
               fmt::format("nobody outside of the image knows whether {} is root", printable(uid)));
}

// ---- DL3067: everything -------------------------------------------------------------------------

bool is_root_folder(std::string_view path) { return path == "/"; }

void copy_of_everything(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Copy, [&](const Instruction& copy) {
    if (copy.flag("from") == nullptr || copy.words.size() < 2) return;
    const auto is_root = [&](const Word& word) { return is_root_folder(plain(lint, copy, word)); };
    const std::span<const Word> sources(copy.words.begin(), copy.words.end() - 1);
    if (!is_root(copy.words.back()) || std::ranges::none_of(sources, is_root)) return;
    problems.add({copy.words.front().range.begin, copy.words.back().range.end},
                 fmt::format("everything in {} is copied, wanted or not",
                             printable(copy.flag_value("from"))));
  });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3043", FindingKind::Misconfiguration, Severity::High,
      "ONBUILD with an instruction that it cannot trigger",
      "ONBUILD stores an instruction for the builds of others. Another ONBUILD, FROM and "
      "MAINTAINER "
      "cannot be stored: the build of the image, or of all that are based on it, fails.",
      "leave the ONBUILD out", "FROM debian:12\nONBUILD MAINTAINER team@example.com\n",
      "FROM debian:12\nONBUILD LABEL team=\"shop\"\n", "",
      "https://docs.docker.com/reference/dockerfile/#onbuild"},
     Default::On,
     forbidden_triggers},
    {{"DL3045", FindingKind::Misconfiguration, Severity::Medium,
      "COPY to a relative path without WORKDIR",
      "A relative target lies below the working directory, which the base image sets where the "
      "Dockerfile does not. When the base changes it, the files land somewhere else and nothing "
      "says so.",
      "set a WORKDIR above, or write an absolute target",
      "FROM debian:12\nCOPY app.conf etc/app.conf\n",
      "FROM debian:12\nWORKDIR /app\nCOPY app.conf etc/app.conf\n", "",
      "https://docs.docker.com/reference/dockerfile/#workdir"},
     Default::On,
     relative_targets},
    {{"DL3059", FindingKind::Misconfiguration, Severity::Low, "several RUN in a row",
      "Each RUN makes a layer. Files that one writes and the next removes stay in the image, and "
      "many small layers make pulls slower. Steps that change at different times are better left "
      "apart, for the sake of the build cache.",
      "join them with && in one RUN", "FROM debian:12\nRUN mkdir /app\nRUN touch /app/ready\n",
      "FROM debian:12\nRUN mkdir /app && touch /app/ready\n", "",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     consecutive_runs},
    {{"DL3066", FindingKind::Misconfiguration, Severity::Low, "USER is a name, not a number",
      "Only the image's own passwd file says which uid a name is. Kubernetes refuses to start such "
      "an image under runAsNonRoot, as it cannot tell that the user is not root.",
      "write the uid: USER 10001:10001", "FROM debian:12\nUSER www-data\n",
      "FROM debian:12\nUSER 33:33\n", "",
      "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"},
     Default::On,
     named_user},
    {{"DL3067", FindingKind::Misconfiguration, Severity::Medium,
      "COPY takes everything of another stage",
      "Copying / to / brings along the other system with its compilers, caches and secrets, over "
      "the "
      "files that are there: all that a stage of its own was to keep away.",
      "copy the files that the program needs",
      "FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM debian:12\nCOPY --from=build / /\n",
      "FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM debian:12\nCOPY --from=build /app "
      "/app\n",
      "", "https://docs.docker.com/build/building/multi-stage/"},
     Default::On,
     copy_of_everything},
});

}  // namespace

std::span<const Rule> hadolint_build_rules() { return kRules; }

}  // namespace corten::dockerfile
