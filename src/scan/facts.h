// Facts about one layer: everything that later steps may ask, so that a layer is read once and its
// facts can be cached.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/wire.h"
#include "package/cataloger.h"

namespace corten::scan {

// Raised whenever encoding or collecting changes: cached facts of another number are not used.
inline constexpr std::uint32_t kFactsFormat = 5;

// A file that a cataloger read.
struct FileFacts {
  std::string path;
  package::Catalog catalog;
};

// A small text file that is kept for judging later: os-release, passwd, group whole; of shadow only
// the names of accounts without a password, one a line.
struct KeptFile {
  std::string path;
  std::string content;
};

// A symbolic link at a path that matters (a kept or cataloged file, or a folder above some).
struct Link {
  std::string path;
  std::string target;
};

enum class NoteKind : std::uint8_t {
  SetUid,          // regular file with mode 04000
  SetGid,          // executable regular file with mode 02000
  Capability,      // file capabilities
  WorldWritable,   // regular file or folder writable by all, folders without sticky bit
  PrivateKey,      // by content: "-----BEGIN … PRIVATE KEY-----"
  CredentialFile,  // by name: .aws/credentials, .netrc, kubeconfig, …
  SshServer,       // usr/sbin/sshd and other remote login daemons
  StrayFile,       // Dockerfile, .git, .DS_Store, … that have no place in an image
};
inline constexpr std::uint64_t kNoteKinds = 8;

struct FileNote {
  NoteKind kind = NoteKind::SetUid;
  std::string path;
  std::uint32_t mode = 0;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;
  bool is_folder = false;
};

// Package manager caches and the like: bytes that a layer carries for nothing.
struct CacheUse {
  std::string what;  // "apt lists", "apk cache", "pip cache", …
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

struct LayerFacts {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // uncompressed content
  std::vector<FileFacts> files;
  std::vector<KeptFile> kept;
  std::vector<Link> links;
  std::vector<FileNote> notes;
  std::vector<CacheUse> caches;
  // Hashes of the paths that hide what lower layers have there and below: everything that is not a
  // folder, and whiteouts. A folder hides a file or a folder's own mode at its path, but nothing
  // below: it stands here with a slash at its end. Sorted. Only collected for layers that lie on
  // others.
  std::vector<std::uint64_t> hides;
  std::vector<std::uint64_t> opaque;  // folders whose lower content is hidden; sorted
  bool has_hides = false;
  std::vector<std::string> problems;  // what could not be examined
};

[[nodiscard]] std::string encode(const LayerFacts& facts);
// Errors: InvalidInput for anything that encode() does not write, other format numbers included.
[[nodiscard]] Result<LayerFacts> decode_layer_facts(Bytes data);

// The hash of a path relative to the root, as in `hides` and `opaque`.
[[nodiscard]] std::uint64_t hash_of_path(std::string_view path);
[[nodiscard]] std::uint64_t hash_of_folder(std::string_view path);  // as a folder in `hides`

}  // namespace corten::scan
