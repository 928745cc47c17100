#include "scan/internal/messages.h"
#include "base/channel.h"

namespace corten::scan::internal {

void send(int channel, Message kind, const wire::Encoder& payload) {
  [[maybe_unused]] const Status sent =
      send_frame(channel, static_cast<std::uint8_t>(kind), as_bytes(payload.bytes()));
}

void encode(wire::Encoder& out, const Task& task) {
  out.number(task.image);
  out.number(task.layer);
  out.number(static_cast<std::uint64_t>(task.action));
}

Result<Task> decode_task(wire::Decoder& in) {
  Task task;
  CORTEN_TRY(task.image, in.number());
  CORTEN_TRY(task.layer, in.number());
  CORTEN_TRY(const std::uint64_t action, in.number_up_to(kActions - 1));
  task.action = static_cast<Action>(action);
  return task;
}

void encode(wire::Encoder& out, const Error& error) {
  out.number(static_cast<std::uint64_t>(error.code));
  out.text(error.message);
  out.texts(error.context);
  out.text(error.hint);
}

Result<Error> decode_error(wire::Decoder& in) {
  Error error;
  CORTEN_TRY(const std::uint64_t code,
             in.number_up_to(static_cast<std::uint64_t>(ErrorCode::Internal)));
  error.code = static_cast<ErrorCode>(code);
  CORTEN_TRY(error.message, in.text());
  CORTEN_TRY(error.context, in.texts());
  CORTEN_TRY(error.hint, in.text());
  return error;
}

}  // namespace corten::scan::internal
