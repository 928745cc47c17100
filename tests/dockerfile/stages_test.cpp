#include "dockerfile/stages.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "dockerfile/named_case.h"
#include "dockerfile/parse.h"

namespace corten::dockerfile {
namespace {

// "index base[?] <parent FLAGS" with U used, F in final, N named, W Windows.
std::string describe(const Stages& stages) {
  std::string out;
  for (const Stage& stage : stages.all()) {
    out += fmt::format("{} {}{}", stage.index, stage.base, stage.base_known ? "" : "?");
    if (stage.parent != kNone) out += fmt::format(" <{}", stage.parent);
    out += ' ';
    if (stage.is_used) out += 'U';
    if (stage.in_final) out += 'F';
    if (stage.is_named) out += 'N';
    if (stage.is_windows) out += 'W';
    out += '\n';
  }
  return out;
}

struct GraphCase {
  const char* name;
  std::string content;
  std::string expected;
};

class StageGraph : public testing::TestWithParam<GraphCase> {};

TEST_P(StageGraph, IsFollowed) {
  const Dockerfile file = parse(GetParam().content);

  EXPECT_EQ(describe(Stages::build(file)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StageGraph,
    testing::ValuesIn<GraphCase>({
        {"None", "ARG A\n", ""},
        {"One", "FROM a\n", "0 a UF\n"},
        {"ParentByAlias", "FROM a AS B\nFROM b\n", "0 a UFN\n1 b <0 UF\n"},
        {"LaterAliasIsNoParent", "FROM b\nFROM a AS b\n", "0 b \n1 a UF\n"},
        {"OwnAliasIsNoParent", "FROM a AS a\n", "0 a UF\n"},
        {"LatestAliasWins", "FROM a AS x\nFROM b AS x\nFROM x\n", "0 a \n1 b UFN\n2 x <1 UF\n"},
        {"NumberIsAnImage", "FROM a\nFROM 0\n", "0 a \n1 0 UF\n"},
        {"CopyByName", "FROM a AS x\nFROM b\nCOPY --from=X /c /d\n", "0 a U\n1 b UF\n"},
        {"CopyByNumber", "FROM a\nFROM b\nCOPY --from=0 /c /d\n", "0 a U\n1 b UF\n"},
        {"CopyFromImage", "FROM a AS x\nFROM b\nCOPY --from=y /c /d\n", "0 a \n1 b UF\n"},
        {"CopyByNumberTooLarge", "FROM a\nCOPY --from=7 /c /d\n", "0 a UF\n"},
        {"CopyFromItself", "FROM a AS x\nCOPY --from=x /c /d\n", "0 a UF\n"},
        {"CopyFromLater", "FROM a\nCOPY --from=y /c /d\nFROM b AS y\nCOPY --from=0 /c /d\n",
         "0 a U\n1 b UF\n"},
        {"Mount", "FROM a AS x\nFROM b\nRUN --mount=type=bind,from=x,target=/y z\n",
         "0 a U\n1 b UF\n"},
        {"Transitively", "FROM a AS x\nFROM b AS y\nCOPY --from=x c d\nFROM y\n",
         "0 a U\n1 b UFN\n2 y <1 UF\n"},
        {"Unused", "FROM a AS x\nRUN y\nFROM b\n", "0 a \n1 b UF\n"},
        {"GlobalDefault", "ARG V=1\nARG I=a:$V\nFROM ${I}-x\n", "0 a:1-x UF\n"},
        {"GlobalsOfOneInstruction", "ARG V=1 I=a:$V\nFROM $I\n", "0 a:1 UF\n"},
        {"GlobalWithoutDefault", "ARG V\nFROM a:$V\n", "0 a:? UF\n"},
        {"DefaultInFrom", "ARG V\nFROM a:${V:-2}\n", "0 a:2 UF\n"},
        {"StageArgIsNotGlobal", "FROM a\nARG V=1\nFROM b:$V\n", "0 a \n1 b:? UF\n"},
        {"PlatformArgument", "FROM a-${TARGETARCH}\n", "0 a-amd64 UF\n"},
        {"AliasByVariable", "ARG B=x\nFROM a AS x\nFROM $B\n", "0 a UFN\n1 x <0 UF\n"},
        {"QuotedBase", "FROM \"a:1\"\n", "0 a:1 UF\n"},
        {"BrokenFrom", "FROM\nUSER x\n", "0  UF\n"},
        {"WindowsByName", "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n",
         "0 mcr.microsoft.com/windows/nanoserver:ltsc2022 UFW\n"},
        {"WindowsByTag", "FROM golang:1-windowsservercore AS x\nFROM x\n",
         "0 golang:1-windowsservercore UFNW\n1 x <0 UFW\n"},
        {"WindowsByPlatform", "FROM --platform=windows/amd64 a\n", "0 a UFW\n"},
        {"WindowsByPath", "# escape=`\nFROM a\nWORKDIR C:\\app\nFROM b\n", "0 a W\n1 b UF\n"},
        {"BacktickAlone", "# escape=`\nFROM a\nRUN x http://y\n", "0 a UF\n"},
    }),
    NamedCase());

TEST(Stages, KnowTheirPlaces) {
  const Dockerfile file = parse("ARG A=1\nFROM a AS b\nRUN c\nFROM b AS d\n");
  const Stages stages = Stages::build(file);

  EXPECT_EQ(stages.before_first().size(), 1U);
  EXPECT_EQ(stages.instructions(stages.all()[0]).size(), 1U);
  EXPECT_EQ(stages.stage_of(file.instructions[0]), nullptr);
  EXPECT_EQ(stages.stage_of(file.instructions[1])->index, 0U);
  EXPECT_EQ(stages.stage_of(file.instructions[3])->index, 1U);
  EXPECT_EQ(stages.final_stage()->alias, "d");
  EXPECT_EQ(file.source.text(stages.final_stage()->alias_range), "d");
  EXPECT_EQ(stages.find("B")->index, 0U);
  EXPECT_EQ(stages.find("d", 3), nullptr);
  ASSERT_EQ(stages.references().size(), 2U);
  EXPECT_EQ(stages.references()[1].target, 0U);
}

TEST(Stages, TargetChoosesWhatTheFinalImageConsistsOf) {
  const Dockerfile file = parse("FROM a AS b\nFROM b AS c\nFROM c AS d\nFROM x AS y\n");
  const auto chain = [&](std::string target) {
    StageOptions options;
    options.target = std::move(target);
    const Stages stages = Stages::build(file, options);
    std::string out;
    for (const Stage* stage : stages.final_chain()) {
      EXPECT_TRUE(stage->in_final);
      EXPECT_EQ(stage->root, stage->alias == "y" ? 3U : 0U);
      out += stage->alias;
    }
    const auto marked = std::ranges::count_if(stages.all(), &Stage::in_final);
    EXPECT_EQ(static_cast<std::size_t>(marked), out.size());
    EXPECT_EQ(stages.final_stage()->alias, "y");
    return out;
  };

  EXPECT_EQ(chain(""), "y");
  EXPECT_EQ(chain("C"), "cb");
  EXPECT_EQ(chain("2"), "dcb");
  EXPECT_EQ(chain("unknown"), "y");
  EXPECT_EQ(chain("4"), "y");
  EXPECT_TRUE(Stages::build(parse("")).final_chain().empty());
}

struct ValueCase {
  const char* name;
  std::string content;   // the last instruction is USER ${X}-
  std::string expected;  // of that word; "?" behind if it is not resolved
};

class StageValue : public testing::TestWithParam<ValueCase> {};

TEST_P(StageValue, IsTheOneInEffect) {
  const Dockerfile file = parse(GetParam().content + "USER ${X}-\n");
  const Stages stages = Stages::build(file);

  const Instruction& user = file.instructions.back();
  const Expansion out = stages.expand_at(user, user.words[0].text);

  EXPECT_EQ(out.text + (out.resolved ? "" : "?"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StageValue,
    testing::ValuesIn<ValueCase>({
        {"Env", "FROM a\nENV X=1\n", "1-"},
        {"EnvLegacy", "FROM a\nENV X 1 2\n", "1 2-"},
        {"EnvQuoted", "FROM a\nENV \"X\"=\"1 2\"\n", "1 2-"},
        {"Arg", "FROM a\nARG X=1\n", "1-"},
        {"ArgWithoutDefault", "FROM a\nARG X\n", "-?"},
        {"Undefined", "FROM a\n", "-?"},
        {"LaterWins", "FROM a\nENV X=1\nENV X=2\n", "2-"},
        {"EnvWinsOverLaterArg", "FROM a\nENV X=1\nARG X=2\n", "1-"},
        {"EnvWinsOverEarlierArg", "FROM a\nARG X=2\nENV X=1\n", "1-"},
        {"GlobalNeedsDeclaration", "ARG X=1\nFROM a\n", "-?"},
        {"GlobalDeclared", "ARG X=1\nFROM a\nARG X\n", "1-"},
        {"GlobalDeclaredWithoutValue", "ARG X\nFROM a\nARG X\n", "-?"},
        {"OwnDefaultWins", "ARG X=1\nFROM a\nARG X=2\n", "2-"},
        {"PlatformNeedsDeclaration", "FROM a\nENV X=$TARGETARCH\n", "-?"},
        {"PlatformDeclared", "FROM a\nARG TARGETARCH\nENV X=$TARGETARCH\n", "amd64-"},
        {"OtherStageDoesNotCount", "FROM a\nENV X=1\nFROM b\n", "-?"},
        {"ParentEnv", "FROM a AS p\nENV X=1\nFROM p\n", "1-"},
        {"ParentArg", "FROM a AS p\nARG X=1\nFROM p\n", "1-"},
        {"ParentEnvWinsOverArg", "FROM a AS p\nENV X=1\nFROM p\nARG X=2\n", "1-"},
        {"GrandparentEnv", "FROM a AS p\nENV X=1\nFROM p AS q\nFROM q\n", "1-"},
        {"SameInstructionSeesTheOld", "FROM a\nENV Y=0\nENV Y=1 X=$Y\n", "0-"},
        {"FromBefore", "FROM a\nENV Y=1\nENV X=$Y\n", "1-"},
        {"ThroughUnknown", "FROM a\nARG Y\nENV X=$Y\n", "-?"},
        {"OnbuildDefinesNothing", "FROM a\nONBUILD ENV X=1\n", "-?"},
        {"EnvAboveFromDefinesNothing", "ENV X=1\nFROM a\nARG X\n", "-?"},
    }),
    NamedCase());

TEST(Stages, TakeBuildArguments) {
  const Dockerfile file = parse("ARG V=1\nFROM a:$V\nARG W\nUSER $W\n");
  StageOptions options;
  options.build_args = {{"V", "7"}, {"W", "w"}};
  const Stages stages = Stages::build(file, options);

  EXPECT_EQ(stages.all()[0].base, "a:7");
  EXPECT_EQ(stages.expand_at(file.instructions[3], "$W").text, "w");
}

TEST(Stages, NameTheDefinition) {
  const Dockerfile file = parse("FROM a\nARG V\nENV W=1\nUSER x\n");
  const Stages stages = Stages::build(file);
  const Instruction& user = file.instructions[3];

  ASSERT_NE(stages.definition(user, "V"), nullptr);
  EXPECT_TRUE(stages.definition(user, "V")->is_arg);
  EXPECT_FALSE(stages.definition(user, "V")->has_value);
  EXPECT_EQ(stages.definition(user, "W")->instruction, 2U);
  EXPECT_EQ(stages.definition(user, "Z"), nullptr);
  EXPECT_EQ(stages.definition(file.instructions[1], "W"), nullptr);
}

TEST(Stages, ListVisibleNames) {
  const Dockerfile file = parse(
      "ARG G=1\nFROM a AS p\nENV A=1 B=2\nARG C\nFROM p\nENV A=3\nUSER x\nENV D=4\nFROM b\nUSER "
      "y\n");
  const Stages stages = Stages::build(file);
  const auto names_at = [&](std::size_t i) {
    std::string out;
    for (const Definition* definition : stages.visible_at(file.instructions[i])) {
      out += fmt::format("{}={} ", definition->name, definition->value);
    }
    return out;
  };

  EXPECT_EQ(names_at(1), "G=1 ");
  EXPECT_EQ(names_at(2), "");
  EXPECT_EQ(names_at(6), "A=3 C= B=2 ");
  EXPECT_EQ(names_at(8), "G=1 ");
  EXPECT_EQ(names_at(9), "");
}

TEST(Stages, FollowShellAndUser) {
  const Dockerfile file = parse(
      "FROM a AS p\nRUN x\nSHELL [\"bash\", \"-c\"]\nUSER u\nRUN y\nFROM p\nRUN z\nUSER v\nFROM "
      "b\nRUN w\n");
  const Stages stages = Stages::build(file);
  const auto user_at = [&](std::size_t i) {
    const Instruction* user = stages.user_at(file.instructions[i]);
    return user == nullptr ? std::string_view("-") : user->words[0].text;
  };

  EXPECT_EQ(stages.shell_at(file.instructions[1]), nullptr);
  EXPECT_EQ(stages.shell_at(file.instructions[2]), nullptr);
  EXPECT_EQ(stages.shell_at(file.instructions[4]), &file.instructions[2]);
  EXPECT_EQ(stages.shell_at(file.instructions[6]), &file.instructions[2]);
  EXPECT_EQ(stages.shell_at(file.instructions[9]), nullptr);
  EXPECT_EQ(user_at(3), "-");
  EXPECT_EQ(user_at(6), "u");
  EXPECT_EQ(stages.user_of(stages.all()[1])->words[0].text, "v");
  EXPECT_EQ(stages.user_of(stages.all()[2]), nullptr);
}

struct DirectoryCase {
  const char* name;
  std::string content;
  std::string path;  // "~" in front: not absolute; "?" behind: not known
};

class StageDirectory : public testing::TestWithParam<DirectoryCase> {};

TEST_P(StageDirectory, IsJoined) {
  const Dockerfile file = parse(GetParam().content);
  const Stages stages = Stages::build(file);

  const WorkDir out = stages.workdir_of(*stages.final_stage());

  EXPECT_EQ((out.absolute ? "" : "~") + out.path + (out.known ? "" : "?"), GetParam().path);
}

INSTANTIATE_TEST_SUITE_P(Table, StageDirectory,
                         testing::ValuesIn<DirectoryCase>({
                             {"None", "FROM a\n", "~"},
                             {"Absolute", "FROM a\nWORKDIR /b/c/\n", "/b/c"},
                             {"Root", "FROM a\nWORKDIR /\n", "/"},
                             {"Relative", "FROM a\nWORKDIR /b\nWORKDIR c\nWORKDIR ./d\n", "/b/c/d"},
                             {"RelativeOnly", "FROM a\nWORKDIR b\n", "~b"},
                             {"Up", "FROM a\nWORKDIR /b/c\nWORKDIR ../d\n", "/b/d"},
                             {"UpBeyondTheRoot", "FROM a\nWORKDIR /b\nWORKDIR ../../../c\n", "/c"},
                             {"UpFromTheBase", "FROM a\nWORKDIR ../c\n", "~../c"},
                             {"Quoted", "FROM a\nWORKDIR \"/b c\"\n", "/b c"},
                             {"Variable", "FROM a\nENV D=/x\nWORKDIR $D/y\n", "/x/y"},
                             {"UnknownVariable", "FROM a\nWORKDIR /b/$D\n", "/b?"},
                             {"KnownAgain", "FROM a\nWORKDIR /b/$D\nWORKDIR /c\n", "/c"},
                             {"Inherited", "FROM a AS p\nWORKDIR /b\nFROM p\nWORKDIR c\n", "/b/c"},
                             {"Windows", "# escape=`\nFROM a\nWORKDIR C:\\b\nWORKDIR c\n",
                              "C:/b/c"},
                             {"WindowsRoot", "# escape=`\nFROM a\nWORKDIR C:\\\n", "C:/"},
                         }),
                         NamedCase());

}  // namespace
}  // namespace corten::dockerfile
