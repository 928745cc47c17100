// Who reaches a service: CC1015, CC1020, CC1025.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "image/reference.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

struct KnownPort {
  std::uint32_t port = 0;
  std::string_view what;
};

// Databases, queues and ways to administer something: not for everyone.
constexpr auto kInternalPorts = std::to_array<KnownPort>({
    {21, "FTP"},
    {22, "SSH"},
    {23, "telnet"},
    {111, "rpcbind"},
    {137, "NetBIOS"},
    {139, "SMB"},
    {389, "LDAP"},
    {445, "SMB"},
    {1433, "SQL Server"},
    {1521, "Oracle"},
    {2049, "NFS"},
    {2181, "ZooKeeper"},
    {2375, "the Docker API without TLS"},
    {2376, "the Docker API"},
    {2379, "etcd"},
    {2380, "etcd"},
    {3306, "MySQL"},
    {3389, "RDP"},
    {4444, "Selenium"},
    {5005, "a Java debugger"},
    {5432, "PostgreSQL"},
    {5601, "Kibana"},
    {5672, "AMQP"},
    {5900, "VNC"},
    {5984, "CouchDB"},
    {6379, "Redis"},
    {7474, "Neo4j"},
    {7687, "Neo4j"},
    {8086, "InfluxDB"},
    {8500, "Consul"},
    {9042, "Cassandra"},
    {9092, "Kafka"},
    {9200, "Elasticsearch"},
    {9229, "the Node.js debugger"},
    {9300, "Elasticsearch"},
    {10250, "the kubelet"},
    {11211, "memcached"},
    {15672, "RabbitMQ's management"},
    {27017, "MongoDB"},
    {27018, "MongoDB"},
    {28015, "RethinkDB"},
    {50070, "HDFS"},
});

std::string_view known_port(std::string_view text) {
  const auto port = parse_number<std::uint32_t>(text.substr(0, text.find('-')));
  if (!port) return {};
  const auto found = std::ranges::find(kInternalPorts, *port, &KnownPort::port);
  return found == kInternalPorts.end() ? std::string_view() : found->what;
}

// Images by the last part of their name, whoever builds them.
std::string image_word(const ComposeService& service) {
  const auto reference = image::parse_reference(service.image.value);
  if (!reference) return {};
  const std::string& name = reference->repository;
  return name.substr(name.rfind('/') + 1);
}

bool stores_data(const ComposeService& service) {
  constexpr auto kStores = std::to_array<std::string_view>(
      {"postgres",  "postgresql", "mysql",    "mysql-server", "mariadb",       "mongo",
       "mongodb",   "redis",      "valkey",   "memcached",    "elasticsearch", "opensearch",
       "cassandra", "couchdb",    "influxdb", "etcd",         "neo4j",         "clickhouse-server",
       "cockroach", "mssql",      "server",   "timescaledb",  "postgis",       "percona",
       "keydb",     "rabbitmq",   "kafka"});
  const std::string word = image_word(service);
  // mcr.microsoft.com/mssql/server is the only "server" here.
  if (word == "server") return service.image.value.find("mssql") != std::string::npos;
  return std::ranges::find(kStores, word) != kStores.end();
}

bool publishes(const ComposeService& service) {
  return std::ranges::any_of(service.ports,
                             [](const ComposePort& port) { return port.is_public(); });
}

std::string shown(const ComposePort& port) {
  const std::string& published = port.published.empty() ? port.target : port.published;
  return fmt::format("{}/{}", printable(published), printable(port.protocol));
}

}  // namespace

namespace {

// Publishes a port on this host alone.
void mend_port(Judge& judge, const ComposeService& service, const ComposePort& port) {
  constexpr std::string_view kRisk = "other hosts no longer reach the port";
  const Value* ports = service.get("ports");
  const auto item = std::ranges::find(ports->items, port.at, &Value::at);
  if (item == ports->items.end()) return;
  if (item->is_map()) {
    const Value* address = get(*item, "host_ip");
    return judge.mend(kRisk, {address == nullptr ? put(port.at, "host_ip", text_value("127.0.0.1"))
                                                 : set(address->at, text_value("127.0.0.1"))});
  }
  const auto text = judge.text_at(port.at);
  if (!text) return;
  // Before interpolation, so that its variables stay.
  std::string_view rest = *text;
  if (!port.host_ip.empty()) {
    const std::string_view open = rest.starts_with("[::]:") ? "[::]:" : "0.0.0.0:";
    if (!rest.starts_with(open)) return;
    rest.remove_prefix(open.size());
  }
  const std::string_view address = port.published.empty() ? "127.0.0.1::" : "127.0.0.1:";
  if (port.published.empty() && rest.starts_with(':')) rest.remove_prefix(1);
  judge.mend(kRisk, {set(port.at, text_value(std::string(address) + std::string(rest)))});
}

}  // namespace

void check_ports(Judge& judge, const ComposeService& service) {
  if (text_of(service.get("network_mode")) == "host") return;  // ports are ignored then
  for (const ComposePort& port : service.ports) {
    if (port.is_open || port.target.empty() || !port.is_public()) continue;
    const bool has_address = !port.host_ip.empty() && port.host_ip != "0.0.0.0" &&
                             port.host_ip != "::" && port.host_ip != "*";
    if (has_address) continue;  // one address was chosen
    std::string_view what = known_port(port.target);
    if (what.empty()) what = known_port(port.published);
    if (!what.empty()) {
      judge.report(port.at,
                   fmt::format("port {} ({}) is open on all addresses", shown(port), what));
      mend_port(judge, service, port);
      continue;
    }
    // A web server is there to be reached.
    const bool is_web = port.published == "80" || port.published == "443";
    judge.report(port.at, fmt::format("port {} is open on all addresses", shown(port)),
                 is_web ? Severity::Info : Severity::Low);
    if (!is_web) mend_port(judge, service, port);
  }
}

namespace {

// On one network a service finds the other by its name anyway, and depends_on starts it first.
void mend_link(Judge& judge, const ComposeService& service, const Value& link) {
  const auto parts = split_once(link.text, ':');
  const std::string name(parts ? parts->first : std::string_view(link.text));
  const ComposeService* other = judge.project().service(name);
  const auto is_plain = [](const ComposeService& s) {
    return s.networks.empty() && s.get("network_mode") == nullptr;
  };
  if (link.is_open || other == nullptr || (parts && parts->second != name)) return;
  if (!is_plain(service) || !is_plain(*other)) return;
  std::vector<Step> steps = {remove(link.at)};
  const bool depends = std::ranges::find(service.depends_on, name, &ComposeReference::name) !=
                       service.depends_on.end();
  if (!depends && !service.depends_on.empty()) return;
  if (!depends) steps.push_back(put(service.values.at, "depends_on", list_value({name})));
  judge.mend({}, steps);
}

}  // namespace

void check_networks(Judge& judge, const ComposeService& service) {
  for (const Value* link : scalars_of(service.get("links"))) {
    judge.report(link->at,
                 fmt::format("links: {}: services of one network find each other by name",
                             printable(link->text)),
                 Severity::Low, "remove links, and put both services on one network");
    mend_link(judge, service, *link);
  }
  const Value* hosts = service.get("extra_hosts");
  if (hosts == nullptr) return;
  for (const Field& host : hosts->fields) {
    const std::string_view address = text_of(&host.value);
    if (address == "169.254.169.254" || address == "fd00:ec2::254" ||
        host.key == "metadata.google.internal") {
      judge.report(host.at,
                   fmt::format("extra_hosts leads '{}' to the metadata service of the cloud",
                               printable(host.key)),
                   std::nullopt, "remove the entry");
      judge.mend("what asks the metadata service by this name no longer finds it",
                 {remove_key(host.at)});
    }
  }
}

namespace {

// Does a text of `service` speak of `name`, as a host is spoken of?
bool mentions(const ComposeService& service, std::string_view name) {
  const auto in = [&](std::string_view text) {
    for (std::size_t at = text.find(name); at != std::string_view::npos;
         at = text.find(name, at + 1)) {
      const auto joins = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      };
      const std::size_t end = at + name.size();
      if ((at == 0 || !joins(text[at - 1])) && (end == text.size() || !joins(text[end]))) {
        return true;
      }
    }
    return false;
  };
  return std::ranges::any_of(service.environment,
                             [&](const ComposeVariable& v) { return v.value && in(*v.value); }) ||
         std::ranges::any_of(service.command, [&](const Text& t) { return in(t.value); });
}

bool depends_on(const ComposeService& service, std::string_view name) {
  return std::ranges::find(service.depends_on, name, &ComposeReference::name) !=
         service.depends_on.end();
}

bool is_on_default_network(const ComposeService& service) {
  return service.networks.empty() && service.get("network_mode") == nullptr;
}

}  // namespace

// A published service that needs another one, which needs the database: then the published one does
// not need the database itself, and should not reach it.
void check_shared_network(Judge& judge) {
  constexpr std::size_t kMaxPairs = 10'000;
  std::vector<const ComposeService*> fronts;
  std::vector<const ComposeService*> stores;
  for (const ComposeService& service : judge.project().services) {
    if (!is_on_default_network(service)) continue;
    if (stores_data(service)) {
      stores.push_back(&service);
    } else if (publishes(service) && !service.depends_on.empty()) {
      fronts.push_back(&service);
    }
  }
  std::size_t pairs = 0;
  for (const ComposeService* store : stores) {
    for (const ComposeService* front : fronts) {
      if (++pairs > kMaxPairs) return;
      if (depends_on(*front, store->name) || mentions(*front, store->name)) continue;
      const bool is_behind =
          std::ranges::any_of(front->depends_on, [&](const ComposeReference& middle) {
            const ComposeService* between = judge.project().service(middle.name);
            return between != nullptr && depends_on(*between, store->name);
          });
      if (!is_behind) continue;
      judge.report(store->at,
                   fmt::format("'{}' shares the default network with '{}', which is published and "
                               "does not use it",
                               printable(store->name), printable(front->name)));
      break;
    }
  }
}

namespace {

constexpr auto kDashboards = std::to_array<std::string_view>({"portainer",
                                                              "portainer-ce",
                                                              "portainer-ee",
                                                              "phpmyadmin",
                                                              "adminer",
                                                              "mongo-express",
                                                              "redis-commander",
                                                              "redisinsight",
                                                              "kafka-ui",
                                                              "cadvisor",
                                                              "dozzle",
                                                              "akhq",
                                                              "kafdrop",
                                                              "flower",
                                                              "elasticsearch-head",
                                                              "cerebro",
                                                              "pgweb",
                                                              "sqlite-web",
                                                              "docker-registry-ui",
                                                              "node-red",
                                                              "code-server",
                                                              "phpldapadmin",
                                                              "phpredisadmin"});

bool opens_api(std::string_view word) {
  return word == "--api.insecure" || word == "--api.insecure=true" || word == "--api.insecure=1";
}

void check_flags(Judge& judge, const std::vector<Text>& command) {
  for (const Text& text : command) {
    for (const std::string_view word : split(text.value, ' ')) {
      const std::string lower = to_lower(word);
      if (opens_api(lower)) {
        judge.report(text.at, fmt::format("{} serves Traefik's dashboard to everyone", lower),
                     Severity::Medium);
        if (text.value == word && command.size() > 1) {
          judge.mend("the dashboard is no longer at port 8080", {remove(text.at)});
        }
      }
      const bool no_token = lower.starts_with("--notebookapp.token=") ||
                            lower.starts_with("--serverapp.token=") ||
                            lower.starts_with("--identityprovider.token=");
      const std::string_view token = std::string_view(lower).substr(lower.find('=') + 1);
      if (no_token && (token.empty() || token == "''" || token == "\"\"")) {
        judge.report(text.at, "Jupyter runs without a token", Severity::Medium);
      }
    }
  }
}

}  // namespace

void check_dashboards(Judge& judge, const ComposeService& service) {
  check_flags(judge, service.command);
  for (const ComposeVariable& variable : service.environment) {
    if (!variable.value) continue;
    const bool is_on = to_lower(*variable.value) == "true";
    if (is_on &&
        (variable.name == "TRAEFIK_API_INSECURE" || variable.name == "GF_AUTH_ANONYMOUS_ENABLED" ||
         variable.name == "DISABLE_SECURITY_PLUGIN")) {
      judge.report(variable.at, fmt::format("{} lets everyone in", variable.name));
      judge.mend("whoever uses it has to log in", {set_variable(judge, variable, "false")});
    }
  }
  const std::string word = image_word(service);
  if (std::ranges::find(kDashboards, word) == kDashboards.end()) return;
  for (const ComposePort& port : service.ports) {
    const bool everywhere =
        port.host_ip.empty() || port.host_ip == "0.0.0.0" || port.host_ip == "::";
    if (port.is_open || !everywhere) continue;
    judge.report(port.at, fmt::format("{} is open on all addresses at port {}", word, shown(port)));
    return mend_port(judge, service, port);
  }
}

}  // namespace corten::manifest
