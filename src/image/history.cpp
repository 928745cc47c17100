#include "image/history.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace corten::image {

namespace {

constexpr std::string_view kBuildKitMark = "# buildkit";
constexpr std::string_view kNoRun = "#(nop)";

std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) out.push_back(c);
    if (space && !out.ends_with(' ')) out.push_back(' ');
  }
  return out;
}

// Cuts the first word off `rest`.
std::string_view cut_word(std::string_view& rest) {
  const std::size_t space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
  return word;
}

// What a Unix shell is given to run: "/bin/sh -c …", "/bin/bash -o pipefail -ec …".
std::optional<std::string_view> after_unix_shell(std::string_view text) {
  constexpr std::array<std::string_view, 5> kShells = {"sh", "bash", "ash", "dash", "zsh"};
  constexpr int kMaxOptions = 6;
  const std::string_view program = cut_word(text);
  if (!program.starts_with('/')) return std::nullopt;
  const std::string_view name = program.substr(program.rfind('/') + 1);
  if (std::ranges::find(kShells, name) == kShells.end()) return std::nullopt;
  for (int i = 0; i < kMaxOptions && !text.empty(); ++i) {
    const std::string_view word = cut_word(text);
    if (word.starts_with('-') && word.ends_with('c')) return text;
  }
  return std::nullopt;
}

std::optional<std::string_view> after_shell(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWindows = {"cmd /S /C ", "powershell -Command ",
                                                        "powershell.exe -Command "};
  for (const std::string_view prefix : kWindows) {
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return after_unix_shell(text);
}

// Build arguments stand before the shell as "|2 NAME=value OTHER=a b /bin/sh -c …".
std::string_view without_build_arguments(std::string_view text) {
  if (!text.starts_with('|')) return text;
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    if (after_shell(text.substr(at + 1))) return text.substr(at + 1);
  }
  return text;
}

}  // namespace

std::string clean_instruction(std::string_view created_by) {
  const std::string line = with_single_spaces(created_by);
  std::string_view text = line;
  if (text.ends_with(kBuildKitMark))
    text = trim(text.substr(0, text.size() - kBuildKitMark.size()));
  constexpr std::string_view kRun = "RUN ";
  const bool is_run = text.starts_with(kRun);
  const std::string_view command = is_run ? text.substr(kRun.size()) : text;
  const auto script = after_shell(without_build_arguments(command));
  if (!script) return std::string(text);
  if (!is_run && script->starts_with(kNoRun))
    return std::string(trim(script->substr(kNoRun.size())));
  return "RUN " + std::string(*script);
}

std::vector<std::string> layer_instructions(const std::vector<HistoryEntry>& history,
                                            std::size_t layers) {
  std::vector<const HistoryEntry*> steps;
  for (const HistoryEntry& entry : history) {
    if (!entry.empty_layer) steps.push_back(&entry);
  }
  std::vector<std::string> out(layers);
  if (steps.size() > layers) return out;
  const std::size_t unknown = layers - steps.size();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    out[unknown + i] = clean_instruction(steps[i]->created_by);
  }
  return out;
}

}  // namespace corten::image
