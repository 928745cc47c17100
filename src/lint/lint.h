// lint: Dockerfiles, compose files and Kubernetes manifests, from the names on a command line to
// findings that count.
//
// lint_files() finds the files, reads them on all threads, asks findings_of() for what is wrong
// with each, hands the shell of all files to ShellCheck once, and then marks what pragmas,
// hadolint's configuration and the policy ignore. One bad file is an error of that file; the others
// go on. Results are in the order of the files, whatever the threads do.
//
// Files are untrusted; the configuration is trusted as far as its author is. Everything but the one
// process of ShellCheck and git for --changed-since happens in this process; nothing is written. Of
// Dockerfiles on disk the folder is looked at too (build_context.h). To
// add a kind of file: a FileKind in discover.h and its row in lint.cpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "base/time.h"
#include "finding/check.h"
#include "finding/policy.h"
#include "lint/base_image.h"
#include "lint/build_context.h"
#include "lint/discover.h"
#include "lint/hadolint_config.h"
#include "lint/pragma.h"
#include "lint/shellcheck.h"

namespace corten::lint {

inline constexpr std::uint64_t kMaxLintFileBytes = std::uint64_t{16} << 20;
// Of one file; the ones after the worst of them are left out, and a note says so.
inline constexpr std::size_t kMaxFindingsOfAFile = 10'000;

// Whose answers are wanted where hadolint's and Corten's own differ.
enum class Compatibility { Corten, Hadolint };
enum class RunShellcheck { Yes, No };
enum class Platform { Docker, Kubernetes };  // where the image will run

// What the rules need to know besides the file.
struct RuleOptions {
  HadolintConfig hadolint;
  Compatibility compatibility = Compatibility::Corten;
  Platform platform = Platform::Docker;
  std::string target;            // the stage that is built; empty: the last one
  std::vector<BaseImage> bases;  // images that are at hand
  Time now{};                    // decides what is past its end of life
};

// A file as a rule engine sees it. The views are of the caller, for the time of the call.
struct FileToLint {
  std::string_view path;  // as findings name it
  FileKind kind = FileKind::Dockerfile;
  std::string_view content;
  // To look at what lies around the file; nullptr for what is not on disk.
  BuildContexts* contexts = nullptr;
  RunShellcheck shellcheck = RunShellcheck::Yes;  // No: snippets are not wanted
  // What counts in place of the content of other files, by path (LintRequest::contents).
  const std::map<std::string, std::string>* contents = nullptr;
  // The compose files of LintRequest::merged, if this is one of them.
  const std::vector<std::string>* merged = nullptr;
};

// A service of a compose file that runs the last stage of a Dockerfile.
struct BuiltService {
  std::string dockerfile;  // its path, in normal form
  std::string service;
  std::string user;  // that compose sets instead of the image's; empty: none, root or not known
  std::string at;    // "compose.yaml:7": where the user is set
};

// What a rule engine makes of a file. Texts in `comments` are views of the file's content.
struct FileFacts {
  std::vector<Finding> findings;
  CommentedFile commented;             // for the pragmas; its path is not looked at
  std::vector<ShellSnippet> snippets;  // for ShellCheck
  std::vector<BuiltService> built;
  std::vector<std::string> notes;  // what people should know of how the file was read
};

// The one function that knows the rules of all kinds of file. Errors are about the whole file.
using FindingsOf =
    std::function<Result<FileFacts>(const FileToLint& file, const RuleOptions& options)>;
[[nodiscard]] Result<FileFacts> findings_of(const FileToLint& file, const RuleOptions& options);

struct LintRequest {
  std::vector<std::string> paths;  // files, folders and "-"
  // Of `paths`: compose files that are one project, each laid over the ones before.
  std::vector<std::string> merged;
  std::optional<std::string> changed_since;  // a commit: only files that changed since
  // What "-" holds, and of other files what counts in place of their content (fixes not yet
  // written).
  std::map<std::string, std::string> contents;
  // Of files whose kind the caller knows better than their names and contents say, by path.
  std::map<std::string, FileKind> kinds;
  std::string stdin_name = "-";  // how findings name standard input
  RuleOptions rules;
  Policy policy;
  Time now{};
  std::size_t jobs = 1;
  std::size_t max_findings = kMaxFindingsOfAFile;  // of a file; the rest is counted in a note
  RunShellcheck shellcheck = RunShellcheck::Yes;
  UnusedPragmas unused_pragmas = UnusedPragmas::Keep;
  FindingsOf findings_of = lint::findings_of;
};

struct LintedFile {
  std::string path;
  FileKind kind = FileKind::Other;

  bool operator==(const LintedFile&) const = default;
};

struct FileError {
  std::string path;
  Error error;
};

// Lines of source by path and line number, without their ends; what findings point at.
using SourceLines = std::map<std::pair<std::string, std::uint32_t>, std::string>;
inline constexpr std::size_t kMaxSourceLineBytes = 2000;  // of a line that is kept; the rest is cut

struct LintReport {
  std::vector<LintedFile> files;  // that were read and judged, in the order of the request
  std::vector<Finding> findings;  // that the policy shows, ranked; suppressed ones last
  bool is_failed = false;         // one is at or above policy.fail_on, shown or not
  std::vector<FileError> errors;
  std::vector<std::string> notes;
  SourceLines source_lines;  // of findings that are not suppressed
};

// The rows of all that lint finds: of every rule engine and of this room.
[[nodiscard]] std::vector<Check> lint_catalogue();

// Errors: what spoils the whole run (no such commit, …). What is wrong with one file is in the
// report.
[[nodiscard]] Result<LintReport> lint_files(const LintRequest& request, Progress& progress);

}  // namespace corten::lint
