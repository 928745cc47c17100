// hadolint's rules about COPY and ADD.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintCopy, WantsAddForArchives) {
  expect_verdicts({
      {"DL3010", "FROM a:1\nCOPY x.tar /tmp/\nRUN tar -xf /tmp/x.tar\n", {2}},
      {"DL3010", "FROM a:1\nCOPY x.tar.gz /tmp/\nRUN cd /tmp && tar --extract -f x.tar.gz\n", {2}},
      {"DL3010", "FROM a:1\nCOPY a.txt in/x.tgz /tmp/\nRUN ls\nRUN tar xzf /tmp/x.tgz -C /\n", {2}},
      {"DL3010", "FROM a:1\nCOPY x.gz /tmp/\nRUN gunzip /tmp/x.gz\n", {2}},
      {"DL3010", "FROM a:1\nCOPY x.tar.xz /tmp/y.tar.xz\nRUN tar -xf /tmp/y.tar.xz\n", {2}},
      {"DL3010",
       "FROM a:1\nCOPY \"x.tar\" /\nCOPY y.tar /\nRUN tar -xf x.tar && tar -xf y.tar\n",
       {2, 3}},
      {"DL3010", "FROM a:1\nCOPY x.tar /tmp/\nRUN tar -tf /tmp/x.tar\n", {}},
      {"DL3010", "FROM a:1\nCOPY x.tar /tmp/\nRUN tar -xf /tmp/y.tar\n", {}},
      {"DL3010", "FROM a:1\nADD x.tar /tmp/\n", {}},
      {"DL3010", "FROM a:1\nCOPY --from=b:1 x.tar /tmp/\nRUN tar -xf /tmp/x.tar\n", {}},
      {"DL3010", "FROM a:1\nCOPY x.tar /tmp/\nFROM b:1\nRUN tar -xf /tmp/x.tar\n", {}},
      {"DL3010", "FROM a:1\nRUN tar -xf /tmp/x.tar\nCOPY x.tar /tmp/\n", {}},
      {"DL3010", "FROM a:1\nCOPY x.tar /tmp/y.tar\nRUN tar -xf /tmp/x.tar\n", {}},
      {"DL3010", "FROM a:1\nCOPY x.txt /tmp/\nRUN gunzip x.txt\n", {}},
  });
}

TEST(HadolintCopy, WantsCopyForPlainFiles) {
  expect_verdicts({
      {"DL3020", "FROM a:1\nADD file /\n", {2}},
      {"DL3020", "FROM a:1\nADD . /app\n", {2}},
      {"DL3020", "FROM a:1\nADD x.tar.gz file /app/\n", {2}},
      {"DL3020", "FROM a:1\nADD [\"my file\", \"/\"]\n", {2}},
      {"DL3020", "FROM a:1\nADD --chown=1:1 file.zip /\n", {2}},
      {"DL3020", "FROM a:1\nARG F=app.conf\nADD $F /\n", {3}},
      {"DL3020", "FROM a:1\nADD x.tar.gz /\n", {}},
      {"DL3020", "FROM a:1\nADD https://example.com/x /\n", {}},
      {"DL3020", "FROM a:1\nADD \"http://example.com/x\" /\n", {}},
      {"DL3020", "FROM a:1\nADD [\"x.tbz2\", \"/\"]\n", {}},
      {"DL3020", "FROM a:1\nADD git@github.com:a/b.git /src\n", {}},
      {"DL3020", "FROM a:1\nADD x.tar.zst /\n", {}},
      {"DL3020", "FROM a:1\nARG URL\nADD $URL /\n", {}},
      {"DL3020", "FROM a:1\nARG V=1\nADD x-$V.tar.xz /\n", {}},
      {"DL3020", "FROM a:1\nCOPY file /\n", {}},
  });
  expect_verdicts({{"DL3020", "FROM a:1\nADD x.tar.zst /\n", {2}},
                   {"DL3020", "FROM a:1\nADD git@github.com:a/b.git /src\n", {2}}},
                  options_of_hadolint());
}

TEST(HadolintCopy, WantsFolderForSeveralSources) {
  expect_verdicts({
      {"DL3021", "FROM a:1\nCOPY x y z\n", {2}},
      {"DL3021", "FROM a:1\nCOPY x y /z\n", {2}},
      {"DL3021", "FROM a:1\nCOPY [\"x\", \"y\", \"z\"]\n", {2}},
      {"DL3021", "FROM a:1\nCOPY --from=b:1 x y \"/z\"\n", {2}},
      {"DL3021", "FROM a:1\nENV D=/srv\nCOPY x y $D\n", {3}},
      {"DL3021", "FROM a:1\nCOPY x y .\n", {2}},
      {"DL3021", "FROM a:1\nCOPY x y /z/\n", {}},
      {"DL3021", "FROM a:1\nCOPY x y ./\n", {}},
      {"DL3021", "FROM a:1\nCOPY x y \"/z/\"\n", {}},
      {"DL3021", "FROM a:1\nCOPY x /z\n", {}},
      {"DL3021", "FROM a:1\nCOPY *.json /z\n", {}},
      {"DL3021", "FROM a:1\nCOPY [\"x\", \"y\", \"z/\"]\n", {}},
      {"DL3021", "FROM a:1\nENV D=/srv/\nCOPY x y $D\n", {}},
  });
  EXPECT_EQ(first_seen("DL3021", "FROM a:1\nCOPY x y z\n").severity, Severity::High);
  EXPECT_EQ(first_seen("DL3021", "FROM a:1\nCOPY x y .\n").severity, Severity::Low);
  EXPECT_EQ(first_seen("DL3021", "FROM a:1\nCOPY x y .\n").text, ".");
}

TEST(HadolintCopy, WantsKnownStage) {
  expect_verdicts({
      {"DL3022", "FROM a:1\nCOPY --from=b /x /y\n", {2}},
      {"DL3022", "FROM a:1\nCOPY --from=b /x /y\nFROM c:1 AS b\n", {2}},
      {"DL3022", "FROM a:1\nFROM b:1\nCOPY --from=2 /x /y\n", {3}},
      {"DL3022", "FROM a:1 AS build\nFROM b:1\nCOPY --from=biuld /x /y\n", {3}},
      {"DL3022", "FROM a:1\nCOPY --from=quay.io/a/b /x /y\n", {2}},
      {"DL3022", "FROM a:1 AS b\nFROM c:1\nCOPY --from=b /x /y\n", {}},
      {"DL3022", "FROM a:1 AS Build\nFROM c:1\nCOPY --from=build /x /y\n", {}},
      {"DL3022", "FROM a:1\nFROM b:1\nCOPY --from=0 /x /y\n", {}},
      {"DL3022", "FROM a:1\nFROM b:1\nCOPY --from=1 /x /y\n", {}},
      {"DL3022", "FROM a:1\nCOPY --from=nginx:1.29 /x /y\n", {}},
      {"DL3022", "FROM a:1\nCOPY --from=quay.io:443/a/b /x /y\n", {}},
      {"DL3022", "FROM a:1\nCOPY /x /y\n", {}},
  });
}

TEST(HadolintCopy, RefusesOwnStage) {
  expect_verdicts({
      {"DL3023", "FROM a:1 AS b\nCOPY --from=b /x /y\n", {2}},
      {"DL3023", "FROM a:1 AS x\nFROM a:1 AS b\nRUN ls\nCOPY --from=b /x /y\n", {4}},
      {"DL3023", "FROM a:1 AS b\nCOPY --chown=1 --from=b /x /y\n", {2}},
      {"DL3023", "FROM a:1 AS B\nCOPY --from=b /x /y\n", {2}},
      {"DL3023", "FROM a:1 AS b\nFROM c:1 AS d\nCOPY --from=b /x /y\n", {}},
      {"DL3023", "FROM a:1 AS b\nCOPY --from=c:1 /x /y\n", {}},
      {"DL3023", "FROM a:1\nCOPY --from=b /x /y\n", {}},
      {"DL3023", "FROM a:1 AS b\nCOPY /b /y\n", {}},
  });
}

TEST(HadolintCopy, PointsAtTheWord) {
  EXPECT_EQ(first_seen("DL3010", "FROM a:1\nCOPY a.txt x.tar /\nRUN tar -xf x.tar\n").text,
            "x.tar");
  EXPECT_EQ(first_seen("DL3020", "FROM a:1\nADD a /\n").text, "ADD");
  EXPECT_EQ(first_seen("DL3022", "FROM a:1\nCOPY --from=b /x /y\n").text, "b");
}

}  // namespace
}  // namespace corten::dockerfile
