// One self-contained page: no network, no fonts, no frameworks; its parts are in html/.
//
// Defence in depth against hostile texts: they are escaped in the page and in the data, the script
// only makes text nodes of them, and the policy lets nothing run or load but the page's own script
// and style, by their hashes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "report/internal/html_assets.h"
#include "report/internal/html_parts.h"
#include "report/internal/markup_text.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

std::string base64(const std::vector<unsigned char>& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      const bool is_padding = i + j > bytes.size();
      out.push_back(is_padding ? '=' : kDigits[group >> (18 - 6 * j) & 63]);
    }
  }
  return out;
}

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// 'sha256-…' as Content Security Policy Level 3 wants it: base64 of the hash of the element's whole
// text.
std::string policy_hash(std::string_view text) {
  const std::string digest = sha256_digest(as_bytes(text));
  const std::string_view hex = std::string_view(digest).substr(digest.find(':') + 1);
  std::vector<unsigned char> raw;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    raw.push_back(static_cast<unsigned char>(hex_digit(hex[i]) << 4 | hex_digit(hex[i + 1])));
  }
  return "'sha256-" + base64(raw) + "'";
}

std::string policy() {
  return fmt::format(
      "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
      policy_hash(assets::kStyleCss), policy_hash(assets::kAppJs));
}

struct Slot {
  std::string_view name;
  std::string text;
};

// Replaces every {{name}} of the template, in one pass: what is put in is never looked at again.
std::string filled(std::string_view page, const std::vector<Slot>& slots) {
  std::size_t size = page.size();
  for (const Slot& slot : slots) size += slot.text.size();
  std::string out;
  out.reserve(size);
  for (;;) {
    const std::size_t open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = page.find("}}", open);
    const std::string_view name = page.substr(open + 2, close - open - 2);
    const auto slot = std::ranges::find(slots, name, &Slot::name);
    if (slot != slots.end()) out += slot->text;
    page.remove_prefix(close + 2);
  }
}

}  // namespace

Result<std::string> write_html(const Report& report, const Style&) {
  const std::vector<Group> groups = group_findings(report.findings);
  return filled(assets::kPageHtml, {
                                       {"policy", policy()},
                                       {"title", markup_text(report.subject.name) + " – Corten"},
                                       {"style", std::string(assets::kStyleCss)},
                                       {"header", html_header(report)},
                                       {"alerts", html_alerts(report)},
                                       {"overview", html_overview(report)},
                                       {"advice", html_advice(report)},
                                       {"checks", html_checks(report)},
                                       {"plain", html_plain(report, groups)},
                                       {"footer", html_footer(report)},
                                       {"data", html_data(report, groups)},
                                       {"script", std::string(assets::kAppJs)},
                                   });
}

}  // namespace corten::report
