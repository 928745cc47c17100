// container-manifest-2: what `rpm -qa` printed while the image was built, one package a line,
// fields separated by tabs.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "package/rpm.h"
#include "package/rpm_catalog.h"

namespace corten::package {

namespace {

constexpr std::string_view kPath = "var/lib/rpmmanifest/container-manifest-2";
constexpr std::string_view kAbsent = "(none)";

// NAME VERSION-RELEASE INSTALLTIME BUILDTIME VENDOR EPOCH SIZE ARCH EPOCHNUM SOURCERPM
enum Field : std::size_t { Name, VersionRelease, Vendor = 4, Epoch, Arch = 7, SourceRpm = 9 };
constexpr std::size_t kFields = 10;

std::string_view present(std::string_view field) { return field == kAbsent ? "" : field; }

// nullopt: not a line of this format.
std::optional<Package> package_of_line(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, '\t');
  if (fields.size() < kFields || fields[Name].empty() || fields[VersionRelease].empty()) {
    return std::nullopt;
  }
  std::string epoch;
  if (const std::string_view text = present(fields[Epoch]); !text.empty()) {
    const auto number = parse_number<std::uint32_t>(text);
    if (!number) return std::nullopt;
    if (*number != 0) epoch = fmt::format("{}:", *number);
  }
  Package out;
  out.type = Type::Rpm;
  out.name = fields[Name];
  out.version = epoch + std::string(fields[VersionRelease]);
  out.arch = present(fields[Arch]);
  out.maintainer = present(fields[Vendor]);
  if (const RpmSource source = source_of(fields[SourceRpm]); !source.name.empty()) {
    if (source.name != out.name) out.source_name = source.name;
    const std::string source_version = epoch + std::string(source.version);
    if (source_version != out.version) out.source_version = source_version;
  }
  return out;
}

}  // namespace

bool wants_rpm_manifest(std::string_view path) { return path == kPath; }

Result<Catalog> read_rpm_manifest(std::string_view path, Bytes content) {
  RpmCatalog gathered(path);
  std::string_view rest = as_text(content);
  std::size_t number = 0;
  std::size_t bad = 0;
  while (const auto line = next_line(rest)) {
    ++number;
    if (trim(*line).empty()) continue;
    if (std::optional<Package> found = package_of_line(*line)) {
      gathered.add(*std::move(found));
    } else {
      ++bad;
      gathered.problem(fmt::format("line {}: not a package line", number));
    }
  }
  Catalog catalog = std::move(gathered).finish();
  if (catalog.packages.empty() && bad > 0) {
    return fail(ErrorCode::InvalidInput, "not a manifest of rpm packages: no line has its fields");
  }
  return catalog;
}

}  // namespace corten::package
