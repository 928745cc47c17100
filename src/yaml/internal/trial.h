// Tries an edit: the source with it must read as before but for the one change that was asked for.
// Only the document that it is in is read again: the others of the stream do not see it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "yaml/document.h"
#include "yaml/edit.h"

namespace corten::yaml {

[[nodiscard]] std::unexpected<Error> cannot_edit(std::string_view why);

// What shall differ in one collection: `index` of the old or, for Add, of the new. Of maps, in the
// order of written().
struct Change {
  enum class Kind { Set, Add, Remove };
  Kind kind = Kind::Set;
  const Node* target = nullptr;
  std::size_t index = 0;
  std::string_view key;          // of a map, as it is afterwards
  const Value* value = nullptr;  // of Set and Add; nullptr: the old one stays
};

// Own entries in the order of the source, merge keys among them.
[[nodiscard]] std::vector<const Entry*> written(const Node& map);

// Returns `edit` if the source with it differs as `change` says and in nothing else.
[[nodiscard]] Result<TextEdit> tried(const Stream& stream, TextEdit edit, const Change& change);

}  // namespace corten::yaml
