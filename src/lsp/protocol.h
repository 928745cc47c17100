// What clients send, as values: the messages of the protocol that this server knows, read from
// JSON.
//
// Only what is used is read. A member that must be there and is not, or is of another type, is an
// error of the message; what may be left out is taken as left out.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lsp/text.h"

namespace corten::lsp {

inline constexpr std::size_t kMaxJsonDepth = 64;

// Codes of JSON-RPC and of the protocol.
enum class AnswerCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  ServerNotInitialized = -32002,
  RequestCancelled = -32800,
};

// monostate is null, as in answers to what has no id that can be read.
using RequestId = std::variant<std::monostate, std::int64_t, std::string>;

struct InitializeParams {
  std::vector<std::string> folders;          // URIs, the first is the main one
  std::optional<PositionEncoding> encoding;  // the client's first that is known
  bool document_changes = false;             // WorkspaceEdit.documentChanges
  bool preferred_actions = false;            // CodeAction.isPreferred
  bool resolves_edits = false;               // CodeAction.edit may come later
  bool watches_files = false;                // registers for watched files
  bool pushed_diagnostics = false;           // says that it takes them
  bool pulled_diagnostics = false;
};
struct InitializedParams {};
struct ShutdownParams {};
struct ExitParams {};
struct CancelParams {
  RequestId id;
};
struct SetTraceParams {};
struct DidOpenParams {
  std::string uri;
  std::string language;
  std::optional<std::int64_t> version;
  std::string text;
};
struct ContentChange {
  std::optional<Range> range;  // nullopt: the text is the whole document
  std::string text;
};
struct DidChangeParams {
  std::string uri;
  std::optional<std::int64_t> version;
  std::vector<ContentChange> changes;
};
struct DidSaveParams {
  std::string uri;
  std::optional<std::string> text;
};
struct DidCloseParams {
  std::string uri;
};
struct HoverParams {
  std::string uri;
  Position position;
};
struct CodeActionParams {
  std::string uri;
  Range range;
  std::vector<std::string> only;  // kinds; empty: all
};
struct ResolveCodeActionParams {
  std::string uri;     // from the data of an action of ours; empty: another one's
  std::string action;  // the whole action, as JSON
};
struct DiagnosticParams {
  std::string uri;
};
struct ConfigurationParams {};  // something of the configuration has changed
struct WorkspaceFoldersParams {
  std::vector<std::string> added;
  std::vector<std::string> removed;
};
struct Response {};  // to a request of ours
struct OtherParams {};

using Params =
    std::variant<InitializeParams, InitializedParams, ShutdownParams, ExitParams, CancelParams,
                 SetTraceParams, DidOpenParams, DidChangeParams, DidSaveParams, DidCloseParams,
                 HoverParams, CodeActionParams, ResolveCodeActionParams, DiagnosticParams,
                 ConfigurationParams, WorkspaceFoldersParams, Response, OtherParams>;

struct Incoming {
  std::optional<RequestId> id;  // of a request; notifications have none
  std::string method;
  Params params = OtherParams{};
};

struct Refusal {
  std::optional<RequestId> id;  // of the request; nullopt: a notification, which gets no answer
  AnswerCode code = AnswerCode::InvalidRequest;
  std::string message;
  std::string uri;  // of a change that could not be read: its document is not known any more
};

[[nodiscard]] std::expected<Incoming, Refusal> decode(std::string_view json);

}  // namespace corten::lsp
