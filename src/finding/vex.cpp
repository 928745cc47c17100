#include "finding/vex.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "finding/glob.h"
#include "finding/internal/purl.h"
#include "finding/internal/vex.h"

namespace corten {

namespace vex {

Status Budget::spend(std::size_t targets) {
  if (targets > kMaxVexTargets - spent_) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("VEX: the statements are about more than {} things", kMaxVexTargets));
  }
  spent_ += targets;
  return {};
}

std::string literal_pattern(std::string_view purl_or_name) {
  if (!purl_or_name.starts_with("pkg:")) return glob_escaped(purl_or_name);
  std::string out;
  for (const char c : purl_or_name) {
    if (c == '*') {
      out += "%2A";
    } else {
      out += c;
    }
  }
  return out;
}

Target target_of(std::string_view purl_or_name) {
  const auto purl = parse_purl(purl_or_name, PurlReading::Literal);
  if (!purl || (purl->type != "docker" && purl->type != "oci")) {
    return {literal_pattern(purl_or_name), {}};
  }
  std::string image = purl->space.empty() ? purl->name : purl->space + "/" + purl->name;
  if (!purl->repository_url.empty()) image = purl->repository_url;
  image = glob_escaped(image);
  // An oci version is a digest, a docker version is a tag or a digest.
  if (purl->version.starts_with("sha256:")) {
    image += "@" + glob_escaped(purl->version);
  } else if (const std::string& tag = purl->version.empty() ? purl->tag : purl->version;
             !tag.empty()) {
    image += ":" + glob_escaped(tag);
  }
  return {{}, image};
}

std::string reason_of(std::string_view justification, std::string_view detail) {
  if (justification.empty()) return std::string(trim(detail));
  if (trim(detail).empty()) return std::string(justification);
  return fmt::format("{}: {}", justification, trim(detail));
}

bool is_id(std::string_view text) {
  constexpr std::size_t kMaxIdBytes = 256;
  return !text.empty() && text.size() <= kMaxIdBytes &&
         text.find_first_of("*:/ \t\r\n") == std::string_view::npos;
}

std::string_view text_of(const Json& value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::optional<Json> object_at(const Json& object, std::string_view key) {
  Json value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS || !value.is_object()) return std::nullopt;
  return value;
}

std::string_view text_at(const Json& object, std::string_view key) {
  Json value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return {};
  return text_of(value);
}

std::vector<Json> items_at(const Json& object, std::string_view key) {
  simdjson::dom::array array;
  if (object.at_key(key).get_array().get(array) != simdjson::SUCCESS) return {};
  std::vector<Json> items;
  for (const Json item : array) items.push_back(item);
  return items;
}

std::vector<std::string_view> texts_at(const Json& object, std::string_view key) {
  std::vector<std::string_view> texts;
  for (const Json& item : items_at(object, key)) {
    if (const std::string_view text = text_of(item); !text.empty()) texts.push_back(text);
  }
  return texts;
}

namespace {

std::string key_of(std::string_view id, const Target& target) {
  return fmt::format("{}\n{}\n{}", to_lower(id), target.package, target.image);
}

// The statement that counts for each pair of an id and what it is about.
std::unordered_map<std::string, std::size_t> latest_statements(const std::vector<Statement>& all) {
  std::unordered_map<std::string, std::size_t> latest;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string& id : all[i].ids) {
      for (const Target& target : all[i].targets) {
        const auto [entry, is_new] = latest.try_emplace(key_of(id, target), i);
        if (!is_new && all[i].time >= all[entry->second].time) entry->second = i;
      }
    }
  }
  return latest;
}

// Globs over subjects: the image under any registry, with any tag and digest where the statement
// names none.
std::vector<std::string> subjects_of(const std::string& image) {
  if (image.empty()) return {};
  const std::string anywhere = "**/" + image;
  const std::string_view last = std::string_view(image).substr(image.rfind('/') + 1);
  if (last.find('@') != std::string_view::npos) return {anywhere};
  if (last.find(':') != std::string_view::npos) return {anywhere, anywhere + "@*"};
  return {anywhere, anywhere + ":*", anywhere + "@*"};
}

// Adds the rules of one statement for one id: one for each image, and one for what is in no image
// in particular.
void add_rules(const Statement& statement, const std::string& id,
               const std::vector<Target>& targets, const std::string& source,
               std::vector<IgnoreRule>& rules) {
  const std::size_t first = rules.size();
  std::unordered_map<std::string, std::size_t> by_image;
  for (const Target& target : targets) {
    // A statement about an image as a whole has no packages and is a rule of its own.
    const std::string group = target.image + (target.package.empty() ? "\n" : "");
    const auto [entry, is_new] = by_image.try_emplace(group, rules.size());
    if (is_new) {
      IgnoreRule rule;
      rule.id = id;
      rule.subjects = subjects_of(target.image);
      rule.reason = statement.reason;
      rule.source = source;
      rule.stated = statement.time;
      rule.takes_back = statement.effect == Effect::Counts;
      rules.push_back(std::move(rule));
    }
    if (!target.package.empty()) rules[entry->second].packages.push_back(target.package);
  }
  for (std::size_t i = first; i < rules.size(); ++i) {
    std::vector<std::string>& packages = rules[i].packages;
    std::ranges::sort(packages);
    const auto repeated = std::ranges::unique(packages);
    packages.erase(repeated.begin(), repeated.end());
  }
}

std::vector<IgnoreRule> rules_of(const Document& document) {
  const std::string source = "vex:" + document.id;
  const auto latest = latest_statements(document.statements);
  std::vector<IgnoreRule> rules;
  for (std::size_t i = 0; i < document.statements.size(); ++i) {
    const Statement& statement = document.statements[i];
    for (const std::string& id : statement.ids) {
      std::vector<Target> targets;
      std::ranges::copy_if(
          statement.targets, std::back_inserter(targets), [&](const Target& target) {
            const bool names_something = !target.package.empty() || !target.image.empty();
            return names_something && latest.at(key_of(id, target)) == i;
          });
      add_rules(statement, id, targets, source, rules);
    }
  }
  return rules;
}

Result<Document> read_document(const Json& root, Budget& budget) {
  if (text_at(root, "@context").find("openvex") != std::string_view::npos) {
    return read_openvex(root, budget);
  }
  if (text_at(root, "bomFormat") == "CycloneDX") return read_cyclonedx(root, budget);
  if (const auto document = object_at(root, "document");
      document && !text_at(*document, "csaf_version").empty()) {
    return read_csaf(root, budget);
  }
  return fail(ErrorCode::Unsupported, "no VEX document",
              "OpenVEX, CSAF and CycloneDX documents in JSON are read");
}

}  // namespace

}  // namespace vex

Result<std::vector<IgnoreRule>> parse_vex(std::string_view content, std::string_view name) {
  if (content.size() > kMaxVexBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{}: larger than the limit of {}", name, format_size(kMaxVexBytes)));
  }
  simdjson::dom::parser parser(kMaxVexBytes);
  constexpr std::size_t kMaxJsonDepth = 256;
  if (parser.allocate(std::max<std::size_t>(content.size(), 64), kMaxJsonDepth) !=
      simdjson::SUCCESS) {
    return fail(ErrorCode::LimitExceeded, fmt::format("{}: not enough memory", name));
  }
  const simdjson::padded_string padded(content);
  vex::Json root;
  if (const auto error = parser.parse(padded).get(root); error != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("{}: not JSON: {}", name, simdjson::error_message(error)));
  }
  vex::Budget budget;
  auto document = vex::read_document(root, budget);
  if (!document) return in_context(std::move(document).error(), std::string(name));
  if (document->id.empty()) document->id = name;
  return vex::rules_of(*document);
}

Result<std::vector<IgnoreRule>> read_vex_file(const std::filesystem::path& path) {
  CORTEN_TRY(const std::string content, read_file(path, kMaxVexBytes));
  return parse_vex(content, path.native());
}

}  // namespace corten
