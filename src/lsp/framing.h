// The frames of the base protocol: header lines, an empty line, and as many bytes of JSON as
// Content-Length says.
//
// Bytes come in any pieces. After a frame that cannot be read (no length, one beyond the limit, or
// one that did not fit its message) the reader looks for the next header and goes on there: JSON
// texts hold no raw line breaks inside of strings, so a header line in one is no accident.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corten::lsp {

inline constexpr std::size_t kMaxHeaderBytes = 4096;
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;

struct Frame {
  enum class Kind { Message, Broken };
  Kind kind = Kind::Message;
  std::string text;  // the JSON, or what is wrong in words

  bool operator==(const Frame&) const = default;
};

class FrameReader {
 public:
  void feed(std::string_view bytes);
  // The next message, or one Broken for each run of bytes that are no frames; nullopt: more bytes
  // are wanted.
  [[nodiscard]] std::optional<Frame> next();

 private:
  struct Body {
    std::size_t size = 0;
    std::string complaint;  // not empty: the message is left out
  };
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  void skip(std::size_t count);
  std::optional<Frame> take_body();
  std::optional<Frame> read_header(std::string_view header);
  std::optional<Frame> broken(std::string why);

  std::string buffer_;
  std::size_t at_ = 0;       // what is before has been read
  std::size_t scanned_ = 0;  // of rest(): no end of a header in it
  std::optional<Body> body_;
  bool lost_ = false;  // a Broken was given, and no good header has come since
};

// The message with its header.
[[nodiscard]] std::string framed(std::string_view json);

}  // namespace corten::lsp
