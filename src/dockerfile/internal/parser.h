// The parts of parse(): lines are joined in parse.cpp, arguments are read in instruction.cpp, flags
// in flags.cpp, here-documents in heredoc.cpp.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dockerfile/ast.h"

namespace corten::dockerfile::internal {

// Puts things into the memory of a Dockerfile, where they live as long as it does.
class Keeper {
 public:
  explicit Keeper(std::pmr::monotonic_buffer_resource& memory) : memory_(&memory) {}

  template <typename T>
  std::span<const T> keep(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    void* place = memory_->allocate(items.size() * sizeof(T), alignof(T));
    T* first = static_cast<T*>(place);
    std::uninitialized_copy(items.begin(), items.end(), first);
    return {first, items.size()};
  }

  template <typename T>
  const T* keep_one(const T& item) {
    static_assert(std::is_trivially_destructible_v<T>);
    return std::construct_at(static_cast<T*>(memory_->allocate(sizeof(T), alignof(T))), item);
  }

  std::string_view keep_text(std::string_view text) {
    if (text.empty()) return {};
    char* place = static_cast<char*>(memory_->allocate(text.size(), 1));
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

 private:
  std::pmr::monotonic_buffer_resource* memory_;
};

// What reading one instruction needs.
struct Context {
  Dockerfile& file;
  Keeper keeper;

  explicit Context(Dockerfile& target) : file(target), keeper(*target.memory) {}

  void report(ErrorKind kind, Range range, std::uint32_t instruction, std::string message,
              std::string hint = {});
};

// Reports an error about `instruction` and marks it broken.
void refuse(Context& context, Instruction& instruction, ErrorKind kind, Range range,
            std::string message, std::string hint = {});

// The instruction in a joined line that holds something other than blanks. Lines, comments,
// here-documents and the end of the range are the caller's.
[[nodiscard]] Instruction read_instruction(Context& context, const LogicalText& line,
                                           std::uint32_t index);

// Cuts flags off the front of `rest` into instruction.flags; returns what remains, with blanks.
[[nodiscard]] LogicalText read_flags(Context& context, Instruction& instruction,
                                     const LogicalText& rest);
void check_flags(Context& context, Instruction& instruction);

struct HeredocRequest {
  Heredoc heredoc;      // without its body
  bool spaced = false;  // "<< EOF": it may be a shift of arithmetic instead
};

// The here-documents that the joined line asks for.
[[nodiscard]] std::vector<HeredocRequest> find_heredocs(Context& context, Instruction& instruction,
                                                        const LogicalText& line);
// Whether the word is a here-document operator, as "<<EOF".
[[nodiscard]] bool is_heredoc_word(std::string_view word);
// Sets Heredoc::content of each, and the script of a RUN.
void finish_heredocs(Context& context, Instruction& instruction, std::vector<Heredoc> heredocs);

}  // namespace corten::dockerfile::internal
