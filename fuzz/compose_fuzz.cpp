// Any bytes as a Compose project of up to three files (separated by a line of "%%"): it is refused
// with a message, or every place in it and in its findings is in one of its files.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::manifest;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kSeparator = "\n%%\n";
  const std::size_t first = all.find(kSeparator);
  const std::size_t second =
      first == std::string_view::npos ? first : all.find(kSeparator, first + kSeparator.size());
  std::map<std::string, std::string, std::less<>> files;
  files["a/compose.yaml"] = std::string(all.substr(0, first));
  if (first != std::string_view::npos) {
    const std::size_t begin = first + kSeparator.size();
    files["a/b.yaml"] = std::string(all.substr(begin, second - begin));
  }
  if (second != std::string_view::npos) {
    files["a/.env"] = std::string(all.substr(second + kSeparator.size()));
  }
  std::vector<std::string> paths{"a/compose.yaml"};
  if (size % 2 == 1) paths.emplace_back("a/b.yaml");
  const auto project = load_compose(paths, MemoryFiles(std::move(files)));
  if (!project) {
    require(!project.error().message.empty());
    return 0;
  }
  for (const ComposeService& service : project->services) {
    require(service.at.file < project->files.size());
    require(!service.build || service.build->values != nullptr);
  }
  for (const ComposeProblem& problem : project->problems) {
    require(!problem.message.empty() && problem.at.file < project->files.size());
  }
  for (const corten::Finding& finding : check_compose(*project)) {
    require(finding.location && !finding.location->path.empty() && finding.location->line > 0);
    require(!finding.evidence.empty() && !finding.remediation.empty());
    for (const char c : finding.evidence) require(static_cast<unsigned char>(c) >= 0x20);
  }
  return 0;
}
