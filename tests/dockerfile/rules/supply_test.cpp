// Rules on where images, packages and downloads come from (CL3001 … CL3014).
#include "base/time.h"
#include "dockerfile/rules/run_table.h"
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

constexpr std::string_view kDigest =
    "@sha256:0000000000000000000000000000000000000000000000000000000000000001";

TEST(ImageDigests, AreAskedForOfImagesOnly) {
  const std::string digest(kDigest);
  expect_verdicts({
      {"CL3001", "FROM debian:12\n", {1}},
      {"CL3001", "ARG V=12\nFROM debian:$V\n", {2}},
      {"CL3001", "ARG V\nFROM debian:${V}-slim\n", {2}},
      {"CL3001", "FROM node:22.11.0 AS b\nFROM b\n", {1}},
      {"CL3001", "FROM scratch\nCOPY --from=busybox:1.37 /a /a\n", {2}},
      {"CL3001", "FROM scratch\nCOPY --from=b /a /a\n", {2}},
      {"CL3001", "FROM scratch\nCOPY a /a\n", {}},
      {"CL3001", "ARG IMAGE\nFROM $IMAGE\n", {}},
  });
  EXPECT_FALSE(fires("CL3001", "FROM debian:12" + digest + "\n"));
  EXPECT_FALSE(fires("CL3001", "ARG D=debian" + digest + "\nFROM $D\n"));
  EXPECT_FALSE(fires("CL3001", "FROM debian" + digest + " AS b\nFROM b\nCOPY --from=b /a /a\n"));
  EXPECT_EQ(first_seen("CL3001", "FROM debian:12\n").severity, Severity::Low);
  EXPECT_EQ(first_seen("CL3001", "FROM node:22.11.0-alpine\n").severity, Severity::Info);
  EXPECT_EQ(first_seen("CL3001", "FROM debian:bookworm-20260112\n").severity, Severity::Info);
}

TEST(ImageDigests, AreOfferedWhereTheyAreKnown) {
  BaseFacts facts;
  facts.digest = "sha256:abc";
  const RuleOptions options = options_of_today();
  const Analysis analysis("FROM debian:12 AS b\n", options,
                          [&](std::string_view) { return &facts; });
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != "CL3001") continue;
    ASSERT_TRUE(problem.fix);
    EXPECT_EQ(problem.fix->edits, (std::vector<TextEdit>{{{14, 14}, "@sha256:abc"}}));
    return;
  }
  FAIL();
}

TEST(Images, ArePastTheirEndOfLife) {
  expect_verdicts({
      {"CL3008", "FROM node:16-alpine\n", {1}},
      {"CL3008", "ARG V=3.8\nFROM python:$V\n", {2}},
      {"CL3008", "FROM debian:10 AS b\nFROM b\n", {1}},
      {"CL3008", "FROM alpine:3.12\nFROM golang:1.19\n", {1, 2}},
      {"CL3008", "FROM python:3.13-buster\n", {1}},
      {"CL3008", "FROM centos:7\n", {1}},
      {"CL3008", "FROM node:24\n", {}},
      {"CL3008", "FROM debian:13-slim\n", {}},
      {"CL3008", "FROM debian\n", {}},
      {"CL3008", "ARG V\nFROM node:$V\n", {}},
      {"CL3008", "FROM example.com/node:16\n", {}},
  });
  EXPECT_EQ(first_seen("CL3008", "FROM node:16\n").severity, Severity::High);
  EXPECT_EQ(first_seen("CL3008", "FROM debian:12\n").severity, Severity::Info);
  RuleOptions early = options_of_today();
  early.now = *parse_time("2020-01-01");
  EXPECT_FALSE(fires("CL3008", "FROM node:16\n", early));
}

TEST(Images, AreGivenUp) {
  expect_verdicts({
      {"CL3009", "FROM openjdk:17\n", {1}},
      {"CL3009", "FROM docker.io/library/java:8\n", {1}},
      {"CL3009", "FROM centos:$V\n", {1}},
      {"CL3009", "FROM microsoft/dotnet:2\n", {1}},
      {"CL3009", "FROM k8s.gcr.io/pause:3.1\n", {1}},
      {"CL3009", "FROM bitnami/redis:7\n", {1}},
      {"CL3009", "FROM maven:3-jdk-8 AS b\nFROM scratch\n", {1}},
      {"CL3009", "FROM scratch\nCOPY --from=openjdk:8 /a /a\n", {2}},
      {"CL3009", "FROM eclipse-temurin:21\n", {}},
      {"CL3009", "FROM maven:3-eclipse-temurin-21\n", {}},
      {"CL3009", "FROM quay.io/centos/centos:stream9\n", {}},
      {"CL3009", "FROM mycompany/openjdk:17\n", {}},
      {"CL3009", "FROM debian AS java\nFROM java\n", {}},
  });
}

TEST(ImagesOfCopies, NeedAVersion) {
  expect_verdicts({
      {"CL3012", "FROM a\nCOPY --from=busybox /a /a\n", {2}},
      {"CL3012", "FROM a\nCOPY --from=busybox:latest /a /a\n", {2}},
      {"CL3012", "FROM a\nCOPY --from=ghcr.io/astral-sh/uv /uv /uv\n", {2}},
      {"CL3012", "FROM a\nRUN --mount=type=bind,from=busybox,target=/b x\n", {2}},
      {"CL3012", "FROM a\nCOPY --from=busybox:1.37.0 /a /a\n", {}},
      {"CL3012", "FROM a AS b\nFROM c\nCOPY --from=b /a /a\n", {}},
      {"CL3012", "FROM a\nFROM c\nCOPY --from=0 /a /a\n", {}},
      {"CL3012", "FROM a\nRUN --mount=type=bind,from=busybox:1.37,target=/b x\n", {}},
      {"CL3012", "FROM busybox\n", {}},
  });
}

TEST(ImageNames, AreOneLetterOff) {
  expect_verdicts({
      {"CL3014", "FROM ngnix:1.27\n", {1}},
      {"CL3014", "FROM debain\n", {1}},
      {"CL3014", "FROM docker.io/library/ubunt:24.04\n", {1}},
      {"CL3014", "FROM scratch\nCOPY --from=pyhton:3 /a /a\n", {2}},
      {"CL3014", "FROM mono\n", {}},
      {"CL3014", "FROM node2\n", {}},
      {"CL3014", "FROM example.com/ngnix\n", {}},
      {"CL3014", "FROM debian AS debain\nFROM debain\n", {}},
      {"CL3014", "FROM buildbase\n", {}},
  });
}

TEST(Downloads, AreRunUnchecked) {
  expect_runs({
      {"CL3002", "curl -fsSL https://h.example/i | sh", true},
      {"CL3002", "curl https://h.example/i | sudo -E bash -", true},
      {"CL3002", "wget -qO- https://h.example/i | bash -s -- -y", true},
      {"CL3002", "curl https://h.example/i | python3 -", true},
      {"CL3002", "curl https://h.example/i.gz | gunzip | sh", true},
      {"CL3002", "curl https://h.example/i | X=1 sh -x", true},
      {"CL3002", "curl https://h.example/i | php -- --install-dir=/b", true},
      {"CL3002", "sh -c \"$(curl -fsSL https://h.example/i)\"", true},
      {"CL3002", "bash <(curl -s https://h.example/i)", true},
      {"CL3002", "eval \"$(wget -O- https://h.example/i)\"", true},
      {"CL3002", "curl -o i.sh https://h.example/i && sh i.sh", true},
      {"CL3002", "wget https://h.example/i.sh && chmod +x i.sh && ./i.sh", true},
      {"CL3002", "curl -O https://h.example/get-pip.py; python get-pip.py", true},
      {"CL3002", "pip install https://h.example/x.tar.gz", true},
      {"CL3002", "bash -c 'curl https://h.example/i | bash'", true},
      {"CL3002", "[\"sh\", \"-c\", \"curl https://h.example/i | sh\"]", true},
      {"CL3002", "curl -o i.sh https://h.example/i && echo \"x  i.sh\" | sha256sum -c && sh i.sh",
       false},
      {"CL3002", "wget https://h.example/i.sh{,.asc} && gpg --verify i.sh.asc && sh i.sh", false},
      {"CL3002", "curl https://h.example/x.json | python3 -c 'import json'", false},
      {"CL3002", "curl https://h.example/x | perl -ne print", false},
      {"CL3002", "curl https://h.example/x | tar xz", false},
      {"CL3002", "curl https://h.example/x | sh other.sh", false},
      {"CL3002", "curl https://h.example/k | gpg --dearmor -o /k", false},
      {"CL3002", "php -r \"copy('https://getcomposer.org/installer', 'c.php');\" && php c.php",
       true},
      {"CL3002",
       "php -r \"copy('https://getcomposer.org/installer', 'c.php');\" && php -r \"if "
       "(hash_file('sha384', 'c.php') !== '1') exit(1);\" && php c.php",
       false},
      {"CL3002", "pip install flask", false},
      {"CL3002", "VERSION=$(curl https://h.example/v) && bash build.sh $VERSION", false},
      {"CL3002", "sh -c \"echo $(curl https://h.example/v)\"", false},
      {"CL3002", "echo 'curl https://h.example/i | sh'", false},
  });
  expect_verdicts({
      {"CL3002", "FROM a\nRUN curl -o /i.sh https://h.example/i\nRUN sh /i.sh\n", {3}},
      {"CL3002", "FROM a\nADD https://h.example/i.sh /tmp/\nRUN sh /tmp/i.sh\n", {3}},
      {"CL3002", "FROM a\nRUN true && \\\n  curl https://h.example/i \\\n  | sh\n", {3}},
      {"CL3002", "FROM a\nRUN curl -o /i.sh https://h.example/i\nFROM b\nRUN sh /i.sh\n", {}},
      {"CL3002", "FROM a\nCOPY i.sh /\nRUN sh /i.sh\n", {}},
  });
}

TEST(AddedUrls, NeedAChecksum) {
  expect_verdicts({
      {"CL3003", "FROM a\nADD https://h.example/x /x\n", {2}},
      {"CL3003", "FROM a\nADD a.txt \\\n http://h.example/x /x/\n", {3}},
      {"CL3003", "FROM a\nARG U=https://h.example/x\nADD $U /x\n", {3}},
      {"CL3003", "FROM a\nADD https://h.example/x.git#v1 /x\n", {2}},
      {"CL3003", "FROM a\nADD git@h.example:x/y.git /x\n", {2}},
      {"CL3003", "FROM a\nADD --checksum=sha256:abc https://h.example/x /x\n", {}},
      {"CL3003", "FROM a\nADD https://h.example/x.git#0123456789abcdef0123 /x\n", {}},
      {"CL3003", "FROM a\nADD https://h.example/x.git#${COMMIT}:sub /x\n", {}},
      {"CL3003", "FROM a\nADD x.tar.gz /x\n", {}},
      {"CL3003", "FROM a\nCOPY https /x\n", {}},
  });
}

TEST(DownloadedPrograms, AreInstalledUnchecked) {
  expect_runs({
      {"CL3004", "curl -L https://h.example/t -o /usr/local/bin/t && chmod +x /usr/local/bin/t",
       true},
      {"CL3004", "wget -O /usr/bin/t https://h.example/t", true},
      {"CL3004", "wget https://h.example/t && chmod 755 t && mv t /usr/local/bin/", true},
      {"CL3004", "curl -L https://h.example/t.tgz | tar xz -C /usr/local", true},
      {"CL3004", "wget https://h.example/t.tgz && tar -C /usr/local -xzf t.tgz", true},
      {"CL3004", "curl -LO https://h.example/t.zip && unzip t.zip && mv t/t /usr/local/bin/t",
       true},
      {"CL3004", "curl -LO https://h.example/t.deb && dpkg -i t.deb", true},
      {"CL3004", "cd /opt && curl -L https://h.example/t.tgz | tar xz", true},
      {"CL3004",
       "curl -L https://h.example/t -o /usr/local/bin/t && echo \"x  /usr/local/bin/t\" | "
       "sha256sum -c - && chmod +x /usr/local/bin/t",
       false},
      {"CL3004",
       "wget https://h.example/t https://h.example/t.asc && gpg --verify t.asc t && "
       "chmod +x t",
       false},
      {"CL3004", "curl -o /etc/app.conf https://h.example/x", false},
      {"CL3004", "curl -L https://h.example/t.tgz | tar xz -C /data", false},
      {"CL3004", "curl https://h.example/health", false},
      {"CL3004", "chmod +x /usr/local/bin/t", false},
      {"CL3004", "curl -o /t.sh https://h.example/t && chmod +x /t.sh && /t.sh", false},
  });
  expect_verdicts({
      {"CL3004",
       "FROM a\nRUN wget https://h.example/t.tgz\nRUN tar -xzf t.tgz -C /usr/local\n",
       {3}},
      {"CL3004",
       "FROM a\nRUN wget -O /usr/bin/t https://h.example/t\nRUN chmod +x /usr/bin/t\n",
       {2}},
  });
}

TEST(Checks, AreTurnedOff) {
  expect_runs({
      {"CL3005", "curl -k https://h.example/x", true},
      {"CL3005", "curl -fsSLk https://h.example/x", true},
      {"CL3005", "curl --insecure https://h.example/x", true},
      {"CL3005", "sudo wget --no-check-certificate https://h.example/x", true},
      {"CL3005", "pip3 install --trusted-host pypi.org x", true},
      {"CL3005", "python -m pip install --trusted-host=pypi.org x", true},
      {"CL3005", "apk add --allow-untrusted x.apk", true},
      {"CL3005", "apt-get install -y --allow-unauthenticated x", true},
      {"CL3005", "apt-get install --force-yes x", true},
      {"CL3005", "yum install -y --nogpgcheck x", true},
      {"CL3005", "rpm -i --nosignature x.rpm", true},
      {"CL3005", "rpm -i --nodigest x.rpm", true},
      {"CL3005", "npm config set strict-ssl false", true},
      {"CL3005", "yarn config set strict-ssl false", true},
      {"CL3005", "npm install --strict-ssl=false", true},
      {"CL3005", "git -c http.sslVerify=false clone https://h.example/x", true},
      {"CL3005", "git config --global http.sslVerify false", true},
      {"CL3005", "yum-config-manager --save --setopt=x.sslverify=0", true},
      {"CL3005", "dnf config-manager --save --setopt=x.sslverify=0", true},
      {"CL3005", "GIT_SSL_NO_VERIFY=1 git clone https://h.example/x", true},
      {"CL3005", "export NODE_TLS_REJECT_UNAUTHORIZED=0 && npm ci", true},
      {"CL3005", "env PYTHONHTTPSVERIFY=0 python x.py", true},
      {"CL3005", "echo 'deb [trusted=yes] https://h.example/ ./' > /etc/apt/sources.list.d/x",
       true},
      {"CL3005", "echo 'deb [trusted=yes] file:///repo ./' > /etc/apt/sources.list", false},
      {"CL3005", "curl --keepalive-time 2 https://h.example/x", false},
      {"CL3005", "curl -okubectl https://h.example/x", false},
      {"CL3005", "curl -o k https://h.example/k", false},
      {"CL3005", "curl -k https://localhost:8443/health", false},
      {"CL3005", "wget https://h.example/no-check-certificate", false},
      {"CL3005", "pip install trusted-host", false},
      {"CL3005", "npm config set strict-ssl true", false},
      {"CL3005", "git config --global http.sslVerify true", false},
      {"CL3005", "echo --no-check-certificate", false},
      {"CL3005", "NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci", false},
      {"CL3005", "rpm -i x.rpm", false},
      {"CL3005", "tar -k -xf x", false},
  });
  expect_verdicts({
      {"CL3005", "FROM a\nENV A=1 \\\n NODE_TLS_REJECT_UNAUTHORIZED=0\n", {3}},
      {"CL3005", "FROM a\nARG PYTHONHTTPSVERIFY=0\n", {2}},
      {"CL3005", "FROM a\nENV npm_config_strict_ssl=\"false\"\n", {2}},
      {"CL3005", "FROM a\nENV PIP_TRUSTED_HOST=pypi.org GIT_SSL_NO_VERIFY=true\n", {2}},
      {"CL3005", "FROM a\nENV NODE_TLS_REJECT_UNAUTHORIZED=1\n", {}},
      {"CL3005", "FROM a\nARG PIP_TRUSTED_HOST\n", {}},
      {"CL3005", "FROM a\nHEALTHCHECK CMD curl -k https://h.example/\n", {}},
  });
}

TEST(PlainHttp, IsNoWayToFetchCode) {
  expect_runs({
      {"CL3006", "curl -O http://h.example/x", true},
      {"CL3006", "wget -q http://h.example/key.asc", true},
      {"CL3006", "git clone http://h.example/x.git", true},
      {"CL3006", "pip install --index-url http://h.example/simple x", true},
      {"CL3006", "npm install --registry=http://h.example x", true},
      {"CL3006", "rpm --import http://h.example/k", true},
      {"CL3006", "yum install -y http://h.example/x.rpm", true},
      {"CL3006", "echo 'deb http://h.example/debian x main' >> /etc/apt/sources.list", true},
      {"CL3006", "curl https://h.example/x", false},
      {"CL3006", "curl http://localhost:8080/x", false},
      {"CL3006", "curl http://127.0.0.1/x", false},
      {"CL3006", "curl http://[::1]/x", false},
      {"CL3006", "curl http://artifactory/x", false},
      {"CL3006", "curl http://$HOST/x", false},
      {"CL3006", "pip install --proxy http://proxy.example:3128 x", false},
      {"CL3006", "echo http://h.example/", false},
      {"CL3006", "wget http://h.example/x && echo \"a  x\" | sha256sum -c -", false},
  });
  expect_verdicts({
      {"CL3006", "FROM a\nADD http://h.example/x /x\n", {2}},
      {"CL3006", "FROM a\nARG U=http://h.example\nRUN curl $U/x\n", {3}},
      {"CL3006", "FROM a\nHEALTHCHECK CMD curl http://h.example/\n", {}},
  });
  EXPECT_EQ(first_seen("CL3006",
                       "FROM a\nRUN echo 'deb http://h.example/d x main' > "
                       "/etc/apt/sources.list\n")
                .severity,
            Severity::Info);
}

TEST(RepositoryKeys, AreForOneRepository) {
  expect_runs({
      {"CL3007", "curl -fsSL https://h.example/k | apt-key add -", true},
      {"CL3007", "apt-key adv --keyserver hkps://h.example --recv-keys ABCD", true},
      {"CL3007", "curl -o /etc/apt/trusted.gpg.d/x.asc https://h.example/k", true},
      {"CL3007", "wget -qO- https://h.example/k | gpg --dearmor > /etc/apt/trusted.gpg.d/x.gpg",
       true},
      {"CL3007", "wget -qO- https://h.example/k | tee /etc/apt/trusted.gpg.d/x.asc", true},
      {"CL3007", "curl -o /etc/apt/keyrings/x.asc https://h.example/k", false},
      {"CL3007", "apt-key list", false},
      {"CL3007", "apt-key --keyring /usr/share/keyrings/x.gpg adv --recv-keys ABCD", false},
      {"CL3007", "rm /etc/apt/trusted.gpg.d/x.gpg", false},
      {"CL3007", "echo apt-key add", false},
  });
  EXPECT_TRUE(fires("CL3007", "FROM a\nCOPY x.gpg /etc/apt/trusted.gpg.d/\n"));
  EXPECT_FALSE(fires("CL3007", "FROM a\nCOPY x.gpg /etc/apt/keyrings/\n"));
}

TEST(MovingTargets, AreNotPinned) {
  expect_runs({
      {"CL3010", "git clone https://h.example/x.git", true},
      {"CL3010", "git clone --depth 1 -b main https://h.example/x.git", true},
      {"CL3010", "go install h.example/x@latest", true},
      {"CL3010", "npm i -g typescript", true},
      {"CL3010", "npm install -g typescript@latest", true},
      {"CL3010", "cargo install ripgrep", true},
      {"CL3010", "cargo install --git https://h.example/x", true},
      {"CL3010", "curl -LO https://h.example/releases/latest/download/x", true},
      {"CL3010", "curl https://raw.githubusercontent.com/a/b/master/i.sh -o i.sh", true},
      {"CL3010", "git clone --branch v1.2.3 https://h.example/x.git", false},
      {"CL3010", "git clone -b $VERSION https://h.example/x.git", false},
      {"CL3010", "git clone https://h.example/x.git && cd x && git checkout abc123", false},
      {"CL3010", "go install h.example/x@v1.2.3", false},
      {"CL3010", "go install ./cmd/x", false},
      {"CL3010", "npm i -g typescript@5.9.2", false},
      {"CL3010", "npm ci", false},
      {"CL3010", "npm install", false},
      {"CL3010", "cargo install --locked ripgrep", false},
      {"CL3010", "cargo install ripgrep --version 14.1.1", false},
      {"CL3010", "cargo install --path .", false},
      {"CL3010", "curl -LO https://h.example/v1.2.3/x", false},
  });
  expect_verdicts({
      {"CL3010", "FROM a\nCOPY package.json package-lock.json ./\nRUN npm install\n", {3}},
      {"CL3010",
       "FROM a\nRUN git clone https://h.example/r /r\nRUN cd /r && git checkout v1\n",
       {}},
      {"CL3010", "FROM a\nRUN git clone https://h.example/r\nFROM b\nRUN git checkout v1\n", {2}},
      {"CL3010", "FROM a\nCOPY package.json ./\nRUN npm install\n", {}},
      {"CL3010", "FROM a\nCOPY package.json package-lock.json ./\nRUN npm ci\n", {}},
  });
}

TEST(Upgrades, OfEverythingAreReported) {
  expect_runs({
      {"CL3011", "apt-get update && apt-get dist-upgrade -y", true},
      {"CL3011", "apt full-upgrade -y", true},
      {"CL3011", "apk upgrade --no-cache", true},
      {"CL3011", "yum update -y", true},
      {"CL3011", "dnf -y upgrade", true},
      {"CL3011", "zypper dup", true},
      {"CL3011", "apt-get install --only-upgrade openssl", false},
      {"CL3011", "yum update -y openssl", false},
      {"CL3011", "apk add --upgrade openssl", false},
      {"CL3011", "apt-get update && apt-get install -y curl", false},
      {"CL3011", "echo dist-upgrade", false},
  });
  EXPECT_EQ(first_seen("CL3011", "FROM a\nRUN apk upgrade\n").severity, Severity::Info);
  EXPECT_EQ(first_seen("CL3011", "FROM a\nRUN apt-get dist-upgrade\n").severity, Severity::Low);
}

TEST(IndexUpdates, StandWithAnInstall) {
  expect_runs({
      {"CL3013", "apt-get update", true},
      {"CL3013", "apt update -y", true},
      {"CL3013", "apk update", true},
      {"CL3013", "zypper refresh", true},
      {"CL3013", "apt-get install -y x && apt-get update", true},
      {"CL3013", "apt-get update && rm -rf /var/lib/apt/lists/*", true},
      {"CL3013", "apt-get update && apt-get install -y curl", false},
      {"CL3013", "apt-get update; apt-get upgrade -y", false},
      {"CL3013", "apk update && apk add curl", false},
      {"CL3013", "apt-get update && ./install.sh", false},
      {"CL3013", "apt-get update && for p in a b; do apt-get install -y $p; done", false},
      {"CL3013", "npm update", false},
      {"CL3013", "--mount=type=cache,target=/var/lib/apt apt-get update", false},
      {"CL3013", "yum update -y", false},
  });
  expect_verdicts({
      {"CL3013", "FROM a\nRUN apt-get update\nRUN apt-get install -y curl\n", {2}},
      {"CL3013", "FROM a\nRUN true && \\\n  apt-get update\n", {3}},
  });
}

TEST(SupplyRules, TakeLinearTimeOnHostileFiles) {
  std::string text = "FROM a\nRUN true";
  for (int i = 0; i < 5'000; ++i) text += " ; curl -o f https://h.example/f | sh";
  text += "\n";
  for (int i = 0; i < 5'000; ++i) text += "FROM a AS b\nCOPY .env /x\n";
  const RuleOptions options = options_of_today();
  EXPECT_FALSE(Analysis(std::move(text), options).run_rules().empty());
}

}  // namespace
}  // namespace corten::dockerfile
