#include "advisory/artifact.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>

#include "advisory/build.h"
#include "advisory/database.h"
#include "advisory/internal/artifact_manifest.h"
#include "advisory/internal/update_internal.h"
#include "advisory/internal/writer.h"
#include "archive/decompress.h"
#include "base/closer.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

using registry::Client;

constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
constexpr std::string_view kEmpty =
    "{}";  // image specification, "Guidance for an empty descriptor"
constexpr std::uint64_t kMaxDatabase = std::uint64_t{16} << 30;
constexpr int kLevel = 9;

bool is_made_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string::npos;
  });
}

// The whole file, compressed.
Result<std::string> compress(const std::filesystem::path& file) {
  CORTEN_TRY(const Fd fd, open_for_reading(file));
  const std::unique_ptr<ZSTD_CCtx, Closer<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string piece(std::size_t{1} << 20, '\0');
  std::string out;
  std::string block(ZSTD_CStreamOutSize(), '\0');
  for (std::uint64_t offset = 0;;) {
    CORTEN_TRY(const std::size_t got,
               read_at(fd.get(), std::as_writable_bytes(std::span(piece)), offset));
    offset += got;
    ZSTD_inBuffer input{piece.data(), got, 0};
    const auto mode = got < piece.size() ? ZSTD_e_end : ZSTD_e_continue;
    for (std::size_t left = 1; left != 0 && (input.pos < input.size || mode == ZSTD_e_end);) {
      ZSTD_outBuffer output{block.data(), block.size(), 0};
      left = ZSTD_compressStream2(context.get(), &output, &input, mode);
      if (ZSTD_isError(left) != 0) {
        return fail(ErrorCode::Internal, fmt::format("zstd: {}", ZSTD_getErrorName(left)));
      }
      out.append(block, 0, output.pos);
      if (mode == ZSTD_e_continue && input.pos == input.size) break;
    }
    if (mode == ZSTD_e_end) return out;
  }
}

Status upload(Client& client, std::string_view content, const std::string& digest) {
  HttpRequest head;
  head.method = "HEAD";
  head.url = client.url("blobs/" + digest);
  if (const auto known = client.text(head)) return {};
  HttpRequest start;
  start.method = "POST";
  start.url = client.url("blobs/uploads/");
  CORTEN_TRY(const HttpText begun, client.text(start));
  const auto location = begun.response.headers.find("location");
  if (location == begun.response.headers.end()) {
    return fail(ErrorCode::InvalidInput, "the registry names no place for the upload");
  }
  HttpRequest put;
  put.method = "PUT";
  put.url = client.resolve(location->second);
  put.url += put.url.find('?') == std::string::npos ? "?digest=" : "&digest=";
  put.url += digest;
  put.headers = {"Content-Type: application/octet-stream"};
  put.body = content;
  CORTEN_TRY([[maybe_unused]] const HttpText done, client.text(std::move(put)));
  return {};
}

std::string manifest_of(const DatabaseInfo& info, std::string_view layer,
                        const std::string& digest) {
  return fmt::format(
      R"({{"schemaVersion":2,"mediaType":"{}","artifactType":"{}",)"
      R"("config":{{"mediaType":"{}","digest":"{}","size":{}}},)"
      R"("layers":[{{"mediaType":"{}","digest":"{}","size":{}}}],)"
      R"("annotations":{{"org.opencontainers.image.created":"{}","corten.db.schema":"{}"}}}})",
      kManifestType, kArtifactType, kEmptyType, sha256_digest(as_bytes(kEmpty)), kEmpty.size(),
      kArtifactLayer, digest, layer.size(), format_time(info.built), info.schema);
}

Result<std::string> digest_of(Bytes content, std::string_view like) {
  CORTEN_TRY(const DigestAlgorithm algorithm, parse_digest(like));
  Hasher hasher(algorithm);
  hasher.update(content);
  return hasher.digest();
}

// Fetches the layer into a file and checks size and digest.
Status fetch_layer(Client& client, const ArtifactManifest& manifest, int fd, Progress& progress) {
  CORTEN_TRY(const DigestAlgorithm algorithm, parse_digest(manifest.layer_digest));
  if (manifest.layer_size > kMaxDatabase) {
    return fail(ErrorCode::LimitExceeded, "the layer is larger than any database");
  }
  Hasher hasher(algorithm);
  std::uint64_t received = 0;
  Status written;
  HttpRequest request;
  request.url = client.url("blobs/" + manifest.layer_digest);
  request.max_bytes = manifest.layer_size;
  progress.stage("pulling the database", manifest.layer_size);
  const auto response = client.request(request, [&](Bytes bytes) {
    hasher.update(bytes);
    received += bytes.size();
    progress.advance(bytes.size());
    written = write_all(fd, bytes);
    return written.has_value();
  });
  CORTEN_CHECK(written);
  if (!response) return std::unexpected(response.error());
  if (received != manifest.layer_size || hasher.digest() != manifest.layer_digest) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("{}: the content is another", manifest.layer_digest));
  }
  return {};
}

Status decompress_to(int from, const std::filesystem::path& file) {
  const Fd out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!out.valid()) return fail_errno(errno, file.native());
  archive::DecompressLimits limits;
  limits.output_bytes = kMaxDatabase;
  if (::lseek(from, 0, SEEK_SET) != 0) return fail_errno(errno, "lseek");
  CORTEN_TRY(const auto source, archive::decompress(archive::descriptor_stream(from), limits));
  std::string piece(std::size_t{1} << 20, '\0');
  for (;;) {
    CORTEN_TRY(const std::size_t got, source->read(std::as_writable_bytes(std::span(piece))));
    if (got == 0) break;
    CORTEN_CHECK(write_all(out.get(), as_bytes(std::string_view(piece).substr(0, got))));
  }
  if (::fsync(out.get()) != 0) return fail_errno(errno, file.native());
  return {};
}

}  // namespace

Result<ArtifactReference> parse_artifact_reference(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::Usage, fmt::format("'{}' names no artifact", text),
                "write it as registry.example/team/corten-db:latest");
  };
  ArtifactReference reference;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    if (!parse_digest(reference.digest)) return wrong();
    rest = rest.substr(0, at);
  }
  const auto parts = split_once(rest, '/');
  if (!parts) return wrong();
  reference.registry = parts->first;
  std::string_view repository = parts->second;
  if (const std::size_t colon = repository.rfind(':'); colon != std::string_view::npos) {
    reference.tag = repository.substr(colon + 1);
    repository = repository.substr(0, colon);
  }
  reference.repository = repository;
  constexpr std::size_t kMaxTag = 128;
  const bool names_host = reference.registry.find_first_of(".:") != std::string::npos ||
                          reference.registry == "localhost";
  const bool well_formed =
      names_host && is_made_of(to_lower(reference.registry), ".:-[]") &&
      is_made_of(reference.repository, "._-/") && !reference.repository.starts_with('/') &&
      !reference.repository.ends_with('/') &&
      reference.repository.find("..") == std::string::npos &&
      reference.repository.find("//") == std::string::npos &&
      is_made_of(to_lower(reference.tag), "._-") && reference.tag.size() <= kMaxTag;
  if (!well_formed) return wrong();
  return reference;
}

Result<PushedDatabase> push_database(const std::filesystem::path& folder,
                                     const ArtifactReference& reference,
                                     const registry::Access& access, Progress& progress) {
  CORTEN_TRY(Client client, Client::create(reference.registry, reference.repository, access,
                                           registry::Purpose::Push));
  CORTEN_TRY(const Database database, Database::open(folder));
  progress.stage("compressing the database", 0);
  CORTEN_CHECK(verify_database(folder));
  CORTEN_TRY(const std::string layer, compress(folder / kFileName));
  const std::string digest = sha256_digest(as_bytes(layer));
  progress.stage("pushing the database", 0);
  CORTEN_CHECK(upload(client, layer, digest));
  CORTEN_CHECK(upload(client, kEmpty, sha256_digest(as_bytes(kEmpty))));
  HttpRequest put;
  put.method = "PUT";
  put.url = client.url("manifests/" + reference.tag);
  put.headers = {fmt::format("Content-Type: {}", kManifestType)};
  put.body = manifest_of(database.info(), layer, digest);
  const std::string manifest_digest = sha256_digest(as_bytes(put.body));
  CORTEN_TRY([[maybe_unused]] const HttpText done, client.text(std::move(put)));
  return PushedDatabase{manifest_digest, layer.size()};
}

constexpr const char* kAbsentHint =
    "no database is there, or it is not for everyone: corten db push puts one there, docker login "
    "keeps credentials";

Result<DatabaseInfo> pull_database(const std::filesystem::path& folder,
                                   const ArtifactReference& reference,
                                   const registry::Access& access, Progress& progress) {
  CORTEN_TRY(Client client, Client::create(reference.registry, reference.repository, access,
                                           registry::Purpose::Pull));
  CORTEN_TRY(const Fd lock, lock_folder(folder, {}));
  HttpRequest get;
  get.url =
      client.url("manifests/" + (reference.digest.empty() ? reference.tag : reference.digest));
  get.headers = {fmt::format("Accept: {}", kManifestType)};
  auto answer = client.text(get);
  if (!answer && answer.error().code == ErrorCode::NotFound) answer.error().hint = kAbsentHint;
  if (!answer) return std::unexpected(std::move(answer).error());
  if (!reference.digest.empty()) {
    CORTEN_TRY(const std::string digest, digest_of(as_bytes(answer->body), reference.digest));
    if (digest != reference.digest) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("{}: the manifest is another", reference.digest));
    }
  }
  CORTEN_TRY(const ArtifactManifest manifest, parse_artifact_manifest(answer->body));
  CORTEN_TRY(const WorkFolder work, WorkFolder::create(folder));
  const auto layer = work.path() / "layer";
  const Fd fd(::open(layer.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.valid()) return fail_errno(errno, layer.native());
  CORTEN_CHECK(fetch_layer(client, manifest, fd.get(), progress));
  progress.stage("checking the database", 0);
  CORTEN_CHECK(decompress_to(fd.get(), work.path() / kFileName));
  CORTEN_CHECK(verify_database(work.path()));
  CORTEN_TRY(const Database checked, Database::open(work.path()));
  const auto target = folder / kFileName;
  if (::rename((work.path() / kFileName).c_str(), target.c_str()) != 0) {
    return fail_errno(errno, target.native());
  }
  DatabaseInfo info = checked.info();
  info.path = target.string();
  return info;
}

}  // namespace corten::advisory
