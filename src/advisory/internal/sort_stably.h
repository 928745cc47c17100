// A stable sort that leaves std::stable_sort alone: in this libstdc++ it stands on a function that
// newer compilers call deprecated, in the caller's name.
#pragma once

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace corten::advisory {

template <typename T, typename Less>
void sort_stably(std::vector<T>& items, Less less) {
  if (std::ranges::is_sorted(items, less)) return;
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (less(items[a], items[b])) return true;
    return !less(items[b], items[a]) && a < b;
  });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

}  // namespace corten::advisory
