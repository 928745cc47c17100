#include "package/go_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace corten::package {
namespace {

constexpr std::string_view kDevelopment = "(devel)";  // the version of modules that have none

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// Cuts the digits off the front of `rest`.
std::string_view take_digits(std::string_view& rest) {
  const std::size_t count =
      static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  const std::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool take(std::string_view& rest, std::string_view prefix) {
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

// "1", "1.2" or "1.2.3" at the front of `rest`, completed to "v1.2.3"; empty when there are fewer
// than `at_least` numbers.
std::string take_release(std::string_view& rest, std::size_t at_least) {
  std::string_view left = rest;
  std::array<std::string_view, 3> numbers{"0", "0", "0"};
  std::size_t count = 0;
  for (; count < numbers.size(); ++count) {
    std::string_view next = left;
    if (count > 0 && !take(next, ".")) break;
    const std::string_view digits = take_digits(next);
    if (digits.empty()) break;
    numbers[count] = digits;
    left = next;
  }
  if (count < at_least) return {};
  rest = left;
  return fmt::format("v{}.{}.{}", numbers[0], numbers[1], numbers[2]);
}

void add_note(std::string& note, const std::string& text) {
  if (!note.empty()) note += "; ";
  note += text;
}

// ---- the lines ----

struct Module {
  std::string_view path;
  std::string_view version;
};

struct Dependency {
  Module module;
  std::optional<Module> replacement;
};

// The lines, sorted by kind. Borrows from the text.
struct ModuleText {
  std::string_view package_path;
  std::optional<Dependency> main;
  std::vector<Dependency> dependencies;
  std::string ldflags;
  std::string revision;
  std::vector<std::string> problems;
};

// A value of a build line. Those with spaces or quotes are written as Go strings. Escapes of
// control characters and of other alphabets stay as they are: neither is part of a version.
std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back()) return std::string(value);
  const std::string_view inner = value.substr(1, value.size() - 2);
  if (value.front() == '`') return std::string(inner);
  if (value.front() != '"') return std::string(value);
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const bool escaped =
        inner[i] == '\\' && i + 1 < inner.size() && (inner[i + 1] == '"' || inner[i + 1] == '\\');
    out += inner[escaped ? ++i : i];
  }
  return out;
}

void read_build_line(std::string_view setting, ModuleText& text) {
  const auto parts = split_once(setting, '=');
  if (!parts) return;
  if (parts->first == "-ldflags") text.ldflags = unquoted(parts->second);
  if (parts->first == "vcs.revision") text.revision = unquoted(parts->second);
}

std::optional<Module> read_module(std::string_view fields) {
  const std::string_view path = fields.substr(0, fields.find('\t'));
  if (path.empty()) return std::nullopt;
  const std::string_view rest = fields.substr(std::min(path.size() + 1, fields.size()));
  return Module{.path = path, .version = rest.substr(0, rest.find('\t'))};
}

ModuleText read_module_text(std::string_view lines) {
  ModuleText text;
  Dependency* last = nullptr;
  std::size_t unreadable = 0;
  while (const auto line = next_line(lines)) {
    const auto parts = split_once(*line, '\t');
    if (!parts) {
      if (!line->empty()) ++unreadable;
      continue;
    }
    const auto& [word, fields] = *parts;
    if (word == "path") text.package_path = fields;
    if (word == "build") read_build_line(fields, text);
    if (word != "mod" && word != "dep" && word != "=>") continue;
    const auto module = read_module(fields);
    if (!module || (word == "=>" && last == nullptr)) {
      ++unreadable;
    } else if (word == "=>") {
      last->replacement = *module;
    } else if (word == "mod") {
      last = &text.main.emplace(Dependency{*module, std::nullopt});
    } else if (text.dependencies.size() == kMaxGoModules) {
      text.problems.push_back(fmt::format("only the first {} Go modules were read", kMaxGoModules));
      break;
    } else {
      last = &text.dependencies.emplace_back(Dependency{*module, std::nullopt});
    }
  }
  if (unreadable > 0) {
    text.problems.push_back(
        fmt::format("{} lines of the Go module list cannot be read", unreadable));
  }
  return text;
}

// ---- linker flags ----

// The arguments of a command line as cmd/go splits them: quotes of either kind around a whole
// argument, no escapes.
std::vector<std::string_view> split_arguments(std::string_view line) {
  std::vector<std::string_view> arguments;
  for (;;) {
    line = trim(line);
    if (line.empty()) return arguments;
    const bool quoted = line.front() == '"' || line.front() == '\'';
    const std::size_t start = quoted ? 1 : 0;
    const std::size_t end =
        std::min(quoted ? line.find(line.front(), 1) : line.find_first_of(" \t\r\n"), line.size());
    arguments.push_back(line.substr(start, end - start));
    line.remove_prefix(std::min(end + start, line.size()));
  }
}

// The "package.variable=value" of every -X flag: "-X a.b=c", "-X=a.b=c", "--X a.b=c".
std::vector<std::string_view> linker_variables(std::string_view flags) {
  std::vector<std::string_view> variables;
  bool next_is_variable = false;
  for (std::string_view argument : split_arguments(flags)) {
    if (next_is_variable) {
      variables.push_back(argument);
      next_is_variable = false;
      continue;
    }
    if (!take(argument, "--X") && !take(argument, "-X")) continue;
    if (take(argument, "=")) {
      variables.push_back(argument);
    } else if (argument.empty()) {
      next_is_variable = true;
    }
  }
  return variables;
}

// Names of variables that hold the version of something else than the program.
constexpr std::array<std::string_view, 8> kForeignVersions = {
    "goversion",  "golangversion", "apiversion",   "minversion",
    "maxversion", "schemaversion", "chartversion", "protocolversion"};

// Names that hold nothing but the program's version.
constexpr std::array<std::string_view, 9> kOwnVersions = {
    "version",        "gitversion", "buildversion",   "appversion", "releaseversion",
    "programversion", "cliversion", "productversion", "fullversion"};

// How likely a linker variable is the program's version; 0: not at all.
int rank_variable(std::string_view package, std::string_view variable,
                  std::string_view main_module) {
  const std::string name = to_lower(variable);
  if (!name.ends_with("version") ||
      std::ranges::find(kForeignVersions, name) != kForeignVersions.end()) {
    return 0;
  }
  const bool inside = package == "main" || package == main_module ||
                      (!main_module.empty() && package.starts_with(main_module) &&
                       package.substr(main_module.size()).starts_with('/'));
  const bool own = std::ranges::find(kOwnVersions, name) != kOwnVersions.end();
  if (own) return inside ? 3 : 2;
  return inside ? 1 : 0;
}

// Cuts what `git describe` appends: "-14-g0123abc", commits since the tag.
std::string without_describe(std::string_view version, std::string& note) {
  const std::size_t hash = version.rfind("-g");
  if (hash == std::string_view::npos || version.size() - hash < 2 + 4) return std::string(version);
  if (!std::ranges::all_of(version.substr(hash + 2), is_hex)) return std::string(version);
  const std::string_view before = version.substr(0, hash);
  const std::size_t count = before.rfind('-');
  if (count == std::string_view::npos || count + 1 == before.size() ||
      !std::ranges::all_of(before.substr(count + 1), is_digit)) {
    return std::string(version);
  }
  add_note(note, fmt::format("{} commits after the tag", before.substr(count + 1)));
  return std::string(before.substr(0, count));
}

// A version as people write it into linker flags: "1.4.2", "v1.4", "v2.0.1-14-g0123abc-dirty".
NotedVersion release_version(std::string_view value) {
  NotedVersion out;
  std::string_view rest = value;
  if (!take(rest, "v")) take(rest, "V");
  const std::string release = take_release(rest, 2);
  const bool bounded = rest.empty() || rest.front() == '-' || rest.front() == '+';
  const bool spaced = std::ranges::any_of(rest, [](char c) { return c <= ' ' || c > '~'; });
  if (release.empty() || release == "v0.0.0" || !bounded || spaced) return out;
  for (const std::string_view suffix : {"-dirty", "+dirty", "-modified"}) {
    if (!rest.ends_with(suffix)) continue;
    rest.remove_suffix(suffix.size());
    add_note(out.note, "built with local changes");
  }
  out.version = without_describe(release + std::string(rest), out.note);
  if (is_pseudo_version(out.version)) return {};
  return out;
}

// ---- packages ----

// The version of a module as a tag, or nothing. Go 1.24 stamps "+dirty" on versions from a changed
// work tree.
NotedVersion tagged_version(std::string_view version) {
  NotedVersion out;
  if (version.empty() || version == kDevelopment) return out;
  std::string_view clean = version;
  for (const std::string_view suffix : {"+dirty", ".dirty"}) {
    if (!clean.ends_with(suffix)) continue;
    clean.remove_suffix(suffix.size());
    add_note(out.note, "built with local changes");
    break;
  }
  if (is_pseudo_version(clean)) {
    add_note(out.note, fmt::format("built from the commit of {}", clean));
    return out;
  }
  std::string_view rest = clean;
  if (take(rest, "v") && !take_release(rest, 3).empty()) out.version = clean;
  return out;
}

// What follows the release in a toolchain's version when it was built between releases:
// "-devel_0123abc", "-20250209-RC00".
bool is_snapshot(std::string_view suffix) {
  if (!take(suffix, "-")) return false;
  constexpr std::size_t kDateDigits = 8;
  return suffix.starts_with("devel") || take_digits(suffix).size() == kDateDigits;
}

Package go_package(std::string_view path, std::string_view name, NotedVersion version) {
  Package package;
  package.type = Type::Go;
  package.name = name;
  package.version = std::move(version.version);
  package.note = std::move(version.note);
  package.path = path;
  return package;
}

bool is_folder(const Module& module) {
  return module.version.empty() || module.version == kDevelopment || module.path.starts_with('.') ||
         module.path.starts_with('/');
}

Package dependency_package(std::string_view path, const Dependency& dependency) {
  const Module& module = dependency.module;
  if (dependency.replacement && is_folder(*dependency.replacement)) {
    return go_package(path, module.path,
                      {.version = {},
                       .note = fmt::format("{} is replaced by the folder {}", module.version,
                                           dependency.replacement->path)});
  }
  if (dependency.replacement) {
    return go_package(path, dependency.replacement->path,
                      {.version = std::string(dependency.replacement->version),
                       .note = fmt::format("replaces {} {}", module.path, module.version)});
  }
  if (is_folder(module)) {  // a member of a workspace
    return go_package(path, module.path, {.version = {}, .note = "built from a folder"});
  }
  return go_package(path, module.path, {.version = std::string(module.version), .note = {}});
}

// The module that a package most likely belongs to: the repository on the hosts whose paths are
// known, else what stands before the folder of commands. Docker Engine and others are built outside
// module mode, with only the package's path in them.
std::string_view module_of_package(std::string_view package) {
  constexpr std::array<std::string_view, 3> kHosts = {"github.com/", "gitlab.com/",
                                                      "bitbucket.org/"};
  const bool hosted =
      std::ranges::any_of(kHosts, [&](auto host) { return package.starts_with(host); });
  if (!hosted) return package.substr(0, package.find("/cmd/"));
  std::size_t end = 0;
  for (int parts = 0; parts < 3 && end != std::string_view::npos; ++parts) {
    end = package.find('/', parts == 0 ? 0 : end + 1);
  }
  return package.substr(0, end);
}

// nullopt: the text names nothing, as with "go run file.go".
std::optional<Package> main_package(std::string_view path, const ModuleText& text) {
  const bool in_module = text.main.has_value();
  const std::string_view name =
      in_module ? text.main->module.path : module_of_package(text.package_path);
  if (name.empty() || name == "command-line-arguments") return std::nullopt;
  NotedVersion version = in_module ? tagged_version(text.main->module.version) : NotedVersion{};
  if (version.version.empty()) {
    NotedVersion flags = version_from_ldflags(text.ldflags, name);
    version.version = std::move(flags.version);
    if (!flags.note.empty()) add_note(version.note, flags.note);
    if (!text.revision.empty()) add_note(version.note, fmt::format("commit {}", text.revision));
  }
  if (!in_module) {
    add_note(version.note, fmt::format("built outside module mode as {}", text.package_path));
  }
  Package package = go_package(path, name, std::move(version));
  package.main_module = true;
  return package;
}

}  // namespace

NotedVersion standard_library_version(std::string_view go_version) {
  const auto unknown = [&] {
    return NotedVersion{.version = {}, .note = fmt::format("built by {}", go_version)};
  };
  std::string_view rest = go_version;
  if (!take(rest, "go")) return unknown();  // "devel go1.24-abc", "unknown"
  std::string version = take_release(rest, 1);
  if (version.empty() || is_snapshot(rest)) return unknown();
  for (const std::string_view stage : {"rc", "beta"}) {
    if (!take(rest, stage)) continue;
    const std::string_view number = take_digits(rest);
    if (number.empty()) return unknown();
    version += fmt::format("-{}.{}", stage, number);
    break;
  }
  if (rest.empty()) return {.version = std::move(version), .note = {}};
  // Experiments ("X:…") and the builds of vendors, who may have added fixes.
  return {.version = std::move(version), .note = fmt::format("built by {}", go_version)};
}

bool is_pseudo_version(std::string_view version) {
  constexpr std::size_t kTimeDigits = 14;
  constexpr std::size_t kHashDigits = 12;
  version = version.substr(0, version.find('+'));
  if (version.size() < kTimeDigits + 1 + kHashDigits + 1) return false;
  const std::string_view hash = version.substr(version.size() - kHashDigits);
  version.remove_suffix(kHashDigits);
  if (!std::ranges::all_of(hash, is_hex) || !version.ends_with('-')) return false;
  version.remove_suffix(1);
  const std::string_view time = version.substr(version.size() - kTimeDigits);
  version.remove_suffix(kTimeDigits);
  return std::ranges::all_of(time, is_digit) && (version.ends_with('-') || version.ends_with('.'));
}

NotedVersion version_from_ldflags(std::string_view flags, std::string_view main_module) {
  NotedVersion best;
  int best_rank = 0;
  for (const std::string_view variable : linker_variables(flags)) {
    const auto assignment = split_once(variable, '=');
    if (!assignment) continue;
    const std::size_t dot = assignment->first.rfind('.');
    if (dot == std::string_view::npos) continue;
    const int rank = rank_variable(assignment->first.substr(0, dot),
                                   assignment->first.substr(dot + 1), main_module);
    if (rank <= best_rank) continue;
    NotedVersion version = release_version(assignment->second);
    if (version.version.empty()) continue;
    best_rank = rank;
    best.version = std::move(version.version);
    best.note = fmt::format("version from the linker flag {}", assignment->first);
    if (!version.note.empty()) add_note(best.note, version.note);
  }
  return best;
}

Catalog read_go_modules(std::string_view path, const GoBuildInfo& info) {
  ModuleText text = read_module_text(info.module_text);
  Catalog catalog;
  if (auto package = main_package(path, text)) catalog.packages.push_back(*std::move(package));
  catalog.packages.push_back(go_package(path, "stdlib", standard_library_version(info.go_version)));
  for (const Dependency& dependency : text.dependencies) {
    catalog.packages.push_back(dependency_package(path, dependency));
  }
  for (const std::string& problem : text.problems) {
    catalog.problems.push_back(fmt::format("{}: {}", path, problem));
  }
  return catalog;
}

}  // namespace corten::package
