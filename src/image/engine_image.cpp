#include "image/engine_image.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/digest.h"
#include "base/file.h"
#include "base/time.h"
#include "image/history.h"
#include "image/manifest.h"

namespace corten::image {

namespace {

using Json = nlohmann::ordered_json;

// The engine tells the parts of an image's configuration in several answers; put together they are
// the document that parse_config() reads (OCI image-spec, "Image Configuration").
std::string config_document(const engine::ImageDetail& detail,
                            const std::vector<engine::HistoryItem>& newest_first) {
  Json document;
  document["os"] = detail.os;
  document["architecture"] = detail.architecture;
  if (!detail.variant.empty()) document["variant"] = detail.variant;
  document["config"] =
      Json::parse(detail.config_json.empty() ? "{}" : detail.config_json, nullptr, false);
  if (!document["config"].is_object()) document["config"] = Json::object();
  document["rootfs"] = {{"type", "layers"}, {"diff_ids", detail.diff_ids}};
  document["history"] = Json::array();
  for (auto item = newest_first.rbegin(); item != newest_first.rend(); ++item) {
    Json entry;
    entry["created"] = format_time(Time(std::chrono::seconds(item->created)));
    entry["created_by"] = item->created_by;
    if (!item->comment.empty()) entry["comment"] = item->comment;
    document["history"].push_back(std::move(entry));
  }
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The API's history does not say which entries made no layer. Those with content did; those without
// may have (a mkdir, a rm), unless they are instructions that never do. Where neither bound comes
// out at the number of layers, nothing is claimed: no entry is marked.
void mark_empty_layers(std::vector<HistoryEntry>& history,
                       const std::vector<engine::HistoryItem>& newest_first, std::size_t layers) {
  const std::size_t count = history.size();
  const auto is_metadata = [](std::string_view by) {
    constexpr auto kMetadata = std::to_array<std::string_view>(
        {"CMD", "ENTRYPOINT", "ENV", "LABEL", "USER", "EXPOSE", "VOLUME", "STOPSIGNAL",
         "HEALTHCHECK", "ARG", "SHELL", "ONBUILD", "MAINTAINER"});
    const std::size_t nop = by.find("#(nop)");
    if (nop != std::string_view::npos) by.remove_prefix(nop + 6);
    while (by.starts_with(' ')) by.remove_prefix(1);
    const std::string_view word = by.substr(0, by.find(' '));
    return std::ranges::find(kMetadata, word) != kMetadata.end();
  };
  std::size_t full = 0;
  for (std::size_t i = 0; i < count; ++i) {
    history[i].empty_layer =
        newest_first[count - 1 - i].size == 0 && is_metadata(history[i].created_by);
    if (!history[i].empty_layer) ++full;
  }
  if (full == layers) return;
  const auto sized = std::ranges::count_if(
      newest_first, [](const engine::HistoryItem& item) { return item.size != 0; });
  const bool known = static_cast<std::size_t>(sized) == layers;
  for (std::size_t i = 0; i < count; ++i)
    history[i].empty_layer = known && newest_first[count - 1 - i].size == 0;
}

bool can_read(const std::string& folder) { return ::access(folder.c_str(), R_OK | X_OK) == 0; }

void add_layers(Image& image, const engine::ImageDetail& detail) {
  const bool in_place =
      !detail.layer_folders.empty() && std::ranges::all_of(detail.layer_folders, can_read);
  for (std::size_t i = 0; i < detail.diff_ids.size(); ++i) {
    Layer layer;
    layer.diff_id = detail.diff_ids[i];
    if (in_place) layer.bytes = {detail.layer_folders[i], 0, 0, true};
    image.layers.push_back(std::move(layer));
  }
}

// The configuration itself, where the engine's folder can be read: "ROOT/image/overlay2/imagedb/
// content/sha256/<id>" beside "ROOT/overlay2/<layer>/diff". Its digest is the image's id. nullopt:
// it is not there, or not what it should be.
std::optional<Config> stored_config(const engine::ImageDetail& detail) {
  if (detail.layer_folders.empty() || !parse_digest(detail.id)) return std::nullopt;
  const std::filesystem::path layer = detail.layer_folders.front();
  const std::filesystem::path root = layer.parent_path().parent_path().parent_path();
  std::string name = detail.id;
  std::ranges::replace(name, ':', '/');
  const auto json = read_file(root / "image/overlay2/imagedb/content" / name, kMaxDocumentBytes);
  if (!json || sha256_digest(as_bytes(*json)) != detail.id) return std::nullopt;
  auto config = parse_config(as_bytes(*json));
  if (!config) return std::nullopt;
  return *std::move(config);
}

Result<Config> config_of(const engine::Docker& docker, const engine::ImageDetail& detail) {
  if (auto stored = stored_config(detail)) return *std::move(stored);
  if (detail.diff_ids.empty()) return parse_config(as_bytes(config_document(detail, {})));
  CORTEN_TRY(const auto history, docker.history(detail.id));
  CORTEN_TRY(Config config, parse_config(as_bytes(config_document(detail, history))));
  if (config.history.size() == history.size())
    mark_empty_layers(config.history, history, detail.diff_ids.size());
  return config;
}

Result<Image> image_of(const engine::Docker& docker, const engine::ImageDetail& detail,
                       const std::string& name) {
  CORTEN_TRY(Config config, config_of(docker, detail));
  Image image;
  image.name = name;
  image.tags = detail.tags;
  image.digest = detail.id;
  add_layers(image, detail);
  const std::vector<std::string> instructions =
      layer_instructions(config.history, image.layers.size());
  for (std::size_t i = 0; i < image.layers.size(); ++i)
    image.layers[i].instruction = instructions[i];
  image.config = std::move(config);
  return image;
}

}  // namespace

Result<Image> describe_engine_image(const engine::Docker& docker, const std::string& name) {
  CORTEN_TRY(const engine::ImageDetail detail, docker.image(name));
  return image_of(docker, detail, name);
}

Result<Image> describe_container(const engine::Docker& docker, const std::string& name) {
  CORTEN_TRY(const engine::ContainerDetail container, docker.container(name));
  auto detail = docker.image(container.image_id);
  // A container outlives its image: `docker rmi -f`. It has a copy of the settings, and can be
  // exported.
  if (!detail && detail.error().code == ErrorCode::NotFound) {
    detail.emplace();
    detail->id = container.image_id;
    detail->config_json = container.config_json;
  }
  if (!detail) return std::unexpected(std::move(detail).error());
  CORTEN_TRY(Image image, image_of(docker, *detail, container.name));
  image.tags = {container.image};
  Layer own;
  own.instruction = "the container's own changes";
  if (!image.layers.empty() && !needs_export(image) && can_read(container.writable_folder))
    own.bytes = {container.writable_folder, 0, 0, true};
  image.layers.push_back(std::move(own));
  return image;
}

bool needs_export(const Image& image) {
  return std::ranges::any_of(image.layers,
                             [](const Layer& layer) { return layer.bytes.path.empty(); });
}

}  // namespace corten::image
