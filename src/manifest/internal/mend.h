// How a finding can be mended: changes to values, said by their places, and the edits that make
// them.
//
// A rule says what to change as Steps. A Mender makes them edits of the file's text, or says
// nothing where it cannot: a value that several places share, a file in flow style as JSON is, a
// place that cannot hold the change.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "manifest/value.h"
#include "yaml/edit.h"
#include "yaml/spots.h"

namespace corten::manifest {

// Of one file: every edit is tried by reading its document with it. What is found after that has no
// fix until others are mended.
inline constexpr std::size_t kMaxTrialBytes = std::size_t{8} << 20;

// Of one file or project: more than is ever shown, so that what is left out is told.
inline constexpr std::size_t kMaxFindings = 200'000;

struct Step {
  enum class Kind {
    Remove,     // the value at `at` with its key; a list or map that it leaves empty goes as well
    RemoveKey,  // the same, `at` is the place of the key or, in a list of NAME=value, of the item
    Set,        // the scalar at `at`
    Put,        // in the map at `at` (line 0: of the whole file), the value at the path of keys
    PutBeside,  // the same, in the map whose value is at `at`
    Append,     // to the list at `at`
    Replace,    // the entry whose value is the scalar at `at`: gets the key `path` too
    Rename,     // the key at `at`, to `path`
  };
  Kind kind = Kind::Remove;
  Place at;
  std::string path = {};  // "securityContext.capabilities.drop"
  yaml::Value value = {};
  std::string after = {};  // Put: the key that a new one stands behind, if it is there
};

[[nodiscard]] Step remove(Place at);
[[nodiscard]] Step remove_key(Place at);
[[nodiscard]] Step set(Place at, yaml::Value value);
[[nodiscard]] Step put(Place map, std::string path, yaml::Value value, std::string after = {});
[[nodiscard]] Step put_beside(Place at, std::string path, yaml::Value value);
[[nodiscard]] Step append(Place list, yaml::Value value);
[[nodiscard]] Step replace(Place at, std::string key, yaml::Value value);
[[nodiscard]] Step rename(Place key, std::string name);

[[nodiscard]] yaml::Value text_value(std::string text);
[[nodiscard]] yaml::Value plain_value(std::string text);  // true, false, a number
[[nodiscard]] yaml::Value list_value(std::vector<std::string> texts);

// Makes edits of one file. Borrows from the stream.
class Mender {
 public:
  // `roots` are the values that count: what is reached from them more than once is shared.
  Mender(const yaml::Stream& stream, std::string path, const std::vector<const yaml::Node*>& roots);

  // Values below `node` are used in one more way.
  void share(const yaml::Node& node) { spots_.count_ways(node); }

  // The entries of `map` stay, though there be nothing left in one of them.
  void never_empty(const yaml::Node& map) { never_emptied_ = &map; }

  // The edits that make all of `steps`, whose places are all of this file; empty if they cannot all
  // be made. An entry of the key `keep` is not removed for being empty.
  [[nodiscard]] const std::vector<Edit>& edits(const std::vector<Step>& steps,
                                               std::string_view keep = {});

  // The text of the scalar at `at` as it is written, before interpolation; nullopt if none is.
  [[nodiscard]] std::optional<std::string_view> text_at(Place at) const;

 private:
  [[nodiscard]] std::vector<Edit> new_edits(const std::vector<Step>& steps, std::string_view keep);
  [[nodiscard]] bool may_put(const yaml::Node& map, std::span<const std::string_view> path) const;
  [[nodiscard]] std::optional<yaml::TextEdit> edit_of(const Step& step,
                                                      std::string_view keep) const;
  [[nodiscard]] const yaml::Spot* removed_by(const Step& step, std::string_view keep) const;
  [[nodiscard]] std::optional<yaml::TextEdit> removal(const Step& step,
                                                      std::string_view keep) const;
  void guard_lists(const std::vector<Step>& steps, std::string_view keep,
                   std::vector<yaml::TextEdit>& edits) const;
  [[nodiscard]] const yaml::Spot* usable(const yaml::Spot* spot) const;
  [[nodiscard]] const yaml::Spot* key_spot(Place at) const;

  const yaml::Stream& stream_;
  std::string path_;
  yaml::Spots spots_;
  const yaml::Node* never_emptied_ = nullptr;
  bool is_editable_ = true;
  std::size_t tried_bytes_ = 0;
  std::map<std::string, std::vector<Edit>> known_;  // several rules want the same
};

}  // namespace corten::manifest
