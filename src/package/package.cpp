#include "package/package.h"

#include <fmt/format.h>

namespace corten::package {
namespace {

constexpr std::uint64_t kLastType = static_cast<std::uint64_t>(Type::Generic);
constexpr std::uint64_t kLastEvidence = static_cast<std::uint64_t>(Evidence::Declared);

}  // namespace

const char* purl_type(Type type) {
  switch (type) {
    case Type::Deb:
      return "deb";
    case Type::Apk:
      return "apk";
    case Type::Rpm:
      return "rpm";
    case Type::Go:
      return "golang";
    case Type::Cargo:
      return "cargo";
    case Type::Npm:
      return "npm";
    case Type::Pypi:
      return "pypi";
    case Type::Maven:
      return "maven";
    case Type::Gem:
      return "gem";
    case Type::Nuget:
      return "nuget";
    case Type::Composer:
      return "composer";
    case Type::Generic:
      return "generic";
  }
  return "generic";
}

void encode(wire::Encoder& out, const Package& package) {
  out.number(static_cast<std::uint64_t>(package.type));
  out.text(package.name);
  out.text(package.version);
  out.text(package.arch);
  out.text(package.source_name);
  out.text(package.source_version);
  out.text(package.maintainer);
  out.text(package.module_label);
  out.texts(package.licenses);
  out.number(static_cast<std::uint64_t>(package.evidence));
  out.text(package.path);
  out.text(package.inside_os_package);
  out.text(package.note);
  out.flag(package.main_module);
  out.flag(package.unpublished);
}

Result<Package> decode_package(wire::Decoder& in) {
  Package package;
  CORTEN_TRY(const std::uint64_t type, in.number_up_to(kLastType));
  package.type = static_cast<Type>(type);
  CORTEN_TRY(package.name, in.text());
  CORTEN_TRY(package.version, in.text());
  CORTEN_TRY(package.arch, in.text());
  CORTEN_TRY(package.source_name, in.text());
  CORTEN_TRY(package.source_version, in.text());
  CORTEN_TRY(package.maintainer, in.text());
  CORTEN_TRY(package.module_label, in.text());
  CORTEN_TRY(package.licenses, in.texts());
  CORTEN_TRY(const std::uint64_t evidence, in.number_up_to(kLastEvidence));
  package.evidence = static_cast<Evidence>(evidence);
  CORTEN_TRY(package.path, in.text());
  CORTEN_TRY(package.inside_os_package, in.text());
  CORTEN_TRY(package.note, in.text());
  CORTEN_TRY(package.main_module, in.flag());
  CORTEN_TRY(package.unpublished, in.flag());
  return package;
}

}  // namespace corten::package
