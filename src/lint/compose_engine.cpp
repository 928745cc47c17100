// Compose files: the project around the file, what is known of its images, its findings.
#include <array>
#include <filesystem>

#include "base/file.h"
#include "dockerfile/base.h"
#include "dockerfile/lint.h"
#include "image/known_images.h"
#include "lint/engines.h"
#include "lint/yaml_comments.h"
#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"

namespace corten::lint {

namespace {

// The file at hand as it is given, all others from disk.
class ProjectFiles final : public manifest::FileProvider {
 public:
  explicit ProjectFiles(const FileToLint& file) : file_(file) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override {
    if (path == file_.path) return std::string(file_.content);
    return read_file(std::string(path), kMaxLintFileBytes);
  }

 private:
  const FileToLint& file_;
};

std::optional<manifest::ComposeImageFacts> facts_of_image(std::string_view name) {
  const auto reference = image::parse_reference(name);
  if (!reference) return std::nullopt;
  const image::KnownImage* known = image::find_known_image(*reference);
  if (known == nullptr) return std::nullopt;
  manifest::ComposeImageFacts facts;
  // Images that step down by themselves need root only for a moment.
  if (!known->drops_root)
    facts.user = image::starts_as_root(*known) ? std::string() : std::string(known->user);
  return facts;
}

// What the service's own Dockerfile says of its last stage.
std::optional<manifest::ComposeImageFacts> facts_of_build(const manifest::ComposeBuild& build,
                                                          const ProjectFiles& files,
                                                          const dockerfile::RuleOptions& rules) {
  if (build.is_remote || build.is_inline) return std::nullopt;
  const std::string name = build.dockerfile.empty() ? "Dockerfile" : build.dockerfile.value;
  const auto path = (std::filesystem::path(build.path) / name).lexically_normal();
  const auto content = files.read(path.native());
  if (!content) return std::nullopt;
  const dockerfile::Analysis analysis(*content, rules);
  const dockerfile::Stages& stages = analysis.stages();
  const dockerfile::Stage* stage =
      build.target.empty() ? stages.final_stage() : stages.find(build.target.value);
  if (stage == nullptr) return std::nullopt;
  manifest::ComposeImageFacts facts;
  const std::span<const dockerfile::Stage> all = stages.all();
  for (const dockerfile::Stage* s = stage;; s = &all[s->parent]) {
    for (const dockerfile::Instruction& instruction : stages.instructions(*s)) {
      if (instruction.keyword == dockerfile::Keyword::Healthcheck) facts.has_healthcheck = true;
    }
    if (s->parent == dockerfile::kNone) break;
  }
  if (const dockerfile::Instruction* user = stages.user_of(*stage)) {
    const dockerfile::Expansion name_of_user = stages.expand_at(*user, user->text.text);
    if (name_of_user.resolved) facts.user = name_of_user.text;
  } else if (const auto base =
                 facts_of_image(dockerfile::base_of(analysis.lint(), *stage).stage->base)) {
    facts.user = base->user;
  }
  return facts;
}

}  // namespace

Result<FileFacts> lint_compose(const FileToLint& file, const RuleOptions& options) {
  const ProjectFiles files(file);
  const std::array paths = {std::string(file.path)};
  CORTEN_TRY(const manifest::ComposeProject project, manifest::load_compose(paths, files));
  dockerfile::RuleOptions rules;
  rules.now = options.now;
  manifest::ComposeContext context;
  context.image_facts =
      [&](const manifest::ComposeService& service) -> std::optional<manifest::ComposeImageFacts> {
    if (service.build) return facts_of_build(*service.build, files, rules);
    return service.image.is_open ? std::nullopt : facts_of_image(service.image.value);
  };
  FileFacts facts;
  facts.findings = manifest::check_compose(project, context);
  facts.commented = comments_of_yaml(file.content);
  return facts;
}

}  // namespace corten::lint
