// Headers of programs: every part that a program claims lies inside of its image, and addresses
// resolve to bytes of it.
#include <algorithm>
#include <cstdint>

#include "package/executable.h"

namespace {

using corten::Bytes;

void demand(bool holds) {
  if (!holds) __builtin_trap();
}

bool is_inside(Bytes part, Bytes whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto programs = corten::package::read_executables(content);
  if (!programs) return 0;
  demand(corten::package::has_executable_magic(content));
  for (const auto& program : *programs) {
    demand(is_inside(program.image, content));
    for (const auto* parts : {&program.sections, &program.segments}) {
      // Looking up is linear: a few parts of each kind suffice.
      for (std::size_t i = 0; i < std::min<std::size_t>(parts->size(), 64); ++i) {
        const auto& part = (*parts)[i];
        demand(is_inside(program.bytes_of(part), program.image));
        demand(program.section(part.name) != nullptr || parts == &program.segments);
      }
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(program.segments.size(), 64); ++i) {
      const auto& segment = program.segments[i];
      const auto found = program.at_address(segment.address, 1);
      demand(!found || (found->size() == 1 && is_inside(*found, program.image)));
    }
  }
  return 0;
}
