// A read-only client of the Docker Engine API (1.24 and later; Podman's compatible one too).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/http.h"
#include "base/result.h"
#include "engine/endpoint.h"

namespace corten::engine {

struct ImageSummary {
  std::string id;  // "sha256:…"
  std::vector<std::string> tags;
};

struct ContainerSummary {
  std::string id;
  std::string name;  // without the leading slash
  std::string image;
  std::string image_id;
  std::string state;  // "running", "exited", …
};

// Where the storage driver keeps the unpacked layers, base first; empty for drivers that are not
// read in place.
struct ImageDetail {
  std::string id;
  std::vector<std::string> tags;
  std::vector<std::string> repo_digests;  // "name@sha256:…", where it was pulled from
  std::string os;
  std::string architecture;
  std::string variant;
  std::vector<std::string> diff_ids;       // base first
  std::vector<std::string> layer_folders;  // parallel to diff_ids, or empty
  std::string config_json;                 // the "Config" object, in Docker's form
};

struct ContainerDetail {
  std::string id;
  std::string name;
  std::string image_id;
  std::string image;            // as it was named at its creation
  std::string writable_folder;  // upper folder of overlay2, or empty
  std::string config_json;      // the "Config" object, in Docker's form
  bool running = false;
  std::int64_t pid = 0;
};

struct HistoryItem {
  std::string created_by;
  std::string comment;
  std::int64_t created = 0;  // Unix seconds
  std::uint64_t size = 0;
};

class Docker {
 public:
  // host: "unix:///path", "tcp://host:port", or empty: the engine that `docker` talks to (see
  // endpoint.h). Asks /version. Errors: Unavailable (no engine there), PermissionDenied (hint:
  // group docker or sudo), Unsupported (ssh://), and those of find_endpoint().
  [[nodiscard]] static Result<Docker> connect(const std::string& host);

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::string& host() const { return endpoint_.host; }

  [[nodiscard]] Result<std::vector<ImageSummary>> images() const;
  [[nodiscard]] Result<std::vector<ContainerSummary>> containers() const;  // running ones
  // By name, tag, digest or id; NotFound when there is none.
  [[nodiscard]] Result<ImageDetail> image(const std::string& name) const;
  [[nodiscard]] Result<ContainerDetail> container(const std::string& name) const;
  [[nodiscard]] Result<std::vector<HistoryItem>> history(
      const std::string& image) const;  // newest first, as the API has it

  // `docker save` of one image, and the flat file system of a container, as tar streams.
  [[nodiscard]] Status export_image(const std::string& name, const HttpSink& sink) const;
  [[nodiscard]] Status export_container(const std::string& id, const HttpSink& sink) const;

 private:
  [[nodiscard]] Result<std::string> get(const std::string& path) const;
  [[nodiscard]] Status stream(const std::string& path, const HttpSink& sink) const;
  [[nodiscard]] HttpRequest request(const std::string& path) const;

  Endpoint endpoint_;
  std::string socket_;  // of a unix:// host
  std::string base_;    // URL before the path
  std::string version_;
};

}  // namespace corten::engine
