#include "dockerfile/rules/paths.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "dockerfile/dockerignore.h"

namespace corten::dockerfile {

namespace {

std::string resolved_text(const Lint& lint, const Instruction& at, std::string_view text,
                          bool& known) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find("${");
    out.append(text.substr(0, begin));
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin + 2);
    const std::size_t end = std::min(text.find('}'), text.size());
    const auto value = lint.stages.lookup(at, text.substr(0, end));
    known = known && value && value->known;
    if (value) out.append(value->text);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (out.size() > kMaxPathBytes) known = false;
    if (!known) break;
  }
  return out;
}

}  // namespace

std::string tidy_path(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (const char raw : path) {
    const char c = raw == '\\' ? '/' : raw;
    if (c == '/' && out.ends_with('/')) continue;
    if (c == '/' && (out == "." || out.ends_with("/."))) {
      out.pop_back();
      if (out.empty() || out.ends_with('/')) continue;
    }
    out += c;
  }
  if (out.ends_with("/.")) out.pop_back();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string absolute_path(std::string_view folder, std::string_view path) {
  const bool is_absolute = path.starts_with('/') || path.starts_with('~') ||
                           path.starts_with('$') || (path.size() > 1 && path[1] == ':');
  if (is_absolute || folder.empty()) return tidy_path(path);
  return tidy_path(std::string(folder).append("/").append(path));
}

std::optional<std::string> absolute_path(const WorkDir& folder, std::string_view path) {
  if (path.empty() || path.front() == '~' || path.contains('$')) return std::nullopt;
  std::string whole;
  if (path.front() != '/') {
    if (!folder.absolute || !folder.known) return std::nullopt;
    whole = folder.path + "/";
  }
  whole.append(path);
  const std::string clean = clean_context_path(whole);
  return clean == "." ? "/" : "/" + clean;
}

std::optional<std::string> script_path(const Lint& lint, const RunScript& run,
                                       std::string_view path) {
  if (!path.contains("${")) return std::string(path);
  bool known = true;
  std::string text = resolved_text(lint, *run.outer, path, known);
  if (!known) return std::nullopt;
  return text;
}

std::optional<std::string> copy_target(const Lint& lint, const Instruction& copy) {
  if (copy.words.empty()) return std::nullopt;
  const Expansion value = lint.stages.expand_at(copy, copy.words.back().text);
  if (!value.resolved) return std::nullopt;
  return absolute_path(lint.stages.workdir_at(copy), value.text);
}

bool is_within(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool PathSet::has_at_or_above(std::string_view path) const {
  constexpr std::size_t kMostFolders = 100;
  if (paths_.empty()) return false;
  if (paths_.contains(path) || (path.starts_with('/') && paths_.contains("/"))) return true;
  std::size_t end = path.find('/', 1);
  for (std::size_t i = 0; i < kMostFolders && end != std::string_view::npos; ++i) {
    if (paths_.contains(path.substr(0, end))) return true;
    end = path.find('/', end + 1);
  }
  return false;
}

bool PathSet::has_at_or_below(std::string_view folder) const {
  if (paths_.contains(folder)) return true;
  std::string below(folder);
  if (!below.ends_with('/')) below += '/';
  const auto found = paths_.lower_bound(below);
  return found != paths_.end() && found->starts_with(below);
}

}  // namespace corten::dockerfile
