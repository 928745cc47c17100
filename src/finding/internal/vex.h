// What the VEX formats have in common: each reader turns its document into statements, and those
// become rules in one place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace simdjson::dom {
class element;
}

namespace corten::vex {

using Json = simdjson::dom::element;

// One thing that a statement is about; both parts must hold where both are set.
struct Target {
  std::string package;  // pattern of IgnoreRule::packages, or empty
  std::string
      image;  // repository of an image with an optional ":tag" or "@digest", as a glob, or empty
};

enum class Effect { Suppresses, Counts };

struct Statement {
  std::vector<std::string> ids;  // the vulnerability and its other names
  std::vector<Target> targets;
  Effect effect = Effect::Counts;
  Time time{};  // of two statements about one thing the later one counts
  std::string reason;
};

struct Document {
  std::string id;
  std::vector<Statement> statements;
};

// Counts what a document asks to be kept, against kMaxVexTargets.
class Budget {
 public:
  [[nodiscard]] Status spend(std::size_t targets);

 private:
  std::size_t spent_ = 0;
};

[[nodiscard]] Result<Document> read_openvex(const Json& root, Budget& budget);
[[nodiscard]] Result<Document> read_csaf(const Json& root, Budget& budget);
[[nodiscard]] Result<Document> read_cyclonedx(const Json& root, Budget& budget);

// The target for a package URL: an image for the types docker and oci, else a package. Text that is
// no purl is a name.
[[nodiscard]] Target target_of(std::string_view purl_or_name);

// `text` as a pattern that stands for itself: in purls '*' is percent-encoded, in names wildcards
// are escaped.
[[nodiscard]] std::string literal_pattern(std::string_view purl_or_name);

// "justification: detail", or the one that is there.
[[nodiscard]] std::string reason_of(std::string_view justification, std::string_view detail);

// True for what can be looked up as an id of a vulnerability: no URL, no wildcard, not empty.
[[nodiscard]] bool is_id(std::string_view text);

// Members of a JSON object: nullopt or empty when it is absent or of another type.
[[nodiscard]] std::string_view text_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<Json> object_at(const Json& object, std::string_view key);
[[nodiscard]] std::vector<Json> items_at(const Json& object, std::string_view key);
[[nodiscard]] std::vector<std::string_view> texts_at(const Json& object, std::string_view key);
[[nodiscard]] std::string_view text_of(const Json& value);  // empty when it is no string

}  // namespace corten::vex
