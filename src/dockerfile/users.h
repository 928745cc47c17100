// Who runs what: the user in effect at each instruction and in the final image, the users that
// exist there, and whom files belong to, as far as the words of the file tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"
#include "shell/files.h"

namespace corten::dockerfile {

enum class UserSource : std::uint8_t {
  File,        // a USER of this file, of the stage or of one that it is FROM
  BaseImage,   // the configuration of the image at hand
  KnownImage,  // what is known of the image by its name
  Unknown,
};

struct EffectiveUser {
  std::string name;   // without the group; empty: not known
  std::string group;  // as USER has it behind the colon, or empty
  UserSource source = UserSource::Unknown;
  const Instruction* instruction = nullptr;  // the USER, where it is one of this file

  [[nodiscard]] bool is_known() const { return !name.empty(); }
  [[nodiscard]] bool is_root() const;
  [[nodiscard]] bool is_unprivileged() const { return is_known() && !is_root(); }
  [[nodiscard]] std::string as_written() const;  // "node", "1000:1000"
};

[[nodiscard]] bool is_number(std::string_view user);
// What a USER instruction says, variables replaced. Not known where one of them has no value.
[[nodiscard]] EffectiveUser user_named_by(const Lint& lint, const Instruction& user);
[[nodiscard]] EffectiveUser user_of_base(const BaseImage& base);

// The user at every instruction of a file. All questions together take linear time.
class UserTrack {
 public:
  explicit UserTrack(const Lint& lint);
  // While the instruction runs; the reference is valid until the next question.
  [[nodiscard]] const EffectiveUser& at(const Instruction& instruction);
  // The first stage of the chain that ends in this one.
  [[nodiscard]] std::uint32_t first_of(std::uint32_t stage) const { return roots_[stage]; }

 private:
  const Lint& lint_;
  std::vector<std::uint32_t> roots_;  // by stage: the first one of its chain
  std::uint32_t last_user_ = kNone;   // what `user_` was made for: instruction or first stage
  std::uint32_t last_root_ = kNone;
  EffectiveUser user_;
};

enum class Existence : std::uint8_t { Yes, Maybe, No };
// Whether the user named `name` (no number) is in /etc/passwd when the last stage is done.
[[nodiscard]] Existence user_exists(const Lint& lint, const std::vector<const Stage*>& chain,
                                    const BaseImage& base, std::string_view name);
// The number of that user, where the file or the base tells it.
[[nodiscard]] std::optional<std::string> uid_of(const Lint& lint,
                                                const std::vector<const Stage*>& chain,
                                                const BaseImage& base, std::string_view name);
// Homes that the file makes users with.
class Homes {
 public:
  void set(std::string user, std::string home) {
    homes_.insert_or_assign(std::move(user), std::move(home));
  }
  [[nodiscard]] std::string of(const EffectiveUser& user) const;  // else /home/NAME

 private:
  std::unordered_map<std::string, std::string> homes_;
};
[[nodiscard]] Homes homes_of(const Lint& lint, const std::vector<const Stage*>& chain);
// The program that lowers its rights before the service starts (gosu, su-exec, …), or empty.
[[nodiscard]] std::string_view rights_dropper(const Lint& lint,
                                              const std::vector<const Stage*>& chain);

// ---- paths --------------------------------------------------------------------------------------

// Absolute, without "." and double slashes; nullopt where variables or the folder are not known.
[[nodiscard]] std::optional<std::string> absolute_path(const WorkDir& folder,
                                                       std::string_view path);
// A path in a script, with the values that the Dockerfile gives to its variables.
[[nodiscard]] std::optional<std::string> script_path(const Lint& lint, const RunScript& run,
                                                     std::string_view path);
// The last word of a COPY or ADD.
[[nodiscard]] std::optional<std::string> copy_target(const Lint& lint, const Instruction& copy);
// `path` is `folder` or below it.
[[nodiscard]] bool is_within(std::string_view path, std::string_view folder);

// Paths whose owner or mode something in the file has set.
class PreparedPaths {
 public:
  // Of RUN, COPY and ADD from instruction `from` on.
  explicit PreparedPaths(const Lint& lint, std::uint32_t from = 0);
  [[nodiscard]] bool covers(std::string_view path) const;  // the path, or a folder above it

 private:
  std::unordered_set<std::string> paths_;
};

[[nodiscard]] bool is_in_chain(const std::vector<const Stage*>& chain, std::uint32_t stage);

}  // namespace corten::dockerfile
