// Text for XML and HTML documents.
#pragma once

#include <string>
#include <string_view>

namespace corten::report {

// Safe as text and inside of double-quoted attributes of HTML and of XML 1.0 (section 2.2, Char).
// Controls and bytes that are not UTF-8 are written as \xHH.
[[nodiscard]] std::string markup_text(std::string_view untrusted);

}  // namespace corten::report
