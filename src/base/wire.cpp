#include "base/wire.h"

#include <fmt/format.h>

namespace corten::wire {

void Encoder::number(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void Encoder::text(std::string_view value) {
  number(value.size());
  out_.append(value);
}

void Encoder::texts(const std::vector<std::string>& values) {
  list(values, [](Encoder& out, const std::string& value) { out.text(value); });
}

void Encoder::fixed64s(const std::vector<std::uint64_t>& values) {
  number(values.size());
  out_.reserve(out_.size() + values.size() * 8);
  for (std::uint64_t value : values) {
    for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>(value >> shift));
  }
}

Result<std::uint64_t> Decoder::number_up_to(std::uint64_t limit) {
  CORTEN_TRY(const std::uint64_t value, number());
  if (value > limit) {
    return fail(ErrorCode::InvalidInput, fmt::format("{} where at most {} can be", value, limit));
  }
  return value;
}

Result<bool> Decoder::flag() {
  CORTEN_TRY(const std::uint64_t value, number_up_to(1));
  return value == 1;
}

Result<std::string> Decoder::text() {
  CORTEN_TRY(const std::uint64_t size, number());
  CORTEN_TRY(const Bytes raw, in_.take(size));
  return std::string(as_text(raw));
}

Result<std::vector<std::string>> Decoder::texts() {
  return list<std::string>([](Decoder& in) { return in.text(); });
}

Result<std::vector<std::uint64_t>> Decoder::fixed64s() {
  CORTEN_TRY(const std::uint64_t count, number_up_to(in_.remaining() / 8));
  std::vector<std::uint64_t> out(count);
  for (std::uint64_t& value : out) {
    CORTEN_TRY(value, in_.u64_le());
  }
  return out;
}

}  // namespace corten::wire
