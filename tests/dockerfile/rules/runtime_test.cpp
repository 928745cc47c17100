// Rules on how the image starts, what it opens and what it carries (CL4001 … CL4015).
#include <gtest/gtest.h>

#include "dockerfile/lint_helper.h"

namespace corten::dockerfile {
namespace {

struct Case {
  const char* id;
  const char* content;
  bool fires;
};

class RuntimeRule : public testing::TestWithParam<Case> {};

TEST_P(RuntimeRule, FiresOrStaysSilent) {
  const Case& c = GetParam();
  EXPECT_EQ(fires(c.id, c.content), c.fires) << c.content;
}

INSTANTIATE_TEST_SUITE_P(
    NoShell, RuntimeRule,
    testing::ValuesIn(std::vector<Case>{
        {"CL4001", "FROM scratch\nCOPY app /app\nCMD /app\n", true},
        {"CL4001", "FROM scratch\nRUN echo hi\n", true},
        {"CL4001", "FROM gcr.io/distroless/base\nCMD [\"sh\", \"-c\", \"/app\"]\n", true},
        {"CL4001", "FROM gcr.io/distroless/base\nHEALTHCHECK CMD /app --healthy\n", true},
        {"CL4001", "FROM gcr.io/distroless/base AS b\nFROM b\nENTRYPOINT /app\n", true},
        {"CL4001",
         "FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled\nENTRYPOINT dotnet app.dll\n",
         true},
        {"CL4001", "FROM gcr.io/distroless/base:debug\nCMD /app\n", false},
        {"CL4001", "FROM scratch\nCOPY --from=busybox /bin/busybox /bin/sh\nCMD /app\n", false},
        {"CL4001", "FROM scratch\nADD rootfs.tar.xz /\nCMD [\"bash\"]\n", false},
        {"CL4001", "FROM scratch\nCOPY app /\nCMD [\"/app\"]\n", false},
        {"CL4001",
         "FROM golang AS b\nRUN go build\nFROM scratch\nCOPY --from=b /a /a\nCMD [\"/a\"]\n",
         false},
        {"CL4001", "FROM example.com/unknown\nCMD /app\n", false},
        {"CL4001", "FROM debian\nCMD /app\n", false},
    }));

INSTANTIATE_TEST_SUITE_P(
    Health, RuntimeRule,
    testing::ValuesIn(std::vector<Case>{
        {"CL4003", "FROM debian\nCMD [\"/app\"]\n", true},
        {"CL4003", "FROM debian\nHEALTHCHECK CMD true\nCMD [\"/app\"]\n", true},
        {"CL4003", "FROM debian\nHEALTHCHECK CMD exit 0\nCMD [\"/app\"]\n", true},
        {"CL4003",
         "FROM debian\nRUN apt-get install -y curl\nHEALTHCHECK CMD curl localhost || true\nCMD "
         "[\"/a\"]\n",
         true},
        {"CL4003", "FROM debian\nHEALTHCHECK CMD curl -f localhost\nCMD [\"/app\"]\n", true},
        {"CL4003", "FROM alpine\nHEALTHCHECK CMD curl -f localhost\nCMD [\"/app\"]\n", true},
        {"CL4003", "FROM debian\nHEALTHCHECK --interval=1h CMD /app -h\nCMD [\"/app\"]\n", true},
        {"CL4003",
         "FROM debian\nRUN apt-get install -y curl\nHEALTHCHECK CMD curl -f localhost || exit "
         "1\nCMD [\"/a\"]\n",
         false},
        {"CL4003", "FROM alpine\nHEALTHCHECK CMD wget -q localhost\nCMD [\"/app\"]\n", false},
        {"CL4003", "FROM debian\nHEALTHCHECK NONE\nCMD [\"/app\"]\n", false},
        {"CL4003", "FROM debian AS b\nHEALTHCHECK CMD /app -h\nFROM b\nCMD [\"/app\"]\n", false},
        {"CL4003", "FROM nginx:1.27\nCOPY site.conf /etc/nginx/conf.d/\n", true},
        {"CL4003", "FROM own/server\nEXPOSE 80\n", true},
        {"CL4003", "FROM debian\nRUN true\n", false},
        {"CL4003", "FROM debian\nHEALTHCHECK --interval=5m CMD /app -h\nCMD [\"/app\"]\n", false},
    }));

INSTANTIATE_TEST_SUITE_P(
    Exposure, RuntimeRule,
    testing::ValuesIn(std::vector<Case>{
        {"CL4004", "FROM a\nEXPOSE 22\n", true},
        {"CL4004", "FROM a\nEXPOSE 80 2375/tcp\n", true},
        {"CL4004", "FROM a\nEXPOSE 20-25\n", true},
        {"CL4004", "FROM a\nARG P=22\nEXPOSE $P\n", true},
        {"CL4004", "FROM a\nEXPOSE 2222 80\n", false},
        {"CL4004", "FROM a\nEXPOSE $UNKNOWN\n", false},
        {"CL4006", "FROM a\nVOLUME /\n", true},
        {"CL4006", "FROM a\nVOLUME [\"/data\", \"/etc\"]\n", true},
        {"CL4006", "FROM a\nWORKDIR /dev/x\n", true},
        {"CL4006", "FROM a\nVOLUME /root/.ssh/\n", true},
        {"CL4006", "FROM a\nWORKDIR /\n", false},
        {"CL4006", "FROM a\nVOLUME /etc/app\n", false},
        {"CL4006", "FROM a\nWORKDIR /developer\n", false},
        {"CL4006", "FROM a\nVOLUME /var/run/postgresql\n", false},
        {"CL4009", "FROM a\nONBUILD COPY . /app\n", true},
        {"CL4009", "FROM a\nCOPY . /app\n", false},
        {"CL4010", "FROM a\nRUN --network=host make\n", true},
        {"CL4010", "FROM a\nRUN --security=insecure make\n", true},
        {"CL4010", "FROM a\nRUN --device=nvidia.com/gpu make\n", true},
        {"CL4010", "FROM a\nRUN --network=none --security=sandbox make\n", false},
        {"CL4012", "FROM a\nENV DOCKER_HOST=tcp://dind:2375\n", true},
        {"CL4012", "FROM a\nVOLUME [\"/var/run/docker.sock\"]\n", true},
        {"CL4012", "FROM a\nRUN curl --unix-socket /var/run/docker.sock http://x/info\n", true},
        {"CL4012", "FROM a\nENV DOCKER_HOST=unix:///run/user/1000/d.sock\n", false},
        {"CL4012", "FROM a\nRUN apt-get install -y docker-ce-cli\n", false},
    }));

INSTANTIATE_TEST_SUITE_P(
    Starting, RuntimeRule,
    testing::ValuesIn(std::vector<Case>{
        {"CL4005", "FROM debian\nRUN apt-get install -y openssh-server\n", true},
        {"CL4005", "FROM alpine\nRUN apk add dropbear\n", true},
        {"CL4005", "FROM debian\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n", true},
        {"CL4005", "FROM debian\nRUN service ssh start\n", true},
        {"CL4005", "FROM debian\nCMD cron -f\n", true},
        {"CL4005",
         "FROM debian AS b\nRUN apt-get install -y openssh-server\nFROM debian\nCMD [\"/a\"]\n",
         false},
        {"CL4005", "FROM debian\nRUN apt-get install -y openssh-client\n", false},
        {"CL4005", "FROM debian\nRUN apt-get remove -y openssh-server\n", false},
        {"CL4011", "FROM debian\nENTRYPOINT /app\n", true},
        {"CL4011", "FROM debian\nENTRYPOINT exec /app\nCMD [\"x\"]\n", true},
        {"CL4011", "FROM debian\nENTRYPOINT [\"sudo\", \"/app\"]\n", true},
        {"CL4011", "FROM debian\nCMD [\"su\", \"-c\", \"/app\", \"me\"]\n", true},
        {"CL4011", "FROM debian\nENTRYPOINT exec /app\n", false},
        {"CL4011", "FROM debian\nENTRYPOINT [\"/app\"]\nCMD [\"x\"]\n", false},
        {"CL4011", "FROM debian\nENTRYPOINT [\"gosu\", \"me\", \"/app\"]\n", false},
        {"CL4011", "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT app.exe\n",
         false},
    }));

INSTANTIATE_TEST_SUITE_P(
    Content, RuntimeRule,
    testing::ValuesIn(std::vector<Case>{
        {"CL4002", "FROM debian\nRUN apt-get install -y build-essential\nCMD [\"/a\"]\n", true},
        {"CL4002", "FROM alpine\nRUN apk add --no-cache musl-dev\nCMD [\"/a\"]\n", true},
        {"CL4002", "FROM alpine\nRUN apk add --no-cache --virtual .b gcc && make\nCMD [\"/a\"]\n",
         true},
        {"CL4002",
         "FROM alpine\nRUN apk add --no-cache --virtual .b gcc && make && apk del .b\nCMD "
         "[\"/a\"]\n",
         false},
        {"CL4002",
         "FROM debian\nRUN apt-get install -y gcc && make && apt-get purge -y gcc\nCMD [\"/a\"]\n",
         false},
        {"CL4002", "FROM debian AS b\nRUN apt-get install -y gcc\nFROM debian\nCMD [\"/a\"]\n",
         false},
        {"CL4002", "FROM debian\nRUN apt-get install -y gcc\n", false},
        {"CL4002", "FROM debian\nRUN apt-get install -y libssl3 ca-certificates\nCMD [\"/a\"]\n",
         false},
        {"CL4007", "FROM a\nVOLUME /data\nRUN touch /data/x\n", true},
        {"CL4007", "FROM a\nVOLUME [\"/data\"]\nRUN chown -R me /data\n", true},
        {"CL4007", "FROM a\nVOLUME /data\nRUN echo x > /data/y\n", true},
        {"CL4007", "FROM a\nRUN touch /data/x\nVOLUME /data\n", false},
        {"CL4007", "FROM a\nVOLUME /data\nRUN touch /database\n", false},
        {"CL4007", "FROM a AS b\nVOLUME /data\nFROM a\nRUN touch /data/x\n", false},
        {"CL4008", "FROM a\nRUN make\nFROM b\nCMD [\"x\"]\n", true},
        {"CL4008", "FROM a AS test\nRUN make\nFROM b\nCMD [\"x\"]\n", false},
        {"CL4008", "FROM a\nRUN make\nFROM b\nCOPY --from=0 /x /x\n", false},
        {"CL4013", "FROM debian\nRUN apt-get install -y tcpdump\n", true},
        {"CL4013", "FROM debian\nRUN apt-get install -y curl netcat-openbsd\n", true},
        {"CL4013", "FROM debian AS b\nRUN apt-get install -y nmap\nFROM debian\n", false},
        {"CL4013", "FROM debian\nRUN apt-get install -y nmap-common\n", false},
        {"CL4014", "FROM nginx\nCOPY . /usr/share/nginx/html\n", true},
        {"CL4014", "FROM php:8-apache\nCOPY . /var/www/html/\n", true},
        {"CL4014", "FROM httpd\nWORKDIR /usr/local/apache2/htdocs\nCOPY . .\n", true},
        {"CL4014", "FROM nginx\nCOPY dist /usr/share/nginx/html\n", false},
        {"CL4014", "FROM nginx\nCOPY --from=b . /usr/share/nginx/html\n", false},
        {"CL4014", "FROM node\nCOPY . /var/www/html\n", false},
        {"CL4015", "FROM a\nENV DEBUG=1\n", true},
        {"CL4015", "FROM a\nENV NODE_ENV development\n", true},
        {"CL4015", "FROM a\nENV A=1 FLASK_DEBUG=true\n", true},
        {"CL4015", "FROM a\nENV NODE_ENV=development\nRUN x\nENV NODE_ENV=production\n", false},
        {"CL4015", "FROM a AS b\nENV DEBUG=1\nFROM a\n", false},
        {"CL4015", "FROM a\nENV DEBUG=0 NODE_ENV=production\n", false},
    }));

}  // namespace
}  // namespace corten::dockerfile
