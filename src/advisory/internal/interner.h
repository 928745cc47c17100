// Strings, each once, numbered in order of arrival.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace corten::advisory {

// Memory for texts that are kept until the end of a build. Moving it moves no text.
class TextArena {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t room_ = 0;
};

class Interner {
 public:
  Interner() { add({}); }

  // The text is borrowed: it must live as long as the interner. The empty string is number 0.
  std::uint32_t add(std::string_view text) { return add(text, hash_of(text), nullptr); }
  // A text that is new is kept in the arena.
  std::uint32_t add(std::string_view text, TextArena& arena) {
    return add(text, hash_of(text), &arena);
  }
  // The numbers that this interner has for the strings of another, whose texts it borrows.
  [[nodiscard]] std::vector<std::uint32_t> add_all(const Interner& other);

  [[nodiscard]] std::string_view text(std::uint32_t number) const { return texts_[number]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  static std::uint32_t hash_of(std::string_view text);
  std::uint32_t add(std::string_view text, std::uint32_t hash, TextArena* arena);
  void grow();

  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> hashes_;  // of texts_
  std::vector<std::uint32_t>
      slots_;  // number + 1, 0: free; a power of two of them, open addressing
};

}  // namespace corten::advisory
