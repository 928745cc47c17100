// Packages of yum, dnf and microdnf in RUN.
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

bool is_dnf(const Call& call) { return call.tool == "dnf" || call.tool == "microdnf"; }

// ---- DL3030, DL3038: questions ------------------------------------------------------------------

constexpr auto kInstallVerbs =
    std::to_array<std::string_view>({"install", "groupinstall", "localinstall"});

std::optional<Verdict> judge_question(const Lint& lint, const RunScript& run, const Call& call) {
  const std::string_view verb = first_of(call, kInstallVerbs);
  if (verb.empty() || shell::has_flag(call, {"y", "assumeyes"})) return {};
  if (!like_hadolint(lint)) {
    const bool is_set = std::ranges::any_of(
        call.args(), [](const shell::Word& word) { return word.text.contains("assumeyes"); });
    if (is_set || is_fed_by_yes(run, call)) return {};
  }
  return Verdict{.range = verb_range(call, verb),
                 .evidence = fmt::format("{} {} without -y asks before it installs",
                                         printable(call.tool), verb),
                 .fix = safe_fix(insert_after_verb(run, call, verb, "-y"))};
}

void yum_questions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "yum") return {};
                return judge_question(lint, run, call);
              });
}

void dnf_questions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_dnf(call)) return {};
                return judge_question(lint, run, call);
              });
}

// ---- DL3032, DL3040: caches ---------------------------------------------------------------------

// hadolint is content with any `rm -rf`, and so are we: scripts often name the folder by a
// variable.
bool removes(const Call& call, std::initializer_list<std::string_view> folders) {
  if (call.tool != "rm") return false;
  if (shell::has_arg(call, "-rf")) return true;
  return std::ranges::any_of(call.args(), [&](const shell::Word& word) {
    return std::ranges::any_of(
        folders, [&](std::string_view folder) { return word.text.starts_with(folder); });
  });
}

std::string cache_evidence(const Call& call, std::string_view verb) {
  return fmt::format("no {0} clean all follows {0} {1} in this RUN", printable(call.tool), verb);
}

void yum_cache(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included)) continue;
    if (!like_hadolint(lint) && has_cache_at(run, "/var/cache/yum")) continue;
    const auto last = last_not_followed(
        lint, run, [](const Call& call) { return is_call(call, "yum", {"install"}); },
        [](const Call& call) {
          return is_call(call, "yum", {"clean", "all"}) ||
                 removes(call, {"/var/cache/yum", "/var/cache/dnf"});
        });
    if (!last) continue;
    Problem& problem = problems.add(run.source_range(verb_range(*last, "install")),
                                    cache_evidence(*last, "install"));
    problem.fix = safe_fix(append_cleanup(lint, run, *last, "yum clean all"));
  }
}

constexpr auto kCachingVerbs = std::to_array<std::string_view>(
    {"install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei"});

void judge_dnf_cache(const Lint& lint, const RunScript& run, std::string_view tool,
                     Problems& problems) {
  const auto last = last_not_followed(
      lint, run,
      [&](const Call& call) { return call.tool == tool && !first_of(call, kCachingVerbs).empty(); },
      [&](const Call& call) {
        return is_call(call, tool, {"clean", "all"}) ||
               removes(call, {"/var/cache/libdnf5", "/var/cache/dnf", "/var/cache/yum"});
      });
  if (!last) return;
  const std::string_view verb = first_of(*last, kCachingVerbs);
  Problem& problem =
      problems.add(run.source_range(verb_range(*last, verb)), cache_evidence(*last, verb));
  problem.fix = safe_fix(append_cleanup(lint, run, *last, fmt::format("{} clean all", tool)));
}

bool keeps_dnf_cache_outside(const Lint& lint, const RunScript& run) {
  if (has_cache_at(run, "/var/cache/libdnf5") || has_cache_at(run, ".cache/libdnf5")) return true;
  // dnf before version 5, and microdnf, have it there.
  return !like_hadolint(lint) &&
         (has_cache_at(run, "/var/cache/dnf") || has_cache_at(run, "/var/cache/yum"));
}

void dnf_cache(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::Included) || keeps_dnf_cache_outside(lint, run)) continue;
    judge_dnf_cache(lint, run, "dnf", problems);
    judge_dnf_cache(lint, run, "microdnf", problems);
  }
}

// ---- DL3033, DL3041: versions -------------------------------------------------------------------

bool is_rpm_version_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".~^_:+").contains(c);
}

// "httpd-2.4.62-1.el9": parts after the name, one of which begins with a digit.
bool has_rpm_version(std::string_view word, std::string_view further_characters) {
  if (word.ends_with(".rpm")) return true;
  const std::size_t dash = word.find('-');
  if (dash == std::string_view::npos) return false;
  bool found = false;
  for (const std::string_view part : split(word.substr(dash + 1), '-')) {
    const bool fits = std::ranges::all_of(part, [&](char c) {
      return is_rpm_version_character(c) || further_characters.contains(c);
    });
    if (!fits) return false;
    if (!part.empty() && part.front() >= '0' && part.front() <= '9') found = true;
  }
  return found;
}

bool is_pinned_for_hadolint(std::string_view word) { return has_rpm_version(word, ""); }

// Groups, files, URLs, and what a package provides ("perl(Foo)") have no version to write.
bool is_pinned_rpm(std::string_view word) {
  return word.starts_with('@') || word.starts_with('/') || word.contains("://") ||
         word.contains('(') || word.contains('=') || has_rpm_version(word, "*?");
}

bool is_pinned_module(std::string_view word) { return word.contains(':'); }

std::optional<Verdict> judge_versions(const Lint& lint, const RunScript& run, const Call& call) {
  if (!shell::has_arg(call, "install")) return {};
  const bool is_module = shell::has_arg(call, "module");
  Words words = like_hadolint(lint) ? shell::args_without_flags(call) : shell::operands(call);
  std::erase_if(words, [&](const shell::Word* word) {
    return word->text == "install" || (is_module && word->text == "module");
  });
  erase_versions_of_the_file(lint, run, words);
  auto* const is_pinned = is_module             ? is_pinned_module
                          : like_hadolint(lint) ? is_pinned_for_hadolint
                                                : is_pinned_rpm;
  return judge_words(lint, run, words, is_pinned);
}

void yum_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "yum") return {};
                if (!like_hadolint(lint) && shell::has_arg(call, "group")) return {};
                return judge_versions(lint, run, call);
              });
}

void dnf_versions(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_dnf(call) || shell::has_arg(call, "group")) return {};
                return judge_versions(lint, run, call);
              });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3030", FindingKind::Misconfiguration, Severity::Medium, "yum waits for an answer",
      "yum asks whether to go on before it installs anything. Nobody answers during a build: it "
      "takes that for a no, and the build fails.",
      "add -y", "FROM rockylinux:9\nRUN yum install httpd-2.4.62 && yum clean all\n",
      "FROM rockylinux:9\nRUN yum install -y httpd-2.4.62 && yum clean all\n", "",
      "https://dnf.readthedocs.io/en/latest/command_ref.html"},
     Default::On,
     yum_questions},
    {{"DL3032", FindingKind::Misconfiguration, Severity::Medium, "yum's cache stays in the layer",
      "yum keeps the metadata of all repositories, often more than a hundred megabytes. A later "
      "RUN "
      "that removes them does not help, as the layer with them stays below; they must go in the "
      "RUN that installs.",
      "end the RUN with: yum clean all", "FROM rockylinux:9\nRUN yum install -y httpd-2.4.62\n",
      "FROM rockylinux:9\nRUN yum install -y httpd-2.4.62 && yum clean all\n", "DS-0015",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     yum_cache},
    {{"DL3033", FindingKind::Misconfiguration, Severity::Medium, "yum install without versions",
      "Without versions a build takes whatever the repositories have that day, so two builds of "
      "the "
      "same file differ. Where the distribution removes old versions, an exact pin breaks sooner "
      "or later: then pin the base image by digest, or use a snapshot of the repositories.",
      "name versions (httpd-2.4.62), or use repositories that keep them",
      "FROM rockylinux:9\nRUN yum install -y httpd && yum clean all\n",
      "FROM rockylinux:9\nRUN yum install -y httpd-2.4.62 && yum clean all\n", "",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     yum_versions},
    {{"DL3038", FindingKind::Misconfiguration, Severity::Medium, "dnf waits for an answer",
      "dnf asks whether to go on before it installs anything. Nobody answers during a build: it "
      "takes that for a no, and the build fails.",
      "add -y", "FROM fedora:42\nRUN dnf install httpd-2.4.62 && dnf clean all\n",
      "FROM fedora:42\nRUN dnf install -y httpd-2.4.62 && dnf clean all\n", "",
      "https://dnf.readthedocs.io/en/latest/command_ref.html"},
     Default::On,
     dnf_questions},
    {{"DL3040", FindingKind::Misconfiguration, Severity::Medium, "dnf's cache stays in the layer",
      "dnf keeps the metadata of all repositories, often more than a hundred megabytes. A later "
      "RUN "
      "that removes them does not help, as the layer with them stays below; they must go in the "
      "RUN that installs, or lie in a cache mount.",
      "end the RUN with: dnf clean all", "FROM fedora:42\nRUN dnf install -y httpd-2.4.62\n",
      "FROM fedora:42\nRUN dnf install -y httpd-2.4.62 && dnf clean all\n", "DS-0019 DS-0027",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     dnf_cache},
    {{"DL3041", FindingKind::Misconfiguration, Severity::Medium, "dnf install without versions",
      "Without versions a build takes whatever the repositories have that day, so two builds of "
      "the "
      "same file differ. Where the distribution removes old versions, an exact pin breaks sooner "
      "or later: then pin the base image by digest, or use a snapshot of the repositories.",
      "name versions (httpd-2.4.62), or use repositories that keep them",
      "FROM fedora:42\nRUN dnf install -y httpd && dnf clean all\n",
      "FROM fedora:42\nRUN dnf install -y httpd-2.4.62 && dnf clean all\n", "",
      "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     dnf_versions},
});

}  // namespace

std::span<const Rule> hadolint_rpm_rules() { return kRules; }

}  // namespace corten::dockerfile
