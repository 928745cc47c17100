#include "report/fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace corten::report {

namespace {

constexpr std::array kCatalogue = {
    Check{
        "CL1001", FindingKind::Misconfiguration, Severity::High, "the image runs as root",
        "A process that is root in its container is root towards the kernel, too. A flaw in it or "
        "in the kernel then leads to the host.",
        "Add a user and a USER instruction.", "FROM debian\nCMD [\"server\"]",
        "FROM debian\nRUN useradd app\nUSER app\nCMD [\"server\"]", "DS002 AVD-DS-0002",
        "https://docs.docker.com/build/building/best-practices/#user"},
    Check{"CTN-SEC-01", FindingKind::Secret, Severity::High, "a private key is in the image",
          "Whoever can pull the image has the key.",
          "Remove it, replace the key, and use a build secret.", "COPY id_rsa /root/.ssh/",
          "RUN --mount=type=secret,id=key …", "", ""},
};

Finding vulnerability(std::string id, Severity severity, std::string title, std::string package,
                      std::string version, std::vector<std::string> fixed, FixState state) {
  Finding f;
  f.id = std::move(id);
  f.kind = FindingKind::Vulnerability;
  f.severity = severity;
  f.title = std::move(title);
  f.subject = "nginx.tar";
  f.package =
      PackageRef{package, version, "deb",
                 fmt::format("pkg:deb/debian/{}@{}?distro=debian-12.4", package, version), ""};
  f.fixed_versions = std::move(fixed);
  f.references = {"https://security-tracker.debian.org/tracker/" + f.id};
  VulnerabilityDetail detail;
  detail.state = state;
  detail.severity_source = "nvd";
  detail.sources = {"debian-tracker"};
  f.vulnerability = detail;
  f.origin = Origin{0, true, ""};
  return f;
}

Finding& rated(Finding& finding, double score, std::string vector) {
  finding.vulnerability->score = score;
  finding.vulnerability->vector = std::move(vector);
  return finding;
}

void add_severe(std::vector<Finding>& out) {
  Finding zlib =
      vulnerability("CVE-2023-45853", Severity::Critical,
                    "integer overflow and heap-based buffer overflow in zipOpenNewFileInZip4_64",
                    "zlib1g", "1:1.2.13.dfsg-1", {}, FixState::WillNotFix);
  rated(zlib, 9.8, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  zlib.vulnerability->epss = Epss{0.00312, 0.55, "2024-11-15"};
  out.push_back(zlib);

  Finding http2 = vulnerability("CVE-2023-44487", Severity::High, "HTTP/2 rapid reset",
                                "libnghttp2-14", "1.52.0-1", {"1.52.0-1+deb12u1"}, FixState::Fixed);
  rated(http2, 7.5, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H");
  http2.vulnerability->kev = Kev{"2023-10-31", false};
  http2.vulnerability->epss = Epss{0.94412, 0.9991, "2024-11-15"};
  http2.vulnerability->published = "2023-10-10";
  http2.aliases = {"GHSA-qppj-fm5r-hxr3"};
  out.push_back(http2);

  for (const char* name : {"libc6", "libc-bin", "libc-l10n", "libc-dev-bin", "locales"}) {
    Finding iconv = vulnerability("CVE-2024-2961", Severity::High,
                                  "out-of-bounds write in iconv's ISO-2022-CN-EXT", name,
                                  "2.36-9+deb12u4", {"2.36-9+deb12u6"}, FixState::Fixed);
    rated(iconv, 7.3, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L");
    iconv.vulnerability->epss = Epss{0.891, 0.99, "2024-11-15"};
    iconv.package->source = "glibc";
    out.push_back(iconv);
  }

  Finding go = vulnerability("GHSA-45x7-px36-x8w8", Severity::High,
                             "Terrapin: prefix truncation in SSH", "golang.org/x/crypto",
                             "v0.0.0-20220722155217-630584e8d5aa", {"0.17.0"}, FixState::Fixed);
  go.package->type = "golang";
  go.package->purl = "pkg:golang/golang.org/x/crypto@v0.0.0-20220722155217-630584e8d5aa";
  go.location = Location{"/usr/local/bin/agent", 0, 0, "sha256:9f86d081884c7d65"};
  go.origin = Origin{3, false, "COPY agent /usr/local/bin/agent"};
  out.push_back(go);
}

void add_others(std::vector<Finding>& out) {
  Finding root;
  root.id = "CL1001";
  root.severity = Severity::High;
  root.title = "the image runs as root";
  root.subject = "nginx.tar";
  root.location = Location{"Dockerfile", 6, 1, ""};
  root.evidence = "no USER instruction; nginx needs root only to bind ports below 1024";
  root.remediation = "Add USER nginx, and listen on 8080.";
  root.fix = {Edit{"Dockerfile", 6, 6, "USER nginx\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n"}};
  out.push_back(root);

  Finding key;
  key.id = "CTN-SEC-01";
  key.kind = FindingKind::Secret;
  key.severity = Severity::High;
  key.title = "a private key is in the image";
  key.subject = "nginx.tar";
  key.location = Location{"etc/nginx/tls key.pem", 1, 0, "sha256:9f86d081884c7d65"};
  key.evidence = "-----BEGIN PRIVATE KEY----- (1,704 bytes)";
  key.remediation = "Remove it from the image and replace the key.";
  key.origin = Origin{2, false, "COPY conf/ /etc/nginx/"};
  out.push_back(key);
}

void add_lesser(std::vector<Finding>& out) {
  out.push_back(vulnerability("CVE-2023-7104", Severity::Medium, "heap overflow in sqlite3session",
                              "libsqlite3-0", "3.40.1-2", {}, FixState::NotFixed));
  out.push_back(vulnerability("CVE-2023-50495", Severity::Medium,
                              "segmentation fault in _nc_wrap_entry()", "libtinfo6", "6.4-4", {},
                              FixState::Deferred));
  out.back().package->source = "ncurses";
  out.push_back(vulnerability("CVE-2023-4016", Severity::Low, "heap overflow in ps", "libproc2-0",
                              "2:4.0.2-3", {}, FixState::Unknown));
  out.push_back(vulnerability("CVE-2011-3374", Severity::Low, "apt-key does not verify keys", "apt",
                              "2.6.1", {}, FixState::EndOfLife));

  Finding vex = vulnerability("CVE-2022-27943", Severity::Medium, "stack exhaustion in libiberty",
                              "gcc-12-base", "12.2.0-14", {}, FixState::NotFixed);
  vex.suppressed =
      Suppression{"vex:openvex.json", "vulnerable code is not in the execute path", ""};
  out.push_back(vex);
  Finding ignored = vulnerability("CVE-2019-1010022", Severity::Low, "mitigation bypass in glibc",
                                  "libc6", "2.36-9+deb12u4", {}, FixState::WillNotFix);
  ignored.suppressed =
      Suppression{".cortenignore:3", "accepted by the platform team", "2025-06-30"};
  out.push_back(ignored);
}

Database database() {
  Database out;
  out.version = "2024-11-16T06:00:00Z";
  out.age = "3 h old";
  out.feeds = {"debian-tracker", "osv:Go", "kev", "epss"};
  return out;
}

Subject image(std::string name, std::string distribution, std::uint64_t packages) {
  Subject out;
  out.type = "image";
  out.name = std::move(name);
  out.digest = "sha256:5f0c1d7e2b3a49586770a1b2c3d4e5f60718293a4b5c6d7e8f9012345691ab00";
  out.distribution = std::move(distribution);
  out.platform = "linux/amd64";
  out.packages = packages;
  return out;
}

Report empty_scan() {
  Report report;
  report.command = "scan";
  report.tool_version = "0.1.0";
  report.created = *parse_time("2024-11-16T09:00:00Z");
  report.database = database();
  report.catalogue = kCatalogue;
  return report;
}

}  // namespace

Report scan_report() {
  Report report = empty_scan();
  report.subject = image("nginx.tar", "debian 12.4 (bookworm)", 148);
  report.subjects = {report.subject};
  add_severe(report.findings);
  add_others(report.findings);
  add_lesser(report.findings);
  std::ranges::sort(report.findings, ranks_before);
  PackageEntry zlib;
  zlib.package = *report.findings.front().package;
  zlib.subject = "nginx.tar";
  zlib.arch = "amd64";
  zlib.path = "var/lib/dpkg/status";
  zlib.layer = "sha256:7c3b88808835";
  zlib.licenses = {"Zlib"};
  report.packages = {zlib};
  report.advice = {
      Advice{"debian:bookworm-slim of 2024-11-11 instead of 2023-12-18", "nginx.tar", 6, 6},
      Advice{"RUN apt-get update && apt-get install -y --only-upgrade "
             "libnghttp2-14=1.52.0-1+deb12u1 (Dockerfile:7)",
             "nginx.tar", 1, 1}};
  report.errors = {SubjectError{"layer 5 (sha256:1c2f55aa)",
                                "the archive ends early, at byte 1,048,576: pull the image again"}};
  report.notes = {"files of 3 packages could not be matched with a package manager"};
  return report;
}

Report clean_report() {
  Report report = empty_scan();
  report.subject = image("alpine:3.20", "alpine 3.20.3", 15);
  report.subjects = {report.subject};
  return report;
}

Report audit_report() {
  Report report = scan_report();
  report.command = "audit";
  report.subject = Subject{"host", "build-7", "", "Docker 27.3 rootful, cgroup v2", "", 0, {}};
  report.subjects = {image("shop-web:1.4", "debian 12.4 (bookworm)", 148),
                     image("redis:7", "debian 12.8 (bookworm)", 92),
                     image("alpine:3.20", "alpine 3.20.3", 15)};
  report.subjects[0].notes = {"debian 12.4 is not the newest point release (12.8)"};
  for (Advice& advice : report.advice) advice.subject = "shop-web:1.4";
  std::vector<Finding> more;
  for (Finding& finding : report.findings) {
    finding.subject = "shop-web:1.4";
    if (!finding.package) continue;
    if (finding.severity <= Severity::Medium && !finding.suppressed) {
      more.push_back(finding);
      more.back().subject = "redis:7";
    }
  }
  for (const char* container : {"web", "ci", "cache", "db", "mail"}) {
    Finding finding;
    finding.id = "CIS-5.11";
    finding.severity = Severity::Medium;
    finding.title = "no memory limit";
    finding.subject = container;
    finding.evidence = "HostConfig.Memory is 0";
    finding.remediation = "Start it with --memory.";
    more.push_back(finding);
  }
  Finding socket;
  socket.id = "CTN-ESC-03";
  socket.severity = Severity::Critical;
  socket.title = "container ci mounts /var/run/docker.sock";
  socket.subject = "ci";
  socket.evidence = "whoever is in it is root on this host";
  socket.remediation =
      "Remove the mount from compose.yaml:31, or put `corten guard docker` in front.";
  more.push_back(socket);
  report.findings.insert(report.findings.end(), more.begin(), more.end());
  std::ranges::sort(report.findings, ranks_before);
  report.checks = {
      CheckResult{"CIS-2.2", "2.2", "containers on the default bridge can talk to each other",
                  CheckStatus::Warn, "icc is not set (default true)",
                  "Set \"icc\": false in daemon.json."},
      CheckResult{"CIS-2.7", "2.7", "TLS for the engine's port", CheckStatus::Skip,
                  "the engine does not listen on TCP", ""},
      CheckResult{"CIS-2.8", "2.8", "default ulimits", CheckStatus::Pass, "", ""}};
  report.errors = {SubjectError{"db", "permission denied reading /proc/4121/maps: run as root"}};
  return report;
}

std::string hostile_text() {
  return "=cmd|'/C calc'!A0 \x1b[2J\x1b]0;owned\x07\r\n</script><img src=x onerror=alert(1)>"
         "<!-- ]]> & \"quoted\" 'single' `code` | pipe @everyone #1 [link](https://evil.example) "
         "\xff\xfe\x80 \xc0\xaf \xed\xa0\x80 \xef\xbf\xbf \xc2\x9b"
         "31m \xe2\x80\xae"
         "evil \x01\x0b\x7f {{data}}" +
         std::string(1, '\0') + " end";
}

Report hostile_report(const std::string& text) {
  Report report = scan_report();
  report.subject.name = text;
  report.subject.distribution = text;
  report.subject.platform = text;
  report.subject.digest = text;
  report.subject.notes = {text};
  report.subjects = {report.subject};
  report.notes = {text};
  report.errors = {SubjectError{text, text}};
  report.advice = {Advice{text, text, 1, 1}};
  report.checks = {CheckResult{text, text, text, CheckStatus::Warn, text, text}};
  report.packages = {
      PackageEntry{PackageRef{text, text, text, text, text}, text, text, text, text, {text}}};
  report.tool_version = text;
  report.database->age = text;
  report.database->version = text;
  report.database->feeds = {text};
  for (Finding& finding : report.findings) {
    finding.id = text;
    finding.title = text;
    finding.subject = text;
    finding.location = Location{text, 1, 1, text};
    if (finding.package) finding.package = PackageRef{text, text, text, text, text};
    if (!finding.fixed_versions.empty()) finding.fixed_versions = {text};
    finding.aliases = {text};
    finding.evidence = text;
    finding.remediation = text;
    finding.fix = {Edit{text, 1, 1, text}};
    finding.references = {text, "javascript:alert(1)", "https://a.example/\"onclick=\"x"};
    if (finding.suppressed) finding.suppressed = Suppression{text, text, text};
    if (finding.vulnerability) {
      finding.vulnerability->vector = text;
      finding.vulnerability->severity_source = text;
      finding.vulnerability->sources = {text};
      finding.vulnerability->published = text;
      if (finding.vulnerability->kev) finding.vulnerability->kev->due_date = text;
    }
    if (finding.origin) finding.origin->instruction = text;
  }
  return report;
}

Report large_report(std::size_t findings) {
  Report report = empty_scan();
  report.command = "audit";
  report.subject = Subject{"host", "build-7", "", "Docker 27.3 rootful", "", 0, {}};
  for (std::size_t i = 0; i < 12; ++i) {
    report.subjects.push_back(image(fmt::format("registry.example.com/team/service-{}:1.{}", i, i),
                                    "debian 12.4 (bookworm)", 100 + i));
  }
  for (std::size_t i = 0; i < findings; ++i) {
    const auto severity = static_cast<Severity>(i * 7 % 6);
    Finding finding =
        vulnerability(fmt::format("CVE-{}-{}", 2010 + i % 15, 1000 + i), severity,
                      fmt::format("flaw number {} in a parser of untrusted input", i),
                      fmt::format("lib{}-{}", i % 211, i % 7),
                      fmt::format("1.{}.{}-1", i % 40, i % 9), {}, FixState::NotFixed);
    if (i % 3 == 0) finding.fixed_versions = {fmt::format("1.{}.{}-2", i % 40, i % 9)};
    if (i % 47 == 0) finding.vulnerability->kev = Kev{"2024-01-31", i % 94 == 0};
    finding.vulnerability->epss = Epss{static_cast<double>(i % 1000) / 1000.0, 0.5, "2024-11-15"};
    rated(finding, static_cast<double>(i % 100) / 10.0,
          "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    finding.subject = report.subjects[i % report.subjects.size()].name;
    finding.evidence = "var/lib/dpkg/status lists it";
    finding.remediation = "Upgrade it.";
    if (i % 100 == 1)
      finding.title =
          "hostile </script><img src=x onerror=document.title='owned'> <!-- <script> title";
    if (i % 40 == 7) {
      finding.kind = FindingKind::Misconfiguration;
      finding.package.reset();
      finding.vulnerability.reset();
      finding.fixed_versions.clear();
      finding.id = fmt::format("CL{}", 1000 + i);
      finding.location = Location{fmt::format("srv/app-{}/Dockerfile", i),
                                  static_cast<std::uint32_t>(i % 60 + 1), 0, ""};
    }
    report.findings.push_back(std::move(finding));
  }
  std::ranges::sort(report.findings, ranks_before);
  report.advice = {Advice{"debian:12.8 instead of debian:12.4", report.subjects[0].name, 120, 44}};
  return report;
}

}  // namespace corten::report
