#include "advisory/internal/batch.h"

#include <algorithm>

#include "advisory/internal/layout.h"
#include "advisory/internal/values.h"

namespace corten::advisory {

namespace {

std::uint32_t size_of(const auto& vector) { return static_cast<std::uint32_t>(vector.size()); }

}  // namespace

void Batch::add(const Record& record) {
  ++records_;
  if (record.modified) modified_ = std::max(modified_, *record.modified);
  if (record.affected.empty() && !record.withdrawn) {
    ++without_packages_;
    return;
  }
  CompactVulnerability vulnerability;
  vulnerability.value = arena_.keep(encoder_.encode(record));
  vulnerability.id = intern(record.id);
  vulnerability.source = intern(record.source);
  vulnerability.modified = stored_seconds(record.modified);
  vulnerability.osv = record.source.starts_with("osv:");
  vulnerability.titled = !record.summary.empty();
  vulnerability.first_name = size_of(compact_.names);
  compact_.names.push_back(vulnerability.id);
  for (const auto* others : {&record.aliases, &record.upstream}) {
    for (const std::string& name : *others) {
      if (!name.empty()) compact_.names.push_back(intern(name));
    }
  }
  vulnerability.names = size_of(compact_.names) - vulnerability.first_name;
  vulnerability.first_row = size_of(compact_.rows);
  vulnerability.first_family = size_of(compact_.families);
  for (const Affected& affected : record.affected) {
    const std::uint32_t family = intern(affected.family);
    const auto known = compact_.families.begin() + vulnerability.first_family;
    if (std::find(known, compact_.families.end(), family) == compact_.families.end())
      compact_.families.push_back(family);
    if (record.withdrawn) continue;
    CompactRow row;
    row.family = family;
    row.vulnerability = size_of(compact_.vulnerabilities);
    row.native = !vulnerability.osv;
    add_row(affected, row);
  }
  vulnerability.rows = size_of(compact_.rows) - vulnerability.first_row;
  vulnerability.families = size_of(compact_.families) - vulnerability.first_family;
  compact_.vulnerabilities.push_back(vulnerability);
}

void Batch::add_row(const Affected& affected, CompactRow row) {
  key_ = package_key(affected.family, affected.name);
  row.key = intern(key_);
  row.release = intern(affected.release);
  row.state = affected.state;
  row.semver = affected.semver;
  if (affected.severity) row.severity = static_cast<std::int8_t>(*affected.severity);
  if (!is_plain(affected)) {
    row.has_extra = true;
    row.bound = add_extra(affected);
  } else if (!affected.spans.empty()) {
    row.bound = intern(affected.spans[0].end);
    row.kind = affected.spans[0].kind;
  }
  compact_.rows.push_back(row);
}

std::uint32_t Batch::add_extra(const Affected& affected) {
  const std::uint32_t index = size_of(compact_.extras);
  compact_.extras.push_back({size_of(compact_.spans), size_of(affected.spans),
                             size_of(compact_.versions), size_of(affected.versions),
                             intern(affected.module)});
  for (const Span& span : affected.spans)
    compact_.spans.push_back({intern(span.introduced), intern(span.end), span.kind});
  for (const std::string& version : affected.versions) compact_.versions.push_back(intern(version));
  return index;
}

}  // namespace corten::advisory
