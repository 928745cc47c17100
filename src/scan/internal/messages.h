// What the sandboxed reader of layers and its parent say to each other.
//
// The reader sends Images, the parent answers with a Plan of Tasks; then come Facts, one a task in
// any order, with Progress between, and at last Done or Failed. Frames of base/channel.h.
#pragma once

#include "base/result.h"
#include "base/wire.h"

namespace corten::scan::internal {

enum class Message : std::uint8_t { Images = 1, Plan, Facts, Progress, Done, Failed };

inline constexpr std::uint64_t kMaxMessage = std::uint64_t{512} << 20;

// What the parent asks of one layer.
enum class Action : std::uint8_t {
  Skip,    // facts are cached, and these very bytes were checked before
  Verify,  // facts are cached: check the digest only
  Scan,    // read it, without or with what hides lower layers
  ScanWithHides,
};
inline constexpr std::uint64_t kActions = 4;

// One layer to read, by the indexes in what was sent as Images.
struct Task {
  std::size_t image = 0;
  std::size_t layer = 0;
  Action action = Action::Scan;
};

// A listener that is gone cannot be told: the reader dies with its parent anyway, and the parent
// learns of the reader's end when it waits for an answer.
void send(int channel, Message kind, const wire::Encoder& payload);

void encode(wire::Encoder& out, const Task& task);
// Indexes are not checked but against what fits.
[[nodiscard]] Result<Task> decode_task(wire::Decoder& in);

void encode(wire::Encoder& out, const Error& error);
[[nodiscard]] Result<Error> decode_error(wire::Decoder& in);

}  // namespace corten::scan::internal
