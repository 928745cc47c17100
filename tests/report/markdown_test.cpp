#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/written.h"

namespace corten::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string with_title(const std::string& title) {
  Report report = clean_report();
  report.findings = {scan_report().findings.front()};
  report.findings[0].title = title;
  return written("markdown", report);
}

struct Case {
  const char* name;
  const char* title;
  const char* expected;
};

class MarkdownText : public testing::TestWithParam<Case> {};
TEST_P(MarkdownText, IsEscaped) {
  EXPECT_THAT(with_title(GetParam().title), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(Report, MarkdownText,
                         testing::ValuesIn<Case>({
                             {"Pipe", "a | b", "| a \\| b ·"},
                             {"BackslashPipe", "a \\| b", "a \\\\\\| b"},
                             {"Html", "<img src=x>", "&lt;img src=x&gt;"},
                             {"Entity", "&lt;", "&amp;lt;"},
                             {"Mention", "@everyone", "@<!-- -->everyone"},
                             {"Issue", "fixes #1", "fixes #<!-- -->1"},
                             {"Link", "[x](https://e.example)", "\\[x\\]\\(https:<!-- -->//"},
                             {"Emphasis", "_nc_wrap*", "\\_nc\\_wrap\\*"},
                             {"Code", "`x`", "\\`x\\`"},
                             {"Newline", "a\n\n# b", "a  #<!-- --> b"},
                         }),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Markdown, HasAsManyCellsInEveryRow) {
  for (const Report& report : {scan_report(), audit_report(), hostile_report(hostile_text())}) {
    const std::string text = written("markdown", report);
    std::string_view rest = text;
    std::size_t columns = 0;
    while (const auto line = next_line(rest)) {
      std::size_t pipes = 0;
      for (std::size_t i = 0; i < line->size(); ++i) {
        if ((*line)[i] == '\\') {
          ++i;
        } else if ((*line)[i] == '|') {
          ++pipes;
        }
      }
      if (line->starts_with("|")) {
        if (columns == 0) columns = pipes;
        EXPECT_EQ(pipes, columns) << *line;
      } else {
        EXPECT_EQ(pipes, 0U) << *line;
        columns = 0;
      }
    }
  }
}

TEST(Markdown, LinksOnlyToTheWeb) {
  EXPECT_THAT(written("markdown", hostile_report(hostile_text())), Not(HasSubstr("(javascript:")));
}

TEST(Markdown, CutsLongReportsWithASign) {
  EXPECT_THAT(written("markdown", large_report(300)), HasSubstr("more (`--all`)"));
  EXPECT_THAT(written("markdown", large_report(300), {.show_all = true}), Not(HasSubstr("--all")));
}

TEST(Markdown, SaysFirstWhatWasNotExamined) {
  const std::string text = written("markdown", scan_report());
  EXPECT_LT(text.find("### Not examined"), text.find("| severity |"));
}

}  // namespace
}  // namespace corten::report
