// Who runs what: the user in effect at each instruction and in the final image, the users that
// exist there, and whom files belong to, as far as the words of the file tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"
#include "dockerfile/rules/paths.h"
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
  explicit UserTrack(const Lint& lint) : lint_(lint) {}
  // While the instruction runs; the reference is valid until the next question.
  [[nodiscard]] const EffectiveUser& at(const Instruction& instruction);

 private:
  const Lint& lint_;
  std::uint32_t last_user_ = kNone;  // what `user_` was made for: instruction or first stage
  std::uint32_t last_root_ = kNone;
  EffectiveUser user_;
};

enum class Existence : std::uint8_t { Yes, Maybe, No };
// Whether the user named `name` (no number) is in /etc/passwd of the final image, whose base is
// `base`.
[[nodiscard]] Existence user_exists(const Lint& lint, const BaseImage& base, std::string_view name);
// The number of that user, where the file or the base tells it.
[[nodiscard]] std::optional<std::string> uid_of(const Lint& lint, const BaseImage& base,
                                                std::string_view name);
// Homes of the users that the file makes in the final image.
class Homes {
 public:
  void set(std::string user, std::string home) {
    homes_.insert_or_assign(std::move(user), std::move(home));
  }
  [[nodiscard]] std::string of(const EffectiveUser& user) const;  // else /home/NAME

 private:
  std::unordered_map<std::string, std::string> homes_;
};
[[nodiscard]] Homes homes_of(const Lint& lint);
// The program that lowers its rights before the service starts (gosu, su-exec, …), or empty.
[[nodiscard]] std::string_view rights_dropper(const Lint& lint);

// Paths whose owner or mode something in the file has set.
class PreparedPaths {
 public:
  // Of RUN, COPY and ADD from instruction `from` on.
  explicit PreparedPaths(const Lint& lint, std::uint32_t from = 0);
  // The path, or a folder above it.
  [[nodiscard]] bool covers(std::string_view path) const { return paths_.has_at_or_above(path); }

 private:
  void add(std::string path);

  PathSet paths_;
};

}  // namespace corten::dockerfile
