// FROM: tags, names of stages, platforms, and where images may come from.
#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "base/text.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"
#include "image/reference.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kDockerHub = "docker.io";
constexpr std::string_view kDockerHubOld = "hub.docker.com";

// The image of FROM with the defaults of its arguments, where all of them are known.
std::string_view image_of(const Lint& lint, const Stage& stage) {
  return stage.base_known && !like_hadolint(lint) ? std::string_view(stage.base)
                                                  : stage.base_written;
}

bool is_image(const Stage& stage) {
  return stage.parent == kNone && !stage.base_written.empty() && !stage.from->broken;
}

// The digest behind the name, where the image itself is at hand.
std::optional<Fix> with_digest(const Lint& lint, const Stage& stage) {
  const BaseFacts* facts = stage.base_known ? lint.base_facts(stage.base) : nullptr;
  const bool is_written_out = stage.base_written == stage.base && stage.base_known;
  if (facts == nullptr || facts->digest.empty() || !is_written_out) return std::nullopt;
  return safe_fix(TextEdit{{stage.base_range.end, stage.base_range.end}, "@" + facts->digest});
}

void image_without_tag(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    // A whole name in a variable is the builder's choice, whatever the default is.
    if (!is_image(stage) || stage.base_written.starts_with('$')) continue;
    const std::string image = plain(lint, image_of(lint, stage));
    const ImageParts parts = split_image(image);
    if (parts.name == "scratch" || !parts.tag.empty() || !parts.digest.empty()) continue;
    // "registry/$IMAGE": the variable may bring the tag.
    if (!like_hadolint(lint) && !stage.base_known && parts.name.find('$') > parts.name.rfind('/') &&
        parts.name.contains('$')) {
      continue;
    }
    Problem& problem =
        problems.add(stage.base_range, fmt::format("{} is whatever `latest` is today", parts.name));
    problem.fix = with_digest(lint, stage);
  }
}

void image_latest(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    if (!is_image(stage)) continue;
    const std::string image = plain(lint, image_of(lint, stage));
    const ImageParts parts = split_image(image);
    if (parts.tag != "latest" || !parts.digest.empty()) continue;
    Problem& problem = problems.add(stage.base_range,
                                    fmt::format("{} is another image after each release", image));
    problem.fix = with_digest(lint, stage);
  }
}

void alias_twice(const Lint& lint, Problems& problems) {
  std::unordered_map<std::string, const Stage*> seen;
  for (const Stage& stage : lint.stages.all()) {
    if (stage.alias.empty()) continue;
    // The builder folds case; hadolint does not.
    std::string name = like_hadolint(lint) ? std::string(stage.alias) : to_lower(stage.alias);
    const auto [first, is_new] = seen.emplace(std::move(name), &stage);
    if (is_new) continue;
    problems.add(stage.alias_range,
                 fmt::format("line {} has a stage of the name {} already",
                             first->second->from->first_line, first->second->alias));
  }
}

void fixed_platform(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::From, [&](const Instruction& from) {
    const Flag* flag = from.flag("platform");
    if (flag == nullptr || !flag->value) return;
    if (flag->value->contains("BUILDPLATFORM") || flag->value->contains("TARGETPLATFORM")) return;
    problems.add(flag->range, fmt::format("the stage is always for {}", *flag->value));
  });
}

// ---- trusted registries -------------------------------------------------------------------------

// `*` at either end of the pattern stands for anything.
bool matches(std::string_view registry, std::string_view pattern) {
  const bool open_begin = pattern.starts_with('*');
  if (open_begin) pattern.remove_prefix(1);
  const bool open_end = pattern.ends_with('*');
  if (open_end) pattern.remove_suffix(1);
  if (open_begin && open_end) return registry.contains(pattern);
  if (open_begin) return registry.ends_with(pattern);
  return open_end ? registry.starts_with(pattern) : registry == pattern;
}

// The part in front of the first slash, if it is a host; empty: none is written.
std::string_view written_registry(std::string_view image) {
  const std::size_t slash = image.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view first = image.substr(0, slash);
  const bool is_host = first.contains('.') || first.contains(':') || first == "localhost";
  return is_host && !first.contains('$') ? first : std::string_view();
}

bool is_trusted(const Lint& lint, std::string_view image) {
  const std::string_view registry = written_registry(image);
  const bool is_hub = registry.empty() || registry == kDockerHub || registry == kDockerHubOld;
  for (const std::string& pattern : lint.options.trusted_registries) {
    if (is_hub ? matches(kDockerHub, pattern) || matches(kDockerHubOld, pattern)
               : matches(registry, pattern)) {
      return true;
    }
  }
  return false;
}

void untrusted_registry(const Lint& lint, Problems& problems) {
  if (lint.options.trusted_registries.empty()) return;
  for (const Reference& reference : lint.stages.references()) {
    if (reference.target != kNone || reference.name.empty()) continue;
    std::string image = plain(lint, reference.name);
    if (reference.use == Use::From && !like_hadolint(lint)) {
      const Stage& stage = lint.stages.all()[reference.stage];
      if (stage.base_known) image = stage.base;
    }
    // "--from=3" is a stage, if a wrong one.
    if (image == "scratch" || parse_number<std::uint32_t>(image)) continue;
    if (is_trusted(lint, image)) continue;
    const std::string_view registry = written_registry(image);
    std::string from = std::string(registry.empty() ? kDockerHub : registry);
    if (image.starts_with('$')) from = "a registry that the file does not name";
    problems.add(reference.range, fmt::format("{} comes from {}", image, from));
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3006", FindingKind::Misconfiguration, Severity::Medium, "base image without a tag",
      "Without a tag the builder takes `latest`, which moves. The same Dockerfile then gives other "
      "images on other days, and nobody can tell which release an image was built from.",
      "name the release: FROM debian:12-slim; a digest pins it for good",
      "FROM debian\nRUN apt-get update\n", "FROM debian:12-slim\nRUN apt-get update\n",
      "DS-0001 CKV_DOCKER_7", "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     image_without_tag},
    {{"DL3007", FindingKind::Misconfiguration, Severity::Medium, "base image with the tag latest",
      "`latest` is no version: its maker moves it with each release, major ones included. A build "
      "that worked yesterday can break today, and a mended base cannot be told from an old one.",
      "name the release instead of latest: FROM node:22-alpine",
      "FROM node:latest\nCMD [\"node\"]\n", "FROM node:22-alpine\nCMD [\"node\"]\n",
      "DS-0001 CKV_DOCKER_7", "https://docs.docker.com/build/building/best-practices/"},
     Default::On,
     image_latest},
    {{"DL3024", FindingKind::Misconfiguration, Severity::High, "two stages have the same name",
      "A COPY --from or FROM with that name takes the later stage from then on. The earlier one is "
      "out of reach, and a reader cannot tell which one is meant.",
      "give each stage a name of its own",
      "FROM golang:1.24 AS build\nRUN go build\nFROM golang:1.24 AS build\nRUN go vet\n",
      "FROM golang:1.24 AS build\nRUN go build\nFROM golang:1.24 AS check\nRUN go vet\n",
      "DS-0012 CKV_DOCKER_11", "https://docs.docker.com/build/building/multi-stage/"},
     Default::On,
     alias_twice},
    {{"DL3026", FindingKind::Misconfiguration, Severity::High,
      "image from a registry that is not trusted",
      "The configuration lists the registries that images may come from, and this one is not among "
      "them. An image from elsewhere has passed none of the checks that the list stands for. A "
      "name "
      "without a registry means docker.io.",
      "take the image from one of the trusted registries, or add this one to trustedRegistries",
      "FROM registry.example/team/base:1.4\n", "FROM docker.io/library/debian:12\n", "", ""},
     Default::On,
     untrusted_registry},
    {{"DL3029", FindingKind::Misconfiguration, Severity::Medium,
      "the stage is tied to one platform",
      "A platform that is written out in FROM wins over what the builder is asked for. Whoever "
      "builds for another processor gets an image that runs emulated, or not at all.",
      "leave the flag out, or use --platform=$BUILDPLATFORM for a stage that only builds",
      "FROM --platform=linux/amd64 debian:12\n", "FROM --platform=$BUILDPLATFORM debian:12\n", "",
      "https://docs.docker.com/build/building/multi-platform/"},
     Default::On,
     fixed_platform},
});

}  // namespace

std::span<const Rule> hadolint_from_rules() { return kRules; }

}  // namespace corten::dockerfile
