#include "advisory/internal/flaws.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace corten::advisory {

namespace {

bool is_cve(std::string_view id) { return id.starts_with("CVE-"); }

Rank rank_of(const Statement& statement, const VulnerabilityView& record) {
  if (statement.entry.native) return Rank::Distribution;
  const std::string_view id = record.line(TextLine::Id);
  if (id.starts_with("GHSA-")) return Rank::GitHub;
  return is_cve(id) ? Rank::Other : Rank::OwnDatabase;
}

// The stream of an erratum is often told in its summary alone ("nodejs:20 security update").
bool is_for_other_module(const Question& question, const VulnerabilityView& record) {
  if (question.module.empty()) return false;
  const auto modules = record.items(TextLine::Modules);
  return !modules.empty() && std::ranges::find(modules, question.module) == modules.end();
}

// A notice of a distribution under an id of its own (DSA-…, RHSA-…).
bool is_erratum(const VulnerabilityView& record) {
  if (is_cve(record.line(TextLine::Id)) || !record.is_osv()) return false;
  const Ecosystem home = ecosystem_of(record.line(TextLine::Source).substr(4));
  return home.scheme == version::Scheme::Deb || home.scheme == version::Scheme::Apk ||
         home.scheme == version::Scheme::Rpm;
}

void add_unique(std::vector<std::string>& into, std::string_view id) {
  if (std::ranges::find(into, id) == into.end()) into.emplace_back(id);
}

// Sets that are joined when they share an id.
class Groups {
 public:
  std::size_t add(const std::vector<std::string>& ids) {
    const std::size_t node = parents_.size();
    parents_.push_back(node);
    for (const std::string& id : ids) {
      const auto [at, is_new] = owners_.try_emplace(id, node);
      if (!is_new) parents_[root(node)] = root(at->second);
    }
    return node;
  }
  std::size_t root(std::size_t node) {
    while (parents_[node] != node) {
      parents_[node] = parents_[parents_[node]];
      node = parents_[node];
    }
    return node;
  }

 private:
  std::vector<std::size_t> parents_;
  std::unordered_map<std::string, std::size_t> owners_;
};

struct Evaluated {
  std::vector<Claim> affected;
  std::vector<std::pair<Statement, const Question*>> cleared;
};

Evaluated evaluate(std::span<const Question> questions, const package::Distribution& distribution,
                   Lookup& lookup) {
  Evaluated out;
  for (const Question& question : questions) {
    const PackageView* package = lookup.package(question.key);
    if (package == nullptr) continue;
    for (Statement& statement : statements_of(*package, question, distribution)) {
      if (!statement.affected) {
        out.cleared.emplace_back(std::move(statement), &question);
        continue;
      }
      const VulnerabilityView* record = lookup.vulnerability(statement.entry.vulnerability);
      if (record == nullptr || record->withdrawn || is_for_other_module(question, *record))
        continue;
      Claim claim;
      claim.rank = rank_of(statement, *record);
      claim.statement = std::move(statement);
      claim.question = &question;
      claim.record = record;
      out.affected.push_back(std::move(claim));
    }
  }
  return out;
}

std::vector<Flaw> join(const std::vector<Claim>& claims) {
  struct Node {
    std::size_t claim;
    std::vector<std::string> ids;
    bool erratum;
  };
  std::vector<Node> nodes;
  Groups groups;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    auto sets = flaws_of(*claims[i].record);
    for (auto& ids : sets) {
      groups.add(ids);
      nodes.push_back({i, std::move(ids), sets.size() > 1});
    }
  }
  std::vector<Flaw> flaws;
  std::unordered_map<std::size_t, std::size_t> by_root;
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    const auto [at, is_new] = by_root.try_emplace(groups.root(node), flaws.size());
    if (is_new) flaws.emplace_back();
    Flaw& flaw = flaws[at->second];
    for (const std::string& id : nodes[node].ids) add_unique(flaw.ids, id);
    const Claim& claim = claims[nodes[node].claim];
    if (nodes[node].erratum) add_unique(flaw.advisories, claim.record->line(TextLine::Id));
    flaw.claims.push_back(claim);
  }
  for (Flaw& flaw : flaws) {
    std::ranges::sort(flaw.ids, shown_before);
    std::ranges::sort(flaw.advisories);
    std::ranges::stable_sort(flaw.claims, {}, &Claim::rank);
  }
  return flaws;
}

// A verdict "not affected" that may outrank claims of others.
struct Clearance {
  Rank rank = Rank::Other;
  Fit fit = Fit::Exact;
  bool is_the_fix = false;
  bool by_version = true;  // rather than by commit
  std::unordered_set<std::string> ids;
};

bool is_by_commit(const Question& question) { return question.ecosystem.family == kGitFamily; }

bool outranks(const Clearance& clearance, const Claim& claim) {
  // The distribution's own feed over OSV's view of it.
  if (clearance.rank == Rank::Distribution && claim.rank != Rank::Distribution) return true;
  // As beside a claim that it is affected.
  if (clearance.by_version && is_by_commit(*claim.question)) return true;
  // The public archive has the fix, so that the paid one's later date of the same fix does not
  // matter.
  if (clearance.fit == Fit::Exact && claim.statement.fit == Fit::Paid) return true;
  // The ecosystem's own database names this very version as fixed. Short of that, ranges that
  // differ are united.
  return clearance.is_the_fix && clearance.rank == Rank::OwnDatabase &&
         claim.rank > Rank::OwnDatabase;
}

std::vector<Clearance> clearances(const Evaluated& evaluated, Lookup& lookup) {
  const auto some = [&](auto&& test) { return std::ranges::any_of(evaluated.affected, test); };
  const bool foreign = some([](const Claim& claim) { return claim.rank != Rank::Distribution; });
  const bool commit = some([](const Claim& claim) { return is_by_commit(*claim.question); });
  const bool paid = some([](const Claim& claim) { return claim.statement.fit == Fit::Paid; });
  std::vector<Clearance> out;
  for (const auto& [statement, question] : evaluated.cleared) {
    // Records are looked up only where their verdict could matter: a kernel has thousands of flaws
    // that are fixed.
    const bool relevant = (foreign && (statement.entry.native || statement.is_the_fix)) ||
                          (paid && statement.fit == Fit::Exact) ||
                          (commit && !is_by_commit(*question));
    const auto* record = relevant ? lookup.vulnerability(statement.entry.vulnerability) : nullptr;
    if (record == nullptr || record->withdrawn || is_for_other_module(*question, *record)) continue;
    Clearance clearance;
    clearance.rank = rank_of(statement, *record);
    clearance.fit = statement.fit;
    clearance.is_the_fix = statement.is_the_fix;
    clearance.by_version = !is_by_commit(*question);
    for (const auto& ids : flaws_of(*record)) clearance.ids.insert(ids.begin(), ids.end());
    out.push_back(std::move(clearance));
  }
  return out;
}

// Whoever judges versions knows more than a list of tags.
void drop_commits_beside_versions(Flaw& flaw) {
  const auto by_commit = [](const Claim& claim) { return is_by_commit(*claim.question); };
  if (!std::ranges::all_of(flaw.claims, by_commit)) std::erase_if(flaw.claims, by_commit);
}

void drop_outranked(std::vector<Flaw>& flaws, const std::vector<Clearance>& cleared) {
  for (Flaw& flaw : flaws) {
    drop_commits_beside_versions(flaw);
    for (const Clearance& clearance : cleared) {
      const bool same = std::ranges::any_of(
          flaw.ids, [&](const std::string& id) { return clearance.ids.contains(id); });
      if (same)
        std::erase_if(flaw.claims, [&](const Claim& claim) { return outranks(clearance, claim); });
    }
  }
  std::erase_if(flaws, [](const Flaw& flaw) { return flaw.claims.empty(); });
}

}  // namespace

const PackageView* Lookup::package(const std::string& key) {
  const auto [at, is_new] = packages_.try_emplace(key);
  Loaded<PackageView>& loaded = at->second;
  if (is_new) {
    loaded.value = snapshot_.get(key);
    if (loaded.value) loaded.view = PackageView::of(loaded.value->bytes());
  }
  return loaded.view ? &*loaded.view : nullptr;
}

const VulnerabilityView* Lookup::vulnerability(std::uint32_t number) {
  const auto [at, is_new] = vulnerabilities_.try_emplace(number);
  Loaded<VulnerabilityView>& loaded = at->second;
  if (is_new) {
    loaded.value = snapshot_.get_vulnerability(number);
    if (loaded.value) loaded.view = VulnerabilityView::of(loaded.value->bytes());
  }
  return loaded.view ? &*loaded.view : nullptr;
}

std::vector<const VulnerabilityView*> Lookup::others(std::string_view id) {
  std::vector<const VulnerabilityView*> records;
  const auto value = snapshot_.get(id_key(id));
  if (!value) return records;
  constexpr std::size_t kEnough = 16;
  for (const std::uint32_t number : decode_numbers(value->bytes())) {
    const VulnerabilityView* record = vulnerability(number);
    if (record == nullptr || record->withdrawn || records.size() == kEnough) continue;
    const auto aliases = record->items(TextLine::Aliases);
    // "UBUNTU-CVE-2024-1" is a distribution's record of that CVE.
    const bool named =
        record->line(TextLine::Id).ends_with(id) || std::ranges::find(aliases, id) != aliases.end();
    if (named && flaws_of(*record).size() == 1) records.push_back(record);
  }
  return records;
}

const CveFact* Lookup::cve(std::string_view id) {
  const auto cve = parse_cve(id);
  if (!cve) return nullptr;
  const auto [at, is_new] = cves_.try_emplace(*cve);
  if (is_new) at->second = snapshot_.get_cve(*cve);
  return at->second ? &*at->second : nullptr;
}

bool shown_before(std::string_view a, std::string_view b) {
  const auto place = [](std::string_view id) {
    return is_cve(id) ? 0 : id.starts_with("GHSA-") ? 1 : 2;
  };
  const int left = place(a);
  const int right = place(b);
  return left != right ? left < right : a < b;
}

std::vector<std::vector<std::string>> flaws_of(const VulnerabilityView& record) {
  std::vector<std::string> own = {std::string(record.line(TextLine::Id))};
  std::vector<std::string> cves;
  if (is_cve(own.front())) cves.push_back(own.front());
  for (const std::string_view alias : record.items(TextLine::Aliases)) {
    add_unique(own, alias);
    if (is_cve(alias)) add_unique(cves, alias);
  }
  // A distribution's erratum that calls many CVEs its aliases still mends many flaws; elsewhere it
  // is one flaw with two ids.
  if (!cves.empty() && (cves.size() == 1 || !is_erratum(record))) return {std::move(own)};
  // `upstream` does not mean "the same", but a record with one upstream CVE (UBUNTU-CVE-…, CGA-…)
  // is that CVE's.
  for (const std::string_view upstream : record.items(TextLine::Upstream)) {
    if (is_cve(upstream)) add_unique(cves, upstream);
  }
  if (cves.empty()) return {std::move(own)};
  if (cves.size() == 1) {
    add_unique(own, cves.front());
    return {std::move(own)};
  }
  std::vector<std::vector<std::string>> sets;
  for (std::string& cve : cves) sets.push_back({std::move(cve)});
  return sets;
}

std::vector<Flaw> flaws_in(std::span<const Question> questions,
                           const package::Distribution& distribution, Lookup& lookup) {
  const Evaluated evaluated = evaluate(questions, distribution, lookup);
  if (evaluated.affected.empty()) return {};
  std::vector<Flaw> flaws = join(evaluated.affected);
  drop_outranked(flaws, clearances(evaluated, lookup));
  return flaws;
}

}  // namespace corten::advisory
