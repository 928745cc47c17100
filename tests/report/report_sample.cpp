// report_sample FORMAT (scan | audit | clean | hostile | NUMBER) [WIDTH [color]]: a fixture in a
// format, on stdout.
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "report/fixture.h"

using namespace corten;
using namespace corten::report;

namespace {

Report report_named(std::string_view name) {
  if (name == "scan") return scan_report();
  if (name == "audit") return audit_report();
  if (name == "clean") return clean_report();
  if (name == "hostile") return hostile_report(hostile_text());
  return large_report(parse_number<std::size_t>(name).value_or(200));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  Style style;
  if (argc > 3) style.width = parse_number<std::size_t>(argv[3]).value_or(80);
  for (int i = 4; i < argc; ++i) {
    if (std::strcmp(argv[i], "color") == 0) style.color = true;
    if (std::strcmp(argv[i], "all") == 0) style.show_all = style.show_suppressed = true;
  }
  for (const Format& format : formats()) {
    if (format.id != argv[1]) continue;
    const auto text = format.write(report_named(argv[2]), style);
    if (!text) return 1;
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
  }
  return 2;
}
