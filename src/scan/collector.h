// Decides entry by entry what of a layer matters and turns it into facts; shared by tar layers and
// unpacked folders.
#pragma once

#include <map>
#include <string_view>
#include <unordered_map>

#include "scan/facts.h"

namespace corten::scan {

enum class NodeType { File, Folder, Symlink, HardLink, Other };

// One entry of a layer. Strings are borrowed for the duration of a call.
struct Node {
  std::string_view path;  // relative to the root, no leading slash
  NodeType type = NodeType::File;
  std::string_view link_target;
  std::uint32_t mode = 0;  // permission bits
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;
  bool has_capability = false;
};

// What the walker should do with the content of a node.
enum class Interest {
  None,   // nothing
  Whole,  // read it whole (up to kMaxWantedFile) and call content()
  Peek,   // look at the first bytes: program() if they are a program's, key() if they are a private
          // key's
};

inline constexpr std::uint64_t kMaxWantedFile = std::uint64_t{256} << 20;
inline constexpr std::uint64_t kMaxKeptFile = 64 << 10;
inline constexpr std::uint64_t kMaxNotes = 20'000;  // of one layer; more are counted as one problem
inline constexpr std::uint64_t kMaxProblems = 200;
inline constexpr std::size_t kPeekBytes = 64;

enum class Hides { Collect, Skip };

// Whether a link's target must be in the same layer: that of a hard link is, a symbolic link may
// lead to a lower one or nowhere.
enum class IsThere { Surely, Perhaps };

struct WantedLink {
  std::string target;
  IsThere is_there = IsThere::Surely;
};

class Collector {
 public:
  explicit Collector(Hides hides) : collect_hides_(hides == Hides::Collect) {}

  // Notes the entry and says what is wanted of it. A path with ".." components or a NUL is a
  // problem and ignored. Of several entries at one path the last counts, as when they are unpacked.
  [[nodiscard]] Interest enter(const Node& node);
  // A whiteout of overlayfs (a character device 0/0): hides `path`; and an opaque folder (xattr
  // trusted.overlay.opaque).
  void whiteout(std::string_view path);
  void opaque_folder(std::string_view path);

  void content(std::string_view path, Bytes bytes);               // after Interest::Whole
  void program(std::string_view path, Bytes bytes);               // a whole program
  void catalog(std::string_view path, package::Catalog catalog);  // what a streaming reader found
  void key(const Node& node);                                     // a private key
  void problem(std::string message);

  // A symbolic link, also one by way of a hard link.
  void link(std::string_view path, std::string_view target);

  // Links to files whose content was wanted, by path: their targets must be read in a second pass.
  [[nodiscard]] const std::map<std::string, WantedLink>& wanted_links() const {
    return wanted_links_;
  }

  [[nodiscard]] LayerFacts finish() &&;

 private:
  void supersede(const Node& node);
  [[nodiscard]] std::size_t claim(std::string_view path);
  void add_catalog(std::string_view path, package::Catalog catalog, std::size_t generation);
  void drop_superseded();
  void note(NoteKind kind, const Node& node);
  void note_modes(const Node& node);
  void note_names(const Node& node);
  void count_cache(const Node& node);

  bool collect_hides_;
  LayerFacts facts_;
  std::map<std::string, CacheUse, std::less<>> caches_;
  std::map<std::string, WantedLink> wanted_links_;
  std::size_t folder_links_ = 0;
  std::uint64_t notes_left_out_ = 0;
  // Which reading of a path counts: by the path's hash, and beside each of facts_.files, .kept and
  // .links the reading that it comes from.
  std::unordered_map<std::uint64_t, std::size_t> latest_;
  std::vector<std::size_t> file_generations_;
  std::vector<std::size_t> kept_generations_;
  std::vector<std::size_t> link_generations_;
  std::size_t generation_ = 0;
};

}  // namespace corten::scan
