// One file of a feed, from a try at one place to its place in the folder.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "advisory/internal/fetch.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr long kOk = 200;
constexpr long kPartialContent = 206;
constexpr long kNotModified = 304;
constexpr long kRangeNotSatisfiable = 416;

std::string value_of(const HttpResponse& response, std::string_view name) {
  const auto at = response.headers.find(std::string(name));
  return at == response.headers.end() ? std::string() : at->second;
}

// What If-Range may carry: a strong entity tag or a date.
std::string strong_validator(const HttpResponse& response) {
  std::string etag = value_of(response, "etag");
  if (etag.starts_with('"')) return etag;
  return value_of(response, "last-modified");
}

// "bytes 100-199/200": the first byte, if the header says so.
std::optional<std::uint64_t> first_of_range(std::string_view header) {
  constexpr std::string_view kUnit = "bytes ";
  if (!header.starts_with(kUnit)) return std::nullopt;
  const auto parts = split_once(header.substr(kUnit.size()), '-');
  return parts ? parse_number<std::uint64_t>(parts->first) : std::nullopt;
}

// A failure after the server has answered.
TryFailure give_up(Error error, bool again) { return {std::move(error), again, false, true, {}}; }

}  // namespace

// A download that may be broken off and gone on with: the bytes so far, and beside them what they
// are a part of (URL and validator, a line each).
class Fetcher::Partial {
 public:
  Partial(const std::filesystem::path& folder, std::string name) {
    std::ranges::replace(name, '/', ',');  // all in one folder, apart from the feeds
    file_ = folder / "partial" / name;
    origin_ = file_;
    origin_ += ".from";
  }

  // The bytes that can be gone on with, and with what validator.
  [[nodiscard]] std::uint64_t resumable(const std::string& url, std::string& validator) const {
    constexpr std::uint64_t kMaxOrigin = 8192;
    const auto text = read_file(origin_, kMaxOrigin);
    if (!text) return 0;
    const auto lines = split(*text, '\n');
    if (lines.size() < 2 || lines[0] != url || lines[1].empty()) return 0;
    validator = lines[1];
    std::error_code error;
    const auto size = std::filesystem::file_size(file_, error);
    return error ? 0 : size;
  }

  // Readies the file for the body of a response; `from` bytes of it are kept.
  Status begin(const std::string& url, const HttpResponse& response, std::uint64_t from) {
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error);
    fd_.reset(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!fd_.valid()) return fail_errno(errno, file_.native());
    if (::ftruncate(fd_.get(), static_cast<off_t>(from)) != 0 ||
        ::lseek(fd_.get(), 0, SEEK_END) < 0) {
      return fail_errno(errno, file_.native());
    }
    if (from > 0) return {};
    std::filesystem::remove(origin_, error);
    const std::string validator = strong_validator(response);
    if (validator.empty()) return {};
    return write_file_atomically(origin_, fmt::format("{}\n{}\n", url, validator));
  }
  [[nodiscard]] Status append(Bytes bytes) const { return write_all(fd_.get(), bytes); }

  Status sync() {
    if (fd_.valid() && ::fsync(fd_.get()) != 0) return fail_errno(errno, file_.native());
    fd_.reset();
    return {};
  }
  Status move_to(const std::filesystem::path& target) {
    std::error_code error;
    std::filesystem::create_directories(target.parent_path(), error);
    if (::rename(file_.c_str(), target.c_str()) != 0) return fail_errno(errno, target.native());
    drop();
    return {};
  }
  void drop() {
    fd_.reset();
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    std::filesystem::remove(origin_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::filesystem::path origin_;
  Fd fd_;
};

// What makes the server answer 304 if the file here is still its own.
std::vector<std::string> Fetcher::conditions(const DownloadTask& task,
                                             const std::string& url) const {
  std::vector<std::string> headers;
  const FeedFile* known = state_.find(task.path);
  std::error_code error;
  if (known == nullptr || known->url != url ||
      std::filesystem::file_size(folder_ / task.path, error) != known->size) {
    return headers;
  }
  if (!known->etag.empty()) {
    headers.push_back("If-None-Match: " + known->etag);
  } else if (!known->last_modified.empty()) {
    headers.push_back("If-Modified-Since: " + known->last_modified);
  }
  return headers;
}

// Takes one response: bodies of 200 and 206 into the partial file, those of refusals nowhere.
class Fetcher::Reception {
 public:
  Reception(Partial& partial, const std::string& url, std::uint64_t kept, const std::string& what,
            Progress& progress)
      : partial_(partial), url_(url), kept_(kept), what_(what), progress_(progress) {}

  bool begin(const HttpResponse& response) {
    head_ = response;
    const bool continued = response.status == kPartialContent;
    if (response.status != kOk && !continued) return true;
    if (!continued) kept_ = 0;
    if (continued && first_of_range(value_of(response, "content-range")) != kept_) {
      written_ =
          fail(ErrorCode::InvalidInput, url_ + ": the server sent another part than asked for");
      return false;
    }
    const auto rest = parse_number<std::uint64_t>(value_of(response, "content-length"));
    progress_.stage(what_, rest ? kept_ + *rest : 0);
    progress_.advance(kept_);
    written_ = partial_.begin(url_, response, kept_);
    return written_.has_value();
  }

  bool take(Bytes bytes) {
    if (head_.status != kOk && head_.status != kPartialContent) {
      refused_ += bytes.size();
      return refused_ <= kMaxRefusalBytes;
    }
    written_ = partial_.append(bytes);
    gained_ += bytes.size();
    progress_.advance(bytes.size());
    return written_.has_value();
  }

  [[nodiscard]] const HttpResponse& head() const { return head_; }
  [[nodiscard]] const Status& written() const { return written_; }
  [[nodiscard]] bool gained() const { return gained_ > 0; }

 private:
  Partial& partial_;
  const std::string& url_;
  std::uint64_t kept_;
  const std::string& what_;
  Progress& progress_;
  HttpResponse head_;
  Status written_;
  std::uint64_t gained_ = 0;
  std::size_t refused_ = 0;
};

std::optional<TryFailure> Fetcher::try_download(const DownloadTask& task, const std::string& url,
                                                Download& result) {
  Partial partial(folder_, task.path);
  std::string validator;
  const std::uint64_t kept = partial.resumable(url, validator);
  HttpRequest request;
  request.url = url;
  request.max_bytes = kMaxFeedBytes;
  request.headers = kept == 0 ? conditions(task, url)
                              : std::vector<std::string>{fmt::format("Range: bytes={}-", kept),
                                                         "If-Range: " + validator};
  if (task.compressible) request.headers.emplace_back("Accept-Encoding: gzip");
  Reception reception(partial, url, kept, task.path, progress_);
  request.on_response = [&](const HttpResponse& response) { return reception.begin(response); };
  const auto response =
      options_.transport(request, [&](Bytes bytes) { return reception.take(bytes); });
  const bool answered = reception.head().status != 0;  // with a body
  if (!reception.written()) {
    // Another part than asked for: without what is here, nothing can be misunderstood.
    const bool again = reception.written().error().code == ErrorCode::InvalidInput;
    if (again) partial.drop();
    return TryFailure{reception.written().error(), again, false, true, {}};
  }
  if (!response && !(response.error().code == ErrorCode::Cancelled && answered)) {
    // Without a validator the next try begins anew: nothing was gained.
    const bool progressed = reception.gained() && partial.resumable(url, validator) > 0;
    const bool transient = response.error().code == ErrorCode::Unavailable;
    return TryFailure{response.error(), transient, progressed, answered, {}};
  }
  if (response && !answered && (response->status == kOk || response->status == kPartialContent)) {
    partial.drop();  // what may be there is of another response
    return give_up({ErrorCode::InvalidInput, url + ": empty", {}}, true);
  }
  return accept(task, url, partial, response ? *response : reception.head(), result);
}

// A response is complete: checks it and puts the file in its place.
std::optional<TryFailure> Fetcher::accept(const DownloadTask& task, const std::string& url,
                                          Partial& partial, const HttpResponse& response,
                                          Download& result) {
  if (response.status == kNotModified) {
    if (const FeedFile* known = state_.find(task.path)) {
      FeedFile file = *known;
      file.checked = options_.clock();
      if (Status saved = state_.put(task.path, std::move(file)); !saved) {
        return give_up(std::move(saved).error(), false);
      }
    }
    result = Download::Unchanged;
    return std::nullopt;
  }
  if (response.status == kRangeNotSatisfiable) {
    partial.drop();
    return give_up({ErrorCode::Unavailable, url + ": the file has become shorter", {}}, true);
  }
  if (response.status != kOk && response.status != kPartialContent) {
    return refusal(url, response);
  }
  return replace(task, url, partial, response, result);
}

std::optional<TryFailure> Fetcher::replace(const DownloadTask& task, const std::string& url,
                                           Partial& partial, const HttpResponse& response,
                                           Download& result) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(partial.file(), error);
  if (error)
    return give_up({ErrorCode::Io, partial.file().string() + ": " + error.message(), {}}, false);
  progress_.stage("checking " + task.path, 0);
  Status done = partial.sync();
  auto mark = done ? task.check(partial.file()) : std::unexpected(done.error());
  if (!mark) {
    partial.drop();
    mark.error().context.push_back(url);
    // Damage on the way is worth another try; what the server holds may be damaged too.
    const bool again = mark.error().code == ErrorCode::InvalidInput;
    return give_up(std::move(mark).error(), again);
  }
  if (task.before_replace) done = task.before_replace();
  if (done) done = state_.forget(task.path);  // a crash between the two costs a download
  if (done) done = partial.move_to(folder_ / task.path);
  if (done) {
    done =
        state_.put(task.path, {url, value_of(response, "etag"), value_of(response, "last-modified"),
                               size, options_.clock(), *std::move(mark)});
  }
  if (!done) return give_up(std::move(done).error(), false);
  result = Download::Replaced;
  return std::nullopt;
}

}  // namespace corten::advisory
