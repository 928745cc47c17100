// Linting one Dockerfile: reading it once, running the rules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// A Dockerfile with all that rules see of it. Stays where it was made: its parts point to each
// other.
class Analysis {
 public:
  // `options`, `base_facts` and `context` must outlive it. `context` may be null.
  Analysis(std::string content, const RuleOptions& options, BaseLookup base_facts = {},
           const BuildContext* context = nullptr);
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;
  Analysis(Analysis&&) = delete;
  Analysis& operator=(Analysis&&) = delete;
  ~Analysis() = default;

  [[nodiscard]] const Dockerfile& file() const { return file_; }
  [[nodiscard]] const Stages& stages() const { return stages_; }
  [[nodiscard]] const Lint& lint() const { return lint_; }

  // Where what the file copies decides whether its context is worth listing: before run_rules().
  // `context` must outlive it and may be null.
  void set_context(const BuildContext* context) { lint_.context = context; }

  // What the rules find, by position, then id. Rules that are off by default are run too.
  [[nodiscard]] std::vector<Problem> run_rules() const;

 private:
  Dockerfile file_;
  Stages stages_;
  std::vector<RunScript> scripts_;
  Lint lint_;
};

}  // namespace corten::dockerfile
