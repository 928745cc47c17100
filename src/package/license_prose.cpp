#include <algorithm>

#include "base/text.h"
#include "package/internal/license.h"

namespace corten::package {
namespace {

constexpr std::string_view kCommonLicenses = "/usr/share/common-licenses/";

// How far before a reference its licence notice begins: "… version 2, or (at your option) any later
// version. …".
constexpr std::size_t kNoticeBytes = 1500;

struct Mention {
  std::size_t at;  // offset in the text, for the order
  std::string license;
};

// Lower case, with every run of white space and comment marks as one space, so that phrases match
// across lines.
std::string normalized(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool is_gap = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '*' || c == '#';
    if (!is_gap) {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

bool allows_later(std::string_view notice) {
  return notice.contains("any later version") || notice.contains("or later");
}

// The version that a notice names last, for a reference without one ("version 2", "version 2.1");
// empty if it names none.
std::string_view version_in(std::string_view notice) {
  constexpr std::string_view kWord = "version ";
  std::string_view version;
  for (std::size_t at = notice.find(kWord); at != std::string_view::npos;
       at = notice.find(kWord, at + kWord.size())) {
    const std::string_view rest = notice.substr(at + kWord.size());
    std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789."));
    while (digits.ends_with('.')) digits.remove_suffix(1);
    if (!digits.empty()) version = digits;
  }
  return version;
}

// The licence that a file of common-licenses stands for; `notice` is the text before the reference.
std::string license_of_reference(std::string_view name, std::string_view notice) {
  if (name == "bsd") return "BSD-3-Clause";
  if (name == "artistic") return "Artistic-1.0-Perl";
  const bool is_gnu =
      name.starts_with("gpl") || name.starts_with("lgpl") || name.starts_with("gfdl");
  if (!is_gnu) return spdx_of_short_name(name);
  std::string full(name);
  if (!name.contains('-')) {
    const std::string_view version = version_in(notice);
    if (!version.empty()) full += "-" + std::string(version);
  }
  if (allows_later(notice)) full += "+";
  return spdx_of_short_name(full);
}

void find_references(std::string_view text, std::vector<Mention>& mentions) {
  std::size_t after_previous = 0;
  for (std::size_t at = text.find(kCommonLicenses); at != std::string_view::npos;
       at = text.find(kCommonLicenses, after_previous)) {
    const std::size_t start = at + kCommonLicenses.size();
    const std::size_t end = std::min(
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-", start), text.size());
    std::string_view name = text.substr(start, end - start);
    while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
    const std::size_t notice = std::max(after_previous, at > kNoticeBytes ? at - kNoticeBytes : 0);
    std::string license = license_of_reference(name, text.substr(notice, at - notice));
    if (!license.empty()) mentions.push_back({at, std::move(license)});
    after_previous = start;
  }
}

struct Phrase {
  std::string_view words;  // as normalized() leaves them
  std::string_view license;
};

constexpr Phrase kPhrases[] = {
    {"permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
    {"permission to use, copy, modify, and/or distribute this software for any purpose with or "
     "without fee is hereby granted, provided that",
     "ISC"},
    {"permission to use, copy, modify, and distribute this software for any purpose with or "
     "without fee is hereby granted, provided that",
     "ISC"},
    {"permission to use, copy, modify, distribute, and sell this software and its documentation "
     "for any purpose is hereby granted without fee",
     "HPND-sell-variant"},
    {"licensed under the apache license, version 2.0", "Apache-2.0"},
    {"boost software license - version 1.0", "BSL-1.0"},
    {"mozilla public license, v. 2.0", "MPL-2.0"},
    {"mozilla public license version 2.0", "MPL-2.0"},
    {"this software is provided 'as-is', without any express or implied warranty. in no event "
     "will the authors be held liable",
     "Zlib"},
    {"this is free and unencumbered software released into the public domain", "Unlicense"},
};

void find_phrases(std::string_view text, std::vector<Mention>& mentions) {
  for (const Phrase& phrase : kPhrases) {
    const std::size_t at = text.find(phrase.words);
    if (at != std::string_view::npos) mentions.push_back({at, std::string(phrase.license)});
  }
}

// The BSD licences begin alike; the clauses that follow tell them apart.
void find_bsd(std::string_view text, std::vector<Mention>& mentions) {
  constexpr std::string_view kOpening = "redistribution and use in source and binary forms";
  constexpr std::size_t kClauseBytes = 1600;
  std::size_t at = text.find(kOpening);
  while (at != std::string_view::npos) {
    const std::size_t next = text.find(kOpening, at + kOpening.size());
    const std::string_view body = text.substr(at, std::min(kClauseBytes, next - at));
    const bool no_endorsement = body.contains("endorse or promote products") ||
                                body.contains("be used to endorse") ||
                                body.contains("neither the name");
    const bool advertising = body.contains("all advertising materials");
    const std::string_view license = advertising      ? "BSD-4-Clause"
                                     : no_endorsement ? "BSD-3-Clause"
                                                      : "BSD-2-Clause";
    mentions.push_back({at, std::string(license)});
    at = next;
  }
}

}  // namespace

std::vector<std::string> licenses_in_prose(std::string_view text) {
  const std::string plain = normalized(text.substr(0, kMaxLicenseTextBytes));
  std::vector<Mention> mentions;
  find_references(plain, mentions);
  find_phrases(plain, mentions);
  find_bsd(plain, mentions);
  std::ranges::stable_sort(mentions, {}, &Mention::at);
  std::vector<std::string> out;
  for (Mention& mention : mentions) {
    if (std::ranges::find(out, mention.license) == out.end()) {
      out.push_back(std::move(mention.license));
    }
  }
  return out;
}

}  // namespace corten::package
