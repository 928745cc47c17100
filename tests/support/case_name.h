// The name of a table row for INSTANTIATE_TEST_SUITE_P: its member `name`.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace corten::test {

template <typename Case>
std::string case_name(const testing::TestParamInfo<Case>& row) {
  return row.param.name;
}

}  // namespace corten::test
