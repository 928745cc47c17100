// What is asked of the database about one package: in which family, under which name, at which
// version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisory/ecosystems.h"
#include "advisory/internal/values.h"
#include "package/package.h"

namespace corten::advisory {

struct Question {
  std::string key;      // of the package's value
  std::string version;  // as the scheme compares it
  Ecosystem ecosystem;
  Fit (*fits)(const package::Distribution& distribution,
              std::string_view release) = nullptr;  // nullptr: any release
  bool epoch_unknown = false;  // rpm: the version is a source RPM's, whose file name has no epoch
  bool module_build = false;   // rpm: installed from a module
  std::string module;          // rpm: "name:stream", if known
  std::string commit;          // of a repository's: what is known of its hash, or empty
};

// None for a package that no feed can judge: no version, a main module of unknown version, a
// distribution without feed.
[[nodiscard]] std::vector<Question> questions_about(const package::Package& package,
                                                    const package::Distribution& distribution);

// One entry's verdict on the package.
struct Statement {
  StoredEntry entry;
  Fit fit = Fit::Exact;
  bool affected = false;
  bool is_the_fix = false;  // not affected because it is exactly a version that mends
};

// What every entry that fits the release says. Views borrow from the value behind `package`.
[[nodiscard]] std::vector<Statement> statements_of(const PackageView& package,
                                                   const Question& question,
                                                   const package::Distribution& distribution);

// True if the entry's spans or versions hold `version`.
[[nodiscard]] bool affects(const StoredEntry& entry, const Question& question,
                           std::string_view version);

// The module of a package that a label "name:stream:version:context:arch" tells, as "name:stream".
[[nodiscard]] std::string module_of(std::string_view label);

}  // namespace corten::advisory
