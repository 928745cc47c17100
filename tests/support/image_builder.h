// Builds images for tests: blobs, manifests, indexes, as a layout folder or as an archive.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "support/tar_writer.h"

namespace corten::test {

inline constexpr const char* kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr const char* kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr const char* kOciConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr const char* kOciLayer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr const char* kOciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

inline std::string hex_of(const std::string& content) {
  return sha256_digest(as_bytes(content)).substr(7);
}

// {"mediaType": …, "digest": …, "size": …} of `content`; `more` is JSON members that begin with a
// comma.
inline std::string descriptor(std::string_view media_type, const std::string& content,
                              std::string_view more = {}) {
  return fmt::format(R"({{"mediaType":"{}","digest":"sha256:{}","size":{}{}}})", media_type,
                     hex_of(content), content.size(), more);
}

inline std::string platform_member(std::string_view os, std::string_view arch,
                                   std::string_view variant = {}) {
  return fmt::format(R"(,"platform":{{"os":"{}","architecture":"{}","variant":"{}"}})", os, arch,
                     variant);
}

inline std::string config_json(const std::vector<std::string>& tars, std::string_view os = "linux",
                               std::string_view arch = "amd64", std::string_view more = {}) {
  std::vector<std::string> diff_ids;
  for (const std::string& tar : tars) diff_ids.push_back("\"sha256:" + hex_of(tar) + "\"");
  return fmt::format(
      R"({{"os":"{}","architecture":"{}","rootfs":{{"type":"layers","diff_ids":[{}]}}{}}})", os,
      arch, join(diff_ids, ","), more);
}

// `manifest_entries` and `layer_entries` are descriptors.
inline std::string manifest_json(const std::string& config_entry,
                                 const std::vector<std::string>& layer_entries) {
  return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[{}]}})",
                     kOciManifest, config_entry, join(layer_entries, ","));
}
inline std::string index_json(const std::vector<std::string>& manifest_entries) {
  return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}})", kOciIndex,
                     join(manifest_entries, ","));
}

// The files of a layout or archive by path.
class ImageFiles {
 public:
  ImageFiles& put(const std::string& path, const std::string& content) {
    files_[path] = content;
    return *this;
  }
  // Adds a blob and gives it back.
  const std::string& blob(const std::string& content) {
    return files_["blobs/sha256/" + hex_of(content)] = content;
  }
  ImageFiles& layout(const std::string& index) {
    put("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    return put("index.json", index);
  }
  // Adds an image of the given layers, stored as they are, and gives its manifest.
  std::string image(const std::vector<std::string>& tars, std::string_view os = "linux",
                    std::string_view arch = "amd64") {
    const std::string config = blob(config_json(tars, os, arch));
    std::vector<std::string> layers;
    for (const std::string& tar : tars) layers.push_back(descriptor(kOciLayer, blob(tar)));
    return blob(manifest_json(descriptor(kOciConfig, config), layers));
  }
  void remove(const std::string& path) { files_.erase(path); }
  std::string& operator[](const std::string& path) { return files_[path]; }

  void write_to(const std::filesystem::path& folder) const {
    for (const auto& [path, content] : files_) {
      std::filesystem::create_directories((folder / path).parent_path());
      std::ofstream(folder / path, std::ios::binary) << content;
    }
  }
  [[nodiscard]] std::string tar() const {
    TarWriter out;
    for (const auto& [path, content] : files_) out.file(path, content);
    return out.finish();
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace corten::test
