#include "scan/facts.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

#include "package/ownership.h"

namespace corten::scan {

namespace {

using wire::Decoder;
using wire::Encoder;

void encode_catalog(Encoder& out, const package::Catalog& catalog) {
  out.list(catalog.packages,
           [](Encoder& to, const package::Package& p) { package::encode(to, p); });
  out.texts(catalog.problems);
  out.list(catalog.licenses, [](Encoder& to, const auto& entry) {
    to.text(entry.first);
    to.texts(entry.second);
  });
  out.list(catalog.owned,
           [](Encoder& to, const package::OwnedFiles& owned) { package::encode(to, owned); });
}

Result<std::pair<std::string, std::vector<std::string>>> decode_license(Decoder& in) {
  CORTEN_TRY(std::string name, in.text());
  CORTEN_TRY(std::vector<std::string> ids, in.texts());
  return std::pair{std::move(name), std::move(ids)};
}

Result<package::Catalog> decode_catalog(Decoder& in) {
  package::Catalog catalog;
  CORTEN_TRY(catalog.packages, in.list<package::Package>(package::decode_package));
  CORTEN_TRY(catalog.problems, in.texts());
  CORTEN_TRY(catalog.licenses,
             (in.list<std::pair<std::string, std::vector<std::string>>>(decode_license)));
  CORTEN_TRY(catalog.owned, in.list<package::OwnedFiles>(package::decode_owned_files));
  return catalog;
}

Result<FileFacts> decode_file(Decoder& in) {
  FileFacts file;
  CORTEN_TRY(file.path, in.text());
  CORTEN_TRY(file.catalog, decode_catalog(in));
  return file;
}

// Facts of two texts.
template <typename Fact>
struct TwoTexts {
  std::string Fact::* first;
  std::string Fact::* second;

  void encode(Encoder& out, const std::vector<Fact>& facts) const {
    out.list(facts, [&](Encoder& to, const Fact& fact) {
      to.text(fact.*first);
      to.text(fact.*second);
    });
  }
  [[nodiscard]] Result<std::vector<Fact>> decode(Decoder& in) const {
    return in.list<Fact>([&](Decoder& from) -> Result<Fact> {
      Fact fact;
      CORTEN_TRY(fact.*first, from.text());
      CORTEN_TRY(fact.*second, from.text());
      return fact;
    });
  }
};
constexpr TwoTexts<KeptFile> kKeptFiles{&KeptFile::path, &KeptFile::content};
constexpr TwoTexts<Link> kLinks{&Link::path, &Link::target};

void encode_note(Encoder& out, const FileNote& note) {
  out.number(static_cast<std::uint64_t>(note.kind));
  out.text(note.path);
  out.number(note.mode);
  out.number(note.uid);
  out.number(note.gid);
  out.number(note.size);
  out.flag(note.is_folder);
}

Result<FileNote> decode_note(Decoder& in) {
  FileNote note;
  CORTEN_TRY(const std::uint64_t kind, in.number_up_to(kNoteKinds - 1));
  note.kind = static_cast<NoteKind>(kind);
  CORTEN_TRY(note.path, in.text());
  CORTEN_TRY(const std::uint64_t mode, in.number_up_to(07777));
  note.mode = static_cast<std::uint32_t>(mode);
  CORTEN_TRY(note.uid, in.number());
  CORTEN_TRY(note.gid, in.number());
  CORTEN_TRY(note.size, in.number());
  CORTEN_TRY(note.is_folder, in.flag());
  return note;
}

Result<CacheUse> decode_cache(Decoder& in) {
  CacheUse cache;
  CORTEN_TRY(cache.what, in.text());
  CORTEN_TRY(cache.files, in.number());
  CORTEN_TRY(cache.bytes, in.number());
  return cache;
}

}  // namespace

std::string encode(const LayerFacts& facts) {
  Encoder out;
  out.number(kFactsFormat);
  out.number(facts.entries);
  out.number(facts.bytes);
  out.list(facts.files, [](Encoder& to, const FileFacts& file) {
    to.text(file.path);
    encode_catalog(to, file.catalog);
  });
  kKeptFiles.encode(out, facts.kept);
  kLinks.encode(out, facts.links);
  out.list(facts.notes, encode_note);
  out.list(facts.caches, [](Encoder& to, const CacheUse& cache) {
    to.text(cache.what);
    to.number(cache.files);
    to.number(cache.bytes);
  });
  out.fixed64s(facts.hides);
  out.fixed64s(facts.opaque);
  out.flag(facts.has_hides);
  out.texts(facts.problems);
  return std::move(out).bytes();
}

Result<LayerFacts> decode_layer_facts(Bytes data) {
  Decoder in(data);
  LayerFacts facts;
  CORTEN_TRY(const std::uint64_t format, in.number());
  if (format != kFactsFormat) {
    return fail(ErrorCode::InvalidInput, fmt::format("facts of format {}", format));
  }
  CORTEN_TRY(facts.entries, in.number());
  CORTEN_TRY(facts.bytes, in.number());
  CORTEN_TRY(facts.files, in.list<FileFacts>(decode_file));
  CORTEN_TRY(facts.kept, kKeptFiles.decode(in));
  CORTEN_TRY(facts.links, kLinks.decode(in));
  CORTEN_TRY(facts.notes, in.list<FileNote>(decode_note));
  CORTEN_TRY(facts.caches, in.list<CacheUse>(decode_cache));
  CORTEN_TRY(facts.hides, in.fixed64s());
  CORTEN_TRY(facts.opaque, in.fixed64s());
  CORTEN_TRY(facts.has_hides, in.flag());
  CORTEN_TRY(facts.problems, in.texts());
  if (!in.at_end()) return fail(ErrorCode::InvalidInput, "bytes after the end of the facts");
  return facts;
}

std::uint64_t hash_of_path(std::string_view path) { return XXH3_64bits(path.data(), path.size()); }

std::uint64_t hash_of_folder(std::string_view path) {
  return hash_of_path(std::string(path) + "/");
}

}  // namespace corten::scan
