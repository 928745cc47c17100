// The texts of the Kubernetes checks. Ids are never reused.
#include <array>

#include "manifest/kubernetes_rules.h"

namespace corten::manifest {

namespace {

using enum Severity;
constexpr auto kWrong = FindingKind::Misconfiguration;
constexpr auto kSecret = FindingKind::Secret;
constexpr std::string_view kPss =
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/";
constexpr std::string_view kSecurity =
    "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/";
constexpr std::string_view kRbac =
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/";
constexpr std::string_view kResources =
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";

constexpr auto kCatalogue = std::to_array<Check>({
    {"KSV-0001", kWrong, Medium, "the container may gain privileges",
     "Unless allowPrivilegeEscalation is false, a setuid program in the image turns an "
     "unprivileged process into root. With it, no exec ever gives more rights than the "
     "caller had.",
     "set securityContext.allowPrivilegeEscalation: false",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsNonRoot: true\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        allowPrivilegeEscalation: false\n",
     "KSV001 AVD-KSV-0001 CKV_K8S_20", kPss},
    {"KSV-0002", kWrong, High, "AppArmor is switched off for the container",
     "The default profile of the runtime forbids mounts, raw access to /proc and /sys and "
     "more that a container hardly ever needs. Unconfined, nothing of that holds on nodes "
     "with AppArmor.",
     "set appArmorProfile.type: RuntimeDefault, or name a profile with Localhost",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        appArmorProfile:\n          type: Unconfined\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        appArmorProfile:\n          type: RuntimeDefault\n",
     "KSV002 AVD-KSV-0002", kPss},
    {"KSV-0003", kWrong, Low, "the container does not drop all capabilities",
     "Fourteen capabilities come by default, among them NET_RAW and SETUID. Most programs "
     "need none of them, and what is not there cannot be used by whoever takes the "
     "container over.",
     "set securityContext.capabilities.drop: [ALL], then add what turns out to be needed",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [NET_RAW]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n",
     "KSV003 AVD-KSV-0003 CKV_K8S_37", kSecurity},
    {"KSV-0004", kWrong, Low, "the container drops no capability",
     "It keeps the whole default set of the runtime: forged packets, changes of owner and "
     "user, binding low ports. Dropping is how a pod says what it does not need.",
     "set securityContext.capabilities.drop: [ALL]",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n",
     "KSV004 AVD-KSV-0004", kSecurity},
    {"KSV-0005", kWrong, High, "the container gets SYS_ADMIN",
     "SYS_ADMIN is the capability of mounts, namespaces and much else: there are "
     "well-known ways from it to the node. ALL includes it.",
     "remove SYS_ADMIN, or say beside it why nothing smaller will do",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [SYS_ADMIN]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [NET_BIND_SERVICE]\n",
     "KSV005 AVD-KSV-0005 CKV_K8S_39", kSecurity},
    {"KSV-0006", kWrong, High, "the pod gets the socket of the container runtime",
     "Whoever can speak to the socket can start a privileged container on the node, and "
     "read the secrets of all others there. Mounting it read-only protects the file, not "
     "what is said through it; a folder that holds the socket is as good as the socket.",
     "remove the mount; build images with a tool that needs no engine, and watch pods "
     "through the API",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /var/run/docker.sock\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      emptyDir: {}\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "KSV006 AVD-KSV-0006 CKV_K8S_27", kSecurity},
    {"KSV-0007", kWrong, Low, "the pod writes its own /etc/hosts",
     "Names that hostAliases sets go past DNS and its policies, and stay when the address "
     "has long gone to someone else. Who reads the manifest of the service does not see "
     "them.",
     "use a Service of type ExternalName or DNS",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  hostAliases:\n"
     "    - ip: 10.0.0.1\n      hostnames: [db]\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV007 AVD-KSV-0007",
     "https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/"},
    {"KSV-0008", kWrong, High, "the pod shares the IPC namespace of the node",
     "Shared memory and message queues of the programs of the node, and of all pods that "
     "do the same, can then be read and changed. Databases and browsers keep data there.",
     "remove hostIPC",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  hostIPC: true\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV008 AVD-KSV-0008 CKV_K8S_18", kPss},
    {"KSV-0009", kWrong, High, "the pod is on the network of the node",
     "It sees the traffic of the node, reaches services that listen on its loopback. "
     "Network policies do not bind it, and its ports are those of the node.",
     "remove hostNetwork, and publish what is needed by a Service",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  hostNetwork: true\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV009 AVD-KSV-0009 CKV_K8S_19", kPss},
    {"KSV-0010", kWrong, High, "the pod sees the processes of the node",
     "In the PID namespace of the node a container sees all processes with their "
     "arguments. As root it reads their environments and files, and can end and trace "
     "them.",
     "remove hostPID",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  hostPID: true\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV010 AVD-KSV-0010 CKV_K8S_17", kPss},
    {"KSV-0011", kWrong, Low, "the container has no CPU limit",
     "Without one a busy or attacked container takes all the CPU that its neighbours have "
     "not reserved. A LimitRange of the namespace in the same file counts as a limit.",
     "set resources.limits.cpu",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      resources:\n        limits:\n"
     "          cpu: 500m\n",
     "KSV011 AVD-KSV-0011 CKV_K8S_11", kResources},
    {"KSV-0012", kWrong, Medium, "the container may run as root",
     "Root in a container is root on the node as soon as something gets out: through a "
     "flaw of the kernel or the runtime, or a careless mount. runAsNonRoot makes the "
     "kubelet refuse to start it as root, whatever the image says.",
     "set runAsNonRoot: true, and runAsUser where the image names no user by number",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    runAsNonRoot: true\n  containers:\n    - name: app\n      image: app:1\n",
     "KSV012 AVD-KSV-0012 CKV_K8S_23 CKV_K8S_6", kPss},
    {"KSV-0013", kWrong, Medium, "the image is not pinned",
     "latest, or no tag, is whatever was pushed last: two nodes run different programs, "
     "and nobody can roll back. A tag can be moved too; only a digest names one image.",
     "name a version, better with its digest: image: name:1.2.3@sha256:…",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:latest\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n"
     "      image: app:1@sha256:0000000000000000000000000000000000000000000000000000000000000001\n",
     "KSV013 AVD-KSV-0013 CKV_K8S_14 CKV_K8S_43",
     "https://kubernetes.io/docs/concepts/containers/images/"},
    {"KSV-0014", kWrong, High, "the container can write its root file system",
     "An attacker who can write the file system plants tools and changes programs. With "
     "readOnlyRootFilesystem only volumes can be written, and whatever else is tried fails "
     "loudly.",
     "set readOnlyRootFilesystem: true, and mount an emptyDir where the program writes "
     "(/tmp, /run)",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        readOnlyRootFilesystem: true\n",
     "KSV014 AVD-KSV-0014 CKV_K8S_22", kSecurity},
    {"KSV-0015", kWrong, Low, "the container requests no CPU",
     "The scheduler places pods by what they request. One that requests nothing lands on "
     "full nodes and gets what is left there.",
     "set resources.requests.cpu",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      resources:\n        requests:\n"
     "          cpu: 100m\n",
     "KSV015 AVD-KSV-0015 CKV_K8S_10", kResources},
    {"KSV-0016", kWrong, Low, "the container requests no memory",
     "The scheduler places pods by what they request. Under pressure the kubelet evicts "
     "first what uses more than it asked for, and that is every pod that asked for "
     "nothing.",
     "set resources.requests.memory",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      resources:\n        requests:\n"
     "          memory: 64Mi\n",
     "KSV016 AVD-KSV-0016 CKV_K8S_12", kResources},
    {"KSV-0017", kWrong, High, "the container is privileged",
     "It has every capability, every device of the node and neither seccomp nor AppArmor. "
     "Whoever takes it over owns the node: mounting its disk is one command.",
     "remove privileged, and add the one capability or device that is needed",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        privileged: true\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        privileged: false\n",
     "KSV017 AVD-KSV-0017 CKV_K8S_16", kPss},
    {"KSV-0018", kWrong, Low, "the container has no memory limit",
     "A container that leaks or is attacked takes memory until the node has none left. The "
     "kernel then ends processes, also those of other pods.",
     "set resources.limits.memory",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      resources:\n        limits:\n"
     "          memory: 128Mi\n",
     "KSV018 AVD-KSV-0018 CKV_K8S_13", kResources},
    {"KSV-0020", kWrong, Low, "the container runs with a low user id",
     "Ids up to 10000 are those of users and daemons of the node. A process that gets out, "
     "or a shared volume, then meets files that belong to somebody there.",
     "set runAsUser to a number above 10000",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsUser: 1000\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsUser: 10001\n",
     "KSV020 AVD-KSV-0020 CKV_K8S_40", kSecurity},
    {"KSV-0021", kWrong, Low, "the container runs with a low group id",
     "Ids up to 10000 are those of groups of the node: docker, disk, shadow. A process "
     "that gets out, or a shared volume, then meets files of such a group.",
     "set runAsGroup to a number above 10000",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsGroup: 1000\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsGroup: 10001\n",
     "KSV021 AVD-KSV-0021", kSecurity},
    {"KSV-0022", kWrong, Medium, "the container gets capabilities beyond the baseline",
     "The baseline of the Pod Security Standards allows the capabilities that runtimes "
     "give by default but NET_RAW. Others reach beyond the container: into the network, "
     "the clock, modules or processes of the node.",
     "remove the capability, or say beside it why it is needed",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [NET_ADMIN]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [CHOWN]\n",
     "KSV022 AVD-KSV-0022 CKV_K8S_24 CKV_K8S_25", kPss},
    {"KSV-0023", kWrong, Medium, "the pod mounts a path of the node",
     "Files of the node are shared with all pods that mount them and with the node itself. "
     "What a container writes there stays after it, and what it reads there may be "
     "credentials.",
     "use a persistentVolumeClaim, an emptyDir, or a local volume",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /data\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      persistentVolumeClaim:\n        claimName: data\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "KSV023 AVD-KSV-0023", kPss},
    {"KSV-0024", kWrong, High, "the container takes a port of the node",
     "The port is open on the address of the node, past Services and network policies. "
     "Only one such pod fits on a node.",
     "remove hostPort, and publish the port by a Service",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      ports:\n        - containerPort: 8080\n"
     "          hostPort: 8080\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      ports:\n        - containerPort: 8080\n",
     "KSV024 AVD-KSV-0024 CKV_K8S_26", kPss},
    {"KSV-0025", kWrong, Medium, "the container sets its own SELinux labels",
     "With another type than those for containers, or another user or role, SELinux no "
     "longer separates the container from the node. The same holds between containers: one "
     "that runs as spc_t is not held back at all.",
     "remove seLinuxOptions.type, user and role; level alone is fine",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        seLinuxOptions:\n          type: spc_t\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        seLinuxOptions:\n          level: s0:c1,c2\n",
     "KSV025 AVD-KSV-0025", kPss},
    {"KSV-0026", kWrong, Medium, "the pod sets sysctls that are not safe",
     "Only some kernel settings are bound to the namespaces of a pod. Others change the "
     "node for everyone, or let one pod use up what all share.",
     "remove the sysctl, or have the administrator set it on the node",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    sysctls:\n      - name: kernel.msgmax\n        value: \"65536\"\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    sysctls:\n      - name: net.ipv4.tcp_syncookies\n        value: \"1\"\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "KSV026 AVD-KSV-0026", kPss},
    {"KSV-0027", kWrong, Medium, "the masked paths of /proc are open",
     "Runtimes hide parts of /proc and make others read-only, because root in a container "
     "could read keys and change the kernel through them. procMount: Unmasked takes that "
     "away.",
     "remove procMount",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        procMount: Unmasked\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        procMount: Default\n",
     "KSV027 AVD-KSV-0027", kPss},
    {"KSV-0028", kWrong, Low, "the pod uses a kind of volume that the restricted level forbids",
     "Volumes that are neither storage of the cluster nor made for the pod are mounted by "
     "the node with its own rights. Several of the old kinds are gone from Kubernetes, "
     "too.",
     "use a persistentVolumeClaim with a storage class for it",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      nfs:\n        server: nfs.example\n        path: /\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      configMap:\n        name: app\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV028 AVD-KSV-0028", kPss},
    {"KSV-0030", kWrong, Low, "no seccomp profile is set",
     "Without one the kernel takes every system call from the container, also those that "
     "only flaws are found in. RuntimeDefault forbids some sixty that programs do not "
     "need.",
     "set seccompProfile.type: RuntimeDefault for the pod",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    seccompProfile:\n      type: RuntimeDefault\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "KSV030 AVD-KSV-0030 CKV_K8S_31", kPss},
    {"KSV-0036", kWrong, Medium, "a token of the cluster is mounted into the pod",
     "Each pod gets a token of its service account, and with it the rights that this has "
     "in the API. A program that does not speak to the API does not need it, but whoever "
     "takes the pod over does.",
     "set automountServiceAccountToken: false for the pod or its service account",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n"
     "  automountServiceAccountToken: false\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "KSV036 AVD-KSV-0036 CKV_K8S_38",
     "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"},
    {"KSV-0037", kWrong, Medium, "the workload is in kube-system",
     "What runs in kube-system shares its secrets, its service accounts and its exemptions "
     "from policies. Other workloads belong into namespaces of their own.",
     "give it a namespace of its own",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: kube-system\n"
     "spec:\n  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: shop\nspec:\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "KSV037 AVD-KSV-0037", kSecurity},
    {"KSV-0038", kWrong, Medium, "the network policy allows everything to everyone",
     "A policy that selects no pods in particular and has a rule without from or to opens "
     "the whole namespace, and takes back what other policies forbid. One that selects all "
     "pods and allows nothing is the right start.",
     "name the pods with podSelector, and who may reach them",
     "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: app\n"
     "spec:\n  podSelector: {}\n  ingress:\n    - {}\n",
     "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: app\n"
     "spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n",
     "KSV038 AVD-KSV-0038",
     "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
    {"KSV-0039", kWrong, Low, "the limit range sets containers no limit",
     "A LimitRange is how a namespace gives a limit to containers that set none. Without "
     "default or max for the type Container it does not do that; without max a container "
     "can set itself any.",
     "add a limit of type Container with default and defaultRequest",
     "apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: app\nspec:\n  limits:\n"
     "    - type: PersistentVolumeClaim\n      max:\n        storage: 10Gi\n",
     "apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: app\nspec:\n  limits:\n"
     "    - type: Container\n      default:\n        memory: 256Mi\n"
     "      defaultRequest:\n        memory: 128Mi\n      max:\n        memory: 1Gi\n"
     "      min:\n        memory: 16Mi\n",
     "KSV039 AVD-KSV-0039", "https://kubernetes.io/docs/concepts/policy/limit-range/"},
    {"KSV-0040", kWrong, Low, "the quota leaves CPU or memory unbounded",
     "A ResourceQuota bounds what all pods of a namespace take together. As long as one of "
     "CPU and memory has no bound, a single namespace can still fill the cluster.",
     "bound requests.cpu, requests.memory, limits.cpu and limits.memory",
     "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: app\nspec:\n  hard:\n"
     "    requests.cpu: \"4\"\n",
     "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: app\nspec:\n  hard:\n"
     "    requests.cpu: \"4\"\n    requests.memory: 8Gi\n    limits.cpu: \"8\"\n"
     "    limits.memory: 16Gi\n",
     "KSV040 AVD-KSV-0040", "https://kubernetes.io/docs/concepts/policy/resource-quotas/"},
    {"KSV-0041", kWrong, Critical, "the role reads or writes secrets of all namespaces",
     "Who can get, list or watch secrets of the cluster has the tokens of all service "
     "accounts and the keys of all workloads. To list is as good as to read: the answer "
     "has the contents.",
     "give a Role in the one namespace, and name the secrets with resourceNames",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [secrets]\n"
     "    verbs: [get]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n"
     "    verbs: [get]\n",
     "KSV041 AVD-KSV-0041", kRbac},
    {"KSV-0042", kWrong, Medium, "the role deletes logs of pods",
     "Logs are what is left after an attack. Nothing that runs in a cluster needs to "
     "delete them through the API.",
     "remove delete and deletecollection from pods/log",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/log]\n"
     "    verbs: [delete]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/log]\n"
     "    verbs: [get]\n",
     "KSV042 AVD-KSV-0042", kRbac},
    {"KSV-0043", kWrong, Critical, "the role may act as others",
     "With impersonate a subject becomes any user or group that the rule does not name, "
     "system:masters among them. All other limits of the role then mean nothing.",
     "remove impersonate, or name whom with resourceNames",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [groups]\n"
     "    verbs: [impersonate]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [groups]\n"
     "    verbs: [impersonate]\n    resourceNames: [support]\n",
     "KSV043 AVD-KSV-0043", kRbac},
    {"KSV-0044", kWrong, Critical, "the role may do everything with everything",
     "Every verb on every resource is the administrator of the cluster or namespace, also "
     "for kinds that will be installed next year. Whoever gets a token of such an account "
     "has it all.",
     "list the resources and verbs that are needed",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"*\"]\n    resources: [\"*\"]\n"
     "    verbs: [\"*\"]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [get, list]\n",
     "KSV044 AVD-KSV-0044 CKV_K8S_49", kRbac},
    {"KSV-0045", kWrong, Critical, "the role may do everything with weighty resources",
     "The wildcard includes verbs that nobody thinks of: deletecollection, impersonate, "
     "bind, escalate. On secrets, workloads and roles these are ways to the whole cluster.",
     "list the verbs that are needed",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [secrets]\n"
     "    verbs: [\"*\"]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [get]\n",
     "KSV045 AVD-KSV-0045", kRbac},
    {"KSV-0046", kWrong, Critical, "the role reaches every resource",
     "A wildcard among the resources includes secrets, roles and every kind that will be "
     "installed later. Even to read all of it gives away every credential of the namespace "
     "or cluster.",
     "list the resources that are needed",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [\"*\"]\n"
     "    verbs: [create, delete]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [create, delete]\n",
     "KSV046 AVD-KSV-0046", kRbac},
    {"KSV-0047", kWrong, High, "the role speaks to kubelets through nodes/proxy",
     "What goes through nodes/proxy is not checked against the rights on pods and is not "
     "in the audit log. It runs commands in every container of the node, also with get "
     "alone.",
     "remove nodes/proxy; metrics need nodes/metrics only",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [nodes/proxy]\n"
     "    verbs: [get]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [nodes/metrics]\n"
     "    verbs: [get]\n",
     "KSV047 AVD-KSV-0047", kRbac},
    {"KSV-0048", kWrong, Medium, "the role changes workloads",
     "Who can create or change pods runs any image with any service account of the "
     "namespace. All that these accounts may do is then theirs as well, and every secret "
     "there can be mounted.",
     "keep it to a namespace of its own, with Pod Security restricted",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [get, list, watch]\n",
     "KSV048 AVD-KSV-0048", kRbac},
    {"KSV-0049", kWrong, Medium, "the role changes ConfigMaps",
     "Programs believe their settings: an address, a script or a flag in a ConfigMap "
     "decides what they do. Who can change them all steers all workloads of the namespace.",
     "name the ConfigMaps with resourceNames",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n"
     "    verbs: [update]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n"
     "    verbs: [update]\n    resourceNames: [leader]\n",
     "KSV049 AVD-KSV-0049", kRbac},
    {"KSV-0050", kWrong, Critical, "the role changes roles or bindings",
     "Who can write roles and bindings gives out rights. Kubernetes keeps them to what the "
     "writer has, unless escalate or bind is among the verbs.",
     "leave roles to administrators",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [roles]\n    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [roles]\n    verbs: [get]\n",
     "KSV050 AVD-KSV-0050 CKV_K8S_158", kRbac},
    {"KSV-0051", kWrong, High, "the role binds any role in a namespace",
     "With bind and the right to make role bindings a subject gives itself any role, also "
     "one with more rights than it has. Without resourceNames that includes admin and "
     "cluster-admin.",
     "name the roles that may be bound with resourceNames",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [rolebindings, clusterroles]\n    verbs: [create, bind]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [clusterroles]\n    verbs: [bind]\n    resourceNames: [view]\n",
     "KSV051 AVD-KSV-0051 CKV_K8S_157", kRbac},
    {"KSV-0052", kWrong, High, "the role binds any role in the whole cluster",
     "With bind and the right to make cluster role bindings a subject makes itself "
     "cluster-admin. It takes one request.",
     "name the roles that may be bound with resourceNames",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [clusterrolebindings, clusterroles]\n    verbs: [create, bind]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [clusterroles]\n    verbs: [bind]\n    resourceNames: [view]\n",
     "KSV052 AVD-KSV-0052", kRbac},
    {"KSV-0053", kWrong, High, "the role runs commands in pods",
     "pods/exec is a shell in every pod of the namespace. Who has it has the secrets and "
     "the service account of each of them.",
     "remove pods/exec; debug with ephemeral containers for those who need it",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/exec]\n"
     "    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n"
     "    verbs: [get]\n",
     "KSV053 AVD-KSV-0053", kRbac},
    {"KSV-0054", kWrong, High, "the role attaches to pods",
     "pods/attach reads what the main process of a container writes, and writes into what "
     "it reads. Consoles and interactive programs are then taken over.",
     "remove pods/attach; logs need pods/log only",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/attach]\n"
     "    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/log]\n"
     "    verbs: [get]\n",
     "KSV054 AVD-KSV-0054", kRbac},
    {"KSV-0055", kWrong, Low, "members of the role add others to its bindings",
     "Who may change role bindings of the namespace can put others into those that they "
     "have themselves. Rights then spread without anyone who decides on them.",
     "leave role bindings to administrators",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: app\n"
     "rules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [rolebindings]\n    verbs: [get, patch]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: app\n"
     "rules:\n  - apiGroups: [\"rbac.authorization.k8s.io\"]\n"
     "    resources: [rolebindings]\n    verbs: [get]\n",
     "KSV055 AVD-KSV-0055", kRbac},
    {"KSV-0056", kWrong, High, "the role changes the network of the cluster",
     "Who can write services, endpoints or ingresses redirects traffic to where it can be "
     "read. Who can write network policies opens what they close.",
     "keep it to one namespace, and to the kinds that are needed",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [services]\n"
     "    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [services]\n"
     "    verbs: [get]\n",
     "KSV056 AVD-KSV-0056", kRbac},
    {"KSV-0103", kWrong, High, "the container is a process of its Windows host",
     "A hostProcess container runs on the Windows node itself, with the rights of the user "
     "that it names. It is what privileged is on Linux.",
     "remove windowsOptions.hostProcess",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    windowsOptions:\n      hostProcess: true\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    windowsOptions:\n      hostProcess: false\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "KSV103 AVD-KSV-0103", kPss},
    {"KSV-0104", kWrong, Medium, "seccomp is switched off for the container",
     "Unconfined, the kernel takes every system call from the container. Many flaws that "
     "lead to the node begin with a call that RuntimeDefault forbids.",
     "set seccompProfile.type: RuntimeDefault",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    seccompProfile:\n      type: Unconfined\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    seccompProfile:\n      type: RuntimeDefault\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "KSV104 AVD-KSV-0104", kPss},
    {"KSV-0105", kWrong, Low, "the container is told to run as root",
     "runAsUser: 0 runs it as root, whatever the image says. Root in a container is root "
     "on the node as soon as something gets out.",
     "set runAsUser to another number, or remove it",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsUser: 0\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        runAsUser: 10001\n",
     "KSV105 AVD-KSV-0105", kPss},
    {"KSV-0106", kWrong, Low, "the capabilities are not those of the restricted level",
     "The restricted level of the Pod Security Standards asks for drop: [ALL], and allows "
     "to add NET_BIND_SERVICE back. Everything else is refused where that level is "
     "enforced.",
     "set capabilities.drop: [ALL], and add nothing but NET_BIND_SERVICE",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n          add: [CHOWN]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n          add: [NET_BIND_SERVICE]\n",
     "KSV106 AVD-KSV-0106", kPss},
    {"KSV-0107", kWrong, Low, "the version of the API has been removed",
     "Clusters of today refuse the manifest. The version that replaces it may have other "
     "required fields and other defaults.",
     "use the version that replaces it",
     "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata:\n  name: app\nspec: {}\n",
     "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app\n"
     "spec: {}\n",
     "KSV107 AVD-KSV-0107", "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"},
    {"KSV-0108", kWrong, High, "the service takes over external addresses",
     "Nodes send traffic for the addresses in externalIPs to the service, whoever they "
     "belong to. So a service can take over traffic of others within the cluster "
     "(CVE-2020-8554).",
     "use type LoadBalancer, or an Ingress",
     "apiVersion: v1\nkind: Service\nmetadata:\n  name: app\nspec:\n"
     "  externalIPs: [192.0.2.10]\n",
     "apiVersion: v1\nkind: Service\nmetadata:\n  name: app\nspec:\n"
     "  type: LoadBalancer\n",
     "KSV108 AVD-KSV-0108", "https://kubernetes.io/docs/concepts/services-networking/service/"},
    {"KSV-0109", kSecret, High, "the ConfigMap holds a secret",
     "ConfigMaps are not encrypted at rest, are read by many more than Secrets are, and "
     "stand in logs and backups. Whoever reads the repository has it, too.",
     "change the secret, and keep it in a Secret that the repository does not hold",
     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n"
     "  DB_PASSWORD: q8Zr1vK2mW7x\n",
     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  DB_HOST: db\n",
     "KSV109 AVD-KSV-0109", "https://kubernetes.io/docs/concepts/configuration/secret/"},
    {"KSV-01010", kWrong, Medium, "the ConfigMap says who somebody is",
     "ConfigMaps are read by many, and stand in logs and backups. Addresses of persons are "
     "personal data; names to log in with are half of a credential.",
     "keep it in a Secret, and refer to it by secretKeyRef",
     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n"
     "  ADMIN_EMAIL: ada@corp.example\n",
     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  DB_HOST: db\n",
     "KSV01010 AVD-KSV-01010", "https://kubernetes.io/docs/concepts/configuration/configmap/"},
    {"KSV-01011", kWrong, Critical, "every account of the cluster gets the role",
     "system:authenticated is each user and each service account of each namespace; on "
     "some clouds it was everyone with an account there. The role is then given to all of "
     "them.",
     "bind the role to the groups or service accounts that need it",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n"
     "    name: system:authenticated\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n"
     "    name: developers\n",
     "KSV01011 AVD-KSV-01011", kRbac},
    {"KSV-0110", kWrong, Low, "the workload is in the default namespace",
     "Quotas, network policies and rights are given by namespace. In default everything "
     "lands that nobody thought about, and gets all of them or none.",
     "give it a namespace of its own",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: default\nspec:\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: shop\nspec:\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "KSV110 AVD-KSV-0110 CKV_K8S_21",
     "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"},
    {"KSV-0111", kWrong, Medium, "the binding makes someone administrator of the cluster",
     "cluster-admin may do everything, and what it does looks like the work of an "
     "administrator. Programs hardly ever need more than a few kinds in a few namespaces.",
     "write a role with what is needed, and bind that",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: cluster-admin\nsubjects:\n  - kind: ServiceAccount\n"
     "    name: app\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: ServiceAccount\n"
     "    name: app\n",
     "KSV111 AVD-KSV-0111", kRbac},
    {"KSV-0113", kWrong, Medium, "the role reads or writes the secrets of its namespace",
     "All secrets of the namespace are more than one program needs. Tokens of other "
     "service accounts and keys of other programs are among them.",
     "name the secrets with resourceNames, and mount what a pod needs",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: app\n"
     "rules:\n  - apiGroups: [\"\"]\n    resources: [secrets]\n    verbs: [get, list]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: app\n"
     "rules:\n  - apiGroups: [\"\"]\n    resources: [secrets]\n    verbs: [get]\n"
     "    resourceNames: [app]\n",
     "KSV113 AVD-KSV-0113 KSV112", kRbac},
    {"KSV-0114", kWrong, Critical, "the role changes admission webhooks",
     "An admission webhook sees every object that is written, secrets included, and may "
     "change it. Who can write such configurations reads and steers the whole cluster.",
     "leave webhook configurations to administrators",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"admissionregistration.k8s.io\"]\n"
     "    resources: [mutatingwebhookconfigurations]\n    verbs: [create]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"admissionregistration.k8s.io\"]\n"
     "    resources: [mutatingwebhookconfigurations]\n    verbs: [get]\n",
     "KSV114 AVD-KSV-0114 CKV_K8S_155", kRbac},
    {"KSV-0115", kWrong, Critical, "the role changes who is who on AWS",
     "The ConfigMap aws-auth says which IAM identity is which user and group of an EKS "
     "cluster. Who can write it makes himself system:masters.",
     "remove the rule; use EKS access entries",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n"
     "    verbs: [update]\n    resourceNames: [aws-auth]\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n"
     "  name: app\nrules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n"
     "    verbs: [get]\n    resourceNames: [aws-auth]\n",
     "KSV115 AVD-KSV-0115", kRbac},
    {"KSV-0116", kWrong, Low, "the container has the group root",
     "Many files of images and of the node can be written by group 0. Volumes with "
     "fsGroup: 0 get that group as well.",
     "set runAsGroup, fsGroup and supplementalGroups to other numbers",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    fsGroup: 0\n  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    fsGroup: 10001\n  containers:\n    - name: app\n      image: app:1\n",
     "KSV116 AVD-KSV-0116 KSV029 AVD-KSV-0029", kSecurity},
    {"KSV-0117", kWrong, Medium, "the container listens on a port below 1024",
     "Only root, or a process with NET_BIND_SERVICE, may bind these ports. A Service maps "
     "any port to any other, so that the container need not.",
     "listen on a port from 1024, and set targetPort of the Service to it",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      ports:\n        - containerPort: 80\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      ports:\n        - containerPort: 8080\n",
     "KSV117 AVD-KSV-0117", "https://kubernetes.io/docs/concepts/services-networking/service/"},
    {"KSV-0118", kWrong, High, "neither pod nor container has a security context",
     "All of its settings are then the defaults, and these are made for compatibility. "
     "Root if the image says so, all default capabilities, no seccomp, a writable file "
     "system.",
     "add a securityContext; the restricted level of the Pod Security Standards is a good "
     "start",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  securityContext:\n"
     "    runAsNonRoot: true\n  containers:\n    - name: app\n      image: app:1\n",
     "KSV118 AVD-KSV-0118 CKV_K8S_29 CKV_K8S_30", kSecurity},
    {"KSV-0119", kWrong, High, "the container gets NET_RAW",
     "NET_RAW makes packets with any sender: neighbours on the same network can be "
     "impersonated and their traffic taken over. ping works without it.",
     "remove NET_RAW, and drop ALL",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [NET_RAW]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n",
     "KSV119 AVD-KSV-0119 CKV_K8S_28", kSecurity},
    {"KSV-0120", kWrong, High, "the container loads kernel modules",
     "SYS_MODULE puts code into the kernel of the node. Nothing can then hold the "
     "container back, nor see what it does.",
     "remove SYS_MODULE; have the node load the module",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          add: [SYS_MODULE]\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      securityContext:\n"
     "        capabilities:\n          drop: [ALL]\n",
     "KSV120 AVD-KSV-0120", kSecurity},
    {"KSV-0121", kWrong, High, "the pod mounts a system folder of the node",
     "System folders, device files and the data of the kubelet and the runtime decide who "
     "may do what on the node. A container that can write them can change that; one that "
     "can read them learns keys and tokens.",
     "mount only the folder that the pod owns, read-only where it does not write",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /etc\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /srv/app\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "KSV121 AVD-KSV-0121", kSecurity},
    {"KSV-0122", kWrong, Critical, "strangers get the role",
     "system:anonymous and system:unauthenticated are requests without any credential. "
     "Whoever reaches the API server has the role.",
     "remove the binding",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n"
     "    name: system:unauthenticated\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: system:public-info-viewer\nsubjects:\n"
     "  - kind: Group\n    name: system:unauthenticated\n",
     "KSV122 AVD-KSV-0122", kRbac},
    {"KSV-0123", kWrong, Critical, "system:masters is bound",
     "Members of system:masters go past every check of rights, and their certificates "
     "cannot be taken back. Nothing should be given by that group, or depend on it.",
     "bind a group of your own",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n"
     "    name: system:masters\n",
     "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n"
     "  name: app\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n"
     "  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n    name: admins\n",
     "KSV123 AVD-KSV-0123", kRbac},
    {"KSV-0125", kWrong, Medium, "the image is not from a trusted registry",
     "Only registries that you name are trusted to hold what you have checked. Everything "
     "else is code of strangers, under a name that may change hands.",
     "mirror the image into a registry of your own",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: evil.example/app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: registry.example/app:1\n",
     "KSV125 AVD-KSV-0125 KSV032 KSV033 KSV034 KSV035",
     "https://kubernetes.io/docs/concepts/containers/images/"},
    {"KCV-0093", kWrong, Critical, "the ingress puts its own text into the configuration of nginx",
     "Snippets are pasted into the configuration of the controller, which can read the "
     "secrets of all namespaces (CVE-2021-25742). Whoever can write an Ingress then has "
     "them.",
     "remove the snippet, and set allow-snippet-annotations: false in the controller",
     "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app\n"
     "  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: return 200;\n"
     "spec: {}\n",
     "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app\n"
     "  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /\nspec: {}\n",
     "KCV093 AVD-KCV-0093 CKV_K8S_152 CKV_K8S_153 CKV_K8S_154",
     "https://github.com/kubernetes/kubernetes/issues/126811"},
    {"KC1001", kSecret, High, "a secret is written in the manifest",
     "Whoever reads the repository has it, and so has everyone who may get pods. Child "
     "processes, crash reports and kubectl describe show the environment.",
     "change the secret, and refer to a Secret: valueFrom.secretKeyRef, or a mounted file",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      env:\n        - name: API_TOKEN\n"
     "          value: q8Zr1vK2mW7xT4\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      env:\n        - name: API_TOKEN\n"
     "          valueFrom:\n            secretKeyRef:\n              name: app\n"
     "              key: token\n",
     "", "https://kubernetes.io/docs/concepts/configuration/secret/"},
    {"KC1002", kWrong, Medium, "a probe or hook goes to another host",
     "The kubelet makes these requests, from the network of the node. With host a pod "
     "makes it ask any address that the node reaches: its loopback, the metadata service, "
     "other nodes. The baseline level forbids it.",
     "remove host: the address of the pod is the default",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      livenessProbe:\n        httpGet:\n"
     "          host: 169.254.169.254\n          port: 80\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      livenessProbe:\n        httpGet:\n"
     "          port: 8080\n",
     "", kPss},
    {"KC1003", kWrong, Info, "root of the pod is root of the node",
     "With hostUsers: false the ids of the pod are mapped to others of the node: root "
     "inside is nobody outside. It costs nothing where a container must be root, and stops "
     "many known ways out.",
     "set hostUsers: false (Kubernetes 1.33 and later, with a recent runtime)",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  hostUsers: false\n"
     "  containers:\n    - name: app\n      image: app:1\n",
     "", "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"},
    {"KC1004", kWrong, Low, "the containers of the pod share their processes",
     "Each container then sees the processes of the others, and with the same user their "
     "environment and files (/proc/PID/root). A sidecar that is taken over has the secrets "
     "of its neighbours.",
     "remove shareProcessNamespace",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n"
     "  shareProcessNamespace: true\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "", "https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/"},
    {"KC1005", kWrong, Low, "nothing asks the container whether it works",
     "Without a readiness probe a pod gets traffic before it can answer and after it no "
     "longer can. Without a liveness probe one that hangs stays as it is.",
     "add a readinessProbe, and a livenessProbe that does not depend on other services",
     "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n"
     "  template:\n    spec:\n      containers:\n        - name: app\n"
     "          image: app:1\n          ports:\n            - containerPort: 8080\n",
     "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n"
     "  template:\n    spec:\n      containers:\n        - name: app\n"
     "          image: app:1\n          ports:\n            - containerPort: 8080\n"
     "          readinessProbe:\n            httpGet:\n              port: 8080\n"
     "          livenessProbe:\n            tcpSocket:\n              port: 8080\n",
     "CKV_K8S_8 CKV_K8S_9",
     "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"},
    {"KC1006", kWrong, Low, "nodes keep different images under one tag",
     "A tag that moves and a policy that does not ask again mean that each node runs what "
     "it happened to pull first. Restarts then change the program, or fail to.",
     "pin the image, or set imagePullPolicy: Always",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:latest\n      imagePullPolicy: IfNotPresent\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n      imagePullPolicy: IfNotPresent\n",
     "CKV_K8S_15", "https://kubernetes.io/docs/concepts/containers/images/"},
    {"KC1007", kWrong, Low, "a projected token is valid for long",
     "The kubelet renews projected tokens by itself, so that an hour is enough for all "
     "that reads them anew. One that is valid for days is worth stealing.",
     "set expirationSeconds to 3600",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      projected:\n        sources:\n"
     "          - serviceAccountToken:\n              path: token\n"
     "              expirationSeconds: 604800\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      projected:\n        sources:\n"
     "          - serviceAccountToken:\n              path: token\n"
     "              expirationSeconds: 3600\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "", "https://kubernetes.io/docs/concepts/storage/projected-volumes/"},
    {"KC1008", kWrong, Low, "a container for debugging is left in the manifest",
     "Ephemeral containers are added to running pods by kubectl debug. In a manifest they "
     "come from a dump of one, and Kubernetes refuses to create a pod with them.",
     "remove ephemeralContainers",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  ephemeralContainers:\n"
     "    - name: debug\n      image: busybox:1\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n",
     "", "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/"},
    {"KC1009", kWrong, Medium, "the pod asks for nodes of the control plane",
     "Nodes of the control plane hold the keys of the cluster and etcd. A container that "
     "gets out there has everything. nodeName goes past the scheduler and all of its "
     "rules.",
     "remove the toleration or nodeName, unless the workload is part of the control plane",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  tolerations:\n"
     "    - key: node-role.kubernetes.io/control-plane\n      operator: Exists\n"
     "      effect: NoSchedule\n  containers:\n    - name: app\n      image: app:1\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  tolerations:\n"
     "    - key: spot\n      operator: Exists\n  containers:\n    - name: app\n"
     "      image: app:1\n",
     "", "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"},
    {"KC1010", kWrong, Medium, "a path below a volume of the node is mounted",
     "subPath is resolved by the kubelet as root. Links that a container puts below a host "
     "path have led out of it before (CVE-2017-1002101, CVE-2021-25741).",
     "give the hostPath volume the whole path, without subPath",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /data\n  containers:\n"
     "    - name: app\n      image: app:1\n      volumeMounts:\n        - name: data\n"
     "          mountPath: /x\n          subPath: x\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  volumes:\n"
     "    - name: data\n      hostPath:\n        path: /data/x\n  containers:\n"
     "    - name: app\n      image: app:1\n      volumeMounts:\n        - name: data\n"
     "          mountPath: /x\n",
     "", "https://kubernetes.io/docs/concepts/storage/volumes/"},
    {"KC1011", kWrong, Medium, "the last message of the container is a file of the system",
     "The kubelet copies the file at terminationMessagePath into the status of the pod. "
     "Everyone who may get pods then reads what stands there: tokens and settings.",
     "remove terminationMessagePath",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n"
     "      terminationMessagePath: /var/run/secrets/kubernetes.io/serviceaccount/token\n",
     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n"
     "    - name: app\n      image: app:1\n"
     "      terminationMessagePath: /dev/termination-log\n",
     "", "https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/"},
    {"KC1012", kSecret, High, "a Secret stands in the repository with its contents",
     "Base64 hides nothing. Whoever has the file has the secret, and so has everyone who "
     "once cloned the repository.",
     "change the secret, and bring it by an external store or encrypted (Sealed Secrets, "
     "SOPS)",
     "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n"
     "  password: q8Zr1vK2mW7x\n",
     "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n"
     "  password: ${DB_PASSWORD}\n",
     "", "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"},
    {"KC1013", kWrong, Medium, "the kustomization takes in what may change",
     "A URL without a version is whatever its repository holds when somebody builds. Whoever can "
     "push there decides what runs in the cluster. A tag can be moved; only a commit names one "
     "state.",
     "add ?ref= with the commit, or copy the files into the repository",
     "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
     "- https://github.com/example/app//deploy\n",
     "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
     "- https://github.com/example/app//deploy?ref=0123456789abcdef0123456789abcdef01234567\n",
     "", "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/"},
    {"KC1014", kWrong, Info, "the kustomization uses fields that are deprecated",
     "Their successors do the same. A later version of kustomize will refuse them. kustomize edit "
     "fix rewrites the file.",
     "use the successor, or run kustomize edit fix",
     "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nbases:\n- ../base\n",
     "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../base\n",
     "", "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/bases/"},
});

}  // namespace

std::span<const Check> kubernetes_catalogue() { return kCatalogue; }

}  // namespace corten::manifest
