// Byte sources for tests, and reading one to its end.
#pragma once

#include <memory>
#include <string>

#include "archive/source.h"

namespace corten::test {

// Gives at most `step` bytes a read: every split of a stream between two reads happens.
class TrickleSource final : public archive::ByteSource {
 public:
  TrickleSource(std::string bytes, std::size_t step) : bytes_(std::move(bytes)), step_(step) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t count = std::min({into.size(), step_, bytes_.size() - at_});
    std::ranges::copy(as_bytes(std::string_view(bytes_).substr(at_, count)), into.begin());
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

// Everything that `source` still gives, read in pieces of `step` bytes.
inline Result<std::string> drain(archive::ByteSource& source, std::size_t step = 64 << 10) {
  std::string out;
  for (;;) {
    const std::size_t used = out.size();
    out.resize(used + step);
    CORTEN_TRY(const std::size_t got,
               source.read(std::as_writable_bytes(std::span(out).subspan(used))));
    out.resize(used + got);
    if (got == 0) return out;
  }
}

// "ok", or the name of the error's code.
template <typename T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : name_of(result.error().code);
}

}  // namespace corten::test
