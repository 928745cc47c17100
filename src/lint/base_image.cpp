#include "lint/base_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <ranges>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "dockerfile/lint.h"
#include "image/known_images.h"
#include "lint/lint.h"

namespace corten::lint {

namespace {

std::string_view tag_of(const image::Reference& reference) {
  if (!reference.tag.empty()) return reference.tag;
  return reference.digest.empty() ? std::string_view("latest") : std::string_view();
}

bool is_same_image(const image::Reference& a, const image::Reference& b) {
  if (a.registry != b.registry || a.repository != b.repository) return false;
  if (!a.digest.empty() && !b.digest.empty()) return a.digest == b.digest;
  return tag_of(a) == tag_of(b);
}

// Packages that bring a shell to RUN.
bool brings_shell(const scan::LocatedPackage& located) {
  constexpr auto kShells = std::to_array<std::string_view>(
      {"bash", "dash", "busybox", "busybox-static", "mksh", "ksh", "zsh", "toybox"});
  return std::ranges::find(kShells, located.package.name) != kShells.end();
}

// Shells may also come without a package, so only the tables say of an image that it has none.
bool may_have_shell(const image::Reference& reference) {
  const image::KnownImage* known = image::find_known_image(reference);
  return known == nullptr || known->has_shell;
}

// Registries keep layers compressed. Where an archive has them otherwise, the digest of its
// manifest is not the one that a registry answers to, and pinning to it would break the build.
std::string registry_digest(const image::Image& image) {
  const bool as_stored =
      !image.layers.empty() && std::ranges::all_of(image.layers, [](const image::Layer& layer) {
        return !layer.digest.empty() && layer.digest != layer.diff_id;
      });
  return as_stored ? image.digest : std::string();
}

std::vector<std::pair<std::string, std::string>> users_of(const scan::ImageFacts& facts) {
  std::vector<std::pair<std::string, std::string>> users;
  const auto passwd = facts.kept.find("etc/passwd");
  std::string_view rest = passwd == facts.kept.end() ? std::string_view() : passwd->second;
  while (const auto line = next_line(rest)) {
    const auto fields = split(*line, ':');  // passwd(5): name, password, UID, …
    if (fields.size() > 2 && !fields[0].empty()) users.emplace_back(fields[0], fields[2]);
  }
  return users;
}

dockerfile::BaseFacts facts_of_config(const image::Config& config) {
  dockerfile::BaseFacts out;
  out.user = config.user;
  out.environment = config.env;
  out.working_dir = config.working_dir;
  out.has_healthcheck = config.healthcheck && !config.healthcheck->test.empty() &&
                        config.healthcheck->test.front() != "NONE";
  return out;
}

// The image of that name, or the only one.
Result<const scan::ImageFacts*> pick(const std::vector<scan::ImageFacts>& images,
                                     const image::Reference& wanted) {
  std::vector<std::string> names;
  for (const scan::ImageFacts& facts : images) {
    for (const std::string& tag : facts.image.tags) {
      const auto reference = image::parse_reference(tag);
      if (reference && is_same_image(*reference, wanted)) return &facts;
      names.push_back(printable(tag));
    }
  }
  if (images.size() == 1) return &images.front();
  return fail(ErrorCode::NotFound,
              fmt::format("it holds {} images, and none of that name", images.size()),
              names.empty() ? "" : fmt::format("there are {}", join(names, ", ")));
}

}  // namespace

std::vector<image::Reference> named_base_images(const LintRequest& request) {
  std::vector<image::Reference> out;
  std::set<std::string_view> seen;
  std::deque<std::string> names;
  for (const LintFile& file : discover(request.paths, request.jobs).files) {
    const auto given = request.contents.find(file.path);
    auto content = given != request.contents.end() ? Result<std::string>(given->second)
                                                   : read_file(file.path, kMaxLintFileBytes);
    if (!content) continue;
    const FileKind kind =
        file.origin == FileOrigin::Named ? kind_of(file.path, *content) : file.kind;
    if (kind != FileKind::Dockerfile) continue;
    const dockerfile::Analysis analysis(*std::move(content), {});
    for (const dockerfile::Stage& stage : analysis.stages().all()) {
      if (stage.parent != dockerfile::kNone || !stage.base_known) continue;
      if (seen.contains(stage.base)) continue;
      seen.insert(names.emplace_back(stage.base));
      const auto reference = image::parse_reference(stage.base);
      if (reference && reference->repository != "library/scratch") out.push_back(*reference);
    }
  }
  return out;
}

Result<BaseImage> read_base_image(const image::Reference& reference, const scan::Target& target,
                                  scan::Cache& cache, const scan::ExamineOptions& options,
                                  Progress& progress) {
  CORTEN_TRY(const std::vector<scan::ImageFacts> images,
             scan::examine(target, cache, progress, options));
  CORTEN_TRY(const scan::ImageFacts* facts, pick(images, reference));
  if (!facts->image.config) {
    return fail(ErrorCode::Unsupported, "a file system, which does not say how the image starts",
                "write the image with `docker save`");
  }
  BaseImage base{reference, facts_of_config(*facts->image.config)};
  base.facts.users = users_of(*facts);
  base.facts.has_shell =
      std::ranges::any_of(facts->packages, brings_shell) || may_have_shell(reference);
  base.facts.digest = registry_digest(facts->image);
  return base;
}

BaseImage base_of_registry(const image::Reference& reference, image::RegistryImage image) {
  BaseImage base{reference, facts_of_config(image.config)};
  base.facts.has_shell = may_have_shell(reference);
  base.facts.digest = std::move(image.digest);
  return base;
}

const dockerfile::BaseFacts* facts_of(const std::vector<BaseImage>& bases, std::string_view name) {
  const auto wanted = image::parse_reference(name);
  if (!wanted) return nullptr;
  for (const BaseImage& base : bases | std::views::reverse) {
    if (is_same_image(base.reference, *wanted)) return &base.facts;
  }
  return nullptr;
}

}  // namespace corten::lint
