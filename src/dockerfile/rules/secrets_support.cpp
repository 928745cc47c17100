#include "dockerfile/rules/secrets_support.h"

#include <algorithm>

#include "base/text.h"

namespace corten::dockerfile {

namespace {

bool is_url(std::string_view text) { return text.contains("://") || text.starts_with("git@"); }

bool is_secret_target(std::string_view target) {
  return !target.ends_with('/') && content::is_credential_place(target);
}

// The source says that it is only a model of the file: "COPY .npmrc.example .npmrc".
bool is_example(std::string_view source) {
  const std::string lower = to_lower(source);
  return lower.contains("example") || lower.contains("sample") || lower.contains("template") ||
         lower.ends_with(".dist") || lower.ends_with(".pub");
}

// Variables that say where a program looks for its credentials: COPY to their value is a secret's.
bool is_named_by_variable(const Lint& lint, const Instruction& instruction,
                          std::string_view target) {
  for (const std::string_view name :
       {"GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
        "HF_TOKEN_PATH", "KUBECONFIG", "NETRC"}) {
    const auto value = lint.stages.lookup(instruction, name);
    if (value && value->known && !value->text.empty() && tidy_path(value->text) == target)
      return true;
  }
  return false;
}

}  // namespace

bool reaches(const Lint& lint, const Instruction& instruction) {
  const Stage* stage = lint.stages.stage_of(instruction);
  return stage != nullptr && stage->in_final;
}

std::vector<CopiedSecret> copied_secrets(const Lint& lint, const Instruction& outer) {
  const Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
  const bool copies = copy.keyword == Keyword::Copy || copy.keyword == Keyword::Add;
  if (!copies || copy.broken || copy.words.size() < 2) return {};
  const std::string written = lint.stages.expand_at(outer, copy.words.back().text).text;
  const std::string folder = lint.stages.workdir_at(outer).path;
  const std::string target = absolute_path(folder, written);
  const std::span<const Word> sources = copy.words.first(copy.words.size() - 1);
  const bool into_folder =
      written.ends_with('/') || written == "." || written.ends_with("/.") || sources.size() > 1;
  std::vector<CopiedSecret> found;
  for (const Word& word : sources) {
    std::string source = lint.stages.expand_at(outer, word.text).text;
    if (source.starts_with("<<") || is_url(source)) continue;
    content::FileKind kind = content::kind_of_file(source);
    if (kind == content::FileKind::Key && content::is_public_key_place(target))
      kind = content::FileKind::None;
    const bool is_place = !into_folder && !is_example(source) &&
                          (is_secret_target(target) || is_named_by_variable(lint, outer, target));
    if (kind == content::FileKind::None && is_place) kind = content::FileKind::Credentials;
    if (kind == content::FileKind::None) continue;
    std::string file = target;
    if (into_folder) file = absolute_path(target, last_part(tidy_path(source)));
    found.push_back({&outer, std::move(source), std::move(file), word.range, kind});
  }
  return found;
}

}  // namespace corten::dockerfile
