// Names of artifacts.
#include <gmock/gmock.h>

#include "advisory/artifact.h"

namespace corten::advisory::testing {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(ArtifactReferences, AreRead) {
  EXPECT_EQ(parse_artifact_reference("r.test/a/b"),
            (ArtifactReference{"r.test", "a/b", "latest", ""}));
  EXPECT_EQ(parse_artifact_reference("localhost:5000/db:v1"),
            (ArtifactReference{"localhost:5000", "db", "v1", ""}));
  EXPECT_EQ(parse_artifact_reference("R.test/db:V1@" + kDigest),
            (ArtifactReference{"R.test", "db", "V1", kDigest}));
  for (const std::string text :
       {"", "db", "team/db", "r.test/", "r.test/A", "r.test/a b", "r.test//a", "r.test/../a",
        "r.test/a/", "r.test/a:", "r.test/a?x=1", "user@r.test/a", "https://r.test/a",
        "r.test/a@sha256:1"}) {
    const auto reference = parse_artifact_reference(text);
    ASSERT_FALSE(reference.has_value()) << text;
    EXPECT_EQ(reference.error().code, ErrorCode::Usage) << text;
  }
}

}  // namespace
}  // namespace corten::advisory::testing
