// Commands of package managers: what they do, and to which packages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/commands.h"

namespace corten::shell {

// PipLike covers pip, pip3, pip3.11, `python -m pip`, `uv pip`.
enum class Manager {
  AptGet,
  Apt,
  Aptitude,
  Dpkg,
  Apk,
  Yum,
  Dnf,
  MicroDnf,
  TDnf,
  Rpm,
  Zypper,
  Pacman,
  Pip,
  Pipx,
  Pipenv,
  Poetry,
  Uv,
  Conda,
  Npm,
  Yarn,
  Pnpm,
  Bun,
  Gem,
  Bundler,
  Go,
  Cargo,
  Composer,
  DotNet,
  Choco,
  Winget,
  Snap,
  Brew,
};

enum class PackageVerb {
  Install,
  Update /* the index */,
  Upgrade,
  DistUpgrade,
  Remove,
  Clean,
  Reinstall,
  Download,
  Build,
  Source,
  Run,
  Cache,
  Other,
};

struct Package {
  const Word* word = nullptr;
  std::string_view name;  // without version, extras and scope mark
  std::string_view
      version;  // what follows the manager's version mark (`=`, `==`, `@`, `:`); may be ""
  std::string_view mark;  // "=", "==", ">=", "~", "@", … ; empty if there is no version
  enum class Form { Name, File, Url, Vcs, Group, Requirements };
  Form form = Form::Name;
};

struct PackageOperation {
  Manager manager = Manager::AptGet;
  PackageVerb verb = PackageVerb::Other;
  std::string_view verb_text;     // as written: "groupinstall"
  Invocation call;                // flags are asked of this
  std::size_t verb_index = 0;     // in call.args()
  std::vector<Package> packages;  // of the operation, flags and their values left out
  bool global = false;            // npm -g, yarn global
};

[[nodiscard]] std::string_view name_of(Manager manager);  // "apt-get"
// Of a distribution's own packages: apt-get, apk, rpm, …
[[nodiscard]] bool is_system_manager(Manager manager);

// What `call` does if its command is a package manager; nullopt otherwise.
[[nodiscard]] std::optional<PackageOperation> package_operation(const Invocation& call);
// All of a script, seen through wrappers, in order.
[[nodiscard]] std::vector<PackageOperation> package_operations(const Script& script);

}  // namespace corten::shell
