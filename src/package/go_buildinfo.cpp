#include "package/go_buildinfo.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/byte_cursor.h"
#include "package/go_modules.h"

namespace corten::package {
namespace {

constexpr std::string_view kMagic = "\xff Go buildinf:";
constexpr std::size_t kAlignment = 16;
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kMarkBytes = 16;
constexpr std::size_t kMaxVarintBytes = 10;

constexpr std::uint8_t kBigEndian = 1;
constexpr std::uint8_t kInlineStrings = 2;

bool has_magic(Bytes block) { return as_text(block).starts_with(kMagic); }

// The offset of the next aligned magic at or after `from`, or the size of `bytes`. `from` is
// aligned in the caller's terms.
std::size_t find_magic(Bytes bytes, std::size_t from) {
  constexpr auto kFirst = static_cast<std::byte>(0xff);
  for (std::size_t at = from; at < bytes.size() && bytes.size() - at >= kAlignment;
       at += kAlignment) {
    if (bytes[at] == kFirst && has_magic(bytes.subspan(at))) return at;
  }
  return bytes.size();
}

// Drops the marks around the module text. Without modules there is no text at all.
std::optional<std::string> without_marks(std::string_view marked) {
  if (marked.empty()) return std::string();
  const bool framed =
      marked.size() > 2 * kMarkBytes && marked[marked.size() - kMarkBytes - 1] == '\n';
  if (!framed) return std::nullopt;
  return std::string(marked.substr(kMarkBytes, marked.size() - 2 * kMarkBytes));
}

bool is_plausible_version(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

enum class Verdict { NoBuildInfo, NeedMore, PointerForm, Damaged, Complete };

struct Examined {
  Verdict verdict = Verdict::NoBuildInfo;
  std::size_t size = 0;  // NeedMore: bytes that are needed; Complete: bytes that were used
  GoBuildInfo info = {};
};

// One string of the inline form. nullopt: `in` ends before it does, and `needed` says what it takes
// to go on.
Result<std::optional<std::string_view>> read_inline_string(ByteCursor& in, std::size_t limit,
                                                           std::size_t& needed) {
  const std::size_t start = in.offset();
  const std::size_t available = in.remaining();
  const auto length = in.varint();
  if (!length) {
    if (available >= kMaxVarintBytes) return fail(ErrorCode::InvalidInput, "bad string length");
    needed = start + available + 1;
    return std::nullopt;
  }
  if (*length > limit)
    return fail(ErrorCode::LimitExceeded, fmt::format("string of {} bytes", *length));
  const auto text = in.take(*length);
  if (!text) {
    needed = in.offset() + *length;
    return std::nullopt;
  }
  return as_text(*text);
}

Examined examine_inline(Bytes candidate) {
  const std::string_view padding =
      as_text(candidate.subspan(kAlignment, kHeaderBytes - kAlignment));
  if (padding.find_first_not_of('\0') != std::string_view::npos) return {};
  ByteCursor in(candidate.subspan(kHeaderBytes));
  std::size_t needed = 0;
  const auto version = read_inline_string(in, kMaxGoVersionBytes, needed);
  if (!version) return {};
  if (!*version) return {Verdict::NeedMore, kHeaderBytes + needed};
  if (!is_plausible_version(**version)) return {};
  const auto marked = read_inline_string(in, kMaxGoModuleBytes, needed);
  if (!marked) return {Verdict::Damaged, kHeaderBytes + in.offset()};
  if (!*marked) return {Verdict::NeedMore, kHeaderBytes + needed};
  auto text = without_marks(**marked);
  if (!text) return {Verdict::Damaged, kHeaderBytes + in.offset()};
  return {Verdict::Complete,
          kHeaderBytes + in.offset(),
          {.go_version = std::string(**version), .module_text = *std::move(text)}};
}

// Looks at bytes that begin with the magic. Tools that read build info have the magic among their
// constants, so that most of the verdicts NoBuildInfo are real life.
Examined examine(Bytes candidate) {
  if (candidate.size() < kHeaderBytes) return {Verdict::NeedMore, kHeaderBytes};
  const auto pointer_bytes = std::to_integer<std::uint8_t>(candidate[kMagic.size()]);
  const auto flags = std::to_integer<std::uint8_t>(candidate[kMagic.size() + 1]);
  if ((pointer_bytes != 4 && pointer_bytes != 8) || flags > (kBigEndian | kInlineStrings))
    return {};
  if ((flags & kInlineStrings) != 0) return examine_inline(candidate);
  return {Verdict::PointerForm, kHeaderBytes};
}

Result<std::uint64_t> read_pointer(Bytes bytes, bool big_endian) {
  ByteCursor in(bytes);
  if (bytes.size() == 8) return big_endian ? in.u64_be() : in.u64_le();
  CORTEN_TRY(const std::uint32_t value, big_endian ? in.u32_be() : in.u32_le());
  return value;
}

// Follows a pointer to a Go string header: a pointer to the text, and its length. NotFound: the
// header is not in the file.
Result<std::string_view> read_go_string(const Executable& program, Bytes pointer, bool big_endian,
                                        std::size_t limit) {
  const std::size_t size = pointer.size();
  CORTEN_TRY(const std::uint64_t header_address, read_pointer(pointer, big_endian));
  const auto header = program.at_address(header_address, 2 * size);
  if (!header) return fail(ErrorCode::NotFound, "string header outside of the program");
  CORTEN_TRY(const std::uint64_t address, read_pointer(header->first(size), big_endian));
  CORTEN_TRY(const std::uint64_t length, read_pointer(header->last(size), big_endian));
  if (length == 0) return std::string_view();
  if (length > limit)
    return fail(ErrorCode::LimitExceeded, fmt::format("string of {} bytes", length));
  const auto text = program.at_address(address, length);
  if (!text) return fail(ErrorCode::InvalidInput, "string outside of the program");
  return as_text(*text);
}

Result<GoBuildInfo> read_pointer_form(const Executable& program, Bytes header) {
  const auto size = std::to_integer<std::size_t>(header[kMagic.size()]);
  const bool big_endian =
      (std::to_integer<std::uint8_t>(header[kMagic.size() + 1]) & kBigEndian) != 0;
  CORTEN_TRY(
      const std::string_view version,
      read_go_string(program, header.subspan(kAlignment, size), big_endian, kMaxGoVersionBytes));
  const auto marked = read_go_string(program, header.subspan(kAlignment + size, size), big_endian,
                                     kMaxGoModuleBytes);
  // Outside of module mode the text's header is an empty one in memory that the file does not have
  // (.bss).
  const bool no_modules = !marked && marked.error().code == ErrorCode::NotFound;
  if (!marked && !no_modules) return std::unexpected(marked.error());
  if (!is_plausible_version(version)) return fail(ErrorCode::InvalidInput, "no Go version");
  auto text = without_marks(no_modules ? std::string_view() : *marked);
  if (!text) return fail(ErrorCode::InvalidInput, "module text without its marks");
  return GoBuildInfo{.go_version = std::string(version), .module_text = *std::move(text)};
}

// What looking through one program may cost. Its headers may claim thousands of parts that all span
// the whole file, and its data may be full of headers with pointers, each of which is looked up in
// all segments.
struct SearchBudget {
  std::size_t bytes = 0;
  std::size_t pointer_headers = 64;  // real programs have one
};

// Looks for the header in one part of a program. `damaged` is set when something like it was there.
std::optional<GoBuildInfo> find_in_part(const Executable& program, const ExecutablePart& part,
                                        SearchBudget& budget, bool& damaged) {
  const Bytes all = program.bytes_of(part);
  const Bytes bytes = all.first(std::min(all.size(), budget.bytes));
  budget.bytes -= bytes.size();
  // The linker aligns the address; the offset in the file need not follow it in every format.
  std::size_t at = (kAlignment - part.address % kAlignment) % kAlignment;
  for (at = find_magic(bytes, at); at < bytes.size(); at = find_magic(bytes, at + kAlignment)) {
    const Bytes candidate = bytes.subspan(at);
    Examined examined = examine(candidate);
    if (examined.verdict == Verdict::Complete) return std::move(examined.info);
    if (examined.verdict == Verdict::PointerForm && budget.pointer_headers > 0) {
      --budget.pointer_headers;
      if (auto info = read_pointer_form(program, candidate)) return *std::move(info);
    }
    damaged = damaged || examined.verdict != Verdict::NoBuildInfo;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<GoBuildInfo>> find_go_build_info(const Executable& program) {
  bool damaged = false;
  SearchBudget budget{.bytes = 2 * program.image.size()};
  for (const std::string_view name : {".go.buildinfo", "__go_buildinfo"}) {
    const ExecutablePart* section = program.section(name);
    if (section == nullptr) continue;
    if (auto info = find_in_part(program, *section, budget, damaged)) return info;
  }
  for (const bool writable : {true, false}) {
    if (!writable && !program.sections.empty()) break;
    for (const ExecutablePart& segment : program.segments) {
      if (segment.writable != writable) continue;
      if (auto info = find_in_part(program, segment, budget, damaged)) return info;
    }
  }
  if (damaged) return fail(ErrorCode::InvalidInput, "damaged build info of Go");
  return std::nullopt;
}

void GoBuildInfoFinder::feed(Bytes chunk) {
  while (!chunk.empty()) {
    if (!in_candidate_) {
      chunk = chunk.subspan(search(chunk));
      continue;
    }
    const std::size_t count = std::min(chunk.size(), wanted_ - pending_.size());
    pending_.insert(pending_.end(), chunk.begin(),
                    chunk.begin() + static_cast<std::ptrdiff_t>(count));
    chunk = chunk.subspan(count);
    if (pending_.size() == wanted_) examine_candidates();
  }
}

// Reads on to the next magic and returns how many bytes of `chunk` that used.
std::size_t GoBuildInfoFinder::search(Bytes chunk) {
  std::size_t from = 0;
  if (!pending_.empty()) {
    from = std::min(chunk.size(), kAlignment - pending_.size());
    pending_.insert(pending_.end(), chunk.begin(),
                    chunk.begin() + static_cast<std::ptrdiff_t>(from));
    if (pending_.size() < kAlignment) return from;
    if (has_magic(pending_)) {
      in_candidate_ = true;
      wanted_ = kHeaderBytes;
      return from;
    }
    pending_.clear();
  }
  const std::size_t hit = find_magic(chunk, from);
  in_candidate_ = hit < chunk.size();
  wanted_ = kHeaderBytes;
  const std::size_t tail = chunk.size() - (chunk.size() - from) % kAlignment;
  const Bytes kept = in_candidate_ ? chunk.subspan(hit, kAlignment) : chunk.subspan(tail);
  pending_.assign(kept.begin(), kept.end());
  return in_candidate_ ? hit + kAlignment : chunk.size();
}

// Examines the pending candidate, and those inside of it when it is none.
void GoBuildInfoFinder::examine_candidates() {
  for (;;) {
    Examined examined = examine(pending_);
    std::size_t next = kAlignment;
    switch (examined.verdict) {
      case Verdict::NeedMore:
        wanted_ = examined.size;
        return;
      case Verdict::NoBuildInfo:
        break;
      case Verdict::PointerForm:
        pointer_form_seen_ = true;
        break;
      case Verdict::Damaged:
        ++damaged_;
        next = examined.size;
        break;
      case Verdict::Complete:
        keep(std::move(examined.info));
        next = examined.size;
        break;
    }
    if (!next_candidate(next)) return;
  }
}

// Drops the pending candidate and continues with the next one in its bytes; false when there is
// none.
bool GoBuildInfoFinder::next_candidate(std::size_t from) {
  const std::size_t aligned =
      std::min((from + kAlignment - 1) / kAlignment * kAlignment, pending_.size());
  const std::size_t hit = find_magic(pending_, aligned);
  in_candidate_ = hit < pending_.size();
  const std::size_t tail = pending_.size() / kAlignment * kAlignment;
  const std::size_t keep_from = in_candidate_ ? hit : tail;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(keep_from));
  return in_candidate_;
}

void GoBuildInfoFinder::keep(GoBuildInfo info) {
  if (std::ranges::find(found_, info) != found_.end()) return;
  found_bytes_ += info.module_text.size();
  constexpr std::size_t kMaxFound = 16;
  if (found_.size() >= kMaxFound || found_bytes_ > kMaxGoModuleBytes) {
    found_bytes_ -= info.module_text.size();
    ++dropped_;
    return;
  }
  found_.push_back(std::move(info));
}

std::optional<Catalog> GoBuildInfoFinder::finish() {
  // The file may end inside of a candidate.
  if (in_candidate_ && pending_.size() >= kHeaderBytes) ++damaged_;
  if (found_.empty() && damaged_ == 0) return std::nullopt;
  Catalog catalog;
  std::set<std::vector<std::string>> seen;
  for (const GoBuildInfo& info : found_) {
    Catalog part = read_go_modules(path_, info);
    for (Package& package : part.packages) {
      if (!seen.insert({package.name, package.version, package.note}).second) continue;
      catalog.packages.push_back(std::move(package));
    }
    std::ranges::move(part.problems, std::back_inserter(catalog.problems));
  }
  if (damaged_ > 0) catalog.problems.push_back(fmt::format("{}: damaged build info of Go", path_));
  if (dropped_ > 0) {
    catalog.problems.push_back(
        fmt::format("{}: {} more Go programs inside were not read", path_, dropped_));
  }
  return catalog;
}

}  // namespace corten::package
