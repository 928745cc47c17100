// The database of landmark vulnerabilities that is built from records inside the program.
#pragma once

#include <filesystem>

#include "base/fd.h"
#include "base/result.h"

namespace corten::advisory {

// A database file in memory (memfd), with the records of data/starter.
[[nodiscard]] Result<Fd> build_starter();
[[nodiscard]] std::filesystem::path path_of(const Fd& memory);  // by which this process can open it

}  // namespace corten::advisory
