#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/text.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "image/platform.h"
#include "scan/cache.h"

namespace corten::cli {

namespace {

namespace fs = std::filesystem;

// --severity HIGH,CRITICAL is a habit from elsewhere: the lowest of the list is meant.
Result<Severity> parse_lowest_severity(std::string_view option, const std::string& text) {
  std::optional<Severity> lowest;
  for (std::string_view word : split(text, ',')) {
    const auto severity = parse_severity(word);
    if (!severity) {
      return fail(ErrorCode::Usage, fmt::format("--{} cannot be '{}'", option, word),
                  fmt::format("one of: info, unknown, low, medium, high, critical{}",
                              option == "fail-on" ? ", never" : ""));
    }
    if (!lowest || *severity < *lowest) lowest = severity;
  }
  return *lowest;
}

Result<Config> find_config(const Arguments& arguments) {
  if (const auto path = arguments.get("policy")) return read_config(*path);
  std::error_code ignored;
  for (const char* name : {"corten.yaml", ".corten.yaml"}) {
    if (fs::exists(name, ignored)) return read_config(name);
  }
  return Config{};
}

Result<std::vector<IgnoreRule>> find_ignores(const Arguments& arguments, const Config& config) {
  std::vector<IgnoreRule> rules = config.ignores;
  std::vector<std::string> files = arguments.all("ignore-file");
  if (files.empty()) files = config.ignore_files;
  std::error_code ignored;
  if (files.empty()) {
    for (const char* name : {".cortenignore", ".trivyignore", ".trivyignore.yaml"}) {
      if (fs::exists(name, ignored)) files.emplace_back(name);
    }
  }
  for (const std::string& file : files) {
    CORTEN_TRY(std::vector<IgnoreRule> read, read_ignore_file(file));
    std::ranges::move(read, std::back_inserter(rules));
  }
  std::vector<std::string> documents = arguments.all("vex");
  if (documents.empty()) documents = config.vex;
  for (const std::string& file : documents) {
    CORTEN_TRY(std::vector<IgnoreRule> read, read_vex_file(file));
    std::ranges::move(read, std::back_inserter(rules));
  }
  return rules;
}

Result<Policy> read_policy(const Arguments& arguments, const Config& config) {
  Policy policy;
  if (config.severity) policy.show = *config.severity;
  if (const auto text = arguments.get("severity")) {
    CORTEN_TRY(policy.show, parse_lowest_severity("severity", *text));
  }
  policy.fail_on = config.fail_on;
  if (const auto text = arguments.get("fail-on"); text && is_never(*text)) {
    policy.fail_on.reset();
  } else if (text) {
    CORTEN_TRY(policy.fail_on, parse_lowest_severity("fail-on", *text));
  }
  policy.ignore_unfixed = arguments.has("ignore-unfixed") || config.ignore_unfixed.value_or(false);
  CORTEN_TRY(policy.ignores, find_ignores(arguments, config));
  return policy;
}

Status read_limits(const Arguments& arguments, Settings& settings) {
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  settings.examine.jobs = settings.config.jobs.value_or(processors);
  if (const auto text = arguments.get("jobs")) {
    const auto jobs = parse_number<std::size_t>(*text);
    if (!jobs || *jobs == 0 || *jobs > 1024)
      return fail(ErrorCode::Usage, fmt::format("--jobs cannot be '{}'", *text),
                  "a number from 1 to 1024");
    settings.examine.jobs = *jobs;
  }
  if (settings.config.max_memory) settings.examine.memory_bytes = *settings.config.max_memory;
  if (const auto text = arguments.get("max-memory")) {
    constexpr std::uint64_t kLeast = 16 << 20;
    const auto size = parse_size(*text);
    if (!size || *size < kLeast)
      return fail(ErrorCode::Usage, fmt::format("--max-memory cannot be '{}'", *text),
                  "a size of at least 16M, such as 512M or 2G");
    settings.examine.memory_bytes = *size;
  }
  return {};
}

fs::path from_environment(const char* name, const char* below_home) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') return fs::path(value) / "corten";
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / below_home / "corten";
}

}  // namespace

fs::path default_database_folder() {
  if (::geteuid() == 0) return "/var/lib/corten";
  return from_environment("XDG_DATA_HOME", ".local/share");
}

std::string note_of_hidden_failure(const Policy& policy) {
  return fmt::format("what fails this run is left out by --severity {0}: --severity {1} shows it",
                     name_of(policy.show), name_of(*policy.fail_on));
}

Result<Settings> read_settings(const Context& context, const Arguments& arguments) {
  Settings settings;
  CORTEN_TRY(settings.config, find_config(arguments));
  CORTEN_TRY(settings.policy, read_policy(arguments, settings.config));
  settings.format = arguments.get("format").value_or(settings.config.format.value_or("table"));
  settings.output = arguments.get("output");
  if (!settings.output) settings.output = settings.config.output;
  settings.database_folder =
      settings.config.db.path ? fs::path(*settings.config.db.path) : default_database_folder();
  if (const auto folder = arguments.get("db")) settings.database_folder = *folder;
  settings.docker_host = arguments.get("docker-host").value_or("");
  if (const auto text =
          arguments.get("platform") ? arguments.get("platform") : settings.config.platform) {
    auto platform = image::parse_platform(*text);
    if (!platform) return in_context(std::move(platform).error(), "--platform");
    settings.open.platform = *std::move(platform);
  }
  CORTEN_CHECK(read_limits(arguments, settings));
  settings.examine.now = context.now;
  settings.cache_folder = scan::default_cache_folder();
  if (settings.config.cache_dir) settings.cache_folder = *settings.config.cache_dir;
  if (const auto folder = arguments.get("cache-dir")) settings.cache_folder = *folder;
  if (arguments.has("no-cache")) settings.cache_folder.reset();
  settings.offline = arguments.has("offline") || settings.config.offline.value_or(false);
  settings.show_all = arguments.has("all");
  settings.show_suppressed = arguments.has("show-suppressed");
  return settings;
}

}  // namespace corten::cli
