#include "lint/discover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <unordered_set>

#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

// Folders of what others wrote, or what tools made.
constexpr auto kForeignFolders = std::to_array<std::string_view>({
    ".git",       ".hg",     ".svn",   ".jj",   "node_modules", "bower_components", "vendor",
    ".venv",      "venv",    ".tox",   ".nox",  "__pycache__",  "site-packages",    "target",
    ".terraform", ".gradle", ".cache", ".idea", ".vscode",      ".direnv",
});

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "compose.yaml" to "compose"; nullopt for other extensions.
std::optional<std::string_view> stem_of(std::string_view name,
                                        std::span<const std::string_view> extensions) {
  for (const std::string_view extension : extensions) {
    if (name.size() > extension.size() && name.ends_with(extension)) {
      return name.substr(0, name.size() - extension.size());
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> yaml_stem(std::string_view name) {
  constexpr auto kYaml = std::to_array<std::string_view>({".yaml", ".yml"});
  return stem_of(name, kYaml);
}

bool may_be_document(std::string_view name) {
  constexpr auto kDocuments = std::to_array<std::string_view>({".yaml", ".yml", ".json"});
  return stem_of(name, kDocuments).has_value();
}

bool is_dockerfile_name(std::string_view name) {
  // "X.dockerignore" belongs to a Dockerfile and is none.
  if (name.ends_with(".dockerignore")) return false;
  return name == "Dockerfile" || name == "dockerfile" || name == "Containerfile" ||
         name.starts_with("Dockerfile.") || name.starts_with("Containerfile.") ||
         name.ends_with(".Dockerfile") || name.ends_with(".dockerfile") ||
         name.ends_with(".Containerfile") || name.ends_with(".containerfile");
}

bool is_compose_stem(std::string_view stem) {
  return stem == "compose" || stem.starts_with("compose.") || stem.ends_with(".compose") ||
         stem.starts_with("docker-compose");
}

// Keys at the start of a line of YAML, or anywhere as a JSON key: what a document is about.
struct Keys {
  bool api_version = false;
  bool kind = false;
  bool services = false;
  bool include = false;
  bool has_template = false;  // "{{"
};

bool is_key(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return false;
  const std::string_view rest = line.substr(key.size());
  return rest == ":" || rest.starts_with(": ") || rest.starts_with(":\t");
}

Keys keys_of(std::string_view content) {
  Keys keys;
  keys.has_template = content.find("{{") != std::string_view::npos;
  const std::size_t first = content.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first != std::string_view::npos && (content[first] == '{' || content[first] == '[')) {
    const auto has = [&](std::string_view key) {
      return content.find(key) != std::string_view::npos;
    };
    keys.api_version = has("\"apiVersion\"");
    keys.kind = has("\"kind\"");
    keys.services = has("\"services\"") && !keys.kind;
    return keys;
  }
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  while (const auto line = next_line(content)) {
    keys.api_version = keys.api_version || is_key(*line, "apiVersion");
    keys.kind = keys.kind || is_key(*line, "kind");
    keys.services = keys.services || is_key(*line, "services");
    keys.include = keys.include || is_key(*line, "include");
  }
  return keys;
}

bool is_template_path(std::string_view path) {
  return path.starts_with("templates/") || path.find("/templates/") != std::string_view::npos;
}

// The first word of the first line that is no comment, in upper case.
std::string first_word(std::string_view content) {
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  while (const auto line = next_line(content)) {
    const std::string_view text = trim(*line);
    if (text.empty() || text.front() == '#') continue;
    std::string word(text.substr(0, std::min<std::size_t>(text.find_first_of(" \t"), 16)));
    for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return word;
  }
  return {};
}

std::string joined(const std::string& folder, std::string_view name) {
  if (folder == ".") return std::string(name);
  return folder.ends_with('/') ? folder + std::string(name) : folder + "/" + std::string(name);
}

// The first kSniffedBytes of a file. Cheaper than a whole read for what is most often no manifest.
Result<std::string> read_start(const std::string& path) {
  CORTEN_TRY(const Fd fd, open_for_reading(path));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return fail_errno(errno, path);
  if (!S_ISREG(status.st_mode)) return std::string();
  std::string content(std::min(static_cast<std::size_t>(status.st_size), kSniffedBytes), '\0');
  CORTEN_TRY(const std::size_t got,
             read_at(fd.get(), std::as_writable_bytes(std::span(content)), 0));
  content.resize(got);
  return content;
}

// What one folder holds.
struct Listing {
  std::vector<std::string> folders;
  std::vector<LintFile> files;
  std::vector<std::string> templates;  // paths of Helm templates
  std::vector<Unreadable> errors;
};

void look_at(const std::string& path, Listing& listing) {
  FileKind kind = kind_by_name(path);
  if (kind == FileKind::Other) {
    if (!may_be_document(file_name(path))) return;
    const auto content = read_start(path);
    if (!content) {
      listing.errors.push_back({path, content.error()});
      return;
    }
    kind = kind_of_document(path, *content);
  } else if (kind == FileKind::Compose && is_template_path(path)) {
    // A chart's templates are free in their names.
    if (const auto content = read_start(path)) {
      if (kind_of_document(path, *content) == FileKind::HelmTemplate) kind = FileKind::HelmTemplate;
    }
  }
  if (kind == FileKind::HelmTemplate) {
    listing.templates.push_back(path);
  } else if (kind != FileKind::Other) {
    listing.files.push_back({path, kind, FileOrigin::Found});
  }
}

Listing list_folder(const std::string& folder, std::atomic<std::size_t>& entries) {
  Listing out;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entries.fetch_add(1) >= kMaxFolderEntries) {
      out.errors.push_back({folder,
                            {ErrorCode::LimitExceeded,
                             fmt::format("more than {} entries", kMaxFolderEntries),
                             {},
                             "name the folders to look into"}});
      return out;
    }
    std::error_code ignored;
    const std::string name = entry->path().filename().native();
    const fs::file_type type = entry->symlink_status(ignored).type();
    const bool is_link = type == fs::file_type::symlink;
    if (type == fs::file_type::directory) {
      if (std::ranges::find(kForeignFolders, name) == kForeignFolders.end()) {
        out.folders.push_back(joined(folder, name));
      }
    } else if (type == fs::file_type::regular || (is_link && entry->is_regular_file(ignored))) {
      look_at(joined(folder, name), out);
    }
  }
  if (error) {
    out.errors.push_back({folder, fail_errno(error.value(), folder).error()});
  }
  return out;
}

// Breadth first: the folders of one level at a time, spread over the threads.
class Walk {
 public:
  Walk(std::size_t jobs, Discovery& out) : jobs_(jobs), out_(out) {}

  void run(const std::string& root) {
    std::vector<LintFile> files;
    std::vector<std::string> level = {root};
    for (std::size_t depth = 0; !level.empty(); ++depth) {
      if (depth >= kMaxFolderDepth) {
        out_.errors.push_back(
            {level.front(),
             {ErrorCode::LimitExceeded, fmt::format("more than {} folders deep", depth), {}, {}}});
        break;
      }
      std::vector<Listing> listings(level.size());
      parallel_for(level.size(), jobs_,
                   [&](std::size_t i) { listings[i] = list_folder(level[i], entries_); });
      level.clear();
      for (Listing& listing : listings) {
        std::ranges::move(listing.folders, std::back_inserter(level));
        std::ranges::move(listing.files, std::back_inserter(files));
        for (const std::string& path : listing.templates) count_template(path);
        std::ranges::move(listing.errors, std::back_inserter(out_.errors));
      }
    }
    std::ranges::sort(files, {}, &LintFile::path);
    std::ranges::move(files, std::back_inserter(out_.files));
  }

  void note_templates() {
    for (const auto& [chart, count] : templates_) {
      out_.notes.push_back(fmt::format(
          "{}: {} Helm template{} left out: `helm template {} | corten lint -` lints what they "
          "render",
          chart, count, count == 1 ? "" : "s", chart));
    }
  }

 private:
  void count_template(const std::string& path) {
    const std::size_t folder = path.rfind("/templates/");
    ++templates_[folder == std::string::npos ? "." : path.substr(0, folder)];
  }

  std::size_t jobs_;
  Discovery& out_;
  std::atomic<std::size_t> entries_ = 0;
  std::map<std::string, std::size_t> templates_;  // by the chart's folder
};

void drop_repeated(Discovery& out) {
  std::unordered_set<std::string> seen;
  std::erase_if(out.files, [&](const LintFile& file) {
    return !seen.insert(fs::path(file.path).lexically_normal().native()).second;
  });
}

}  // namespace

const char* name_of(FileKind kind) {
  switch (kind) {
    case FileKind::Dockerfile:
      return "Dockerfile";
    case FileKind::Compose:
      return "compose file";
    case FileKind::Kubernetes:
      return "Kubernetes manifest";
    case FileKind::Kustomization:
      return "kustomization";
    case FileKind::HelmTemplate:
      return "Helm template";
    case FileKind::Other:
      return "file";
  }
  return "file";
}

FileKind kind_by_name(std::string_view path) {
  const std::string_view name = file_name(path);
  // Before the Dockerfiles: Dockerfile.yaml is a Dockerfile, but compose.Dockerfile.yaml is not.
  if (const auto stem = yaml_stem(name)) {
    if (is_compose_stem(*stem)) return FileKind::Compose;
    if (*stem == "kustomization") return FileKind::Kustomization;
  }
  if (name == "Kustomization") return FileKind::Kustomization;
  return is_dockerfile_name(name) ? FileKind::Dockerfile : FileKind::Other;
}

FileKind kind_of_document(std::string_view path, std::string_view content) {
  const Keys keys = keys_of(content);
  if (keys.has_template && is_template_path(path)) return FileKind::HelmTemplate;
  return keys.api_version && keys.kind ? FileKind::Kubernetes : FileKind::Other;
}

FileKind kind_of(std::string_view path, std::string_view content) {
  const FileKind by_name = kind_by_name(path);
  if (by_name == FileKind::Dockerfile || by_name == FileKind::Kustomization) return by_name;
  constexpr auto kFirstWords = std::to_array<std::string_view>({"FROM", "ARG"});
  if (std::ranges::find(kFirstWords, first_word(content)) != kFirstWords.end()) {
    return FileKind::Dockerfile;
  }
  const Keys keys = keys_of(content);
  if (keys.has_template && is_template_path(path)) return FileKind::HelmTemplate;
  if (by_name == FileKind::Compose) return by_name;
  if (keys.api_version && keys.kind) return FileKind::Kubernetes;
  if (keys.services || (keys.include && may_be_document(file_name(path)))) return FileKind::Compose;
  // A program or an archive; text of UTF-16 is told as what it is by the parser.
  const bool is_utf16 = content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff");
  const bool is_binary = !is_utf16 && content.substr(0, kSniffedBytes).contains('\0');
  return may_be_document(file_name(path)) || is_binary ? FileKind::Other : FileKind::Dockerfile;
}

Discovery discover(const std::vector<std::string>& paths, std::size_t jobs) {
  Discovery out;
  Walk walk(jobs, out);
  for (const std::string& path : paths) {
    struct stat status{};
    const bool is_stdin = path == "-";
    if (!is_stdin && ::stat(path.c_str(), &status) != 0) {
      out.errors.push_back({path, fail_errno(errno, path).error()});
    } else if (!is_stdin && S_ISDIR(status.st_mode)) {
      walk.run(path);
    } else {
      out.files.push_back({path, FileKind::Other, FileOrigin::Named});
    }
  }
  walk.note_templates();
  drop_repeated(out);
  if (out.files.size() > kMaxLintFiles) {
    out.errors.push_back({out.files[kMaxLintFiles].path,
                          {ErrorCode::LimitExceeded,
                           fmt::format("more than {} files: this one and those after it are not "
                                       "linted",
                                       kMaxLintFiles),
                           {},
                           "name fewer folders at a time"}});
    out.files.resize(kMaxLintFiles);
  }
  return out;
}

}  // namespace corten::lint
