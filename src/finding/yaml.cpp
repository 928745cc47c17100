#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "base/text.h"
#include "finding/yaml.h"

namespace corten {

namespace {

std::uint32_t from_one(int position) {
  return static_cast<std::uint32_t>(std::max(position, 0)) + 1;
}

// Builds the tree from the parser's events and keeps the limits while it does. The library's own
// tree would follow aliases without end and lose the positions of keys.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view name) : name_(name) {}

  Result<YamlNode> take() {
    if (error_) return std::unexpected(*std::move(error_));
    return std::move(root_);
  }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node_at(YamlNode::Kind::Null, mark), mark, anchor, 1);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return refuse(mark, "an alias that is part of what it names");
    add(found->second.node, mark, YAML::NullAnchor, found->second.size, found->second.depth);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = node_at(YamlNode::Kind::Scalar, mark);
    node.text = value;
    add(std::move(node), mark, anchor, 1);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::List, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::Map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is being read.
  struct Frame {
    YamlNode node;
    YAML::Mark mark;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t first_node = 0;  // count of nodes before it
    std::size_t deepest = 0;     // levels below it, so far
    std::optional<YamlEntry> key;
  };
  struct Anchor {
    YamlNode node;
    std::size_t size = 0;   // nodes in it
    std::size_t depth = 0;  // levels in it
  };

  void refuse(const YAML::Mark& mark, std::string_view what, ErrorCode code = ErrorCode::Usage) {
    if (error_) return;
    error_ = fail_at(name_, from_one(mark.line), from_one(mark.column), what).error();
    error_->code = code;
  }

  static YamlNode node_at(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = from_one(mark.line);
    node.column = from_one(mark.column);
    return node;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (error_) return;
    if (frames_.size() >= kMaxYamlDepth) {
      return refuse(mark, fmt::format("nested more than {} levels deep", kMaxYamlDepth),
                    ErrorCode::LimitExceeded);
    }
    frames_.push_back({node_at(kind, mark), mark, anchor, nodes_, 0, std::nullopt});
  }

  void close() {
    if (error_) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const std::size_t size = nodes_ - frame.first_node;
    nodes_ = frame.first_node;  // add() counts them again
    add(std::move(frame.node), frame.mark, frame.anchor, size + 1, frame.deepest + 1);
  }

  void add(YamlNode node, const YAML::Mark& mark, YAML::anchor_t anchor, std::size_t size,
           std::size_t depth = 0) {
    if (error_) return;
    nodes_ += size;
    if (nodes_ > kMaxYamlNodes || frames_.size() + depth > kMaxYamlDepth) {
      return refuse(mark, "too many values, or nested too deep", ErrorCode::LimitExceeded);
    }
    if (anchor != YAML::NullAnchor) {
      // A second copy of what is kept, and so part of the sum.
      nodes_ += size;
      anchors_[anchor] = {node, size, depth};
    }
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = frames_.back();
    parent.deepest = std::max(parent.deepest, depth);
    if (parent.node.kind == YamlNode::Kind::List) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      read_key(parent, std::move(node), mark);
    } else {
      parent.key->value = std::move(node);
      parent.node.entries.push_back(std::move(*parent.key));
      parent.key.reset();
    }
  }

  void read_key(Frame& parent, YamlNode node, const YAML::Mark& mark) {
    if (node.kind != YamlNode::Kind::Scalar) return refuse(mark, "a key that is not a word");
    // Small maps are looked through; the limit keeps a map of many keys from costing their square.
    constexpr std::size_t kMaxKeys = 4096;
    if (parent.node.entries.size() >= kMaxKeys) {
      return refuse(mark, fmt::format("more than {} keys", kMaxKeys), ErrorCode::LimitExceeded);
    }
    const auto same = std::ranges::find(parent.node.entries, node.text, &YamlEntry::key);
    if (same != parent.node.entries.end()) {
      return refuse(mark,
                    fmt::format("key '{}' twice: it is also in line {}", node.text, same->line));
    }
    parent.key = YamlEntry{std::move(node.text), node.line, node.column, {}};
  }

  std::string_view name_;
  YamlNode root_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  std::size_t nodes_ = 0;
  std::optional<Error> error_;
};

// The parser at work; the only place where the library can throw.
Status run_parser(std::string_view content, std::string_view name, Builder& builder) {
  try {
    std::istringstream in{std::string(content)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return {};
    if (Builder rest(name); parser.HandleNextDocument(rest)) {
      return fail(ErrorCode::Usage, fmt::format("{}: more than one YAML document", name));
    }
    return {};
  } catch (const YAML::DeepRecursion& error) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{}:{}: nested too deep", name, from_one(error.mark.line)));
  } catch (const YAML::Exception& error) {
    return fail_at(name, from_one(error.mark.line), from_one(error.mark.column), error.msg);
  } catch (const std::exception& error) {
    // The library lets errors of the standard library through on some malformed input.
    return fail(ErrorCode::Usage, fmt::format("{}: not YAML: {}", name, error.what()));
  }
}

}  // namespace

Result<YamlNode> parse_yaml(std::string_view content, std::string_view name) {
  if (content.size() > kMaxYamlBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{}: larger than the limit of {}", name, format_size(kMaxYamlBytes)));
  }
  Builder builder(name);
  const Status parsed = run_parser(content, name, builder);
  // The library goes on after what we refused, and may find something of its own to complain about.
  CORTEN_TRY(YamlNode root, builder.take());
  CORTEN_CHECK(parsed);
  return root;
}

std::unexpected<Error> fail_at(std::string_view name, std::uint32_t line, std::uint32_t column,
                               std::string_view what, std::string hint) {
  return fail(ErrorCode::Usage, fmt::format("{}:{}:{}: {}", name, line, column, what),
              std::move(hint));
}

std::unexpected<Error> fail_unknown_key(std::string_view name, const YamlEntry& entry,
                                        const std::vector<std::string_view>& known) {
  const std::string_view meant = closest(entry.key, known);
  const std::string question =
      meant.empty() ? std::string() : fmt::format(": did you mean '{}'?", meant);
  return fail_at(name, entry.line, entry.column,
                 fmt::format("unknown key '{}'{}", entry.key, question),
                 fmt::format("known keys are {}", fmt::join(known, ", ")));
}

Result<std::string> yaml_text(std::string_view name, const YamlEntry& entry) {
  const YamlNode& value = entry.value;
  if (value.kind == YamlNode::Kind::Scalar && !value.text.empty()) return value.text;
  const bool empty = value.kind == YamlNode::Kind::Null || value.kind == YamlNode::Kind::Scalar;
  return fail_at(name, empty ? entry.line : value.line, empty ? entry.column : value.column,
                 fmt::format("'{}' needs {}", entry.key, empty ? "a value" : "one value"));
}

Result<std::vector<std::string>> yaml_texts(std::string_view name, const YamlEntry& entry) {
  std::vector<std::string> texts;
  if (entry.value.kind != YamlNode::Kind::List) {
    CORTEN_TRY(std::string text, yaml_text(name, entry));
    texts.push_back(std::move(text));
    return texts;
  }
  for (const YamlNode& item : entry.value.items) {
    if (item.kind != YamlNode::Kind::Scalar || item.text.empty()) {
      return fail_at(name, item.line, item.column,
                     fmt::format("'{}' is a list of values", entry.key));
    }
    texts.push_back(item.text);
  }
  return texts;
}

}  // namespace corten
