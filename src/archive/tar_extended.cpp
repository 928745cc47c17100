#include "archive/internal/tar_extended.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace corten::archive::internal {

namespace {

constexpr std::string_view kSparsePrefix = "GNU.sparse.";

std::unexpected<Error> bad_value(std::string_view key, std::string_view value) {
  return fail(ErrorCode::InvalidInput,
              fmt::format("PAX record {}={} is malformed", key, value.substr(0, 40)));
}

template <typename T>
Status assign_number(std::string_view key, std::string_view value, std::optional<T>& out) {
  const auto number = parse_number<T>(value);
  if (!number) return bad_value(key, value);
  out = number;
  return {};
}

// NUL bytes end names.
void assign_name(std::string_view value, std::string& out) {
  out.assign(value, 0, value.find('\0'));
}

Status append_sparse_numbers(std::string_view key, std::string_view value,
                             std::vector<std::uint64_t>& out) {
  for (std::string_view rest = value; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const auto number = parse_number<std::uint64_t>(rest.substr(0, comma));
    if (!number) return bad_value(key, value);
    out.push_back(*number);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return {};
}

struct SparseVersion {
  std::string_view major;
  std::string_view minor;
};

Status apply_sparse_record(std::string_view key, std::string_view value, TarExtended& out,
                           SparseVersion& version) {
  const std::string_view name = key.substr(kSparsePrefix.size());
  if (name == "major") version.major = value;
  if (name == "minor") version.minor = value;
  if (name == "name") assign_name(value, out.sparse_name);
  if (name == "size" || name == "realsize") return assign_number(key, value, out.sparse_size);
  if (name == "offset" || name == "numbytes") {
    // Version 0.0 repeats the pair for every run.
    if ((out.sparse_numbers.size() % 2 == 0) != (name == "offset")) return bad_value(key, value);
    out.sparse = PaxSparse::Map;
    return append_sparse_numbers(key, value, out.sparse_numbers);
  }
  if (name == "map") {
    out.sparse = PaxSparse::Map;
    out.sparse_numbers.clear();
    return append_sparse_numbers(key, value, out.sparse_numbers);
  }
  return {};
}

Status apply_record(std::string_view key, std::string_view value, TarExtended& out,
                    SparseVersion& version) {
  if (key.starts_with(kSparsePrefix)) return apply_sparse_record(key, value, out, version);
  if (value.empty()) return {};  // "as if the record were not there"
  if (key == "path") assign_name(value, out.path);
  if (key == "linkpath") assign_name(value, out.link_target);
  if (key == "size") return assign_number(key, value, out.size);
  if (key == "uid") return assign_number(key, value, out.uid);
  if (key == "gid") return assign_number(key, value, out.gid);
  if (key == "SCHILY.xattr.security.capability") out.has_capability = true;
  return {};
}

// "<length of the whole record> <key>=<value>\n": cut off `rest`.
Result<std::pair<std::string_view, std::string_view>> cut_record(std::string_view& rest) {
  const std::size_t space = rest.substr(0, 21).find(' ');
  const auto length = space == std::string_view::npos
                          ? std::nullopt
                          : parse_number<std::uint64_t>(rest.substr(0, space));
  if (!length || *length > rest.size() || *length < space + 2 || rest[*length - 1] != '\n') {
    return fail(ErrorCode::InvalidInput, "a PAX record has a wrong length");
  }
  const auto record = split_once(rest.substr(space + 1, *length - space - 2), '=');
  if (!record) return fail(ErrorCode::InvalidInput, "a PAX record has no '='");
  rest.remove_prefix(*length);
  return *record;
}

}  // namespace

void TarExtended::clear() {
  if (empty) return;
  for (std::string* text : {&path, &link_target, &long_name, &long_link, &sparse_name})
    text->clear();
  size.reset();
  uid.reset();
  gid.reset();
  has_capability = false;
  sparse = PaxSparse::None;
  sparse_size.reset();
  sparse_numbers.clear();
  empty = true;
}

Status read_pax_records(Bytes records, TarExtended& out) {
  out.empty = false;
  SparseVersion version;
  for (std::string_view rest = as_text(records); !rest.empty();) {
    // Some writers pad the records with NULs instead of giving their exact size.
    if (rest.front() == '\0') break;
    CORTEN_TRY(const auto record, cut_record(rest));
    CORTEN_CHECK(apply_record(record.first, record.second, out, version));
  }
  if (version.major == "1" && version.minor == "0") out.sparse = PaxSparse::InData;
  return {};
}

}  // namespace corten::archive::internal
