// What the final image carries that a running service does not need.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/removals.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "shell/files.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

// What one RUN takes away again.
struct Removals {
  std::set<std::string_view> names;  // of packages, and of apk's groups of them
  bool all_unneeded = false;         // `apt-get remove --auto-remove`
};

Removals removals_of(const std::vector<shell::PackageOperation>& operations) {
  Removals out;
  for (const shell::PackageOperation& operation : operations) {
    if (operation.verb != shell::PackageVerb::Remove) continue;
    if (operation.packages.empty() &&
        shell::has_flag(operation.call, {"auto-remove", "autoremove"}))
      out.all_unneeded = true;
    for (const shell::Package& package : operation.packages) out.names.insert(package.name);
  }
  return out;
}

// Visits what package managers of systems install into the final image and do not remove again in
// the same RUN.
template <typename Visit>
void for_each_kept_package(const Lint& lint, Visit visit) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.is_onbuild() || !lint.is_in_final(run)) continue;
    const std::vector<shell::PackageOperation> operations = shell::package_operations(run.script);
    const Removals removals = removals_of(operations);
    if (removals.all_unneeded) continue;
    for (const shell::PackageOperation& operation : operations) {
      if (operation.verb != shell::PackageVerb::Install ||
          !shell::is_system_manager(operation.manager))
        continue;
      // `apk add --virtual .build-deps …` that a later `apk del .build-deps` takes out again.
      const auto group = shell::flag_value(operation.call, {"t", "virtual"});
      if (group && removals.names.contains(*group)) continue;
      for (const shell::Package& package : operation.packages) {
        if (!removals.names.contains(package.name)) visit(run, package);
      }
    }
  }
}

bool is_build_tool(std::string_view name) {
  constexpr auto kTools = std::to_array<std::string_view>({"gcc",
                                                           "g++",
                                                           "clang",
                                                           "make",
                                                           "cmake",
                                                           "automake",
                                                           "autoconf",
                                                           "libtool",
                                                           "bison",
                                                           "flex",
                                                           "build-essential",
                                                           "build-base",
                                                           "alpine-sdk",
                                                           "base-devel",
                                                           "gcc-c++",
                                                           "binutils",
                                                           "maven",
                                                           "gradle",
                                                           "cargo",
                                                           "rust",
                                                           "golang",
                                                           "golang-go",
                                                           "go",
                                                           "ninja-build",
                                                           "meson",
                                                           "rpm-build",
                                                           "pkg-config",
                                                           "pkgconf",
                                                           "node-gyp",
                                                           "musl-dev",
                                                           "libc-dev",
                                                           "libc6-dev",
                                                           "linux-headers",
                                                           "git",
                                                           "subversion",
                                                           "mercurial",
                                                           "default-jdk"});
  return is_among(name, kTools) || name.ends_with("-dev") || name.ends_with("-devel") ||
         (name.starts_with("openjdk-") && name.ends_with("-jdk")) ||
         name.starts_with("linux-headers-");
}

void build_tools(const Lint& lint, Problems& problems) {
  // An image that is meant for building keeps its tools: nothing starts in it.
  if (!starts_something(lint)) return;
  const RunScript* last = nullptr;
  for_each_kept_package(lint, [&](const RunScript& run, const shell::Package& package) {
    // One finding a RUN: the list of packages is one decision.
    if (&run == last || !is_build_tool(package.name)) return;
    last = &run;
    problems.add(run.source_range(package.word->range),
                 fmt::format("{} stays in the final image", package.name));
  });
}

// The install without this package, if there are others.
std::optional<Fix> not_installed(const Lint& lint, const RunScript& run,
                                 const shell::Package& package) {
  for (const shell::Command& command : run.script.commands) {
    for (std::size_t i = 0; i < command.words.size(); ++i) {
      if (&command.words[i] != package.word) continue;
      const auto operation = shell::package_operation(shell::seen_through(command));
      if (!operation || operation->packages.size() < 2) return std::nullopt;
      return unsafe_fix(drop_words(lint, run, command, i, i + 1),
                        fmt::format("what calls {} fails", package.name));
    }
  }
  return std::nullopt;
}

void attack_tools(const Lint& lint, Problems& problems) {
  constexpr auto kTools = std::to_array<std::string_view>({"nmap",
                                                           "netcat",
                                                           "netcat-openbsd",
                                                           "netcat-traditional",
                                                           "nc",
                                                           "ncat",
                                                           "nmap-ncat",
                                                           "socat",
                                                           "tcpdump",
                                                           "tshark",
                                                           "wireshark",
                                                           "gdb",
                                                           "strace",
                                                           "ltrace",
                                                           "openssh-client",
                                                           "openssh-clients",
                                                           "telnet",
                                                           "inetutils-telnet",
                                                           "busybox-extras",
                                                           "masscan",
                                                           "hydra",
                                                           "john",
                                                           "hping3",
                                                           "sqlmap",
                                                           "aircrack-ng",
                                                           "metasploit",
                                                           "ettercap"});
  for_each_kept_package(lint, [&](const RunScript& run, const shell::Package& package) {
    if (!is_among(package.name, kTools)) return;
    problems
        .add(run.source_range(package.word->range),
             fmt::format("{} is in the final image", package.name))
        .fix = not_installed(lint, run, package);
  });
}

// Adds the folders of a VOLUME.
void add_volumes(const Lint& lint, const Instruction& volume, PathSet& volumes) {
  for (const Word& word : volume.words) {
    std::string path = tidy_path(lint.stages.expand_at(volume, word.text).text);
    if (path.starts_with('/')) volumes.add(std::move(path));
  }
}

// The VOLUMEs of the stage that stand above the RUN, behind the last step.
std::optional<Fix> volumes_last(const Lint& lint, const Stage& stage, const RunScript& run) {
  const auto list = lint.stages.instructions(stage);
  const Instruction* last = run.outer;
  for (const Instruction& instruction : list) {
    if (instruction.keyword == Keyword::Run && instruction.index > last->index) last = &instruction;
  }
  std::vector<TextEdit> edits;
  for (const Instruction& volume : list) {
    if (volume.keyword != Keyword::Volume || volume.index > run.outer->index) continue;
    // Without it two RUN would stand in a row, one layer too many.
    const auto& all = lint.file.instructions;
    if (all[volume.index - 1].keyword == Keyword::Run &&
        all[volume.index + 1].keyword == Keyword::Run)
      return std::nullopt;
    auto removed = remove_instruction(lint, volume);
    const std::string_view text = lint.file.source.text(volume.text.range());
    auto added = insert_after(lint, *last, fmt::format("VOLUME {}", text));
    if (!removed || !added || volume.first_line != volume.last_line) return std::nullopt;
    edits.push_back(std::move(*removed));
    edits.push_back(std::move(*added));
  }
  return unsafe_fix(std::move(edits), "new volumes begin with what the steps put there");
}

void judge_writes(const Lint& lint, const Stage& stage, const RunScript& run,
                  const PathSet& volumes, Problems& problems, std::size_t& fixes) {
  for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
    using Kind = shell::FileEffect::Kind;
    if (effect.kind == Kind::Remove || effect.kind == Kind::ChangeFolder) continue;
    const auto path = std::ranges::find_if(
        effect.paths, [&](const std::string& one) { return volumes.has_at_or_above(one); });
    if (path == effect.paths.end()) continue;
    Problem& problem = problems.add(
        run.source_range(effect.call.command->range),
        fmt::format("{} lies in a volume: what is done to it after VOLUME is thrown away", *path));
    if (fixes++ < kMostCostlyFixes) problem.fix = volumes_last(lint, stage, run);
    return;
  }
}

void lost_writes(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  for (const Stage& stage : lint.stages.all()) {
    if (stage.is_windows) continue;
    PathSet volumes;  // so far
    for (const Instruction& instruction : lint.stages.instructions(stage)) {
      if (instruction.keyword == Keyword::Volume) add_volumes(lint, instruction, volumes);
      // COPY and ADD below a volume are kept by BuildKit and lost by the classic builder only.
      if (instruction.keyword != Keyword::Run || volumes.empty()) continue;
      if (const RunScript* run = lint.script_of(instruction))
        judge_writes(lint, stage, *run, volumes, problems, fixes);
    }
  }
}

void unused_stage(const Lint& lint, Problems& problems) {
  // With --target, or targets that others build, a stage may be used from outside: say it only of
  // stages that no other one names and that are not the last.
  if (!lint.options.target.empty()) return;
  std::vector<bool> is_named(lint.stages.all().size());
  for (const Reference& reference : lint.stages.references()) {
    if (reference.target != kNone) is_named[reference.target] = true;
  }
  for (const Stage& stage : lint.stages.all()) {
    // A stage with an alias is a target that somebody may ask for: tests, development.
    if (stage.is_used || is_named[stage.index] || !stage.alias.empty()) continue;
    problems.add(stage.from->range, "no other stage uses this one");
  }
}

bool serves_files(const BaseImage& base) {
  if (!base.reference) return false;
  const std::string name = image::familiar_name(*base.reference);
  constexpr auto kServers =
      std::to_array<std::string_view>({"nginx", "httpd", "caddy", "nginxinc/nginx-unprivileged",
                                       "lighttpd", "bitnami/nginx", "bitnami/apache"});
  return is_among(name, kServers) || (name == "php" && base.reference->tag.contains("apache"));
}

bool is_document_root(std::string_view path) {
  constexpr auto kRoots =
      std::to_array<std::string_view>({"/usr/share/nginx/html", "/var/www/html", "/var/www",
                                       "/usr/local/apache2/htdocs", "/srv", "/usr/share/caddy"});
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return is_among(path, kRoots);
}

void served_context(const Lint& lint, Problems& problems) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || !serves_files(base_of(lint, *chain.front()))) return;
  // What .dockerignore leaves out is not copied.
  if (lint.context != nullptr && lint.context->dockerignore &&
      lint.context->dockerignore->contains(".git") && lint.context->dockerignore->contains(".env"))
    return;
  for (const Stage* stage : chain) {
    for (const Instruction& copy : lint.stages.instructions(*stage)) {
      const bool copies = copy.keyword == Keyword::Copy || copy.keyword == Keyword::Add;
      if (!copies || copy.flag("from") != nullptr || copy.words.size() < 2) continue;
      const bool whole =
          std::ranges::any_of(copy.words.first(copy.words.size() - 1), [](const Word& word) {
            return word.text == "." || word.text == "./" || word.text == "*";
          });
      std::string target = lint.stages.expand_at(copy, copy.words.back().text).text;
      if (!target.starts_with('/')) {
        const std::string folder = lint.stages.workdir_at(copy).path;
        target = target == "." || target == "./" ? folder : folder + "/" + target;
      }
      if (whole && is_document_root(target))
        problems.add(copy.range, fmt::format("the whole build context becomes {}", target));
    }
  }
}

bool is_truthy(std::string_view value) {
  const std::string lower = to_lower(value);
  return lower == "1" || lower == "true" || lower == "yes" || lower == "on";
}

bool turns_debugging_on(std::string_view key, std::string_view value) {
  constexpr auto kSwitches = std::to_array<std::string_view>(
      {"DEBUG", "FLASK_DEBUG", "DJANGO_DEBUG", "APP_DEBUG", "RAILS_DEBUG", "WERKZEUG_DEBUG"});
  constexpr auto kEnvironments =
      std::to_array<std::string_view>({"NODE_ENV", "FLASK_ENV", "RAILS_ENV", "RACK_ENV", "APP_ENV",
                                       "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "GIN_MODE"});
  if (is_among(key, kSwitches)) return is_truthy(value) || value == "*";
  const std::string lower = to_lower(value);
  return is_among(key, kEnvironments) &&
         (lower == "development" || lower == "dev" || lower == "debug");
}

// The last ENV of the final image for each name.
std::unordered_map<std::string_view, const Definition*> final_environment(const Lint& lint) {
  std::unordered_map<std::string_view, const Definition*> last;
  for (const Definition& definition : lint.stages.definitions()) {
    const Stage* stage = lint.stages.stage_of(lint.file.instructions[definition.instruction]);
    if (!definition.is_arg && stage != nullptr && stage->in_final)
      last[definition.name] = &definition;
  }
  return last;
}

// The value that the same name has in production, in the case and quotes of this one.
std::optional<Fix> for_production(const Lint& lint, const Pair& pair) {
  std::string_view value = lint.file.source.text(pair.value_range);
  Range range = pair.value_range;
  const bool is_quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                         value.front() == value.back();
  if (is_quoted) {
    value = value.substr(1, value.size() - 2);
    range = {range.begin + 1, range.end - 1};
  }
  struct Opposite {
    std::string_view debugging;
    std::string_view production;
  };
  constexpr auto kOpposites = std::to_array<Opposite>({{"1", "0"},
                                                       {"true", "false"},
                                                       {"True", "False"},
                                                       {"yes", "no"},
                                                       {"on", "off"},
                                                       {"debug", "release"},
                                                       {"development", "production"},
                                                       {"Development", "Production"},
                                                       {"dev", "prod"}});
  const auto* found = std::ranges::find(kOpposites, value, &Opposite::debugging);
  if (found == kOpposites.end()) return std::nullopt;
  return unsafe_fix(TextEdit{range, std::string(found->production)},
                    "the program runs as in production: without what helps while developing");
}

void debugging(const Lint& lint, Problems& problems) {
  const auto environment = final_environment(lint);
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Env) continue;
      for (const Pair& pair : instruction.pairs) {
        const std::string value = lint.stages.expand_at(instruction, pair.value.value_or("")).text;
        if (!turns_debugging_on(pair.key, value)) continue;
        // What a later ENV of the image sets counts, not this one.
        const auto last = environment.find(pair.key);
        if (last != environment.end() && last->second->instruction > instruction.index &&
            !turns_debugging_on(pair.key, last->second->value))
          continue;
        problems.add(pair.range, fmt::format("{}={} in the final image", pair.key, value)).fix =
            for_production(lint, pair);
      }
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL4002", FindingKind::Misconfiguration, Severity::Low, "build tools stay in the final image",
      "Compilers, header files and version control are needed while building and not while "
      "running. They make "
      "the image larger, add vulnerabilities that a scan will report, and give an intruder a "
      "workshop.",
      "build in a stage of its own and COPY --from it, or remove the tools in the same RUN",
      "FROM debian:12\nRUN apt-get update && apt-get install -y gcc make\nCMD [\"/app\"]\n",
      "FROM gcc:14 AS build\nRUN make\nFROM debian:12\nCOPY --from=build /src/app /app\nCMD "
      "[\"/app\"]\n",
      "", "https://docs.docker.com/build/building/multi-stage/"},
     Default::On,
     build_tools},
    {{"CL4007", FindingKind::Misconfiguration, Severity::Low,
      "files are written below a volume after VOLUME",
      "After VOLUME, the builder throws away what later RUN instructions change below that path: "
      "files and "
      "owners that were set are missing in the image, without any error.",
      "move VOLUME behind the instructions that fill the folder",
      "FROM debian:12\nVOLUME /data\nRUN mkdir /data/cache\n",
      "FROM debian:12\nRUN mkdir -p /data/cache\nVOLUME /data\n", "",
      "https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes"},
     Default::On,
     lost_writes},
    {{"CL4008", FindingKind::Misconfiguration, Severity::Low, "a stage that nothing uses",
      "No other stage is built on it or copies from it and it has no name to build it by, so it "
      "never runs. "
      "It may be left over, or the stage that should use it names another.",
      "remove the stage, or copy from it",
      "FROM debian:12\nRUN make\nFROM debian:12\nCMD [\"/app\"]\n",
      "FROM debian:12 AS build\nRUN make\nFROM debian:12\nCOPY --from=build /app /app\n", "", ""},
     Default::On,
     unused_stage},
    {{"CL4013", FindingKind::Misconfiguration, Severity::Low,
      "debugging or attack tools in the final image",
      "Network scanners, packet dumpers and debuggers are what an intruder would have to bring "
      "along first. A "
      "service does not need them; a person who debugs can attach them from outside.",
      "leave them out, and use `docker debug`, `kubectl debug` or a side container when needed",
      "FROM debian:12\nRUN apt-get update && apt-get install -y nmap\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y ca-certificates\n", "", ""},
     Default::On,
     attack_tools},
    {{"CL4014", FindingKind::Misconfiguration, Severity::Medium,
      "the whole build context is served to the web",
      "The files of the build context land in the web server's document root: .git, .env, the "
      "Dockerfile and "
      "whatever else lies there can then be fetched by anyone.",
      "copy only the folder with the built pages, and list the rest in .dockerignore",
      "FROM nginx:1.27\nCOPY . /usr/share/nginx/html\n",
      "FROM nginx:1.27\nCOPY public /usr/share/nginx/html\n", "", ""},
     Default::On,
     served_context},
    {{"CL4015", FindingKind::Misconfiguration, Severity::Low,
      "the final image runs in debugging mode",
      "Debugging modes show stack traces, settings and source to visitors, and some offer a "
      "console that runs "
      "code. What an ENV of the image says counts wherever nobody overrides it.",
      "set it to production here, and override it where you develop",
      "FROM node:22\nENV NODE_ENV=development\nCMD [\"node\", \"app.js\"]\n",
      "FROM node:22\nENV NODE_ENV=production\nCMD [\"node\", \"app.js\"]\n", "", ""},
     Default::On,
     debugging},
});

}  // namespace

std::span<const Rule> runtime_content_rules() { return kRules; }

}  // namespace corten::dockerfile
