#include "dockerfile/rules/hadolint_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dockerfile/mount.h"

namespace corten::dockerfile {

namespace {

constexpr auto kArchiveEndings =
    std::to_array<std::string_view>({".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2",
                                     ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz"});
// The builder unpacks these too; hadolint does not know it.
constexpr auto kNewerEndings = std::to_array<std::string_view>({".tar.zst", ".tzst"});

constexpr std::size_t kNamesInEvidence = 3;

bool ends_with_any(std::string_view text, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view end) { return text.ends_with(end); });
}

// Where the last of `wanted` stands outside of ${…}; npos if nowhere.
std::size_t rfind_outside_variables(std::string_view text, char wanted) {
  std::size_t found = std::string_view::npos;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i > 0 && text[i - 1] == '$') ++depth;
    if (text[i] == '}' && depth > 0) --depth;
    if (text[i] == wanted && depth == 0) found = i;
  }
  return found;
}

// What the file says about a variable of a script: only if it is sure.
shell::Lookup lookup_of(const Lint& lint, const RunScript& run) {
  return [&lint, &run](std::string_view name) -> std::optional<std::string> {
    const std::optional<Value> value = lint.stages.lookup(*run.outer, name);
    if (!value || !value->known || value->text.empty()) return std::nullopt;
    return std::string(value->text);
  };
}

// "$X", "php-$X", "$(…)": the end of the word, where a version would be, is not known.
bool ends_in_unknown(const shell::Word& word) {
  return !word.literal && (word.text.ends_with('}') || !word.text.contains('$'));
}

// The text split at blanks, as a shell splits a variable without quotes.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

// The packages that a word stands for; empty where nobody can tell.
std::vector<std::string> packages_of(const Lint& lint, const RunScript& run,
                                     const shell::Word& word) {
  if (word.literal || like_hadolint(lint)) return {word.text};
  const std::optional<std::string> value = run.script.resolve(word, lookup_of(lint, run));
  if (!value) {
    if (ends_in_unknown(word)) return {};
    return {word.text};
  }
  if (!word.unquoted_expansion) return {*value};
  std::vector<std::string> packages;
  for (const std::string_view part : words_of(*value)) {
    if (!part.starts_with('-')) packages.emplace_back(part);
  }
  return packages;
}

}  // namespace

std::string plain(const Lint& lint, const Instruction& instruction, const Word& word) {
  return instruction.form == Form::Exec ? std::string(word.text) : plain(lint, word.text);
}

std::string plain(const Lint& lint, std::string_view text) {
  if (text.find_first_of("\"'\\`") == std::string_view::npos) return std::string(text);
  return unquote(text, lint.file.escape);
}

std::optional<std::string> value_of(const Lint& lint, const Instruction& instruction,
                                    const Word& word) {
  Expansion expansion = lint.stages.expand_at(instruction, word.text);
  if (!expansion.resolved) return std::nullopt;
  return std::move(expansion.text);
}

Range arguments_of(const Instruction& instruction) {
  const Range range = instruction.text.range();
  return range.empty() ? instruction.keyword_range : range;
}

bool is_archive_name(const Lint& lint, std::string_view path) {
  return ends_with_any(path, kArchiveEndings) ||
         (!like_hadolint(lint) && ends_with_any(path, kNewerEndings));
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

ImageParts split_image(std::string_view image) {
  ImageParts parts;
  if (const std::size_t at = rfind_outside_variables(image, '@'); at != std::string_view::npos) {
    parts.digest = image.substr(at + 1);
    image = image.substr(0, at);
  }
  const std::size_t colon = rfind_outside_variables(image, ':');
  const std::size_t slash = rfind_outside_variables(image, '/');
  // "localhost:5000/app": a port, not a tag.
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    parts.tag = image.substr(colon + 1);
    image = image.substr(0, colon);
  }
  parts.name = image;
  return parts;
}

bool is_judged(const Lint& lint, const RunScript& run, Triggers triggers) {
  if (!run.is_posix_run() || run.outer->broken) return false;
  if (run.is_onbuild() && triggers == Triggers::LeftOut) return false;
  return !lint.is_windows(run);
}

std::optional<Call> call_of(const Lint& lint, const shell::Command& command) {
  if (command.words.empty()) return std::nullopt;
  if (like_hadolint(lint)) {
    if (command.nested_script) return std::nullopt;
    const shell::Invocation written = shell::as_written(command);
    return Call{written, written.name()};
  }
  const shell::Invocation seen = shell::seen_through(command);
  return Call{seen, seen.base()};
}

bool is_call(const Call& call, std::string_view name,
             std::initializer_list<std::string_view> any_of) {
  if (call.tool != name) return false;
  return any_of.size() == 0 || std::ranges::any_of(any_of, [&](std::string_view text) {
           return shell::has_arg(call, text);
         });
}

const shell::Word& name_word(const Call& call) { return call.command->words[call.name_index]; }

shell::Range name_range(const Call& call) { return name_word(call).range; }

shell::Range verb_range(const Call& call, std::string_view verb) {
  for (const shell::Word& word : call.args()) {
    if (word.text == verb) return {name_range(call).begin, word.range.end};
  }
  return name_range(call);
}

bool has_word_in_variable(const Lint& lint, const RunScript& run, const Call& call,
                          std::initializer_list<std::string_view> any_of) {
  if (like_hadolint(lint)) return false;
  for (const shell::Word& word : call.args()) {
    if (word.literal) continue;
    const std::optional<std::string> value = run.script.resolve(word, lookup_of(lint, run));
    if (!value) continue;
    for (const std::string_view part : words_of(*value)) {
      if (std::ranges::find(any_of, part) != any_of.end()) return true;
    }
  }
  return false;
}

bool has_cache_at(const RunScript& run, std::string_view path) {
  return std::ranges::any_of(mounts_of(*run.instruction), [&](const Mount& mount) {
    return (mount.type == "cache" || mount.type == "tmpfs") && mount.target.contains(path);
  });
}

std::optional<Unpinned> unpinned(const Lint& lint, const RunScript& run,
                                 std::span<const shell::Word* const> words,
                                 bool (*is_pinned)(std::string_view)) {
  Unpinned found;
  for (const shell::Word* word : words) {
    if (is_pinned(word->text)) continue;
    for (std::string& package : packages_of(lint, run, *word)) {
      if (is_pinned(package)) continue;
      if (found.names.empty()) found.range = word->range;
      found.names.push_back(std::move(package));
    }
  }
  if (found.names.empty()) return std::nullopt;
  return found;
}

std::string without_version(const Unpinned& found) {
  const std::size_t count = found.names.size();
  if (count == 1) return fmt::format("{} has no version", found.names.front());
  if (count == 2) return fmt::format("{} and {} have no version", found.names[0], found.names[1]);
  const std::size_t shown = std::min(count, kNamesInEvidence);
  std::string list = found.names[0];
  for (std::size_t i = 1; i < shown; ++i) {
    list += i + 1 == count ? " and " : ", ";
    list += found.names[i];
  }
  if (count > shown) list += fmt::format(" and {} more", count - shown);
  return list + " have no version";
}

}  // namespace corten::dockerfile
