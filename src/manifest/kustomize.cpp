#include "manifest/kustomize.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
#include "manifest/internal/kubernetes_judge.h"

namespace corten::manifest {

namespace {

using content::ValueKind;

bool is_kustomization(const KubernetesObject& object) {
  return (object.kind == "Kustomization" || object.kind == "Component") &&
         (object.api_version.empty() || object.api_version.starts_with("kustomize.config.k8s.io/"));
}

bool is_remote(std::string_view resource) {
  constexpr auto kStarts = std::to_array<std::string_view>(
      {"git@", "git::", "ssh:", "github.com/", "gitlab.com/", "bitbucket.org/"});
  return resource.find("://") != std::string_view::npos ||
         resource.find("?ref=") != std::string_view::npos ||
         std::ranges::any_of(kStarts, [&](auto start) { return resource.starts_with(start); });
}

// What says which state of a repository a URL means: "?ref=v1", the part of the path of a raw file
// or of a release.
std::string_view ref_of(std::string_view url) {
  for (const std::string_view key : {"?ref=", "&ref=", "?version=", "&version="}) {
    const std::size_t at = url.find(key);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = url.substr(at + key.size());
    return rest.substr(0, rest.find('&'));
  }
  struct Holder {
    std::string_view before;
    std::size_t skip;  // parts of the path between it and the ref
  };
  constexpr auto kHolders = std::to_array<Holder>({{"raw.githubusercontent.com/", 2},
                                                   {"/releases/download/", 0},
                                                   {"/raw/refs/tags/", 0},
                                                   {"/raw/", 0}});
  for (const Holder& holder : kHolders) {
    const std::size_t at = url.find(holder.before);
    if (at == std::string_view::npos) continue;
    const auto parts = split(url.substr(at + holder.before.size()), '/');
    return parts.size() > holder.skip ? parts[holder.skip] : std::string_view();
  }
  return {};
}

bool is_commit(std::string_view ref) {
  return (ref.size() == 40 || ref.size() == 64) &&
         ref.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_branch(std::string_view ref) {
  constexpr auto kBranches = std::to_array<std::string_view>(
      {"", "main", "master", "head", "develop", "dev", "trunk", "latest", "stable", "refs"});
  const std::string lower = to_lower(ref);
  return std::ranges::find(kBranches, lower) != kBranches.end();
}

void check_remote(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_kustomization(object)) return;
  for (const std::string_view key : {"resources", "bases", "components", "crds", "configurations",
                                     "transformers", "generators"}) {
    for (const ManifestValue& resource : object.values.get(key).items()) {
      const std::string_view url = resource.text();
      if (!is_remote(url) || resource.is_open()) continue;
      const std::string_view ref = ref_of(url);
      if (is_commit(ref)) continue;
      const std::string shown = printable(ellipsized(url, 100));
      if (is_branch(ref)) {
        judge.report(resource.at,
                     fmt::format("'{}' names no version: it may be another tomorrow", shown));
      } else {
        judge.report(
            resource.at,
            fmt::format("'{}' names the tag {}, which can be moved", shown, printable(ref)),
            Severity::Info);
      }
    }
  }
}

void check_images(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_kustomization(object)) return;
  for (const ManifestValue& image : object.values.get("images").items()) {
    const ManifestValue tag = image.get("newTag");
    if (!image.get("digest").text().empty() || tag.is_open()) continue;
    const std::string name = printable(image.get("name").text());
    if (tag.text() == "latest") {
      judge.report(tag.at, fmt::format("image '{}' gets the tag latest", name));
    } else if (!tag.text().empty()) {
      judge.report(
          tag.at,
          fmt::format("image '{}' gets the tag {}, but no digest", name, printable(tag.text())),
          Severity::Info, "set digest: instead of newTag:");
    }
  }
}

// Each "NAME=value" of the literals of a generator.
template <typename Visit>
void for_literals(const KubernetesObject& object, std::string_view generator, Visit visit) {
  for (const ManifestValue& one : object.values.get(generator).items()) {
    for (const ManifestValue& literal : one.get("literals").items()) {
      const auto parts = split_once(literal.text(), '=');
      if (parts && !literal.is_open()) visit(literal, parts->first, parts->second);
    }
  }
}

void check_secret_literals(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_kustomization(object)) return;
  for_literals(object, "secretGenerator",
               [&](const ManifestValue& literal, std::string_view name, std::string_view value) {
                 const ValueKind kind = content::kind_of_value(value);
                 if (kind == ValueKind::Secret && !names_public_part(name)) {
                   judge.report(literal.at,
                                fmt::format("{} can be read in the file", printable(name)));
                 }
               });
}

void check_config_literals(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_kustomization(object)) return;
  for_literals(object, "configMapGenerator",
               [&](const ManifestValue& literal, std::string_view name, std::string_view value) {
                 if (const std::string_view form = content::form_of_secret(value); !form.empty()) {
                   judge.report(literal.at, fmt::format("{} holds a {}", printable(name), form));
                 } else if (content::names_secret(name) &&
                            content::kind_of_value(name, value) == ValueKind::Secret) {
                   judge.report(literal.at,
                                fmt::format("the value of {} is written out", printable(name)));
                 }
               });
}

struct OldField {
  std::string_view key;
  std::string_view instead;
};
constexpr auto kOldFields = std::to_array<OldField>({
    {"bases", "resources"},
    {"imageTags", "images"},
    {"commonLabels", "labels"},
    {"patchesStrategicMerge", "patches"},
    {"patchesJson6902", "patches"},
    {"vars", "replacements"},
});

void check_old_fields(KubernetesJudge& judge, const KubernetesObject& object) {
  if (!is_kustomization(object)) return;
  for (const OldField& field : kOldFields) {
    const yaml::Position at = object.values.place_of(field.key);
    if (at.line == 0) continue;
    judge.report(at, fmt::format("{} is deprecated", field.key), std::nullopt,
                 fmt::format("use {}", field.instead));
    // Of these two only the name has changed.
    const bool is_renamed = field.key == "bases" && !object.values.get("resources");
    if (is_renamed) judge.mend({}, {rename({0, at.line, at.column}, std::string(field.instead))});
  }
}

constexpr auto kRules = std::to_array<ObjectRow>({
    {"KSV-0013", check_images},
    {"KSV-0109", check_config_literals},
    {"KC1012", check_secret_literals},
    {"KC1013", check_remote},
    {"KC1014", check_old_fields},
});

// How the lines of a text in the file lie: of a literal block they keep their order.
struct PatchPlace {
  yaml::Position at;             // of the value
  std::uint32_t first_line = 0;  // of its text; 0: they are not told apart
  std::uint32_t indent = 0;

  [[nodiscard]] Location locate(const Location& inside) const {
    if (first_line == 0) return {inside.path, at.line, at.column};
    Location out = inside;
    out.line = first_line + inside.line - 1;
    out.column = inside.column + indent;
    if (inside.end_line != 0) {
      out.end_line = first_line + inside.end_line - 1;
      out.end_column = inside.end_column + indent;
    }
    return out;
  }
};

PatchPlace place_of_patch(const yaml::Stream& stream, const ManifestValue& patch) {
  PatchPlace place{patch.at};
  if (patch.node->style != yaml::Style::Literal || patch.at != patch.node->at) return place;
  const std::uint32_t first = patch.at.line + 1;
  const std::string_view line = stream.text(stream.line_range(first));
  const std::size_t indent = line.find_first_not_of(' ');
  // Blank lines in front, or an indentation that is said, move the text.
  if (indent == std::string_view::npos || line[indent] == '\n' || line[indent] == '\r')
    return place;
  if (!patch.node->text.starts_with(line.substr(indent, 1))) return place;
  place.first_line = first;
  place.indent = static_cast<std::uint32_t>(indent);
  return place;
}

void check_patch(const KubernetesFile& file, const ManifestValue& patch,
                 const KubernetesContext& context, std::vector<Finding>& findings) {
  if (!patch.node->is_scalar() || patch.text().find("kind:") == std::string_view::npos) return;
  // A patch that cannot be read is a patch in JSON form, or one that kustomize refuses.
  const auto inside = load_kubernetes(file.path, std::string(patch.text()));
  if (!inside) return;
  const PatchPlace place = place_of_patch(file.stream, patch);
  for (Finding& finding : check_kubernetes(*inside, context)) {
    finding.fix.clear();
    finding.fix_risk.clear();
    finding.location = place.locate(*finding.location);
    findings.push_back(std::move(finding));
  }
}

std::string_view without_version(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  const bool is_tag =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return is_tag ? image.substr(0, colon) : image;
}

}  // namespace

std::span<const ObjectRow> kustomize_rules() { return kRules; }

std::string image_as_set(std::string_view image, const std::vector<ImageOverride>& overrides) {
  const std::string_view name = without_version(image);
  const auto found = std::ranges::find(overrides, name, &ImageOverride::name);
  if (found == overrides.end()) return std::string(image);
  std::string out = found->new_name.empty() ? std::string(name) : found->new_name;
  if (!found->digest.empty()) {
    out += "@" + found->digest;
  } else if (!found->new_tag.empty()) {
    out += ":" + found->new_tag;
  } else {
    out += image.substr(name.size());
  }
  return out;
}

Result<KubernetesFile> load_kustomization(std::string path, std::string content) {
  CORTEN_TRY(KubernetesFile file, load_kubernetes(std::move(path), std::move(content)));
  const yaml::Document& document = file.stream.documents().front();
  if (!file.objects.empty() || !document.root->is_map()) return file;
  KubernetesObject object;
  object.kind = "Kustomization";
  object.values = {document.root, document.root->at};
  object.at = document.root->at;
  file.objects.push_back(std::move(object));
  return file;
}

std::vector<Finding> check_kustomization(const KubernetesFile& file,
                                         const KubernetesContext& context) {
  std::vector<Finding> findings = check_kubernetes(file, context);
  std::size_t patches = 0;
  for (const KubernetesObject& object : file.objects) {
    if (!is_kustomization(object)) continue;
    for (const ManifestValue& patch : object.values.get("patches").items()) {
      const ManifestValue text = patch.get("patch");
      if (text && ++patches <= kMaxInlinePatches) check_patch(file, text, context, findings);
    }
    for (const ManifestValue& patch : object.values.get("patchesStrategicMerge").items()) {
      if (++patches <= kMaxInlinePatches) check_patch(file, patch, context, findings);
    }
  }
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    return std::tie(a.location->line, a.location->column) <
           std::tie(b.location->line, b.location->column);
  });
  return findings;
}

std::vector<ImageOverride> image_overrides_of(const KubernetesFile& kustomization) {
  std::vector<ImageOverride> out;
  for (const KubernetesObject& object : kustomization.objects) {
    for (const ManifestValue& image : object.values.get("images").items()) {
      const auto text = [&](std::string_view key) { return std::string(image.get(key).text()); };
      out.push_back({text("name"), text("newName"), text("newTag"), text("digest")});
    }
  }
  return out;
}

bool names_resource(const KubernetesFile& kustomization, std::string_view file) {
  return std::ranges::any_of(kustomization.objects, [&](const KubernetesObject& object) {
    return std::ranges::any_of(
        object.values.get("resources").items(), [&](const ManifestValue& resource) {
          return std::filesystem::path(resource.text()).lexically_normal().native() == file;
        });
  });
}

}  // namespace corten::manifest
