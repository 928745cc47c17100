// deb, rpm and apk: cases from Debian Policy 5.6.12, rpm-version(7) and the rules of
// apk-package(5).
#include "version/cases.h"

namespace corten::version {
namespace {

TEST(Deb, PutsTildeBeforeEndLettersAndOtherBytes) {
  expect_rising(Scheme::Deb, {"~~", "~~a", "~", "", "a"});  // the example of the policy
  expect_rising(Scheme::Deb, {"1.0~beta1~svn1245", "1.0~beta1", "1.0", "1.0a", "1.0+b1", "1.0.1"});
}

TEST(Deb, ComparesNumbersByValueAndLettersBeforePunctuation) {
  expect_rising(Scheme::Deb, {"1.2", "1.10", "1.10a", "1.10.1", "2"});
  expect_rising(Scheme::Deb, {"1a", "1b", "1+-0", "1--0", "1."});
  expect_equal(Scheme::Deb, {"1.02", "1.2", "1.00002"});
}

TEST(Deb, ComparesEpochThenUpstreamThenRevision) {
  expect_rising(Scheme::Deb, {"9.9-9", "1:0.1-1", "1:0.1-2", "1:0.2-1", "2:0"});
  expect_rising(Scheme::Deb,
                {"1.0-1~deb12u1", "1.0-1", "1.0-1+b1", "1.0-1+deb12u1", "1.0-1.1", "1.0-2"});
  expect_equal(Scheme::Deb, {"1.0", "0:1.0", "1.0-0", "00:1.0-0", " 1.0 "});
  expect_rising(Scheme::Deb, {"1-1", "1-2", "1-1-1"});  // the last hyphen splits: upstream "1-1"
}

TEST(Deb, ReadsRealVersions) {
  expect_rising(Scheme::Deb, {"7.88.1-10+deb12u5", "7.88.1-10+deb12u12", "8.5.0-2"});
  expect_rising(Scheme::Deb, {"1.1.1f-1ubuntu2", "1.1.1f-1ubuntu2.16", "3.0.2-0ubuntu1.10"});
  expect_rising(Scheme::Deb, {"2:8.2.2434-3", "2:9.0.1378-2"});
  expect_rising(Scheme::Deb, {"1.2.13.dfsg-1", "1:1.2.13.dfsg-1"});
}

TEST(Deb, KeepsAnOddEpochInTheUpstreamVersion) {
  expect_rising(Scheme::Deb, {"a:1", "a:2", "b:1"});
  expect_rising(Scheme::Deb, {":1", "1:1"});
}

TEST(Deb, ValidatesAsDpkgDoes) {
  expect_valid(Scheme::Deb, {"0", "1.0-1", "1:2:3-1", "0:1.0~rc1+dfsg-1~bpo12+1", "2147483647:1"});
  expect_invalid(Scheme::Deb, {"", "abc", "1.0-", "-1", "a:1", ":1", "1:", "1.0_1", "1 0",
                               "1.0-1_1", "2147483648:1", "99999999999999999999:1"});
}

TEST(Rpm, PutsTildeBeforeEndAndCaretAfter) {
  expect_rising(Scheme::Rpm, {"1.0~rc1~git1", "1.0~rc1", "1.0~rc1^git1", "1.0", "1.0^", "1.0^git1",
                              "1.0^git1.1", "1.0.1~a", "1.0.1"});
}

TEST(Rpm, ComparesSegmentsAndIgnoresWhatSeparatesThem) {
  expect_rising(Scheme::Rpm, {"1.0", "1.0a", "1.0b", "1.0.1", "1.2", "1.10", "2"});
  expect_rising(Scheme::Rpm, {"xyz.4", "8"});
  expect_rising(Scheme::Rpm, {"5.5p1", "5.5p10"});
  expect_rising(Scheme::Rpm, {"2a", "2.0"});
  expect_equal(Scheme::Rpm, {"1.0", "1_0", "1..0", "1.0.", "+1+0", "1.00", "0:1.0"});
  expect_equal(Scheme::Rpm, {"10b1.1", "10b1_1",
                             "10b1\xc2\xa7"
                             "1",
                             "10.b.1.1"});
}

TEST(Rpm, ComparesEpochThenVersionThenRelease) {
  expect_rising(Scheme::Rpm, {"2.0-1", "1:1.0-1.el9", "1:1.0-1.el9_2", "1:1.0-2.el9", "1:1.1-1"});
  expect_rising(Scheme::Rpm, {"1.0", "1.0-~", "1.0-0", "1.0-1"});
  expect_equal(Scheme::Rpm, {"1.0-1", "0:1.0-1", ":1.0-1", "00:1.0-1"});
}

TEST(Rpm, ReadsRealVersions) {
  expect_rising(Scheme::Rpm, {"1:3.0.7-16.el9_2", "1:3.0.7-18.el9_2", "1:3.0.7-27.el9"});
  expect_rising(Scheme::Rpm, {"4.18.0-80.1.2.el8_0", "4.18.0-477.10.1.el8_8"});
  expect_rising(Scheme::Rpm, {"2.37-150400.4.1", "2.37.2-150400.8.17.1"});
}

TEST(Rpm, ValidatesTheBytesOfTags) {
  expect_valid(Scheme::Rpm, {"1", "1.0-1.el9_2", "12:1.0~rc1^git-1+x"});
  expect_invalid(Scheme::Rpm, {"", "-1", "1-", "1.0-1-1", "1 0", "a:1", ":1", "1:", "1/2"});
}

TEST(Apk, PutsPreReleaseSuffixesBeforeAndPatchSuffixesAfterTheEnd) {
  expect_rising(
      Scheme::Apk,
      {"1.0_alpha", "1.0_alpha1", "1.0_beta", "1.0_pre", "1.0_rc",          "1.0_rc1", "1.0_rc_git",
       "1.0",       "1.0_cvs",    "1.0_svn",  "1.0_git", "1.0_git20240229", "1.0_hg",  "1.0_p",
       "1.0_p1",    "1.0_p2",     "1.0a",     "1.0b",    "1.0.0",           "1.0.1"});
  expect_rising(Scheme::Apk, {"0.1.0_alpha_pre2", "0.1.0_alpha"});
}

TEST(Apk, ComparesRevisionsLast) {
  expect_rising(Scheme::Apk,
                {"1.0_rc1-r5", "1.0", "1.0-r0", "1.0-r2", "1.0-r10", "1.0_p1-r0", "1.0.1-r0"});
}

TEST(Apk, ReadsNumbersWithLeadingZerosAsFractions) {
  expect_rising(Scheme::Apk,
                {"1.0", "1.00", "1.01", "1.010", "1.02", "1.06", "1.1", "1.2", "1.10"});
  expect_rising(Scheme::Apk, {"1.2.07.8", "1.2.12.04", "1.2.12.05"});
  expect_rising(Scheme::Apk,
                {"1.06-r6", "006", "013", "014-r1"});  // the first number is no fraction
}

TEST(Apk, OrdersCommitHashesBetweenEndAndSuffixes) {
  expect_rising(Scheme::Apk, {"1.0", "1.0-r0", "1.0~1a", "1.0~1a-r1", "1.0~ff", "1.0_p1"});
}

TEST(Apk, AgreesWithTheCasesOfApkTools) {
  expect_rising(Scheme::Apk, {"0.1.0_alpha", "0.1.0_alpha2", "0.1.3_alpha", "2.34"});
  expect_rising(Scheme::Apk, {"2.2.39-r1", "3.9_pre20060124", "6b-r7", "23_foo"});
  expect_rising(Scheme::Apk, {"2.01.01_alpha10", "2.3.0b-r1", "2.3.0b-r2", "2.5.1-r8", "2.5.1a-r1",
                              "20050718-r1"});
  expect_rising(Scheme::Apk,
                {"1.0", "1.0bc", "1.0.0_pre20191002222144-r0", "1.0.0_pre20210530193627-r0"});
  expect_rising(Scheme::Apk, {"1.3_pre1-r1", "1.3-r0", "1.3.1-r0", "1.3.2"});
}

TEST(Apk, PutsWhatIsOutsideTheGrammarBelowTheEnd) {
  expect_rising(Scheme::Apk, {"", "abc", "1.0-x", "1.0", "1.0a"});
  expect_rising(Scheme::Apk, {"1.0_bar", "1.0_foo", "1.0"});
}

TEST(Apk, Validates) {
  expect_valid(Scheme::Apk,
               {"1", "1.2.3", "1.2b", "1.2_rc1_p2", "1.2_git20240229-r0", "1.2~0af-r3"});
  expect_invalid(Scheme::Apk, {"", "a", "1.", "1..2", "1.2bc", "1.2b.3", "1.2B", "1_foo", "1-1",
                               "1-r", "1-r1-r2", "1~", "1~g", "1-r1_p1", "1.2 "});
}

}  // namespace
}  // namespace corten::version
