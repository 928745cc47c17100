// How Compose puts one file over another (Compose Specification, "Merge").
#pragma once

#include "manifest/value.h"

namespace corten::manifest {

// Values in `value`, itself included. `depth` is bounded by the parser of the file.
[[nodiscard]] std::size_t count_values(const Value& value);

// Gives every service of a file the forms that merging needs: lists of NAME=value become maps,
// `build: path` becomes a map, lists of names (depends_on, networks) become maps.
void normalise_file(Value& file);
void normalise_service(Value& service);

// Puts `over` over `base`: maps key by key, lists by their identity or one after the other,
// `!reset` takes a key away and `!override` replaces it whole.
void merge_file(Value& base, Value over);
void merge_service(Value& base, Value over);

}  // namespace corten::manifest
