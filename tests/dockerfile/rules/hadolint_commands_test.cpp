// hadolint's rules about commands and pipes.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintCommands, RefusesCommandsOfRunningMachines) {
  expect_verdicts({
      {"DL3001", "FROM a:1\nRUN ps aux\n", {2}},
      {"DL3001", "FROM a:1\nRUN ls && \\\n  service nginx start\n", {3}},
      {"DL3001", "FROM a:1\nRUN top -b\nRUN vim x\n", {2, 3}},
      {"DL3001", "FROM a:1\nRUN mount -t tmpfs none /mnt\n", {2}},
      {"DL3001", "FROM a:1\nONBUILD RUN kill 1\n", {2}},
      {"DL3001", "FROM a:1\nRUN sudo shutdown now\n", {2}},
      {"DL3001", "FROM a:1\nRUN echo $(free)\n", {2}},
      {"DL3001", "FROM a:1\nRUN apt-get install -y vim ssh\n", {}},
      {"DL3001", "FROM a:1\nRUN ifconfig\n", {}},
      {"DL3001", "FROM a:1\nRUN ssh-keyscan example.com\n", {}},
      {"DL3001", "FROM a:1\nRUN --mount=type=ssh ssh -T git@example.com\n", {}},
      {"DL3001", "FROM a:1\nCMD service nginx start\n", {}},
      {"DL3001", "FROM a:1\nRUN echo ps\n", {}},
      {"DL3001", "FROM a:1\nRUN daemon & p=$!; sleep 1; kill $p\n", {}},
  });
  EXPECT_EQ(first_seen("DL3001", "FROM a:1\nRUN a && ps aux\n").text, "ps");
}

TEST(HadolintCommands, WantsWorkdir) {
  expect_verdicts({
      {"DL3003", "FROM a:1\nRUN cd /app\n", {2}},
      {"DL3003", "FROM a:1\nRUN cd /app && make\n", {2}},
      {"DL3003", "FROM a:1\nRUN set -e; \\\n  cd /app; \\\n  make\n", {3}},
      {"DL3003", "FROM a:1\nRUN mkdir /app && cd /app && make\n", {2}},
      {"DL3003", "FROM a:1\nRUN make && cd /app\n", {2}},
      {"DL3003", "FROM a:1\nRUN [\"bash\", \"-c\", \"x\"]\nRUN cd /a\n", {3}},
      {"DL3003", "FROM a:1\nWORKDIR /app\nRUN make\n", {}},
      {"DL3003", "FROM a:1\nRUN (cd /app && make)\n", {}},
      {"DL3003", "FROM a:1\nRUN ls && (cd /app && make) && ls\n", {}},
      {"DL3003", "FROM a:1\nRUN curl -O x && tar xf x && cd x && make && cd .. && rm x\n", {}},
      {"DL3003", "FROM a:1\nRUN cd /a && make && cd /b && make\n", {}},
      {"DL3003", "FROM a:1\nRUN D=$(mktemp -d) && cd \"$D\" && make\n", {}},
      {"DL3003", "FROM a:1\nRUN cd \"$(mktemp -d)\" && make\n", {}},
      {"DL3003", "FROM a:1\nRUN if [ -d x ]; then cd x; make; fi\n", {}},
      {"DL3003", "FROM a:1\nONBUILD RUN cd /app && make\n", {}},
      {"DL3003", "FROM a:1\nRUN echo cd\n", {}},
  });
  EXPECT_EQ(first_seen("DL3003", "FROM a:1\nRUN cd /app\n").severity, Severity::Medium);
  EXPECT_EQ(first_seen("DL3003", "FROM a:1\nRUN cd /app && make\n").severity, Severity::Low);
  EXPECT_EQ(first_seen("DL3003", "FROM a:1\nRUN cd /app && make\n").text, "cd /app");
  expect_verdicts(
      {
          {"DL3003", "FROM a:1\nRUN (cd /app && make)\n", {2}},
          {"DL3003", "FROM a:1\nRUN make && cd /app && make && cd ..\n", {2}},
          {"DL3003", "FROM a:1\nONBUILD RUN cd /app && make\n", {}},
      },
      options_of_hadolint());
}

TEST(HadolintCommands, RefusesSudo) {
  expect_verdicts({
      {"DL3004", "FROM a:1\nRUN sudo make\n", {2}},
      {"DL3004", "FROM a:1\nRUN ls && \\\n  sudo -E make\n", {3}},
      {"DL3004", "FROM a:1\nRUN ls | sudo tee /x\n", {2}},
      {"DL3004", "FROM a:1\nONBUILD RUN sudo make\n", {2}},
      {"DL3004", "FROM a:1\nRUN env X=1 sudo make\n", {2}},
      {"DL3004", "FROM a:1\nRUN if ! sudo make; then exit 1; fi\n", {2}},
      {"DL3004", "FROM a:1\nRUN apt-get install -y sudo\n", {}},
      {"DL3004", "FROM a:1\nRUN echo 'a ALL=NOPASSWD: ALL' > /etc/sudoers.d/sudo\n", {}},
      {"DL3004", "FROM a:1\nRUN gosu a make\n", {}},
      {"DL3004", "FROM a:1\nRUN ls sudo\n", {}},
      {"DL3004", "FROM a:1\nCMD sudo x\n", {}},
  });
  EXPECT_EQ(first_seen("DL3004", "FROM a:1\nRUN ls | sudo tee /x\n").text, "sudo");
}

TEST(HadolintCommands, RefusesApt) {
  expect_verdicts({
      {"DL3027", "FROM a:1\nRUN apt update\n", {2}},
      {"DL3027", "FROM a:1\nRUN apt-get update && apt install -y x\n", {2}},
      {"DL3027", "FROM a:1\nRUN sudo apt install x\n", {2}},
      {"DL3027", "FROM a:1\nONBUILD RUN apt list\n", {2}},
      {"DL3027", "FROM a:1\nRUN apt-get update\n", {}},
      {"DL3027", "FROM a:1\nRUN apt-cache show x && apt-key list\n", {}},
      {"DL3027", "FROM a:1\nRUN ls /etc/apt && echo apt\n", {}},
      {"DL3027", "FROM a:1\nRUN apk add apt\n", {}},
  });
  expect_verdicts({{"DL3027", "FROM a:1\nRUN sudo apt install x\n", {}}}, options_of_hadolint());
}

TEST(HadolintCommands, WantsOneFetcher) {
  expect_verdicts({
      {"DL4001", "FROM a:1\nRUN curl x\nRUN wget x\n", {3}},
      {"DL4001", "FROM a:1\nRUN wget x\nRUN ls\nRUN curl x\nRUN wget y\n", {4, 5}},
      {"DL4001", "FROM a:1\nRUN curl x && \\\n  wget y\n", {3}},
      {"DL4001", "FROM a:1\nONBUILD RUN curl x\nONBUILD RUN wget x\n", {3}},
      {"DL4001", "FROM b:1\nRUN curl x\nFROM a:1\nRUN curl x\nRUN wget x\n", {5}},
      {"DL4001", "FROM a:1\nRUN curl x\nRUN curl y\n", {}},
      {"DL4001", "FROM a:1\nRUN curl x\nFROM b:1\nRUN wget x\n", {}},
      {"DL4001", "FROM a:1\nRUN apt-get install -y curl wget && curl x\n", {}},
      {"DL4001", "FROM a:1\nRUN curl x\nONBUILD RUN wget x\n", {}},
      {"DL4001", "FROM a:1\nRUN curl x\nHEALTHCHECK CMD wget x\n", {}},
      {"DL4001", "FROM a:1\nRUN curl wget\n", {}},
  });
}

TEST(HadolintCommands, LeavesBinShAlone) {
  expect_verdicts({
      {"DL4005", "FROM a:1\nRUN ln -sf /bin/bash /bin/sh\n", {2}},
      {"DL4005", "FROM a:1\nRUN rm /bin/sh && ln -s /bin/bash /bin/sh\n", {2}},
      {"DL4005", "FROM a:1\nRUN ls && \\\n  ln -s bash \"/bin/sh\"\n", {3}},
      {"DL4005", "FROM a:1\nONBUILD RUN ln -sf /bin/bash /bin/sh\n", {2}},
      {"DL4005", "FROM a:1\nRUN ln -s /bin/bash /usr/local/bin/sh\n", {}},
      {"DL4005", "FROM a:1\nRUN ls -l /bin/sh\n", {}},
      {"DL4005", "FROM a:1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN ls\n", {}},
      {"DL4005", "FROM a:1\nRUN ln -s /bin/shx /x\n", {}},
  });
}

TEST(HadolintCommands, WantsPipefail) {
  expect_verdicts({
      {"DL4006", "FROM a:1\nRUN a | b\n", {2}},
      {"DL4006", "FROM a:1\nRUN x && \\\n  a | b\n", {3}},
      {"DL4006", "FROM a:1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a | b\n", {3}},
      {"DL4006", "FROM a:1\nSHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n", {3}},
      {"DL4006",
       "FROM a:1\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nFROM b:1\nRUN a | b\n",
       {4}},
      {"DL4006", "FROM a:1\nRUN if a | b; then c; fi\n", {2}},
      {"DL4006", "FROM a:1\nRUN x=$(a | b)\n", {2}},
      {"DL4006", "FROM a:1\nRUN <<EOF\na | b\nEOF\n", {3}},
      {"DL4006", "FROM a:1\nRUN a | b; set -o pipefail\n", {2}},
      {"DL4006", "FROM a:1\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n", {}},
      {"DL4006",
       "FROM a:1\nSHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN a | b\n",
       {}},
      {"DL4006", "FROM a:1\nSHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n", {}},
      {"DL4006",
       "FROM a:1\nSHELL [\"/usr/local/bin/zsh\", \"-eo\", \"pipefail\", \"-c\"]\nRUN a|b\n",
       {}},
      {"DL4006",
       "FROM alpine:3.22\nSHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n",
       {}},
      {"DL4006",
       "FROM a:1 AS x\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nFROM x\nRUN a | b\n",
       {}},
      {"DL4006", "FROM a:1\nRUN set -o pipefail && a | b\n", {}},
      {"DL4006", "FROM a:1\nRUN set -euxo pipefail; a | b\n", {}},
      {"DL4006", "FROM a:1\nRUN <<EOF\n#!/bin/bash -eo pipefail\na | b\nEOF\n", {}},
      {"DL4006", "FROM a:1\nRUN <<EOF python3\nprint(1 | 2)\nEOF\n", {}},
      {"DL4006", "FROM a:1\nRUN a || b\n", {}},
      {"DL4006", "FROM a:1\nRUN echo 'a | b'\n", {}},
      {"DL4006", "FROM a:1\nSHELL [\"pwsh\", \"-c\"]\nRUN a | b\n", {}},
      {"DL4006", "FROM a:1\nSHELL [\"cmd\", \"/S\", \"/C\"]\nRUN a | b\n", {}},
      {"DL4006", "FROM a:1\nONBUILD RUN a | b\n", {}},
      {"DL4006", "FROM a:1\nRUN [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\", \"a | b\"]\n", {}},
      {"DL4006", "FROM a:1\nCMD a | b\n", {}},
  });
  EXPECT_EQ(first_seen("DL4006", "FROM a:1\nRUN x && a | b && c\n").text, "a | b");
  EXPECT_EQ(first_seen("DL4006", "FROM a:1\nRUN echo x | tee y\n").severity, Severity::Info);
  EXPECT_EQ(first_seen("DL4006", "FROM a:1\nRUN echo x | tee y; a | b\n").text, "a | b");
  expect_verdicts(
      {
          {"DL4006",
           "FROM a:1 AS x\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nFROM x\nRUN a | "
           "b\n",
           {4}},
          {"DL4006", "FROM a:1\nRUN set -o pipefail && a | b\n", {2}},
      },
      options_of_hadolint());
}

}  // namespace
}  // namespace corten::dockerfile
