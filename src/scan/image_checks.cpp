#include "scan/image_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "package/distribution.h"

namespace corten::scan {

namespace {

using Findings = std::vector<Finding>;

constexpr std::size_t kNamedFiles = 5;  // in evidence; more are counted

Finding make_finding(std::string_view id, const ImageFacts& facts, std::string evidence) {
  const Check* check = find_check(image_check_catalogue(), id);
  Finding finding;
  finding.id = id;
  finding.subject = facts.image.name;
  finding.evidence = std::move(evidence);
  if (check != nullptr) {
    finding.kind = check->kind;
    finding.severity = check->severity;
    finding.title = check->title;
    finding.remediation = check->remediation;
  }
  return finding;
}

void set_layer(Finding& finding, const ImageFacts& facts, std::uint32_t index) {
  const image::Layer& layer = facts.image.layers[index];
  if (!finding.location) finding.location = Location{};
  finding.location->layer = layer.diff_id.empty() ? layer.digest : layer.diff_id;
  if (facts.image.config)
    finding.origin = Origin{index, index < facts.base_layers, layer.instruction};
}

// "a, b, c and 4 more"
std::string enumerate(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamedFiles);
  std::string out = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (names.size() > shown) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

// One finding for all notes of a kind that `wanted` lets through, located at the first.
void gather(Findings& out, std::string_view id, const ImageFacts& facts,
            const std::function<bool(const FileNote&)>& wanted) {
  std::vector<std::string> paths;
  const LocatedNote* first = nullptr;
  for (const LocatedNote& located : facts.notes) {
    if (!wanted(located.note)) continue;
    if (first == nullptr) first = &located;
    paths.push_back("/" + located.note.path);
  }
  if (first == nullptr) return;
  Finding finding = make_finding(id, facts, enumerate(paths));
  finding.location = Location{first->note.path, 0, 0, {}};
  set_layer(finding, facts, first->layer);
  out.push_back(std::move(finding));
}

struct Account {
  std::string name;
  std::string password;
  std::string uid;
};

std::vector<Account> accounts_of(const ImageFacts& facts) {
  std::vector<Account> accounts;
  const auto passwd = facts.kept.find("etc/passwd");
  if (passwd == facts.kept.end()) return accounts;
  std::string_view rest = passwd->second;
  while (const auto line = next_line(rest)) {
    const auto fields = split(*line, ':');
    if (fields.size() < 3 || fields[0].empty() || fields[0].starts_with('#')) continue;
    accounts.push_back({std::string(fields[0]), std::string(fields[1]), std::string(fields[2])});
  }
  return accounts;
}

// An image that starts nothing by itself is a base image: its users decide about user and health
// check.
bool starts_something(const image::Config& config) {
  constexpr std::array<std::string_view, 8> kShells = {
      "sh", "/bin/sh", "bash", "/bin/bash", "ash", "/bin/ash", "/usr/bin/bash", "zsh"};
  if (!config.entrypoint.empty()) return true;
  return !config.cmd.empty() &&
         !(config.cmd.size() == 1 && std::ranges::find(kShells, config.cmd[0]) != kShells.end());
}

void check_user(Findings& out, const ImageFacts& facts) {
  if (!facts.image.config) return;
  const image::Config& config = *facts.image.config;
  if (config.platform.os == "windows") return;
  const std::string user = config.user.substr(0, config.user.find(':'));
  const auto accounts = accounts_of(facts);
  const auto account = std::ranges::find(accounts, user, &Account::name);
  const bool by_name = account != accounts.end() && account->uid == "0";
  const bool numeric =
      !user.empty() && std::ranges::all_of(user, [](char c) { return c >= '0' && c <= '9'; });
  if (user.empty() || user == "root" || user == "0" || by_name) {
    Finding finding = make_finding(
        "CTN-IMG-01", facts, user.empty() ? "no USER is set" : fmt::format("USER {}", config.user));
    if (!starts_something(config)) {
      finding.severity = Severity::Info;
      finding.evidence += "; it starts a shell only: its users decide";
    }
    out.push_back(std::move(finding));
  } else if (!numeric && account == accounts.end() && facts.kept.contains("etc/passwd")) {
    out.push_back(make_finding("CTN-IMG-02", facts,
                               fmt::format("USER {}: no such line in /etc/passwd", config.user)));
  }
}

// Setuid programs that distributions ship on purpose.
constexpr auto kUsualSetId = std::to_array<std::string_view>({"su",
                                                              "mount",
                                                              "umount",
                                                              "passwd",
                                                              "chsh",
                                                              "chfn",
                                                              "newgrp",
                                                              "gpasswd",
                                                              "chage",
                                                              "expiry",
                                                              "unix_chkpwd",
                                                              "wall",
                                                              "write",
                                                              "bsd-write",
                                                              "ssh-agent",
                                                              "sudo",
                                                              "pkexec",
                                                              "fusermount",
                                                              "fusermount3",
                                                              "ping",
                                                              "ssh-keysign",
                                                              "dbus-daemon-launch-helper",
                                                              "bbsuid",
                                                              "pam_timestamp_check",
                                                              "utempter",
                                                              "crontab",
                                                              "dotlockfile",
                                                              "newuidmap",
                                                              "newgidmap",
                                                              "staprun",
                                                              "polkit-agent-helper-1",
                                                              "mount.nfs",
                                                              "sudoedit",
                                                              "pam_extrausers_chkpwd",
                                                              "grub2-set-bootflag",
                                                              "unix2_chkpwd"});

void check_set_id(Findings& out, const ImageFacts& facts) {
  const auto unusual = [](const FileNote& note) {
    const std::string_view name = std::string_view(note.path).substr(note.path.rfind('/') + 1);
    return (note.kind == NoteKind::SetUid || note.kind == NoteKind::SetGid) &&
           std::ranges::find(kUsualSetId, name) == kUsualSetId.end();
  };
  gather(out, "CTN-IMG-03", facts, unusual);
}

// A value that may open something: no reference to it, and nothing that only stands in its place.
bool is_secret_of(std::string_view name, std::string_view value) {
  return content::names_secret(name) &&
         content::kind_of_value(name, value) == content::ValueKind::Secret;
}

// Shows that there is a value without showing it.
std::string masked(std::string_view value) { return fmt::format("{} characters", value.size()); }

void check_environment(Findings& out, const ImageFacts& facts) {
  if (!facts.image.config) return;
  for (const std::string& variable : facts.image.config->env) {
    const auto parts = split_once(variable, '=');
    if (!parts) continue;
    const auto& [key, value] = *parts;
    if (is_secret_of(key, value) || !content::form_of_secret(value).empty()) {
      out.push_back(make_finding("CTN-IMG-04", facts,
                                 fmt::format("ENV {} has a value of {}", key, masked(value))));
    }
    const bool unchecked_tls =
        (key == "NODE_TLS_REJECT_UNAUTHORIZED" && value == "0") ||
        (key == "PYTHONHTTPSVERIFY" && value == "0") ||
        (key == "GIT_SSL_NO_VERIFY" && !value.empty() && value != "0" && value != "false");
    if (unchecked_tls)
      out.push_back(make_finding("CTN-IMG-18", facts, fmt::format("ENV {}", variable)));
  }
}

// "|1 DB_PASSWORD=hunter2 /bin/sh -c …": build arguments as the classic builder records them; and
// NAME=value in the line.
std::string_view secret_assignment(std::string_view line) {
  for (std::string_view word : split(line, ' ')) {
    const auto parts = split_once(word, '=');
    if (!parts || parts->first.empty() || parts->first.starts_with('-')) continue;
    const auto is_name = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (std::ranges::all_of(parts->first, is_name) && is_secret_of(parts->first, parts->second))
      return parts->first;
  }
  return {};
}

// "ENV A=b", as BuildKit records it, or "/bin/sh -c #(nop)  ENV A=b".
bool sets_environment(std::string_view line) {
  constexpr std::string_view kNoRun = "/bin/sh -c #(nop)";
  if (line.starts_with(kNoRun)) line.remove_prefix(kNoRun.size());
  return trim(line).starts_with("ENV ");
}

void check_history(Findings& out, const ImageFacts& facts) {
  if (!facts.image.config) return;
  std::set<std::string> seen;
  for (const image::HistoryEntry& entry : facts.image.config->history) {
    const std::string_view line = entry.created_by;
    if (sets_environment(line)) continue;  // the environment check has it
    std::string evidence;
    if (const std::string_view form = content::form_of_secret(line); !form.empty())
      evidence = fmt::format("{} in a build step", form);
    if (const std::string_view name = secret_assignment(line); evidence.empty() && !name.empty()) {
      evidence = fmt::format("the value of {} in a build step", name);
    }
    if (!evidence.empty() && seen.insert(evidence).second)
      out.push_back(make_finding("CTN-IMG-05", facts, evidence));
  }
}

void check_caches(Findings& out, const ImageFacts& facts) {
  for (const LocatedCache& cache : facts.caches) {
    constexpr std::uint64_t kWorthSaying = 100'000;
    if (cache.use.bytes < kWorthSaying) continue;
    Finding finding = make_finding("CTN-IMG-06", facts,
                                   fmt::format("{}: {} in {} files", cache.use.what,
                                               format_size(cache.use.bytes), cache.use.files));
    set_layer(finding, facts, cache.layer);
    out.push_back(std::move(finding));
  }
}

void check_health(Findings& out, const ImageFacts& facts) {
  if (!facts.image.config || !starts_something(*facts.image.config)) return;
  const auto& health = facts.image.config->healthcheck;
  if (!health || health->test.empty())
    out.push_back(make_finding("CTN-IMG-07", facts, "no HEALTHCHECK"));
}

void check_tag(Findings& out, const ImageFacts& facts) {
  for (const std::string& tag : facts.image.tags) {
    if (tag.ends_with(":latest")) {
      out.push_back(make_finding("CTN-IMG-08", facts, tag));
      return;
    }
  }
}

std::vector<std::string> path_folders(const ImageFacts& facts) {
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  if (facts.image.config) {
    for (const std::string& variable : facts.image.config->env) {
      if (variable.starts_with("PATH=")) path = variable.substr(5);
    }
  }
  std::vector<std::string> folders;
  for (std::string_view folder : split(path, ':')) {
    while (folder.starts_with('/')) folder.remove_prefix(1);
    while (folder.ends_with('/')) folder.remove_suffix(1);
    folders.emplace_back(folder);
  }
  return folders;
}

void check_writable(Findings& out, const ImageFacts& facts) {
  const auto folders = path_folders(facts);
  const auto on_path = [&](const FileNote& note) {
    return note.kind == NoteKind::WorldWritable && note.is_folder &&
           std::ranges::find(folders, note.path) != folders.end();
  };
  // Sockets' and temporary folders' names that are meant to be open.
  const auto meant = [](const FileNote& note) {
    const std::string_view path = note.path;
    return path == "tmp" || path == "var/tmp" || path == "run/lock" || path.starts_with("dev/") ||
           path.starts_with("proc/") || path.starts_with("sys/");
  };
  gather(out, "CTN-IMG-09", facts, on_path);
  gather(out, "CTN-IMG-10", facts, [&](const FileNote& note) {
    return note.kind == NoteKind::WorldWritable && !on_path(note) && !meant(note);
  });
}

void check_files(Findings& out, const ImageFacts& facts) {
  const auto of_kind = [](NoteKind kind) {
    return [kind](const FileNote& note) { return note.kind == kind; };
  };
  gather(out, "CTN-IMG-11", facts, of_kind(NoteKind::SshServer));
  // Keys that packages ship for their own tests and examples open nothing.
  gather(out, "CTN-IMG-12", facts, [](const FileNote& note) {
    const std::string_view path = note.path;
    return note.kind == NoteKind::PrivateKey && !path.contains("/test") &&
           !path.contains("/examples/") && !path.starts_with("usr/share/doc/");
  });
  gather(out, "CTN-IMG-13", facts, of_kind(NoteKind::CredentialFile));
  gather(out, "CTN-IMG-14", facts, of_kind(NoteKind::StrayFile));
}

void check_accounts(Findings& out, const ImageFacts& facts) {
  std::vector<std::string> other_roots;
  std::vector<std::string> open;
  for (const Account& account : accounts_of(facts)) {
    if (account.uid == "0" && account.name != "root") other_roots.push_back(account.name);
    if (account.password.empty()) open.push_back(account.name);
  }
  // The collector keeps only the names of accounts whose shadow entry has no password.
  if (const auto shadow = facts.kept.find("etc/shadow"); shadow != facts.kept.end()) {
    std::string_view rest = shadow->second;
    while (const auto name = next_line(rest)) open.emplace_back(*name);
  }
  for (const auto& [id, names] : {std::pair{"CTN-IMG-15", &other_roots}, {"CTN-IMG-16", &open}}) {
    if (names->empty()) continue;
    Finding finding = make_finding(id, facts, enumerate(*names));
    finding.location = Location{"etc/passwd", 0, 0, {}};
    out.push_back(std::move(finding));
  }
}

void check_end_of_life(Findings& out, const ImageFacts& facts, Time now) {
  const auto support = package::support_of(facts.distribution);
  if (!support || now <= support->end_of_life) return;
  std::string evidence =
      fmt::format("{}: free support ended on {}", support->name, format_date(support->end_of_life));
  const bool extended = support->extended && now <= *support->extended;
  if (extended)
    evidence += fmt::format("; extended support until {}", format_date(*support->extended));
  Finding finding = make_finding("CTN-IMG-17", facts, evidence);
  if (extended) finding.severity = Severity::Medium;
  out.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> check_image(const ImageFacts& facts, Time now) {
  Findings out;
  constexpr auto kChecks = std::to_array<void (*)(Findings&, const ImageFacts&)>(
      {check_user, check_set_id, check_environment, check_history, check_caches, check_health,
       check_tag, check_writable, check_files, check_accounts});
  for (const auto check : kChecks) check(out, facts);
  check_end_of_life(out, facts, now);
  return out;
}

}  // namespace corten::scan
