// What fixes of rules about commands of RUN write, byte for byte.
#include "fix_table.h"

namespace corten::dockerfile {
namespace {

constexpr auto kUnsafe = Safety::Unsafe;

TEST(FixesOfCommands, AptGet) {
  const FixCase cases[] = {
      {"yes", "DL3014", "FROM debian:12\nRUN apt-get install curl\n",
       "FROM debian:12\nRUN apt-get install -y curl\n"},
      {"yes behind a flag", "DL3014", "FROM debian:12\nRUN apt-get -q install \\\n    curl\n",
       "FROM debian:12\nRUN apt-get -q install -y \\\n    curl\n"},
      {"yes in exec form", "DL3014", "FROM debian:12\nRUN [\"apt-get\", \"install\", \"curl\"]\n",
       "FROM debian:12\nRUN [\"apt-get\", \"install\", \"-y\", \"curl\"]\n"},
      {"yes in a shell's string", "DL3014",
       "FROM debian:12\nRUN bash -c \"apt-get install curl\"\n",
       "FROM debian:12\nRUN bash -c \"apt-get install -y curl\"\n"},
      {"yes in a string of exec form", "DL3014",
       "FROM debian:12\nRUN [\"sh\", \"-c\", \"apt-get install curl\"]\n", ""},
      {"yes in ONBUILD", "DL3014", "FROM debian:12\nONBUILD RUN apt-get install curl\n",
       "FROM debian:12\nONBUILD RUN apt-get install -y curl\n"},
      {"yes in a here-document", "DL3014",
       "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install curl\nEOF\n",
       "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n"},
      {"recommended", "DL3015", "FROM debian:12\nRUN apt-get install -y curl\n",
       "FROM debian:12\nRUN apt-get install --no-install-recommends -y curl\n", kUnsafe},
      {"recommended of apt", "DL3015", "FROM debian:12\nRUN apt install -y curl\n",
       "FROM debian:12\nRUN apt install --no-install-recommends -y curl\n", kUnsafe},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, ListsGoInTheSameLayer) {
  const std::string rm = "rm -rf /var/lib/apt/lists/*";
  const FixCase cases[] = {
      {"one line", "DL3009", "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && " + rm + "\n"},
      {"a long line", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl "
       "gnupg ca-certificates\n",
       "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl "
       "gnupg ca-certificates \\\n    && " +
           rm + "\n"},
      {"&& in front", "DL3009",
       "FROM debian:12\nRUN apt-get update \\\n && apt-get install -y curl\nCMD [\"x\"]\n",
       "FROM debian:12\nRUN apt-get update \\\n && apt-get install -y curl \\\n && " + rm +
           "\nCMD [\"x\"]\n"},
      {"&& behind", "DL3009",
       "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y \\\n        curl\n",
       "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y \\\n        curl && \\\n"
       "    " +
           rm + "\n"},
      {"comments stay", "DL3009",
       "FROM debian:12\nRUN apt-get update \\\n # why\n && apt-get install -y curl # all\n",
       "FROM debian:12\nRUN apt-get update \\\n # why\n && apt-get install -y curl \\\n && " + rm +
           " # all\n"},
      {"no newline at the end", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && " + rm},
      {"set -e", "DL3009", "FROM debian:12\nRUN set -e; apt-get update; apt-get install -y curl\n",
       "FROM debian:12\nRUN set -e; apt-get update; apt-get install -y curl; " + rm + "\n"},
      {"set -e in a list", "DL3009",
       "FROM debian:12\nRUN set -e; apt-get update && apt-get install -y curl\n",
       "FROM debian:12\nRUN set -e; apt-get update && apt-get install -y curl && " + rm + "\n"},
      {"set -e and a loop at the end", "DL3009",
       "FROM debian:12\nRUN set -e; apt-get update; apt-get install -y curl; \\\n"
       "    for i in a b; do touch \"$i\"; done\n",
       "FROM debian:12\nRUN set -e; apt-get update; apt-get install -y curl; \\\n"
       "    for i in a b; do touch \"$i\"; done; \\\n    " +
           rm + "\n"},
      {"a semicolon at the end", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl;\n",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && " + rm + ";\n"},
      {"here-document", "DL3009",
       "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n",
       "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl && " + rm + "\nEOF\n"},
      {"here-document with set -e", "DL3009",
       "FROM debian:12\nRUN <<EOF\n  set -e\n  apt-get update\n  apt-get install -y curl\nEOF\n",
       "FROM debian:12\nRUN <<EOF\n  set -e\n  apt-get update\n  apt-get install -y curl\n  " + rm +
           "\nEOF\n"},
      {"ONBUILD", "DL3009",
       "FROM debian:12\nONBUILD RUN apt-get update && apt-get install -y curl\n",
       "FROM debian:12\nONBUILD RUN apt-get update && apt-get install -y curl && " + rm + "\n"},
      // A later RUN installs from the lists, or may be meant to.
      {"needed below", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"
       "RUN apt-get install -y git\n",
       ""},
      {"asked below", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"
       "RUN apt-cache policy curl > /versions\n",
       ""},
      {"asked here", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && apt list\n",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && apt list && " + rm + "\n"},
      {"nothing else here", "DL3009", "FROM debian:12\nRUN apt-get update\nRUN ./install.sh\n", ""},
      {"in the background", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl &\n", ""},
      {"exec at the end", "DL3009",
       "FROM debian:12\nRUN apt-get update && exec apt-get install -y curl\n", ""},
      {"with other rights", "DL3009",
       "FROM debian:12\nRUN sudo apt-get update && sudo apt-get install -y curl\n", ""},
      {"exec form", "DL3009",
       "FROM debian:12\nRUN [\"sh\", \"-c\", \"apt-get update && apt-get install -y curl\"]\n", ""},
      {"a here-document of a program", "DL3009",
       "FROM debian:12\nRUN apt-get update && apt-get install -y curl && cat <<EOF > /x\ny\nEOF\n",
       ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, OtherPackageManagers) {
  const FixCase cases[] = {
      {"apk", "DL3019", "FROM alpine:3.22\nRUN apk add curl~8\n",
       "FROM alpine:3.22\nRUN apk add --no-cache curl~8\n"},
      {"apk in exec form", "DL3019", "FROM alpine:3.22\nRUN [\"apk\", \"add\", \"curl~8\"]\n",
       "FROM alpine:3.22\nRUN [\"apk\", \"add\", \"--no-cache\", \"curl~8\"]\n"},
      {"yum", "DL3030", "FROM rockylinux:9\nRUN yum install httpd-2.4 && yum clean all\n",
       "FROM rockylinux:9\nRUN yum install -y httpd-2.4 && yum clean all\n"},
      {"yum's cache", "DL3032", "FROM rockylinux:9\nRUN yum install -y httpd-2.4\n",
       "FROM rockylinux:9\nRUN yum install -y httpd-2.4 && yum clean all\n"},
      {"dnf", "DL3038", "FROM fedora:42\nRUN dnf install httpd-2.4 && dnf clean all\n",
       "FROM fedora:42\nRUN dnf install -y httpd-2.4 && dnf clean all\n"},
      {"microdnf's cache", "DL3040", "FROM rockylinux:9-minimal\nRUN microdnf install -y x-1\n",
       "FROM rockylinux:9-minimal\nRUN microdnf install -y x-1 && microdnf clean all\n"},
      {"zypper", "DL3034", "FROM opensuse/leap:15.6\nRUN zypper in curl=8 && zypper clean\n",
       "FROM opensuse/leap:15.6\nRUN zypper --non-interactive in curl=8 && zypper clean\n"},
      {"zypper's cache", "DL3036", "FROM opensuse/leap:15.6\nRUN zypper in -y curl=8\n",
       "FROM opensuse/leap:15.6\nRUN zypper in -y curl=8 && zypper clean --all\n"},
      {"pip", "DL3042", "FROM python:3.13\nRUN pip install flask==3.1.0\n",
       "FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n"},
      {"python -m pip", "DL3042", "FROM python:3.13\nRUN python -m pip install -r r.txt\n",
       "FROM python:3.13\nRUN python -m pip install --no-cache-dir -r r.txt\n"},
      {"yarn", "DL3060", "FROM node:22\nRUN yarn install --frozen-lockfile\n",
       "FROM node:22\nRUN yarn install --frozen-lockfile && yarn cache clean\n", kUnsafe},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, Tools) {
  const FixCase cases[] = {
      {"useradd", "DL3046", "FROM debian:12\nRUN useradd -u 1000123 app\n",
       "FROM debian:12\nRUN useradd --no-log-init -u 1000123 app\n"},
      {"wget of GNU", "DL3047", "FROM debian:12\nRUN wget https://example.com/a\n",
       "FROM debian:12\nRUN wget --progress=dot:giga https://example.com/a\n"},
      {"wget of busybox", "DL3047", "FROM alpine:3.22\nRUN wget https://example.com/a\n",
       "FROM alpine:3.22\nRUN wget -q https://example.com/a\n"},
      {"wget that Alpine installs", "DL3047",
       "FROM alpine:3.22\nRUN apk add --no-cache wget~1 && wget https://example.com/a\n",
       "FROM alpine:3.22\nRUN apk add --no-cache wget~1 && wget --progress=dot:giga "
       "https://example.com/a\n"},
      {"wget of an unknown base", "DL3047", "FROM shop/base:1\nRUN wget https://example.com/a\n",
       "FROM shop/base:1\nRUN wget -q https://example.com/a\n"},
      {"wget of an unknown base with apt", "DL3047",
       "FROM shop/base:1\nRUN apt-get install -y wget=1 && wget https://example.com/a\n",
       "FROM shop/base:1\nRUN apt-get install -y wget=1 && wget --progress=dot:giga "
       "https://example.com/a\n"},
      {"apt", "DL3027", "FROM debian:12\nRUN apt update && apt-get install -y x=1\n",
       "FROM debian:12\nRUN apt-get update && apt-get install -y x=1\n"},
      {"apt search", "DL3027", "FROM debian:12\nRUN apt search x\n",
       "FROM debian:12\nRUN apt-cache search x\n"},
      {"apt upgrade", "DL3027", "FROM debian:12\nRUN apt -y upgrade\n",
       "FROM debian:12\nRUN apt-get -y upgrade --with-new-pkgs\n"},
      {"apt full-upgrade", "DL3027", "FROM debian:12\nRUN apt full-upgrade -y\n",
       "FROM debian:12\nRUN apt-get dist-upgrade -y\n"},
      {"apt list", "DL3027", "FROM debian:12\nRUN apt list --installed\n", ""},
      {"apt in exec form", "DL3027", "FROM debian:12\nRUN [\"apt\", \"update\"]\n",
       "FROM debian:12\nRUN [\"apt-get\", \"update\"]\n"},
      {"sudo", "DL3004", "FROM debian:12\nRUN sudo make install\n",
       "FROM debian:12\nRUN make install\n"},
      {"sudo with flags", "DL3004", "FROM debian:12\nRUN sudo -E -H make \\\n    install\n",
       "FROM debian:12\nRUN make \\\n    install\n"},
      {"sudo behind env", "DL3004", "FROM debian:12\nRUN env X=1 sudo make install\n",
       "FROM debian:12\nRUN env X=1 make install\n"},
      {"sudo with a variable", "DL3004", "FROM debian:12\nRUN sudo X=1 make install\n",
       "FROM debian:12\nRUN X=1 make install\n"},
      {"sudo in exec form", "DL3004", "FROM debian:12\nRUN [\"sudo\", \"make\"]\n",
       "FROM debian:12\nRUN [\"make\"]\n"},
      {"sudo to another user", "DL3004", "FROM debian:12\nRUN sudo -u app make\n", ""},
      {"sudo as a user", "DL3004", "FROM debian:12\nUSER app\nRUN sudo make install\n", ""},
      {"sudo on an unknown base", "DL3004", "FROM shop/base:1\nRUN sudo make install\n",
       "FROM shop/base:1\nRUN make install\n", kUnsafe},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, FoldersBecomeWorkdirs) {
  const FixCase cases[] = {
      {"back to where it was", "DL3003",
       "FROM debian:12\nWORKDIR /app\nRUN cd /src && make\nRUN ls\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /src\nRUN make\nWORKDIR /app\nRUN ls\n"},
      {"relative", "DL3003", "FROM debian:12\nWORKDIR /app\nRUN cd web; npm ci\nRUN ls\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /app/web\nRUN npm ci\nWORKDIR /app\nRUN ls\n"},
      {"with continued lines", "DL3003",
       "FROM debian:12\nWORKDIR /app\n# build\nRUN cd /src \\\n    && make \\\n    && make "
       "install\n"
       "USER app\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /src\n# build\nRUN make \\\n    && make install\n"
       "WORKDIR /app\nUSER app\n"},
      {"a WORKDIR follows", "DL3003",
       "FROM debian:12\nWORKDIR /app\nRUN cd /src && make\nWORKDIR /run\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /src\nRUN make\nWORKDIR /run\n"},
      {"the end of a stage that is only copied from", "DL3003",
       "FROM debian:12 AS build\nRUN cd /src && make\nFROM debian:12\nCOPY --from=build /x /x\n",
       "FROM debian:12 AS build\nWORKDIR /src\nRUN make\nFROM debian:12\nCOPY --from=build /x "
       "/x\n"},
      {"where the base is, is not known", "DL3003", "FROM debian:12\nRUN cd /src && make\nCMD x\n",
       "FROM debian:12\nWORKDIR /src\nRUN make\nWORKDIR /\nCMD x\n", kUnsafe},
      {"behind set", "DL3003",
       "FROM debian:12\nWORKDIR /app\nRUN set -ex; cd /src; make; make test\nRUN ls\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /src\nRUN set -ex; make; make test\nWORKDIR /app\n"
       "RUN ls\n"},
      {"behind mkdir", "DL3003",
       "FROM debian:12\nWORKDIR /app\nRUN mkdir -p /src && cd /src && make\nRUN ls\n",
       "FROM debian:12\nWORKDIR /app\nWORKDIR /src\nRUN mkdir -p /src && make\nWORKDIR /app\n"
       "RUN ls\n"},
      {"behind mkdir with a mode", "DL3003",
       "FROM debian:12\nWORKDIR /a\nRUN mkdir -p -m 0700 /b && cd /b && make\nRUN ls\n", ""},
      {"the same folder", "DL3003", "FROM debian:12\nWORKDIR /app\nRUN cd /app && make\nRUN ls\n",
       "FROM debian:12\nWORKDIR /app\nRUN make\nRUN ls\n"},
      {"nothing but cd", "DL3003", "FROM debian:12\nRUN cd /src\nRUN make\n",
       "FROM debian:12\nWORKDIR /src\nRUN make\n", kUnsafe},
      {"small letters", "DL3003", "from debian:12\nworkdir /app\nrun cd /src && make\nrun ls\n",
       "from debian:12\nworkdir /app\nworkdir /src\nrun make\nworkdir /app\nrun ls\n"},
      {"a loop follows", "DL3003",
       "FROM debian:12\nWORKDIR /a\nRUN cd /b && for i in x; do touch \"$i\"; done\nRUN ls\n",
       "FROM debian:12\nWORKDIR /a\nWORKDIR /b\nRUN for i in x; do touch \"$i\"; done\nWORKDIR /a\n"
       "RUN ls\n"},
      {"makes its folder as another user", "DL3003",
       "FROM debian:12\nWORKDIR /a\nUSER app\nRUN mkdir -p /b && cd /b && make\nRUN ls\n", ""},
      {"a stage that nothing uses", "DL3003",
       "FROM debian:12 AS dev\nWORKDIR /a\nRUN cd /src && make\nFROM debian:12\n",
       "FROM debian:12 AS dev\nWORKDIR /a\nWORKDIR /src\nRUN make\nWORKDIR /a\nFROM debian:12\n"},
      {"a mount below the folder", "DL3003",
       "FROM debian:12\nWORKDIR /a\nRUN --mount=target=x cd /src && make\n", ""},
      {"a variable", "DL3003", "FROM debian:12\nWORKDIR /a\nRUN cd $HOME && make\n", ""},
      {"a tilde", "DL3003", "FROM debian:12\nWORKDIR /a\nRUN cd ~/x && make\n", ""},
      {"goes on without the folder", "DL3003",
       "FROM debian:12\nWORKDIR /a\nRUN cd /x || exit 1; make\n", ""},
      {"relative to an unknown folder", "DL3003", "FROM debian:12\nRUN cd x && make\n", ""},
      {"the last of several", "DL3003", "FROM debian:12\nRUN make && cd /src\n", ""},
      {"here-document", "DL3003", "FROM debian:12\nRUN <<EOF\ncd /src\nmake\nEOF\n", ""},
      {"goes back by itself", "DL3003",
       "FROM debian:12\nWORKDIR /a\nRUN cd /src && make && ls \"$OLDPWD\"\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, Shells) {
  const FixCase cases[] = {
      {"bash", "DL4006", "FROM debian:12\n# get it\nRUN curl -fsSL x | tar -x\nRUN a | b\n",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n# get it\n"
       "RUN curl -fsSL x | tar -x\nRUN a | b\n",
       kUnsafe},
      {"ash", "DL4006", "FROM alpine:3.22\nRUN curl -fsSL x | tar -x\n",
       "FROM alpine:3.22\nSHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\n"
       "RUN curl -fsSL x | tar -x\n",
       kUnsafe},
      {"a SHELL that lacks it", "DL4006",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN curl -fsSL x | tar -x\n",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n"
       "RUN curl -fsSL x | tar -x\n",
       kUnsafe},
      {"of an unknown base", "DL4006", "FROM shop/base:1\nRUN curl -fsSL x | tar -x\n", ""},
      {"link", "DL4005", "FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n", kUnsafe},
      {"link after rm", "DL4005", "FROM debian:12\nRUN rm /bin/sh && ln -s /bin/bash /bin/sh\n",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n", kUnsafe},
      {"link among others", "DL4005", "FROM debian:12\nRUN make && ln -s /bin/bash /bin/sh\n", ""},
      {"link to something else", "DL4005", "FROM debian:12\nRUN ln -sf /bin/dash /bin/sh\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfCommands, RunsAreJoined) {
  const FixCase cases[] = {
      {"two lines", "DL3059", "FROM debian:12\nRUN mkdir /a\nRUN touch /a/b\n",
       "FROM debian:12\nRUN mkdir /a \\\n    && touch /a/b\n"},
      {"with comments", "DL3059",
       "FROM debian:12\nRUN mkdir /a\n\n# a file\nRUN touch \\\n  /a/b\n",
       "FROM debian:12\nRUN mkdir /a \\\n# a file\n    && touch \\\n  /a/b\n"},
      {"a row", "DL3059", "FROM debian:12\nRUN a\nRUN b \\\n\t-x\nRUN c\nRUN (cd /x && d)\nRUN f\n",
       "FROM debian:12\nRUN a \\\n    && b \\\n\t-x \\\n\t&& c\nRUN (cd /x && d)\nRUN f\n"},
      {"indented as before", "DL3059", "FROM debian:12\nRUN a \\\n\t-b\nRUN c\n",
       "FROM debian:12\nRUN a \\\n\t-b \\\n\t&& c\n"},
      {"with mounts", "DL3059",
       "FROM debian:12\nRUN --mount=type=cache,target=/c a\nRUN --mount=type=cache,target=/c b\n",
       "FROM debian:12\nRUN --mount=type=cache,target=/c a \\\n    && b\n"},
      {"a semicolon", "DL3059", "FROM debian:12\nRUN a;\nRUN b\n",
       "FROM debian:12\nRUN a \\\n    && b\n"},
      {"a pipe behind", "DL3059", "FROM debian:12\nRUN a\nRUN ! b\n", ""},
      {"a row indented as its first", "DL3059", "FROM debian:12\nRUN a \\\n\t-b\nRUN c\nRUN d\n",
       "FROM debian:12\nRUN a \\\n\t-b \\\n\t&& c \\\n\t&& d\n"},
      {"variables that would last", "DL3059",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN printf -v PATH /x\nRUN b\n", ""},
      {"a list that would last", "DL3059",
       "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN mapfile -t PATH < /x\nRUN b\n", ""},
      {"a folder of a builtin that would last", "DL3059",
       "FROM debian:12\nRUN command cd /x\nRUN b\n", ""},
      {"only looked for", "DL3059", "FROM debian:12\nRUN command -v a\nRUN b\n",
       "FROM debian:12\nRUN command -v a \\\n    && b\n"},
      {"a folder that would last", "DL3059", "FROM debian:12\nRUN cd /x\nRUN b\n", ""},
      {"an option that would last", "DL3059", "FROM debian:12\nRUN set -x\nRUN b\n", ""},
      {"a variable that would last", "DL3059", "FROM debian:12\nRUN a \"${X:=y}\"\nRUN b\n", ""},
      {"in the background", "DL3059", "FROM debian:12\nRUN a &\nRUN b\n", ""},
      {"a pragma between", "DL3059", "FROM debian:12\nRUN a\n# hadolint ignore=DL3008\nRUN b\n",
       ""},
      {"a comment of the shell", "DL3059", "FROM debian:12\nRUN a # first\nRUN b\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

}  // namespace
}  // namespace corten::dockerfile
