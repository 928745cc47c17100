#include "base/wire.h"

#include <gtest/gtest.h>

namespace corten {
namespace {

TEST(Wire, GivesBackWhatWasEncoded) {
  wire::Encoder out;
  out.number(300);
  out.flag(true);
  out.text("päckchen");
  out.texts({"a", "", "c"});
  out.fixed64s({1, ~std::uint64_t{0}});

  wire::Decoder in(as_bytes(out.bytes()));
  EXPECT_EQ(in.number().value(), 300U);
  EXPECT_TRUE(in.flag().value());
  EXPECT_EQ(in.text().value(), "päckchen");
  EXPECT_EQ(in.texts().value(), (std::vector<std::string>{"a", "", "c"}));
  EXPECT_EQ(in.fixed64s().value(), (std::vector<std::uint64_t>{1, ~std::uint64_t{0}}));
  EXPECT_TRUE(in.at_end());
}

TEST(Wire, RefusesEveryTruncation) {
  wire::Encoder out;
  out.texts({"alpha", "beta"});
  out.fixed64s({7, 8, 9});
  const std::string whole = out.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    wire::Decoder in(as_bytes(std::string_view(whole).substr(0, size)));
    const bool complete = in.texts().has_value() && in.fixed64s().has_value();
    EXPECT_FALSE(complete) << size;
  }
}

TEST(Wire, AllocatesNothingForACountThatCannotBe) {
  wire::Encoder out;
  out.number(std::uint64_t{1} << 60);
  wire::Decoder texts(as_bytes(out.bytes()));
  wire::Decoder numbers(as_bytes(out.bytes()));

  EXPECT_EQ(texts.texts().error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(numbers.fixed64s().error().code, ErrorCode::InvalidInput);
}

}  // namespace
}  // namespace corten
