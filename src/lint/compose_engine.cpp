// Compose files: the project around the file, what is known of its images, its findings.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/lint.h"
#include "image/known_images.h"
#include "lint/engines.h"
#include "lint/yaml_comments.h"
#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

// Reads `path` if it is a regular file that lies in one of `folders` when all links are followed: a
// project from elsewhere names no files of this host, and no pipe to wait for.
Result<std::string> read_inside(std::span<const std::string> folders, const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return fail_errno(error.value(), path);
  const bool is_inside = std::ranges::any_of(folders, [&](const std::string& folder) {
    std::error_code ignored;
    const fs::path root = fs::canonical(folder.empty() ? "." : folder, ignored);
    return !root.empty() && manifest::is_inside(root.native(), real.native());
  });
  if (!is_inside) {
    return fail(ErrorCode::PermissionDenied,
                fmt::format("{}: a link out of the folder of the project: it is not followed",
                            printable(path)));
  }
  if (!fs::is_regular_file(real, error)) {
    return fail(ErrorCode::Unsupported, fmt::format("{}: no regular file", printable(path)));
  }
  return read_file(real, kMaxLintFileBytes);
}

// The file at hand as it is given, others as they are mended but not yet written, the rest from
// disk.
class ProjectFiles final : public manifest::FileProvider {
 public:
  explicit ProjectFiles(const FileToLint& file)
      : file_(file), folders_{fs::path(first_of(file)).parent_path().native()} {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override {
    if (path == file_.path) return std::string(file_.content);
    std::string name(path);
    if (file_.contents != nullptr) {
      const auto given = file_.contents->find(name);
      if (given != file_.contents->end()) return given->second;
    }
    // Whoever names a file on the command line means it, wherever it is.
    const bool is_named =
        file_.merged != nullptr && std::ranges::find(*file_.merged, name) != file_.merged->end();
    return is_named ? read_file(name, kMaxLintFileBytes) : read_inside(folders_, name);
  }

 private:
  static std::string_view first_of(const FileToLint& file) {
    return file.merged == nullptr ? file.path : std::string_view(file.merged->front());
  }

  const FileToLint& file_;
  std::array<std::string, 1> folders_;
};

// The names that docker compose looks for by itself; the first that is there counts.
constexpr auto kProjectNames = std::to_array<std::string_view>(
    {"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"});
constexpr auto kOverrideNames = std::to_array<std::string_view>(
    {"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
     "docker-compose.override.yaml"});

std::optional<std::string> first_of(std::span<const std::string_view> names,
                                    const fs::path& folder) {
  for (const std::string_view name : names) {
    std::error_code ignored;
    const fs::path path = folder / name;
    if (fs::is_regular_file(path, ignored)) return path.native();
  }
  return std::nullopt;
}

// The files that COMPOSE_FILE in the folder's .env names, if the one at hand is one of them.
std::vector<std::string> files_of_env(const std::string& path, const ProjectFiles& files) {
  const fs::path folder = fs::path(path).parent_path();
  const auto env_file = files.read((folder / ".env").native());
  if (!env_file) return {};
  std::vector<std::string> named = manifest::files_named_by_env(*env_file);
  for (std::string& file : named) file = (folder / file).lexically_normal().native();
  const bool is_one = std::ranges::any_of(named, [&](const std::string& file) {
    return file == fs::path(path).lexically_normal().native();
  });
  if (!is_one) return {};
  // The file at hand keeps the name that it was given by.
  for (std::string& file : named) {
    if (file == fs::path(path).lexically_normal().native()) file = path;
  }
  return named;
}

// What docker compose reads for the file at hand: the files that it is told to merge, those that
// .env names, or by their names the project's file and the one that it lays over it. Else the file
// alone.
std::vector<std::string> files_of_project(const FileToLint& at_hand, const ProjectFiles& files) {
  if (at_hand.merged != nullptr) return *at_hand.merged;
  const std::string path(at_hand.path);
  if (auto named = files_of_env(path, files); !named.empty()) return named;
  const fs::path folder = fs::path(path).parent_path();
  const auto is_one_of = [&](std::span<const std::string_view> names) {
    return std::ranges::find(names, fs::path(path).filename().native()) != names.end();
  };
  if (!is_one_of(kProjectNames) && !is_one_of(kOverrideNames)) return {path};
  const auto project = first_of(kProjectNames, folder);
  const auto over = first_of(kOverrideNames, folder);
  if (!project || !over || (path != *project && path != *over)) return {path};
  return {*project, *over};
}

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

std::string dockerfile_of(const manifest::ComposeBuild& build) {
  const std::string name = build.dockerfile.empty() ? "Dockerfile" : build.dockerfile.value;
  return (fs::path(build.path) / name).lexically_normal().native();
}

// The Dockerfiles that a project builds, each read once.
class Dockerfiles {
 public:
  Dockerfiles(std::string folder, Time now) : folder_(std::move(folder)) { rules_.now = now; }

  // What the service's own Dockerfile says of the stage that it builds.
  std::optional<manifest::ComposeImageFacts> facts_of(const manifest::ComposeBuild& build) {
    if (build.is_remote || build.is_inline) return std::nullopt;
    const dockerfile::Analysis* analysis = read(build);
    if (analysis == nullptr) return std::nullopt;
    const dockerfile::Stages& stages = analysis->stages();
    const dockerfile::Stage* stage =
        build.target.empty() ? stages.final_stage() : stages.find(build.target.value);
    return stage == nullptr ? std::nullopt : std::optional(facts_of_stage(*analysis, *stage));
  }

 private:
  const dockerfile::Analysis* read(const manifest::ComposeBuild& build) {
    const std::string path = dockerfile_of(build);
    const auto [at, is_new] = read_.try_emplace(path);
    if (is_new) {
      // A context may well be above the project's folder.
      const std::array folders = {folder_, build.path};
      if (auto content = read_inside(folders, path)) {
        at->second = std::make_unique<dockerfile::Analysis>(*std::move(content), rules_);
      }
    }
    return at->second.get();
  }

  static manifest::ComposeImageFacts facts_of_stage(const dockerfile::Analysis& analysis,
                                                    const dockerfile::Stage& stage) {
    manifest::ComposeImageFacts facts;
    const dockerfile::Stages& stages = analysis.stages();
    const std::span<const dockerfile::Stage> all = stages.all();
    for (const dockerfile::Stage* s = &stage;; s = &all[s->parent]) {
      for (const dockerfile::Instruction& instruction : stages.instructions(*s)) {
        if (instruction.keyword == dockerfile::Keyword::Healthcheck) facts.has_healthcheck = true;
      }
      if (s->parent == dockerfile::kNone) break;
    }
    if (const dockerfile::Instruction* user = stages.user_of(stage)) {
      const dockerfile::Expansion name_of_user = stages.expand_at(*user, user->text.text);
      if (name_of_user.resolved) facts.user = name_of_user.text;
    } else if (const auto base =
                   facts_of_image(dockerfile::base_of(analysis.lint(), stage).stage->base)) {
      facts.user = base->user;
    }
    return facts;
  }

  std::string folder_;
  dockerfile::RuleOptions rules_;
  std::map<std::string, std::unique_ptr<dockerfile::Analysis>> read_;
};

// What services say of the Dockerfiles whose last stage they run.
std::vector<BuiltService> built_services(const manifest::ComposeProject& project) {
  std::vector<BuiltService> built;
  for (const manifest::ComposeService& service : project.services) {
    if (!service.build || service.build->is_remote || service.build->is_inline) continue;
    if (!service.build->target.empty()) continue;
    BuiltService out;
    out.dockerfile = dockerfile_of(*service.build);
    out.service = service.name;
    const manifest::Value* user = service.get("user");
    const bool sets_user = user != nullptr && !user->is_open && !user->text.empty() &&
                           !manifest::is_root_user(user->text);
    if (sets_user) {
      out.user = user->text;
      out.at = fmt::format("{}:{}", project.files.at(user->at.file), user->at.line);
    }
    built.push_back(std::move(out));
  }
  return built;
}

}  // namespace

Result<FileFacts> lint_compose(const FileToLint& file, const RuleOptions& options) {
  const ProjectFiles files(file);
  const std::string path(file.path);
  const std::vector<std::string> paths = files_of_project(file, files);
  CORTEN_TRY(const manifest::ComposeProject project, manifest::load_compose(paths, files));
  Dockerfiles dockerfiles(fs::path(paths.front()).parent_path().native(), options.now);
  manifest::ComposeContext context;
  context.image_facts =
      [&](const manifest::ComposeService& service) -> std::optional<manifest::ComposeImageFacts> {
    if (service.build) return dockerfiles.facts_of(*service.build);
    return service.image.is_open ? std::nullopt : facts_of_image(service.image.value);
  };
  context.image_digest = [&](std::string_view image) {
    const dockerfile::BaseFacts* known = facts_of(options.bases, image);
    return known == nullptr ? std::string() : known->digest;
  };
  FileFacts facts;
  facts.findings = manifest::check_compose(project, context);
  facts.commented = comments_of_yaml(file.content);
  facts.built = built_services(project);
  if (paths.size() > 1) {
    const std::vector<std::string> over(paths.begin() + 1, paths.end());
    facts.notes.push_back(
        fmt::format("{} is linted with {} laid over it, as docker compose reads them",
                    printable(paths.front()), printable(join(over, ", "))));
  }
  // The project's first file speaks for all; the others' own runs are for their pragmas and lines.
  if (paths.size() > 1 && path != paths.front()) {
    std::erase_if(facts.findings,
                  [&](const Finding& finding) { return finding.location->path != path; });
  }
  return facts;
}

}  // namespace corten::lint
