// What every Compose rule gets: the project, what is known around it, and a place for findings.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "manifest/compose_rules.h"
#include "manifest/internal/mend.h"

namespace corten::manifest {

class Judge {
 public:
  Judge(const ComposeProject& project, const ComposeContext& context);

  [[nodiscard]] const ComposeProject& project() const { return project_; }
  [[nodiscard]] std::optional<ComposeImageFacts> facts_of(const ComposeService& service) const;

  [[nodiscard]] std::string digest_of(std::string_view image) const {
    return context_.image_digest ? context_.image_digest(image) : std::string();
  }
  [[nodiscard]] bool is_committed(std::string_view path) const {
    return context_.is_committed && context_.is_committed(path);
  }
  // True if another service waits for the end of this one: it is a job, not a server.
  [[nodiscard]] bool is_awaited(std::string_view service) const {
    return awaited_.contains(service);
  }

  // The rule and service that the next reports are of; nullptr: the project itself.
  void begin(const Check& check, const ComposeService* service);
  // `evidence` is one sentence without a full stop; the severity is the check's own if not given.
  void report(Place at, std::string evidence, std::optional<Severity> severity = std::nullopt,
              std::string remediation = {});

  // Gives the finding that was reported last a fix, if the steps can be made. `risk` is one
  // sentence on what may change; empty: the containers go on as they did.
  void mend(std::string_view risk, const std::vector<Step>& steps);
  // The text of the scalar at `at` as its file has it, before interpolation; nullopt if that file
  // is not the project's own.
  [[nodiscard]] std::optional<std::string_view> text_at(Place at);

  // True if nothing more is kept: costly questions can be spared.
  [[nodiscard]] bool is_full() const { return findings_.size() >= kMaxFindings; }

  [[nodiscard]] std::vector<Finding> take();

 private:
  [[nodiscard]] Mender* mender_of(std::uint32_t file);

  const ComposeProject& project_;
  const ComposeContext& context_;
  std::unordered_set<std::string_view> awaited_;
  const Check* check_ = nullptr;
  const ComposeService* service_ = nullptr;
  bool has_last_ = false;  // the last report was kept
  std::vector<Finding> findings_;
  std::map<std::uint32_t, Mender> menders_;  // by file
};

// Gives a variable another value, written as a map's or as "NAME=value" of a list.
[[nodiscard]] Step set_variable(Judge& judge, const ComposeVariable& variable, std::string value);
// True if the file has it as "NAME=value" of a list.
[[nodiscard]] bool is_list_item(Judge& judge, const ComposeVariable& variable);

using ServiceRule = void (*)(Judge& judge, const ComposeService& service);
using ProjectRule = void (*)(Judge& judge);

// compose_isolation.cpp: what a container gets of its host.
void check_privileged(Judge& judge, const ComposeService& service);
void check_host_namespaces(Judge& judge, const ComposeService& service);
void check_added_capabilities(Judge& judge, const ComposeService& service);
void check_dropped_capabilities(Judge& judge, const ComposeService& service);
void check_new_privileges(Judge& judge, const ComposeService& service);
void check_confinement(Judge& judge, const ComposeService& service);
void check_user(Judge& judge, const ComposeService& service);
void check_read_only(Judge& judge, const ComposeService& service);
void check_hooks(Judge& judge, const ComposeService& service);
void check_build(Judge& judge, const ComposeService& service);

// compose_mounts.cpp: what it mounts of it.
void check_runtime_sockets(Judge& judge, const ComposeService& service);
void check_host_paths(Judge& judge, const ComposeService& service);
void check_mount_options(Judge& judge, const ComposeService& service);

// compose_resources.cpp: limits, devices and kernel settings.
void check_limits(Judge& judge, const ComposeService& service);
void check_devices(Judge& judge, const ComposeService& service);
void check_kernel_settings(Judge& judge, const ComposeService& service);
void check_image(Judge& judge, const ComposeService& service);
void check_health(Judge& judge, const ComposeService& service);
void check_restart(Judge& judge, const ComposeService& service);
void check_logging(Judge& judge, const ComposeService& service);

// compose_secrets.cpp
void check_secrets(Judge& judge, const ComposeService& service);
void check_weak_passwords(Judge& judge, const ComposeService& service);

// compose_network.cpp
void check_ports(Judge& judge, const ComposeService& service);
void check_networks(Judge& judge, const ComposeService& service);
void check_shared_network(Judge& judge);
void check_dashboards(Judge& judge, const ComposeService& service);

// compose_consistency.cpp
void check_consistency(Judge& judge);

}  // namespace corten::manifest
