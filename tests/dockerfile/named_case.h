// Names the cases of a table after their first member.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace corten::dockerfile {

struct NamedCase {
  template <typename Case>
  std::string operator()(const testing::TestParamInfo<Case>& info) const {
    return info.param.name;
  }
};

}  // namespace corten::dockerfile
