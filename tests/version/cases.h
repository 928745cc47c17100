// Tables for the tests of a scheme: chains of rising versions, groups of equal ones, and what the
// scheme's grammar accepts.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "version/compare_lines.h"
#include "version/version.h"

namespace corten::version {

using Versions = std::vector<std::string_view>;

// Every version is below all that follow it, both ways round.
inline void expect_rising(Scheme scheme, const Versions& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t j = 0; j < versions.size(); ++j) {
      EXPECT_EQ(order_sign(compare(scheme, versions[i], versions[j])), order_sign(i <=> j))
          << "'" << versions[i] << "' and '" << versions[j] << "'";
    }
  }
}

inline void expect_equal(Scheme scheme, const Versions& versions) {
  for (const std::string_view a : versions) {
    for (const std::string_view b : versions) {
      EXPECT_EQ(order_sign(compare(scheme, a, b)), "=") << "'" << a << "' and '" << b << "'";
    }
  }
}

inline void expect_valid(Scheme scheme, const Versions& versions) {
  for (const std::string_view version : versions) {
    EXPECT_TRUE(valid(scheme, version)) << "'" << version << "'";
  }
}

inline void expect_invalid(Scheme scheme, const Versions& versions) {
  for (const std::string_view version : versions) {
    EXPECT_FALSE(valid(scheme, version)) << "'" << version << "'";
  }
}

}  // namespace corten::version
