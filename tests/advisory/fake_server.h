// A web server in memory for tests of updates, which never leaves the process: files with entity
// tags, ranges, and faults that happen once.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "advisory/update.h"
#include "base/text.h"

namespace corten::advisory::testing {

struct Fault {
  enum class Kind { Status, NoAnswer, Cut, Garble } kind = Kind::Status;
  long status = 500;
  std::string retry_after = {};
  std::size_t after = 0;  // Cut: bytes of the body sent before the connection breaks
};

class FakeServer {
 public:
  struct Request {
    std::string url;
    std::string range;
    std::string if_range;
    long status = 0;
    std::size_t sent = 0;
  };

  void put(const std::string& url, std::string content) {
    File& file = files_[url];
    file.content = std::move(content);
    ++file.version;
  }
  void remove(const std::string& url) { files_.erase(url); }
  void fault(const std::string& url, Fault fault) { faults_[url].push_back(std::move(fault)); }
  // Nothing at all answers below this prefix.
  void kill(const std::string& prefix) { dead_.push_back(prefix); }
  void revive() { dead_.clear(); }
  bool knows_ranges = true;
  bool weak_tags = false;

  [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }
  void forget_requests() { requests_.clear(); }
  [[nodiscard]] std::size_t sent() const {
    std::size_t sum = 0;
    for (const Request& request : requests_) sum += request.sent;
    return sum;
  }
  [[nodiscard]] std::vector<std::string> urls_sent() const {
    std::vector<std::string> urls;
    for (const Request& request : requests_) {
      if (request.sent > 0) urls.push_back(request.url);
    }
    return urls;
  }

  [[nodiscard]] Transport transport() {
    return
        [this](const HttpRequest& request, const HttpSink& sink) { return answer(request, sink); };
  }

 private:
  struct File {
    std::string content;
    int version = 0;
  };

  static std::string header(const HttpRequest& request, const std::string& name) {
    for (const std::string& line : request.headers) {
      const auto parts = split_once(line, ':');
      if (parts && to_lower(parts->first) == name) return std::string(trim(parts->second));
    }
    return {};
  }

  Result<HttpResponse> answer(const HttpRequest& request, const HttpSink& sink) {
    const std::string& url = request.url;
    Request& log = requests_.emplace_back();
    log = {url, header(request, "range"), header(request, "if-range"), 0, 0};
    const auto no_answer = [&] { return fail(ErrorCode::Unavailable, url + ": no answer"); };
    for (const std::string& prefix : dead_) {
      if (url.starts_with(prefix)) return no_answer();
    }
    std::optional<Fault> fault;
    if (auto& queue = faults_[url]; !queue.empty()) {
      fault = queue.front();
      queue.pop_front();
    }
    if (fault && fault->kind == Fault::Kind::NoAnswer) return no_answer();
    HttpResponse response;
    const auto file = files_.find(url);
    if (fault && fault->kind == Fault::Kind::Status) {
      response.status = fault->status;
      if (!fault->retry_after.empty()) response.headers["retry-after"] = fault->retry_after;
    } else {
      response.status = file == files_.end() ? 404 : 200;
    }
    std::string body = "what the server has to say";
    if (response.status == 200) body = shape(request, file->second, response);
    log.status = response.status;
    if (fault && fault->kind == Fault::Kind::Garble) body[body.size() / 2] ^= 0x55;
    return send(request, response, body, fault, sink, log);
  }

  std::string shape(const HttpRequest& request, const File& file, HttpResponse& response) const {
    std::string tag = "\"v" + std::to_string(file.version) + "\"";
    if (weak_tags) tag = "W/" + tag;
    response.headers["etag"] = tag;
    if (header(request, "if-none-match") == tag) {
      response.status = 304;
      return {};
    }
    const std::string range = header(request, "range");
    const std::string condition = header(request, "if-range");
    if (!knows_ranges || range.empty() || (!condition.empty() && condition != tag)) {
      response.headers["content-length"] = std::to_string(file.content.size());
      return file.content;
    }
    const auto ends = split_once(std::string_view(range).substr(6), '-');
    const auto first = parse_number<std::size_t>(ends->first).value_or(0);
    if (first >= file.content.size()) {
      response.status = 416;
      return {};
    }
    const auto last = std::min(parse_number<std::size_t>(ends->second).value_or(SIZE_MAX - 1),
                               file.content.size() - 1);
    response.status = 206;
    response.headers["content-range"] = "bytes " + std::to_string(first) + "-" +
                                        std::to_string(last) + "/" +
                                        std::to_string(file.content.size());
    response.headers["content-length"] = std::to_string(last + 1 - first);
    return file.content.substr(first, last + 1 - first);
  }

  static Result<HttpResponse> send(const HttpRequest& request, HttpResponse response,
                                   std::string_view body, const std::optional<Fault>& fault,
                                   const HttpSink& sink, Request& log) {
    const auto stopped = [&] { return fail(ErrorCode::Cancelled, request.url + ": stopped"); };
    const bool cut = fault && fault->kind == Fault::Kind::Cut;
    if (cut) body = body.substr(0, fault->after);
    if (!body.empty() && request.on_response && !request.on_response(response)) return stopped();
    constexpr std::size_t kPiece = 1000;
    while (!body.empty()) {
      const auto piece = body.substr(0, kPiece);
      log.sent += piece.size();
      if (!sink(as_bytes(piece))) return stopped();
      body.remove_prefix(piece.size());
    }
    if (cut) return fail(ErrorCode::Unavailable, request.url + ": connection broken");
    return response;
  }

  std::map<std::string, File> files_;
  std::map<std::string, std::deque<Fault>> faults_;
  std::vector<std::string> dead_;
  std::vector<Request> requests_;
};

}  // namespace corten::advisory::testing
