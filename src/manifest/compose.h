// The model of a Compose project (Compose Specification), after include, extends, merge and
// interpolation.
//
// Typed members exist where the specification has several ways to write the same; what has one way
// only is read from `ComposeService::values` by its key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/value.h"
#include "yaml/document.h"

namespace corten::manifest {

struct Text {
  std::string value;
  Place at;
  bool is_open = false;  // as Value::is_open

  [[nodiscard]] bool empty() const { return value.empty(); }
};

// A variable of `environment`, `build.args`, `labels`, …; without a value it is taken from the
// environment of whoever starts the project.
struct ComposeVariable {
  std::string name;
  std::optional<std::string> value;
  Place at;                          // of the value, or of the name if there is none
  bool is_open = false;              // as Value::is_open
  bool is_from_environment = false;  // as Value::is_from_environment
};

struct ComposePort {
  std::string host_ip;    // empty: all addresses
  std::string published;  // a port, a range, or empty: any free port
  std::string target;     // a port or a range
  std::string protocol;   // "tcp" if not given
  Place at;
  bool is_open = false;

  // True if others than this host reach it.
  [[nodiscard]] bool is_public() const;
};

struct ComposeMount {
  enum class Type { Bind, Volume, Tmpfs, Pipe, Cluster, Image };
  Type type = Type::Volume;
  std::string
      source;  // of a bind: as written, "~" and "./" included; of a volume its name or empty
  std::string target;
  bool is_read_only = false;
  std::string propagation;           // "rshared", …
  std::vector<std::string> options;  // the words of the short syntax: "ro", "Z", "exec", …
  Place at;
  bool is_open = false;
};

struct ComposeBuild {
  Place at;
  Text context;            // as written; "." if not given
  std::string path;        // folder of the context, relative to where the project's files are named
  bool is_remote = false;  // the context is a URL
  Text dockerfile;         // empty: Dockerfile
  bool is_inline = false;  // dockerfile_inline
  Text target;
  std::vector<ComposeVariable> args;
  const Value* values = nullptr;  // the whole of `build`; belongs to the service
};

// A network, secret or config as a service refers to it.
struct ComposeReference {
  std::string name;
  Place at;
};

struct ComposeService {
  std::string name;
  Place at;      // of its key
  Value values;  // everything under the key, merged; its lists of name=value have become maps
  Text image;
  std::optional<ComposeBuild> build;
  std::vector<ComposePort> ports;
  std::vector<ComposeMount> volumes;  // `volumes` and `tmpfs`
  std::vector<ComposeVariable> environment;
  std::vector<ComposeVariable> labels;
  std::vector<Text> command;     // the words, or one text of the shell form
  std::vector<Text> entrypoint;  // as command
  std::vector<ComposeReference> networks;
  std::vector<ComposeReference> depends_on;
  std::vector<ComposeReference> secrets;
  std::vector<ComposeReference> configs;
  std::vector<Text> env_files;
  std::vector<std::string> profiles;  // empty: always started

  [[nodiscard]] const Value* get(std::string_view path) const { return find(values, path); }
  [[nodiscard]] bool is_true(std::string_view path) const;
  ComposeService() = default;
  ComposeService(ComposeService&&) noexcept = default;
  ComposeService& operator=(ComposeService&&) noexcept = default;
};

// An entry of the top-level networks, volumes, secrets or configs.
struct ComposeResource {
  std::string name;
  Place at;
  Value values;
};

// What is wrong with the project as such: a cycle, a file that is not there, an unknown reference.
struct ComposeProblem {
  std::string message;  // one sentence without a full stop
  Place at;
};

struct ComposeProject {
  std::string name;
  std::vector<std::string> files;  // paths as named or found; Place::file is an index
  // The text and nodes of the files that make the project, for fixes; nullopt of those that are
  // included or extended. As `files`.
  std::vector<std::optional<yaml::Stream>> sources;
  std::vector<std::string> extended;  // names of services that others extend, sorted
  std::vector<ComposeService> services;
  std::vector<ComposeResource> networks;
  std::vector<ComposeResource> volumes;
  std::vector<ComposeResource> secrets;
  std::vector<ComposeResource> configs;
  std::optional<Place> version;  // of the obsolete top-level `version`
  std::vector<Field> unknown;    // top-level keys that the specification does not have
  std::vector<ComposeProblem> problems;

  [[nodiscard]] const ComposeService* service(std::string_view service_name) const;
};

// True of "root", "0", "0:0" and the like; not of nothing.
[[nodiscard]] bool is_root_user(std::string_view user);

}  // namespace corten::manifest
