#include "archive/decompress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/subprocess.h"
#include "support/case_name.h"
#include "support/compress.h"
#include "support/sources.h"

namespace corten::archive {
namespace {

using test::drain;
using test::outcome;

// Text that compresses about as well as a root file system.
std::string sample(std::size_t size) {
  std::mt19937 random(7);
  std::string out;
  while (out.size() < size) out += "/usr/lib/" + std::to_string(random() % 5000) + ".so\n";
  out.resize(size);
  return out;
}

Result<std::string> unpack(const std::string& bytes, std::size_t input_step,
                           std::size_t output_step, const DecompressLimits& limits = {}) {
  CORTEN_TRY(const auto source,
             decompress(std::make_unique<test::TrickleSource>(bytes, input_step), limits));
  return drain(*source, output_step);
}

struct Format {
  const char* name;
  Compression compression;
  std::string (*pack)(std::string_view);
};

class EachFormat : public testing::TestWithParam<Format> {};

TEST_P(EachFormat, GivesTheContentBack) {
  for (const std::size_t size : {0UZ, 1UZ, 511UZ, 70'000UZ, 3'000'000UZ}) {
    const std::string content = sample(size);
    const std::string packed = GetParam().pack(content);
    EXPECT_EQ(detect_compression(as_bytes(packed)), GetParam().compression);
    EXPECT_EQ(unpack(packed, 1 << 20, 1 << 20), content) << size;
    EXPECT_EQ(unpack(packed, 4096, 512), content) << size;
  }
}

TEST_P(EachFormat, DoesNotCareHowTheInputIsSplit) {
  const std::string content = sample(5000);
  const std::string packed = GetParam().pack(content);
  for (const std::size_t step : {1UZ, 2UZ, 3UZ, 7UZ, 64UZ}) {
    EXPECT_EQ(unpack(packed, step, 1), content) << step;
    EXPECT_EQ(unpack(packed, step, 333), content) << step;
  }
}

TEST_P(EachFormat, ReadsSeveralStreamsInARow) {
  const std::string packed =
      GetParam().pack("first ") + GetParam().pack("") + GetParam().pack("second");
  EXPECT_EQ(unpack(packed, 1 << 20, 1 << 20), "first second");
  EXPECT_EQ(unpack(packed, 1, 1), "first second");
}

TEST_P(EachFormat, RefusesTruncationAtEveryByte) {
  const std::string packed = GetParam().pack(sample(2000));
  // The shortest prefixes are not recognised, and so are plain bytes.
  for (std::size_t size = 10; size < packed.size(); ++size) {
    EXPECT_EQ(outcome(unpack(packed.substr(0, size), 1 << 20, 4096)), "invalid-input") << size;
  }
}

TEST_P(EachFormat, RefusesBytesOfAnotherKindBehindIt) {
  EXPECT_EQ(outcome(unpack(GetParam().pack("x") + "trailing", 1 << 20, 4096)), "invalid-input");
}

TEST_P(EachFormat, StopsAtTheOutputLimit) {
  const std::string packed = GetParam().pack(sample(100'000));
  EXPECT_EQ(outcome(unpack(packed, 4096, 4096, {.output_bytes = 100'000})), "ok");
  EXPECT_EQ(outcome(unpack(packed, 4096, 4096, {.output_bytes = 99'999})), "limit-exceeded");
}

TEST_P(EachFormat, StopsBombsByTheirRatio) {
  const std::string part = GetParam().pack(std::string(8 << 20, '\0'));
  std::string packed;
  for (int i = 0; i < 10; ++i) packed += part;  // 80 MiB: above what is allowed whatever the ratio
  EXPECT_EQ(outcome(unpack(packed, 1 << 20, 1 << 20, {.ratio = 5})), "limit-exceeded");
}

TEST_P(EachFormat, SkipsAndThenReads) {
  const std::string content = sample(1'000'000);
  auto source = decompress(std::make_unique<test::TrickleSource>(GetParam().pack(content), 1000));
  ASSERT_TRUE(source);
  EXPECT_EQ(outcome((*source)->skip(900'001)), "ok");
  EXPECT_EQ(drain(**source), content.substr(900'001));
  EXPECT_EQ(outcome((*source)->skip(1)), "invalid-input");
}

std::string plain(std::string_view text) { return std::string(text); }

INSTANTIATE_TEST_SUITE_P(Decompress, EachFormat,
                         testing::Values(Format{"Gzip", Compression::Gzip, test::gzip},
                                         Format{"Zstd", Compression::Zstd, test::zstd},
                                         Format{"Xz", Compression::Xz, test::xz},
                                         Format{"Bzip2", Compression::Bzip2, test::bzip2}),
                         test::case_name<Format>);

TEST(Decompress, PassesPlainBytesThrough) {
  for (const std::size_t size : {0UZ, 1UZ, 15UZ, 16UZ, 17UZ, 600'000UZ}) {
    const std::string content = plain(sample(size));
    EXPECT_EQ(unpack(content, 1 << 20, 1 << 20), content);
    EXPECT_EQ(unpack(content, 5, 100'000), content);
  }
  EXPECT_EQ(outcome(unpack("12345", 1, 1, {.output_bytes = 4})), "limit-exceeded");
}

TEST(Gzip, ChecksContentAndLengthAgainstTheTrailer) {
  const std::string good = test::gzip(sample(1000));
  for (std::size_t at = good.size() - 8; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_EQ(outcome(unpack(bad, 1 << 20, 4096)), "invalid-input") << at;
  }
}

TEST(Gzip, ReadsEveryOptionalHeaderFieldHoweverItIsSplit) {
  std::string extra(300, 'e');
  std::string name = "a-file-name.tar";
  std::string comment = "a comment";
  gz_header header{};
  header.extra = reinterpret_cast<Bytef*>(extra.data());
  header.extra_len = static_cast<uInt>(extra.size());
  header.name = reinterpret_cast<Bytef*>(name.data());
  header.comment = reinterpret_cast<Bytef*>(comment.data());
  header.hcrc = 1;
  const std::string packed = test::deflate_with("content", 31, &header);
  for (std::size_t step = 1; step < packed.size(); ++step) {
    EXPECT_EQ(unpack(packed, step, 4096), "content") << step;
  }
}

TEST(Gzip, AcceptsTrailingZerosOnly) {
  const std::string packed = test::gzip("content");
  EXPECT_EQ(unpack(packed + std::string(1000, '\0'), 64, 4096), "content");
  EXPECT_EQ(unpack(packed + std::string(1, '\0'), 1, 1), "content");
  EXPECT_EQ(outcome(unpack(packed + std::string(1000, '\0') + "x", 64, 4096)), "invalid-input");
}

TEST(Gzip, RefusesAnUnknownMethodInASecondMember) {
  std::string second = test::gzip("b");
  second[2] = 7;
  EXPECT_EQ(outcome(unpack(test::gzip("a") + second, 64, 64)), "invalid-input");
}

TEST(Zstd, PassesOverSkippableFrames) {
  // RFC 8878, 3.1.2: magic 0x184D2A5?, a 32-bit size, as many bytes.
  const std::string skippable("\x53\x2a\x4d\x18\x05\0\0\0hello", 13);
  EXPECT_EQ(unpack(skippable + test::zstd("a") + skippable + test::zstd("b"), 1 << 20, 64), "ab");
  EXPECT_EQ(unpack(skippable + test::zstd("a") + skippable, 1, 64), "a");
}

TEST(Zstd, RefusesAWindowAbove128MiB) {
  // RFC 8878, 3.1.1.1.2: exponent 18 (window 2^28), no content size; then an empty last raw block.
  const std::string huge("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00", 9);
  EXPECT_EQ(outcome(unpack(huge, 64, 64)), "limit-exceeded");
  const std::string allowed("\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00", 9);
  EXPECT_EQ(unpack(allowed, 64, 64), "");
}

TEST(DetectCompression, NeedsTheWholeMagic) {
  for (const std::string_view head :
       {std::string_view(), std::string_view("\x1f"), std::string_view("\x1f\x8b"),
        std::string_view("BZh9"), std::string_view("BZh9notabzip2"),
        std::string_view("\x28\xb5\x2f"), std::string_view("ustar  plain")}) {
    EXPECT_EQ(detect_compression(as_bytes(head)), Compression::None);
  }
}

TEST(DetectCompression, HasNames) {
  EXPECT_STREQ(name_of(Compression::Zstd), "zstd");
  EXPECT_STREQ(name_of(Compression::None), "none");
}

class EachTool : public testing::TestWithParam<const char*> {};

TEST_P(EachTool, OutputIsReadBack) {
  const std::string content = sample(2'000'000);
  const auto packed = run_subprocess({GetParam(), "-c"}, content);
  if (!packed) GTEST_SKIP() << GetParam() << " is not installed";
  ASSERT_EQ(packed->status, 0) << packed->err;
  EXPECT_EQ(unpack(packed->out, 1 << 20, 1 << 20), content);
}

INSTANTIATE_TEST_SUITE_P(Decompress, EachTool,
                         testing::Values("gzip", "igzip", "pigz", "zstd", "xz", "bzip2", "pbzip2"),
                         [](const auto& tool) { return std::string(tool.param); });

}  // namespace
}  // namespace corten::archive
