#include "manifest/compose_load.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/internal/interpolate.h"
#include "manifest/internal/short_syntax.h"

namespace corten::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Files = std::map<std::string, std::string, std::less<>>;

Result<ComposeProject> load(Files files, std::vector<std::string> paths = {"compose.yaml"},
                            const ComposeOptions& options = {}) {
  return load_compose(paths, MemoryFiles(std::move(files)), options);
}

ComposeProject loaded(Files files, std::vector<std::string> paths = {"compose.yaml"},
                      const ComposeOptions& options = {}) {
  auto project = load(std::move(files), std::move(paths), options);
  EXPECT_TRUE(project) << (project ? "" : describe(project.error()));
  return project ? *std::move(project) : ComposeProject();
}

std::string text(const ComposeProject& project, std::string_view service, std::string_view path) {
  const ComposeService* found = project.service(service);
  return found == nullptr ? "no service" : std::string(text_of(found->get(path)));
}

std::vector<std::string> problems(const ComposeProject& project) {
  std::vector<std::string> all;
  for (const ComposeProblem& problem : project.problems) all.push_back(problem.message);
  return all;
}

TEST(Interpolate, FollowsTheSpecification) {
  const Variables variables{{"A", "x"}, {"EMPTY", ""}, {"N_1", "y"}};
  struct Row {
    const char* text;
    const char* expected;
    bool is_open = false;
    bool is_invalid = false;
  };
  for (const Row& row : std::vector<Row>{
           {"plain", "plain"},
           {"$A-${A}b", "x-xb"},
           {"${A:-d}${NO:-d}${EMPTY:-d}", "xdd"},
           {"${A-d}${NO-d}${EMPTY-d}", "xd"},
           {"${A:+r}${NO:+r}${EMPTY:+r}", "r"},
           {"${A+r}${NO+r}${EMPTY+r}", "rr"},
           {"${A:?e}", "x"},
           {"${NO:?e}", "${NO:?e}", true},
           {"${NO?e}${EMPTY?e}", "${NO?e}", true},
           {"${NO:-${N_1}}", "y"},
           {"${NO:-${NONE:-${A}z}}!", "xz!"},
           {"${NO}", "${NO}", true},
           {"$NO/x", "$NO/x", true},
           {"$$A $${A} $", "$A ${A} $"},
           {"$1 $/", "$1 $/"},
           {"${A", "${A", true, true},
           {"${}", "${}", true, true},
           {"${A!}", "${A!}", true, true},
           {"${1}", "${1}", true, true},
       }) {
    const Interpolated found = interpolate(row.text, variables, 1000);
    EXPECT_EQ(found.text, row.expected) << row.text;
    EXPECT_EQ(found.is_open, row.is_open) << row.text;
    EXPECT_EQ(found.is_invalid, row.is_invalid) << row.text;
  }
}

TEST(Interpolate, IsBounded) {
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "${X:-";
  EXPECT_TRUE(interpolate(nested + std::string(1000, '}'), {}, 100'000).is_open);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "$A";
  const Interpolated cut = interpolate(many, {{"A", std::string(1000, 'x')}}, 10'000);
  EXPECT_LE(cut.text.size(), 10'000U);
  EXPECT_TRUE(cut.is_open);
}

TEST(ParseEnvFile, ReadsQuotesCommentsAndVariables) {
  const Variables found = parse_env_file(
      "# c\nA=1\nexport B = two words # c\nC='$A # x'\nD=\"$A\"\nE=${A}$B\nbad "
      "line\n=x\nF:\nG=\r\n",
      {});
  EXPECT_EQ(found, (Variables{{"A", "1"},
                              {"B", "two words"},
                              {"C", "$A # x"},
                              {"D", "1"},
                              {"E", "1two words"},
                              {"F", ""},
                              {"G", ""}}));
}

// As compose-go reads them.
TEST(ParseEnvFile, ReadsEscapesAndQuotesOfSeveralLines) {
  const Variables found = parse_env_file(
      "A=\"one\ntwo\" # c\nB=\"a\\nb \\\"c\\\" \\$A \\\\\"\nC='x\ny'\nD=\"never ends\nE=5\nF='it\n",
      {});
  EXPECT_EQ(found, (Variables{{"A", "one\ntwo"},
                              {"B", "a\nb \"c\" $A \\"},
                              {"C", "x\ny"},
                              {"D", "never ends"},
                              {"E", "5"},
                              {"F", "it"}}));
}

TEST(FilesNamedByEnv, AreThoseOfComposeFile) {
  using testing::ElementsAre;
  EXPECT_THAT(files_named_by_env("COMPOSE_FILE=a.yaml:b.yaml\n"), ElementsAre("a.yaml", "b.yaml"));
  EXPECT_THAT(files_named_by_env("COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=a.yaml;c:b.yaml\n"),
              ElementsAre("a.yaml", "c:b.yaml"));
  EXPECT_TRUE(files_named_by_env("A=1\n").empty());
}

TEST(ShortSyntax, ReadsPorts) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : std::vector<Row>{
           {"3000", "||3000|tcp"},
           {"3000-3005", "||3000-3005|tcp"},
           {"8000:80", "|8000|80|tcp"},
           {"127.0.0.1:8001:8001", "127.0.0.1|8001|8001|tcp"},
           {"127.0.0.1::5000", "127.0.0.1||5000|tcp"},
           {"6060:6060/udp", "|6060|6060|udp"},
           {"[::1]:80:81/TCP", "::1|80|81|tcp"},
           {"::1:80:81", "::1|80|81|tcp"},
           {"${IP:-x:y}:80:81", "${IP:-x:y}|80|81|tcp"},
           {"", "|||tcp"},
       }) {
    Value value;
    value.kind = yaml::Kind::Scalar;
    value.text = row.text;
    const ComposePort port = read_port(value);
    EXPECT_EQ(fmt::format("{}|{}|{}|{}", port.host_ip, port.published, port.target, port.protocol),
              row.expected);
  }
}

TEST(ShortSyntax, ReadsVolumes) {
  using Type = ComposeMount::Type;
  struct Row {
    const char* text;
    Type type;
    const char* source;
    const char* target;
    bool is_read_only = false;
  };
  for (const Row& row : std::vector<Row>{
           {"/data", Type::Volume, "", "/data"},
           {"data:/data", Type::Volume, "data", "/data"},
           {"./a:/b:ro,Z", Type::Bind, "./a", "/b", true},
           {"~/a:/b", Type::Bind, "~/a", "/b"},
           {"/a:/b:rw", Type::Bind, "/a", "/b"},
           {"C:\\a:/b", Type::Bind, "C:\\a", "/b"},
           {"c:/a:/b:ro", Type::Bind, "c:/a", "/b", true},
           {"${X:-./a}/c:/b", Type::Bind, "${X:-./a}/c", "/b"},
           {"${VOLUME}:/b", Type::Volume, "${VOLUME}", "/b"},
       }) {
    Value value;
    value.kind = yaml::Kind::Scalar;
    value.text = row.text;
    const ComposeMount mount = read_mount(value);
    EXPECT_EQ(mount.type, row.type) << row.text;
    EXPECT_EQ(mount.source, row.source) << row.text;
    EXPECT_EQ(mount.target, row.target) << row.text;
    EXPECT_EQ(mount.is_read_only, row.is_read_only) << row.text;
  }
}

// The rules and most values of the example are those of the specification, "Merge".
TEST(LoadCompose, MergesFilesAsTheSpecificationSays) {
  const ComposeProject project = loaded(
      {{"a.yaml",
        "services:\n  app:\n    image: a:1\n    command: [one, two]\n    environment: [A=1, B=2]\n"
        "    ports: ['80:80', '443:443']\n    volumes: [data:/data, ./x:/x]\n    dns: 1.1.1.1\n"
        "    labels: {k: v}\n    build: ./dir\n    cap_add: [NET_ADMIN]\n    user: root\n"},
       {"b.yaml",
        "services:\n  app:\n    image: a:2\n    command: [three]\n    environment: {B: 3, C: }\n"
        "    ports: ['80:80', '81:81']\n    volumes: ['./y:/x:ro']\n    dns: [2.2.2.2]\n"
        "    labels: [l=w]\n    build: {args: [X=1]}\n    cap_add: !override [SYS_TIME]\n"
        "    user: !reset\n  db: {image: 'db:1'}\n"}},
      {"a.yaml", "b.yaml"});

  EXPECT_THAT(problems(project), IsEmpty());
  const ComposeService& app = *project.service("app");
  EXPECT_EQ(app.image.value, "a:2");
  EXPECT_EQ(app.image.at, (Place{1, 3, 12}));
  ASSERT_EQ(app.command.size(), 1U);
  ASSERT_EQ(app.environment.size(), 3U);
  EXPECT_EQ(app.environment[0].at, (Place{0, 5, 19}));
  EXPECT_EQ(app.environment[1].value, "3");
  EXPECT_EQ(app.environment[1].at, (Place{1, 5, 22}));
  EXPECT_EQ(app.environment[2].value, std::nullopt);
  EXPECT_EQ(app.ports.size(), 3U);
  ASSERT_EQ(app.volumes.size(), 2U);
  EXPECT_EQ(app.volumes[1].source, "./y");
  EXPECT_TRUE(app.volumes[1].is_read_only);
  EXPECT_EQ(scalars_of(app.get("dns")).size(), 2U);
  EXPECT_EQ(app.labels.size(), 2U);
  EXPECT_EQ(app.build->context.value, "./dir");
  EXPECT_EQ(app.build->args.at(0).name, "X");
  ASSERT_EQ(scalars_of(app.get("cap_add")).size(), 1U);
  EXPECT_EQ(scalars_of(app.get("cap_add"))[0]->text, "SYS_TIME");
  EXPECT_EQ(app.get("user"), nullptr);
  EXPECT_NE(project.service("db"), nullptr);
}

TEST(LoadCompose, MergesTheDocumentsOfOneFile) {
  const ComposeProject project =
      loaded({{"compose.yaml", "services: {a: {image: 'a:1'}}\n---\nservices: {a: {user: x}}\n"}});
  EXPECT_EQ(text(project, "a", "image") + text(project, "a", "user"), "a:1x");
}

TEST(LoadCompose, ResetsWhatWasNeverSet) {
  const ComposeProject project =
      loaded({{"compose.yaml", "services: {a: {image: 'a:1', user: !reset root}}\n"}});
  EXPECT_EQ(project.service("a")->get("user"), nullptr);
}

TEST(LoadCompose, ResolvesAnchorsAndFragments) {
  const ComposeProject project =
      loaded({{"compose.yaml",
               "x-base: &base\n  restart: always\n  environment: &env {A: 1}\nservices:\n  app:\n"
               "    <<: *base\n    image: a:1\n    environment:\n      <<: *env\n      B: 2\n"}});
  EXPECT_EQ(text(project, "app", "restart"), "always");
  EXPECT_EQ(project.service("app")->get("restart")->at, (Place{0, 2, 12}));
  EXPECT_EQ(project.service("app")->environment.size(), 2U);
  EXPECT_THAT(project.unknown, IsEmpty());
}

TEST(LoadCompose, ExtendsAServiceOfThisAndOfAnotherFile) {
  const ComposeProject project = loaded(
      {{"compose.yaml",
        "services:\n  a:\n    extends: {file: base/common.yaml, service: web}\n    user: me\n"
        "  b: {extends: a, image: 'b:2'}\n"},
       {"base/common.yaml",
        "services:\n  root: {image: 'r:1', privileged: true}\n  web:\n    extends: root\n"
        "    environment: [A=1]\n    build: {context: ./ctx}\n"}});
  EXPECT_THAT(problems(project), IsEmpty());
  EXPECT_EQ(text(project, "a", "image"), "r:1");
  EXPECT_EQ(text(project, "b", "image"), "b:2");
  EXPECT_EQ(text(project, "b", "user"), "me");
  EXPECT_EQ(project.service("b")->get("privileged")->at, (Place{1, 2, 36}));
  EXPECT_EQ(project.service("a")->build->path, "base/ctx");
  EXPECT_EQ(project.files, (std::vector<std::string>{"compose.yaml", "base/common.yaml"}));
  EXPECT_EQ(project.service("a")->at, (Place{0, 2, 3}));
}

TEST(LoadCompose, IncludesProjectsWithTheirOwnEnvironment) {
  const ComposeProject project = loaded(
      {{"shop/compose.yaml",
        "include:\n  - db/compose.yaml\n  - path: [q/a.yaml, q/b.yaml]\n    project_directory: q2\n"
        "    env_file: q.env\nservices:\n  app: {image: 'app:${TAG}'}\n"},
       {"shop/.env", "TAG=1\n"},
       {"shop/db/compose.yaml", "services: {db: {image: 'db:${DB}-${TAG}', build: .}}\n"},
       {"shop/db/.env", "DB=2\nTAG=9\n"},
       {"shop/q/a.yaml", "services: {q: {image: 'q:${Q}', build: ./c}}\nvolumes: {v: }\n"},
       {"shop/q/b.yaml", "services: {q: {user: u}}\n"},
       {"shop/q.env", "Q=3\n"}},
      {"shop/compose.yaml"});
  EXPECT_THAT(problems(project), IsEmpty());
  EXPECT_EQ(text(project, "app", "image"), "app:1");
  EXPECT_EQ(text(project, "db", "image"), "db:2-1");
  EXPECT_EQ(text(project, "q", "image") + text(project, "q", "user"), "q:3u");
  EXPECT_EQ(project.service("db")->build->path, "shop/db");
  EXPECT_EQ(project.service("q")->build->path, "shop/q2/c");
  EXPECT_EQ(project.volumes.size(), 1U);
  EXPECT_EQ(project.name, "shop");
  EXPECT_TRUE(get(project.service("app")->values, "image")->is_from_environment);
}

TEST(LoadCompose, AServiceMayExtendOneThatIsIncluded) {
  const auto project = load_compose(
      std::vector<std::string>{"compose.yaml"},
      MemoryFiles({{"compose.yaml", "include: [db.yaml]\nservices:\n  a:\n    extends: b\n"},
                   {"db.yaml", "services:\n  b:\n    image: b:1\n"}}));
  ASSERT_TRUE(project);
  EXPECT_TRUE(project->problems.empty());
  EXPECT_EQ(project->service("a")->image.value, "b:1");
}

TEST(LoadCompose, TheCallersEnvironmentWins) {
  ComposeOptions options;
  options.environment = {{"A", "mine"}};
  const Files files{{"compose.yaml", "services: {a: {image: '${A}:${B:-x}'}}\n"},
                    {".env", "A=his\n"}};
  EXPECT_EQ(text(loaded(files, {"compose.yaml"}, options), "a", "image"), "mine:x");
  options.environment.clear();
  options.use_env_files = false;
  EXPECT_TRUE(loaded(files, {"compose.yaml"}, options).service("a")->image.is_open);
}

struct Hostile {
  const char* name;
  Files files;
  const char* problem;
};

class LoadComposeProblems : public testing::TestWithParam<Hostile> {};

TEST_P(LoadComposeProblems, AreReported) {
  const ComposeProject project = loaded(GetParam().files);
  EXPECT_THAT(problems(project), testing::Contains(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    Compose, LoadComposeProblems,
    testing::ValuesIn(std::vector<Hostile>{
        {"ExtendsItself", {{"compose.yaml", "services: {a: {extends: a}}"}}, "extends itself"},
        {"ExtendsInACircle",
         {{"compose.yaml", "services: {a: {extends: b}, b: {extends: c}, c: {extends: a}}"}},
         "extends itself"},
        {"ExtendsInACircleOfFiles",
         {{"compose.yaml", "services: {a: {extends: {file: b.yaml, service: b}}}"},
          {"b.yaml", "services: {b: {extends: {file: b.yaml, service: b}}}"}},
         "extends itself"},
        {"ExtendsNothing", {{"compose.yaml", "services: {a: {extends: b}}"}}, "no service 'b'"},
        {"ExtendsAMissingFile",
         {{"compose.yaml", "services: {a: {extends: {file: x.yaml, service: b}}}"}},
         "no file 'x.yaml'"},
        {"ExtendsABrokenFile",
         {{"compose.yaml", "services: {a: {extends: {file: x.yaml, service: b}}}"},
          {"x.yaml", "a: b: c"}},
         "x.yaml:1:5"},
        {"ExtendsOutside",
         {{"compose.yaml", "services: {a: {extends: {file: ../x.yaml, service: b}}}"}},
         "leaves the folder"},
        {"IncludesItself", {{"compose.yaml", "include: [./compose.yaml]"}}, "includes itself"},
        {"IncludesInACircle",
         {{"compose.yaml", "include: [a/b.yaml]"},
          {"a/b.yaml", "include: [c.yaml]"},
          {"a/c.yaml", "include: [b.yaml]"}},
         "includes itself"},
        {"IncludesOutside", {{"compose.yaml", "include: [/etc/passwd]"}}, "leaves the folder"},
        {"IncludesFromElsewhere",
         {{"compose.yaml", "include: ['https://x.example/compose.yaml']"}},
         "not on this host"},
        {"IncludesByGit", {{"compose.yaml", "include: ['git@x.example:a/b']"}}, "not on this host"},
        {"IncludesNothing", {{"compose.yaml", "include: [nope.yaml]"}}, "no file 'nope.yaml'"},
        {"ConflictWithAnInclude",
         {{"compose.yaml", "include: [b.yaml]\nservices: {a: {image: x}}"},
          {"b.yaml", "services: {a: {image: y}}"}},
         "also in the included file"},
        {"NoService", {{"compose.yaml", "services: {a: text}"}}, "a map of keys"},
        {"BadVariable", {{"compose.yaml", "services: {a: {image: '${'}}"}}, "interpolation"},
        {"TwiceTheKey",
         {{"compose.yaml", "services:\n  a: {image: x}\n  a: {image: y}\n"}},
         "stands twice"},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(LoadCompose, RefusesWhatIsNoComposeFile) {
  EXPECT_EQ(load({}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(load({{"compose.yaml", "- a\n"}}).error().code, ErrorCode::InvalidInput);
  EXPECT_THAT(load({{"compose.yaml", "a: [\n"}}).error().message, HasSubstr("compose.yaml:2:1"));
  EXPECT_EQ(load({}, std::vector<std::string>{}).error().code, ErrorCode::Usage);
  EXPECT_TRUE(load({{"compose.yaml", ""}}));
}

TEST(LoadCompose, StopsAtItsLimits) {
  std::string many = "services:\n";
  for (std::size_t i = 0; i <= kMaxComposeServices; ++i) many += fmt::format("  s{}: {{}}\n", i);
  EXPECT_EQ(load({{"compose.yaml", many}}).error().code, ErrorCode::LimitExceeded);

  std::string wide = "x: &x [a, a, a, a, a, a, a, a, a, a]\ny: &y [";
  for (int i = 0; i < 1000; ++i) wide += "*x, ";
  wide += "]\nz: [";
  for (int i = 0; i < 60; ++i) wide += "*y, ";
  EXPECT_EQ(load({{"compose.yaml", wide + "]\n"}}).error().code, ErrorCode::LimitExceeded);

  Files files;
  for (int i = 0; i < 30; ++i) {
    files[fmt::format("{}.yaml", i)] = fmt::format("include: [{}.yaml]", i + 1);
  }
  EXPECT_THAT(problems(loaded(files, {"0.yaml"})), ElementsAre(HasSubstr("nested more than")));

  std::string list = "include: [";
  Files flat;
  for (std::size_t i = 0; i < kMaxComposeFiles; ++i) {
    list += fmt::format("{}.yaml, ", i);
    flat[fmt::format("{}.yaml", i)] = "";
  }
  flat["compose.yaml"] = list + "]";
  EXPECT_EQ(load(flat).error().code, ErrorCode::LimitExceeded);
}

TEST(LoadCompose, LongChainsOfExtendsStayBounded) {
  std::string chain = "services:\n  s0: {image: 'a:1'}\n";
  for (int i = 1; i < 3000; ++i) chain += fmt::format("  s{}: {{extends: s{}}}\n", i, i - 1);
  EXPECT_EQ(text(loaded({{"compose.yaml", chain}}), "s2999", "image"), "a:1");
}

}  // namespace
}  // namespace corten::manifest
