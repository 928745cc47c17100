#include "cli/base_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/http.h"
#include "base/text.h"
#include "cli/registry_login.h"
#include "cli/targets.h"
#include "engine/docker.h"

namespace corten::cli {

namespace {

std::string text_of(const image::Reference& reference) {
  std::string text = image::familiar_name(reference);
  if (!reference.tag.empty()) text += ":" + reference.tag;
  if (!reference.digest.empty()) text += "@" + reference.digest;
  return text;
}

// The digest that the engine's image had in the registry that it came from, or empty.
std::string pulled_digest(const engine::ImageDetail& detail, const image::Reference& wanted) {
  for (const std::string& text : detail.repo_digests) {
    const auto reference = image::parse_reference(text);
    if (reference && reference->registry == wanted.registry &&
        reference->repository == wanted.repository) {
      return reference->digest;
    }
  }
  return {};
}

class BaseReader {
 public:
  BaseReader(const Settings& settings, Progress& progress)
      : settings_(settings), progress_(progress) {
    if (!settings.cache_folder) return;
    if (auto opened = scan::Cache::open(*settings.cache_folder)) cache_ = *std::move(opened);
  }

  Result<lint::BaseImage> in_archive(const std::string& name, const std::string& archive) {
    const auto reference = image::parse_reference(name);
    if (!reference) {
      return fail(ErrorCode::Usage, fmt::format("no image can be called '{}'", name),
                  "write it as node:22=node.tar");
    }
    CORTEN_TRY(const scan::Target target, scan::path_target(archive, settings_.open));
    return lint::read_base_image(*reference, target, cache_, settings_.examine, progress_);
  }

  Result<lint::BaseImage> in_engine(const engine::Docker& docker,
                                    const image::Reference& reference) {
    const std::string name = text_of(reference);
    CORTEN_TRY(const engine::ImageDetail detail, docker.image(name));
    CORTEN_TRY(const ResolvedTarget resolved, resolve_engine_image(docker, name, settings_));
    CORTEN_TRY(lint::BaseImage base, lint::read_base_image(reference, resolved.target, cache_,
                                                           settings_.examine, progress_));
    base.facts.digest = pulled_digest(detail, reference);
    return base;
  }

  Result<lint::BaseImage> in_registry(const image::Reference& reference) {
    if (client_ == nullptr) client_ = std::make_shared<HttpClient>();
    registry::Access access;
    access.transport = [client = client_](const HttpRequest& request, const HttpSink& sink) {
      return client->request(request, sink);
    };
    access.credentials = find_credentials(reference.registry);
    // As the engine does with registries of the host itself.
    if (registry::is_on_this_machine(reference.registry))
      access.encryption = registry::Encryption::None;
    progress_.stage(fmt::format("asking the registry for {}", printable(text_of(reference))), 0);
    CORTEN_TRY(image::RegistryImage image,
               image::describe_registry_image(reference, access, settings_.open.platform));
    return lint::base_of_registry(reference, std::move(image));
  }

 private:
  const Settings& settings_;
  Progress& progress_;
  scan::Cache cache_;
  std::shared_ptr<HttpClient> client_;
};

}  // namespace

Status read_base_source(std::string_view text, BaseSources& into) {
  if (text == "engine") {
    into.engine = true;
    return {};
  }
  if (text == "registry") {
    into.registries = true;
    return {};
  }
  // Image names may hold no '=', file names may.
  const auto parts = split_once(text, '=');
  if (!parts || parts->first.empty() || parts->second.empty()) {
    return fail(ErrorCode::Usage, fmt::format("--base cannot be '{}'", text),
                "write it as node:22=node.tar, engine or registry");
  }
  into.archives.emplace_back(parts->first, parts->second);
  return {};
}

Status read_base_images(const BaseSources& sources, const Settings& settings,
                        lint::LintRequest& request, std::vector<std::string>& notes,
                        Progress& progress) {
  if (sources.empty()) return {};
  BaseReader reader(settings, progress);
  std::vector<lint::BaseImage>& bases = request.rules.bases;
  for (const auto& [name, archive] : sources.archives) {
    auto base = reader.in_archive(name, archive);
    if (!base) return in_context(base.error(), fmt::format("--base {}={}", name, archive));
    bases.push_back(*std::move(base));
  }
  if (!sources.engine && !sources.registries) return {};
  if (sources.registries && settings.offline) {
    return fail(ErrorCode::Usage, "--base registry, but offline: true is set in the policy file");
  }
  std::optional<engine::Docker> docker;
  if (sources.engine) {
    CORTEN_TRY(docker, engine::Docker::connect(settings.docker_host));
  }
  for (const image::Reference& reference : lint::named_base_images(request)) {
    if (lint::facts_of(bases, text_of(reference)) != nullptr) continue;
    std::optional<Error> error;
    if (docker) {
      auto base = reader.in_engine(*docker, reference);
      if (base) {
        bases.push_back(*std::move(base));
        continue;
      }
      error = std::move(base).error();
    }
    if (sources.registries) {
      auto base = reader.in_registry(reference);
      if (base) {
        bases.push_back(*std::move(base));
        continue;
      }
      error = std::move(base).error();
    }
    notes.push_back(fmt::format("the base image {} is judged by its name: {}",
                                printable(text_of(reference)), describe(*error)));
  }
  return {};
}

}  // namespace corten::cli
