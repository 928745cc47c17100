// What the database knows of a flaw by its id, whatever packages have it.
#pragma once

#include "advisory/internal/flaws.h"
#include "finding/finding.h"

namespace corten::advisory {

// nullopt: no record that is in force bears `id` as its own or as an alias, and no fact about a CVE
// of that id is known.
[[nodiscard]] std::optional<Finding> about_flaw(std::string_view id, Lookup& lookup,
                                                std::string_view epss_date);

}  // namespace corten::advisory
