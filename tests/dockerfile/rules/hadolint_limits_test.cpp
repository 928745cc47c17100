// Rules stay linear, and quiet about their own state, on files that nobody writes by hand.
#include <chrono>

#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// Far above what linear work takes under a sanitizer, far below what quadratic work takes.
constexpr std::chrono::seconds kLinear{60};

TEST(HadolintLimits, StagesByTheThousands) {
  std::string file;
  for (int i = 0; i < 20'000; ++i) {
    file += fmt::format("FROM {} AS s{}\nCOPY x.tar /\nRUN apt-get install -y a\nUSER root\n",
                        i == 0 ? "debian" : fmt::format("s{}", i - 1), i);
  }
  const auto begin = std::chrono::steady_clock::now();
  const std::set<std::string> found = ids(std::move(file), "DL3");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLinear);
  EXPECT_TRUE(found.contains("DL3006"));
  EXPECT_TRUE(found.contains("DL3002"));
}

TEST(HadolintLimits, HostileText) {
  for (const std::string& file : {
           std::string(),
           std::string("FROM"),
           std::string("FROM ${\nCOPY --from= a b\nRUN\nCMD\nUSER\nWORKDIR\nEXPOSE\n"),
           std::string("FROM a:@:@/\nRUN apt-get install \"$(\n"),
           std::string("FROM a\nRUN \xff\xfe | \x80 && cd\nEXPOSE -\nEXPOSE 1-\nUSER \"\"\n"),
           "FROM a\nRUN " + repeated("apt-get install x && ", 2000) + "ls\n",
           "FROM a\nRUN " + repeated("a | ", 5000) + "b\n",
           "FROM a\nRUN " + repeated("cd x; ", 5000) + "\n",
           "FROM a\nCOPY " + repeated("x.tar ", 5000) + "y\nRUN tar xf " +
               repeated("x.tar ", 5000) + "\n",
           "FROM " + repeated("${a:-", 1000) + "\n",
       }) {
    const RuleOptions options = options_of_today();
    const Analysis analysis(file, options);
    for (const Problem& problem : analysis.run_rules()) {
      EXPECT_LE(problem.range.begin, problem.range.end);
      EXPECT_LE(problem.range.end, file.size());
      EXPECT_LT(problem.evidence.size(), 1000U);
    }
  }
}

}  // namespace
}  // namespace corten::dockerfile
