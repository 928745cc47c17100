#include "manifest/compose_rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "manifest/compose_load.h"

namespace corten::manifest {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

ComposeProject project_of(std::string_view content) {
  const std::vector<std::string> paths{"compose.yaml"};
  auto project = load_compose(paths, MemoryFiles({{"compose.yaml", std::string(content)}}));
  EXPECT_TRUE(project) << content << (project ? "" : describe(project.error()));
  return project ? *std::move(project) : ComposeProject();
}

std::vector<Finding> findings_of(std::string_view content, std::string_view id,
                                 const ComposeContext& context = {}) {
  std::vector<Finding> all = check_compose(project_of(content), context);
  std::erase_if(all, [&](const Finding& finding) { return finding.id != id; });
  return all;
}

TEST(ComposeCatalogue, EveryBadExampleFiresAndNoGoodOneDoes) {
  for (const Check& check : compose_catalogue()) {
    EXPECT_THAT(findings_of(check.bad, check.id), Not(IsEmpty())) << check.id;
    EXPECT_THAT(findings_of(check.good, check.id), IsEmpty()) << check.id;
    EXPECT_FALSE(check.title.empty() || check.description.empty() || check.remediation.empty());
  }
}

TEST(ComposeCatalogue, HasTwentySixIdsInOrder) {
  ASSERT_EQ(compose_catalogue().size(), 26U);
  for (std::size_t i = 0; i < 26; ++i) {
    EXPECT_EQ(compose_catalogue()[i].id, fmt::format("CC10{:02}", i + 1));
  }
}

// What stands under one service.
struct Case {
  const char* id;
  const char* service;
  const char* expected;  // severity, or "" for silence
};

class ComposeRule : public testing::TestWithParam<Case> {};

TEST_P(ComposeRule, JudgesTheService) {
  std::string content = "services:\n  app:\n";
  if (!std::string_view(GetParam().service).starts_with("image:")) {
    content += "    image: example/app:1\n";
  }
  for (const std::string_view line : split(GetParam().service, '\n')) {
    content += "    " + std::string(line) + "\n";
  }
  std::string severities;
  for (const Finding& finding : findings_of(content, GetParam().id)) {
    if (!severities.empty()) severities += ' ';
    severities += name_of(finding.severity);
  }
  EXPECT_EQ(severities, GetParam().expected) << content;
}

INSTANTIATE_TEST_SUITE_P(
    Compose, ComposeRule,
    testing::ValuesIn(std::vector<Case>({
        {"CC1001", "privileged: false", ""},
        {"CC1001", "privileged: \"true\"", "critical"},
        {"CC1001", "privileged: ${PRIV}", ""},
        {"CC1002", "pid: host\nipc: host\nuts: host\nuserns_mode: host\ncgroup: host",
         "high high high high high"},
        {"CC1002", "pid: service:db\nipc: shareable\nnetwork_mode: none", ""},
        {"CC1003", "volumes: [/run/containerd/containerd.sock:/x]", "critical"},
        {"CC1003", "volumes:\n- {type: bind, source: /var/run, target: /r, read_only: true}",
         "critical"},
        {"CC1003", "volumes: [\"/:/host:ro\"]", "critical"},
        {"CC1003", "volumes: [\"//./pipe/docker_engine://./pipe/docker_engine\"]", "critical"},
        {"CC1003", "volumes:\n- ${XDG_RUNTIME_DIR}/docker.sock:/var/run/docker.sock", "critical"},
        {"CC1003", "volumes: [./run:/run, data:/var/run/docker.sock]", ""},
        {"CC1004", "volumes: [/etc:/e:ro]", "medium"},
        {"CC1004", "volumes: [/root/.ssh:/s]", "high"},
        {"CC1004", "volumes: [~/.aws:/root/.aws:ro]", "medium"},
        {"CC1004", "volumes: [/var/lib/docker/volumes:/v]", "high"},
        {"CC1004", "volumes: [/proc:/host/proc:ro, /sys:/host/sys:ro]", "medium medium"},
        {"CC1004", "volumes: [/etc/localtime:/etc/localtime:ro, /srv/app:/data, /home/me/x:/x]",
         ""},
        {"CC1004", "volumes: [./etc:/etc, etc:/etc, /data:/data, /opt/app:/app]", ""},
        {"CC1004", "volumes: [/etc/../etc//shadow:/x:ro]", "high"},
        {"CC1005", "cap_add: [ALL, CAP_SYS_ADMIN, net_admin, NET_BIND_SERVICE, IPC_LOCK]",
         "high high medium"},
        {"CC1006", "cap_drop: [NET_RAW]", "low"},
        {"CC1006", "cap_drop: [all]", ""},
        {"CC1006", "privileged: true", ""},
        {"CC1007", "security_opt: [\"no-new-privileges:false\"]", "medium"},
        {"CC1007", "security_opt: [no-new-privileges]", ""},
        {"CC1007", "security_opt: [apparmor:x]", "medium"},
        {"CC1008", "security_opt: [apparmor=unconfined, label:disable, systempaths=unconfined]",
         "high high high"},
        {"CC1008", "security_opt: [\"label:type:svirt_lxc_net_t\"]", ""},
        {"CC1009", "user: \"0\"", "medium"},
        {"CC1009", "user: 0:0", "medium"},
        {"CC1009", "user: root:app", "medium"},
        {"CC1009", "user: rootless", ""},
        {"CC1009", "user: \"1000\"", ""},
        {"CC1009", "user: ${UID}:${GID}", ""},
        {"CC1009", "init: true", ""},
        {"CC1010", "read_only: false", "low"},
        {"CC1011", "mem_limit: 1g\ncpus: 1\npids_limit: 10", ""},
        {"CC1011", "deploy: {resources: {limits: {memory: 1g, cpus: '1', pids: 9}}}", ""},
        {"CC1011", "mem_limit: 1g\npids_limit: -1", "low"},
        {"CC1012", "devices: [/dev/dri, /dev/kmsg:/dev/kmsg, /dev/fuse]", "low high medium"},
        {"CC1012", "gpus: all", "info"},
        {"CC1012", "device_cgroup_rules: ['c 1:3 mr']", "medium"},
        {"CC1013", "environment: [AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI1K7MDENGbPxRfiCYzzzzzzzKEY1]",
         "high"},
        {"CC1013", "environment: {DB_PASSWORD: hunter2x}", "high"},
        {"CC1013", "environment: {DB_PASSWORD: \"${DB_PASSWORD}\", B_TOKEN: }", ""},
        {"CC1013", "environment: {DB_PASSWORD: \"${DB_PASSWORD:-hunter2x}\"}", "high"},
        {"CC1013", "environment: {DB_PASSWORD_FILE: /run/secrets/x, A_PASSWORD: /run/secrets/y}",
         ""},
        {"CC1013", "environment: {DB_PASSWORD: changeme}", ""},
        {"CC1013", "environment: {DATABASE_URL: postgres://u:tiger7x@db/app}", "high"},
        {"CC1013", "command: app --password=hunter2x", "high"},
        {"CC1013", "command: [app, --verbose]\nlabels: {a.b: c}", ""},
        {"CC1013", "build: {context: ., args: {NPM_TOKEN: f00b4rb4z77}}", "high"},
        {"CC1014", "image: nginx", "low"},
        {"CC1014", "image: localhost:5000/nginx", "low"},
        {"CC1014", "image: nginx:1.27", "info"},
        {"CC1014", "image: nginx:${TAG}", ""},
        {"CC1014", "image: nginx:${TAG:-latest}", "low"},
        {"CC1014", "image: nginx\nbuild: .", ""},
        {"CC1015", "ports: [6379:6379, \"127.0.0.1:22:22\", \"[::1]:22:22\"]", "medium"},
        {"CC1015", "ports: [8080:8080, 80:8080, 3000]", "low info low"},
        {"CC1015", "ports: [\"0.0.0.0:3306:3306/tcp\", \"10.0.0.1:3306:3306\"]", "medium"},
        {"CC1015", "ports:\n- {target: 5432, published: '5433'}", "medium"},
        {"CC1015", "ports:\n- {target: 5432, published: '5433', host_ip: 127.0.0.1}", ""},
        {"CC1015", "ports: [\"${PORT}:80\"]", ""},
        {"CC1015", "expose: [5432]", ""},
        {"CC1016", "healthcheck: {disable: true}", "info"},
        {"CC1016", "healthcheck: {test: [NONE]}", "info"},
        {"CC1017", "restart: always", "low"},
        {"CC1017", "restart: always\nmem_limit: 1g", ""},
        {"CC1017", "restart: on-failure:10", "info"},
        {"CC1017", "restart: on-failure:5", ""},
        {"CC1017", "restart: \"no\"", ""},
        {"CC1017", "profiles: [tools]", ""},
        {"CC1017", "deploy: {restart_policy: {condition: any}}", ""},
        {"CC1018", "sysctls: [kernel.shmmax=1, net.core.somaxconn=1]", "medium"},
        {"CC1018", "sysctls: {net.ipv4.ip_forward: 1}", "low"},
        {"CC1018", "ulimits: {nproc: -1, memlock: {soft: -1, hard: -1}, nofile: 1024}",
         "medium info"},
        {"CC1018", "oom_kill_disable: true\noom_score_adj: -500", "medium medium"},
        {"CC1018", "oom_score_adj: 500", ""},
        {"CC1019", "logging: {driver: json-file}", "low"},
        {"CC1019", "logging: {driver: syslog}", ""},
        {"CC1019", "logging: {driver: local}", ""},
        {"CC1019", "init: true", ""},
        {"CC1020", "links: [db]", "low"},
        {"CC1020", "extra_hosts: [\"meta:169.254.169.254\"]", "medium"},
        {"CC1020", "extra_hosts: [\"host.docker.internal:host-gateway\"]", ""},
        {"CC1021", "build: {context: ., network: host, entitlements: [security.insecure]}",
         "medium high"},
        {"CC1021", "build: {context: \"https://x.example/a.git\", ssh: [default]}", "high"},
        {"CC1021", "build: {context: ., ssh: [default]}", ""},
        {"CC1022", "environmnt: {A: b}", "info"},
        {"CC1022", "x-mine: 1", ""},
        {"CC1022", "networks: [nope]\ndepends_on: [nope]\nsecrets: [nope]\nvolumes: [nope:/x]",
         "low low low low"},
        {"CC1023", "environment: {MYSQL_ALLOW_EMPTY_PASSWORD: 'yes'}", "medium"},
        {"CC1023", "environment: {MYSQL_ALLOW_EMPTY_PASSWORD: 'no'}", ""},
        {"CC1023", "environment: {POSTGRES_HOST_AUTH_METHOD: trust}", "medium"},
        {"CC1023", "environment: {POSTGRES_USER: gitea, POSTGRES_PASSWORD: gitea}", "medium"},
        {"CC1023", "environment: {MYSQL_ROOT_PASSWORD: ''}", "medium"},
        {"CC1023", "environment: {MYSQL_ROOT_PASSWORD: q8Zr1vK2mW7x}", ""},
        {"CC1023", "environment: [MYSQL_ROOT_PASSWORD]", ""},
        {"CC1024", "volumes: [\"/data:/d:rshared\"]", "medium"},
        {"CC1024", "volumes: [\"/data:/d:rslave,ro\"]\ntmpfs: /run", ""},
        {"CC1025", "image: adminer\nports: [8080:8080]", "low"},
        {"CC1025", "image: adminer\nports: [\"127.0.0.1:8080:8080\"]", ""},
        {"CC1026", "user: app\npost_start: [{command: x, user: root}]", "medium"},
        {"CC1026", "post_start: [{command: x, user: app}]", ""},
    })),
    [](const auto& test) { return fmt::format("{}_{}", test.param.id, test.index); });

TEST(ComposeRule, FollowsWhatIsKnownOfTheImage) {
  const std::string_view content = "services:\n  app:\n    image: example/app:1\n";
  ComposeContext context;
  context.image_facts = [](const ComposeService&) {
    return ComposeImageFacts{.user = "", .has_healthcheck = true};
  };
  EXPECT_EQ(findings_of(content, "CC1009", context).size(), 1U);
  EXPECT_THAT(findings_of(content, "CC1016", context), IsEmpty());
  context.image_facts = [](const ComposeService&) {
    return ComposeImageFacts{.user = "app", .has_healthcheck = false};
  };
  EXPECT_THAT(findings_of(content, "CC1009", context), IsEmpty());
  EXPECT_EQ(findings_of(content, "CC1016", context).size(), 1U);
}

TEST(ComposeRule, TellsOfAnEnvFileThatIsCommitted) {
  const std::string_view content = "services:\n  app: {image: 'a:1', env_file: ./conf/.env}\n";
  EXPECT_THAT(findings_of(content, "CC1013"), IsEmpty());
  ComposeContext context;
  context.is_committed = [](std::string_view path) { return path == "conf/.env"; };
  const auto findings = findings_of(content, "CC1013", context);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::Info);
}

TEST(ComposeRule, PointsAtTheValueInItsFile) {
  const std::vector<std::string> paths{"a.yaml", "b.yaml"};
  const auto project =
      load_compose(paths, MemoryFiles({{"a.yaml", "services:\n  app:\n    image: a:1\n"},
                                       {"b.yaml", "services:\n  app:\n    privileged: true\n"}}));
  ASSERT_TRUE(project);
  const auto findings = check_compose(*project);
  const auto found = std::ranges::find(findings, "CC1001", &Finding::id);
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->location, (Location{"b.yaml", 3, 17, ""}));
  EXPECT_EQ(found->subject, "service app");
}

TEST(ComposeRule, LeavesNothingOut) {
  std::string content = "services:\n  app:\n    image: a:1\n    environment:\n";
  for (int i = 0; i < 150; ++i) content += fmt::format("      DB{}_PASSWORD: Xk7{}pQ2vLm9\n", i, i);
  EXPECT_EQ(findings_of(content, "CC1013").size(), 150U);
}

TEST(ComposeRule, SeesTwoServicesWithOnePort) {
  const std::string_view content =
      "services:\n  a: {image: 'a:1', ports: ['80:80']}\n  b: {image: 'b:1', ports: ['80:81']}\n"
      "  c: {image: 'c:1', ports: ['127.0.0.1:80:81', '80:80/udp']}\n";
  EXPECT_EQ(findings_of(content, "CC1022").size(), 1U);
}

TEST(ComposeRule, AJobNeedsNoRestart) {
  EXPECT_THAT(findings_of("services:\n  job: {image: 'a:1'}\n  app:\n    image: a:1\n"
                          "    restart: unless-stopped\n    depends_on:\n      job:\n"
                          "        condition: service_completed_successfully\n",
                          "CC1017"),
              IsEmpty());
}

TEST(ComposeRules, FindNothingTwiceInTheCorpus) {
  const std::filesystem::path corpus =
      std::filesystem::path(CORTEN_SHARED_DIR) / "corpus/docker+awesome-compose";
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "no corpus at " << corpus;
  std::size_t files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(corpus)) {
    if (file.path().stem() != "compose") continue;
    const auto content = read_file(file.path());
    ASSERT_TRUE(content);
    ++files;
    std::set<std::tuple<std::string, std::string, std::uint32_t, std::uint32_t>> seen;
    for (const Finding& finding : check_compose(project_of(*content))) {
      EXPECT_TRUE(seen.emplace(finding.id, finding.evidence, finding.location->line,
                               finding.location->column)
                      .second)
          << file.path() << finding.id << finding.evidence;
    }
  }
  EXPECT_GT(files, 30U);
}

}  // namespace
}  // namespace corten::manifest
