// Text for XML documents.
#pragma once

#include <string>
#include <string_view>

namespace corten::report {

// Safe as text and inside of double-quoted attributes of an XML 1.0 document (section 2.2, Char).
// Controls and bytes that are not UTF-8 are written as \xHH.
[[nodiscard]] std::string xml_text(std::string_view untrusted);

}  // namespace corten::report
