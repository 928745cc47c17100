// What nearly every source includes anyway: parsed once for each build (cmake/rooms.cmake). A
// source still includes what it uses, and clang-tidy reads it without this.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
