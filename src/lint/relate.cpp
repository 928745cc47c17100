#include "lint/relate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <tuple>

#include "base/text.h"

namespace corten::lint {

void relate_users(std::span<const BuiltService> built, std::vector<Finding>& findings) {
  constexpr auto kRunsAsRoot = std::to_array<std::string_view>({"CL1001", "CL1002", "DL3002"});
  // By Dockerfile: a service that sets a user, or nullptr if one of them sets none.
  std::map<std::string_view, const BuiltService*> users;
  for (const BuiltService& service : built) {
    const BuiltService* setter = service.user.empty() ? nullptr : &service;
    const auto [at, is_new] = users.try_emplace(service.dockerfile, setter);
    if (!is_new && setter == nullptr) at->second = nullptr;
  }
  for (Finding& finding : findings) {
    if (finding.suppressed || !finding.location) continue;
    if (std::ranges::find(kRunsAsRoot, finding.id) == kRunsAsRoot.end()) continue;
    const auto path = std::filesystem::path(finding.location->path).lexically_normal();
    const auto found = users.find(path.native());
    if (found == users.end() || found->second == nullptr) continue;
    finding.suppressed = Suppression{
        .by = found->second->at,
        .reason = fmt::format("service {} runs it as user {}", printable(found->second->service),
                              printable(found->second->user)),
        .until = {}};
  }
}

void merge_repeated(std::vector<Finding>& findings) {
  using Key = std::tuple<std::string_view, std::string_view, std::uint32_t, std::uint32_t,
                         std::string_view, std::string_view>;
  std::map<Key, std::size_t> first;
  std::vector<bool> is_repeated(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    if (!finding.location) continue;
    const auto [at, is_new] =
        first.try_emplace({finding.location->path, finding.id, finding.location->line,
                           finding.location->column, finding.subject, finding.evidence},
                          i);
    if (is_new) continue;
    is_repeated[i] = true;
    Finding& kept = findings[at->second];
    if (!kept.suppressed) kept.suppressed = finding.suppressed;
    // A file that is included is mended as the file that it is.
    if (kept.fix.empty()) {
      kept.fix = std::move(finding.fix);
      kept.fix_risk = std::move(finding.fix_risk);
    }
  }
  std::size_t i = 0;
  std::erase_if(findings, [&](const Finding&) { return is_repeated[i++]; });
}

}  // namespace corten::lint
