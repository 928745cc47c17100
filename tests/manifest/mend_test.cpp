// What the fix of a finding makes of a file, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"
#include "manifest/kubernetes_rules.h"
#include "manifest/mending.h"

namespace corten::manifest {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Finding> compose_findings(const std::string& content) {
  const std::vector<std::string> paths{"compose.yaml"};
  auto project = load_compose(paths, MemoryFiles({{"compose.yaml", content}}));
  EXPECT_TRUE(project) << content << (project ? "" : describe(project.error()));
  return project ? check_compose(*project) : std::vector<Finding>();
}

std::vector<Finding> kubernetes_findings(const std::string& content) {
  auto file = load_kubernetes("a.yaml", content);
  EXPECT_TRUE(file) << content << (file ? "" : describe(file.error()));
  return file ? check_kubernetes(*file) : std::vector<Finding>();
}

// The text after the fix of the first finding of the rule that has one; "no fix" if none has.
std::string mended(const std::string& content, const std::vector<Finding>& findings,
                   std::string_view id, std::string* risk = nullptr) {
  for (const Finding& finding : findings) {
    if (finding.id != id || finding.fix.empty()) continue;
    if (risk != nullptr) *risk = finding.fix_risk;
    return with_edits(content, finding.fix);
  }
  return "no fix";
}

enum class Risk { None, Some };

struct Case {
  const char* name;
  const char* id;
  Risk risk;
  const char* before;
  const char* after;  // of the service or pod, as before
};

std::string case_name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

// The lines stand under one service.
std::string in_service(std::string_view lines) {
  std::string out = "services:\n  app:  # the app\n";
  while (const auto line = next_line(lines)) out += "    " + std::string(*line) + "\n";
  return out;
}

class MendService : public testing::TestWithParam<Case> {};

TEST_P(MendService, WritesWhatIsSaid) {
  const Case& c = GetParam();
  const std::string before = in_service(c.before);
  std::string risk;
  const std::string after = mended(before, compose_findings(before), c.id, &risk);
  EXPECT_EQ(after, std::string_view(c.after) == "no fix" ? "no fix" : in_service(c.after));
  if (after != "no fix") {
    EXPECT_EQ(risk.empty() ? Risk::None : Risk::Some, c.risk) << risk;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Compose, MendService,
    testing::ValuesIn(std::vector<Case>({
        {"Privileged", "CC1001", Risk::Some,
         "image: app:1\nprivileged: true  # why\n# ports\nports: [\"127.0.0.1:1:1\"]\n",
         "image: app:1\ncap_drop:\n  - ALL\nsecurity_opt:\n  - no-new-privileges:true\n# ports\n"
         "ports: [\"127.0.0.1:1:1\"]\n"},
        {"PrivilegedWithTheRest", "CC1001", Risk::Some,
         "cap_drop: [ALL]\nsecurity_opt: [\"no-new-privileges:true\"]\nimage: app:1\n"
         "privileged: true\n",
         "cap_drop: [ALL]\nsecurity_opt: [\"no-new-privileges:true\"]\nimage: app:1\n"},
        // What its entrypoint does as root is not taken from it.
        {"PrivilegedOfAnImageThatStepsDown", "CC1001", Risk::Some,
         "image: postgres:16\nprivileged: true\n",
         "image: postgres:16\ncap_drop:\n  - ALL\nsecurity_opt:\n  - no-new-privileges:true\n"
         "cap_add:\n  - CHOWN\n  - DAC_OVERRIDE\n  - FOWNER\n  - SETGID\n  - SETUID\n"},
        {"HostNetwork", "CC1002", Risk::Some, "image: app:1\nnetwork_mode: host\ninit: true\n",
         "image: app:1\ninit: true\n"},
        {"HostNetworkThatHidesPorts", "CC1002", Risk::Some,
         "image: app:1\nnetwork_mode: host\nports: [\"80:80\"]\n", "no fix"},
        {"HostPid", "CC1002", Risk::Some, "image: app:1\npid: \"host\"\n", "image: app:1\n"},
        {"Socket", "CC1003", Risk::Some,
         "image: app:1\nvolumes:\n  # the engine\n  - /var/run/docker.sock:/var/run/docker.sock\n"
         "  - data:/data  # kept\n",
         "image: app:1\nvolumes:\n  - data:/data  # kept\n"},
        {"SocketAlone", "CC1003", Risk::Some,
         "image: app:1\nvolumes:\n  - type: bind\n    source: /run/docker.sock\n"
         "    target: /run/docker.sock\n",
         "image: app:1\n"},
        {"SocketOfAProxy", "CC1003", Risk::Some,
         "image: a/docker-socket-proxy:1\nvolumes: [\"/run/docker.sock:/run/docker.sock\"]\n",
         "no fix"},
        {"Capability", "CC1005", Risk::Some, "image: app:1\ncap_add: [SYS_ADMIN, CHOWN]\n",
         "image: app:1\ncap_add: [CHOWN]\n"},
        {"OnlyCapability", "CC1005", Risk::Some,
         "image: app:1\ncap_add:\n  - SYS_ADMIN\ntty: true\n", "image: app:1\ntty: true\n"},
        {"DropNone", "CC1006", Risk::Some, "image: app:1\n", "image: app:1\ncap_drop:\n  - ALL\n"},
        {"DropSome", "CC1006", Risk::Some, "image: app:1\ncap_drop:\n- NET_RAW  # ping\n",
         "image: app:1\ncap_drop:\n- NET_RAW  # ping\n- ALL\n"},
        {"DropOfAnImageThatStepsDown", "CC1006", Risk::Some, "image: postgres:16\n",
         "image: postgres:16\ncap_drop:\n  - ALL\ncap_add:\n  - CHOWN\n  - DAC_OVERRIDE\n  - "
         "FOWNER\n  - SETGID\n  - SETUID\n"},
        {"NoNewPrivileges", "CC1007", Risk::Some, "image: app:1\nsecurity_opt: [label:user:u]\n",
         "image: app:1\nsecurity_opt: [label:user:u, no-new-privileges:true]\n"},
        {"NewPrivilegesAllowed", "CC1007", Risk::Some,
         "image: app:1\nsecurity_opt:\n  - \"no-new-privileges:false\"\n",
         "image: app:1\nsecurity_opt:\n  - \"no-new-privileges:true\"\n"},
        {"Unconfined", "CC1008", Risk::Some,
         "image: app:1\nsecurity_opt:\n  - seccomp:unconfined\n  - no-new-privileges:true\n",
         "image: app:1\nsecurity_opt:\n  - no-new-privileges:true\n"},
        {"RootThoughTheImageHasAUser", "CC1009", Risk::Some, "image: node:20\nuser: \"0\"\n",
         "image: node:20\nuser: \"node\"\n"},
        {"RootOfAnUnknownImage", "CC1009", Risk::Some, "image: app:1\nuser: root\n", "no fix"},
        {"ReadOnly", "CC1010", Risk::Some, "image: app:1\ntmpfs: /run\nread_only: false\n",
         "image: app:1\ntmpfs: /run\nread_only: true\n"},
        {"ReadOnlyWithTmp", "CC1010", Risk::Some, "image: app:1\n",
         "image: app:1\nread_only: true\ntmpfs:\n  - /tmp\n"},
        {"Limits", "CC1011", Risk::Some, "image: app:1\n", "no fix"},
        {"RawDevice", "CC1012", Risk::Some,
         "image: app:1\ndevices: [\"/dev/sda:/dev/sda\", \"/dev/dri:/dev/dri\"]\n",
         "image: app:1\ndevices: [\"/dev/dri:/dev/dri\"]\n"},
        {"Secret", "CC1013", Risk::Some,
         "image: app:1\nenvironment:\n  API_TOKEN: 'q8Zr1vK2mW7xT4' # old\n",
         "image: app:1\nenvironment:\n  API_TOKEN: '${API_TOKEN:?set it}' # old\n"},
        {"SecretInAList", "CC1013", Risk::Some,
         "image: app:1\nenvironment:\n  - API_TOKEN=q8Zr1vK2mW7xT4\n",
         "image: app:1\nenvironment:\n  - \"API_TOKEN=${API_TOKEN:?set it}\"\n"},
        {"Port", "CC1015", Risk::Some, "image: app:1\nports:\n  - 5432:5432\n",
         "image: app:1\nports:\n  - \"127.0.0.1:5432:5432\"\n"},
        {"PortWithVariable", "CC1015", Risk::Some,
         "image: app:1\nports:\n  - \"${PORT:-9000}:9000/tcp\"\n",
         "image: app:1\nports:\n  - \"127.0.0.1:${PORT:-9000}:9000/tcp\"\n"},
        {"PortWithAllAddresses", "CC1015", Risk::Some,
         "image: app:1\nports: ['0.0.0.0:6379:6379']\n",
         "image: app:1\nports: ['127.0.0.1:6379:6379']\n"},
        {"PortOfTheContainer", "CC1015", Risk::Some, "image: app:1\nports: ['6379']\n",
         "image: app:1\nports: ['127.0.0.1::6379']\n"},
        {"PortInLongForm", "CC1015", Risk::Some,
         "image: app:1\nports:\n  - target: 6379\n    published: 6379\n",
         "image: app:1\nports:\n  - target: 6379\n    published: 6379\n    host_ip: "
         "\"127.0.0.1\"\n"},
        {"PortOfAWebServer", "CC1015", Risk::Some, "image: app:1\nports: ['80:80']\n", "no fix"},
        {"Restart", "CC1017", Risk::Some, "image: app:1\ninit: true\n",
         "image: app:1\nrestart: unless-stopped\ninit: true\n"},
        {"RestartForEver", "CC1017", Risk::Some, "image: app:1\nrestart: always\n",
         "image: app:1\nrestart: on-failure:5\n"},
        {"Sysctl", "CC1018", Risk::Some,
         "image: app:1\nsysctls:\n  kernel.msgmax: 65536\n  net.core.somaxconn: 1024\n",
         "image: app:1\nsysctls:\n  net.core.somaxconn: 1024\n"},
        {"SysctlInAList", "CC1018", Risk::Some, "image: app:1\nsysctls: [kernel.msgmax=65536]\n",
         "image: app:1\n"},
        {"UnlimitedProcesses", "CC1018", Risk::Some,
         "image: app:1\nulimits:\n  nproc: -1\n  nofile: {soft: 10, hard: 20}\n",
         "image: app:1\nulimits:\n  nofile: {soft: 10, hard: 20}\n"},
        {"LogsThatAreLost", "CC1019", Risk::Some, "image: app:1\nlogging: {driver: none}\n",
         "image: app:1\nlogging: {driver: local}\n"},
        {"LogsWithoutEnd", "CC1019", Risk::Some, "image: app:1\nlogging:\n  driver: json-file\n",
         "image: app:1\nlogging:\n  driver: json-file\n  options:\n    max-size: 10m\n    "
         "max-file: "
         "\"3\"\n"},
        {"BuildPrivileged", "CC1021", Risk::Some, "build:\n  context: .\n  privileged: true\n",
         "build:\n  context: .\n"},
        {"MisspeltKey", "CC1022", Risk::Some, "image: app:1\nprivilged: false\n",
         "image: app:1\nprivileged: false\n"},
        {"PortInBase60", "CC1022", Risk::None, "image: app:1\nports:\n  - 2222:22 # ssh\n",
         "image: app:1\nports:\n  - \"2222:22\" # ssh\n"},
        {"ListWithoutValues", "CC1022", Risk::None, "image: app:1\nports:\n#  - 80\nuser: a\n",
         "image: app:1\n#  - 80\nuser: a\n"},
        {"PortInQuotes", "CC1022", Risk::None, "image: app:1\nports:\n  - \"2222:22\"\n", "no fix"},
        {"PortBeyondBase60", "CC1022", Risk::None, "image: app:1\nports:\n  - 80:80\n", "no fix"},
        {"WeakPassword", "CC1023", Risk::Some, "image: app:1\nenvironment: {DB_PASSWORD: \"\"}\n",
         "image: app:1\nenvironment: {DB_PASSWORD: \"${DB_PASSWORD:?set it}\"}\n"},
        {"MountOption", "CC1024", Risk::Some, "image: app:1\ntmpfs: [\"/tmp:size=1m,exec\"]\n",
         "image: app:1\ntmpfs: [\"/tmp:size=1m\"]\n"},
        {"OnlyMountOption", "CC1024", Risk::Some, "image: app:1\nvolumes:\n  - ./a:/a:rshared\n",
         "image: app:1\nvolumes:\n  - ./a:/a\n"},
        {"InsecureApi", "CC1025", Risk::Some,
         "image: traefik:3\ncommand:\n  - --api.insecure=true\n  - --log\n",
         "image: traefik:3\ncommand:\n  - --log\n"},
        {"AnonymousLogin", "CC1025", Risk::Some,
         "image: app:1\nenvironment:\n  - GF_AUTH_ANONYMOUS_ENABLED=true\n",
         "image: app:1\nenvironment:\n  - GF_AUTH_ANONYMOUS_ENABLED=false\n"},
        {"Hook", "CC1026", Risk::Some,
         "image: app:1\npost_start:\n  - command: /a\n    privileged: true\n",
         "image: app:1\npost_start:\n  - command: /a\n"},
    })),
    case_name);

class MendCompose : public testing::TestWithParam<Case> {};

TEST_P(MendCompose, WritesWhatIsSaid) {
  const Case& c = GetParam();
  std::string risk;
  EXPECT_EQ(mended(c.before, compose_findings(c.before), c.id, &risk), c.after);
  if (c.after != std::string_view("no fix")) {
    EXPECT_EQ(risk.empty() ? Risk::None : Risk::Some, c.risk) << risk;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Compose, MendCompose,
    testing::ValuesIn(std::vector<Case>({
        {"Version", "CC1022", Risk::None, "version: '3'\n\nservices:\n  a:\n    image: a:1\n",
         "services:\n  a:\n    image: a:1\n"},
        {"VersionBelowAComment", "CC1022", Risk::None,
         "# shop\nversion: '3'\r\nservices:\n  a:\n    image: a:1\n",
         "# shop\nservices:\n  a:\n    image: a:1\n"},
        {"WindowsLines", "CC1006", Risk::Some, "services:\r\n  a:\r\n    image: a:1\r\n",
         "services:\r\n  a:\r\n    image: a:1\r\n    cap_drop:\r\n      - ALL\r\n"},
        {"NoLastNewline", "CC1006", Risk::Some, "services:\n  a:\n    image: a:1",
         "services:\n  a:\n    image: a:1\n    cap_drop:\n      - ALL"},
        {"FourSpaces", "CC1010", Risk::Some, "services:\n    a:\n        image: a:1\n",
         "services:\n    a:\n        image: a:1\n        read_only: true\n        tmpfs:\n"
         "            - /tmp\n"},
        {"PasswordAsSecret", "CC1023", Risk::Some,
         "services:\n  db:\n    image: postgres:16\n    environment:\n"
         "      POSTGRES_PASSWORD: postgres\n",
         "services:\n  db:\n    image: postgres:16\n    environment:\n"
         "      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n    secrets:\n"
         "      - postgres_password\nsecrets:\n  postgres_password:\n"
         "    file: ./secrets/postgres_password.txt\n"},
        {"PasswordInAListAsSecret", "CC1013", Risk::Some,
         "services:\n  db:\n    image: mariadb:11\n    environment:\n"
         "      - MARIADB_ROOT_PASSWORD=q8Zr1vK2mW7xT4\n    secrets: [a]\nsecrets:\n  a: {file: "
         "a}\n",
         "services:\n  db:\n    image: mariadb:11\n    environment:\n"
         "      - MARIADB_ROOT_PASSWORD_FILE=/run/secrets/mariadb_root_password\n"
         "    secrets: [a, mariadb_root_password]\nsecrets:\n  a: {file: a}\n"
         "  mariadb_root_password:\n    file: ./secrets/mariadb_root_password.txt\n"},
        {"Links", "CC1020", Risk::None,
         "services:\n  web:\n    image: a:1\n    links: [db]\n  db:\n    image: b:1\n",
         "services:\n  web:\n    image: a:1\n    depends_on:\n      - db\n  db:\n    image: b:1\n"},
        {"LinksThatAreWaitedFor", "CC1020", Risk::None,
         "services:\n  web:\n    image: a:1\n    links:\n      - db:db\n    depends_on: [db]\n"
         "  db:\n    image: b:1\n",
         "services:\n  web:\n    image: a:1\n    depends_on: [db]\n  db:\n    image: b:1\n"},
        {"LinksByAnotherName", "CC1020", Risk::None,
         "services:\n  web:\n    image: a:1\n    links: [\"db:sql\"]\n  db:\n    image: b:1\n",
         "no fix"},
        {"FragmentOfOneService", "CC1001", Risk::Some,
         "x-a: &a\n  privileged: true\n  init: true\nservices:\n  b:\n    <<: *a\n    image: a:1\n"
         "    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n",
         "x-a: &a\n  init: true\nservices:\n  b:\n    <<: *a\n    image: a:1\n"
         "    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n"},
        {"FragmentOfTwoServices", "CC1001", Risk::Some,
         "x-a: &a\n  privileged: true\n  init: true\nservices:\n  b:\n    <<: *a\n    image: a:1\n"
         "  c:\n    <<: *a\n    image: a:1\n",
         "no fix"},
        {"AliasOfAnotherService", "CC1005", Risk::Some,
         "services:\n  a:\n    image: a:1\n    cap_add: &caps [SYS_ADMIN, CHOWN]\n  b:\n"
         "    image: a:1\n    cap_add: *caps\n",
         "no fix"},
        {"OwnKeyOverAFragment", "CC1010", Risk::Some,
         "x-a: &a\n  read_only: false\nservices:\n  b:\n    <<: *a\n    image: a:1\n"
         "    tmpfs: [/tmp]\n  c:\n    <<: *a\n    image: a:1\n    read_only: true\n",
         "x-a: &a\n  read_only: true\nservices:\n  b:\n    <<: *a\n    image: a:1\n"
         "    tmpfs: [/tmp]\n  c:\n    <<: *a\n    image: a:1\n    read_only: true\n"},
        {"ServiceThatIsExtended", "CC1006", Risk::Some,
         "services:\n  a:\n    image: a:1\n  b:\n    extends: a\n    cap_drop: [ALL]\n", "no fix"},
        {"TheLastKeyOfAService", "CC1002", Risk::Some, "services:\n  a:\n    pid: host # why\n",
         "services:\n  a:\n    {} # why\n"},
        {"Json", "CC1006", Risk::Some, "{\"services\": {\"a\": {\"image\": \"a:1\"}}}\n", "no fix"},
    })),
    case_name);

// A pod with one container; `%` stands where the container's keys go on, `@` where the pod's do.
class MendPod : public testing::TestWithParam<Case> {};

std::string in_pod(std::string_view lines) {
  std::string out =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: n\nspec: # the pod\n";
  while (const auto line = next_line(lines)) out += "  " + std::string(*line) + "\n";
  return out;
}

TEST_P(MendPod, WritesWhatIsSaid) {
  const Case& c = GetParam();
  const std::string before = in_pod(c.before);
  std::string risk;
  const std::string after = mended(before, kubernetes_findings(before), c.id, &risk);
  EXPECT_EQ(after, std::string_view(c.after) == "no fix" ? "no fix" : in_pod(c.after));
  if (after != "no fix") {
    EXPECT_EQ(risk.empty() ? Risk::None : Risk::Some, c.risk) << risk;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kubernetes, MendPod,
    testing::ValuesIn(std::vector<Case>({
        {"Escalation", "KSV-0001", Risk::Some, "containers:\n- name: c\n  image: a:1\n# end\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    allowPrivilegeEscalation: "
         "false\n# end\n"},
        {"EscalationIsSet", "KSV-0001", Risk::Some,
         "containers:\n  - name: c\n    image: a:1\n    securityContext:\n"
         "      allowPrivilegeEscalation: true # sudo\n",
         "containers:\n  - name: c\n    image: a:1\n    securityContext:\n"
         "      allowPrivilegeEscalation: false # sudo\n"},
        {"EscalationThatTheApiWants", "KSV-0001", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext: {privileged: true}\n", "no fix"},
        {"DropInFlowStyle", "KSV-0003", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext: {runAsUser: 20000}\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext: {runAsUser: 20000, "
         "capabilities: "
         "{drop: [ALL]}}\n"},
        {"DropMore", "KSV-0003", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n"
         "      drop: [NET_RAW]\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n"
         "      drop: [NET_RAW, ALL]\n"},
        {"SysAdmin", "KSV-0005", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n      add:\n"
         "      - SYS_ADMIN\n      - CHOWN\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n      add:\n"
         "      - CHOWN\n"},
        {"SysAdminBesideDrop", "KSV-0005", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n"
         "      add: [SYS_ADMIN]\n      drop: [ALL]\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n"
         "      drop: [ALL]\n"},
        // An empty securityContext would be another finding.
        {"OnlySysAdmin", "KSV-0005", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    capabilities:\n"
         "      add: [SYS_ADMIN]\n",
         "no fix"},
        {"HostNetwork", "KSV-0009", Risk::Some,
         "hostNetwork: true\nsecurityContext: {runAsNonRoot: true}\ncontainers:\n- name: c\n"
         "  image: a:1\n",
         "securityContext: {runAsNonRoot: true}\ncontainers:\n- name: c\n  image: a:1\n"},
        {"HostNetworkOfRoot", "KSV-0009", Risk::Some,
         "hostNetwork: true\ncontainers:\n- name: c\n  image: a:1\n", "no fix"},
        {"NonRootOfThePod", "KSV-0012", Risk::Some, "containers:\n- name: c\n  image: a:1\n",
         "containers:\n- name: c\n  image: a:1\nsecurityContext:\n  runAsNonRoot: true\n"},
        {"NonRootBesideRoot", "KSV-0012", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n- name: d\n  image: a:1\n"
         "  securityContext: {runAsUser: 0}\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsNonRoot: true\n"
         "- name: d\n  image: a:1\n  securityContext: {runAsUser: 0}\n"},
        {"NonRootIsFalse", "KSV-0012", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsNonRoot: false\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsNonRoot: true\n"},
        {"ReadOnly", "KSV-0014", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsUser: 20000\n  tty: "
         "true\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsUser: 20000\n"
         "    readOnlyRootFilesystem: true\n  tty: true\n"},
        {"Privileged", "KSV-0017", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    privileged: true\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    privileged: false\n"},
        {"UserZero", "KSV-0105", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsUser: 0\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    runAsUser: 10001\n"},
        {"HostPorts", "KSV-0024", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  ports:\n  - containerPort: 8080\n"
         "    hostPort: 80\n  - hostPort: 81\n    containerPort: 8081\n",
         "containers:\n- name: c\n  image: a:1\n  ports:\n  - containerPort: 8080\n"
         "  - containerPort: 8081\n"},
        {"Sysctl", "KSV-0026", Risk::Some,
         "securityContext:\n  runAsUser: 20000\n  sysctls:\n  - name: kernel.msgmax\n"
         "    value: \"1\"\ncontainers: []\n",
         "securityContext:\n  runAsUser: 20000\ncontainers: []\n"},
        {"ProcMount", "KSV-0027", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext: {procMount: Unmasked}\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext: {procMount: Default}\n"},
        {"Seccomp", "KSV-0030", Risk::Some,
         "securityContext:\n  fsGroup: 20000\ncontainers:\n- name: c\n  image: a:1\n",
         "securityContext:\n  fsGroup: 20000\n  seccompProfile:\n    type: RuntimeDefault\n"
         "containers:\n- name: c\n  image: a:1\n"},
        {"SeccompOff", "KSV-0104", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    seccompProfile:\n"
         "      type: Unconfined\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n    seccompProfile:\n"
         "      type: RuntimeDefault\n"},
        {"Token", "KSV-0036", Risk::Some, "containers:\n- name: c\n  image: a:1\n",
         "containers:\n- name: c\n  image: a:1\nautomountServiceAccountToken: false\n"},
        {"TokenOfANamedAccount", "KSV-0036", Risk::Some,
         "serviceAccountName: ci\ncontainers:\n- name: c\n  image: a:1\n", "no fix"},
        {"NoContext", "KSV-0118", Risk::Some, "containers:\n- name: c\n  image: a:1\n",
         "containers:\n- name: c\n  image: a:1\n  securityContext:\n"
         "    allowPrivilegeEscalation: false\n    capabilities:\n      drop:\n      - ALL\n"},
        {"Secret", "KC1001", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  env:\n  - name: API_TOKEN\n"
         "    value: q8Zr1vK2mW7xT4 # old\n",
         "containers:\n- name: c\n  image: a:1\n  env:\n  - name: API_TOKEN\n"
         "    valueFrom: {secretKeyRef: {name: a, key: API_TOKEN}} # old\n"},
        {"ProbeOfAnotherHost", "KC1002", Risk::Some,
         "containers:\n- name: c\n  image: a:1\n  livenessProbe:\n    httpGet:\n      host: "
         "example.org\n      port: 80\n",
         "containers:\n- name: c\n  image: a:1\n  livenessProbe:\n    httpGet:\n      port: 80\n"},
        {"HostUsers", "KC1003", Risk::Some,
         "hostUsers: true\ncontainers:\n- name: c\n  image: a:1\n",
         "hostUsers: false\ncontainers:\n- name: c\n  image: a:1\n"},
        {"PullPolicy", "KC1006", Risk::Some,
         "containers:\n- name: c\n  image: a:latest\n  imagePullPolicy: \"IfNotPresent\"\n",
         "containers:\n- name: c\n  image: a:latest\n  imagePullPolicy: \"Always\"\n"},
        {"ImageByTag", "KSV-0013", Risk::Some, "containers:\n- name: c\n  image: a:latest\n",
         "no fix"},
        {"Limits", "KSV-0018", Risk::Some, "containers:\n- name: c\n  image: a:1\n", "no fix"},
    })),
    case_name);

TEST(MendCompose, AnOverrideFileIsMendedInItself) {
  const std::vector<std::string> paths{"a.yaml", "b.yaml"};
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"services:\n  a:\n    privileged: true # why\n",
            "services:\n  a:\n    cap_drop: [ALL] # why\n    security_opt:\n"
            "      - no-new-privileges:true\n"},
           {"services:\n  a:\n    cap_drop: [ALL]\n    privileged: true\n    user: b\n",
            "services:\n  a:\n    cap_drop: [ALL]\n    user: b\n    security_opt:\n"
            "      - no-new-privileges:true\n"}}) {
    const auto project = load_compose(
        paths, MemoryFiles({{"a.yaml", "services:\n  a:\n    image: a:1\n"}, {"b.yaml", before}}));
    ASSERT_TRUE(project);
    EXPECT_EQ(mended(before, check_compose(*project), "CC1001"), after);
  }
}

// Two fixes that each leave something must not leave nothing together.
TEST(MendCompose, FixesOfOneListTouchOneLine) {
  const auto findings = compose_findings(
      "services:\n  a:\n    image: a:1\n    cap_add:\n      - SYS_ADMIN\n      - SYS_PTRACE\n");
  std::vector<std::vector<Edit>> fixes;
  for (const Finding& finding : findings) {
    if (finding.id == "CC1005") fixes.push_back(finding.fix);
  }
  ASSERT_EQ(fixes.size(), 2U);
  EXPECT_EQ(fixes[0], (std::vector<Edit>{{"compose.yaml", 5, 5, ""}}));
  EXPECT_EQ(fixes[1], (std::vector<Edit>{{"compose.yaml", 5, 5, "      - SYS_ADMIN"},
                                         {"compose.yaml", 6, 6, ""}}));
}

TEST(MendCompose, AKnownDigestIsAdded) {
  const std::string digest = "sha256:" + std::string(64, '0');
  const std::string before =
      "services:\n  a:\n    image: \"nginx:1\" # web\n  b:\n    image: app:1\n";
  const std::vector<std::string> paths{"compose.yaml"};
  const auto project = load_compose(paths, MemoryFiles({{"compose.yaml", before}}));
  ASSERT_TRUE(project);
  ComposeContext context;
  context.image_digest = [&](std::string_view image) {
    return image == "nginx:1" ? digest : std::string();
  };
  std::string risk = "?";
  EXPECT_EQ(
      mended(before, check_compose(*project, context), "CC1014", &risk),
      "services:\n  a:\n    image: \"nginx:1@" + digest + "\" # web\n  b:\n    image: app:1\n");
  EXPECT_EQ(risk, "");
}

TEST(MendKubernetes, AKnownDigestIsAdded) {
  const std::string digest = "sha256:" + std::string(64, '0');
  const std::string before = in_pod("containers:\n- name: c\n  image: nginx\n");
  const auto file = load_kubernetes("a.yaml", before);
  ASSERT_TRUE(file);
  KubernetesContext context;
  context.image_digest = [&](std::string_view) { return digest; };
  EXPECT_EQ(mended(before, check_kubernetes(*file, context), "KSV-0013"),
            in_pod("containers:\n- name: c\n  image: nginx@" + digest + "\n"));
}

TEST(MendKubernetes, OldVersionsOfTheSameFieldsAreSafe) {
  const std::string before =
      "apiVersion: rbac.authorization.k8s.io/v1beta1 # old\nkind: Role\nmetadata: {name: a}\n"
      "rules: []\n";
  std::string risk = "?";
  EXPECT_EQ(mended(before, kubernetes_findings(before), "KSV-0107", &risk),
            "apiVersion: rbac.authorization.k8s.io/v1 # old\nkind: Role\nmetadata: {name: a}\n"
            "rules: []\n");
  EXPECT_EQ(risk, "");
  const std::string other =
      "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\nspec: {}\n";
  EXPECT_EQ(mended(other, kubernetes_findings(other), "KSV-0107"), "no fix");
}

TEST(MendKubernetes, EachDocumentAndListItemIsMendedWhereItIs) {
  const std::string pod =
      "kind: Pod\n  apiVersion: v1\n  metadata: {name: a}\n  spec:\n    containers:\n    - name: "
      "c\n"
      "      image: a:1\n      securityContext: {privileged: true}\n";
  const std::string before =
      "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: v1\nkind: List\nitems:\n- " + pod + "- " +
      pod;
  const auto findings = kubernetes_findings(before);
  std::string after = mended(before, findings, "KSV-0017");
  const std::size_t at = before.find("privileged: true");
  EXPECT_EQ(after, before.substr(0, at) + "privileged: false" + before.substr(at + 16));
}

// What others share is not added to.
TEST(MendKubernetes, ASharedContextIsLeftAlone) {
  for (const std::string other :
       {"- name: d\n    image: a:1\n    securityContext: *s\n", "- <<: *c\n    name: d\n"}) {
    const std::string content =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - &c\n    name: "
        "c\n"
        "    image: a:1\n    securityContext: &s\n      runAsUser: 20000\n  " +
        other;
    EXPECT_EQ(mended(content, kubernetes_findings(content), "KSV-0014"), "no fix") << other;
  }
}

TEST(MendCompose, AServiceThatIsMergedIntoOthersIsLeftAlone) {
  const std::string content =
      "services:\n  a: &a\n    image: app:1\n  b:\n    <<: *a\n    tty: true\n";
  EXPECT_EQ(mended(content, compose_findings(content), "CC1006"),
            "services:\n  a: &a\n    image: app:1\n  b:\n    <<: *a\n    tty: true\n    cap_drop:\n"
            "      - ALL\n");
}

TEST(MendKubernetes, JsonHasNoFixes) {
  for (
      const Finding& finding : kubernetes_findings(
          R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"a"}]}})")) {
    EXPECT_THAT(finding.fix, IsEmpty()) << finding.id;
  }
}

// A document so large that every fix is not tried has those of its first findings.
TEST(MendKubernetes, LargeFilesAreMendedInParts) {
  std::string content = "apiVersion: v1\nkind: List\nitems:\n";
  for (int i = 0; i < 2'000; ++i) {
    content += "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a" + std::to_string(i) +
               "}\n  spec:\n    hostPID: true\n    hostIPC: true\n    containers:\n    - name: c\n"
               "      image: a\n";
  }
  std::size_t with_fix = 0;
  for (const Finding& finding : kubernetes_findings(content)) with_fix += !finding.fix.empty();
  EXPECT_GT(with_fix, 10U);
  EXPECT_LT(with_fix, 200U);
}

TEST(MendKubernetes, ManyDocumentsAreMendedAtOnce) {
  std::string content;
  for (int i = 0; i < 900; ++i) {
    content += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a" + std::to_string(i) +
               "}\nspec:\n  containers:\n  - name: c\n    image: a\n";
  }
  std::size_t with_fix = 0;
  for (const Finding& finding : kubernetes_findings(content)) {
    if (finding.id == "KSV-0014") with_fix += !finding.fix.empty();
  }
  EXPECT_EQ(with_fix, 900U);
}

}  // namespace
}  // namespace corten::manifest
