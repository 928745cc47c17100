#include "advisory/internal/question.h"

#include <algorithm>

#include "base/text.h"

namespace corten::advisory {

namespace {

using package::Package;
using version::Scheme;

bool has_epoch(std::string_view version) { return version.find(':') != std::string_view::npos; }

std::string_view without_epoch(std::string_view version) {
  return version.substr(version.find(':') + 1);
}

// The tag "go1.21rc2" of the Go distribution is "1.21.0-rc.2" in advisories; "go1.21.3
// X:boringcrypto" is 1.21.3.
std::string go_version(std::string_view version) {
  if (!version.starts_with("go")) return std::string(version);
  version.remove_prefix(2);
  version = version.substr(0, version.find(' '));
  const std::size_t letters = version.find_first_not_of("0123456789.");
  std::string out(version.substr(0, letters));
  if (std::ranges::count(out, '.') == 1) out += ".0";
  if (letters == std::string_view::npos) return out;
  const std::string_view rest = version.substr(letters);
  const bool prerelease = rest.starts_with("rc") || rest.starts_with("beta");
  if (!prerelease) return out;
  const std::size_t digits = std::min(rest.find_first_of("0123456789"), rest.size());
  return out + "-" + std::string(rest.substr(0, digits)) + "." + std::string(rest.substr(digits));
}

bool is_module_version(std::string_view version) {
  return version.find(".module") != std::string_view::npos;
}

Question os_question(const Package& package, const OsAdvisories& advisories,
                     std::string_view name) {
  Question question;
  question.ecosystem = ecosystem_of(advisories.family);
  question.key = package_key(advisories.family, name);
  question.version = package.version;
  question.fits = advisories.fits;
  question.module = module_of(package.module_label);
  question.module_build = !package.module_label.empty() || is_module_version(package.version);
  return question;
}

void ask_by_source(const Package& package, const OsAdvisories& advisories,
                   std::vector<Question>& out) {
  Question question = os_question(package, advisories,
                                  package.source_name.empty() ? package.name : package.source_name);
  const std::string& source = package.source_version;
  if (!source.empty() && package.type != package::Type::Rpm) question.version = source;
  // A subpackage with a version of its own has an epoch of its own too; the source's is not told.
  if (!source.empty() && package.type == package::Type::Rpm &&
      without_epoch(package.version) != without_epoch(source)) {
    question.version = source;
    question.epoch_unknown = !has_epoch(source);
  }
  out.push_back(std::move(question));
}

std::vector<Question> os_questions(const Package& package,
                                   const package::Distribution& distribution) {
  const auto advisories = os_advisories(distribution);
  std::vector<Question> out;
  if (!advisories || advisories->type != package.type) return out;
  const bool renamed = !package.source_name.empty() && package.source_name != package.name;
  if (advisories->named_by != NamedBy::Source)
    out.push_back(os_question(package, *advisories, package.name));
  if (advisories->named_by == NamedBy::Source ||
      (advisories->named_by == NamedBy::Both && renamed)) {
    ask_by_source(package, *advisories, out);
  }
  return out;
}

// The version to compare with a bound. rpm: when one side tells no epoch, neither counts; but a
// binary package without epoch has epoch 0.
struct Comparable {
  std::string_view version;
  std::string_view bound;
};
Comparable comparable(const Question& question, std::string_view version, std::string_view bound) {
  if (question.ecosystem.scheme != Scheme::Rpm) return {version, bound};
  const bool ignore = question.epoch_unknown || (has_epoch(version) && !has_epoch(bound));
  if (!ignore) return {version, bound};
  return {without_epoch(version), without_epoch(bound)};
}

std::weak_ordering compare_with(const Question& question, bool semver, std::string_view version,
                                std::string_view bound) {
  const Comparable pair = comparable(question, version, bound);
  return version::compare(scheme_of(question.ecosystem, semver), pair.version, pair.bound);
}

bool holds(const SpanView& span, const Question& question, bool semver, std::string_view version) {
  if (!span.introduced.empty() && compare_with(question, semver, version, span.introduced) < 0)
    return false;
  switch (span.kind) {
    case EndKind::Open:
      return true;
    case EndKind::Fixed:
      return compare_with(question, semver, version, span.end) < 0;
    case EndKind::LastAffected:
      return compare_with(question, semver, version, span.end) <= 0;
  }
  return false;
}

// rpm: builds of a module and of the base system have separate version histories, so that only
// their own kind counts.
bool is_other_build(const StoredEntry& entry, const Question& question) {
  if (question.ecosystem.scheme != Scheme::Rpm) return false;
  const bool entry_module =
      !entry.module.empty() || std::ranges::any_of(entry.spans, [](const SpanView& span) {
        return is_module_version(span.end);
      });
  const bool bounded =
      std::ranges::any_of(entry.spans, [](const SpanView& span) { return !span.end.empty(); });
  if (bounded && entry_module != question.module_build) return true;
  return !entry.module.empty() && !question.module.empty() && entry.module != question.module;
}

// A pseudo-version ends with the time of the commit and the first twelve digits of its hash:
// "v0.0.0-20240102030405-0123456789ab", "v1.2.4-0.20240102030405-0123456789ab".
std::string commit_of(std::string_view version) {
  constexpr std::size_t kHashDigits = 12;
  constexpr std::size_t kTimeDigits = 14;
  constexpr std::string_view kHex = "0123456789abcdef";
  if (version.size() < kHashDigits + 1 + kTimeDigits) return {};
  const std::string_view hash = version.substr(version.size() - kHashDigits);
  version.remove_suffix(kHashDigits);
  if (!version.ends_with('-') || hash.find_first_not_of(kHex) != std::string_view::npos) return {};
  version.remove_suffix(1);
  const std::string_view time = version.substr(version.size() - kTimeDigits);
  return time.find_first_not_of("0123456789") == std::string_view::npos ? std::string(hash)
                                                                        : std::string();
}

// What is known by repository alone, of a Go module whose path names its repository.
std::optional<Question> repository_question(const Package& package) {
  const auto repository = go_repository(package.name);
  if (!repository) return std::nullopt;
  std::string_view version = package.version;
  if (const std::size_t plus = version.find("+incompatible"); plus != std::string_view::npos)
    version = version.substr(0, plus);
  Question question;
  question.ecosystem = ecosystem_of(kGitFamily);
  question.key = package_key(kGitFamily, repository->name);
  question.version = repository->tag_prefix + std::string(version);
  question.commit = commit_of(version);
  return question;
}

// Which commits lie between two others, only the repository knows. What is certain without it: the
// first and the last affected commit themselves, and the tags that are listed.
bool affects_commit(const StoredEntry& entry, const Question& question, std::string_view tag) {
  const auto is_it = [&](std::string_view hash) {
    return !question.commit.empty() && hash.starts_with(question.commit);
  };
  const bool named = std::ranges::any_of(entry.spans, [&](const SpanView& span) {
    return is_it(span.introduced) || (span.kind == EndKind::LastAffected && is_it(span.end));
  });
  const auto plain = [](std::string_view version) {
    return version.substr(version.starts_with('v') ? 1 : 0);
  };
  return named || std::ranges::any_of(entry.versions, [&](std::string_view listed) {
           return plain(listed) == plain(tag);
         });
}

}  // namespace

std::string module_of(std::string_view label) {
  const auto parts = split(label, ':');
  if (parts.size() < 2) return {};
  return std::string(parts[0]) + ":" + std::string(parts[1]);
}

std::vector<Question> questions_about(const Package& package,
                                      const package::Distribution& distribution) {
  if (package.version.empty() || package.name.empty()) return {};
  const std::string_view family = language_family(package.type);
  if (family.empty()) return os_questions(package, distribution);
  if (package.unpublished) return {};
  if (package.type == package::Type::Go && package.version == "(devel)") return {};
  Question question;
  question.ecosystem = ecosystem_of(family);
  question.key = package_key(family, normal_name(question.ecosystem, package.name));
  question.version =
      package.type == package::Type::Go ? go_version(package.version) : package.version;
  std::vector<Question> out = {std::move(question)};
  if (package.type != package::Type::Go) return out;
  if (auto by_repository = repository_question(package)) out.push_back(*std::move(by_repository));
  return out;
}

bool affects(const StoredEntry& entry, const Question& question, std::string_view version) {
  if (entry.state == EntryState::NotAffected) return false;
  if (question.ecosystem.family == kGitFamily) return affects_commit(entry, question, version);
  const bool in_span = std::ranges::any_of(entry.spans, [&](const SpanView& span) {
    return holds(span, question, entry.semver, version);
  });
  if (in_span) return true;
  return std::ranges::any_of(entry.versions, [&](std::string_view listed) {
    return listed == version || compare_with(question, false, version, listed) == 0;
  });
}

std::vector<Statement> statements_of(const PackageView& package, const Question& question,
                                     const package::Distribution& distribution) {
  std::vector<Fit> fits(package.release_count(), Fit::Exact);
  for (std::size_t i = 0; question.fits != nullptr && i < fits.size(); ++i) {
    fits[i] = question.fits(distribution, package.release_name(i));
  }
  std::vector<Statement> statements;
  for (std::size_t i = 0; i < package.size(); ++i) {
    const std::size_t release = package.release_index(i);
    if (release >= fits.size() || fits[release] == Fit::None) continue;
    Statement statement;
    statement.entry = package.entry(i);
    if (is_other_build(statement.entry, question)) continue;
    statement.fit = fits[release];
    statement.affected = affects(statement.entry, question, question.version);
    statement.is_the_fix =
        !statement.affected &&
        std::ranges::any_of(statement.entry.spans, [&](const SpanView& span) {
          return span.kind == EndKind::Fixed &&
                 compare_with(question, statement.entry.semver, question.version, span.end) == 0;
        });
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace corten::advisory
