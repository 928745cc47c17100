// Modes that give too much: files that everybody may write to, programs with the rights of their
// owner.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/file_mode.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "shell/files.h"

namespace corten::dockerfile {

namespace {

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
    if (!run.is_posix_run()) continue;
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if (effect.kind != shell::FileEffect::Kind::Mode || effect.mode.empty()) continue;
      const auto text = script_path(lint, run, effect.mode);
      if (!text) continue;
      const shell::Invocation& call = effect.call;
      const bool folder = call.base() == "mkdir" || shell::has_flag(call, {"d", "directory"});
      visit(SetMode{run.source_range(words_range(call)), *text, effect.paths,
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
    const FileMode mode = mode_of(made.text);
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
    if (!run.is_posix_run()) continue;
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
    const FileMode mode = mode_of(made.text);
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

constexpr auto kRules = std::to_array<Rule>({
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

std::span<const Rule> users_modes_rules() { return kRules; }

}  // namespace corten::dockerfile
