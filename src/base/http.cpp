#include "base/http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace corten {

namespace {

// The functions of libcurl that are used, looked up at run time. The types are those of its header.
struct Curl {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  bool loaded = false;
};

template <typename Function>
bool look_up(void* library, const char* name, Function& into) {
  into = reinterpret_cast<Function>(::dlsym(library, name));
  return into != nullptr;
}

Curl load_curl() {
  Curl curl;
  void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return curl;
  curl.loaded = look_up(library, "curl_global_init", curl.global_init) &&
                look_up(library, "curl_easy_init", curl.easy_init) &&
                look_up(library, "curl_easy_setopt", curl.easy_setopt) &&
                look_up(library, "curl_easy_perform", curl.easy_perform) &&
                look_up(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                look_up(library, "curl_easy_reset", curl.easy_reset) &&
                look_up(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                look_up(library, "curl_easy_strerror", curl.easy_strerror) &&
                look_up(library, "curl_slist_append", curl.slist_append) &&
                look_up(library, "curl_slist_free_all", curl.slist_free_all);
  if (curl.loaded) curl.global_init(CURL_GLOBAL_DEFAULT);
  return curl;
}

const Curl& the_curl() {
  static const Curl kCurl = load_curl();
  return kCurl;
}

// What libcurl's callbacks write to.
struct Transfer {
  const Curl* curl = nullptr;
  CURL* handle = nullptr;
  const HttpRequest* request = nullptr;
  const HttpSink* sink = nullptr;
  std::uint64_t received = 0;
  bool announced = false;
  bool too_long = false;
  bool cancelled = false;
  std::map<std::string, std::string> headers;

  [[nodiscard]] HttpResponse response() const {
    HttpResponse response;
    curl->easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &response.status);
    response.headers = headers;
    return response;
  }
};

// Tells the caller what kind of response its body belongs to; false when it does not want it.
bool announce(Transfer& transfer) {
  if (transfer.announced || !transfer.request->on_response) return true;
  transfer.announced = true;
  return transfer.request->on_response(transfer.response());
}

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
  auto* transfer = static_cast<Transfer*>(user);
  transfer->received += size;
  transfer->too_long = transfer->received > transfer->request->max_bytes;
  if (transfer->too_long) return 0;
  transfer->cancelled = !announce(*transfer) || !(*transfer->sink)(as_bytes({data, size}));
  return transfer->cancelled ? 0 : size;
}

std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
  auto* transfer = static_cast<Transfer*>(user);
  const std::string_view line = trim({data, size});
  if (line.starts_with("HTTP/")) transfer->headers.clear();  // a redirect's headers do not count
  constexpr std::size_t kMaxHeaders = 200;
  if (const auto parts = split_once(line, ':'); parts && transfer->headers.size() < kMaxHeaders) {
    transfer->headers[to_lower(parts->first)] = trim(parts->second);
  }
  return size;
}

}  // namespace

// An easy handle of libcurl: it holds the open connections. It is reset for each request.
class HttpClient::Impl {
 public:
  explicit Impl(const Curl& curl)
      : curl_(curl), handle_(curl.loaded ? curl.easy_init() : nullptr) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (handle_ != nullptr) curl_.easy_cleanup(handle_);
  }

  Result<HttpResponse> request(const HttpRequest& request, const HttpSink& sink) {
    if (handle_ == nullptr) {
      return fail(ErrorCode::Unsupported, "libcurl.so.4 cannot be loaded",
                  "install the package libcurl4");
    }
    Transfer transfer;
    transfer.curl = &curl_;
    transfer.handle = handle_;
    transfer.request = &request;
    transfer.sink = &sink;
    curl_.easy_reset(handle_);
    configure(request, transfer);
    curl_slist* headers = nullptr;
    for (const std::string& header : request.headers)
      headers = curl_.slist_append(headers, header.c_str());
    set(CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_.easy_perform(handle_);
    set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    curl_.slist_free_all(headers);
    long header_bytes = 0;
    curl_.easy_getinfo(handle_, CURLINFO_HEADER_SIZE, &header_bytes);
    received_ += transfer.received + static_cast<std::uint64_t>(std::max(0L, header_bytes));
    return outcome(code, request, transfer);
  }
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_.easy_setopt(handle_, option, value);
  }

  void configure(const HttpRequest& request, Transfer& transfer) {
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_USERAGENT, "corten");
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 10L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_timeout.count()));
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &transfer);
    if (!request.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
    if (!request.certificate_file.empty()) set(CURLOPT_SSLCERT, request.certificate_file.c_str());
    if (!request.key_file.empty()) set(CURLOPT_SSLKEY, request.key_file.c_str());
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET") {
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
  }

  [[nodiscard]] Result<HttpResponse> outcome(CURLcode code, const HttpRequest& request,
                                             const Transfer& transfer) const {
    if (transfer.too_long) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{}: longer than {}", request.url, format_size(request.max_bytes)));
    }
    if (transfer.cancelled)
      return fail(ErrorCode::Cancelled, fmt::format("{}: stopped", request.url));
    if (code != CURLE_OK) {
      const std::string& where = request.unix_socket.empty() ? request.url : request.unix_socket;
      return fail(ErrorCode::Unavailable, fmt::format("{}: {}", where, curl_.easy_strerror(code)));
    }
    return transfer.response();
  }

  const Curl& curl_;
  CURL* handle_;
  std::uint64_t received_ = 0;
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>(the_curl())) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::request(const HttpRequest& request, const HttpSink& sink) {
  return impl_->request(request, sink);
}

std::uint64_t HttpClient::received() const { return impl_->received(); }

std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, std::min(url.size(), url.find('/', scheme + 3)));
}

Result<HttpResponse> http_request(const HttpRequest& request, const HttpSink& sink) {
  return HttpClient().request(request, sink);
}

Result<HttpText> http_text(HttpRequest request, std::uint64_t limit) {
  request.max_bytes = limit;
  HttpText text;
  CORTEN_TRY(text.response, http_request(request, [&](Bytes bytes) {
               text.body.append(as_text(bytes));
               return true;
             }));
  return text;
}

}  // namespace corten
