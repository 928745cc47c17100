// A parsed YAML stream: documents, nodes and where they are in the source.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corten::yaml {

inline constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxNodes = 400'000;     // as written: what memory holds
inline constexpr std::size_t kMaxVisits = 1'000'000;  // with every alias followed
inline constexpr std::size_t kMaxDepth = 100;         // with every alias followed
inline constexpr std::size_t kMaxDocuments = 10'000;

// Bytes [begin, end) of the source.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

// Both count from 1. Columns count bytes of the line; a byte order mark counts for nothing.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Position&) const = default;
};

enum class Kind {
  Null,  // nothing, or a plain ~ or null
  Scalar,
  Sequence,
  Map,
};

enum class Style { Plain, SingleQuoted, DoubleQuoted, Literal, Folded, Block, Flow };

struct Node;

// One key of a map. The value of an alias is the node that the alias names: `value->range` is then
// where the anchor is, `value_range` and `value_at` are where the alias is.
struct Entry {
  const Node* key = nullptr;
  const Node* value = nullptr;
  Range value_range;  // of the value, or of the alias; without anchor and tag
  Position value_at;  // where a reader looks: the value, or the alias
  bool is_alias = false;
  bool is_merged = false;  // came by a merge key (<<) from another map

  [[nodiscard]] std::string_view name() const;  // text of a scalar key, else empty
  [[nodiscard]] Position at() const;            // of the key
};

// One value of a sequence; as Entry.
struct Item {
  const Node* value = nullptr;
  Range value_range;
  Position value_at;
  bool is_alias = false;
};

struct Node {
  Kind kind = Kind::Null;
  Style style = Style::Plain;
  std::string text;    // of a scalar or null: escapes, folding and quotes are resolved
  std::string tag;     // "!reset", "tag:yaml.org,2002:str"; empty if none is written
  std::string anchor;  // without &; empty if none is written
  // Quotes, brackets and the header of a block scalar are part of it; anchor and tag are not. A
  // block collection ends with its last value. Empty for a null that is not written.
  Range range;
  Position at;                 // of range.begin
  std::vector<Entry> entries;  // of a map: its own in order, then those that came by merge keys
  std::vector<Entry> merges;   // of a map: the merge keys themselves, whose values are in `entries`
  std::vector<Item> items;     // of a sequence
  std::uint32_t visits = 1;    // values in it, itself included, with every alias followed
  std::uint32_t height = 0;    // levels below it, with every alias followed

  [[nodiscard]] bool is_map() const { return kind == Kind::Map; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::Sequence; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::Scalar; }
  [[nodiscard]] bool is_null() const { return kind == Kind::Null; }
  [[nodiscard]] bool is_quoted() const {
    return style == Style::SingleQuoted || style == Style::DoubleQuoted;
  }
};

struct Document {
  const Node* root = nullptr;  // never null; Kind::Null if the document is empty
  Position at;                 // of its `---`, or of its first value
};

// A key that stands twice in one map. Lookups take the last one, as most readers do.
struct Duplicate {
  std::string key;
  Position first;
  Position again;

  bool operator==(const Duplicate&) const = default;
};

// Owns the source and all nodes; pointers stay valid while it lives, also after it was moved.
class Stream {
 public:
  Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  [[nodiscard]] std::string_view source() const { return *source_; }
  [[nodiscard]] std::string_view text(Range range) const;  // clipped to the source
  // At least one; an empty source has one empty document.
  [[nodiscard]] const std::vector<Document>& documents() const { return documents_; }
  [[nodiscard]] const Node& root() const { return *documents_.front().root; }
  [[nodiscard]] const std::vector<Duplicate>& duplicates() const { return duplicates_; }
  [[nodiscard]] Position position(std::uint32_t offset) const;
  [[nodiscard]] Range line_range(std::uint32_t line) const;  // with its newline; empty beyond

 private:
  friend class Builder;
  std::unique_ptr<const std::string> source_;
  std::unique_ptr<std::deque<Node>> nodes_;
  std::vector<Document> documents_;
  std::vector<Duplicate> duplicates_;
  std::vector<std::uint32_t> line_starts_;
  std::uint32_t bom_size_ = 0;
};

struct SyntaxError {
  ErrorCode code = ErrorCode::InvalidInput;  // or LimitExceeded
  std::string message;                       // one sentence without a full stop
  Position at;

  bool operator==(const SyntaxError&) const = default;
};
[[nodiscard]] Error to_error(const SyntaxError& error, std::string_view file);  // "file:3:1: …"

// Reads all documents of `source`. Errors: InvalidInput (syntax, not UTF-8, control characters, an
// alias to nothing or to a value that holds it), LimitExceeded. YAML 1.2.2; scalars are not typed
// but for null. `max_depth` is at most kMaxDepth.
[[nodiscard]] std::expected<Stream, SyntaxError> parse(std::string source,
                                                       std::size_t max_depth = kMaxDepth);

}  // namespace corten::yaml
