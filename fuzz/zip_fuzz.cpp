// Any bytes open as a zip archive or fail; a member that is read has the size that its entry says.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reader = corten::archive::ZipReader::open(std::as_bytes(std::span(data, size)),
                                                       {.entries = 1000, .member_bytes = 1 << 20});
  if (!reader) return 0;
  std::string content;
  for (std::size_t i = 0; i < reader->size(); ++i) {
    if (reader->read(i, content) && content.size() != reader->member(i).size) std::abort();
  }
  return 0;
}
