#include "advisory/internal/transport.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr std::string_view kFileScheme = "file://";

std::string encode(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/:+").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// The byte of a "%2F" that `text` begins with.
std::optional<char> encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  unsigned value = 0;
  const char* last = text.data() + 3;
  const auto [end, error] = std::from_chars(text.data() + 1, last, value, 16);
  if (error != std::errc{} || end != last) return std::nullopt;
  return static_cast<char>(value);
}

std::string decode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto byte = encoded_byte(text);
    out += byte.value_or(text.front());
    text.remove_prefix(byte ? 3 : 1);
  }
  return out;
}

struct Range {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last;  // inclusive, as in the header
};

std::optional<Range> parse_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit)) return std::nullopt;
  const auto parts = split_once(text.substr(kUnit.size()), '-');
  const auto first = parts ? parse_number<std::uint64_t>(parts->first) : std::nullopt;
  if (!first) return std::nullopt;
  return Range{*first, parse_number<std::uint64_t>(parts->second)};
}

// Sends [first, end) of the file.
Result<HttpResponse> send(int fd, std::uint64_t first, std::uint64_t end, HttpResponse response,
                          const HttpRequest& request, const HttpSink& sink) {
  const auto stopped = [&] { return fail(ErrorCode::Cancelled, request.url + ": stopped"); };
  if (first < end && request.on_response && !request.on_response(response)) return stopped();
  constexpr std::size_t kPiece = std::size_t{1} << 18;
  std::string buffer(kPiece, '\0');
  while (first < end) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - first));
    CORTEN_TRY(const std::size_t got,
               read_at(fd, std::as_writable_bytes(std::span(buffer.data(), wanted)), first));
    if (got == 0) return fail(ErrorCode::Unavailable, request.url + ": it shrank while being read");
    if (!sink(as_bytes(std::string_view(buffer).substr(0, got)))) return stopped();
    first += got;
  }
  return response;
}

}  // namespace

std::string join_url(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return std::string(base);
  return fmt::format("{}/{}", base, encode(path));
}

std::optional<std::filesystem::path> path_of_file_url(std::string_view url) {
  if (!url.starts_with(kFileScheme)) return std::nullopt;
  url.remove_prefix(kFileScheme.size());
  if (url.starts_with("localhost/")) url.remove_prefix(std::string_view("localhost").size());
  if (!url.starts_with('/')) return std::nullopt;
  return std::filesystem::path(decode(url));
}

Result<std::string> feed_url(std::string_view text) {
  if (text.starts_with("http://") || text.starts_with("https://")) return std::string(text);
  if (path_of_file_url(text)) return std::string(text);
  if (text.find("://") != std::string_view::npos || text.empty()) {
    return fail(ErrorCode::Usage, fmt::format("'{}' is no place for a feed", text),
                "an http://, https:// or file:// URL, or a path");
  }
  std::error_code error;
  const auto path = std::filesystem::absolute(text, error).lexically_normal();
  return std::string(kFileScheme) + encode(path.native());
}

std::optional<std::string_view> header_of(const HttpRequest& request, std::string_view name) {
  for (const std::string& header : request.headers) {
    const auto parts = split_once(header, ':');
    if (parts && to_lower(parts->first) == to_lower(name)) return trim(parts->second);
  }
  return std::nullopt;
}

Result<HttpResponse> request_file(const HttpRequest& request, const HttpSink& sink) {
  const auto path = path_of_file_url(request.url);
  if (!path) return fail(ErrorCode::Usage, request.url + ": not a local file");
  HttpResponse response;
  const auto fd = open_for_reading(*path);
  struct stat info{};
  if (!fd && fd.error().code != ErrorCode::NotFound) return std::unexpected(fd.error());
  if (!fd || ::fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    response.status = 404;
    return response;
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const std::string etag =
      fmt::format("\"{}-{}.{:09}\"", size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  response.headers["etag"] = etag;
  if (header_of(request, "If-None-Match") == etag) {
    response.status = 304;
    return response;
  }
  const auto asked = header_of(request, "Range");
  auto range = asked ? parse_range(*asked) : std::nullopt;
  if (header_of(request, "If-Range").value_or(etag) != etag) range.reset();
  response.status = range ? 206 : 200;
  if (range && range->first >= size) {
    response.status = 416;
    return response;
  }
  const std::uint64_t first = range ? range->first : 0;
  std::uint64_t end = size;
  if (range && range->last && *range->last < size - 1) end = *range->last + 1;
  if (end < first) end = first;
  response.headers["content-length"] = std::to_string(end - first);
  if (range)
    response.headers["content-range"] = fmt::format("bytes {}-{}/{}", first, end - 1, size);
  return send(fd->get(), first, end, std::move(response), request, sink);
}

Transport network_transport(std::shared_ptr<HttpClient> client) {
  return [client = std::move(client)](const HttpRequest& request, const HttpSink& sink) {
    return request.url.starts_with(kFileScheme) ? request_file(request, sink)
                                                : client->request(request, sink);
  };
}

}  // namespace corten::advisory
