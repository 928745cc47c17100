// What a Dockerfile for Windows needs to say, and what only Linux has.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/user_fixes.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

// ---- CL5001 -------------------------------------------------------------------------------------

bool is_administrator(std::string_view user) {
  const std::string lower = to_lower(user);
  const std::string_view name = std::string_view(lower).substr(lower.rfind('\\') + 1);
  return name == "containeradministrator" || name == "administrator" || name.ends_with("system");
}

bool starts_as_administrator(const BaseImage& base) {
  if (base.facts != nullptr) return base.facts->user.empty() || is_administrator(base.facts->user);
  if (base.known != nullptr && base.known->family == image::ImageFamily::Windows)
    return image::starts_as_root(*base.known);
  return to_lower(base.stage->base).contains("servercore");
}

void administrator(const Lint& lint, Problems& problems) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || !chain.front()->is_windows) return;
  const Stage& stage = *chain.front();
  if (const Instruction* user = lint.stages.user_of(stage)) {
    const EffectiveUser named = user_named_by(lint, *user);
    if (!named.is_known() || !is_administrator(named.name)) return;
    problems.add(user->words.front().range, fmt::format("the container runs as {}", named.name))
        .fix = fix_of_administrator(lint);
    return;
  }
  const BaseImage base = base_of(lint, stage);
  if (!starts_as_administrator(base)) return;
  problems
      .add(base_place(stage),
           fmt::format("no USER, and {} starts as ContainerAdministrator", base.stage->base))
      .fix = fix_of_administrator(lint);
}

// ---- CL5002 -------------------------------------------------------------------------------------

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ':' || c == '.' || c == '}' || c == '%';
}

// Whether a line ends in a path of Windows: `COPY a C:\app\`.
bool ends_in_path(std::string_view line, Keyword keyword) {
  line = trim(line);
  if (line.size() < 2 || line.back() != '\\' || line.starts_with('#')) return false;
  line.remove_suffix(1);
  if (!is_name_char(line.back())) return false;
  const std::string_view word = line.substr(line.find_last_of(" \t\"'=") + 1);
  const bool has_drive = word.size() >= 2 && word[1] == ':';
  if (has_drive || word.contains('\\') || word == ".") return true;
  // In these every word is a path or a value; commands go on with words of all kinds.
  return keyword == Keyword::Copy || keyword == Keyword::Add || keyword == Keyword::Workdir ||
         keyword == Keyword::Volume;
}

// The directive at the top, and ` for each backslash that is meant to go on to the next line.
std::optional<Fix> with_directive(const Lint& lint, const std::vector<Range>& swallowing) {
  const Source& source = lint.file.source;
  const bool has_directive = std::ranges::any_of(
      lint.file.directives, [](const Directive& one) { return to_lower(one.name) == "escape"; });
  if (has_directive || source.text().contains('`')) return std::nullopt;
  const std::uint32_t top = source.line_range(1).begin;
  std::vector<TextEdit> edits = {
      {{top, top}, fmt::format("# escape=`{}", newline_of(lint.file, 1))}};
  for (std::uint32_t line = 1; line <= source.line_count(); ++line) {
    const Range range = source.line_range(line);
    const std::string_view text = trim(source.text(range));
    if (!text.ends_with('\\') || text.starts_with('#')) continue;
    const auto at = static_cast<std::uint32_t>(source.text(range).find_last_of('\\'));
    const Range place{range.begin + at, range.begin + at + 1};
    if (std::ranges::find(swallowing, place) == swallowing.end()) edits.push_back({place, "`"});
  }
  return unsafe_fix(std::move(edits), "no backslash of the file escapes anything any more");
}

void swallowed_line(const Lint& lint, Problems& problems) {
  if (lint.file.escape != '\\') return;
  const Source& source = lint.file.source;
  std::vector<Range> found;
  for (const Stage& stage : lint.stages.all()) {
    if (!stage.is_windows) continue;
    for (const Instruction& instruction : lint.stages.instructions(stage)) {
      for (std::uint32_t line = instruction.first_line; line <= instruction.header_line; ++line) {
        const Range range = source.line_range(line);
        const std::string_view text = source.text(range);
        if (!ends_in_path(text, instruction.keyword)) continue;
        const auto at = static_cast<std::uint32_t>(text.find_last_of('\\'));
        found.push_back({range.begin + at, range.begin + at + 1});
      }
    }
  }
  for (const Range& place : found) {
    Problem& problem = problems.add(place, "this backslash joins the next line to the path");
    if (place == found.front()) problem.fix = with_directive(lint, found);
  }
}

// ---- CL5005 -------------------------------------------------------------------------------------

bool stops_at_errors(std::string_view text) {
  const std::string lower = to_lower(text);
  const std::size_t at = lower.find("erroractionpreference");
  return at != std::string::npos && lower.find("stop", at) != std::string::npos;
}

bool is_powershell(const Instruction& shell) {
  if (shell.words.empty()) return false;
  const auto dialect = shell::dialect_of(shell.words.front().text);
  return dialect == shell::Dialect::PowerShell;
}

// The preference behind -Command, which is added where it is missing.
std::optional<Fix> stopping(const Instruction& shell) {
  if (shell.form != Form::Exec || shell.words.empty()) return std::nullopt;
  const auto command = std::ranges::find_if(shell.words, [](const Word& word) {
    const std::string lower = to_lower(word.text);
    return lower == "-command" || lower == "-c";
  });
  const bool has_command = command != shell.words.end();
  const std::uint32_t at = has_command ? command->range.end : shell.words.back().range.end;
  return unsafe_fix(TextEdit{{at, at},
                             fmt::format("{}, \"$ErrorActionPreference = 'Stop';\"",
                                         has_command ? "" : ", \"-Command\"")},
                    "a step with a command that fails stops the build");
}

void errors_go_on(const Lint& lint, Problems& problems) {
  // RUNs in the shell that a SHELL sets, and how many of them care for themselves.
  struct Runs {
    std::size_t all = 0;
    std::size_t careful = 0;
  };
  std::map<std::uint32_t, Runs> runs;
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.instruction->form == Form::Exec) continue;
    const Instruction* shell = lint.stages.shell_at(*run.outer);
    if (shell == nullptr) continue;
    Runs& one = runs[shell->index];
    ++one.all;
    if (stops_at_errors(run.script.text)) ++one.careful;
  }
  for (const Instruction& shell : lint.file.instructions) {
    if (shell.keyword != Keyword::Shell || shell.broken || !is_powershell(shell)) continue;
    if (std::ranges::any_of(shell.words,
                            [](const Word& word) { return stops_at_errors(word.text); }))
      continue;
    const auto found = runs.find(shell.index);
    if (found != runs.end() && found->second.all == found->second.careful) continue;
    problems.add(shell.range, "a RUN goes on after a command of PowerShell has failed").fix =
        stopping(shell);
  }
}

// ---- CL5006 -------------------------------------------------------------------------------------

// Words of a file that make use of what only the bigger images have.
bool needs_big_image(std::string_view lower) {
  constexpr auto kMarks = std::to_array<std::string_view>(
      {"powershell",     "pwsh",      "msi",     "framework", "dism",
       "servicemonitor", "iis",       "w3svc",   "w3wp",      "choco",
       "regsvr32",       "regasm",    "gacutil", ".ps1",      "windowsfeature",
       "vc_redist",      "vcredist",  "odbc",    "wmic",      "setup",
       "installer",      "/quiet",    "inetpub", "sqlserver", "reg add",
       "net start",      "sc create", "aspnet_", "invoke-"});
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return lower.contains(mark); });
}

bool is_big_image(const BaseImage& base) {
  if (!base.reference) return false;
  const std::string name = image::familiar_name(*base.reference);
  const std::string tag = to_lower(base.reference->tag);
  if (name == "mcr.microsoft.com/windows" || name.starts_with("mcr.microsoft.com/windows/server"))
    return true;
  return name == "microsoft/windowsservercore" || tag.contains("windowsservercore");
}

void bigger_than_needed(const Lint& lint, Problems& problems) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || !chain.front()->is_windows) return;
  const BaseImage base = base_of(lint, *chain.front());
  if (!is_big_image(base)) return;
  for (const Stage* stage : chain) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (needs_big_image(to_lower(instruction.text.text))) return;
      if (needs_big_image(to_lower(instruction.script.text))) return;
    }
  }
  problems.add(base_place(*base.stage),
               fmt::format("nothing here seems to need {}", base.stage->base));
}

// ---- CL5007 -------------------------------------------------------------------------------------

struct WindowsEnd {
  std::string_view version;
  std::string_view date;  // last day of support
};
// From Microsoft's lifecycle pages of Windows Server.
constexpr auto kEnds = std::to_array<WindowsEnd>({
    {"sac2016", "2018-10-09"},
    {"1709", "2019-04-09"},
    {"1803", "2019-11-12"},
    {"1809", "2020-11-10"},
    {"1903", "2020-12-08"},
    {"1909", "2021-05-11"},
    {"2004", "2021-12-14"},
    {"20h2", "2022-08-09"},
    {"23h2", "2025-10-24"},
    {"ltsc2016", "2027-01-12"},
    {"ltsc2019", "2029-01-09"},
    {"ltsc2022", "2031-10-14"},
    {"ltsc2025", "2034-10-10"},
});

void old_windows(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    if (!stage.is_windows || stage.parent != kNone || !stage.base_known) continue;
    const auto reference = image::parse_reference(stage.base);
    if (!reference) continue;
    const std::string name = image::familiar_name(*reference);
    const std::string tag = to_lower(reference->tag);
    const bool is_system = name.starts_with("mcr.microsoft.com/windows") ||
                           name == "microsoft/nanoserver" || name == "microsoft/windowsservercore";
    if (is_system && reference->digest.empty() && (tag.empty() || tag == "latest")) {
      problems.add(base_place(stage),
                   fmt::format("{} does not say which Windows it is", stage.base));
      continue;
    }
    if (!is_system && !tag.contains("nanoserver") && !tag.contains("servercore") &&
        !name.starts_with("mcr.microsoft.com/dotnet/framework"))
      continue;
    for (const std::string_view part : split(tag, '-')) {
      const auto* end = std::ranges::find(kEnds, part, &WindowsEnd::version);
      if (end == kEnds.end() || *parse_time(end->date) >= lint.options.now) continue;
      problems.add(base_place(stage),
                   fmt::format("Windows {} has had no updates since {}", part, end->date));
      break;
    }
  }
}

// ---- CL5009 -------------------------------------------------------------------------------------

// Nothing builds with the flag, so nothing can rely on it.
std::optional<Fix> without(const Lint& lint, const Flag& flag) {
  return safe_fix(remove_flag(lint, flag));
}

void judge_flags(const Lint& lint, const Instruction& instruction, Problems& problems) {
  if (instruction.keyword == Keyword::Copy || instruction.keyword == Keyword::Add) {
    for (const Flag& flag : instruction.flags) {
      if (flag.name != "chown" && flag.name != "chmod") continue;
      problems.add(flag.range, fmt::format("--{} is refused in an image of Windows", flag.name))
          .fix = without(lint, flag);
    }
    return;
  }
  if (instruction.keyword != Keyword::Run) return;
  for (const Flag& flag : instruction.flags) {
    if (flag.name != "security" && flag.name != "device") continue;
    problems.add(flag.range, fmt::format("--{} is refused in an image of Windows", flag.name)).fix =
        without(lint, flag);
  }
  for (const Mount& mount : mounts_of(instruction)) {
    if (mount.type != "ssh" && mount.type != "tmpfs") continue;
    problems.add(mount.flag->range, fmt::format("Windows has no mount of type {}", mount.type));
  }
}

void linux_only(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    if (!stage.is_windows) continue;
    for (const Instruction& outer : lint.stages.instructions(stage))
      judge_flags(lint, outer.nested != nullptr ? *outer.nested : outer, problems);
  }
  constexpr auto kPrograms = std::to_array<std::string_view>(
      {"apt-get", "apt", "apk", "yum", "dnf", "chmod", "chown", "useradd", "adduser", "groupadd"});
  for (const RunScript& run : lint.scripts) {
    if (!lint.is_windows(run) || !run.is_run()) continue;
    if (shell::is_posix_like(run.script.dialect)) continue;
    for (const shell::Command& command : run.script.commands) {
      if (command.words.empty()) continue;
      if (std::ranges::find(kPrograms, command.name()) == kPrograms.end()) continue;
      problems.add(run.source_range(command.words.front().range),
                   fmt::format("Windows has no {}", command.name()));
      break;
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL5001", FindingKind::Misconfiguration, Severity::High,
      "the container runs as ContainerAdministrator",
      "ContainerAdministrator has all rights in the container and may change every file and "
      "service in it. Images of Server Core and Windows start as this account; Nano Server starts "
      "as ContainerUser. A service seldom needs more than ContainerUser.",
      "add \"USER ContainerUser\" after the last step that needs an administrator",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:/app/\n"
      "CMD [\"C:/app/app.exe\"]\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:/app/\n"
      "USER ContainerUser\nCMD [\"C:/app/app.exe\"]\n",
      "",
      "https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/"
      "container-security"},
     Default::On,
     administrator},
    {{"CL5002", FindingKind::Misconfiguration, Severity::High,
      "a backslash at the end of a path swallows the next line",
      "Without the directive `# escape=` the backslash at the end of a line joins the next line to "
      "it. A folder written as C:\\app\\ then takes the next instruction for a part of its name, "
      "and the build goes wrong in a way that is hard to see.",
      "begin the file with the line # escape=`, or write paths with slashes",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:\\app\\\n"
      "RUN dir C:\\app\n",
      "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:\\app\\\n"
      "RUN dir C:\\app\n",
      "", "https://docs.docker.com/reference/dockerfile/#escape"},
     Default::On,
     swallowed_line},
    {{"CL5005", FindingKind::Misconfiguration, Severity::Low, "PowerShell goes on after errors",
      "PowerShell reports an error of a command and goes on with the next one, so a RUN can "
      "succeed "
      "although a download or an installation failed. With $ErrorActionPreference = 'Stop' the "
      "build stops there.",
      "write SHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\n"
      "RUN Install-WindowsFeature Web-Server\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
      "SHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\n"
      "RUN Install-WindowsFeature Web-Server\n",
      "", "https://docs.docker.com/reference/dockerfile/#shell"},
     Default::On,
     errors_go_on},
    {{"CL5006", FindingKind::Misconfiguration, Severity::Info, "Nano Server may be enough",
      "Server Core and Windows images bring gigabytes of services and programs, with all their "
      "flaws and updates. Programs that need no installer, no .NET Framework and no PowerShell run "
      "on Nano Server, which is a fraction of it and starts as ContainerUser.",
      "try mcr.microsoft.com/windows/nanoserver with the same version",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY app.exe C:/app/\n"
      "CMD [\"C:/app/app.exe\"]\n",
      "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY app.exe C:/app/\n"
      "CMD [\"C:/app/app.exe\"]\n",
      "",
      "https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/"
      "container-base-images"},
     Default::On,
     bigger_than_needed},
    {{"CL5007", FindingKind::Misconfiguration, Severity::Medium,
      "this Windows gets no updates any more",
      "Images of Windows follow the release that their tag names, and the releases of the "
      "semi-annual channel have all ended. Their flaws stay open, and newer hosts cannot run them "
      "without Hyper-V. Images of Windows have no tag `latest`: one must be named.",
      "use ltsc2022 or ltsc2025",
      "FROM mcr.microsoft.com/windows/servercore:1909\nUSER ContainerUser\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER ContainerUser\n", "",
      "https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/"
      "base-image-lifecycle"},
     Default::On,
     old_windows},
    {{"CL5009", FindingKind::Misconfiguration, Severity::High, "only Linux has this",
      "Owners and modes of Unix, mounts for SSH agents and package managers of Linux do not exist "
      "in images of Windows. The builder refuses the flag, or the command is not found.",
      "leave it out; icacls sets the rights of files on Windows",
      "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY --chown=1000:1000 app.exe "
      "C:/app/\n",
      "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY app.exe C:/app/\n", "",
      "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"},
     Default::On,
     linux_only},
});

}  // namespace

std::span<const Rule> windows_rules() { return kRules; }

}  // namespace corten::dockerfile
