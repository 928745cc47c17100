// A flaw in a package as a finding.
#pragma once

#include "advisory/internal/flaws.h"
#include "finding/finding.h"

namespace corten::advisory {

struct Fix {
  std::string version;
  Fit fit = Fit::Exact;
};

// What is the same for every package of one source and version, such as the many that openssl is
// split into.
struct FlawReport {
  Finding finding;  // without what names the package
  std::optional<Fix> fix;
  std::string ecosystem;  // "Debian:12", where the verdict is for one release
  std::string notice;
};

[[nodiscard]] FlawReport describe_flaw(const Flaw& flaw, Lookup& lookup,
                                       std::string_view epss_date);
[[nodiscard]] Finding report_flaw(const FlawReport& report, const package::Package& package,
                                  const PackageRef& reference);

}  // namespace corten::advisory
