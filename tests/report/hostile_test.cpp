// Texts from images and feeds try to break out of every format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/written.h"

namespace corten::report {
namespace {

class Hostile : public testing::TestWithParam<Format> {};

// printable() leaves alone exactly what is valid UTF-8 without controls; line ends are the writer's
// own.
bool is_harmless_text(std::string_view text) {
  std::string without_ends;
  for (const char c : text) {
    if (c != '\n' && c != '\r') without_ends.push_back(c);
  }
  return printable(without_ends) == without_ends;
}

TEST_P(Hostile, TextCannotObeyATerminalOrBeInvalidUtf8) {
  for (const bool show_all : {false, true}) {
    const Style style = {.show_all = show_all, .show_suppressed = show_all};
    EXPECT_TRUE(is_harmless_text(written(GetParam().id, hostile_report(hostile_text()), style)));
  }
}

TEST_P(Hostile, TextCanBeEmptyOrHuge) {
  EXPECT_FALSE(written(GetParam().id, hostile_report("")).empty());
  EXPECT_FALSE(written(GetParam().id, hostile_report(std::string(20'000, 'A'))).empty());
  EXPECT_FALSE(written(GetParam().id, hostile_report(std::string(20'000, '\x1b'))).empty());
}

TEST_P(Hostile, JsonStaysJson) {
  if (GetParam().id != "json" && GetParam().id != "sarif" && GetParam().id != "gitlab") return;
  const auto out =
      nlohmann::json::parse(written(GetParam().id, hostile_report(hostile_text())), nullptr, false);
  EXPECT_FALSE(out.is_discarded());
}

INSTANTIATE_TEST_SUITE_P(Report, Hostile, testing::ValuesIn(formats().begin(), formats().end()),
                         [](const auto& test) { return std::string(test.param.id); });

}  // namespace
}  // namespace corten::report
