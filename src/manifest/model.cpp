#include "manifest/internal/model.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "manifest/internal/short_syntax.h"

namespace corten::manifest {

namespace {

constexpr auto kTopLevel =
    std::to_array<std::string_view>({"version", "name", "services", "networks", "volumes",
                                     "secrets", "configs", "include", "models"});

Text text_from(const Value& value) { return {value.text, value.at, value.is_open}; }

Text text_at(const Value& map, std::string_view key) {
  const Value* value = get(map, key);
  return value == nullptr || !value->is_scalar() ? Text() : text_from(*value);
}

std::vector<Text> texts_at(const Value& map, std::string_view key) {
  std::vector<Text> all;
  for (const Value* value : scalars_of(get(map, key))) all.push_back(text_from(*value));
  return all;
}

std::vector<ComposeVariable> variables_at(const Value& map, std::string_view key) {
  std::vector<ComposeVariable> all;
  const Value* values = get(map, key);
  if (values == nullptr) return all;
  for (const Field& field : values->fields) {
    ComposeVariable variable{field.key, std::nullopt, field.at, field.value.is_open,
                             field.value.is_from_environment};
    if (field.value.is_scalar()) {
      variable.value = field.value.text;
      variable.at = field.value.at;
    }
    all.push_back(std::move(variable));
  }
  return all;
}

// Names of a map's keys, or of a list of names or of maps with `source`.
std::vector<ComposeReference> references_at(const Value& map, std::string_view key) {
  std::vector<ComposeReference> all;
  const Value* values = get(map, key);
  if (values == nullptr) return all;
  for (const Field& field : values->fields) all.push_back({field.key, field.at});
  for (const Value& item : values->items) {
    const Value* source = item.is_map() ? get(item, "source") : &item;
    if (source != nullptr && source->is_scalar() && !source->is_open) {
      all.push_back({source->text, source->at});
    }
  }
  return all;
}

std::vector<Text> env_files_of(const Value& service) {
  std::vector<Text> all = texts_at(service, "env_file");
  const Value* files = get(service, "env_file");
  if (files == nullptr) return all;
  for (const Value& item : files->items) {
    if (item.is_map()) all.push_back(text_at(item, "path"));
  }
  return all;
}

bool is_remote_context(std::string_view context) {
  return context.find("://") != std::string_view::npos || context.starts_with("git@") ||
         context.starts_with("github.com/");
}

ComposeBuild build_of(const Value& value, const ProjectParts& parts) {
  ComposeBuild build;
  build.at = value.at;
  build.values = &value;
  build.context = text_at(value, "context");
  if (build.context.empty()) build.context = {".", value.at, false};
  build.dockerfile = text_at(value, "dockerfile");
  build.is_inline = get(value, "dockerfile_inline") != nullptr;
  build.target = text_at(value, "target");
  build.args = variables_at(value, "args");
  build.is_remote = is_remote_context(build.context.value);
  if (!build.is_remote && !build.context.is_open) {
    const std::string& folder = parts.folders.at(build.context.at.file);
    build.path = (std::filesystem::path(folder) / build.context.value).lexically_normal().string();
    if (build.path.size() > 1 && build.path.ends_with('/')) build.path.pop_back();
  }
  return build;
}

ComposeService service_of(Field field, const ProjectParts& parts) {
  ComposeService service;
  service.name = std::move(field.key);
  service.at = field.at;
  service.values = std::move(field.value);
  const Value& values = service.values;
  service.image = text_at(values, "image");
  // The fields are on the heap, and so stay where they are when the service is moved.
  if (const Value* build = get(values, "build"); build != nullptr && build->is_map()) {
    service.build = build_of(*build, parts);
  }
  if (const Value* ports = get(values, "ports"); ports != nullptr) {
    for (const Value& port : ports->items) service.ports.push_back(read_port(port));
  }
  if (const Value* volumes = get(values, "volumes"); volumes != nullptr) {
    for (const Value& volume : volumes->items) service.volumes.push_back(read_mount(volume));
  }
  for (const Value* tmpfs : scalars_of(get(values, "tmpfs"))) {
    service.volumes.push_back(read_tmpfs(*tmpfs));
  }
  service.environment = variables_at(values, "environment");
  service.labels = variables_at(values, "labels");
  service.command = texts_at(values, "command");
  service.entrypoint = texts_at(values, "entrypoint");
  service.networks = references_at(values, "networks");
  service.depends_on = references_at(values, "depends_on");
  service.secrets = references_at(values, "secrets");
  service.configs = references_at(values, "configs");
  service.env_files = env_files_of(values);
  for (const Value* profile : scalars_of(get(values, "profiles"))) {
    service.profiles.push_back(profile->text);
  }
  return service;
}

std::vector<ComposeResource> resources_of(Value& merged, std::string_view section) {
  std::vector<ComposeResource> all;
  Field* found = field_of(merged, section);
  if (found == nullptr) return all;
  for (Field& field : found->value.fields) {
    all.push_back({std::move(field.key), field.at, std::move(field.value)});
  }
  return all;
}

void read_services(ProjectParts& parts, ComposeProject& project) {
  Field* services = field_of(parts.merged, "services");
  if (services == nullptr) return;
  for (Field& field : services->value.fields) {
    if (field.key.starts_with("x-")) continue;
    if (!field.value.is_map()) {
      project.problems.push_back({"a service is a map of keys", field.at});
      continue;
    }
    project.services.push_back(service_of(std::move(field), parts));
  }
}

}  // namespace

ComposeProject build_project(ProjectParts parts) {
  ComposeProject project;
  project.problems = std::move(parts.problems);
  read_services(parts, project);
  project.networks = resources_of(parts.merged, "networks");
  project.volumes = resources_of(parts.merged, "volumes");
  project.secrets = resources_of(parts.merged, "secrets");
  project.configs = resources_of(parts.merged, "configs");
  project.name = text_at(parts.merged, "name").value;
  if (project.name.empty()) {
    project.name = std::filesystem::path(parts.folder).filename().string();
  }
  for (Field& field : parts.merged.fields) {
    if (field.key == "version") project.version = field.at;
    if (field.key.starts_with("x-") || std::ranges::find(kTopLevel, field.key) != kTopLevel.end()) {
      continue;
    }
    project.unknown.push_back(std::move(field));
  }
  project.files = std::move(parts.files);
  project.sources = std::move(parts.sources);
  project.sources.resize(project.files.size());
  std::ranges::sort(parts.extended);
  project.extended = std::move(parts.extended);
  return project;
}

}  // namespace corten::manifest
