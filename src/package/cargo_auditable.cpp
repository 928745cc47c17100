#include "package/cargo_auditable.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.h"

namespace corten::package {
namespace {

// Owns zlib's state for the time of one stream.
class Inflater {
 public:
  [[nodiscard]] Inflater() : ready_(inflateInit(&stream_) == Z_OK) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

Result<std::string> inflate_list(Bytes compressed) {
  Inflater inflater;
  if (!inflater.ready()) return fail(ErrorCode::Internal, "zlib does not start");
  // What compresses worse than this is no list of names; the rest of a longer section is not looked
  // at.
  compressed = compressed.first(std::min(compressed.size(), kMaxCrateListBytes));
  z_stream& stream = inflater.stream();
  // zlib does not write to its input; its type says otherwise for old compilers.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  std::array<char, 16'384> buffer{};
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t count = buffer.size() - stream.avail_out;
    if (count > kMaxCrateListBytes - out.size()) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("crate list of more than {} bytes", kMaxCrateListBytes));
    }
    out.append(buffer.data(), count);
    if (status == Z_STREAM_END) return out;
    if (status != Z_OK)
      return fail(ErrorCode::InvalidInput, "damaged crate list: not a zlib stream");
  }
}

// A string member, or `fallback` when there is none. nullopt: it is something else.
std::optional<std::string_view> text_member(simdjson::dom::object object, std::string_view key,
                                            std::string_view fallback) {
  simdjson::dom::element value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return fallback;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::string source_note(std::string_view source) {
  if (source == "crates.io") return {};
  if (source == "git") return "from git";
  if (source == "local") return "built from a folder";
  if (source.empty()) return "source unknown";
  return fmt::format("from {}", source);  // "registry": one that is not crates.io
}

// A crate from a folder is mostly the program itself or a part of its checkout, under the name and
// version that it is published as.
bool is_published(std::string_view source) {
  return source == "crates.io" || source == "local" || source.empty();
}

// nullopt: the crate took part in the build only.
Result<std::optional<Package>> read_crate(std::string_view path, simdjson::dom::element element) {
  simdjson::dom::object crate;
  if (element.get(crate) != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput, "damaged crate list: a crate is not an object");
  }
  const auto name = text_member(crate, "name", "");
  const auto version = text_member(crate, "version", "");
  const auto source = text_member(crate, "source", "");
  const auto kind = text_member(crate, "kind", "runtime");
  if (!name || !version || !source || !kind || name->empty() || version->empty()) {
    return fail(ErrorCode::InvalidInput, "damaged crate list: a crate without name or version");
  }
  if (*kind == "build") return std::nullopt;
  bool root = false;
  if (crate.at_key("root").get(root) != simdjson::SUCCESS) root = false;
  Package package;
  package.type = Type::Cargo;
  package.name = *name;
  package.version = *version;
  package.path = path;
  package.note = source_note(*source);
  package.main_module = root;
  package.unpublished = !is_published(*source);
  return package;
}

}  // namespace

std::optional<Bytes> find_crate_list(const Executable& program) {
  const ExecutablePart* section = program.section(".dep-v0");
  if (section == nullptr) return std::nullopt;
  return program.bytes_of(*section);
}

Result<Catalog> read_crate_list(std::string_view path, Bytes section) {
  CORTEN_TRY(const std::string json, inflate_list(section));
  simdjson::dom::parser parser(kMaxCrateListBytes);
  simdjson::dom::element document;
  simdjson::dom::array crates;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded).get(document) != simdjson::SUCCESS ||
      document.at_key("packages").get(crates) != simdjson::SUCCESS) {
    return fail(ErrorCode::InvalidInput, "damaged crate list: not JSON with packages");
  }
  Catalog catalog;
  std::size_t count = 0;
  for (const simdjson::dom::element element : crates) {
    if (++count > kMaxCrates) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("crate list of more than {} crates", kMaxCrates));
    }
    CORTEN_TRY(auto package, read_crate(path, element));
    if (package) catalog.packages.push_back(*std::move(package));
  }
  return catalog;
}

}  // namespace corten::package
