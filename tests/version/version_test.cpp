// What holds for every scheme: the table, names, a strict weak order on arbitrary bytes, cost on
// hostile input.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "version/allocations.h"
#include "version/compare_lines.h"
#include "version/version.h"

namespace corten::version {
namespace {

class EveryScheme : public testing::TestWithParam<SchemeInfo> {
 protected:
  [[nodiscard]] const SchemeInfo& info() const { return GetParam(); }
};

// Strings of the pieces on which the grammars turn, many of them nearly equal.
std::vector<std::string> hostile_strings() {
  constexpr auto kPieces = std::to_array<std::string_view>(
      {"0",    "1",     "00",  "01", "10",  "9",      ".",  "-",      "_",       "+",     "~",
       "^",    "!",     ":",   "a",  "b",   "m",      "p",  "v",      "rc",      "alpha", "dev",
       "post", "final", "ga",  "sp", "-r1", "go1.21", ".x", "dev-",   "pre",     " ",     "1.0.0",
       "\xff", "RC",    "_rc", "_p", "@",   "#",      "x",  "1.0.0-", "snapshot"});
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  std::vector<std::string> strings = {"", std::string(1, '\0')};
  while (strings.size() < 300) {
    std::string text = below(2) == 0 ? "1" : "";
    for (std::size_t pieces = below(6); pieces > 0; --pieces)
      text += kPieces[below(kPieces.size())];
    strings.push_back(std::move(text));
  }
  return strings;
}

TEST_P(EveryScheme, IsAStrictWeakOrderOnHostileStrings) {
  const auto strings = hostile_strings();
  const std::size_t count = strings.size();
  std::vector<std::vector<signed char>> sign(count, std::vector<signed char>(count));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const auto order = info().compare(strings[i], strings[j]);
      sign[i][j] = static_cast<signed char>(order < 0 ? -1 : order > 0 ? 1 : 0);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(sign[i][i], 0) << strings[i];
    for (std::size_t j = 0; j < count; ++j) {
      ASSERT_EQ(sign[i][j], -sign[j][i]) << strings[i] << " and " << strings[j];
      if (sign[i][j] > 0) continue;
      for (std::size_t k = 0; k < count; ++k) {
        if (sign[j][k] > 0) continue;
        const int expected = sign[i][j] == 0 && sign[j][k] == 0 ? 0 : -1;
        ASSERT_EQ(sign[i][k], expected)
            << "'" << strings[i] << "', '" << strings[j] << "', '" << strings[k] << "'";
      }
    }
  }
}

TEST_P(EveryScheme, DoesNotAllocate) {
  constexpr auto kVersions = std::to_array<std::string_view>(
      {"1:7.88.1-10+deb12u5", "1.2.3_rc1-r0", "v1.2.3-0.20240229101112-abcdefabcdef", "go1.21rc2",
       "1!2.0a1.post2.dev3+local.4", "4.1.0.Final-redhat-1", "5.0.0.rc1", "1.x-dev", "dev-main",
       "not a version at all"});
  const std::size_t before = allocations_of_this_thread();
  for (const auto a : kVersions) {
    for (const auto b : kVersions) (void)info().compare(a, b);
    (void)info().valid(a);
  }
  EXPECT_EQ(allocations_of_this_thread(), before);
}

// A quadratic comparison of two of these would take many seconds.
TEST_P(EveryScheme, TakesLinearTimeOnLongInput) {
  constexpr std::size_t kLength = 200'000;
  const auto started = std::chrono::steady_clock::now();
  for (const std::string_view piece :
       {"0", "1", "a", ".0", ".1", "-0", "-", ".", "~", "_p", "a1", "-a", "ga-", "0-0.", "1!"}) {
    std::string text = "1";
    while (text.size() < kLength) text += piece;
    const std::string other = text + "2";
    EXPECT_TRUE(info().compare(text, text) == 0);
    EXPECT_EQ(info().compare(text, other) < 0, info().compare(other, text) > 0);
    (void)info().valid(text);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST_P(EveryScheme, IsFoundByItsName) {
  EXPECT_EQ(parse_scheme(info().name), info().scheme);
  EXPECT_FALSE(info().summary.empty());
  EXPECT_TRUE(compare(info().scheme, "1", "2") < 0);
  EXPECT_TRUE(compare(info().scheme, "1.10", "1.9") > 0);
  EXPECT_TRUE(valid(info().scheme, "1.2.3"));
}

INSTANTIATE_TEST_SUITE_P(Schemes, EveryScheme,
                         testing::ValuesIn(schemes().begin(), schemes().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SchemeTable, HasEachSchemeOnce) {
  std::set<std::string_view> names;
  for (const SchemeInfo& info : schemes()) names.insert(info.name);

  EXPECT_EQ(names.size(), schemes().size());
  EXPECT_EQ(schemes().size(), static_cast<std::size_t>(Scheme::Generic) + 1);
}

TEST(ParseScheme, KnowsTheNamesOfEcosystems) {
  const std::vector<std::pair<std::string_view, Scheme>> cases = {
      {"dpkg", Scheme::Deb},         {"Debian", Scheme::Deb},    {"ubuntu", Scheme::Deb},
      {"opam", Scheme::Deb},         {"alpine", Scheme::Apk},    {"redhat", Scheme::Rpm},
      {"npm", Scheme::Semver},       {"cargo", Scheme::Semver},  {"crates", Scheme::Semver},
      {"crates.io", Scheme::Semver}, {"hex", Scheme::Semver},    {"julia", Scheme::Semver},
      {"PyPI", Scheme::Pep440},      {"python", Scheme::Pep440}, {"golang", Scheme::Go},
      {"rubygems", Scheme::Gem},     {"NuGet", Scheme::Nuget},   {"packagist", Scheme::Composer},
      {"hackage", Scheme::Integers}, {"CRAN", Scheme::Integers},
  };
  for (const auto& [name, scheme] : cases) EXPECT_EQ(parse_scheme(name), scheme) << name;
}

TEST(ParseScheme, RefusesTheRest) {
  for (const std::string_view name : {"", "deb ", "debia", "debianx", "pacman", "\xff"}) {
    EXPECT_EQ(parse_scheme(name), std::nullopt) << name;
  }
}

TEST(CompareLine, AnswersWithASign) {
  EXPECT_EQ(compare_line(Scheme::Deb, "1.0~rc1\t1.0"), "<");
  EXPECT_EQ(compare_line(Scheme::Deb, "1.0\t1.0-0"), "=");
  EXPECT_EQ(compare_line(Scheme::Deb, "1.0\t"), ">");
  EXPECT_EQ(compare_line(Scheme::Deb, "\t"), "=");
}

TEST(CompareLine, NeedsATab) {
  EXPECT_EQ(compare_line(Scheme::Deb, ""), std::nullopt);
  EXPECT_EQ(compare_line(Scheme::Deb, "1.0 1.1"), std::nullopt);
}

}  // namespace
}  // namespace corten::version
