// Keys and values of LABEL.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "dockerfile/internal/label_values.h"
#include "dockerfile/internal/spdx_ids.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/inheritance.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

template <typename Visit>
void for_each_label(const Lint& lint, Visit visit) {
  for_each_instruction(lint, Keyword::Label, [&](const Instruction& instruction) {
    for (const Pair& pair : instruction.pairs) {
      visit(instruction, pair, plain(lint, pair.key));
    }
  });
}

// hadolint: as written. Else: what it will be; nullopt where the file does not tell.
std::optional<std::string> label_value(const Lint& lint, const Instruction& instruction,
                                       const Pair& pair) {
  const std::string_view written = pair.value.value_or(std::string_view());
  if (like_hadolint(lint)) return plain(lint, written);
  Expansion expansion = lint.stages.expand_at(instruction, written);
  if (!expansion.resolved) return std::nullopt;
  return std::move(expansion.text);
}

Range place_of_value(const Pair& pair) {
  return pair.value_range.empty() ? pair.key_range : pair.value_range;
}

// ---- DL3048: keys -------------------------------------------------------------------------------

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

constexpr auto kReserved =
    std::to_array<std::string_view>({"com.docker.", "io.docker.", "org.dockerproject."});

// What is wrong with the key, or empty.
std::string_view key_problem(std::string_view key) {
  if (key.empty()) return "is empty";
  if (!is_lower(key.front())) return "does not begin with a small letter";
  if (!is_lower(key.back()) && !is_digit(key.back())) {
    return "does not end with a small letter or digit";
  }
  const bool has_other = !std::ranges::all_of(key, [](char c) {
    return is_lower(c) || is_digit(c) || std::string_view(".-_/").contains(c);
  });
  if (has_other) return "has other characters than small letters, digits and . - _ /";
  if (key.contains("..") || key.contains("--")) return "has two separators in a row";
  const bool is_reserved =
      std::ranges::any_of(kReserved, [&](std::string_view part) { return key.starts_with(part); });
  return is_reserved ? "is in a namespace that belongs to Docker" : "";
}

void label_keys(const Lint& lint, Problems& problems) {
  const Instruction* reported = nullptr;
  for_each_label(lint, [&](const Instruction& label, const Pair& pair, const std::string& key) {
    if (like_hadolint(lint) ? reported == &label : key.contains('$')) return;
    const std::string_view problem = key_problem(key);
    if (problem.empty()) return;
    problems.add(pair.key_range, fmt::format("the label {} {}", printable(key), problem));
    reported = &label;
  });
}

// ---- DL3049 … DL3058: the schema ----------------------------------------------------------------

bool has_label(const Lint& lint, const Stage& stage, std::string_view wanted) {
  for (const Instruction& instruction : lint.stages.instructions(stage)) {
    if (instruction.keyword != Keyword::Label || instruction.broken) continue;
    for (const Pair& pair : instruction.pairs) {
      if (plain(lint, pair.key) == wanted) return true;
    }
  }
  return false;
}

void missing_labels(const Lint& lint, Problems& problems) {
  if (lint.options.label_schema.empty()) return;
  const std::span<const Stage> all = lint.stages.all();
  std::vector<bool> copied(all.size());
  for (const Reference& reference : lint.stages.references()) {
    if (reference.use != Use::From && reference.target != kNone) copied[reference.target] = true;
  }
  for (const auto& [name, type] : lint.options.label_schema) {
    std::vector<bool> own(all.size());
    for (const Stage& stage : all) own[stage.index] = has_label(lint, stage, name);
    const std::vector<bool> have = with_relatives(lint, own);
    for (const Stage& stage : all) {
      if (have[stage.index] || copied[stage.index]) continue;
      problems.add(stage.from->range, fmt::format("the stage has no label {}", printable(name)));
    }
  }
}

void unknown_labels(const Lint& lint, Problems& problems) {
  if (!lint.options.strict_labels) return;
  for_each_label(lint, [&](const Instruction&, const Pair& pair, const std::string& key) {
    if (lint.options.label_schema.contains(key)) return;
    problems.add(pair.key_range, fmt::format("the label {} is not in the schema", printable(key)));
  });
}

void empty_labels(const Lint& lint, Problems& problems) {
  if (lint.options.label_schema.empty()) return;
  for_each_label(lint, [&](const Instruction& label, const Pair& pair, const std::string& key) {
    if (!lint.options.label_schema.contains(key)) return;
    const auto value = label_value(lint, label, pair);
    if (!value || !value->empty()) return;
    problems.add(place_of_value(pair), fmt::format("the label {} is empty", printable(key)));
  });
}

void judge_values(const Lint& lint, Problems& problems, LabelType wanted,
                  bool (*is_valid)(std::string_view), std::string_view expected) {
  if (lint.options.label_schema.empty()) return;
  for_each_label(lint, [&](const Instruction& label, const Pair& pair, const std::string& key) {
    const auto row = lint.options.label_schema.find(key);
    if (row == lint.options.label_schema.end() || row->second != wanted) return;
    const auto value = label_value(lint, label, pair);
    if (!value || is_valid(*value)) return;
    // That it is empty is a finding of its own.
    if (value->empty() && !like_hadolint(lint)) return;
    problems.add(place_of_value(pair), fmt::format("the label {} is no {}: {}", printable(key),
                                                   expected, ellipsized(printable(*value), 60)));
  });
}

void url_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Url, internal::is_url, "URL");
}
void time_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Rfc3339, internal::is_rfc3339, "time as of RFC 3339");
}
void license_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Spdx,
               like_hadolint(lint) ? internal::is_spdx_license : internal::is_spdx_expression,
               "license of the SPDX list");
}
void hash_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Hash, internal::is_git_hash, "git commit");
}
void version_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Semver, internal::is_semver, "semantic version");
}
void email_labels(const Lint& lint, Problems& problems) {
  judge_values(lint, problems, LabelType::Email, internal::is_email, "e-mail address");
}

constexpr std::string_view kAnnotations =
    "https://github.com/opencontainers/image-spec/blob/main/annotations.md";

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3048", FindingKind::Misconfiguration, Severity::Info, "a label's key breaks the rules",
      "Keys of labels are small letters, digits and single separators, and begin with a letter, so "
      "that every tool can filter by them. Some namespaces belong to Docker itself.",
      "use a reverse domain name of yours in small letters: com.example.team",
      "FROM debian:12\nLABEL Maintainer=\"team@example.com\"\n",
      "FROM debian:12\nLABEL maintainer=\"team@example.com\"\n", "",
      "https://docs.docker.com/engine/manage-resources/labels/"},
     Default::On,
     label_keys},
    {{"DL3049", FindingKind::Misconfiguration, Severity::Low, "a required label is missing",
      "Your configuration asks for this label on every image. Inventories and clean-up jobs that "
      "go by it do not see images without it.",
      "add the label", "FROM debian:12\nLABEL title=\"shop\"\n",
      "FROM debian:12\nLABEL title=\"shop\" created=\"2026-01-31T12:00:00Z\" version=\"1.2.3\" "
      "url=\"https://example.com\" revision=\"0123abc\" licenses=\"MIT\" "
      "contact=\"team@example.com\"\n",
      "", kAnnotations},
     Default::On,
     missing_labels},
    {{"DL3050", FindingKind::Misconfiguration, Severity::Low, "a label is not in the schema",
      "Your configuration allows only the labels of its schema. Another one often is one of those, "
      "misspelled.",
      "use a key of the schema, or add this one to it", "FROM debian:12\nLABEL tilte=\"shop\"\n",
      "FROM debian:12\nLABEL title=\"shop\"\n", "", kAnnotations},
     Default::On,
     unknown_labels},
    {{"DL3051", FindingKind::Misconfiguration, Severity::Medium, "a label of the schema is empty",
      "The label is there, but says nothing. Usually a build argument was not passed on, so the "
      "image cannot be told from others.",
      "give the label a value", "FROM debian:12\nLABEL title=\"\"\n",
      "FROM debian:12\nLABEL title=\"shop\"\n", "", kAnnotations},
     Default::On,
     empty_labels},
    {{"DL3052", FindingKind::Misconfiguration, Severity::Medium, "a label is no URL",
      "The schema says that this label holds a URL. Tools that follow it need one with its scheme, "
      "like https.",
      "write the whole address: https://example.com/shop",
      "FROM debian:12\nLABEL url=\"example.com/shop\"\n",
      "FROM debian:12\nLABEL url=\"https://example.com/shop\"\n", "",
      "https://www.rfc-editor.org/rfc/rfc3986"},
     Default::On,
     url_labels},
    {{"DL3053", FindingKind::Misconfiguration, Severity::Medium, "a label is no time",
      "The schema says that this label holds a time as of RFC 3339. Other spellings mean one day "
      "here and another one there, and do not sort.",
      "write date, time and offset: 2026-01-31T12:00:00Z",
      "FROM debian:12\nLABEL created=\"31.1.2026\"\n",
      "FROM debian:12\nLABEL created=\"2026-01-31T12:00:00Z\"\n", "",
      "https://www.rfc-editor.org/rfc/rfc3339"},
     Default::On,
     time_labels},
    {{"DL3054", FindingKind::Misconfiguration, Severity::Medium, "a label is no known license",
      "The schema says that this label holds a license by its SPDX name. License checks compare "
      "names exactly and take any other spelling for an unknown license.",
      "use a name of the SPDX list: Apache-2.0", "FROM debian:12\nLABEL licenses=\"Apache 2\"\n",
      "FROM debian:12\nLABEL licenses=\"Apache-2.0\"\n", "", "https://spdx.org/licenses/"},
     Default::On,
     license_labels},
    {{"DL3055", FindingKind::Misconfiguration, Severity::Medium, "a label is no git commit",
      "The schema says that this label holds a git commit. Branches and tags move; only a commit "
      "names the sources of the image for good. It has 40 digits, or 7 when shortened.",
      "write the commit: git rev-parse HEAD", "FROM debian:12\nLABEL revision=\"main\"\n",
      "FROM debian:12\nLABEL revision=\"0123456789abcdef0123456789abcdef01234567\"\n", "",
      kAnnotations},
     Default::On,
     hash_labels},
    {{"DL3056", FindingKind::Misconfiguration, Severity::Medium, "a label is no semantic version",
      "The schema says that this label holds a semantic version: three numbers, perhaps with a "
      "pre-release and build behind them. Tools that compare versions cannot order anything else.",
      "write MAJOR.MINOR.PATCH: 1.4.0", "FROM debian:12\nLABEL version=\"v1.4\"\n",
      "FROM debian:12\nLABEL version=\"1.4.0\"\n", "", "https://semver.org/"},
     Default::On,
     version_labels},
    {{"DL3058", FindingKind::Misconfiguration, Severity::Medium, "a label is no e-mail address",
      "The schema says that this label holds an e-mail address. Whoever has trouble with the image "
      "is to reach somebody by it.",
      "write an address: team@example.com", "FROM debian:12\nLABEL contact=\"the team\"\n",
      "FROM debian:12\nLABEL contact=\"team@example.com\"\n", "",
      "https://www.rfc-editor.org/rfc/rfc5322"},
     Default::On,
     email_labels},
});

}  // namespace

std::span<const Rule> hadolint_label_rules() { return kRules; }

}  // namespace corten::dockerfile
