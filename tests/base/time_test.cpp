#include "base/time.h"

#include <gtest/gtest.h>

namespace corten {
namespace {

TEST(TimeText, ReadsTheFormsThatFeedsWrite) {
  const std::pair<const char*, const char*> cases[] = {
      {"2024-03-29T17:15:21Z", "2024-03-29T17:15:21Z"},
      {"2024-03-29", "2024-03-29T00:00:00Z"},
      {"2024-03-29T17:15:21.123456789Z", "2024-03-29T17:15:21Z"},
      {"2024-03-29T17:15:21+02:00", "2024-03-29T15:15:21Z"},
      {"2024-03-29T17:15:21-0530", "2024-03-29T22:45:21Z"},
      {"2025-12-26T12:55:00.000", "2025-12-26T12:55:00Z"},
      {"2024-02-29T23:59Z", "2024-02-29T23:59:00Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
  };
  for (const auto& [input, expected] : cases) {
    const auto time = parse_time(input);
    ASSERT_TRUE(time.has_value()) << input;
    EXPECT_EQ(format_time(*time), expected) << input;
  }
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* bad :
       {"", "2024", "2024-13-01", "2023-02-29", "2024-03-29T25:00:00Z", "2024-03-29X",
        "2024-03-29T17:15:21+", "2024-03-29T17:15:21Zjunk", "24-03-29", "2024-03-2"}) {
    EXPECT_FALSE(parse_time(bad).has_value()) << bad;
  }
}

TEST(TimeText, AgesAreForPeople) {
  using namespace std::chrono;
  EXPECT_EQ(format_age(seconds{59}), "less than a minute");
  EXPECT_EQ(format_age(minutes{5}), "5 min");
  EXPECT_EQ(format_age(hours{47}), "47 h");
  EXPECT_EQ(format_age(hours{48}), "2 d");
}

}  // namespace
}  // namespace corten
