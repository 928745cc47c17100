// apt-get in RUN: versions, lists that stay behind, questions, recommended packages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kLists = "/var/lib/apt/lists";

// ---- what apt was told by a configuration file --------------------------------------------------

struct AptSettings {
  bool removes_lists = false;  // a hook after each update
  bool assumes_yes = false;
  bool no_recommends = false;
};

// Whether `text` has `key "value"` or `key=value`, with one of the values.
bool sets(std::string_view text, std::string_view key,
          std::initializer_list<std::string_view> values) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::string_view rest = text.substr(at + key.size());
    const std::size_t begin = rest.find_first_not_of(" \t\"'\\=");
    if (begin == std::string_view::npos) return false;
    rest.remove_prefix(begin);
    const std::string value = to_lower(rest.substr(0, rest.find_first_of(" \t\"'\\;\n")));
    if (std::ranges::find(values, value) != values.end()) return true;
  }
  return false;
}

void read_settings(std::string_view text, AptSettings& settings) {
  if (text.contains("Post-Invoke") && text.contains(kLists)) settings.removes_lists = true;
  if (sets(text, "APT::Get::Assume-Yes", {"true", "1", "yes"})) settings.assumes_yes = true;
  if (sets(text, "APT::Install-Recommends", {"false", "0", "no"})) settings.no_recommends = true;
}

// The settings that hold in each script of Lint::scripts: those of its stage so far, and of the
// stages that it is built on.
std::vector<AptSettings> settings_of_scripts(const Lint& lint) {
  constexpr std::string_view kFolder = "apt.conf";
  std::vector<AptSettings> at_end(lint.stages.all().size() + 1);  // the last: above the first FROM
  std::vector<AptSettings> out(lint.scripts.size());
  std::size_t next = 0;
  AptSettings* current = &at_end.back();
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword == Keyword::From) {
      const Stage* stage = lint.stages.stage_of(instruction);
      if (stage == nullptr) continue;
      current = &at_end[stage->index];
      if (stage->parent != kNone) *current = at_end[stage->parent];
    }
    const bool copies = instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add;
    if (copies && instruction.text.text.contains(kFolder)) {
      for (const Heredoc& heredoc : instruction.heredocs) {
        read_settings(heredoc.content.text, *current);
      }
    }
    for (; next < lint.scripts.size() && lint.scripts[next].outer == &instruction; ++next) {
      const std::string& text = lint.scripts[next].script.text;
      if (text.contains(kFolder)) read_settings(text, *current);
      out[next] = *current;
    }
  }
  return out;
}

AptSettings settings_of(const Lint& lint, const std::vector<AptSettings>& all,
                        const RunScript& run) {
  if (like_hadolint(lint)) return {};
  return all[static_cast<std::size_t>(&run - lint.scripts.data())];
}

bool is_install(const Lint& lint, const Call& call) {
  // apt is no better than apt-get, whose name it should have (DL3027); hadolint does not look at
  // it.
  const bool is_apt = !like_hadolint(lint) && is_call(call, "apt", {"install"});
  if (!is_apt && !is_call(call, "apt-get", {"install"})) return false;
  // Only asked what it would do: nothing is installed.
  return like_hadolint(lint) || !shell::has_flag(call, {"s", "simulate", "dry-run", "just-print",
                                                        "recon", "no-act", "print-uris"});
}

// ---- DL3008 -------------------------------------------------------------------------------------

bool is_pinned_deb(std::string_view word) {
  return word == "install" || word.contains('=') || word.contains('/') || word.ends_with(".deb");
}

void no_version(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_install(lint, call)) return {};
                const auto words = shell::args_without_flags(call, {"t", "target-release"});
                const auto found = unpinned(lint, run, words, is_pinned_deb);
                if (!found) return {};
                if (like_hadolint(lint)) return Verdict{found->range, without_version(*found)};
                // Old versions vanish from the mirrors, so a pin breaks the build before long.
                return Verdict{found->range, without_version(*found), Severity::Low};
              });
}

// ---- DL3009 -------------------------------------------------------------------------------------

bool removes_lists(const Lint& lint, const Call& call) {
  if (call.tool == "rm") {
    if (shell::has_arg(call, "-rf") || shell::has_arg(call, "/var/lib/apt/lists/*")) return true;
    if (like_hadolint(lint)) return false;
    return std::ranges::any_of(
        call.args(), [](const shell::Word& word) { return word.text.starts_with("/var/lib/apt"); });
  }
  if (like_hadolint(lint)) return false;
  if (is_call(call, "apt-get", {"dist-clean", "distclean"})) return true;
  return call.tool == "find" && shell::has_arg(call, "-delete") &&
         std::ranges::any_of(call.args(),
                             [](const shell::Word& word) { return word.text.starts_with(kLists); });
}

bool is_apt_with(const Call& call, std::initializer_list<std::string_view> verbs) {
  return is_call(call, "apt-get", verbs) || is_call(call, "apt", verbs) ||
         is_call(call, "aptitude", verbs);
}

// What a script does with the lists.
struct ListUse {
  bool installs = false;
  bool needs_older = false;  // reads lists that it did not fetch itself
};

bool installs_from_lists(const Call& call) {
  return is_apt_with(call, {"install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep",
                            "source", "download", "satisfy"});
}

bool asks_lists(const Call& call) {
  return call.tool == "apt-cache" ||
         is_apt_with(call, {"list", "search", "show", "policy", "depends", "rdepends", "showsrc",
                            "madison", "indextargets", "changelog", "versions", "why", "why-not"});
}

ListUse list_use(const Lint& lint, const RunScript& run) {
  ListUse use;
  bool updated = false;
  for (const shell::Command& command : run.script.commands) {
    const std::optional<Call> call = call_of(lint, command);
    if (!call) continue;
    updated = updated || is_apt_with(*call, {"update"});
    const bool installs = installs_from_lists(*call);
    use.installs = use.installs || installs;
    use.needs_older = use.needs_older || (!updated && (installs || asks_lists(*call)));
  }
  return use;
}

// Whether the lists can go at the end of each script of Lint::scripts: it has installed something,
// and nothing below it counts on them.
std::vector<bool> can_do_without_lists(const Lint& lint) {
  std::vector<bool> out(lint.scripts.size());
  bool are_needed = false;
  for (std::size_t i = lint.scripts.size(); i > 0; --i) {
    const ListUse use = list_use(lint, lint.scripts[i - 1]);
    out[i - 1] = use.installs && !are_needed;
    are_needed = are_needed || use.needs_older;
  }
  return out;
}

void lists_stay(const Lint& lint, Problems& problems) {
  const std::vector<AptSettings> settings = settings_of_scripts(lint);
  const std::vector<bool> can_go = can_do_without_lists(lint);
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included) || !is_kept(lint, run)) continue;
    std::optional<Call> update;
    bool removed = false;
    for (const shell::Command& command : run.script.commands) {
      const std::optional<Call> call = call_of(lint, command);
      if (!call) continue;
      if (!update && is_apt_with(*call, {"update"})) update = call;
      removed = removed || removes_lists(lint, *call);
    }
    if (!update || removed || settings_of(lint, settings, run).removes_lists) continue;
    if (has_cache_at(run, kLists)) continue;
    if (has_cache_at(run, "/var/lib/apt") && has_cache_at(run, "/var/cache/apt")) continue;
    Problem& problem =
        problems.add(run.source_range(verb_range(*update, "update")),
                     fmt::format("{} downloads them, and nothing here removes them", update->tool));
    if (can_go[static_cast<std::size_t>(&run - lint.scripts.data())])
      problem.fix = safe_fix(append_cleanup(lint, run, *update, "rm -rf /var/lib/apt/lists/*"));
  }
}

// ---- DL3014, DL3015 -----------------------------------------------------------------------------

bool says_yes(const Call& call) {
  return shell::has_flag(call, {"y", "yes", "assume-yes"}) || shell::count_flag(call, {"q"}) > 1 ||
         shell::count_flag(call, {"quiet"}) > 1 || shell::has_arg(call, "-q=2");
}

// `yes | apt-get install x`, -o APT::Get::Assume-Yes=true.
bool is_answered(const RunScript& run, const Call& call) {
  const std::uint32_t pipeline = call.command->pipeline;
  if (call.command->position > 0 && pipeline != shell::kNone) {
    const shell::Pipeline::Element first = run.script.pipelines[pipeline].elements.front();
    if (!first.compound && run.script.commands[first.index].name() == "yes") return true;
  }
  return std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return sets(word.text, "APT::Get::Assume-Yes", {"true", "1", "yes"});
  });
}

void asks_questions(const Lint& lint, Problems& problems) {
  const std::vector<AptSettings> settings = settings_of_scripts(lint);
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_install(lint, call) || says_yes(call)) return {};
                if (settings_of(lint, settings, run).assumes_yes) return {};
                if (!like_hadolint(lint) && is_answered(run, call)) return {};
                if (has_word_in_variable(
                        lint, run, call,
                        {"-y", "--yes", "--assume-yes", "-qq", "-qy", "-yq", "-qqy", "-yqq"})) {
                  return {};
                }
                return Verdict{.range = verb_range(call, "install"),
                               .evidence = "it asks before it installs",
                               .fix = safe_fix(insert_after_verb(run, call, "install", "-y"))};
              });
}

bool leaves_recommends_out(const Lint& lint, const Call& call) {
  if (shell::has_flag(call, {"no-install-recommends"})) return true;
  if (shell::has_arg(call, "APT::Install-Recommends=false")) return true;
  if (like_hadolint(lint)) return false;
  return std::ranges::any_of(call.args(), [](const shell::Word& word) {
    return sets(word.text, "APT::Install-Recommends", {"false", "0", "no"});
  });
}

void recommended_packages(const Lint& lint, Problems& problems) {
  const std::vector<AptSettings> settings = settings_of_scripts(lint);
  judge_calls(
      lint, problems, Triggers::Included,
      [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
        if (!is_install(lint, call) || leaves_recommends_out(lint, call)) return {};
        if (settings_of(lint, settings, run).no_recommends) return {};
        if (has_word_in_variable(lint, run, call, {"--no-install-recommends"})) return {};
        return Verdict{
            .range = verb_range(call, "install"),
            .evidence = "--no-install-recommends is not given",
            .fix = unsafe_fix(insert_after_verb(run, call, "install", "--no-install-recommends"),
                              "packages that are only recommended are no longer installed")};
      });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3008", FindingKind::Misconfiguration, Severity::Medium, "apt-get install without versions",
      "Without versions a build takes whatever the mirror has that day, and a cached layer keeps "
      "old packages without a sign. Debian and Ubuntu drop old versions from their mirrors, so a "
      "pin there lasts only together with a snapshot archive; rebuilding often is the other way.",
      "name versions (curl=7.88.*) with a fixed snapshot.debian.org or snapshot.ubuntu.com source",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.*\n", "",
      "https://docs.docker.com/build/building/best-practices/#apt-get"},
     Default::On,
     no_version},
    {{"DL3009", FindingKind::Misconfiguration, Severity::Low, "package lists stay in the layer",
      "`update` downloads the lists of all packages, tens of megabytes. Nothing needs them after "
      "the install, and removing them in a later RUN does not make this layer smaller. Stages that "
      "are only copied from are left alone.",
      "end the same RUN with rm -rf /var/lib/apt/lists/*",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf "
      "/var/lib/apt/lists/*\n",
      "", "https://docs.docker.com/build/building/best-practices/#apt-get"},
     Default::On,
     lists_stay},
    {{"DL3014", FindingKind::Misconfiguration, Severity::Medium, "apt-get install without -y",
      "apt-get asks whether it may go on when it installs more than it was told. A build has no "
      "one "
      "to answer, so it stops there, perhaps only on the day when a package gets a new dependency.",
      "add -y", "FROM debian:12\nRUN apt-get install curl\n",
      "FROM debian:12\nRUN apt-get install -y curl\n", "DS-0021",
      "https://docs.docker.com/build/building/best-practices/#apt-get"},
     Default::On,
     asks_questions},
    {{"DL3015", FindingKind::Misconfiguration, Severity::Low, "recommended packages are installed",
      "apt-get also installs what packages merely recommend: documentation, daemons, helpers for "
      "desktops. They make the image larger, and each of them may have flaws of its own.",
      "add --no-install-recommends, and name what is missing then",
      "FROM debian:12\nRUN apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get install -y --no-install-recommends curl\n", "DS-0029",
      "https://docs.docker.com/build/building/best-practices/#apt-get"},
     Default::On,
     recommended_packages},
});

}  // namespace

std::span<const Rule> hadolint_apt_rules() { return kRules; }

}  // namespace corten::dockerfile
