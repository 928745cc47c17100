// What the server sends, from values to JSON. Each function gives one whole message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finding/severity.h"
#include "lsp/protocol.h"
#include "lsp/text.h"

namespace corten::lsp {

// A second place that a diagnostic speaks of.
struct Related {
  Range range;
  std::string message;

  bool operator==(const Related&) const = default;
};

struct Diagnostic {
  Range range;
  Severity severity = Severity::Info;
  std::string code;  // id of the rule, or empty
  std::string href;  // its page, or empty
  std::string message;
  bool unnecessary = false;  // the place could go without a loss
  bool deprecated = false;
  bool mendable = false;
  std::vector<Related> related;  // in the same document

  bool operator==(const Diagnostic&) const = default;
};

// A replacement in the places of the client.
struct TextChange {
  Range range;
  std::string text;

  bool operator==(const TextChange&) const = default;
};

// Changes of one open document.
struct DocumentEdit {
  std::string uri;
  std::optional<std::int64_t> version;
  std::vector<TextChange> changes;
};

struct CodeAction {
  std::string title;
  std::string kind;  // "quickfix", "source.fixAll.corten"
  std::vector<Diagnostic> diagnostics;
  bool preferred = false;
  std::optional<DocumentEdit> edit;  // nullopt: to be resolved
  std::string uri;                   // the document, for the data of what is to be resolved
};

// How the client wants edits and actions.
struct ClientStyle {
  PositionEncoding encoding = PositionEncoding::Utf16;
  bool document_changes = false;
  bool preferred_actions = false;
  bool resolves_edits = false;
};

enum class MessageType { Error = 1, Warning = 2, Info = 3, Log = 4 };
enum class Pulls { No, Yes };  // diagnostics are offered to be asked for

[[nodiscard]] std::string answer_initialize(const RequestId& id, PositionEncoding encoding,
                                            Pulls pulls, std::string_view version);
[[nodiscard]] std::string answer_null(const RequestId& id);
[[nodiscard]] std::string answer_error(const RequestId& id, AnswerCode code,
                                       std::string_view message);
[[nodiscard]] std::string answer_hover(const RequestId& id, std::string_view markdown,
                                       const Range& range);
[[nodiscard]] std::string answer_actions(const RequestId& id, const ClientStyle& style,
                                         std::string_view uri,
                                         const std::vector<CodeAction>& actions);
// `action` is what the client sent; with `edit` in it if there is one.
[[nodiscard]] std::string answer_resolved(const RequestId& id, const ClientStyle& style,
                                          std::string_view action,
                                          const std::optional<DocumentEdit>& edit);
[[nodiscard]] std::string answer_diagnostics(const RequestId& id, std::string_view uri,
                                             const std::vector<Diagnostic>& diagnostics);
[[nodiscard]] std::string publish(std::string_view uri, std::optional<std::int64_t> version,
                                  const std::vector<Diagnostic>& diagnostics);
// window/showMessage for what the user should see, window/logMessage for the rest.
[[nodiscard]] std::string show_message(MessageType type, std::string_view text);
[[nodiscard]] std::string log_message(MessageType type, std::string_view text);
// client/registerCapability for changes of the configuration files.
[[nodiscard]] std::string register_watchers();

}  // namespace corten::lsp
