// What commands of Windows images do: downloads that are run, guards that are turned off.
//
// Lines of cmd hold lines of PowerShell in strings, and those hold more; so these rules look for
// statements in the text itself, whatever quotes are around them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

// A piece of the text, in lower case, and where it begins in the script.
struct Piece {
  std::string_view text;
  std::uint32_t begin = 0;

  [[nodiscard]] shell::Range range() const {
    return {begin, begin + static_cast<std::uint32_t>(text.size())};
  }
};

std::vector<Piece> pieces(std::string_view text, std::uint32_t base, std::string_view marks) {
  std::vector<Piece> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find_first_not_of(marks, at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(marks, begin), text.size());
    out.push_back({text.substr(begin, end - begin), base + static_cast<std::uint32_t>(begin)});
    at = end;
  }
  return out;
}

std::vector<Piece> statements(std::string_view lower) { return pieces(lower, 0, ";&|\n"); }
std::vector<Piece> words(const Piece& statement) {
  return pieces(statement.text, statement.begin, " \t\r\n'\"()[]{},=");
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

bool is_download_word(std::string_view word) {
  constexpr auto kTools = std::to_array<std::string_view>(
      {"invoke-webrequest", "iwr", "invoke-restmethod", "irm", "start-bitstransfer", "curl",
       "curl.exe", "wget", "wget.exe", "bitsadmin", "bitsadmin.exe"});
  return is_one_of(word, kTools) || word.ends_with(".downloadfile") ||
         word.ends_with(".downloadstring") || word.ends_with(".downloaddata");
}

bool checks_hash(std::string_view lower) {
  constexpr auto kChecks =
      std::to_array<std::string_view>({"get-filehash", "-hashfile", "get-authenticodesignature",
                                       "computehash", "sha256sum", "sha512sum"});
  return std::ranges::any_of(kChecks, [&](std::string_view one) { return lower.contains(one); });
}

// ---- CL5003 -------------------------------------------------------------------------------------

// "setup.exe" of "https://example.com/a/setup.exe?x=1" and of "c:\setup.exe"; empty: no program.
std::string_view program_name(std::string_view word) {
  constexpr auto kEndings =
      std::to_array<std::string_view>({".exe", ".msi", ".zip", ".ps1", ".msu", ".cab", ".msix",
                                       ".appx", ".bat", ".cmd", ".7z", ".nupkg"});
  word = word.substr(0, word.find_first_of("?#"));
  const std::string_view name = word.substr(word.find_last_of("/\\:") + 1);
  const bool fits = std::ranges::any_of(kEndings, [&](std::string_view ending) {
    return name.size() > ending.size() && name.ends_with(ending);
  });
  return fits ? name : std::string_view();
}

struct Fetched {
  shell::Range place;
  std::vector<std::string_view> names;
};

std::optional<Fetched> fetched(const Piece& statement) {
  const std::vector<Piece> all = words(statement);
  const auto tool = std::ranges::find_if(all, [&](const Piece& word) {
    return is_download_word(word.text) && !word.text.ends_with(".downloadstring");
  });
  const bool by_certutil =
      statement.text.contains("certutil") && statement.text.contains("-urlcache");
  if (tool == all.end() && !by_certutil) return std::nullopt;
  Fetched out;
  out.place = tool == all.end() ? all.front().range() : tool->range();
  for (const Piece& word : all) {
    const std::string_view name = program_name(word.text);
    if (!name.empty() && !is_download_word(name) && name != "certutil.exe" &&
        name != "powershell.exe")
      out.names.push_back(name);
  }
  if (out.names.empty()) return std::nullopt;
  return out;
}

bool uses(const Piece& statement, const Fetched& file, bool same_run) {
  constexpr auto kHarmless =
      std::to_array<std::string_view>({"remove-item", "del", "rm", "ri", "erase", "write-host",
                                       "echo", "copy", "move", "ren", "if", "test-path", "rmdir"});
  const std::vector<Piece> all = words(statement);
  if (all.empty() || is_one_of(all.front().text, kHarmless)) return false;
  if (std::ranges::any_of(file.names,
                          [&](std::string_view name) { return statement.text.contains(name); }))
    return true;
  // The name may be in a variable.
  constexpr auto kStarters = std::to_array<std::string_view>(
      {"start-process", "msiexec", "msiexec.exe", "expand-archive"});
  return same_run && is_one_of(all.front().text, kStarters);
}

struct RunText {
  const RunScript* run = nullptr;
  std::string lower;
};

void judge_downloads(std::span<const RunText> stage, Problems& problems) {
  constexpr std::size_t kMostDownloads = 50;
  if (std::ranges::any_of(stage, [](const RunText& one) { return checks_hash(one.lower); })) return;
  std::vector<std::vector<Piece>> all;
  for (const RunText& one : stage) all.push_back(statements(one.lower));
  std::size_t downloads = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all[i].size(); ++j) {
      const auto file = fetched(all[i][j]);
      if (!file || ++downloads > kMostDownloads) continue;
      bool used = false;
      for (std::size_t k = i; k < all.size() && !used; ++k) {
        for (std::size_t m = k == i ? j + 1 : 0; m < all[k].size() && !used; ++m)
          used = uses(all[k][m], *file, k == i);
      }
      if (!used) continue;
      problems.add(
          stage[i].run->source_range(file->place),
          fmt::format("{} is fetched and run, and nothing checks what it is", file->names.back()));
    }
  }
}

void add_of_program(const Lint& lint, Problems& problems, const std::vector<bool>& checked) {
  for (const Instruction& add : lint.file.instructions) {
    if (add.keyword != Keyword::Add || add.flag("checksum") != nullptr) continue;
    const Stage* stage = lint.stages.stage_of(add);
    if (stage == nullptr || !stage->is_windows || checked[stage->index]) continue;
    for (const Word& word : add.words) {
      const std::string lower = to_lower(lint.stages.expand_at(add, word.text).text);
      if (!lower.starts_with("http://") && !lower.starts_with("https://")) continue;
      const std::string_view name = program_name(lower);
      if (name.empty()) continue;
      problems.add(word.range, fmt::format("{} is fetched, and nothing checks what it is", name));
    }
  }
}

void unchecked_programs(const Lint& lint, Problems& problems) {
  std::vector<bool> checked(lint.stages.all().size(), false);
  std::vector<RunText> stage_runs;
  std::uint32_t stage = kNone;
  const auto finish = [&] {
    judge_downloads(stage_runs, problems);
    stage_runs.clear();
  };
  for (const RunScript& run : lint.scripts) {
    if (run.stage == kNone || !run.is_run() || !lint.stages.all()[run.stage].is_windows) continue;
    if (run.stage != stage) finish();
    stage = run.stage;
    stage_runs.push_back({&run, to_lower(run.script.text)});
    if (checks_hash(stage_runs.back().lower)) checked[stage] = true;
  }
  finish();
  add_of_program(lint, problems, checked);
}

// ---- CL5004 -------------------------------------------------------------------------------------

void runs_downloaded_text(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    const std::string lower = to_lower(run.script.text);
    if (!lower.contains("iex") && !lower.contains("invoke-expression")) continue;
    if (checks_hash(lower)) continue;
    std::optional<shell::Range> place;
    bool fetches = false;
    for (const Piece& statement : statements(lower)) {
      for (const Piece& word : words(statement)) {
        if (word.text == "iex" || word.text == "invoke-expression") place = word.range();
        fetches = fetches || is_download_word(word.text);
      }
    }
    if (!place || !fetches) continue;
    problems.add(run.source_range(*place), "what a server sends is run at once, unseen");
  }
}

// ---- CL5008 -------------------------------------------------------------------------------------

// The words that let every script run: "-ExecutionPolicy Bypass", "Set-ExecutionPolicy
// Unrestricted".
std::optional<shell::Range> loose_policy(std::string_view lower) {
  if (!lower.contains("bypass") && !lower.contains("unrestricted")) return std::nullopt;
  for (const Piece& statement : statements(lower)) {
    std::uint32_t begin = 0;
    bool asks = false;
    bool sets = false;
    for (const Piece& word : words(statement)) {
      const bool value = word.text == "bypass" || word.text == "unrestricted";
      if (value && (asks || sets)) return shell::Range{begin, word.range().end};
      constexpr auto kFlags = std::to_array<std::string_view>(
          {"-executionpolicy", "-ep", "-exec", "-ex", "/executionpolicy"});
      asks = is_one_of(word.text, kFlags);
      const bool setter = word.text == "set-executionpolicy";
      if ((asks && !sets) || setter) begin = word.begin;
      sets = sets || setter;
    }
  }
  return std::nullopt;
}

constexpr std::string_view kTighter = "RemoteSigned";
constexpr std::string_view kTighterNote = "scripts from a network run only if they are signed";

// The policy is the last word of `place`.
std::optional<Fix> tighter_policy(const Lint& lint, const RunScript& run, shell::Range place) {
  if (run.instruction->form == Form::Exec) return std::nullopt;
  const Range range = run.source_range(place);
  const std::string_view text = lint.file.source.text(range);
  const std::size_t at = text.find_last_of(" \t:=") + 1;
  const std::string lower = to_lower(text.substr(at));
  if (lower != "bypass" && lower != "unrestricted") return std::nullopt;
  return unsafe_fix(
      TextEdit{{range.begin + static_cast<std::uint32_t>(at), range.end}, std::string(kTighter)},
      std::string(kTighterNote));
}

std::optional<Fix> tighter_policy(const Instruction& shell) {
  if (shell.form != Form::Exec) return std::nullopt;
  for (const Word& word : shell.words) {
    const std::string lower = to_lower(word.text);
    if (lower == "bypass" || lower == "unrestricted")
      return unsafe_fix(TextEdit{word.range, fmt::format("\"{}\"", kTighter)},
                        std::string(kTighterNote));
  }
  return std::nullopt;
}

void loose_policies(const Lint& lint, Problems& problems) {
  constexpr std::string_view kEvidence = "PowerShell runs any script, signed or not";
  for (const RunScript& run : lint.scripts) {
    if (const auto place = loose_policy(to_lower(run.script.text)))
      problems.add(run.source_range(*place), std::string(kEvidence)).fix =
          tighter_policy(lint, run, *place);
  }
  for (const Instruction& shell : lint.file.instructions) {
    if (shell.keyword != Keyword::Shell) continue;
    std::string joined;
    for (const Word& word : shell.words) joined.append(word.text).push_back(' ');
    if (loose_policy(to_lower(joined)))
      problems.add(shell.text.range(), std::string(kEvidence)).fix = tighter_policy(shell);
  }
}

// ---- CL5010 -------------------------------------------------------------------------------------

bool has_word(std::span<const Piece> all, std::string_view wanted) {
  return std::ranges::find(all, wanted, &Piece::text) != all.end();
}

// "net user NAME PASSWORD /add", "net localgroup administrators NAME /add".
std::string_view judged_net(std::span<const Piece> all) {
  for (std::size_t i = 0; i + 2 < all.size(); ++i) {
    const std::string_view tool = all[i].text;
    if (tool != "net" && tool != "net.exe" && tool != "net1") continue;
    const std::span<const Piece> rest = all.subspan(i + 2);
    if (!has_word(rest, "/add")) continue;
    std::vector<std::string_view> operands;
    for (const Piece& word : rest) {
      if (!word.text.starts_with('/')) operands.push_back(word.text);
    }
    if (all[i + 1].text == "user" && operands.size() > 1 && operands[1] != "*")
      return "an account gets a password that stands in the build";
    if (all[i + 1].text == "localgroup" && operands.size() > 1 && operands[0] == "administrators")
      return "an account becomes an administrator";
  }
  return {};
}

bool is_off(std::span<const Piece> all) {
  return has_word(all, "off") || has_word(all, "$false") || has_word(all, "false") ||
         has_word(all, "disable") || has_word(all, "0");
}

std::string_view judged_firewall(std::span<const Piece> all) {
  constexpr std::string_view kFirewall = "the firewall is turned off";
  if (has_word(all, "set-netfirewallprofile") && is_off(all)) return kFirewall;
  if (has_word(all, "netsh") && (has_word(all, "advfirewall") || has_word(all, "firewall")) &&
      (has_word(all, "off") || has_word(all, "disable")))
    return kFirewall;
  const bool stops = has_word(all, "stop-service") || has_word(all, "stop") ||
                     has_word(all, "delete") || has_word(all, "disabled");
  if (stops && has_word(all, "mpssvc")) return kFirewall;
  return {};
}

std::string_view judged_defender(std::span<const Piece> all) {
  constexpr std::string_view kDefender = "Defender is turned off";
  const bool removes =
      has_word(all, "uninstall-windowsfeature") || has_word(all, "remove-windowsfeature") ||
      has_word(all, "stop-service") || has_word(all, "/disable-feature") || has_word(all, "stop") ||
      has_word(all, "delete") || has_word(all, "disabled") || has_word(all, "set-mppreference");
  for (const Piece& word : all) {
    if (word.text.starts_with("windows-defender") || word.text == "windefend") {
      if (removes) return kDefender;
    }
    const bool preference =
        word.text.starts_with("-disable") && has_word(all, "set-mppreference") && !is_off(all);
    if (preference || (word.text == "disableantispyware" && has_word(all, "1"))) return kDefender;
  }
  return {};
}

std::string_view judged_guard(std::span<const Piece> all) {
  if (const auto found = judged_net(all); !found.empty()) return found;
  if (const auto found = judged_firewall(all); !found.empty()) return found;
  if (const auto found = judged_defender(all); !found.empty()) return found;
  if (has_word(all, "enablelua") && is_off(all)) return "User Account Control is turned off";
  if (has_word(all, "new-localuser") && has_word(all, "-password"))
    return "an account gets a password that stands in the build";
  if (has_word(all, "add-localgroupmember") && has_word(all, "administrators"))
    return "an account becomes an administrator";
  return {};
}

void guards_off(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_run() || run.stage == kNone) continue;
    if (!lint.stages.all()[run.stage].is_windows && shell::is_posix_like(run.script.dialect))
      continue;
    const std::string lower = to_lower(run.script.text);
    for (const Piece& statement : statements(lower)) {
      const std::vector<Piece> all = words(statement);
      const std::string_view evidence = judged_guard(all);
      if (evidence.empty()) continue;
      problems.add(run.source_range({all.front().begin, all.back().range().end}),
                   std::string(evidence));
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL5003", FindingKind::Misconfiguration, Severity::Medium,
      "a program is fetched for Windows and not checked",
      "An installer or script from a server is run with the rights of ContainerAdministrator. "
      "Without a hash nobody notices when the server, or somebody in between, sends another file. "
      "Get-FileHash and certutil -hashfile are in every image.",
      "compare the hash before the file is used: (Get-FileHash setup.exe).Hash, or ADD --checksum",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\n"
      "RUN Invoke-WebRequest https://example.com/a.msi -OutFile a.msi; "
      "Start-Process msiexec -ArgumentList '/i a.msi /qn' -Wait\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\n"
      "RUN Invoke-WebRequest https://example.com/a.msi -OutFile a.msi; "
      "if ((Get-FileHash a.msi).Hash -ne $env:SUM) { exit 1 }; "
      "Start-Process msiexec -ArgumentList '/i a.msi /qn' -Wait\n",
      "",
      "https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/get-filehash"},
     Default::On,
     unchecked_programs},
    {{"CL5004", FindingKind::Misconfiguration, Severity::High,
      "PowerShell runs what a server sends",
      "Invoke-Expression of a downloaded text hands the build to whoever controls the server or "
      "the way to it. Nothing is kept to look at afterwards, and the next build may run something "
      "else.",
      "fetch the script to a file, compare its hash, then run it",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
      "RUN powershell -Command \"iex (iwr -UseBasicParsing https://example.com/a.ps1)\"\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY a.ps1 C:/a.ps1\n"
      "RUN powershell -File C:/a.ps1\n",
      "", ""},
     Default::On,
     runs_downloaded_text},
    {{"CL5008", FindingKind::Misconfiguration, Severity::Low,
      "PowerShell's execution policy is turned off",
      "Bypass and Unrestricted let every script run, also unsigned ones from a network. Set with "
      "Set-ExecutionPolicy it stays in the image, for whatever gets in later. Containers run local "
      "scripts with RemoteSigned as well.",
      "leave the policy alone, or use RemoteSigned",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
      "RUN powershell -ExecutionPolicy Bypass -File C:/a.ps1\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
      "RUN powershell -ExecutionPolicy RemoteSigned -File C:/a.ps1\n",
      "",
      "https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/"
      "about_execution_policies"},
     Default::On,
     loose_policies},
    {{"CL5010", FindingKind::Misconfiguration, Severity::Medium, "a guard of Windows is turned off",
      "The firewall, Defender and User Account Control are turned off, or an account with a known "
      "password or with the rights of an administrator is made. The container is then open to "
      "whoever reaches it, and the password is in every copy of the image.",
      "leave the guard on; let the service run as ContainerUser",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
      "RUN net user app Secret1! /add && net localgroup administrators app /add\n",
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER ContainerUser\n", "", ""},
     Default::On,
     guards_off},
});

}  // namespace

std::span<const Rule> windows_scripts_rules() { return kRules; }

}  // namespace corten::dockerfile
