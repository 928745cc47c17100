// CSAF 2.x (OASIS): the product tree, the product status of each vulnerability, and why (flags and
// threats).
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "finding/internal/purl.h"
#include "finding/internal/vex.h"
#include "finding/severity.h"
#include "finding/vex.h"

namespace corten::vex {

namespace {

struct Product {
  std::string_view name;
  std::string_view purl;
  std::string_view cpe;
  // Of a relationship: the component, and the platform or product that it is in.
  std::string_view component;
  std::string_view platform;
};

using Products = std::unordered_map<std::string_view, Product>;
using Groups = std::unordered_map<std::string_view, std::vector<std::string_view>>;

void add_product(const Json& full_name, Products& products, std::string_view component = {},
                 std::string_view platform = {}) {
  const std::string_view id = text_at(full_name, "product_id");
  if (id.empty()) return;
  Product product{text_at(full_name, "name"), {}, {}, component, platform};
  if (const auto helper = object_at(full_name, "product_identification_helper")) {
    product.cpe = text_at(*helper, "cpe");
    product.purl = text_at(*helper, "purl");
    // CSAF 2.1 has a list.
    if (const auto purls = texts_at(*helper, "purls"); product.purl.empty() && !purls.empty()) {
      product.purl = purls.front();
    }
  }
  products[id] = product;
}

Status add_branches(const Json& branch, std::size_t depth, Products& products) {
  if (depth > kMaxVexDepth) return fail(ErrorCode::LimitExceeded, "CSAF: branches nested too deep");
  if (!branch.is_object()) return {};
  if (const auto product = object_at(branch, "product")) add_product(*product, products);
  for (const Json& part : items_at(branch, "branches")) {
    CORTEN_CHECK(add_branches(part, depth + 1, products));
  }
  return {};
}

Result<Products> read_products(const Json& root) {
  Products products;
  const auto tree = object_at(root, "product_tree");
  if (!tree) return products;
  CORTEN_CHECK(add_branches(*tree, 0, products));
  for (const Json& full_name : items_at(*tree, "full_product_names")) {
    if (full_name.is_object()) add_product(full_name, products);
  }
  for (const Json& relationship : items_at(*tree, "relationships")) {
    if (!relationship.is_object()) continue;
    const auto full_name = object_at(relationship, "full_product_name");
    if (!full_name) continue;
    add_product(*full_name, products, text_at(relationship, "product_reference"),
                text_at(relationship, "relates_to_product_reference"));
  }
  return products;
}

Groups read_groups(const Json& root) {
  Groups groups;
  const auto tree = object_at(root, "product_tree");
  if (!tree) return groups;
  for (const Json& group : items_at(*tree, "product_groups")) {
    if (group.is_object()) groups[text_at(group, "group_id")] = texts_at(group, "product_ids");
  }
  return groups;
}

// CPE product names of distributions, and the ids that purls use for them (os-release's).
struct DistributionName {
  std::string_view cpe;
  std::string_view id;
};
constexpr DistributionName kDistributions[] = {{"enterprise_linux", "redhat"},
                                               {"debian_linux", "debian"},
                                               {"ubuntu_linux", "ubuntu"},
                                               {"alpine_linux", "alpine"},
                                               {"leap", "opensuse-leap"}};

// Only what is safe in a qualifier.
std::string qualifier_value(std::string_view text) {
  std::string out = to_lower(text);
  std::ranges::replace_if(
      out,
      [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
        return !plain;
      },
      '_');
  return out;
}

// "redhat-8" for cpe:/o:redhat:enterprise_linux:8 and cpe:2.3:o:redhat:enterprise_linux:8:…;
// "sles-15.5" for cpe:/o:suse:sles:15:sp5. Products that are no distributions come out the same way
// and are equal to none.
std::string distribution_of(std::string_view cpe) {
  const std::size_t skip = cpe.starts_with("cpe:2.3:") ? 3 : 2;  // up to the vendor
  const auto parts = split(cpe, ':');
  const auto part = [&](std::size_t i) {
    return skip + i < parts.size() ? parts[skip + i] : std::string_view();
  };
  std::string_view id = part(1);
  for (const DistributionName& row : kDistributions) {
    if (row.cpe == id) id = row.id;
  }
  std::string out = fmt::format("{}-{}", id, part(2));
  if (const std::string_view update = part(3); update.starts_with("sp")) {
    out += fmt::format(".{}", update.substr(2));
  }
  return qualifier_value(out);
}

// The component of a relationship, through relationships of relationships.
const Product* innermost(const Products& products, std::string_view id) {
  constexpr int kMaxSteps = 8;
  for (int step = 0; step < kMaxSteps; ++step) {
    const auto found = products.find(id);
    if (found == products.end()) return nullptr;
    if (found->second.component.empty() || !found->second.purl.empty()) return &found->second;
    id = found->second.component;
  }
  return nullptr;
}

// What a product id of a status list is about; nullopt when it cannot be told safely.
std::optional<Target> target_of_product(std::string_view id, const Products& products) {
  const auto found = products.find(id);
  const Product* product = innermost(products, id);
  if (product == nullptr) return std::nullopt;
  const std::string_view platform_id = found->second.platform;
  if (product->purl.empty()) {
    // The bare name of a component would also match where it is in another product.
    if (!platform_id.empty() || product->name.empty()) return std::nullopt;
    return target_of(product->name);
  }
  Target target = target_of(product->purl);
  const auto purl = parse_purl(product->purl, PurlReading::Literal);
  if (platform_id.empty() || !purl || !purl->version.empty() || target.package.empty())
    return target;
  const auto platform = products.find(platform_id);
  const std::string_view cpe =
      platform == products.end() ? std::string_view() : platform->second.cpe;
  const std::string release = cpe.empty() ? qualifier_value(platform_id) : distribution_of(cpe);
  target.package = fmt::format(
      "{}?distro={}", target.package.substr(0, target.package.find_first_of("?#")), release);
  return target;
}

// The text that flags or threats have for each product.
using Texts = std::unordered_map<std::string_view, std::string_view>;

Texts texts_by_product(const std::vector<Json>& entries, std::string_view key,
                       const Groups& groups) {
  Texts texts;
  for (const Json& entry : entries) {
    const std::string_view text = text_at(entry, key);
    for (const std::string_view id : texts_at(entry, "product_ids")) texts.try_emplace(id, text);
    for (const std::string_view group : texts_at(entry, "group_ids")) {
      const auto members = groups.find(group);
      if (members == groups.end()) continue;
      for (const std::string_view id : members->second) texts.try_emplace(id, text);
    }
  }
  return texts;
}

// Threats of the category "impact" say why a product is not affected; some vendors put a severity
// there.
Texts impact_statements(const Json& vulnerability, const Groups& groups) {
  std::vector<Json> impacts = items_at(vulnerability, "threats");
  std::erase_if(impacts, [](const Json& threat) {
    return text_at(threat, "category") != "impact" || parse_severity(text_at(threat, "details"));
  });
  return texts_by_product(impacts, "details", groups);
}

std::vector<std::string> read_ids(const Json& vulnerability) {
  std::vector<std::string> ids;
  if (const std::string_view cve = text_at(vulnerability, "cve"); is_id(cve)) ids.emplace_back(cve);
  if (!ids.empty()) return ids;
  for (const Json& other : items_at(vulnerability, "ids")) {
    if (const std::string_view id = text_at(other, "text"); is_id(id)) ids.emplace_back(id);
  }
  return ids;
}

std::string_view text_for(const Texts& texts, std::string_view product) {
  const auto found = texts.find(product);
  return found == texts.end() ? std::string_view() : found->second;
}

// The statements of one vulnerability, one for each reason.
class VulnerabilityReader {
 public:
  VulnerabilityReader(const Products& products, const Groups& groups, Time stated, Budget& budget)
      : products_(products), groups_(groups), stated_(stated), budget_(budget) {}

  Status read(const Json& vulnerability, std::vector<Statement>& statements) {
    const std::vector<std::string> ids = read_ids(vulnerability);
    const auto status = object_at(vulnerability, "product_status");
    if (ids.empty() || !status) return {};
    std::unordered_set<std::string_view> affected;
    for (const std::string_view list : {"known_affected", "under_investigation"}) {
      for (const std::string_view id : texts_at(*status, list)) affected.insert(id);
    }
    const Texts labels = texts_by_product(items_at(vulnerability, "flags"), "label", groups_);
    const Texts impacts = impact_statements(vulnerability, groups_);
    std::unordered_map<std::string, std::size_t> by_reason;
    for (const std::string_view list : {"known_not_affected", "fixed", "first_fixed"}) {
      for (const std::string_view id : texts_at(*status, list)) {
        if (affected.contains(id)) continue;  // contradictory: what is affected counts
        const auto target = target_of_product(id, products_);
        if (!target) continue;
        CORTEN_CHECK(budget_.spend(ids.size()));
        const std::string_view label = text_for(labels, id);
        std::string reason =
            list == "known_not_affected"
                ? reason_of(label.empty() ? "not affected" : label, text_for(impacts, id))
                : "fixed";
        const auto [entry, is_new] = by_reason.try_emplace(std::move(reason), statements.size());
        if (is_new) statements.push_back({ids, {}, Effect::Suppresses, stated_, entry->first});
        statements[entry->second].targets.push_back(*target);
      }
    }
    return {};
  }

 private:
  const Products& products_;
  const Groups& groups_;
  Time stated_;
  Budget& budget_;
};

}  // namespace

Result<Document> read_csaf(const Json& root, Budget& budget) {
  Document document;
  const auto header = object_at(root, "document");
  const auto tracking = header ? object_at(*header, "tracking") : std::nullopt;
  if (!tracking) return fail(ErrorCode::InvalidInput, "CSAF: no document.tracking");
  document.id = text_at(*tracking, "id");
  CORTEN_TRY(const Products products, read_products(root));
  const Groups groups = read_groups(root);
  const Time stated = parse_time(text_at(*tracking, "current_release_date")).value_or(Time());
  VulnerabilityReader reader(products, groups, stated, budget);
  for (const Json& vulnerability : items_at(root, "vulnerabilities")) {
    if (!vulnerability.is_object()) {
      return fail(ErrorCode::InvalidInput, "CSAF: a vulnerability that is no object");
    }
    CORTEN_CHECK(reader.read(vulnerability, document.statements));
  }
  return document;
}

}  // namespace corten::vex
