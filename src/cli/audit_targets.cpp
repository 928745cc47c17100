#include "cli/audit_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
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

void add_images(Scanner& scanner, const engine::Docker& docker,
                const std::vector<engine::ImageSummary>& images) {
  for (const engine::ImageSummary& image : images) {
    const std::string asked = image.tags.empty() ? image.id : image.tags.front();
    auto resolved = resolve_engine_image(docker, asked, scanner.settings());
    if (resolved) {
      scanner.add(name_of(image), resolved->target, resolved->type);
    } else {
      scanner.add_error(name_of(image), resolved.error());
    }
  }
}

// A container is worth examining beside its image for what it changed itself: its writable layer.
void add_containers(Scanner& scanner, const engine::Docker& docker,
                    const std::vector<engine::ImageSummary>& images,
                    const std::vector<engine::ContainerSummary>& containers) {
  for (const engine::ContainerSummary& container : containers) {
    auto resolved = resolve_container(docker, container.id);
    if (resolved) {
      scanner.add(container.name, resolved->target, resolved->type);
      const auto image = std::ranges::find(images, container.image_id, &engine::ImageSummary::id);
      if (image != images.end()) scanner.drop_inherited(container.name, name_of(*image));
    } else {
      scanner.add_error(container.name, resolved.error());
    }
  }
}

}  // namespace

void add_engine(Scanner& scanner) {
  const auto docker = engine::Docker::connect(scanner.settings().docker_host);
  if (!docker) {
    if (docker.error().code == ErrorCode::PermissionDenied) {
      scanner.add_error("engine", docker.error());
    } else {
      scanner.add_note(fmt::format("no Docker engine was examined: {}", docker.error().message));
    }
    return;
  }
  const auto images = docker->images();
  const auto containers = docker->containers();
  if (!images || !containers) {
    scanner.add_error("engine", images ? containers.error() : images.error());
    return;
  }
  scanner.add_note(fmt::format("Docker {} at {}: {} images, {} running containers",
                               docker->version(), docker->host(), images->size(),
                               containers->size()));
  add_images(scanner, *docker, *images);
  add_containers(scanner, *docker, *images, *containers);
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
