// Secret files in the build: CL2003 (copied), CL2004 (removed too late), CL2007 (with the folder).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "content/secret_files.h"
#include "dockerfile/dockerignore.h"
#include "dockerfile/rules/secret_fixes.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/files.h"

namespace corten::dockerfile {

namespace {

// ---- CL2003 -------------------------------------------------------------------------------------

void copied_files(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  for (const Instruction& instruction : lint.file.instructions) {
    for (const CopiedSecret& copied : copied_secrets(lint, instruction)) {
      const bool is_key = copied.kind == content::FileKind::Key;
      Problem& problem = problems.add(
          copied.range, fmt::format("{} {}", shown(copied.source),
                                    is_key ? "is named like a private key"
                                           : "is a file of passwords, tokens or the like"));
      if (!reaches(lint, instruction)) problem.severity = Severity::Medium;
      if (fixes++ < kMostCostlyFixes) problem.fix = lent_file(lint, copied);
    }
  }
}

// ---- CL2004 -------------------------------------------------------------------------------------

constexpr std::size_t kMaxCopied = 64;  // files that are followed in one stage

bool removes(const shell::FileEffect& effect, std::string_view folder, const CopiedSecret& copied) {
  for (const std::string& path : effect.paths) {
    const std::string removed = absolute_path(folder, path);
    if (removed == copied.target) return true;
    if (removed.size() > 1 && copied.target.starts_with(removed + "/") && effect.recursive)
      return true;
    // Where the folder is not known, the name must do; likewise for "~/.ssh/id_rsa" and "$HOME".
    const bool is_home = removed.starts_with('~') || removed.starts_with('$');
    const bool is_unknown = !removed.starts_with('/') || is_home;
    if (is_unknown && last_part(removed) == last_part(copied.target)) return true;
    if (removed.ends_with('*') &&
        copied.target.starts_with(removed.substr(0, removed.size() - 1)) && removed.size() > 2)
      return true;
  }
  return false;
}

void judge_removals(const Lint& lint, const RunScript& run, std::vector<CopiedSecret>& copied,
                    Problems& problems, std::size_t& fixes) {
  if (copied.empty()) return;
  const std::string folder = lint.stages.workdir_at(*run.outer).path;
  for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
    if (effect.kind != shell::FileEffect::Kind::Remove) continue;
    const auto found = std::ranges::find_if(
        copied, [&](const CopiedSecret& one) { return removes(effect, folder, one); });
    if (found == copied.end()) continue;
    Problem& problem =
        problems.add(run.source_range(words_range(effect.call)),
                     fmt::format("{} is still in the layer of line {}", shown(found->source),
                                 found->instruction->first_line));
    if (fixes++ < kMostCostlyFixes) problem.fix = lent_file(lint, *found);
    copied.erase(found);
  }
}

void removed_too_late(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  std::vector<CopiedSecret> copied;
  auto instruction = lint.file.instructions.begin();
  for (const RunScript& run : lint.scripts) {
    for (; instruction != lint.file.instructions.end() && instruction->index < run.outer->index;
         ++instruction) {
      if (instruction->keyword == Keyword::From) copied.clear();
      for (CopiedSecret& one : copied_secrets(lint, *instruction)) {
        if (copied.size() < kMaxCopied) copied.push_back(std::move(one));
      }
    }
    if (run.is_run()) judge_removals(lint, run, copied, problems, fixes);
  }
}

// ---- CL2007 -------------------------------------------------------------------------------------

// What of the context nobody wants in an image: the first such path that is not ignored.
std::string secret_in_context(const BuildContext& context, const Dockerignore& ignore) {
  for (const std::string& path : context.paths) {
    const bool is_git = path.starts_with(".git/") || path == ".git";
    if (!is_git && content::kind_of_file(path) == content::FileKind::None) continue;
    // Asked of the file, or of something in the folder: "!" may take single files back.
    if (!ignore.excludes(is_git ? std::string_view(".git/config") : std::string_view(path)))
      return is_git ? ".git" : path;
  }
  return {};
}

bool copies_everything(const Lint& lint, const Instruction& outer, const Word& word) {
  const std::string source = lint.stages.expand_at(outer, word.text).text;
  return clean_context_path(source) == "." || source == "*" || source == "./*" || source == "/";
}

void whole_context(const Lint& lint, Problems& problems) {
  if (lint.context == nullptr) return;
  const Dockerignore ignore = Dockerignore::parse(lint.context->dockerignore.value_or(""));
  const std::string leak = secret_in_context(*lint.context, ignore);
  if (lint.context->dockerignore && leak.empty()) return;
  const std::string evidence =
      leak.empty() ? "there is no .dockerignore"
                   : fmt::format("{} is copied too: {}", shown(leak),
                                 lint.context->dockerignore ? ".dockerignore lets it through"
                                                            : "there is no .dockerignore");
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
    const bool copies = copy.keyword == Keyword::Copy || copy.keyword == Keyword::Add;
    if (!copies || copy.broken || copy.words.size() < 2 || copy.flag("from") != nullptr) continue;
    for (const Word& word : copy.words.first(copy.words.size() - 1)) {
      if (!copies_everything(lint, outer, word)) continue;
      Problem& problem = problems.add(word.range, evidence);
      if (!reaches(lint, outer)) problem.severity = Severity::Low;
      break;
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL2003", FindingKind::Secret, Severity::High, "a secret file is copied into the image",
      "By its name the file holds a private key, passwords or tokens. In the image it belongs to "
      "everyone who can pull it, and it stays in its layer even if a later instruction removes it. "
      "In a stage that is not part of the image it is still in the builder's cache.",
      "lend the file to the step that needs it (RUN --mount=type=secret,id=…,target=… or "
      "--mount=type=ssh), or give it to the container when it starts",
      "FROM debian:12\nCOPY id_rsa /root/.ssh/id_rsa\n",
      "FROM debian:12\nCOPY id_rsa.pub /root/.ssh/authorized_keys\n", "DS-0031 AVD-DS-0031",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     copied_files},
    {{"CL2004", FindingKind::Secret, Severity::High, "a copied secret is removed too late",
      "Each instruction makes a layer, and a layer is never changed by a later one. The removed "
      "file is only hidden: whoever unpacks the image gets it out of the layer that copied it.",
      "do not copy the file: lend it with RUN --mount=type=secret,id=…,target=…",
      "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN npm ci && rm /root/.npmrc\n",
      "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n", "",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     removed_too_late},
    {{"CL2007", FindingKind::Secret, Severity::Medium, "the whole folder is copied without a guard",
      "COPY of the whole context takes whatever lies in the folder on the day of the build: the "
      "history in .git, .env files, keys of developers. A .dockerignore keeps them out, also out "
      "of the builder's cache.",
      "list .git, .env* and keys in .dockerignore, or copy only what the image needs",
      "FROM node:22\nCOPY . /app\n", "FROM node:22\nCOPY src /app/src\n", "",
      "https://docs.docker.com/build/concepts/context/#dockerignore-files"},
     Default::On,
     whole_context},
});

}  // namespace

std::span<const Rule> secrets_copied_rules() { return kRules; }

}  // namespace corten::dockerfile
