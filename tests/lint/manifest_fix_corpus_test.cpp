// Compose files and manifests of the shared corpus, mended by the fixer as a whole; each fix by
// itself is tried in tests/manifest/mend_corpus_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "lint/fix.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

LintRequest request_of_corpus() {
  LintRequest request;
  for (const char* name : {"docker+awesome-compose", "kubernetes+examples",
                           "GoogleCloudPlatform+microservices-demo"}) {
    const auto folder = std::filesystem::path(CORTEN_SHARED_DIR) / "corpus" / name;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
      const std::string path = it->path().native();
      const bool is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
      if (!is_yaml || !it->is_regular_file(error)) continue;
      const auto content = read_file(path, kMaxLintFileBytes);
      if (!content) continue;
      const FileKind kind = kind_of(path, *content);
      if (kind == FileKind::Compose || kind == FileKind::Kubernetes ||
          kind == FileKind::Kustomization) {
        request.paths.push_back(path);
      }
    }
  }
  request.rules.now = *parse_time("2026-11-01");
  request.now = request.rules.now;
  request.jobs = 2;
  request.shellcheck = RunShellcheck::No;
  return request;
}

std::size_t count_comment_lines(std::string_view content) {
  std::size_t count = 0;
  while (const auto line = next_line(content)) count += trim(*line).starts_with('#') ? 1U : 0U;
  return count;
}

class ManifestFixCorpus : public testing::TestWithParam<FixSafety> {};

TEST_P(ManifestFixCorpus, NoFixIsRefusedAndASecondRunChangesNothing) {
  LintRequest request = request_of_corpus();
  if (request.paths.empty()) GTEST_SKIP() << "no corpus at " << CORTEN_SHARED_DIR << "/corpus";
  NoProgress progress;
  const auto before = lint_files(request, progress);
  ASSERT_TRUE(before);
  const auto first = fix_files(request, GetParam(), progress);
  ASSERT_TRUE(first);
  for (const RefusedFix& fix : first->refused) {
    ADD_FAILURE() << fix.path << ": " << fix.id << ": " << fix.reason;
  }
  EXPECT_EQ(first->rest.errors.size(), before->errors.size());
  std::size_t mended = 0;
  for (const FixedFile& file : first->files) {
    SCOPED_TRACE(file.path);
    mended += file.mended;
    EXPECT_LE(count_comment_lines(file.before), count_comment_lines(file.after) + 2);
    request.contents[file.path] = file.after;
  }
  EXPECT_LE(first->rest.findings.size() + mended, before->findings.size());
  EXPECT_GT(mended, GetParam() == FixSafety::Safe ? 5U : 500U);
  const auto second = fix_files(request, GetParam(), progress);
  ASSERT_TRUE(second);
  for (const FixedFile& file : second->files) {
    ADD_FAILURE() << unified_diff(file.path, file.before, file.after, DiffColor::No);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, ManifestFixCorpus,
                         testing::Values(FixSafety::Safe, FixSafety::Unsafe), [](const auto& row) {
                           return row.param == FixSafety::Safe ? "Safe" : "Unsafe";
                         });

}  // namespace
}  // namespace corten::lint
