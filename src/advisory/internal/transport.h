// URLs of feeds, and answering requests for file:// URLs as a web server would.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "advisory/update.h"
#include "base/http.h"

namespace corten::advisory {

// Joins with one slash; `path` is encoded (RFC 3986, section 2.1), its slashes stay.
[[nodiscard]] std::string join_url(std::string_view base, std::string_view path);
// The path of a file:// URL (no host, or localhost); nullopt for others.
[[nodiscard]] std::optional<std::filesystem::path> path_of_file_url(std::string_view url);

// The value of a "Name: value" header of the request, compared without case; nullopt: absent.
[[nodiscard]] std::optional<std::string_view> header_of(const HttpRequest& request,
                                                        std::string_view name);

// GET of a file: statuses 200, 206 (for "Range: bytes=FROM-[TO]", with If-Range), 304 (for
// If-None-Match), 404, 416. The ETag is made of size and time of change. Errors: Io, Cancelled.
[[nodiscard]] Result<HttpResponse> request_file(const HttpRequest& request, const HttpSink& sink);

}  // namespace corten::advisory
