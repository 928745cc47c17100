#include "report/check_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/internal/canvas.h"

namespace corten::report {

namespace {

constexpr std::string_view kAboutShellcheck =
    "corten lint hands the shell in RUN to ShellCheck, where that is installed, and names its "
    "findings as it does. Without it, Corten's own checks find the most usual of them.";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

// "SC2086" of "sc2086".
std::optional<std::string> shellcheck_id(std::string_view id) {
  std::string upper = to_upper(id);
  const bool is_code = upper.size() == 6 && upper.starts_with("SC") &&
                       parse_number<unsigned>(std::string_view(upper).substr(2));
  if (!is_code) return std::nullopt;
  return upper;
}

std::string shellcheck_remedy(std::string_view id) {
  return fmt::format(
      "the wiki page has examples; `# hadolint ignore={}` above the instruction leaves it out", id);
}

// "JSONArgsRecommended" to "json-args-recommended".
std::string kebab(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word =
        i > 0 && is_upper(name[i]) &&
        (!is_upper(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1])));
    if (begins_word) out += '-';
    out += is_upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return out;
}

void add_example(Canvas& canvas, std::string_view head, std::string_view example, Ink ink) {
  if (example.empty()) return;
  canvas.blank();
  canvas.line(canvas.ink(head, ink));
  while (const auto line = next_line(example)) canvas.line("    " + printable(*line));
}

void add_heading(Canvas& canvas, std::string_view id, std::string_view title) {
  canvas.paragraph(canvas.ink(id, Ink::Bold) + "  ", display_width(id) + 2, display_width(id) + 2,
                   title, Ink::Bold);
}

void add_remedy(Canvas& canvas, std::string_view remedy) {
  constexpr std::string_view kHead = "What to do: ";
  canvas.blank();
  canvas.paragraph(canvas.ink(kHead, Ink::Bold), kHead.size(), 0, remedy, Ink::Plain);
}

std::string fenced(std::string_view head, std::string_view example, std::string_view language) {
  if (example.empty()) return {};
  return fmt::format("\n{}:\n\n```{}\n{}```\n", head, language, example);
}

std::string elsewhere(const Check& check) {
  return fmt::format("Elsewhere: {}", fmt::join(split(check.aliases, ' '), ", "));
}

}  // namespace

std::string check_page(const Check& check, const Style& style) {
  Canvas canvas(style);
  add_heading(canvas, check.id, check.title);
  canvas.line(canvas.ink(name_of(check.severity), ink_of(check.severity)) +
              canvas.ink(fmt::format(" · {}", name_of(check.kind)), Ink::Dim));
  canvas.blank();
  canvas.paragraph("", 0, 0, check.description, Ink::Plain);
  add_remedy(canvas, check.remediation);
  add_example(canvas, "Not so:", check.bad, Ink::High);
  add_example(canvas, "Better:", check.good, Ink::Low);
  if (!check.aliases.empty()) {
    canvas.blank();
    canvas.paragraph("", 0, 2, elsewhere(check), Ink::Dim);
  }
  if (!check.reference.empty()) {
    canvas.blank();
    canvas.line(canvas.ink(fmt::format("See {}", check.reference), Ink::Dim));
  }
  return canvas.take();
}

std::string check_markdown(const Check& check, std::string_view language) {
  std::string out = fmt::format("# {}: {}\n\n*{} · {}*\n\n{}\n\n**What to do:** {}\n", check.id,
                                check.title, name_of(check.severity), name_of(check.kind),
                                check.description, check.remediation);
  out += fenced("Not so", check.bad, language) + fenced("Better", check.good, language);
  if (!check.aliases.empty()) out += fmt::format("\n{}\n", elsewhere(check));
  return out;
}

std::optional<std::string> shellcheck_page(std::string_view id, const Style& style) {
  const auto code = shellcheck_id(id);
  if (!code) return std::nullopt;
  Canvas canvas(style);
  add_heading(canvas, *code, "a check of ShellCheck");
  canvas.blank();
  canvas.paragraph("", 0, 0, kAboutShellcheck, Ink::Plain);
  add_remedy(canvas, shellcheck_remedy(*code));
  canvas.blank();
  canvas.line(canvas.ink(fmt::format("See {}", web_page_of(*code)), Ink::Dim));
  return canvas.take();
}

std::optional<std::string> shellcheck_markdown(std::string_view id) {
  const auto code = shellcheck_id(id);
  if (!code) return std::nullopt;
  return fmt::format("# {0}: a check of ShellCheck\n\n{1}\n\n**What to do:** {2}\n\nSee <{3}>\n",
                     *code, kAboutShellcheck, shellcheck_remedy(*code), web_page_of(*code));
}

std::string web_page_of(std::string_view id) {
  constexpr std::string_view kBuildKit = "BK-";
  if (const auto code = shellcheck_id(id)) {
    return fmt::format("https://www.shellcheck.net/wiki/{}", *code);
  }
  if (id.starts_with(kBuildKit)) {
    return fmt::format("https://docs.docker.com/reference/build-checks/{}/",
                       kebab(id.substr(kBuildKit.size())));
  }
  if (id.size() == 6 && id.starts_with("DL")) {
    return fmt::format("https://github.com/hadolint/hadolint/wiki/{}", id);
  }
  return {};
}

}  // namespace corten::report
