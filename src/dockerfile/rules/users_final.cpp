// Whom the container runs as.
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "dockerfile/rules/account.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/user_fixes.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

struct Final {
  const Stage* stage = nullptr;
  BaseImage base;
  EffectiveUser user;
};

// nullopt where nothing can be said: no stage, or one of Windows (see windows.cpp).
std::optional<Final> final_image(const Lint& lint) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || chain.front()->is_windows) return std::nullopt;
  Final out;
  out.stage = chain.front();
  out.base = base_of(lint, *out.stage);
  // A name that could be of Windows too, in a file that shows nothing of it.
  if (out.base.family() == image::ImageFamily::Windows) out.base.known = nullptr;
  const Instruction* user = lint.stages.user_of(*out.stage);
  out.user = user != nullptr ? user_named_by(lint, *user) : user_of_base(out.base);
  return out;
}

std::string_view name_of_ready(std::string_view ready) { return ready.substr(0, ready.find(':')); }

std::string_view base_name_of(const BaseImage& base) {
  return base.stage->base.empty() ? base.stage->base_written : std::string_view(base.stage->base);
}

// What to do about a container that runs as root: name a user that is there already.
std::string user_to_take(const BaseImage& base) {
  if (base.is_scratch())
    return "add a USER with a number: \"USER 65532:65532\" needs no /etc/passwd";
  const std::string_view ready = ready_user_of(base);
  if (ready.empty()) return {};
  return fmt::format("add \"USER {}\" after the last step that needs root: {} ships that user ({})",
                     name_of_ready(ready), base_name_of(base), ready);
}

// Who starts as root and steps down by itself is judged more gently.
void soften(const Lint& lint, Problem& problem) {
  if (const auto dropper = rights_dropper(lint); !dropper.empty()) {
    problem.severity = Severity::Medium;
    problem.evidence += fmt::format("; {} may lower its rights when it starts", dropper);
  }
}

void runs_as_root(const Lint& lint, Problems& problems) {
  const auto image = final_image(lint);
  if (!image || image->user.instruction != nullptr) return;
  if (image->user.is_unprivileged()) return;
  const Stage& stage = *image->stage;
  const BaseImage& base = image->base;
  const Range place = base_place(stage);
  const std::string_view name = base_name_of(base);
  if (!image->user.is_known()) {
    Problem& problem =
        problems.add(place, fmt::format("no USER, and the user of {} is not known", name));
    problem.severity = Severity::Medium;
    // Whoever installs packages is root.
    if (family_of(lint, base) != image::ImageFamily::Other)
      problem.fix = fix_of_root(lint, base, image->user);
    return;
  }
  if (base.known != nullptr && base.known->drops_root && base.facts == nullptr) {
    const std::string_view ready = name_of_ready(base.known->ready);
    Problem& problem = problems.add(
        place,
        fmt::format("{} starts as root to prepare and then drops to {} by itself", name, ready));
    problem.severity = Severity::Medium;
    problem.remediation = fmt::format(
        "if nothing needs root at the start, add \"USER {}\" and listen above port 1024", ready);
    return;
  }
  Problem& problem =
      problems.add(place, base.is_scratch() ? std::string("no USER, and on scratch that means root")
                                            : fmt::format("no USER, and {} starts as root", name));
  problem.remediation = user_to_take(base);
  if (base.is_scratch() && !starts_something(lint)) {
    problem.severity = Severity::Low;
    problem.evidence += "; it names no program, so perhaps its files are only exported";
    return;
  }
  soften(lint, problem);
  problem.fix = fix_of_root(lint, base, image->user);
}

Range place_of(const Instruction& user) {
  return user.words.empty() ? user.range : user.words.front().range;
}

void last_user_is_root(const Lint& lint, Problems& problems) {
  const auto image = final_image(lint);
  if (!image || image->user.instruction == nullptr || !image->user.is_known()) return;
  const Instruction& user = *image->user.instruction;
  std::string evidence;
  if (image->user.is_root()) {
    evidence = fmt::format("the container runs as {}", image->user.as_written());
  } else if (uid_of(lint, image->base, image->user.name) == "0") {
    evidence = fmt::format("{} has the user id 0", image->user.name);
  } else {
    return;
  }
  Problem& problem = problems.add(place_of(user), std::move(evidence));
  problem.remediation = user_to_take(image->base);
  soften(lint, problem);
  problem.fix = fix_of_root(lint, image->base, image->user);
}

bool is_plain_name(const EffectiveUser& user) {
  return user.instruction != nullptr && user.is_unprivileged() && !is_number(user.name);
}

// The number instead of the name. What a table says of an image is not always so.
std::optional<Fix> number_for(const Lint& lint, const Final& image, std::string_view uid) {
  const EffectiveUser& user = image.user;
  const Range word = user.instruction->words.front().range;
  const Range name{word.begin, word.begin + static_cast<std::uint32_t>(user.name.size())};
  if (lint.file.source.text(name) != user.name) return std::nullopt;
  TextEdit edit{name, std::string(uid)};
  BaseImage seen = image.base;
  seen.known = nullptr;
  if (uid_of(lint, seen, user.name)) return safe_fix(std::move(edit));
  return unsafe_fix(std::move(edit), fmt::format("{} is the number that {} has in images of this "
                                                 "name: another build of them may differ",
                                                 uid, user.name));
}

void user_by_name(const Lint& lint, Problems& problems) {
  const auto image = final_image(lint);
  if (!image || !is_plain_name(image->user)) return;
  Problem& problem =
      problems.add(place_of(*image->user.instruction),
                   fmt::format("Kubernetes cannot tell that {} is not root", image->user.name));
  const auto uid = uid_of(lint, image->base, image->user.name);
  if (uid && *uid != "0") {
    problem.remediation =
        fmt::format("write \"USER {}\", the number of {}", *uid, image->user.name);
    problem.fix = number_for(lint, *image, *uid);
  }
}

void unknown_user(const Lint& lint, Problems& problems) {
  const auto image = final_image(lint);
  if (!image || !is_plain_name(image->user)) return;
  const std::string& name = image->user.name;
  const Existence exists = user_exists(lint, image->base, name);
  if (exists == Existence::Yes) return;
  const Range place = place_of(*image->user.instruction);
  if (exists == Existence::No) {
    problems
        .add(place, fmt::format("nothing makes the user {}, and {} does not have it", name,
                                base_name_of(image->base)))
        .fix = fix_of_missing_user(lint, image->base, image->user);
    return;
  }
  Problem& problem =
      problems.add(place, fmt::format("nothing in the file makes the user {}: does {} have it?",
                                      name, base_name_of(image->base)));
  problem.severity = Severity::Info;
}

void ready_user(const Lint& lint, Problems& problems) {
  const auto image = final_image(lint);
  if (!image || image->base.known == nullptr || image->base.facts != nullptr) return;
  const std::string_view ready = ready_user_of(image->base);
  if (ready.empty() || !image::starts_as_root(*image->base.known)) return;
  const Instruction* user = image->user.instruction;
  if (user != nullptr && !image->user.is_root()) return;
  Problem& problem = problems.add(
      user != nullptr ? place_of(*user) : base_place(*image->stage),
      fmt::format("{} ships an unprivileged user: {}", base_name_of(image->base), ready));
  problem.remediation = fmt::format("write \"USER {}\"", name_of_ready(ready));
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1001", FindingKind::Misconfiguration, Severity::High, "the container runs as root",
      "No USER is set, so the container runs as the base image does, and that is root. Whoever "
      "breaks into the service then owns everything in the container, and a flaw of the kernel or "
      "a careless mount is enough to own the host. Images that start as root and drop to another "
      "user by themselves are reported as medium.",
      "add a USER with an unprivileged user after the last step that needs root",
      "FROM debian:12\nCOPY app /app\nCMD [\"/app\"]\n",
      "FROM debian:12\nCOPY app /app\nUSER 10001\nCMD [\"/app\"]\n",
      "DS-0002 AVD-DS-0002 CKV_DOCKER_3 CIS-DI-0001",
      "https://docs.docker.com/reference/dockerfile/#user"},
     Default::On,
     runs_as_root},
    {{"CL1002", FindingKind::Misconfiguration, Severity::High, "the last USER is root",
      "The last USER of the final stage is root or the user id 0, so the container runs with all "
      "rights. Steps that need root belong in front of it; the service does not. Earlier stages "
      "are left alone: nobody runs them.",
      "end with a USER that is not root",
      "FROM debian:12\nRUN useradd -u 10001 app\nUSER app\nUSER root\nCMD [\"/app\"]\n",
      "FROM debian:12\nUSER root\nRUN useradd -u 10001 app\nUSER 10001\nCMD [\"/app\"]\n",
      "CKV_DOCKER_8", "https://docs.docker.com/reference/dockerfile/#user"},
     Default::On,
     last_user_is_root},
    {{"CL1003", FindingKind::Misconfiguration, Severity::Low, "USER is a name, not a number",
      "An orchestrator sees only the text of USER. With `runAsNonRoot` Kubernetes refuses to start "
      "a container whose user is a name, for it could stand for user id 0. A number can be "
      "verified, and stays the same whatever /etc/passwd says.",
      "write the number of the user",
      "FROM debian:12\nRUN useradd -u 10001 app\nUSER app\nCMD [\"/app\"]\n",
      "FROM debian:12\nRUN useradd -u 10001 app\nUSER 10001\nCMD [\"/app\"]\n", "DL3066",
      "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"},
     Default::On,
     user_by_name},
    {{"CL1004", FindingKind::Misconfiguration, Severity::High,
      "USER names a user that is not there",
      "The name must be in the image's /etc/passwd when the container starts, else the engine "
      "refuses to start it. Neither the base image nor a step of this file makes this user. On "
      "scratch and distroless images names from the build stage do not exist.",
      "make the user first, copy /etc/passwd along, or write a number",
      "FROM scratch\nCOPY app /app\nUSER app\nENTRYPOINT [\"/app\"]\n",
      "FROM debian:12\nRUN useradd app\nUSER app\nENTRYPOINT [\"/app\"]\n", "",
      "https://docs.docker.com/reference/dockerfile/#user"},
     Default::On,
     unknown_user},
    {{"CL1008", FindingKind::Misconfiguration, Severity::Info,
      "the base image ships an unprivileged user that is not used",
      "Images of languages and servers often start as root but bring a user made for the service: "
      "node, www-data, nginx. Taking it costs one line and no new account.",
      "set USER to the user that the image ships",
      "FROM node:22\nUSER root\nCMD [\"node\", \"a.js\"]\n",
      "FROM node:22\nUSER node\nCMD [\"node\", \"a.js\"]\n", "", ""},
     Default::On,
     ready_user},
});

}  // namespace

std::span<const Rule> users_final_rules() { return kRules; }

}  // namespace corten::dockerfile
