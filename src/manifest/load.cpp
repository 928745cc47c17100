#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "manifest/compose_load.h"
#include "manifest/internal/interpolate.h"
#include "manifest/internal/merge.h"
#include "manifest/internal/model.h"
#include "yaml/document.h"

namespace corten::manifest {

namespace {

using Path = std::filesystem::path;

bool is_remote(std::string_view path) {
  return path.find("://") != std::string_view::npos || path.starts_with("git@") ||
         path.starts_with("github.com/");
}

std::string folder_of(const std::string& path) {
  const std::string parent = Path(path).parent_path().lexically_normal().string();
  return parent.empty() ? "." : parent;
}

std::string joined(const std::string& folder, std::string_view path) {
  return (Path(folder) / Path(path)).lexically_normal().string();
}

// Of keys that stand twice the last stays, as in yaml::get().
void keep_last(std::vector<Field>& fields) {
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < fields.size(); ++i) last[fields[i].key] = i;
  if (last.size() == fields.size()) return;
  std::vector<Field> kept;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (last[fields[i].key] == i) kept.push_back(std::move(fields[i]));
  }
  fields = std::move(kept);
}

// One file, read and interpolated.
struct Source {
  Value value;
  std::uint32_t file = 0;
};

// A service on the way from one `extends` to the next.
struct Step {
  std::string path;
  std::string service;

  bool operator==(const Step&) const = default;
};

class Loader {
 public:
  Loader(const FileProvider& files, const ComposeOptions& options)
      : files_(files), options_(options) {}

  Result<ComposeProject> run(std::span<const std::string> paths) {
    if (paths.empty()) return fail(ErrorCode::Usage, "no Compose file is named");
    root_ = options_.root.empty() ? folder_of(paths.front()) : options_.root;
    const std::string folder = folder_of(paths.front());
    CORTEN_TRY(Value merged,
               load_all(paths, folder, variables_for(folder, {}, options_.environment)));
    parts_.merged = std::move(merged);
    parts_.folder = folder;
    return build_project(std::move(parts_));
  }

 private:
  Variables variables_for(const std::string& folder, const std::vector<std::string>& env_files,
                          const Variables& outer) const;
  Result<Value> load_all(std::span<const std::string> paths, const std::string& folder,
                         const Variables& variables);
  Result<Source> read(const std::string& path, const std::string& folder,
                      const Variables& variables);
  Result<Value> convert(const yaml::Node& node, std::uint32_t file, yaml::Position at,
                        const Variables& variables);
  Result<Value> convert_scalar(const yaml::Node& node, std::uint32_t file, yaml::Position at,
                               const Variables& variables);
  Status spend(std::size_t values);
  Status resolve_extends(Value& file, const std::string& path, const Variables& variables);
  Status extend(Value& services, const Step& step, const Variables& variables,
                std::vector<Step>& chain);
  Result<std::optional<Value>> base_of(Value& services, const Step& step, const Value& extends,
                                       const Variables& variables, std::vector<Step>& chain);
  Status resolve_includes(Value& file, const std::string& folder, const Variables& variables);
  Status include_one(Value& file, const Value& item, const std::string& folder,
                     const Variables& variables);
  std::optional<std::string> local_path(const Value& named, const std::string& folder,
                                        std::string_view what);
  void take_over(Value& file, Value included, Place at);
  void problem(std::string message, Place at) {
    parts_.problems.push_back({std::move(message), at});
  }

  const FileProvider& files_;
  const ComposeOptions& options_;
  std::string root_;
  ProjectParts parts_;
  std::vector<std::string> including_;                  // paths of the includes that are being read
  std::map<std::string, Value, std::less<>> extended_;  // files that `extends` names, by path
  bool is_own_file_ = false;                            // what is read is no include or extends
  std::unordered_set<std::string> resolved_;            // "path\nservice" whose extends is done
  bool has_duplicates_ = false;                         // of the file that is being read
  std::size_t values_ = 0;
  std::size_t text_ = 0;
};

Status Loader::spend(std::size_t values) {
  values_ += values;
  if (values_ <= kMaxComposeValues) return {};
  return fail(ErrorCode::LimitExceeded,
              fmt::format("the project has more than {} values", kMaxComposeValues));
}

Variables Loader::variables_for(const std::string& folder,
                                const std::vector<std::string>& env_files,
                                const Variables& outer) const {
  Variables all = outer;
  if (!options_.use_env_files) return all;
  std::vector<std::string> paths = env_files;
  if (paths.empty()) paths.push_back(joined(folder, ".env"));
  for (const std::string& path : paths) {
    if (!is_inside(root_, path)) continue;
    const auto content = files_.read(path);
    if (!content) continue;  // an .env file need not exist
    for (auto& [name, value] : parse_env_file(*content, all)) {
      if (!outer.contains(name)) all[name] = value;
    }
  }
  return all;
}

Result<Value> Loader::convert_scalar(const yaml::Node& node, std::uint32_t file, yaml::Position at,
                                     const Variables& variables) {
  Value value;
  value.kind = node.kind;
  value.is_quoted = node.style != yaml::Style::Plain;
  value.tag = node.tag;
  value.at = {file, at.line, at.column};
  if (!node.is_scalar()) return value;
  Interpolated text = interpolate(node.text, variables, kMaxComposeText - text_);
  text_ += text.text.size();
  if (text_ >= kMaxComposeText) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the project is larger than {} after interpolation",
                            format_size(kMaxComposeText)));
  }
  if (text.is_invalid) {
    problem(fmt::format("'{}' is no valid interpolation: write $$ for a dollar sign",
                        printable(ellipsized(node.text, 60))),
            value.at);
  }
  value.text = std::move(text.text);
  value.is_open = text.is_open;
  value.is_from_environment = text.is_from_environment;
  return value;
}

// NOLINTNEXTLINE(misc-no-recursion): at most yaml::kMaxDepth deep, which the parser has checked
Result<Value> Loader::convert(const yaml::Node& node, std::uint32_t file, yaml::Position at,
                              const Variables& variables) {
  CORTEN_CHECK(spend(1));
  CORTEN_TRY(Value value, convert_scalar(node, file, at, variables));
  value.items.reserve(node.items.size());
  for (const yaml::Item& item : node.items) {
    CORTEN_TRY(Value child, convert(*item.value, file, item.value_at, variables));
    value.items.push_back(std::move(child));
  }
  value.fields.reserve(node.entries.size());
  for (const yaml::Entry& entry : node.entries) {
    CORTEN_TRY(Value child, convert(*entry.value, file, entry.value_at, variables));
    const yaml::Position key = entry.at();
    value.fields.push_back(
        {std::string(entry.name()), {file, key.line, key.column}, std::move(child)});
  }
  if (has_duplicates_) keep_last(value.fields);
  return value;
}

Result<Source> Loader::read(const std::string& path, const std::string& folder,
                            const Variables& variables) {
  if (parts_.files.size() >= kMaxComposeFiles) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the project has more than {} files", kMaxComposeFiles));
  }
  CORTEN_TRY(std::string content, files_.read(path));
  auto stream = yaml::parse(std::move(content));
  if (!stream) return std::unexpected(yaml::to_error(stream.error(), path));
  Source source;
  source.file = static_cast<std::uint32_t>(parts_.files.size());
  parts_.files.push_back(path);
  parts_.folders.push_back(folder);
  parts_.sources.emplace_back();
  has_duplicates_ = !stream->duplicates().empty();
  for (const yaml::Duplicate& twice : stream->duplicates()) {
    problem(fmt::format("key '{}' stands twice: it is also in line {}", printable(twice.key),
                        twice.first.line),
            {source.file, twice.again.line, twice.again.column});
  }
  source.value.kind = yaml::Kind::Map;
  for (const yaml::Document& document : stream->documents()) {
    if (document.root->is_null()) continue;
    if (!document.root->is_map()) {
      const yaml::SyntaxError error{ErrorCode::InvalidInput, "a Compose file is a map of keys",
                                    document.root->at};
      return std::unexpected(yaml::to_error(error, path));
    }
    CORTEN_TRY(Value value, convert(*document.root, source.file, document.root->at, variables));
    normalise_file(value);
    if (source.value.fields.empty()) {
      source.value = std::move(value);  // with its !reset, which is for the files before
    } else {
      merge_file(source.value, std::move(value));
    }
  }
  if (is_own_file_) parts_.sources.at(source.file) = *std::move(stream);
  return source;
}

Result<Value> Loader::load_all(std::span<const std::string> paths, const std::string& folder,
                               const Variables& variables) {
  Value merged;
  merged.kind = yaml::Kind::Map;
  for (const std::string& path : paths) {
    is_own_file_ = including_.empty();
    auto read_one = read(path, folder, variables);
    is_own_file_ = false;
    CORTEN_TRY(Source source, std::move(read_one));
    including_.push_back(Path(path).lexically_normal().string());
    const Status included = resolve_includes(source.value, folder, variables);
    including_.pop_back();
    CORTEN_CHECK(included);
    // A service may extend one that is included.
    CORTEN_CHECK(resolve_extends(source.value, path, variables));
    merge_file(merged, std::move(source.value));
  }
  if (const Value* services = get(merged, "services");
      services != nullptr && services->fields.size() > kMaxComposeServices) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the project has more than {} services", kMaxComposeServices));
  }
  return merged;
}

std::optional<std::string> Loader::local_path(const Value& named, const std::string& folder,
                                              std::string_view what) {
  if (named.is_open || named.text.empty()) return std::nullopt;
  const std::string shown = printable(ellipsized(named.text, 100));
  if (is_remote(named.text)) {
    problem(fmt::format("{} '{}' is not on this host: it is not read", what, shown), named.at);
    return std::nullopt;
  }
  std::string path = joined(folder, named.text);
  if (!is_inside(root_, path)) {
    problem(fmt::format("{} '{}' leaves the folder of the project: it is not read", what, shown),
            named.at);
    return std::nullopt;
  }
  return path;
}

Status Loader::resolve_extends(Value& file, const std::string& path, const Variables& variables) {
  Field* services = field_of(file, "services");
  if (services == nullptr) return {};
  resolved_.clear();
  // By index and name: extending adds no services, but gives them new values.
  for (std::size_t i = 0; i < services->value.fields.size(); ++i) {
    if (get(services->value.fields[i].value, "extends") == nullptr) continue;
    std::vector<Step> chain;
    CORTEN_CHECK(extend(services->value, {path, services->value.fields[i].key}, variables, chain));
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): at most kMaxComposeDepth steps
Status Loader::extend(Value& services, const Step& step, const Variables& variables,
                      std::vector<Step>& chain) {
  Field* service = field_of(services, step.service);
  if (service == nullptr) return {};
  const Field* extends = field_of(service->value, "extends");
  if (extends == nullptr || !resolved_.insert(step.path + "\n" + step.service).second) return {};
  const Place at = extends->value.at;
  if (chain.size() >= kMaxComposeDepth) {
    problem(fmt::format("more than {} services extend one another", kMaxComposeDepth), at);
    return {};
  }
  chain.push_back(step);
  const Value how = extends->value;
  CORTEN_TRY(std::optional<Value> base, base_of(services, step, how, variables, chain));
  chain.pop_back();
  if (!base) return {};
  CORTEN_CHECK(spend(count_values(*base)));
  std::erase_if(base->fields, [](const Field& field) { return field.key == "extends"; });
  std::erase_if(service->value.fields, [](const Field& field) { return field.key == "extends"; });
  const Place own = service->value.at;
  merge_service(*base, std::move(service->value));
  service->value = *std::move(base);
  service->value.at = own;
  return {};
}

// The service that `extends` names, itself extended; nullopt if there is none.
// NOLINTNEXTLINE(misc-no-recursion): at most kMaxComposeDepth steps
Result<std::optional<Value>> Loader::base_of(Value& services, const Step& step,
                                             const Value& extends, const Variables& variables,
                                             std::vector<Step>& chain) {
  const Value* named = extends.is_map() ? get(extends, "service") : &extends;
  const std::string name(text_of(named));
  Step next{step.path, name};
  parts_.extended.push_back(name);
  Value* from = &services;
  if (const Value* file = get(extends, "file"); file != nullptr) {
    const auto path = local_path(*file, folder_of(step.path), "the file that a service extends");
    if (!path) return std::nullopt;
    if (!extended_.contains(*path)) {
      auto source = read(*path, folder_of(*path), variables);
      if (!source && source.error().code == ErrorCode::LimitExceeded) {
        return std::unexpected(std::move(source).error());
      }
      if (!source) problem(describe(source.error()), file->at);
      Value empty;
      extended_.emplace(*path, source ? std::move(source->value) : std::move(empty));
    }
    next.path = *path;
    Field* others = field_of(extended_.find(*path)->second, "services");
    if (others == nullptr) return std::nullopt;
    from = &others->value;
  }
  if (std::ranges::find(chain, next) != chain.end()) {
    problem(fmt::format("service '{}' extends itself", printable(name)), extends.at);
    return std::nullopt;
  }
  CORTEN_CHECK(extend(*from, next, variables, chain));
  const Value* base = get(*from, name);
  if (base == nullptr) {
    problem(fmt::format("there is no service '{}' to extend", printable(name)), extends.at);
    return std::nullopt;
  }
  return *base;
}

// NOLINTNEXTLINE(misc-no-recursion): at most kMaxComposeDepth includes
Status Loader::resolve_includes(Value& file, const std::string& folder,
                                const Variables& variables) {
  const Field* include = field_of(file, "include");
  if (include == nullptr) return {};
  const Value list = include->value;
  for (const Value& item : list.items) {
    CORTEN_CHECK(include_one(file, item, folder, variables));
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): at most kMaxComposeDepth includes
Status Loader::include_one(Value& file, const Value& item, const std::string& folder,
                           const Variables& variables) {
  if (including_.size() >= kMaxComposeDepth) {
    problem(fmt::format("includes are nested more than {} deep", kMaxComposeDepth), item.at);
    return {};
  }
  std::vector<std::string> paths;
  for (const Value* named : scalars_of(item.is_map() ? get(item, "path") : &item)) {
    const auto path = local_path(*named, folder, "the included file");
    if (!path) return {};
    if (std::ranges::find(including_, *path) != including_.end()) {
      problem(fmt::format("'{}' includes itself", printable(*path)), named->at);
      return {};
    }
    paths.push_back(*path);
  }
  if (paths.empty()) return {};
  std::string project = folder_of(paths.front());
  if (const Value* directory = get(item, "project_directory"); directory != nullptr) {
    project = joined(folder, directory->text);
  }
  std::vector<std::string> env_files;
  for (const Value* named : scalars_of(get(item, "env_file"))) {
    if (const auto path = local_path(*named, folder, "the env_file")) env_files.push_back(*path);
  }
  auto included = load_all(paths, project, variables_for(project, env_files, variables));
  if (!included) {
    if (included.error().code == ErrorCode::LimitExceeded) {
      return std::unexpected(std::move(included).error());
    }
    problem(describe(included.error()), item.at);
    return {};
  }
  take_over(file, *std::move(included), item.at);
  return {};
}

// Adds what an included project has; what the including file has too stays as it is there.
void Loader::take_over(Value& file, Value included, Place at) {
  for (const std::string_view section : {"services", "networks", "volumes", "secrets", "configs"}) {
    Field* from = field_of(included, section);
    if (from == nullptr) continue;
    Field* into = field_of(file, section);
    if (into == nullptr) {
      file.fields.push_back(std::move(*from));
      continue;
    }
    std::unordered_set<std::string> known;
    for (const Field& field : into->value.fields) known.insert(field.key);
    for (Field& field : from->value.fields) {
      if (known.insert(field.key).second) {
        into->value.fields.push_back(std::move(field));
      } else if (section == "services") {
        problem(fmt::format("service '{}' is also in the included file", printable(field.key)), at);
      }
    }
  }
}

}  // namespace

bool is_inside(const std::string& root, const std::string& path) {
  const Path relative =
      Path(path).lexically_normal().lexically_relative(Path(root).lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

Result<std::string> MemoryFiles::read(std::string_view path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) {
    return fail(ErrorCode::NotFound, fmt::format("there is no file '{}'", printable(path)));
  }
  return found->second;
}

std::vector<std::string> files_named_by_env(std::string_view env_file) {
  const Variables variables = parse_env_file(env_file, {});
  const auto named = variables.find("COMPOSE_FILE");
  if (named == variables.end()) return {};
  const auto separator = variables.find("COMPOSE_PATH_SEPARATOR");
  const bool is_other = separator != variables.end() && separator->second.size() == 1;
  std::vector<std::string> files;
  for (const std::string_view file :
       split(named->second, is_other ? separator->second.front() : ':')) {
    if (!trim(file).empty()) files.emplace_back(trim(file));
  }
  return files;
}

Result<ComposeProject> load_compose(std::span<const std::string> paths, const FileProvider& files,
                                    const ComposeOptions& options) {
  return Loader(files, options).run(paths);
}

}  // namespace corten::manifest
