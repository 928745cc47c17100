// Any bytes as a Compose file, a kustomization and a file of Kubernetes objects: every fix of every
// finding lies in the file, and the file with it can be read and has no more findings of that rule.
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"
#include "manifest/kustomize.h"

namespace {

using corten::Edit;
using corten::Finding;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// Edits are in the order of the text and do not overlap.
std::string mended(std::string_view content, const std::vector<Edit>& edits) {
  const std::vector<std::string_view> lines = lines_of(content);
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    require(edit.line > at && edit.line <= edit.end_line && edit.end_line <= lines.size());
    for (; at + 1 < edit.line; ++at) out += lines[at];
    out += edit.replacement;
    const bool is_whole = edit.replacement.empty() || edit.replacement.ends_with('\n');
    if (!is_whole && lines[edit.end_line - 1].ends_with('\n')) out += '\n';
    at = edit.end_line;
  }
  for (; at < lines.size(); ++at) out += lines[at];
  return out;
}

using Examine = std::function<std::optional<std::vector<Finding>>(const std::string& content)>;

std::size_t count_of(const std::vector<Finding>& findings, std::string_view id) {
  std::size_t count = 0;
  for (const Finding& finding : findings) count += finding.id == id ? 1U : 0U;
  return count;
}

void check_fixes(const std::string& content, const Examine& examine) {
  constexpr std::size_t kMaxFixes = 30;  // of one file: each is a run of its own
  const auto findings = examine(content);
  if (!findings) return;
  std::size_t tried = 0;
  for (const Finding& finding : *findings) {
    if (finding.fix.empty() || ++tried > kMaxFixes) continue;
    const std::string after = mended(content, finding.fix);
    require(after != content);
    const auto left = examine(after);
    require(left.has_value());
    require(count_of(*left, finding.id) <= count_of(*findings, finding.id));
  }
}

std::optional<std::vector<Finding>> examine_compose(const std::string& content) {
  const std::vector<std::string> paths{"a.yaml"};
  const auto project =
      corten::manifest::load_compose(paths, corten::manifest::MemoryFiles({{"a.yaml", content}}));
  if (!project) return std::nullopt;
  return corten::manifest::check_compose(*project);
}

std::optional<std::vector<Finding>> examine_kubernetes(const std::string& content) {
  const auto file = corten::manifest::load_kustomization("a.yaml", content);
  if (!file) return std::nullopt;
  return corten::manifest::check_kustomization(*file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string content(reinterpret_cast<const char*>(data), size);
  check_fixes(content, examine_compose);
  check_fixes(content, examine_kubernetes);
  return 0;
}
