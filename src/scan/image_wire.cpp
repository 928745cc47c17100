#include "scan/image_wire.h"

namespace corten::scan {

namespace {

using wire::Decoder;
using wire::Encoder;

void encode_history(Encoder& out, const image::HistoryEntry& entry) {
  out.text(entry.created);
  out.text(entry.created_by);
  out.text(entry.comment);
  out.flag(entry.empty_layer);
}

Result<image::HistoryEntry> decode_history(Decoder& in) {
  image::HistoryEntry entry;
  CORTEN_TRY(entry.created, in.text());
  CORTEN_TRY(entry.created_by, in.text());
  CORTEN_TRY(entry.comment, in.text());
  CORTEN_TRY(entry.empty_layer, in.flag());
  return entry;
}

void encode_config(Encoder& out, const image::Config& config) {
  for (const std::string* text :
       {&config.created, &config.platform.os, &config.platform.architecture,
        &config.platform.variant, &config.user, &config.working_dir}) {
    out.text(*text);
  }
  for (const auto* texts : {&config.env, &config.entrypoint, &config.cmd, &config.exposed_ports,
                            &config.volumes, &config.on_build, &config.shell, &config.diff_ids}) {
    out.texts(*texts);
  }
  out.number(config.labels.size());
  for (const auto& [key, value] : config.labels) {
    out.text(key);
    out.text(value);
  }
  out.flag(config.healthcheck.has_value());
  if (config.healthcheck) out.texts(config.healthcheck->test);
  out.list(config.history, encode_history);
}

Result<image::Config> decode_config(Decoder& in) {
  image::Config config;
  for (std::string* text : {&config.created, &config.platform.os, &config.platform.architecture,
                            &config.platform.variant, &config.user, &config.working_dir}) {
    CORTEN_TRY(*text, in.text());
  }
  for (auto* texts : {&config.env, &config.entrypoint, &config.cmd, &config.exposed_ports,
                      &config.volumes, &config.on_build, &config.shell, &config.diff_ids}) {
    CORTEN_TRY(*texts, in.texts());
  }
  CORTEN_TRY(const std::uint64_t labels, in.number());
  for (std::uint64_t i = 0; i < labels; ++i) {
    CORTEN_TRY(std::string key, in.text());
    CORTEN_TRY(config.labels[std::move(key)], in.text());
  }
  CORTEN_TRY(const bool has_healthcheck, in.flag());
  if (has_healthcheck) {
    CORTEN_TRY(std::vector<std::string> test, in.texts());
    config.healthcheck = image::Healthcheck{std::move(test)};
  }
  CORTEN_TRY(config.history, in.list<image::HistoryEntry>(decode_history));
  return config;
}

void encode_layer(Encoder& out, const image::Layer& layer) {
  out.text(layer.digest);
  out.text(layer.diff_id);
  out.text(layer.media_type);
  out.text(layer.bytes.path);
  out.number(layer.bytes.offset);
  out.number(layer.bytes.size);
  out.flag(layer.bytes.is_folder);
  out.flag(layer.foreign);
  out.text(layer.instruction);
}

Result<image::Layer> decode_layer(Decoder& in) {
  image::Layer layer;
  CORTEN_TRY(layer.digest, in.text());
  CORTEN_TRY(layer.diff_id, in.text());
  CORTEN_TRY(layer.media_type, in.text());
  CORTEN_TRY(layer.bytes.path, in.text());
  CORTEN_TRY(layer.bytes.offset, in.number());
  CORTEN_TRY(layer.bytes.size, in.number());
  CORTEN_TRY(layer.bytes.is_folder, in.flag());
  CORTEN_TRY(layer.foreign, in.flag());
  CORTEN_TRY(layer.instruction, in.text());
  return layer;
}

}  // namespace

void encode_image(Encoder& out, const image::Image& image) {
  out.text(image.name);
  out.texts(image.tags);
  out.text(image.digest);
  out.flag(image.config.has_value());
  if (image.config) encode_config(out, *image.config);
  out.list(image.layers, encode_layer);
}

Result<image::Image> decode_image(Decoder& in) {
  image::Image image;
  CORTEN_TRY(image.name, in.text());
  CORTEN_TRY(image.tags, in.texts());
  CORTEN_TRY(image.digest, in.text());
  CORTEN_TRY(const bool has_config, in.flag());
  if (has_config) {
    CORTEN_TRY(image::Config config, decode_config(in));
    image.config = std::move(config);
  }
  CORTEN_TRY(image.layers, in.list<image::Layer>(decode_layer));
  return image;
}

}  // namespace corten::scan
