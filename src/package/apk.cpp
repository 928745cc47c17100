#include "package/internal/apk.h"

#include <fmt/format.h>

#include "base/text.h"

namespace corten::package {
namespace {

// Reads the entries one after the other; each line is a letter, a colon and a value, a blank line
// ends an entry.
class InstalledReader {
 public:
  explicit InstalledReader(std::string_view path) : path_(path) { begin_entry(); }

  [[nodiscard]] Status read(std::string_view text) {
    while (const auto line = next_line(text)) {
      if (line->empty()) {
        CORTEN_CHECK(end_entry());
      } else if (line->size() >= 2 && (*line)[1] == ':') {
        CORTEN_CHECK(read_field((*line)[0], line->substr(2)));
      } else {
        ++stray_lines_;
      }
    }
    return end_entry();
  }

  [[nodiscard]] Catalog take() && {
    if (unreadable_ > 0) {
      catalog_.problems.push_back(
          fmt::format("{}: {} entries without a usable name or version", path_, unreadable_));
    }
    if (stray_lines_ > 0) {
      catalog_.problems.push_back(
          fmt::format("{}: {} lines that are no field", path_, stray_lines_));
    }
    return std::move(catalog_);
  }

 private:
  void begin_entry() {
    package_ = {};
    package_.type = Type::Apk;
    package_.path = path_;
    owned_ = {};
    folder_.clear();
    has_fields_ = false;
  }

  [[nodiscard]] Status read_field(char key, std::string_view value) {
    has_fields_ = true;
    switch (key) {
      case 'P':
        return keep(package_.name, value);
      case 'V':
        return keep(package_.version, value);
      case 'A':
        return keep(package_.arch, value);
      case 'o':
        return keep(package_.source_name, value);
      case 'm':
        return keep(package_.maintainer, value);
      case 'L':
        if (package_.licenses.empty() && !value.empty()) package_.licenses.emplace_back(value);
        return {};
      case 'F':
        folder_ = value;
        return {};
      case 'R':
        return add_file(value);
      default:
        return {};
    }
  }

  // Of a field given twice the first counts.
  [[nodiscard]] static Status keep(std::string& into, std::string_view value) {
    if (value.size() > kMaxApkFieldBytes) {
      return fail(ErrorCode::LimitExceeded, fmt::format("a field of {} bytes", value.size()));
    }
    if (into.empty()) into = value;
    return {};
  }

  [[nodiscard]] Status add_file(std::string_view name) {
    if (++files_ > kMaxApkFiles) {
      return fail(ErrorCode::LimitExceeded, fmt::format("more than {} files", kMaxApkFiles));
    }
    if (folder_.size() + name.size() > kMaxApkFieldBytes) {
      return fail(ErrorCode::LimitExceeded, "a path that is too long");
    }
    file_ = folder_;
    if (!file_.empty()) file_ += '/';
    file_ += name;
    owned_.path_hashes.push_back(path_hash(file_));
    return {};
  }

  [[nodiscard]] Status end_entry() {
    if (!has_fields_) return {};
    if (++entries_ > kMaxApkPackages) {
      return fail(ErrorCode::LimitExceeded, fmt::format("more than {} packages", kMaxApkPackages));
    }
    if (package_.name.empty() || package_.version.empty()) {
      ++unreadable_;
    } else if (!package_.name.starts_with('.')) {
      add_package();
    }
    begin_entry();
    return {};
  }

  void add_package() {
    if (package_.source_name == package_.name) package_.source_name.clear();
    if (!owned_.path_hashes.empty()) {
      owned_.package = package_.name;
      owned_.path_hashes.shrink_to_fit();
      catalog_.owned.push_back(std::move(owned_));
    }
    catalog_.packages.push_back(std::move(package_));
  }

  std::string path_;
  Catalog catalog_;
  Package package_;
  OwnedFiles owned_;
  std::string folder_;
  std::string file_;  // kept, so that its memory is used again
  bool has_fields_ = false;
  std::size_t entries_ = 0;
  std::size_t files_ = 0;
  std::size_t unreadable_ = 0;
  std::size_t stray_lines_ = 0;
};

}  // namespace

bool is_apk_installed(std::string_view path) {
  return path == "lib/apk/db/installed" || path == "usr/lib/apk/db/installed";
}

Result<Catalog> read_apk_installed(std::string_view path, Bytes content) {
  const std::string_view text = as_text(content);
  // ADB files are "ADB." uncompressed, "ADBd" and "ADBc" compressed.
  if (text.starts_with("ADB.") || text.starts_with("ADBd") || text.starts_with("ADBc")) {
    return fail(ErrorCode::Unsupported, "the binary database of apk-tools 3");
  }
  InstalledReader reader(path);
  CORTEN_CHECK(reader.read(text));
  return std::move(reader).take();
}

}  // namespace corten::package
