// The first line is a path, the rest a .dockerignore. What lies in an excluded folder is excluded;
// a path, escaped, excludes itself.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "dockerfile/dockerignore.h"

namespace {

using corten::dockerfile::clean_context_path;
using corten::dockerfile::Dockerignore;

constexpr std::size_t kMaxPath = 512;  // keeps one run short

void check_own_pattern(const std::string& path) {
  std::string pattern = "/";
  for (const char c : path) {
    if (std::string_view("*?[\\").contains(c)) pattern += '\\';
    pattern += c;
  }
  if (pattern.find_first_of("\r\n") != std::string::npos) return;
  if (corten::trim(pattern) != pattern) return;
  if (path.contains('\\')) return;  // a slash may follow it in the pattern
  if (!Dockerignore::parse(pattern).excludes(path)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string path = clean_context_path(input.substr(0, end).substr(0, kMaxPath));
  if (clean_context_path(path) != path) std::abort();
  check_own_pattern(path);
  if (end == std::string_view::npos) return 0;
  const Dockerignore ignore = Dockerignore::parse(input.substr(end + 1));
  const bool excluded = ignore.excludes(path);
  if (excluded && path != "." && !ignore.has_exceptions() && !ignore.excludes(path + "/x")) {
    std::abort();
  }
  return 0;
}
