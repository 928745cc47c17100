// VEX documents: what vendors say about flaws that do not matter in their products, as ignore
// rules.
//
// Read are OpenVEX (0.0.x and 0.2.0), CSAF 2.x (profile csaf_vex, and the product status of
// advisories) and CycloneDX (1.4 and later), all as JSON. A document is data of the one who hands
// it over: it is bounded, but what it says is believed. It can suppress only the vulnerability ids
// that it names, in what it names: its ids and names are never taken as wildcards.
//
// What a statement is about becomes the parts of its rule:
//   * a package URL of a package                  IgnoreRule::packages, with its version if it has
//   one
//   * a package URL of an image (docker, oci)     IgnoreRule::subjects, its repository with any
//   registry before it
//   * a product with subcomponents                the subcomponents; within the image if the
//   product is one, else anywhere:
//                                                 which program a package belongs to is not known
//                                                 of a finding
//   * a CSAF component of a platform              the component; if its purl has no version, only
//   within the platform's
//                                                 release, for "not affected on 8" says nothing
//                                                 about 9
//   * anything else                               a name in IgnoreRule::packages
// Statements that name nothing are passed over. Of several statements about one thing, in one
// document or in several, the latest counts: "affected" and "under investigation" become rules too
// (IgnoreRule::takes_back).
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/policy.h"

namespace corten {

inline constexpr std::size_t kMaxVexBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxVexTargets =
    1'000'000;  // pairs of an id and what it is about, in one document
inline constexpr std::size_t kMaxVexDepth = 32;  // of branches and nested components

// Reads one document. `name` stands in errors, and in IgnoreRule::source ("vex:<document id>") if
// the document has no id. Errors: InvalidInput (no JSON, a statement without what it must have),
// Unsupported (JSON, but no VEX), LimitExceeded.
[[nodiscard]] Result<std::vector<IgnoreRule>> parse_vex(std::string_view content,
                                                        std::string_view name);

}  // namespace corten
