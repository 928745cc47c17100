// image: the OCI and Docker image model, where its bytes are, and the sources that open it:
// archives, layouts, root file systems, an engine.
//
// Every byte of an image is hostile. Manifests and configurations are parsed with bounds in the
// sandboxed worker; blobs are checked against their digests while they are read. Nothing is
// unpacked to disk. To add a source: a file in src/image/ and a row in sources.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace corten::image {

// OCI image-spec, "Image Index": platform.
struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;

  bool operator==(const Platform&) const = default;
};

// One step of the build, as the image history tells it.
struct HistoryEntry {
  std::string created;     // RFC 3339 or empty
  std::string created_by;  // shell line or BuildKit's instruction
  std::string comment;
  bool empty_layer = false;
};

struct Healthcheck {
  std::vector<std::string> test;  // {"NONE"} switches an inherited check off
};

// OCI image-spec, "Image Configuration", and Docker's additions.
struct Config {
  std::string created;
  Platform platform;
  std::string user;
  std::vector<std::string> env;  // "KEY=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> exposed_ports;  // "80/tcp"
  std::vector<std::string> volumes;
  std::vector<std::string> on_build;
  std::vector<std::string> shell;
  std::string working_dir;
  std::map<std::string, std::string> labels;
  std::optional<Healthcheck> healthcheck;
  std::vector<std::string> diff_ids;
  std::vector<HistoryEntry> history;
};

// Where the bytes of a layer are: a range of an open file (an archive, or a blob file of a layout),
// or an unpacked folder.
struct LayerBytes {
  std::string path;          // of the file or folder on this host
  std::uint64_t offset = 0;  // within the file
  std::uint64_t size = 0;    // stored size; 0 for a folder
  bool is_folder = false;
};

struct Layer {
  std::string digest;   // of the stored blob, when the manifest gives it
  std::string diff_id;  // of the uncompressed tar, when the configuration gives it
  std::string media_type;
  LayerBytes bytes;
  bool foreign = false;     // non-distributable (Windows base): its bytes are elsewhere
  std::string instruction;  // Dockerfile instruction, from the history; empty when unknown
};

// An opened image: the model and where its layers are. Root file systems are an image of one layer
// without a configuration.
struct Image {
  std::string name;               // what the user called it
  std::vector<std::string> tags;  // repo tags that the source knows
  std::string digest;             // of the manifest, or else of the configuration ("image id")
  std::optional<Config> config;
  std::vector<Layer> layers;  // base first
};

// What the user asked for of a multi-platform index. Empty fields: this machine's.
struct OpenOptions {
  Platform platform;
  // Which of several images: a tag of the archive or layout ("app:1", or its "1"), or the beginning
  // of a digest with its "sha256:". Empty: all.
  std::string reference = {};
};

}  // namespace corten::image
