// The compact encoding in which a sandboxed worker hands facts to its parent and the cache keeps
// them.
//
// Varints, length-prefixed strings, and counted lists; no types on the wire: both sides are the
// same build, and a leading format number (kWireFormat in the message) refuses any other. The
// decoder trusts nothing: every length is checked against the bytes that remain before anything is
// allocated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"

namespace corten::wire {

class Encoder {
 public:
  void number(std::uint64_t value);
  void flag(bool value) { number(value ? 1 : 0); }
  void text(std::string_view value);
  void texts(const std::vector<std::string>& values);
  void fixed64s(
      const std::vector<std::uint64_t>& values);  // for hash sets: 8 bytes each, little endian

  template <typename T, typename EncodeOne>
  void list(const std::vector<T>& values, EncodeOne&& encode_one) {
    number(values.size());
    for (const T& value : values) encode_one(*this, value);
  }

  [[nodiscard]] const std::string& bytes() const& { return out_; }
  [[nodiscard]] std::string bytes() && { return std::move(out_); }

 private:
  std::string out_;
};

// Borrows the bytes that it decodes.
class Decoder {
 public:
  explicit Decoder(Bytes data) : in_(data) {}

  [[nodiscard]] Result<std::uint64_t> number() { return in_.varint(); }
  [[nodiscard]] Result<std::uint64_t> number_up_to(std::uint64_t limit);
  [[nodiscard]] Result<bool> flag();
  [[nodiscard]] Result<std::string> text();
  [[nodiscard]] Result<std::vector<std::string>> texts();
  [[nodiscard]] Result<std::vector<std::uint64_t>> fixed64s();

  // decode_one: Decoder& -> Result<T>. Every element needs at least one byte, which bounds the
  // allocation.
  template <typename T, typename DecodeOne>
  [[nodiscard]] Result<std::vector<T>> list(DecodeOne&& decode_one) {
    CORTEN_TRY(const std::uint64_t count, number_up_to(in_.remaining()));
    std::vector<T> out;
    for (std::uint64_t i = 0; i < count; ++i) {
      CORTEN_TRY(T value, decode_one(*this));
      out.push_back(std::move(value));
    }
    return out;
  }

  [[nodiscard]] bool at_end() const { return in_.at_end(); }

 private:
  ByteCursor in_;
};

}  // namespace corten::wire
