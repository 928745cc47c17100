#include "package/executable.h"

#include <fmt/format.h>

#include <algorithm>

#include "package/internal/executable_formats.h"

namespace corten::package {

namespace internal {

std::string_view until_nul(Bytes bytes) {
  constexpr std::size_t kMaxNameBytes = 256;
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kMaxNameBytes)));
  return text.substr(0, text.find('\0'));
}

Status check_part_count(std::uint64_t count) {
  if (count <= kMaxExecutableParts) return {};
  return fail(ErrorCode::LimitExceeded,
              fmt::format("executable with {} sections or segments, the limit is {}", count,
                          kMaxExecutableParts));
}

}  // namespace internal

const ExecutablePart* Executable::section(std::string_view name) const {
  const auto found = std::ranges::find(sections, name, &ExecutablePart::name);
  return found == sections.end() ? nullptr : &*found;
}

Bytes Executable::bytes_of(const ExecutablePart& part) const {
  if (part.offset >= image.size()) return {};
  return image.subspan(part.offset, std::min<std::uint64_t>(part.size, image.size() - part.offset));
}

std::optional<Bytes> Executable::at_address(std::uint64_t address, std::uint64_t count) const {
  for (const ExecutablePart& segment : segments) {
    const Bytes bytes = bytes_of(segment);
    if (address < segment.address || address - segment.address >= bytes.size()) continue;
    const Bytes rest = bytes.subspan(address - segment.address);
    if (count <= rest.size()) return rest.first(count);
  }
  return std::nullopt;
}

bool has_executable_magic(Bytes head) {
  const std::string_view text = as_text(head);
  if (text.starts_with(internal::kElfMagic) || text.starts_with(internal::kPeMagic)) return true;
  return internal::is_macho(head) || internal::is_universal(head);
}

Result<std::vector<Executable>> read_executables(Bytes content) {
  const std::string_view text = as_text(content);
  if (internal::is_universal(content)) return internal::read_universal(content);
  if (!has_executable_magic(content)) return fail(ErrorCode::InvalidInput, "not an executable");
  std::vector<Executable> programs;
  if (text.starts_with(internal::kElfMagic)) {
    CORTEN_TRY(Executable program, internal::read_elf(content));
    programs.push_back(std::move(program));
  } else if (text.starts_with(internal::kPeMagic)) {
    CORTEN_TRY(Executable program, internal::read_pe(content));
    programs.push_back(std::move(program));
  } else {
    CORTEN_TRY(Executable program, internal::read_macho(content));
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace corten::package
