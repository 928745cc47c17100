#include "dockerfile/fix.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dockerfile/lint.h"

namespace corten::dockerfile {

namespace {

using Counts = std::map<std::string_view, std::size_t>;  // problems by id

// Two edits meet where they overlap, or where both put text at one place.
bool meet(const TextEdit& a, const TextEdit& b) {
  if (a.range.begin == b.range.begin) return true;
  return a.range.begin < b.range.end && b.range.begin < a.range.end;
}

// A problem as the next pass would know it again: its rule, and the words that it is about.
std::pair<std::string_view, std::string> identity_of(const Problem& problem, const Source& source) {
  return {problem.rule->check.id, std::string(source.text(problem.range)) + problem.evidence};
}

class Fixer {
 public:
  Fixer(const RuleOptions& rules, const FixOptions& options, const BaseLookup& base_facts,
        const BuildContext* context)
      : rules_(rules), options_(options), base_facts_(base_facts), context_(context) {}

  FixResult run(std::string content) {
    FixResult result;
    for (int pass = 0; pass < kMaxFixPasses; ++pass) {
      std::string next = mend_once(content, result);
      if (next == content) break;
      content = std::move(next);
    }
    result.content = std::move(content);
    return result;
  }

 private:
  using Chosen = std::vector<const Problem*>;

  [[nodiscard]] bool is_wanted(const Problem& problem, const Source& source) const {
    if (!problem.fix || problem.fix->edits.empty()) return false;
    if (problem.fix->safety == Safety::Unsafe && options_.up_to == Safety::Safe) return false;
    if (given_up_.contains(identity_of(problem, source))) return false;
    return !options_.wanted || options_.wanted(problem, source.line_of(problem.range.begin));
  }

  // As many fixes as do not meet, first come first served; the others have their turn in the next
  // pass.
  [[nodiscard]] Chosen choose(const std::vector<Problem>& problems, const Source& source) const {
    Chosen chosen;
    std::vector<TextEdit> taken;
    for (const Problem& problem : problems) {
      if (!is_wanted(problem, source)) continue;
      const bool is_free = std::ranges::none_of(problem.fix->edits, [&](const TextEdit& edit) {
        return std::ranges::any_of(taken, [&](const TextEdit& other) { return meet(edit, other); });
      });
      if (!is_free) continue;
      chosen.push_back(&problem);
      taken.insert(taken.end(), problem.fix->edits.begin(), problem.fix->edits.end());
    }
    return chosen;
  }

  std::string mend_once(const std::string& content, FixResult& result) {
    const Analysis before(content, rules_, base_facts_, context_);
    const std::vector<Problem> problems = before.run_rules();
    const Source& source = before.file().source;
    const Counts counts = count(problems);
    const Chosen chosen = choose(problems, source);
    if (chosen.empty()) return content;
    if (auto mended = attempt(content, chosen, counts)) {
      note(result.applied, chosen, source);
      return *std::move(mended);
    }
    // Some fix breaks a promise: one by one, so that the others still count.
    for (const Problem* problem : chosen) {
      if (auto mended = attempt(content, {problem}, counts)) {
        note(result.applied, {problem}, source);
        return *std::move(mended);
      }
      given_up_.insert(identity_of(*problem, source));
      note(result.refused, {problem}, source);
    }
    return content;
  }

  static Counts count(const std::vector<Problem>& problems) {
    Counts counts;
    for (const Problem& problem : problems) ++counts[problem.rule->check.id];
    return counts;
  }

  // nullopt: the promises of the header would not be kept.
  [[nodiscard]] std::optional<std::string> attempt(const std::string& content, const Chosen& chosen,
                                                   const Counts& before) const {
    std::vector<TextEdit> edits;
    Counts expected = before;
    for (const Problem* problem : chosen) {
      edits.insert(edits.end(), problem->fix->edits.begin(), problem->fix->edits.end());
      --expected[problem->rule->check.id];
    }
    std::string mended = apply_edits(content, std::move(edits));
    const Analysis after(mended, rules_, base_facts_, context_);
    const Counts now = count(after.run_rules());
    const bool is_better = std::ranges::all_of(now, [&](const auto& entry) {
      const auto found = expected.find(entry.first);
      return found != expected.end() && entry.second <= found->second;
    });
    if (!is_better || mended == content) return std::nullopt;
    return mended;
  }

  static void note(std::vector<AppliedFix>& into, const Chosen& chosen, const Source& source) {
    for (const Problem* problem : chosen) {
      into.push_back(
          {problem->rule->check.id, source.line_of(problem->range.begin), problem->fix->note});
    }
  }

  const RuleOptions& rules_;
  const FixOptions& options_;
  const BaseLookup& base_facts_;
  const BuildContext* context_;
  std::set<std::pair<std::string_view, std::string>> given_up_;
};

}  // namespace

FixResult fix(std::string content, const RuleOptions& rules, const FixOptions& options,
              const BaseLookup& base_facts, const BuildContext* context) {
  return Fixer(rules, options, base_facts, context).run(std::move(content));
}

std::string apply_edits(std::string_view text, std::vector<TextEdit> edits) {
  std::ranges::stable_sort(edits, {}, [](const TextEdit& edit) { return edit.range.begin; });
  std::string out;
  std::size_t done = 0;
  for (const TextEdit& edit : edits) {
    out += text.substr(done, edit.range.begin - done);
    out += edit.replacement;
    done = edit.range.end;
  }
  out += text.substr(done);
  return out;
}

std::vector<Edit> as_line_edits(const Source& source, std::string_view path,
                                const std::vector<TextEdit>& edits) {
  std::vector<TextEdit> sorted = edits;
  std::ranges::stable_sort(sorted, {}, [](const TextEdit& edit) { return edit.range.begin; });
  std::vector<Edit> out;
  for (std::size_t i = 0; i < sorted.size();) {
    // Edits that share a line are one.
    const std::uint32_t first = source.line_of(sorted[i].range.begin);
    std::uint32_t last = source.line_of(sorted[i].range.end);
    std::size_t end = i + 1;
    while (end < sorted.size() && source.line_of(sorted[end].range.begin) <= last) {
      last = std::max(last, source.line_of(sorted[end].range.end));
      ++end;
    }
    const Range lines{source.line_range(first).begin, source.line_range(last).end};
    std::vector<TextEdit> shifted(sorted.begin() + static_cast<std::ptrdiff_t>(i),
                                  sorted.begin() + static_cast<std::ptrdiff_t>(end));
    for (TextEdit& edit : shifted) {
      edit.range.begin -= lines.begin;
      edit.range.end -= lines.begin;
    }
    std::string_view old_text = source.text(lines);
    out.push_back({std::string(path), first, last, apply_edits(old_text, std::move(shifted))});
    i = end;
  }
  return out;
}

}  // namespace corten::dockerfile
