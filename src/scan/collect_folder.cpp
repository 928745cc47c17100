#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/closer.h"
#include "base/file.h"
#include "base/text.h"
#include "content/secret_forms.h"
#include "package/binary.h"
#include "scan/collect.h"

namespace corten::scan {

namespace {

// Folders of a host's root that are not its software: pseudo file systems, and the stores of
// container engines, whose images are subjects of their own.
constexpr auto kNotSoftware =
    std::to_array<std::string_view>({"proc", "sys", "dev", "run", "tmp", "var/lib/docker",
                                     "var/lib/containerd", "var/lib/containers", "var/tmp"});

// Rootless engines keep theirs in the homes of their users.
constexpr auto kRootlessStores =
    std::to_array<std::string_view>({"/.local/share/docker", "/.local/share/containers"});

bool is_software(std::string_view folder) {
  return std::ranges::find(kNotSoftware, folder) == kNotSoftware.end() &&
         std::ranges::none_of(kRootlessStores,
                              [&](std::string_view store) { return folder.ends_with(store); });
}

Fd open_below(int root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how))));
}

// A read-only map of a whole file, unmapped at the end of its life.
class Map {
 public:
  Map(int fd, std::size_t size)
      : size_(size), data_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0)) {}
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  ~Map() {
    if (valid()) ::munmap(data_, size_);
  }
  [[nodiscard]] bool valid() const { return data_ != MAP_FAILED; }
  [[nodiscard]] Bytes bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  std::size_t size_;
  void* data_;
};

class FolderWalk {
 public:
  FolderWalk(int root, FolderKind kind, Collector& into) : root_(root), kind_(kind), into_(into) {}

  void run() {
    pending_.emplace_back();
    while (!pending_.empty()) {
      const std::string folder = std::move(pending_.back());
      pending_.pop_back();
      walk(folder);
    }
    for (const auto& [path, link] : into_.wanted_links()) read_link(path, link.target);
  }

 private:
  void walk(const std::string& folder) {
    Fd fd = open_below(root_, folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (!fd.valid()) {
      into_.problem(describe(fail_errno(errno, folder).error()));
      return;
    }
    if (kind_ == FolderKind::OverlayLayer && is_opaque(fd.get())) into_.opaque_folder(folder);
    const std::unique_ptr<DIR, Closer<closedir>> entries(::fdopendir(fd.get()));
    if (entries == nullptr) return;
    const int descriptor = fd.release();  // owned by `entries` now
    while (const dirent* entry = ::readdir(entries.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") visit(descriptor, entry->d_name, folder);
    }
  }

  static bool is_opaque(int fd) {
    char value = 0;
    for (const char* name : {"trusted.overlay.opaque", "user.overlay.opaque"}) {
      if (::fgetxattr(fd, name, &value, 1) == 1 && value == 'y') return true;
    }
    return false;
  }

  void visit(int folder_fd, const char* name, const std::string& folder) {
    struct stat info{};
    if (::fstatat(folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return;  // vanished meanwhile
    path_ = folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
    if (kind_ == FolderKind::RootFileSystem && !is_software(path_)) return;
    if (kind_ == FolderKind::OverlayLayer && S_ISCHR(info.st_mode) &&
        info.st_rdev == makedev(0, 0)) {
      into_.whiteout(path_);
      return;
    }
    Node node;
    node.path = path_;
    node.mode = info.st_mode & 07777U;
    node.uid = info.st_uid;
    node.gid = info.st_gid;
    node.size = static_cast<std::uint64_t>(info.st_size);
    node.type = S_ISREG(info.st_mode)   ? NodeType::File
                : S_ISDIR(info.st_mode) ? NodeType::Folder
                : S_ISLNK(info.st_mode) ? NodeType::Symlink
                                        : NodeType::Other;
    std::array<char, 4096> target{};
    if (node.type == NodeType::Symlink) {
      const ssize_t size = ::readlinkat(folder_fd, name, target.data(), target.size());
      node.link_target = {target.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }
    const bool may_have_capability = node.type == NodeType::File && (node.mode & 0111U) != 0;
    const Interest interest = enter(node, folder_fd, name, may_have_capability);
    if (interest != Interest::None) read(node, folder_fd, name, interest);
    if (node.type == NodeType::Folder) pending_.push_back(path_);
  }

  Interest enter(Node& node, int folder_fd, const char* name, bool may_have_capability) {
    if (may_have_capability) {
      const std::string at = fmt::format("/proc/self/fd/{}/{}", folder_fd, name);
      node.has_capability = ::lgetxattr(at.c_str(), "security.capability", nullptr, 0) > 0;
    }
    return into_.enter(node);
  }

  void read(const Node& node, int folder_fd, const char* name, Interest interest) {
    const Fd fd(::openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid()) {
      into_.problem(describe(fail_errno(errno, node.path).error()));
      return;
    }
    if (interest == Interest::Whole) {
      read_whole(node, fd.get());
    } else {
      peek(node, fd.get());
    }
  }

  // What a wanted symbolic link leads to, if that is a file here.
  void read_link(const std::string& path, const std::string& target) {
    const Fd fd = open_below(root_, target, O_RDONLY | O_NONBLOCK);
    struct stat info{};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    Node node;
    node.path = path;
    node.size = static_cast<std::uint64_t>(info.st_size);
    read_whole(node, fd.get());
  }

  void read_whole(const Node& node, int fd) {
    if (node.size > kMaxWantedFile) {
      into_.problem(fmt::format("{}: larger than {}", node.path, format_size(kMaxWantedFile)));
      return;
    }
    // Read, not mapped: a running container may truncate the file under us.
    whole_.resize(node.size);
    const auto got = read_at(fd, whole_, 0);
    if (got) {
      into_.content(node.path, Bytes(whole_).first(*got));
    } else {
      into_.problem(fmt::format("{}: {}", node.path, describe(got.error())));
    }
  }

  void peek(const Node& node, int fd) {
    std::array<std::byte, kPeekBytes> head{};
    const auto got = read_at(fd, head, 0);
    if (!got) return;
    const Bytes first = Bytes(head).first(*got);
    if (content::is_private_key(as_text(first))) into_.key(node);
    if (!package::looks_like_binary(first)) return;
    // Mapped: of a large program only the pages with its section table and build info are read.
    // Programs in use cannot be truncated (ETXTBSY), and a layer's files do not change.
    const Map map(fd, node.size);
    if (map.valid()) into_.program(node.path, map.bytes());
  }

  int root_;
  FolderKind kind_;
  Collector& into_;
  std::vector<std::string> pending_;
  std::string path_;
  std::vector<std::byte> whole_;
};

}  // namespace

Result<LayerFacts> collect_folder(const std::string& path, FolderKind kind, Hides hides) {
  const Fd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return fail_errno(errno, path);
  Collector collector(hides);
  FolderWalk(root.get(), kind, collector).run();
  return std::move(collector).finish();
}

}  // namespace corten::scan
