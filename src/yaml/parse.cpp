// The only place that knows libfyaml: its events become nodes here. The library's own document tree
// would follow aliases without end and lose the positions of keys.
#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "base/closer.h"
#include "yaml/document.h"
#include "yaml/internal/utf8.h"

namespace corten::yaml {

namespace {

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

bool is_break(char c) { return c == '\n' || c == '\r'; }
bool is_space(char c) { return c == ' ' || c == '\t' || is_break(c); }

std::string_view text_of(fy_token* token) {
  std::size_t size = 0;
  const char* text = token == nullptr ? nullptr : fy_token_get_text(token, &size);
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

bool means_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

Style style_of(fy_token* token) {
  switch (fy_token_scalar_style(token)) {
    case FYSS_SINGLE_QUOTED:
      return Style::SingleQuoted;
    case FYSS_DOUBLE_QUOTED:
      return Style::DoubleQuoted;
    case FYSS_LITERAL:
      return Style::Literal;
    case FYSS_FOLDED:
      return Style::Folded;
    default:
      return Style::Plain;
  }
}

// The tag as it is written, but for the long form of YAML's own ("!!str").
std::string tag_of(fy_event* event) {
  fy_token* token = fy_event_get_tag_token(event);
  return token == nullptr ? std::string() : std::string(text_of(token));
}

}  // namespace

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
    if (at.line > stream_.line_starts_.size())
      at = stream_.position(static_cast<std::uint32_t>(source_.size()));
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
  using Keys = std::unordered_map<std::string_view, const Node*>;

  void index_lines();
  void begin_document(Range mark);
  void end_document();
  void scalar(fy_event* event);
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
  std::optional<SyntaxError> error_;
};

void Builder::index_lines() {
  stream_.line_starts_.push_back(0);
  for (std::size_t i = 0; i < source_.size(); ++i) {
    const bool lone_cr = source_[i] == '\r' && (i + 1 == source_.size() || source_[i + 1] != '\n');
    if (source_[i] == '\n' || lone_cr) {
      stream_.line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  stream_.bom_size_ = source_.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

void Builder::take(fy_event* event) {
  switch (event->type) {
    case FYET_DOCUMENT_START:
      begin_document(range_of(event));
      break;
    case FYET_DOCUMENT_END:
      end_document();
      break;
    case FYET_SCALAR:
      scalar(event);
      break;
    case FYET_ALIAS:
      alias(event);
      break;
    case FYET_SEQUENCE_START:
      open(event, Kind::Sequence);
      break;
    case FYET_MAPPING_START:
      open(event, Kind::Map);
      break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
      close(event);
      break;
    default:
      break;
  }
}

void Builder::begin_document(Range mark) {
  if (stream_.documents_.size() >= kMaxDocuments) {
    return refuse(mark.begin, fmt::format("more than {} documents", kMaxDocuments),
                  ErrorCode::LimitExceeded);
  }
  anchors_.clear();
  const bool is_written = !mark.empty();
  if (is_written) last_end_ = mark.end;
  Document document;
  if (is_written) document.at = stream_.position(mark.begin);
  stream_.documents_.push_back(document);
}

void Builder::end_document() {
  Document& document = stream_.documents_.back();
  if (document.root == nullptr) {
    Node& root = stream_.nodes_->emplace_back();
    place(root, {last_end_, last_end_});
    document.root = &root;
  }
  if (document.at.line == 0) document.at = document.root->at;
}

Range Builder::range_of(fy_event* event) const {
  const fy_mark* begin = fy_event_start_mark(event);
  const fy_mark* end = fy_event_end_mark(event);
  if (begin == nullptr || end == nullptr) return {};
  const std::size_t from = std::min(begin->input_pos, source_.size());
  const std::size_t to = std::clamp(end->input_pos, from, source_.size());
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
}

// From the first to the last byte of anchor and tag; empty at 0 without any.
Range Builder::properties_of(fy_event* event) const {
  Range all;
  for (fy_token* token : {fy_event_get_anchor_token(event), fy_event_get_tag_token(event)}) {
    if (token == nullptr) continue;
    const fy_mark* begin = fy_token_start_mark(token);
    const fy_mark* end = fy_token_end_mark(token);
    if (begin == nullptr || end == nullptr) continue;
    const auto from = static_cast<std::uint32_t>(std::min(begin->input_pos, source_.size()));
    const auto to = static_cast<std::uint32_t>(std::min(end->input_pos, source_.size()));
    all.begin = all.end == 0 ? from : std::min(all.begin, from);
    all.end = std::max(all.end, to);
  }
  return all;
}

Node* Builder::new_node(Kind kind, fy_event* event) {
  Node& node = stream_.nodes_->emplace_back();
  node.kind = kind;
  node.tag = tag_of(event);
  node.anchor = std::string(text_of(fy_event_get_anchor_token(event)));
  if (stream_.nodes_->size() > kMaxNodes) {
    refuse(last_end_, fmt::format("more than {} values", kMaxNodes), ErrorCode::LimitExceeded);
  }
  return &node;
}

void Builder::place(Node& node, Range range) {
  node.range = range;
  node.at = stream_.position(range.begin);
}

void Builder::register_anchor(const Node& node, bool is_open) {
  if (!node.anchor.empty()) anchors_[node.anchor] = {&node, is_open};
}

// Where a value that is not written would stand: after the colon or dash that asks for it.
Range Builder::missing_range(bool is_value) const {
  std::uint32_t at = last_end_;
  const char asks = is_value ? ':' : '-';
  while (at < source_.size() && is_space(source_[at])) ++at;
  if (at < source_.size() && source_[at] == asks) return {at + 1, at + 1};
  return {last_end_, last_end_};
}

// The library starts a block scalar at its first line; its header is above, after anchor and tag.
Range Builder::block_scalar_range(Range content, Range properties) const {
  std::uint32_t begin = std::max(last_end_, properties.end);
  while (begin < content.begin && source_[begin] != '|' && source_[begin] != '>') {
    if (source_[begin] == '#') {
      while (begin < content.begin && !is_break(source_[begin])) ++begin;
    } else {
      ++begin;
    }
  }
  std::uint32_t header_end = begin;
  while (header_end < source_.size() && !is_space(source_[header_end])) ++header_end;
  const bool keeps = source_.substr(begin, header_end - begin).find('+') != std::string_view::npos;
  std::uint32_t end = std::max(content.end, header_end);
  if (keeps) {
    if (end > header_end && source_[end - 1] == '\n') --end;
    return {begin, end};
  }
  while (end > header_end && is_space(source_[end - 1])) --end;
  return {begin, end};
}

Range Builder::scalar_range(fy_event* event, Style style) {
  Range range = range_of(event);
  if (style == Style::Literal || style == Style::Folded) {
    return block_scalar_range(range, properties_of(event));
  }
  if (style == Style::SingleQuoted || style == Style::DoubleQuoted) {
    // The library gives what is between the quotes.
    if (range.begin > 0) --range.begin;
    if (range.end < source_.size()) ++range.end;
  }
  return range;
}

void Builder::scalar(fy_event* event) {
  fy_token* token = event->scalar.value;
  Node* node = new_node(Kind::Scalar, event);
  node->text = std::string(text_of(token));
  const bool is_written = token != nullptr && fy_event_start_mark(event) != nullptr;
  if (is_written) {
    node->style = style_of(token);
    place(*node, scalar_range(event, node->style));
  } else {
    const Range properties = properties_of(event);
    const bool is_value = !frames_.empty() && frames_.back().key != nullptr;
    const Range missing =
        properties.end > 0 ? Range{properties.end, properties.end} : missing_range(is_value);
    place(*node, missing);
  }
  const bool is_text = !node->tag.empty() && node->tag.ends_with(":str");
  if (node->style == Style::Plain && !is_text && means_null(node->text)) node->kind = Kind::Null;
  register_anchor(*node, false);
  last_end_ = std::max(last_end_, node->range.end);
  add({node, node->range, false});
}

void Builder::alias(fy_event* event) {
  Range range = range_of(event);
  if (range.begin > 0) --range.begin;  // the library leaves the asterisk out
  const std::string name(text_of(event->alias.anchor));
  const auto found = anchors_.find(name);
  if (found == anchors_.end()) {
    return refuse(range.begin, fmt::format("alias '*{}' has no anchor before it", name));
  }
  if (found->second.is_open) {
    return refuse(range.begin, fmt::format("alias '*{}' is part of what it names", name));
  }
  last_end_ = std::max(last_end_, range.end);
  add({found->second.node, range, true});
}

void Builder::open(fy_event* event, Kind kind) {
  const Range mark = range_of(event);
  if (frames_.size() >= max_depth_) {
    return refuse(mark.begin, fmt::format("nested more than {} levels deep", max_depth_),
                  ErrorCode::LimitExceeded);
  }
  Node* node = new_node(kind, event);
  const char bracket = kind == Kind::Map ? '{' : '[';
  const bool is_flow = mark.size() == 1 && source_[mark.begin] == bracket;
  node->style = is_flow ? Style::Flow : Style::Block;
  place(*node, mark);
  register_anchor(*node, true);
  last_end_ = std::max({last_end_, properties_of(event).end, is_flow ? mark.end : 0U});
  frames_.push_back({node, nullptr});
}

void Builder::close(fy_event* event) {
  if (frames_.empty()) return;
  Node& node = *frames_.back().node;
  frames_.pop_back();
  Range range = node.range;
  if (node.style == Style::Flow) {
    range.end = std::max(range.begin, range_of(event).end);
  } else {
    for (const Entry* entry : {node.entries.empty() ? nullptr : &node.entries.front(),
                               node.merges.empty() ? nullptr : &node.merges.front()}) {
      if (entry != nullptr) range.begin = std::min(range.begin, entry->key->range.begin);
    }
    range.end = std::max(range.begin, last_end_);
  }
  place(node, range);
  last_end_ = std::max(last_end_, range.end);
  if (node.is_map()) {
    find_duplicates(node);
    expand_merges(node);
  }
  if (const auto anchor = anchors_.find(node.anchor);
      anchor != anchors_.end() && anchor->second.node == &node) {
    anchor->second.is_open = false;
  }
  add({&node, range, false});
}

void Builder::count(Node& parent, const Node& child) {
  const std::size_t visits = std::size_t{parent.visits} + child.visits;
  parent.height = std::max(parent.height, child.height + 1);
  if (visits > kMaxVisits) {
    return refuse(last_end_, fmt::format("aliases stand for more than {} values", kMaxVisits),
                  ErrorCode::LimitExceeded);
  }
  if (frames_.size() + child.height > max_depth_) {
    return refuse(last_end_, fmt::format("nested more than {} levels deep", max_depth_),
                  ErrorCode::LimitExceeded);
  }
  parent.visits = static_cast<std::uint32_t>(visits);
}

void Builder::add(Placed value) {
  if (error_) return;
  if (frames_.empty()) {
    Document& document = stream_.documents_.back();
    if (document.root == nullptr) document.root = value.node;
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node->is_sequence()) {
    frame.node->items.push_back(
        {value.node, value.range, stream_.position(value.range.begin), value.is_alias});
    return count(*frame.node, *value.node);
  }
  add_entry(frame, value);
}

void Builder::add_entry(Frame& frame, Placed value) {
  if (frame.key == nullptr) {
    frame.key = value.node;
    if (value.is_alias) {
      // A key has its own place; the text of a scalar is small enough to have twice.
      Node& copy = stream_.nodes_->emplace_back();
      copy.kind = value.node->is_scalar() ? Kind::Scalar : Kind::Null;
      copy.text = value.node->is_scalar() && value.node->text.size() < 1024 ? value.node->text
                                                                            : std::string();
      place(copy, value.range);
      frame.key = &copy;
    }
    return;
  }
  Entry entry{frame.key,      value.node, value.range, stream_.position(value.range.begin),
              value.is_alias, false};
  frame.key = nullptr;
  const Node& key = *entry.key;
  const bool is_merge = key.text == "<<" && key.style == Style::Plain &&
                        (value.node->is_map() || value.node->is_sequence());
  (is_merge ? frame.node->merges : frame.node->entries).push_back(entry);
  count(*frame.node, *value.node);
  if (!entry.key->is_scalar()) count(*frame.node, *entry.key);
}

void Builder::merge_from(Node& map, const Node& from, std::unordered_set<std::string_view>& seen) {
  for (const Entry& entry : from.entries) {
    if (error_) return;
    if (!seen.insert(entry.name()).second) continue;
    if (++merged_ > kMaxVisits / 4) {
      return refuse(last_end_,
                    fmt::format("merge keys stand for more than {} keys", kMaxVisits / 4),
                    ErrorCode::LimitExceeded);
    }
    Entry merged = entry;
    merged.is_merged = true;
    map.entries.push_back(merged);
  }
}

// Own keys win; of several merged maps the first that has the key (YAML 1.1, "merge").
void Builder::expand_merges(Node& map) {
  if (map.merges.empty() || error_) return;
  std::unordered_set<std::string_view> seen;
  for (const Entry& entry : map.entries) seen.insert(entry.name());
  for (const Entry& merge : map.merges) {
    if (merge.value->is_map()) merge_from(map, *merge.value, seen);
    for (const Item& item : merge.value->items) merge_from(map, *item.value, seen);
  }
}

void Builder::find_duplicates(const Node& map) {
  Keys keys;
  const bool small = map.entries.size() <= 12;  // a look through is cheaper than a hash table
  for (std::size_t i = 0; i < map.entries.size(); ++i) {
    const Node& key = *map.entries[i].key;
    if (key.kind != Kind::Scalar) continue;
    const Node* first = nullptr;
    if (small) {
      for (std::size_t j = 0; j < i && first == nullptr; ++j) {
        const Node& other = *map.entries[j].key;
        if (other.kind == Kind::Scalar && other.text == key.text) first = &other;
      }
    } else {
      const auto [at, is_new] = keys.try_emplace(key.text, &key);
      if (!is_new) first = at->second;
    }
    if (first != nullptr) stream_.duplicates_.push_back({key.text, first->at, key.at});
  }
}

namespace {

void stay_silent(fy_diag* /*diag*/, void* /*user*/, const char* /*text*/,
                 std::size_t /*size*/) noexcept {}

// What the library says, in words of the one who reads the file.
std::string clearer(std::string_view message) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"invalid multiline plain key",
       "a key where a value goes on: the indentation is wrong, or the value needs quotes"},
      {"invalid nested block mapping on the same line",
       "a second ': ' in one line: put the value in quotes"},
      {"did not find expected node content", "a value is missing or begins with a reserved sign"},
      {"wrongly indented double-quoted scalar", "a double-quoted text is not closed"},
      {"wrongly indented single-quoted scalar", "a single-quoted text is not closed"},
      {"double-quoted scalar without closing quote", "a double-quoted text is not closed"},
      {"single-quoted scalar without closing quote", "a single-quoted text is not closed"},
      {"tab character may not be used as indentation", "a tab in the indentation: use spaces"},
  };
  for (const auto& [theirs, ours] : kWords) {
    if (message == theirs) return std::string(ours);
  }
  return message.empty() ? "not YAML" : std::string(message);
}

// The first error is the cause; those after it follow from it.
void refuse_by(fy_diag* diag, Builder& builder) {
  void* at = nullptr;
  const fy_diag_error* error = fy_diag_errors_iterate(diag, &at);
  if (error == nullptr) return builder.refuse(Position{1, 1}, "not YAML");
  builder.refuse(Position{static_cast<std::uint32_t>(std::max(error->line, 1)),
                          static_cast<std::uint32_t>(std::max(error->column, 1))},
                 clearer(error->msg == nullptr ? std::string_view() : error->msg));
}

void run(Builder& builder) {
  fy_diag_cfg quiet{};
  fy_diag_cfg_default(&quiet);
  quiet.fp = nullptr;
  quiet.output_fn = stay_silent;
  quiet.colorize = false;
  // Destroyed, not unreferenced: only that frees the errors that it has collected. The parser,
  // which shares it, goes first.
  const std::unique_ptr<fy_diag, Closer<fy_diag_destroy>> diag(fy_diag_create(&quiet));
  if (!diag) return builder.refuse(Position{1, 1}, "out of memory", ErrorCode::Internal);
  fy_diag_set_collect_errors(diag.get(), true);

  // Real files close a flow collection in the column of its key, as libyaml and go-yaml allow.
  fy_parse_cfg config{};
  config.flags =
      static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                                      FYPCF_JSON_NONE | FYPCF_SLOPPY_FLOW_INDENTATION);
  config.diag = diag.get();
  const std::unique_ptr<fy_parser, Closer<fy_parser_destroy>> parser(fy_parser_create(&config));
  const std::string_view source = builder.source();
  if (!parser || fy_parser_set_string(parser.get(), source.data(), source.size()) != 0) {
    return builder.refuse(Position{1, 1}, "out of memory", ErrorCode::Internal);
  }
  while (!builder.failed()) {
    fy_event* event = fy_parser_parse(parser.get());
    if (event == nullptr) break;
    builder.take(event);
    fy_parser_event_free(parser.get(), event);
  }
  if (!builder.failed() && fy_parser_get_stream_error(parser.get())) refuse_by(diag.get(), builder);
}

}  // namespace

namespace {

// The library reads all brackets that open in a row before it tells of the first, and slowly. No
// text has so many; nesting that is spread out meets the limit.
std::optional<std::uint32_t> hopeless_nesting(std::string_view source) {
  constexpr std::size_t kMaxBracketsInARow = 1000;
  std::size_t row = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '[' || source[i] == '{') {
      if (++row > kMaxBracketsInARow) return static_cast<std::uint32_t>(i);
    } else if (!is_space(source[i])) {
      row = 0;
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Stream, SyntaxError> parse(std::string source, std::size_t max_depth) {
  if (source.size() > kMaxBytes) {
    return std::unexpected(SyntaxError{
        ErrorCode::LimitExceeded, fmt::format("larger than {} bytes", kMaxBytes), {1, 1}});
  }
  Builder builder(std::move(source), max_depth);
  // The library cuts a value off at the first byte that it does not like, without a word.
  if (const auto bad = first_unprintable(builder.source())) {
    builder.refuse(bad->offset, std::string(bad->what));
  } else if (const auto deep = hopeless_nesting(builder.source())) {
    builder.refuse(*deep, fmt::format("nested more than {} levels deep", max_depth),
                   ErrorCode::LimitExceeded);
  } else {
    run(builder);
  }
  return builder.finish();
}

}  // namespace corten::yaml
