// The walk over all pages of a tree, when a file comes from outside.
#include <vector>

#include "advisory/internal/file_check.h"
#include "advisory/internal/pages.h"

namespace corten::advisory {

namespace {

using Visit = std::function<bool(std::string_view, Bytes)>;

class Walk {
 public:
  Walk(Bytes image, const TreeShape& shape, const Visit& visit)
      : image_(image),
        shape_(shape),
        visit_(visit),
        seen_(static_cast<std::size_t>(shape.last_page) + 1) {}

  Status tree() {
    struct Step {
      std::uint64_t page;
      unsigned depth;
    };
    std::vector<Step> steps = {{shape_.root, 0}};
    while (!steps.empty()) {
      const Step step = steps.back();
      steps.pop_back();
      if (step.depth > kMaxTreeDepth) return damaged("tree too deep");
      CORTEN_TRY(const std::vector<std::uint64_t> children, page(step.page));
      for (const std::uint64_t child : children) steps.push_back({child, step.depth + 1});
    }
    return {};
  }

 private:
  // Marks pages [first, first + count) as used; each may be used once.
  Result<Bytes> claim(std::uint64_t first, std::uint64_t count) {
    if (first < 2 || first > shape_.last_page || count == 0 ||
        count > shape_.last_page - first + 1) {
      return damaged("page number");
    }
    for (std::uint64_t i = first; i < first + count; ++i) {
      if (seen_[static_cast<std::size_t>(i)]) return damaged("page used twice");
      seen_[static_cast<std::size_t>(i)] = true;
    }
    return image_.subspan(static_cast<std::size_t>(first * shape_.page_size),
                          static_cast<std::size_t>(count * shape_.page_size));
  }

  // The children of a branch; none of a leaf, whose values are visited.
  Result<std::vector<std::uint64_t>> page(std::uint64_t number) {
    CORTEN_TRY(const Bytes bytes, claim(number, 1));
    CORTEN_TRY(const Page page, Page::of(bytes, number));
    std::vector<std::uint64_t> children;
    for (std::size_t i = 0; i < page.size(); ++i) {
      CORTEN_TRY(Node node, page.node(i));
      if (!page.is_leaf()) {
        children.push_back(node.page);
        continue;
      }
      if (node.page != kNoPage) {
        CORTEN_TRY(const Bytes pages,
                   claim(node.page, big_value_pages(node.size, shape_.page_size)));
        CORTEN_TRY(node.value, big_value(pages, node.size, shape_.page_size));
      }
      if (!visit_(node.key, node.value)) return damaged("value");
    }
    return children;
  }

  Bytes image_;
  TreeShape shape_;
  const Visit& visit_;
  std::vector<bool> seen_;
};

}  // namespace

Status check_meta_pages(Bytes head, std::uint64_t tree_size) {
  CORTEN_CHECK(read_shape(head, tree_size));
  return {};
}

Status check_pages(Bytes image, const Visit& visit) {
  CORTEN_TRY(const TreeShape shape, read_shape(image, image.size()));
  return Walk(image, shape, visit).tree();
}

}  // namespace corten::advisory
