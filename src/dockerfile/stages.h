// What the instructions of a Dockerfile mean together: build stages, what they are built from, and
// the variables, shell, user and working directory in effect at each instruction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dockerfile/ast.h"
#include "dockerfile/expand.h"

namespace corten::dockerfile {

// A stage inherits variables from at most so many stages above it; deeper chains are hostile.
inline constexpr std::size_t kMaxInheritance = 64;
// Of all values and paths that are kept for one file. Beyond it values are not known.
inline constexpr std::size_t kMaxScopeBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxVisible = 1000;  // names that visible_at() lists

struct StageOptions {
  std::string platform = "linux/amd64";                         // of the builder and of the target
  std::vector<std::pair<std::string, std::string>> build_args;  // --build-arg
  std::string target;  // name or number of the stage to build; empty or unknown: the last
};

// A name that ARG or ENV defines.
struct Definition {
  std::string_view name;  // quotes removed; borrows from the Dockerfile or from Stages
  std::string value;      // expanded; empty for an ARG without one
  bool known = true;      // false: the value depends on something that is not in the file
  bool has_value = true;  // false: ARG NAME without a default here or above the first FROM
  bool is_arg = false;
  std::uint32_t instruction = 0;
  std::uint32_t pair = 0;  // of the instruction
};

enum class Use : std::uint8_t { From, CopyFrom, MountFrom };

// A place that names another stage or an image.
struct Reference {
  Use use = Use::From;
  std::uint32_t instruction = 0;
  std::uint32_t stage = 0;       // the one that it stands in
  std::uint32_t target = kNone;  // the stage that is meant; kNone: an image (or nothing known)
  std::string_view name;         // as written
  Range range;                   // of the name
};

// Where a relative path would be at some instruction.
struct WorkDir {
  std::string path;  // "/" in front for Linux, "C:/" for Windows; empty: that of the base image
  bool absolute = false;  // false: no absolute WORKDIR yet, the path begins in the base's
  bool known = true;      // false: a variable without a known value is in it
};

struct Stage {
  std::uint32_t index = 0;
  const Instruction* from = nullptr;
  std::string_view alias;  // as written, or empty
  Range alias_range;
  std::string_view base_written;  // empty if the FROM is broken
  Range base_range;
  std::string base;        // with the defaults of global ARGs
  bool base_known = true;  // false: a variable of it has no value in the file
  std::string platform;    // --platform, expanded; empty without the flag
  bool platform_known = true;
  std::uint32_t parent = kNone;  // the stage that it is FROM
  std::uint32_t root = 0;        // the first of its chain of parents, or itself
  std::uint32_t first = 0;       // instructions [first, end) of the file, without the FROM
  std::uint32_t end = 0;
  bool is_windows = false;
  bool in_final = false;  // the stage that is built, or one that it inherits from
  bool is_used = false;   // the stage that is built needs it, by FROM, COPY or a mount
  bool is_named = false;  // some later FROM builds on it
};

// Borrows from the Dockerfile, which must outlive it. Instructions passed in must be of that file.
class Stages {
 public:
  [[nodiscard]] static Stages build(const Dockerfile& file, const StageOptions& options = {});

  [[nodiscard]] std::span<const Stage> all() const { return stages_; }
  [[nodiscard]] const Stage* final_stage() const;  // the last; nullptr without a FROM
  // The stage that is built (StageOptions::target) and those that it is FROM, nearest first: what
  // the final image consists of. Empty without a FROM.
  [[nodiscard]] std::span<const Stage* const> final_chain() const { return final_chain_; }
  // The latest stage with this alias (in any case) before the instruction with this index.
  [[nodiscard]] const Stage* find(std::string_view alias, std::uint32_t before = kNone) const;
  // nullptr above the first FROM. A FROM belongs to the stage that it begins.
  [[nodiscard]] const Stage* stage_of(const Instruction& instruction) const;
  [[nodiscard]] std::span<const Instruction> instructions(const Stage& stage) const;
  // Above the first FROM: global ARGs, and whatever should not stand there.
  [[nodiscard]] std::span<const Instruction> before_first() const;
  [[nodiscard]] std::span<const Reference> references() const { return references_; }

  // In effect while the instruction runs (its own change does not count), inherited from parent
  // stages; nullptr: that of the base image.
  [[nodiscard]] const Instruction* shell_at(const Instruction& instruction) const;
  [[nodiscard]] const Instruction* user_at(const Instruction& instruction) const;
  [[nodiscard]] WorkDir workdir_at(const Instruction& instruction) const;
  // The same after the last instruction of the stage.
  [[nodiscard]] const Instruction* shell_of(const Stage& stage) const;
  [[nodiscard]] const Instruction* user_of(const Stage& stage) const;
  [[nodiscard]] WorkDir workdir_of(const Stage& stage) const;

  // What defines the name at the instruction: ENV wins over ARG, later over earlier, the own stage
  // over its parents. In FROM and in front of it: the global ARGs.
  [[nodiscard]] const Definition* definition(const Instruction& instruction,
                                             std::string_view name) const;
  // All names that are defined there, each once with its latest definition, latest first; at most
  // kMaxVisible. For a name that ENV and ARG define, definition() tells which one wins.
  [[nodiscard]] std::vector<const Definition*> visible_at(const Instruction& instruction) const;
  // Of the whole file, from top to bottom.
  [[nodiscard]] std::span<const Definition> definitions() const { return definitions_; }
  // Its value; also of the platform arguments in FROM.
  [[nodiscard]] std::optional<Value> lookup(const Instruction& instruction,
                                            std::string_view name) const;
  [[nodiscard]] Expansion expand_at(const Instruction& instruction, std::string_view word) const;

 private:
  struct State {  // indices of instructions, or kNone
    std::uint32_t shell = kNone;
    std::uint32_t user = kNone;
    std::uint32_t workdir = kNone;  // index into workdirs_
  };
  struct Names {  // indices into definitions_, ascending
    std::vector<std::uint32_t> args;
    std::vector<std::uint32_t> envs;
  };
  friend class StageBuilder;

  // Whether only the arguments above the first FROM are known there.
  [[nodiscard]] bool is_global(const Instruction& instruction) const;
  [[nodiscard]] const Instruction* instruction_at(std::uint32_t index) const;
  [[nodiscard]] const Definition* find_definition(std::string_view name, std::uint32_t stage,
                                                  std::uint32_t before) const;
  [[nodiscard]] std::uint32_t end_of_globals() const;  // index of the first FROM, or kNone
  [[nodiscard]] std::optional<Value> builtin(std::string_view name) const;

  const Dockerfile* file_ = nullptr;
  StageOptions options_;
  std::vector<std::pair<std::string_view, std::string>> builtins_;
  std::vector<Stage> stages_;
  std::vector<const Stage*> final_chain_;  // into stages_
  std::vector<std::uint32_t> stage_of_;    // by instruction; kNone above the first FROM
  std::vector<State> before_;              // by instruction
  std::vector<State> after_;               // by stage
  std::vector<WorkDir> workdirs_;
  std::vector<Definition> definitions_;
  std::vector<std::unique_ptr<std::string>> names_;  // of definitions whose names had quotes
  std::unordered_map<std::string_view, Names> by_name_;
  std::vector<Reference> references_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> aliases_;  // lower case
};

// Names that every stage knows without ARG: HTTP_PROXY and its kin, and what BuildKit reads itself.
[[nodiscard]] bool is_predefined_argument(std::string_view name);
// TARGETPLATFORM and its kin: known in FROM, and in a stage after ARG.
[[nodiscard]] bool is_platform_argument(std::string_view name);

}  // namespace corten::dockerfile
