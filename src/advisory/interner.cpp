#include "advisory/internal/interner.h"

#include <xxhash.h>

#include <algorithm>

namespace corten::advisory {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
constexpr std::size_t kFirstSlots = 1024;

}  // namespace

std::string_view TextArena::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > room_) {
    const std::size_t size = std::max(kBlockBytes, text.size());
    free_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
    room_ = size;
  }
  char* const start = free_;
  std::ranges::copy(text, start);
  free_ += text.size();
  room_ -= text.size();
  return {start, text.size()};
}

std::uint32_t Interner::hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

std::uint32_t Interner::add(std::string_view text, std::uint32_t hash, TextArena* arena) {
  if (texts_.size() * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const std::uint32_t number = slots_[at] - 1;
    if (hashes_[number] == hash && texts_[number] == text) return number;
  }
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(arena != nullptr ? arena->keep(text) : text);
  hashes_.push_back(hash);
  slots_[at] = number + 1;
  return number;
}

void Interner::grow() {
  const std::size_t count = slots_.empty() ? kFirstSlots : slots_.size() * 2;
  slots_.assign(count, 0);
  for (std::uint32_t number = 0; number < texts_.size(); ++number) {
    std::size_t at = hashes_[number] & (count - 1);
    while (slots_[at] != 0) at = (at + 1) & (count - 1);
    slots_[at] = number + 1;
  }
}

std::vector<std::uint32_t> Interner::add_all(const Interner& other) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(other.size());
  for (std::uint32_t i = 0; i < other.size(); ++i) {
    numbers.push_back(add(other.texts_[i], other.hashes_[i], nullptr));
  }
  return numbers;
}

}  // namespace corten::advisory
