// Packages of zypper in RUN.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

constexpr auto kAskingVerbs = std::to_array<std::string_view>(
    {"install", "in", "remove", "rm", "source-install", "si", "patch"});

void questions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "zypper") return {};
                const std::string_view verb = first_of(call, kAskingVerbs);
                if (verb.empty()) return {};
                if (shell::has_flag(call, {"n", "non-interactive", "y", "no-confirm"})) return {};
                if (!like_hadolint(lint) && is_fed_by_yes(run, call)) return {};
                // An option of zypper itself: it stands in front of the verb.
                return Verdict{
                    .range = verb_range(call, verb),
                    .evidence = fmt::format(
                        "zypper {} without --non-interactive asks before it goes on", verb),
                    .fix = safe_fix(
                        insert_argument(run, *call.command, name_word(call), "--non-interactive"))};
              });
}

constexpr auto kUpgradeVerbs = std::to_array<std::string_view>({"dist-upgrade", "dup"});

void upgrades(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript&, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "zypper") return {};
                const std::string_view verb = first_of(call, kUpgradeVerbs);
                if (verb.empty()) return {};
                return Verdict{verb_range(call, verb),
                               fmt::format("zypper {} exchanges the whole distribution", verb)};
              });
}

constexpr auto kInstallVerbs = std::to_array<std::string_view>({"install", "in"});

bool is_install(const Call& call) {
  return call.tool == "zypper" && !first_of(call, kInstallVerbs).empty();
}

bool cleans(const Lint& lint, const Call& call) {
  if (is_call(call, "zypper", {"clean", "cc"})) return true;
  return !like_hadolint(lint) && call.tool == "rm" &&
         std::ranges::any_of(call.args(), [](const shell::Word& word) {
           return word.text.starts_with("/var/cache/zypp");
         });
}

void cache(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included) || has_cache_at(run, "/var/cache/zypp")) continue;
    const auto last = last_not_followed(lint, run, is_install,
                                        [&](const Call& call) { return cleans(lint, call); });
    if (!last) continue;
    const std::string_view verb = first_of(*last, kInstallVerbs);
    Problem& problem =
        problems.add(run.source_range(verb_range(*last, verb)),
                     fmt::format("no zypper clean follows zypper {} in this RUN", verb));
    problem.fix = safe_fix(append_cleanup(lint, run, *last, "zypper clean --all"));
  }
}

bool is_pinned_for_hadolint(std::string_view word) {
  return word.find_first_of("=<>") != std::string_view::npos || word.ends_with(".rpm");
}

bool is_pinned(std::string_view word) {
  return is_pinned_for_hadolint(word) || word.starts_with('/') || word.contains("://") ||
         word.contains('(') || word.starts_with('-') || word.starts_with('!');
}

// Patterns, products and patches have no version to write.
bool installs_packages(const Call& call) {
  const auto type = shell::flag_value(call, {"t", "type"});
  return !type || *type == "package" || *type == "srcpackage";
}

void versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_install(call)) return {};
                if (!like_hadolint(lint) && !installs_packages(call)) return {};
                Words words =
                    like_hadolint(lint) ? shell::args_without_flags(call) : shell::operands(call);
                std::erase_if(words, [](const shell::Word* word) {
                  return word->text == "install" || word->text == "in";
                });
                if (!like_hadolint(lint)) erase_versions_of_the_file(lint, run, words);
                return judge_words(lint, run, words,
                                   like_hadolint(lint) ? is_pinned_for_hadolint : is_pinned);
              });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3034", FindingKind::Misconfiguration, Severity::Medium, "zypper waits for an answer",
      "zypper asks whether to go on before it changes anything. Nobody answers during a build: it "
      "takes that for a no, and the build fails.",
      "write zypper --non-interactive install, or zypper install -y",
      "FROM opensuse/leap:15.6\nRUN zypper install httpd=2.4.62 && zypper clean\n",
      "FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.62 && zypper clean\n", "",
      "https://en.opensuse.org/SDB:Zypper_manual"},
     Default::On,
     questions},
    {{"DL3035", FindingKind::Misconfiguration, Severity::Medium,
      "zypper exchanges the whole distribution",
      "A distribution upgrade replaces, removes and downgrades whatever the repositories say. The "
      "image then no longer is the release that its base names, and two builds differ. Updating "
      "means to take a newer base image.",
      "take a newer base image instead",
      "FROM opensuse/leap:15.5\nRUN zypper --non-interactive dist-upgrade && zypper clean\n",
      "FROM opensuse/leap:15.6\n", "", "https://en.opensuse.org/SDB:Zypper_manual"},
     Default::On,
     upgrades},
    {{"DL3036", FindingKind::Misconfiguration, Severity::Medium,
      "zypper's cache stays in the layer",
      "zypper keeps the metadata of all repositories and the packages that it fetched. A later RUN "
      "that removes them does not help, as the layer with them stays below; they must go in the "
      "RUN that installs, or lie in a cache mount.",
      "end the RUN with: zypper clean --all",
      "FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.62\n",
      "FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.62 && zypper clean\n", "DS-0020",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     cache},
    {{"DL3037", FindingKind::Misconfiguration, Severity::Medium, "zypper install without versions",
      "Without versions a build takes whatever the repositories have that day, so two builds of "
      "the "
      "same file differ. Where the distribution removes old versions, an exact pin breaks sooner "
      "or later: then give a bound (httpd>=2.4), or pin the base image by digest.",
      "name versions: 'httpd=2.4.62'",
      "FROM opensuse/leap:15.6\nRUN zypper install -y httpd && zypper clean\n",
      "FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.62 && zypper clean\n", "",
      "https://en.opensuse.org/SDB:Zypper_manual"},
     Default::On,
     versions},
});

}  // namespace

std::span<const Rule> hadolint_zypper_rules() { return kRules; }

}  // namespace corten::dockerfile
