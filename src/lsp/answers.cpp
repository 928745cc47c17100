#include "lsp/answers.h"

#include <nlohmann/json.hpp>

#include "finding/lint_level.h"

namespace corten::lsp {

namespace {

using Json = nlohmann::ordered_json;

// Bytes of documents that are no UTF-8 become U+FFFD.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json id_json(const RequestId& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return nullptr;
}

std::string answer(const RequestId& id, Json result) {
  return text_of({{"jsonrpc", "2.0"}, {"id", id_json(id)}, {"result", std::move(result)}});
}

std::string notification(std::string_view method, Json params) {
  return text_of({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

Json position_json(Position position) {
  return {{"line", position.line}, {"character", position.character}};
}

Json range_json(const Range& range) {
  return {{"start", position_json(range.begin)}, {"end", position_json(range.end)}};
}

// The four severities of the protocol are hadolint's levels.
int severity_number(Severity severity) {
  switch (level_of(severity)) {
    case LintLevel::Error:
      return 1;
    case LintLevel::Warning:
      return 2;
    case LintLevel::Info:
      return 3;
    case LintLevel::Style:
      return 4;
  }
  return 3;
}

Json diagnostic_json(std::string_view uri, const Diagnostic& diagnostic) {
  Json out = {{"range", range_json(diagnostic.range)},
              {"severity", severity_number(diagnostic.severity)}};
  if (!diagnostic.code.empty()) out["code"] = diagnostic.code;
  if (!diagnostic.href.empty()) out["codeDescription"] = {{"href", diagnostic.href}};
  out["source"] = "corten";
  out["message"] = diagnostic.message;
  Json tags = Json::array();
  if (diagnostic.unnecessary) tags.push_back(1);
  if (diagnostic.deprecated) tags.push_back(2);
  if (!tags.empty()) out["tags"] = std::move(tags);
  for (const Related& related : diagnostic.related) {
    out["relatedInformation"].push_back(
        {{"location", {{"uri", uri}, {"range", range_json(related.range)}}},
         {"message", related.message}});
  }
  if (!diagnostic.code.empty()) {
    out["data"] = {{"severity", name_of(diagnostic.severity)}, {"mendable", diagnostic.mendable}};
  }
  return out;
}

Json diagnostics_json(std::string_view uri, const std::vector<Diagnostic>& diagnostics) {
  Json out = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) out.push_back(diagnostic_json(uri, diagnostic));
  return out;
}

Json edit_json(const ClientStyle& style, const DocumentEdit& edit) {
  Json changes = Json::array();
  for (const TextChange& change : edit.changes) {
    changes.push_back({{"range", range_json(change.range)}, {"newText", change.text}});
  }
  if (!style.document_changes) return {{"changes", {{edit.uri, std::move(changes)}}}};
  Json document = {{"uri", edit.uri}, {"version", nullptr}};
  if (edit.version) document["version"] = *edit.version;
  Json whole = {{"textDocument", std::move(document)}, {"edits", std::move(changes)}};
  return {{"documentChanges", Json::array({std::move(whole)})}};
}

Json action_json(const ClientStyle& style, std::string_view uri, const CodeAction& action) {
  Json out = {{"title", action.title}, {"kind", action.kind}};
  if (!action.diagnostics.empty()) {
    out["diagnostics"] = diagnostics_json(uri, action.diagnostics);
  }
  if (action.preferred && style.preferred_actions) out["isPreferred"] = true;
  if (action.edit) {
    out["edit"] = edit_json(style, *action.edit);
  } else {
    out["data"] = {{"uri", action.uri}};
  }
  return out;
}

}  // namespace

std::string answer_initialize(const RequestId& id, PositionEncoding encoding, Pulls pulls,
                              std::string_view version) {
  Json can = {
      {"positionEncoding", name_of(encoding)},
      {"textDocumentSync",
       {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
      {"hoverProvider", true},
      {"codeActionProvider",
       {{"codeActionKinds", {"quickfix", "source.fixAll", "source.fixAll.corten"}},
        {"resolveProvider", true}}},
      {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
  };
  if (pulls == Pulls::Yes) {
    can["diagnosticProvider"] = {{"identifier", "corten"},
                                 {"interFileDependencies", false},
                                 {"workspaceDiagnostics", false}};
  }
  return answer(id, {{"capabilities", std::move(can)},
                     {"serverInfo", {{"name", "corten"}, {"version", version}}}});
}

std::string answer_null(const RequestId& id) { return answer(id, nullptr); }

std::string answer_error(const RequestId& id, AnswerCode code, std::string_view message) {
  return text_of({{"jsonrpc", "2.0"},
                  {"id", id_json(id)},
                  {"error", {{"code", static_cast<int>(code)}, {"message", message}}}});
}

std::string answer_hover(const RequestId& id, std::string_view markdown, const Range& range) {
  return answer(id, {{"contents", {{"kind", "markdown"}, {"value", markdown}}},
                     {"range", range_json(range)}});
}

std::string answer_actions(const RequestId& id, const ClientStyle& style, std::string_view uri,
                           const std::vector<CodeAction>& actions) {
  Json list = Json::array();
  for (const CodeAction& action : actions) list.push_back(action_json(style, uri, action));
  return answer(id, std::move(list));
}

std::string answer_resolved(const RequestId& id, const ClientStyle& style, std::string_view action,
                            const std::optional<DocumentEdit>& edit) {
  Json out = Json::parse(action, nullptr, false);
  if (!out.is_object()) return answer_error(id, AnswerCode::InvalidParams, "no code action");
  if (edit) out["edit"] = edit_json(style, *edit);
  return answer(id, std::move(out));
}

std::string answer_diagnostics(const RequestId& id, std::string_view uri,
                               const std::vector<Diagnostic>& diagnostics) {
  return answer(id, {{"kind", "full"}, {"items", diagnostics_json(uri, diagnostics)}});
}

std::string publish(std::string_view uri, std::optional<std::int64_t> version,
                    const std::vector<Diagnostic>& diagnostics) {
  Json params = {{"uri", uri}};
  if (version) params["version"] = *version;
  params["diagnostics"] = diagnostics_json(uri, diagnostics);
  return notification("textDocument/publishDiagnostics", std::move(params));
}

std::string show_message(MessageType type, std::string_view text) {
  return notification("window/showMessage", {{"type", static_cast<int>(type)}, {"message", text}});
}

std::string log_message(MessageType type, std::string_view text) {
  return notification("window/logMessage", {{"type", static_cast<int>(type)}, {"message", text}});
}

std::string register_watchers() {
  Json watchers = Json::array();
  for (const char* glob : {"**/{corten,.corten}.yaml", "**/.hadolint.{yaml,yml}",
                           "**/.cortenignore", "**/.trivyignore{,.yaml}", "**/{,*}.dockerignore"}) {
    watchers.push_back({{"globPattern", glob}});
  }
  Json registration = {{"id", "corten-configuration"},
                       {"method", "workspace/didChangeWatchedFiles"},
                       {"registerOptions", {{"watchers", std::move(watchers)}}}};
  return text_of({{"jsonrpc", "2.0"},
                  {"id", "corten-watch"},
                  {"method", "client/registerCapability"},
                  {"params", {{"registrations", Json::array({std::move(registration)})}}}});
}

}  // namespace corten::lsp
