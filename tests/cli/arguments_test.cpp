#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "cli/command.h"
#include "support/case_name.h"

namespace corten::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Words = std::vector<std::string>;

Result<Invocation> parse(const Words& words) {
  CORTEN_TRY(auto outcome, parse_command_line(words));
  if (auto* invocation = std::get_if<Invocation>(&outcome)) return std::move(*invocation);
  return fail(ErrorCode::Internal, std::get<Reply>(outcome).text);
}

Reply reply(const Words& words) {
  auto outcome = parse_command_line(words);
  if (!outcome || !std::holds_alternative<Reply>(*outcome)) return {"no reply", -1};
  return std::get<Reply>(*outcome);
}

// Sets a variable for the length of a scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(CommandLine, OptionsAndTargetsInAnyOrder) {
  for (const Words& words : {Words{"scan", "--format", "json", "a.tar", "-s", "high", "b.tar"},
                             Words{"scan", "a.tar", "--format=json", "b.tar", "--severity=high"},
                             Words{"scan", "-f", "json", "-shigh", "a.tar", "b.tar"}}) {
    const auto invocation = parse(words);
    ASSERT_TRUE(invocation) << describe(invocation.error());
    EXPECT_EQ(invocation->command->name, "scan");
    EXPECT_EQ(invocation->arguments.get("format"), "json");
    EXPECT_EQ(invocation->arguments.get("severity"), "high");
    EXPECT_THAT(invocation->arguments.positionals, ElementsAre("a.tar", "b.tar"));
  }
}

TEST(CommandLine, SwitchesAndRepeatedOptions) {
  const auto invocation = parse({"scan", "-q", "--vex", "a", "--vex", "b", "--all", "x"});
  ASSERT_TRUE(invocation);
  EXPECT_TRUE(invocation->arguments.has("quiet"));
  EXPECT_TRUE(invocation->arguments.has("all"));
  EXPECT_FALSE(invocation->arguments.has("offline"));
  EXPECT_THAT(invocation->arguments.all("vex"), ElementsAre("a", "b"));
  EXPECT_THAT(invocation->arguments.all("ignore-file"), ElementsAre());
  EXPECT_EQ(invocation->arguments.get("ignore-file"), std::nullopt);
}

TEST(CommandLine, TheLastOfAnOptionThatCountsOnce) {
  const auto invocation = parse({"scan", "--format", "json", "--format", "csv", "x"});
  ASSERT_TRUE(invocation);
  EXPECT_EQ(invocation->arguments.get("format"), "csv");
}

TEST(CommandLine, AfterTwoDashesEverythingIsATarget) {
  const auto invocation = parse({"scan", "--", "--format", "-x"});
  ASSERT_TRUE(invocation) << describe(invocation.error());
  EXPECT_THAT(invocation->arguments.positionals, ElementsAre("--format", "-x"));
  const auto help = parse({"scan", "--", "--help"});
  ASSERT_TRUE(help) << describe(help.error());
  EXPECT_THAT(help->arguments.positionals, ElementsAre("--help"));
}

TEST(CommandLine, CommandsOfAGroup) {
  const auto invocation = parse({"db", "build", "--osv", "dir", "--out", "db"});
  ASSERT_TRUE(invocation);
  EXPECT_EQ(invocation->command->name, "db build");
  EXPECT_EQ(parse({"version", "compare", "deb", "1", "2"})->arguments.positionals.size(), 3U);
}

struct BadCase {
  const char* name;
  Words words;
  const char* message;
  const char* hint;
};

class BadCommandLine : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadCommandLine, IsAUsageErrorWithAWayOut) {
  const auto outcome = parse_command_line(GetParam().words);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::Usage);
  EXPECT_THAT(outcome.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(outcome.error().hint, HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, BadCommandLine,
    ::testing::ValuesIn(std::vector<BadCase>{
        {"Command", {"scna", "x"}, "'scna'", "'scan'"},
        {"StrangeCommand", {"frobnicate"}, "'frobnicate'", "corten --help"},
        {"CommandOfAGroup", {"db", "bild"}, "'db bild'", ""},
        {"Option", {"scan", "--severty", "high", "x"}, "--severty", "--severity"},
        {"OptionWithValue", {"scan", "--severty=high", "x"}, "--severty", "--severity"},
        {"StrangeOption", {"scan", "--frobnicate", "x"}, "--frobnicate", "corten scan --help"},
        {"Letter", {"scan", "-Z", "x"}, "-Z", "corten scan --help"},
        {"Choice", {"scan", "--format", "jsno", "x"}, "'jsno'", "'json'"},
        {"StrangeChoice",
         {"scan", "--color", "sometimes", "x"},
         "'sometimes'",
         "auto, always, never"},
        {"NoValue", {"scan", "x", "--format"}, "format", "corten scan --help"},
        {"ValueOfASwitch", {"scan", "--quiet=maybe", "x"}, "quiet", ""},
        {"OptionOfAnotherCommand", {"explain", "--format", "json", "x"}, "--format", ""},
    }),
    test::case_name<BadCase>);

TEST(CommandLine, Help) {
  EXPECT_EQ(reply({}).status, kExitUsage);
  for (const Words& words : {Words{"--help"}, Words{"-h"}, Words{"help"}}) {
    EXPECT_EQ(reply(words).status, kExitClean);
    EXPECT_THAT(reply(words).text, HasSubstr("corten scan"));
  }
  for (const Words& words :
       {Words{"scan", "--help"}, Words{"help", "scan"}, Words{"scan", "x", "-h"}}) {
    EXPECT_EQ(reply(words).status, kExitClean);
    EXPECT_THAT(reply(words).text, HasSubstr("--severity"));
  }
  EXPECT_EQ(reply({"db"}).status, kExitUsage);
  EXPECT_EQ(reply({"db", "--help"}).status, kExitClean);
  EXPECT_THAT(reply({"db", "--help"}).text, HasSubstr("build"));
  for (const char* word : {"--version", "-V", "version"}) {
    EXPECT_THAT(reply({word}).text, HasSubstr("corten " CORTEN_VERSION));
    EXPECT_EQ(reply({word}).status, kExitClean);
  }
}

TEST(Environment, FillsWhatTheCommandLineLeavesOpen) {
  const Variable format("CORTEN_FORMAT", "json");
  const Variable fail_on("CORTEN_FAIL_ON", "high");
  EXPECT_EQ(parse({"scan", "x"})->arguments.get("format"), "json");
  EXPECT_EQ(parse({"scan", "x"})->arguments.get("fail-on"), "high");
  EXPECT_EQ(parse({"scan", "--format", "csv", "x"})->arguments.get("format"), "csv");
}

TEST(Environment, SwitchesAreOnUnlessSaidOtherwise) {
  for (const auto& [value, set] : {std::pair{"1", true},
                                   {"true", true},
                                   {"yes", true},
                                   {"0", false},
                                   {"false", false},
                                   {"False", false},
                                   {"", false}}) {
    const Variable quiet("CORTEN_QUIET", value);
    EXPECT_EQ(parse({"scan", "x"})->arguments.has("quiet"), set) << value;
  }
}

TEST(Environment, WrongValuesAreErrors) {
  const Variable format("CORTEN_FORMAT", "xml");
  const auto invocation = parse({"scan", "x"});
  ASSERT_FALSE(invocation);
  EXPECT_EQ(invocation.error().code, ErrorCode::Usage);
  EXPECT_THAT(invocation.error().message, HasSubstr("CORTEN_FORMAT"));
}

TEST(Commands, AreCompleteAndDistinct) {
  std::set<std::string_view> names;
  for (const CommandSpec& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_FALSE(command.summary.ends_with('.')) << command.name;
    EXPECT_TRUE(command.example.starts_with("corten ")) << command.name;
    std::set<std::string_view> options;
    std::set<char> letters;
    for (const auto& group : command.options) {
      for (const OptionSpec& option : group) {
        EXPECT_TRUE(options.insert(option.name).second) << command.name << " --" << option.name;
        if (option.letter != 0) {
          EXPECT_TRUE(letters.insert(option.letter).second)
              << command.name << " -" << option.letter;
        }
        EXPECT_FALSE(option.help.empty()) << option.name;
      }
    }
    EXPECT_THAT(help_page(command), HasSubstr(command.example)) << command.name;
  }
}

TEST(ReportError, PicksTheExitStatus) {
  EXPECT_EQ(report_error({ErrorCode::Usage, "x", {}, {}}), kExitUsage);
  EXPECT_EQ(report_error({ErrorCode::Cancelled, "x", {}, {}}), kExitInterrupted);
  for (const ErrorCode code :
       {ErrorCode::NotFound, ErrorCode::PermissionDenied, ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded, ErrorCode::Unavailable, ErrorCode::Unsupported, ErrorCode::Io,
        ErrorCode::Internal}) {
    EXPECT_EQ(report_error({code, "x", {}, {}}), kExitIncomplete);
  }
}

}  // namespace
}  // namespace corten::cli
