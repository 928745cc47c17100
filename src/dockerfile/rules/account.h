// Accounts: those that an image or a file brings, and commands that make one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

// A number that no distribution gives away by itself.
inline constexpr std::string_view kNewId = "10001";
inline constexpr std::string_view kNewName = "app";
// nonroot of the images without a shell
inline constexpr std::string_view kWithoutPasswd = "65532";

// Who is to run the program, and what brings that account into the image.
struct Account {
  std::string id;               // for chown
  std::string user;             // as USER has it
  std::string command;          // that makes it; empty: it is there
  std::vector<TextEdit> edits;  // that give the file's own account a number
};

// The unprivileged user that the image ships, "name:uid", or empty. Those of .NET have one since 8.
[[nodiscard]] std::string_view ready_user_of(const BaseImage& base);

// The kind of distribution that a stage is made of: by its base, else by the package managers that
// its RUNs call. Other where neither tells.
[[nodiscard]] image::ImageFamily family_of(const Lint& lint, const BaseImage& base);

// Words of a RUN that make an account of this name and number, with a group of its own and a home.
// Empty where the image has no program for it.
[[nodiscard]] std::string command_for_account(const Lint& lint, const BaseImage& base,
                                              std::string_view name, std::string_view id);

// Groups whose members become root whenever they like.
[[nodiscard]] bool leads_to_root(std::string_view group);

// Whether `user`, a number or a name, surely is an account when `instruction` runs: by the base, or
// by a RUN above it in the final image.
[[nodiscard]] bool is_account_at(const Lint& lint, const BaseImage& base, std::string_view user,
                                 const Instruction& instruction);

// Who is to run the final image: the user of the base before the file made it root, one that the
// file names or makes, one that the base ships, or a new one. nullopt where none is certain.
[[nodiscard]] std::optional<Account> account_for(const Lint& lint, const BaseImage& base);

// Whether a RUN of the final image makes a user with this number.
[[nodiscard]] bool is_id_taken(const Lint& lint, std::string_view id);

// Whether the name or the tag of the image contains `part`.
[[nodiscard]] bool names(const BaseImage& base, std::string_view part);

}  // namespace corten::dockerfile
