// Secrets and passwords that a Compose file says aloud: CC1013, CC1023.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "image/reference.h"
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
  const ValueKind kind = content::kind_of_value(variable.name, *variable.value);
  if (kind == ValueKind::Reference) return false;
  return variable.value->empty() || kind == ValueKind::Dummy || is_well_known(*variable.value) ||
         (kind == ValueKind::Secret && is_own_name(service, variable));
}

// Images of which the documentation says that NAME_FILE names a file with the value of NAME.
struct FileReader {
  std::string_view image;  // last part of its name
  std::string_view variable;
};
constexpr auto kFileReaders = std::to_array<FileReader>({
    {"postgres", "POSTGRES_PASSWORD"},
    {"postgis", "POSTGRES_PASSWORD"},
    {"timescaledb", "POSTGRES_PASSWORD"},
    {"mysql", "MYSQL_ROOT_PASSWORD"},
    {"mysql", "MYSQL_PASSWORD"},
    {"mariadb", "MARIADB_ROOT_PASSWORD"},
    {"mariadb", "MARIADB_PASSWORD"},
    {"mariadb", "MYSQL_ROOT_PASSWORD"},
    {"mariadb", "MYSQL_PASSWORD"},
    {"mongo", "MONGO_INITDB_ROOT_PASSWORD"},
    {"wordpress", "WORDPRESS_DB_PASSWORD"},
    {"nextcloud", "MYSQL_PASSWORD"},
    {"nextcloud", "POSTGRES_PASSWORD"},
    {"nextcloud", "NEXTCLOUD_ADMIN_PASSWORD"},
    {"redmine", "REDMINE_DB_PASSWORD"},
});

bool reads_file(const ComposeService& service, std::string_view variable) {
  const auto reference = image::parse_reference(service.image.value);
  if (service.build || service.image.is_open || !reference) return false;
  const std::string& name = reference->repository;
  const std::string_view word = std::string_view(name).substr(name.rfind('/') + 1);
  return std::ranges::any_of(kFileReaders, [&](const FileReader& row) {
    return row.image == word && row.variable == variable;
  });
}

// As a secret of the project, which the image reads from a file.
bool mend_by_file(Judge& judge, const ComposeService& service, const ComposeVariable& variable) {
  if (!reads_file(service, variable.name)) return false;
  const Value* secrets = service.get("secrets");
  const ComposeProject& project = judge.project();
  const std::string name = to_lower(variable.name);
  const bool is_known =
      std::ranges::find(project.secrets, name, &ComposeResource::name) != project.secrets.end();
  if (is_known || (secrets != nullptr && !secrets->is_sequence())) return false;
  const std::string path = "/run/secrets/" + name;
  std::vector<Step> steps;
  if (is_list_item(judge, variable)) {
    steps.push_back(set(variable.at, text_value(variable.name + "_FILE=" + path)));
  } else {
    steps.push_back(replace(variable.at, variable.name + "_FILE", text_value(path)));
  }
  steps.push_back(secrets == nullptr ? put(service.values.at, "secrets", list_value({name}))
                                     : append(secrets->at, text_value(name)));
  steps.push_back(put({variable.at.file, 0, 0}, "secrets." + name,
                      yaml::Value::map({{"file", text_value("./secrets/" + name + ".txt")}})));
  judge.mend(fmt::format("the project starts only once ./secrets/{}.txt holds the password, which "
                         "no commit should hold",
                         name),
             steps);
  return true;
}

// The value is taken from the environment or the .env file of whoever starts the project.
void mend_secret(Judge& judge, const ComposeService& service, std::string_view where,
                 const ComposeVariable& variable) {
  const bool is_environment = where == "environment";
  if (!is_environment && where != "build.args") return;
  if (is_environment && mend_by_file(judge, service, variable)) return;
  const std::string value = fmt::format("${{{}:?set it}}", variable.name);
  const bool is_name =
      !variable.name.empty() &&
      variable.name.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (!is_name) return;
  judge.mend(fmt::format("the project starts only once {} is set in the environment or in .env, "
                         "and every service that uses the value has to get the same",
                         variable.name),
             {set_variable(judge, variable, value)});
}

void check_variable(Judge& judge, const ComposeService& service, std::string_view where,
                    const ComposeVariable& variable) {
  if (!is_judged(variable)) return;
  const std::string name = printable(variable.name);
  if (const std::string_view form = content::form_of_secret(*variable.value); !form.empty()) {
    judge.report(variable.at, fmt::format("{}.{} holds a {}", where, name, form));
    return mend_secret(judge, service, where, variable);
  }
  if (!content::names_secret(variable.name) || is_weak(service, variable)) return;
  if (content::kind_of_value(variable.name, *variable.value) != ValueKind::Secret) return;
  judge.report(variable.at, fmt::format("{}.{} is a secret, written out", where, name));
  mend_secret(judge, service, where, variable);
}

// "--password=hunter2", "--password hunter2", "-phunter2" is none of ours: too often something
// else.
void check_words(Judge& judge, std::string_view where, const std::vector<Text>& words) {
  for (const Text& text : words) {
    if (text.is_open || judge.is_full()) continue;
    if (const std::string_view form = content::form_of_secret(text.value); !form.empty()) {
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
      if (content::kind_of_value(name, value) != ValueKind::Secret) continue;
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
      mend_secret(judge, service, "environment", variable);
    }
  }
}

}  // namespace corten::manifest
