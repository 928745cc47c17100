#include <algorithm>

#include "base/text.h"
#include "dockerfile/internal/stage_builder.h"
#include "dockerfile/mount.h"

namespace corten::dockerfile {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has_drive(std::string_view path) {
  return path.size() >= 2 && is_letter(path[0]) && path[1] == ':';
}

// Appends the parts of `path` to those of an absolute or open-ended directory; ".." goes up.
std::string joined_path(std::string_view base, std::string_view path, bool absolute) {
  std::vector<std::string_view> parts;
  for (const std::string_view whole : {base, path}) {
    for (const std::string_view part : split(whole, '/')) {
      if (part.empty() || part == ".") continue;
      const bool goes_up = part == "..";
      if (goes_up && !parts.empty() && parts.back() != ".." && !has_drive(parts.back())) {
        parts.pop_back();
      } else if (!goes_up || !absolute) {
        parts.push_back(part);
      }
    }
  }
  const bool drive = !parts.empty() && has_drive(parts.front());
  std::string out = absolute && !drive ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  if (drive && parts.size() == 1) out += '/';
  return out;
}

// Whether some path of Windows stands in the text: a drive, a colon and a backslash or slash.
bool has_windows_path(std::string_view text) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    if (at == 0 || at + 1 == text.size() || text[at + 1] != '\\' || !is_letter(text[at - 1]))
      continue;
    if (at == 1 || !is_letter(text[at - 2])) return true;
  }
  return false;
}

bool is_windows_image(std::string_view image) {
  const std::string lower = to_lower(image);
  for (const std::string_view part :
       {"nanoserver", "servercore", "windowsservercore", "microsoft.com/windows",
        "microsoft/windows", "microsoft.com/dotnet/framework", "microsoft/iis"}) {
    if (lower.contains(part)) return true;
  }
  return false;
}

}  // namespace

StageBuilder::StageBuilder(const Dockerfile& file, const StageOptions& options) : file_(file) {
  out_.file_ = &file;
  out_.options_ = options;
  out_.stage_of_.reserve(file.instructions.size());
  out_.before_.reserve(file.instructions.size());
  const std::vector<std::string_view> parts = split(options.platform, '/');
  const auto part = [&](std::size_t i) { return std::string(i < parts.size() ? parts[i] : ""); };
  out_.builtins_ = {{"BUILDPLATFORM", options.platform},
                    {"BUILDOS", part(0)},
                    {"BUILDARCH", part(1)},
                    {"BUILDVARIANT", part(2)},
                    {"BUILDOSVERSION", ""},
                    {"TARGETPLATFORM", options.platform},
                    {"TARGETOS", part(0)},
                    {"TARGETARCH", part(1)},
                    {"TARGETVARIANT", part(2)},
                    {"TARGETOSVERSION", ""},
                    {"TARGETSTAGE", "default"}};
}

bool StageBuilder::spend(std::size_t bytes) {
  if (bytes > kMaxScopeBytes - spent_) return false;
  spent_ += bytes;
  return true;
}

Stages StageBuilder::build() {
  for (const Instruction& instruction : file_.instructions) {
    if (instruction.keyword == Keyword::From) {
      add_stage(instruction);
      continue;
    }
    out_.stage_of_.push_back(stage_);
    out_.before_.push_back(state_);
    add_instruction(instruction);
    if (stage_ != kNone) {
      out_.stages_[stage_].end = instruction.index + 1;
      out_.after_[stage_] = state_;
    }
  }
  resolve_references();
  mark_final();
  mark_used();
  mark_windows();
  return std::move(out_);
}

void StageBuilder::add_stage(const Instruction& from) {
  stage_ = static_cast<std::uint32_t>(out_.stages_.size());
  out_.stage_of_.push_back(stage_);
  Stage stage;
  stage.index = stage_;
  stage.from = &from;
  stage.first = from.index + 1;
  stage.end = from.index + 1;
  stage.root = stage_;
  name_stage(stage, from);
  if (const Stage* parent = out_.find(stage.base, from.index)) {
    stage.parent = parent->index;
    stage.root = parent->root;
    out_.stages_[parent->index].is_named = true;
  }
  state_ = stage.parent == kNone ? Stages::State() : out_.after_[stage.parent];
  out_.before_.push_back(state_);
  out_.after_.push_back(state_);
  if (!stage.alias.empty()) out_.aliases_[to_lower(stage.alias)].push_back(stage_);
  if (!stage.base_written.empty()) refer(Use::From, from, stage.base_written, stage.base_range);
  out_.stages_.push_back(std::move(stage));
}

void StageBuilder::name_stage(Stage& stage, const Instruction& from) {
  if (!from.words.empty()) {
    stage.base_written = from.words[0].text;
    stage.base_range = from.words[0].range;
  }
  if (from.words.size() == 3) {
    stage.alias = from.words[2].text;
    stage.alias_range = from.words[2].range;
  }
  // stage_of_ has this FROM already, but a FROM sees the global arguments only.
  const auto expanded = [&](std::string_view word, bool& known) {
    if (word.find_first_of("$'\"\\`") == std::string_view::npos) return std::string(word);
    Expansion expansion = out_.expand_at(from, word);
    known = expansion.resolved && spend(expansion.text.size());
    return known || expansion.error.empty() ? std::move(expansion.text) : std::string();
  };
  stage.base = expanded(stage.base_written, stage.base_known);
  stage.platform = expanded(from.flag_value("platform"), stage.platform_known);
}

void StageBuilder::add_instruction(const Instruction& instruction) {
  switch (instruction.keyword) {
    case Keyword::Arg:
    case Keyword::Env:
      return define(instruction);
    case Keyword::Shell:
      if (!instruction.broken) state_.shell = instruction.index;
      return;
    case Keyword::User:
      if (!instruction.broken) state_.user = instruction.index;
      return;
    case Keyword::Workdir:
      return change_directory(instruction);
    case Keyword::Copy:
      if (const Flag* from = instruction.flag("from"); from != nullptr && from->value) {
        refer(Use::CopyFrom, instruction, *from->value, from->value_range);
      }
      return;
    case Keyword::Run:
      for (const Mount& mount : mounts_of(instruction)) {
        if (!mount.from.empty()) {
          refer(Use::MountFrom, instruction, mount.from, mount.flag->value_range);
        }
      }
      return;
    default:
      return;
  }
}

// All pairs of one instruction see what was there before it, but global arguments see each other.
void StageBuilder::define(const Instruction& instruction) {
  const bool global = stage_ == kNone;
  if (global && instruction.keyword != Keyword::Arg) return;
  std::vector<Definition> definitions;
  for (std::uint32_t i = 0; i < instruction.pairs.size(); ++i) {
    Definition definition = evaluate(instruction, i);
    if (global) {
      insert(std::move(definition));
    } else {
      definitions.push_back(std::move(definition));
    }
  }
  for (Definition& definition : definitions) insert(std::move(definition));
}

std::string_view StageBuilder::plain_name(std::string_view name) {
  if (name.find_first_of("'\"\\`") == std::string_view::npos) return name;
  if (!spend(name.size())) return name;
  out_.names_.push_back(std::make_unique<std::string>(unquote(name, file_.escape)));
  return *out_.names_.back();
}

Definition StageBuilder::evaluate(const Instruction& instruction, std::uint32_t pair_index) {
  const Pair& pair = instruction.pairs[pair_index];
  Definition out;
  out.name = plain_name(pair.key);
  out.is_arg = instruction.keyword == Keyword::Arg;
  out.instruction = instruction.index;
  out.pair = pair_index;
  if (out.is_arg) {
    set_argument(out, pair, instruction);
    return out;
  }
  Expansion value = out_.expand_at(instruction, pair.value.value_or(std::string_view()));
  out.known = value.resolved && spend(value.text.size());
  if (out.known) out.value = std::move(value.text);
  return out;
}

void StageBuilder::set_argument(Definition& definition, const Pair& pair,
                                const Instruction& instruction) {
  for (const auto& [name, value] : out_.options_.build_args) {
    if (name != definition.name) continue;
    definition.value = value;
    return;
  }
  if (pair.value) {
    ExpandOptions options;
    options.escape = file_.escape;
    const std::uint32_t before = stage_ == kNone ? kNone : instruction.index;
    Expansion value = expand(
        *pair.value,
        [&](std::string_view name) -> std::optional<Value> {
          if (const Definition* found = out_.find_definition(name, stage_, before)) {
            return Value{found->value, found->known && found->has_value};
          }
          return stage_ == kNone ? out_.builtin(name) : std::nullopt;
        },
        options);
    definition.known = value.resolved && spend(value.text.size());
    if (definition.known) definition.value = std::move(value.text);
    return;
  }
  // ARG NAME in a stage takes the value that the name has above the first FROM.
  if (stage_ != kNone) {
    const std::uint32_t first = out_.stages_.front().from->index;
    if (const Definition* global = out_.find_definition(definition.name, kNone, first)) {
      definition.known = global->known && spend(global->value.size());
      definition.has_value = global->has_value;
      if (definition.known) definition.value = global->value;
      return;
    }
    if (const auto builtin = out_.builtin(definition.name)) {
      definition.value = builtin->text;
      return;
    }
  }
  definition.has_value = false;
  definition.known = false;
}

void StageBuilder::insert(Definition definition) {
  const auto index = static_cast<std::uint32_t>(out_.definitions_.size());
  Stages::Names& names = out_.by_name_[definition.name];
  (definition.is_arg ? names.args : names.envs).push_back(index);
  out_.definitions_.push_back(std::move(definition));
}

void StageBuilder::change_directory(const Instruction& instruction) {
  if (instruction.words.empty()) return;
  Expansion expansion = out_.expand_at(instruction, instruction.words[0].text);
  std::string path = std::move(expansion.text);
  std::ranges::replace(path, '\\', '/');
  const WorkDir before = state_.workdir == kNone ? WorkDir() : out_.workdirs_[state_.workdir];
  WorkDir after;
  const bool rooted = path.starts_with('/') || has_drive(path);
  after.absolute = rooted || before.absolute;
  after.known = expansion.resolved && (rooted || before.known);
  const std::size_t bound = path.size() + before.path.size() + 2;
  if (bound > kMaxPathBytes || !spend(bound)) {
    after.known = false;
  } else {
    after.path = joined_path(rooted ? std::string_view() : before.path, path, after.absolute);
  }
  state_.workdir = static_cast<std::uint32_t>(out_.workdirs_.size());
  out_.workdirs_.push_back(std::move(after));
}

void StageBuilder::refer(Use use, const Instruction& instruction, std::string_view name,
                         Range range) {
  Reference reference;
  reference.use = use;
  reference.instruction = instruction.index;
  reference.stage = stage_;
  reference.name = name;
  reference.range = range;
  if (stage_ != kNone) out_.references_.push_back(reference);
}

// By FROM only earlier stages can be meant; COPY and mounts know all of them, also by number.
void StageBuilder::resolve_references() {
  for (Reference& reference : out_.references_) {
    if (reference.use == Use::From) {
      reference.target = out_.stages_[reference.stage].parent;
      continue;
    }
    if (const Stage* stage = out_.find(reference.name, reference.instruction)) {
      reference.target = stage->index;
    } else if (const Stage* later = out_.find(reference.name)) {
      reference.target = later->index;
    } else if (const auto number = parse_number<std::uint32_t>(reference.name)) {
      if (*number < out_.stages_.size()) reference.target = *number;
    }
  }
}

void StageBuilder::mark_final() {
  if (out_.stages_.empty()) return;
  const std::string& target = out_.options_.target;
  std::uint32_t stage = out_.stages_.back().index;
  if (const Stage* named = target.empty() ? nullptr : out_.find(target)) {
    stage = named->index;
  } else if (const auto number = parse_number<std::uint32_t>(target)) {
    if (*number < out_.stages_.size()) stage = *number;
  }
  while (stage != kNone) {  // parents stand above: this ends
    out_.stages_[stage].in_final = true;
    out_.final_chain_.push_back(&out_.stages_[stage]);
    stage = out_.stages_[stage].parent;
  }
}

void StageBuilder::mark_used() {
  if (out_.final_chain_.empty()) return;
  std::vector<std::uint32_t> waiting = {out_.final_chain_.front()->index};
  out_.stages_[waiting.front()].is_used = true;
  while (!waiting.empty()) {
    const std::uint32_t stage = waiting.back();
    waiting.pop_back();
    // References are sorted by stage, as they were found from top to bottom.
    const auto [begin, end] =
        std::ranges::equal_range(out_.references_, stage, {}, &Reference::stage);
    for (const Reference& reference : std::ranges::subrange(begin, end)) {
      if (reference.target == kNone || out_.stages_[reference.target].is_used) continue;
      out_.stages_[reference.target].is_used = true;
      waiting.push_back(reference.target);
    }
  }
}

void StageBuilder::mark_windows() {
  for (Stage& stage : out_.stages_) {
    stage.is_windows = is_windows_image(stage.base) || stage.platform.starts_with("windows") ||
                       (stage.parent != kNone && out_.stages_[stage.parent].is_windows);
    if (stage.is_windows || file_.escape != '`') continue;
    stage.is_windows = std::ranges::any_of(out_.instructions(stage), [](const Instruction& in) {
      return has_windows_path(in.text.text);
    });
  }
}

}  // namespace corten::dockerfile
