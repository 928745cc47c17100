// PEP 440, Maven, RubyGems, Composer and lists of integers: cases from their specifications.
#include "version/cases.h"

namespace corten::version {
namespace {

TEST(Pep440, OrdersTheSuffixes) {
  expect_rising(Scheme::Pep440, {"1.dev0",
                                 "1.0.dev456",
                                 "1.0a1",
                                 "1.0a2.dev456",
                                 "1.0a12.dev456",
                                 "1.0a12",
                                 "1.0b1.dev456",
                                 "1.0b2",
                                 "1.0b2.post345.dev456",
                                 "1.0b2.post345",
                                 "1.0rc1.dev456",
                                 "1.0rc1",
                                 "1.0",
                                 "1.0+abc.5",
                                 "1.0+abc.7",
                                 "1.0+5",
                                 "1.0.post456.dev34",
                                 "1.0.post456",
                                 "1.0.15",
                                 "1.1.dev1"});  // PEP 440 and its local versions
}

TEST(Pep440, PutsEpochsFirst) {
  expect_rising(Scheme::Pep440, {"2013.10", "2014.04", "1!1.0", "1!1.1", "2!0"});
  expect_equal(Scheme::Pep440, {"1.0", "0!1.0"});
}

TEST(Pep440, NormalisesSpellings) {
  expect_equal(Scheme::Pep440,
               {"1.1a1", "1.1A1", "1.1.a1", "1.1-a1", "1.1_a1", "1.1a.1", "1.1a-1", "1.1alpha1",
                "v1.1a1", " 1.1a1\n", "1.1.0a1", "1.01a01", "1.1ALPHA_1"});
  expect_equal(Scheme::Pep440, {"1.0rc1", "1.0c1", "1.0pre1", "1.0preview1", "1.0-PREVIEW-1"});
  expect_equal(Scheme::Pep440,
               {"1.0.post2", "1.0-2", "1.0r2", "1.0.rev2", "1.0post2", "1.0-post.2"});
  expect_equal(Scheme::Pep440, {"1.0.dev0", "1.0dev", "1.0-dev", "1.0_dev_0", "1.dev"});
  expect_equal(Scheme::Pep440, {"1.0a0", "1.0a", "1.0a."});
}

TEST(Pep440, ComparesLocalVersionsBySegment) {
  expect_rising(Scheme::Pep440, {"1.0", "1.0+a", "1.0+a.1", "1.0+b", "1.0+1", "1.0+1.a", "1.0+1.1",
                                 "1.0+2", "1.0+10"});
  expect_equal(Scheme::Pep440, {"1.0+ubuntu-1", "1.0+UBUNTU.1", "1.0+ubuntu_01"});
}

TEST(Pep440, PutsTheInvalidBelowTheValid) {
  expect_rising(Scheme::Pep440, {"foo", "1.0-foo", "2.0-foo", "0.dev0", "0"});
}

TEST(Pep440, Validates) {
  expect_valid(Scheme::Pep440,
               {"0", "1.0", "1!2.3a4.post5.dev6+local.7", "v1.0", "1.0-1", "1.0a.", "1.0.dev"});
  expect_invalid(Scheme::Pep440,
                 {"", "foo", "1.0-foo", "1..0", "1.0.", "1.0+", "1.0+a..b", "1.0+a.",
                  "1.0+\xc3\xa4", "1.2!3", "!1", "1!", "1.0a1b1", "1.0.dev1.post1", "1.0 a1", "v"});
}

TEST(Maven, OrdersQualifiers) {
  expect_rising(Scheme::Maven,
                {"1-alpha-1", "1-alpha-2", "1-alpha-10", "1-beta", "1-milestone", "1-rc",
                 "1-snapshot", "1", "1-sp", "1-abc", "1-jre", "1-1-snapshot", "1-1", "1-2", "1.1"});
  expect_equal(Scheme::Maven, {"1-rc", "1-cr", "1.RC", "1.0.CR"});
}

TEST(Maven, TrimsNulls) {
  expect_equal(Scheme::Maven, {"1", "1.0", "1.0.0", "1-0", "1.ga", "1-ga", "1.Final",
                               "1.0.0.RELEASE", "1-", "1.", "1.0-0"});
  expect_equal(Scheme::Maven, {"1.0.0-foo.0.0", "1-foo"});
  expect_equal(Scheme::Maven, {"1-1", "1.0-1", "1-0-1", "1.ga-1", "1--1"});
  expect_rising(Scheme::Maven, {"1", "1.0.0.1", "1.0.1", "1.1"});
}

TEST(Maven, SplitsWhereDigitsMeetLetters) {
  expect_equal(Scheme::Maven,
               {"1-alpha-1", "1alpha1", "1-alpha1", "1a1", "1-a1", "1.0a1", "1.a1", "1-ALPHA-1"});
  expect_equal(Scheme::Maven, {"1-b2", "1-beta-2"});
  expect_equal(Scheme::Maven, {"1-m3", "1-milestone-3", "1.0.M3"});
  expect_rising(Scheme::Maven,
                {"1-alpha-1", "1", "1-a-1"});  // a lone letter is an alias only before a digit
  expect_rising(Scheme::Maven, {"1-foo2", "1-foo10"});
}

TEST(Maven, DistinguishesDotAndHyphenBeforeNumbers) {
  expect_rising(Scheme::Maven, {"1.foo", "1-1", "1.1"});
  expect_equal(Scheme::Maven, {"1.foo", "1-foo"});
  expect_rising(Scheme::Maven, {"1-ga", "1-sp"});
  expect_rising(Scheme::Maven, {"1-ga.1", "1-sp.1"});
  expect_rising(Scheme::Maven, {"1-sp-1", "1-ga-1"});  // nonsense, but the specification says so
}

TEST(Maven, ComparesNumbersOfAnyLength) {
  expect_rising(Scheme::Maven, {"20190126.230843", "10000000000", "10000000000000000000000",
                                "10000000000000000000001"});
}

TEST(Maven, ReadsRealVersions) {
  expect_rising(Scheme::Maven, {"2.0-beta9", "2.0-rc1", "2.0", "2.3.1", "2.12.2", "2.15.0"});
  expect_rising(Scheme::Maven, {"5.0.0.M1", "5.0.0.RC1", "5.0.0.RELEASE", "5.0.1.RELEASE"});
  expect_rising(Scheme::Maven, {"9.4.0.v20161208", "9.4.0.v20180619", "9.4.1.v20170120"});
  expect_rising(Scheme::Maven, {"4.1.0.Beta1", "4.1.0.CR1", "4.1.0.Final", "4.1.0.SP1"});
  expect_rising(Scheme::Maven, {"31.0-android", "31.0-jre", "31.1-android"});
}

TEST(Maven, Validates) {
  expect_valid(Scheme::Maven, {"1", "foo", "1.0-SNAPSHOT"});
  expect_invalid(Scheme::Maven, {"", "[1,2)", "${x}", "1/2", "1:2"});
}

TEST(Gem, PutsWordsBelowNumbersAndTheEnd) {
  expect_rising(Scheme::Gem, {"1.0.a", "1.0.a.2", "1.0.b1", "1.0.pre", "1.0.rc1", "1.0.rc2", "1.0",
                              "1.0.1", "1.1.a", "1.1", "1.10", "2.0.pre1", "2.0"});
  expect_rising(Scheme::Gem, {"5.0.0.a.1", "5.0.0.beta1", "5.0.0.rc2", "5.0.0"});
  expect_rising(Scheme::Gem, {"1.0.RC", "1.0.rc"});
}

TEST(Gem, DropsZerosBeforeWordsAndAtTheEnd) {
  expect_equal(Scheme::Gem, {"1", "1.0", "1.0.0", "01", " 1.0 "});
  expect_equal(Scheme::Gem, {"1.rc1", "1.0.rc1", "1.0.0.rc.1", "1.0rc1"});
  expect_equal(Scheme::Gem, {"1.0.a.0", "1.a"});
  expect_equal(Scheme::Gem, {"", "0", "0.0"});
  expect_rising(Scheme::Gem, {"1.a.0.0.a", "1.a", "1.a.0.1"});
  expect_rising(Scheme::Gem, {"1", "1.0.0.1"});
}

TEST(Gem, ReadsHyphensAsPre) {
  expect_equal(Scheme::Gem, {"1.0-1", "1.0.pre.1", "1.pre1"});
  expect_rising(Scheme::Gem, {"1.0-x", "1.0"});
}

TEST(Gem, Validates) {
  expect_valid(Scheme::Gem, {"", "1", "1.2.b3.c", "1.0-x86-y.z", "1.a1", " 1 "});
  expect_invalid(Scheme::Gem,
                 {"a", "1.", "1..2", ".1", "1.0_1", "1.0-", "1-a..b", "1.0+1", "junk"});
}

TEST(Composer, PadsToFourNumbers) {
  expect_equal(Scheme::Composer, {"1", "1.0", "v1.0.0", "1.0.0.0", "1.0.0-stable", "1.0+build",
                                  "1.0@beta", "1.0 as 2.0"});
  expect_rising(Scheme::Composer, {"1.0", "1.0.0.1", "1.0.1", "1.2", "1.10", "2"});
}

TEST(Composer, OrdersStabilities) {
  expect_rising(Scheme::Composer,
                {"1.0-dev", "1.0-alpha", "1.0-alpha1-dev", "1.0-alpha1", "1.0-alpha10", "1.0-beta",
                 "1.0-beta.2", "1.0-RC1", "1.0", "1.0-patch1", "1.0-pl2", "1.0.1-dev"});
  expect_equal(Scheme::Composer, {"1.0-alpha1", "1.0a1", "1.0.0-ALPHA.1", "1.0-a1", "1.0alpha-1"});
  expect_equal(Scheme::Composer, {"1.0-b2", "1.0-beta2", "1.0.BETA2"});
  expect_equal(Scheme::Composer, {"1.0-p1", "1.0-pl1", "1.0-patch1"});
}

TEST(Composer, PutsBranchesBelowNumbersAndWildcardsAboveTheirLine) {
  expect_rising(Scheme::Composer,
                {"dev-feature", "dev-main", "0.1-dev", "1.0", "1.5", "1.x-dev", "2.0-alpha"});
  expect_equal(Scheme::Composer,
               {"1.x-dev", "1.X.x-dev", "v1.*-dev", "1.9999999.9999999.9999999-dev"});
  expect_equal(Scheme::Composer, {"dev-main", "dev-main#0a1b2c3"});
}

TEST(Composer, ReadsDates) {
  expect_rising(Scheme::Composer,
                {"20100101-203040", "20100102-203040", "20100102-203040-p1", "20100102.203041"});
  expect_equal(Scheme::Composer, {"2010-01-02", "2010.01.02"});
}

TEST(Composer, Validates) {
  expect_valid(Scheme::Composer, {"1", "1.2.3.4", "v1.0-beta.2", "1.x-dev", "dev-main",
                                  "1.0-RC1-dev", "20100102-203040"});
  expect_invalid(Scheme::Composer, {"", "foo", "1.0-foo", "1.0-dev1", "1.0-", "1.", "dev-", "x"});
}

TEST(Integers, ComparesListsOfNumbers) {
  expect_rising(Scheme::Integers, {"1", "1.0", "1.0.0", "1.0.1", "1.2", "1.10", "2"});
  expect_equal(Scheme::Integers, {"1.2-3", "1.2.3", "1-2-3", "1.02.3"});  // R
  expect_rising(Scheme::Integers, {"7.3-60", "7.3-60.0.1", "7.3-60.1", "7.3-61"});
}

TEST(Integers, PutsWordsBelowTheEnd) {
  expect_rising(Scheme::Integers, {"1.0-alpha", "1.0-rc1", "1.0", "1.0.0"});
}

TEST(Integers, Validates) {
  expect_valid(Scheme::Integers, {"0", "1.2-3", "1.2.3.4.5"});
  expect_invalid(Scheme::Integers, {"", ".", "1.", "1..2", "a", "1.a", "-1", "1.2 "});
}

TEST(Generic, AlternatesNumbersAndWords) {
  expect_rising(Scheme::Generic, {"1.0.1", "1.0.2-beta1", "1.0.2-rc1", "1.0.2", "1.0.2a", "1.0.2k",
                                  "1.0.2.1", "1.0.10", "1.1"});
  expect_rising(Scheme::Generic, {"9e", "9f", "10"});
  expect_equal(Scheme::Generic, {"1.2", "v1.2", "1_2", "1.02.0", "1-2"});
  expect_rising(Scheme::Generic, {"1.0-M1", "1.0", "1.0m"});
}

TEST(Generic, Validates) {
  expect_valid(Scheme::Generic, {"1", "r35", "latest"});
  expect_invalid(Scheme::Generic, {"", "-", " ..", "\xff"});
}

}  // namespace
}  // namespace corten::version
