#include "cli/audit_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/digest.h"
#include "cli/lint_request.h"
#include "cli/targets.h"

namespace corten::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 3;

bool is_layout(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "oci-layout", error) && fs::exists(folder / "index.json", error);
}

bool is_root_file_system(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "etc/os-release", error) ||
         fs::exists(folder / "usr/lib/os-release", error) ||
         fs::exists(folder / "etc/passwd", error);
}

bool is_archive_name(const std::string& name) {
  constexpr auto kEndings =
      std::to_array<std::string_view>({".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz"});
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

void find_below(const fs::path& folder, int depth, std::vector<std::string>& out) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (entry.is_symlink(error) || name.starts_with('.')) continue;
    if (entry.is_directory(error)) {
      if (is_layout(entry.path()) || is_root_file_system(entry.path())) {
        out.push_back(entry.path());
      } else if (depth < kMaxDepth) {
        find_below(entry.path(), depth + 1, out);
      }
    } else if (entry.is_regular_file(error) && is_archive_name(name)) {
      out.push_back(entry.path());
    }
  }
}

std::string name_of(const engine::ImageSummary& image) {
  return image.tags.empty() ? short_digest(image.id) : image.tags.front();
}

Tally add_images(Scanner& scanner, const engine::Docker& docker,
                 const std::vector<engine::ImageSummary>& images) {
  Tally tally;
  for (const engine::ImageSummary& image : images) {
    const std::string asked = image.tags.empty() ? image.id : image.tags.front();
    auto resolved = resolve_engine_image(docker, asked, scanner.settings());
    if (!resolved) scanner.add_error(name_of(image), resolved.error());
    tally.add(resolved && scanner.add(name_of(image), resolved->target, resolved->type));
  }
  return tally;
}

// A container is worth examining beside its image for what it changed itself: its writable layer.
Tally add_containers(Scanner& scanner, const engine::Docker& docker,
                     const std::vector<engine::ImageSummary>& images,
                     const std::vector<engine::ContainerSummary>& containers) {
  Tally tally;
  for (const engine::ContainerSummary& container : containers) {
    auto resolved = resolve_container(docker, container.id);
    const bool examined = resolved && scanner.add(container.name, resolved->target, resolved->type);
    tally.add(examined);
    if (!resolved) scanner.add_error(container.name, resolved.error());
    if (examined) {
      const auto image = std::ranges::find(images, container.image_id, &engine::ImageSummary::id);
      if (image != images.end()) scanner.drop_inherited(container.name, name_of(*image));
    }
  }
  return tally;
}

// One line, and what to do. Who named an address wants to know that it was this one.
std::string no_engine_note(const std::string& asked) {
  const char* variable = std::getenv("DOCKER_HOST");
  const std::string named = !asked.empty() ? asked : variable != nullptr ? variable : "";
  if (named.empty()) return "no Docker engine runs here: start it, or name one with --docker-host";
  return fmt::format("no Docker engine answers at {}: start it, or name another", named);
}

// A file that is named like one that lint reads, and is no image.
bool is_source_file(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  constexpr auto kDocuments = std::to_array<std::string_view>({".yaml", ".yml", ".json"});
  return lint::kind_by_name(path) != lint::FileKind::Other ||
         std::ranges::any_of(kDocuments,
                             [&](std::string_view ending) { return path.ends_with(ending); });
}

bool may_hold_sources(const std::string& path) {
  std::error_code error;
  const bool is_project =
      fs::is_directory(path, error) && !is_layout(path) && !is_root_file_system(path);
  return is_project || is_source_file(path);
}

bool has_any_below(const Sources& sources, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  if (folder == ".") return !sources.paths.empty();  // paths there have nothing in front
  return std::ranges::any_of(sources.paths,
                             [&](const std::string& path) { return path.starts_with(folder); });
}

}  // namespace

std::string tally_words(const Tally& tally, std::string_view noun) {
  const std::string_view plural = tally.found == 1 ? "" : "s";
  return tally.examined == tally.found
             ? fmt::format("{} {}{}", tally.found, noun, plural)
             : fmt::format("{} of {} {}{}", tally.examined, tally.found, noun, plural);
}

std::vector<std::string> add_engine(Scanner& scanner) {
  const auto docker = engine::Docker::connect(scanner.settings().docker_host);
  if (!docker) {
    if (docker.error().code == ErrorCode::PermissionDenied) {
      scanner.add_error("engine", docker.error());
    } else {
      scanner.add_note(no_engine_note(scanner.settings().docker_host));
    }
    return {};
  }
  const auto images = docker->images();
  const auto containers = docker->containers();
  if (!images || !containers) {
    scanner.add_error("engine", images ? containers.error() : images.error());
    return {};
  }
  const Tally image_tally = add_images(scanner, *docker, *images);
  const Tally container_tally = add_containers(scanner, *docker, *images, *containers);
  return {fmt::format("Docker {}", docker->version()), tally_words(image_tally, "image"),
          tally_words(container_tally, "running container")};
}

Result<Sources> add_sources(Scanner& scanner, const std::vector<std::string>& paths) {
  lint::LintRequest request;
  std::ranges::copy_if(paths, std::back_inserter(request.paths), may_hold_sources);
  Sources sources;
  if (request.paths.empty()) return sources;
  std::string config_file;
  CORTEN_TRY(request.rules.hadolint, standing_hadolint_config(config_file));
  request.now = scanner.settings().examine.now;
  request.rules.now = request.now;
  request.jobs = scanner.settings().examine.jobs;
  CORTEN_TRY(lint::LintReport found, lint::lint_files(request, scanner.progress()));
  if (found.files.empty() && found.errors.empty()) return sources;
  std::map<std::string_view, std::size_t> kinds;
  for (const lint::LintedFile& file : found.files) {
    ++kinds[name_of(file.kind)];
    sources.paths.push_back(file.path);
  }
  for (const auto& [kind, count] : kinds)
    sources.facts.push_back(tally_words({count, count}, kind));
  scanner.add_linted(std::move(found));
  return sources;
}

std::vector<std::string> add_paths(Scanner& scanner, const std::vector<std::string>& paths,
                                   const Sources& sources) {
  Tally images;
  Tally roots;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) {
      scanner.add_error(path, {ErrorCode::NotFound, "no such file or folder", {}, {}});
      continue;
    }
    if (is_source_file(path)) continue;
    const auto found = find_image_files(path);
    if (found.empty() && !has_any_below(sources, path))
      scanner.add_note(fmt::format("{}: no images in it", path));
    for (const std::string& file : found) {
      auto resolved = resolve_target(file, scanner.settings());
      if (!resolved) scanner.add_error(file, resolved.error());
      const bool is_root = resolved && resolved->type == "filesystem";
      const bool examined = resolved && scanner.add(file, resolved->target, resolved->type);
      (is_root ? roots : images).add(examined);
    }
  }
  std::vector<std::string> facts;
  if (images.found > 0) facts.push_back(tally_words(images, "image file"));
  if (roots.found > 0) facts.push_back(tally_words(roots, "root file system"));
  return facts;
}

std::vector<std::string> find_image_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error) || is_layout(path) || is_root_file_system(path)) return {path};
  std::vector<std::string> found;
  find_below(path, 1, found);
  std::ranges::sort(found);
  return found;
}

}  // namespace corten::cli
