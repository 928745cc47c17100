// Any bytes as a file of Kubernetes objects: it is refused with a message, or every finding is at a
// place in it and no check speaks twice of one place.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <tuple>

#include "manifest/kubernetes_rules.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::manifest;
  const std::string content(reinterpret_cast<const char*>(data), size);
  const auto file = load_kubernetes("a.yaml", content);
  if (!file) {
    require(!file.error().message.empty());
    return 0;
  }
  std::size_t lines = 1;
  for (const char c : content) lines += c == '\n' || c == '\r' ? 1U : 0U;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> seen;
  const KubernetesContext context{.trusted_registries = {"*.example"}};
  for (const corten::Finding& finding : check_kubernetes(*file, context)) {
    require(finding.location && finding.location->line > 0 && finding.location->line <= lines);
    require(!finding.evidence.empty() && !finding.remediation.empty() && !finding.subject.empty());
    for (const char c : finding.evidence + finding.subject) {
      require(static_cast<unsigned char>(c) >= 0x20);
    }
    require(seen.emplace(finding.id, finding.location->line, finding.location->column).second);
  }
  return 0;
}
