#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "archive/tar.h"
#include "base/text.h"
#include "content/secret_forms.h"
#include "image/open.h"
#include "package/binary.h"
#include "package/go_buildinfo.h"
#include "scan/collect.h"

namespace corten::scan {

namespace {

// Each walk reads the layer anew. Programs that write layers link to the file itself, so that one
// walk is enough.
constexpr int kMaxLinkWalks = 4;

NodeType node_type(archive::EntryType type) {
  switch (type) {
    case archive::EntryType::File:
      return NodeType::File;
    case archive::EntryType::Folder:
      return NodeType::Folder;
    case archive::EntryType::Symlink:
      return NodeType::Symlink;
    case archive::EntryType::HardLink:
      return NodeType::HardLink;
    default:
      return NodeType::Other;
  }
}

Node node_of(const archive::TarEntry& entry) {
  Node node;
  node.path = entry.path;
  node.type = node_type(entry.type);
  node.link_target = entry.link_target;
  node.mode = entry.mode;
  node.uid = entry.uid;
  node.gid = entry.gid;
  node.size = entry.size;
  node.has_capability = entry.has_capability;
  return node;
}

class TarWalk {
 public:
  TarWalk(archive::TarReader& tar, TarKind kind, Collector& into)
      : tar_(tar), kind_(kind), into_(into) {}

  Status run() {
    for (;;) {
      CORTEN_TRY(const archive::TarEntry* entry, tar_.next());
      if (entry == nullptr) return {};
      const Node node = node_of(*entry);
      if (kind_ == TarKind::RootFileSystem && image::is_image_archive_member(node.path)) {
        into_.problem(fmt::format(
            "{} at the top: read as a root file system, but others may load it as an image",
            node.path));
      }
      const Interest interest = into_.enter(node);
      if (interest == Interest::Whole) CORTEN_CHECK(read_whole(node));
      if (interest == Interest::Peek) CORTEN_CHECK(peek(node));
    }
  }

 private:
  Status read_whole(const Node& node) {
    const auto content = tar_.content(kMaxWantedFile);
    if (content) {
      into_.content(node.path, *content);
      return {};
    }
    if (content.error().code != ErrorCode::LimitExceeded) return std::unexpected(content.error());
    into_.problem(fmt::format("{}: larger than {}", node.path, format_size(kMaxWantedFile)));
    return {};
  }

  Status peek(const Node& node) {
    CORTEN_TRY(const Bytes first, tar_.chunk());
    if (content::is_private_key(as_text(first))) into_.key(node);
    if (!package::looks_like_binary(first)) return {};
    if (first.size() == node.size) {
      into_.program(node.path, first);
      return {};
    }
    return node.size <= kMaxWholeProgram ? read_program(node, first) : stream_program(node, first);
  }

  Status read_program(const Node& node, Bytes first) {
    program_.assign(first.begin(), first.end());
    for (;;) {
      CORTEN_TRY(const Bytes piece, tar_.chunk());
      if (piece.empty()) break;
      program_.insert(program_.end(), piece.begin(), piece.end());
    }
    into_.program(node.path, program_);
    return {};
  }

  Status stream_program(const Node& node, Bytes first) {
    package::GoBuildInfoFinder finder{std::string(node.path)};
    finder.feed(first);
    for (;;) {
      CORTEN_TRY(const Bytes piece, tar_.chunk());
      if (piece.empty()) break;
      finder.feed(piece);
    }
    if (auto found = finder.finish()) into_.catalog(node.path, *std::move(found));
    if (finder.needs_random_access()) {
      into_.problem(
          fmt::format("{}: a Go program from before 1.18 of {}: its modules were not read",
                      node.path, format_size(node.size)));
    }
    return {};
  }

  archive::TarReader& tar_;
  TarKind kind_;
  Collector& into_;
  std::vector<std::byte> program_;  // reused: its memory stays
};

// A wanted file that is a link has its content under another name, which went by before anyone
// knew. That name may be a hard link too: then one more walk reads what it leads to.
class LinkWalk {
 public:
  explicit LinkWalk(Collector& into) : into_(into) {
    for (const auto& [path, link] : into.wanted_links()) {
      Links& links = by_target_[link.target];
      (link.is_there == IsThere::Surely ? links.paths : links.symbolic).push_back(path);
    }
  }

  [[nodiscard]] bool is_done() const { return by_target_.empty(); }

  // Walks the layer once.
  Status run(archive::ByteSource& stream) {
    archive::TarReader tar(stream);
    for (;;) {
      CORTEN_TRY(const archive::TarEntry* entry, tar.next());
      if (entry == nullptr) break;
      const auto found = by_target_.find(entry->path);
      if (found == by_target_.end()) continue;
      if (entry->type == archive::EntryType::HardLink) found->second.leads_to = entry->link_target;
      if (entry->type == archive::EntryType::Symlink) are_links(found->second, *entry);
      if (entry->type != archive::EntryType::File) continue;
      CORTEN_CHECK(read(found->second, tar.content(kMaxWantedFile)));
    }
    follow_links();
    return {};
  }

 private:
  // The wanted paths that share one target.
  struct Links {
    std::vector<std::string> paths;
    std::vector<std::string> symbolic;  // the same, but their target need not be there
    bool read = false;
    std::string leads_to;  // where the target is a hard link itself
  };
  using ByTarget = std::map<std::string, Links, std::less<>>;

  Status read(Links& links, const Result<Bytes>& content) {
    links.read = true;
    if (!content && content.error().code != ErrorCode::LimitExceeded)
      return std::unexpected(content.error());
    for (const auto* paths : {&links.paths, &links.symbolic}) {
      for (const std::string& path : *paths) {
        if (content) {
          into_.content(path, *content);
        } else {
          into_.problem(fmt::format("{}: larger than {}", path, format_size(kMaxWantedFile)));
        }
      }
    }
    return {};
  }

  // Hard links to a symbolic link are that link.
  void are_links(Links& links, const archive::TarEntry& entry) {
    links.read = true;
    for (const std::string& path : links.paths) into_.link(path, entry.link_target);
  }

  // What is left for the next walk.
  void follow_links() {
    ++walks_;
    ByTarget next;
    for (auto& [target, links] : by_target_) {
      if (links.read) continue;
      if (links.leads_to.empty() || walks_ == kMaxLinkWalks) {
        missing(target, links);
        continue;
      }
      Links& further = next[links.leads_to];
      std::ranges::move(links.paths, std::back_inserter(further.paths));
      std::ranges::move(links.symbolic, std::back_inserter(further.symbolic));
    }
    by_target_ = std::move(next);
  }

  void missing(const std::string& target, const Links& links) {
    for (const std::string& path : links.paths) {
      into_.problem(
          links.leads_to.empty()
              ? fmt::format("{}: a hard link to {}, which is not a file of the layer", path, target)
              : fmt::format("{}: a chain of more than {} hard links", path, walks_));
    }
  }

  Collector& into_;
  ByTarget by_target_;
  int walks_ = 0;
};

}  // namespace

Result<LayerFacts> collect_tar(const OpenStream& open, TarKind kind, Hides hides) {
  Collector collector(hides);
  {
    CORTEN_TRY(const auto stream, open());
    archive::TarReader tar(*stream);
    CORTEN_CHECK(TarWalk(tar, kind, collector).run());
  }
  LinkWalk links(collector);
  while (!links.is_done()) {
    CORTEN_TRY(const auto stream, open());
    CORTEN_CHECK(links.run(*stream));
  }
  return std::move(collector).finish();
}

}  // namespace corten::scan
