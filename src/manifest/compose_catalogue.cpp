// The texts of the Compose checks. Ids are never reused.
#include <array>

#include "manifest/compose_rules.h"

namespace corten::manifest {

namespace {

using enum Severity;
constexpr auto kWrong = FindingKind::Misconfiguration;
constexpr std::string_view kSpec = "https://docs.docker.com/reference/compose-file/services/";

constexpr auto kCatalogue = std::to_array<Check>({
    {"CC1001", kWrong, Critical, "the service runs privileged",
     "A privileged container has every capability, every device of the host and no seccomp or "
     "AppArmor confinement. Whoever takes it over owns the host: mounting its disk is one command.",
     "remove privileged, and add the one capability or device that is needed",
     "services:\n  app:\n    image: app:1\n    privileged: true\n",
     "services:\n  app:\n    image: app:1\n    devices:\n      - /dev/ttyUSB0\n",
     "privileged_containers_enabled CB-C-01 CIS-5.5", kSpec},
    {"CC1002", kWrong, High, "the service shares a namespace with the host",
     "Without a network namespace of its own a container listens on the host's addresses and "
     "reaches its loopback services; in the host's PID or IPC namespace it sees and signals "
     "everyone's processes and shared memory; userns_mode: host gives up the remapping of root.",
     "remove the key, publish the ports that are needed, and let services talk over a network",
     "services:\n  app:\n    image: app:1\n    network_mode: host\n",
     "services:\n  app:\n    image: app:1\n    ports:\n      - 127.0.0.1:8080:8080\n",
     "shared_host_network_namespace host_namespace_is_shared shared_host_ipc_namespace "
     "shared_host_user_namespace network_mode_host_exists ipc_set_to_host userns_set_to_host "
     "cgroup_not_default CB-C-09 CB-C-22 CIS-5.10 CIS-5.16 CIS-5.17 CIS-5.21 CIS-5.31",
     kSpec},
    {"CC1003", kWrong, Critical, "the service gets the socket of a container runtime",
     "Whoever can speak to the socket of the engine can start a privileged container that mounts "
     "the host's disk: it is root on the host. Mounting the socket read-only protects the file, "
     "not what is said through it.",
     "put a proxy that filters requests before the socket, or use a rootless engine",
     "services:\n  app:\n    image: app:1\n    volumes:\n"
     "      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
     "services:\n  app:\n    image: app:1\n    environment:\n"
     "      DOCKER_HOST: tcp://socket-proxy:2375\n",
     "docker_socket_mounted_in_container CB-C-02 CIS-5.32", kSpec},
    {"CC1004", kWrong, High, "the service mounts a sensitive path of the host",
     "System folders, device files, keys of users and the data of the engine decide who may do "
     "what on the host. A container that can write them can change that; one that can read them "
     "learns keys and password hashes.",
     "mount only the folder that the service owns, read-only where it does not write",
     "services:\n  app:\n    image: app:1\n    volumes:\n      - /etc:/host/etc\n",
     "services:\n  app:\n    image: app:1\n    volumes:\n      - ./config:/etc/app:ro\n",
     "volume_has_sensitive_host_directory CB-C-03 CB-C-04 CIS-5.6", kSpec},
    {"CC1005", kWrong, High, "the service gets a capability that reaches beyond it",
     "Capabilities are parts of root's power. SYS_ADMIN, SYS_MODULE, SYS_PTRACE, SYS_RAWIO, "
     "DAC_READ_SEARCH and BPF each are known ways out of a container; NET_ADMIN and SYS_TIME "
     "change what other containers see, or the container's own confinement.",
     "remove the capability, or say beside it why nothing smaller will do",
     "services:\n  app:\n    image: app:1\n    cap_add:\n      - SYS_ADMIN\n",
     "services:\n  app:\n    image: app:1\n    cap_add:\n      - NET_BIND_SERVICE\n",
     "check_cap_add_cap_drop CB-C-05 CIS-5.4", kSpec},
    {"CC1006", kWrong, Low, "the service keeps the default capabilities",
     "Fourteen capabilities come by default, among them NET_RAW (forged packets on the shared "
     "bridge), SETUID and DAC_OVERRIDE. Most services need none of them.",
     "add cap_drop: [ALL], then cap_add what the service turns out to need",
     "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    cap_drop:\n      - ALL\n",
     "container_capabilities_unrestricted CB-C-05 CIS-5.4", kSpec},
    {"CC1007", kWrong, Medium, "processes of the service may gain privileges",
     "Without no-new-privileges a setuid program in the image turns an unprivileged process into "
     "root. With it, no exec ever gives more rights than the caller had.",
     "add security_opt: [\"no-new-privileges:true\"]", "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    security_opt:\n      - no-new-privileges:true\n",
     "no_new_privileges_not_set security_opt_not_set CB-C-06 CIS-5.26", kSpec},
    {"CC1008", kWrong, High, "the service switches its confinement off",
     "Seccomp, AppArmor, SELinux and the masked paths of /proc stand between a kernel flaw and "
     "the host. Unconfined, a container may make every system call and write kernel settings.",
     "remove the option, or name a profile that allows the one call that is needed",
     "services:\n  app:\n    image: app:1\n    security_opt:\n      - seccomp:unconfined\n",
     "services:\n  app:\n    image: app:1\n    security_opt:\n      - seccomp:./profile.json\n",
     "default_seccomp_profile_disabled seccomp_disabled CB-C-07 CB-C-08 CIS-5.2 CIS-5.22", kSpec},
    {"CC1009", kWrong, Medium, "the service runs as root",
     "Root in a container is root on the host as soon as something gets out: through a kernel "
     "flaw, a mounted socket or a careless volume. Nearly all services run as well without it.",
     "set user: to a user of the image, or to numbers (\"10001:10001\")",
     "services:\n  app:\n    image: app:1\n    user: root\n",
     "services:\n  app:\n    image: app:1\n    user: \"10001:10001\"\n", "CB-C-21 CIS-4.1", kSpec},
    {"CC1010", kWrong, Low, "the service can write its root file system",
     "An attacker who can write the file system plants tools and changes programs. With read_only "
     "only volumes and tmpfs can be written, and whatever else is tried fails loudly.",
     "add read_only: true, and tmpfs for /tmp, /run and what else the service writes",
     "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    read_only: true\n    tmpfs:\n      - /tmp\n",
     "CIS-5.13", kSpec},
    {"CC1011", kWrong, Low, "the service has no limits",
     "Without limits one service that leaks or is attacked takes memory, CPU or process numbers "
     "from all others and from the host itself.",
     "set mem_limit, cpus and pids_limit (or deploy.resources.limits)",
     "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    mem_limit: 512m\n    cpus: 1.5\n    pids_limit: "
     "200\n",
     "memory_not_limited cpus_not_limited pids_limit_not_set CB-C-15 CIS-5.11 CIS-5.12 CIS-5.29",
     kSpec},
    {"CC1012", kWrong, Medium, "the service gets devices of the host",
     "A disk as a raw device is the host's file system without its permissions; /dev/mem is its "
     "memory. Rules over whole classes of devices give those too.",
     "name the one device that is needed, with the rights that are needed (/dev/x:/dev/x:r)",
     "services:\n  app:\n    image: app:1\n    devices:\n      - /dev/sda:/dev/sda\n",
     "services:\n  app:\n    image: app:1\n    volumes:\n      - data:/data\nvolumes:\n  data:\n",
     "CB-C-20 CIS-5.18", kSpec},
    {"CC1013", FindingKind::Secret, High, "a secret is written in the Compose file",
     "Whoever reads the repository has it, and so has everyone who may inspect the container; "
     "child processes and crash reports inherit environment variables.",
     "change the secret, and give it as a file: secrets:, with NAME_FILE=/run/secrets/name",
     "services:\n  app:\n    image: app:1\n    environment:\n      API_TOKEN: q8Zr1vK2mW7xT4\n",
     "services:\n  app:\n    image: app:1\n    environment:\n"
     "      API_TOKEN_FILE: /run/secrets/token\n    secrets:\n      - token\n"
     "secrets:\n  token:\n    file: ./token.txt\n",
     "CB-C-10 CB-C-11", "https://docs.docker.com/compose/how-tos/use-secrets/"},
    {"CC1014", kWrong, Low, "the image is not pinned",
     "latest, or no tag, is whatever was pushed last: two hosts run different programs, and "
     "nobody can say which. A tag can be moved too; only a digest names one image.",
     "name a version, better with its digest: image: nginx:1.27@sha256:…",
     "services:\n  app:\n    image: nginx:latest\n",
     "services:\n  app:\n    image: "
     "nginx:1.27@sha256:0000000000000000000000000000000000000000000000000000000000000001\n",
     "CB-C-12 CIS-5.28", kSpec},
    {"CC1015", kWrong, Medium, "a port is published on all addresses",
     "A published port without an address is open on every network of the host, and past most "
     "host firewalls: the engine writes its own rules. Databases and ways to administer something "
     "are found by scanners within hours.",
     "publish it as 127.0.0.1:port:port, or not at all: services reach each other over networks",
     "services:\n  db:\n    image: db:1\n    ports:\n      - 5432:5432\n",
     "services:\n  db:\n    image: db:1\n    ports:\n      - 127.0.0.1:5432:5432\n",
     "container_traffic_not_bound_to_host_interface CB-C-17 CIS-5.14", kSpec},
    {"CC1016", kWrong, Info, "no health check",
     "Without one the engine knows whether the process runs, not whether the service works; "
     "depends_on cannot wait for it.",
     "add healthcheck: with a command that asks the service itself",
     "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    healthcheck:\n      test: [CMD, /app, healthy]\n",
     "healthcheck_not_set CIS-5.27", kSpec},
    {"CC1017", kWrong, Low, "what happens when the service ends is left to chance",
     "Without restart a crash is an outage until someone looks. always, without a limit of "
     "memory, restarts a leaking service for ever, and hides that it crashes.",
     "set restart: on-failure:5 or unless-stopped", "services:\n  app:\n    image: app:1\n",
     "services:\n  app:\n    image: app:1\n    restart: unless-stopped\n",
     "restart_policy_on_failure_not_set_to_5 CB-C-16 CIS-5.15", kSpec},
    {"CC1018", kWrong, Medium, "the service changes settings of the kernel, or escapes its limits",
     "Some sysctls are not bound to a namespace and change the host for everyone. Unlimited "
     "processes or files, and being spared by the out-of-memory killer, turn a leak in one "
     "service into the death of others.",
     "remove the setting, or give it a number",
     "services:\n  app:\n    image: app:1\n    sysctls:\n      kernel.msgmax: 65536\n",
     "services:\n  app:\n    image: app:1\n    sysctls:\n      net.core.somaxconn: 1024\n",
     "CB-C-18 CB-C-15 CIS-5.19", kSpec},
    {"CC1019", kWrong, Low, "logs are lost, or fill the disk",
     "With driver none nobody can see what happened. json-file without max-size grows until the "
     "disk is full, and then everything stops.",
     "set logging.options: {max-size: 10m, max-file: \"3\"}, or the driver local",
     "services:\n  app:\n    image: app:1\n    logging:\n      driver: none\n",
     "services:\n  app:\n    image: app:1\n    logging:\n      driver: json-file\n"
     "      options: {max-size: 10m, max-file: \"3\"}\n",
     "CIS-2.13", kSpec},
    {"CC1020", kWrong, Medium, "services reach what they do not need",
     "On one shared network a taken-over web server speaks to the database directly. Networks of "
     "their own for front and data keep each service to the neighbours that it needs. Names that "
     "lead to the metadata service of the cloud give away the host's credentials.",
     "give the front and the data each a network, and put only what needs both on both",
     "services:\n  web:\n    image: nginx:1\n    ports: [\"80:80\"]\n    depends_on: [api]\n"
     "  api:\n    image: api:1\n    depends_on: [db]\n  db:\n    image: postgres:17\n",
     "services:\n  web:\n    image: nginx:1\n    ports: [\"80:80\"]\n    depends_on: [api]\n"
     "    networks: [front]\n  api:\n    image: api:1\n    depends_on: [db]\n"
     "    networks: [front, back]\n  db:\n    image: postgres:17\n    networks: [back]\n"
     "networks:\n  front:\n  back:\n",
     "networks_not_set CB-C-17", kSpec},
    {"CC1021", kWrong, High, "the build gets rights on the host",
     "A build runs what the Dockerfile and every package it installs say. Privileged, with "
     "security.insecure, on the host's network or with an SSH agent in reach, all of that acts "
     "on the host and as you.",
     "remove the key; give single secrets with build.secrets",
     "services:\n  app:\n    build:\n      context: .\n      privileged: true\n",
     "services:\n  app:\n    build:\n      context: .\n", "",
     "https://docs.docker.com/reference/compose-file/build/"},
    {"CC1022", kWrong, Info, "the file says something that Compose ignores or refuses",
     "A misspelt key is a setting that does not exist; a name that is not defined stops the "
     "project; two services cannot have one name or port. version: has had no meaning for years.",
     "correct or remove it",
     "version: \"3.8\"\nservices:\n  app:\n    image: app:1\n    volume: data:/data\n",
     "services:\n  app:\n    image: app:1\n    volumes:\n      - data:/data\nvolumes:\n  data:\n",
     "", "https://docs.docker.com/reference/compose-file/"},
    {"CC1023", FindingKind::Secret, Medium, "a password is empty, or one that is tried first",
     "Names of users and programs, admin, changeme and 123456 are the first that every scanner "
     "tries. Switches that allow empty passwords let in whoever reaches the port.",
     "make a password by random, and give it as a file: secrets:, with NAME_FILE",
     "services:\n  db:\n    image: postgres:17\n    environment:\n"
     "      POSTGRES_PASSWORD: postgres\n",
     "services:\n  db:\n    image: postgres:17\n    environment:\n"
     "      POSTGRES_PASSWORD: ${DB_PASSWORD:?set it}\n",
     "CB-C-10", ""},
    {"CC1024", kWrong, Medium, "a mount gives more than files",
     "A tmpfs is noexec and nosuid by default: exec and suid make it the place where planted "
     "programs run. With shared propagation what the container mounts appears on the host.",
     "remove the option",
     "services:\n  app:\n    image: app:1\n    tmpfs:\n      - /tmp:exec,suid\n",
     "services:\n  app:\n    image: app:1\n    tmpfs:\n      - /tmp:size=64m\n", "CB-C-19 CIS-5.20",
     kSpec},
    {"CC1025", kWrong, Low, "a way to administer something is open to everyone",
     "Dashboards show and change what is behind them. Without authentication, or with a login "
     "page on all addresses, they are what attackers look for first.",
     "publish it on 127.0.0.1 only, or put it behind a proxy that asks who is there",
     "services:\n  proxy:\n    image: traefik:3.1\n    command: --api.insecure=true\n",
     "services:\n  proxy:\n    image: traefik:3.1\n    command: --api.dashboard=true\n", "", ""},
    {"CC1026", kWrong, High, "a hook has more rights than its service",
     "post_start, pre_stop and develop.watch run commands in the container; privileged or as root "
     "they undo the user that the service was given.",
     "run the hook as the user of the service, and prepare files in the image",
     "services:\n  app:\n    image: app:1\n    user: app\n    post_start:\n"
     "      - command: /prepare\n        privileged: true\n",
     "services:\n  app:\n    image: app:1\n    user: app\n    post_start:\n"
     "      - command: /prepare\n",
     "", kSpec},
});

}  // namespace

std::span<const Check> compose_catalogue() { return kCatalogue; }

}  // namespace corten::manifest
