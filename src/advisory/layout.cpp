#include "advisory/internal/layout.h"

namespace corten::advisory {

namespace {

void append_big_endian(std::string& key, std::uint32_t value, unsigned bytes) {
  for (unsigned i = bytes; i > 0; --i) key += static_cast<char>((value >> (8 * (i - 1))) & 0xff);
}

}  // namespace

std::string package_key(std::string_view family, std::string_view name) {
  std::string key = "p";
  key += family;
  key += '\t';
  key += name;
  return key;
}

std::string id_key(std::string_view id) { return "i" + std::string(id); }

std::string vulnerability_key(std::uint32_t number) {
  std::string key = "v";
  append_big_endian(key, number, 4);
  return key;
}

std::string cve_key(CveId id) {
  std::string key = "c";
  append_big_endian(key, id.year, 2);
  append_big_endian(key, id.number, 4);
  return key;
}

}  // namespace corten::advisory
