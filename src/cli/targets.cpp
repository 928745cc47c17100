#include "cli/targets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "engine/docker.h"
#include "image/engine_image.h"
#include "image/open.h"

namespace corten::cli {

namespace {

namespace fs = std::filesystem;

// The file beside `name` that was probably meant, or empty.
std::string near_file(const fs::path& name) {
  const fs::path folder = name.parent_path().empty() ? fs::path(".") : name.parent_path();
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    names.push_back(entry.path().filename());
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(closest(name.filename().native(), views));
}

bool looks_like_path(std::string_view name) {
  return name.starts_with('/') || name == "." || name == ".." || name.starts_with("./") ||
         name.starts_with("../") || name.ends_with(".tar") || name.ends_with(".tar.gz") ||
         name.ends_with(".tgz") || name.ends_with(".tar.zst") || name.ends_with(".tar.xz");
}

// A folder such as one's project, which is no image itself: the engine may have one of that name.
bool is_other_folder(const fs::path& name) {
  constexpr auto kParts =
      std::to_array<const char*>({"oci-layout", "etc", "usr", "bin", "lib", "var", "sbin", "opt"});
  std::error_code error;
  return fs::is_directory(name, error) && std::ranges::none_of(kParts, [&](const char* part) {
           return fs::exists(name / part, error);
         });
}

Error no_such_target(const std::string& name, const Error* engine) {
  Error error{ErrorCode::NotFound, "no such file, and no image or container of the engine", {}, {}};
  if (looks_like_path(name)) error.message = "no such file";
  if (engine != nullptr && !looks_like_path(name))
    error.message = fmt::format("no such file, and {}", engine->message);
  const std::string near = near_file(name);
  if (!near.empty()) error.hint = fmt::format("there is {} here", near);
  if (near.empty() && engine != nullptr) error.hint = engine->hint;
  return error;
}

// A target whose image model is known: layers are read in place.
ResolvedTarget in_place(image::Image image, std::string type) {
  ResolvedTarget resolved;
  for (const image::Layer& layer : image.layers)
    resolved.target.readable.emplace_back(layer.bytes.path);
  resolved.target.folder_kind = scan::FolderKind::OverlayLayer;
  resolved.target.known_images = {image};
  resolved.target.open = [image = std::move(image)]() -> Result<scan::OpenedImages> {
    return scan::OpenedImages{{image}, -1};
  };
  resolved.type = std::move(type);
  return resolved;
}

// What the engine exports, in an unnamed file.
Result<std::shared_ptr<Fd>> fetch_to_file(const std::function<Status(const HttpSink&)>& fetch) {
  CORTEN_TRY(Fd file, image::make_spool_file());
  auto fd = std::make_shared<Fd>(std::move(file));
  Status written;
  const Status fetched = fetch([&](Bytes bytes) {
    written = write_all(fd->get(), bytes);
    return written.has_value();
  });
  CORTEN_CHECK(written);  // a full disk is why the transfer was broken off
  CORTEN_CHECK(fetched);
  return fd;
}

// `docker save`, read like any archive.
Result<ResolvedTarget> exported_image(const image::Image& image, const image::OpenOptions& options,
                                      const std::shared_ptr<Fd>& fd) {
  ResolvedTarget resolved;
  resolved.target.descriptors = {fd};
  resolved.type = "image";
  resolved.target.open = [fd, image, options]() -> Result<scan::OpenedImages> {
    CORTEN_TRY(std::vector<image::Image> images,
               image::open_images(fd->get(), image.name, options));
    images.resize(1);  // several tags of one image are one subject here
    images.front().name = image.name;
    images.front().tags = image.tags;
    if (!images.front().config) images.front().config = image.config;
    return scan::OpenedImages{std::move(images), fd->get()};
  };
  return resolved;
}

// `docker export`: the flat file system of a container, whatever files it holds at its top.
Result<ResolvedTarget> exported_container(image::Image image, const std::shared_ptr<Fd>& fd) {
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return fail_errno(errno, image.name);
  image::Layer flat;
  flat.bytes = {image.name, 0, static_cast<std::uint64_t>(info.st_size), false};
  flat.instruction = "all layers of the container";
  image.layers = {std::move(flat)};
  ResolvedTarget resolved;
  resolved.target.descriptors = {fd};
  resolved.type = "container";
  resolved.target.open = [fd, image = std::move(image)]() -> Result<scan::OpenedImages> {
    return scan::OpenedImages{{image}, fd->get()};
  };
  return resolved;
}

}  // namespace

Result<ResolvedTarget> resolve_engine_image(const engine::Docker& docker, const std::string& name,
                                            const Settings& settings) {
  CORTEN_TRY(image::Image image, image::describe_engine_image(docker, name));
  if (!image::needs_export(image)) return in_place(std::move(image), "image");
  CORTEN_TRY(const auto fd,
             fetch_to_file([&](const HttpSink& sink) { return docker.export_image(name, sink); }));
  return exported_image(image, settings.open, fd);
}

Result<ResolvedTarget> resolve_container(const engine::Docker& docker, const std::string& name) {
  CORTEN_TRY(image::Image image, image::describe_container(docker, name));
  if (!image::needs_export(image)) return in_place(std::move(image), "container");
  CORTEN_TRY(const auto fd, fetch_to_file([&](const HttpSink& sink) {
               return docker.export_container(name, sink);
             }));
  return exported_container(std::move(image), fd);
}

namespace {

// A path, and which of its images.
struct PathTarget {
  std::string path;
  std::string reference;  // empty: all
};

bool holds_images(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) || fs::exists(path / "index.json", error);
}

// "layout:1.27", "saved.tar:app:1", "layout@sha256:…": where the part before is a path that may
// hold several images. The longest such part counts. (A folder "nginx" is no hindrance to the image
// "nginx:1.27" of the engine.)
std::optional<PathTarget> with_reference(const std::string& name) {
  for (std::size_t at = name.find_last_of(":@"); at != std::string::npos && at > 0;
       at = name.find_last_of(":@", at - 1)) {
    const std::string path = name.substr(0, at);
    if (at + 1 < name.size() && holds_images(path)) return PathTarget{path, name.substr(at + 1)};
  }
  return std::nullopt;
}

// Other programs have the kind of a path before it; here the content tells.
std::string_view without_kind(std::string_view name) {
  constexpr auto kKinds = std::to_array<std::string_view>(
      {"docker-archive:", "oci-archive:", "oci-dir:", "oci:", "dir:", "file:"});
  for (const std::string_view kind : kKinds) {
    if (name.starts_with(kind)) return name.substr(kind.size());
  }
  return name;
}

// What `name` means as a path; nullopt: nothing that is there.
std::optional<PathTarget> find_path(const std::string& name) {
  std::error_code error;
  for (const std::string& path : {name, std::string(without_kind(name))}) {
    if (path == "-" || fs::exists(path, error)) return PathTarget{path, {}};
    if (auto found = with_reference(path)) return found;
  }
  return std::nullopt;
}

Result<ResolvedTarget> resolve_path(const PathTarget& where, const Settings& settings) {
  image::OpenOptions options = settings.open;
  options.reference = where.reference;
  CORTEN_TRY(scan::Target target, scan::path_target(where.path, options));
  return ResolvedTarget{std::move(target), "image"};
}

Result<ResolvedTarget> resolve_engine_name(const std::string& name, const Settings& settings) {
  const auto docker = engine::Docker::connect(settings.docker_host);
  if (!docker) return std::unexpected(no_such_target(name, &docker.error()));
  auto image = resolve_engine_image(*docker, name, settings);
  if (image || image.error().code != ErrorCode::NotFound) return image;
  auto container = resolve_container(*docker, name);
  if (container || container.error().code != ErrorCode::NotFound) return container;
  return std::unexpected(no_such_target(name, nullptr));
}

}  // namespace

Result<ResolvedTarget> resolve_target(const std::string& name, const Settings& settings) {
  const auto path = find_path(name);
  if (path && path->path == name && !looks_like_path(name) && is_other_folder(name)) {
    if (auto found = resolve_engine_name(name, settings)) return found;
  }
  if (path) return resolve_path(*path, settings);
  if (looks_like_path(name)) return std::unexpected(no_such_target(name, nullptr));
  return resolve_engine_name(name, settings);
}

}  // namespace corten::cli
