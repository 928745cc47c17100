// What is known of public base images without looking at them: the user that they start as, the
// users that they ship, whether they have a shell, and when their makers stop to mend them.
//
// Knowledge of ours, from the images' own Dockerfiles and documentation. The image itself, where it
// is at hand, is always the better witness.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "image/reference.h"

namespace corten::image {

enum class ImageFamily { Debian, Alpine, Rpm, Busybox, Distroless, Scratch, Windows, Other };

struct KnownImage {
  std::string_view name;  // glob over familiar_name()
  std::string_view tag;   // glob over the tag ("latest" where none is written); empty: any
  ImageFamily family = ImageFamily::Other;
  std::string_view user;   // that it starts as, as USER has it; "root" where it sets none
  std::string_view ready;  // an unprivileged user that it ships, as "name:uid", or empty
  bool has_shell = true;
  // Starts as root to prepare (bind a port, chown a volume) and then drops to `ready` by itself.
  bool drops_root = false;
};

// The first row that fits, special ones first; nullptr: nothing is known.
[[nodiscard]] const KnownImage* find_known_image(const Reference& reference);
[[nodiscard]] std::span<const KnownImage> known_images();

[[nodiscard]] bool starts_as_root(const KnownImage& image);

struct ImageSupport {
  std::string name;              // "Node.js 16", "Debian 10 (buster)"
  Time end_of_life{};            // last day of free security support
  std::optional<Time> extended;  // last day of LTS or paid support, where there is one
};

// The first part of the image that its name says and that ends earliest: the language of
// node:16-buster, the distribution of python:3.12-buster. nullopt: the name does not tell.
[[nodiscard]] std::optional<ImageSupport> support_of_image(const Reference& reference);

// What to use instead of an image that its maker has given up, by familiar name; empty: not known
// to be given up.
[[nodiscard]] std::string_view replacement_of_deprecated(const Reference& reference);

}  // namespace corten::image
