// What lint reads besides the files' own languages: pragmas in comments, the blocks of YAML, kinds
// of files, and edits.
#include <cstddef>
#include <cstdint>
#include <string>

#include "dockerfile/source.h"
#include "lint/discover.h"
#include "lint/fix.h"
#include "lint/hadolint_config.h"
#include "lint/pragma.h"
#include "lint/shellcheck.h"
#include "lint/yaml_comments.h"

namespace {

using namespace corten;
using namespace corten::lint;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

void read_as_comments(std::string_view text) {
  CommentedFile file = comments_of_yaml(text);
  file.path = "f";
  file.stages = file.statements.empty() ? std::vector<LineRange>{}
                                        : std::vector<LineRange>{file.statements.front()};
  for (const LineRange& block : file.statements) check(block.first <= block.last);
  for (const PragmaRules rules : {PragmaRules::Corten, PragmaRules::Hadolint}) {
    const Pragmas pragmas = read_pragmas(file, rules);
    check(pragmas.ignores.size() + pragmas.shells.size() <= kMaxPragmas);
    std::vector<Finding> findings(1);
    findings[0].id = "DL3006";
    findings[0].location = Location{.path = "f", .line = 2};
    apply_pragmas(pragmas, "f", {Time{}, UnusedPragmas::Report}, findings);
    check(!findings.empty() && findings[0].id == "DL3006");
  }
}

// Applying a diff's worth of edits touches no line outside of them.
void edit(std::string_view text) {
  if (text.size() < 4) return;
  const auto number = [&](std::size_t i) { return static_cast<std::uint32_t>(text[i] & 7); };
  std::vector<ShellReplacement> parts = {{{number(0), number(1)}, {number(2), number(3)}, "x", 1}};
  const dockerfile::Source file{std::string(text)};
  for (const Edit& edit : line_edits(parts, "f", file)) {
    check(edit.line >= 1 && edit.line <= edit.end_line);
    Finding finding;
    finding.fix = {edit};
    const Mended mended = apply_edits("f", text, {finding}, FixSafety::Safe);
    check(mended.used.size() <= 1);
    const std::string diff = unified_diff("f", text, mended.content, DiffColor::No);
    check(diff.empty() == (mended.content == text));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_as_comments(text);
  edit(text);
  (void)kind_of("templates/x.yaml", text);
  (void)kind_of("-", text);
  if (const auto config = parse_hadolint_config(text, "h")) {
    check(merged(*config, HadolintConfig{}) == *config);
  }
  return 0;
}
