#include "image/manifest.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <string_view>

#include "base/digest.h"
#include "base/text.h"

namespace corten::image {

namespace {

namespace dom = simdjson::dom;

std::unexpected<Error> wrong_type(std::string_view key, std::string_view wanted) {
  return fail(ErrorCode::InvalidInput, fmt::format("'{}' is not {}", key, wanted));
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

Result<std::string> to_string(std::string_view key, dom::element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return wrong_type(key, "text");
  return std::string(text);
}

// A JSON object, whose absent and null members read as empty values. Lives no longer than its
// parser.
class Object {
 public:
  Object() = default;
  static Result<Object> of(std::string_view what, dom::element element) {
    Object out;
    if (element.get(out.object_) != simdjson::SUCCESS) return wrong_type(what, "an object");
    out.present_ = true;
    return out;
  }

  [[nodiscard]] Result<std::optional<dom::element>> find(std::string_view key) const {
    std::optional<dom::element> found;
    if (!present_) return found;
    for (const dom::key_value_pair field : object_) {
      if (!same_ignoring_case(field.key, key)) continue;
      if (found)
        return fail(ErrorCode::InvalidInput, fmt::format("the key '{}' is there twice", key));
      found = field.value;
    }
    if (found && found->is_null()) found.reset();
    return found;
  }

  [[nodiscard]] Result<std::string> text(std::string_view key) const {
    CORTEN_TRY(const auto element, find(key));
    if (!element) return std::string();
    return to_string(key, *element);
  }

  [[nodiscard]] Result<std::uint64_t> number(std::string_view key) const {
    CORTEN_TRY(const auto element, find(key));
    std::uint64_t value = 0;
    if (element && element->get(value) != simdjson::SUCCESS) {
      return wrong_type(key, "a number from 0 to 2^64 - 1");
    }
    return value;
  }

  [[nodiscard]] Result<bool> flag(std::string_view key) const {
    CORTEN_TRY(const auto element, find(key));
    bool value = false;
    if (element && element->get(value) != simdjson::SUCCESS)
      return wrong_type(key, "true or false");
    return value;
  }

  // A list of texts; a single text counts as a list of one, as Docker reads commands.
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view key) const {
    std::vector<std::string> out;
    CORTEN_TRY(const auto element, find(key));
    if (!element) return out;
    dom::array list;
    if (element->get(list) != simdjson::SUCCESS) {
      CORTEN_TRY(out.emplace_back(), to_string(key, *element));
      return out;
    }
    for (const dom::element item : list) {
      CORTEN_TRY(out.emplace_back(), to_string(key, item));
    }
    return out;
  }

  [[nodiscard]] Result<std::map<std::string, std::string>> text_map(std::string_view key) const {
    std::map<std::string, std::string> out;
    CORTEN_TRY(const Object map, object(key));
    if (!map.present_) return out;
    for (const dom::key_value_pair field : map.object_) {
      CORTEN_TRY(out[std::string(field.key)], to_string(key, field.value));
    }
    return out;
  }

  // The keys of a member that is an object used as a set ({"80/tcp": {}}).
  [[nodiscard]] Result<std::vector<std::string>> keys(std::string_view key) const {
    std::vector<std::string> out;
    CORTEN_TRY(const Object set, object(key));
    if (!set.present_) return out;
    for (const dom::key_value_pair field : set.object_) out.emplace_back(field.key);
    return out;
  }

  [[nodiscard]] Result<Object> object(std::string_view key) const {
    CORTEN_TRY(const auto element, find(key));
    if (!element) return Object();
    return of(key, *element);
  }

  [[nodiscard]] Result<std::vector<Object>> objects(std::string_view key) const {
    std::vector<Object> out;
    CORTEN_TRY(const auto element, find(key));
    if (!element) return out;
    dom::array list;
    if (element->get(list) != simdjson::SUCCESS) return wrong_type(key, "a list");
    for (const dom::element item : list) {
      CORTEN_TRY(out.emplace_back(), of(key, item));
    }
    return out;
  }

  [[nodiscard]] bool present() const { return present_; }

 private:
  dom::object object_;
  bool present_ = false;
};

// Parses `json` with `parser`, which owns the result.
Result<dom::element> parse(dom::parser& parser, Bytes json) {
  if (json.size() > kMaxDocumentBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("a JSON document of {}, the limit is {}", format_size(json.size()),
                            format_size(kMaxDocumentBytes)));
  }
  dom::element root;
  simdjson::error_code code =
      parser.allocate(std::max<std::size_t>(json.size(), 64), kMaxDocumentDepth);
  const std::string_view text = as_text(json);
  if (code == simdjson::SUCCESS) code = parser.parse(text.data(), text.size()).get(root);
  if (code == simdjson::DEPTH_ERROR) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("JSON nested deeper than {} levels", kMaxDocumentDepth));
  }
  if (code != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("not JSON: {}", simdjson::error_message(code)));
  }
  return root;
}

Result<std::optional<Platform>> read_platform(const Object& owner) {
  CORTEN_TRY(const Object object, owner.object("platform"));
  if (!object.present()) return std::nullopt;
  Platform platform;
  CORTEN_TRY(platform.os, object.text("os"));
  CORTEN_TRY(platform.architecture, object.text("architecture"));
  CORTEN_TRY(platform.variant, object.text("variant"));
  return platform;
}

Result<Descriptor> read_descriptor(const Object& object) {
  Descriptor out;
  CORTEN_TRY(out.media_type, object.text("mediaType"));
  CORTEN_TRY(out.digest, object.text("digest"));
  CORTEN_CHECK(parse_digest(out.digest));
  CORTEN_TRY(out.size, object.number("size"));
  CORTEN_TRY(out.platform, read_platform(object));
  CORTEN_TRY(out.annotations, object.text_map("annotations"));
  CORTEN_TRY(const auto urls, object.texts("urls"));
  out.has_urls = !urls.empty();
  return out;
}

Result<std::vector<Descriptor>> read_descriptors(const Object& owner, std::string_view key) {
  CORTEN_TRY(const auto objects, owner.objects(key));
  std::vector<Descriptor> out;
  for (const Object& object : objects) {
    CORTEN_TRY(out.emplace_back(), read_descriptor(object));
  }
  return out;
}

Status check_layer_count(std::size_t count) {
  if (count <= kMaxLayers) return {};
  return fail(ErrorCode::LimitExceeded,
              fmt::format("{} layers, the limit is {}", count, kMaxLayers));
}

Status read_container_config(const Object& object, Config& out) {
  CORTEN_TRY(out.user, object.text("User"));
  CORTEN_TRY(out.env, object.texts("Env"));
  CORTEN_TRY(out.entrypoint, object.texts("Entrypoint"));
  CORTEN_TRY(out.cmd, object.texts("Cmd"));
  CORTEN_TRY(out.exposed_ports, object.keys("ExposedPorts"));
  CORTEN_TRY(out.volumes, object.keys("Volumes"));
  CORTEN_TRY(out.on_build, object.texts("OnBuild"));
  CORTEN_TRY(out.shell, object.texts("Shell"));
  CORTEN_TRY(out.working_dir, object.text("WorkingDir"));
  CORTEN_TRY(out.labels, object.text_map("Labels"));
  CORTEN_TRY(const Object check, object.object("Healthcheck"));
  if (check.present()) {
    CORTEN_TRY(out.healthcheck.emplace().test, check.texts("Test"));
  }
  return {};
}

Result<HistoryEntry> read_history_entry(const Object& object) {
  HistoryEntry out;
  CORTEN_TRY(out.created, object.text("created"));
  CORTEN_TRY(out.created_by, object.text("created_by"));
  CORTEN_TRY(out.comment, object.text("comment"));
  CORTEN_TRY(out.empty_layer, object.flag("empty_layer"));
  return out;
}

}  // namespace

Result<std::variant<Index, Manifest>> parse_manifest(Bytes json) {
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  CORTEN_TRY(const Object object, Object::of("the document", root));
  CORTEN_TRY(const auto manifests, object.find("manifests"));
  CORTEN_TRY(const auto layers, object.find("layers"));
  CORTEN_TRY(const auto schema1, object.find("fsLayers"));
  if (manifests && (layers || schema1)) {
    // One digest would stand for two images (CVE-2021-41190).
    return fail(ErrorCode::InvalidInput, "a document with both 'manifests' and 'layers'");
  }
  if (manifests) {
    Index out;
    CORTEN_TRY(out.manifests, read_descriptors(object, "manifests"));
    return out;
  }
  if (schema1 && !layers)
    return fail(ErrorCode::Unsupported, "an image manifest of Docker's schema 1");
  if (!layers) return fail(ErrorCode::InvalidInput, "neither an image manifest nor an index");
  Manifest out;
  CORTEN_TRY(const Object config, object.object("config"));
  if (!config.present()) return fail(ErrorCode::InvalidInput, "a manifest without a configuration");
  CORTEN_TRY(out.config, read_descriptor(config));
  CORTEN_TRY(out.layers, read_descriptors(object, "layers"));
  CORTEN_CHECK(check_layer_count(out.layers.size()));
  return out;
}

Result<Config> parse_config(Bytes json) {
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  CORTEN_TRY(const Object object, Object::of("the configuration", root));
  Config out;
  CORTEN_TRY(out.created, object.text("created"));
  CORTEN_TRY(out.platform.os, object.text("os"));
  CORTEN_TRY(out.platform.architecture, object.text("architecture"));
  CORTEN_TRY(out.platform.variant, object.text("variant"));
  CORTEN_TRY(const Object container, object.object("config"));
  CORTEN_CHECK(read_container_config(container, out));
  CORTEN_TRY(const Object root_fs, object.object("rootfs"));
  CORTEN_TRY(out.diff_ids, root_fs.texts("diff_ids"));
  CORTEN_CHECK(check_layer_count(out.diff_ids.size()));
  for (const std::string& diff_id : out.diff_ids) CORTEN_CHECK(parse_digest(diff_id));
  CORTEN_TRY(const auto history, object.objects("history"));
  for (const Object& entry : history) {
    CORTEN_TRY(out.history.emplace_back(), read_history_entry(entry));
  }
  return out;
}

Result<std::vector<SavedImage>> parse_saved_images(Bytes json) {
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return wrong_type("manifest.json", "a list");
  std::vector<SavedImage> out;
  for (const dom::element item : list) {
    CORTEN_TRY(const Object object, Object::of("an image of manifest.json", item));
    SavedImage& image = out.emplace_back();
    CORTEN_TRY(image.config, object.text("Config"));
    CORTEN_TRY(image.tags, object.texts("RepoTags"));
    CORTEN_TRY(image.layers, object.texts("Layers"));
    CORTEN_CHECK(check_layer_count(image.layers.size()));
  }
  return out;
}

}  // namespace corten::image
