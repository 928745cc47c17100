// What the image opens towards others: ports, volumes, the engine's socket, build-time privileges.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "content/secret_names.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/removals.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

struct Port {
  std::uint32_t number;
  std::string_view service;
};

constexpr auto kAdminPorts = std::to_array<Port>({{22, "SSH"},
                                                  {23, "telnet"},
                                                  {2375, "the Docker API without TLS"},
                                                  {2376, "the Docker API"},
                                                  {3389, "remote desktop"},
                                                  {5900, "VNC"},
                                                  {6443, "the Kubernetes API"},
                                                  {10250, "the kubelet"}});

void admin_ports(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword != Keyword::Expose) continue;
    for (const Word& word : instruction.words) {
      const std::string value = lint.stages.expand_at(instruction, word.text).text;
      const std::string_view ports = std::string_view(value).substr(0, value.find('/'));
      const std::size_t dash = ports.find('-');
      const auto first = parse_number<std::uint32_t>(ports.substr(0, dash));
      const auto last = dash == std::string_view::npos
                            ? first
                            : parse_number<std::uint32_t>(ports.substr(dash + 1));
      if (!first || !last) continue;
      for (const Port& port : kAdminPorts) {
        if (port.number < *first || port.number > *last) continue;
        Problem& problem = problems.add(
            word.range, fmt::format("port {} is that of {}", port.number, port.service));
        if (first == last) {
          problem.fix =
              unsafe_fix(remove_word(lint, instruction, word),
                         fmt::format("docker run -P does not publish port {} then", port.number));
        }
        break;
      }
    }
  }
}

bool is_system_folder(std::string_view path) {
  constexpr auto kFolders =
      std::to_array<std::string_view>({"/proc", "/sys", "/dev", "/boot", "/etc", "/root/.ssh",
                                       "/var/run", "/initrd", "/lost+found"});
  // /dev/shm is made for it, and a service's own folder below /etc or /var/run is its own.
  if (path == "/dev/shm") return false;
  return std::ranges::any_of(kFolders, [&](std::string_view folder) {
    if (folder == "/etc" || folder == "/var/run") return path == folder;
    return is_within(path, folder);
  });
}

void system_folders(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    const bool is_volume = instruction.keyword == Keyword::Volume;
    if (!is_volume && instruction.keyword != Keyword::Workdir) continue;
    const Stage* stage = lint.stages.stage_of(instruction);
    if (stage == nullptr || stage->is_windows) continue;
    for (const Word& word : instruction.words) {
      const std::string path = tidy_path(lint.stages.expand_at(instruction, word.text).text);
      if (path.ends_with("docker.sock")) continue;  // CL4012
      // WORKDIR / leaves the folder as it is in most images; as a volume it hides everything.
      const bool is_root = path == "/" && is_volume;
      if (is_root || is_system_folder(path)) {
        problems.add(word.range, fmt::format("{} {}", name_of(instruction.keyword), path));
      }
    }
  }
}

void onbuild(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword != Keyword::Onbuild || instruction.nested == nullptr) continue;
    const Instruction& trigger = *instruction.nested;
    Problem& problem = problems.add(
        instruction.range,
        fmt::format("{} runs in every build that is FROM this image", name_of(trigger.keyword)));
    const bool names_secret = std::ranges::any_of(
        trigger.pairs, [](const Pair& pair) { return content::names_secret(pair.key); });
    constexpr auto kSecretFiles = std::to_array<std::string_view>(
        {".env", "id_rsa", "id_ed25519", ".npmrc", ".netrc", ".pem", ".aws", ".ssh"});
    const bool copies_secret =
        (trigger.keyword == Keyword::Copy || trigger.keyword == Keyword::Add) &&
        std::ranges::any_of(
            kSecretFiles, [&](std::string_view name) { return trigger.text.text.contains(name); });
    if (trigger.keyword == Keyword::Run || names_secret || copies_secret)
      problem.severity = Severity::Medium;
  }
}

void build_privileges(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& run = outer.nested != nullptr ? *outer.nested : outer;
    if (run.keyword != Keyword::Run) continue;
    for (const Flag& flag : run.flags) {
      const std::string value = to_lower(flag.value.value_or(""));
      std::string evidence;
      if (flag.name == "security" && value == "insecure") {
        evidence = "the step runs with all capabilities and without seccomp";
      } else if (flag.name == "network" && value == "host") {
        evidence = "the step runs in the network of the builder's host";
      } else if (flag.name == "device") {
        evidence = fmt::format("the step gets the device {}", value);
      }
      if (evidence.empty()) continue;
      problems.add(flag.range, std::move(evidence)).fix =
          unsafe_fix(remove_flag(lint, flag), "the step fails if it needs what the flag gave it");
    }
  }
}

bool names_engine(std::string_view text) {
  return text.contains("docker.sock") || text.contains("/var/run/docker") ||
         text.contains("containerd.sock") || text.contains("podman.sock");
}

void engine_socket(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword == Keyword::Volume) {
      for (const Word& word : instruction.words) {
        if (!names_engine(word.text)) continue;
        problems.add(word.range, fmt::format("VOLUME {}", word.text)).fix =
            unsafe_fix(remove_word(lint, instruction, word),
                       "whoever starts the container mounts it, or does without");
      }
    }
    if (instruction.keyword != Keyword::Env && instruction.keyword != Keyword::Arg) continue;
    for (std::size_t i = 0; i < instruction.pairs.size(); ++i) {
      const Pair& pair = instruction.pairs[i];
      const std::string_view value = pair.value.value_or("");
      const bool is_tcp = to_lower(pair.key) == "docker_host" && value.contains("tcp://");
      if (!is_tcp && !names_engine(value)) continue;
      problems
          .add(pair.range, fmt::format("{} leads to the engine that runs the container", pair.key))
          .fix = unsafe_fix(remove_pair(lint, instruction, i),
                            fmt::format("whoever starts the container sets {}", pair.key));
    }
  }
  for (const RunScript& run : lint.scripts) {
    for (const shell::Command& command : run.script.commands) {
      const bool is_named =
          std::ranges::any_of(command.words,
                              [](const shell::Word& w) { return names_engine(w.text); }) ||
          std::ranges::any_of(command.assignments, [](const shell::Assignment& a) {
            return names_engine(a.value.text) ||
                   (a.name == "DOCKER_HOST" && a.value.text.contains("tcp://"));
          });
      if (is_named)
        problems.add(run.source_range(command.range), "the command uses the engine's socket");
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL4004", FindingKind::Misconfiguration, Severity::Medium,
      "an administration port is exposed",
      "The port is that of a remote shell or of a control interface. Whoever reaches it and has, "
      "guesses or "
      "steals a key controls the container, or for the Docker and Kubernetes ports the host.",
      "leave the port out of EXPOSE, and the service out of the image",
      "FROM debian:12\nEXPOSE 22\n", "FROM debian:12\nEXPOSE 8080\n",
      "DS-0004 AVD-DS-0004 CKV_DOCKER_1", ""},
     Default::On,
     admin_ports},
    {{"CL4006", FindingKind::Misconfiguration, Severity::Medium,
      "a system folder is used as volume or working directory",
      "Folders such as /proc, /sys, /dev and /etc belong to the kernel or to the system: a volume "
      "over them "
      "hides what the container needs or makes it writable for others, and files of an application "
      "do not "
      "belong there.",
      "use a folder of the application's own, such as /app or /var/lib/app",
      "FROM debian:12\nWORKDIR /proc/self\n", "FROM debian:12\nWORKDIR /app\n",
      "DS-0030 AVD-DS-0030", ""},
     Default::On,
     system_folders},
    {{"CL4009", FindingKind::Misconfiguration, Severity::Info,
      "ONBUILD acts in the builds of others",
      "The trigger runs, unseen, at the start of every build on this image, with that build's "
      "context and "
      "rights. Commands there surprise their victims, and copied files may hold their secrets.",
      "say what users have to do in the documentation, or give them a template",
      "FROM debian:12\nONBUILD RUN make install\n", "FROM debian:12\nRUN make install\n", "",
      "https://docs.docker.com/reference/dockerfile/#onbuild"},
     Default::On,
     onbuild},
    {{"CL4010", FindingKind::Misconfiguration, Severity::High,
      "a build step runs with the builder's privileges",
      "--security=insecure, --network=host and --device take away what separates the step from the "
      "machine "
      "that builds: whatever the step downloads and runs can then reach the host, its network or "
      "its devices.",
      "run the step without the flag, or in a job of its own on a machine that is thrown away",
      "FROM debian:12\nRUN --security=insecure make test\n", "FROM debian:12\nRUN make test\n", "",
      "https://docs.docker.com/reference/dockerfile/#run---security"},
     Default::On,
     build_privileges},
    {{"CL4012", FindingKind::Misconfiguration, Severity::High,
      "the image expects the engine's socket",
      "Whoever can write to the engine's socket is root on the host: a container can be started "
      "from it with "
      "every file of the host mounted. An image that asks for it turns each of its flaws into one "
      "of the host.",
      "do without the socket: build with a rootless builder, or put a proxy in front that allows "
      "the few calls "
      "needed",
      "FROM docker:27-cli\nVOLUME /var/run/docker.sock\n", "FROM docker:27-cli\nVOLUME /work\n", "",
      ""},
     Default::On,
     engine_socket},
});

}  // namespace

std::span<const Rule> runtime_exposure_rules() { return kRules; }

}  // namespace corten::dockerfile
