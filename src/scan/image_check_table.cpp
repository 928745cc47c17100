// The texts of the image checks. Ids are never reused.
#include <array>

#include "scan/image_checks.h"

namespace corten::scan {

namespace {

constexpr auto kCatalogue = std::to_array<Check>({
    {"CTN-IMG-01", FindingKind::Misconfiguration, Severity::Medium, "the image runs as root",
     "A process that runs as root in a container is root on the host as soon as it gets out: "
     "through a kernel flaw, a mounted "
     "socket or a careless volume. Most services need nothing that root has; ports below 1024 can "
     "be bound without it.",
     "create a user and end the Dockerfile with USER name", "FROM debian:12\nCMD [\"app\"]\n",
     "FROM debian:12\nRUN useradd --system app\nUSER app\nCMD [\"app\"]\n",
     "CIS-DI-0001 CB-I-01 AVD-DS-0002", ""},
    {"CTN-IMG-02", FindingKind::Misconfiguration, Severity::High, "the image's user does not exist",
     "USER names an account that /etc/passwd of the image does not have, so the container does not "
     "start, or starts under "
     "whatever a later passwd says. Numeric ids need no entry.",
     "create the user in the image, or use its number", "USER app\n",
     "RUN adduser -D app\nUSER app\n", "", ""},
    {"CTN-IMG-03", FindingKind::Misconfiguration, Severity::Low,
     "setuid or setgid programs beyond the usual",
     "A setuid program runs with its owner's rights whoever starts it: each is a way from a "
     "taken-over service to root. The "
     "ones that a distribution ships (su, passwd, mount, …) are listed once and need "
     "no-new-privileges; others deserve a look.",
     "remove the bit (chmod u-s,g-s) or the program, and run with --security-opt no-new-privileges",
     "RUN chmod u+s /usr/local/bin/tool\n", "RUN chmod u-s /usr/local/bin/tool\n",
     "CIS-DI-0008 CB-I-05", ""},
    {"CTN-IMG-04", FindingKind::Secret, Severity::High, "a secret in the environment of the image",
     "Whoever can pull the image or inspect the container reads its environment; child processes "
     "and crash reports inherit it.",
     "remove the variable, change the secret, and hand it over at run time as a mounted file",
     "ENV DB_PASSWORD=hunter2\n", "# docker run --mount type=secret …\n",
     "CIS-DI-0010 CB-I-07 SecretsUsedInArgOrEnv", ""},
    {"CTN-IMG-05", FindingKind::Secret, Severity::High, "a secret in the build history",
     "Build arguments and RUN lines are kept in the image's history, readable by everyone who has "
     "the image.",
     "pass it with RUN --mount=type=secret, and change it",
     "RUN curl -H \"Authorization: Bearer abc…\" …\n", "RUN --mount=type=secret,id=token curl …\n",
     "", ""},
    {"CTN-IMG-06", FindingKind::Misconfiguration, Severity::Low,
     "package manager caches in the image",
     "Lists and archives that the package manager leaves behind make every pull larger, and tell "
     "an attacker what was there. "
     "Deleting them in a later layer does not make the image smaller.",
     "delete them in the same RUN that made them",
     "RUN apt-get update && apt-get install -y curl\n",
     "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
     "DKL-DI-0005 CB-I-11", ""},
    {"CTN-IMG-07", FindingKind::Misconfiguration, Severity::Info, "no health check",
     "Without HEALTHCHECK an engine cannot tell a process that runs from a service that works. "
     "Kubernetes has probes of its own "
     "and ignores it.",
     "add HEALTHCHECK, or probes where an orchestrator runs it", "",
     "HEALTHCHECK CMD [\"/app\", \"healthy\"]\n", "CIS-DI-0006 CB-I-03", ""},
    {"CTN-IMG-08", FindingKind::Misconfiguration, Severity::Low,
     "the image is named by a tag that moves",
     "`latest` is another image tomorrow: what was tested is not what runs, and a rollback has "
     "nowhere to go.",
     "use a version as tag, and a digest where it matters", "docker run app:latest\n",
     "docker run app:1.4.2@sha256:…\n", "DKL-DI-0006 CB-I-12", ""},
    {"CTN-IMG-09", FindingKind::Misconfiguration, Severity::High,
     "a folder on PATH is writable by everyone",
     "Whoever controls any process in the container can put a program there that root or another "
     "service will run.",
     "chmod o-w the folder, or take it off PATH", "RUN chmod 777 /usr/local/bin\n", "", "CB-I-27",
     ""},
    {"CTN-IMG-10", FindingKind::Misconfiguration, Severity::Medium,
     "files or folders writable by everyone",
     "World-writable files let one process of the container change what another reads or runs.",
     "chmod o-w, or set the sticky bit on shared folders", "RUN chmod -R 777 /app\n",
     "COPY --chown=app /app /app\n", "CB-I-19", ""},
    {"CTN-IMG-11", FindingKind::Misconfiguration, Severity::Medium,
     "a remote login server in the image",
     "A container is entered with `docker exec`; a login server in it is one more service to "
     "patch, with keys and passwords of "
     "its own.",
     "remove the package", "RUN apt-get install -y openssh-server\n", "", "CB-I-21", ""},
    {"CTN-IMG-12", FindingKind::Secret, Severity::High, "a private key in the image",
     "Everyone who can pull the image has the key. Deleting it in a later layer does not remove it "
     "from the image.",
     "rebuild without it, and replace the key", "COPY id_rsa /root/.ssh/\n",
     "RUN --mount=type=ssh git clone …\n", "CB-I-20", ""},
    {"CTN-IMG-13", FindingKind::Secret, Severity::Medium, "a credential file in the image",
     "Files such as .aws/credentials, .netrc or .npmrc usually hold passwords or tokens.",
     "keep it out with .dockerignore, hand it over at build or run time, and change what was in it",
     "COPY . .\n", "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n", "CIS-DI-0010",
     ""},
    {"CTN-IMG-14", FindingKind::Misconfiguration, Severity::Low,
     "files that have no place in an image",
     "Dockerfiles, version control folders and editors' files tell how the image was made and may "
     "hold more than was meant.",
     "list them in .dockerignore", "COPY . .\n", "", "DKL-LI-0003 CB-I-15", ""},
    {"CTN-IMG-15", FindingKind::Misconfiguration, Severity::High, "a second account with uid 0",
     "An account with uid 0 is root by another name; nobody watches it.",
     "remove the account or give it a uid of its own", "RUN useradd -o -u 0 toor\n", "",
     "DKL-LI-0002 CB-I-14", ""},
    {"CTN-IMG-16", FindingKind::Misconfiguration, Severity::High, "an account without a password",
     "An empty password field lets anyone log in as that account, through su or a login server.",
     "lock the account: passwd -l name", "RUN passwd -d app\n", "", "DKL-LI-0001 CB-I-13", ""},
    {"CTN-IMG-17", FindingKind::Misconfiguration, Severity::High,
     "the distribution is past its end of life",
     "No security updates come any more, and the advisories stop too: few findings mean nothing.",
     "rebuild on a supported release", "FROM debian:9\n", "FROM debian:12\n", "CB-I-17", ""},
    {"CTN-IMG-18", FindingKind::Misconfiguration, Severity::Medium,
     "TLS checks are switched off by the environment",
     "A variable of the image tells programs in it to accept any certificate: whoever sits on the "
     "network path reads and changes "
     "what they fetch.",
     "remove the variable; install the missing CA certificate instead",
     "ENV NODE_TLS_REJECT_UNAUTHORIZED=0\n",
     "COPY ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates\n", "CB-I-22", ""},
});

}  // namespace

std::span<const Check> image_check_catalogue() { return kCatalogue; }

}  // namespace corten::scan
