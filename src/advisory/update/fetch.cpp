#include "advisory/internal/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr long kOk = 200;
constexpr long kPartialContent = 206;
constexpr long kNotModified = 304;

// An IMF-fixdate (RFC 9110, section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<Time> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto words = split(text, ' ');
  if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
  const auto month = std::ranges::find(kMonths, words[2]);
  if (month == kMonths.end()) return std::nullopt;
  return parse_time(
      fmt::format("{}-{:02}-{}T{}Z", words[3], month - kMonths.begin() + 1, words[1], words[4]));
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Time now) {
  constexpr std::int64_t kMost = 1'000'000;
  if (const auto seconds = parse_number<std::int64_t>(value); seconds && *seconds >= 0) {
    return std::chrono::seconds(std::min(*seconds, kMost));
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>((*date - now).count(), 0, kMost));
}

TryFailure Fetcher::refusal(const std::string& url, const HttpResponse& response) const {
  TryFailure failure;
  failure.answered = true;
  const long status = response.status;
  failure.transient = status == 408 || status == 429 || status >= 500;
  ErrorCode code = ErrorCode::Unavailable;
  if (status == 404 || status == 410) code = ErrorCode::NotFound;
  if (status == 401 || status == 403) code = ErrorCode::PermissionDenied;
  failure.error = {code, fmt::format("{}: the server answered {}", url, status), {}};
  if (const auto header = response.headers.find("retry-after"); header != response.headers.end()) {
    failure.retry_after = parse_retry_after(header->second, options_.clock());
  }
  return failure;
}

bool Fetcher::pause(std::chrono::milliseconds wait, const TryFailure& failure) {
  wait = std::max(wait, failure.retry_after.value_or(wait));
  if (wait > kLongestWait || waited_ + wait > kWaitBudget) return false;
  waited_ += wait;
  progress_.stage(
      fmt::format("waiting {} s: {}", (wait.count() + 999) / 1000, failure.error.message), 0);
  options_.sleep(wait);
  return true;
}

Status Fetcher::from_any(const std::vector<std::string>& urls, const Attempt& attempt) {
  Error first{ErrorCode::NotFound, "no place to fetch from", {}};
  for (const std::string& url : urls) {
    Status done = patiently(url, attempt);
    if (done) return done;
    if (first.code == ErrorCode::NotFound) first = std::move(done).error();
  }
  return std::unexpected(std::move(first));
}

Status Fetcher::patiently(const std::string& url, const Attempt& attempt) {
  const std::string origin(origin_of(url));
  if (silent_.contains(origin)) {
    return fail(ErrorCode::Unavailable, url + ": the server did not answer before");
  }
  std::chrono::milliseconds wait = kFirstWait;
  for (int tries = 1, all = 1;; ++tries, ++all) {
    std::optional<TryFailure> failure = attempt(url);
    if (!failure) return {};
    if (!failure->transient) return std::unexpected(std::move(failure->error));
    if (failure->progressed) {
      tries = 0;
      wait = kFirstWait;
    }
    if (tries >= kMaxTries || all >= kMaxTriesInAll || !pause(wait, *failure)) {
      if (!failure->answered) silent_.insert(origin);
      return std::unexpected(std::move(failure->error));
    }
    wait = std::min(wait * 2, kLongestWait);
  }
}

std::optional<TryFailure> Fetcher::try_stream(const StreamTask& task, const std::string& url,
                                              Streamed& result) {
  task.restart();
  HttpRequest request;
  request.url = url;
  request.headers = task.headers(url);
  HttpResponse head;
  bool ended = false;
  std::size_t refused = 0;
  request.on_response = [&](const HttpResponse& response) {
    head = response;
    return true;
  };
  const auto response = options_.transport(request, [&](Bytes bytes) {
    if (head.status != kOk && head.status != kPartialContent) {
      refused += bytes.size();
      return refused <= kMaxRefusalBytes;
    }
    ended = !task.sink(bytes);
    return !ended;
  });
  result.url = url;
  result.response = response ? *response : head;
  if (ended) return std::nullopt;
  if (!response && response.error().code == ErrorCode::Cancelled && head.status != 0) {
    return refusal(url, head);
  }
  if (!response) {
    const bool transient = response.error().code == ErrorCode::Unavailable;
    return TryFailure{response.error(), transient, false, head.status != 0, {}};
  }
  if (response->status == kOk || response->status == kPartialContent ||
      response->status == kNotModified) {
    return std::nullopt;
  }
  return refusal(url, *response);
}

Result<Streamed> Fetcher::stream(const StreamTask& task) {
  Streamed result;
  CORTEN_CHECK(
      from_any(task.urls, [&](const std::string& url) { return try_stream(task, url, result); }));
  return result;
}

Result<std::string> Fetcher::text(const std::vector<std::string>& urls, std::uint64_t limit) {
  std::string body;
  bool too_long = false;
  StreamTask task;
  task.urls = urls;
  task.headers = [](const std::string&) { return std::vector<std::string>(); };
  task.restart = [&] { body.clear(); };
  task.sink = [&](Bytes bytes) {
    too_long = bytes.size() > limit - body.size();
    if (!too_long) body += as_text(bytes);
    return !too_long;
  };
  CORTEN_TRY(const Streamed done, stream(task));
  if (too_long) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{}: longer than {}", done.url, format_size(limit)));
  }
  return body;
}

Result<Download> Fetcher::download(const DownloadTask& task) {
  Download result = Download::Unchanged;
  CORTEN_CHECK(
      from_any(task.urls, [&](const std::string& url) { return try_download(task, url, result); }));
  return result;
}

}  // namespace corten::advisory
