#include "lint/changed.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/subprocess.h"
#include "base/text.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

// Runs git in a folder, deaf to what the repository's own configuration would have it start.
Result<SubprocessOutput> git(const std::string& folder, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"git",
                                   "-C",
                                   folder,
                                   "-c",
                                   "core.fsmonitor=false",
                                   "-c",
                                   "core.hooksPath=/dev/null",
                                   "-c",
                                   "core.quotePath=false"};
  argv.insert(argv.end(), words.begin(), words.end());
  auto run = run_subprocess(argv, {}, {.timeout = std::chrono::seconds{60}});
  if (!run && run.error().code == ErrorCode::NotFound) {
    return fail(ErrorCode::NotFound, "--changed-since needs git, which is not installed",
                "install git, or name the files");
  }
  return run;
}

// The last line of what git says when it fails, without its "fatal: ".
std::string complaint_of(const SubprocessOutput& run) {
  std::string_view text = trim(run.err);
  text = text.substr(text.rfind('\n') + 1);
  if (text.starts_with("fatal: ")) text.remove_prefix(7);
  return printable(text.substr(0, 300));
}

Result<std::string> output_of(const std::string& folder, const std::vector<std::string>& words) {
  CORTEN_TRY(SubprocessOutput run, git(folder, words));
  if (run.status != 0) {
    return fail(ErrorCode::Io, fmt::format("git {} failed: {}", words.front(), complaint_of(run)));
  }
  return std::move(run.out);
}

Result<std::string> repository_of(const std::string& folder) {
  CORTEN_TRY(SubprocessOutput run, git(folder, {"rev-parse", "--show-toplevel"}));
  if (run.status != 0) {
    return fail(
        ErrorCode::NotFound,
        fmt::format("--changed-since: {} is in no git work tree ({})", folder, complaint_of(run)),
        "leave the option out, or run it in a repository");
  }
  std::string root = std::move(run.out);
  if (root.ends_with('\n')) root.pop_back();
  return root;
}

Result<std::string> commit_of(const std::string& root, const std::string& ref) {
  // Nothing that git would take for an option or for more than one word.
  if (ref.empty() || ref.front() == '-' || ref.find('\0') != std::string::npos) {
    return fail(ErrorCode::Usage, fmt::format("--changed-since cannot be '{}'", ref),
                "a branch, a tag or a commit, such as origin/main");
  }
  CORTEN_TRY(SubprocessOutput run, git(root, {"rev-parse", "--verify", "--quiet",
                                              "--end-of-options", ref + "^{commit}"}));
  if (run.status != 0) {
    return fail(ErrorCode::NotFound,
                fmt::format("--changed-since: the repository {} has no commit '{}'", root, ref),
                "a shallow clone may lack it: git fetch it first");
  }
  return std::string(trim(run.out));
}

void add_paths(const std::string& root, std::string_view list, std::vector<std::string>& out) {
  for (const std::string_view path : split(list, '\0')) {
    if (!path.empty()) out.push_back((fs::path(root) / path).native());
  }
}

// A path without "..", "." and symbolic links in its folders, as git has it.
std::string real_path(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  const fs::path folder = fs::canonical(absolute.parent_path(), error);
  return (error ? absolute : folder / absolute.filename()).native();
}

}  // namespace

Result<std::vector<std::string>> changed_files(const std::string& folder, const std::string& ref) {
  CORTEN_TRY(const std::string root, repository_of(folder));
  CORTEN_TRY(std::string base, commit_of(root, ref));
  CORTEN_TRY(const SubprocessOutput parted, git(root, {"merge-base", base, "HEAD"}));
  if (parted.status == 0) base = trim(parted.out);
  std::vector<std::string> out;
  CORTEN_TRY(
      const std::string differing,
      output_of(root, {"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff",
                       "--no-textconv", "--ignore-submodules", "--diff-filter=d", base, "--"}));
  CORTEN_TRY(const std::string fresh,
             output_of(root, {"ls-files", "--others", "--exclude-standard", "-z"}));
  add_paths(root, differing, out);
  add_paths(root, fresh, out);
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

Status keep_changed(const std::string& ref, std::vector<LintFile>& files) {
  // Most often all files are in one repository.
  std::map<std::string, std::vector<std::string>> changed_by_repository;
  std::vector<LintFile> kept;
  for (LintFile& file : files) {
    if (file.path == "-") {
      kept.push_back(std::move(file));
      continue;
    }
    const std::string path = real_path(file.path);
    const std::string folder = fs::path(path).parent_path().native();
    const auto known = std::ranges::find_if(changed_by_repository, [&](const auto& entry) {
      return folder == entry.first || folder.starts_with(entry.first + "/");
    });
    std::string repository;
    if (known != changed_by_repository.end()) {
      repository = known->first;
    } else {
      CORTEN_TRY(repository, repository_of(folder));
    }
    if (!changed_by_repository.contains(repository)) {
      CORTEN_TRY(changed_by_repository[repository], changed_files(repository, ref));
    }
    if (std::ranges::binary_search(changed_by_repository[repository], path)) {
      kept.push_back(std::move(file));
    }
  }
  files = std::move(kept);
  return {};
}

}  // namespace corten::lint
