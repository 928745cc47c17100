// What keeps the file from being built at all.
#include <array>

#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

void syntax_error(const Lint& lint, Problems& problems) {
  for (const SyntaxError& error : lint.file.errors) {
    Problem& problem = problems.add(error.range, error.message);
    problem.remediation = error.hint;
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL1000", FindingKind::Misconfiguration, Severity::High, "the file cannot be built",
      "The builder does not understand this line and stops there. The other instructions were "
      "checked all the same.",
      "write the instruction as the builder's reference has it",
      "FROM debian:12\nRUM apt-get update\n", "FROM debian:12\nRUN apt-get update\n", "",
      "https://docs.docker.com/reference/dockerfile/"},
     Default::On,
     syntax_error},
});

}  // namespace

std::span<const Rule> syntax_rules() { return kRules; }

}  // namespace corten::dockerfile
