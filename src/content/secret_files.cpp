#include "content/secret_files.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"

namespace corten::content {

namespace {

struct NamedFile {
  std::string_view name;
  FileKind kind;
};

// Whole names.
constexpr auto kNames = std::to_array<NamedFile>({
    {"id_rsa", FileKind::Key},
    {"id_dsa", FileKind::Key},
    {"id_ecdsa", FileKind::Key},
    {"id_ed25519", FileKind::Key},
    {"id_ecdsa_sk", FileKind::Key},
    {"id_ed25519_sk", FileKind::Key},
    {"ssh_host_rsa_key", FileKind::Key},
    {"ssh_host_ecdsa_key", FileKind::Key},
    {"ssh_host_ed25519_key", FileKind::Key},
    {".env", FileKind::Credentials},
    {".envrc", FileKind::Credentials},
    {".npmrc", FileKind::Credentials},
    {".pypirc", FileKind::Credentials},
    {".netrc", FileKind::Credentials},
    {"_netrc", FileKind::Credentials},
    {".git-credentials", FileKind::Credentials},
    {".pgpass", FileKind::Credentials},
    {".my.cnf", FileKind::Credentials},
    {".dockercfg", FileKind::Credentials},
    {".dockerconfigjson", FileKind::Credentials},
    {".htpasswd", FileKind::Credentials},
    {".s3cfg", FileKind::Credentials},
    {".boto", FileKind::Credentials},
    {".vault-token", FileKind::Credentials},
    {".terraformrc", FileKind::Credentials},
    {"credentials.json", FileKind::Credentials},
    {"credentials.yml", FileKind::Credentials},
    {"credentials.yaml", FileKind::Credentials},
    {"credentials.xml", FileKind::Credentials},
    {"secrets.yml", FileKind::Credentials},
    {"secrets.yaml", FileKind::Credentials},
    {"secrets.json", FileKind::Credentials},
    {"secrets.env", FileKind::Credentials},
    {"terraform.tfstate", FileKind::Credentials},
    {"terraform.tfstate.backup", FileKind::Credentials},
    {"terraform.tfvars", FileKind::Credentials},
    {"kubeconfig", FileKind::Credentials},
    {"application_default_credentials.json", FileKind::Credentials},
});

// Beginnings and ends; either may be empty.
struct Pattern {
  std::string_view begin;
  std::string_view end;
  FileKind kind;
};
constexpr auto kPatterns = std::to_array<Pattern>({
    {".env.", "", FileKind::Credentials},
    {".env*", "", FileKind::Credentials},
    {"id_rsa", "", FileKind::Key},
    {"id_ed25519", "", FileKind::Key},
    {"service-account", ".json", FileKind::Credentials},
    {"service_account", ".json", FileKind::Credentials},
    {"serviceaccount", ".json", FileKind::Credentials},
    {"client_secret", ".json", FileKind::Credentials},
    {"gcp-key", ".json", FileKind::Credentials},
    {"gcloud-key", ".json", FileKind::Credentials},
    {"", ".key", FileKind::Key},
    {"", ".pem", FileKind::Key},
    {"", ".p12", FileKind::Key},
    {"", ".pfx", FileKind::Key},
    {"", ".jks", FileKind::Key},
    {"", ".ppk", FileKind::Key},
    {"", ".keystore", FileKind::Key},
    {"", ".kdbx", FileKind::Credentials},
    {"", ".tfstate", FileKind::Credentials},
});

constexpr auto kHarmlessEndings = std::to_array<std::string_view>(
    {".pub", ".example", ".sample", ".template", ".tmpl", ".tpl", ".dist", ".crt", ".cer", ".md",
     ".j2", ".erb", ".d.ts", ".py", ".sh", ".js", ".ts", ".go"});

// Of *.key, *.pem and stores of keys: what is only the public half.
constexpr auto kPublicWords = std::to_array<std::string_view>(
    {"cacert", "ca-cert", "ca_cert", "ca-bundle", "ca_bundle", "cabundle",    "chain.pem",
     "public", "pubkey",  "dhparam", "root-ca",   "rootca",    "combined-ca", "combined-bundle",
     "trust",  "archive", "release", "gpg",       "repo.",     "cert.pem",    "certificate"});

bool contains_any(std::string_view text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
}

bool is_harmless(std::string_view base) {
  if (std::ranges::any_of(kHarmlessEndings, [&](auto end) { return base.ends_with(end); }))
    return true;
  // ".env.example.local", "example.env".
  constexpr auto kExamples =
      std::to_array<std::string_view>({"example", "sample", "template", ".dist."});
  return contains_any(base, kExamples);
}

bool is_public_half(std::string_view base) {
  const bool is_pem = base.ends_with(".pem");
  // "server-cert-key.pem" has a key in it.
  if (is_pem && base.contains("key") && !base.contains("pub")) return false;
  if (is_pem && (base.starts_with("ca.") || base.starts_with("ca-"))) return true;
  return contains_any(base, kPublicWords);
}

std::string clean(std::string_view path) {
  std::string out = to_lower(path);
  std::ranges::replace(out, '\\', '/');
  while (out.size() > 1 && (out.ends_with('/') || out.ends_with("/.") || out.ends_with("/*")))
    out.resize(out.ends_with('/') ? out.size() - 1 : out.size() - 2);
  return out;
}

FileKind by_folder(std::span<const std::string_view> parts) {
  const std::string_view base = parts.back();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const bool is_last = i + 1 == parts.size();
    if (part == ".aws" || part == ".gcloud" || part == ".gnupg") return FileKind::Credentials;
    if (part == ".azure" && !base.ends_with(".yml") && !base.ends_with(".yaml"))
      return FileKind::Credentials;
    if (part == ".config" && !is_last && parts[i + 1] == "gcloud") return FileKind::Credentials;
    if (part == ".kube" && (is_last || base == "config")) return FileKind::Credentials;
    if (part == ".docker" && base == "config.json") return FileKind::Credentials;
    if (part != ".ssh") continue;
    const bool is_open = base.starts_with("known_hosts") || base.starts_with("config") ||
                         base.starts_with("authorized_keys");
    return is_open ? FileKind::None : FileKind::Key;
  }
  return FileKind::None;
}

}  // namespace

FileKind kind_of_file(std::string_view raw) {
  constexpr std::size_t kLongest = 4096;
  if (raw.empty() || raw.size() > kLongest) return FileKind::None;
  const std::string path = clean(raw);
  const std::vector<std::string_view> parts = split(path, '/');
  const std::string_view base = parts.back();
  if (base.empty() || is_harmless(base)) return FileKind::None;
  if (const FileKind kind = by_folder(parts); kind != FileKind::None) return kind;
  const auto* named = std::ranges::find(kNames, base, &NamedFile::name);
  if (named != kNames.end()) return named->kind;
  for (const Pattern& pattern : kPatterns) {
    if (base.size() <= pattern.end.size() || !base.starts_with(pattern.begin) ||
        !base.ends_with(pattern.end))
      continue;
    const bool may_be_public = pattern.begin.empty() && pattern.kind == FileKind::Key;
    if (may_be_public && is_public_half(base)) return FileKind::None;
    return pattern.kind;
  }
  return FileKind::None;
}

bool is_credential_place(std::string_view raw) {
  constexpr auto kPlaces = std::to_array<std::string_view>(
      {"/.aws/credentials", "/.docker/config.json", "/.kube/config", "/.netrc", "/.npmrc",
       "/.pypirc", "/.git-credentials", "/.pgpass", "/.ssh/id_rsa", "/.ssh/id_ed25519",
       "/.ssh/id_ecdsa", "/.ssh/id_dsa"});
  const std::string path = "/" + clean(raw);
  return std::ranges::any_of(kPlaces, [&](auto place) { return path.ends_with(place); });
}

bool is_public_key_place(std::string_view path) {
  constexpr auto kPlaces =
      std::to_array<std::string_view>({"/etc/apt/", "keyrings", "rpm-gpg", "ca-certificates",
                                       "/etc/ssl/certs", "ca-trust", "/etc/apk/keys", "/anchors"});
  return contains_any(path, kPlaces);
}

}  // namespace corten::content
