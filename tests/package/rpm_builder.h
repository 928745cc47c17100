// Builds rpm header blobs and the stores around them, whole or broken, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::package {

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

class HeaderBuilder {
 public:
  HeaderBuilder& entry(std::uint32_t tag, std::uint32_t type, std::uint32_t offset,
                       std::uint32_t count) {
    index_ +=
        big_endian(tag, 4) + big_endian(type, 4) + big_endian(offset, 4) + big_endian(count, 4);
    return *this;
  }
  HeaderBuilder& text(std::uint32_t tag, std::string_view value, std::uint32_t type = 6) {
    entry(tag, type, here(), 1);
    data_.append(value).push_back('\0');
    return *this;
  }
  HeaderBuilder& texts(std::uint32_t tag, const std::vector<std::string>& values) {
    entry(tag, 8, here(), static_cast<std::uint32_t>(values.size()));
    for (const std::string& value : values) data_.append(value).push_back('\0');
    return *this;
  }
  HeaderBuilder& numbers(std::uint32_t tag, const std::vector<std::uint32_t>& values) {
    entry(tag, 4, here(), static_cast<std::uint32_t>(values.size()));
    for (const std::uint32_t value : values) data_ += big_endian(value, 4);
    return *this;
  }
  HeaderBuilder& raw(std::string_view bytes) {
    data_ += bytes;
    return *this;
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(data_.size()); }
  std::string blob() const {
    return big_endian(index_.size() / 16, 4) + big_endian(data_.size(), 4) + index_ + data_;
  }

 private:
  std::string index_;
  std::string data_;
};

inline std::string small_header(std::string_view name) {
  return HeaderBuilder{}.text(1000, name).text(1001, "1").text(1002, "2").blob();
}

struct NdbSlot {
  std::uint32_t package;
  std::uint32_t first_block;
  std::uint32_t blocks;
};

// One page of slots, then `blocks`.
inline std::string ndb_file(const std::vector<NdbSlot>& slots, std::string_view blocks,
                            std::uint32_t slot_pages = 1) {
  std::string out = "RpmP" + little_endian(0, 4) + little_endian(1, 4) +
                    little_endian(slot_pages, 4) + std::string(16, '\0');
  for (const NdbSlot& slot : slots) {
    out += "Slot" + little_endian(slot.package, 4) + little_endian(slot.first_block, 4) +
           little_endian(slot.blocks, 4);
  }
  while (out.size() < 4096) out += "Slot" + std::string(12, '\0');
  return out.append(blocks);
}

inline std::string ndb_blob(std::uint32_t package, std::string_view blob) {
  std::string out =
      "BlbS" + little_endian(package, 4) + little_endian(0, 4) + little_endian(blob.size(), 4);
  out += blob;
  while ((out.size() + 12) % 16 != 0) out += '\0';
  return out + little_endian(0, 4) + little_endian(blob.size(), 4) + "BlbE";
}

// Pages of Berkeley DB, little endian, 512 bytes each.
inline constexpr std::uint32_t kTestPageBytes = 512;

inline std::string bdb_meta(std::uint32_t last_page, std::uint32_t magic = 0x061561,
                            std::uint32_t version = 9, std::uint32_t page_bytes = kTestPageBytes,
                            char encryption = 0, char flags = 0) {
  std::string out = std::string(12, '\0') + little_endian(magic, 4) + little_endian(version, 4) +
                    little_endian(page_bytes, 4);
  out += {encryption, 8, flags, 0};
  out += std::string(4, '\0') + little_endian(last_page, 4);
  out.resize(kTestPageBytes);
  return out;
}

inline std::string bdb_page_header(std::uint32_t next, std::uint16_t entries,
                                   std::uint16_t free_offset, char type) {
  std::string out = std::string(16, '\0') + little_endian(next, 4) + little_endian(entries, 2) +
                    little_endian(free_offset, 2);
  return out + '\0' + type;
}

// A hash page of the given items (each with its kind byte), keys and values in turn.
inline std::string bdb_hash_page(const std::vector<std::string>& items) {
  std::string offsets;
  std::string bodies;
  for (const std::string& item : items) {
    bodies.insert(0, item);
    offsets += little_endian(kTestPageBytes - bodies.size(), 2);
  }
  std::string out = bdb_page_header(0, static_cast<std::uint16_t>(items.size()), 0, 13) + offsets;
  out.resize(kTestPageBytes - bodies.size());
  return out + bodies;
}

inline std::string bdb_overflow_page(std::uint32_t next, std::string_view data) {
  std::string out = bdb_page_header(next, 1, static_cast<std::uint16_t>(data.size()), 7);
  out += data;
  out.resize(kTestPageBytes);
  return out;
}

inline std::string bdb_key(std::uint32_t number) { return '\1' + little_endian(number, 4); }
inline std::string bdb_off_page(std::uint32_t page, std::uint32_t length) {
  return std::string("\3\0\0\0", 4) + little_endian(page, 4) + little_endian(length, 4);
}

}  // namespace corten::package
