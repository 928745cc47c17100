// Every rule takes linear time: on each of these files quadratic work would take minutes.
#include <gtest/gtest.h>

#include <ctime>

#include "dockerfile/lint_helper.h"
#include "dockerfile/named_case.h"

namespace corten::dockerfile {
namespace {

constexpr std::size_t kTimes = 20'000;
constexpr std::clock_t kMostSeconds = 10;  // for one rule; under a sanitizer too

struct LinearCase {
  const char* name;
  const char* head;
  const char* repeated;  // "@" is a number that counts up, "@-" the one before
};

std::string content_of(const LinearCase& c) {
  std::string out = c.head;
  for (std::size_t i = 1; i <= kTimes; ++i) {
    std::string_view rest = c.repeated;
    for (std::size_t at = rest.find('@'); at != std::string_view::npos; at = rest.find('@')) {
      out += rest.substr(0, at);
      rest.remove_prefix(at + 1);
      const bool before = rest.starts_with('-');
      if (before) rest.remove_prefix(1);
      out += std::to_string(before ? i - 1 : i);
    }
    out += rest;
  }
  return out;
}

class Linear : public testing::TestWithParam<LinearCase> {};

TEST_P(Linear, IsEachRule) {
  RuleOptions options = options_of_today();
  options.label_schema["title"] = LabelType::Text;
  const Analysis analysis(content_of(GetParam()), options);

  for (const std::span<const Rule> table : rule_tables()) {
    for (const Rule& rule : table) {
      std::vector<Problem> found;
      Problems problems(rule, found);
      const std::clock_t start = std::clock();  // of the processor: other work must not count
      rule.run(analysis.lint(), problems);
      EXPECT_LT(std::clock() - start, kMostSeconds * CLOCKS_PER_SEC) << rule.check.id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, Linear,
    testing::ValuesIn(std::vector<LinearCase>{
        {"Stages", "", "FROM debian:12\nCMD [\"a\"]\n"},
        {"ChainOfStages", "FROM debian:12 AS s0\n", "FROM s@- AS s@\nUSER a@\n"},
        {"CopiesFromStages", "FROM a AS s0\n", "FROM debian:12 AS s@\nCOPY --from=s@- /a /b\n"},
        {"Runs", "FROM debian:12\nVOLUME /v\nUSER app\n",
         "RUN apt-get update && apt-get install -y gcc && touch /v/@\n"},
        {"Volumes", "FROM debian:12\nUSER app\n", "VOLUME /d@\nRUN touch /v@ && chmod 777 /w@\n"},
        {"Environment", "FROM debian:12\n", "ENV DEBUG=1 A@=$A@- TOKEN@=x\n"},
        {"Arguments", "FROM debian:12\n", "ARG A@=$A@-\n"},
        {"Copies", "FROM node:22\nWORKDIR /app\nUSER node\n",
         "COPY id_rsa /app/a@\nRUN rm /app/a@ && chown -R node /app/a@\n"},
        {"Folders", "FROM node:22\nUSER node\n", "WORKDIR /w@\n"},
        {"Labels", "FROM a\n", "LABEL Maint.a@=b\n"},
        {"Users", "FROM debian:12\n", "USER u@\nRUN id\n"},
        {"HealthChecks", "FROM debian:12\n", "HEALTHCHECK CMD curl x\n"},
        {"Commands", "FROM scratch\n", "CMD echo $A\nENTRYPOINT sh\n"},
        {"Triggers", "FROM a\n", "ONBUILD RUN curl -O http://x/y@ && sudo apt install a\n"},
        {"Downloads", "FROM debian:12\n", "RUN curl -o /f@ http://e.com/f@ && sh /f@\n"},
        {"PowerShell",
         "FROM mcr.microsoft.com/windows/servercore:ltsc2019\nSHELL [\"powershell\"]\n",
         "RUN iwr http://x/a@ -OutFile a@.exe; ./a@.exe\n"},
        {"SecretMounts", "FROM debian:12\n",
         "RUN --mount=type=secret,id=a cat /run/secrets/a > /x@\n"},
        {"ShellPragmas", "FROM a\n", "# hadolint shell=bash\nRUN echo a\n"},
        {"Shells", "FROM a\n", "SHELL [\"/bin/bash\", \"-c\"]\nRUN a | b\n"},
    }),
    NamedCase());

}  // namespace
}  // namespace corten::dockerfile
