#include "advisory/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "advisory/internal/build_internal.h"
#include "advisory/internal/explain_flaw.h"
#include "advisory/internal/flaws.h"
#include "advisory/internal/report_flaw.h"
#include "advisory/internal/starter.h"
#include "advisory/internal/store.h"

namespace corten::advisory {

class Database::Impl {
 public:
  Store store;
  std::filesystem::path path;
  Fd memory;  // of the starter database
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& folder) {
  const auto file = folder / kFileName;
  CORTEN_TRY(Store store, Store::open(file));
  return Database(std::make_unique<Impl>(Impl{std::move(store), file, Fd()}));
}

Result<Database> Database::starter() {
  CORTEN_TRY(Fd memory, build_starter());
  CORTEN_TRY(Store store, Store::open(path_of(memory)));
  return Database(std::make_unique<Impl>(Impl{std::move(store), "(built in)", std::move(memory)}));
}

DatabaseInfo Database::info() const {
  return info_of(impl_->store.meta(), impl_->path, impl_->store.file_size());
}

namespace {

using package::Package;

std::string_view source_of(const Package& package) {
  return package.source_name.empty() ? package.name : package.source_name;
}

// What an image's packages ask of the database, with the answers that packages share.
class Matcher {
 public:
  Matcher(const Snapshot& snapshot, std::span<const Package> packages,
          const package::Distribution& distribution, std::string_view epss_date)
      : lookup_(snapshot),
        packages_(packages),
        distribution_(distribution),
        epss_date_(epss_date) {}

  void match(std::size_t index, std::vector<Database::Match>& out) {
    const Package& package = packages_[index];
    const std::vector<FlawReport>& reports = reports_about(package);
    if (reports.empty()) return;
    const PackageRef reference{
        package.name, package.version, package::purl_type(package.type),
        package::purl_of(package, distribution_),
        package.source_name == package.name ? std::string() : package.source_name};
    const auto* listed = package.inside_os_package.empty()
                             ? nullptr
                             : &listed_by_distribution(package.inside_os_package);
    for (const FlawReport& report : reports) {
      if (listed != nullptr && is_listed(report.finding, *listed)) continue;
      out.push_back({index, report_flaw(report, package, reference)});
    }
  }

 private:
  // The flaws of a package by id; those of one source and version are found once.
  const std::vector<FlawReport>& reports_about(const Package& package) {
    const auto questions = questions_about(package, distribution_);
    std::string asked;
    for (const Question& question : questions) {
      asked += fmt::format("{}\n{}\n{}\n{}{}\n", question.key, question.version, question.module,
                           question.module_build, question.epoch_unknown);
    }
    const auto [at, is_new] = reports_.try_emplace(std::move(asked));
    if (!is_new) return at->second;
    std::vector<Flaw> flaws = flaws_in(questions, distribution_, lookup_);
    std::ranges::sort(flaws, {},
                      [](const Flaw& flaw) -> const std::string& { return flaw.ids.front(); });
    for (const Flaw& flaw : flaws) at->second.push_back(describe_flaw(flaw, lookup_, epss_date_));
    return at->second;
  }

  // A flaw of a module inside an OS package, when the distribution has a verdict on that flaw in
  // that OS package, is counted there (or mended there by a patch) and not twice.
  static bool is_listed(const Finding& finding, const std::unordered_set<std::string>& listed) {
    return listed.contains(finding.id) ||
           std::ranges::any_of(finding.aliases,
                               [&](const std::string& id) { return listed.contains(id); });
  }

  const std::unordered_set<std::string>& listed_by_distribution(const std::string& os_package) {
    const auto [at, is_new] = listed_.try_emplace(os_package);
    if (!is_new) return at->second;
    for (const Package& package : packages_) {
      const bool is_owner = package.name == os_package || source_of(package) == os_package;
      if (!is_owner || !language_family(package.type).empty()) continue;
      for (const Question& question : questions_about(package, distribution_))
        add_listed(question, at->second);
    }
    return at->second;
  }

  void add_listed(const Question& question, std::unordered_set<std::string>& into) {
    const PackageView* value = lookup_.package(question.key);
    if (value == nullptr) return;
    for (const Statement& statement : statements_of(*value, question, distribution_)) {
      const VulnerabilityView* record = lookup_.vulnerability(statement.entry.vulnerability);
      if (record == nullptr || record->withdrawn) continue;
      for (const auto& ids : flaws_of(*record)) into.insert(ids.begin(), ids.end());
    }
  }

  Lookup lookup_;
  std::span<const Package> packages_;
  const package::Distribution& distribution_;
  std::string_view epss_date_;
  std::unordered_map<std::string, std::vector<FlawReport>> reports_;
  std::unordered_map<std::string, std::unordered_set<std::string>> listed_;
};

}  // namespace

Result<std::vector<Database::Match>> Database::match(
    std::span<const Package> packages, const package::Distribution& distribution) const {
  const Snapshot snapshot = impl_->store.snapshot();
  Matcher matcher(snapshot, packages, distribution, impl_->store.meta().epss_date);
  std::vector<Match> out;
  for (std::size_t i = 0; i < packages.size(); ++i) matcher.match(i, out);
  if (Status state = snapshot.state(); !state)
    return in_context(std::move(state).error(), impl_->path.string());
  return out;
}

Result<bool> Database::tells_of(std::span<const Package> packages,
                                const package::Distribution& distribution) const {
  const Snapshot snapshot = impl_->store.snapshot();
  Lookup lookup(snapshot);
  const auto is_told_of = [&](const Question& question) {
    const PackageView* value = lookup.package(question.key);
    return value != nullptr && !statements_of(*value, question, distribution).empty();
  };
  const bool found = std::ranges::any_of(packages, [&](const Package& package) {
    return std::ranges::any_of(questions_about(package, distribution), is_told_of);
  });
  if (Status state = snapshot.state(); !state)
    return in_context(std::move(state).error(), impl_->path.string());
  return found;
}

Result<std::optional<Explanation>> Database::explain(std::string_view id) const {
  const Snapshot snapshot = impl_->store.snapshot();
  auto explanation = explain_flaw(id, snapshot, impl_->store.meta().epss_date);
  if (Status state = snapshot.state(); !state)
    return in_context(std::move(state).error(), impl_->path.string());
  return explanation;
}

}  // namespace corten::advisory
