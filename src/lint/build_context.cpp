#include "lint/build_context.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "dockerfile/dockerignore.h"
#include "lint/discover.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

// The parser reads the first part of a longer one; beyond this it is none.
constexpr std::uint64_t kMaxIgnoreFileBytes = std::uint64_t{16} << 20;
// Of the sources that a Dockerfile names, so many are looked for.
constexpr std::size_t kMaxLookedFor = 32;

bool is_of_context(std::string_view source) {
  return !source.starts_with("<<") && !source.contains("://") && !source.starts_with("git@");
}

// What the Dockerfile names in its context, and whether it copies from one at all.
struct Copied {
  bool any = false;
  std::vector<std::string_view> plain;  // names without variables, patterns and quotes
};

Copied copied_by(const dockerfile::Dockerfile& file) {
  Copied out;
  for (const dockerfile::Instruction& outer : file.instructions) {
    const dockerfile::Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
    const bool copies =
        copy.keyword == dockerfile::Keyword::Copy || copy.keyword == dockerfile::Keyword::Add;
    if (!copies || copy.broken || copy.words.size() < 2 || copy.flag("from") != nullptr) continue;
    for (const dockerfile::Word& word : copy.words.first(copy.words.size() - 1)) {
      if (!is_of_context(word.text)) continue;
      out.any = true;
      const bool is_plain = word.text.find_first_of("$*?[\\\"'`") == std::string_view::npos;
      if (is_plain && dockerfile::clean_context_path(word.text) != "." &&
          out.plain.size() < kMaxLookedFor)
        out.plain.push_back(word.text);
    }
  }
  return out;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// Files that do not exist, devices and files that may not be read ignore nothing.
std::optional<std::string> read_ignore(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  auto content = read_file(path, kMaxIgnoreFileBytes);
  if (!content) return std::nullopt;
  return *std::move(content);
}

// A regular file below the folder that no link leads to.
std::optional<std::string> read_in(const fs::path& folder, std::string_view path) {
  fs::path at = folder;
  std::error_code error;
  for (const fs::path& part : fs::path(path)) {
    if (part == ".." || part.is_absolute()) return std::nullopt;
    at /= part;
    if (fs::is_symlink(fs::symlink_status(at, error))) return std::nullopt;
  }
  if (!fs::is_regular_file(at, error)) return std::nullopt;
  auto content = read_file(at, kMaxContextFileBytes);
  if (!content) return std::nullopt;
  return *std::move(content);
}

class Lister {
 public:
  Lister(const fs::path& folder, const std::optional<std::string>& ignore)
      : folder_(folder), ignore_(dockerfile::Dockerignore::parse(ignore.value_or(""))) {}

  // False: nothing but Dockerfiles is there.
  bool list(std::vector<std::string>& paths) {
    std::error_code error;
    fs::recursive_directory_iterator entry(folder_, fs::directory_options::skip_permission_denied,
                                           error);
    for (std::size_t seen = 0;
         !error && entry != fs::recursive_directory_iterator() && seen < kMaxContextEntries;
         entry.increment(error), ++seen) {
      visit(entry, paths);
      if (paths.size() >= kMaxContextPaths) break;
    }
    std::ranges::sort(paths);
    return has_others_;
  }

 private:
  void visit(fs::recursive_directory_iterator& entry, std::vector<std::string>& paths) {
    std::error_code error;
    const std::string path = entry->path().lexically_relative(folder_).generic_string();
    const bool is_folder = entry->is_directory(error) && !entry->is_symlink(error);
    if (is_folder || kind_by_name(path) != FileKind::Dockerfile) has_others_ = true;
    if (!is_folder) {
      if (path == ".git" || dockerfile::concerns_rules(path)) paths.push_back(path);
      return;
    }
    if (path == ".git") paths.emplace_back(".git/");
    // What is excluded as a whole is not worth reading: node_modules and the like.
    const bool is_closed =
        entry->path().filename() == ".git" || (!ignore_.has_exceptions() && ignore_.excludes(path));
    if (is_closed || static_cast<std::size_t>(entry.depth()) >= kMaxFolderDepth)
      entry.disable_recursion_pending();
  }

  const fs::path& folder_;
  dockerfile::Dockerignore ignore_;
  bool has_others_ = false;
};

std::shared_ptr<const dockerfile::BuildContext> list(const fs::path& folder,
                                                     const std::string& own_ignore) {
  auto context = std::make_shared<dockerfile::BuildContext>();
  context->dockerignore =
      read_ignore(own_ignore.empty() ? folder / ".dockerignore" : fs::path(own_ignore));
  const bool has_others = Lister(folder, context->dockerignore).list(context->paths);
  if (!has_others && !context->dockerignore) return nullptr;
  context->read = [folder](std::string_view path) { return read_in(folder, path); };
  return context;
}

}  // namespace

std::shared_ptr<const dockerfile::BuildContext> BuildContexts::of(
    std::string_view path, const dockerfile::Dockerfile& file) {
  const Copied copied = copied_by(file);
  if (!copied.any) return nullptr;
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  std::string own_ignore = std::string(path) + ".dockerignore";
  if (!is_there(own_ignore)) own_ignore.clear();
  std::shared_ptr<Entry> entry;
  {
    const std::scoped_lock lock(mutex_);
    std::shared_ptr<Entry>& known = entries_[{folder.native(), own_ignore}];
    if (known == nullptr) known = std::make_shared<Entry>();
    entry = known;
  }
  std::call_once(entry->once, [&] { entry->context = list(folder, own_ignore); });
  if (entry->context == nullptr || entry->context->dockerignore) return entry->context;
  const bool is_elsewhere =
      !copied.plain.empty() && std::ranges::none_of(copied.plain, [&](std::string_view name) {
        return is_there(folder / dockerfile::clean_context_path(name));
      });
  return is_elsewhere ? nullptr : entry->context;
}

}  // namespace corten::lint
