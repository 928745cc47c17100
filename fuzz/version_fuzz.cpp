// Three versions separated by line feeds: in every scheme their order must be antisymmetric and
// transitive, and equal bytes must be equal.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "version/version.h"

namespace {

using corten::version::SchemeInfo;
using Three = std::array<std::string_view, 3>;

Three split(std::string_view text) {
  Three parts;
  for (std::string_view& part : parts) {
    const std::size_t end = text.find('\n');
    part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

int sign(const SchemeInfo& scheme, std::string_view a, std::string_view b) {
  const auto order = scheme.compare(a, b);
  if (order == 0) return 0;
  return order < 0 ? -1 : 1;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const SchemeInfo& scheme, const Three& versions) {
  std::array<std::array<int, 3>, 3> order{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) order[i][j] = sign(scheme, versions[i], versions[j]);
    (void)scheme.valid(versions[i]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    require(order[i][i] == 0);
    for (std::size_t j = 0; j < 3; ++j) {
      require(order[i][j] == -order[j][i]);
      for (std::size_t k = 0; k < 3; ++k) {
        if (order[i][j] > 0 || order[j][k] > 0) continue;
        require(order[i][k] == (order[i][j] == 0 && order[j][k] == 0 ? 0 : -1));
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Three versions = split({reinterpret_cast<const char*>(data), size});
  for (const SchemeInfo& scheme : corten::version::schemes()) check(scheme, versions);
  return 0;
}
