// Rules on secrets (CL2001 … CL2008).
#include "base/time.h"
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

// Made up; joined here so that no tool takes this file for a leak.
std::string github_token() { return std::string("gh") + "p_Zx81mPq0LtB7vN4cRj2sKw9dYh3fUa6oTe5g"; }
std::string key_header() { return std::string("-----BEGIN RSA PRIVATE") + " KEY-----"; }

TEST(SecretVariables, AreReportedWhereTheyReachTheImage) {
  expect_verdicts({
      {"CL2001", "FROM a\nENV DB_PASSWORD=h8Kd02ms\n", {2}},
      {"CL2001", "FROM a\nARG NPM_TOKEN\n", {2}},
      {"CL2001", "FROM a\nENV A=1 \\\n    API_KEY=\"h8Kd02ms\"\n", {3}},
      {"CL2001", "FROM a\nENV db_passwd h8Kd02ms\n", {2}},
      {"CL2001", "FROM a\nARG TOKEN\nENV TOKEN=$TOKEN\n", {2, 3}},
      {"CL2001", "FROM a AS b\nENV AWS_SECRET_ACCESS_KEY=abc\nFROM b\n", {2}},
      {"CL2001", "ARG TOKEN=h8Kd02ms\nFROM a\nARG TOKEN\n", {3}},
      {"CL2001", "FROM a\nONBUILD ARG NPM_TOKEN\n", {2}},
      {"CL2001", "FROM a\nENV JWT_SECRET=changeme\n", {2}},
      {"CL2001", "FROM a\nENV VITE_API_KEY=h8Kd02ms\n", {2}},
      {"CL2001", "FROM a\nENV BASIC_AUTH=h8Kd02ms\n", {2}},
      {"CL2001", "FROM a AS b\nARG NPM_TOKEN\nFROM c\nCOPY --from=b /x /x\n", {}},
      {"CL2001", "ARG TOKEN\nFROM a\n", {}},
      {"CL2001", "FROM a\nENV DB_PASSWORD_FILE=/run/secrets/db\n", {}},
      {"CL2001", "FROM a\nENV TOKEN_URL=https://example.com\n", {}},
      {"CL2001", "FROM a\nENV TOKEN_ENDPOINT=x SECRET_PATH=/x\n", {}},
      {"CL2001", "FROM a\nENV PUBLIC_KEY=abc SECRET_VERSION=3\n", {}},
      {"CL2001", "FROM a\nENV USE_SECRET=true TOKEN=\"\" PASSWORD=\n", {}},
      {"CL2001", "FROM a\nENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\n", {}},
      {"CL2001", "FROM a\nENV RELEASE_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\n", {}},
      {"CL2001", "FROM a\nENV TOKENIZERS_PARALLELISM=false KEYBOARD=de USERNAME=me\n", {}},
      {"CL2001", "FROM a\nENV TOKEN=$TOKEN\n", {}},
      {"CL2001", "FROM a\nRUN --mount=type=secret,id=token true\n", {}},
  });
}

TEST(SecretVariables, HaveTheSeverityOfTheirValue) {
  EXPECT_EQ(first_seen("CL2001", "FROM a\nENV DB_PASSWORD=h8Kd02ms\n").severity, Severity::High);
  EXPECT_EQ(first_seen("CL2001", "FROM a\nARG DB_PASSWORD\n").severity, Severity::Medium);
  EXPECT_EQ(first_seen("CL2001", "FROM a\nENV DB_PASSWORD=changeme\n").severity, Severity::Low);
  EXPECT_EQ(first_seen("CL2001", "FROM a\nENV SORT_KEY=h8Kd02ms\n").severity, Severity::Low);
}

TEST(SecretEvidence, NeverHasTheValue) {
  const std::string token = github_token();
  const RuleOptions options = options_of_today();
  const Analysis analysis("FROM a\nENV DB_PASSWORD=h8Kd02ms T=" + token +
                              "\nRUN git clone https://u:h8Kd02ms@h.example/x && cp " + token +
                              " /x\n",
                          options);
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.kind != FindingKind::Secret) continue;
    EXPECT_FALSE(problem.evidence.contains("h8Kd02ms")) << problem.evidence;
    EXPECT_FALSE(problem.evidence.contains(token)) << problem.evidence;
  }
}

TEST(SecretForms, AreFoundAnywhere) {
  const std::string token = github_token();
  const auto in = [](std::string text) { return verdicts(std::move(text), "CL2002"); };
  using Set = std::set<std::string>;
  EXPECT_EQ(in("FROM a\nENV X=" + token + "\n"), Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nARG X=\"" + token + "\"\n"), Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nRUN true && \\\n  login " + token + "\n"), Set{"CL2002:3"});
  EXPECT_EQ(in("FROM a\nLABEL x=" + token + "\n"), Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nCOPY <<EOF /x\n" + token + "\nEOF\n"), Set{"CL2002:3"});
  EXPECT_EQ(in("FROM a\nRUN echo \"" + key_header() + "\\nMIIEpAIBAAKCAQEA7\" > /k\n"),
            Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\n# " + token + "\n"), Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzTk3qLm9pQ\n"),
            Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nRUN export API_TOKEN=Zx81mPq0LtB7vN4cRj2sKw9d && x\n"), Set{"CL2002:2"});
  EXPECT_EQ(in("FROM a\nENV AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"), Set{});
  EXPECT_EQ(in("FROM a\nENV COMMIT=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\n"), Set{});
  EXPECT_EQ(in("FROM a\nENV DB_PASSWORD=h8Kd02ms\n"), Set{});
  EXPECT_EQ(in("FROM a\nRUN grep -q \"" + key_header() + "\" /k\n"), Set{});
  EXPECT_EQ(in("FROM a\nENV X=ghp_short\n"), Set{});
}

TEST(SecretFiles, AreReportedWhereTheyAreCopied) {
  expect_verdicts({
      {"CL2003", "FROM a\nCOPY id_rsa /root/.ssh/id_rsa\n", {2}},
      {"CL2003", "FROM a\nCOPY package.json \\\n  .npmrc ./\n", {3}},
      {"CL2003", "FROM a\nADD .env /app/\n", {2}},
      {"CL2003", "FROM a\nCOPY .env.production /app/.env\n", {2}},
      {"CL2003", "FROM a\nCOPY .aws /root/.aws\n", {2}},
      {"CL2003", "FROM a\nCOPY [\"certs/server.key\", \"/etc/ssl/\"]\n", {2}},
      {"CL2003", "FROM a\nCOPY deploy /root/.ssh/id_ed25519\n", {2}},
      {"CL2003", "FROM a\nCOPY service-account.json terraform.tfstate /\n", {2}},
      {"CL2003", "FROM a\nENV GOOGLE_APPLICATION_CREDENTIALS=/k.json\nCOPY x.json /k.json\n", {3}},
      {"CL2003", "FROM a AS b\nCOPY .netrc /root/\nFROM c\n", {2}},
      {"CL2003", "FROM a AS b\nFROM c\nCOPY --from=b /root/.ssh/id_rsa /x\n", {3}},
      {"CL2003", "FROM a\nONBUILD COPY .env /app/\n", {2}},
      {"CL2003", "FROM a\nCOPY id_rsa.pub /root/.ssh/authorized_keys\n", {}},
      {"CL2003", "FROM a\nCOPY ca.crt ca-root.crt /usr/local/share/ca-certificates/\n", {}},
      {"CL2003", "FROM a\nCOPY .env.example /app/.env\n", {}},
      {"CL2003", "FROM a\nCOPY .env.sample .env.template .env.dist /app/\n", {}},
      {"CL2003", "FROM a\nCOPY docker.key /etc/apt/keyrings/\n", {}},
      {"CL2003", "FROM a\nCOPY known_hosts /root/.ssh/known_hosts\n", {}},
      {"CL2003", "FROM a\nADD https://example.com/x.key /x\n", {}},
      {"CL2003", "FROM a\nCOPY <<EOF /app/config\nEOF\n", {}},
      {"CL2003", "FROM a\nCOPY . /app\n", {}},
  });
  EXPECT_EQ(first_seen("CL2003", "FROM a AS b\nCOPY .env /\nFROM c\n").severity, Severity::Medium);
}

TEST(SecretFiles, StayInTheLayerThatCopiedThem) {
  expect_verdicts({
      {"CL2004", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN x && rm /root/.ssh/id_rsa\n", {3}},
      {"CL2004", "FROM a\nCOPY .npmrc /root/.npmrc\nRUN x \\\n && rm -f ~/.npmrc\n", {4}},
      {"CL2004", "FROM a\nWORKDIR /app\nCOPY .env ./\nRUN rm .env\n", {4}},
      {"CL2004", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN rm -rf /root/.ssh\n", {3}},
      {"CL2004", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN rm -f /root/.ssh/*\n", {3}},
      {"CL2004", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN rm -rf /var/lib/apt/lists/*\n", {}},
      {"CL2004", "FROM a\nCOPY app.tgz /x\nRUN rm /x\n", {}},
      {"CL2004", "FROM a AS b\nCOPY .env /x/.env\nFROM c\nRUN rm /x/.env\n", {}},
      {"CL2004", "FROM a\nRUN --mount=type=secret,id=x cp /run/secrets/x k && rm k\n", {}},
  });
}

TEST(SecretsInCommands, AreReportedWhereTheyAreUsed) {
  expect_verdicts({
      {"CL2005", "FROM a\nARG NPM_TOKEN\nRUN npm config set x=$NPM_TOKEN\n", {3}},
      {"CL2005", "FROM a\nENV DB_PASSWORD=h8Kd02ms\nRUN x && \\\n mysql -p\"$DB_PASSWORD\"\n", {4}},
      {"CL2005", "FROM a\nARG SSH_KEY\nRUN echo \"$SSH_KEY\" > /root/.ssh/id_rsa\n", {3}},
      {"CL2005", "FROM a\nARG TOKEN\nRUN git clone https://x:${TOKEN}@h.example/r\n", {3}},
      {"CL2005",
       "FROM a\nARG TOKEN\nRUN <<EOF\ncurl -H \"A: $TOKEN\" https://h.example\nEOF\n",
       {4}},
      {"CL2005", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN git clone git@h.example:r\n", {3}},
      {"CL2005", "FROM a\nCOPY k.pem /k.pem\nRUN openssl rsa -in /k.pem\n", {3}},
      {"CL2005", "FROM a\nCOPY id_rsa /tmp/k\nRUN ssh-add /tmp/k\n", {3}},
      {"CL2005", "FROM a\nRUN aws configure set aws_secret_access_key abc\n", {2}},
      {"CL2005", "FROM a\nRUN az login -u me -p abc\n", {2}},
      {"CL2005", "FROM a\nRUN doctl auth init -t abc\n", {2}},
      {"CL2005", "FROM a\nRUN gcloud auth activate-service-account --key-file k\n", {2}},
      {"CL2005",
       "FROM a\nARG NPM_TOKEN\nRUN --mount=type=secret,id=t,env=NPM_TOKEN x $NPM_TOKEN\n",
       {}},
      {"CL2005", "FROM a\nRUN --mount=type=secret,id=t x $(cat /run/secrets/t)\n", {}},
      {"CL2005", "FROM a\nRUN x $UNKNOWN_TOKEN\n", {}},
      {"CL2005", "FROM a\nARG VERSION\nRUN x $VERSION\n", {}},
      {"CL2005", "FROM a\nARG TOKEN\nRUN TOKEN=$(cat /x) && x \"$TOKEN\"\n", {}},
      {"CL2005", "FROM a\nARG TOKEN\nRUN test -n \"$TOKEN\"\n", {}},
      {"CL2005", "FROM a\nENV TOKEN_FILE=/x\nRUN cat $TOKEN_FILE\n", {}},
      {"CL2005", "FROM a\nRUN --mount=type=secret,id=k az login -p $(cat /run/secrets/k)\n", {}},
      {"CL2005", "FROM a\nCOPY id_rsa /root/.ssh/\nRUN chmod 600 /root/.ssh/id_rsa\n", {}},
  });
}

TEST(UrlPasswords, AreReported) {
  expect_verdicts({
      {"CL2006", "FROM a\nRUN git clone https://me:h8Kd02ms@example.com/x\n", {2}},
      {"CL2006", "FROM a\nADD https://me:h8Kd02ms@example.com/x /x\n", {2}},
      {"CL2006", "FROM a\nENV DB=postgres://u:h8Kd02ms@db/x\n", {2}},
      {"CL2006", "FROM a\nARG I=https://me:h8Kd02ms@example.com/simple\n", {2}},
      {"CL2006", "FROM a\nRUN curl https://user:password@example.com/x\n", {2}},
      {"CL2006", "FROM a\nRUN git clone https://Zx81mPq0LtB7vN4cRj2s@example.com/x\n", {2}},
      {"CL2006", "FROM a\nARG T\nRUN git clone https://me:$T@example.com/x\n", {}},
      {"CL2006", "FROM a\nARG T\nRUN git clone https://$U:${T}@example.com/x\n", {}},
      {"CL2006", "FROM a\nRUN git clone ssh://git@example.com/x\n", {}},
      {"CL2006", "FROM a\nRUN git clone https://someone@bitbucket.org/a/b\n", {}},
      {"CL2006", "FROM a\n# https://me:h8Kd02ms@example.com\nRUN x\n", {}},
      {"CL2006", "FROM a\nRUN npm i @scope/x https://example.com/a@b\n", {}},
  });
}

TEST(WholeContext, IsJudgedWithTheFolderAtHand) {
  const auto verdict = [](std::string file, std::optional<std::string> ignore,
                          std::vector<std::string> paths) {
    BuildContext context;
    context.dockerignore = std::move(ignore);
    context.paths = std::move(paths);
    return !verdicts(std::move(file), "CL2007", options_of_today(), {}, &context).empty();
  };
  const std::string file = "FROM a\nCOPY . /app\n";
  EXPECT_TRUE(verdict(file, std::nullopt, {"app.js"}));
  EXPECT_TRUE(verdict(file, std::nullopt, {".env", "app.js"}));
  EXPECT_TRUE(verdict(file, "node_modules\n", {".git/", ".git/config", "app.js"}));
  EXPECT_TRUE(verdict(file, ".git\n", {".env", ".git/config"}));
  EXPECT_TRUE(verdict("FROM a\nADD ./ /app\n", "*.md\n", {"keys/id_rsa"}));
  EXPECT_FALSE(verdict(file, ".git\n.env*\n", {".env", ".env.local", ".git/config", "app.js"}));
  EXPECT_FALSE(verdict(file, "*\n!src\n", {".env", ".git/config", "src/x"}));
  EXPECT_FALSE(verdict(file, "node_modules\n", {"app.js", "ca.crt"}));
  EXPECT_FALSE(verdict("FROM a\nCOPY src /app\n", std::nullopt, {".env"}));
  EXPECT_FALSE(verdict("FROM a AS b\nFROM a\nCOPY --from=b . /app\n", std::nullopt, {".env"}));
  EXPECT_FALSE(fires("CL2007", file));
}

TEST(MountedSecrets, MustNotBeWrittenToTheLayer) {
  const std::string mount = "FROM a\nRUN --mount=type=secret,id=k ";
  const auto judged = [](const std::string& text) { return fires("CL2008", text + "\n"); };
  EXPECT_TRUE(judged(mount + "cp /run/secrets/k /root/k"));
  EXPECT_TRUE(judged(mount + "mv /run/secrets/k /root/k && x"));
  EXPECT_TRUE(judged(mount + "cat /run/secrets/k > /root/k"));
  EXPECT_TRUE(judged(mount + "tee /root/k < /run/secrets/k"));
  EXPECT_TRUE(judged(mount + "cat /run/secrets/k | base64 -d > /root/k"));
  EXPECT_TRUE(judged(mount + "echo \"t=$(cat /run/secrets/k)\" >> .npmrc && npm ci"));
  EXPECT_TRUE(judged(mount + "T=$(cat /run/secrets/k) && echo \"$T\" > /root/k"));
  EXPECT_TRUE(judged(mount + "export T=\"$(cat /run/secrets/k)\" && echo $T > /root/k"));
  EXPECT_FALSE(judged(mount + "export T=\"$(cat /run/secrets/k)\" && npm ci > /log"));
  EXPECT_TRUE(judged(mount + "npm config set t $(cat /run/secrets/k)"));
  EXPECT_TRUE(judged("FROM a\nRUN --mount=type=secret,id=k,env=T echo $T > /root/k"));
  EXPECT_TRUE(judged("FROM a\nRUN --mount=type=secret,id=k,target=/k install -m 600 /k /root/k"));
  EXPECT_TRUE(
      judged("FROM a\nWORKDIR /app\nRUN --mount=type=secret,id=e,target=/app/.env,"
             "required=false x"));
  EXPECT_FALSE(judged(mount + "x --password-file /run/secrets/k"));
  EXPECT_FALSE(judged(mount + "cat /run/secrets/k | docker login --password-stdin"));
  EXPECT_FALSE(judged(mount + "cp /run/secrets/k /root/k && x && rm /root/k"));
  EXPECT_FALSE(judged(mount + "TOKEN=$(cat /run/secrets/k) npm ci > /log"));
  EXPECT_FALSE(judged(mount + "curl -H \"$(cat /run/secrets/k)\" https://h.example > /out"));
  EXPECT_FALSE(
      judged("FROM a\nRUN --mount=type=secret,id=k --mount=type=tmpfs,target=/t "
             "cp /run/secrets/k /t/k"));
  EXPECT_FALSE(judged("FROM a\nRUN cp /run/secrets/k /root/k"));
  EXPECT_FALSE(judged("FROM a\nRUN --mount=type=secret,id=k,target=/root/.npmrc npm ci"));
}

}  // namespace
}  // namespace corten::dockerfile
