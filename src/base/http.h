// An HTTP client for feeds, registries and the Docker engine: libcurl, loaded when the first
// request is made, so that commands that need no network do not pay for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace corten {

struct HttpResponse {
  long status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of the final response
};

struct HttpRequest {
  std::string url;  // http:// or https://
  std::string method = "GET";
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::string unix_socket;       // path of a local socket to connect to, or empty
  std::string ca_file;           // trust anchors instead of the system's, or empty
  std::string certificate_file;  // of the client, PEM, or empty
  std::string key_file;          // its private key
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds stall_timeout{
      60};  // ends a transfer that moves less than 10 bytes a second for so long
  std::uint64_t max_bytes = std::uint64_t{16} << 30;  // of the body
  bool follow_redirects = true;                       // at most 5, http(s) only
  // Called once before the first bytes of a body, with the final response's status and headers;
  // not called for a response without body. Returning false ends the transfer (Cancelled).
  std::function<bool(const HttpResponse&)> on_response = {};
};

// Receives the body in pieces; returning false ends the transfer (Cancelled).
using HttpSink = std::function<bool(Bytes)>;

// What performs requests: http_request(), a client, or something in their place.
using HttpTransport = std::function<Result<HttpResponse>(const HttpRequest&, const HttpSink&)>;

// "https://host:port" of a URL.
[[nodiscard]] std::string_view origin_of(std::string_view url);

// Performs one request. Any status is a success here; the body of every status goes to `sink`.
// Errors: Unavailable (no connection, broken off, timeout), LimitExceeded (body too long),
// Unsupported (libcurl is not installed), Cancelled.
[[nodiscard]] Result<HttpResponse> http_request(const HttpRequest& request, const HttpSink& sink);

// The same for many requests: connections to a server stay open between them. One thread at a time.
class HttpClient {
 public:
  HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  [[nodiscard]] Result<HttpResponse> request(const HttpRequest& request, const HttpSink& sink);
  // Bytes of headers and bodies received so far, those of broken transfers included.
  [[nodiscard]] std::uint64_t received() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct HttpText {
  HttpResponse response;
  std::string body;
};

// The same with the body in memory; at most `limit` bytes of it.
[[nodiscard]] Result<HttpText> http_text(HttpRequest request,
                                         std::uint64_t limit = std::uint64_t{64} << 20);

}  // namespace corten
