// Kubernetes manifests: the objects of the file and their findings.
#include "lint/engines.h"
#include "lint/yaml_comments.h"
#include "manifest/kubernetes_rules.h"

namespace corten::lint {

Result<FileFacts> lint_kubernetes(const FileToLint& file, const RuleOptions& options) {
  CORTEN_TRY(const manifest::KubernetesFile manifests,
             manifest::load_kubernetes(std::string(file.path), std::string(file.content)));
  manifest::KubernetesContext context;
  context.trusted_registries = options.hadolint.trusted_registries;
  FileFacts facts;
  facts.findings = manifest::check_kubernetes(manifests, context);
  facts.commented = comments_of_yaml(file.content);
  return facts;
}

}  // namespace corten::lint
