#include "shell/internal/wrappers.h"

#include <algorithm>
#include <array>

#include "shell/internal/input.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxWrappers = 16;

struct Wrapper {
  std::string_view name;
  std::string_view letters;       // one-letter options whose value is the next word
  std::string_view long_options;  // the same for long ones, each between blanks
  std::string_view not_with;      // letters that make it no wrapper (`command -v`)
  std::size_t operands = 0;       // words before the command
  bool assignments = false;       // takes NAME=value words
};
constexpr std::array kWrappers = std::to_array<Wrapper>({
    {"!", "", "", "", 0, false},
    {"sudo", "ugpChDRTUrt",
     " --user --group --prompt --close-from --host --chdir --chroot --role --type "
     "--command-timeout --other-user ",
     "vlVKke", 0, true},
    {"doas", "uC", "", "Ls", 0, true},
    {"env", "uCS", " --unset --chdir --split-string ", "", 0, true},
    {"exec", "a", "", "", 0, false},
    {"command", "", "", "vV", 0, false},
    {"builtin", "", "", "", 0, false},
    {"time", "fo", " --format --output ", "V", 0, false},
    {"nice", "n", " --adjustment ", "", 0, false},
    {"ionice", "cnpPu", " --class --classdata ", "", 0, false},
    {"nohup", "", "", "", 0, false},
    {"setsid", "", "", "", 0, false},
    {"stdbuf", "ioe", " --input --output --error ", "", 0, false},
    {"timeout", "ks", " --kill-after --signal ", "", 1, false},
    {"xargs", "IEadLnPs",
     " --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --replace ", "", 0,
     false},
    {"gosu", "", "", "", 1, false},
    {"su-exec", "", "", "", 1, false},
    {"setpriv", "",
     " --reuid --regid --groups --inh-caps --bounding-set --ambient-caps --securebits ", "d", 0,
     false},
    {"runuser", "ugGcs", " --user --group --supp-group --command --shell ", "c", 0, false},
    {"chroot", "", " --userspec --groups ", "", 1, false},
    {"fakeroot", "lsibu", " --lib --faked ", "", 0, false},
    {"eatmydata", "", "", "", 0, false},
    {"busybox", "", "", "", 0, false},
    {"toybox", "", "", "", 0, false},
    {"tini", "pe", "", "", 0, false},
    {"dumb-init", "r", " --rewrite ", "", 0, false},
    {"catatonit", "", "", "", 0, false},
    {"flock", "wEF", " --timeout --wait --conflict-exit-code ", "cu", 1, false},
    {"linux32", "", "", "", 0, false},
    {"linux64", "", "", "", 0, false},
    {"setarch", "", "", "", 1, false},
    {"unbuffer", "", "", "", 0, false},
    {"winpty", "", "", "", 0, false},
});

const Wrapper* find_wrapper(std::string_view base) {
  const auto* found = std::ranges::find(kWrappers, base, &Wrapper::name);
  return found == kWrappers.end() ? nullptr : found;
}

bool is_assignment(std::string_view word) {
  if (word.empty() || !is_name_start(word.front())) return false;
  const std::size_t end = word.find('=');
  return end != std::string_view::npos && std::ranges::all_of(word.substr(0, end), is_name_char);
}

bool has(std::string_view list, std::string_view item) {
  const std::size_t at = list.find(item);
  return at != std::string_view::npos && at > 0 && list[at - 1] == ' ' &&
         list.substr(at + item.size()).starts_with(' ');
}

// How many words the option at `word` takes, itself included; 0 if it makes the command no wrapper.
std::size_t option_words(const Wrapper& wrapper, std::string_view word) {
  if (word.starts_with("--")) return has(wrapper.long_options, word) ? 2 : 1;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (wrapper.not_with.find(word[i]) != std::string_view::npos) return 0;
    if (wrapper.letters.find(word[i]) != std::string_view::npos)
      return i + 1 == word.size() ? 2 : 1;
  }
  return 1;
}

}  // namespace

std::string_view base_name(std::string_view program) {
  const std::size_t slash = program.find_last_of("/\\");
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  if (program.size() > 4 && (program.ends_with(".exe") || program.ends_with(".EXE"))) {
    program.remove_suffix(4);
  }
  return program;
}

std::size_t behind_wrapper(std::span<const Word> words, std::size_t at) {
  const Wrapper* wrapper = find_wrapper(base_name(words[at].text));
  if (wrapper == nullptr) return at;
  std::size_t operands = wrapper->operands;
  bool options = true;
  std::size_t next = at + 1;
  while (next < words.size()) {
    const std::string_view word = words[next].text;
    if (options && word == "--") {
      options = false;
      ++next;
    } else if (options && word.size() > 1 && word.front() == '-') {
      const std::size_t taken = option_words(*wrapper, word);
      if (taken == 0) return at;
      next += taken;
    } else if (wrapper->assignments && is_assignment(word)) {
      ++next;
    } else if (operands > 0) {
      --operands;
      ++next;
    } else {
      return next;
    }
  }
  return at;
}

std::size_t behind_wrappers(std::span<const Word> words) {
  if (words.empty()) return 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < kMaxWrappers; ++i) {
    const std::size_t next = behind_wrapper(words, at);
    if (next == at) break;
    at = next;
  }
  return at;
}

bool is_posix_shell_name(std::string_view base) {
  const auto dialect = dialect_of(base);
  return dialect && is_posix_like(*dialect) && base != "busybox";
}

bool reads_script_from_input(std::span<const Word> words, std::size_t name) {
  if (!is_posix_shell_name(base_name(words[name].text))) return false;
  for (std::size_t i = name + 1; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    if (word == "-" || word == "-s" || word == "/dev/stdin") return true;
    if (!word.starts_with('-')) return false;
    if (!word.starts_with("--") && word.find('c') != std::string_view::npos) return false;
    if (!word.starts_with("--") && word.ends_with('o')) ++i;
  }
  return true;
}

}  // namespace corten::shell
