#include "lsp/framing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <vector>

#include "support/case_name.h"

namespace corten::lsp {
namespace {

// "message:{}" and "broken", in their order.
std::vector<std::string> read_in_pieces(std::string_view bytes, std::size_t piece) {
  FrameReader reader;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (const auto frame = reader.next()) {
      out.push_back(frame->kind == Frame::Kind::Message ? "message:" + frame->text : "broken");
    }
  }
  return out;
}

struct Case {
  std::string name;
  std::string bytes;
  std::vector<std::string> frames;
};

class Framing : public testing::TestWithParam<Case> {};

TEST_P(Framing, IsReadWhateverThePieces) {
  const Case& c = GetParam();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, c.bytes.size()}) {
    if (c.bytes.size() > 10'000 && piece < 7) continue;
    EXPECT_EQ(read_in_pieces(c.bytes, piece), c.frames) << "in pieces of " << piece;
  }
}

const std::string kGood = "Content-Length: 2\r\n\r\n{}";

INSTANTIATE_TEST_SUITE_P(
    Frames, Framing,
    testing::ValuesIn(std::vector<Case>{
        {"One", kGood, {"message:{}"}},
        {"Two", kGood + kGood, {"message:{}", "message:{}"}},
        {"Empty", "Content-Length: 0\r\n\r\n" + kGood, {"message:", "message:{}"}},
        {"OtherCase", "CONTENT-LENGTH:2\r\n\r\n{}", {"message:{}"}},
        {"LoneLineFeeds", "Content-Length: 2\n\n{}", {"message:{}"}},
        {"OtherFields", "X: y\r\nContent-Length: 2\r\nZ: Content\r\n\r\n{}", {"message:{}"}},
        {"Type",
         "Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; "
         "charset=\"UTF-8\"\r\n\r\n{}",
         {"message:{}"}},
        {"OldCharset",
         "Content-Type: a/b; charset=utf8; x=y\r\nContent-Length: 2\r\n\r\n{}",
         {"message:{}"}},
        {"OtherCharset",
         "Content-Type: a/b; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}" + kGood,
         {"broken", "message:{}"}},
        {"SameLengthTwice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", {"message:{}"}},
        {"NoLength", "X: y\r\n\r\n" + kGood, {"broken", "message:{}"}},
        {"NotANumber", "Content-Length: 2x\r\n\r\n" + kGood, {"broken", "message:{}"}},
        {"Negative", "Content-Length: -2\r\n\r\n" + kGood, {"broken", "message:{}"}},
        {"Overflow",
         "Content-Length: 18446744073709551616\r\n\r\n" + kGood,
         {"broken", "message:{}"}},
        {"BeyondTheLimit",
         fmt::format("Content-Length: {}\r\n\r\n", kMaxMessageBytes + 1) + kGood,
         {"broken", "message:{}"}},
        {"EmptyLinesOnly", "\r\n\r\n\n" + kGood, {"broken", "message:{}"}},
        // The rest of the message stands in front of the next header.
        {"TooShort", "Content-Length: 1\r\n\r\n{}" + kGood, {"message:{", "broken", "message:{}"}},
        {"TooLong",
         "Content-Length: 30\r\n\r\n{}" + kGood + kGood + kGood,
         {"message:{}Content-Length: 2\r\n\r\n{}Conte", "broken", "message:{}"}},
        {"Garbage", std::string(50'000, 'x') + kGood, {"broken", "message:{}"}},
        {"GarbageInLines", "a\n\nb\n\nc\n\n" + kGood, {"broken", "message:{}"}},
        {"TwoPartsOfGarbage",
         "a\r\n\r\n" + kGood + "b\r\n\r\n" + kGood,
         {"broken", "message:{}", "broken", "message:{}"}},
        {"CutInTheHeader", "Content-Length: 2\r\n", {}},
        {"CutInTheBody", "Content-Length: 2\r\n\r\n{", {}},
    }),
    test::case_name<Case>);

TEST(FrameReader, WaitsForTheWholeFrame) {
  FrameReader reader;
  EXPECT_FALSE(reader.next());
  reader.feed("Content-Length: 2\r\n\r\n{");
  EXPECT_FALSE(reader.next());
  reader.feed("}");
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(Framed, CountsBytes) { EXPECT_EQ(framed("\"é\""), "Content-Length: 4\r\n\r\n\"é\""); }

}  // namespace
}  // namespace corten::lsp
