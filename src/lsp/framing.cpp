#include "lsp/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace corten::lsp {

namespace {

constexpr std::string_view kLength = "content-length";
constexpr std::string_view kType = "content-type";

// The place after the empty line that ends a header, and how long the header is without it.
struct HeaderEnd {
  std::size_t header = 0;
  std::size_t after = 0;
};

// Lines end in CR LF; a lone LF is understood too.
std::optional<HeaderEnd> find_header_end(std::string_view text, std::size_t from) {
  // A header without any field.
  if (text.starts_with("\r\n")) return HeaderEnd{0, 2};
  if (text.starts_with('\n')) return HeaderEnd{0, 1};
  for (std::size_t i = text.find('\n', from); i != std::string_view::npos;
       i = text.find('\n', i + 1)) {
    std::size_t next = i + 1;
    if (next < text.size() && text[next] == '\r') ++next;
    if (next < text.size() && text[next] == '\n') return HeaderEnd{i + 1, next + 1};
  }
  return std::nullopt;
}

struct Fields {
  std::optional<std::size_t> length;
  std::string complaint;  // about the first line that is no field, or a length that is none
  bool other_charset = false;
};

// utf8 is what version 2 of the protocol called it.
bool is_utf8_type(std::string_view value) {
  const std::string type = to_lower(value);
  const std::size_t charset = type.find("charset=");
  if (charset == std::string::npos) return true;
  std::string name(trim(std::string_view(type).substr(charset + 8)));
  std::erase(name, '"');
  name.resize(std::min(name.find(';'), name.size()));
  return name == "utf-8" || name == "utf8";
}

void read_length(std::string_view value, Fields& out) {
  const auto length = parse_number<std::size_t>(value);
  if (!length) {
    out.complaint = fmt::format("Content-Length cannot be '{}'", value.substr(0, 40));
  } else if (*length > kMaxMessageBytes) {
    out.complaint =
        fmt::format("a message of {} bytes; at most {} are read", *length, kMaxMessageBytes);
  } else if (out.length && out.length != length) {
    out.complaint = "two Content-Length that differ";
  }
  out.length = length;
}

Fields read_fields(std::string_view header) {
  Fields out;
  while (const auto line = next_line(header)) {
    const auto field = split_once(*line, ':');
    if (!field) {
      out.complaint = "a header line that is no field";
      continue;
    }
    const std::string name = to_lower(trim(field->first));
    if (name == kLength) read_length(trim(field->second), out);
    if (name == kType) out.other_charset = !is_utf8_type(field->second);
  }
  if (!out.length && out.complaint.empty()) out.complaint = "a header without Content-Length";
  return out;
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  // What has been read goes when it is most of the buffer, so that each byte moves once or twice.
  if (at_ > buffer_.size() / 2) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_ += bytes;
}

void FrameReader::skip(std::size_t count) {
  at_ += count;
  scanned_ = 0;
}

std::optional<Frame> FrameReader::broken(std::string why) {
  if (std::exchange(lost_, true)) return std::nullopt;
  return Frame{Frame::Kind::Broken, std::move(why)};
}

std::optional<Frame> FrameReader::take_body() {
  if (rest().size() < body_->size) return std::nullopt;
  const Body body = *std::move(body_);
  body_.reset();
  Frame frame{Frame::Kind::Message, std::string(rest().substr(0, body.size))};
  skip(body.size);
  if (!body.complaint.empty()) return Frame{Frame::Kind::Broken, body.complaint};
  return frame;
}

// A Broken to tell, or nullopt with body_ set or the header skipped.
std::optional<Frame> FrameReader::read_header(std::string_view header) {
  Fields fields = read_fields(header);
  if (!fields.complaint.empty()) {
    // What came before may be the end of a message that was longer than it said.
    const std::size_t again = to_lower(header).rfind(kLength);
    const std::string complaint = std::move(fields.complaint);
    if (again == std::string::npos) return broken(complaint);
    fields = read_fields(header.substr(again));
    if (!fields.complaint.empty()) return broken(complaint);
    body_ = Body{*fields.length, {}};
    auto told = broken(complaint);
    lost_ = false;
    return told;
  }
  body_ = Body{*fields.length, fields.other_charset ? "a charset that is not utf-8" : ""};
  lost_ = false;
  return std::nullopt;
}

std::optional<Frame> FrameReader::next() {
  while (true) {
    if (body_) return take_body();
    const auto end = find_header_end(rest(), scanned_ < 2 ? 0 : scanned_ - 2);
    if (end) {
      const std::string header(rest().substr(0, std::min(end->header, rest().size())));
      skip(end->after);
      if (auto told = read_header(std::string_view(header).substr(
              header.size() - std::min(header.size(), kMaxHeaderBytes)))) {
        return told;
      }
      continue;
    }
    scanned_ = rest().size();
    if (rest().size() <= kMaxHeaderBytes) return std::nullopt;
    skip(rest().size() - kMaxHeaderBytes / 2);
    if (auto told = broken("bytes that are no header")) return told;
  }
}

std::string framed(std::string_view json) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", json.size(), json);
}

}  // namespace corten::lsp
