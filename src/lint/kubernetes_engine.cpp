// Kubernetes manifests: the objects of the file and their findings; kustomizations beside them.
#include <array>
#include <filesystem>

#include "base/file.h"
#include "lint/engines.h"
#include "lint/yaml_comments.h"
#include "manifest/kubernetes_rules.h"
#include "manifest/kustomize.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

constexpr auto kKustomizationNames =
    std::to_array<std::string_view>({"kustomization.yaml", "kustomization.yml", "Kustomization"});

// Every manifest of the folder asks for it: a larger one is only judged itself.
constexpr std::size_t kMaxKustomizationBytes = std::size_t{64} << 10;

manifest::KubernetesContext context_of(const RuleOptions& options) {
  manifest::KubernetesContext context;
  context.trusted_registries = options.hadolint.trusted_registries;
  context.image_digest = [&options](std::string_view image) {
    const dockerfile::BaseFacts* known = facts_of(options.bases, image);
    return known == nullptr ? std::string() : known->digest;
  };
  return context;
}

// What counts in place of `path` on disk, or what is there; nullopt for what is no regular file.
std::optional<std::string> content_of(const FileToLint& file, const fs::path& path) {
  if (file.contents != nullptr) {
    const auto given = file.contents->find(path.native());
    if (given != file.contents->end()) return given->second;
  }
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return std::nullopt;
  auto content = read_file(path, kMaxLintFileBytes);
  return content ? std::optional(*std::move(content)) : std::nullopt;
}

// The images that a kustomization in the file's folder sets, if it has the file as a resource.
std::vector<manifest::ImageOverride> images_set_for(const FileToLint& file) {
  // What is not on disk has no folder.
  if (file.contexts == nullptr) return {};
  const fs::path path(file.path);
  for (const std::string_view name : kKustomizationNames) {
    auto content = content_of(file, path.parent_path() / name);
    if (!content || content->size() > kMaxKustomizationBytes) continue;
    if (content->find("images:") == std::string::npos) continue;
    const auto kustomization = manifest::load_kustomization(std::string(name), *std::move(content));
    // What is wrong with it is told of the file itself.
    if (!kustomization || !manifest::names_resource(*kustomization, path.filename().native())) {
      continue;
    }
    return manifest::image_overrides_of(*kustomization);
  }
  return {};
}

}  // namespace

Result<FileFacts> lint_kubernetes(const FileToLint& file, const RuleOptions& options) {
  CORTEN_TRY(const manifest::KubernetesFile manifests,
             manifest::load_kubernetes(std::string(file.path), std::string(file.content)));
  manifest::KubernetesContext context = context_of(options);
  context.images = images_set_for(file);
  FileFacts facts;
  facts.findings = manifest::check_kubernetes(manifests, context);
  facts.commented = comments_of_yaml(file.content);
  return facts;
}

Result<FileFacts> lint_kustomization(const FileToLint& file, const RuleOptions& options) {
  CORTEN_TRY(const manifest::KubernetesFile kustomization,
             manifest::load_kustomization(std::string(file.path), std::string(file.content)));
  FileFacts facts;
  facts.findings = manifest::check_kustomization(kustomization, context_of(options));
  facts.commented = comments_of_yaml(file.content);
  return facts;
}

}  // namespace corten::lint
