// The tree of any bytes prints back as these bytes, keeps every range inside them, and maps joined
// text to where it stands; expansion and stages end within their limits.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../tests/dockerfile/tree_check.h"
#include "dockerfile/mount.h"
#include "dockerfile/parse.h"
#include "dockerfile/stages.h"

namespace {

namespace df = corten::dockerfile;

void check_stages(const df::Dockerfile& file) {
  const df::Stages stages = df::Stages::build(file);
  for (const df::Stage& stage : stages.all()) {
    if (stage.parent != df::kNone && stage.parent >= stage.index) std::abort();
    if (stage.base.size() > df::kMaxExpandedBytes + file.source.size()) std::abort();
  }
  for (const df::Reference& reference : stages.references()) {
    if (reference.target != df::kNone && reference.target >= stages.all().size()) std::abort();
  }
  for (const df::Instruction& in : file.instructions) {
    static_cast<void>(stages.workdir_at(in));
    static_cast<void>(stages.shell_at(in));
    static_cast<void>(df::mounts_of(in));
    if (in.words.empty()) continue;
    const df::Expansion out = stages.expand_at(in, in.words[0].text);
    if (out.resolved && !out.error.empty()) std::abort();
    for (const df::VariableUse& use : out.variables) {
      if (use.range.end > in.words[0].text.size() || use.range.begin >= use.range.end) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string content(reinterpret_cast<const char*>(data), size);
  const df::Dockerfile file = df::parse(content);
  if (!file.truncated && df::print(file) != content) std::abort();
  if (!df::problem_of(file).empty()) std::abort();
  if (file.instructions.empty() && file.errors.empty()) std::abort();
  for (const df::SyntaxError& error : file.errors) {
    if (error.message.empty() || error.range.end > file.source.size()) std::abort();
  }
  check_stages(file);
  return 0;
}
