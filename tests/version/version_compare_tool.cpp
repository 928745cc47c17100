// version_compare_tool SCHEME: for every line "A<tab>B" of standard input, one line "<", "=" or ">"
// of output ("?" for a line without a tab). differential.py drives it against the tools that define
// each order.
#include <cstdio>
#include <iostream>
#include <string>

#include "version/compare_lines.h"

int main(int argc, char** argv) {
  const auto scheme = argc == 2 ? corten::version::parse_scheme(argv[1]) : std::nullopt;
  if (!scheme) {
    std::fputs("usage: version_compare_tool SCHEME < pairs\n", stderr);
    return 2;
  }
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << corten::version::compare_line(*scheme, line).value_or("?") << '\n';
  }
  return 0;
}
