#include "report/internal/markup_text.h"

#include "base/text.h"

namespace corten::report {

std::string markup_text(std::string_view untrusted) {
  std::string out;
  const std::string text = printable(untrusted);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    // The two non-characters that UTF-8 can hold and XML cannot.
    if (rest.starts_with("\xef\xbf\xbe") || rest.starts_with("\xef\xbf\xbf")) {
      out += "\xef\xbf\xbd";
      i += 2;
      continue;
    }
    switch (text[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace corten::report
