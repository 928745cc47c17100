// Facts of layers that were read before, kept between runs and shared by parallel ones: an SQLite
// file.
//
// A layer's key is its digest, so the facts are the same in whichever image it comes. That the
// bytes of a file really have that digest is remembered for the file's identity (device, inode,
// size, times): a changed file is checked again. A cache that cannot be opened or read is no error,
// only slower.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace corten::scan {

class Cache {
 public:
  // No cache: nothing is found and nothing kept.
  Cache();
  // Opens or creates FOLDER/layers.db (mode 0600, folder 0700). A file of another format number is
  // emptied.
  [[nodiscard]] static Result<Cache> open(const std::filesystem::path& folder);
  Cache(Cache&&) noexcept;
  Cache& operator=(Cache&&) noexcept;
  ~Cache();

  [[nodiscard]] std::optional<std::string> facts(std::string_view layer) const;
  [[nodiscard]] bool is_verified(std::string_view file_identity, std::string_view digest) const;

  void keep_facts(std::string_view layer, std::string_view facts, Time now);
  void keep_verified(std::string_view file_identity, std::string_view digest, Time now);
  // Facts that were found are of use: shrink() keeps them longer. Written at most once a day.
  void note_use(std::string_view layer, Time now);
  // Drops what was not used for `age`, then the least recently used until the facts are below
  // `bytes`. Only after something was kept: a run that found all it needed pays nothing.
  void shrink(Time now, std::chrono::days age, std::uint64_t bytes);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// $XDG_CACHE_HOME/corten, or ~/.cache/corten; nullopt without a home.
[[nodiscard]] std::optional<std::filesystem::path> default_cache_folder();

}  // namespace corten::scan
