// hadolint's rules about pip, npm, apk and gem.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintPackages, WantsVersionsOfPip) {
  expect_verdicts({
      {"DL3013", "FROM a:1\nRUN pip install flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip3 install flask==1 django\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip install --upgrade pip\n", {2}},
      {"DL3013", "FROM a:1\nRUN python3 -m pip install flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip install git+https://example.com/a/b.git\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip install --index-url https://example.com/s flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip install 'requests[security]'\n", {2}},
      {"DL3013", "FROM a:1\nRUN set -e && \\\n  pip install \\\n    a==1 \\\n    b\n", {5}},
      {"DL3013", "FROM a:1\nONBUILD RUN pip install flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN sudo -H pip install flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN /venv/bin/pip install flask\n", {2}},
      {"DL3013", "FROM a:1\nRUN pip install flask==3.1.0\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install 'flask>=3,<4' 'b~=1.2' c!=2 'd===1'\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install -r requirements.txt\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install --requirement requirements.txt flask\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install --requirement=requirements.txt flask\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install -c constraints.txt flask\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install .\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install -e .\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install '.[test]'\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install git+https://example.com/a/b.git@v1\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install ./dist/x.whl y.whl z.tar.gz\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install -i https://example.com/s flask==1\n", {}},
      {"DL3013", "FROM a:1\nRUN pip install --trusted-host example.com flask==1\n", {}},
      {"DL3013", "FROM a:1\nARG V=1\nRUN pip install flask==$V\n", {}},
      {"DL3013", "FROM a:1\nARG P\nRUN pip install $P\n", {}},
      {"DL3013", "FROM a:1\nRUN pipenv install flask\n", {}},
      {"DL3013", "FROM a:1\nRUN pip uninstall flask\n", {}},
      {"DL3013", "FROM a:1\nRUN python setup.py install\n", {}},
      {"DL3013", "FROM a:1\nRUN apt-get install pip\n", {}},
  });
}

TEST(HadolintPackages, WantsVersionsOfNpm) {
  expect_verdicts({
      {"DL3016", "FROM a:1\nRUN npm install express\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm install -g a@1 b\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm install @scope/a\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm -g install a\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm install git+https://example.com/a/b.git\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm install git+ssh://git@example.com/a/b.git\n", {2}},
      {"DL3016", "FROM a:1\nONBUILD RUN npm install a\n", {2}},
      {"DL3016", "FROM a:1\nRUN npm install\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install --production\n", {}},
      {"DL3016", "FROM a:1\nRUN npm ci\n", {}},
      {"DL3016", "FROM a:1\nRUN npm run install\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install express@4.1.1\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install express@\"4.1.1\" @scope/a@1\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install git+https://example.com/a/b.git#v1\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install ./a ../b /c ~/d e.tgz f.tar.gz g.tar\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install --registry https://example.com a@1\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install --loglevel verbose\n", {}},
      {"DL3016", "FROM a:1\nRUN npm install .\n", {}},
  });
}

TEST(HadolintPackages, WantsVersionsOfApk) {
  expect_verdicts({
      {"DL3018", "FROM a:1\nRUN apk add curl\n", {2}},
      {"DL3018", "FROM a:1\nRUN apk add --no-cache curl=1 git\n", {2}},
      {"DL3018", "FROM a:1\nRUN apk --no-cache add git\n", {2}},
      {"DL3018", "FROM a:1\nRUN apk add -t .deps git\n", {2}},
      {"DL3018", "FROM a:1\nRUN apk add git@edge\n", {2}},
      {"DL3018", "FROM a:1\nONBUILD RUN apk add git\n", {2}},
      {"DL3018", "FROM a:1\nRUN apk add --no-cache curl=8.1-r0\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add 'curl~8' 'git>2' 'vim<9' 'x=~1'\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add --virtual .deps curl=1\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add --virtual=.deps curl=1\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add -X https://example.com/edge curl=1\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add --repository https://example.com/edge curl=1\n", {}},
      {"DL3018", "FROM a:1\nRUN apk add x.apk\n", {}},
      {"DL3018", "FROM a:1\nRUN V=1 && apk add curl=$V\n", {}},
      {"DL3018", "FROM a:1\nRUN apk del curl\n", {}},
  });
  EXPECT_EQ(first_seen("DL3018", "FROM a:1\nRUN apk add curl\n").severity, Severity::Low);
}

TEST(HadolintPackages, WantsNoCacheOfApk) {
  expect_verdicts({
      {"DL3019", "FROM a:1\nRUN apk add curl\n", {2}},
      {"DL3019", "FROM a:1\nRUN apk add --update curl && rm -rf /var/cache/apk/*\n", {2}},
      {"DL3019", "FROM a:1\nRUN apk update && \\\n  apk add curl\n", {3}},
      {"DL3019", "FROM a:1\nRUN --mount=type=cache,target=/root/.cache apk add curl\n", {2}},
      {"DL3019", "FROM a:1\nONBUILD RUN apk add curl\n", {2}},
      {"DL3019", "FROM a:1\nRUN apk add --no-cache curl\n", {}},
      {"DL3019", "FROM a:1\nRUN apk --no-cache add curl\n", {}},
      {"DL3019", "FROM a:1\nRUN --mount=type=cache,target=/var/cache/apk apk add curl\n", {}},
      {"DL3019", "FROM a:1\nRUN --mount=type=tmpfs,target=/var/cache/apk/ apk add curl\n", {}},
      {"DL3019", "FROM a:1\nRUN apk add --no-network --virtual .deps so:x\n", {}},
      {"DL3019", "FROM a:1\nRUN apk del curl\n", {}},
      {"DL3019", "FROM a:1\nRUN apk update\n", {}},
  });
  EXPECT_EQ(first_seen("DL3019", "FROM a:1\nRUN apk -U add curl\n").text, "apk -U add");
}

TEST(HadolintPackages, WantsVersionsOfGems) {
  expect_verdicts({
      {"DL3028", "FROM a:1\nRUN gem install bundler\n", {2}},
      {"DL3028", "FROM a:1\nRUN gem i bundler\n", {2}},
      {"DL3028", "FROM a:1\nRUN gem install a:1 b\n", {2}},
      {"DL3028", "FROM a:1\nRUN gem install bundler --no-document\n", {2}},
      {"DL3028", "FROM a:1\nRUN gem install nokogiri -- --use-system-libraries\n", {2}},
      {"DL3028", "FROM a:1\nONBUILD RUN gem install bundler\n", {2}},
      {"DL3028", "FROM a:1\nRUN gem install bundler:2\n", {}},
      {"DL3028", "FROM a:1\nRUN gem install bundler -v 2\n", {}},
      {"DL3028", "FROM a:1\nRUN gem install bundler --version 2\n", {}},
      {"DL3028", "FROM a:1\nRUN gem install bundler --version='2'\n", {}},
      {"DL3028", "FROM a:1\nRUN gem install a:1 -- --with-b=c d\n", {}},
      {"DL3028", "FROM a:1\nRUN gem update bundler\n", {}},
  });
}

}  // namespace
}  // namespace corten::dockerfile
