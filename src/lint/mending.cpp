#include "lint/mending.h"

#include <algorithm>

#include "lint/lint.h"

namespace corten::lint {

FileKind kind_of_example(const Check& check) {
  if (check.id.starts_with("CC")) return FileKind::Compose;
  if (check.id.starts_with("KC") || check.id.starts_with("KSV") || check.id.starts_with("KCV")) {
    return FileKind::Kubernetes;
  }
  return FileKind::Dockerfile;
}

Mending mending_of(const Check& check) {
  if (check.bad.empty()) return Mending::No;
  RuleOptions options;
  // Rules that are off by default are on where they have a level.
  options.hadolint.overrides.push_back({std::string(check.id), LintLevel::Error, {}});
  FileToLint file{"example", kind_of_example(check), check.bad};
  file.shellcheck = RunShellcheck::No;
  const auto facts = findings_of(file, options);
  Mending best = Mending::No;
  if (!facts) return best;
  for (const Finding& finding : facts->findings) {
    if (finding.id != check.id || finding.fix.empty()) continue;
    best = std::max(best, finding.fix_risk.empty() ? Mending::Safe : Mending::Unsafe);
  }
  return best;
}

}  // namespace corten::lint
