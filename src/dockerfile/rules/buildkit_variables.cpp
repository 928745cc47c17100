// BuildKit's checks of variables: what nothing defines, and what should not be one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "content/secret_names.h"
#include "dockerfile/rules/buildkit_support.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/variables.h"
#include "image/reference.h"

namespace corten::dockerfile {

namespace {

// ---- UndefinedVar -------------------------------------------------------------------------------

// What public images define by ENV, beside PATH; each name between blanks.
struct ImageEnvironment {
  std::string_view image;  // its familiar name; ending in "*": a beginning of it
  std::string_view names;
};
constexpr auto kEnvironments = std::to_array<ImageEnvironment>({
    {"scratch", " "},
    {"alpine", " "},
    {"debian", " "},
    {"ubuntu", " "},
    {"busybox", " "},
    {"buildpack-deps", " "},
    {"centos", " "},
    {"rockylinux", " "},
    {"almalinux", " "},
    {"amazonlinux", " LANG "},
    {"oraclelinux", " "},
    {"fedora", " DISTTAG FGC FBR container "},
    {"archlinux", " LANG "},
    {"opensuse/leap", " "},
    {"opensuse/tumbleweed", " "},
    {"node", " NODE_VERSION YARN_VERSION "},
    {"python",
     " LANG GPG_KEY PYTHON_VERSION PYTHON_SHA256 PYTHON_PIP_VERSION PYTHON_SETUPTOOLS_VERSION "
     "PYTHON_GET_PIP_URL PYTHON_GET_PIP_SHA256 PYTHON_WHEEL_VERSION "},
    {"golang", " GOLANG_VERSION GOPATH GOTOOLCHAIN "},
    {"rust", " RUSTUP_HOME CARGO_HOME RUST_VERSION "},
    {"ruby",
     " LANG RUBY_VERSION RUBY_MAJOR RUBY_DOWNLOAD_URL RUBY_DOWNLOAD_SHA256 RUBYGEMS_VERSION "
     "GEM_HOME "
     "BUNDLE_SILENCE_ROOT_WARNING BUNDLE_APP_CONFIG BUNDLE_PATH BUNDLE_BIN BUNDLER_VERSION "},
    {"nginx", " NGINX_VERSION NJS_VERSION NJS_RELEASE PKG_RELEASE DYNPKG_RELEASE ACME_VERSION "},
    {"httpd", " HTTPD_PREFIX HTTPD_VERSION HTTPD_SHA256 HTTPD_PATCHES "},
    {"php",
     " PHPIZE_DEPS PHP_INI_DIR APACHE_CONFDIR APACHE_ENVVARS PHP_CFLAGS PHP_CPPFLAGS PHP_LDFLAGS "
     "PHP_EXTRA_CONFIGURE_ARGS GPG_KEYS PHP_VERSION PHP_URL PHP_ASC_URL PHP_SHA256 PHP_MD5 "},
    {"openjdk", " JAVA_HOME LANG JAVA_VERSION JAVA_URL_VERSION JAVA_BASE_URL "},
    {"eclipse-temurin", " JAVA_HOME LANG LANGUAGE LC_ALL JAVA_VERSION "},
    {"maven",
     " JAVA_HOME LANG LANGUAGE LC_ALL JAVA_VERSION MAVEN_HOME MAVEN_CONFIG MAVEN_VERSION "},
    {"gradle", " JAVA_HOME LANG LANGUAGE LC_ALL JAVA_VERSION GRADLE_HOME GRADLE_VERSION "},
    {"tomcat",
     " JAVA_HOME LANG LANGUAGE LC_ALL JAVA_VERSION CATALINA_HOME TOMCAT_NATIVE_LIBDIR "
     "LD_LIBRARY_PATH GPG_KEYS TOMCAT_MAJOR TOMCAT_VERSION TOMCAT_SHA512 "},
    {"redis", " GOSU_VERSION REDIS_VERSION REDIS_DOWNLOAD_URL REDIS_DOWNLOAD_SHA "},
    {"postgres", " GOSU_VERSION LANG PG_MAJOR PG_VERSION PG_SHA256 PGDATA DOCKER_PG_LLVM_DEPS "},
    {"mysql", " GOSU_VERSION MYSQL_MAJOR MYSQL_VERSION MYSQL_SHELL_VERSION "},
    {"mariadb", " GOSU_VERSION LANG MARIADB_VERSION MARIADB_MAJOR GPG_KEYS "},
    {"gcr.io/distroless/static*", " SSL_CERT_FILE "},
    {"gcr.io/distroless/base*", " SSL_CERT_FILE "},
    {"gcr.io/distroless/cc*", " SSL_CERT_FILE "},
});

bool is_listed(std::string_view names, std::string_view name) {
  for (std::size_t at = names.find(name); at != std::string_view::npos;
       at = names.find(name, at + 1)) {
    if (at > 0 && names[at - 1] == ' ' && names.substr(at + name.size()).starts_with(' ')) {
      return true;
    }
  }
  return false;
}

// Finds out, stage by stage, what is known of the image that it begins from.
class BaseEnvironments {
 public:
  explicit BaseEnvironments(const Lint& lint) : lint_(lint), roots_(lint.stages.all().size()) {
    for (const Stage& stage : lint.stages.all()) {
      roots_[stage.index] = stage.parent == kNone ? look_up(stage) : roots_[stage.parent];
    }
  }

  enum class Answer { Defined, Undefined, Unknown };

  [[nodiscard]] Answer ask(const Stage& stage, std::string_view name) const {
    const Root& root = roots_[stage.index];
    if (root.facts != nullptr) {
      const bool found = std::ranges::any_of(root.facts->environment, [&](std::string_view line) {
        return line.substr(0, line.find('=')) == name;
      });
      return found ? Answer::Defined : Answer::Undefined;
    }
    if (root.known == nullptr) return Answer::Unknown;
    return is_listed(root.known->names, name) ? Answer::Defined : Answer::Undefined;
  }

 private:
  struct Root {
    const BaseFacts* facts = nullptr;
    const ImageEnvironment* known = nullptr;
  };

  [[nodiscard]] Root look_up(const Stage& stage) const {
    Root root;
    if (!stage.base_known) return root;
    root.facts = lint_.base_facts(stage.base);
    if (root.facts != nullptr) return root;
    const auto reference = image::parse_reference(stage.base);
    if (!reference) return root;
    const std::string name = image::familiar_name(*reference);
    const auto* found = std::ranges::find_if(kEnvironments, [&](const ImageEnvironment& row) {
      if (!row.image.ends_with('*')) return row.image == name;
      return name.starts_with(row.image.substr(0, row.image.size() - 1));
    });
    if (found != kEnvironments.end()) root.known = found;
    return root;
  }

  const Lint& lint_;
  std::vector<Root> roots_;
};

bool takes_variables(Keyword keyword) {
  switch (keyword) {
    case Keyword::Add:
    case Keyword::Arg:
    case Keyword::Copy:
    case Keyword::Env:
    case Keyword::Expose:
    case Keyword::Label:
    case Keyword::Stopsignal:
    case Keyword::User:
    case Keyword::Volume:
    case Keyword::Workdir:
      return true;
    default:
      return false;
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && (text.front() == '_' || (text.front() >= 'a' && text.front() <= 'z') ||
                           (text.front() >= 'A' && text.front() <= 'Z'));
}

class UndefinedVariables {
 public:
  UndefinedVariables(const Lint& lint, Problems& problems)
      : lint_(lint), bases_(lint), problems_(problems) {}

  void judge(const Instruction& instruction) {
    const Stage* stage = lint_.stages.stage_of(instruction);
    if (stage == nullptr || stage->is_windows) return;
    for (const UsedVariable& use : uses_of(instruction)) {
      if (handles_unset(use.modifier) || !is_name(use.name)) continue;
      if (use.name == "PATH" || is_predefined_argument(use.name)) continue;
      if (lint_.stages.definition(instruction, use.name) != nullptr) continue;
      report(*stage, instruction, use);
    }
  }

 private:
  [[nodiscard]] std::vector<UsedVariable> uses_of(const Instruction& instruction) const {
    std::vector<UsedVariable> uses;
    const auto add = [&](std::string_view text, Range range) {
      const auto more = variables_of(lint_, instruction, text, range);
      uses.insert(uses.end(), more.begin(), more.end());
    };
    for (const Flag& flag : instruction.flags) {
      const bool is_expanded = flag.name == "chown" || flag.name == "chmod" ||
                               flag.name == "from" || flag.name == "checksum";
      if (is_expanded && flag.value) add(*flag.value, flag.value_range);
    }
    for (const Word& word : instruction.words) add_word(instruction, word, add);
    for (const Pair& pair : instruction.pairs) {
      add(pair.key, pair.key_range);
      if (pair.value) add(*pair.value, pair.value_range);
    }
    return uses;
  }

  template <typename Add>
  static void add_word(const Instruction& instruction, const Word& word, Add add) {
    // ENV, LABEL and ARG have pairs; a here-document's operator has no variables.
    if (instruction.pairs.empty() && !word.text.starts_with("<<")) add(word.text, word.range);
  }

  // What the base defines is not always known. Then only names that no base would have are
  // reported: those in small letters, and those that are nearly a name of the file.
  void report(const Stage& stage, const Instruction& instruction, const UsedVariable& use) {
    const auto answer = bases_.ask(stage, use.name);
    if (answer == BaseEnvironments::Answer::Defined) return;
    const bool is_unlikely = casing_of(use.name) == Casing::Lower;
    const bool is_certain = answer == BaseEnvironments::Answer::Undefined || is_unlikely;
    constexpr std::size_t kLongName = 6;  // short ones are near to many others by chance
    if (!is_certain && use.name.size() < kLongName) return;
    std::string near = suggestions_ < kMaxSuggestions ? suggest(instruction, use.name) : "";
    if (!is_certain && near.empty()) return;
    problems_.add(use.range, fmt::format("nothing defines {} here{}", printable(use.name), near));
  }

  std::string suggest(const Instruction& instruction, std::string_view name) {
    ++suggestions_;
    std::vector<std::string_view> candidates = {"PATH"};
    if (is_platform_argument(name)) return ": it needs an ARG in this stage";
    for (const Definition* found : lint_.stages.visible_at(instruction)) {
      candidates.push_back(found->name);
    }
    return suggestion(name, candidates);
  }

  const Lint& lint_;
  BaseEnvironments bases_;
  Problems& problems_;
  std::size_t suggestions_ = 0;
};

void undefined_variables(const Lint& lint, Problems& problems) {
  UndefinedVariables variables(lint, problems);
  for (const Instruction& instruction : lint.file.instructions) {
    if (takes_variables(instruction.keyword) && !instruction.broken) variables.judge(instruction);
  }
}

// ---- SecretsUsedInArgOrEnv ----------------------------------------------------------------------

// "ENV GPG_KEY=A035…": which key somebody signs with is public.
bool is_fingerprint(const Pair& pair, std::string_view name) {
  constexpr std::size_t kDigits = 40;
  const std::string lower = to_lower(name);
  if (!lower.contains("gpg") && !lower.contains("pgp")) return false;
  const std::string value = to_lower(pair.value.value_or(std::string_view()));
  return value.size() == kDigits &&
         value.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void secrets(const Lint& lint, Problems& problems) {
  std::unordered_set<std::string> seen;
  for (const Instruction& instruction : lint.file.instructions) {
    const bool defines = instruction.keyword == Keyword::Arg || instruction.keyword == Keyword::Env;
    if (!defines || instruction.broken) continue;
    for (const Pair& pair : instruction.pairs) {
      std::string name = plain(lint, pair.key);
      if (!content::is_secret_for_buildkit(name) || is_fingerprint(pair, name)) continue;
      std::string evidence =
          fmt::format("the value of {} can be read in the image's history", printable(name));
      if (!seen.insert(std::move(name)).second) continue;
      problems.add(pair.key_range, std::move(evidence));
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"BK-UndefinedVar", FindingKind::Misconfiguration, Severity::Medium,
      "a variable that nothing defines",
      "The builder puts nothing in place of an unknown variable and goes on: a path loses a part, "
      "a version becomes empty. ARGs above the first FROM, and those of other stages, do not "
      "count; "
      "a stage must name them again.",
      "define the variable with ARG or ENV in this stage, or correct its name",
      "FROM debian:12\nCOPY $sources /src/\n",
      "FROM debian:12\nARG sources=.\nCOPY $sources /src/\n", "UndefinedVar",
      "https://docs.docker.com/reference/build-checks/undefined-var/"},
     Default::On,
     undefined_variables},
    {{"BK-SecretsUsedInArgOrEnv", FindingKind::Secret, Severity::Medium,
      "a variable is named like a secret",
      "Values of ENV are part of the image, and values of ARG stay in its history: whoever can "
      "pull the image can read them. A secret mount gives a RUN the value and leaves nothing "
      "behind; at run time secrets come from outside.",
      "mount the secret: RUN --mount=type=secret,id=db_password",
      "FROM debian:12\nARG DB_PASSWORD\n",
      "FROM debian:12\nRUN --mount=type=secret,id=db_password true\n",
      "SecretsUsedInArgOrEnv DL3064 CL2001",
      "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/"},
     Default::On,
     secrets},
});

}  // namespace

std::span<const Rule> buildkit_variable_rules() { return kRules; }

}  // namespace corten::dockerfile
