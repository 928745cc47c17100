// The walk over all pages of a tree, when a file comes from outside.
#include <functional>
#include <vector>

#include "advisory/internal/tree.h"

namespace corten::advisory {

namespace {

// The pages that the tree has led to; each may be used once.
class Claims {
 public:
  explicit Claims(std::uint64_t last_page) : used_(static_cast<std::size_t>(last_page) + 1) {}

  // Pages [first, first + count) of the file.
  Status add(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t i = first; i < first + count; ++i) {
      if (used_[static_cast<std::size_t>(i)]) return damaged("page used twice");
      used_[static_cast<std::size_t>(i)] = true;
    }
    return {};
  }

 private:
  std::vector<bool> used_;
};

}  // namespace

Status Tree::Reader::check(const std::function<bool(std::string_view, Bytes)>& visit) {
  struct Step {
    std::uint64_t page;
    unsigned depth;
  };
  const TreeShape& shape = tree_.shape_;
  Claims claims(shape.last_page);
  std::vector<Step> steps = {{shape.root, 0}};
  while (!steps.empty()) {
    const Step step = steps.back();
    steps.pop_back();
    if (step.depth > kMaxTreeDepth) return damaged("tree too deep");
    CORTEN_TRY(const Page page, this->page(step.page));
    CORTEN_CHECK(claims.add(step.page, 1));
    for (std::size_t i = 0; i < page.size(); ++i) {
      CORTEN_TRY(const Node node, page.node(i));
      if (!page.is_leaf()) {
        steps.push_back({node.page, step.depth + 1});
        continue;
      }
      CORTEN_TRY(const Bytes value, value_of(node));
      if (node.page != kNoPage)
        CORTEN_CHECK(claims.add(node.page, big_value_pages(node.size, shape.page_size)));
      if (!visit(node.key, value)) return damaged("value");
    }
  }
  return {};
}

}  // namespace corten::advisory
