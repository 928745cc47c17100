#include "advisory/internal/prose.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::advisory {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Cuts before `limit` bytes, never inside a code point.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

struct Authority {
  std::string_view prefix;
  std::string_view name;
  std::string_view url;  // before the id; empty: none
  std::string_view url_end;
};
constexpr std::array kAuthorities = {
    Authority{"CVE-", "", "https://nvd.nist.gov/vuln/detail/", ""},
    Authority{"GHSA-", "ghsa", "https://github.com/advisories/", ""},
    Authority{"GO-", "go", "https://pkg.go.dev/vuln/", ""},
    Authority{"RUSTSEC-", "rustsec", "https://rustsec.org/advisories/", ".html"},
    Authority{"PYSEC-", "pysec", "https://osv.dev/vulnerability/", ""},
    Authority{"MAL-", "osv", "https://osv.dev/vulnerability/", ""},
    Authority{"DSA-", "debian", "https://security-tracker.debian.org/tracker/", ""},
    Authority{"DLA-", "debian", "https://security-tracker.debian.org/tracker/", ""},
    Authority{"USN-", "ubuntu", "https://ubuntu.com/security/notices/", ""},
    Authority{"RHSA-", "redhat", "https://access.redhat.com/errata/", ""},
    Authority{"RHBA-", "redhat", "https://access.redhat.com/errata/", ""},
    Authority{"RLSA-", "rocky", "https://errata.rockylinux.org/", ""},
    Authority{"SUSE-SU-", "suse", "https://osv.dev/vulnerability/", ""},
    Authority{"openSUSE-SU-", "suse", "https://osv.dev/vulnerability/", ""},
};

const Authority* find_authority(std::string_view id) {
  if (id.empty()) return nullptr;
  const auto* row = std::ranges::find_if(kAuthorities, [&](const Authority& a) {
    return a.prefix.front() == id.front() && id.starts_with(a.prefix);
  });
  return row != kAuthorities.end() ? row : nullptr;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text) {
    if (out.size() > limit + 4) break;
    const bool blank = c == ' ' || is_control(c);
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  if (out.size() <= limit) return out;
  constexpr std::string_view kEllipsis = "…";
  std::string_view kept = cut(out, limit - kEllipsis.size());
  const std::size_t space = kept.rfind(' ');
  if (space != std::string_view::npos && space > limit / 2) kept = kept.substr(0, space);
  return std::string(kept) + std::string(kEllipsis);
}

std::string first_sentence(std::string_view text) {
  text = trim(text);
  while (text.starts_with('#')) text = trim(text.substr(1));  // a Markdown heading
  // OpenSSL's and other projects' forms begin with the name of the field.
  constexpr std::string_view kLabel = "issue summary:";
  if (to_lower(text.substr(0, kLabel.size())) == kLabel) text = trim(text.substr(kLabel.size()));
  text = text.substr(0, text.find("\n\n"));
  for (std::size_t at = text.find(". "); at != std::string_view::npos;
       at = text.find(". ", at + 1)) {
    if (at >= 24)
      return one_line(text.substr(0, at + 1));  // "Dr. X", "v1. y": too short for a sentence
  }
  return one_line(text);
}

bool is_clean_item(std::string_view text, std::size_t limit) {
  return text.size() <= limit && std::ranges::none_of(text, is_control);
}

std::string clean_item(std::string_view text, std::size_t limit) {
  return std::string(is_clean_item(text, limit) ? text : std::string_view());
}

std::string advisory_url(std::string_view id) {
  const Authority* authority = find_authority(id);
  if (authority == nullptr) return {};
  return std::string(authority->url) + std::string(id) + std::string(authority->url_end);
}

bool has_advisory_url(std::string_view id) { return find_authority(id) != nullptr; }

std::string authority_of(std::string_view id, std::string_view source) {
  const Authority* authority = find_authority(id);
  if (authority != nullptr && !authority->name.empty()) return std::string(authority->name);
  const std::size_t colon = source.find(':');
  return to_lower(colon == std::string_view::npos ? source : source.substr(colon + 1));
}

}  // namespace corten::advisory
