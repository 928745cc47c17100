// A session without threads, and with a rule of the test's own: each "bad" is a finding.
#include "lsp/session.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>

#include <nlohmann/json.hpp>

namespace corten::lsp {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

Result<lint::FileFacts> find_bad(const lint::FileToLint& file) {
  lint::FileFacts facts;
  std::uint32_t line = 1;
  std::size_t start = 0;
  for (std::size_t at = 0; at < file.content.size(); ++at) {
    if (file.content[at] == '\n') {
      ++line;
      start = at + 1;
    }
    if (!file.content.substr(at).starts_with("bad")) continue;
    Finding finding;
    finding.id = "T1";
    finding.severity = Severity::High;
    finding.title = "a bad word";
    finding.evidence = "as in line 1";
    finding.location = Location{.path = std::string(file.path),
                                .line = line,
                                .column = static_cast<std::uint32_t>(at - start + 1)};
    facts.findings.push_back(std::move(finding));
  }
  return facts;
}

class SessionTest : public testing::Test {
 protected:
  ServerOptions make_options() {
    ServerOptions out;
    out.folder = "/start";
    out.configure = [this](const std::string& folder) -> Result<lint::LintRequest> {
      folders.push_back(folder);
      if (!mistake.empty()) return fail(ErrorCode::Usage, mistake);
      lint::LintRequest request;
      request.shellcheck = lint::RunShellcheck::No;
      request.findings_of = [this](const lint::FileToLint& file, const lint::RuleOptions&) {
        ++runs;
        if (const auto event = std::exchange(during_run, {})) event();
        return find_bad(file);
      };
      return request;
    };
    return out;
  }

  void receive(const Json& message) {
    Json whole = message;
    whole["jsonrpc"] = "2.0";
    session.receive(Frame{Frame::Kind::Message, whole.dump()});
  }
  void notify(const char* method, const Json& params) {
    receive({{"method", method}, {"params", params}});
  }
  void start(const Json& capabilities = Json::object()) {
    receive({{"id", 0},
             {"method", "initialize"},
             {"params", {{"capabilities", capabilities}, {"rootUri", "file:///no/such/place"}}}});
    sent.clear();
  }
  void open(const char* uri, const char* text, int version = 1) {
    notify("textDocument/didOpen",
           {{"textDocument",
             {{"uri", uri}, {"languageId", "dockerfile"}, {"version", version}, {"text", text}}}});
  }
  void change(const char* uri, const char* text, int version) {
    notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", version}}},
                                      {"contentChanges", {{{"text", text}}}}});
  }
  // What was published: "URI VERSION COUNT".
  [[nodiscard]] std::vector<std::string> published() const {
    std::vector<std::string> out;
    for (const Json& message : sent) {
      if (message.value("method", "") != "textDocument/publishDiagnostics") continue;
      const Json& params = message["params"];
      out.push_back(fmt::format("{} {} {}", params["uri"].get<std::string>(),
                                params.value("version", -1), params["diagnostics"].size()));
    }
    return out;
  }

  std::vector<std::string> folders;
  std::string mistake;
  int runs = 0;
  std::function<void()> during_run;  // what the client says in the middle of the next run
  std::vector<Json> sent;
  WorkQueue queue;
  const ServerOptions options = make_options();
  Session session{options, queue,
                  [this](const std::string& json) { sent.push_back(Json::parse(json)); }};
};

TEST_F(SessionTest, PublishesTheNewestVersionOnly) {
  start();
  open("untitled:a", "bad\n");
  change("untitled:a", "bad bad\n", 2);
  change("untitled:a", "bad bad bad\n", 3);
  queue.run_all();
  EXPECT_THAT(published(), ElementsAre("untitled:a 3 3"));
  EXPECT_EQ(runs, 1);
}

TEST_F(SessionTest, DropsWhatWasFoundInATextThatHasChangedMeanwhile) {
  start();
  open("untitled:a", "bad\n");
  during_run = [this] { change("untitled:a", "bad bad\n", 2); };
  queue.run_all();
  EXPECT_THAT(published(), ElementsAre("untitled:a 2 2"));
  EXPECT_EQ(runs, 2);
}

TEST_F(SessionTest, AppliesChangesOneAfterTheOther) {
  const auto piece = [](int line, int from, int to, const char* text) {
    return Json{{"range",
                 {{"start", {{"line", line}, {"character", from}}},
                  {"end", {{"line", line}, {"character", to}}}}},
                {"text", text}};
  };
  start();
  open("untitled:a", "one\ntwo\nsix\n");
  notify("textDocument/didChange",
         {{"textDocument", {{"uri", "untitled:a"}, {"version", 2}}},
          {"contentChanges",
           // From the end to the beginning, at one place twice, and then behind it all.
           {piece(2, 0, 3, "bad"), piece(1, 3, 3, " bad"), piece(1, 3, 3, "\nbad"),
            piece(0, 0, 0, "bad "), piece(0, 4, 7, "fine\n"), piece(4, 0, 3, "bad bad")}}});
  queue.run_all();
  // bad fine | (empty) | two | bad bad | bad bad -> line 4 was "bad bad", its first word replaced
  std::vector<std::string> places;
  for (const Json& diagnostic : sent.back()["params"]["diagnostics"]) {
    const Json& at = diagnostic["range"]["start"];
    places.push_back(fmt::format("{}:{}", at["line"].get<int>(), at["character"].get<int>()));
  }
  EXPECT_THAT(places, ElementsAre("0:0", "3:0", "3:4", "4:0", "4:4"));
}

TEST_F(SessionTest, GivesUpOnFarTooManyChanges) {
  start();
  open("untitled:a", std::string(8 << 20, 'x').c_str());
  Json changes = Json::array();
  for (int i = 0; i < 1000; ++i) {
    changes.push_back({{"range",
                        {{"start", {{"line", 0}, {"character", 8'000'000 + i}}},
                         {"end", {{"line", 0}, {"character", 8'000'001 + i}}}}},
                       {"text", "y"}});
  }
  notify("textDocument/didChange",
         {{"textDocument", {{"uri", "untitled:a"}, {"version", 2}}}, {"contentChanges", changes}});
  EXPECT_EQ(sent.front()["method"], "window/showMessage");
  EXPECT_THAT(published(), ElementsAre("untitled:a -1 0"));
}

TEST_F(SessionTest, SaysNothingOfADocumentThatWasClosed) {
  start();
  open("untitled:a", "bad\n");
  notify("textDocument/didClose", {{"textDocument", {{"uri", "untitled:a"}}}});
  queue.run_all();
  EXPECT_THAT(published(), ElementsAre("untitled:a -1 0"));
  notify("textDocument/didClose", {{"textDocument", {{"uri", "untitled:a"}}}});
  EXPECT_EQ(published().size(), 1U);
}

TEST_F(SessionTest, KeepsNothingOfDocumentsThatWereClosed) {
  start();
  const auto in_use = [] {
    const auto memory = ::mallinfo2();  // all zero under sanitizers
    return memory.uordblks + memory.hblkhd;
  };
  const std::string text(1 << 20, 'x');
  const std::size_t before = in_use();
  for (int i = 0; i < 32; ++i) {
    const std::string uri = fmt::format("untitled:{}", i);
    open(uri.c_str(), text.c_str());
    queue.run_all();
    // Asked for while it is open, and answered when it is not.
    receive({{"id", i},
             {"method", "textDocument/diagnostic"},
             {"params", {{"textDocument", {{"uri", uri}}}}}});
    notify("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
    queue.run_all();
  }
  EXPECT_EQ(runs, 32);
  EXPECT_LT(in_use(), before + 8 * text.size());
}

TEST_F(SessionTest, RequestsSeeTheTextThatWasThereWhenTheyCame) {
  start();
  open("untitled:a", "bad\n");
  receive({{"id", 1},
           {"method", "textDocument/diagnostic"},
           {"params", {{"textDocument", {{"uri", "untitled:a"}}}}}});
  change("untitled:a", "fine\n", 2);
  queue.run_all();
  EXPECT_EQ(sent.front()["id"], 1);
  EXPECT_EQ(sent.front()["result"]["items"].size(), 1U);
  EXPECT_THAT(published(), ElementsAre("untitled:a 2 0"));
}

TEST_F(SessionTest, LintsOnceForAllThatAsk) {
  start();
  open("untitled:a", "bad\n");
  for (int id = 1; id <= 3; ++id) {
    receive({{"id", id},
             {"method", "textDocument/hover"},
             {"params",
              {{"textDocument", {{"uri", "untitled:a"}}},
               {"position", {{"line", 0}, {"character", 1}}}}}});
  }
  queue.run_all();
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(sent.front()["result"]["contents"]["value"].get<std::string>(), HasSubstr("T1"));
}

TEST_F(SessionTest, CancelsWhatWaits) {
  start();
  open("untitled:a", "bad\n");
  receive({{"id", "x"},
           {"method", "textDocument/diagnostic"},
           {"params", {{"textDocument", {{"uri", "untitled:a"}}}}}});
  notify("$/cancelRequest", {{"id", "x"}});
  queue.run_all();
  EXPECT_EQ(sent.front()["error"]["code"], -32800);
  EXPECT_EQ(sent.size(), 2U);
}

TEST_F(SessionTest, FinishesWhatWaitsBeforeItShutsDown) {
  start();
  open("untitled:a", "bad\n");
  receive({{"id", 1}, {"method", "shutdown"}});
  queue.run_all();
  EXPECT_EQ(published().size(), 1U);
  receive({{"id", 2}, {"method", "shutdown"}});
  EXPECT_EQ(sent.back()["error"]["code"], -32600);
  EXPECT_FALSE(session.is_over());
  notify("exit", nullptr);
  EXPECT_TRUE(session.is_over() && session.was_shut_down());
}

TEST_F(SessionTest, TellsAMistakeInTheConfigurationOnce) {
  start();
  mistake = "corten.yaml:1: no such key";
  open("untitled:a", "bad\n");
  open("untitled:b", "bad\n");
  queue.run_all();
  EXPECT_EQ(std::ranges::count_if(sent,
                                  [](const Json& message) {
                                    return message.value("method", "") == "window/showMessage";
                                  }),
            1);
  EXPECT_THAT(published(), ElementsAre("untitled:a 1 0", "untitled:b 1 0"));
  mistake.clear();
  notify("workspace/didChangeConfiguration", {{"settings", nullptr}});
  queue.run_all();
  EXPECT_EQ(published().back(), "untitled:b 1 1");
}

TEST_F(SessionTest, LooksInTheInnermostFolder) {
  start();
  notify("workspace/didChangeWorkspaceFolders",
         {{"event", {{"added", {{{"uri", "file:///no/such/place/in"}}, {{"uri", "x:y"}}}}}}});
  for (const char* uri : {"file:///no/such/place/in/f", "file:///no/such/place/f",
                          "file:///no/such/placebo/f", "untitled:f"}) {
    open(uri, "x\n");
    queue.run_all();
  }
  EXPECT_THAT(folders, ElementsAre("/no/such/place/in", "/no/such/place", "/no/such/place",
                                   "/no/such/place"));
}

TEST_F(SessionTest, LeavesOutWhatIsTooLarge) {
  start();
  open("untitled:a", std::string(lint::kMaxLintFileBytes + 1, 'x').c_str());
  queue.run_all();
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(sent.front()["method"], "window/showMessage");
  for (std::size_t i = 0; i <= kMaxOpenDocuments; ++i) {
    open(fmt::format("untitled:{}", i).c_str(), "");
  }
  EXPECT_THAT(sent.back()["params"]["message"].get<std::string>(), HasSubstr("4096"));
}

TEST_F(SessionTest, EvidenceLeadsToTheLineThatItSpeaksOf) {
  start();
  open("untitled:a", "FROM x\nbad\n");
  queue.run_all();
  const Json& diagnostic = sent.back()["params"]["diagnostics"][0];
  EXPECT_EQ(diagnostic["severity"], 1);
  EXPECT_EQ(diagnostic["message"], "a bad word: as in line 1");
  EXPECT_EQ(diagnostic["relatedInformation"][0]["location"]["range"]["end"]["character"], 6);
}

}  // namespace
}  // namespace corten::lsp
