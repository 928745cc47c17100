// CycloneDX VEX: vulnerabilities of a BOM with an analysis (CycloneDX 1.4 and later,
// "vulnerabilities").
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "finding/internal/purl.h"
#include "finding/internal/vex.h"
#include "finding/vex.h"

namespace corten::vex {

namespace {

constexpr std::array<std::string_view, 4> kSuppressingStates{"not_affected", "false_positive",
                                                             "resolved", "resolved_with_pedigree"};

struct Component {
  std::string_view purl;
  std::string_view name;
  std::string_view version;
  bool is_image = false;
};

using Components = std::unordered_map<std::string_view, Component>;

Status add_component(const Json& json, std::size_t depth, Components& components) {
  if (depth > kMaxVexDepth) return fail(ErrorCode::LimitExceeded, "components nested too deep");
  if (!json.is_object()) return {};
  const std::string_view ref = text_at(json, "bom-ref");
  if (!ref.empty()) {
    components[ref] = {text_at(json, "purl"), text_at(json, "name"), text_at(json, "version"),
                       text_at(json, "type") == "container"};
  }
  for (const Json& part : items_at(json, "components")) {
    CORTEN_CHECK(add_component(part, depth + 1, components));
  }
  return {};
}

Result<Components> read_components(const Json& root) {
  Components components;
  if (const auto metadata = object_at(root, "metadata")) {
    if (const auto subject = object_at(*metadata, "component")) {
      CORTEN_CHECK(add_component(*subject, 1, components));
    }
  }
  for (const Json& component : items_at(root, "components")) {
    CORTEN_CHECK(add_component(component, 1, components));
  }
  return components;
}

// What a reference stands for: a component of this document, or a purl in itself. A BOM-Link into
// another document
// ("urn:cdx:SERIAL/VERSION#REF") is resolved by its last part, which is a purl in most BOMs.
std::optional<Target> target_of_ref(std::string_view ref, const Components& components) {
  if (ref.starts_with("urn:cdx:")) {
    const std::size_t hash = ref.find('#');
    if (hash == std::string_view::npos) return std::nullopt;
    ref.remove_prefix(hash + 1);
  }
  const auto found = components.find(ref);
  if (found == components.end()) {
    return ref.starts_with("pkg:") ? std::optional(target_of(ref)) : std::nullopt;
  }
  const Component& component = found->second;
  if (!component.purl.empty()) return target_of(component.purl);
  if (component.name.empty()) return std::nullopt;
  const std::string name = literal_pattern(component.name);
  if (component.is_image) {
    return Target{
        {}, component.version.empty() ? name : name + ":" + literal_pattern(component.version)};
  }
  return Target{component.version.empty() ? name : name + "@" + literal_pattern(component.version),
                {}};
}

// The purl or name in `package` with another version.
std::string with_version(std::string_view package, std::string_view version) {
  const std::string_view whole = package.substr(0, package.find_first_of("?#"));
  const std::size_t at = whole.rfind('@');
  const bool has_version = at != std::string_view::npos && at > 0 && whole[at - 1] != '/';
  std::string escaped;
  for (const char c : version) {
    // Within a purl these would end the version, or be a wildcard.
    if (package.starts_with("pkg:") &&
        std::string_view("*?#@/%").find(c) != std::string_view::npos) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  if (!package.starts_with("pkg:")) escaped = literal_pattern(version);
  return fmt::format("{}@{}", has_version ? whole.substr(0, at) : whole, escaped);
}

Status add_affected(const Json& affected, const Components& components, std::size_t ids,
                    Budget& budget, std::vector<Target>& targets) {
  const auto target = target_of_ref(text_at(affected, "ref"), components);
  if (!target) return {};
  const std::vector<Json> versions = items_at(affected, "versions");
  CORTEN_CHECK(budget.spend(ids * std::max<std::size_t>(versions.size(), 1)));
  if (versions.empty() || target->package.empty()) {
    targets.push_back(*target);
    return {};
  }
  // Only what is listed as unaffected; ranges ("vers:…") are not compared, and so suppress nothing.
  for (const Json& entry : versions) {
    const std::string_view version = text_at(entry, "version");
    if (version.empty() || text_at(entry, "status") != "unaffected") continue;
    targets.push_back({with_version(target->package, version), target->image});
  }
  return {};
}

std::vector<std::string> read_ids(const Json& vulnerability) {
  std::vector<std::string> ids;
  if (const std::string_view id = text_at(vulnerability, "id"); is_id(id)) ids.emplace_back(id);
  for (const Json& reference : items_at(vulnerability, "references")) {
    if (!reference.is_object()) continue;
    if (const std::string_view id = text_at(reference, "id"); is_id(id)) ids.emplace_back(id);
  }
  return ids;
}

}  // namespace

Result<Document> read_cyclonedx(const Json& root, Budget& budget) {
  Document document;
  document.id = text_at(root, "serialNumber");
  CORTEN_TRY(const Components components, read_components(root));
  const auto metadata = object_at(root, "metadata");
  const Time document_time =
      metadata ? parse_time(text_at(*metadata, "timestamp")).value_or(Time()) : Time();
  for (const Json& vulnerability : items_at(root, "vulnerabilities")) {
    if (!vulnerability.is_object()) {
      return fail(ErrorCode::InvalidInput, "CycloneDX: a vulnerability that is no object");
    }
    const auto analysis = object_at(vulnerability, "analysis");
    if (!analysis) continue;  // a BOM lists flaws that nobody has judged yet
    Statement statement;
    statement.ids = read_ids(vulnerability);
    const std::string_view state = text_at(*analysis, "state");
    statement.effect = std::ranges::find(kSuppressingStates, state) != kSuppressingStates.end()
                           ? Effect::Suppresses
                           : Effect::Counts;
    statement.time = parse_time(text_at(*analysis, "lastUpdated")).value_or(document_time);
    const std::string_view justification = text_at(*analysis, "justification");
    statement.reason =
        reason_of(justification.empty() ? state : justification, text_at(*analysis, "detail"));
    for (const Json& affected : items_at(vulnerability, "affects")) {
      if (!affected.is_object()) continue;
      // Versions that are listed as unaffected stay so whatever the state is of the others.
      if (statement.effect == Effect::Counts && !items_at(affected, "versions").empty()) continue;
      CORTEN_CHECK(
          add_affected(affected, components, statement.ids.size(), budget, statement.targets));
    }
    document.statements.push_back(std::move(statement));
  }
  return document;
}

}  // namespace corten::vex
