// The parsers and small parts of an update.
#include <gmock/gmock.h>

#include "advisory/internal/feed_state.h"
#include "advisory/internal/fetch.h"
#include "advisory/internal/modified_ids.h"
#include "advisory/internal/transport.h"
#include "advisory/internal/update_internal.h"
#include "advisory/support.h"
#include "base/text.h"

namespace corten::advisory::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Time kSince = *parse_time("2026-01-01T00:00:00Z");

std::vector<std::string> read_list(std::string_view text, std::size_t piece, std::string& outcome) {
  ModifiedIdReader reader(kSince);
  bool more = true;
  while (!text.empty() && more) {
    more = reader.feed(as_bytes(text.substr(0, piece)));
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (more) reader.finish();
  outcome = !reader.status()   ? name_of(reader.status().error().code)
            : reader.reached() ? "reached"
                               : "end";
  std::vector<std::string> ids;
  for (const ModifiedId& id : reader.ids()) ids.push_back(id.id);
  return ids;
}

struct ListCase {
  std::string_view text;
  std::vector<std::string> ids;
  std::string outcome;
};

TEST(ModifiedIds, AreReadUntilTheFirstOlderOne) {
  const std::vector<ListCase> cases = {
      {"", {}, "end"},
      {"2026-02-01T00:00:00Z,A\n", {"A"}, "end"},
      {"2026-02-01T00:00:00Z,A", {"A"}, "end"},
      {"2026-02-01T00:00:00.123Z,A\r\n2026-01-01T00:00:00Z,ALSA-2019:1\r\n\n",
       {"A", "ALSA-2019:1"},
       "end"},
      {"2026-02-01T00:00:00Z,A\n2025-12-31T23:59:59Z,B\nrubbish\n", {"A"}, "reached"},
      {"2026-02-01T00:00:00Z,A\nrubbish\n", {"A"}, "invalid-input"},
      {"2026-02-01T00:00:00Z,a/b\n", {}, "invalid-input"},
      {"2026-02-01T00:00:00Z,\n", {}, "invalid-input"},
      {"2026-02-01T00:00:00Z,..\n", {}, "invalid-input"},
      {"tomorrow,A\n", {}, "invalid-input"},
  };
  for (const ListCase& c : cases) {
    for (const std::size_t piece : {1U, 7U, 1000U}) {
      std::string outcome;
      EXPECT_EQ(read_list(c.text, piece, outcome), c.ids) << c.text;
      EXPECT_EQ(outcome, c.outcome) << c.text;
    }
  }
}

TEST(ModifiedIds, HaveLimits) {
  std::string outcome;
  read_list("2026-02-01T00:00:00Z," + std::string(kMaxIdLine, 'A'), 100, outcome);
  EXPECT_EQ(outcome, "limit-exceeded");
  EXPECT_FALSE(is_record_id(std::string(201, 'A')));
  EXPECT_FALSE(is_record_id(std::string_view("A\0B", 3)));
  EXPECT_FALSE(is_record_id("A B"));
  EXPECT_TRUE(is_record_id("x_RETIREJS-vue-3"));
}

TEST(FeedStateText, ComesBackAsItWas) {
  const FeedFiles files = {
      {"kev/x.json", {"https://x.test/y", "\"a b\"", "Fri, 02 Jan 2026 03:04:35 GMT", 7, kNow, ""}},
      {"osv/Rocky Linux/all.zip", {"file:///x%20y", "", "", 0, kNow, "2026-01-01T00:00:00Z"}},
  };
  EXPECT_EQ(parse_feed_state(format_feed_state(files)), files);
}

TEST(FeedStateText, ControlCharactersOfServersDoNotGetIn) {
  const FeedFiles files = {{"a", {"https://x", "\"\tb\"", "c\nd", 1, kNow, ""}}};
  const FeedFiles read = parse_feed_state(format_feed_state(files));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read.at("a").etag, "");
  EXPECT_EQ(read.at("a").last_modified, "");
}

TEST(FeedStateText, WhatIsNotUnderstoodIsForgotten) {
  const std::string good = "a\tu\te\tm\t1\t2026-01-01T00:00:00Z\t\n";
  EXPECT_EQ(parse_feed_state("corten feeds 1\n" + good).size(), 1U);
  for (const std::string& text :
       {std::string(), good, "corten feeds 2\n" + good,
        std::string("corten feeds 1\na\tu\te\tm\t-1\t2026-01-01T00:00:00Z\t\n"),
        std::string("corten feeds 1\na\tu\te\tm\t1\tnever\t\n"),
        std::string("corten feeds 1\na\tu\n"),
        std::string("corten feeds 1\n\tu\te\tm\t1\t2026-01-01T00:00:00Z\t\n"),
        "corten feeds 1\n" + std::string(kMaxStateBytes, 'x')}) {
    EXPECT_THAT(parse_feed_state(text), IsEmpty()) << text.substr(0, 80);
  }
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(parse_retry_after("0", kNow), milliseconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), milliseconds(120'000));
  EXPECT_EQ(parse_retry_after("99999999999", kNow), milliseconds(1'000'000'000));
  // RFC 9110, section 5.6.7 gives this date as its example.
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", *parse_time("1994-11-06T08:49:07Z")),
            milliseconds(30'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow), milliseconds(0));
  for (const char* text : {"", "-1", "soon", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT"}) {
    EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
  }
}

TEST(Urls, AreJoinedAndEncoded) {
  EXPECT_EQ(join_url("https://x/osv/", "/Rocky Linux/all.zip"),
            "https://x/osv/Rocky%20Linux/all.zip");
  EXPECT_EQ(join_url("https://x", "ALSA-2019:1#?%.json"), "https://x/ALSA-2019:1%23%3F%25.json");
  EXPECT_EQ(origin_of("https://x.test:8443/a/b"), "https://x.test:8443");
  EXPECT_EQ(origin_of("https://x.test"), "https://x.test");
  EXPECT_EQ(path_of_file_url("file:///a%20b/c%2"), std::filesystem::path("/a b/c%2"));
  EXPECT_EQ(path_of_file_url("file://localhost/a"), std::filesystem::path("/a"));
  EXPECT_EQ(path_of_file_url("file://host/a"), std::nullopt);
  EXPECT_EQ(path_of_file_url("https://x/a"), std::nullopt);
}

TEST(Urls, PathsOfUsersBecomeFileUrls) {
  EXPECT_EQ(feed_url("/srv/my feeds"), "file:///srv/my%20feeds");
  EXPECT_EQ(feed_url("feeds").value_or(""),
            "file://" + (std::filesystem::current_path() / "feeds").string());
  EXPECT_EQ(feed_url("http://127.0.0.1:1/x"), "http://127.0.0.1:1/x");
  for (const char* text : {"", "ftp://x/y", "file://host/x"}) {
    EXPECT_EQ(feed_url(text).error().code, ErrorCode::Usage) << text;
  }
}

TEST(AlpineIndex, NamesReleases) {
  EXPECT_THAT(
      releases_in_index(
          R"(<a href="../">..</a> <a href="v3.9/">v3.9/</a><a href="v3.10/">x</a><a href="edge/">e</a>
    <a href="license.txt">l</a><a href="last-update">u</a><a href="v3.9/">again</a><a href="v3./">x</a><a href="v3.x/">x</a>
    <a href="v3.9/../../../etc/">x</a><a href="https://x/v3.1/">x</a><a href=")"),
      ElementsAre("edge", "v3.10", "v3.9"));
  EXPECT_THAT(releases_in_index(""), IsEmpty());
}

TEST(EcosystemNames, AreFolderNames) {
  for (const char* name : {"npm", "Rocky Linux", "crates.io", "opam"})
    EXPECT_TRUE(is_ecosystem_name(name)) << name;
  for (const char* name : {"", ".", "..", ".git", "a/b", "Debian:12", "a\nb", "[EMPTY]"}) {
    EXPECT_FALSE(is_ecosystem_name(name)) << name;
  }
}

struct FileCase {
  std::string name;
  std::vector<std::string> headers;
  long status;
  std::string body;
};

TEST(FileRequests, AreAnsweredAsByAServer) {
  const auto folder = TempDir::create();
  const auto path = folder->path() / "a b";
  ASSERT_TRUE(write_file_atomically(path, "0123456789").has_value());
  const auto ask = [&](const std::string& url, const std::vector<std::string>& headers,
                       std::string& body) {
    HttpRequest request;
    request.url = url;
    request.headers = headers;
    return request_file(request, [&](Bytes bytes) {
      body += as_text(bytes);
      return true;
    });
  };
  const std::string url = *feed_url(path.string());
  std::string body;
  const auto first = ask(url, {}, body);
  ASSERT_TRUE(first.has_value());
  const std::string etag = first->headers.at("etag");
  const std::vector<FileCase> cases = {
      {"Whole", {}, 200, "0123456789"},
      {"Known", {"If-None-Match: " + etag}, 304, ""},
      {"Rest", {"range: bytes=8-"}, 206, "89"},
      {"Part", {"Range: bytes=2-3"}, 206, "23"},
      {"MoreThanThereIs", {"Range: bytes=5-99999999999"}, 206, "56789"},
      {"SameFile", {"Range: bytes=8-", "If-Range: " + etag}, 206, "89"},
      {"OtherFile", {"Range: bytes=8-", "If-Range: \"other\""}, 200, "0123456789"},
      {"BehindTheEnd", {"Range: bytes=10-"}, 416, ""},
      {"Backwards", {"Range: bytes=5-2"}, 206, ""},
      {"NotUnderstood", {"Range: lines=1-2"}, 200, "0123456789"},
  };
  for (const FileCase& c : cases) {
    body.clear();
    const auto response = ask(url, c.headers, body);
    ASSERT_TRUE(response.has_value()) << c.name;
    EXPECT_EQ(response->status, c.status) << c.name;
    EXPECT_EQ(body, c.body) << c.name;
  }
  EXPECT_EQ(ask(*feed_url((folder->path() / "absent").string()), {}, body)->status, 404);
  EXPECT_EQ(ask(*feed_url(folder->path().string()), {}, body)->status, 404);
}

}  // namespace
}  // namespace corten::advisory::testing
