// pip, useradd, wget, yarn and go.
#include "dockerfile/rules/run_table.h"
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(ToolRules, SeePipsCache) {
  expect_runs({
      {"DL3042", "pip install flask==3", true},
      {"DL3042", "pip3 install -r requirements.txt", true},
      {"DL3042", "python3 -m pip install flask==3", true},
      {"DL3042", "PIP_NO_CACHE_DIR=0 pip install flask==3", true},
      {"DL3042", "pip install --upgrade pip && pip install --no-cache-dir flask==3", true},
      {"DL3042", "pip install --no-cache-dir flask==3", false},
      {"DL3042", "pip --no-cache-dir install flask==3", false},
      {"DL3042", "PIP_NO_CACHE_DIR=1 pip install flask==3", false},
      {"DL3042", "export PIP_NO_CACHE_DIR=true && pip install flask==3", false},
      {"DL3042", "pipx install flask", false},
      {"DL3042", "pipenv install flask", false},
      {"DL3042", "pip install flask==3 && pip cache purge", false},
      {"DL3042", "pip install flask==3 && rm -rf /root/.cache", false},
      {"DL3042", "--mount=type=cache,target=/root/.cache/pip pip install flask==3", false},
      {"DL3042", "uv pip install flask==3", false},
      {"DL3042", "pip freeze", false},
  });
  expect_verdicts({
      {"DL3042", "FROM a:1\nENV PIP_NO_CACHE_DIR=1\nRUN pip install x\n", {}},
      {"DL3042", "FROM a:1 AS b\nENV PIP_NO_CACHE_DIR=on\nFROM b\nRUN pip install x\n", {}},
      {"DL3042", "FROM a:1 AS b\nENV PIP_NO_CACHE_DIR=1\nFROM a:1\nRUN pip install x\n", {4}},
      {"DL3042", "FROM a:1\nENV PIP_NO_CACHE_DIR=off\nRUN pip install x\n", {3}},
      {"DL3042", "FROM a:1\nRUN true && \\\n  pip install x && \\\n  pip install y\n", {3, 4}},
  });
}

TEST(ToolRules, SeeHighUids) {
  expect_runs({
      {"DL3046", "useradd -u 123456 app", true},
      {"DL3046", "useradd --uid 1000123 app", true},
      {"DL3046", "useradd --uid=1000123 -m app", true},
      {"DL3046", "useradd -m -u ${SOME_UID} app", true},
      {"DL3046", "useradd -u 1000 app", false},
      {"DL3046", "useradd -l -u 123456 app", false},
      {"DL3046", "useradd --no-log-init -u 123456 app", false},
      {"DL3046", "useradd app", false},
      {"DL3046", "adduser -u 123456 app", false},
  });
  expect_verdicts({
      {"DL3046", "FROM a:1\nARG USER_ID=1000\nRUN useradd -u $USER_ID app\n", {}},
      {"DL3046", "FROM a:1\nARG USER_ID=1000000\nRUN useradd -u $USER_ID app\n", {3}},
  });
}

TEST(ToolRules, SeeWgetsProgress) {
  expect_runs({
      {"DL3047", "wget https://example.com/a", true},
      {"DL3047", "wget -O a https://example.com/a", true},
      {"DL3047", "wget --no-check-certificate https://example.com/a", true},
      {"DL3047", "cd /tmp && wget -O- https://example.com/a | tar x", true},
      {"DL3047", "wget -q https://example.com/a", false},
      {"DL3047", "wget -qO- https://example.com/a", false},
      {"DL3047", "wget -nv https://example.com/a", false},
      {"DL3047", "wget --progress=dot:giga https://example.com/a", false},
      {"DL3047", "wget -o log https://example.com/a", false},
      {"DL3047", "wget --no-verbose https://example.com/a", false},
      {"DL3047", "wget https://example.com/a 2>/dev/null", false},
      {"DL3047", "apt-get install wget", false},
  });
}

TEST(ToolRules, SeeYarnsCache) {
  expect_runs({
      {"DL3060", "yarn install", true},
      {"DL3060", "yarn install --frozen-lockfile --production", true},
      {"DL3060", "yarn --frozen-lockfile install && yarn build", true},
      {"DL3060", "yarn cache clean && yarn install", true},
      {"DL3060", "yarn install && yarn cache clean", false},
      {"DL3060", "yarn install && yarn build && yarn cache clean --all", false},
      {"DL3060", "--mount=type=cache,target=/root/.cache/yarn yarn install", false},
      {"DL3060", "--mount=type=cache,target=/usr/local/share/.cache yarn install", false},
      {"DL3060", "yarn build", false},
      {"DL3060", "npm install", false},
  });
  expect_verdicts({
      {"DL3060", "FROM a:1 AS b\nRUN yarn install\nFROM c:1\nCOPY --from=b /a /a\n", {}},
      {"DL3060", "FROM a:1 AS b\nRUN yarn install\nFROM b\nRUN yarn build\n", {2}},
  });
}

TEST(ToolRules, SeeGoWithoutVersions) {
  expect_runs({
      {"DL3062", "go install example.com/tool", true},
      {"DL3062", "go install example.com/tool@latest", true},
      {"DL3062", "go get -u example.com/tool", true},
      {"DL3062", "go get example.com/tool@none", true},
      {"DL3062", "go run example.com/tool@latest x", true},
      {"DL3062", "go install -ldflags '-s -w' example.com/tool", true},
      {"DL3062", "go install example.com/tool@v1.2.3", false},
      {"DL3062", "go install ./cmd/app", false},
      {"DL3062", "go get -d -v ./...", false},
      {"DL3062", "go run example.com/tool@v1 example.com/other", false},
      {"DL3062", "go run main.go", false},
      {"DL3062", "go install", false},
      {"DL3062", "go get tool", false},
      {"DL3062", "go build example.com/tool", false},
      {"DL3062", "go install cmd/app", false},
  });
  expect_verdicts({
      {"DL3062",
       "FROM a:1\nWORKDIR /go/src/example.com/app\nRUN go install example.com/app/cmd\n",
       {}},
      {"DL3062", "FROM a:1\nARG V\nRUN go install example.com/app@$V\n", {}},
  });
}

TEST(ToolRules, LikeHadolintJudgesWhatIsWritten) {
  expect_runs(
      {
          {"DL3042", "pip install flask==3 && pip cache purge", true},
          {"DL3062", "go run main.go", true},
          {"DL3047", "wget https://example.com/a 2>/dev/null", true},
          {"DL3060", "--mount=type=cache,target=/yarn yarn install", true},
      },
      options_of_hadolint());
}

TEST(ToolRules, NameThePlace) {
  EXPECT_EQ(first_seen("DL3042", "FROM a:1\nRUN pip3 install x\n").text, "pip3 install");
  EXPECT_EQ(first_seen("DL3062", "FROM a:1\nRUN go install a.b/c@latest\n").text, "a.b/c@latest");
  EXPECT_EQ(first_seen("DL3047", "FROM a:1\nRUN cd / && wget b\n").text, "wget");
}

}  // namespace
}  // namespace corten::dockerfile
