// Where images come from: CL3001 (digests), CL3008 (end of life), CL3009 (given up), CL3012 (no
// version at all), CL3014 (mistyped names).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/secrets_support.h"
#include "dockerfile/rules/tables.h"
#include "image/known_images.h"
#include "image/reference.h"

namespace corten::dockerfile {

namespace {

// A place that names an image, with the defaults of arguments put in.
struct NamedImage {
  Use use;
  const Stage* stage;
  std::string text;
  bool known;  // false: some variable has no value in the file
  Range range;
  bool written_out;  // no variable in it
};

// FROM, COPY --from and mounts that name images; not stages, not scratch.
template <typename Visit>
void for_each_image(const Lint& lint, Visit visit) {
  const std::span<const Stage> all = lint.stages.all();
  for (const Reference& reference : lint.stages.references()) {
    if (reference.target != kNone || reference.name.empty() || reference.stage >= all.size())
      continue;
    const Stage& stage = all[reference.stage];
    NamedImage image{reference.use, &stage, {}, true, reference.range, true};
    if (reference.use == Use::From) {
      if (stage.from->broken) continue;
      image.text = stage.base;
      image.known = stage.base_known;
      if (!stage.base_known) image.text = plain(lint, stage.base_written);
      image.range = stage.base_range;
      image.written_out = !stage.base_written.contains('$');
    } else {
      image.text = plain(lint, reference.name);
      image.written_out = !image.text.contains('$');
      image.known = image.written_out;
      // "--from=3" is a stage, if a wrong one.
      if (parse_number<std::uint32_t>(image.text)) continue;
    }
    if (image.text.empty() || image.text == "scratch") continue;
    visit(image);
  }
}

// ---- CL3001 -------------------------------------------------------------------------------------

// "22.11.0-alpine", "bookworm-20260112": a release that its maker hardly ever moves.
bool is_full_version(std::string_view tag) {
  constexpr std::size_t kDateDigits = 8;
  std::size_t numbers = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i <= tag.size(); ++i) {
    if (i < tag.size() && is_digit(tag[i])) {
      ++digits;
      continue;
    }
    if (digits >= kDateDigits) return true;
    if (digits > 0) ++numbers;
    digits = 0;
    const bool goes_on = i < tag.size() && tag[i] == '.';
    if (numbers >= 3) return true;
    if (!goes_on) numbers = 0;
  }
  return false;
}

void add_digest(const Lint& lint, const NamedImage& image, Problem& problem) {
  if (!image.written_out || !image.known) return;
  const BaseFacts* facts = lint.base_facts(image.text);
  if (facts == nullptr || facts->digest.empty()) return;
  problem.remediation = fmt::format("pin it: {}@{}", image.text, facts->digest);
  if (image.use == Use::MountFrom) return;
  Fix fix;
  fix.edits.push_back({{image.range.end, image.range.end}, "@" + facts->digest});
  problem.fix = std::move(fix);
}

void without_digest(const Lint& lint, Problems& problems) {
  for_each_image(lint, [&](const NamedImage& image) {
    const ImageParts parts = split_image(image.text);
    if (!parts.digest.empty() || parts.name.empty()) return;
    // A whole name in a variable can bring its digest with it; so can the last variable of one.
    if (!image.known &&
        (parts.name.starts_with('$') || image.text.ends_with('}') || parts.tag.starts_with('$')) &&
        !image.text.contains(':'))
      return;
    if (!image.known && parts.name.starts_with('$')) return;
    const bool is_full = is_full_version(parts.tag);
    Problem& problem = problems.add(
        image.range, is_full ? fmt::format("{} is a full version, but no digest", image.text)
                             : fmt::format("{} can be another image tomorrow", image.text));
    if (is_full) problem.severity = Severity::Info;
    add_digest(lint, image, problem);
  });
}

// ---- CL3012 -------------------------------------------------------------------------------------

void without_version(const Lint& lint, Problems& problems) {
  for_each_image(lint, [&](const NamedImage& image) {
    if (image.use == Use::From) return;
    const ImageParts parts = split_image(image.text);
    if (!parts.digest.empty() || (!parts.tag.empty() && parts.tag != "latest")) return;
    if (!image.known) return;
    problems.add(image.range, fmt::format("{} is whatever its newest image is", image.text));
  });
}

// ---- CL3008, CL3009 -----------------------------------------------------------------------------

std::string day_of(Time time) { return format_date(time); }

// The day itself still counts.
bool is_over(Time now, Time last_day) { return now >= last_day + std::chrono::days(1); }

void end_of_life(const Lint& lint, Problems& problems) {
  for_each_image(lint, [&](const NamedImage& image) {
    if (image.use != Use::From || !image.known) return;
    const auto reference = image::parse_reference(image.text);
    if (!reference) return;
    const auto support = image::support_of_image(*reference);
    if (!support || !is_over(lint.options.now, support->end_of_life)) return;
    const bool is_extended = support->extended && !is_over(lint.options.now, *support->extended);
    Problem& problem = problems.add(
        image.range,
        is_extended
            ? fmt::format("free support of {} ended on {}; the extended one ends on {}",
                          support->name, day_of(support->end_of_life), day_of(*support->extended))
            : fmt::format("{} gets no fixes since {}", support->name,
                          day_of(support->extended.value_or(support->end_of_life))));
    if (is_extended) problem.severity = Severity::Info;
  });
}

// Tags of maven that named the JDK's version after "jdk-": built on openjdk, and no longer built.
bool is_old_maven(const image::Reference& reference) {
  return image::familiar_name(reference) == "maven" && reference.tag.contains("jdk-");
}

void given_up(const Lint& lint, Problems& problems) {
  for_each_image(lint, [&](const NamedImage& image) {
    // The name is judged, whatever the tag's variable gives.
    std::string text = image.text;
    const ImageParts parts = split_image(text);
    if (!image.known) text = std::string(parts.name);
    const auto reference = image::parse_reference(text);
    if (!reference) return;
    std::string_view instead = image::replacement_of_deprecated(*reference);
    if (instead.empty() && is_old_maven(*reference))
      instead = "a tag with the JDK's maker, such as 3-eclipse-temurin-21";
    if (instead.empty()) return;
    Problem& problem = problems.add(
        image.range, fmt::format("{} is no longer looked after", image::familiar_name(*reference)));
    problem.remediation = fmt::format("use {}", instead);
    constexpr std::string_view kOldRegistry = "k8s.gcr.io/";
    if (image.written_out && lint.file.source.text(image.range).starts_with(kOldRegistry)) {
      const std::uint32_t begin = image.range.begin;
      const auto end = begin + static_cast<std::uint32_t>(kOldRegistry.size());
      problem.fix = safe_fix(TextEdit{{begin, end}, "registry.k8s.io/"});  // the same images
    }
  });
}

// ---- CL3014 -------------------------------------------------------------------------------------

// Official images of Docker Hub: other names of one part do not exist there.
constexpr auto kOfficial = std::to_array<std::string_view>({"adminer",
                                                            "aerospike",
                                                            "almalinux",
                                                            "alpine",
                                                            "amazoncorretto",
                                                            "amazonlinux",
                                                            "arangodb",
                                                            "archlinux",
                                                            "backdrop",
                                                            "bash",
                                                            "bonita",
                                                            "buildpack-deps",
                                                            "busybox",
                                                            "caddy",
                                                            "cassandra",
                                                            "centos",
                                                            "chronograf",
                                                            "clearlinux",
                                                            "clefos",
                                                            "clickhouse",
                                                            "clojure",
                                                            "composer",
                                                            "consul",
                                                            "convertigo",
                                                            "couchbase",
                                                            "couchdb",
                                                            "crate",
                                                            "dart",
                                                            "debian",
                                                            "docker",
                                                            "drupal",
                                                            "eclipse-mosquitto",
                                                            "eclipse-temurin",
                                                            "eggdrop",
                                                            "elasticsearch",
                                                            "elixir",
                                                            "emqx",
                                                            "erlang",
                                                            "express-gateway",
                                                            "fedora",
                                                            "flink",
                                                            "fluentd",
                                                            "friendica",
                                                            "gazebo",
                                                            "gcc",
                                                            "geonetwork",
                                                            "ghost",
                                                            "golang",
                                                            "gradle",
                                                            "groovy",
                                                            "haproxy",
                                                            "haskell",
                                                            "haxe",
                                                            "hello-world",
                                                            "hitch",
                                                            "httpd",
                                                            "hylang",
                                                            "ibmjava",
                                                            "influxdb",
                                                            "irssi",
                                                            "jetty",
                                                            "joomla",
                                                            "jruby",
                                                            "julia",
                                                            "kapacitor",
                                                            "kibana",
                                                            "kong",
                                                            "krakend",
                                                            "lightstreamer",
                                                            "liquibase",
                                                            "logstash",
                                                            "mageia",
                                                            "mariadb",
                                                            "matomo",
                                                            "maven",
                                                            "mediawiki",
                                                            "memcached",
                                                            "mongo",
                                                            "mongo-express",
                                                            "monica",
                                                            "mono",
                                                            "mysql",
                                                            "nats",
                                                            "nats-streaming",
                                                            "neo4j",
                                                            "neurodebian",
                                                            "nextcloud",
                                                            "nginx",
                                                            "node",
                                                            "notary",
                                                            "odoo",
                                                            "open-liberty",
                                                            "openjdk",
                                                            "opensuse",
                                                            "oraclelinux",
                                                            "orientdb",
                                                            "percona",
                                                            "perl",
                                                            "photon",
                                                            "php",
                                                            "phpmyadmin",
                                                            "plone",
                                                            "postfixadmin",
                                                            "postgres",
                                                            "pypy",
                                                            "python",
                                                            "r-base",
                                                            "rabbitmq",
                                                            "rakudo-star",
                                                            "redis",
                                                            "redmine",
                                                            "registry",
                                                            "rethinkdb",
                                                            "rocket.chat",
                                                            "rockylinux",
                                                            "ros",
                                                            "ruby",
                                                            "rust",
                                                            "sapmachine",
                                                            "satosa",
                                                            "scratch",
                                                            "silverpeas",
                                                            "solr",
                                                            "sonarqube",
                                                            "spark",
                                                            "spiped",
                                                            "storm",
                                                            "swift",
                                                            "swipl",
                                                            "teamspeak",
                                                            "telegraf",
                                                            "thrift",
                                                            "tomcat",
                                                            "tomee",
                                                            "traefik",
                                                            "ubuntu",
                                                            "unit",
                                                            "varnish",
                                                            "vault",
                                                            "websphere-liberty",
                                                            "wordpress",
                                                            "xwiki",
                                                            "yourls",
                                                            "zookeeper",
                                                            "znc",
                                                            "java",
                                                            "jenkins",
                                                            "rails",
                                                            "django",
                                                            "iojs",
                                                            "swarm",
                                                            "sentry",
                                                            "owncloud",
                                                            "celery",
                                                            "nuxeo"});

// Those that people mean when they mistype.
constexpr auto kPopular = std::to_array<std::string_view>(
    {"alpine",        "busybox",    "centos",    "debian",    "docker",     "eclipse-temurin",
     "elasticsearch", "fedora",     "golang",    "gradle",    "haproxy",    "httpd",
     "mariadb",       "maven",      "memcached", "mongo",     "mysql",      "nextcloud",
     "nginx",         "node",       "openjdk",   "postgres",  "python",     "rabbitmq",
     "redis",         "rockylinux", "ruby",      "rust",      "tomcat",     "traefik",
     "ubuntu",        "wordpress",  "zookeeper", "almalinux", "amazonlinux"});

// One letter more, less or other, or two neighbours swapped.
bool is_one_slip(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a == b) return false;
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         a.substr(at + 2) == b.substr(at + 2);
}

std::string_view meant(std::string_view name) {
  constexpr std::size_t kShortest = 4;  // below it, one letter makes another word
  if (name.size() < kShortest || std::ranges::find(kOfficial, name) != kOfficial.end()) return {};
  // "node2", "python3": a number is no slip.
  if (is_digit(name.back())) return {};
  const auto* found = std::ranges::find_if(
      kPopular, [&](std::string_view popular) { return is_one_slip(name, popular); });
  return found == kPopular.end() ? std::string_view() : *found;
}

void mistyped(const Lint& lint, Problems& problems) {
  for_each_image(lint, [&](const NamedImage& image) {
    const std::string_view whole = split_image(image.text).name;
    std::string_view name = whole;
    for (const std::string_view hub : {"docker.io/library/", "docker.io/", "library/"}) {
      if (name.starts_with(hub)) {
        name.remove_prefix(hub.size());
        break;
      }
    }
    if (name.contains('/') || name.contains('$')) return;
    const std::string_view instead = meant(name);
    if (instead.empty()) return;
    problems.add(image.range, fmt::format("{} is one letter off {}", shown(name), instead));
  });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL3001", FindingKind::Misconfiguration, Severity::Low, "an image without a digest",
      "A tag is a pointer that its owner, or whoever took over the account, can move at any time. "
      "A digest names the very content: the build gets those bytes or fails. Tools such as "
      "Renovate and Dependabot keep digests up to date.",
      "write the digest behind the tag: FROM debian:12-slim@sha256:…", "FROM debian:12-slim\n",
      "FROM "
      "debian:12-slim@sha256:"
      "0000000000000000000000000000000000000000000000000000000000000001\n",
      "", "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"},
     Default::On,
     without_digest},
    {{"CL3008", FindingKind::Misconfiguration, Severity::High,
      "the base image is past its end of life",
      "Nobody mends flaws of that release any more: each one found from now on stays in the image. "
      "Updates of packages in the build do not help, since there are none.",
      "move to a release that is supported", "FROM node:16\n", "FROM node:24\n", "",
      "https://endoflife.date/"},
     Default::On,
     end_of_life},
    {{"CL3009", FindingKind::Misconfiguration, Severity::Medium, "an image that was given up",
      "The maker of the image has stopped to build it, or moved it to another name. The old one "
      "still can be pulled, but gets no fixes, and a build that uses it will not notice.",
      "use the image that took its place", "FROM openjdk:17\n", "FROM eclipse-temurin:21\n", "",
      "https://docs.docker.com/docker-hub/image-library/trusted-content/"},
     Default::On,
     given_up},
    {{"CL3012", FindingKind::Misconfiguration, Severity::Medium,
      "files come from an image without a version",
      "COPY --from and mounts of an image without tag and digest take its newest build on that "
      "day. What is copied out of it then changes without any change of the Dockerfile, and most "
      "tools that keep versions up to date do not look there.",
      "name the version, better the digest: COPY --from=busybox:1.37.0 …",
      "FROM debian:12\nCOPY --from=busybox /bin/busybox /bin/busybox\n",
      "FROM debian:12\nCOPY --from=busybox:1.37.0 /bin/busybox /bin/busybox\n", "",
      "https://docs.docker.com/reference/dockerfile/#copy---from"},
     Default::On,
     without_version},
    {{"CL3014", FindingKind::Misconfiguration, Severity::Medium,
      "the image's name is one letter off a known one",
      "There is no official image of that name, but a well-known one that differs in one letter. "
      "Names like that are registered by people who wait for the slip; at best the build fails.",
      "correct the name, or write the registry and owner of the image that is really meant",
      "FROM ngnix:1.27\n", "FROM nginx:1.27\n", "", ""},
     Default::On,
     mistyped},
});

}  // namespace

std::span<const Rule> supply_image_rules() { return kRules; }

}  // namespace corten::dockerfile
