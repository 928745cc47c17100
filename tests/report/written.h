// What a writer makes of a report, for the tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "report/fixture.h"
#include "report/report.h"

namespace corten::report {

inline std::string written(std::string_view id, const Report& report, const Style& style = {}) {
  for (const Format& format : formats()) {
    if (format.id != id) continue;
    const auto text = format.write(report, style);
    EXPECT_TRUE(text.has_value());
    return text.value_or(std::string());
  }
  ADD_FAILURE() << "no format " << id;
  return {};
}

}  // namespace corten::report
