// What a rule is, and what it sees.
//
// A rule is one row of a table (rules/*.cpp) and one pure function from a Dockerfile in its context
// to problems. It reads no files: what lies around the Dockerfile (the build context, the base
// images) comes in as facts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dockerfile/ast.h"
#include "dockerfile/stages.h"
#include "finding/check.h"
#include "finding/finding.h"
#include "image/known_images.h"
#include "shell/script.h"

namespace corten::dockerfile {

enum class Compat { None, Hadolint };  // Hadolint: its verdicts also where ours are better

enum class LabelType { Text, Rfc3339, Semver, Url, Hash, Spdx, Email };

struct RuleOptions {
  Compat compat = Compat::None;
  std::vector<std::string> trusted_registries;    // DL3026
  std::map<std::string, LabelType> label_schema;  // DL3049 … DL3058
  bool strict_labels = false;                     // DL3050
  std::string target;                             // as StageOptions::target
  bool for_kubernetes = false;                    // health checks and the like are not its own
  Time now{};                                     // decides what is past its end of life
};

// What the image that a stage begins from really is, where it is at hand.
struct BaseFacts {
  std::string user;                      // of its configuration; empty: root
  std::vector<std::string> environment;  // NAME=value
  std::string working_dir;
  std::vector<std::pair<std::string, std::string>> users;  // name, uid; of its /etc/passwd
  bool has_shell = true;
  bool has_healthcheck = false;
  std::string digest;  // to pin
};
using BaseLookup = std::function<const BaseFacts*(std::string_view image)>;

// The folder that COPY copies from. Paths are relative to it, with '/'.
struct BuildContext {
  std::optional<std::string> dockerignore;  // its content; nullopt: there is none
  // Of files that concerns_rules() is true for, sorted; ".git/" stands for all that is in it.
  std::vector<std::string> paths;
  // The text of a small file in it, asked for by a path as clean_context_path() gives it; nullopt
  // where there is none. May be empty: then nothing can be read.
  std::function<std::optional<std::string>(std::string_view path)> read;
};
// Whether a rule asks for a file of the build context by this path.
[[nodiscard]] bool concerns_rules(std::string_view path);

// What one RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD runs, parsed.
struct RunScript {
  const Instruction* instruction = nullptr;  // the nested one of ONBUILD and HEALTHCHECK
  const Instruction* outer = nullptr;        // the one in Dockerfile::instructions
  std::uint32_t stage = kNone;               // kNone: before the first FROM
  // Exec form: its words joined by blanks (quoted where they need it) and parsed as sh. Text for
  // something else than a shell (`RUN <<EOF` with a python `#!`) is not parsed: no commands.
  shell::Script script;

  [[nodiscard]] bool is_run() const { return instruction->keyword == Keyword::Run; }
  // RUN in a shell that is neither cmd nor PowerShell.
  [[nodiscard]] bool is_posix_run() const {
    return is_run() && shell::is_posix_like(script.dialect);
  }
  [[nodiscard]] bool is_onbuild() const { return outer->keyword == Keyword::Onbuild; }
  // Where bytes of the script stand in the file; for exec form all arguments.
  [[nodiscard]] Range source_range(shell::Range range) const;
};

struct TextEdit {
  Range range;
  std::string replacement;

  bool operator==(const TextEdit&) const = default;
};

enum class Safety {
  Safe,    // the image stays the same for whoever uses it
  Unsafe,  // it may behave otherwise; `note` says how
};

struct Fix {
  std::vector<TextEdit> edits;  // not overlapping
  Safety safety = Safety::Safe;
  std::string note;
};

struct Rule;

struct Problem {
  const Rule* rule = nullptr;
  Range range;
  Severity severity = Severity::Info;
  std::string evidence;     // what was seen: one short sentence with the words of the file
  std::string remediation;  // what to do here; empty: the rule's own
  std::optional<Fix> fix;
};

// What all rules share about one file; see lint.h. Borrows from all that it is made of.
struct Lint {
  const Dockerfile& file;
  const Stages& stages;
  std::span<const RunScript> scripts;  // in the order of the file
  const RuleOptions& options;
  BaseLookup base_facts;  // never empty; gives nullptr for unknown images
  const BuildContext* context = nullptr;

  // What the instruction (for ONBUILD and HEALTHCHECK: the outer one) runs; nullptr: nothing.
  [[nodiscard]] const RunScript* script_of(const Instruction& outer) const;
  // Whether it is one of a stage that the final image consists of: see Stages::final_chain().
  [[nodiscard]] bool is_in_final(const RunScript& run) const;
  [[nodiscard]] bool is_windows(const RunScript& run) const;  // of a stage for Windows
};

// Collects the problems of one run of one rule.
class Problems {
 public:
  Problems(const Rule& rule, std::vector<Problem>& into) : rule_(rule), into_(into) {}
  // The problem just added, to change its severity or to add a remediation or fix.
  Problem& add(Range range, std::string evidence);

 private:
  const Rule& rule_;
  std::vector<Problem>& into_;
};

enum class Default { On, Off };  // Off: reported only where the user asked for it by a severity

struct Rule {
  Check check;
  Default by_default;
  void (*run)(const Lint& lint, Problems& problems);
};

// All tables, one after the other. Ids are unique.
[[nodiscard]] std::span<const std::span<const Rule>> rule_tables();
[[nodiscard]] const Rule* find_rule(std::string_view id);  // by id or alias, in any case

}  // namespace corten::dockerfile
