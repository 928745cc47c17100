#include <gtest/gtest.h>

#include <random>

#include "package/ownership.h"
#include "package/package.h"

namespace corten::package {
namespace {

std::string random_text(std::mt19937& random) {
  std::string out(random() % 12, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

Package random_package(std::mt19937& random) {
  Package package;
  package.type = static_cast<Type>(random() % 12);
  package.name = random_text(random);
  package.version = random_text(random);
  package.arch = random_text(random);
  package.source_name = random_text(random);
  package.source_version = random_text(random);
  package.maintainer = random_text(random);
  package.module_label = random_text(random);
  for (unsigned i = random() % 4; i > 0; --i) package.licenses.push_back(random_text(random));
  package.evidence = static_cast<Evidence>(random() % 3);
  package.path = random_text(random);
  package.inside_os_package = random_text(random);
  package.note = random_text(random);
  package.main_module = random() % 2 == 1;
  package.unpublished = random() % 2 == 1;
  return package;
}

TEST(PackageOnTheWire, ComesBackAsItWas) {
  std::mt19937 random(20240329);
  for (int i = 0; i < 2000; ++i) {
    const Package package = random_package(random);
    wire::Encoder out;
    encode(out, package);
    wire::Decoder in(as_bytes(out.bytes()));

    const auto decoded = decode_package(in);

    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, package);
    EXPECT_TRUE(in.at_end());
  }
}

TEST(PackageOnTheWire, IsRefusedWhenCutOffAnywhere) {
  std::mt19937 random(1);
  wire::Encoder out;
  encode(out, random_package(random));
  for (std::size_t size = 0; size < out.bytes().size(); ++size) {
    wire::Decoder in(as_bytes(out.bytes()).first(size));
    EXPECT_FALSE(decode_package(in).has_value()) << size;
  }
}

TEST(PackageOnTheWire, IsRefusedWithAnUnknownType) {
  wire::Encoder out;
  encode(out, Package{});
  std::string bytes = out.bytes();
  bytes[0] = 12;
  wire::Decoder in(as_bytes(bytes));
  EXPECT_FALSE(decode_package(in).has_value());
}

TEST(OwnedFilesOnTheWire, ComeBackAsTheyWere) {
  const OwnedFiles files{"libc6", {0, 1, ~std::uint64_t{0}}};
  wire::Encoder out;
  encode(out, files);
  wire::Decoder in(as_bytes(out.bytes()));

  const auto decoded = decode_owned_files(in);

  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, files);
  EXPECT_TRUE(in.at_end());
}

}  // namespace
}  // namespace corten::package
