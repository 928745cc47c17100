#include "engine/docker.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"

namespace corten::engine {

namespace {

namespace dom = simdjson::dom;

std::string text_at(const dom::element& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

std::vector<std::string> texts_at(const simdjson::simdjson_result<dom::element>& list) {
  std::vector<std::string> out;
  dom::array items;
  if (list.get(items) != simdjson::SUCCESS) return out;
  for (const dom::element item : items) {
    std::string_view value;
    if (item.get(value) == simdjson::SUCCESS) out.emplace_back(value);
  }
  return out;
}

// The value at `key` if it is there and of this type; `into` keeps its default otherwise.
template <typename Object, typename Value>
void value_at(const Object& object, std::string_view key, Value& into) {
  Value value{};
  if (object[key].get(value) == simdjson::SUCCESS) into = value;
}

Result<dom::element> parse(dom::parser& parser, const std::string& json) {
  dom::element root;
  if (const auto error = parser.parse(json).get(root); error != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("the engine's answer is not JSON: {}", simdjson::error_message(error)));
  }
  return root;
}

Result<dom::element> parse_object(dom::parser& parser, const std::string& json) {
  CORTEN_TRY(const dom::element root, parse(parser, json));
  if (!root.is_object()) {
    return fail(ErrorCode::InvalidInput, "the engine's answer is not an object");
  }
  return root;
}

// Names go into a URL path; everything but unreserved characters and what names contain is encoded.
std::string url_escaped(std::string_view name) {
  std::string out;
  for (char c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~/:@").contains(c);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// "..", which would name another part of the API, is in no name of Docker's.
Status check_name(std::string_view name) {
  const auto parts = split(name, '/');
  if (name.empty() || std::ranges::find(parts, "..") != parts.end()) {
    return fail(ErrorCode::NotFound, fmt::format("'{}' is no name of an image or container", name));
  }
  return {};
}

// overlay2: LowerDir lists parents, nearest first; UpperDir is the top.
std::vector<std::string> overlay_folders(const dom::element& root) {
  const dom::element driver = root;
  std::vector<std::string> folders;
  std::string_view name;
  if (driver["GraphDriver"]["Name"].get(name) != simdjson::SUCCESS || name != "overlay2")
    return folders;
  std::string_view lower;
  std::string_view upper;
  const bool has_lower = driver["GraphDriver"]["Data"]["LowerDir"].get(lower) == simdjson::SUCCESS;
  if (driver["GraphDriver"]["Data"]["UpperDir"].get(upper) != simdjson::SUCCESS) return folders;
  folders.emplace_back(upper);
  if (has_lower && !lower.empty()) {
    for (std::string_view folder : split(lower, ':')) folders.emplace_back(folder);
  }
  std::ranges::reverse(folders);
  return folders;
}

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Status check_socket(const std::string& path, const std::string& host) {
  if (::access(path.c_str(), R_OK | W_OK) == 0) return {};
  const int error = errno;
  auto failure = fail_errno(error, fmt::format("cannot reach the Docker engine at {}", host));
  Error what = std::move(failure).error();
  if (error == EACCES) what.hint = "you are not in group docker: run with sudo";
  if (error == ENOENT) {
    what.code = ErrorCode::Unavailable;
    what.hint = "is it running? --docker-host names another";
  }
  return std::unexpected(std::move(what));
}

// What curl says of a missing certificate does not name it.
Status check_tls(const Endpoint& endpoint) {
  for (const std::string* file :
       {&endpoint.ca_file, &endpoint.certificate_file, &endpoint.key_file}) {
    if (file->empty() || ::access(file->c_str(), R_OK) == 0) continue;
    const int error = errno;
    auto failure = fail_errno(error, *file);
    Error what = std::move(failure).error();
    what.hint =
        "TLS for the Docker engine: DOCKER_CERT_PATH or the context names the folder of "
        "ca.pem, cert.pem and key.pem";
    return std::unexpected(std::move(what));
  }
  return {};
}

}  // namespace

Result<Docker> Docker::connect(const std::string& host) {
  Docker docker;
  CORTEN_TRY(docker.endpoint_, find_endpoint(host, from_environment));
  const std::string& found = docker.endpoint_.host;
  if (found.starts_with("unix://")) {
    docker.socket_ = found.substr(7);
    docker.base_ = "http://localhost";
    CORTEN_CHECK(check_socket(docker.socket_, found));
  } else if (found.starts_with("tcp://")) {
    docker.base_ = (docker.endpoint_.has_tls() ? "https://" : "http://") + found.substr(6);
  } else if (found.starts_with("http://") || found.starts_with("https://")) {
    docker.base_ = found;
  } else if (found.starts_with("ssh://")) {
    return fail(ErrorCode::Unsupported, fmt::format("cannot reach {}: engines over ssh", found),
                "forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, and "
                "give --docker-host unix:///tmp/docker.sock");
  } else {
    return fail(ErrorCode::Usage, fmt::format("'{}' is not an engine's address", found),
                "unix:///path or tcp://host:port");
  }
  CORTEN_CHECK(check_tls(docker.endpoint_));
  CORTEN_TRY(const std::string json, docker.get("/version"));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse_object(parser, json));
  docker.version_ = text_at(root, "Version");
  return docker;
}

HttpRequest Docker::request(const std::string& path) const {
  HttpRequest request;
  request.url = base_ + path;
  request.unix_socket = socket_;
  request.ca_file = endpoint_.ca_file;
  request.certificate_file = endpoint_.certificate_file;
  request.key_file = endpoint_.key_file;
  return request;
}

Result<std::string> Docker::get(const std::string& path) const {
  CORTEN_TRY(HttpText answer, http_text(request(path)));
  if (answer.response.status == 200) return std::move(answer.body);
  dom::parser parser;
  std::string message;
  if (const auto root = parse_object(parser, answer.body)) message = text_at(*root, "message");
  if (message.empty()) message = fmt::format("status {}", answer.response.status);
  return fail(answer.response.status == 404 ? ErrorCode::NotFound : ErrorCode::Unavailable,
              fmt::format("the Docker engine at {}: {}", host(), message));
}

Status Docker::stream(const std::string& path, const HttpSink& sink) const {
  CORTEN_TRY(const HttpResponse response, http_request(request(path), sink));
  if (response.status != 200) {
    return fail(ErrorCode::Unavailable, fmt::format("the Docker engine at {}: status {} for {}",
                                                    host(), response.status, path));
  }
  return {};
}

Result<std::vector<ImageSummary>> Docker::images() const {
  CORTEN_TRY(const std::string json, get("/images/json"));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  std::vector<ImageSummary> out;
  dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return out;
  for (const dom::element item : list) {
    ImageSummary image{text_at(item, "Id"), texts_at(item["RepoTags"])};
    std::erase(image.tags, "<none>:<none>");
    out.push_back(std::move(image));
  }
  return out;
}

Result<std::vector<ContainerSummary>> Docker::containers() const {
  CORTEN_TRY(const std::string json, get("/containers/json"));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  std::vector<ContainerSummary> out;
  dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return out;
  for (const dom::element item : list) {
    ContainerSummary container;
    container.id = text_at(item, "Id");
    const auto names = texts_at(item["Names"]);
    container.name = names.empty() ? container.id.substr(0, 12) : names.front();
    if (container.name.starts_with('/')) container.name.erase(0, 1);
    container.image = text_at(item, "Image");
    container.image_id = text_at(item, "ImageID");
    container.state = text_at(item, "State");
    out.push_back(std::move(container));
  }
  return out;
}

Result<ImageDetail> Docker::image(const std::string& name) const {
  CORTEN_CHECK(check_name(name));
  CORTEN_TRY(const std::string json, get(fmt::format("/images/{}/json", url_escaped(name))));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse_object(parser, json));
  ImageDetail image;
  image.id = text_at(root, "Id");
  image.tags = texts_at(root["RepoTags"]);
  image.repo_digests = texts_at(root["RepoDigests"]);
  image.os = text_at(root, "Os");
  image.architecture = text_at(root, "Architecture");
  image.variant = text_at(root, "Variant");
  image.diff_ids = texts_at(root["RootFS"]["Layers"]);
  image.layer_folders = overlay_folders(root);
  if (image.layer_folders.size() != image.diff_ids.size()) image.layer_folders.clear();
  dom::element config;
  if (root["Config"].get(config) == simdjson::SUCCESS) image.config_json = simdjson::minify(config);
  return image;
}

Result<ContainerDetail> Docker::container(const std::string& name) const {
  CORTEN_CHECK(check_name(name));
  CORTEN_TRY(const std::string json, get(fmt::format("/containers/{}/json", url_escaped(name))));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse_object(parser, json));
  ContainerDetail container;
  container.id = text_at(root, "Id");
  container.name = text_at(root, "Name");
  if (container.name.starts_with('/')) container.name.erase(0, 1);
  container.image_id = text_at(root, "Image");
  std::string_view image;
  if (root["Config"]["Image"].get(image) == simdjson::SUCCESS) container.image = image;
  const auto folders = overlay_folders(root);
  if (!folders.empty()) container.writable_folder = folders.back();
  dom::element config;
  if (root["Config"].get(config) == simdjson::SUCCESS)
    container.config_json = simdjson::minify(config);
  value_at(root["State"], "Running", container.running);
  value_at(root["State"], "Pid", container.pid);
  return container;
}

Result<std::vector<HistoryItem>> Docker::history(const std::string& image) const {
  CORTEN_TRY(const std::string json, get(fmt::format("/images/{}/history", url_escaped(image))));
  dom::parser parser;
  CORTEN_TRY(const dom::element root, parse(parser, json));
  std::vector<HistoryItem> out;
  dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return out;
  for (const dom::element item : list) {
    HistoryItem entry;
    entry.created_by = text_at(item, "CreatedBy");
    entry.comment = text_at(item, "Comment");
    value_at(item, "Created", entry.created);
    value_at(item, "Size", entry.size);
    out.push_back(std::move(entry));
  }
  return out;
}

Status Docker::export_image(const std::string& name, const HttpSink& sink) const {
  return stream(fmt::format("/images/{}/get", url_escaped(name)), sink);
}

Status Docker::export_container(const std::string& id, const HttpSink& sink) const {
  return stream(fmt::format("/containers/{}/export", url_escaped(id)), sink);
}

}  // namespace corten::engine
