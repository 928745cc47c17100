// Progress of long work. Rooms report what they do; only cli knows whether a person watches.
#pragma once

#include <cstdint>
#include <string_view>

namespace corten {

// Implementations are called from one thread at a time and must be quick; none may throw.
class Progress {
 public:
  virtual ~Progress() = default;
  // A new stage, such as "layer 3 of 7". total: bytes or items of the stage, 0 when unknown.
  virtual void stage(std::string_view what, std::uint64_t total) = 0;
  virtual void advance(std::uint64_t amount) = 0;
};

class NoProgress final : public Progress {
 public:
  void stage(std::string_view /*what*/, std::uint64_t /*total*/) override {}
  void advance(std::uint64_t /*amount*/) override {}
};

}  // namespace corten
