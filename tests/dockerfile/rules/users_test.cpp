// Rules about users: CL1001 … CL1012.
#include <gtest/gtest.h>

#include <string>

#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(RuleRunsAsRoot, LooksAtTheBaseWhereNoUserIsSet) {
  expect_verdicts({
      {"CL1001", "FROM debian:12\nCMD [\"/a\"]\n", {1}},
      {"CL1001", "FROM node:22\nCMD [\"node\"]\n", {1}},
      {"CL1001", "FROM golang AS b\nUSER 1000\nFROM alpine:3.20\nCOPY --from=b /a /a\n", {3}},
      {"CL1001", "FROM example.com/own\nCMD [\"/a\"]\n", {1}},
      {"CL1001", "ARG BASE\nFROM $BASE\nCMD [\"/a\"]\n", {2}},
      {"CL1001", "FROM scratch\nCOPY a /a\nCMD [\"/a\"]\n", {1}},
      {"CL1001", "FROM gcr.io/distroless/base-debian12\nCMD [\"/a\"]\n", {1}},
      {"CL1001", "FROM php:8.3-apache\n", {1}},
      {"CL1001", "FROM debian AS a\nFROM a\nCMD x\n", {2}},
      {"CL1001", "FROM debian\nUSER app\n", {}},
      {"CL1001", "FROM debian\nUSER root\n", {}},  // CL1002
      {"CL1001", "FROM debian AS a\nUSER app\nFROM a\nCMD x\n", {}},
      {"CL1001", "FROM gcr.io/distroless/base:nonroot\nCMD [\"/a\"]\n", {}},
      {"CL1001", "FROM cgr.dev/chainguard/python\nCMD [\"/a\"]\n", {}},
      {"CL1001", "FROM bitnami/redis\n", {}},
      {"CL1001", "FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled\n", {}},
      {"CL1001", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", {}},
      {"CL1001", "RUN x\n", {}},
  });
  RuleOptions options = options_of_today();
  options.target = "a";
  expect_verdicts({{"CL1001", "FROM debian AS a\nRUN x\nFROM debian\nUSER 1\n", {1}}}, options);
}

TEST(RuleRunsAsRoot, IsGentleWhereSomethingLowersTheRights) {
  EXPECT_EQ(first_seen("CL1001", "FROM debian\nCMD x\n").severity, Severity::High);
  EXPECT_EQ(first_seen("CL1001", "FROM own/image\nCMD x\n").severity, Severity::Medium);
  const Seen apache = first_seen("CL1001", "FROM php:8.3-apache\n");
  EXPECT_EQ(apache.severity, Severity::Medium);
  EXPECT_TRUE(apache.evidence.contains("drops to www-data")) << apache.evidence;
  EXPECT_EQ(first_seen("CL1001", "FROM alpine\nRUN apk add su-exec\nCMD x\n").severity,
            Severity::Medium);
  EXPECT_EQ(first_seen("CL1001", "FROM debian\nENTRYPOINT [\"gosu\", \"app\", \"/a\"]\n").severity,
            Severity::Medium);
  EXPECT_EQ(first_seen("CL1001", "FROM scratch\nCOPY out /\n").severity, Severity::Low);
}

TEST(RuleRunsAsRoot, NamesTheUserThatTheImageShips) {
  const auto remedy = [](std::string file) {
    const RuleOptions options = options_of_today();
    const Analysis analysis(std::move(file), options);
    for (const Problem& problem : analysis.run_rules()) {
      if (problem.rule->check.id == "CL1001") return problem.remediation;
    }
    return std::string("silent");
  };
  EXPECT_TRUE(remedy("FROM node:22\n").contains("\"USER node\""));
  EXPECT_TRUE(remedy("FROM nginx\n").contains("\"USER nginx\""));
  EXPECT_TRUE(remedy("FROM mcr.microsoft.com/dotnet/aspnet:8.0\n").contains("\"USER app\""));
  EXPECT_EQ(remedy("FROM mcr.microsoft.com/dotnet/aspnet:6.0\n"), "");
  EXPECT_EQ(remedy("FROM debian\n"), "");
  EXPECT_TRUE(remedy("FROM scratch\nCMD [\"/a\"]\n").contains("65532"));
}

TEST(RuleRunsAsRoot, TrustsTheImageAtHandMore) {
  BaseFacts facts;
  facts.user = "1000";
  const BaseLookup lookup = [&](std::string_view image) {
    return image == "debian:12" ? &facts : nullptr;
  };
  EXPECT_TRUE(verdicts("FROM debian:12\nCMD x\n", "CL1001", options_of_today(), lookup).empty());
  facts.user = "";
  EXPECT_FALSE(verdicts("FROM debian:12\nCMD x\n", "CL1001", options_of_today(), lookup).empty());
}

TEST(RuleLastUserIsRoot, FollowsTheFinalStage) {
  expect_verdicts({
      {"CL1002", "FROM debian\nUSER app\nUSER root\n", {3}},
      {"CL1002", "FROM debian\nUSER 0\n", {2}},
      {"CL1002", "FROM debian\nUSER 00\n", {2}},
      {"CL1002", "FROM debian\nUSER root:app\n", {2}},
      {"CL1002", "FROM debian\nUSER 0:0\n", {2}},
      {"CL1002", "FROM debian\nUSER \"root\"\n", {2}},
      {"CL1002", "FROM debian\nARG WHO=root\nUSER $WHO\n", {3}},
      {"CL1002", "FROM debian\nENV WHO 0\nUSER ${WHO}\n", {3}},
      {"CL1002", "FROM debian\nUSER ${WHO:-root}\n", {2}},
      {"CL1002", "FROM debian AS a\nUSER root\nFROM a\nCMD x\n", {2}},
      {"CL1002", "FROM debian\nRUN useradd -o -u 0 toor\nUSER toor\n", {3}},
      {"CL1002", "FROM debian AS a\nUSER root\nFROM debian\nUSER app\n", {}},
      {"CL1002", "FROM debian\nUSER root\nRUN x\nUSER app\n", {}},
      {"CL1002", "FROM debian\nUSER 1000:0\n", {}},
      {"CL1002", "FROM debian\nARG WHO\nUSER $WHO\n", {}},
      {"CL1002", "FROM debian\nCMD x\n", {}},
      {"CL1002", "FROM debian\nUSER rooter\n", {}},
  });
}

TEST(RuleUserByName, WantsANumber) {
  expect_verdicts({
      {"CL1003", "FROM node\nUSER node\n", {2}},
      {"CL1003", "FROM debian\nUSER app:app\n", {2}},
      {"CL1003", "FROM debian\nARG U=app\nUSER $U\n", {3}},
      {"CL1003", "FROM debian AS a\nUSER app\nFROM a\n", {2}},
      {"CL1003", "FROM debian\nUSER 1000\n", {}},
      {"CL1003", "FROM debian\nUSER 1000:app\n", {}},
      {"CL1003", "FROM debian\nUSER root\n", {}},
      {"CL1003", "FROM debian AS a\nUSER app\nFROM debian\nUSER 1000\n", {}},
      {"CL1003", "FROM debian\nUSER $UNSET\n", {}},
      {"CL1003", "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser\n", {}},
  });
}

TEST(RuleUnknownUser, KnowsWhoExists) {
  expect_verdicts({
      {"CL1004", "FROM scratch\nCOPY a /a\nUSER app\n", {3}},
      {"CL1004", "FROM scratch\nUSER nobody\n", {2}},
      {"CL1004", "FROM gcr.io/distroless/static\nUSER app\n", {2}},
      {"CL1004", "FROM debian:12\nUSER app\n", {2}},
      {"CL1004", "FROM debian AS b\nRUN useradd app\nFROM debian\nUSER app\n", {4}},
      {"CL1004", "FROM alpine\nUSER node\n", {2}},
      {"CL1004", "FROM node\nRUN useradd other\nUSER app:app\n", {3}},
      {"CL1004", "FROM own/image\nUSER app\n", {2}},
      {"CL1004", "FROM scratch\nCOPY --from=b /etc/passwd /etc/passwd\nUSER app\n", {}},
      {"CL1004", "FROM scratch\nCOPY passwd /etc/\nUSER app\n", {}},
      {"CL1004", "FROM scratch\nADD rootfs.tar.gz /\nUSER app\n", {}},
      {"CL1004", "FROM scratch\nUSER 65532\n", {}},
      {"CL1004", "FROM gcr.io/distroless/static\nUSER nonroot:nonroot\n", {}},
      {"CL1004", "FROM debian\nRUN useradd -m app\nUSER app\n", {}},
      {"CL1004", "FROM debian\nARG NAME=app\nRUN useradd $NAME\nUSER $NAME\n", {}},
      {"CL1004", "FROM debian AS a\nRUN adduser --disabled-password app\nFROM a\nUSER app\n", {}},
      {"CL1004", "FROM alpine\nRUN addgroup -S app && adduser -S -G app app\nUSER app\n", {}},
      {"CL1004", "FROM alpine\nRUN echo 'app:x:1:1::/:' >> /etc/passwd\nUSER app\n", {}},
      {"CL1004", "FROM node:22\nUSER node\n", {}},
      {"CL1004", "FROM nginx:alpine\nUSER nginx\n", {}},
      {"CL1004", "FROM debian\nUSER www-data\n", {}},
      {"CL1004", "FROM debian\nUSER nobody\n", {}},
      {"CL1004", "FROM debian\nRUN apt-get install -y postgresql\nUSER postgres\n", {}},
      {"CL1004", "FROM node\nRUN usermod -l app node\nUSER app\n", {}},
  });
  EXPECT_EQ(first_seen("CL1004", "FROM own/image\nUSER app\n").severity, Severity::Info);
  EXPECT_EQ(first_seen("CL1004", "FROM scratch\nUSER app\n").severity, Severity::High);
  EXPECT_EQ(first_seen("CL1004", "FROM debian\nRUN ./setup.sh\nUSER app\n").severity,
            Severity::Info);
}

TEST(RuleWithoutRights, LooksAtStepsAfterUser) {
  expect_verdicts({
      {"CL1005", "FROM debian\nUSER app\nRUN apt-get update && apt-get install -y curl\n", {3}},
      {"CL1005", "FROM alpine\nUSER 1000\nRUN apk add curl\n", {3}},
      {"CL1005", "FROM fedora\nUSER app\nRUN dnf install -y curl\n", {3}},
      {"CL1005", "FROM debian AS a\nUSER app\nFROM a\nRUN apt-get install -y curl\n", {4}},
      {"CL1005", "FROM jenkins/jenkins\nRUN apt-get update\n", {2}},
      {"CL1005", "FROM debian\nUSER app\nRUN echo x > /etc/app.conf\n", {3}},
      {"CL1005", "FROM debian\nUSER app\nRUN mkdir -p /opt/app\n", {3}},
      {"CL1005", "FROM debian\nUSER app\nRUN cp a /usr/local/bin/a\n", {3}},
      {"CL1005", "FROM debian\nUSER app\nRUN tar -xzf a.tgz -C /opt/tool\n", {3}},
      {"CL1005", "FROM debian\nUSER app\nRUN ln -s /a /usr/bin/a\n", {3}},
      {"CL1005", "FROM debian\nRUN apt-get install -y curl\nUSER app\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN sudo apt-get install -y curl\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN sudo sh -c 'apt-get update'\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN echo x | sudo tee /etc/a\n", {}},
      {"CL1005", "FROM debian\nUSER app\nUSER root\nRUN apt-get install -y curl\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN pip install x && npm ci\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN mkdir -p ~/a /tmp/b /home/app/c\n", {}},
      {"CL1005", "FROM debian\nRUN chown -R app /opt/app\nUSER app\nRUN mkdir /opt/app/x\n", {}},
      {"CL1005", "FROM debian\nCOPY --chown=app . /opt/app\nUSER app\nRUN touch /opt/app/x\n", {}},
      {"CL1005", "FROM debian\nUSER $WHO\nRUN apt-get install -y curl\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN cat /etc/passwd && dpkg -l\n", {}},
      {"CL1005", "FROM own/image\nRUN apt-get update\n", {}},
      {"CL1005", "FROM debian\nUSER app\nRUN echo x > /dev/null\n", {}},
  });
}

TEST(RuleFilesOfRoot, LooksAtPlacesThatTheUserWritesTo) {
  expect_verdicts({
      {"CL1006", "FROM node\nWORKDIR /app\nUSER node\nCOPY . .\n", {4}},
      {"CL1006", "FROM node\nUSER node\nCOPY . /home/node/app\n", {3}},
      {"CL1006", "FROM debian\nVOLUME /data\nUSER 1000\nCOPY seed /data/\n", {4}},
      {"CL1006", "FROM debian AS a\nWORKDIR /app\nUSER app\nFROM a\nADD data.tar.gz ./\n", {5}},
      {"CL1006", "FROM debian\nWORKDIR /app\nUSER app\nCOPY --chmod=755 . /app\n", {4}},
      {"CL1006", "FROM debian\nUSER 1000\nCOPY . /app\nWORKDIR /app\n", {3}},
      {"CL1006", "FROM debian\nUSER app\nWORKDIR /data\n", {3}},
      {"CL1006", "FROM debian\nRUN useradd -d /srv/a app\nUSER app\nCOPY . /srv/a/x\n", {4}},
      {"CL1006", "FROM node\nWORKDIR /app\nUSER node\nCOPY --chown=node:node . .\n", {}},
      {"CL1006", "FROM node\nWORKDIR /app\nCOPY . .\nUSER node\n", {}},
      {"CL1006", "FROM node\nWORKDIR /app\nUSER root\nCOPY . .\nUSER node\n", {}},
      {"CL1006", "FROM node\nWORKDIR /app\nUSER node\nCOPY a.conf /etc/a.conf\n", {}},
      {"CL1006", "FROM node\nWORKDIR /app\nUSER node\nCOPY --chmod=777 . .\n", {}},
      {"CL1006", "FROM node AS b\nWORKDIR /app\nUSER node\nCOPY . .\nFROM debian\nUSER 1\n", {}},
      {"CL1006",
       "FROM node\nWORKDIR /app\nUSER node\nCOPY . .\nUSER root\nRUN chown -R node /app\nUSER "
       "node\n",
       {}},
      {"CL1006", "FROM node\nUSER node\nWORKDIR /home/node/app\nCMD x\n", {}},
      {"CL1006", "FROM node\nWORKDIR /app\nUSER node\nWORKDIR /app\nCMD x\n", {}},
      {"CL1006", "FROM debian\nWORKDIR /app\nUSER $WHO\nCOPY . .\n", {}},
  });
  const std::string head = "FROM node\nWORKDIR /app\nUSER node\n";
  EXPECT_EQ(first_seen("CL1006", head + "COPY . .\n").severity, Severity::Medium);
  EXPECT_EQ(first_seen("CL1006", head + "COPY server.js ./\n").severity, Severity::Info);
  EXPECT_EQ(first_seen("CL1006", head + "COPY --from=b /src/dist ./dist\n").severity,
            Severity::Info);
}

TEST(RuleFilesOfRoot, IsMendedByAnOwner) {
  const RuleOptions options = options_of_today();
  const std::string file = "FROM node\nWORKDIR /app\nUSER node\nCOPY . .\n";
  const Analysis analysis(file, options);
  std::string mended;
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != "CL1006" || !problem.fix) continue;
    const TextEdit& edit = problem.fix->edits.front();
    mended = std::string(file).replace(edit.range.begin, edit.range.size(), edit.replacement);
  }
  EXPECT_EQ(mended, "FROM node\nWORKDIR /app\nUSER node\nCOPY --chown=node . .\n");
  EXPECT_FALSE(fires("CL1006", mended));
}

TEST(RuleSecondLayer, LooksAtCopiedFiles) {
  expect_verdicts({
      {"CL1007", "FROM debian\nCOPY . /app\nRUN chown -R app:app /app\n", {3}},
      {"CL1007", "FROM debian\nWORKDIR /app\nCOPY . .\nRUN chown -R app .\n", {4}},
      {"CL1007", "FROM debian\nADD a.tgz /opt/a\nRUN chmod -R 755 /opt\n", {3}},
      {"CL1007", "FROM debian AS a\nCOPY . /app\nFROM a\nRUN chown -R app /app\n", {4}},
      {"CL1007", "FROM debian\nCOPY . /app\nRUN npm ci && chown -R app /app\n", {3}},
      {"CL1007", "FROM debian\nRUN mkdir /data && chown -R app /data\n", {}},
      {"CL1007", "FROM debian\nCOPY --chown=app . /app\nRUN chown -R app /app\n", {}},
      {"CL1007", "FROM debian\nCOPY a /app/a\nRUN chmod +x /app/a\n", {}},
      {"CL1007", "FROM debian\nRUN chown -R app /app\nCOPY . /app\n", {}},
      {"CL1007", "FROM debian\nCOPY . /app\nRUN mkdir /data && chown -R app /data\n", {}},
      {"CL1007", "FROM debian AS b\nCOPY . /app\nRUN chown -R a /app\nFROM debian\n", {}},
  });
}

TEST(RuleReadyUser, NamesItWhereTheContainerStartsAsRoot) {
  expect_verdicts({
      {"CL1008", "FROM node:22\n", {1}},
      {"CL1008", "FROM node:22 AS a\nFROM a\nCMD [\"node\"]\n", {2}},
      {"CL1008", "FROM nginx:1.27\n", {1}},
      {"CL1008", "FROM debian:12\n", {}},
      {"CL1008", "FROM mcr.microsoft.com/dotnet/aspnet:6.0\n", {}},
      {"CL1008", "FROM node:22\nFROM debian:12\n", {}},
      {"CL1008", "FROM node:22\nUSER root\n", {2}},
      {"CL1008", "FROM php:8-fpm\nUSER 0\n", {2}},
      {"CL1008", "FROM nginx\nUSER root\n", {2}},
      {"CL1008", "FROM gradle:8 AS a\nUSER root\nFROM a\n", {2}},
      {"CL1008", "FROM node:22\nUSER node\n", {}},
      {"CL1008", "FROM node:22\nUSER 1000\n", {}},
      {"CL1008", "FROM debian\nUSER root\n", {}},
      {"CL1008", "FROM own/image\nUSER root\n", {}},
  });
}

TEST(RuleWorldWritable, ReadsModes) {
  expect_verdicts({
      {"CL1009", "FROM debian\nRUN chmod 777 /data\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod -R 0777 /data\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod 666 /a\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod o+w /a\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod a+rwx /a\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod ugo+rw /a\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod u=rwx,o=rw /a\n", {2}},
      {"CL1009", "FROM debian\nRUN mkdir -m 777 /a\n", {2}},
      {"CL1009", "FROM debian\nRUN install -d -m 0777 /a\n", {2}},
      {"CL1009", "FROM debian\nCOPY --chmod=0777 a /a\n", {2}},
      {"CL1009", "FROM debian\nADD --chmod=666 a /a\n", {2}},
      {"CL1009", "FROM debian\nARG M=777\nRUN chmod $M /a\n", {3}},
      {"CL1009", "FROM debian\nRUN true && \\\n  sudo chmod 777 /a\n", {3}},
      {"CL1009", "FROM debian\nRUN chmod 777 /tmp\n", {2}},
      {"CL1009", "FROM debian\nRUN chmod 1777 /tmp /var/tmp\n", {}},
      {"CL1009", "FROM debian\nRUN chmod 755 /a\n", {}},
      {"CL1009", "FROM debian\nRUN chmod 775 /a && chmod +x /b && chmod +w /c\n", {}},
      {"CL1009", "FROM debian\nRUN chmod o-w /a && chmod g=u /b && chmod a+rX /c\n", {}},
      {"CL1009", "FROM debian\nCOPY --chmod=755 a /a\n", {}},
      {"CL1009", "FROM debian\nRUN echo 777 && mkdir /777\n", {}},
  });
}

TEST(RuleSetuid, ReadsModesAndCapabilities) {
  expect_verdicts({
      {"CL1010", "FROM debian\nRUN chmod u+s /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod g+s /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod +s /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod 4755 /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod 2755 /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod 06755 /a\n", {2}},
      {"CL1010", "FROM debian\nCOPY --chmod=4755 a /a\n", {2}},
      {"CL1010", "FROM debian\nRUN install -m 4755 a /a\n", {2}},
      {"CL1010", "FROM debian\nRUN setcap cap_sys_admin+ep /a\n", {2}},
      {"CL1010", "FROM debian\nRUN setcap 'cap_net_raw,cap_setuid=ep' /a\n", {2}},
      {"CL1010", "FROM debian\nRUN setcap cap_dac_override=+eip /a\n", {2}},
      {"CL1010", "FROM debian\nRUN chmod u-s /a && chmod a-s /b\n", {}},
      {"CL1010", "FROM debian\nRUN find / -perm /6000 -exec chmod a-s {} +\n", {}},
      {"CL1010", "FROM debian\nRUN chmod 0755 /a && chmod 1777 /tmp\n", {}},
      {"CL1010", "FROM debian\nRUN setcap cap_net_bind_service=+ep /a\n", {}},
      {"CL1010", "FROM debian\nRUN setcap -r /a\n", {}},
      {"CL1010", "FROM debian\nRUN install -m 755 a /a\n", {}},
      {"CL1010", "FROM debian\nRUN install -d -m 2775 /a && mkdir -m 2775 /b\n", {}},
  });
}

TEST(RuleWayToRoot, FindsSudoAndItsGroups) {
  expect_verdicts({
      {"CL1011", "FROM debian\nRUN echo 'a ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers\n", {2}},
      {"CL1011", "FROM debian\nRUN echo \"a ALL=NOPASSWD: ALL\" | tee /etc/sudoers.d/a\n", {2}},
      {"CL1011", "FROM debian\nRUN sed -i 's/ALL$/NOPASSWD:ALL/' /etc/sudoers\n", {2}},
      {"CL1011", "FROM debian\nRUN sh -c 'echo \"a ALL=NOPASSWD:ALL\" > /etc/sudoers'\n", {2}},
      {"CL1011", "FROM debian\nCOPY <<EOF /etc/sudoers.d/a\na ALL=(ALL) NOPASSWD: ALL\nEOF\n", {3}},
      {"CL1011", "FROM debian\nRUN usermod -aG sudo app\n", {2}},
      {"CL1011", "FROM debian\nRUN useradd -G wheel app\n", {2}},
      {"CL1011", "FROM debian\nRUN adduser app docker\n", {2}},
      {"CL1011", "FROM alpine\nRUN addgroup app wheel\n", {2}},
      {"CL1011", "FROM debian\nRUN gpasswd -a app sudo\n", {2}},
      {"CL1011", "FROM debian\nRUN useradd -G video,audio app\n", {}},
      {"CL1011", "FROM debian\nRUN groupadd docker\n", {}},
      {"CL1011", "FROM debian\nRUN sed -i '/NOPASSWD/d' /etc/sudoers\n", {}},
      {"CL1011", "FROM debian\nRUN sed -i 's/NOPASSWD://' /etc/sudoers\n", {}},
      {"CL1011", "FROM debian\nRUN ! grep -q NOPASSWD /etc/sudoers\n", {}},
      {"CL1011", "FROM debian\nRUN apt-get install -y sudo\n", {}},
      {"CL1011", "FROM debian\nRUN useradd sudo\n", {}},
  });
}

TEST(RulePasswordInBuild, FindsAllWaysToSetOne) {
  expect_verdicts({
      {"CL1012", "FROM debian\nRUN echo 'root:root' | chpasswd\n", {2}},
      {"CL1012", "FROM debian\nARG PW\nRUN echo \"root:$PW\" | chpasswd\n", {3}},
      {"CL1012", "FROM debian\nRUN echo pw | passwd --stdin root\n", {2}},
      {"CL1012", "FROM debian\nRUN printf 'a\\na\\n' | passwd root\n", {2}},
      {"CL1012", "FROM debian\nRUN useradd -p secret app\n", {2}},
      {"CL1012", "FROM debian\nRUN usermod -p '$6$x' root\n", {2}},
      {"CL1012", "FROM debian\nRUN usermod --password x root\n", {2}},
      {"CL1012", "FROM debian\nRUN useradd -o -u 0 toor\n", {2}},
      {"CL1012", "FROM debian\nRUN passwd -d root\n", {2}},
      {"CL1012", "FROM debian\nRUN useradd -p '' app\n", {2}},
      {"CL1012", "FROM debian\nRUN apt-get update && \\\n echo a:b | chpasswd\n", {3}},
      {"CL1012", "FROM debian\nRUN useradd -m -u 1000 app\n", {}},
      {"CL1012", "FROM debian\nRUN adduser --disabled-password --gecos '' app\n", {}},
      {"CL1012", "FROM alpine\nRUN adduser -D app\n", {}},
      {"CL1012", "FROM debian\nRUN passwd -l root\n", {}},
      {"CL1012", "FROM debian\nRUN usermod -p '!' root\n", {}},
      {"CL1012", "FROM debian\nRUN apt-get install -y passwd\n", {}},
      {"CL1012", "FROM debian\nRUN cat /etc/passwd\n", {}},
  });
}

TEST(RulesOfUsers, StayLinearOnManyStages) {
  std::string file = "FROM debian AS s0\n";
  constexpr int kStages = 2000;
  for (int i = 1; i < kStages; ++i)
    file += fmt::format("FROM s{} AS s{}\nRUN apt-get update\n", i - 1, i);
  file += "USER app\nCOPY . /home/app\n";
  EXPECT_TRUE(verdicts(std::move(file), "CL1006").contains(fmt::format("CL1006:{}", 4001)));
}

}  // namespace
}  // namespace corten::dockerfile
