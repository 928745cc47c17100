// Packages from a worker: what can be decoded encodes to something that decodes to the same
// package.
#include <cstdint>

#include "package/ownership.h"
#include "package/package.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten;
  const Bytes content(reinterpret_cast<const std::byte*>(data), size);
  wire::Decoder in(content);
  if (const auto package = package::decode_package(in)) {
    wire::Encoder out;
    encode(out, *package);
    wire::Decoder again(as_bytes(out.bytes()));
    if (package::decode_package(again) != *package || !again.at_end()) __builtin_trap();
    (void)purl_of(*package, {"debian", "12", "", "", {}});
  }
  wire::Decoder files_in(content);
  if (const auto files = package::decode_owned_files(files_in)) {
    wire::Encoder out;
    encode(out, *files);
    wire::Decoder again(as_bytes(out.bytes()));
    if (package::decode_owned_files(again) != *files || !again.at_end()) __builtin_trap();
  }
  return 0;
}
