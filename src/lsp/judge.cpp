#include "lsp/judge.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include "base/text.h"
#include "lint/fix.h"
#include "lsp/uri.h"

namespace corten::lsp {

namespace {

using lint::FileKind;

struct Language {
  std::string_view id;
  FileKind kind;  // Other: a YAML or JSON document, whose content says what it is
};
constexpr auto kLanguages = std::to_array<Language>({
    {"dockerfile", FileKind::Dockerfile},
    {"containerfile", FileKind::Dockerfile},
    {"docker", FileKind::Dockerfile},
    {"dockercompose", FileKind::Compose},
    {"docker-compose", FileKind::Compose},
    {"yaml.docker-compose", FileKind::Compose},
    {"yaml", FileKind::Other},
    {"yaml.kubernetes", FileKind::Other},
    {"kubernetes", FileKind::Other},
    {"yaml.helm-values", FileKind::Other},
    {"helm", FileKind::Other},
    {"json", FileKind::Other},
    {"jsonc", FileKind::Other},
});

// A Dockerfile is what lint takes files for that nothing else is known of; here the user has said
// nothing.
FileKind kind_of_yaml(std::string_view name, std::string_view content) {
  const FileKind kind = lint::kind_of(name, content);
  return kind == FileKind::Dockerfile ? lint::kind_by_name(name) : kind;
}

// What lint knows the document by: its path below the folder if it is there.
std::string name_of(const Document& document) {
  if (document.path.empty()) {
    const std::string name = name_in_uri(document.uri);
    return name.empty() ? "untitled" : name;
  }
  const std::string base = document.folder.ends_with('/') ? document.folder : document.folder + "/";
  return document.path.starts_with(base) ? document.path.substr(base.size()) : document.path;
}

// "-" is standard input to lint, which is how it takes what is on no disk.
std::string key_of(const Document& document, const std::string& name) {
  std::error_code ignored;
  const bool on_disk =
      !document.path.empty() && std::filesystem::is_regular_file(document.path, ignored);
  if (!on_disk) return "-";
  return name == "-" ? "./-" : name;
}

bool stands_before(const Finding& a, const Finding& b) {
  return std::tie(a.location->line, a.location->column, a.id, a.evidence) <
         std::tie(b.location->line, b.location->column, b.id, b.evidence);
}

// Findings of the document itself that count; one without a place is about its first line.
std::vector<Finding> own_findings(std::vector<Finding> findings, const std::string& name) {
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.suppressed || (finding.location && finding.location->path != name);
  });
  for (Finding& finding : findings) {
    if (!finding.location) finding.location = Location{.path = name, .line = 1};
  }
  std::ranges::stable_sort(findings, stands_before);
  return findings;
}

}  // namespace

FileKind kind_of(const Document& document) {
  const std::string name = name_of(document);
  const std::string& content = document.text.content();
  const auto language = std::ranges::find(kLanguages, to_lower(document.language), &Language::id);
  if (language != kLanguages.end() && language->kind != FileKind::Other) return language->kind;
  if (language != kLanguages.end()) return kind_of_yaml(name, content);
  const FileKind by_name = lint::kind_by_name(name);
  if (by_name != FileKind::Other) return by_name;
  const bool may_be_document =
      name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
  const bool is_plain = document.language.empty() || document.language == "plaintext";
  return may_be_document && is_plain ? kind_of_yaml(name, content) : FileKind::Other;
}

// The last configuration that could be read counts until there is a better one.
std::optional<lint::LintRequest> Judge::configured(const std::string& folder) {
  auto request = configure_(folder);
  if (request) {
    last_good_.insert_or_assign(folder, *request);
    return *std::move(request);
  }
  std::string complaint = describe(request.error());
  if (!request.error().hint.empty()) complaint += " (" + request.error().hint + ")";
  if (told_.insert(complaint).second) complaints_.push_back(std::move(complaint));
  const auto known = last_good_.find(folder);
  if (known == last_good_.end()) return std::nullopt;
  return known->second;
}

std::optional<lint::LintRequest> Judge::request_for(const Document& document, FileKind kind) {
  auto request = configured(document.folder);
  if (!request) return std::nullopt;
  const std::string name = name_of(document);
  const std::string key = key_of(document, name);
  request->paths = {key};
  request->contents = {{key, document.text.content()}};
  request->kinds = {{key, kind}};
  request->changed_since.reset();
  if (key == "-") request->stdin_name = name;
  return request;
}

const Judged& Judge::judge(const DocumentPtr& document) {
  if (const auto known = known_.find(document->uri);
      known != known_.end() && known->second.document == document) {
    return known->second;
  }
  Judged& out = known_[document->uri];
  out = Judged{document, name_of(*document), {}, {}};
  const FileKind kind = kind_of(*document);
  if (kind == FileKind::Other || kind == FileKind::HelmTemplate) return out;
  const auto request = request_for(*document, kind);
  if (!request) return out;
  if (request->contents.contains("./-")) out.name = "./-";
  NoProgress progress;
  auto report = lint::lint_files(*request, progress);
  if (!report) {
    out.problem = std::move(report).error();
    return out;
  }
  if (!report->errors.empty()) out.problem = std::move(report->errors.front().error);
  for (std::string& note : report->notes) {
    if (told_.insert(note).second) notes_.push_back(std::move(note));
  }
  out.findings = own_findings(std::move(report->findings), out.name);
  return out;
}

std::string Judge::mended(const Document& document) {
  const FileKind kind = kind_of(document);
  auto request = request_for(document, kind);
  if (!request || kind == FileKind::Other || kind == FileKind::HelmTemplate) {
    return document.text.content();
  }
  NoProgress progress;
  auto fixed = lint::fix_files(*std::move(request), lint::FixSafety::Safe, progress);
  if (!fixed || fixed->files.empty()) return document.text.content();
  for (std::string& note : fixed->notes) {
    if (told_.insert(note).second) notes_.push_back(std::move(note));
  }
  return std::move(fixed->files.front().after);
}

std::vector<std::string> Judge::take_complaints() { return std::exchange(complaints_, {}); }
std::vector<std::string> Judge::take_notes() { return std::exchange(notes_, {}); }

}  // namespace corten::lsp
