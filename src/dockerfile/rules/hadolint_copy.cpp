// COPY and ADD: archives, targets, and the stages that are copied from.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

// Sources and target as the builder reads them; none if one of the two is missing.
struct Copied {
  std::span<const Word> sources;
  const Word* target = nullptr;
};

std::optional<Copied> copied(const Instruction& instruction) {
  if (instruction.words.size() < 2) return std::nullopt;
  return Copied{instruction.words.first(instruction.words.size() - 1), &instruction.words.back()};
}

// ---- DL3010: copied archives that are unpacked later --------------------------------------------

constexpr auto kUnpackers = std::to_array<std::string_view>(
    {"unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat"});

bool unpacks(const Lint& lint, const Call& call) {
  if (std::ranges::find(kUnpackers, call.tool) != kUnpackers.end()) return true;
  if (call.tool != "tar") return false;
  if (shell::has_flag(call, {"x", "extract", "get"})) return true;
  // "tar xzf": the old style without a dash.
  return !like_hadolint(lint) && !call.args().empty() &&
         !call.args().front().text.starts_with('-') &&
         call.args().front().text.find('x') != std::string::npos &&
         call.args().front().text.find_first_not_of("xvzjJfpoahkmsw") == std::string::npos;
}

// The base name under which a copied archive lies in the image.
using Archives = std::unordered_map<std::string, const Word*>;

Archives copied_archives(const Lint& lint, const Instruction& copy) {
  Archives archives;
  const std::optional<Copied> parts = copied(copy);
  if (!parts || copy.flag("from") != nullptr) return archives;
  const std::string target = plain(lint, copy, *parts->target);
  for (const Word& word : parts->sources) {
    const std::string source = plain(lint, copy, word);
    if (!is_archive_name(lint, source)) continue;
    const std::string_view kept = is_archive_name(lint, target) ? target : source;
    archives.emplace(base_name(kept), &word);
  }
  return archives;
}

void unpacked_copy(const Lint& lint, Problems& problems) {
  std::size_t next = 0;  // of the scripts: both lists are in the order of the file
  Archives archives;
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.broken) continue;
    if (instruction.keyword == Keyword::From) archives.clear();
    if (instruction.keyword == Keyword::Copy) archives.merge(copied_archives(lint, instruction));
    while (next < lint.scripts.size() && lint.scripts[next].outer->index < instruction.index) {
      ++next;
    }
    if (archives.empty() || next == lint.scripts.size() ||
        lint.scripts[next].outer != &instruction ||
        !is_judged(lint, lint.scripts[next], Triggers::LeftOut)) {
      continue;
    }
    for (const shell::Command& command : lint.scripts[next].script.commands) {
      const std::optional<Call> call = call_of(lint, command);
      if (!call || !unpacks(lint, *call)) continue;
      for (const shell::Word& word : call->args()) {
        const auto found = archives.find(std::string(base_name(word.text)));
        if (found == archives.end()) continue;
        problems.add(found->second->range,
                     fmt::format("line {} unpacks it with {}", instruction.first_line, call->tool));
        archives.erase(found);
      }
    }
  }
}

// ---- DL3020: ADD that only copies ---------------------------------------------------------------

bool is_remote(const Lint& lint, std::string_view source) {
  if (source.starts_with("http://") || source.starts_with("https://")) return true;
  if (like_hadolint(lint)) return false;
  // Git repositories, which only ADD can fetch.
  return source.starts_with("git@") || source.starts_with("git://") || source.starts_with("ssh://");
}

bool needs_add(const Lint& lint, const Instruction& add, const Word& word) {
  const std::string source = plain(lint, add, word);
  if (is_archive_name(lint, source) || is_remote(lint, source)) return true;
  if (like_hadolint(lint) || !source.contains('$')) return false;
  const std::optional<std::string> value = value_of(lint, add, word);
  return !value || is_archive_name(lint, *value) || is_remote(lint, *value);
}

// A slash at the end of the word, within its quotes.
std::optional<TextEdit> end_in_slash(const Lint& lint, const Word& word) {
  const std::string_view raw = lint.file.source.text(word.range);
  if (raw.empty() || raw.ends_with(lint.file.escape)) return std::nullopt;
  const bool is_quoted = raw.ends_with('"') || raw.ends_with('\'');
  const std::uint32_t at = word.range.end - (is_quoted ? 1U : 0U);
  return TextEdit{{at, at}, "/"};
}

// COPY instead, where it does the same: all sources are plain files or folders.
std::optional<Fix> copy_instead(const Lint& lint, const Instruction& add, const Copied& parts) {
  for (const std::string_view flag : {"checksum", "keep-git-dir", "unpack"}) {
    if (add.flag(flag) != nullptr) return std::nullopt;
  }
  // DL3045 would be told of the COPY.
  const std::string target = plain(lint, add, *parts.target);
  if (lands_in_folder_of_base(lint, add, target)) return std::nullopt;
  bool is_certain = true;
  for (const Word& word : parts.sources) {
    if (needs_add(lint, add, word)) return std::nullopt;
    const std::string source = plain(lint, add, word);
    // What git fetches has many spellings.
    if (source.contains(".git#") || source.starts_with("github.com/")) return std::nullopt;
    is_certain = is_certain && source.find_first_of("*?[$") == std::string::npos;
  }
  std::vector<TextEdit> edits = {{add.keyword_range, in_case_of(add.name, "COPY")}};
  // DL3021 would.
  if (parts.sources.size() > 1 && !target.ends_with('/')) {
    std::optional<TextEdit> slash = end_in_slash(lint, *parts.target);
    if (!slash) return std::nullopt;
    edits.push_back(*std::move(slash));
  }
  if (is_certain) return safe_fix(std::move(edits));
  return unsafe_fix(std::move(edits), "an archive among the files is no longer unpacked");
}

void add_that_copies(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Add, [&](const Instruction& add) {
    const std::optional<Copied> parts = copied(add);
    if (!parts) return;
    for (const Word& word : parts->sources) {
      if (needs_add(lint, add, word)) continue;
      Problem& problem = problems.add(
          add.keyword_range, fmt::format("{} is neither an archive nor an address", word.text));
      problem.fix = copy_instead(lint, add, *parts);
      return;
    }
  });
}

// ---- DL3021: several sources, one target --------------------------------------------------------

void target_is_no_folder(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Copy, [&](const Instruction& copy) {
    const std::optional<Copied> parts = copied(copy);
    if (!parts || parts->sources.size() < 2) return;
    std::string target = plain(lint, copy, *parts->target);
    if (target.ends_with('/')) return;
    const Stage* stage = lint.stages.stage_of(copy);
    const bool better = !like_hadolint(lint);
    if (better && stage != nullptr && stage->is_windows && target.ends_with('\\')) return;
    if (better && target.contains('$')) {
      const std::optional<std::string> value = value_of(lint, copy, *parts->target);
      if (!value || value->ends_with('/')) return;
      target = *value;
    }
    Problem& problem = problems.add(
        parts->target->range,
        fmt::format("{} files are copied to {}", parts->sources.size(), parts->target->text));
    problem.fix = safe_fix(end_in_slash(lint, *parts->target));
    // The builder takes these for folders; the slash only says so to the reader.
    if (better &&
        (target == "." || target == ".." || target.ends_with("/.") || target.ends_with("/.."))) {
      problem.severity = Severity::Low;
      problem.evidence += ", which works, but does not say that it is a folder";
    }
  });
}

// ---- DL3022, DL3023: COPY --from ----------------------------------------------------------------

bool is_earlier_stage(const Lint& lint, const Instruction& copy, std::string_view name) {
  const Stage* own = lint.stages.stage_of(copy);
  const std::uint32_t count = own == nullptr ? 0 : own->index + 1;
  if (const auto number = parse_number<std::uint32_t>(name)) return *number < count;
  return lint.stages.find(name, copy.index) != nullptr;
}

void unknown_stage(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Copy, [&](const Instruction& copy) {
    const Flag* from = copy.flag("from");
    if (from == nullptr || !from->value || from->value->contains(':')) return;
    if (is_earlier_stage(lint, copy, *from->value)) return;
    problems.add(from->value_range,
                 from->value->contains('/')
                     ? fmt::format("the image {} has no tag", *from->value)
                     : fmt::format("no stage above has the name {}", *from->value));
  });
}

void copy_from_itself(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Copy, [&](const Instruction& copy) {
    const Flag* from = copy.flag("from");
    const Stage* stage = lint.stages.stage_of(copy);
    if (from == nullptr || !from->value || stage == nullptr || stage->alias.empty()) return;
    const bool same = like_hadolint(lint) ? *from->value == stage->alias
                                          : to_lower(*from->value) == to_lower(stage->alias);
    if (!same) return;
    problems.add(from->value_range,
                 fmt::format("{} is the stage that this COPY stands in", stage->alias));
  });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3010", FindingKind::Misconfiguration, Severity::Low,
      "an archive is copied and then unpacked",
      "The archive stays in its own layer for ever, and its content is stored a second time by the "
      "RUN that unpacks it. ADD unpacks a local tar archive while it copies it.",
      "ADD the archive to the folder that it is for, and drop the command that unpacks it",
      "FROM debian:12\nCOPY rootfs.tar.gz /tmp/\nRUN tar -xzf /tmp/rootfs.tar.gz -C /opt\n",
      "FROM debian:12\nADD rootfs.tar.gz /opt/\n", "",
      "https://docs.docker.com/reference/dockerfile/#add"},
     Default::On,
     unpacked_copy},
    {{"DL3020", FindingKind::Misconfiguration, Severity::High, "ADD where COPY would do",
      "ADD fetches addresses and unpacks archives, so what it does depends on the name of its "
      "source. For plain files and folders COPY says what happens, and nothing is unpacked or "
      "downloaded by surprise.",
      "write COPY instead of ADD", "FROM debian:12\nADD app.conf /etc/app.conf\n",
      "FROM debian:12\nCOPY app.conf /etc/app.conf\n", "DS-0005 CKV_DOCKER_4",
      "https://docs.docker.com/build/building/best-practices/#add-or-copy"},
     Default::On,
     add_that_copies},
    {{"DL3021", FindingKind::Misconfiguration, Severity::High,
      "COPY of several files to what is not written as a folder",
      "With more than one source the target must be a folder, and the builder tells it by the "
      "slash "
      "at its end. Without the slash the build fails, or works only because the name happens to "
      "mean a folder.",
      "end the target in a slash", "FROM node:22\nCOPY package.json package-lock.json /app\n",
      "FROM node:22\nCOPY package.json package-lock.json /app/\n", "DS-0011",
      "https://docs.docker.com/reference/dockerfile/#copy"},
     Default::On,
     target_is_no_folder},
    {{"DL3022", FindingKind::Misconfiguration, Severity::Medium,
      "COPY --from names no stage above it",
      "What is no stage is pulled as an image, and without a tag that is `latest` of whoever holds "
      "that name on the registry. More often the name is mistyped, or its stage comes later.",
      "use the name of a stage above, or an image with its tag: COPY --from=nginx:1.29 …",
      "FROM golang:1.24 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=biuld /app "
      "/app\n",
      "FROM golang:1.24 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app "
      "/app\n",
      "", "https://docs.docker.com/reference/dockerfile/#copy---from"},
     Default::On,
     unknown_stage},
    {{"DL3023", FindingKind::Misconfiguration, Severity::High, "COPY --from its own stage",
      "A stage cannot be copied from before it is finished, so the build stops here. Most likely "
      "another stage is meant.",
      "name the stage that has the files; within one stage RUN cp does it",
      "FROM debian:12 AS build\nCOPY --from=build /etc/os-release /tmp/\n",
      "FROM debian:12 AS base\nFROM debian:12 AS build\nCOPY --from=base /etc/os-release /tmp/\n",
      "DS-0006", "https://docs.docker.com/reference/dockerfile/#copy---from"},
     Default::On,
     copy_from_itself},
});

}  // namespace

std::span<const Rule> hadolint_copy_rules() { return kRules; }

}  // namespace corten::dockerfile
