// A loop over independent work items on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace corten {

// Calls work(i) once for every i < count, on at most `jobs` threads (the calling one included), in
// no particular order. Returns when all are done. `work` must not throw; results belong in
// per-index slots, so that the outcome has input order.
template <typename Work>
void parallel_for(std::size_t count, std::size_t jobs, Work&& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < jobs && i < count; ++i) helpers.emplace_back(run);
  run();
}

}  // namespace corten
