// What holds of every fix, tried on the Dockerfiles of the shared corpus. What is new or gone is
// counted here once more, apart from the fixer's own check.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.h"
#include "dockerfile/parse.h"
#include "lint/engines.h"
#include "lint/fix.h"
#include "lint/native_shell.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

std::map<std::string, std::string> dockerfiles() {
  std::map<std::string, std::string> out;
  std::error_code error;
  const std::filesystem::path root = std::filesystem::path(CORTEN_SHARED_DIR) / "corpus";
  for (std::filesystem::recursive_directory_iterator it(root, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file(error) || kind_by_name(it->path().native()) != FileKind::Dockerfile)
      continue;
    if (auto content = read_file(it->path().native(), kMaxLintFileBytes))
      out.emplace(it->path().native(), *std::move(content));
  }
  return out;
}

// The rules of Dockerfiles and Corten's own checks of the shell, wherever this runs.
Result<FileFacts> findings_and_native_shell(const FileToLint& file, const RuleOptions& options) {
  CORTEN_TRY(FileFacts facts, findings_of(file, options));
  const std::string path(file.path);
  const dockerfile::Source source{std::string(file.content)};
  for (const ShellSnippet& snippet : facts.snippets) {
    for (ShellIssue& issue : native_issues(snippet)) {
      Finding finding = finding_of(issue, path);
      finding.fix = line_edits(std::move(issue.fix), path, source);
      facts.findings.push_back(std::move(finding));
    }
  }
  facts.snippets.clear();
  return facts;
}

RuleOptions options_of_today() {
  RuleOptions options;
  options.now = *parse_time("2026-11-01");
  return options;
}

LintRequest request_of(const std::map<std::string, std::string>& files) {
  LintRequest request;
  for (const auto& [path, content] : files) request.paths.push_back(path);
  request.contents = files;
  request.rules = options_of_today();
  request.now = request.rules.now;
  request.jobs = 2;
  request.findings_of = findings_and_native_shell;
  return request;
}

std::vector<Finding> findings_in(const std::string& path, const std::string& content) {
  FileToLint file;
  file.path = path;
  file.content = content;
  auto facts = findings_and_native_shell(file, options_of_today());
  return facts ? std::move(facts->findings) : std::vector<Finding>{};
}

std::map<std::string, int> count_ids(const std::vector<Finding>& findings) {
  std::map<std::string, int> out;
  for (const Finding& finding : findings) ++out[finding.id];
  return out;
}

std::size_t syntax_errors(const std::string& content) {
  return dockerfile::parse(content).errors.size();
}

// A fix that makes something known may show another flaw, which was there before: once it is plain
// which folder a COPY goes to, so is that its user cannot write there.
const std::set<std::string> kKnownToShow = {"DL3000 shows CL1006"};

class FixCorpus : public testing::Test {
 protected:
  void SetUp() override {
    files_ = dockerfiles();
    if (files_.empty()) GTEST_SKIP() << "no corpus at " << CORTEN_SHARED_DIR << "/corpus";
  }
  std::map<std::string, std::string> files_;
};

TEST_F(FixCorpus, EachFixByItselfMendsItsFindingAndBringsNoOther) {
  std::map<std::string, int> tried;
  for (const auto& [path, content] : files_) {
    const std::vector<Finding> findings = findings_in(path, content);
    const std::map<std::string, int> before = count_ids(findings);
    const std::size_t errors = syntax_errors(content);
    for (const Finding& finding : findings) {
      if (finding.fix.empty()) continue;
      ++tried[finding.id];
      const std::string after = apply_edits(path, content, {finding}, FixSafety::Unsafe).content;
      SCOPED_TRACE(fmt::format("{}:{} {}\n{}", path, finding.location->line, finding.id,
                               unified_diff("f", content, after, DiffColor::No)));
      EXPECT_LE(syntax_errors(after), errors);
      std::map<std::string, int> rest = count_ids(findings_in(path, after));
      EXPECT_LT(rest[finding.id], before.at(finding.id));
      for (const auto& [id, count] : rest) {
        const auto known = before.find(id);
        if (count <= (known == before.end() ? 0 : known->second)) continue;
        EXPECT_TRUE(kKnownToShow.contains(finding.id + " shows " + id)) << "it brings " << id;
      }
    }
  }
  for (const auto& [id, count] : tried) RecordProperty("tried_" + id, count);
}

// The same of the examples on the rules' pages.
TEST(FixExamples, AFixMendsItsFindingAndBringsNoOther) {
  std::size_t tried = 0;
  for (const Check& check : dockerfile_catalogue()) {
    const std::string content(check.bad);
    const std::map<std::string, int> before = count_ids(findings_in("Dockerfile", content));
    for (const Finding& finding : findings_in("Dockerfile", content)) {
      if (finding.fix.empty()) continue;
      ++tried;
      const std::string after =
          apply_edits("Dockerfile", content, {finding}, FixSafety::Unsafe).content;
      SCOPED_TRACE(fmt::format("{} in the example of {}\n{}", finding.id, check.id,
                               unified_diff("f", content, after, DiffColor::No)));
      EXPECT_LE(syntax_errors(after), syntax_errors(content));
      std::map<std::string, int> rest = count_ids(findings_in("Dockerfile", after));
      EXPECT_LT(rest[finding.id], before.at(finding.id));
      for (const auto& [id, count] : rest) {
        const auto known = before.find(id);
        EXPECT_LE(count, known == before.end() ? 0 : known->second) << "it brings " << id;
      }
    }
  }
  EXPECT_GT(tried, 60U);
}

std::map<std::string, std::map<std::string, std::size_t>> count_by_file(
    const std::vector<Finding>& findings) {
  std::map<std::string, std::map<std::string, std::size_t>> out;
  for (const Finding& finding : findings) ++out[finding.location->path][finding.id];
  return out;
}

class FixCorpusWhole : public FixCorpus, public testing::WithParamInterface<FixSafety> {};

TEST_P(FixCorpusWhole, NothingIsWorseAndASecondRunChangesNothing) {
  NoProgress progress;
  const auto first = fix_files(request_of(files_), GetParam(), progress);
  ASSERT_TRUE(first);
  for (const RefusedFix& fix : first->refused) {
    const std::string_view brings = "it brings ";
    const bool is_known =
        fix.reason.starts_with(brings) &&
        kKnownToShow.contains(fix.id + " shows " + fix.reason.substr(brings.size()));
    EXPECT_TRUE(is_known) << fix.path << ": " << fix.id << ": " << fix.reason;
  }
  const auto report = lint_files(request_of(files_), progress);
  ASSERT_TRUE(report);
  auto before = count_by_file(report->findings);
  auto after = count_by_file(first->rest.findings);
  std::map<std::string, std::string> fixed = files_;
  std::size_t mended = 0;
  for (const FixedFile& file : first->files) {
    SCOPED_TRACE(unified_diff(file.path, file.before, file.after, DiffColor::No));
    EXPECT_EQ(file.before, files_.at(file.path));
    EXPECT_LE(syntax_errors(file.after), syntax_errors(file.before));
    std::size_t gone = 0;
    for (const auto& [id, count] : before[file.path]) {
      const std::size_t rest = after[file.path][id];
      gone += count > rest ? count - rest : 0;
    }
    for (const auto& [id, count] : after[file.path]) EXPECT_LE(count, before[file.path][id]) << id;
    EXPECT_GE(gone, file.mended);
    mended += file.mended;
    fixed[file.path] = file.after;
  }
  EXPECT_GT(mended, files_.size());  // of these files nearly every one has something

  const auto second = fix_files(request_of(fixed), GetParam(), progress);
  ASSERT_TRUE(second);
  for (const FixedFile& file : second->files) {
    ADD_FAILURE() << unified_diff(file.path, file.before, file.after, DiffColor::No);
  }
}
INSTANTIATE_TEST_SUITE_P(Both, FixCorpusWhole, testing::Values(FixSafety::Safe, FixSafety::Unsafe),
                         [](const auto& row) {
                           return row.param == FixSafety::Safe ? "Safe" : "Unsafe";
                         });

TEST_F(FixCorpus, LinesKeepTheirEndings) {
  std::map<std::string, std::string> dos = files_;
  for (auto& [path, content] : dos) {
    std::string out;
    for (const char c : content) {
      if (c == '\n' && !out.ends_with('\r')) out += '\r';
      out += c;
    }
    content = std::move(out);
  }
  NoProgress progress;
  const auto report = fix_files(request_of(dos), FixSafety::Unsafe, progress);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->files.empty());
  for (const FixedFile& file : report->files) {
    std::string_view rest = file.after;
    std::size_t bare = 0;
    for (std::size_t at = rest.find('\n'); at != std::string_view::npos;
         at = rest.find('\n', at + 1)) {
      if (at == 0 || rest[at - 1] != '\r') ++bare;
    }
    EXPECT_EQ(bare, 0U) << unified_diff(file.path, file.before, file.after, DiffColor::No);
  }
}

}  // namespace
}  // namespace corten::lint
