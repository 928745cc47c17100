#include "image/layer.h"

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
  std::string finish_after(const Layer& layer, std::size_t wanted) {
    auto stream = open_layer(layer, fd_.get());
    if (!stream) return describe(stream.error());
    std::vector<std::byte> some(wanted);
    if (wanted > 0 && !(*stream)->read(some)) return "read failed";
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

TEST_F(LayerTest, ObeysDecompressionLimits) {
  Layer layer = layer_of(test::gzip(content()));
  auto stream = open_layer(layer, fd_.get(), {.output_bytes = 1000});
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::outcome((*stream)->finish()), "limit-exceeded");
}

}  // namespace
}  // namespace corten::image
