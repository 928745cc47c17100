#include "archive/internal/tar_sparse.h"

#include <fmt/format.h>

#include <algorithm>

#include "archive/internal/tar_header.h"
#include "base/text.h"

namespace corten::archive::internal {

namespace {

std::unexpected<Error> too_many_runs(std::size_t most) {
  return fail(ErrorCode::LimitExceeded, fmt::format("more than {} sparse runs", most));
}

Status append_old_runs(const TarHeader& block, std::size_t at, std::size_t count,
                       std::uint64_t position, std::vector<std::uint64_t>& numbers) {
  constexpr std::size_t kNumber = 12;
  for (std::size_t i = 0; i < count; ++i, at += 2 * kNumber) {
    if (!block.flag(at)) return {};  // the first empty slot ends the list
    const auto offset = block.number(at, kNumber);
    const auto size = block.number(at + kNumber, kNumber);
    if (!offset || !size || *offset < 0 || *size < 0)
      return malformed(position, "a sparse run is not two numbers");
    numbers.push_back(static_cast<std::uint64_t>(*offset));
    numbers.push_back(static_cast<std::uint64_t>(*size));
  }
  return {};
}

// One line of a map in the data.
Result<std::uint64_t> map_number(StreamBuffer& in, std::uint64_t& stored_left) {
  constexpr std::size_t kLine = 21;  // 20 digits and LF
  const std::size_t most = std::min<std::uint64_t>(kLine, stored_left);
  CORTEN_CHECK(in.ensure(most));
  const std::string_view text = as_text(in.buffered()).substr(0, most);
  const std::size_t end = text.find('\n');
  const auto number = end == std::string_view::npos
                          ? std::nullopt
                          : parse_number<std::uint64_t>(text.substr(0, end));
  if (!number) return malformed(in.position(), "a line of the sparse map is not a number");
  in.consume(end + 1);
  stored_left -= end + 1;
  return *number;
}

// Makes runs of `numbers` and checks them: in order, apart, within `size`, and `stored` bytes in
// all.
Status make_sparse_runs(const std::vector<std::uint64_t>& numbers, std::uint64_t size,
                        std::uint64_t stored, std::vector<SparseRun>& out) {
  out.clear();
  if (numbers.size() % 2 != 0) return fail(ErrorCode::InvalidInput, "sparse map cut within a run");
  std::uint64_t end = 0;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const SparseRun run{numbers[i], numbers[i + 1]};
    if (run.offset < end || run.offset > size || run.size > size - run.offset) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("sparse run of {} bytes at {} overlaps or passes the end at {}",
                              run.size, run.offset, size));
    }
    end = run.offset + run.size;
    total += run.size;  // at most `size`, as runs do not overlap
    if (run.size > 0) out.push_back(run);
  }
  if (total != stored) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("sparse map of {} bytes, but {} are stored", total, stored));
  }
  return {};
}

}  // namespace

Status read_old_sparse_map(StreamBuffer& in, std::size_t most_runs,
                           std::vector<std::uint64_t>& numbers) {
  const TarHeader header(in.buffered().first(kTarBlock));
  numbers.clear();
  CORTEN_CHECK(append_old_runs(header, 386, 4, in.position(), numbers));
  bool more = header.flag(482);
  in.consume(kTarBlock);
  while (more) {
    if (numbers.size() / 2 > most_runs) return too_many_runs(most_runs);
    CORTEN_CHECK(in.ensure(kTarBlock));
    const std::size_t here = in.buffered().size();
    if (here < kTarBlock) return StreamBuffer::truncated(kTarBlock - here);
    const TarHeader block(in.buffered().first(kTarBlock));
    CORTEN_CHECK(append_old_runs(block, 0, 21, in.position(), numbers));
    more = block.flag(504);
    in.consume(kTarBlock);
  }
  return {};
}

Status read_sparse_map_in_data(StreamBuffer& in, std::size_t most_runs, std::uint64_t& stored_left,
                               std::vector<std::uint64_t>& numbers) {
  const std::uint64_t stored = stored_left;
  numbers.clear();
  CORTEN_TRY(const std::uint64_t count, map_number(in, stored_left));
  if (count > most_runs) return too_many_runs(most_runs);
  for (std::uint64_t i = 0; i < 2 * count; ++i) {
    CORTEN_TRY(const std::uint64_t number, map_number(in, stored_left));
    numbers.push_back(number);
  }
  const std::uint64_t padding = padding_of(stored - stored_left);
  if (padding > stored_left) return malformed(in.position(), "sparse map without its padding");
  CORTEN_CHECK(in.skip(padding));
  stored_left -= padding;
  return {};
}

Status SparseContent::start(const std::vector<std::uint64_t>& numbers, std::size_t most_runs,
                            std::uint64_t size, std::uint64_t stored) {
  if (numbers.size() / 2 > most_runs) return too_many_runs(most_runs);
  CORTEN_CHECK(make_sparse_runs(numbers, size, stored, runs_));
  size_ = size;
  at_ = 0;
  next_run_ = 0;
  return {};
}

std::uint64_t SparseContent::hole() const {
  const std::uint64_t next = next_run_ == runs_.size() ? size_ : runs_[next_run_].offset;
  return next > at_ ? next - at_ : 0;
}

std::uint64_t SparseContent::stored() const {
  const SparseRun& run = runs_[next_run_];
  return run.offset + run.size - at_;
}

void SparseContent::pass(std::uint64_t count) {
  at_ += count;
  if (next_run_ == runs_.size()) return;
  const SparseRun& run = runs_[next_run_];
  if (at_ >= run.offset && at_ - run.offset >= run.size) ++next_run_;
}

}  // namespace corten::archive::internal
