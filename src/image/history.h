// The build history told to people: which Dockerfile instruction made a layer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace corten::image {

// `created_by` as the Dockerfile had it: "/bin/sh -c #(nop)  CMD [\"sh\"]" gives "CMD [\"sh\"]",
// "/bin/sh -c make" gives "RUN make", "RUN /bin/sh -c make # buildkit" gives "RUN make". Runs of
// white space become one space. What has none of these forms stays as it is.
[[nodiscard]] std::string clean_instruction(std::string_view created_by);

// One instruction for each of `layers` layers, base first. Steps that made no layer are left out.
// With fewer steps than layers the first layers have none: bases that were squashed or built
// without a history come first. With more steps than layers none is known, and all are empty.
[[nodiscard]] std::vector<std::string> layer_instructions(const std::vector<HistoryEntry>& history,
                                                          std::size_t layers);

}  // namespace corten::image
