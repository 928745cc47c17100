#include "dockerfile/rules/support.h"

#include <algorithm>

#include "base/text.h"

namespace corten::dockerfile {

namespace {

constexpr std::size_t kShownWidth = 80;

}  // namespace

bool is_among(std::string_view word, std::span<const std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

shell::Range words_range(const shell::Invocation& call) {
  return {call.command->words[call.name_index].range.begin, call.command->words.back().range.end};
}

std::string shown(std::string_view text) { return ellipsized(printable(text), kShownWidth); }

}  // namespace corten::dockerfile
