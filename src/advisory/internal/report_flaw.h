// A flaw in a package as a finding.
#pragma once

#include "advisory/internal/flaws.h"
#include "finding/finding.h"

namespace corten::advisory {

[[nodiscard]] Finding report_flaw(const Flaw& flaw, const package::Package& package,
                                  const package::Distribution& distribution, Lookup& lookup,
                                  std::string_view epss_date);

}  // namespace corten::advisory
