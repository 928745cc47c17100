#include "image/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"

namespace corten::image {
namespace {

using testing::ElementsAre;

struct Case {
  const char* name;
  const char* created_by;
  const char* expected;
};
class CleanInstruction : public testing::TestWithParam<Case> {};
TEST_P(CleanInstruction, IsWhatTheDockerfileSaid) {
  EXPECT_EQ(clean_instruction(GetParam().created_by), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    History, CleanInstruction,
    testing::ValuesIn(std::vector<Case>{
        {"Nop", "/bin/sh -c #(nop)  CMD [\"/bin/sh\"]", "CMD [\"/bin/sh\"]"},
        {"NopAdd", "/bin/sh -c #(nop) ADD file:37a7 in / ", "ADD file:37a7 in /"},
        {"Run", "/bin/sh -c apt-get update", "RUN apt-get update"},
        {"RunWithLines", "/bin/sh -c set -eux; \tapt-get update; \n\t make",
         "RUN set -eux; apt-get update; make"},
        {"RunWithArguments", "|2 A=b C=d e /bin/sh -c make $A", "RUN make $A"},
        {"RunWithBash", "/bin/bash -o pipefail -c curl x | sh", "RUN curl x | sh"},
        {"RunWithErrorExit", "/bin/sh -ec make", "RUN make"},
        {"NopWithBash", "/bin/bash -o pipefail -c #(nop) ENV A=b", "ENV A=b"},
        {"BuildKitRun", "RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"},
        {"BuildKitRunWithArguments", "RUN |1 A=b /bin/sh -c make # buildkit", "RUN make"},
        {"BuildKitCopy", "COPY dir /app # buildkit", "COPY dir /app"},
        {"BuildKitExecForm", "RUN ls -la # buildkit", "RUN ls -la"},
        {"BuildKitCmd", "CMD [\"nginx\"]", "CMD [\"nginx\"]"},
        {"Windows", "cmd /S /C #(nop)  CMD [\"cmd\"]", "CMD [\"cmd\"]"},
        {"WindowsRun", "cmd /S /C powershell x", "RUN powershell x"},
        {"OtherBuilder", "bazel build ...", "bazel build ..."},
        {"Empty", "", ""},
        {"ShellAlone", "/bin/sh", "/bin/sh"},
        {"NotAShell", "/bin/show -c x", "/bin/show -c x"},
        {"BarsOnly", "|||", "|||"},
    }),
    test::case_name<Case>);

HistoryEntry step(const char* what, bool empty = false) {
  return {.created = "", .created_by = what, .comment = "", .empty_layer = empty};
}

TEST(LayerInstructions, LeaveOutStepsWithoutLayer) {
  EXPECT_THAT(layer_instructions({step("ADD a /"), step("ENV x", true), step("COPY b /")}, 2),
              ElementsAre("ADD a /", "COPY b /"));
}

TEST(LayerInstructions, BelongToTheLastLayersWhenThereAreTooFew) {
  EXPECT_THAT(layer_instructions({step("COPY b /")}, 3), ElementsAre("", "", "COPY b /"));
  EXPECT_THAT(layer_instructions({}, 2), ElementsAre("", ""));
}

TEST(LayerInstructions, AreUnknownWhenThereAreTooMany) {
  EXPECT_THAT(layer_instructions({step("A"), step("B")}, 1), ElementsAre(""));
  EXPECT_THAT(layer_instructions({step("A")}, 0), ElementsAre());
}

}  // namespace
}  // namespace corten::image
