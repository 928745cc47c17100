// One record of the OSV schema (ossf.github.io/osv-schema, 1.7), as osv.dev exports it and as dirty
// as some sources write it.
#include <fmt/format.h>

#include "advisory/ecosystems.h"
#include "advisory/internal/json.h"
#include "advisory/internal/layout.h"
#include "advisory/internal/prose.h"
#include "advisory/ranges.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

// Views borrow from the parser, whose strings stay until the next document.
struct RangeText {
  std::string_view type;
  std::string_view repository;  // of type GIT
  std::vector<Event> events;
};

// An `affected` entry as it stands, before it is known which ecosystem its ranges belong to.
struct RawAffected {
  std::string_view ecosystem;
  std::string_view name;
  std::string_view module;
  std::vector<RangeText> ranges;
  std::vector<std::string_view> versions;
  std::vector<std::string> ratings;
  std::string_view notice;
};

struct RawRecord {
  Record record;
  std::string_view summary;
  std::string_view details;
  std::vector<std::string_view> references;
  std::vector<RawAffected> affected;
};

Status read_event(json::value value, std::vector<Event>& events) {
  return members_of(value, [&](std::string_view key, json::value member) -> Status {
    const auto version = text_of(member);
    if (!version || version->empty()) return {};
    if (key == "introduced") events.push_back({Event::Kind::Introduced, *version});
    if (key == "fixed") events.push_back({Event::Kind::Fixed, *version});
    if (key == "last_affected") events.push_back({Event::Kind::LastAffected, *version});
    // `limit` is for commits only.
    return {};
  });
}

Status read_range(json::value value, std::vector<RangeText>& ranges) {
  RangeText range;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "type") return take_text(member, range.type);
    if (key == "repo") return take_text(member, range.repository);
    if (key != "events") return {};
    return elements_of(member, [&](json::value event) { return read_event(event, range.events); });
  }));
  ranges.push_back(std::move(range));
  return {};
}

// A vector stays as it is; a word of a scale of its own becomes "who=word".
Status read_severity(json::value value, std::vector<std::string>& ratings) {
  std::string_view type;
  std::string_view score;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "type") return take_text(member, type);
    if (key == "score") return take_text(member, score);
    return {};
  }));
  if (score.empty()) return {};
  std::string rating = type.starts_with("CVSS_") ? std::string() : to_lower(type) + "=";
  ratings.push_back(std::move(rating += score));
  return {};
}

Status read_package(json::value value, RawAffected& affected) {
  return members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "ecosystem") return take_text(member, affected.ecosystem);
    if (key == "name") return take_text(member, affected.name);
    if (key != "purl") return {};
    const auto purl = text_of(member);
    const std::size_t at = purl ? purl->find("rpmmod=") : std::string_view::npos;
    if (at != std::string_view::npos) {
      const std::string_view value_text = purl->substr(at + 7);
      affected.module = value_text.substr(0, value_text.find('&'));
    }
    return {};
  });
}

Status read_affected(json::value value, RawAffected& affected) {
  return members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "package") return read_package(member, affected);
    if (key == "ranges") {
      return elements_of(member,
                         [&](json::value range) { return read_range(range, affected.ranges); });
    }
    if (key == "versions") return take_texts(member, affected.versions);
    if (key == "severity") {
      return elements_of(member,
                         [&](json::value one) { return read_severity(one, affected.ratings); });
    }
    if (key == "ecosystem_specific" || key == "database_specific") {
      return members_of(member, [&](std::string_view inner, json::value word) -> Status {
        if (inner == "informational") return take_text(word, affected.notice);  // RustSec
        if (inner != "severity") return {};
        if (const auto text = text_of(word)) affected.ratings.push_back("=" + std::string(*text));
        return {};
      });
    }
    return {};
  });
}

Status read_references(json::value value, std::vector<std::string_view>& references) {
  return elements_of(value, [&](json::value reference) -> Status {
    return members_of(reference, [&](std::string_view key, json::value member) -> Status {
      if (key != "url") return {};
      if (const auto url = text_of(member)) references.emplace_back(*url);
      return {};
    });
  });
}

Status take_time(json::value value, std::optional<Time>& into) {
  if (const auto text = text_of(value)) into = parse_time(*text);
  return {};
}

Status read_record(json::object object, RawRecord& raw) {
  Record& record = raw.record;
  return each_member(object, [&](std::string_view key, json::value value) -> Status {
    if (key == "id") return take_text(value, record.id);
    if (key == "summary") return take_text(value, raw.summary);
    // A long text, of use only where a summary is lacking, which mostly stands before it.
    if (key == "details") return raw.summary.empty() ? take_text(value, raw.details) : Status{};
    if (key == "aliases") return take_texts(value, record.aliases);
    if (key == "upstream") return take_texts(value, record.upstream);
    if (key == "related") return take_texts(value, record.related);
    if (key == "published") return take_time(value, record.published);
    if (key == "modified") return take_time(value, record.modified);
    if (key == "withdrawn") {
      const auto text = text_of(value);
      record.withdrawn = text.has_value() && !text->empty();
      return {};
    }
    if (key == "references") return read_references(value, raw.references);
    if (key == "severity") {
      return elements_of(value,
                         [&](json::value one) { return read_severity(one, record.ratings); });
    }
    if (key == "database_specific") {
      return members_of(value, [&](std::string_view inner, json::value word) -> Status {
        if (inner != "severity") return {};
        if (const auto text = text_of(word)) record.ratings.push_back("=" + std::string(*text));
        return {};
      });
    }
    if (key == "affected") {
      return elements_of(
          value, [&](json::value one) { return read_affected(one, raw.affected.emplace_back()); });
    }
    return {};
  });
}

// Versions that are listed and lie in no span; most lists only spell the ranges out.
std::vector<std::string> versions_outside(const std::vector<Span>& spans,
                                          const std::vector<std::string_view>& versions,
                                          version::Scheme scheme) {
  std::vector<std::string> outside;
  for (const std::string_view version : versions) {
    const bool inside = version.empty() || std::ranges::any_of(spans, [&](const Span& span) {
                          return contains({span.introduced, span.end, span.kind}, version, scheme);
                        });
    if (!inside) outside.emplace_back(version);
  }
  return outside;
}

// Commits have no order that a record could tell: the events stay in the order of the record, in
// which an introduction is followed by its ends, one a branch.
void add_commits(const std::vector<Event>& events, std::vector<Span>& spans) {
  std::string introduced;
  bool open = false;
  for (const Event& event : events) {
    if (!is_clean_item(event.version)) continue;
    if (event.kind == Event::Kind::Introduced) {
      if (open) spans.push_back({introduced, {}, EndKind::Open});
      introduced = event.version == "0" ? std::string_view() : event.version;
      open = true;
      continue;
    }
    const auto kind = event.kind == Event::Kind::Fixed ? EndKind::Fixed : EndKind::LastAffected;
    spans.push_back({introduced, std::string(event.version), kind});
    open = false;
  }
  if (open) spans.push_back({introduced, {}, EndKind::Open});
}

// Of one entry. Real ones have one or two; each gets all tags of the entry.
constexpr std::size_t kMaxRepositories = 16;

// The ranges of type GIT, as packages of the family "GIT" that are named after their repositories.
// `versions` are its tags where the entry names no other package.
void convert_commits(const RawAffected& raw, FeedOutput& out, Record& record) {
  const Ecosystem ecosystem = ecosystem_of(kGitFamily);
  const std::size_t first = record.affected.size();
  bool too_many = false;
  for (const RangeText& range : raw.ranges) {
    if (range.type != "GIT") continue;
    ++out.git_ranges;
    const std::string name =
        clean_item(normal_name(ecosystem, range.repository), kMaxKeyBytes - 80);
    if (name.empty()) continue;
    const auto own = std::span(record.affected).subspan(first);
    const auto same = std::ranges::find(own, name, &Affected::name);
    if (same == own.end() && own.size() == kMaxRepositories) {
      too_many = true;
      continue;
    }
    Affected& into = same != own.end() ? *same : record.affected.emplace_back();
    into.family = kGitFamily;
    into.name = name;
    add_commits(range.events, into.spans);
  }
  if (too_many) {
    out.problems.push_back(
        fmt::format("{}: an entry of more than {} repositories", record.id, kMaxRepositories));
  }
  if (!raw.name.empty()) return;
  for (Affected& affected : std::span(record.affected).subspan(first)) {
    for (const std::string_view version : raw.versions)
      if (is_clean_item(version)) affected.versions.emplace_back(version);
  }
}

// The entries of one `affected`: one for each repository, and one for each way of comparing among
// its other ranges.
void convert_affected(RawAffected&& raw, FeedOutput& out, Record& record) {
  convert_commits(raw, out, record);
  if (raw.ecosystem.empty() || raw.name.empty()) return;
  const EcosystemName name = split_ecosystem(raw.ecosystem);
  const Ecosystem ecosystem = ecosystem_of(name.family);
  Affected plain;
  plain.family = clean_item(name.family, 64);
  plain.release = clean_item(name.release);
  plain.name = clean_item(normal_name(ecosystem, raw.name), kMaxKeyBytes - 80);
  plain.module = clean_item(raw.module);
  // CleanStart files half of its records under Alpine, of which they are not true.
  if (record.id.starts_with("CLEANSTART-") && plain.family != "CleanStart") return;
  Affected semver;
  for (RangeText& range : raw.ranges) {
    if (range.type == "GIT") continue;
    const bool is_semver = range.type == "SEMVER" && scheme_of(ecosystem, true) != ecosystem.scheme;
    if (is_semver && !semver.semver) {
      semver = plain;
      semver.spans.clear();
      semver.semver = true;
    }
    Affected& into = is_semver ? semver : plain;
    std::ranges::move(spans_of(std::move(range.events), scheme_of(ecosystem, is_semver)),
                      std::back_inserter(into.spans));
  }
  plain.versions = versions_outside(plain.spans, raw.versions, ecosystem.scheme);
  const bool empty = plain.spans.empty() && plain.versions.empty() && semver.spans.empty();
  if (plain.family.empty() || plain.name.empty()) {
    out.problems.push_back(
        fmt::format("{}: a package name of {} bytes is unusable", record.id, raw.name.size()));
    return;
  }
  if (empty) return;
  if (!semver.spans.empty()) record.affected.push_back(std::move(semver));
  if (!plain.spans.empty() || !plain.versions.empty()) record.affected.push_back(std::move(plain));
}

// "Important: nodejs:20 security update" of AlmaLinux and Rocky Linux: the rating, and the modules
// that it is about.
void read_erratum_summary(Record& record, std::string_view summary, std::string_view family) {
  if (family == "AlmaLinux" || family == "Rocky Linux") {
    const auto parts = split_once(summary, ':');
    if (parts && parts->second.starts_with(' ') && parse_severity(parts->first)) {
      record.ratings.push_back((family == "AlmaLinux" ? "almalinux=" : "rocky=") +
                               std::string(parts->first));
    }
    // Their records name the CVEs as related, from before the schema had `upstream`.
    std::ranges::copy(record.related, std::back_inserter(record.upstream));
    record.related.clear();
  }
  for (std::string_view word : split(summary, ' ')) {
    while (word.ends_with(',')) word.remove_suffix(1);
    const auto module = split_once(word, ':');
    if (module && !module->first.empty() && !module->second.empty() &&
        !module->second.starts_with('/')) {
      record.modules.emplace_back(word);
    }
  }
}

bool is_rpm(std::string_view family) { return ecosystem_of(family).scheme == version::Scheme::Rpm; }

// Bug-fix and enhancement errata mend no flaw unless they name one.
bool is_not_about_security(const Record& record) {
  if (record.id.size() < 4 || !record.upstream.empty() || !record.aliases.empty()) return false;
  const std::string_view maker = std::string_view(record.id).substr(0, 2);
  const std::string_view kind = std::string_view(record.id).substr(2, 2);
  return (maker == "AL" || maker == "RL" || maker == "RH") && (kind == "BA" || kind == "EA");
}

void clean_items(std::vector<std::string>& items) {
  std::erase_if(items,
                [](const std::string& item) { return item.empty() || !is_clean_item(item); });
}

// Pages about the ids that the record names are found again from the ids.
bool follows_from_ids(const Record& record, std::string_view url) {
  if (url.ends_with(record.id)) return has_advisory_url(record.id);
  const auto ends = [&](const std::string& id) { return url.ends_with(id); };
  return std::ranges::any_of(record.aliases, ends) || std::ranges::any_of(record.upstream, ends) ||
         std::ranges::any_of(record.related, ends);
}

// As many as a finding has room for beside the pages about its ids.
std::size_t room_for_references(const Record& record) {
  const auto pages =
      static_cast<std::size_t>(std::ranges::count_if(record.aliases, has_advisory_url)) +
      (has_advisory_url(record.id) ? 1 : 0);
  return std::min(kMaxReferences, kMaxShownReferences - std::min(kMaxShownReferences, pages));
}

void keep_few_references(const std::vector<std::string_view>& references, Record& record) {
  const std::size_t room = room_for_references(record);
  std::size_t bytes = 0;
  for (const std::string_view url : references) {
    if (record.references.size() == room) return;
    const bool usable =
        (url.starts_with(kImpliedScheme) || url.starts_with(kOtherScheme)) && is_clean_item(url);
    if (!usable || bytes + url.size() > kMaxReferenceBytes || follows_from_ids(record, url))
      continue;
    record.references.emplace_back(url);
    bytes += url.size();
  }
}

}  // namespace

Status read_osv(std::string_view content, const FeedContext& context, JsonScratch& scratch,
                FeedOutput& out) {
  RawRecord raw;
  CORTEN_CHECK(with_document(content, scratch,
                             [&](json::object object) { return read_record(object, raw); }));
  Record& record = raw.record;
  record.id = clean_item(record.id);
  if (record.id.empty()) return fail(ErrorCode::InvalidInput, "a record without id");
  record.source = context.source;
  clean_items(record.aliases);
  clean_items(record.upstream);
  clean_items(record.related);
  clean_items(record.ratings);
  keep_few_references(raw.references, record);
  const std::string_view family = raw.affected.empty()
                                      ? std::string_view()
                                      : split_ecosystem(raw.affected.front().ecosystem).family;
  if (is_rpm(family)) read_erratum_summary(record, raw.summary, family);
  record.summary = raw.summary.empty() ? first_sentence(raw.details) : one_line(raw.summary);
  record.affected.reserve(raw.affected.size());
  for (RawAffected& affected : raw.affected) {
    clean_items(affected.ratings);
    if (record.ratings.empty()) record.ratings = affected.ratings;
    if (record.notice.empty()) record.notice = clean_item(affected.notice);
    convert_affected(std::move(affected), out, record);
  }
  for (std::string& rating : record.ratings) {
    if (rating.starts_with('=')) rating = authority_of(record.id, record.source) + rating;
  }
  if (is_not_about_security(record)) return {};
  out.records.push_back(std::move(record));
  return {};
}

}  // namespace corten::advisory
