// Secrets and passwords that a Compose file says aloud: CC1013, CC1023.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "manifest/internal/compose_judge.h"

namespace corten::manifest {

namespace {

using content::ValueKind;

// Passwords that are tried first, whatever the service.
bool is_well_known(std::string_view password) {
  constexpr auto kKnown = std::to_array<std::string_view>(
      {"password", "passwd",     "pass",      "admin",     "administrator", "root",      "toor",
       "postgres", "mysql",      "mariadb",   "mongo",     "mongodb",       "redis",     "rabbitmq",
       "guest",    "user",       "secret",    "default",   "changeme",      "qwerty",    "letmein",
       "welcome",  "minioadmin", "minio",     "grafana",   "elastic",       "sa",        "db",
       "pwd",      "12345",      "123456",    "1234567",   "12345678",      "123456789", "1234",
       "0000",     "111111",     "abc123",    "password1", "admin123",      "root123",   "p@ssw0rd",
       "keycloak", "wordpress",  "nextcloud", "neo4j",     "influxdb",      "oracle",    "odoo"});
  const std::string lower = to_lower(password);
  return std::ranges::find(kKnown, lower) != kKnown.end();
}

bool is_switched_on(std::string_view value) {
  const std::string lower = to_lower(value);
  return !lower.empty() && lower != "no" && lower != "false" && lower != "0" && lower != "off";
}

bool names_password(std::string_view name) {
  const std::string lower = to_lower(name);
  const bool is_word = lower.find("pass") != std::string::npos ||
                       lower.find("pwd") != std::string::npos ||
                       lower.find("secret") != std::string::npos;
  return is_word && content::names_secret(name);
}

// A password that is the name of its own user, database or service.
bool is_own_name(const ComposeService& service, const ComposeVariable& variable) {
  constexpr std::size_t kMaxVariables = 500;  // each is compared with each
  const std::string value = to_lower(*variable.value);
  if (value == to_lower(service.name)) return true;
  if (service.environment.size() > kMaxVariables) return false;
  return std::ranges::any_of(service.environment, [&](const ComposeVariable& other) {
    if (&other == &variable || !other.value || to_lower(*other.value) != value) return false;
    const std::string name = to_lower(other.name);
    return name.find("user") != std::string::npos || name.find("database") != std::string::npos ||
           name.ends_with("_db") || name.ends_with("db_name") || name.ends_with("_login");
  });
}

bool is_judged(const ComposeVariable& variable) {
  return variable.value && !variable.is_open && !variable.is_from_environment;
}

bool is_weak(const ComposeService& service, const ComposeVariable& variable) {
  if (!is_judged(variable) || !names_password(variable.name)) return false;
  const ValueKind kind = content::kind_of_value(*variable.value);
  if (kind == ValueKind::Reference) return false;
  return variable.value->empty() || kind == ValueKind::Dummy || is_well_known(*variable.value) ||
         (kind == ValueKind::Secret && is_own_name(service, variable));
}

// What makes `value` a secret by its form; empty if nothing does.
std::string secret_form(std::string_view value) {
  for (const content::SecretMatch& match : content::find_secrets(value)) {
    if (!match.documented) return std::string(match.kind);
  }
  if (!content::find_url_passwords(value).empty()) return "password in a URL";
  return {};
}

void check_variable(Judge& judge, const ComposeService& service, std::string_view where,
                    const ComposeVariable& variable) {
  if (!is_judged(variable)) return;
  const std::string name = printable(variable.name);
  if (const std::string form = secret_form(*variable.value); !form.empty()) {
    return judge.report(variable.at, fmt::format("{}.{} holds a {}", where, name, form));
  }
  if (!content::names_secret(variable.name) || is_weak(service, variable)) return;
  if (content::kind_of_value(*variable.value) != ValueKind::Secret) return;
  judge.report(variable.at, fmt::format("{}.{} is a secret, written out", where, name));
}

// "--password=hunter2", "--password hunter2", "-phunter2" is none of ours: too often something
// else.
void check_words(Judge& judge, std::string_view where, const std::vector<Text>& words) {
  for (const Text& text : words) {
    if (text.is_open || judge.is_full()) continue;
    if (const std::string form = secret_form(text.value); !form.empty()) {
      judge.report(text.at, fmt::format("{} holds a {}", where, form));
      continue;
    }
    std::string spaced = text.value;
    std::ranges::replace(spaced, '\t', ' ');
    std::ranges::replace(spaced, '\n', ' ');
    const auto parts = split(spaced, ' ');
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].starts_with("--")) continue;
      const auto option = split_once(parts[i].substr(2), '=');
      const std::string_view name = option ? option->first : parts[i].substr(2);
      const std::string_view value =
          option ? option->second : (i + 1 < parts.size() ? parts[i + 1] : std::string_view());
      if (value.starts_with('-') || !content::names_secret(name)) continue;
      if (content::kind_of_value(value) != ValueKind::Secret) continue;
      judge.report(text.at,
                   fmt::format("{}: --{} is a secret, written out", where, printable(name)));
      break;
    }
  }
}

}  // namespace

void check_secrets(Judge& judge, const ComposeService& service) {
  for (const ComposeVariable& variable : service.environment) {
    check_variable(judge, service, "environment", variable);
  }
  for (const ComposeVariable& label : service.labels) {
    check_variable(judge, service, "labels", label);
  }
  if (service.build) {
    for (const ComposeVariable& argument : service.build->args) {
      check_variable(judge, service, "build.args", argument);
    }
  }
  for (const Text& file : service.env_files) {
    if (file.is_open || file.empty()) continue;
    const std::filesystem::path folder =
        std::filesystem::path(judge.project().files.at(file.at.file)).parent_path();
    if (!judge.is_committed((folder / file.value).lexically_normal().string())) continue;
    judge.report(file.at, fmt::format("env_file '{}' is in version control", printable(file.value)),
                 Severity::Info, "commit an example without secrets, and ignore the file itself");
  }
  check_words(judge, "command", service.command);
  check_words(judge, "entrypoint", service.entrypoint);
}

void check_weak_passwords(Judge& judge, const ComposeService& service) {
  constexpr auto kOpenDoors = std::to_array<std::string_view>(
      {"MYSQL_ALLOW_EMPTY_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
       "MARIADB_ALLOW_EMPTY_PASSWORD", "ALLOW_EMPTY_PASSWORD", "ALLOW_ANONYMOUS_LOGIN"});
  for (const ComposeVariable& variable : service.environment) {
    if (!is_judged(variable)) continue;
    const std::string name = printable(variable.name);
    const bool opens = std::ranges::find(kOpenDoors, variable.name) != kOpenDoors.end();
    if (opens && is_switched_on(*variable.value)) {
      judge.report(variable.at, fmt::format("{} lets everyone in without a password", name));
    } else if (variable.name == "POSTGRES_HOST_AUTH_METHOD" && *variable.value == "trust") {
      judge.report(variable.at, "POSTGRES_HOST_AUTH_METHOD: trust asks nobody for a password");
    } else if (!opens && is_weak(service, variable)) {
      judge.report(variable.at, variable.value->empty()
                                    ? fmt::format("{} is empty", name)
                                    : fmt::format("{} is a password that is tried first", name));
    }
  }
}

}  // namespace corten::manifest
