#include "advisory/update.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include "advisory/fake_server.h"
#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kTree = "https://feeds.test/tree";
const std::string kNpm = kTree + "/osv/npm/";
const std::string kKev = kTree + "/kev/known_exploited_vulnerabilities.json";

std::string npm_record(const std::string& id, const std::string& name, const std::string& modified,
                       const std::string& more = "") {
  return R"({"id":")" + id + R"(","modified":")" + modified + R"(",)" + more +
         R"("affected":[{"package":{"ecosystem":"npm","name":")" + name +
         R"("},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]})";
}

struct NpmRecord {
  std::string id;
  std::string name;
  std::string modified;
  std::string more = {};
};

// The files of an OSV bucket for npm.
void publish_export(FakeServer& server, const std::vector<NpmRecord>& records,
                    const std::string& base = kNpm) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const NpmRecord& r : records)
    members.emplace_back(r.id + ".json", npm_record(r.id, r.name, r.modified, r.more));
  server.put(base + "all.zip", zip_of(members));
}
void publish_list(FakeServer& server, std::vector<NpmRecord> records) {
  std::ranges::sort(records, std::ranges::greater(), &NpmRecord::modified);
  std::string list;
  for (const NpmRecord& r : records) list += r.modified + "," + r.id + "\n";
  server.put(kNpm + "modified_id.csv", list);
}
void publish_singles(FakeServer& server, const std::vector<NpmRecord>& records) {
  for (const NpmRecord& r : records)
    server.put(kNpm + r.id + ".json", npm_record(r.id, r.name, r.modified, r.more));
}

std::vector<NpmRecord> many_records(int count) {
  std::vector<NpmRecord> records;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(1000 + i);
    records.push_back({"GHSA-" + number, "pkg-" + number, "2025-01-01T00:00:00Z"});
  }
  return records;
}

std::string kev_of(const std::string& id) {
  return R"({"vulnerabilities":[{"cveID":")" + id + R"(","dueDate":"2024-01-01"}]})";
}

class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() : folder_(std::move(*TempDir::create("corten-update-test"))) {
    records_ = many_records(200);
    publish_export(server_, records_);
    publish_list(server_, records_);
    server_.put(kKev, kev_of("CVE-2024-0001"));
    options_.feeds = {{"all", kTree},   {"debian", "off"},     {"alpine", "off"},
                      {"wolfi", "off"}, {"chainguard", "off"}, {"epss", "off"}};
    options_.ecosystems = {"npm"};
    options_.transport = server_.transport();
    options_.clock = [this] { return now_; };
    options_.sleep = [this](milliseconds time) { waits_.push_back(time); };
  }

  UpdateReport update() {
    server_.forget_requests();
    waits_.clear();
    auto report = update_database(folder_.path(), options_);
    EXPECT_TRUE(report.has_value()) << (report ? "" : describe(report.error()));
    return report ? *std::move(report) : UpdateReport{};
  }
  [[nodiscard]] std::vector<std::string> npm(const std::string& name) const {
    const auto database = Database::open(folder_.path());
    if (!database) return {"no database"};
    const auto matches =
        database->match(std::vector<package::Package>{package_of(Type::Npm, name, "1.0.0")}, {});
    return matches ? ids_of(*matches) : std::vector<std::string>{"no match"};
  }
  static FeedUpdate of(const UpdateReport& report, std::string_view id) {
    const auto at = std::ranges::find(report.feeds, id, &FeedUpdate::id);
    EXPECT_NE(at, report.feeds.end()) << id;
    return at == report.feeds.end() ? FeedUpdate{} : *at;
  }
  [[nodiscard]] std::string database_bytes() const {
    return read_file(folder_.path() / kFileName).value_or("");
  }

  TempDir folder_;
  FakeServer server_;
  std::vector<NpmRecord> records_;
  UpdateOptions options_;
  Time now_ = kNow;
  std::vector<milliseconds> waits_;
};

TEST_F(UpdateTest, FirstUpdateFetchesAndBuilds) {
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(of(report, "osv:npm").outcome, FeedOutcome::Fetched);
  EXPECT_EQ(of(report, "kev").outcome, FeedOutcome::Fetched);
  EXPECT_EQ(report.info.vulnerabilities, 200U);
  EXPECT_THAT(npm("pkg-1007"), ElementsAre("GHSA-1007"));
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(UpdateTest, UpdateWithoutChangesReceivesNoBodies) {
  update();
  now_ += std::chrono::hours(24);
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(server_.sent(), 0U);
  EXPECT_EQ(server_.requests().size(), 2U);
  for (const FeedUpdate& feed : report.feeds) EXPECT_EQ(feed.outcome, FeedOutcome::Unchanged);
  EXPECT_EQ(report.info.built, now_);
  for (const FeedInfo& feed : report.info.feeds) EXPECT_EQ(feed.fetched, now_);
}

TEST_F(UpdateTest, FewChangesAreFetchedAsSingleRecords) {
  update();
  records_[0] = {"GHSA-1000", "renamed", "2025-02-01T00:00:00Z"};
  records_[1].modified = "2025-02-01T00:00:01Z";
  records_[1].more = R"("withdrawn":"2025-02-01T00:00:01Z",)";
  records_.push_back({"GHSA-new", "brand-new", "2025-02-02T00:00:00.123456Z"});
  publish_list(server_, records_);
  publish_singles(server_, {records_[0], records_[1], records_.back()});
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(of(report, "osv:npm").records, 3U);
  EXPECT_THAT(server_.urls_sent(), Not(Contains(kNpm + "all.zip")));
  EXPECT_THAT(npm("renamed"), ElementsAre("GHSA-1000"));
  EXPECT_THAT(npm("pkg-1000"), IsEmpty());
  EXPECT_THAT(npm("pkg-1001"), IsEmpty());
  EXPECT_THAT(npm("brand-new"), ElementsAre("GHSA-new"));
  EXPECT_THAT(npm("pkg-1002"), ElementsAre("GHSA-1002"));
  const UpdateReport third = update();
  EXPECT_EQ(server_.sent(), 0U);
  EXPECT_THAT(npm("renamed"), ElementsAre("GHSA-1000"));
}

TEST_F(UpdateTest, OnlyTheHeadOfTheListIsRead) {
  records_ = many_records(1500);
  for (NpmRecord& record : records_) record.modified = "2024-06-01T00:00:00Z";
  records_[0].modified = "2025-01-01T00:00:00Z";
  publish_export(server_, records_);
  publish_list(server_, records_);
  update();
  records_.push_back({"GHSA-new", "brand-new", "2025-02-02T00:00:00Z"});
  publish_list(server_, records_);
  publish_singles(server_, {records_.back()});
  for (const bool ranges : {true, false}) {
    server_.knows_ranges = ranges;
    update();
    EXPECT_LT(server_.sent(), 8'000U) << ranges;
    EXPECT_THAT(npm("brand-new"), ElementsAre("GHSA-new"));
    publish_list(server_, records_);  // a new version with the same content
  }
}

TEST_F(UpdateTest, ListThatGoesBeyondItsHeadIsReadOn) {
  records_ = many_records(4000);  // all of one time: 120 KB of lines as new as the newest
  publish_export(server_, records_);
  publish_list(server_, records_);
  EXPECT_TRUE(update().whole());
  records_[3999] = {records_[3999].id, "renamed", "2025-01-01T00:00:01Z"};
  publish_list(server_, records_);
  publish_singles(server_, {records_[3999]});
  EXPECT_EQ(of(update(), "osv:npm").records, 1U);
  EXPECT_THAT(npm("renamed"), ElementsAre("GHSA-4999"));
}

TEST_F(UpdateTest, ManyChangesAreFetchedAsOneExport) {
  update();
  for (std::size_t i = 0; i < 60; ++i)
    records_[i] = {records_[i].id, "renamed", "2025-02-01T00:00:00Z"};
  publish_list(server_, records_);
  publish_singles(server_, records_);
  publish_export(server_, records_);
  const UpdateReport report = update();
  EXPECT_EQ(of(report, "osv:npm").records, 0U);
  const auto urls = server_.urls_sent();
  EXPECT_EQ(std::ranges::count(urls, kNpm + "all.zip"), 1);
  EXPECT_EQ(std::ranges::count(urls, kNpm + "GHSA-1000.json"), 0);
  EXPECT_EQ(npm("renamed").size(), 60U);
}

TEST_F(UpdateTest, NewExportReplacesSingleRecords) {
  update();
  records_[0] = {"GHSA-1000", "renamed", "2025-02-01T00:00:00Z"};
  publish_list(server_, records_);
  publish_singles(server_, {records_[0]});
  update();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "feeds/osv/npm/records/GHSA-1000.json"));
  records_[0] = {"GHSA-1000", "again", "2025-03-01T00:00:00Z"};
  records_.erase(records_.begin() + 5);  // gone without being withdrawn
  publish_list(server_, records_);
  publish_export(server_, records_);
  now_ += std::chrono::hours(24 * 15);
  const UpdateReport report = update();
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "feeds/osv/npm/records"));
  EXPECT_EQ(report.info.vulnerabilities, 199U);
  EXPECT_THAT(npm("again"), ElementsAre("GHSA-1000"));
  EXPECT_THAT(npm("renamed"), IsEmpty());
}

TEST_F(UpdateTest, RecordThatCannotBeHadBringsTheExport) {
  update();
  records_[0] = {"GHSA-1000", "renamed", "2025-02-01T00:00:00Z"};
  publish_list(server_, records_);
  publish_export(server_, records_);
  EXPECT_TRUE(update().whole());
  EXPECT_THAT(npm("renamed"), ElementsAre("GHSA-1000"));
}

TEST_F(UpdateTest, RecordThatIsNowhereIsNoted) {
  update();
  records_[0].modified = "2025-02-01T00:00:00Z";
  publish_list(server_, records_);
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("GHSA-1000 is listed, but not to be had")));
  EXPECT_THAT(npm("pkg-1000"), ElementsAre("GHSA-1000"));
}

TEST_F(UpdateTest, BucketWithoutListGivesWholeExports) {
  server_.remove(kNpm + "modified_id.csv");
  EXPECT_TRUE(update().whole());
  EXPECT_TRUE(update().whole());
  records_[0].name = "renamed";
  publish_export(server_, records_);
  EXPECT_EQ(of(update(), "osv:npm").outcome, FeedOutcome::Fetched);
  EXPECT_THAT(npm("renamed"), ElementsAre("GHSA-1000"));
}

struct HostileList {
  std::string name;
  std::string content;
};

TEST_F(UpdateTest, HostileListIsNotUsed) {
  for (const HostileList& list : std::vector<HostileList>{
           {"PathAsId", "2030-01-01T00:00:00Z,../../../../etc/passwd\n"},
           {"HiddenFile", "2030-01-01T00:00:00Z,.bashrc\n"},
           {"NoTime", "GHSA-1000\n"},
           {"Page", "<html><body>not found</body></html>\n"},
           {"EndlessLine", std::string(100'000, 'x')},
       }) {
    SCOPED_TRACE(list.name);
    server_.put(kNpm + "modified_id.csv", list.content);
    const UpdateReport report = update();
    EXPECT_TRUE(report.whole());
    EXPECT_THAT(report.notes, ElementsAre(HasSubstr("only whole exports are used")));
    EXPECT_EQ(report.info.vulnerabilities, 200U);
  }
}

TEST_F(UpdateTest, RecordOfAnotherIdIsRefused) {
  update();
  records_[0].modified = "2025-02-01T00:00:00Z";
  publish_list(server_, records_);
  server_.put(kNpm + "GHSA-1000.json", npm_record("GHSA-1001", "evil", "2025-02-01T00:00:00Z"));
  const UpdateReport report = update();
  EXPECT_EQ(of(report, "osv:npm").outcome, FeedOutcome::Failed);
  EXPECT_THAT(describe(of(report, "osv:npm").error), HasSubstr("not the record"));
  EXPECT_THAT(npm("evil"), IsEmpty());
  EXPECT_THAT(npm("pkg-1000"), ElementsAre("GHSA-1000"));
}

TEST_F(UpdateTest, BrokenDownloadIsGoneOnWith) {
  server_.fault(kNpm + "all.zip", {Fault::Kind::Cut, 0, "", 5000});
  server_.fault(kNpm + "all.zip", {Fault::Kind::Cut, 0, "", 3000});
  EXPECT_TRUE(update().whole());
  std::vector<std::string> ranges;
  std::size_t sent = 0;
  for (const auto& request : server_.requests()) {
    if (request.url != kNpm + "all.zip") continue;
    ranges.push_back(request.range);
    sent += request.sent;
  }
  EXPECT_THAT(ranges, ElementsAre("", "bytes=5000-", "bytes=8000-"));
  EXPECT_EQ(sent, std::filesystem::file_size(folder_.path() / "feeds/osv/npm/all.zip"));
  EXPECT_THAT(waits_, ElementsAre(milliseconds(1000), milliseconds(1000)));
}

TEST_F(UpdateTest, BrokenDownloadIsGoneOnWithByTheNextUpdate) {
  server_.fault(kNpm + "all.zip", {Fault::Kind::Cut, 0, "", 5000});
  for (int i = 0; i < 10; ++i) server_.fault(kNpm + "all.zip", {Fault::Kind::Status, 503});
  const UpdateReport first = update();
  EXPECT_EQ(of(first, "osv:npm").outcome, FeedOutcome::Failed);
  EXPECT_TRUE(first.built);
  FakeServer fresh;
  publish_export(fresh, records_);
  publish_list(fresh, records_);
  fresh.put(kKev, kev_of("CVE-2024-0001"));
  options_.transport = fresh.transport();
  EXPECT_TRUE(update().whole());
  EXPECT_EQ(fresh.requests()[0].range, "bytes=5000-");
  EXPECT_EQ(fresh.requests()[0].if_range, "\"v1\"");
  EXPECT_THAT(npm("pkg-1007"), ElementsAre("GHSA-1007"));
}

TEST_F(UpdateTest, FileThatChangedMeanwhileIsFetchedAnew) {
  options_.sleep = [&](milliseconds) { publish_export(server_, many_records(150)); };
  server_.fault(kNpm + "all.zip", {Fault::Kind::Cut, 0, "", 5000});
  server_.remove(kNpm + "modified_id.csv");
  const UpdateReport report = update();
  EXPECT_EQ(report.info.vulnerabilities, 150U);
}

TEST_F(UpdateTest, WeakTagIsNoReasonToGoOn) {
  server_.weak_tags = true;
  server_.fault(kNpm + "all.zip", {Fault::Kind::Cut, 0, "", 5000});
  EXPECT_TRUE(update().whole());
  for (const auto& request : server_.requests()) EXPECT_THAT(request.if_range, IsEmpty());
  update();
  EXPECT_EQ(server_.sent(), 0U);
}

TEST_F(UpdateTest, FailuresAreTriedAgainWithGrowingWaits) {
  server_.fault(kKev, {Fault::Kind::Status, 500});
  server_.fault(kKev, {Fault::Kind::NoAnswer});
  server_.fault(kKev, {Fault::Kind::Status, 429, "7"});
  EXPECT_TRUE(update().whole());
  EXPECT_THAT(waits_, ElementsAre(milliseconds(1000), milliseconds(2000), milliseconds(7000)));
}

TEST_F(UpdateTest, RetryAfterDateIsHonoured) {
  server_.fault(kKev, {Fault::Kind::Status, 503, "Fri, 02 Jan 2026 03:04:35 GMT"});
  EXPECT_TRUE(update().whole());
  EXPECT_THAT(waits_, ElementsAre(milliseconds(30'000)));
}

TEST_F(UpdateTest, RefusalIsNotTriedAgain) {
  server_.fault(kKev, {Fault::Kind::Status, 403});
  const UpdateReport report = update();
  EXPECT_EQ(of(report, "kev").error.code, ErrorCode::PermissionDenied);
  EXPECT_THAT(waits_, IsEmpty());
  EXPECT_FALSE(report.whole());
  EXPECT_TRUE(report.built);
}

TEST_F(UpdateTest, ServerThatAsksForTooMuchPatienceIsLeftForTheMirror) {
  const std::string mirror = "https://mirror.test";
  server_.put(mirror + "/kev/known_exploited_vulnerabilities.json", kev_of("CVE-2024-0002"));
  options_.mirrors = {"https://empty.test/", mirror};
  server_.fault(kKev, {Fault::Kind::Status, 429, "3600"});
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(UpdateTest, TriesEnd) {
  for (int i = 0; i < 20; ++i) server_.fault(kKev, {Fault::Kind::Status, 503});
  EXPECT_EQ(of(update(), "kev").outcome, FeedOutcome::Failed);
  EXPECT_EQ(waits_.size(), 4U);
}

TEST_F(UpdateTest, GarbledExportIsFetchedAgain) {
  server_.fault(kNpm + "all.zip", {Fault::Kind::Garble});
  EXPECT_TRUE(update().whole());
  EXPECT_EQ(waits_.size(), 1U);
}

TEST_F(UpdateTest, TruncatedExportNeverReplacesTheGoodOne) {
  update();
  const std::string path = (folder_.path() / "feeds/osv/npm/all.zip").string();
  const std::string good = *read_file(path);
  server_.put(kNpm + "all.zip", good.substr(0, good.size() / 2));
  now_ += std::chrono::hours(24 * 20);
  const UpdateReport report = update();
  const FeedUpdate npm_update = of(report, "osv:npm");
  EXPECT_EQ(npm_update.outcome, FeedOutcome::Failed);
  EXPECT_EQ(npm_update.error.code, ErrorCode::InvalidInput);
  EXPECT_TRUE(npm_update.has_copy);
  EXPECT_EQ(npm_update.checked, kNow);
  EXPECT_EQ(*read_file(path), good);
  EXPECT_TRUE(report.built);
  EXPECT_THAT(npm("pkg-1007"), ElementsAre("GHSA-1007"));
  for (const FeedInfo& feed : report.info.feeds)
    EXPECT_EQ(feed.fetched, feed.id == "kev" ? now_ : kNow);
}

TEST_F(UpdateTest, PagesInsteadOfFeedsAreRefused) {
  update();
  for (const std::string& content :
       {std::string("<html>maintenance</html>"), std::string("{}"), std::string("[]"),
        std::string(R"({"vulnerabilities":[]})"), std::string()}) {
    SCOPED_TRACE(content);
    server_.put(kKev, content);
    const UpdateReport report = update();
    EXPECT_EQ(of(report, "kev").outcome, FeedOutcome::Failed);
    EXPECT_TRUE(report.built);
  }
}

TEST_F(UpdateTest, DamagedFileOnDiskIsFetchedAgain) {
  update();
  EXPECT_TRUE(
      write_file_atomically(folder_.path() / "feeds/kev/known_exploited_vulnerabilities.json", "x")
          .has_value());
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(of(report, "kev").outcome, FeedOutcome::Fetched);
}

TEST_F(UpdateTest, LostMemoryCostsADownloadAndNothingElse) {
  update();
  EXPECT_TRUE(
      write_file_atomically(folder_.path() / "feeds/state", "\xff\xfe rubbish").has_value());
  EXPECT_TRUE(update().whole());
  EXPECT_THAT(server_.urls_sent(), Contains(kNpm + "all.zip"));
  update();
  EXPECT_EQ(server_.sent(), 0U);
}

TEST_F(UpdateTest, DeadServerLeavesTheDatabase) {
  update();
  const std::string before = database_bytes();
  server_.kill("https://");
  const UpdateReport report = update();
  EXPECT_FALSE(report.built);
  EXPECT_FALSE(report.whole());
  EXPECT_EQ(report.not_built.code, ErrorCode::Unavailable);
  EXPECT_EQ(database_bytes(), before);
  // Patience with the server once, not once a feed.
  EXPECT_EQ(server_.requests().size(), 5U);
  server_.revive();
  EXPECT_TRUE(update().whole());
}

TEST_F(UpdateTest, NewDatabaseNeverLacksAFeedOfTheOldOne) {
  update();
  const std::string before = database_bytes();
  std::filesystem::remove_all(folder_.path() / "feeds");
  server_.remove(kNpm + "all.zip");
  const UpdateReport report = update();
  EXPECT_FALSE(report.built);
  EXPECT_THAT(report.not_built.message, HasSubstr("would lack osv:npm"));
  EXPECT_EQ(database_bytes(), before);
}

TEST_F(UpdateTest, MirrorServesEverythingWhenThePlaceIsDead) {
  const std::string mirror = "https://mirror.test/corten";
  publish_export(server_, records_, mirror + "/osv/npm/");
  server_.put(mirror + "/kev/known_exploited_vulnerabilities.json", kev_of("CVE-2024-0002"));
  server_.kill(kTree);
  options_.mirrors = {mirror};
  EXPECT_TRUE(update().whole());
  EXPECT_THAT(npm("pkg-1007"), ElementsAre("GHSA-1007"));
}

TEST_F(UpdateTest, ServersListSaysWhichEcosystemsThereAre) {
  options_.ecosystems.clear();
  server_.put(kTree + "/osv/ecosystems.txt", "npm\r\nDebian:12\n../evil\n\n");
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.feeds.size(), 2U);
  server_.put(kTree + "/osv/ecosystems.txt", "npm\nnpx\n");
  EXPECT_EQ(of(update(), "osv:npx").outcome, FeedOutcome::Failed);
}

TEST_F(UpdateTest, WithoutListKnownEcosystemsAreTried) {
  options_.ecosystems.clear();
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("it has no AlmaLinux, ")));
  EXPECT_EQ(report.feeds.size(), 2U);
}

TEST_F(UpdateTest, NamedEcosystemThatIsMissingIsAFailure) {
  options_.ecosystems = {"npm", "Rocky Linux"};
  const UpdateReport report = update();
  EXPECT_EQ(of(report, "osv:Rocky Linux").error.code, ErrorCode::NotFound);
  EXPECT_THAT(of(report, "osv:Rocky Linux").error.message, HasSubstr("/Rocky%20Linux/all.zip"));
  EXPECT_FALSE(report.whole());
  EXPECT_TRUE(report.built);
}

TEST_F(UpdateTest, AlpineReleasesComeFromTheIndex) {
  const std::string alpine = kTree + "/alpine/";
  server_.put(alpine, R"(<a href="../">up</a><a href="v3.19/">v3.19/</a><a href="v3.2/">old</a>)");
  const std::string repository =
      R"({"packages":[{"pkg":{"name":"zlib","secfixes":{"1.2.12-r0":["CVE-2022-37434"]}}}]})";
  server_.put(alpine + "v3.19/main.json", repository);
  server_.put(alpine + "v3.19/community.json", R"({"packages":[]})");
  server_.put(alpine + "v3.2/main.json", repository);  // which has no community repository
  options_.feeds.erase("alpine");
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(of(report, "alpine").outcome, FeedOutcome::Fetched);
  server_.remove(alpine + "v3.19/main.json");
  EXPECT_EQ(of(update(), "alpine").outcome, FeedOutcome::Failed);
}

TEST_F(UpdateTest, WrongOptionsAreUsageErrors) {
  const auto code = [&](auto change) {
    UpdateOptions options = options_;
    change(options);
    const auto report = update_database(folder_.path(), options);
    return report ? std::string("fine") : std::string(name_of(report.error().code));
  };
  const std::string usage = name_of(ErrorCode::Usage);
  EXPECT_EQ(code([](UpdateOptions& o) { o.feeds["debain"] = "off"; }), usage);
  EXPECT_EQ(code([](UpdateOptions& o) { o.feeds["debian"] = "ftp://x"; }), usage);
  EXPECT_EQ(code([](UpdateOptions& o) { o.mirrors = {"gopher://x"}; }), usage);
  EXPECT_EQ(code([](UpdateOptions& o) { o.ecosystems = {"../npm"}; }), usage);
  EXPECT_EQ(code([](UpdateOptions& o) { o.feeds = {{"all", "off"}}; }), usage);
}

TEST_F(UpdateTest, SecondUpdateWaitsForTheFirst) {
  Fd other(::open((folder_.path() / "update.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  int waited = 0;
  options_.on_wait = [&] {
    ++waited;
    other.reset();
  };
  EXPECT_TRUE(update().whole());
  EXPECT_EQ(waited, 1);
}

TEST_F(UpdateTest, SharedFeedsComeFromTheirFolder) {
  const std::string feeds = CORTEN_SHARED_DIR "/feeds";
  if (!std::filesystem::exists(feeds)) GTEST_SKIP() << feeds << " is not there";
  options_.feeds = {{"all", feeds}};
  options_.ecosystems = {"npm", "Rocky Linux"};
  options_.transport = network_transport(std::make_shared<HttpClient>());
  const UpdateReport report = update();
  EXPECT_TRUE(report.whole()) << describe(report.not_built);
  for (const FeedUpdate& feed : report.feeds)
    EXPECT_EQ(feed.outcome, FeedOutcome::Fetched) << feed.id;
  for (const FeedUpdate& feed : update().feeds)
    EXPECT_EQ(feed.outcome, FeedOutcome::Unchanged) << feed.id;
}

}  // namespace
}  // namespace corten::advisory::testing
