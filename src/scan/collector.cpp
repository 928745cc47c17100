#include "scan/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "package/binary.h"
#include "package/distribution.h"
#include "scan/internal/folder_links.h"
#include "scan/internal/overlay.h"

namespace corten::scan {

namespace {

constexpr std::string_view kWhiteoutPrefix = ".wh.";
constexpr std::string_view kOpaqueMarker = ".wh..wh..opq";

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool is_confined(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  if (path.find("..") == std::string_view::npos) return true;
  const auto parts = split(path, '/');
  return std::ranges::find(parts, "..") == parts.end();
}

// Kept whole for later judgement, besides what package::identify reads.
constexpr std::string_view kShadow = "etc/shadow";
constexpr std::array<std::string_view, 3> kKeptFiles = {"etc/passwd", "etc/group", kShadow};

// Of the shadow file only the names of accounts with an empty password are kept, one a line: no
// hash leaves the image.
std::string open_accounts(std::string_view shadow) {
  std::string names;
  while (const auto line = next_line(shadow)) {
    const auto fields = split(*line, ':');
    if (fields.size() >= 2 && !fields[0].empty() && fields[1].empty())
      names += fmt::format("{}\n", fields[0]);
  }
  return names;
}

bool is_kept(std::string_view path) {
  if (!path.starts_with("etc/") && !path.starts_with("usr/lib/")) return false;
  const auto files = package::distribution_files();
  return std::ranges::find(kKeptFiles, path) != kKeptFiles.end() ||
         std::ranges::find(files, path) != files.end();
}

bool is_wanted(std::string_view path) {
  return std::ranges::any_of(package::catalogers(), [&](const package::Cataloger& cataloger) {
    return cataloger.wants(path);
  });
}

bool is_release_file(std::string_view path) {
  return path == "etc/os-release" || path == "usr/lib/os-release";
}

// The file that lists the packages, rather than what is said of one.
bool is_database(std::string_view path) {
  return is_wanted(path) && internal::is_database_folder(folder_of(path)) &&
         folder_of(path) != "var/lib/dpkg/info";
}

// Folders whose files are left over from installing, and what to call them.
struct CacheFolder {
  std::string_view prefix;
  std::string_view what;
};
constexpr auto kCacheFolders = std::to_array<CacheFolder>({
    {"var/lib/apt/lists/", "apt package lists"},
    {"var/cache/apt/", "apt cache"},
    {"var/cache/apk/", "apk cache"},
    {"var/cache/dnf/", "dnf cache"},
    {"var/cache/yum/", "yum cache"},
    {"var/cache/libdnf5/", "dnf cache"},
    {"var/cache/zypp/", "zypper cache"},
    {"var/cache/pacman/pkg/", "pacman cache"},
    {"root/.cache/pip/", "pip cache"},
    {"root/.npm/_cacache/", "npm cache"},
    {"root/.cache/yarn/", "yarn cache"},
    {"root/.cache/go-build/", "Go build cache"},
    {"root/.composer/cache/", "Composer cache"},
    {"root/.m2/repository/", "Maven repository"},
});

constexpr auto kRemoteLogin = std::to_array<std::string_view>(
    {"usr/sbin/sshd", "usr/sbin/dropbear", "usr/sbin/in.telnetd", "usr/sbin/telnetd",
     "usr/sbin/in.rshd", "usr/sbin/xinetd", "usr/sbin/vsftpd"});

constexpr auto kStrayNames =
    std::to_array<std::string_view>({"Dockerfile", "docker-compose.yml", "docker-compose.yaml",
                                     "compose.yaml", ".dockerignore", ".DS_Store", ".vimrc"});

bool is_credential_file(std::string_view path) {
  const std::string_view name = base_name(path);
  const std::string_view folder = base_name(folder_of(path));
  return (folder == ".aws" && name == "credentials") || (folder == ".kube" && name == "config") ||
         (folder == ".docker" && name == "config.json") || name == ".netrc" || name == ".pgpass" ||
         name == ".git-credentials" || name == ".npmrc" || name == ".pypirc" ||
         (folder == "gcloud" && name == "application_default_credentials.json") ||
         (name == ".env" && !path.contains("node_modules/"));
}

// Files worth a look at their first bytes. The rule is by mode and name, so that an unpacked
// folder, where every look costs an open, and a tar, where it is free, give the same facts.
bool may_be_program(const Node& node, std::string_view name) {
  return (node.mode & 0111U) != 0 || name.contains(".so") || name.ends_with(".exe") ||
         name.ends_with(".dll");
}

bool may_be_key(std::string_view name) {
  return name.ends_with(".key") || name.ends_with(".pem") || name.ends_with(".p8") ||
         name.starts_with("id_") || name.ends_with("_key") || name == "key";
}

// Readers that know the path say it themselves.
std::string at_path(std::string_view path, std::string_view message) {
  if (message.starts_with(path) && message.substr(path.size()).starts_with(": "))
    return std::string(message);
  return fmt::format("{}: {}", path, message);
}

}  // namespace

Interest Collector::enter(const Node& node) {
  ++facts_.entries;
  if (!is_confined(node.path)) {
    if (!node.path.empty() && node.path != ".")
      problem(fmt::format("an entry leaves the root: {}", node.path));
    return Interest::None;
  }
  const std::string_view name = base_name(node.path);
  if (name.starts_with(kWhiteoutPrefix)) {
    const std::string_view folder = folder_of(node.path);
    if (name == kOpaqueMarker) {
      opaque_folder(folder);
    } else {
      const std::string_view hidden = name.substr(kWhiteoutPrefix.size());
      whiteout(folder.empty() ? std::string(hidden) : fmt::format("{}/{}", folder, hidden));
    }
    return Interest::None;
  }
  if (collect_hides_) {
    const bool folder = node.type == NodeType::Folder;
    facts_.hides.push_back(folder ? hash_of_folder(node.path) : hash_of_path(node.path));
  }
  if (!latest_.empty() || !wanted_links_.empty()) supersede(node);
  note_modes(node);
  if (node.type == NodeType::Symlink) {
    link(node.path, node.link_target);
    return Interest::None;
  }
  if (node.type == NodeType::HardLink) {
    if (is_kept(node.path) || is_wanted(node.path))
      wanted_links_.insert_or_assign(std::string(node.path),
                                     WantedLink{std::string(node.link_target), IsThere::Surely});
    return Interest::None;
  }
  if (node.type != NodeType::File) return Interest::None;
  facts_.bytes += node.size;
  note_names(node);
  if (is_kept(node.path) || is_wanted(node.path)) return Interest::Whole;
  const bool look =
      node.size >= package::kBinaryMagicBytes && (may_be_program(node, name) || may_be_key(name));
  return look ? Interest::Peek : Interest::None;
}

void Collector::link(std::string_view path, std::string_view target) {
  using namespace internal;  // NOLINT(google-build-using-namespace): the rules for links
  const bool wanted = is_kept(path) || is_wanted(path);
  const bool folder = may_be_folder_link(path);
  if (!wanted && !is_documentation_folder(path) && !(folder && folder_links_++ < kMaxFolderLinks))
    return;
  facts_.links.push_back({std::string(path), std::string(target)});
  link_generations_.push_back(claim(path));
  const std::string leads_to = resolve_link(path, target);
  const bool known = is_kept(leads_to) || is_wanted(leads_to) || is_database_folder(leads_to);
  if (known || leads_to == "dev/null") return;
  if (is_release_file(path) || is_database(path)) {
    wanted_links_.insert_or_assign(std::string(path), WantedLink{leads_to, IsThere::Perhaps});
  } else if (is_database_folder(path)) {
    problem(fmt::format("{}: a link to {}, where package databases are not looked for", path,
                        leads_to));
  }
}

void Collector::whiteout(std::string_view path) {
  if (collect_hides_) facts_.hides.push_back(hash_of_path(path));
}

void Collector::opaque_folder(std::string_view path) {
  if (collect_hides_) facts_.opaque.push_back(hash_of_path(path));
}

// Another entry at a path that has facts: what was read there before is replaced.
void Collector::supersede(const Node& node) {
  if (const auto found = latest_.find(hash_of_path(node.path)); found != latest_.end())
    found->second = ++generation_;
  if (!wanted_links_.empty()) wanted_links_.erase(std::string(node.path));
}

std::size_t Collector::claim(std::string_view path) {
  return latest_[hash_of_path(path)] = ++generation_;
}

void Collector::drop_superseded() {
  const auto drop = [&](auto& list, const std::vector<std::size_t>& generations) {
    std::size_t at = 0;
    std::erase_if(list, [&](const auto& fact) {
      return latest_[hash_of_path(fact.path)] != generations[at++];
    });
  };
  drop(facts_.files, file_generations_);
  drop(facts_.kept, kept_generations_);
  drop(facts_.links, link_generations_);
}

void Collector::content(std::string_view path, Bytes bytes) {
  const std::size_t generation = claim(path);
  if (is_kept(path)) {
    const std::string_view text =
        as_text(bytes.first(std::min<std::size_t>(bytes.size(), kMaxKeptFile)));
    facts_.kept.push_back(
        {std::string(path), path == kShadow ? open_accounts(text) : std::string(text)});
    kept_generations_.push_back(generation);
  }
  for (const package::Cataloger& cataloger : package::catalogers()) {
    if (!cataloger.wants(path)) continue;
    auto read = cataloger.read(path, bytes);
    if (read) {
      add_catalog(path, *std::move(read), generation);
    } else {
      problem(at_path(path, describe(read.error())));
    }
  }
}

void Collector::program(std::string_view path, Bytes bytes) {
  auto read = package::read_binary(path, bytes);
  if (read) {
    add_catalog(path, *std::move(read), claim(path));
  } else {
    problem(at_path(path, describe(read.error())));
  }
}

void Collector::catalog(std::string_view path, package::Catalog catalog) {
  add_catalog(path, std::move(catalog), claim(path));
}

void Collector::add_catalog(std::string_view path, package::Catalog catalog,
                            std::size_t generation) {
  for (const std::string& message : catalog.problems) problem(at_path(path, message));
  catalog.problems.clear();
  if (catalog.packages.empty() && catalog.licenses.empty() && catalog.owned.empty()) return;
  facts_.files.push_back({std::string(path), std::move(catalog)});
  file_generations_.push_back(generation);
}

void Collector::key(const Node& node) { note(NoteKind::PrivateKey, node); }

void Collector::problem(std::string message) {
  if (facts_.problems.size() < kMaxProblems) facts_.problems.push_back(std::move(message));
}

void Collector::note(NoteKind kind, const Node& node) {
  if (facts_.notes.size() >= kMaxNotes) {
    ++notes_left_out_;
    return;
  }
  facts_.notes.push_back({kind, std::string(node.path), node.mode & 07777U, node.uid, node.gid,
                          node.size, node.type == NodeType::Folder});
}

void Collector::note_modes(const Node& node) {
  constexpr std::uint32_t kSetUid = 04000;
  constexpr std::uint32_t kSetGid = 02000;
  constexpr std::uint32_t kSticky = 01000;
  constexpr std::uint32_t kWorldWrite = 00002;
  constexpr std::uint32_t kAnyExecute = 00111;
  const bool file = node.type == NodeType::File;
  const bool folder = node.type == NodeType::Folder;
  if (file && (node.mode & kSetUid) != 0) note(NoteKind::SetUid, node);
  if (file && (node.mode & kSetGid) != 0 && (node.mode & kAnyExecute) != 0)
    note(NoteKind::SetGid, node);
  if (file && node.has_capability) note(NoteKind::Capability, node);
  if ((node.mode & kWorldWrite) != 0 && (file || (folder && (node.mode & kSticky) == 0))) {
    note(NoteKind::WorldWritable, node);
  }
}

void Collector::note_names(const Node& node) {
  const std::string_view name = base_name(node.path);
  if (is_credential_file(node.path)) note(NoteKind::CredentialFile, node);
  if (std::ranges::find(kRemoteLogin, node.path) != kRemoteLogin.end())
    note(NoteKind::SshServer, node);
  const bool documentation = node.path.starts_with("usr/share/");
  if (!documentation && std::ranges::find(kStrayNames, name) != kStrayNames.end())
    note(NoteKind::StrayFile, node);
  if (node.path.ends_with(".git/HEAD")) note(NoteKind::StrayFile, node);
  count_cache(node);
}

void Collector::count_cache(const Node& node) {
  if (node.size == 0 || (!node.path.starts_with("var/") && !node.path.starts_with("root/"))) return;
  for (const CacheFolder& folder : kCacheFolders) {
    if (!node.path.starts_with(folder.prefix)) continue;
    CacheUse& use = caches_[std::string(folder.what)];
    ++use.files;
    use.bytes += node.size;
    return;
  }
}

LayerFacts Collector::finish() && {
  drop_superseded();
  for (auto& [what, use] : caches_) {
    use.what = what;
    facts_.caches.push_back(std::move(use));
  }
  if (notes_left_out_ != 0) {
    problem(
        fmt::format("{} more files with unusual modes or names are not listed", notes_left_out_));
  }
  facts_.has_hides = collect_hides_;
  std::ranges::sort(facts_.hides);
  std::ranges::sort(facts_.opaque);
  return std::move(facts_);
}

}  // namespace corten::scan
