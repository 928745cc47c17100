// corten version compare SCHEME [A B]
#include <fmt/format.h>

#include <iostream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "version/compare_lines.h"
#include "version/version.h"

namespace corten::cli {

namespace {

constexpr std::array<std::span<const OptionSpec>, 0> kOptions = {};

Error unknown_scheme(std::string_view name) {
  std::vector<std::string_view> names;
  for (const version::SchemeInfo& scheme : version::schemes()) names.push_back(scheme.name);
  return {ErrorCode::Usage,
          fmt::format("there is no version scheme '{}'", name),
          {},
          fmt::format("one of: {}", fmt::join(names, ", "))};
}

// Pairs from stdin, one a line, separated by a tab; one answer a line. A line without a tab ends
// the run with an error.
int compare_stdin(version::Scheme scheme) {
  std::string line;
  std::size_t number = 0;
  while (std::getline(std::cin, line)) {
    ++number;
    const auto answer = version::compare_line(scheme, line);
    if (!answer) {
      return report_error(
          {ErrorCode::Usage,
           fmt::format("line {}: two versions separated by a tab are needed", number),
           {},
           {}});
    }
    fmt::print("{}\n", *answer);
  }
  return kExitClean;
}

int run(const Context& /*context*/, const Arguments& arguments) {
  const auto& words = arguments.positionals;
  if (words.size() != 1 && words.size() != 3) {
    return report_error({ErrorCode::Usage,
                         "a scheme and two versions are needed",
                         {},
                         "corten version compare deb 1.0-1 1.0-1+b1"});
  }
  const auto scheme = version::parse_scheme(words[0]);
  if (!scheme) return report_error(unknown_scheme(words[0]));
  if (words.size() == 1) return compare_stdin(*scheme);
  const auto order = version::compare(*scheme, words[1], words[2]);
  fmt::print("{}\n", version::order_sign(order));
  return kExitClean;
}

}  // namespace

const CommandSpec kVersionCompareCommand = {
    "version compare",
    "the order of two versions: <, = or >",
    "SCHEME [A B]",
    "corten version compare deb 1.0~rc1-1 1.0-1",
    "Without A and B, pairs separated by a tab are read from standard input, one a line, and "
    "answered one a line.\n"
    "Schemes: deb, apk, rpm, semver, go, pep440, maven, gem, nuget, composer, pub, integers, "
    "generic.",
    kOptions,
    run,
};

}  // namespace corten::cli
