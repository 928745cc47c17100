#include "shell/files.h"

#include <algorithm>
#include <array>
#include <utility>

namespace corten::shell {

namespace {

using Kind = FileEffect::Kind;
using Words = std::vector<const Word*>;

FileEffect effect(const Invocation& call, Kind kind) {
  FileEffect made;
  made.call = call;
  made.kind = kind;
  return made;
}

void add_paths(FileEffect& made, std::span<const Word* const> words) {
  for (const Word* word : words) made.paths.push_back(word->text);
}

// mkdir, touch, rm and their like: every operand is a path.
FileEffect every_operand(const Invocation& call, Kind kind) {
  FileEffect made = effect(call, kind);
  add_paths(made, operands(call));
  return made;
}

// cp, mv, ln, install: sources, then the target, or -t TARGET.
FileEffect sources_and_target(const Invocation& call, Kind kind) {
  FileEffect made = effect(call, kind);
  Words words = operands(call);
  if (const auto target = flag_value(call, {"t", "target-directory"})) {
    made.paths.emplace_back(*target);
  } else if (words.size() > 1) {
    made.paths.push_back(words.back()->text);
    words.pop_back();
  }
  made.sources = std::move(words);
  made.recursive = has_flag(call, {"r", "R", "a", "recursive", "archive"});
  return made;
}

void owner_and_mode(const Invocation& call, const FileEffect& of, std::vector<FileEffect>& into) {
  const std::vector<std::string> paths = of.paths;
  if (const auto mode = flag_value(call, {"m", "mode"})) {
    FileEffect made = effect(call, Kind::Mode);
    made.mode = *mode;
    made.paths = paths;
    into.push_back(std::move(made));
  }
  if (call.base() != "install") return;
  const auto owner = flag_value(call, {"o", "owner"});
  const auto group = flag_value(call, {"g", "group"});
  if (!owner && !group) return;
  FileEffect made = effect(call, Kind::Owner);
  made.owner = std::string(owner.value_or(""));
  if (group) made.owner.append(":").append(*group);
  made.paths = paths;
  into.push_back(std::move(made));
}

void install(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(has_flag(call, {"d", "directory"}) ? every_operand(call, Kind::MakeFolder)
                                                    : sources_and_target(call, Kind::Copy));
  owner_and_mode(call, FileEffect(into.back()), into);
}

// A mode may begin with a dash: `chmod -x file`.
bool is_mode_with_dash(std::string_view text) {
  return text.size() > 1 && text[0] == '-' &&
         text.find_first_not_of("rwxXst", 1) == std::string_view::npos;
}

void owner_or_mode(const Invocation& call, Kind kind, std::vector<FileEffect>& into) {
  FileEffect made = effect(call, kind);
  made.recursive = has_flag(call, {"R", "recursive"});
  Words words;
  for (const Word& word : call.args()) {
    const bool dashed_mode = kind == Kind::Mode && words.empty() && is_mode_with_dash(word.text);
    if (dashed_mode || (!is_flag_word(word) && word.text != "--")) words.push_back(&word);
  }
  const bool by_reference = has_flag(call, {"reference"});
  if (words.empty()) return;
  if (!by_reference) {
    std::string& value = kind == Kind::Mode ? made.mode : made.owner;
    value = words.front()->text;
    if (call.base() == "chgrp") value.insert(0, ":");
    words.erase(words.begin());
  }
  add_paths(made, words);
  into.push_back(std::move(made));
}

// tar's options also come without a dash: `tar xzf archive`.
std::string_view tar_letters(const Invocation& call) {
  const auto args = call.args();
  if (args.empty() || args.front().text.empty() || args.front().text.front() == '-') return {};
  return args.front().text;
}

void tar(const Invocation& call, std::vector<FileEffect>& into) {
  const std::string_view letters = tar_letters(call);
  const bool extracts =
      letters.find('x') != std::string_view::npos || has_flag(call, {"x", "extract", "get"});
  if (!extracts) return;
  FileEffect made = effect(call, Kind::Unpack);
  Words words = operands(call);
  if (!letters.empty() && !words.empty()) words.erase(words.begin());
  std::optional<std::string_view> archive = flag_value(call, {"f", "file"});
  if (!archive && letters.find('f') != std::string_view::npos && !words.empty())
    archive = words.front()->text;
  for (const Word& word : call.args()) {
    const std::string_view text = word.text;
    if (archive && *archive != "-" && text.ends_with(*archive) && made.sources.empty())
      made.sources.push_back(&word);
  }
  made.paths.emplace_back(flag_value(call, {"C", "directory"}).value_or(""));
  into.push_back(std::move(made));
}

void unzip(const Invocation& call, std::vector<FileEffect>& into) {
  if (has_flag(call, {"l", "t", "p", "Z", "v"})) return;
  FileEffect made = effect(call, Kind::Unpack);
  const Words words = operands(call);
  if (!words.empty()) made.sources.push_back(words.front());
  made.paths.emplace_back(flag_value(call, {"d"}).value_or(""));
  into.push_back(std::move(made));
}

// gunzip and its like put the file beside the archive.
void decompress(const Invocation& call, std::vector<FileEffect>& into) {
  FileEffect made = effect(call, Kind::Unpack);
  made.sources = operands(call);
  made.paths.emplace_back("");
  into.push_back(std::move(made));
}

void dd(const Invocation& call, std::vector<FileEffect>& into) {
  for (const Word& word : call.args()) {
    if (!word.text.starts_with("of=")) continue;
    FileEffect made = effect(call, Kind::Write);
    made.paths.push_back(word.text.substr(3));
    into.push_back(std::move(made));
  }
}

void tee(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(every_operand(call, has_flag(call, {"a", "append"}) ? Kind::Append : Kind::Write));
}

void folder_change(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(every_operand(call, Kind::ChangeFolder));
}

void make_folder(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(every_operand(call, Kind::MakeFolder));
  into.back().recursive = has_flag(call, {"p", "parents"});
  owner_and_mode(call, FileEffect(into.back()), into);
}

void write(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(every_operand(call, Kind::Write));
}

void remove(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(every_operand(call, Kind::Remove));
  into.back().recursive = has_flag(call, {"r", "R", "recursive"});
}

void copy(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(sources_and_target(call, Kind::Copy));
}
void move(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(sources_and_target(call, Kind::Move));
}
void link(const Invocation& call, std::vector<FileEffect>& into) {
  into.push_back(sources_and_target(call, Kind::Link));
}
void change_owner(const Invocation& call, std::vector<FileEffect>& into) {
  owner_or_mode(call, Kind::Owner, into);
}
void change_mode(const Invocation& call, std::vector<FileEffect>& into) {
  owner_or_mode(call, Kind::Mode, into);
}

struct Row {
  std::string_view command;
  void (*read)(const Invocation&, std::vector<FileEffect>&);
};
constexpr std::array kRows = std::to_array<Row>({
    {"mkdir", make_folder},
    {"md", make_folder},
    {"touch", write},
    {"truncate", write},
    {"tee", tee},
    {"dd", dd},
    {"cp", copy},
    {"install", install},
    {"mv", move},
    {"ln", link},
    {"chown", change_owner},
    {"chgrp", change_owner},
    {"chmod", change_mode},
    {"rm", remove},
    {"rmdir", remove},
    {"unlink", remove},
    {"tar", tar},
    {"bsdtar", tar},
    {"unzip", unzip},
    {"gunzip", decompress},
    {"bunzip2", decompress},
    {"unxz", decompress},
    {"unlzma", decompress},
    {"uncompress", decompress},
    {"cd", folder_change},
    {"pushd", folder_change},
});

void add_redirections(const Invocation& call, std::vector<FileEffect>& into) {
  for (const Redirection& one : call.command->redirections) {
    const bool appends = one.op == ">>" || one.op == "&>>";
    const bool writes = one.op == ">" || one.op == ">|" || one.op == "&>" || one.op == "<>";
    if ((!appends && !writes) || one.target.text.starts_with("/dev/")) continue;
    FileEffect made = effect(call, appends ? Kind::Append : Kind::Write);
    made.paths.push_back(one.target.text);
    into.push_back(std::move(made));
  }
}

}  // namespace

std::vector<FileEffect> file_effects(const Invocation& call) {
  std::vector<FileEffect> found;
  const auto* row = std::ranges::find(kRows, call.base(), &Row::command);
  if (!call.empty() && row != kRows.end()) row->read(call, found);
  add_redirections(call, found);
  return found;
}

std::vector<FileEffect> file_effects(const Script& script) {
  std::vector<FileEffect> found;
  for (const Command& command : script.commands) {
    for (FileEffect& made : file_effects(seen_through(command))) found.push_back(std::move(made));
  }
  return found;
}

}  // namespace corten::shell
