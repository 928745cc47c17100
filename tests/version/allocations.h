// Counts the allocations of the test program, in which global operator new is replaced.
#pragma once

#include <cstddef>

namespace corten::version {

[[nodiscard]] std::size_t allocations_of_this_thread();

}  // namespace corten::version
