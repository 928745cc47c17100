#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "manifest/kubernetes_rules.h"

namespace corten::manifest {
namespace {

using testing::IsEmpty;
using testing::Not;

// What every test trusts, so that KSV-0125 has something to say.
const KubernetesContext kContext{
    .trusted_registries = {"docker.io", "registry.example", "gcr.io", "*.pkg.dev"}};

std::vector<Finding> all_findings(std::string_view content) {
  const auto file = load_kubernetes("app.yaml", std::string(content));
  EXPECT_TRUE(file) << content << (file ? "" : describe(file.error()));
  return file ? check_kubernetes(*file, kContext) : std::vector<Finding>();
}

std::vector<Finding> findings_of(std::string_view content, std::string_view id) {
  std::vector<Finding> all = all_findings(content);
  std::erase_if(all, [&](const Finding& finding) { return finding.id != id; });
  return all;
}

TEST(KubernetesCatalogue, EveryBadExampleFiresAndNoGoodOneDoes) {
  for (const Check& check : kubernetes_catalogue()) {
    const auto bad = findings_of(check.bad, check.id);
    ASSERT_THAT(bad, Not(IsEmpty())) << check.id << "\n" << check.bad;
    EXPECT_EQ(bad[0].severity, check.severity) << check.id;
    EXPECT_THAT(findings_of(check.good, check.id), IsEmpty()) << check.id << "\n" << check.good;
  }
}

TEST(KubernetesCatalogue, SaysTwoToFiveSentencesAndHasNoIdTwice) {
  std::set<std::string_view> ids;
  for (const Check& check : kubernetes_catalogue()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_FALSE(check.title.empty() || check.remediation.empty() || check.reference.empty());
    std::size_t sentences = 0;
    for (std::size_t i = 0; i < check.description.size(); ++i) {
      const bool ends = i + 1 == check.description.size() || check.description[i + 1] == ' ';
      if (check.description[i] == '.' && ends) ++sentences;
    }
    EXPECT_GE(sentences, 2U) << check.id;
    EXPECT_LE(sentences, 5U) << check.id;
  }
  EXPECT_GE(ids.size(), 85U);
}

// What stands under `spec` of a Pod, and in its container.
struct Case {
  const char* id;
  const char* spec;
  const char* container;
  const char* expected;  // severities, or "" for silence
};

std::string indented(std::string_view text, std::string_view margin) {
  std::string out;
  if (text.empty()) return out;
  for (const std::string_view line : split(text, '\n')) out += fmt::format("{}{}\n", margin, line);
  return out;
}

std::string severities_of(const std::vector<Finding>& findings) {
  std::string severities;
  for (const Finding& finding : findings) {
    if (!severities.empty()) severities += ' ';
    severities += name_of(finding.severity);
  }
  return severities;
}

class KubernetesPodRule : public testing::TestWithParam<Case> {};

TEST_P(KubernetesPodRule, JudgesThePod) {
  const Case& c = GetParam();
  std::string content = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n";
  content += indented(c.spec, "  ");
  content += "  containers:\n    - name: app\n";
  if (!std::string_view(c.container).starts_with("image:")) content += "      image: app:1\n";
  content += indented(c.container, "      ");

  EXPECT_EQ(severities_of(findings_of(content, c.id)), c.expected) << content;
}

constexpr const char* kWindows = "os: {name: windows}";

INSTANTIATE_TEST_SUITE_P(
    Kubernetes, KubernetesPodRule,
    testing::ValuesIn(std::vector<Case>({
        {"KSV-0001", "", "securityContext: {allowPrivilegeEscalation: true}", "medium"},
        {"KSV-0001", "", "securityContext: {allowPrivilegeEscalation: \"${X}\"}", ""},
        {"KSV-0001", kWindows, "", ""},
        {"KSV-0002", "securityContext: {appArmorProfile: {type: Unconfined}}", "", "high"},
        {"KSV-0002", "securityContext: {appArmorProfile: {type: Unconfined}}",
         "securityContext: {appArmorProfile: {type: RuntimeDefault}}", ""},
        {"KSV-0003", "", "securityContext: {capabilities: {drop: [all]}}", ""},
        {"KSV-0003", kWindows, "", ""},
        {"KSV-0004", "", "securityContext: {capabilities: {drop: []}}", "low"},
        {"KSV-0004", "", "securityContext: {capabilities: {drop: [KILL]}}", ""},
        {"KSV-0005", "", "securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}", "high"},
        {"KSV-0005", "", "securityContext: {capabilities: {add: [ALL]}}", "high"},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /run/containerd/containerd.sock}}]", "",
         "high"},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /var/run/}}]", "", "high"},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /}}]", "", "high"},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /var/run/app}}]", "", ""},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /x/../run/crio/crio.sock}}]", "",
         "high"},
        {"KSV-0006", "volumes: [{name: a, hostPath: {path: /var/lib/kubelet/}}]", "", "high"},
        {"KSV-0008", "hostIPC: false", "", ""},
        {"KSV-0009", "hostNetwork: yes", "", "high"},
        {"KSV-0009", "hostNetwork: true\nsecurityContext: {windowsOptions: {hostProcess: true}}",
         "", ""},
        {"KSV-0011", "", "resources: {limits: {memory: 1Gi}}", "low"},
        {"KSV-0011", "resources: {limits: {cpu: 1}}", "", ""},
        {"KSV-0012", "securityContext: {runAsNonRoot: true}",
         "securityContext: {runAsNonRoot: false}", "medium"},
        {"KSV-0012", "securityContext: {runAsNonRoot: false}",
         "securityContext: {runAsNonRoot: true}", ""},
        {"KSV-0012", "securityContext: {runAsUser: 1000}", "", "low"},
        {"KSV-0012", "", "securityContext: {runAsUser: 0}", "medium"},
        {"KSV-0013", "", "image: app", "medium"},
        {"KSV-0013", "", "image: localhost:5000/app", "medium"},
        {"KSV-0013", "", "image: app:1.2", "info"},
        {"KSV-0013", "", "image: app:$(TAG)", ""},
        {"KSV-0014", "securityContext: {readOnlyRootFilesystem: true}", "", "high"},
        {"KSV-0014", kWindows, "", ""},
        {"KSV-0014", "nodeSelector: {kubernetes.io/os: windows}", "", ""},
        {"KSV-0015", "", "resources: {limits: {cpu: 1}}", ""},
        {"KSV-0016", "", "resources: {requests: {cpu: 1}}", "low"},
        {"KSV-0020", "securityContext: {runAsUser: 20000}", "securityContext: {runAsUser: 10000}",
         "low"},
        {"KSV-0020", "securityContext: {runAsUser: 20000}", "", ""},
        {"KSV-0020", "", "", "info"},
        {"KSV-0021", "", "securityContext: {runAsGroup: 0}", "low"},
        {"KSV-0022", "", "securityContext: {capabilities: {add: [NET_RAW, CHOWN, BPF]}}", "medium"},
        {"KSV-0024", "", "ports: [{containerPort: 80, hostPort: 0}]", ""},
        {"KSV-0024", "hostNetwork: true", "ports: [{containerPort: 80, hostPort: 80}]", "high"},
        {"KSV-0025", "securityContext: {seLinuxOptions: {user: system_u}}", "", "medium"},
        {"KSV-0025", "", "securityContext: {seLinuxOptions: {type: container_init_t}}", ""},
        {"KSV-0026", "securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies}]}", "", ""},
        {"KSV-0028", "volumes: [{name: a, hostPath: {path: /x}}]", "", "low"},
        {"KSV-0028", "volumes: [{name: a, csi: {driver: x}}, {name: b, ephemeral: {}}]", "", ""},
        {"KSV-0030", "", "securityContext: {seccompProfile: {type: Localhost}}", ""},
        {"KSV-0030", "securityContext: {seccompProfile: {type: RuntimeDefault}}",
         "securityContext: {seccompProfile: {type: Unconfined}}", "low"},
        {"KSV-0030", kWindows, "", ""},
        {"KSV-0036", "serviceAccountName: reader", "", "low"},
        {"KSV-0036", "automountServiceAccountToken: true", "", "medium"},
        {"KSV-0103", "", "securityContext: {windowsOptions: {hostProcess: true}}", "high"},
        {"KSV-0104", "securityContext: {seccompProfile: {type: Unconfined}}",
         "securityContext: {seccompProfile: {type: RuntimeDefault}}", ""},
        {"KSV-0105", "securityContext: {runAsUser: 0}", "", "low"},
        {"KSV-0105", "securityContext: {runAsUser: 0}", "securityContext: {runAsUser: 1}", ""},
        {"KSV-0106", "", "", "low"},
        {"KSV-0106", "", "securityContext: {capabilities: {drop: [ALL], add: [KILL]}}", "low"},
        {"KSV-0116", "securityContext: {supplementalGroups: [1, 0]}", "", "low"},
        {"KSV-0117", "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start}]}",
         "ports: [{containerPort: 80}]", ""},
        {"KSV-0117", "", "ports: [{containerPort: 1024}]", ""},
        {"KSV-0118", "", "securityContext: {}", "high"},
        {"KSV-0118", "", "securityContext: {privileged: false}", ""},
        {"KSV-0121", "volumes: [{name: a, hostPath: {path: /proc/}}]", "", "high"},
        {"KSV-0121", "volumes: [{name: a, hostPath: {path: /etc/localtime}}]", "", ""},
        {"KSV-0121", "volumes: [{name: a, hostPath: {path: /dev/snd}}]", "", ""},
        {"KSV-0125", "", "image: registry.example/a/app:1", ""},
        {"KSV-0125", "", "image: eu.pkg.dev/a/app:1", ""},
        {"KSV-0125", "", "image: quay.io/a/app:1", "medium"},
        {"KC1001", "", "env: [{name: DB_PASSWORD, value: hunter2x}]", "high"},
        {"KC1001", "", "env: [{name: DB_PASSWORD, value: $(FROM_OTHER)}]", ""},
        {"KC1001", "", "env: [{name: DB_PASSWORD, value: password}]", "medium"},
        {"KC1001", "", "env: [{name: GOOGLE_API_KEY, value: GOOGLE_API_KEY_VAL}]", ""},
        {"KC1001", "", "env: [{name: TOKENIZER_PATH, value: abcdefgh}]", ""},
        {"KC1001", "", "env: [{name: DATABASE_URL, value: 'postgres://u:tiger7x@db/app'}]", "high"},
        {"KC1001", "", "args: [--password=hunter2x, --verbose]", "high"},
        {"KC1001", "", "args: [--password, hunter2x]", "high"},
        {"KC1001", "", "args: [--password-file, /etc/x]", ""},
        {"KC1002", "", "lifecycle: {preStop: {httpGet: {host: 10.0.0.1, port: 1}}}", "medium"},
        {"KC1003", "hostNetwork: true", "", ""},
        {"KC1003", "securityContext: {runAsNonRoot: true}", "", ""},
        {"KC1005", "", "ports: [{containerPort: 8080}]", ""},
        {"KC1006", "", "image: app:latest\nimagePullPolicy: Always", ""},
        {"KC1009", "tolerations: [{operator: Exists}]", "", "medium"},
        {"KC1009", "nodeName: node1", "", "low"},
        {"KC1009", "tolerations: [{operator: Exists, effect: NoExecute}]", "", ""},
    })),
    [](const auto& test) {
      std::string name = fmt::format("{}_{}", test.param.id, test.index);
      std::erase(name, '-');
      return name;
    });

struct ObjectCase {
  const char* name;
  const char* id;
  const char* content;
  const char* expected;
};

class KubernetesObjectRule : public testing::TestWithParam<ObjectCase> {};

TEST_P(KubernetesObjectRule, JudgesTheObject) {
  EXPECT_EQ(severities_of(findings_of(GetParam().content, GetParam().id)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kubernetes, KubernetesObjectRule,
    testing::ValuesIn(std::vector<ObjectCase>({
        {"AnnotationOfAppArmor", "KSV-0002",
         "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n"
         "    container.apparmor.security.beta.kubernetes.io/app: unconfined\n"
         "spec: {containers: [{name: app}, {name: b}]}\n",
         "high"},
        {"AnnotationOfSeccomp", "KSV-0104",
         "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n"
         "    seccomp.security.alpha.kubernetes.io/pod: unconfined\nspec: {containers: [{name: "
         "a}]}\n",
         "medium"},
        {"EverythingIsToldOnce", "KSV-0046",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n",
         ""},
        {"ReadingEverything", "KSV-0046",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{apiGroups: ['*'], resources: ['*'], verbs: [get, list]}]\n",
         "high"},
        {"AllOfAGroupOfOnesOwn", "KSV-0046",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{apiGroups: [shop.example], resources: ['*'], verbs: [create]}]\n",
         ""},
        {"SecretsByName", "KSV-0041",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{resources: [secrets], verbs: [get], resourceNames: [a]}]\n",
         ""},
        {"SecretsOfOneNamespace", "KSV-0041",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
         "rules: [{resources: [secrets], verbs: [get]}]\n",
         ""},
        {"DiscoveryForAll", "KSV-01011",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
         "roleRef: {kind: ClusterRole, name: system:discovery}\n"
         "subjects: [{kind: Group, name: 'system:authenticated'}]\n",
         ""},
        {"DenyAllPolicy", "KSV-0038",
         "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: {}}\n", ""},
        {"PolicyWithoutSelector", "KSV-0038",
         "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {policyTypes: [Ingress]}\n",
         "medium"},
        {"RemovedVersionInAList", "KSV-0107",
         "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: policy/v1beta1, kind: "
         "PodDisruptionBudget}\n- {apiVersion: apps/v1, kind: Deployment}\n",
         "low"},
        {"ConfigFileWithPassword", "KSV-0109",
         "apiVersion: v1\nkind: ConfigMap\ndata:\n  app.properties: |\n    host=db\n"
         "    db.password=q8Zr1vK2mW7x\n",
         "high"},
        {"ConfigThatRefers", "KSV-0109",
         "apiVersion: v1\nkind: ConfigMap\ndata: {DB_PASSWORD: '${DB_PASSWORD}'}\n", ""},
        {"EncodedSecret", "KC1012",  // q8Zr1vK2mW7x
         "apiVersion: v1\nkind: Secret\ndata: {password: cThacjF2SzJtVzd4}\n", "high"},
        {"EncodedPlaceholder", "KC1012",  // changeme
         "apiVersion: v1\nkind: Secret\ndata: {password: Y2hhbmdlbWU=}\n", ""},
        {"LimitsByDefault", "KSV-0018",
         "apiVersion: v1\nkind: LimitRange\nspec: {limits: [{type: Container, default: {memory: "
         "1Gi}}]}\n---\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n",
         ""},
        {"AccountWithoutToken", "KSV-0036",
         "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"
         "automountServiceAccountToken: false\n---\napiVersion: v1\nkind: Pod\n"
         "spec: {serviceAccountName: a, containers: [{name: a}]}\n",
         ""},
        {"PatchOfKustomize", "KSV-0014",
         "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: "
         "a}]}}}\n",
         ""},
        {"PatchThatSaysIt", "KSV-0014",
         "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: a, "
         "securityContext: {readOnlyRootFilesystem: false}}]}}}\n",
         "high"},
        {"EverythingOfAGroupOfOnesOwn", "KSV-0044",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{apiGroups: [custom.metrics.k8s.io], resources: ['*'], verbs: ['*']}]\n",
         ""},
        {"PolicyWithPeers", "KSV-0038",
         "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
         "spec: {ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}\n",
         ""},
        {"PolicyWithEmptyPeer", "KSV-0038",
         "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
         "spec: {ingress: [{from: [{}]}]}\n",
         "medium"},
        {"BindsAnyByStar", "KSV-0051",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules:\n"
         "- {resources: [rolebindings], verbs: [create]}\n"
         "- {resources: [roles], verbs: [bind], resourceNames: ['*']}\n",
         "high"},
        {"OnlyAMaximum", "KSV-0039",
         "apiVersion: v1\nkind: LimitRange\nspec: {limits: [{type: Container, max: {cpu: 1}}]}\n",
         "info"},
        {"PlaceholderInConfig", "KSV-0109",
         "apiVersion: v1\nkind: ConfigMap\ndata: {DB_PASSWORD: changeme}\n", "medium"},
        {"NameToLogInWith", "KSV-01010",
         "apiVersion: v1\nkind: ConfigMap\ndata: {DB_USERNAME: app, GIT_URL: 'git@x.example:a'}\n",
         "low"},
        {"BarePodWithoutImage", "KSV-0014",
         "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n", "high"},
        {"EveryWorkload", "KSV-0046",
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
         "rules: [{apiGroups: [apps], resources: ['*'], verbs: ['*']}]\n",
         "critical"},
        {"UserOfASecret", "KC1012",
         "apiVersion: v1\nkind: Secret\nstringData: {username: q8Zr1vK2mW7x}\n", ""},
        {"OnceForAllContainers", "KSV-0105",
         "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 0}\n"
         "  initContainers: [{name: i}]\n  containers: [{name: a}, {name: b}]\n",
         "low"},
        {"OnceForEachContainer", "KSV-0014",
         "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{name: i, image: a}]\n"
         "  containers: [{name: a, image: a}, {name: b, image: a}]\n",
         "high high high"},
    })),
    [](const auto& test) { return std::string(test.param.name); });

TEST(KubernetesFile, KnowsThePodsOfEveryKindOfWorkload) {
  struct Kind {
    const char* api_version;
    const char* kind;
    const char* path;
  };
  for (const Kind& kind : std::vector<Kind>({
           {"v1", "Pod", "{spec: POD}"},
           {"v1", "PodTemplate", "{template: {spec: POD}}"},
           {"v1", "ReplicationController", "{spec: {template: {spec: POD}}}"},
           {"apps/v1", "Deployment", "{spec: {template: {spec: POD}}}"},
           {"apps/v1", "StatefulSet", "{spec: {template: {spec: POD}}}"},
           {"apps/v1", "DaemonSet", "{spec: {template: {spec: POD}}}"},
           {"apps/v1", "ReplicaSet", "{spec: {template: {spec: POD}}}"},
           {"batch/v1", "Job", "{spec: {template: {spec: POD}}}"},
           {"batch/v1", "CronJob", "{spec: {jobTemplate: {spec: {template: {spec: POD}}}}}"},
       })) {
    std::string content(kind.path);
    content.replace(content.find("POD"), 3, "{hostPID: true, containers: [{name: a}]}");
    content.insert(1, fmt::format("apiVersion: {}, kind: {}, ", kind.api_version, kind.kind));
    EXPECT_EQ(findings_of(content, "KSV-0010").size(), 1U) << content;
  }
}

TEST(KubernetesFile, PassesOverWhatIsNoWorkload) {
  for (const std::string_view content : {
           "",
           "null\n",
           "[]\n",
           "kind: Pod\n",
           "apiVersion: v1\nkind: Pod\n",
           "apiVersion: v1\nkind: Pod\nspec: x\n",
           "apiVersion: v1\nkind: Pod\nspec: {automountServiceAccountToken: false, containers: "
           "[null, x, []], volumes: [a]}\n",
           "apiVersion: batch.volcano.sh/v1\nkind: Job\nspec: {template: {spec: {hostPID: "
           "true}}}\n",
           "apiVersion: v1\nkind: List\nitems: {a: b}\n",
       }) {
    EXPECT_THAT(all_findings(content), IsEmpty()) << content;
  }
}

TEST(KubernetesFile, IsReadAsJsonAndInSeveralDocuments) {
  EXPECT_EQ(findings_of("{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t\"spec\": "
                        "{\"hostIPC\": true}\n}\n",
                        "KSV-0008")
                .size(),
            1U);
  EXPECT_EQ(findings_of("---\n# nothing\n---\napiVersion: v1\nkind: Pod\nspec: {hostIPC: true}\n"
                        "---\napiVersion: v1\nkind: Pod\nspec: {hostIPC: true}\n",
                        "KSV-0008")
                .size(),
            2U);
}

TEST(KubernetesFile, PointsAtTheValueOrTheNameOfTheContainer) {
  const std::string_view content =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
      "    - image: app:1\n      name: web\n      securityContext:\n        privileged: true\n";
  const auto privileged = findings_of(content, "KSV-0017");
  ASSERT_EQ(privileged.size(), 1U);
  EXPECT_EQ(privileged[0].location, (Location{"app.yaml", 10, 21, {}}));
  EXPECT_EQ(privileged[0].subject, "Pod app, container web");
  const auto escalation = findings_of(content, "KSV-0001");
  ASSERT_EQ(escalation.size(), 1U);
  EXPECT_EQ(escalation[0].location, (Location{"app.yaml", 8, 13, {}}));
}

TEST(KubernetesFile, RefusesWhatIsNoYamlWithItsPlace) {
  const auto file = load_kubernetes("bad.yaml", "apiVersion: v1\nkind: [\n");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::InvalidInput);
  EXPECT_TRUE(describe(file.error()).starts_with("bad.yaml:")) << describe(file.error());
}

TEST(KubernetesFile, StopsAtManyContainersAndListsInLists) {
  std::string content = "apiVersion: v1\nkind: List\nitems:\n";
  std::string inner = "{apiVersion: v1, kind: Pod, spec: {hostPID: true}}";
  for (int i = 0; i < 10; ++i) inner = fmt::format("{{kind: List, items: [{}]}}", inner);
  EXPECT_THAT(findings_of(content + "- " + inner + "\n", "KSV-0010"), IsEmpty());
  for (int i = 0; i < 3000; ++i)
    content += "- {apiVersion: v1, kind: Pod, spec: {hostPID: true}}\n";
  EXPECT_EQ(findings_of(content, "KSV-0010").size(), 3000U);
}

TEST(KubernetesFile, IsJudgedInBoundedTime) {
  std::string content = "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n";
  for (int i = 0; i < 20'000; ++i) content += fmt::format("    a{}: b\n", i);
  content += "spec:\n  securityContext:\n    sysctls:\n";
  for (int i = 0; i < 20'000; ++i) content += fmt::format("    - name: a{}\n", i);
  content += "  containers:\n";
  for (int i = 0; i < 19'000; ++i) content += "  - name: a\n    ports: [{containerPort: 80}]\n";
  EXPECT_EQ(findings_of(content, "KSV-0014").size(), 19'000U);
  for (int i = 0; i < 2'000; ++i) content += "  - name: a\n";
  const auto refused = load_kubernetes("a.yaml", content);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
}

TEST(KubernetesRules, FindNothingTwiceInTheCorpus) {
  const std::filesystem::path corpus = std::filesystem::path(CORTEN_SHARED_DIR) / "corpus";
  std::size_t files = 0;
  for (const char* name : {"kubernetes+examples", "GoogleCloudPlatform+microservices-demo"}) {
    if (!std::filesystem::exists(corpus / name)) GTEST_SKIP() << "no corpus at " << corpus / name;
    for (const auto& file : std::filesystem::recursive_directory_iterator(corpus / name)) {
      if (file.path().extension() != ".yaml" || !file.is_regular_file()) continue;
      const auto content = read_file(file.path());
      ASSERT_TRUE(content);
      if (content->find("{{") != std::string::npos) continue;  // templates
      const auto loaded = load_kubernetes(file.path().string(), *content);
      EXPECT_TRUE(loaded) << describe(loaded.error());
      if (!loaded) continue;
      ++files;
      std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> seen;
      for (const Finding& finding : check_kubernetes(*loaded)) {
        ASSERT_TRUE(finding.location && finding.location->line > 0) << finding.id;
        EXPECT_TRUE(
            seen.emplace(finding.id, finding.location->line, finding.location->column).second)
            << file.path() << finding.id << finding.evidence;
      }
    }
  }
  EXPECT_GT(files, 100U);
}

}  // namespace
}  // namespace corten::manifest
