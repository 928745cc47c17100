#include "image/layer.h"

#include <atomic>
#include <random>

#include "support/compress.h"
#include "target_test.h"

namespace corten::image {
namespace {

using testing::HasSubstr;

class LayerTest : public TargetTest {
 protected:
  // A layer of the file's whole content.
  Layer layer_of(const std::string& stored) {
    const auto path = write("blob", stored);
    auto fd = open_for_reading(path);
    EXPECT_TRUE(fd);
    fd_ = *std::move(fd);
    Layer layer;
    layer.bytes = {path.native(), 0, stored.size()};
    return layer;
  }

  // What a reader that takes only `wanted` bytes before finish() learns.
  std::string finish_after(const Layer& layer, std::size_t wanted,
                           const LayerOptions& options = {}) {
    auto stream = open_layer(layer, fd_.get(), options);
    if (!stream) return describe(stream.error());
    std::vector<std::byte> some(64 << 10);
    while (wanted > 0) {
      const auto got = (*stream)->read(std::span(some).first(std::min(wanted, some.size())));
      if (!got) return "read failed";
      if (*got == 0) break;
      wanted -= *got;
    }
    const Status done = (*stream)->finish();
    return done ? "ok" : describe(done.error());
  }

  Fd fd_;
};

std::string content() {
  std::string out;
  for (int i = 0; i < 100'000; ++i) out += std::to_string(i);
  return out;
}

TEST_F(LayerTest, ChecksTheStoredBlobWhereItsDigestIsKnown) {
  const std::string stored = test::gzip(content());
  Layer layer = layer_of(stored);
  layer.digest = "sha256:" + test::hex_of(stored);
  layer.diff_id = "sha256:" + std::string(64, '0');  // not hashed too
  for (const std::size_t wanted : {0UZ, 1UZ, 10'000UZ}) {
    EXPECT_EQ(finish_after(layer, wanted), "ok");
  }
}

TEST_F(LayerTest, ChecksTheUncompressedTarOtherwise) {
  Layer layer = layer_of(test::gzip(content()));
  layer.diff_id = "sha256:" + test::hex_of(content());
  EXPECT_EQ(finish_after(layer, 0), "ok");
  EXPECT_EQ(finish_after(layer, 5000), "ok");
}

TEST_F(LayerTest, NamesBothDigestsOfAMismatch) {
  const std::string stored = test::gzip(content());
  const std::string wrong = "sha256:" + std::string(64, 'a');
  Layer layer = layer_of(stored);
  layer.digest = wrong;
  EXPECT_EQ(finish_after(layer, 10), "layer " + wrong + " does not match its digest (got sha256:" +
                                         test::hex_of(stored) + ")");
  layer.digest.clear();
  layer.diff_id = wrong;
  EXPECT_THAT(finish_after(layer, 10), HasSubstr("got sha256:" + test::hex_of(content())));
}

TEST_F(LayerTest, AcceptsSha512) {
  Layer layer = layer_of("stored");
  Hasher hasher(DigestAlgorithm::Sha512);
  hasher.update(as_bytes("stored"));
  layer.digest = hasher.digest();
  EXPECT_EQ(finish_after(layer, 3), "ok");
}

TEST_F(LayerTest, SkippingIsHashedToo) {
  Layer layer = layer_of(content());
  layer.digest = "sha256:" + test::hex_of(content());
  auto stream = open_layer(layer, fd_.get());
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::outcome((*stream)->skip(300'000)), "ok");
  EXPECT_EQ(test::outcome((*stream)->finish()), "ok");
}

TEST_F(LayerTest, WithoutADigestTheStreamIsStillReadToItsEnd) {
  EXPECT_EQ(finish_after(layer_of(test::gzip(content())), 1), "ok");
  const std::string stored = test::gzip(content());
  EXPECT_NE(finish_after(layer_of(stored.substr(0, stored.size() - 1)), 1), "ok");
}

TEST_F(LayerTest, ATruncatedFileIsReported) {
  Layer layer = layer_of(content());
  layer.digest = "sha256:" + test::hex_of(content());
  layer.bytes.size += 1;
  EXPECT_THAT(finish_after(layer, 1), HasSubstr("truncated"));
}

TEST_F(LayerTest, MalformedDigestsAreRefused) {
  Layer layer = layer_of("x");
  layer.digest = "sha256:../../etc/passwd";
  EXPECT_THAT(finish_after(layer, 1), HasSubstr("is not a digest"));
  auto folder = open_for_reading(dir_->path());
  ASSERT_TRUE(folder);
  EXPECT_EQ(test::outcome(open_layer(layer, folder->get())), "invalid-input");
}

// Bytes that compress to half their size, so that a few megabytes of them are some of a blob too.
std::string large_content() {
  std::mt19937 random(1);
  std::string out(std::size_t{12} << 20, '\0');
  std::ranges::generate(out, [&] { return static_cast<char>(random() & 15U); });
  return out;
}

TEST_F(LayerTest, HelpersChangeNothingButTheTime) {
  const std::string plain = large_content();
  const std::string wrong = "sha256:" + std::string(64, 'a');
  for (const std::string& stored : {plain, test::gzip(plain)}) {
    Layer with_digest = layer_of(stored);
    with_digest.digest = "sha256:" + test::hex_of(stored);
    Layer with_diff_id = with_digest;
    std::swap(with_diff_id.digest, with_diff_id.diff_id);
    with_diff_id.diff_id = "sha256:" + test::hex_of(plain);
    for (const Layer& layer : {with_digest, with_diff_id}) {
      for (const std::size_t wanted : {std::size_t{0}, plain.size() / 2, plain.size() + 1}) {
        std::atomic<int> questions = 0;
        const auto soon = [&] { return ++questions > 3; };
        EXPECT_EQ(finish_after(layer, wanted, {{}, [] { return true; }}), "ok");
        EXPECT_EQ(finish_after(layer, wanted, {{}, soon}), "ok");
        Layer damaged = layer;
        (layer.digest.empty() ? damaged.diff_id : damaged.digest) = wrong;
        EXPECT_THAT(finish_after(damaged, wanted, {{}, [] { return true; }}),
                    HasSubstr("does not match"));
      }
    }
  }
}

TEST_F(LayerTest, ATruncatedBlobIsReportedThroughHelpers) {
  std::string stored = test::gzip(large_content());
  stored.resize(stored.size() - 100);
  Layer layer = layer_of(stored);
  layer.digest = "sha256:" + test::hex_of(stored);
  EXPECT_EQ(finish_after(layer, std::size_t{64} << 20, {{}, [] { return true; }}), "read failed");
}

TEST_F(LayerTest, AStreamThatIsGivenUpEndsItsHelpers) {
  const std::string stored = test::gzip(large_content());
  Layer layer = layer_of(stored);
  layer.digest = "sha256:" + test::hex_of(stored);
  auto stream = open_layer(layer, fd_.get(), {{}, [] { return true; }});
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::outcome((*stream)->skip(std::size_t{5} << 20)), "ok");
}

TEST_F(LayerTest, ObeysDecompressionLimits) {
  Layer layer = layer_of(test::gzip(content()));
  auto stream = open_layer(layer, fd_.get(), {.limits = {.output_bytes = 1000}});
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::outcome((*stream)->finish()), "limit-exceeded");
}

}  // namespace
}  // namespace corten::image
