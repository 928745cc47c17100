#include <fmt/format.h>

#include <optional>

#include "archive/tar.h"
#include "base/text.h"
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
  TarWalk(archive::TarReader& tar, Collector& into) : tar_(tar), into_(into) {}

  Status run() {
    for (;;) {
      CORTEN_TRY(const archive::TarEntry* entry, tar_.next());
      if (entry == nullptr) return {};
      const Node node = node_of(*entry);
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
  Collector& into_;
  std::vector<std::byte> program_;  // reused: its memory stays
};

// A wanted file that is a hard link has its content under another name, which went by before anyone
// knew.
Status read_linked(const OpenStream& open, Collector& into) {
  std::map<std::string, std::string, std::less<>> by_target;
  for (const auto& [path, target] : into.wanted_links()) by_target[target] = path;
  CORTEN_TRY(const auto stream, open());
  archive::TarReader tar(*stream);
  for (;;) {
    CORTEN_TRY(const archive::TarEntry* entry, tar.next());
    if (entry == nullptr) return {};
    const auto found = by_target.find(entry->path);
    if (found == by_target.end() || entry->type != archive::EntryType::File) continue;
    CORTEN_TRY(const Bytes content, tar.content(kMaxWantedFile));
    into.content(found->second, content);
  }
}

}  // namespace

Result<LayerFacts> collect_tar(const OpenStream& open, Hides hides) {
  Collector collector(hides);
  {
    CORTEN_TRY(const auto stream, open());
    archive::TarReader tar(*stream);
    CORTEN_CHECK(TarWalk(tar, collector).run());
  }
  if (!collector.wanted_links().empty()) CORTEN_CHECK(read_linked(open, collector));
  return std::move(collector).finish();
}

}  // namespace corten::scan
