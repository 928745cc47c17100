#include "base/byte_cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace corten {
namespace {

using namespace std::string_literals;

TEST(ByteCursor, ReadsIntegersInBothByteOrders) {
  const std::string data = "\x01\x02\x03\x04\x05\x06\x07\x08"s;
  ByteCursor in(as_bytes(data));

  EXPECT_EQ(in.u16_le().value(), 0x0201);
  EXPECT_EQ(in.u16_be().value(), 0x0304);
  EXPECT_EQ(in.u32_be().value(), 0x05060708U);
  EXPECT_TRUE(in.at_end());
}

TEST(ByteCursor, ConsumesNothingWhenTooLittleRemains) {
  ByteCursor in(as_bytes("abc"));

  EXPECT_EQ(in.u32_le().error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(in.take(~std::uint64_t{0}).error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(in.remaining(), 3U);
}

TEST(ByteCursor, SkipsPaddingThatIsThereAndForgivesWhatIsCutOff) {
  const std::string data = "abc\0de"s;
  ByteCursor in(as_bytes(data));

  EXPECT_EQ(as_text(in.take_padded(3, 4).value()), "abc");
  EXPECT_EQ(as_text(in.take_padded(2, 4).value()), "de");
  EXPECT_TRUE(in.at_end());
}

struct VarintCase {
  const char* name;
  std::string bytes;
  std::optional<std::uint64_t> value;
};

TEST(ByteCursor, ReadsVarintsAsProtocolBuffersWriteThem) {
  const VarintCase cases[] = {
      {"zero", "\0"s, 0},
      {"two bytes", "\xac\x02"s, 300},
      {"largest", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, ~std::uint64_t{0}},
      {"too large", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s, std::nullopt},
      {"endless", std::string(11, '\x80'), std::nullopt},
      {"cut off", "\x80"s, std::nullopt},
      {"empty", "", std::nullopt},
  };
  for (const VarintCase& c : cases) {
    ByteCursor in(as_bytes(c.bytes));
    const auto value = in.varint();
    EXPECT_EQ(value.has_value(), c.value.has_value()) << c.name;
    if (value && c.value) {
      EXPECT_EQ(*value, *c.value) << c.name;
    }
  }
}

}  // namespace
}  // namespace corten
