#include "package/internal/license.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "package/internal/copyright.h"
#include "package/support.h"

namespace corten::package {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct NameCase {
  const char* synopsis;
  const char* expected;  // empty: no synopsis
};
class Synopsis : public testing::TestWithParam<NameCase> {};

TEST_P(Synopsis, BecomesSpdx) {
  EXPECT_EQ(expression_of_synopsis(GetParam().synopsis).value_or(""), GetParam().expected);
}

// The equivalents are those of the SPDX licence list and of copyright-format 1.0, "Short name".
INSTANTIATE_TEST_SUITE_P(
    License, Synopsis,
    testing::ValuesIn(std::vector<NameCase>{
        {"GPL-2+", "GPL-2.0-or-later"},
        {"GPL-2", "GPL-2.0-only"},
        {"GPL-2.0-only", "GPL-2.0-only"},
        {"GPL-3.0-or-later", "GPL-3.0-or-later"},
        {"GPLv3+", "GPL-3.0-or-later"},
        {"LGPLv2.1+", "LGPL-2.1-or-later"},
        {"GPL", "GPL-1.0-or-later"},
        {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
        {"Expat", "MIT"},
        {"BSD-3-clause", "BSD-3-Clause"},
        {"Apache-2.0", "Apache-2.0"},
        {"CC0", "CC0-1.0"},
        {"public-domain", "public-domain"},
        {"GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0"},
        {"BSL-1.0 and HP and SGI", "BSL-1.0 AND HP AND SGI"},
        {"GPL-2+ or Artistic-2.0, and BSD-3-clause",
         "(GPL-2.0-or-later OR Artistic-2.0) AND BSD-3-Clause"},
        {"ISC, MIT", "ISC AND MIT"},
        {"MIT,", "MIT"},
        {"GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"},
        {"GPL-2 with OpenSSL exception", "GPL-2.0-only WITH openssl-exception"},
        {"  \tMIT  ", "MIT"},
        {"", ""},
        {"or", ""},
        {"and MIT", ""},
        {"Permission is hereby granted, free of charge, to any person obtaining", ""},
        {"This software is provided as-is", ""},
    }));

TEST(SpdxOfShortName, GivesOnlyIdsThatSpdxHas) {
  const auto content = read_file(shared("licenses/ids.json"));
  if (!content) GTEST_SKIP() << "no shared test data";
  std::set<std::string> ids;
  const nlohmann::json lists = nlohmann::json::parse(*content);
  for (const auto& list : lists) {
    for (const auto& id : list) {
      if (id.is_string()) ids.insert(id.get<std::string>());
    }
  }
  ASSERT_GT(ids.size(), 500U);
  // Every SPDX id written as a short name either is known as itself or is left to the caller.
  std::size_t known = 0;
  for (const std::string& id : ids) {
    const std::string found = spdx_of_short_name(id);
    if (found.empty()) continue;
    ++known;
    EXPECT_TRUE(ids.contains(found)) << id << " gave " << found;
  }
  EXPECT_GT(known, 80U);
  for (const char* name : {"Expat", "Boost-1.0", "OpenLDAP-2.8", "WTFPL-2", "BSD-0-clause", "PSF-2",
                           "GFDL-NIV-1.2", "AGPL-3+", "FDL-1.2", "zlib/libpng", "BSD-4"}) {
    EXPECT_TRUE(ids.contains(spdx_of_short_name(name))) << name;
  }
}

TEST(LicensesInProse, FindsReferencesToCommonLicenses) {
  EXPECT_THAT(licenses_in_prose("On Debian systems, see /usr/share/common-licenses/GPL-2."),
              ElementsAre("GPL-2.0-only"));
  EXPECT_THAT(licenses_in_prose("either version 2 of the License, or (at your option) any\n"
                                " * later version. See `/usr/share/common-licenses/GPL'"),
              ElementsAre("GPL-2.0-or-later"));
  EXPECT_THAT(licenses_in_prose("/usr/share/common-licenses/LGPL-2.1 and "
                                "/usr/share/common-licenses/Apache-2.0, "
                                "/usr/share/common-licenses/LGPL-2.1"),
              ElementsAre("LGPL-2.1-only", "Apache-2.0"));
  EXPECT_THAT(licenses_in_prose("the same terms as Perl: /usr/share/common-licenses/Artistic or "
                                "/usr/share/common-licenses/GPL"),
              ElementsAre("Artistic-1.0-Perl", "GPL-1.0-or-later"));
  EXPECT_THAT(licenses_in_prose("/usr/share/common-licenses/"), IsEmpty());
  EXPECT_THAT(licenses_in_prose("/usr/share/common-licenses/Nonsense"), IsEmpty());
}

class KnownText : public testing::TestWithParam<const char*> {};

TEST_P(KnownText, IsRecognized) {
  const std::string id = GetParam();
  const auto text = read_file(shared("licenses/texts/" + id + ".txt"));
  if (!text) GTEST_SKIP() << "no shared test data for " << id;
  EXPECT_THAT(licenses_in_prose(*text), ElementsAre(id));
}

INSTANTIATE_TEST_SUITE_P(License, KnownText,
                         testing::Values("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause",
                                         "BSD-4-Clause", "Zlib", "BSL-1.0", "Unlicense"));

TEST(LicensesInProse, FindNothingInOtherTexts) {
  EXPECT_THAT(licenses_in_prose(""), IsEmpty());
  EXPECT_THAT(licenses_in_prose("We like the MIT licence and the GPL."), IsEmpty());
  EXPECT_THAT(licenses_in_prose(std::string(1000, '\xff')), IsEmpty());
}

std::vector<std::string> licenses_of(std::string_view text) {
  const Catalog catalog = readable_catalog("usr/share/doc/libx1/copyright", text);
  EXPECT_THAT(catalog.packages, IsEmpty());
  if (catalog.licenses.empty()) return {};
  EXPECT_EQ(catalog.licenses[0].first, "libx1");
  return catalog.licenses[0].second;
}

constexpr const char* kHeader =
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    "Upstream-Name: x\n\n";

TEST(Copyright, PutsTheLicenceOfAllFilesFirst) {
  EXPECT_THAT(licenses_of(std::string(kHeader) +
                          "Files: debian/*\nCopyright: 2020 A\nLicense: GPL-2+\n Text.\n\n"
                          "Files:\n *\nCopyright: 2020 B\nLicense: Expat\n\n"
                          "Files: a\n b\nLicense: GPL-2+\n\n"
                          "License: Expat\n Permission is hereby granted…\n\n"
                          "License: BSD-3-clause\n Only a text.\n"),
              ElementsAre("MIT", "GPL-2.0-or-later"));
}

TEST(Copyright, UsesLicenseStanzasWhereNoFilesAreNamed) {
  EXPECT_THAT(licenses_of(std::string(kHeader) + "License: Apache-2.0\n"),
              ElementsAre("Apache-2.0"));
}

TEST(Copyright, RecognizesATextInPlaceOfAShortName) {
  EXPECT_THAT(licenses_of(std::string(kHeader) +
                          "Files: *\nLicense:\n Permission is hereby granted, free of charge, to\n"
                          " any person obtaining a copy of this software\n"),
              ElementsAre("MIT"));
}

TEST(Copyright, ReadsFreeText) {
  EXPECT_THAT(licenses_of("This package was made by hand.\n\nLicense:\n\n  It is free; see\n"
                          "  /usr/share/common-licenses/LGPL-3\n"),
              ElementsAre("LGPL-3.0-only"));
  EXPECT_THAT(licenses_of("No licence that is known.\n"), IsEmpty());
}

TEST(Copyright, KeepsItsLimit) {
  std::string text = kHeader;
  for (std::size_t i = 0; i <= kMaxLicensesOfPackage; ++i) {
    text += "Files: f" + std::to_string(i) + "\nLicense: own-" + std::to_string(i) + "\n\n";
  }
  const Catalog catalog = readable_catalog("usr/share/doc/a/copyright", text);
  EXPECT_EQ(catalog.licenses.at(0).second.size(), kMaxLicensesOfPackage);
  EXPECT_EQ(catalog.problems.size(), 1U);
}

TEST(Copyright, IsWantedInAFolderOfDocOnly) {
  EXPECT_TRUE(is_copyright("usr/share/doc/bash/copyright"));
  for (const char* path : {"usr/share/doc/copyright", "usr/share/doc//copyright",
                           "usr/share/doc/a/b/copyright", "usr/share/doc/a/copyright.gz"}) {
    EXPECT_FALSE(is_copyright(path)) << path;
  }
}

}  // namespace
}  // namespace corten::package
