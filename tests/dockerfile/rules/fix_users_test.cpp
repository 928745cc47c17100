// Fixes of the rules on users: before and after, byte for byte.
#include "dockerfile/rules/fix_helper.h"

namespace corten::dockerfile {
namespace {

TEST(FixOfRoot, TakesTheUserThatTheBaseShips) {
  expect_fixes(
      {
          {"CL1001", "FROM node:22\nCOPY . /app\nCMD [\"node\", \"/app/a.js\"]\n",
           "FROM node:22\nCOPY . /app\nUSER 1000\nCMD [\"node\", \"/app/a.js\"]\n"},
          {"CL1001", "FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY a /a\nENTRYPOINT [\"/a/a\"]\n",
           "FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY a /a\nUSER 1654\nENTRYPOINT "
           "[\"/a/a\"]\n"},
          // .NET ships it since 8: before that an account is made.
          {"CL1001", "FROM mcr.microsoft.com/dotnet/aspnet:7.0\nCOPY a /a\nENTRYPOINT [\"/a/a\"]\n",
           "FROM mcr.microsoft.com/dotnet/aspnet:7.0\nCOPY a /a\nRUN groupadd --gid 10001 app && "
           "useradd --no-log-init --create-home --uid 10001 --gid app --shell /usr/sbin/nologin "
           "app\nUSER 10001:10001\nENTRYPOINT [\"/a/a\"]\n"},
      },
      Safety::Unsafe);
}

TEST(FixOfRoot, MakesAnAccountAsTheDistributionDoes) {
  expect_fixes(
      {
          {"CL1001", "FROM debian:12\nCOPY app /app\nCMD [\"/app\"]\n",
           "FROM debian:12\nCOPY app /app\nRUN groupadd --gid 10001 app && useradd --no-log-init "
           "--create-home --uid 10001 --gid app --shell /usr/sbin/nologin app\nUSER "
           "10001:10001\nCMD [\"/app\"]\n"},
          {"CL1001", "FROM alpine:3.22\nCOPY app /app\nENTRYPOINT [\"/app\"]\n",
           "FROM alpine:3.22\nCOPY app /app\nRUN addgroup -g 10001 app && adduser -D -u 10001 -G "
           "app -s /sbin/nologin app\nUSER 10001:10001\nENTRYPOINT [\"/app\"]\n"},
          {"CL1001", "FROM fedora:43\nCOPY app /app\nCMD [\"/app\"]\n",
           "FROM fedora:43\nCOPY app /app\nRUN groupadd --gid 10001 app && useradd --no-log-init "
           "--create-home --uid 10001 --gid app --shell /usr/sbin/nologin app\nUSER "
           "10001:10001\nCMD [\"/app\"]\n"},
          // Without shadow-utils.
          {"CL1001",
           "FROM registry.access.redhat.com/ubi9-minimal:9.6\nCOPY app /app\nCMD [\"/app\"]\n",
           "FROM registry.access.redhat.com/ubi9-minimal:9.6\nCOPY app /app\nRUN echo "
           "'app:x:10001:10001::/home/app:/sbin/nologin' >> /etc/passwd && echo 'app:x:10001:' >> "
           "/etc/group && mkdir -p /home/app && chown 10001:10001 /home/app\nUSER "
           "10001:10001\nCMD [\"/app\"]\n"},
          {"CL1001", "FROM scratch\nCOPY app /app\nENTRYPOINT [\"/app\"]\n",
           "FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT [\"/app\"]\n"},
          {"CL1001",
           "FROM gcr.io/distroless/static-debian12\nCOPY app /app\nENTRYPOINT [\"/app\"]\n",
           "FROM gcr.io/distroless/static-debian12\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT "
           "[\"/app\"]\n"},
          // A base that nothing is known of, but apk runs there as root.
          {"CL1001", "FROM example.com/base:1\nRUN apk add --no-cache jq\nCMD [\"jq\"]\n",
           "FROM example.com/base:1\nRUN apk add --no-cache jq \\\n    && addgroup -g 10001 app && "
           "adduser -D -u 10001 -G app -s /sbin/nologin app\nUSER 10001:10001\nCMD [\"jq\"]\n"},
      },
      Safety::Unsafe);
}

TEST(FixOfRoot, TakesTheAccountThatTheFileMakes) {
  expect_fixes(
      {
          {"CL1001", "FROM debian:12\nRUN useradd -u 1234 web\nCMD [\"/app\"]\n",
           "FROM debian:12\nRUN useradd -u 1234 web\nUSER 1234\nCMD [\"/app\"]\n"},
          {"CL1001", "FROM debian:12\nRUN useradd -m web\nCMD [\"/app\"]\n",
           "FROM debian:12\nRUN useradd --uid 10001 -m web\nUSER 10001\nCMD [\"/app\"]\n"},
          {"CL1001", "FROM alpine:3.22\nRUN adduser -D web\nCMD [\"/app\"]\n",
           "FROM alpine:3.22\nRUN adduser -u 10001 -D web\nUSER 10001\nCMD [\"/app\"]\n"},
          // It went back to root: once more the user from before.
          {"CL1002",
           "FROM debian:12\nRUN useradd -u 1234 web\nUSER web\nCOPY a /a\nUSER root\nRUN chmod 755 "
           "/a\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN useradd -u 1234 web\nUSER web\nCOPY a /a\nUSER root\nRUN chmod 755 "
           "/a\nUSER 1234\nCMD [\"/a\"]\n"},
          {"CL1002", "FROM node:22\nUSER node\nCOPY a /a\nUSER root\nCMD [\"node\", \"/a\"]\n",
           "FROM node:22\nUSER node\nCOPY a /a\nUSER 1000\nCMD [\"node\", \"/a\"]\n"},
          {"CL1002", "FROM grafana/grafana:12.0.0\nUSER root\nRUN apk add --no-cache jq\n",
           "FROM grafana/grafana:12.0.0\nUSER root\nRUN apk add --no-cache jq\nUSER 472\n"},
          // Which one of them is meant nobody can tell.
          {"CL1001",
           "FROM debian:12\nRUN useradd -u 1234 web && useradd -u 1235 db\nCMD [\"/a\"]\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfRoot, StandsBehindTheLastStep) {
  expect_fixes(
      {
          // Nothing starts in it: at the end.
          {"CL1001", "FROM node:22\nRUN npm i -g a@1.2.3\nENV A=b\n",
           "FROM node:22\nRUN npm i -g a@1.2.3\nENV A=b\nUSER 1000\n"},
          {"CL1001", "FROM node:22\nRUN npm i -g a@1.2.3",
           "FROM node:22\nRUN npm i -g "
           "a@1.2.3\nUSER 1000"},
          // The start is named first.
          {"CL1001", "FROM node:22\nCMD [\"node\", \"a\"]\nCOPY a a\n",
           "FROM node:22\nCMD [\"node\", \"a\"]\nCOPY a a\nUSER 1000\n"},
          // The health check runs as the same user.
          {"CL1001",
           "FROM node:22\nCOPY a a\nEXPOSE 3000\nHEALTHCHECK CMD [\"node\", \"h\"]\nCMD [\"node\", "
           "\"a\"]\n",
           "FROM node:22\nCOPY a a\nEXPOSE 3000\nUSER 1000\nHEALTHCHECK CMD [\"node\", "
           "\"h\"]\nCMD [\"node\", \"a\"]\n"},
          // A comment stays with what it is about.
          {"CL1001",
           "FROM node:22\nCOPY a a\n\n# hadolint ignore=DL3025\n# the server\nCMD node a\n",
           "FROM node:22\nCOPY a a\n\nUSER 1000\n# hadolint ignore=DL3025\n# the server\nCMD node "
           "a\n"},
          {"CL1001", "from node:22\ncopy a a\ncmd [\"node\", \"a\"]\n",
           "from node:22\ncopy a a\nuser 1000\ncmd [\"node\", \"a\"]\n"},
          {"CL1001", "FROM node:22\r\nCOPY a a\r\nCMD [\"node\", \"a\"]\r\n",
           "FROM node:22\r\nCOPY a a\r\nUSER 1000\r\nCMD [\"node\", \"a\"]\r\n"},
          // Only the last stage.
          {"CL1001",
           "FROM node:22 AS build\nRUN npm ci\nCMD [\"x\"]\nFROM node:22\nCOPY --from=build a "
           "a\nCMD [\"node\", \"a\"]\n",
           "FROM node:22 AS build\nRUN npm ci\nCMD [\"x\"]\nFROM node:22\nCOPY --from=build a "
           "a\nUSER 1000\nCMD [\"node\", \"a\"]\n"},
          // Replaced where no step needs root behind it.
          {"CL1002", "FROM node:22\nCOPY a a\nUSER root\nCMD [\"node\", \"a\"]\n",
           "FROM node:22\nCOPY a a\nUSER 1000\nCMD [\"node\", \"a\"]\n"},
      },
      Safety::Unsafe);
}

// Two RUN in a row are one too many, and `useradd` belongs to the step that is there.
TEST(FixOfRoot, JoinsTheLastRun) {
  expect_fixes(
      {
          {"CL1001", "FROM debian:12\nRUN a && \\\n    b\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN a && \\\n    b && \\\n    groupadd --gid 10001 app && useradd "
           "--no-log-init --create-home --uid 10001 --gid app --shell /usr/sbin/nologin app\nUSER "
           "10001:10001\nCMD [\"/a\"]\n"},
          // Not with the exec form: then it is made at the top.
          {"CL1001", "FROM debian:12\nCOPY a /a\nRUN [\"/a\"]\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN groupadd --gid 10001 app && useradd --no-log-init --create-home "
           "--uid 10001 --gid app --shell /usr/sbin/nologin app\nCOPY a /a\nRUN [\"/a\"]\nUSER "
           "10001:10001\nCMD [\"/a\"]\n"},
          {"CL1001", "FROM debian:12\nRUN [\"/a\"]\nCMD [\"/a\"]\n", "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfRoot, HandsVolumesToTheUser) {
  expect_fixes(
      {
          {"CL1001", "FROM node:22\nCOPY a a\nVOLUME /data /logs\nCMD [\"node\", \"a\"]\n",
           "FROM node:22\nCOPY a a\nRUN mkdir -p /data /logs && chown -R 1000:1000 /data "
           "/logs\nVOLUME /data /logs\nUSER 1000\nCMD [\"node\", \"a\"]\n"},
          {"CL1001", "FROM alpine:3.22\nVOLUME [\"/data\"]\nCOPY a /a\nCMD [\"/a\"]\n",
           "FROM alpine:3.22\nRUN addgroup -g 10001 app && adduser -D -u 10001 -G app -s "
           "/sbin/nologin app && mkdir -p /data && chown -R 10001:10001 /data\nVOLUME "
           "[\"/data\"]\nCOPY a /a\nUSER 10001:10001\nCMD [\"/a\"]\n"},
      },
      Safety::Unsafe);
  const Offer scratch =
      offer_of("CL1001", "FROM scratch\nCOPY a /a\nVOLUME /data\nEXPOSE 80\nCMD [\"/a\"]\n");
  EXPECT_EQ(scratch.after,
            "FROM scratch\nCOPY a /a\nVOLUME /data\nEXPOSE 80\nUSER 65532:65532\nCMD [\"/a\"]\n");
  EXPECT_NE(scratch.note.find("/data must be given to 65532"), std::string::npos) << scratch.note;
  EXPECT_NE(scratch.note.find("port 80 "), std::string::npos) << scratch.note;
}

TEST(FixOfRoot, IsNoneWhereRootIsNeeded) {
  expect_fixes(
      {
          {"CL1001", "FROM nginx:1.27\nCOPY a /usr/share/nginx/html\n", "no fix"},
          {"CL1001", "FROM postgres:17\nCOPY a.sql /docker-entrypoint-initdb.d/\n", "no fix"},
          {"CL1001", "FROM debian:12\nRUN apt-get install -y gosu\nENTRYPOINT [\"/start\"]\n",
           "no fix"},
          {"CL1001",
           "FROM debian:12\nCOPY sshd_config /etc/ssh/\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n",
           "no fix"},
          {"CL1001",
           "FROM debian:12\nCOPY <<EOF /start.sh\nchown -R app /data\nexec app\nEOF\nENTRYPOINT "
           "[\"/start.sh\"]\n",
           "no fix"},
          {"CL1001", "FROM debian:12\nCOPY a /root/a\nCMD [\"/root/a\"]\n", "no fix"},
          {"CL1001", "FROM python:3.13\nRUN pip install --user flask\nCMD [\"flask\"]\n", "no fix"},
          {"CL1001", "FROM python:3.13\nENV PATH=/root/.local/bin:$PATH\nCMD [\"a\"]\n", "no fix"},
          {"CL1001", "FROM debian:12\nONBUILD RUN make\nCMD [\"/a\"]\n", "no fix"},
          {"CL1001", "FROM scratch\nCOPY a /a\n", "no fix"},                // exported
          {"CL1001", "FROM example.com/base:1\nCMD [\"/a\"]\n", "no fix"},  // who knows
          {"CL1002", "FROM debian:12\nARG WHO=root\nUSER $WHO\nCMD [\"/a\"]\n", "no fix"},
          // The cache that is removed is no use of root's home.
          {"CL1001", "FROM node:22\nRUN npm ci && rm -rf /root/.npm\nCMD [\"node\"]\n",
           "FROM node:22\nRUN npm ci && rm -rf /root/.npm\nUSER 1000\nCMD [\"node\"]\n"},
      },
      Safety::Unsafe);
}

// The script that the container starts with lies in the build context.
TEST(FixOfRoot, LooksIntoTheScriptThatStarts) {
  struct Row {
    std::string_view file;
    std::string_view path;  // that is asked for
    std::string_view script;
    bool is_fixed;
  };
  constexpr std::string_view kSteps = "#!/bin/sh\nchown app /data\nexec su-exec app \"$@\"\n";
  constexpr std::string_view kPlain = "#!/bin/sh\nexec app \"$@\"\n";
  const std::vector<Row> rows = {
      {"FROM debian:12\nCOPY docker/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n",
       "docker/start.sh", kSteps, false},
      {"FROM debian:12\nCOPY docker/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n",
       "docker/start.sh", kPlain, true},
      {"FROM debian:12\nCOPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT "
       "[\"docker-entrypoint.sh\"]\n",
       "docker-entrypoint.sh", kPlain, true},
      {"FROM debian:12\nCOPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT "
       "[\"docker-entrypoint.sh\"]\n",
       "other", kPlain, false},  // it cannot be read, and such ones mostly step down
      {"FROM debian:12\nWORKDIR /app\nCOPY . .\nCMD [\"sh\", \"/app/bin/start\"]\n", "bin/start",
       kSteps, false},
      {"FROM debian:12\nCOPY bin /app/bin\nENTRYPOINT [\"tini\", \"--\", \"/app/bin/start\"]\n",
       "bin/start", kSteps, false},
      {"FROM debian:12\nCOPY bin /app/bin\nENTRYPOINT [\"tini\", \"--\", \"/app/bin/start\"]\n",
       "bin/start", kPlain, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    BuildContext context;
    context.read = [&](std::string_view path) -> std::optional<std::string> {
      if (path != row.path) return std::nullopt;
      return std::string(row.script);
    };
    const RuleOptions options = options_of_today();
    const Analysis analysis(std::string(row.file), options, {}, &context);
    bool found = false;
    for (const Problem& problem : analysis.run_rules()) {
      if (problem.rule->check.id != "CL1001") continue;
      found = true;
      EXPECT_EQ(problem.fix.has_value(), row.is_fixed) << row.script;
    }
    EXPECT_TRUE(found);
  }
}

TEST(FixOfAdministrator, NamesTheUserThatWindowsHas) {
  expect_fixes(
      {
          {"CL5001",
           "# escape=`\r\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\r\nCOPY a.exe "
           "C:/a.exe\r\nCMD [\"C:/a.exe\"]\r\n",
           "# escape=`\r\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\r\nCOPY a.exe "
           "C:/a.exe\r\nUSER ContainerUser\r\nCMD [\"C:/a.exe\"]\r\n"},
          {"CL5001",
           "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerAdministrator\nCMD "
           "[\"C:/a.exe\"]\n",
           "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser\nCMD "
           "[\"C:/a.exe\"]\n"},
          {"CL5001",
           "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerAdministrator\nRUN "
           "a.exe\nCMD [\"C:/a.exe\"]\n",
           "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerAdministrator\nRUN "
           "a.exe\nUSER ContainerUser\nCMD [\"C:/a.exe\"]\n"},
          {"CL5001", "FROM mcr.microsoft.com/windows/servercore/iis:latest\nCOPY a C:/a\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfUser, WritesTheNumberForTheName) {
  expect_fixes(
      {
          {"CL1003", "FROM debian:12\nRUN useradd -u 1234 app\nUSER app\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN useradd -u 1234 app\nUSER 1234\nCMD [\"/a\"]\n"},
          {"CL1003", "FROM debian:12\nRUN useradd -u 1234 app\nUSER app:web\nCMD [\"/a\"]\n",
           "FROM debian:12\nRUN useradd -u 1234 app\nUSER 1234:web\nCMD [\"/a\"]\n"},
          {"CL1003", "FROM debian:12\nRUN useradd app\nUSER app\nCMD [\"/a\"]\n", "no fix"},
          {"CL1003",
           "FROM debian:12\nENV WHO=app\nRUN useradd -u 1234 app\nUSER $WHO\nCMD [\"/a\"]\n",
           "no fix"},
      },
      Safety::Safe);
  // A table says so, and the image may be another one.
  expect_fixes({{"CL1003", "FROM node:22\nUSER node\nCMD [\"node\"]\n",
                 "FROM node:22\nUSER 1000\nCMD [\"node\"]\n"}},
               Safety::Unsafe);
}

TEST(FixOfUser, MakesTheOneThatIsMissing) {
  expect_fixes(
      {
          {"CL1004", "FROM scratch\nCOPY app /app\nUSER app\nENTRYPOINT [\"/app\"]\n",
           "FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT [\"/app\"]\n"},
          {"CL1004", "FROM alpine:3.22\nCOPY app /app\nUSER web\nENTRYPOINT [\"/app\"]\n",
           "FROM alpine:3.22\nCOPY app /app\nRUN addgroup -g 10001 web && adduser -D -u 10001 -G "
           "web -s /sbin/nologin web\nUSER web\nENTRYPOINT [\"/app\"]\n"},
          {"CL1004", "FROM alpine:3.22\nRUN a\nUSER web:web\nENTRYPOINT [\"/app\"]\n",
           "FROM alpine:3.22\nRUN a && addgroup -g 10001 web && adduser -D -u 10001 -G "
           "web -s /sbin/nologin web\nUSER web:web\nENTRYPOINT [\"/app\"]\n"},
          {"CL1004", "FROM alpine:3.22\nUSER web:staff\nENTRYPOINT [\"/app\"]\n", "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfStep, RunsItAsRoot) {
  expect_fixes(
      {
          {"CL1005",
           "FROM debian:12\nRUN useradd app\nUSER app\nRUN apt-get install -y jq\nCMD [\"a\"]\n",
           "FROM debian:12\nRUN useradd app\nRUN apt-get install -y jq\nUSER app\nCMD "
           "[\"a\"]\n"},
          {"CL1005",
           "FROM debian:12\nRUN useradd app\nUSER app\nCOPY a a\nRUN apt-get install -y "
           "jq\nCMD [\"a\"]\n",
           "FROM debian:12\nRUN useradd app\nUSER app\nCOPY a a\nUSER root\nRUN apt-get install "
           "-y jq\nUSER app\nCMD [\"a\"]\n"},
          {"CL1005", "FROM grafana/grafana:12.0.0\nRUN apk add jq\n",
           "FROM grafana/grafana:12.0.0\nUSER root\nRUN apk add jq\nUSER 472\n"},
      },
      Safety::Unsafe);
}

TEST(FixOfFiles, GivesThemToTheUser) {
  expect_fixes(
      {
          {"CL1006", "FROM node:22\nWORKDIR /app\nUSER node\nCOPY . .\n",
           "FROM node:22\nWORKDIR /app\nUSER node\nCOPY --chown=node . .\n"},
          {"CL1006", "FROM debian:12\nRUN useradd -u 1234 app\nUSER 1234\nWORKDIR /srv/data\n",
           "FROM debian:12\nRUN useradd -u 1234 app && install -d -o 1234 /srv/data\nUSER "
           "1234\nWORKDIR /srv/data\n"},
          {"CL1007", "FROM debian:12\nCOPY . /app\nRUN chown -R 10001:10001 /app\n",
           "FROM debian:12\nCOPY --chown=10001:10001 . /app\nRUN chown 10001:10001 /app\n"},
          {"CL1007",
           "FROM node:22\nCOPY a /app/a\nCOPY b /app/b\nRUN chown -R node:node /app && ls\n",
           "FROM node:22\nCOPY --chown=node:node a /app/a\nCOPY --chown=node:node b /app/b\nRUN "
           "chown node:node /app && ls\n"},
          {"CL1007", "FROM debian:12\nCOPY . /app\nRUN chmod -R 755 /app\n",
           "FROM debian:12\nCOPY --chmod=755 . /app\nRUN chmod 755 /app\n"},
          // What a RUN puts there needs the chown as well.
          {"CL1007", "FROM node:22\nCOPY . /app\nRUN npm ci\nRUN chown -R node /app\n", "no fix"},
          {"CL1007", "FROM node:22\nCOPY . /app\nRUN npm ci && chown -R node /app\n", "no fix"},
          // Other folders need it as a whole.
          {"CL1007", "FROM debian:12\nCOPY . /app\nRUN chown -R 1000 /app /var/lib/x\n", "no fix"},
          // The user is not there yet when the files are copied.
          {"CL1007",
           "FROM debian:12\nCOPY . /app\nRUN chown -R app /app\nRUN useradd app\nUSER app\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfModes, TakesWhatIsTooMuch) {
  expect_fixes(
      {
          {"CL1009", "FROM debian:12\nRUN mkdir /data && chmod 777 /data\n",
           "FROM debian:12\nRUN mkdir /data && chmod 775 /data\n"},
          {"CL1009", "FROM debian:12\nRUN chmod -R a+rwx,u+s /data\n",
           "FROM debian:12\nRUN chmod -R ug+rwx,o+rx,u+s /data\n"},
          {"CL1009", "FROM debian:12\nRUN chmod o+w /data\n",
           "FROM debian:12\nRUN chmod o-w /data\n"},
          {"CL1009", "FROM debian:12\nRUN chmod go+w /data\n",
           "FROM debian:12\nRUN chmod g+w /data\n"},
          {"CL1009", "FROM debian:12\nRUN chmod go=rwX /data\n",
           "FROM debian:12\nRUN chmod g=rwX,o=rX /data\n"},
          {"CL1009", "FROM debian:12\nRUN mkdir -m 0777 /data\n",
           "FROM debian:12\nRUN mkdir -m 0775 /data\n"},
          {"CL1009", "FROM debian:12\nCOPY --chmod=666 a /a\n",
           "FROM debian:12\nCOPY --chmod=664 a /a\n"},
          // The user for whom it was meant can still write.
          {"CL1009", "FROM debian:12\nRUN mkdir /d && \\\n  chmod -R 777 /d /e\nUSER 10001\n",
           "FROM debian:12\nRUN mkdir /d && \\\n  chown -R 10001 /d /e && chmod -R 775 /d "
           "/e\nUSER 10001\n"},
          {"CL1009", "FROM debian:12\nCOPY --chmod=777 a /a\nUSER 10001:0\n",
           "FROM debian:12\nCOPY --chown=10001:0 --chmod=775 a /a\nUSER 10001:0\n"},
          {"CL1009", "FROM debian:12\nRUN chmod 777 /d\nRUN useradd app\nUSER app\n",
           "FROM debian:12\nRUN chmod 775 /d\nRUN useradd app\nUSER app\n"},
          {"CL1009", "FROM debian:12\nENV M=777\nRUN chmod $M /d\n", "no fix"},
          {"CL1010", "FROM debian:12\nRUN chmod u+s /usr/bin/find\n",
           "FROM debian:12\nRUN chmod u-s /usr/bin/find\n"},
          {"CL1010", "FROM debian:12\nRUN chmod 4755 /usr/bin/find\n",
           "FROM debian:12\nRUN chmod 0755 /usr/bin/find\n"},
          {"CL1010", "FROM debian:12\nRUN install -m 6711 find /usr/bin/find\n",
           "FROM debian:12\nRUN install -m 0711 find /usr/bin/find\n"},
          {"CL1010", "FROM debian:12\nCOPY --chmod=4755 a /a\n",
           "FROM debian:12\nCOPY --chmod=0755 a /a\n"},
          {"CL1010", "FROM debian:12\nRUN chmod ug+xs /a\n", "FROM debian:12\nRUN chmod ug+x /a\n"},
      },
      Safety::Unsafe);
}

}  // namespace
}  // namespace corten::dockerfile
