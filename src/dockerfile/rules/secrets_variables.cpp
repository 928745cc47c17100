// Secrets in variables of the build: CL2001 (ARG and ENV), CL2005 (their use in RUN).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>

#include "base/text.h"
#include "content/secret_names.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/secret_fixes.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

using content::NameKind;
using content::ValueKind;

// ---- CL2001: ARG and ENV ------------------------------------------------------------------------

struct Judged {
  Severity severity;
  std::string evidence;
};

// Whether the value is made of what the builder is given: ENV TOKEN=$TOKEN behind ARG TOKEN.
bool hands_on_argument(const Lint& lint, const Instruction& instruction, std::string_view value) {
  if (!value.contains('$')) return false;
  for (const VariableUse& use : lint.stages.expand_at(instruction, value).variables) {
    const Definition* definition = lint.stages.definition(instruction, use.name);
    if (definition != nullptr && definition->is_arg) return true;
  }
  return false;
}

std::optional<Judged> judge_value(std::string_view name, NameKind name_kind,
                                  std::string_view value) {
  if (content::is_fingerprint(value) && to_lower(name).contains("key")) return {};
  switch (content::kind_of_value(name, value)) {
    case ValueKind::Nothing:
    case ValueKind::Reference:
      return {};
    case ValueKind::Dummy:
      if (name_kind == NameKind::Weak) return {};
      return Judged{Severity::Low,
                    fmt::format("{} has a value that only stands for a secret, and will be used "
                                "where nobody replaces it",
                                shown(name))};
    case ValueKind::Secret:
      break;
  }
  const bool is_weak = name_kind == NameKind::Weak;
  return Judged{is_weak ? Severity::Low : Severity::High,
                fmt::format("the value of {} ({} bytes) can be read by whoever has the image",
                            shown(name), value.size())};
}

std::optional<Judged> judge_argument(const Definition& definition, const Pair& pair,
                                     NameKind kind) {
  if (pair.value || definition.has_value) {
    return judge_value(definition.name, kind, definition.value);
  }
  return Judged{kind == NameKind::Weak ? Severity::Low : Severity::Medium,
                fmt::format("what a build gives for {} stays in the history of the image",
                            shown(definition.name))};
}

std::optional<Judged> judge_environment(const Lint& lint, const Instruction& instruction,
                                        const Definition& definition, const Pair& pair,
                                        NameKind kind) {
  if (!pair.value || !hands_on_argument(lint, instruction, *pair.value))
    return judge_value(definition.name, kind, definition.value);
  if (content::kind_of_value(definition.value) == ValueKind::Dummy)
    return judge_value(definition.name, kind, definition.value);
  return Judged{kind == NameKind::Weak ? Severity::Low : Severity::High,
                fmt::format("{} keeps a build argument in the configuration of the image",
                            shown(definition.name))};
}

// The problem that was added, or nullptr.
Problem* report(Problems& problems, Range range, const std::optional<Judged>& judged) {
  if (!judged) return nullptr;
  Problem& problem = problems.add(range, judged->evidence);
  problem.severity = judged->severity;
  return &problem;
}

// Triggers: the builds of others define them.
void triggered_variables(const Instruction& outer, Problems& problems) {
  const Instruction& inner = *outer.nested;
  if (inner.keyword != Keyword::Arg && inner.keyword != Keyword::Env) return;
  for (const Pair& pair : inner.pairs) {
    const NameKind kind = content::kind_of_name(pair.key);
    if (kind == NameKind::None) continue;
    Definition definition;
    definition.name = pair.key;
    definition.value = pair.value.value_or("");
    definition.has_value = pair.value.has_value();
    report(problems, pair.key_range,
           inner.keyword == Keyword::Arg ? judge_argument(definition, pair, kind)
                                         : judge_value(pair.key, kind, definition.value));
  }
}

void variables(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  for (const Definition& definition : lint.stages.definitions()) {
    const NameKind kind = content::kind_of_name(definition.name);
    if (kind == NameKind::None) continue;
    const Instruction& instruction = lint.file.instructions[definition.instruction];
    if (!reaches(lint, instruction) || definition.pair >= instruction.pairs.size()) continue;
    const Pair& pair = instruction.pairs[definition.pair];
    Problem* problem =
        report(problems, pair.key_range,
               definition.is_arg ? judge_argument(definition, pair, kind)
                                 : judge_environment(lint, instruction, definition, pair, kind));
    if (problem != nullptr && problem->severity >= Severity::Medium && fixes++ < kMostCostlyFixes)
      problem->fix = lent_variable(lint, definition);
  }
  for (const Instruction& outer : lint.file.instructions) {
    const bool is_trigger = outer.keyword == Keyword::Onbuild && outer.nested != nullptr;
    if (is_trigger && reaches(lint, outer)) triggered_variables(outer, problems);
  }
}

// ---- CL2005: their use --------------------------------------------------------------------------

using VisitVariable = std::function<void(const shell::VariableReference&)>;

void visit_word(const shell::Word& word, const VisitVariable& visit) {
  for (const shell::VariableReference& variable : word.variables) visit(variable);
}

// The variables of a command, also in its redirections and here-documents.
void visit_variables(const shell::Command& command, const VisitVariable& visit) {
  for (const shell::Word& word : command.words) visit_word(word, visit);
  for (const shell::Assignment& assignment : command.assignments) {
    visit_word(assignment.value, visit);
    for (const shell::Word& element : assignment.elements) visit_word(element, visit);
  }
  for (const shell::Redirection& redirection : command.redirections) {
    visit_word(redirection.target, visit);
    for (const shell::VariableReference& variable : redirection.body_variables) visit(variable);
  }
}

bool only_tests(const shell::Command& command) {
  const std::string_view name = command.name();
  return name == "[" || name == "[[" || name == "test" || name == ":" || name == "unset";
}

bool is_set_in_script(const shell::Script& script, std::string_view name) {
  const auto found = std::ranges::lower_bound(
      script.definitions, name, {},
      [](const shell::Definition& definition) { return std::string_view(definition.name); });
  return found != script.definitions.end() && found->name == name;
}

std::string mount_for(std::string_view name) {
  return fmt::format("mount it for this step only: RUN --mount=type=secret,id={},env={}",
                     to_lower(name), name);
}

// Programs that are told a secret, however it comes: the word behind the flag or verb.
bool logs_in(const shell::Invocation& call) {
  const auto has_all = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::all_of(words, [&](std::string_view w) { return shell::has_arg(call, w); });
  };
  const std::string_view tool = call.base();
  if (tool == "aws") {
    return has_all({"configure", "set"}) &&
           (shell::has_arg(call, "aws_secret_access_key") ||
            shell::has_arg(call, "aws_access_key_id") || shell::has_arg(call, "aws_session_token"));
  }
  if (tool == "gcloud") return has_all({"auth", "activate-service-account"});
  if (tool == "az") return has_all({"login"}) && shell::has_flag(call, {"p", "password"});
  if (tool == "doctl")
    return has_all({"auth", "init"}) && shell::has_flag(call, {"t", "access-token"});
  if (tool == "docker" || tool == "podman" || tool == "buildah" || tool == "helm")
    return has_all({"login"}) && shell::has_flag(call, {"p", "password"});
  return false;
}

class CommandJudge {
 public:
  // `fixes` counts those of the file.
  CommandJudge(const Lint& lint, const RunScript& run, bool in_image, Problems& problems,
               std::size_t& fixes)
      : lint_(lint), run_(run), in_image_(in_image), problems_(problems), fixes_(fixes) {
    for (const Mount& mount : mounts_of(*run.instruction)) {
      if (mount.type != "secret") continue;
      has_mount_ = true;
      mounted_.emplace(mount.env);
    }
  }

  void judge(const shell::Command& command) {
    if (only_tests(command)) return;
    bool reported = false;
    visit_variables(command, [&](const shell::VariableReference& variable) {
      reported = judge_variable(variable) || reported;
    });
    const shell::Invocation call = shell::seen_through(command);
    if (reported || has_mount_ || call.empty() || !logs_in(call)) return;
    add(words_range(call),
        fmt::format("{} is told a secret that stays in the history", shown(call.base())));
  }

 private:
  bool judge_variable(const shell::VariableReference& variable) {
    if (variable.operation == ":+" || variable.operation == "+") return false;
    if (content::kind_of_name(variable.name) != NameKind::Strong) return false;
    if (mounted_.contains(variable.name) || seen_.contains(variable.name)) return false;
    const Definition* definition = lint_.stages.definition(*run_.outer, variable.name);
    if (definition == nullptr || is_set_in_script(run_.script, variable.name)) return false;
    const ValueKind value = content::kind_of_value(definition->value);
    if (value == ValueKind::Reference || content::is_fingerprint(definition->value)) return false;
    if (value == ValueKind::Nothing && !definition->is_arg && definition->known) return false;
    seen_.insert(variable.name);
    Problem& problem = add(variable.range, fmt::format("{} of line {} is used on a command line",
                                                       shown(variable.name), line_of(*definition)));
    if (value == ValueKind::Dummy) problem.severity = Severity::Low;
    problem.remediation = mount_for(variable.name);
    if (problem.severity >= Severity::Medium && fixes_++ < kMostCostlyFixes)
      problem.fix = lent_variable(lint_, *definition);
    return true;
  }

  [[nodiscard]] std::uint32_t line_of(const Definition& definition) const {
    return lint_.file.instructions[definition.instruction].first_line;
  }

  Problem& add(shell::Range range, std::string evidence) {
    Problem& problem = problems_.add(run_.source_range(range), std::move(evidence));
    // It is still in the cache of the builder, and in the provenance of the image.
    if (!in_image_) problem.severity = Severity::Medium;
    return problem;
  }

  const Lint& lint_;
  const RunScript& run_;
  bool in_image_;
  Problems& problems_;
  std::size_t& fixes_;
  bool has_mount_ = false;
  std::set<std::string, std::less<>> mounted_;
  std::set<std::string, std::less<>> seen_;
};

// Whether a command reads the key: names its file, or speaks SSH.
bool uses_key(const shell::Invocation& call, const CopiedSecret& key) {
  constexpr auto kHandlers = std::to_array<std::string_view>(
      {"rm", "chmod", "chown", "mkdir", "ls", "touch", "shred", "test", "["});
  const std::string_view tool = call.base();
  if (std::ranges::find(kHandlers, tool) != kHandlers.end()) return false;
  const std::string_view file = last_part(key.target);
  const bool is_for_ssh = file.starts_with("id_") || key.target.contains("/.ssh/") ||
                          last_part(key.source).starts_with("id_");
  for (const shell::Word& word : call.command->words) {
    if (word.text == key.target || (file.size() > 3 && word.text.contains(file))) return true;
    if (is_for_ssh && (word.text.starts_with("git@") || word.text.contains("ssh://"))) return true;
  }
  return is_for_ssh && (tool == "ssh" || tool == "scp" || tool == "ssh-add");
}

constexpr std::size_t kMaxKeys = 32;  // copied in one stage; more is no Dockerfile of a person

void copied_keys(const Lint& lint, const RunScript& run, const std::vector<CopiedSecret>& keys,
                 bool in_image, Problems& problems, std::size_t& fixes) {
  if (keys.empty()) return;
  for (const shell::Command& command : run.script.commands) {
    const shell::Invocation call = shell::seen_through(command);
    if (call.empty()) continue;
    for (const CopiedSecret& key : keys) {
      if (!uses_key(call, key)) continue;
      Problem& problem = problems.add(run.source_range(words_range(call)),
                                      fmt::format("uses the key {} that line {} copies",
                                                  shown(key.source), key.instruction->first_line));
      if (!in_image) problem.severity = Severity::Medium;
      problem.remediation =
          "lend the key to this step only: RUN --mount=type=ssh, or "
          "--mount=type=secret,id=key,target=…";
      if (fixes++ < kMostCostlyFixes) problem.fix = lent_file(lint, key);
      return;
    }
  }
}

void secrets_in_commands(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  std::vector<CopiedSecret> keys;
  auto instruction = lint.file.instructions.begin();
  for (const RunScript& run : lint.scripts) {
    for (; instruction != lint.file.instructions.end() && instruction->index < run.outer->index;
         ++instruction) {
      if (instruction->keyword == Keyword::From) keys.clear();
      for (CopiedSecret& copied : copied_secrets(lint, *instruction)) {
        if (copied.kind == content::FileKind::Key && keys.size() < kMaxKeys)
          keys.push_back(std::move(copied));
      }
    }
    if (!run.is_run()) continue;
    const bool in_image = reaches(lint, *run.outer);
    CommandJudge judge(lint, run, in_image, problems, fixes);
    for (const shell::Command& command : run.script.commands) judge.judge(command);
    copied_keys(lint, run, keys, in_image, problems, fixes);
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL2001", FindingKind::Secret, Severity::High, "a secret is a variable of the image",
      "Values of ENV are part of the image, and values of ARG stay in its history: whoever can "
      "pull the image reads them with one command. Removing the variable in a later instruction "
      "does not help. A secret mount gives a RUN the value and leaves nothing behind; at run time "
      "secrets come from outside.",
      "mount the secret where the build needs it (RUN --mount=type=secret,id=db_password), and "
      "give it to the container when it starts",
      "FROM debian:12\nENV DB_PASSWORD=h8Kd02ms\n",
      "FROM debian:12\nENV DB_PASSWORD_FILE=/run/secrets/db_password\n", "DS-0031 AVD-DS-0031",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     variables},
    {{"CL2005", FindingKind::Secret, Severity::High, "a RUN uses a secret that stays in the image",
      "The secret comes from an ARG, an ENV or a copied file, all of which stay in the image or "
      "in its history, and the command can leave it in logs and configuration files as well. "
      "A secret mount shows it to this one step only.",
      "mount it for this step only: RUN --mount=type=secret,id=token,env=TOKEN, or "
      "--mount=type=ssh for keys",
      "FROM node:22\nARG NPM_TOKEN\nRUN npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN "
      "&& npm ci\n",
      "FROM node:22\nRUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci\n", "DS-0031 AVD-DS-0031",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     secrets_in_commands},
});

}  // namespace

std::span<const Rule> secrets_variable_rules() { return kRules; }

}  // namespace corten::dockerfile
