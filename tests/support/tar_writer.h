// Builds tar archives in memory for tests: honest ones with few words, hostile ones field by field.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corten::test {

// The fields of one header as text, so that a test can write any lie into them.
struct TarFields {
  std::string path;
  char type = '0';
  std::string link = {};
  std::string mode = "0000644";
  std::string uid = "0000000";
  std::string gid = "0000000";
  std::string size = {};  // empty: that of `content`
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string prefix = {};
  std::string content = {};
  std::vector<std::pair<std::size_t, std::string>> patches =
      {};  // offset and bytes, before the checksum is made
};

class TarWriter {
 public:
  TarWriter& add(const TarFields& fields) {
    std::string block(512, '\0');
    const auto put = [&](std::size_t at, std::size_t width, std::string_view text) {
      block.replace(at, std::min(width, text.size()), text.substr(0, width));
    };
    put(0, 100, fields.path);
    put(100, 8, fields.mode);
    put(108, 8, fields.uid);
    put(116, 8, fields.gid);
    put(124, 12, fields.size.empty() ? fmt::format("{:011o}", fields.content.size()) : fields.size);
    put(136, 12, "00000000000");
    block[156] = fields.type;
    put(157, 100, fields.link);
    put(257, 8, fields.magic);
    put(345, 155, fields.prefix);
    for (const auto& [at, bytes] : fields.patches) put(at, bytes.size(), bytes);
    seal(block);
    return raw(block).data(fields.content);
  }

  // With a PAX header where the path does not fit.
  TarWriter& file(const std::string& path, std::string content, unsigned mode = 0644) {
    if (path.size() > 100) pax({{"path", path}});
    return add({.path = path, .mode = fmt::format("{:07o}", mode), .content = std::move(content)});
  }
  TarWriter& folder(const std::string& path) {
    return add({.path = path + "/", .type = '5', .mode = "0000755"});
  }
  TarWriter& symlink(const std::string& path, const std::string& target) {
    return add({.path = path, .type = '2', .link = target});
  }
  TarWriter& hard_link(const std::string& path, const std::string& target) {
    return add({.path = path, .type = '1', .link = target});
  }

  // Records for the next entry.
  TarWriter& pax(const std::vector<std::pair<std::string, std::string>>& records, char type = 'x') {
    std::string body;
    for (const auto& [key, value] : records) body += pax_record(key, value);
    return add({.path = "PaxHeaders/x", .type = type, .content = body});
  }

  // A GNU long name ('L') or long link ('K') for the next entry.
  TarWriter& gnu_long(char type, const std::string& text) {
    return add({.path = "././@LongLink",
                .type = type,
                .magic = gnu_magic(),
                .content = text + std::string(1, '\0')});
  }

  TarWriter& raw(std::string_view bytes) {
    out_ += bytes;
    return *this;
  }

  // Content and its padding.
  TarWriter& data(std::string_view content) {
    out_ += content;
    out_.append((512 - content.size() % 512) % 512, '\0');
    return *this;
  }

  // What was written so far, with and without the end of an archive.
  [[nodiscard]] std::string open_end() const { return out_; }
  [[nodiscard]] std::string finish() const { return out_ + std::string(1024, '\0'); }

  static std::string gnu_magic() { return {"ustar  \0", 8}; }

  static std::string pax_record(std::string_view key, std::string_view value) {
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest + 1;
    while (length != rest + std::to_string(length).size()) {
      length = rest + std::to_string(length).size();
    }
    return fmt::format("{} {}={}\n", length, key, value);
  }

  // Writes the checksum of a header block into it.
  static void seal(std::string& block) {
    block.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    block.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  }

  // A number as GNU tar writes it when it does not fit in octal.
  static std::string base256(std::int64_t value, std::size_t width) {
    std::string field(width, value < 0 ? '\xff' : '\0');
    for (std::size_t i = 0; i < 8 && i < width; ++i) {
      field[width - 1 - i] = static_cast<char>(value >> (8 * i) & 0xff);
    }
    field[0] = static_cast<char>(value < 0 ? 0xff : 0x80);
    return field;
  }

 private:
  std::string out_;
};

}  // namespace corten::test
