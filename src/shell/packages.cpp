#include "shell/packages.h"

#include <algorithm>
#include <array>

#include "shell/internal/input.h"

namespace corten::shell {

namespace {

// How a manager separates a package's name from its version.
enum class Marks { None, Apt, Apk, Rpm, Relations, Pip, AtSign, Colon, Conda };

struct ManagerRow {
  Manager manager;
  std::string_view name;
  Marks marks;
  std::string_view file_endings;  // between blanks
};
constexpr std::array kManagers = std::to_array<ManagerRow>({
    {Manager::AptGet, "apt-get", Marks::Apt, " .deb "},
    {Manager::Apt, "apt", Marks::Apt, " .deb "},
    {Manager::Aptitude, "aptitude", Marks::Apt, " .deb "},
    {Manager::Dpkg, "dpkg", Marks::None, " .deb "},
    {Manager::Apk, "apk", Marks::Apk, " .apk "},
    {Manager::Yum, "yum", Marks::Rpm, " .rpm "},
    {Manager::Dnf, "dnf", Marks::Rpm, " .rpm "},
    {Manager::MicroDnf, "microdnf", Marks::Rpm, " .rpm "},
    {Manager::TDnf, "tdnf", Marks::Rpm, " .rpm "},
    {Manager::Rpm, "rpm", Marks::Rpm, " .rpm "},
    {Manager::Zypper, "zypper", Marks::Relations, " .rpm "},
    {Manager::Pacman, "pacman", Marks::Relations, " .zst .xz "},
    {Manager::Pip, "pip", Marks::Pip, " .whl .gz .zip "},
    {Manager::Pipx, "pipx", Marks::Pip, " .whl .gz "},
    {Manager::Pipenv, "pipenv", Marks::Pip, " .whl .gz "},
    {Manager::Poetry, "poetry", Marks::AtSign, " .whl .gz "},
    {Manager::Uv, "uv", Marks::Pip, " .whl .gz "},
    {Manager::Conda, "conda", Marks::Conda, " .conda .bz2 "},
    {Manager::Npm, "npm", Marks::AtSign, " .tgz .tar .gz "},
    {Manager::Yarn, "yarn", Marks::AtSign, " .tgz .tar .gz "},
    {Manager::Pnpm, "pnpm", Marks::AtSign, " .tgz .tar .gz "},
    {Manager::Bun, "bun", Marks::AtSign, " .tgz "},
    {Manager::Gem, "gem", Marks::Colon, " .gem "},
    {Manager::Bundler, "bundle", Marks::None, " "},
    {Manager::Go, "go", Marks::AtSign, " .go "},
    {Manager::Cargo, "cargo", Marks::AtSign, " "},
    {Manager::Composer, "composer", Marks::Colon, " "},
    {Manager::DotNet, "dotnet", Marks::None, " .nupkg "},
    {Manager::Choco, "choco", Marks::None, " .nupkg "},
    {Manager::Winget, "winget", Marks::None, " "},
    {Manager::Snap, "snap", Marks::None, " .snap "},
    {Manager::Brew, "brew", Marks::AtSign, " "},
});

struct OtherName {
  std::string_view name;
  Manager manager;
};
constexpr std::array kOtherNames = std::to_array<OtherName>({
    {"dnf5", Manager::Dnf},
    {"mamba", Manager::Conda},
    {"micromamba", Manager::Conda},
    {"yarnpkg", Manager::Yarn},
    {"bundler", Manager::Bundler},
    {"chocolatey", Manager::Choco},
    {"composer.phar", Manager::Composer},
});

// Verbs that mean the same to whichever managers have them; a manager's own meaning comes first.
struct VerbRow {
  std::string_view word;
  PackageVerb verb;
  std::string_view only_for;  // a manager's name, or empty
};
constexpr std::array kVerbs = std::to_array<VerbRow>({
    {"update", PackageVerb::Upgrade, "yum"},
    {"update", PackageVerb::Upgrade, "dnf"},
    {"update", PackageVerb::Upgrade, "microdnf"},
    {"update", PackageVerb::Upgrade, "tdnf"},
    {"update", PackageVerb::Upgrade, "zypper"},
    {"update", PackageVerb::Upgrade, "npm"},
    {"update", PackageVerb::Upgrade, "pnpm"},
    {"update", PackageVerb::Upgrade, "gem"},
    {"update", PackageVerb::Upgrade, "composer"},
    {"update", PackageVerb::Upgrade, "conda"},
    {"update", PackageVerb::Upgrade, "poetry"},
    {"update", PackageVerb::Upgrade, "pipenv"},
    {"update", PackageVerb::Upgrade, "bundle"},
    {"up", PackageVerb::Upgrade, "zypper"},
    {"up", PackageVerb::Upgrade, "dnf"},
    {"up", PackageVerb::Upgrade, "microdnf"},
    {"update-minimal", PackageVerb::Upgrade, ""},
    {"upgrade-minimal", PackageVerb::Upgrade, ""},
    {"up-min", PackageVerb::Upgrade, ""},
    {"patch", PackageVerb::Upgrade, "zypper"},
    {"ref", PackageVerb::Update, "zypper"},
    {"refresh", PackageVerb::Update, "zypper"},
    {"makecache", PackageVerb::Update, ""},
    {"update", PackageVerb::Update, ""},
    {"upgrade", PackageVerb::Upgrade, ""},
    {"safe-upgrade", PackageVerb::Upgrade, ""},
    {"dist-upgrade", PackageVerb::DistUpgrade, ""},
    {"full-upgrade", PackageVerb::DistUpgrade, ""},
    {"distro-sync", PackageVerb::DistUpgrade, ""},
    {"dup", PackageVerb::DistUpgrade, "zypper"},
    {"install", PackageVerb::Install, ""},
    {"in", PackageVerb::Install, "zypper"},
    {"in", PackageVerb::Install, "dnf"},
    {"si", PackageVerb::Source, "zypper"},
    {"source-install", PackageVerb::Source, ""},
    {"source", PackageVerb::Source, ""},
    {"i", PackageVerb::Install, ""},
    {"add", PackageVerb::Install, ""},
    {"ci", PackageVerb::Install, "npm"},
    {"create", PackageVerb::Install, "conda"},
    {"require", PackageVerb::Install, "composer"},
    {"sync", PackageVerb::Install, ""},
    {"get", PackageVerb::Install, "go"},
    {"groupinstall", PackageVerb::Install, ""},
    {"localinstall", PackageVerb::Install, ""},
    {"reinstall", PackageVerb::Reinstall, ""},
    {"rei", PackageVerb::Reinstall, ""},
    {"build-dep", PackageVerb::Install, ""},
    {"builddep", PackageVerb::Install, ""},
    {"remove", PackageVerb::Remove, ""},
    {"rm", PackageVerb::Remove, ""},
    {"purge", PackageVerb::Remove, ""},
    {"del", PackageVerb::Remove, ""},
    {"erase", PackageVerb::Remove, ""},
    {"uninstall", PackageVerb::Remove, ""},
    {"autoremove", PackageVerb::Remove, ""},
    {"auto-remove", PackageVerb::Remove, ""},
    {"clean", PackageVerb::Clean, ""},
    {"cc", PackageVerb::Clean, "zypper"},
    {"autoclean", PackageVerb::Clean, ""},
    {"distclean", PackageVerb::Clean, ""},
    {"cleanup", PackageVerb::Clean, ""},
    {"clear-cache", PackageVerb::Clean, ""},
    {"clearcache", PackageVerb::Clean, ""},
    {"cache", PackageVerb::Cache, ""},
    {"download", PackageVerb::Download, ""},
    {"fetch", PackageVerb::Download, ""},
    {"wheel", PackageVerb::Build, ""},
    {"build", PackageVerb::Build, ""},
    {"run", PackageVerb::Run, ""},
    {"run-script", PackageVerb::Run, ""},
});

// Words before the real verb: `yarn global add`, `dotnet tool install`, `uv pip install`.
constexpr std::array kGroupWords =
    std::to_array<std::string_view>({"global", "tool", "pip", "package", "module", "group"});

const ManagerRow& row_of(Manager manager) {
  return *std::ranges::find(kManagers, manager, &ManagerRow::manager);
}

bool digits_and_dots(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

std::optional<Manager> manager_of(std::string_view base) {
  if (base.starts_with("pip") && digits_and_dots(base.substr(3))) return Manager::Pip;
  for (const ManagerRow& row : kManagers) {
    if (row.name == base) return row.manager;
  }
  for (const OtherName& other : kOtherNames) {
    if (other.name == base) return other.manager;
  }
  return std::nullopt;
}

PackageVerb verb_of(std::string_view manager, std::string_view word) {
  for (const VerbRow& row : kVerbs) {
    if (row.word == word && (row.only_for.empty() || row.only_for == manager)) return row.verb;
  }
  return PackageVerb::Other;
}

// ---- one package --------------------------------------------------------------------------------

constexpr std::array kPipMarks =
    std::to_array<std::string_view>({"===", "==", ">=", "<=", "~=", "!=", ">", "<"});

void cut(Package& package, std::size_t at, std::size_t mark_size) {
  package.mark = package.name.substr(at, mark_size);
  package.version = package.name.substr(at + mark_size);
  package.name = package.name.substr(0, at);
}

void cut_first_of(Package& package, std::string_view any_of) {
  const std::size_t at = package.name.find_first_of(any_of);
  if (at == std::string_view::npos) return;
  std::size_t size = 1;
  while (at + size < package.name.size() &&
         any_of.find(package.name[at + size]) != std::string_view::npos) {
    ++size;
  }
  cut(package, at, size);
}

void cut_pip(Package& package) {
  const std::size_t at = package.name.find_first_of("=<>~!");
  if (at != std::string_view::npos) {
    for (const std::string_view mark : kPipMarks) {
      if (!package.name.substr(at).starts_with(mark)) continue;
      cut(package, at, mark.size());
      break;
    }
  }
  package.name = package.name.substr(0, package.name.find_first_of("[; "));
}

// name-1.2-3: the version begins with the first digit after a dash.
void cut_rpm(Package& package) {
  for (std::size_t at = package.name.find('-'); at != std::string_view::npos;
       at = package.name.find('-', at + 1)) {
    if (at + 1 < package.name.size() && is_digit(package.name[at + 1])) {
      cut(package, at, 1);
      return;
    }
  }
}

void cut_version(Package& package, Marks marks) {
  switch (marks) {
    case Marks::None:
      return;
    case Marks::Apt:
      cut_first_of(package, "=");
      return;
    case Marks::Apk:
      cut_first_of(package, "=~<>");
      return;
    case Marks::Rpm:
      cut_rpm(package);
      return;
    case Marks::Relations:
    case Marks::Conda:
      cut_first_of(package, "=<>");
      return;
    case Marks::Pip:
      cut_pip(package);
      return;
    case Marks::Colon:
    case Marks::AtSign: {
      // An @ at the beginning is a scope's.
      const std::size_t at = package.name.find(marks == Marks::Colon ? ':' : '@', 1);
      if (at != std::string_view::npos) cut(package, at, 1);
      return;
    }
  }
}

bool has_ending(const ManagerRow& row, std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find(' ') != std::string_view::npos) return false;
  const std::string_view ending = name.substr(dot);
  const std::size_t at = row.file_endings.find(ending);
  return at != std::string_view::npos &&
         row.file_endings.substr(at + ending.size()).starts_with(' ');
}

Package::Form form_of(const ManagerRow& row, std::string_view text) {
  constexpr std::array kVcs = std::to_array<std::string_view>(
      {"git+", "hg+", "svn+", "bzr+", "git:", "git@", "github:", "gitlab:", "bitbucket:"});
  for (const std::string_view start : kVcs) {
    if (text.starts_with(start)) return Package::Form::Vcs;
  }
  if (text.find("://") != std::string_view::npos) return Package::Form::Url;
  if (text == "." || text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
      text.starts_with("~/") || text.starts_with(".[") || has_ending(row, text)) {
    return Package::Form::File;
  }
  if (row.marks == Marks::Rpm && text.starts_with('@')) return Package::Form::Group;
  return Package::Form::Name;
}

Package package_of(const ManagerRow& row, const Word& word) {
  Package made;
  made.word = &word;
  made.name = word.text;
  made.form = form_of(row, word.text);
  if (made.form == Package::Form::Name) cut_version(made, row.marks);
  return made;
}

// ---- the operation ------------------------------------------------------------------------------

// pacman, rpm and dpkg say with a flag what to do.
PackageVerb verb_by_flag(Manager manager, const Invocation& call) {
  if (manager == Manager::Pacman) {
    if (has_flag(call, {"R", "remove"})) return PackageVerb::Remove;
    if (has_flag(call, {"S", "sync", "U"})) {
      if (has_flag(call, {"c", "clean"})) return PackageVerb::Clean;
      if (!operands(call).empty()) return PackageVerb::Install;
      return has_flag(call, {"u", "sysupgrade"}) ? PackageVerb::Upgrade : PackageVerb::Update;
    }
    return PackageVerb::Other;
  }
  if (has_flag(call, {"i", "install", "U", "upgrade", "unpack"})) return PackageVerb::Install;
  if (has_flag(call, {"e", "erase", "r", "remove", "P", "purge"})) return PackageVerb::Remove;
  return PackageVerb::Other;
}

bool speaks_by_flags(Manager manager) {
  return manager == Manager::Pacman || manager == Manager::Rpm || manager == Manager::Dpkg;
}

bool takes_packages(PackageVerb verb) {
  return verb != PackageVerb::Update && verb != PackageVerb::Clean && verb != PackageVerb::Cache &&
         verb != PackageVerb::Other;
}

void add_packages(PackageOperation& made, const ManagerRow& row,
                  std::span<const Word* const> words) {
  if (!takes_packages(made.verb)) return;
  for (const Word* word : words) {
    made.packages.push_back(package_of(row, *word));
    if (made.verb == PackageVerb::Run) return;  // the rest are the program's arguments
  }
}

// Where one flag tells the version of the only package: gem install x -v 1.
void version_by_flag(PackageOperation& made) {
  if (made.packages.size() != 1 || !made.packages.front().mark.empty()) return;
  const bool has_it = made.manager == Manager::Gem || made.manager == Manager::Cargo ||
                      made.manager == Manager::Choco || made.manager == Manager::Winget ||
                      made.manager == Manager::DotNet;
  if (!has_it) return;
  const auto version = made.manager == Manager::Cargo ? flag_value(made.call, {"version", "vers"})
                                                      : flag_value(made.call, {"version", "v"});
  if (!version) return;
  made.packages.front().version = *version;
  made.packages.front().mark = "--version";
}

void add_requirements(PackageOperation& made) {
  if (made.manager != Manager::Pip && made.manager != Manager::Uv) return;
  for (const std::string_view file : flag_values(made.call, {"r", "requirement", "requirements"})) {
    Package package;
    package.name = file;
    package.form = Package::Form::Requirements;
    for (const Word& word : made.call.args()) {
      if (std::string_view(word.text).ends_with(file)) package.word = &word;
    }
    made.packages.push_back(package);
  }
}

// `python3 -m pip …`: the words after `pip`.
std::optional<std::size_t> module_pip(const Invocation& call) {
  if (!call.base().starts_with("python") && call.base() != "py") return std::nullopt;
  const auto args = call.args();
  for (std::size_t i = 0; i + 1 < args.size(); ++i) {
    if (args[i].text == "-m")
      return args[i + 1].text == "pip" ? std::optional(i + 2) : std::nullopt;
    if (!is_flag_word(args[i])) return std::nullopt;
  }
  return std::nullopt;
}

std::size_t index_in(std::span<const Word> args, const Word* word) {
  return static_cast<std::size_t>(word - args.data());
}

void find_verb(PackageOperation& made, const ManagerRow& row, std::span<const Word* const> words) {
  std::size_t at = 0;
  while (at + 1 < words.size() &&
         std::ranges::find(kGroupWords, words[at]->text) != kGroupWords.end()) {
    if (words[at]->text == "global") made.global = true;
    ++at;
  }
  if (at >= words.size()) {
    // `yarn` and `pnpm install` without a word: yarn alone installs.
    if (made.manager == Manager::Yarn && made.call.args().empty()) made.verb = PackageVerb::Install;
    return;
  }
  made.verb_text = words[at]->text;
  made.verb_index = index_in(made.call.args(), words[at]);
  made.verb = verb_of(row.name, made.verb_text);
  // `dotnet add PROJECT package NAME` and `dotnet add package NAME`.
  std::span<const Word* const> rest = words.subspan(at + 1);
  while (!rest.empty() && made.manager == Manager::DotNet && rest.front()->text == "package") {
    rest = rest.subspan(1);
  }
  add_packages(made, row, rest);
}

}  // namespace

std::string_view name_of(Manager manager) { return row_of(manager).name; }

bool is_system_manager(Manager manager) {
  using enum Manager;
  constexpr auto kSystem = std::to_array<Manager>(
      {AptGet, Apt, Aptitude, Dpkg, Apk, Yum, Dnf, MicroDnf, TDnf, Rpm, Zypper, Pacman});
  return std::ranges::find(kSystem, manager) != kSystem.end();
}

std::optional<PackageOperation> package_operation(const Invocation& call) {
  if (call.empty()) return std::nullopt;
  PackageOperation made;
  made.call = call;
  const auto pip = module_pip(call);
  const auto manager = pip ? Manager::Pip : manager_of(call.base());
  if (!manager) return std::nullopt;
  made.manager = *manager;
  std::vector<const Word*> words = operands(call);
  if (pip)
    std::erase_if(words, [&](const Word* word) { return index_in(call.args(), word) < *pip; });
  const ManagerRow& row = row_of(made.manager);
  if (speaks_by_flags(made.manager)) {
    made.verb = verb_by_flag(made.manager, call);
    add_packages(made, row, words);
  } else {
    find_verb(made, row, words);
  }
  if (takes_packages(made.verb)) {
    add_requirements(made);
    version_by_flag(made);
  }
  const bool node = made.manager == Manager::Npm || made.manager == Manager::Yarn ||
                    made.manager == Manager::Pnpm || made.manager == Manager::Bun;
  if (node && has_flag(call, {"g", "global"})) made.global = true;
  return made;
}

std::vector<PackageOperation> package_operations(const Script& script) {
  std::vector<PackageOperation> found;
  for (const Command& command : script.commands) {
    if (auto made = package_operation(seen_through(command))) found.push_back(std::move(*made));
  }
  return found;
}

}  // namespace corten::shell
