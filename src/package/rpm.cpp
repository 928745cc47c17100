#include "package/rpm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "package/rpm_catalog.h"
#include "package/rpm_store.h"

namespace corten::package {

namespace {

// The last one is where image-based systems (rpm-ostree) keep it; the second is openSUSE's and
// Fedora's since 36.
constexpr std::array<std::string_view, 3> kFolders{"var/lib/rpm/", "usr/lib/sysimage/rpm/",
                                                   "usr/share/rpm/"};
constexpr std::array<std::string_view, 3> kNames{"rpmdb.sqlite", "Packages.db", "Packages"};

constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);
constexpr std::string_view kNdbMagic = "RpmP";
constexpr std::size_t kBdbMagicOffset = 12;
constexpr std::string_view kBdbMagicLittle("\x61\x15\x06\0", 4);
constexpr std::string_view kBdbMagicBig("\0\x06\x15\x61", 4);

std::string with_epoch(std::uint32_t epoch, std::string_view version) {
  return epoch == 0 ? std::string(version) : fmt::format("{}:{}", epoch, version);
}

// A package whose list of files is broken is still a package.
Status gather(Bytes blob, RpmCatalog& into) {
  CORTEN_TRY(const RpmHeader header, RpmHeader::parse(blob));
  CORTEN_TRY(Package package, package_of(header));
  OwnedFiles files{package.name, {}};
  const Status listed = for_each_file(
      header, [&](std::string_view path) { files.path_hashes.push_back(path_hash(path)); });
  if (!listed) into.problem(fmt::format("{}: {}", package.name, describe(listed.error())));
  into.add(std::move(package), std::move(files));
  return {};
}

Status read_store(Bytes content, const RpmSink& sink) {
  switch (rpm_store_of(content)) {
    case RpmStore::Sqlite:
      return read_rpm_sqlite(content, sink);
    case RpmStore::Ndb:
      return read_rpm_ndb(content, sink);
    case RpmStore::BerkeleyDb:
      return read_rpm_bdb(content, sink);
    case RpmStore::Unknown:
      break;
  }
  return fail(ErrorCode::InvalidInput,
              "not an rpm database: neither SQLite, ndb nor a hash of Berkeley DB");
}

}  // namespace

RpmStore rpm_store_of(Bytes content) {
  const std::string_view text = as_text(content);
  if (text.starts_with(kSqliteMagic)) return RpmStore::Sqlite;
  if (text.starts_with(kNdbMagic)) return RpmStore::Ndb;
  if (text.size() < kBdbMagicOffset) return RpmStore::Unknown;
  const std::string_view magic = text.substr(kBdbMagicOffset, kBdbMagicLittle.size());
  return magic == kBdbMagicLittle || magic == kBdbMagicBig ? RpmStore::BerkeleyDb
                                                           : RpmStore::Unknown;
}

RpmSource source_of(std::string_view source_rpm) {
  for (const std::string_view suffix : {".src.rpm", ".nosrc.rpm"}) {
    if (!source_rpm.ends_with(suffix)) continue;
    const std::string_view stem = source_rpm.substr(0, source_rpm.size() - suffix.size());
    const std::size_t release = stem.rfind('-');
    if (release == std::string_view::npos || release == 0) break;
    const std::size_t version = stem.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) break;
    return {stem.substr(0, version), stem.substr(version + 1)};
  }
  return {};
}

Result<Package> package_of(const RpmHeader& header) {
  Package out;
  out.type = Type::Rpm;
  CORTEN_TRY(out.name, header.text(RpmTag::Name));
  CORTEN_TRY(const std::string_view version, header.text(RpmTag::Version));
  CORTEN_TRY(const std::string_view release, header.text(RpmTag::Release));
  if (out.name.empty() || version.empty()) {
    return fail(ErrorCode::InvalidInput, "rpm header without name or version");
  }
  CORTEN_TRY(const std::optional<std::uint32_t> stated_epoch, header.number(RpmTag::Epoch));
  const std::uint32_t epoch = stated_epoch.value_or(0);
  out.version = with_epoch(epoch, version);
  if (!release.empty()) out.version.append("-").append(release);
  CORTEN_TRY(out.arch, header.text(RpmTag::Arch));
  CORTEN_TRY(const std::string_view source_rpm, header.text(RpmTag::SourceRpm));
  if (const RpmSource source = source_of(source_rpm); !source.name.empty()) {
    if (source.name != out.name) out.source_name = source.name;
    const std::string source_version = with_epoch(epoch, source.version);
    if (source_version != out.version) out.source_version = source_version;
  }
  CORTEN_TRY(out.maintainer, header.text(RpmTag::Vendor));
  if (out.maintainer.empty()) {
    CORTEN_TRY(out.maintainer, header.text(RpmTag::Packager));
  }
  CORTEN_TRY(out.module_label, header.text(RpmTag::ModularityLabel));
  CORTEN_TRY(const std::string_view license, header.text(RpmTag::License));
  if (!license.empty()) out.licenses.emplace_back(license);
  return out;
}

bool wants_rpm_database(std::string_view path) {
  return std::ranges::any_of(kFolders, [&](std::string_view folder) {
    return path.starts_with(folder) &&
           std::ranges::find(kNames, path.substr(folder.size())) != kNames.end();
  });
}

Result<Catalog> read_rpm_database(std::string_view path, Bytes content) {
  RpmCatalog gathered(path);
  const RpmSink sink{[&](Bytes blob) {
                       const Status done = gather(blob, gathered);
                       if (!done) gathered.problem(describe(done.error()));
                     },
                     [&](std::string text) { gathered.problem(std::move(text)); }};
  const Status done = read_store(content, sink);
  Catalog catalog = std::move(gathered).finish();
  if (done) return catalog;
  if (catalog.packages.empty()) return std::unexpected(done.error());
  catalog.problems.push_back(describe(done.error()));
  return catalog;
}

}  // namespace corten::package
