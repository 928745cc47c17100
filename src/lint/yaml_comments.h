// The comments of a YAML file and the blocks that they may be about, by indentation alone: enough
// for pragmas, in files that a YAML parser may refuse too.
#pragma once

#include <string_view>

#include "lint/pragma.h"

namespace corten::lint {

// Comments on lines of their own and behind code, and for every line that begins an entry or an
// item the lines below that are indented deeper (of an entry also the items of a list that is not).
// A
// "#" inside of a block scalar counts as a comment too: it can do no more than look like a pragma.
// The texts are views of `content`. Linear in its size.
[[nodiscard]] CommentedFile comments_of_yaml(std::string_view content);

}  // namespace corten::lint
