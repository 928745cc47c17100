// corten db push, corten db pull
#include <fmt/format.h>

#include <cstdlib>

#include "advisory/artifact.h"
#include "advisory/update.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/registry_login.h"
#include "cli/scanner.h"
#include "cli/terminal.h"

namespace corten::cli {

namespace {

constexpr auto kRegistryOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the database; by default where scan looks for it",
     Repeat::Once},
    {"insecure", 0, "", "", "speak HTTP without TLS to a registry on this machine", Repeat::Once},
});
constexpr std::array kRegistryGroups = {std::span<const OptionSpec>(kRegistryOptions),
                                        std::span<const OptionSpec>(kCommonOptions)};

// What push and pull begin with.
struct Errand {
  std::filesystem::path folder;
  advisory::ArtifactReference reference;
  registry::Access access;
};

Result<Errand> read_errand(const Context& context, const Arguments& arguments) {
  if (arguments.positionals.size() != 1) {
    return fail(ErrorCode::Usage, "one artifact is needed",
                "such as registry.example/team/corten-db:latest");
  }
  CORTEN_TRY(const Settings settings, read_settings(context, arguments));
  if (settings.offline) return fail(ErrorCode::Usage, "offline: true is set in the policy file");
  Errand errand;
  errand.folder = settings.database_folder;
  CORTEN_TRY(errand.reference, advisory::parse_artifact_reference(arguments.positionals.front()));
  errand.access.transport = advisory::network_transport(std::make_shared<HttpClient>());
  errand.access.credentials = find_credentials(errand.reference.registry);
  if (arguments.has("insecure")) errand.access.encryption = registry::Encryption::None;
  return errand;
}

int run_push(const Context& context, const Arguments& arguments) {
  auto errand = read_errand(context, arguments);
  if (!errand) return report_error(errand.error());
  auto progress = make_progress(context, arguments);
  const auto pushed =
      advisory::push_database(errand->folder, errand->reference, errand->access, *progress);
  progress.reset();
  if (!pushed) return report_error(pushed.error());
  fmt::print("{}/{}@{}\n", errand->reference.registry, errand->reference.repository,
             pushed->digest);
  return kExitClean;
}

int run_pull(const Context& context, const Arguments& arguments) {
  auto errand = read_errand(context, arguments);
  if (!errand) return report_error(errand.error());
  auto progress = make_progress(context, arguments);
  const auto info =
      advisory::pull_database(errand->folder, errand->reference, errand->access, *progress);
  progress.reset();
  if (!info) return report_error(info.error());
  if (!arguments.has("quiet")) {
    fmt::print("{}: {} vulnerabilities of {} packages, {}, {} old\n", printable(info->path),
               info->vulnerabilities, info->affected_packages, format_size(info->file_size),
               format_age(context.now - info->built));
  }
  return kExitClean;
}

}  // namespace

const CommandSpec kDbPushCommand = {
    "db push",
    "put the advisory database into an OCI registry",
    "REGISTRY/REPOSITORY[:TAG]",
    "corten db push registry.example/team/corten-db",
    "Prints the artifact with its digest. Credentials are those that docker login keeps.",
    kRegistryGroups,
    run_push,
};

const CommandSpec kDbPullCommand = {
    "db pull",
    "get the advisory database from an OCI registry",
    "REGISTRY/REPOSITORY[:TAG][@DIGEST]",
    "corten db pull registry.example/team/corten-db",
    "The database is checked before it replaces the old one. With a digest, exactly what was "
    "pushed is accepted. Credentials are those that docker login keeps.",
    kRegistryGroups,
    run_pull,
};

}  // namespace corten::cli
