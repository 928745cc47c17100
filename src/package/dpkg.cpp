#include "package/internal/dpkg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "package/internal/stanza.h"

namespace corten::package {
namespace {

constexpr std::string_view kStatusFolder = "var/lib/dpkg/status.d/";
constexpr std::string_view kInfoFolder = "var/lib/dpkg/info/";
constexpr std::array<std::string_view, 2> kOpkgFolders = {"usr/lib/opkg/", "var/lib/opkg/"};
constexpr std::string_view kMd5Suffix = ".md5sums";
constexpr std::string_view kListSuffix = ".list";

// The part of `path` after `folder`, or empty when the path is elsewhere or in a folder below.
std::string_view name_in_folder(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return {};
  const std::string_view name = path.substr(folder.size());
  return name.contains('/') ? std::string_view{} : name;
}

bool is_opkg(std::string_view path, std::string_view name) {
  return std::ranges::any_of(
      kOpkgFolders, [&](std::string_view folder) { return name_in_folder(path, folder) == name; });
}

struct Stanza {
  std::string_view name;
  std::string_view version;
  std::string_view arch;
  std::string_view source;
  std::string_view maintainer;
  std::string_view status;
};

void keep(Stanza& stanza, const Field& field) {
  constexpr std::array<std::pair<std::string_view, std::string_view Stanza::*>, 6> kFields = {{
      {"Package", &Stanza::name},
      {"Status", &Stanza::status},
      {"Version", &Stanza::version},
      {"Architecture", &Stanza::arch},
      {"Source", &Stanza::source},
      {"Maintainer", &Stanza::maintainer},
  }};
  for (const auto& [name, member] : kFields) {
    if (!is_field(field, name)) continue;
    if ((stanza.*member).empty()) stanza.*member = field.value;
    return;
  }
}

// The word with this index, words being separated by white space; empty when there are fewer.
std::string_view word(std::string_view text, std::size_t index) {
  constexpr std::string_view kSpace = " \t\r\n";
  for (std::size_t i = 0;; ++i) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    const std::string_view found = text.substr(0, text.find_first_of(kSpace));
    if (i == index || found.empty()) return found;
    text.remove_prefix(found.size());
  }
}

bool is_present(std::string_view status) {
  const std::string_view state = word(status, 2);
  return state != "not-installed" && state != "config-files" && state != "half-installed";
}

// "glibc" or "glibc (2.36-9)": names the source package, with its version where that differs from
// the binary's.
void set_source(Package& package, std::string_view source) {
  const std::string_view name = word(source, 0);
  if (name != package.name) package.source_name = name;
  const std::size_t open = source.find('(');
  const std::size_t close = source.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return;
  const std::string_view version = trim(source.substr(open + 1, close - open - 1));
  if (version != package.version) package.source_version = version;
}

// A rebuild without source changes adds "+b" and a number to the version of the binary package
// only.
std::string_view without_rebuild_suffix(std::string_view version) {
  const std::size_t at = version.rfind("+b");
  if (at == std::string_view::npos || at == 0) return version;
  return parse_number<std::uint32_t>(version.substr(at + 2)) ? version.substr(0, at) : version;
}

Package package_of(const Stanza& stanza, std::string_view path) {
  Package package;
  package.type = Type::Deb;
  package.name = stanza.name;
  package.version = stanza.version;
  package.arch = stanza.arch;
  package.maintainer = stanza.maintainer;
  package.path = path;
  set_source(package, stanza.source);
  if (!stanza.source.contains('(')) {
    const std::string_view version = without_rebuild_suffix(stanza.version);
    if (version != stanza.version) package.source_version = version;
  }
  return package;
}

bool is_sane(const Stanza& stanza) {
  return !stanza.name.empty() && !stanza.version.empty() &&
         std::ranges::max({stanza.name.size(), stanza.version.size(), stanza.arch.size(),
                           stanza.source.size(), stanza.maintainer.size()}) <= kMaxDpkgFieldBytes;
}

}  // namespace

bool is_dpkg_status(std::string_view path) {
  if (path == "var/lib/dpkg/status" || is_opkg(path, "status")) return true;
  const std::string_view name = name_in_folder(path, kStatusFolder);
  return !name.empty() && !name.ends_with(kMd5Suffix);
}

Result<Catalog> read_dpkg_status(std::string_view path, Bytes content) {
  Catalog catalog;
  StanzaReader reader(as_text(content));
  std::size_t unreadable = 0;
  for (std::size_t count = 0; reader.next_stanza(); ++count) {
    if (count == kMaxDpkgPackages) {
      return fail(ErrorCode::LimitExceeded, fmt::format("more than {} packages", kMaxDpkgPackages));
    }
    Stanza stanza;
    while (const auto field = reader.next_field()) keep(stanza, *field);
    if (!is_present(stanza.status)) continue;
    if (is_sane(stanza)) {
      catalog.packages.push_back(package_of(stanza, path));
    } else {
      ++unreadable;
    }
  }
  if (unreadable > 0) {
    catalog.problems.push_back(
        fmt::format("{}: {} entries without a usable name or version", path, unreadable));
  }
  if (reader.stray_lines() > 0) {
    catalog.problems.push_back(
        fmt::format("{}: {} lines that are no field", path, reader.stray_lines()));
  }
  return catalog;
}

namespace {

// "libc6:amd64.list" -> "libc6". Empty: not a file list.
std::string_view package_of_file_list(std::string_view path) {
  std::string_view name = name_in_folder(path, kStatusFolder);
  if (name.ends_with(kMd5Suffix)) return name.substr(0, name.size() - kMd5Suffix.size());
  name = name_in_folder(path, kInfoFolder);
  for (const std::string_view folder : kOpkgFolders) {
    if (name.empty() && path.starts_with(folder)) {
      name = name_in_folder(path.substr(folder.size()), "info/");
    }
  }
  if (!name.ends_with(kListSuffix)) return {};
  name.remove_suffix(kListSuffix.size());
  return name.substr(0, name.find(':'));
}

// The path that a line names; empty for a line that names none.
std::string_view path_in_line(std::string_view line, bool has_checksum) {
  constexpr std::size_t kChecksumColumns = 34;  // 32 hexadecimal digits and two spaces
  if (has_checksum) return line.size() > kChecksumColumns ? line.substr(kChecksumColumns) : "";
  return line.substr(0, line.find('\t'));  // opkg may append the mode and a link's target
}

bool is_folder_of(std::string_view folder, std::string_view path) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

}  // namespace

bool is_dpkg_file_list(std::string_view path) { return !package_of_file_list(path).empty(); }

Result<Catalog> read_dpkg_file_list(std::string_view path, Bytes content) {
  OwnedFiles files;
  files.package = package_of_file_list(path);
  const bool has_checksum = path.ends_with(kMd5Suffix);
  std::string_view rest = as_text(content);
  files.path_hashes.reserve(
      std::min(static_cast<std::size_t>(std::ranges::count(rest, '\n')) + 1, kMaxOwnedFiles));
  std::string_view previous;
  while (const auto line = next_line(rest)) {
    const std::string_view current = path_in_line(*line, has_checksum);
    if (current.empty() || current == "/.") continue;
    if (files.path_hashes.size() == kMaxOwnedFiles) {
      return fail(ErrorCode::LimitExceeded, fmt::format("more than {} files", kMaxOwnedFiles));
    }
    if (!previous.empty() && is_folder_of(previous, current)) files.path_hashes.pop_back();
    files.path_hashes.push_back(path_hash(current));
    previous = current;
  }
  files.path_hashes.shrink_to_fit();
  Catalog catalog;
  catalog.owned.push_back(std::move(files));
  return catalog;
}

}  // namespace corten::package
