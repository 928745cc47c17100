#include "package/internal/copyright.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "package/internal/license.h"
#include "package/internal/stanza.h"

namespace corten::package {
namespace {

constexpr std::string_view kDocFolder = "usr/share/doc/";
constexpr std::string_view kFileName = "/copyright";

std::string_view package_of(std::string_view path) {
  if (!path.starts_with(kDocFolder) || !path.ends_with(kFileName)) return {};
  if (path.size() <= kDocFolder.size() + kFileName.size()) return {};
  path.remove_prefix(kDocFolder.size());
  path.remove_suffix(kFileName.size());
  return path.contains('/') ? std::string_view{} : path;
}

// Whether the first stanza has the Format field that machine-readable files must begin with.
bool is_machine_readable(std::string_view text) {
  StanzaReader reader(text);
  if (!reader.next_stanza()) return false;
  while (const auto field = reader.next_field()) {
    if (is_field(*field, "Format") || is_field(*field, "Format-Specification")) return true;
  }
  return false;
}

// Collects distinct licences in order.
class LicenseList {
 public:
  void add(std::string license) {
    if (std::ranges::find(licenses_, license) != licenses_.end()) return;
    if (licenses_.size() == kMaxLicensesOfPackage) {
      overflowed_ = true;
      return;
    }
    licenses_.push_back(std::move(license));
  }

  // The value of a License field: a synopsis in its first line, or (against the format) a text.
  void add_field(std::string_view value) {
    std::string_view rest = value;
    const auto first = next_line(rest);
    if (!first) return;
    if (auto expression = expression_of_synopsis(*first)) return add(*std::move(expression));
    for (std::string& license : licenses_in_prose(value)) add(std::move(license));
  }

  [[nodiscard]] bool empty() const { return licenses_.empty(); }
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] std::vector<std::string> take() && { return std::move(licenses_); }

 private:
  std::vector<std::string> licenses_;
  bool overflowed_ = false;
};

struct LicenseStanza {
  std::string_view files;  // empty: a stanza of its own, or the header
  std::string_view license;
};

std::vector<LicenseStanza> license_stanzas(std::string_view text) {
  std::vector<LicenseStanza> out;
  StanzaReader reader(text);
  while (reader.next_stanza()) {
    LicenseStanza stanza;
    while (const auto field = reader.next_field()) {
      if (is_field(*field, "Files") && stanza.files.empty()) stanza.files = field->value;
      if (is_field(*field, "License") && stanza.license.empty()) stanza.license = field->value;
    }
    if (!stanza.license.empty()) out.push_back(stanza);
  }
  return out;
}

LicenseList machine_readable_licenses(std::string_view text) {
  const std::vector<LicenseStanza> stanzas = license_stanzas(text);
  LicenseList out;
  for (const LicenseStanza& stanza : stanzas) {
    if (stanza.files == "*") out.add_field(stanza.license);
  }
  for (const LicenseStanza& stanza : stanzas) {
    if (!stanza.files.empty()) out.add_field(stanza.license);
  }
  // Stanzas without Files hold the texts of what the others name; they count only where no other
  // does.
  if (!out.empty()) return out;
  for (const LicenseStanza& stanza : stanzas) out.add_field(stanza.license);
  return out;
}

}  // namespace

bool is_copyright(std::string_view path) { return !package_of(path).empty(); }

Result<Catalog> read_copyright(std::string_view path, Bytes content) {
  const std::string_view text = as_text(content);
  Catalog catalog;
  LicenseList licenses;
  if (is_machine_readable(text)) licenses = machine_readable_licenses(text);
  if (licenses.empty()) {
    for (std::string& license : licenses_in_prose(text)) licenses.add(std::move(license));
  }
  if (licenses.overflowed()) {
    catalog.problems.push_back(
        fmt::format("{}: only the first {} licences are listed", path, kMaxLicensesOfPackage));
  }
  if (!licenses.empty()) {
    catalog.licenses.emplace_back(package_of(path), std::move(licenses).take());
  }
  return catalog;
}

}  // namespace corten::package
