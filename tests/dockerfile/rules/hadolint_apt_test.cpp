// hadolint's rules about apt-get.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintApt, WantsVersions) {
  expect_verdicts({
      {"DL3008", "FROM a:1\nRUN apt-get install curl\n", {2}},
      {"DL3008",
       "FROM a:1\nRUN apt-get update && apt-get install -y \\\n  curl=1 \\\n  git\n",
       {4}},
      {"DL3008", "FROM a:1\nRUN if true; then apt-get -y install git; fi\n", {2}},
      {"DL3008", "FROM a:1\nRUN sudo apt-get install -y git\n", {2}},
      {"DL3008", "FROM a:1\nONBUILD RUN apt-get install -y git\n", {2}},
      {"DL3008", "FROM a:1\nRUN [\"apt-get\", \"install\", \"-y\", \"git\"]\n", {2}},
      {"DL3008", "FROM a:1\nRUN bash -c \"apt-get install -y git\"\n", {2}},
      {"DL3008", "FROM a:1\nRUN <<EOF\napt-get update\napt-get install -y git\nEOF\n", {4}},
      {"DL3008", "FROM a:1\nENV PKG=\"git curl\"\nRUN apt-get install -y $PKG\n", {3}},
      {"DL3008", "FROM a:1\nRUN P=git && apt-get install -y $P\n", {2}},
      {"DL3008", "FROM a:1\nARG V=8.1\nRUN apt-get install -y php$V-fpm\n", {3}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y curl=7.88.*\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y git/bookworm-backports\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y ./x.deb /tmp/y.deb z.deb\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y -t bookworm-backports git=2\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install --target-release b git=2\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y -o Acquire::Retries=3 git=2\n", {}},
      {"DL3008", "FROM a:1\nRUN P=git=2 && apt-get install -y $P\n", {}},
      {"DL3008", "FROM a:1\nARG P\nRUN apt-get install -y $P\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get install -y $(cat list)\n", {}},
      {"DL3008", "FROM a:1\nARG V\nRUN apt-get install -y git=$V\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get remove git\n", {}},
      {"DL3008", "FROM a:1\nRUN apt-get -f install\n", {}},
      {"DL3008", "FROM a:1\nRUN echo apt-get install git\n", {}},
      {"DL3008", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN apt-get install x\n", {}},
      {"DL3008", "FROM a:1\nSHELL [\"pwsh\", \"-c\"]\nRUN apt-get install x\n", {}},
      {"DL3008", "FROM a:1\nCMD apt-get install x\n", {}},
  });
}

TEST(HadolintApt, SaysWhatHasNoVersion) {
  const Seen seen = first_seen("DL3008", "FROM a:1\nRUN apt-get install -y a=1 b c=1 d e f g\n");
  EXPECT_EQ(seen.text, "b");
  EXPECT_EQ(seen.evidence, "b, d, e and 2 more have no version");
  EXPECT_EQ(seen.severity, Severity::Low);
  EXPECT_EQ(first_seen("DL3008", "FROM a:1\nRUN apt-get install -y a\n").evidence,
            "a has no version");
  EXPECT_EQ(first_seen("DL3008", "FROM a:1\nRUN apt-get install -y a b c\n").evidence,
            "a, b and c have no version");
  EXPECT_EQ(
      first_seen("DL3008", "FROM a:1\nRUN apt-get install -y a\n", options_of_hadolint()).severity,
      Severity::Medium);
}

TEST(HadolintApt, SeesWhatHadolintSees) {
  expect_verdicts(
      {
          {"DL3008", "FROM a:1\nRUN sudo apt-get install -y git\n", {}},
          {"DL3008", "FROM a:1\nRUN bash -c \"apt-get install -y git\"\n", {}},
          {"DL3008", "FROM a:1\nARG P\nRUN apt-get install -y $P\n", {3}},
          {"DL3008", "FROM a:1\nRUN P=git=2 && apt-get install -y $P\n", {2}},
          {"DL3008", "FROM a:1\nRUN apt-get install -y git\n", {2}},
          {"DL3014", "FROM a:1\nRUN yes | apt-get install git\n", {2}},
          {"DL3009", "FROM a:1\nRUN apt-get update && apt-get dist-clean\n", {2}},
      },
      options_of_hadolint());
}

TEST(HadolintApt, WantsListsRemoved) {
  expect_verdicts({
      {"DL3009", "FROM a:1\nRUN apt-get update\n", {2}},
      {"DL3009", "FROM a:1\nRUN set -e; \\\n  apt-get update; \\\n  apt-get install -y x\n", {3}},
      {"DL3009", "FROM a:1\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*\n", {2}},
      {"DL3009", "FROM a:1\nRUN apt update && apt-get clean\n", {2}},
      {"DL3009", "FROM a:1\nRUN aptitude update\n", {2}},
      {"DL3009", "FROM a:1 AS b\nRUN apt-get update\nFROM b\nRUN ls\n", {2}},
      {"DL3009", "FROM a:1\nONBUILD RUN apt-get update\n", {2}},
      {"DL3009", "FROM a:1\nRUN --mount=type=cache,target=/root/.cache apt-get update\n", {2}},
      {"DL3009", "FROM a:1\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n", {}},
      {"DL3009", "FROM a:1\nRUN apt-get update && rm -r /var/lib/apt/lists/*\n", {}},
      {"DL3009", "FROM a:1\nRUN apt-get update && rm -fr /var/lib/apt/lists\n", {}},
      {"DL3009", "FROM a:1\nRUN apt-get update && apt-get dist-clean\n", {}},
      {"DL3009", "FROM a:1 AS b\nRUN apt-get update\nFROM c:1\nCOPY --from=b /x /x\n", {}},
      {"DL3009", "FROM a:1\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\n", {}},
      {"DL3009",
       "FROM a:1\nRUN --mount=type=cache,target=/var/cache/apt "
       "--mount=type=cache,target=/var/lib/apt apt-get update\n",
       {}},
      {"DL3009", "FROM a:1\nRUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update\n", {}},
      {"DL3009", "FROM a:1\nRUN apt-get install x\n", {}},
      {"DL3009",
       "FROM a:1 AS base\nRUN echo 'APT::Update::Post-Invoke { \"rm -rf /var/lib/apt/lists/*\"; "
       "};' "
       "> /etc/apt/apt.conf.d/clean\nFROM base\nRUN apt-get update\n",
       {}},
  });
  EXPECT_EQ(first_seen("DL3009", "FROM a:1\nRUN ls && apt-get -q update && ls\n").text,
            "apt-get -q update");
}

TEST(HadolintApt, WantsYes) {
  expect_verdicts({
      {"DL3014", "FROM a:1\nRUN apt-get install x\n", {2}},
      {"DL3014", "FROM a:1\nRUN apt-get update && apt-get install -q x\n", {2}},
      {"DL3014", "FROM a:1\nRUN apt-get install --no-install-recommends x\n", {2}},
      {"DL3014", "FROM a:1\nRUN DEBIAN_FRONTEND=noninteractive apt-get install x\n", {2}},
      {"DL3014", "FROM a:1\nONBUILD RUN apt-get install x\n", {2}},
      {"DL3014", "FROM a:1\nRUN apt-get install --quiet x\n", {2}},
      {"DL3014", "FROM a:1\nRUN apt-get install -y x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get --yes install x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install x --assume-yes\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install -yq x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install -qq x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install -q -q x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install --quiet --quiet x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get install -q=2 x\n", {}},
      {"DL3014", "FROM a:1\nRUN yes | apt-get install x\n", {}},
      {"DL3014", "FROM a:1\nRUN apt-get -o APT::Get::Assume-Yes=true install x\n", {}},
      {"DL3014",
       "FROM a:1\nRUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\n"
       "RUN apt-get install x\n",
       {}},
      {"DL3014", "FROM a:1\nRUN apt-get install -s x\n", {}},
      {"DL3014", "FROM a:1\nENV O=\"-q -y\"\nRUN apt-get install $O x\n", {}},
      {"DL3014", "FROM a:1\nENV O=-q\nRUN apt-get install $O x\n", {3}},
      {"DL3014", "FROM a:1\nRUN apt-get update\n", {}},
  });
  EXPECT_EQ(first_seen("DL3014", "FROM a:1\nRUN apt-get install x\n").text, "apt-get install");
}

TEST(HadolintApt, WantsNoRecommendedPackages) {
  expect_verdicts({
      {"DL3015", "FROM a:1\nRUN apt-get install -y x\n", {2}},
      {"DL3015", "FROM a:1\nRUN apt-get update && \\\n  apt-get install -y x\n", {3}},
      {"DL3015", "FROM a:1\nONBUILD RUN apt-get install -y x\n", {2}},
      {"DL3015", "FROM a:1\nRUN apt-get install -y -o APT::Install-Recommends=true x\n", {2}},
      {"DL3015", "FROM a:1\nRUN apt-get install -y --no-install-suggests x\n", {2}},
      {"DL3015", "FROM a:1\nRUN apt-get install -y --no-install-recommends x\n", {}},
      {"DL3015", "FROM a:1\nRUN apt-get --no-install-recommends -y install x\n", {}},
      {"DL3015", "FROM a:1\nRUN apt-get install -y -o APT::Install-Recommends=false x\n", {}},
      {"DL3015", "FROM a:1\nRUN apt-get install -y -oAPT::Install-Recommends=0 x\n", {}},
      {"DL3015", "FROM a:1\nRUN O=--no-install-recommends; apt-get install -y $O x\n", {}},
      {"DL3015", "FROM a:1\nRUN apt-get update\n", {}},
      {"DL3015",
       "FROM a:1\nCOPY <<EOF /etc/apt/apt.conf.d/99lean\nAPT::Install-Recommends \"0\";\nEOF\n"
       "RUN apt-get install -y x\n",
       {}},
  });
}

}  // namespace
}  // namespace corten::dockerfile
