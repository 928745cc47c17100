#include "version/allocations.h"

#include <cstdlib>
#include <new>

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no other
// place for it
thread_local std::size_t allocation_count = 0;

}  // namespace

// In a file of its own, so that the compiler does not inline one half of a new/delete pair.
void* operator new(std::size_t size) {
  ++allocation_count;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

std::size_t corten::version::allocations_of_this_thread() { return allocation_count; }
