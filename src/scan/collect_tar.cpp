#include <fmt/format.h>

#include <map>
#include <vector>

#include "archive/tar.h"
#include "base/text.h"
#include "image/open.h"
#include "package/binary.h"
#include "package/go_buildinfo.h"
#include "scan/collect.h"
#include "scan/private_key.h"

namespace corten::scan {

namespace {

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
    if (is_private_key(first)) into_.key(node);
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

// A wanted file that is a hard link has its content under another name, which went by before anyone
// knew.
class LinkWalk {
 public:
  explicit LinkWalk(Collector& into) : into_(into) {
    for (const auto& [path, target] : into.wanted_links()) by_target_[target].paths.push_back(path);
  }

  Status run(archive::ByteSource& stream) {
    archive::TarReader tar(stream);
    for (;;) {
      CORTEN_TRY(const archive::TarEntry* entry, tar.next());
      if (entry == nullptr) break;
      const auto found = by_target_.find(entry->path);
      if (found == by_target_.end() || entry->type != archive::EntryType::File) continue;
      CORTEN_CHECK(read(found->second, tar.content(kMaxWantedFile)));
    }
    for (const auto& [target, links] : by_target_) {
      if (!links.read) missing(target, links);
    }
    return {};
  }

 private:
  struct Links {
    std::vector<std::string> paths;
    bool read = false;
  };

  Status read(Links& links, const Result<Bytes>& content) {
    links.read = true;
    if (!content && content.error().code != ErrorCode::LimitExceeded)
      return std::unexpected(content.error());
    for (const std::string& path : links.paths) {
      if (content) {
        into_.content(path, *content);
      } else {
        into_.problem(fmt::format("{}: larger than {}", path, format_size(kMaxWantedFile)));
      }
    }
    return {};
  }

  void missing(const std::string& target, const Links& links) {
    for (const std::string& path : links.paths)
      into_.problem(
          fmt::format("{}: a hard link to {}, which is not a file of the layer", path, target));
  }

  Collector& into_;
  std::map<std::string, Links, std::less<>> by_target_;
};

}  // namespace

Result<LayerFacts> collect_tar(const OpenStream& open, TarKind kind, Hides hides) {
  Collector collector(hides);
  {
    CORTEN_TRY(const auto stream, open());
    archive::TarReader tar(*stream);
    CORTEN_CHECK(TarWalk(tar, kind, collector).run());
  }
  if (!collector.wanted_links().empty()) {
    CORTEN_TRY(const auto stream, open());
    CORTEN_CHECK(LinkWalk(collector).run(*stream));
  }
  return std::move(collector).finish();
}

}  // namespace corten::scan
