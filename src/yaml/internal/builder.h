// From the events of the library to nodes, within the limits of document.h.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "yaml/document.h"

struct fy_event;  // NOLINT(readability-identifier-naming): of the library

namespace corten::yaml {

// A collection that is being read.
struct Frame {
  Node* node = nullptr;
  const Node* key = nullptr;  // of a map: read, and waiting for its value
};

struct Anchor {
  const Node* node = nullptr;
  bool is_open = false;  // its collection is not read to its end yet
};

// What has been read as one value, and where it was.
struct Placed {
  const Node* node = nullptr;
  Range range;
  bool is_alias = false;
};

// Builds one Stream from the events of the library, and keeps the limits while it does.
class Builder {
 public:
  Builder(std::string source, std::size_t max_depth) : max_depth_(max_depth) {
    stream_.source_ = std::make_unique<const std::string>(std::move(source));
    stream_.nodes_ = std::make_unique<std::deque<Node>>();
    source_ = *stream_.source_;
    index_lines();
  }

  [[nodiscard]] std::string_view source() const { return source_; }
  [[nodiscard]] bool failed() const { return error_.has_value(); }

  void take(fy_event* event);
  void refuse(std::uint32_t offset, std::string message, ErrorCode code = ErrorCode::InvalidInput) {
    refuse(stream_.position(offset), std::move(message), code);
  }
  void refuse(Position at, std::string message, ErrorCode code = ErrorCode::InvalidInput) {
    // The library ends a last line that has no newline, and may complain of what comes after it.
    if (at.line > stream_.line_starts_.size()) {
      at = stream_.position(static_cast<std::uint32_t>(source_.size()));
    }
    if (!error_) error_ = SyntaxError{code, std::move(message), at};
  }

  std::expected<Stream, SyntaxError> finish() {
    if (error_) return std::unexpected(*std::move(error_));
    if (stream_.documents_.empty()) {
      begin_document({});
      end_document();
    }
    if (error_) return std::unexpected(*std::move(error_));
    return std::move(stream_);
  }

 private:
  void index_lines();
  void begin_document(Range mark);
  void end_document();
  void scalar(fy_event* event);
  std::string scalar_text(fy_event* event, const Node& node);
  void alias(fy_event* event);
  void open(fy_event* event, Kind kind);
  void close(fy_event* event);
  void add(Placed value);
  void add_entry(Frame& frame, Placed value);
  void expand_merges(Node& map);
  void merge_from(Node& map, const Node& from, std::unordered_set<std::string_view>& seen);
  void find_duplicates(const Node& map);
  void count(Node& parent, const Node& child);
  Node* new_node(Kind kind, fy_event* event);
  void place(Node& node, Range range);
  void register_anchor(const Node& node, bool is_open);
  Range range_of(fy_event* event) const;
  Range scalar_range(fy_event* event, Style style);
  Range block_scalar_range(Range content, Range properties) const;
  Range missing_range(bool is_value) const;
  Range properties_of(fy_event* event) const;

  Stream stream_;
  std::string_view source_;
  std::size_t max_depth_;
  std::vector<Frame> frames_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::uint32_t last_end_ = 0;  // end of what was read last
  std::size_t merged_ = 0;      // entries that came by merge keys
  std::uint64_t blank_steps_ = 0;
  std::optional<SyntaxError> error_;
};

}  // namespace corten::yaml
