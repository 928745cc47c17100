// Any bytes as a VEX document: what comes out names an id that is no wildcard and something that it
// is about, and never hides a finding about another vulnerability.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "finding/vex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rules = corten::parse_vex({reinterpret_cast<const char*>(data), size}, "f");
  if (!rules) return 0;
  for (const corten::IgnoreRule& rule : *rules) {
    if (rule.id.empty() || rule.id.find('*') != std::string::npos || rule.until) std::abort();
    if (rule.packages.empty() && rule.subjects.empty()) std::abort();
    if (!rule.source.starts_with("vex:")) std::abort();
  }
  corten::Finding finding;
  finding.id = "not a possible id";
  finding.package = corten::PackageRef{"curl", "1", "deb", "pkg:deb/debian/curl@1", "curl"};
  corten::Finding real = finding;
  real.id = rules->empty() ? "CVE-1" : rules->front().id;
  corten::Policy policy;
  policy.ignores = *std::move(rules);
  for (const corten::Finding& out : corten::apply_policy(policy, {finding, real}, corten::Time())) {
    if (out.id == finding.id && out.suppressed) std::abort();
  }
  return 0;
}
