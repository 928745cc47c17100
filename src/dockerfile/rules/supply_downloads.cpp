// What becomes of downloads: CL3002 (run unchecked), CL3004 (installed unchecked).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/supply_support.h"
#include "dockerfile/rules/tables.h"
#include "shell/downloads.h"
#include "shell/files.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

// ---- how downloads are run ----------------------------------------------------------------------

// Takes its program from standard input: `sh`, `bash -s -- x`, `python3 -`; not `python3 -c …`,
// `perl -ne …` and `sh file`.
bool runs_input(const shell::Invocation& call) {
  const std::string_view base = call.base();
  if (!shell::is_interpreter(base)) return false;
  const bool is_shell = shell::is_shell(base);
  for (const shell::Word& word : call.args()) {
    const std::string_view text = word.text;
    if (text == "-" || text == "/dev/stdin" || text == "--") return true;
    if (is_shell &&
        (text == "-s" || (text.starts_with('-') && !text.starts_with("--") && text.contains('s'))))
      return true;
    if (!text.starts_with('-')) return false;
    constexpr auto kPrograms = std::string_view("cemnprlx");
    if (is_shell ? text == "-c" : text.size() > 1 && kPrograms.contains(text[1])) return false;
  }
  return true;
}

constexpr std::size_t kFarthestInPipe = 16;

// The interpreter that the output reaches through the pipeline.
const shell::Command* runner_in_pipe(const shell::Script& script, const shell::Command& download) {
  const shell::Command* command = &download;
  for (std::size_t step = 0; step < kFarthestInPipe; ++step) {
    command = shell::pipe_target(script, *command);
    if (command == nullptr) return nullptr;
    const shell::Invocation call = shell::seen_through(*command);
    if (call.empty()) return nullptr;
    if (checks_download(call)) return nullptr;
    if (runs_input(call)) return command;
  }
  return nullptr;
}

// sh -c "$(curl …)", eval "$(curl …)", bash <(curl …), . <(curl …), sh <<< "$(curl …)", $(curl …).
const shell::Command* runner_of_substitution(const shell::Script& script,
                                             const shell::Command& download) {
  using Place = shell::Enclosing::Place;
  const shell::Enclosing& around = download.enclosing;
  const bool is_inside = around.place == Place::Word || around.place == Place::Redirection ||
                         around.place == Place::Script || around.place == Place::HeredocScript;
  if (!is_inside || around.command >= script.commands.size()) return nullptr;
  const shell::Command& outer = script.commands[around.command];
  const shell::Invocation call = shell::seen_through(outer);
  if (call.empty()) return nullptr;
  const std::string_view base = call.base();
  if (around.place == Place::Redirection) return runs_input(call) ? &outer : nullptr;
  // $(curl …) as a command's name.
  if (around.place == Place::Word && around.index == call.name_index) return &outer;
  if (base == "eval" || base == "." || base == "source") return &outer;
  if (!shell::is_interpreter(base)) return nullptr;
  // -c "…", or <(…) as the file.
  const shell::Word& word = outer.words[around.index];
  const bool is_file = std::ranges::any_of(word.substitutions, [](const auto& substitution) {
    return substitution.kind == shell::Substitution::Kind::ProcessInput;
  });
  const bool is_program = around.index > 0 && outer.words[around.index - 1].text.starts_with('-') &&
                          (outer.words[around.index - 1].text.contains('c') ||
                           outer.words[around.index - 1].text.contains('e'));
  // The word must be the download and nothing else: `sh -c "echo $(curl …)"` runs echo.
  const bool is_whole = word.text.starts_with('$');
  return is_file || (is_program && is_whole) ? &outer : nullptr;
}

// ---- where downloads go -------------------------------------------------------------------------

bool is_program_folder(std::string_view folder) {
  return folder.ends_with("/bin") || folder.ends_with("/sbin");
}

bool is_program_place(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash != std::string_view::npos && is_program_folder(path.substr(0, slash));
}

// Unpacked there, programs are found through PATH or are the application itself.
bool is_install_folder(std::string_view raw) {
  const std::string folder = tidy_path(raw);
  if (folder.contains("/src") || folder.contains("/share")) return false;
  return folder == "/" || folder == "/usr" || folder == "/opt" || folder == "/usr/local" ||
         folder.starts_with("/usr/local/") || folder.starts_with("/opt/") ||
         is_program_folder(folder);
}

bool makes_executable(std::string_view mode) {
  if (mode.contains('x')) return !mode.contains("-x");
  const auto digits = parse_number<std::uint32_t>(mode);
  if (!digits || mode.size() < 3) return false;
  const char owner = mode[mode.size() - 3];
  return (owner - '0') % 2 == 1;
}

// ---- CL3002 and CL3004 --------------------------------------------------------------------------

// A downloaded file that nothing has checked yet.
struct Fetched {
  std::uint32_t line = 0;
  std::size_t note = 0;   // index of its place in `notes_`, for CL3004
  bool by_add = false;    // CL3003 tells of it
  bool is_old = false;    // of an earlier RUN: `note` is gone
  bool reported = false;  // by either rule
};

struct Found {
  Range range;
  std::string evidence;
};

class DownloadJudge {
 public:
  DownloadJudge(const Lint& lint, std::vector<Found>& run, std::vector<Found>& installed)
      : lint_(lint), run_(run), installed_(installed) {}

  void judge_all() {
    auto instruction = lint_.file.instructions.begin();
    for (const RunScript& run : lint_.scripts) {
      for (; instruction != lint_.file.instructions.end() && instruction->index < run.outer->index;
           ++instruction) {
        if (instruction->keyword == Keyword::From) files_.clear();
        if (instruction->keyword == Keyword::Add) added(*instruction);
      }
      if (is_judged(lint_, run, Triggers::Included)) judge(run);
    }
  }

 private:
  static constexpr std::size_t kMaxFiles = 200;  // followed in one stage

  void added(const Instruction& add) {
    if (add.broken || add.words.size() < 2 || add.flag("checksum") != nullptr) return;
    const std::string target = lint_.stages.expand_at(add, add.words.back().text).text;
    for (const Word& word : add.words.first(add.words.size() - 1)) {
      const std::string url = lint_.stages.expand_at(add, word.text).text;
      if (!is_web_url(url)) continue;
      const bool is_folder = target.ends_with('/') || target == ".";
      Fetched file;
      file.line = add.first_line;
      file.by_add = true;
      remember(last_part(is_folder ? std::string_view(url) : std::string_view(target)), file);
    }
  }

  void judge(const RunScript& run) {
    current_ = &run;
    folder_ = lint_.stages.workdir_at(*run.outer).path;
    notes_.clear();
    late_.clear();
    unpacked_.reset();
    for (const shell::Command& command : run.script.commands) judge(command);
    std::ranges::sort(late_);
    const auto twice = std::ranges::unique(late_);
    late_.erase(twice.begin(), twice.end());
    for (const std::size_t note : late_) {
      if (!notes_[note].was_run) installed_.push_back({notes_[note].range, notes_[note].evidence});
    }
    // Files live on for the next RUN, their places do not.
    for (auto& [name, file] : files_) {
      if (file.is_old || file.by_add) continue;
      file.is_old = true;
      file.reported = file.reported || std::ranges::binary_search(late_, file.note);
    }
  }

  void judge(const shell::Command& command) {
    const shell::Invocation call = shell::seen_through(command);
    if (call.empty()) return;
    if (checks_download(call)) {
      files_.clear();
      late_.clear();
      unpacked_.reset();
      return;
    }
    if (const auto download = shell::download(current_->script, call)) {
      downloaded(*download);
      return;
    }
    if (call.base() == "php") fetched_by_php(call);
    executed(call);
    installed_package(call);
    for (const shell::FileEffect& effect : shell::file_effects(call)) changed(effect);
  }

  // ---- what is fetched

  void downloaded(const shell::Download& download) {
    if (download.tool == shell::DownloadTool::Git) return;
    const shell::Command& command = *download.call.command;
    const shell::Command* runner = runner_in_pipe(current_->script, command);
    if (runner == nullptr && download.output.empty())
      runner = runner_of_substitution(current_->script, command);
    if (runner != nullptr) {
      add_run(
          {std::min(command.range.begin, runner->range.begin),
           std::max(command.range.end, runner->range.end)},
          fmt::format("{} runs what the server sends", shown(shell::seen_through(*runner).base())));
      return;
    }
    const std::size_t note = notes_.size();
    notes_.push_back({current_->source_range(words_range(download.call)),
                      "what is fetched here is installed without a check", false});
    if (download.to_stdout) {
      piped_into_archive(download, note);
      return;
    }
    if (download.output.empty()) return;
    Fetched file;
    file.line = lint_.file.source.line_of(notes_[note].range.begin);
    file.note = note;
    remember(last_part(download.output), file);
    if (is_program_place(absolute_path(folder_, download.output)) && !is_text(download.output))
      late_.push_back(note);
  }

  // curl … | tar -xz -C /usr/local
  void piped_into_archive(const shell::Download& download, std::size_t note) {
    const shell::Command* command = download.call.command;
    for (std::size_t step = 0; step < kFarthestInPipe; ++step) {
      command = shell::pipe_target(current_->script, *command);
      if (command == nullptr) return;
      const shell::Invocation call = shell::seen_through(*command);
      if (call.empty() || checks_download(call)) return;
      for (const shell::FileEffect& effect : shell::file_effects(call)) {
        for (const std::string& path : effect.paths) {
          if (effect.kind == shell::FileEffect::Kind::Unpack) {
            unpacked_ = note;
            if (is_install_folder(absolute_path(folder_, path.empty() ? folder_ : path)))
              late_.push_back(note);
          } else if (effect.kind == shell::FileEffect::Kind::Write) {
            if (is_program_place(absolute_path(folder_, path))) late_.push_back(note);
            Fetched file;
            file.note = note;
            file.line = lint_.file.source.line_of(notes_[note].range.begin);
            remember(last_part(path), file);
          }
        }
      }
    }
  }

  static bool is_text(std::string_view path) {
    constexpr auto kEndings = std::to_array<std::string_view>(
        {".asc", ".gpg", ".sig", ".sha256", ".sha512", ".md5", ".txt", ".list", ".conf"});
    return std::ranges::any_of(kEndings, [&](auto end) { return path.ends_with(end); });
  }

  void remember(std::string_view name, const Fetched& file) {
    if (name.empty() || name == "." || files_.size() >= kMaxFiles) return;
    files_.insert_or_assign(std::string(name), file);
  }

  Fetched* find(std::string_view path) {
    const auto found = files_.find(last_part(path));
    return found == files_.end() ? nullptr : &found->second;
  }

  // ---- what becomes of it

  void executed(const shell::Invocation& call) {
    const std::string_view name = call.name();
    const std::string_view base = call.base();
    if (name.contains('/')) {
      if (Fetched* file = find(name)) return ran(call, *file, base);
    }
    const bool runs_file = shell::is_interpreter(base) || base == "." || base == "source";
    if (!runs_file && base != "java") return;
    for (const shell::Word& word : call.args()) {
      if (word.text == "-c" || word.text == "-m") return;
      if (word.text.starts_with('-')) continue;
      if (Fetched* file = find(word.text)) ran(call, *file, last_part(word.text));
      return;
    }
  }

  // php -r "copy('https://getcomposer.org/installer', 'composer-setup.php');"
  void fetched_by_php(const shell::Invocation& call) {
    for (const shell::Word& word : call.args()) {
      const std::string_view text = word.text;
      const std::size_t at = text.find("copy(");
      if (at == std::string_view::npos || at + 5 >= text.size() ||
          !text.substr(at).contains("http"))
        continue;
      const std::vector<std::string_view> parts = split(text.substr(at), text[at + 5]);
      // copy( · address · , · file · );
      if (parts.size() < 4) return;
      Fetched file;
      file.note = notes_.size();
      notes_.push_back({current_->source_range(words_range(call)),
                        "what is fetched here is installed without a check", false});
      file.line = lint_.file.source.line_of(notes_.back().range.begin);
      remember(last_part(parts[3]), file);
      return;
    }
  }

  void ran(const shell::Invocation& call, Fetched& file, std::string_view name) {
    add_run(words_range(call),
            fmt::format("{} of line {} runs without a check", shown(name), file.line));
    if (!file.by_add && !file.is_old) notes_[file.note].was_run = true;
    file.reported = true;
  }

  // dpkg -i x.deb, apt-get install ./x.deb, pip install https://…
  void installed_package(const shell::Invocation& call) {
    const auto operation = shell::package_operation(call);
    if (!operation || operation->verb != shell::PackageVerb::Install) return;
    const bool is_python = operation->manager == shell::Manager::Pip ||
                           operation->manager == shell::Manager::Uv ||
                           operation->manager == shell::Manager::Pipx;
    for (const shell::Package& package : operation->packages) {
      const bool is_url = package.form == shell::Package::Form::Url && is_web_url(package.name);
      if (is_python && is_url && !package.name.contains("#sha")) {
        add_run(package.word->range, "pip runs the setup of what the server sends");
        return;
      }
      if (package.form != shell::Package::Form::File) continue;
      if (Fetched* file = find(package.name)) installs(*file, operation->call);
    }
  }

  void installs(Fetched& file, const shell::Invocation& call) {
    if (file.by_add || file.reported) return;
    if (!file.is_old) {
      late_.push_back(file.note);
      return;
    }
    // Fetched by an earlier RUN: the place is here.
    file.is_old = false;
    file.note = notes_.size();
    notes_.push_back({current_->source_range(words_range(call)),
                      fmt::format("what line {} fetches is installed unchecked", file.line),
                      false});
    late_.push_back(file.note);
  }

  void changed(const shell::FileEffect& effect) {
    using Kind = shell::FileEffect::Kind;
    switch (effect.kind) {
      case Kind::Mode:
        if (!makes_executable(effect.mode)) return;
        for (const std::string& path : effect.paths) {
          if (Fetched* file = find(path)) installs(*file, effect.call);
        }
        return;
      case Kind::Unpack:
        return unpacked(effect);
      case Kind::Copy:
      case Kind::Move:
      case Kind::Link:
        return moved(effect);
      case Kind::ChangeFolder:
        if (!effect.paths.empty()) folder_ = absolute_path(folder_, effect.paths.front());
        return;
      default:
        return;
    }
  }

  void unpacked(const shell::FileEffect& effect) {
    for (const shell::Word* archive : effect.sources) {
      Fetched* file = find(archive->text);
      if (file == nullptr || file->by_add || file->reported) continue;
      if (!file->is_old) unpacked_ = file->note;
      for (const std::string& path : effect.paths) {
        if (is_install_folder(absolute_path(folder_, path.empty() ? folder_ : path)))
          installs(*file, effect.call);
      }
    }
  }

  void moved(const shell::FileEffect& effect) {
    if (effect.paths.empty()) return;
    const std::string target = absolute_path(folder_, effect.paths.front());
    const bool is_program = is_program_folder(target) || is_program_place(target);
    for (const shell::Word* source : effect.sources) {
      if (Fetched* file = find(source->text)) {
        if (is_program) installs(*file, effect.call);
        remember(last_part(target), Fetched(*file));
      } else if (is_program && unpacked_) {
        late_.push_back(*unpacked_);
      }
    }
  }

  void add_run(shell::Range range, std::string evidence) {
    run_.push_back({current_->source_range(range), std::move(evidence)});
  }

  struct Note {
    Range range;
    std::string evidence;
    bool was_run;  // CL3002 tells of it
  };

  const Lint& lint_;
  std::vector<Found>& run_;
  std::vector<Found>& installed_;
  const RunScript* current_ = nullptr;
  std::string folder_;
  std::map<std::string, Fetched, std::less<>> files_;
  std::vector<Note> notes_;              // downloads of the current RUN
  std::vector<std::size_t> late_;        // those that are installed; a check may still come
  std::optional<std::size_t> unpacked_;  // the last one that was unpacked
};

void run_unchecked(const Lint& lint, Problems& problems) {
  std::vector<Found> run;
  std::vector<Found> installed;
  DownloadJudge(lint, run, installed).judge_all();
  for (Found& found : run) problems.add(found.range, std::move(found.evidence));
}

void installed_unchecked(const Lint& lint, Problems& problems) {
  std::vector<Found> run;
  std::vector<Found> installed;
  DownloadJudge(lint, run, installed).judge_all();
  for (Found& found : installed) problems.add(found.range, std::move(found.evidence));
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL3002", FindingKind::Misconfiguration, Severity::High, "a download is run unchecked",
      "The build runs, as a rule as root, whatever the server sends on that day. Whoever gets hold "
      "of the server, its domain or the connection gets into every image built from then on, and "
      "the server can even tell a build from a browser.",
      "download to a file, check it (echo \"SUM  file\" | sha256sum -c -), then run it; or install "
      "a package of the distribution",
      "FROM debian:12\nRUN curl -fsSL https://example.com/install.sh | sh\n",
      "FROM debian:12\nRUN curl -fsSLO https://example.com/install.sh && echo \"$SUM  install.sh\" "
      "| sha256sum -c - && sh install.sh\n",
      "", "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     run_unchecked},
    {{"CL3004", FindingKind::Misconfiguration, Severity::Medium,
      "a downloaded program is installed unchecked",
      "The program comes from a server and nothing compares it with a known checksum or signature. "
      "A release that was swapped, or a broken download, ends up in the image unnoticed.",
      "check the file in the same RUN: echo \"SUM  file\" | sha256sum -c -, gpg --verify or cosign "
      "verify-blob",
      "FROM debian:12\nRUN curl -fsSL https://example.com/tool -o /usr/local/bin/tool && chmod +x "
      "/usr/local/bin/tool\n",
      "FROM debian:12\nRUN curl -fsSL https://example.com/tool -o /usr/local/bin/tool && echo "
      "\"$SUM  /usr/local/bin/tool\" | sha256sum -c - && chmod +x /usr/local/bin/tool\n",
      "", ""},
     Default::On,
     installed_unchecked},
});

}  // namespace

std::span<const Rule> supply_download_rules() { return kRules; }

}  // namespace corten::dockerfile
