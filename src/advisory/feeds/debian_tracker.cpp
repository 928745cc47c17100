// The Debian security tracker's export (security-tracker.debian.org/tracker/data/json): package,
// then issue, then release.
#include "advisory/ecosystems.h"
#include "advisory/internal/json.h"
#include "advisory/internal/layout.h"
#include "advisory/internal/prose.h"
#include "base/text.h"
#include "version/version.h"

namespace corten::advisory {

namespace {

struct ReleaseStatement {
  std::string status;
  std::string urgency;
  std::string fixed_version;
  std::string nodsa_reason;
  bool nodsa = false;
  std::string archived;  // the newest version that the release's archives hold, with -security
};

constexpr version::Scheme kOrder = version::Scheme::Deb;

// {"bookworm": "590-2", "bookworm-security": "590-2.1~deb12u2"}
Status read_archives(json::value value, std::string& newest) {
  return members_of(value, [&](std::string_view /*archive*/, json::value member) -> Status {
    const auto version = text_of(member);
    if (version && (newest.empty() || version::compare(kOrder, newest, *version) < 0)) {
      newest = clean_item(*version);
    }
    return {};
  });
}

Status read_statement(json::value value, ReleaseStatement& statement) {
  return members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "status") return take_text(member, statement.status);
    if (key == "urgency") return take_text(member, statement.urgency);
    if (key == "fixed_version") return take_text(member, statement.fixed_version);
    if (key == "nodsa_reason") return take_text(member, statement.nodsa_reason);
    if (key == "nodsa") statement.nodsa = text_of(member).has_value();
    if (key == "repositories") return read_archives(member, statement.archived);
    return {};
  });
}

// "low**" was set by hand, "low" by rule; both are low. "not yet assigned" and "end-of-life" are no
// ratings.
std::optional<Severity> severity_of(std::string_view urgency) {
  while (urgency.ends_with('*')) urgency.remove_suffix(1);
  if (urgency == "unimportant") return Severity::Info;
  if (urgency == "low") return Severity::Low;
  if (urgency == "medium") return Severity::Medium;
  if (urgency == "high") return Severity::High;
  return std::nullopt;
}

EntryState open_state(const ReleaseStatement& statement) {
  if (statement.status == "undetermined") return EntryState::Undetermined;
  if (statement.urgency == "end-of-life") return EntryState::EndOfLife;
  if (statement.urgency == "unimportant" || statement.nodsa_reason == "ignored")
    return EntryState::WillNotFix;
  // "postponed", and a plain no-dsa: to be mended in a later update, without an advisory of its
  // own.
  if (statement.nodsa) return EntryState::Deferred;
  return EntryState::NotFixed;
}

// The first version of the release that has the fix. "590-2.1" rebuilt for Debian 12 is
// "590-2.1~deb12u1", which dpkg orders below it: the tracker then calls the release resolved though
// its newest version is lower than the fixed one. What the tracker vouches for is not affected.
std::string first_fixed(const ReleaseStatement& statement) {
  const std::string& fixed = statement.fixed_version;
  const std::string& archived = statement.archived;
  if (archived.empty() || version::compare(kOrder, archived, fixed) >= 0) return fixed;
  const std::string rebuild = fixed + "~deb";
  if (!archived.starts_with(rebuild)) return archived;
  const std::size_t end = archived.find_first_not_of("0123456789", rebuild.size());
  if (end == rebuild.size() || end == std::string::npos || archived[end] != 'u') return archived;
  return archived.substr(0, end) + "u1";
}

std::optional<Affected> convert(const ReleaseStatement& statement, std::string_view package,
                                std::string_view codename) {
  Affected affected;
  affected.family = "Debian";
  affected.release = debian_release(codename);
  affected.name = package;
  affected.severity = severity_of(statement.urgency);
  if (statement.status == "resolved") {
    if (statement.fixed_version.empty()) return std::nullopt;
    if (statement.fixed_version == "0") {
      affected.state = EntryState::NotAffected;
      affected.severity.reset();
    } else {
      affected.spans.push_back({{}, first_fixed(statement), EndKind::Fixed});
    }
    return affected;
  }
  if (statement.status != "open" && statement.status != "undetermined") return std::nullopt;
  affected.state = open_state(statement);
  affected.spans.push_back({{}, {}, EndKind::Open});
  return affected;
}

Status read_issue(json::value value, std::string_view package, Record& record, FeedOutput& out) {
  return members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "description") {
      std::string description;
      CORTEN_CHECK(take_text(member, description));
      record.summary = first_sentence(description);
    }
    if (key != "releases") return {};
    return members_of(
        member, [&](std::string_view codename, json::value statement_value) -> Status {
          const std::string release = clean_item(codename, 64);
          ReleaseStatement statement;
          CORTEN_CHECK(read_statement(statement_value, statement));
          auto affected = convert(statement, package, release);
          if (affected && clean_item(statement.fixed_version) == statement.fixed_version) {
            record.affected.push_back(*std::move(affected));
          } else {
            out.problems.push_back(record.id + ": unusable statement on " + std::string(package) +
                                   " in " + release);
          }
          return {};
        });
  });
}

}  // namespace

Status read_debian_tracker(std::string_view content, const FeedContext& context,
                           JsonScratch& scratch, FeedOutput& out) {
  return with_document(content, scratch, [&](json::object packages) -> Status {
    return each_member(packages, [&](std::string_view name, json::value issues) -> Status {
      const std::string package = clean_item(name, kMaxKeyBytes - 80);
      if (package.empty()) return {};
      return members_of(issues, [&](std::string_view id, json::value issue) -> Status {
        Record record;
        record.id = clean_item(id);
        if (record.id.empty()) return {};
        record.source = context.source;
        CORTEN_CHECK(read_issue(issue, package, record, out));
        out.records.push_back(std::move(record));
        return {};
      });
    });
  });
}

}  // namespace corten::advisory
