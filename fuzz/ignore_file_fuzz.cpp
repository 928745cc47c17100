// The first byte picks the format. Every rule that comes out names an id, a reason and its place,
// and hides no finding that has another id; applying it must end.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "finding/ignores.h"

namespace {

constexpr const char* kNames[] = {".cortenignore", ".trivyignore", ".trivyignore.yaml"};

corten::Finding some_finding() {
  corten::Finding finding;
  finding.id = "CVE-2024-0001";
  finding.subject = "registry.example/app:1";
  finding.location = corten::Location{"usr/lib/x", 1, 0, ""};
  finding.package = corten::PackageRef{"x", "1", "deb", "pkg:deb/debian/x@1", "x"};
  return finding;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto rules = corten::parse_ignores(content, kNames[data[0] % 3]);
  if (!rules) {
    if (rules.error().message.empty()) std::abort();
    return 0;
  }
  for (corten::IgnoreRule& rule : *rules) {
    if (rule.id.empty() || rule.reason.empty() || rule.source.empty()) std::abort();
  }
  corten::Policy policy;
  policy.ignores = *std::move(rules);
  const auto findings = corten::apply_policy(policy, {some_finding()}, corten::Time());
  if (findings.empty()) std::abort();
  return 0;
}
