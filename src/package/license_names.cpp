#include <algorithm>
#include <span>

#include "base/text.h"
#include "package/internal/license.h"

namespace corten::package {
namespace {

struct Name {
  std::string_view debian;  // lower case, without a trailing "+"
  std::string_view spdx;
};

// The GNU licences, to which "-only" or "-or-later" is added.
constexpr Name kGnuNames[] = {
    {"gpl", "GPL-1.0"},       {"gpl-1", "GPL-1.0"},     {"gpl-1.0", "GPL-1.0"},
    {"gpl-2", "GPL-2.0"},     {"gpl-2.0", "GPL-2.0"},   {"gpl-3", "GPL-3.0"},
    {"gpl-3.0", "GPL-3.0"},   {"lgpl", "LGPL-2.0"},     {"lgpl-2", "LGPL-2.0"},
    {"lgpl-2.0", "LGPL-2.0"}, {"lgpl-2.1", "LGPL-2.1"}, {"lgpl-3", "LGPL-3.0"},
    {"lgpl-3.0", "LGPL-3.0"}, {"agpl-1", "AGPL-1.0"},   {"agpl-3", "AGPL-3.0"},
    {"agpl-3.0", "AGPL-3.0"}, {"gfdl-1.1", "GFDL-1.1"}, {"gfdl-1.2", "GFDL-1.2"},
    {"gfdl-1.3", "GFDL-1.3"}, {"fdl-1.1", "GFDL-1.1"},  {"fdl-1.2", "GFDL-1.2"},
    {"fdl-1.3", "GFDL-1.3"},
};

// "no invariant sections" is part of the id, before "-only" or "-or-later".
constexpr Name kGfdlWithoutInvariants[] = {
    {"gfdl-niv-1.1", "GFDL-1.1-no-invariants"},
    {"gfdl-niv-1.2", "GFDL-1.2-no-invariants"},
    {"gfdl-niv-1.3", "GFDL-1.3-no-invariants"},
};

constexpr Name kOtherNames[] = {
    {"0bsd", "0BSD"},
    {"afl-2.1", "AFL-2.1"},
    {"afl-3.0", "AFL-3.0"},
    {"apache-1.0", "Apache-1.0"},
    {"apache-1.1", "Apache-1.1"},
    {"apache-2", "Apache-2.0"},
    {"apache-2.0", "Apache-2.0"},
    {"artistic", "Artistic-1.0"},
    {"artistic-1", "Artistic-1.0"},
    {"artistic-1.0", "Artistic-1.0"},
    {"artistic-2", "Artistic-2.0"},
    {"artistic-2.0", "Artistic-2.0"},
    {"beerware", "Beerware"},
    {"boost-1.0", "BSL-1.0"},
    {"bsd-0-clause", "0BSD"},
    {"bsd-1-clause", "BSD-1-Clause"},
    {"bsd-2", "BSD-2-Clause"},
    {"bsd-2-clause", "BSD-2-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"bsd-3-clause", "BSD-3-Clause"},
    {"bsd-4", "BSD-4-Clause"},
    {"bsd-4-clause", "BSD-4-Clause"},
    {"bsd-4-clause-uc", "BSD-4-Clause-UC"},
    {"bsl-1.0", "BSL-1.0"},
    {"bzip2-1.0.6", "bzip2-1.0.6"},
    {"cc-by-3.0", "CC-BY-3.0"},
    {"cc-by-4.0", "CC-BY-4.0"},
    {"cc-by-sa-3.0", "CC-BY-SA-3.0"},
    {"cc-by-sa-4.0", "CC-BY-SA-4.0"},
    {"cc0", "CC0-1.0"},
    {"cc0-1.0", "CC0-1.0"},
    {"cddl-1.0", "CDDL-1.0"},
    {"cddl-1.1", "CDDL-1.1"},
    {"cpl-1.0", "CPL-1.0"},
    {"curl", "curl"},
    {"epl-1.0", "EPL-1.0"},
    {"epl-2.0", "EPL-2.0"},
    {"expat", "MIT"},
    {"fsfap", "FSFAP"},
    {"fsful", "FSFUL"},
    {"fsfullr", "FSFULLR"},
    {"ftl", "FTL"},
    {"hpnd", "HPND"},
    {"ijg", "IJG"},
    {"isc", "ISC"},
    {"libpng", "Libpng"},
    {"libtiff", "libtiff"},
    {"lppl-1.3c", "LPPL-1.3c"},
    {"mit", "MIT"},
    {"mit-0", "MIT-0"},
    {"mit/x11", "MIT"},
    {"mpl-1.0", "MPL-1.0"},
    {"mpl-1.1", "MPL-1.1"},
    {"mpl-2.0", "MPL-2.0"},
    {"ms-pl", "MS-PL"},
    {"ncsa", "NCSA"},
    {"ntp", "NTP"},
    {"ofl-1.1", "OFL-1.1"},
    {"oldap-2.8", "OLDAP-2.8"},
    {"openldap-2.8", "OLDAP-2.8"},
    {"openssl", "OpenSSL"},
    {"php-3.01", "PHP-3.01"},
    {"postgresql", "PostgreSQL"},
    {"psf-2", "PSF-2.0"},
    {"psf-2.0", "PSF-2.0"},
    {"python-2.0", "Python-2.0"},
    {"qpl-1.0", "QPL-1.0"},
    {"ruby", "Ruby"},
    {"sissl", "SISSL"},
    {"sleepycat", "Sleepycat"},
    {"tcl", "TCL"},
    {"unicode-dfs-2016", "Unicode-DFS-2016"},
    {"unlicense", "Unlicense"},
    {"upl-1.0", "UPL-1.0"},
    {"vim", "Vim"},
    {"w3c", "W3C"},
    {"wtfpl", "WTFPL"},
    {"wtfpl-2", "WTFPL"},
    {"x11", "X11"},
    {"zlib", "Zlib"},
    {"zlib/libpng", "Zlib"},
    {"zpl-2.1", "ZPL-2.1"},
};

constexpr Name kExceptions[] = {
    {"autoconf", "Autoconf-exception-2.0"},
    {"bison", "Bison-exception-2.2"},
    {"classpath", "Classpath-exception-2.0"},
    {"font", "Font-exception-2.0"},
    {"gcc", "GCC-exception-3.1"},
    {"libtool", "Libtool-exception"},
    {"linux-syscall-note", "Linux-syscall-note"},
    {"llvm", "LLVM-exception"},
};

std::string_view find(std::span<const Name> names, std::string_view debian) {
  const auto found = std::ranges::find(names, debian, &Name::debian);
  return found == names.end() ? std::string_view{} : found->spdx;
}

// "gpl-2.0-or-later" -> "gpl-2.0" and true; also "gpl-2+" and the old "gplv2+".
std::pair<std::string, bool> gnu_base(std::string_view lower) {
  bool or_later = false;
  for (const std::string_view suffix : {"-or-later", "+"}) {
    if (!lower.ends_with(suffix)) continue;
    lower.remove_suffix(suffix.size());
    or_later = true;
    break;
  }
  if (lower.ends_with("-only")) lower.remove_suffix(5);
  std::string base(lower);
  const std::size_t version = base.find("plv");
  if (version <= 2) base.replace(version, 3, "pl-");
  return {std::move(base), or_later};
}

}  // namespace

std::string spdx_of_short_name(std::string_view name) {
  const std::string lower = to_lower(name);
  if (const std::string_view found = find(kOtherNames, lower); !found.empty()) {
    return std::string(found);
  }
  const auto [base, or_later] = gnu_base(lower);
  std::string_view gnu = find(kGnuNames, base);
  if (gnu.empty()) gnu = find(kGfdlWithoutInvariants, base);
  if (gnu.empty()) return {};
  // Without a version any may be chosen (section 9 of GPL version 1).
  const bool any_version = base == "gpl" || base == "lgpl";
  return std::string(gnu) + (or_later || any_version ? "-or-later" : "-only");
}

namespace {

constexpr std::size_t kMaxSynopsisBytes = 200;
constexpr std::size_t kMaxShortNameBytes = 64;

// One term: a short name, or "NAME with KIND exception". Empty: neither.
std::string spdx_of_term(std::string_view term) {
  constexpr std::string_view kWith = " with ";
  const std::string lower = to_lower(term);
  const std::size_t with = lower.find(kWith);
  const std::string_view name = term.substr(0, with);
  if (name.empty() || name.contains(' ') || name.size() > kMaxShortNameBytes) return {};
  std::string spdx = spdx_of_short_name(name);
  if (spdx.empty()) spdx = name;
  if (with == std::string::npos) return spdx;
  std::string_view kind = std::string_view(lower).substr(with + kWith.size());
  kind = kind.substr(0, kind.find(' '));
  const std::string_view exception = find(kExceptions, kind);
  spdx += " WITH ";
  return spdx += exception.empty() ? std::string(kind) + "-exception" : std::string(exception);
}

// Puts an expression together from words. "and" binds tighter than "or" in both notations; a comma
// binds less than either
// ("A or B, and C"), for which SPDX needs parentheses.
class ExpressionBuilder {
 public:
  // False: the words are no synopsis.
  [[nodiscard]] bool add(std::string_view word) {
    const std::string lower = to_lower(word);
    if (lower == "or") return add_joint("OR");
    if (lower == "and" || lower == "and/or") return add_joint("AND");
    const bool ends_part = word.ends_with(',');
    if (ends_part) word.remove_suffix(1);
    if (!term_.empty()) term_ += ' ';
    term_ += word;
    if (!ends_part) return true;
    if (!end_term()) return false;
    parts_.push_back({"AND", {}, false});
    return true;
  }

  // Empty: the words were no synopsis.
  [[nodiscard]] std::string take() {
    if (!term_.empty() && !end_term()) return {};
    if (parts_.back().text.empty()) parts_.pop_back();
    std::string out;
    for (const Part& part : parts_) {
      if (!out.empty()) out += " " + std::string(part.joint) + " ";
      const bool needs_parentheses = part.is_compound && parts_.size() > 1;
      out += needs_parentheses ? "(" + part.text + ")" : part.text;
    }
    return out;
  }

 private:
  struct Part {
    std::string_view joint;  // with the part before
    std::string text;
    bool is_compound;
  };

  [[nodiscard]] bool add_joint(std::string_view joint) {
    Part& part = parts_.back();
    if (term_.empty()) {  // right after a comma it joins the parts
      part.joint = joint;
      return part.text.empty() && parts_.size() > 1;
    }
    if (!end_term()) return false;
    joint_ = joint;
    return true;
  }

  [[nodiscard]] bool end_term() {
    const std::string spdx = spdx_of_term(term_);
    term_.clear();
    if (spdx.empty()) return false;
    Part& part = parts_.back();
    if (!part.text.empty()) {
      part.text += " " + std::string(joint_) + " ";
      part.is_compound = true;
    }
    part.text += spdx;
    return true;
  }

  std::vector<Part> parts_{1};
  std::string term_;
  std::string_view joint_;
};

}  // namespace

std::optional<std::string> expression_of_synopsis(std::string_view synopsis) {
  synopsis = trim(synopsis);
  if (synopsis.empty() || synopsis.size() > kMaxSynopsisBytes) return std::nullopt;
  std::string spaced(synopsis);
  std::ranges::replace(spaced, '\t', ' ');
  ExpressionBuilder builder;
  for (const std::string_view word : split(spaced, ' ')) {
    if (!word.empty() && !builder.add(word)) return std::nullopt;
  }
  std::string expression = builder.take();
  return expression.empty() ? std::nullopt : std::optional(std::move(expression));
}

}  // namespace corten::package
