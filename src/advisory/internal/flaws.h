// From statements of records to flaws: which records speak of the same one, and whose verdict
// counts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisory/internal/question.h"
#include "advisory/internal/store.h"

namespace corten::advisory {

// Values that were looked up during one match; views into them live as long as this.
class Lookup {
 public:
  explicit Lookup(const Snapshot& snapshot) : snapshot_(snapshot) {}

  [[nodiscard]] const PackageView* package(const std::string& key);
  [[nodiscard]] const VulnerabilityView* vulnerability(std::uint32_t number);
  // Records, of whatever package, about the flaw with this id and no other; errata of distributions
  // are not among them.
  [[nodiscard]] std::vector<const VulnerabilityView*> others(std::string_view id);
  [[nodiscard]] const CveFact* cve(std::string_view id);  // nullptr: nothing known, or no CVE id

 private:
  template <typename View>
  struct Loaded {
    std::optional<Value> value;
    std::optional<View> view;
  };
  const Snapshot& snapshot_;
  std::unordered_map<std::string, Loaded<PackageView>> packages_;
  std::unordered_map<std::uint32_t, Loaded<VulnerabilityView>> vulnerabilities_;
  std::map<CveId, std::optional<CveFact>> cves_;
};

// Who speaks, the best first.
enum class Rank { Distribution, OwnDatabase, GitHub, Other };

struct Claim {
  Statement statement;
  const Question* question = nullptr;
  const VulnerabilityView* record = nullptr;
  Rank rank = Rank::Other;
};

struct Flaw {
  std::vector<std::string> ids;         // of the same flaw, sorted, the one to show first
  std::vector<std::string> advisories;  // errata that mend it among others
  std::vector<Claim> claims;            // that it affects the package, best rank first
};

// The ids of a record's flaws: one set for a record of one flaw; one set a CVE for an erratum that
// mends many (its own id is then not the name of any of them).
[[nodiscard]] std::vector<std::vector<std::string>> flaws_of(const VulnerabilityView& record);

// Every flaw that affects the package: statements of withdrawn records and of other modules are
// left out, aliases are joined through the records of this package alone, and verdicts of lower
// rank yield to "not affected" of a higher one.
[[nodiscard]] std::vector<Flaw> flaws_in(std::span<const Question> questions,
                                         const package::Distribution& distribution, Lookup& lookup);

// Order in which ids are shown: CVE, GHSA, others.
[[nodiscard]] bool shown_before(std::string_view a, std::string_view b);

}  // namespace corten::advisory
