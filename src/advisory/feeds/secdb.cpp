// The security database of apk distributions (secdb.alpinelinux.org and its likes): per origin
// package, the versions that mended flaws. Version "0": the package was never affected.
#include <map>

#include "advisory/ecosystems.h"
#include "advisory/internal/json.h"
#include "advisory/internal/layout.h"
#include "advisory/internal/prose.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr std::string_view kNeverAffected = "0";

struct Fix {
  std::string version;
  std::vector<std::string> aliases;
  std::vector<std::string> related;
};
using Fixes = std::map<std::string, Fix, std::less<>>;  // by id

bool looks_like_id(std::string_view word) {
  const std::size_t dash = word.find('-');
  return dash != std::string_view::npos && dash > 0 && word[0] >= 'A' && word[0] <= 'Z';
}

// "CVE-2017-8904 XSA-214": the first word is the id. A Xen advisory may stand behind several CVEs,
// so that only ids of GitHub's database count as the same flaw.
void add_fix(std::string_view text, std::string_view version, version::Scheme scheme,
             Fixes& fixes) {
  std::string id;
  Fix fix;
  fix.version = version;
  for (const std::string_view part : split(text, ' ')) {
    const std::string word = clean_item(trim(part));
    if (word.empty()) continue;
    if (id.empty()) {
      id = word;
    } else if (looks_like_id(word)) {
      (word.starts_with("GHSA-") || word.starts_with("CVE-") ? fix.aliases : fix.related)
          .push_back(word);
    }
  }
  if (!looks_like_id(id)) return;
  const auto [at, is_new] = fixes.try_emplace(std::move(id), fix);
  if (is_new) return;
  // A flaw that is listed twice was mended twice: only the last mending is whole.
  Fix& known = at->second;
  if (known.version == kNeverAffected ||
      (version != kNeverAffected && version::compare(scheme, known.version, version) < 0)) {
    known.version = version;
  }
}

Status read_package(json::value value, const FeedContext& context, FeedOutput& out) {
  const version::Scheme scheme = ecosystem_of(context.family).scheme;
  std::string name;
  Fixes fixes;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "name") return take_text(member, name);
    if (key != "secfixes") return {};
    return members_of(member, [&](std::string_view version_text, json::value ids) -> Status {
      const std::string version = clean_item(trim(version_text));
      if (version.empty()) return {};
      return elements_of(ids, [&](json::value id) -> Status {
        if (const auto text = text_of(id)) add_fix(*text, version, scheme, fixes);
        return {};
      });
    });
  }));
  name = clean_item(name, kMaxKeyBytes - 80);
  if (name.empty()) {
    out.problems.push_back(context.source + ": a package without usable name");
    return {};
  }
  for (auto& [id, fix] : fixes) {
    Record record;
    record.id = id;
    record.source = context.source;
    record.aliases = std::move(fix.aliases);
    record.related = std::move(fix.related);
    Affected affected;
    affected.family = context.family;
    affected.release = context.release;
    affected.name = name;
    if (fix.version == kNeverAffected) {
      affected.state = EntryState::NotAffected;
    } else {
      affected.spans.push_back({{}, fix.version, EndKind::Fixed});
    }
    record.affected.push_back(std::move(affected));
    out.records.push_back(std::move(record));
  }
  return {};
}

}  // namespace

Status read_secdb(std::string_view content, const FeedContext& context, JsonScratch& scratch,
                  FeedOutput& out) {
  return with_document(content, scratch, [&](json::object document) -> Status {
    return each_member(document, [&](std::string_view key, json::value packages) -> Status {
      if (key != "packages") return {};
      return elements_of(packages, [&](json::value element) -> Status {
        return members_of(element, [&](std::string_view inner, json::value package) -> Status {
          return inner == "pkg" ? read_package(package, context, out) : Status{};
        });
      });
    });
  });
}

}  // namespace corten::advisory
