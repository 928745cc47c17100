// One flaw with everything that the database knows of it, by id.
#pragma once

#include "advisory/database.h"
#include "advisory/internal/store.h"

namespace corten::advisory {

[[nodiscard]] std::optional<Explanation> explain_flaw(std::string_view id, const Snapshot& snapshot,
                                                      std::string_view epss_date);

}  // namespace corten::advisory
