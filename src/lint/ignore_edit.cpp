#include "lint/ignore_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "dockerfile/parse.h"
#include "lint/yaml_comments.h"

namespace corten::lint {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::vector<std::string_view> lines_of(std::string_view content) {
  std::vector<std::string_view> out;
  while (const auto line = next_line(content)) out.push_back(*line);
  return out;
}

std::string_view indentation(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
}

// DL3008 and SC2086: what hadolint's pragma may hold.
bool is_of_hadolint(std::string_view id) {
  return (id.starts_with("DL") || id.starts_with("SC")) && parse_number<unsigned>(id.substr(2));
}

// The line on which the instruction begins that `line` is in; 0: in none.
std::uint32_t instruction_at(std::string_view content, std::uint32_t line) {
  const dockerfile::Dockerfile file = dockerfile::parse(std::string(content));
  for (const dockerfile::Instruction& instruction : file.instructions) {
    if (line >= instruction.first_line && line <= instruction.last_line) {
      return instruction.first_line;
    }
  }
  return 0;
}

// True for lines of text that only looks like entries: the value of a "|" or ">" above that is
// indented less.
bool in_block_scalar(const std::vector<std::string_view>& lines, std::uint32_t line) {
  std::size_t indent = indentation(lines[line - 1]).size();
  for (std::size_t i = line - 1; i-- > 0 && indent > 0;) {
    const std::string_view text = trim(lines[i]);
    if (text.empty() || indentation(lines[i]).size() >= indent) continue;
    indent = indentation(lines[i]).size();
    const std::size_t last_word = text.find_last_of(" \t") + 1;
    const bool opens = text[last_word] == '|' || text[last_word] == '>';
    if (opens && text.size() - last_word <= 3) return true;
  }
  return false;
}

// The line of the innermost entry that `line` is in; 0: in none that a comment can stand above.
std::uint32_t block_at(std::string_view content, const std::vector<std::string_view>& lines,
                       std::uint32_t line) {
  const std::string_view start =
      trim(content.substr(0, std::min<std::size_t>(content.size(), 200)));
  if (start.starts_with('{') || start.starts_with('[')) return 0;  // JSON has no comments
  std::uint32_t first = 0;
  for (const LineRange& block : comments_of_yaml(content).statements) {
    if (block.holds(line) && block.first <= lines.size()) first = std::max(first, block.first);
  }
  return first == 0 || in_block_scalar(lines, first) ? 0 : first;
}

// Where in a comment line one more id fits: behind the ids of a pragma of this dialect for what is
// below; npos when the line is no such pragma.
std::size_t end_of_ids(std::string_view line, std::string_view dialect) {
  const auto after_blanks = [&](std::size_t at) {
    return std::min(line.find_first_not_of(" \t", at), line.size());
  };
  std::size_t at = after_blanks(0);
  for (const std::string_view word :
       {std::string_view("#"), dialect, std::string_view("ignore"), std::string_view("=")}) {
    if (!line.substr(at).starts_with(word)) return std::string_view::npos;
    at = after_blanks(at + word.size());
  }
  std::size_t end = std::string_view::npos;
  while (true) {
    const std::size_t id_end =
        std::min(line.find_first_not_of(
                     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", at),
                 line.size());
    if (id_end == at) return std::string_view::npos;
    end = id_end;
    at = after_blanks(id_end);
    if (at >= line.size() || line[at] != ',') return end;
    at = after_blanks(at + 1);
  }
}

// A pragma in the comments right above line `first`, with the id added.
std::optional<Edit> with_one_more(const std::vector<std::string_view>& lines, std::uint32_t first,
                                  std::string_view dialect, const Finding& finding) {
  for (std::uint32_t line = first - 1; line > 0; --line) {
    const std::string_view text = lines[line - 1];
    if (!trim(text).starts_with('#')) return std::nullopt;
    const std::size_t end = end_of_ids(text, dialect);
    if (end == std::string_view::npos) continue;
    return Edit{finding.location->path, line, line,
                fmt::format("{},{}{}\n", text.substr(0, end), finding.id, text.substr(end))};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Edit> ignore_edit(FileKind kind, std::string_view content, const Finding& finding) {
  if (!finding.location) return std::nullopt;
  const std::vector<std::string_view> lines = lines_of(content);
  const std::uint32_t line = finding.location->line;
  if (line == 0 || line > lines.size()) return std::nullopt;
  const bool is_dockerfile = kind == FileKind::Dockerfile;
  const std::uint32_t first =
      is_dockerfile ? instruction_at(content, line) : block_at(content, lines, line);
  if (first == 0) return std::nullopt;
  const std::string_view dialect =
      is_dockerfile && is_of_hadolint(finding.id) ? "hadolint" : "corten";
  if (auto edit = with_one_more(lines, first, dialect, finding)) return edit;
  std::string_view text = lines[first - 1];
  std::string_view mark;
  if (text.starts_with(kByteOrderMark)) {
    mark = kByteOrderMark;
    text.remove_prefix(mark.size());
  }
  return Edit{
      finding.location->path, first, first,
      fmt::format("{}{}# {} ignore={}\n{}\n", mark, indentation(text), dialect, finding.id, text)};
}

}  // namespace corten::lint
