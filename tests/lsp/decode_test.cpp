#include <fmt/format.h>
#include <gmock/gmock.h>

#include "lsp/protocol.h"

namespace corten::lsp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message(std::string_view method, std::string_view params, std::string_view id = "") {
  return fmt::format(R"({{"jsonrpc":"2.0",{}"method":"{}","params":{}}})",
                     id.empty() ? "" : fmt::format("\"id\":{},", id), method, params);
}

template <typename T>
T params_of(const std::string& json) {
  const auto incoming = decode(json);
  EXPECT_TRUE(incoming.has_value()) << json;
  if (!incoming || !std::holds_alternative<T>(incoming->params)) {
    ADD_FAILURE() << "other parameters: " << json;
    return {};
  }
  return std::get<T>(incoming->params);
}

TEST(Decode, ReadsWhatIsAskedAtTheStart) {
  const auto all = params_of<InitializeParams>(message(
      "initialize",
      R"({"rootUri":"file:///root","workspaceFolders":[{"uri":"file:///a","name":"a"},{"uri":5}],
          "capabilities":{"general":{"positionEncodings":["utf-7","utf-32","utf-16"]},
            "workspace":{"workspaceEdit":{"documentChanges":true},
                         "didChangeWatchedFiles":{"dynamicRegistration":true}},
            "textDocument":{"publishDiagnostics":{},"diagnostic":{},
              "codeAction":{"isPreferredSupport":true,"dataSupport":true,"codeActionLiteralSupport":{},
                            "resolveSupport":{"properties":["command","edit"]}}}}})",
      "1"));
  EXPECT_THAT(all.folders, ElementsAre("file:///a"));
  EXPECT_EQ(all.encoding, PositionEncoding::Utf32);
  EXPECT_TRUE(all.document_changes && all.watches_files && all.pushed_diagnostics &&
              all.pulled_diagnostics && all.preferred_actions && all.resolves_edits);
  const auto least = params_of<InitializeParams>(
      message("initialize",
              R"({"rootUri":"file:///root","workspaceFolders":null,"capabilities":{}})", "\"x\""));
  EXPECT_THAT(least.folders, ElementsAre("file:///root"));
  EXPECT_EQ(least.encoding, std::nullopt);
  EXPECT_FALSE(least.document_changes || least.watches_files || least.resolves_edits);
}

TEST(Decode, ReadsChanges) {
  const auto change = params_of<DidChangeParams>(
      message("textDocument/didChange",
              R"({"textDocument":{"uri":"u","version":7},"contentChanges":[
          {"range":{"start":{"line":1,"character":2},"end":{"line":3,"character":4294967299}},
           "rangeLength":5,"text":"a"},{"range":null,"text":"b"},{"text":"\ud83d\udc33"}]})"));
  EXPECT_EQ(change.uri, "u");
  EXPECT_EQ(change.version, 7);
  ASSERT_EQ(change.changes.size(), 3U);
  EXPECT_EQ(change.changes[0].range, (Range{{1, 2}, {3, 0xffffffff}}));
  EXPECT_EQ(change.changes[1].range, std::nullopt);
  EXPECT_EQ(change.changes[2].text, "🐳");
}

TEST(Decode, ReadsIdsOfAllTypes) {
  EXPECT_EQ(decode(message("shutdown", "{}", "5"))->id, RequestId{std::int64_t{5}});
  EXPECT_EQ(decode(message("shutdown", "null", "\"a\""))->id, RequestId{std::string("a")});
  EXPECT_EQ(decode(message("shutdown", "{}", "null"))->id, RequestId{});
  EXPECT_EQ(decode(message("exit", "{}"))->id, std::nullopt);
  EXPECT_TRUE(decode(R"({"jsonrpc":"2.0","id":1,"method":"shutdown"})").has_value());
}

TEST(Decode, PutsAReplacementInPlaceOfHalfAPair) {
  const auto text = [](std::string_view json) {
    return params_of<DidOpenParams>(
               message("textDocument/didOpen",
                       fmt::format(R"({{"textDocument":{{"uri":"u","text":"{}"}}}})", json)))
        .text;
  };
  EXPECT_EQ(text(R"(a\ud83d)"), "a\xef\xbf\xbd");
  EXPECT_EQ(text(R"(\udc33\ud83d\udc33\ud83d\n)"), "\xef\xbf\xbd🐳\xef\xbf\xbd\n");
  EXPECT_EQ(text(R"(\\ud83d \ud83dx)"), "\\ud83d \xef\xbf\xbdx");
}

struct BadCase {
  std::string json;
  AnswerCode code;
  std::optional<RequestId> id;
};

TEST(Decode, RefusesWhatItCannotRead) {
  const RequestId null;
  const RequestId seven = std::int64_t{7};
  const std::string position = R"({"line":0,"character":0})";
  for (const BadCase& c : std::vector<BadCase>{
           {"", AnswerCode::ParseError, null},
           {"{", AnswerCode::ParseError, null},
           {"{} {}", AnswerCode::ParseError, null},
           {"\"\xff\"", AnswerCode::ParseError, null},
           {std::string(200, '[') + std::string(200, ']'), AnswerCode::ParseError, null},
           {"[]", AnswerCode::InvalidRequest, null},
           {"null", AnswerCode::InvalidRequest, null},
           {"{}", AnswerCode::InvalidRequest, null},
           {R"({"jsonrpc":"2.0","id":7})", AnswerCode::InvalidRequest, seven},
           {R"({"jsonrpc":2,"id":7,"method":"shutdown"})", AnswerCode::InvalidRequest, seven},
           {R"({"jsonrpc":"2.0","id":true,"method":"shutdown"})", AnswerCode::InvalidRequest, null},
           {R"({"jsonrpc":"2.0","id":7,"method":null})", AnswerCode::InvalidRequest, seven},
           {message("exit", "{}", "7"), AnswerCode::InvalidRequest, seven},
           {message("shutdown", "{}"), AnswerCode::InvalidRequest, std::nullopt},
           {message("x/y", "{}", "7"), AnswerCode::MethodNotFound, seven},
           {message("initialize", "{}", "7"), AnswerCode::InvalidParams, seven},
           {message("textDocument/hover", "5", "7"), AnswerCode::InvalidParams, seven},
           {message("textDocument/hover", R"({"textDocument":{"uri":"u"}})", "7"),
            AnswerCode::InvalidParams, seven},
           {message("textDocument/hover",
                    R"({"textDocument":{"uri":"u"},"position":{"line":1e3,"character":0}})", "7"),
            AnswerCode::InvalidParams, seven},
           {message(
                "textDocument/codeAction",
                fmt::format(R"({{"textDocument":{{"uri":"u"}},"range":{{"start":{}}}}})", position),
                "7"),
            AnswerCode::InvalidParams, seven},
           {message("$/cancelRequest", R"({"id":{}})"), AnswerCode::InvalidParams, std::nullopt},
           {message("textDocument/didOpen", R"({"textDocument":{"uri":"u"}})"),
            AnswerCode::InvalidParams, std::nullopt}}) {
    const auto read = decode(c.json);
    ASSERT_FALSE(read.has_value()) << c.json;
    EXPECT_EQ(read.error().code, c.code) << c.json;
    EXPECT_EQ(read.error().id, c.id) << c.json;
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(Decode, NamesTheDocumentOfAChangeThatIsLost) {
  const auto read = decode(message("textDocument/didChange", R"({"textDocument":{"uri":"u"}})"));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().uri, "u");
  EXPECT_THAT(read.error().message, HasSubstr("contentChanges"));
}

TEST(Decode, LetsOtherMessagesPass) {
  params_of<OtherParams>(message("$/progress", "[]"));
  params_of<OtherParams>(message("textDocument/willSave", "{}"));
  params_of<Response>(R"({"jsonrpc":"2.0","id":"corten-watch","result":null})");
  params_of<Response>(R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})");
}

}  // namespace
}  // namespace corten::lsp
