// Hostile input: bounded time and memory, and one clear error.
#include <gtest/gtest.h>

#include <ctime>

#include "dockerfile/describe.h"
#include "dockerfile/named_case.h"
#include "dockerfile/parse.h"
#include "dockerfile/stages.h"

namespace corten::dockerfile {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

struct HostileCase {
  const char* name;
  std::string content;
  std::size_t instructions;
  std::size_t errors;
};

class Hostile : public testing::TestWithParam<HostileCase> {};

TEST_P(Hostile, TakesLinearTime) {
  const HostileCase& c = GetParam();
  const std::clock_t start = std::clock();  // of the processor: other work must not count

  const Dockerfile file = parse(c.content);
  const Stages stages = Stages::build(file);
  for (const Instruction& in : file.instructions) {
    static_cast<void>(stages.lookup(in, "A1"));
  }

  EXPECT_LT(std::clock() - start, 5 * CLOCKS_PER_SEC);
  EXPECT_EQ(file.instructions.size(), c.instructions);
  EXPECT_EQ(file.errors.size(), c.errors);
}

std::string many_stages(std::size_t count, std::string_view rest) {
  std::string out = "FROM a AS s0\n";
  for (std::size_t i = 1; i < count; ++i) {
    out += fmt::format("FROM s{} AS s{}\n", i - 1, i);
    out += rest;
  }
  return out;
}

std::string definitions(std::size_t count) {
  std::string out = "FROM a\nENV A0=xxxxxxxx\n";
  for (std::size_t i = 1; i < count; ++i) out += fmt::format("ENV A{}=$A{}$A{}\n", i, i - 1, i - 1);
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Hostile,
    testing::ValuesIn<HostileCase>({
        {"LongComment", "#" + std::string(10'000'000, 'x') + "\nFROM a\n", 1, 1},
        {"LongInstruction", "FROM a\nRUN " + std::string(10'000'000, 'x') + "\nUSER b\n", 3, 1},
        {"LongWordList", "FROM a\nEXPOSE " + repeated("1 ", 5'000'000) + "\n", 2, 1},
        {"LongJoined", "FROM a\nRUN x" + repeated(" \\\n xxxxxxxxxx", 500'000) + "\n", 2, 1},
        {"LongContinuationOfBlanks", "FROM a\nRUN x \\" + repeated("\n", 1'000'000) + "y\n", 2, 0},
        {"LongContinuationOfComments", "FROM a\nRUN x \\\n" + repeated("#\n", 1'000'000) + "y\n", 2,
         0},
        {"UnknownInstructions", repeated("RUM\n", 400'000), 400'000, kMaxErrors},
        {"TooManyInstructions", repeated("x\n", 600'000), kMaxInstructions, 2},
        {"ChainOfStages", many_stages(100'000, "ARG A1\n"), 199'999, 0},
        {"StagesThatCopyFromThemselves",
         many_stages(50'000, "COPY --from=s1 a b\nCOPY --from=s49999 a b\n"), 149'998, 0},
        {"SameAlias", repeated("FROM x AS x\nCOPY --from=x a b\n", 100'000), 200'000, 0},
        {"GrowingVariables", definitions(20'000), 20'001, 0},
        {"GrowingDirectory", "FROM a\n" + repeated("WORKDIR aaaaaaaaaaaaaaaa\n", 50'000), 50'001,
         0},
        {"ShiftsThatAreNoHeredocs", "FROM a\n" + repeated("RUN echo $((1 << 2))\n", 50'000), 50'001,
         0},
        {"Heredocs", "FROM a\n" + repeated("RUN <<E\nx\nE\n", 100'000), 100'001, 0},
        {"ManyHeredocsOfOne",
         "FROM a\nCOPY " + repeated("<<E ", 1'000) + "/x\n" + repeated("E\n", 64), 2, 1},
        {"LongHeredoc", "FROM a\nRUN <<E\n" + repeated("line of it\n", 1'000'000) + "E\n", 2, 0},
        {"ManyFlags", "FROM a\nRUN " + repeated("--mount=type=ssh ", 3'000) + " x\n", 2, 1},
        {"ManyPairs", "FROM a\nENV " + repeated("A1=2 ", 10'000) + "\n", 2, 0},
        {"DeepJson", "FROM a\nRUN " + std::string(30'000, '[') + "\n", 2, 0},
        {"OpenBraces", "FROM " + repeated("${a:-", 10'000) + "\n", 1, 0},
        {"OpenBracesBeforeHeredoc", "FROM a\nRUN <<E " + repeated("${a:-", 10'000) + "\n", 2, 0},
        {"InvalidUtf8", "FROM a\nRUN " + repeated("\xFF\xC2\xE2\x80", 10'000) + "\n", 2, 0},
        {"CarriageReturns", "FROM a\n" + std::string(1'000'000, '\r') + "\n", 1, 1},
    }),
    NamedCase());

TEST(Limits, ALongLineKeepsItsKeyword) {
  const Dockerfile file = parse("FROM a\nrun " + std::string(70'000, 'x') + "\nUSER b\n");

  ASSERT_EQ(file.errors.size(), 1U);
  EXPECT_EQ(file.errors[0].kind, ErrorKind::LimitExceeded);
  EXPECT_EQ(file.errors[0].position.line, 2U);
  EXPECT_EQ(describe(file), "FROM (a)\nRUN!\nUSER (b)\n");
}

TEST(Limits, ALineOfBuildKitsLimitIsFine) {
  const std::string content = "FROM a\nRUN " + std::string(kMaxLineBytes - 4, 'x') + "\n";

  EXPECT_EQ(describe_errors(parse(content)), "");
  EXPECT_NE(describe_errors(parse(content.substr(0, content.size() - 1) + "x\n")), "");
}

TEST(Limits, AHugeFileIsNotRead) {
  const Dockerfile file = parse(std::string(kMaxFileBytes + 1, '\n'));

  ASSERT_EQ(file.errors.size(), 1U);
  EXPECT_EQ(file.errors[0].kind, ErrorKind::LimitExceeded);
  EXPECT_TRUE(file.truncated);
  EXPECT_TRUE(file.instructions.empty());
}

TEST(Limits, DeepInheritanceEnds) {
  std::string content = "FROM a AS s0\nENV X=1\n";
  for (int i = 1; i < 100; ++i) content += fmt::format("FROM s{} AS s{}\nUSER u\n", i - 1, i);
  const Dockerfile file = parse(content);
  const Stages stages = Stages::build(file);

  EXPECT_TRUE(stages.lookup(file.instructions[21], "X").has_value());
  EXPECT_FALSE(stages.lookup(file.instructions.back(), "X").has_value());
}

}  // namespace
}  // namespace corten::dockerfile
