// What can be said of the page without a browser; html_in_chromium.py does the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "report/written.h"

namespace corten::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Html, LoadsNothing) {
  const std::string page = written("html", audit_report());
  for (const char* loader :
       {" src=", "<link", "@import", "url(", "<iframe", "<object", "fetch(", "XMLHttpRequest"}) {
    EXPECT_THAT(page, Not(HasSubstr(loader))) << loader;
  }
}

// The hashes are right when an independent implementation gets the same ones.
TEST(Html, AllowsExactlyItsOwnScriptAndStyle) {
  const auto run =
      run_subprocess({"python3", "-c",
                      "import base64, hashlib, re, sys\n"
                      "page = sys.stdin.read()\n"
                      "policy = re.search(r'http-equiv=\"Content-Security-Policy\" "
                      "content=\"([^\"]*)\"', page)[1]\n"
                      "def hash_of(text): return \"'sha256-\" + "
                      "base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + \"'\"\n"
                      "style = re.search(r'<style>(.*?)</style>', page, re.S)[1]\n"
                      "script = re.search(r'<script>(.*?)</script>', page, re.S)[1]\n"
                      "wanted = (f\"default-src 'none'; style-src {hash_of(style)}; script-src "
                      "{hash_of(script)}; \"\n"
                      "          \"base-uri 'none'; form-action 'none'\")\n"
                      "assert policy == wanted, (policy, wanted)"},
                     written("html", scan_report()));
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->status, 0) << run->err;
}

TEST(Html, HasNoMarkupOfOthers) {
  const std::string page = written("html", hostile_report(hostile_text()));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<img")), Not(HasSubstr("href=\"javascript")),
                          Not(HasSubstr("\x1b"))));
  // One script of data and one of code, both closed once.
  std::size_t closed = 0;
  for (std::size_t at = page.find("</script"); at != std::string::npos;
       at = page.find("</script", at + 1))
    ++closed;
  EXPECT_EQ(closed, 2U);
}

TEST(Html, LeavesPlaceholdersOfOthersAlone) {
  Report report = clean_report();
  report.subject.name = "{{script}}";
  EXPECT_THAT(written("html", report), HasSubstr("<h1>{{script}}</h1>"));
}

TEST(Html, ReadsWithoutJavaScript) {
  const std::string page = written("html", scan_report());
  const std::size_t from = page.find("<noscript>");
  const std::string plain = page.substr(from, page.find("</noscript>") - from);
  EXPECT_THAT(plain, AllOf(HasSubstr("CVE-2023-45853"), HasSubstr("will not be fixed"),
                           HasSubstr("exploited, EPSS 0.94"), HasSubstr("Add USER nginx")));
}

TEST(Html, CutsThePlainTableWithASign) {
  EXPECT_THAT(written("html", large_report(1200)),
              HasSubstr("more rows: with JavaScript this page shows them"));
}

TEST(Html, ShowsErrorsNotesAndAdvice) {
  EXPECT_THAT(written("html", scan_report()), AllOf(HasSubstr("Not everything could be examined"),
                                                    HasSubstr("could not be matched"),
                                                    HasSubstr("removes 6, all high or critical")));
}

}  // namespace
}  // namespace corten::report
