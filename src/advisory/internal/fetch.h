// Fetching files of feeds: conditional, resumed where a download broke off, tried again when that
// may help, and checked before they replace what is there.
//
// HTTP: RFC 9110, sections 13 (conditional requests), 14 (ranges) and 10.2.3 (Retry-After).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "advisory/internal/feed_state.h"
#include "advisory/internal/transport.h"
#include "advisory/update.h"
#include "base/http.h"
#include "base/progress.h"

namespace corten::advisory {

inline constexpr int kMaxTries = 5;                           // in a row without a byte gained
inline constexpr int kMaxTriesInAll = 100;                    // of one file at one place
inline constexpr std::chrono::milliseconds kFirstWait{1000};  // doubled from try to try
inline constexpr std::chrono::milliseconds kLongestWait{
    60'000};  // a server that asks for more is left alone
inline constexpr std::chrono::milliseconds kWaitBudget{300'000};  // of one update
// What a server says beside a refusal is read to its end, so that the connection stays open; more
// than this is not.
inline constexpr std::size_t kMaxRefusalBytes = std::size_t{64} << 10;
inline constexpr std::uint64_t kMaxFeedBytes = std::uint64_t{8} << 30;

// Why one try failed.
struct TryFailure {
  Error error;
  bool transient = false;   // the same request may succeed later
  bool progressed = false;  // bytes were gained that the next try need not fetch
  bool answered = false;    // the server sent a response
  std::optional<std::chrono::milliseconds> retry_after;
};

// The time to wait that a Retry-After header asks for: seconds or a date. nullopt: neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         Time now);

struct DownloadTask {
  std::string path;               // below the folder of feeds
  std::vector<std::string> urls;  // tried in order
  bool compressible = false;      // the server may send it as gzip, which is kept as it is
  // Reads the new file; what it returns becomes FeedFile::mark.
  std::function<Result<std::string>(const std::filesystem::path&)> check;
  // Runs when a checked new file is about to replace the old one; may be empty.
  std::function<Status()> before_replace = {};
};
enum class Download { Replaced, Unchanged };

struct StreamTask {
  std::vector<std::string> urls;
  std::function<std::vector<std::string>(const std::string& url)> headers;
  std::function<void()> restart;  // before each try: what came so far does not count
  HttpSink sink;                  // returning false ends the stream, which is no failure
};
struct Streamed {
  std::string url;
  HttpResponse response;  // 200, 206 or 304
};

// One thread at a time.
class Fetcher {
 public:
  Fetcher(std::filesystem::path folder, FeedState& state, const UpdateOptions& options,
          Progress& progress)
      : folder_(std::move(folder)), state_(state), options_(options), progress_(progress) {}

  // Brings one file up to date. Errors: the first place's (NotFound only if every place says so).
  [[nodiscard]] Result<Download> download(const DownloadTask& task);
  // Passes a body to the task's sink.
  [[nodiscard]] Result<Streamed> stream(const StreamTask& task);
  // A small body in memory.
  [[nodiscard]] Result<std::string> text(const std::vector<std::string>& urls, std::uint64_t limit);

 private:
  class Partial;
  class Reception;
  [[nodiscard]] std::optional<TryFailure> try_download(const DownloadTask& task,
                                                       const std::string& url, Download& result);
  [[nodiscard]] std::optional<TryFailure> try_stream(const StreamTask& task, const std::string& url,
                                                     Streamed& result);
  [[nodiscard]] std::vector<std::string> conditions(const DownloadTask& task,
                                                    const std::string& url) const;
  [[nodiscard]] std::optional<TryFailure> accept(const DownloadTask& task, const std::string& url,
                                                 Partial& partial, const HttpResponse& response,
                                                 Download& result);
  [[nodiscard]] std::optional<TryFailure> replace(const DownloadTask& task, const std::string& url,
                                                  Partial& partial, const HttpResponse& response,
                                                  Download& result);
  [[nodiscard]] TryFailure refusal(const std::string& url, const HttpResponse& response) const;
  [[nodiscard]] bool pause(std::chrono::milliseconds wait, const TryFailure& failure);

  // One try at one place; what it brings goes where the function knows. nullopt: success.
  using Attempt = std::function<std::optional<TryFailure>(const std::string& url)>;
  // The first place that delivers; each is tried with patience.
  [[nodiscard]] Status from_any(const std::vector<std::string>& urls, const Attempt& attempt);
  [[nodiscard]] Status patiently(const std::string& url, const Attempt& attempt);

  std::filesystem::path folder_;
  FeedState& state_;
  const UpdateOptions& options_;
  Progress& progress_;
  std::set<std::string> silent_;  // origins that never answered: not asked again in this update
  std::chrono::milliseconds waited_{0};
};

}  // namespace corten::advisory
