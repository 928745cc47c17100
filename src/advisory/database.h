// The advisory database as its readers see it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "advisory/advisory.h"
#include "base/result.h"
#include "package/package.h"

namespace corten::advisory {

inline constexpr std::uint32_t kSchema =
    3;  // a newer file is refused, an older one asks for an update
inline constexpr const char* kFileName = "corten.db";  // inside the folder that --db names

// A package that a flaw affects, as one record says it.
struct AffectedPackage {
  std::string ecosystem;  // "Debian:12", "Go"
  std::string name;
  std::string versions;  // "below 1.2.3", "1.0 to below 1.2", "all versions, no fix yet", or empty
                         // when only listed versions are affected

  auto operator<=>(const AffectedPackage&) const = default;
};

// Everything that the database knows of one flaw, for `corten explain`.
struct Explanation {
  std::string id;
  std::string title;
  std::vector<std::string> aliases;
  std::optional<Severity> severity;  // of the first CVSS vector that a record or the NVD gives
  double score = 0;
  std::string vector;
  std::string published;  // ISO date of the earliest record, or empty
  bool withdrawn = false;
  std::optional<Kev> kev;
  std::optional<Epss> epss;
  std::vector<AffectedPackage> packages;  // sorted, without doubles
  std::vector<std::string> references;
};

// An open database; cheap to open (a memory map), safe to use from several threads.
class Database {
 public:
  // Opens DIR/corten.db. Errors: NotFound (hint: corten db update), InvalidInput (corrupt),
  // Unsupported (newer schema).
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& folder);
  // The embedded starter database: some thirty landmark vulnerabilities, so that a first run shows
  // real matches.
  [[nodiscard]] static Result<Database> starter();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  [[nodiscard]] DatabaseInfo info() const;

  // One finding per (package instance, flaw): aliases are merged, withdrawn records never match,
  // the distribution's verdict outranks the ecosystem's. Findings have no subject and no origin
  // yet; the caller adds them. `packages` of one image with its distribution. Unfixed, ignored and
  // end-of-life states are in VulnerabilityDetail::state. The result is in package order, then by
  // id. index of the package within `packages` comes with each finding.
  struct Match {
    std::size_t package_index = 0;
    Finding finding;
  };
  [[nodiscard]] Result<std::vector<Match>> match(std::span<const package::Package> packages,
                                                 const package::Distribution& distribution) const;

  // Whether any record tells of any of these packages in this release, affected or not: without
  // one, no match means nothing.
  [[nodiscard]] Result<bool> tells_of(std::span<const package::Package> packages,
                                      const package::Distribution& distribution) const;

  // By id or alias; nullopt when no record bears it. Walks all packages: some tens of milliseconds.
  [[nodiscard]] Result<std::optional<Explanation>> explain(std::string_view id) const;

 private:
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace corten::advisory
