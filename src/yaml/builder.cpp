// Events become nodes. Together with builder_ranges.cpp and parse.cpp the only place that knows
// libfyaml, whose own document tree would follow aliases without end and lose the positions of
// keys.
#include "yaml/internal/builder.h"

#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>

#include "yaml/internal/scalar_text.h"

namespace corten::yaml {

namespace {

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

// The library's text, but where that costs too much: it loses memory on the quotes within single
// quotes, and takes quadratic time on blank lines.
std::string Builder::scalar_text(fy_event* event, const Node& node) {
  const Range inside = range_of(event);
  const std::string_view written = source_.substr(inside.begin, inside.size());
  if (node.style == Style::SingleQuoted) return single_quoted_text(written);
  constexpr std::uint64_t kMaxBlankSteps = 200'000'000;  // 10,000 blank lines in a row take half
  blank_steps_ += blank_line_steps(written);
  if (blank_steps_ > kMaxBlankSteps) {
    refuse(node.range.begin, "too many blank lines in a text", ErrorCode::LimitExceeded);
    return {};
  }
  return std::string(text_of(event->scalar.value));
}

void Builder::scalar(fy_event* event) {
  fy_token* token = event->scalar.value;
  Node* node = new_node(Kind::Scalar, event);
  const bool is_written = token != nullptr && fy_event_start_mark(event) != nullptr;
  if (is_written) {
    node->style = style_of(token);
    place(*node, scalar_range(event, node->style));
    node->text = scalar_text(event, *node);
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

}  // namespace corten::yaml
