// Any bytes as YAML: what parses lies within its source and its limits, and every edit that is made
// leaves YAML that parses.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "yaml/edit.h"

namespace {

using corten::yaml::Entry;
using corten::yaml::Item;
using corten::yaml::Node;
using corten::yaml::Range;
using corten::yaml::Stream;
using corten::yaml::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

class Walk {
 public:
  explicit Walk(const Stream& stream) : stream_(stream) {}

  void visit(const Node& node, std::size_t depth) {
    require(++visits_ <= corten::yaml::kMaxVisits * 2 && depth <= corten::yaml::kMaxDepth + 1);
    in_source(node.range);
    edit(node);
    for (const Entry& entry : node.entries) {
      require(entry.key != nullptr && entry.value != nullptr);
      in_source(entry.value_range);
      visit(*entry.value, depth + 1);
    }
    for (const Item& item : node.items) {
      in_source(item.value_range);
      visit(*item.value, depth + 1);
    }
  }

 private:
  void in_source(Range range) const {
    require(range.begin <= range.end && range.end <= stream_.source().size());
    require(stream_.position(range.begin).line > 0);
  }

  void check(const corten::Result<corten::yaml::TextEdit>& edit) {
    ++edits_;
    if (!edit) return;
    const auto after = corten::yaml::apply(stream_.source(), {&*edit, 1});
    require(after.has_value());
    const auto again = corten::yaml::parse(*after);
    require(again.has_value());
    require(again->documents().size() == stream_.documents().size());
  }

  void edit(const Node& node) {
    if (stream_.source().size() > 2048) return;
    const Value list = Value::sequence({Value::of_text("no: way"), Value::map({{"a", list_}})});
    if (edits_ < 40 && node.is_map()) check(corten::yaml::add_key(stream_, node, "new", list));
    if (edits_ < 40 && node.is_sequence()) check(corten::yaml::append_item(stream_, node, list));
    for (std::size_t i = 0; i < node.entries.size() && edits_ < 40; ++i) {
      check(corten::yaml::remove_key(stream_, node, node.entries[i].name()));
      check(corten::yaml::set_scalar(stream_, node, node.entries[i].name(), list_));
      check(corten::yaml::rename_key(stream_, node, node.entries[i].name(), "other"));
      const std::array<std::string_view, 2> path = {node.entries[i].name(), "new"};
      check(corten::yaml::put(stream_, node, path, list_));
    }
    for (std::size_t i = 0; i < node.items.size() && edits_ < 40; ++i) {
      check(corten::yaml::remove_item(stream_, node, i));
      check(corten::yaml::set_item(stream_, node, i, Value::of_text("it's")));
    }
  }

  const Stream& stream_;
  const Value list_ = Value::verbatim("true");
  std::size_t visits_ = 0;
  std::size_t edits_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = corten::yaml::parse({reinterpret_cast<const char*>(data), size});
  if (!stream) {
    require(!stream.error().message.empty() && stream.error().at.line > 0);
    return 0;
  }
  require(!stream->documents().empty());
  Walk walk(*stream);
  for (const auto& document : stream->documents()) walk.visit(*document.root, 0);
  return 0;
}
