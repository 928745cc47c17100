// What files say of one another, once all of them are examined.
#pragma once

#include <span>
#include <vector>

#include "lint/lint.h"

namespace corten::lint {

// A Dockerfile whose every service sets another user is not blamed for running as root: those
// findings become suppressed ones, which name the place of the user.
void relate_users(std::span<const BuiltService> built, std::vector<Finding>& findings);

// Files that include or override one another tell of the same place: one finding stays, and it is
// suppressed if one of them was.
void merge_repeated(std::vector<Finding>& findings);

}  // namespace corten::lint
