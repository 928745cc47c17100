// Builds small ELF, PE and Mach-O programs for tests, as their specifications lay them out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::package::testing {

// A section that is also a segment of its own.
struct Part {
  std::string name;
  std::uint64_t address = 0;
  std::string content;
  bool writable = true;
};

enum class Words { Bits32, Bits64 };
enum class Order { Little, Big };
enum class SectionHeaders { Kept, Stripped };

// Appends integers in one byte order.
class Writer {
 public:
  Writer(Words words, Order order) : words_(words), order_(order) {}

  Writer& integer(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::size_t shift = 8 * (order_ == Order::Little ? i : bytes - 1 - i);
      out_ += static_cast<char>(static_cast<unsigned char>(value >> shift & 0xff));
    }
    return *this;
  }
  Writer& u16(std::uint64_t value) { return integer(value, 2); }
  Writer& u32(std::uint64_t value) { return integer(value, 4); }
  Writer& word(std::uint64_t value) { return integer(value, words_ == Words::Bits64 ? 8 : 4); }
  Writer& text(std::string_view bytes, std::size_t padded_to = 0) {
    out_ += bytes;
    if (bytes.size() < padded_to) out_.append(padded_to - bytes.size(), '\0');
    return *this;
  }
  Writer& pad_to(std::size_t size) {
    if (out_.size() < size) out_.resize(size, '\0');
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  Words words_;
  Order order_;
  std::string out_;
};

// Offset in the file; the next ones follow at multiples of 16.
inline constexpr std::size_t kFirstPart = 0x400;

inline std::vector<std::size_t> part_offsets(const std::vector<Part>& parts) {
  std::vector<std::size_t> offsets;
  std::size_t at = kFirstPart;
  for (const Part& part : parts) {
    offsets.push_back(at);
    at = (at + part.content.size() + 15) / 16 * 16;
  }
  offsets.push_back(at);
  return offsets;
}

inline void write_parts(Writer& out, const std::vector<Part>& parts) {
  const auto offsets = part_offsets(parts);
  for (std::size_t i = 0; i < parts.size(); ++i) out.pad_to(offsets[i]).text(parts[i].content);
  out.pad_to(offsets.back());
}

// Headers and program headers, then the parts, section names and section headers.
inline std::string build_elf(Words words, Order order, SectionHeaders headers,
                             const std::vector<Part>& parts) {
  const bool wide = words == Words::Bits64;
  const auto offsets = part_offsets(parts);
  std::string names("\0", 1);
  std::vector<std::size_t> name_offsets;
  for (const Part& part : parts) {
    name_offsets.push_back(names.size());
    names += part.name + '\0';
  }
  const std::size_t names_name = names.size();
  names += std::string(".shstrtab") + '\0';
  const bool kept = headers == SectionHeaders::Kept;
  const std::size_t table = (offsets.back() + names.size() + 15) / 16 * 16;

  Writer out(words, order);
  out.text(
         "\x7f"
         "ELF")
      .integer(wide ? 2 : 1, 1)
      .integer(order == Order::Little ? 1 : 2, 1);
  out.integer(1, 1).pad_to(16).u16(2).u16(62).u32(1).word(0x401000);
  out.word(wide ? 64 : 52).word(kept ? table : 0).u32(0);
  out.u16(wide ? 64 : 52).u16(wide ? 56 : 32).u16(parts.size());
  out.u16(wide ? 64 : 40).u16(kept ? parts.size() + 2 : 0).u16(kept ? parts.size() + 1 : 0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::uint64_t flags = parts[i].writable ? 6 : 4;
    const std::uint64_t size = parts[i].content.size();
    out.u32(1);
    if (wide) out.u32(flags);
    out.word(offsets[i]).word(parts[i].address).word(parts[i].address).word(size).word(size);
    if (!wide) out.u32(flags);
    out.word(16);
  }
  write_parts(out, parts);
  if (!kept) return out.str();
  out.text(names).pad_to(table);
  out.pad_to(table + (wide ? 64 : 40));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out.u32(name_offsets[i]).u32(1).word(parts[i].writable ? 3 : 2).word(parts[i].address);
    out.word(offsets[i]).word(parts[i].content.size()).u32(0).u32(0).word(16).word(0);
  }
  out.u32(names_name).u32(3).word(0).word(0).word(offsets.back()).word(names.size());
  out.u32(0).u32(0).word(1).word(0);
  return out.str();
}

// Addresses of the parts are absolute; the image base is 0x400000.
inline std::string build_pe(Words words, const std::vector<Part>& parts) {
  const bool wide = words == Words::Bits64;
  constexpr std::uint64_t kImageBase = 0x400000;
  const std::size_t optional_size = wide ? 240 : 224;
  const auto offsets = part_offsets(parts);
  Writer out(words, Order::Little);
  out.text("MZ").pad_to(0x3c).u32(0x80).pad_to(0x80).text("PE", 4);
  out.u16(wide ? 0x8664 : 0x14c).u16(parts.size()).u32(0).u32(0).u32(0).u16(optional_size).u16(2);
  const std::size_t optional_header = out.size();
  out.u16(wide ? 0x20b : 0x10b).pad_to(optional_header + (wide ? 24 : 28)).word(kImageBase);
  out.pad_to(optional_header + optional_size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out.text(parts[i].name, 8).u32(parts[i].content.size()).u32(parts[i].address - kImageBase);
    out.u32(parts[i].content.size()).u32(offsets[i]).u32(0).u32(0).u16(0).u16(0);
    out.u32(parts[i].writable ? 0xc0000040 : 0x40000040);
  }
  write_parts(out, parts);
  return out.str();
}

inline std::string build_macho(Words words, Order order, const std::vector<Part>& parts) {
  const bool wide = words == Words::Bits64;
  const std::size_t command_size = wide ? 72 + 80 : 56 + 68;
  const auto offsets = part_offsets(parts);
  Writer out(words, order);
  out.u32(wide ? 0xfeedfacf : 0xfeedface).u32(0x0100000c).u32(0).u32(2);
  out.u32(parts.size()).u32(parts.size() * command_size).u32(0);
  if (wide) out.u32(0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::uint64_t size = parts[i].content.size();
    const std::uint64_t protection = parts[i].writable ? 3 : 1;
    out.u32(wide ? 0x19 : 0x1).u32(command_size).text("__DATA", 16);
    out.word(parts[i].address).word(size).word(offsets[i]).word(size);
    out.u32(protection).u32(protection).u32(1).u32(0);
    out.text(parts[i].name, 16).text("__DATA", 16).word(parts[i].address).word(size);
    out.u32(offsets[i]).u32(4).u32(0).u32(0).u32(0).u32(0).u32(0);
    if (wide) out.u32(0);
  }
  write_parts(out, parts);
  return out.str();
}

inline std::string build_universal(const std::vector<std::string>& slices) {
  Writer out(Words::Bits32, Order::Big);
  out.u32(0xcafebabe).u32(slices.size());
  std::size_t at = 0x1000;
  for (const std::string& slice : slices) {
    out.u32(0x01000007).u32(3).u32(at).u32(slice.size()).u32(12);
    at = (at + slice.size() + 0xfff) / 0x1000 * 0x1000;
  }
  at = 0x1000;
  for (const std::string& slice : slices) {
    out.pad_to(at).text(slice);
    at = (at + slice.size() + 0xfff) / 0x1000 * 0x1000;
  }
  return out.str();
}

// ---- Go ----

inline const std::string kGoMagic = "\xff Go buildinf:";

inline std::string marked(std::string_view module_text) {
  if (module_text.empty()) return {};
  return "<sixteen bytes.>" + std::string(module_text) + "<sixteen bytes/>";
}

inline std::string with_varint_length(std::string_view text) {
  std::string out;
  std::size_t rest = text.size();
  for (; rest >= 0x80; rest >>= 7)
    out += static_cast<char>(static_cast<unsigned char>(rest | 0x80));
  out += static_cast<char>(rest);
  return out + std::string(text);
}

// The inline form of Go 1.18 and later.
inline std::string go_inline(std::string_view version, std::string_view module_text) {
  Writer out(Words::Bits64, Order::Little);
  out.text(kGoMagic).integer(8, 1).integer(2, 1).pad_to(32);
  return out.str() + with_varint_length(version) + with_varint_length(marked(module_text));
}

// The pointer form of Go 1.13 to 1.17, for a part that is loaded at `address`.
inline std::string go_pointers(Words words, Order order, std::uint64_t address,
                               std::string_view version, std::string_view module_text) {
  const std::string modules = marked(module_text);
  const std::size_t size = words == Words::Bits64 ? 8 : 4;
  const std::uint64_t headers = address + 32;
  const std::uint64_t texts = headers + 4 * size;
  Writer out(words, order);
  out.text(kGoMagic).integer(size, 1).integer(order == Order::Big ? 1 : 0, 1);
  out.word(headers).word(headers + 2 * size).pad_to(32);
  out.word(texts).word(version.size()).word(texts + version.size()).word(modules.size());
  return out.text(version).text(modules).str();
}

}  // namespace corten::package::testing
