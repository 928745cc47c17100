// OpenVEX 0.2.0 (openvex/spec, OPENVEX-SPEC.md) and the drafts before it, in which products and
// vulnerabilities are plain texts.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "finding/internal/vex.h"

namespace corten::vex {

namespace {

constexpr std::array<std::string_view, 4> kStatuses{"not_affected", "affected", "fixed",
                                                    "under_investigation"};

// The purl of a product or subcomponent, or what else it is called.
std::string_view name_of_component(const Json& component) {
  if (component.is_string()) return text_of(component);
  if (const auto identifiers = object_at(component, "identifiers")) {
    if (const std::string_view purl = text_at(*identifiers, "purl"); !purl.empty()) return purl;
  }
  return text_at(component, "@id");
}

std::vector<std::string> read_ids(const Json& statement) {
  std::vector<std::string> ids;
  if (const std::string_view plain = text_at(statement, "vulnerability"); is_id(plain)) {
    ids.emplace_back(plain);
  }
  if (const auto vulnerability = object_at(statement, "vulnerability")) {
    if (const std::string_view id = text_at(*vulnerability, "name"); is_id(id))
      ids.emplace_back(id);
    for (const std::string_view alias : texts_at(*vulnerability, "aliases")) {
      if (is_id(alias)) ids.emplace_back(alias);
    }
  }
  return ids;
}

// The targets of one product: itself, or its subcomponents.
Status add_targets(const Json& product, const std::vector<Json>& subcomponents, std::size_t ids,
                   Budget& budget, std::vector<Target>& targets) {
  const std::string_view name = name_of_component(product);
  if (name.empty()) return {};
  const Target whole = target_of(name);
  if (subcomponents.empty()) {
    CORTEN_CHECK(budget.spend(ids));
    targets.push_back(whole);
    return {};
  }
  CORTEN_CHECK(budget.spend(subcomponents.size() * ids));
  for (const Json& subcomponent : subcomponents) {
    const std::string_view part = name_of_component(subcomponent);
    if (part.empty()) continue;
    targets.push_back({literal_pattern(part), whole.image});
  }
  return {};
}

Result<Statement> read_statement(const Json& json, Time document_time, Budget& budget) {
  Statement statement;
  statement.ids = read_ids(json);
  const std::string_view status = text_at(json, "status");
  if (statement.ids.empty()) return fail(ErrorCode::InvalidInput, "no vulnerability is named");
  if (status.empty()) return fail(ErrorCode::InvalidInput, "no status");
  if (std::ranges::find(kStatuses, status) == kStatuses.end()) {
    return fail(ErrorCode::InvalidInput, fmt::format("there is no status '{}'", status),
                fmt::format("known are {}", fmt::join(kStatuses, ", ")));
  }
  statement.effect =
      status == "not_affected" || status == "fixed" ? Effect::Suppresses : Effect::Counts;
  statement.time = parse_time(text_at(json, "timestamp")).value_or(document_time);
  std::string_view detail = text_at(json, "impact_statement");
  if (detail.empty()) detail = text_at(json, "status_notes");
  const std::string_view justification = text_at(json, "justification");
  statement.reason = reason_of(justification.empty() ? status : justification, detail);
  // The drafts have the subcomponents beside the products.
  const std::vector<Json> common = items_at(json, "subcomponents");
  for (const Json& product : items_at(json, "products")) {
    const std::vector<Json> own =
        product.is_object() ? items_at(product, "subcomponents") : std::vector<Json>();
    CORTEN_CHECK(add_targets(product, own.empty() ? common : own, statement.ids.size(), budget,
                             statement.targets));
  }
  return statement;
}

}  // namespace

Result<Document> read_openvex(const Json& root, Budget& budget) {
  Document document;
  document.id = text_at(root, "@id");
  simdjson::dom::array statements;
  if (root.at_key("statements").get_array().get(statements) != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput, "OpenVEX: no list of statements");
  }
  const Time document_time = parse_time(text_at(root, "timestamp")).value_or(Time());
  std::size_t number = 0;
  for (const Json json : statements) {
    ++number;
    auto statement = read_statement(json, document_time, budget);
    if (!statement) {
      return in_context(std::move(statement).error(), fmt::format("OpenVEX: statement {}", number));
    }
    document.statements.push_back(*std::move(statement));
  }
  return document;
}

}  // namespace corten::vex
