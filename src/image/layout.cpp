// OCI image layouts (image-spec, "Image Layout Specification"), as folders and within archives.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "image/history.h"
#include "image/internal/sources.h"
#include "image/platform.h"

namespace corten::image::internal {

namespace {

constexpr int kMaxIndexDepth = 4;
constexpr std::size_t kMaxManifests = 1000;  // of one layout, with those of nested indexes
constexpr const char* kRefName = "org.opencontainers.image.ref.name";
constexpr const char* kImageName = "io.containerd.image.name";
constexpr const char* kReferenceType = "vnd.docker.reference.type";

std::string annotation(const Descriptor& descriptor, const char* key) {
  const auto found = descriptor.annotations.find(key);
  return found == descriptor.annotations.end() ? std::string() : found->second;
}

bool is_attestation(const Descriptor& descriptor) {
  return descriptor.annotations.contains(kReferenceType) ||
         (descriptor.platform && descriptor.platform->os == "unknown");
}

bool is_image_config(std::string_view media_type) {
  constexpr std::array<std::string_view, 3> kTypes = {
      "", "application/vnd.oci.image.config.v1+json",
      "application/vnd.docker.container.image.v1+json"};
  return std::ranges::find(kTypes, media_type) != kTypes.end();
}

bool may_be_foreign(const Descriptor& layer) {
  return layer.has_urls || layer.media_type.find("foreign") != std::string::npos ||
         layer.media_type.find("nondistributable") != std::string::npos;
}

// A manifest that may be chosen, and the image that it turned out to be.
struct Candidate {
  Descriptor descriptor;
  Manifest manifest;
  Config config;
};

// The images that one name of the index stands for, one a platform.
struct Group {
  std::string tag;
  std::vector<Descriptor> roots;
};

class Layout {
 public:
  Layout(const BlobStore& store, const OpenOptions& options) : store_(store), options_(options) {}

  Result<std::vector<OpenedImage>> open(const std::string& digest, Manifest manifest) {
    std::vector<Candidate> candidates;
    Descriptor descriptor;
    descriptor.digest = digest;
    CORTEN_CHECK(add_candidate(descriptor, std::move(manifest), candidates));
    if (candidates.empty()) return nothing_fits();
    const Platform& platform = candidates.front().config.platform;
    offered_.push_back(to_text(platform));
    if (options_.platform != Platform{} && !choose_platform({platform}, options_.platform))
      return nothing_fits();
    std::vector<OpenedImage> images;
    CORTEN_TRY(images.emplace_back(), load(std::move(candidates.front())));
    return images;
  }

  Result<std::vector<OpenedImage>> open(const Index& index) {
    std::vector<OpenedImage> images;
    for (const Group& group : groups_of(index)) {
      CORTEN_CHECK(open_group(group, images));
    }
    if (!images.empty()) return images;
    return nothing_fits();
  }

 private:
  static std::vector<Group> groups_of(const Index& index) {
    std::vector<Group> groups;
    for (const Descriptor& descriptor : index.manifests) {
      if (is_attestation(descriptor)) continue;
      std::string tag = annotation(descriptor, kImageName);
      if (tag.empty()) tag = annotation(descriptor, kRefName);
      // Without a name only the platforms tell that several manifests are one image.
      const bool alone = tag.empty() && !descriptor.platform;
      const auto same = std::ranges::find_if(groups, [&](const Group& group) {
        return !alone && group.tag == tag && group.roots.front().platform.has_value();
      });
      if (same == groups.end()) {
        groups.push_back({tag, {descriptor}});
      } else {
        same->roots.push_back(descriptor);
      }
    }
    return groups;
  }

  Status open_group(const Group& group, std::vector<OpenedImage>& images) {
    std::vector<Candidate> candidates;
    for (const Descriptor& root : group.roots) CORTEN_CHECK(collect(root, 0, candidates));
    if (candidates.empty()) return {};
    std::vector<Platform> platforms;
    for (const Candidate& candidate : candidates) {
      platforms.push_back(candidate.descriptor.platform.value_or(candidate.config.platform));
      offered_.push_back(to_text(platforms.back()));
    }
    auto chosen = choose_platform(platforms, options_.platform);
    // Someone who named no platform and has an archive of one image wants that image.
    if (!chosen && options_.platform == Platform{} && candidates.size() == 1) chosen = 0;
    if (!chosen) return {};
    CORTEN_TRY(OpenedImage opened, load(std::move(candidates[*chosen])));
    if (!group.tag.empty()) opened.image.tags.push_back(group.tag);
    images.push_back(std::move(opened));
    return {};
  }

  // Adds the manifests that `descriptor` leads to and whose documents are there.
  // NOLINTNEXTLINE(misc-no-recursion): nested indexes, to kMaxIndexDepth.
  Status collect(const Descriptor& descriptor, int depth, std::vector<Candidate>& out) {
    if (depth > kMaxIndexDepth || ++manifests_ > kMaxManifests) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("indexes nested deeper than {} or of more than {} manifests",
                              kMaxIndexDepth, kMaxManifests));
    }
    // An archive of one platform keeps the index of all: only what is there can be chosen.
    CORTEN_TRY(const auto bytes, store_.find(descriptor.digest));
    if (!bytes) {
      missing_.push_back(descriptor.digest);
      return {};
    }
    CORTEN_TRY(const std::string json, read_document(store_, descriptor));
    auto document = parse_manifest(as_bytes(json));
    if (!document) return in_context(std::move(document).error(), descriptor.digest);
    if (auto* manifest = std::get_if<Manifest>(&*document)) {
      return add_candidate(descriptor, std::move(*manifest), out);
    }
    for (const Descriptor& nested : std::get<Index>(*document).manifests) {
      if (is_attestation(nested)) continue;
      CORTEN_CHECK(collect(nested, depth + 1, out));
    }
    return {};
  }

  Status add_candidate(const Descriptor& descriptor, Manifest manifest,
                       std::vector<Candidate>& out) {
    if (!is_image_config(manifest.config.media_type)) {
      others_.push_back(manifest.config.media_type);
      return {};
    }
    CORTEN_TRY(const std::string json, read_document(store_, manifest.config));
    auto config = parse_config(as_bytes(json));
    if (!config) return in_context(std::move(config).error(), manifest.config.digest);
    out.push_back({descriptor, std::move(manifest), *std::move(config)});
    return {};
  }

  Result<OpenedImage> load(Candidate candidate) const {
    std::vector<Layer> layers;
    for (const Descriptor& descriptor : candidate.manifest.layers) {
      CORTEN_TRY(layers.emplace_back(), locate(descriptor));
    }
    auto image =
        assemble(candidate.descriptor.digest, std::move(candidate.config), std::move(layers));
    if (!image) return in_context(std::move(image).error(), candidate.descriptor.digest);
    return OpenedImage{*std::move(image), candidate.manifest.config.digest};
  }

  Result<Layer> locate(const Descriptor& descriptor) const {
    Layer layer;
    layer.digest = descriptor.digest;
    layer.media_type = descriptor.media_type;
    CORTEN_TRY(const auto bytes, store_.find(descriptor.digest));
    if (!bytes) {
      // Marked as foreign and here all the same: it is read, so that no mark hides a layer.
      if (!may_be_foreign(descriptor)) {
        return fail(ErrorCode::NotFound, fmt::format("layer {} is missing", descriptor.digest),
                    "the image was not saved whole: pull and save it again");
      }
      layer.foreign = true;
      return layer;
    }
    if (bytes->size != descriptor.size) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("layer {} has {} bytes, its descriptor says {}", descriptor.digest,
                              bytes->size, descriptor.size));
    }
    layer.bytes = *bytes;
    return layer;
  }

  std::unexpected<Error> nothing_fits() const {
    if (!offered_.empty()) {
      const Platform machine = machine_platform();
      const Platform& wanted = options_.platform;
      const Platform meant{wanted.os.empty() ? machine.os : wanted.os,
                           wanted.architecture.empty() ? machine.architecture : wanted.architecture,
                           wanted.variant};
      return fail(ErrorCode::NotFound,
                  fmt::format("no image for {}; there is {}", to_text(meant), join(offered_, ", ")),
                  "choose one with --platform");
    }
    if (!others_.empty()) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("an artifact that is not a container image ({})", others_.front()));
    }
    if (!missing_.empty()) {
      return fail(ErrorCode::NotFound, fmt::format("manifest {} is missing", missing_.front()));
    }
    return fail(ErrorCode::InvalidInput, "the index lists no image");
  }

  const BlobStore& store_;
  const OpenOptions& options_;
  std::size_t manifests_ = 0;
  std::vector<std::string> offered_;  // platforms
  std::vector<std::string> others_;   // media types of what is no image
  std::vector<std::string> missing_;  // digests
};

}  // namespace

Result<Image> assemble(std::string digest, Config config, std::vector<Layer> layers) {
  if (!config.diff_ids.empty() && config.diff_ids.size() != layers.size()) {
    return fail(ErrorCode::InvalidInput, fmt::format("{} layers, but the configuration lists {}",
                                                     layers.size(), config.diff_ids.size()));
  }
  const std::vector<std::string> instructions = layer_instructions(config.history, layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!config.diff_ids.empty()) layers[i].diff_id = config.diff_ids[i];
    layers[i].instruction = instructions[i];
  }
  Image image;
  image.digest = std::move(digest);
  image.config = std::move(config);
  image.layers = std::move(layers);
  return image;
}

Result<std::vector<OpenedImage>> open_flat(const BlobStore& store, const std::string& manifest_json,
                                           const OpenOptions& options) {
  auto document = parse_manifest(as_bytes(manifest_json));
  if (!document) return in_context(std::move(document).error(), "manifest.json");
  auto* manifest = std::get_if<Manifest>(&*document);
  if (manifest == nullptr) {
    return fail(ErrorCode::Unsupported, "manifest.json lists images of several platforms",
                "copy the one that is meant");
  }
  return Layout(store, options).open(sha256_digest(as_bytes(manifest_json)), std::move(*manifest));
}

Result<std::vector<OpenedImage>> open_layout(const BlobStore& store, const std::string& index_json,
                                             const OpenOptions& options) {
  auto document = parse_manifest(as_bytes(index_json));
  if (!document) return in_context(std::move(document).error(), "index.json");
  const Index* index = std::get_if<Index>(&*document);
  if (index == nullptr) return fail(ErrorCode::InvalidInput, "index.json is not an index");
  return Layout(store, options).open(*index);
}

}  // namespace corten::image::internal
