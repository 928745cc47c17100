// Packages, downloads, users and files of commands; expected values follow the manual pages.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "shell/commands.h"
#include "shell/downloads.h"
#include "shell/files.h"
#include "shell/packages.h"
#include "shell/users.h"

namespace corten::shell {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string expected;
  Dialect dialect = Dialect::Sh;
};

std::string case_name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

std::string packages_text(const Script& script) {
  std::string made;
  for (const PackageOperation& one : package_operations(script)) {
    made += fmt::format("{} {}:", name_of(one.manager), static_cast<int>(one.verb));
    for (const Package& package : one.packages) {
      made += fmt::format(" {}{}{}", package.name, package.mark, package.version);
      constexpr std::string_view kForms = " fuvgr";
      if (package.form != Package::Form::Name)
        made += kForms[static_cast<std::size_t>(package.form)];
    }
    made += one.global ? " global;" : ";";
  }
  return made;
}

class Packages : public testing::TestWithParam<Case> {};
TEST_P(Packages, AreNamedWithVersions) {
  EXPECT_EQ(packages_text(parse(GetParam().text, GetParam().dialect)), GetParam().expected);
}

// Verbs: 0 install, 1 update, 2 upgrade, 3 dist-upgrade, 4 remove, 5 clean, 9 source, 10 run,
// 11 cache, 12 other.
INSTANTIATE_TEST_SUITE_P(
    Shell, Packages,
    testing::ValuesIn<Case>({
        {"Apt", "apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10 git",
         "apt-get 1:;apt-get 0: curl=7.88.1-10 git;"},
        {"AptOptions", "apt-get -o A=b -t bookworm-backports -qy install x y/stable ./z.deb",
         "apt-get 0: x y/stable ./z.debf;"},
        {"AptSudoEnv", "sudo DEBIAN_FRONTEND=noninteractive apt-get install -y x", "apt-get 0: x;"},
        {"EnvWrapper", "env DEBIAN_FRONTEND=noninteractive apt-get install x", "apt-get 0: x;"},
        {"AptDistUpgrade", "apt-get -y dist-upgrade; apt-get clean", "apt-get 3:;apt-get 5:;"},
        {"Apk",
         "apk add --no-cache --virtual .deps -X http://r gcc=~12 'musl-dev>1.2' bash~5 a.apk",
         "apk 0: gcc=~12 musl-dev>1.2 bash~5 a.apkf;"},
        {"ApkBefore", "apk --no-cache -U add curl", "apk 0: curl;"},
        {"Yum", "yum -y install gcc-4.8.5 --enablerepo epel vim @development http://x/y.rpm",
         "yum 0: gcc-4.8.5 vim @developmentg http://x/y.rpmu;"},
        {"DnfClean", "microdnf update -y && microdnf clean all", "microdnf 2:;microdnf 5:;"},
        {"Zypper", "zypper -n in -y a=1 'b>=2' && zypper ref", "zypper 0: a=1 b>=2;zypper 1:;"},
        {"Pacman", "pacman -Syu --noconfirm git && pacman -Scc", "pacman 0: git;pacman 5:;"},
        {"Pip",
         "pip3 install --no-cache-dir -r req.txt 'django[argon2]~=4.2' flask==2 -i https://m x",
         "pip 0: django~=4.2 flask==2 x req.txtr;"},
        {"PythonPip", "python3.11 -m pip install -U pip", "pip 0: pip;"},
        {"PythonOther", "python3 setup.py install", ""},
        {"PipVcs", "pip install git+https://x/y@v1 ./local https://x/z.whl",
         "pip 0: git+https://x/y@v1v ./localf https://x/z.whlu;"},
        {"Uv", "uv pip install --system a==1", "uv 0: a==1;"},
        {"Npm", "npm install -g @angular/cli@17 yarn --loglevel warn",
         "npm 0: @angular/cli@17 yarn global;"},
        {"NpmCi", "npm ci", "npm 0:;"},
        {"NpmRun", "npm run install", "npm 10: install;"},
        {"YarnGlobal", "yarn global add pm2@5", "yarn 0: pm2@5 global;"},
        {"Yarn", "yarn && yarn cache clean", "yarn 0:;yarn 11:;"},
        {"Gem", "gem install bundler:2.4 --no-document && gem install rake -v 13.0",
         "gem 0: bundler:2.4;gem 0: rake--version13.0;"},
        {"Go", "go install -ldflags '-s -w' github.com/a/b@v1.2.3", "go 0: github.com/a/b@v1.2.3;"},
        {"GoRun", "go run ./cmd x", "go 10: ./cmdf;"},
        {"Cargo", "cargo install --locked ripgrep --version 14.0",
         "cargo 0: ripgrep--version14.0;"},
        {"Composer", "composer require vendor/x:^2", "composer 0: vendor/x:^2;"},
        {"Choco", "choco install -y git --version 2.4", "choco 0: git--version2.4;",
         Dialect::PowerShell},
        {"NestedShell", "bash -c 'apt-get install x'", "apt-get 0: x;"},
        {"Xargs", "cat list | xargs -r -n 10 apt-get install -y", "apt-get 0:;"},
        {"Quoted", "\"apt-get\" install 'x'", "apt-get 0: x;"},
        {"Echo", "echo apt-get install x", ""},
    }),
    case_name);

std::string downloads_text(const Script& script) {
  std::string made;
  for (const Download& one : downloads(script)) {
    made += one.urls.empty() ? "-" : one.urls.front()->text;
    made += " > " + one.output;
    if (one.piped_to != nullptr) made += "| " + std::string(seen_through(*one.piped_to).base());
    if (one.insecure) made += " insecure";
    if (one.substituted) made += " substituted";
    made += ";";
  }
  return made;
}

class Downloads : public testing::TestWithParam<Case> {};
TEST_P(Downloads, TellAddressAndTarget) {
  EXPECT_EQ(downloads_text(parse(GetParam().text, GetParam().dialect)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Shell, Downloads,
    testing::ValuesIn<Case>({
        {"CurlPipe", "curl -fsSL https://x/i.sh | sudo -E bash -", "https://x/i.sh > | bash;"},
        {"CurlOutput", "curl -fsSLo /tmp/x.tgz https://x/y.tgz", "https://x/y.tgz > /tmp/x.tgz;"},
        {"CurlRemoteName", "curl -LO https://x/y.tgz?a=b#c", "https://x/y.tgz?a=b#c > y.tgz;"},
        {"CurlHeader", "curl -H 'A: b' -k --retry 3 \"$URL\" > z", "${URL} > z insecure;"},
        {"Wget", "wget -q https://x/y.zip", "https://x/y.zip > y.zip;"},
        {"WgetStdout", "wget -qO- http://x/k | apt-key add -", "http://x/k > | apt-key;"},
        {"WgetFolder", "wget --no-check-certificate -P /tmp https://x/y",
         "https://x/y > /tmp/y insecure;"},
        {"Substituted", "sh -c \"$(curl -fsSL https://x)\"", "https://x >  substituted;"},
        {"ProcessSubstituted", "bash <(wget -O - https://x)", "https://x >  substituted;"},
        {"GitClone", "git clone --depth 1 -b v1 https://x/y.git && git status",
         "https://x/y.git > y;"},
        {"GitInsecure", "git -c http.sslVerify=false clone https://x/y z",
         "https://x/y > z insecure;"},
        {"PowerShell",
         "Invoke-WebRequest -UseBasicParsing -Uri \"https://x/y.msi\" -OutFile C:\\y.msi",
         "https://x/y.msi > C:\\y.msi;", Dialect::PowerShell},
        {"PowerShellAlias", "iwr https://x/i.ps1 | iex", "https://x/i.ps1 > | iex;",
         Dialect::PowerShell},
        {"NoAddress", "curl --version", ""},
    }),
    case_name);

std::string users_text(const Script& script) {
  std::string made;
  for (const UserChange& one : user_changes(script)) {
    made += fmt::format("{} {} {}:{}", static_cast<int>(one.kind), one.name, one.uid.value_or("-"),
                        one.gid.value_or("-"));
    if (one.home) made += " " + *one.home;
    for (const std::string& group : one.groups) made += " +" + group;
    if (one.system) made += " system";
    if (one.has_password) made += " password";
    made += ";";
  }
  return made;
}

class Users : public testing::TestWithParam<Case> {};
TEST_P(Users, TellNamesAndNumbers) {
  EXPECT_EQ(users_text(parse(GetParam().text, GetParam().dialect)), GetParam().expected);
}

// Kinds: 0 user, 1 group, 2 to group, 3 changed, 4 password, 5 and 6 removed.
INSTANTIATE_TEST_SUITE_P(
    Shell, Users,
    testing::ValuesIn<Case>({
        {"Shadow",
         "groupadd -r -g 999 pg && useradd -r -g pg --uid=999 --home-dir=/var/lib/pg -s /bin/bash "
         "pg",
         "1 pg -:999 system;0 pg 999:pg /var/lib/pg system;"},
        {"Cluster", "useradd -mru 1000 app", "0 app 1000:- system;"},
        {"Busybox", "addgroup -S -g 101 n && adduser -S -D -H -u 101 -h /h -G n -g n n",
         "1 n -:101 system;0 n 101:n /h system;"},
        {"DebianScript", "adduser --system --group --home /x --uid 5 a && adduser a sudo",
         "0 a 5:- /x system;2 a -:- +sudo;"},
        {"Usermod", "usermod -aG docker,wheel a", "2 a -:- +docker +wheel;"},
        {"UsermodUid", "usermod -u 1001 -d /h a", "3 a 1001:- /h;"},
        {"Chpasswd", "echo 'root:x' | chpasswd", "4 root -:- password;"},
        {"Passwd", "passwd -d root", "4 root -:-;"},
        {"EtcPasswd", "echo 'a:x:1000:1000::/home/a:/bin/sh' >> /etc/passwd",
         "0 a 1000:1000 /home/a;"},
        {"Windows", "net user /add app && net localgroup administrators app /add",
         "0 app -:-;2 app -:- +administrators;", Dialect::Cmd},
        {"Deluser", "deluser --remove-home node", "5 node -:-;"},
    }),
    case_name);

std::string files_text(const Script& script) {
  std::string made;
  for (const FileEffect& one : file_effects(script)) {
    made += fmt::format("{}", static_cast<int>(one.kind));
    for (const Word* source : one.sources) made += " <" + source->text;
    for (const std::string& path : one.paths) made += " " + path;
    if (!one.owner.empty()) made += " owner " + one.owner;
    if (!one.mode.empty()) made += " mode " + one.mode;
    if (one.recursive) made += " -r";
    made += ";";
  }
  return made;
}

class Files : public testing::TestWithParam<Case> {};
TEST_P(Files, TellPaths) {
  EXPECT_EQ(files_text(parse(GetParam().text, GetParam().dialect)), GetParam().expected);
}

// Kinds: 0 write, 1 append, 2 folder, 3 copy, 4 move, 5 link, 6 owner, 7 mode, 8 remove, 9 unpack,
// 10 cd.
INSTANTIATE_TEST_SUITE_P(
    Shell, Files,
    testing::ValuesIn<Case>({
        {"Mkdir", "mkdir -p -m 755 /a /b", "2 /a /b -r;7 /a /b mode 755;"},
        {"Write", "echo x > /a 2>/dev/null; echo y >>/b", "0 /a;1 /b;"},
        {"Tee", "echo x | sudo tee -a /c >/dev/null", "1 /c;"},
        {"Chown", "chown -R app:app /a /b", "6 /a /b owner app:app -r;"},
        {"Chmod", "chmod -x /a; chmod 4755 /b", "7 /a mode -x;7 /b mode 4755;"},
        {"Remove", "rm -rf /var/lib/apt/lists/* /tmp", "8 /var/lib/apt/lists/* /tmp -r;"},
        {"Copy", "cp -a a b /c", "3 <a <b /c -r;"},
        {"Install", "install -m 0755 -o root -g root x /usr/bin/x",
         "3 <x /usr/bin/x;7 /usr/bin/x mode 0755;6 /usr/bin/x owner root:root;"},
        {"InstallFolder", "install -d -o app /x", "2 /x;6 /x owner app;"},
        {"Tar", "tar -xzf a.tgz -C /opt --strip-components=1", "9 <a.tgz /opt;"},
        {"TarOldStyle", "tar xzf a.tgz", "9 <a.tgz ;"},
        {"TarInput", "curl x | tar -xz -C /opt -f -", "9 /opt;"},
        {"TarCreate", "tar -czf a.tgz b", ""},
        {"Unzip", "unzip -q a.zip -d /opt", "9 <a.zip /opt;"},
        {"Link", "ln -sf /bin/bash /bin/sh", "5 </bin/bash /bin/sh;"},
        {"Cd", "cd /x", "10 /x;"},
    }),
    case_name);

// ---- wrappers and flags -------------------------------------------------------------------------

std::string seen(const std::string& text) {
  const Script script = parse(text);
  return script.commands.empty() ? "" : std::string(seen_through(script.commands.front()).base());
}

TEST(SeenThrough, TakesWrappersOff) {
  EXPECT_EQ(seen("sudo -u app -H /usr/bin/apt-get x"), "apt-get");
  EXPECT_EQ(seen("env -i A=1 B=2 nice -n 5 timeout -k 5 10 make"), "make");
  EXPECT_EQ(seen("gosu app id"), "id");
  EXPECT_EQ(seen("busybox wget x"), "wget");
  EXPECT_EQ(seen("exec \"$@\""), "${@}");
  EXPECT_EQ(seen("chroot /mnt apt-get update"), "apt-get");
  EXPECT_EQ(seen("find . | xargs rm"), "find");
}

TEST(SeenThrough, LeavesWhatRunsNothing) {
  EXPECT_EQ(seen("command -v curl"), "command");
  EXPECT_EQ(seen("sudo -v"), "sudo");
  EXPECT_EQ(seen("env"), "env");
  EXPECT_EQ(seen("timeout 10"), "timeout");
  EXPECT_EQ(seen(""), "");
}

TEST(AsWritten, KeepsWrappers) {
  const Script script = parse("sudo apt-get install x");
  EXPECT_TRUE(calls(as_written(script.commands.front()), "sudo", {"install"}));
  EXPECT_FALSE(calls(as_written(script.commands.front()), "apt-get"));
  EXPECT_TRUE(calls(seen_through(script.commands.front()), "apt-get", {"install", "i"}));
  EXPECT_EQ(wrappers_of(script.commands.front()), std::vector<std::string_view>{"sudo"});
}

TEST(Flags, AreLettersAndLongNames) {
  const Script script = parse("apt-get -qqy --yes --x=1 - -- install -o A=b");
  const Invocation call = as_written(script.commands.front());
  EXPECT_EQ(count_flag(call, {"q"}), 2U);
  EXPECT_TRUE(has_flag(call, {"assume-yes", "yes"}));
  EXPECT_EQ(flag_value(call, {"x"}), "1");
  EXPECT_EQ(flag_value(call, {"o", "option"}), "A=b");
  EXPECT_EQ(flag_value(call, {"t"}), std::nullopt);
  EXPECT_EQ(flags(call).size(), 6U);
}

TEST(Flags, ValuesAreDroppedByName) {
  const Script script = parse("apt-get install -t x y --target-release=z -y w");
  std::vector<std::string> words;
  for (const Word* word :
       args_without_flags(as_written(script.commands.front()), {"t", "target-release"})) {
    words.push_back(word->text);
  }
  EXPECT_EQ(join(words, " "), "install y w");
}

TEST(IntegrityChecks, AreKnown) {
  for (const char* text :
       {"sha256sum -c x", "echo | sha512sum --check --strict -", "gpg --batch --verify a b",
        "cosign verify-blob x", "minisign -Vm x", "openssl dgst -sha256 -verify k"}) {
    const Script script = parse(text);
    EXPECT_TRUE(is_integrity_check(seen_through(script.commands.back()))) << text;
  }
  for (const char* text : {"sha256sum x", "gpg --import k", "apk add x", "openssl version"}) {
    const Script script = parse(text);
    EXPECT_FALSE(is_integrity_check(seen_through(script.commands.back()))) << text;
  }
}

}  // namespace
}  // namespace corten::shell
