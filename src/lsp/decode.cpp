#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/result.h"
#include "lsp/protocol.h"

namespace corten::lsp {

namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

// What is wrong with a member that is missing or of another type: the message is its name.
std::unexpected<Error> wrong(std::string_view name) {
  return fail(ErrorCode::InvalidInput, std::string(name));
}

std::optional<Element> member(const Element& from, std::string_view name) {
  Object object;
  Element value;
  if (from.get(object) != simdjson::SUCCESS) return std::nullopt;
  if (object[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

// Follows a path of members.
template <typename... Names>
std::optional<Element> member(const Element& from, std::string_view first, Names... rest) {
  const auto inner = member(from, first);
  return inner ? member(*inner, rest...) : std::nullopt;
}

std::optional<std::string> optional_text(const std::optional<Element>& value) {
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

std::optional<std::int64_t> optional_number(const std::optional<Element>& value) {
  std::int64_t number = 0;
  if (!value || value->get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

bool is_true(const std::optional<Element>& value) {
  bool flag = false;
  return value && value->get(flag) == simdjson::SUCCESS && flag;
}

Result<std::string> text_in(const Element& from, std::string_view name) {
  auto text = optional_text(member(from, name));
  if (!text) return wrong(name);
  return *std::move(text);
}

Result<Element> object_in(const Element& from, std::string_view name) {
  const auto value = member(from, name);
  if (!value || !value->is_object()) return wrong(name);
  return *value;
}

Result<Array> array_in(const Element& from, std::string_view name) {
  const auto value = member(from, name);
  Array array;
  if (!value || value->get(array) != simdjson::SUCCESS) {
    return wrong(name);
  }
  return array;
}

// An unsigned integer; numbers beyond 32 bits are cut to the largest, which is past every line.
Result<std::uint32_t> count_in(const Element& from, std::string_view name) {
  const auto value = member(from, name);
  std::uint64_t number = 0;
  if (!value || value->get(number) != simdjson::SUCCESS) {
    return wrong(name);
  }
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(number, kMost));
}

Result<Position> position_in(const Element& from, std::string_view name) {
  CORTEN_TRY(const Element object, object_in(from, name));
  CORTEN_TRY(const std::uint32_t line, count_in(object, "line"));
  CORTEN_TRY(const std::uint32_t character, count_in(object, "character"));
  return Position{line, character};
}

Result<Range> range_in(const Element& from) {
  CORTEN_TRY(const Position begin, position_in(from, "start"));
  CORTEN_TRY(const Position end, position_in(from, "end"));
  return Range{begin, end};
}

Result<std::string> document_in(const Element& params) {
  CORTEN_TRY(const Element document, object_in(params, "textDocument"));
  return text_in(document, "uri");
}

std::vector<std::string> texts_in(const std::optional<Element>& list) {
  std::vector<std::string> out;
  Array array;
  if (!list || list->get(array) != simdjson::SUCCESS) return out;
  for (const Element& entry : array) {
    if (auto text = optional_text(entry)) out.push_back(*std::move(text));
  }
  return out;
}

std::vector<std::string> folder_uris(const std::optional<Element>& list) {
  std::vector<std::string> out;
  Array array;
  if (!list || list->get(array) != simdjson::SUCCESS) return out;
  for (const Element& entry : array) {
    if (auto uri = optional_text(member(entry, "uri"))) out.push_back(*std::move(uri));
  }
  return out;
}

std::optional<PositionEncoding> first_known(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    for (const PositionEncoding encoding :
         {PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32}) {
      if (name == name_of(encoding)) return encoding;
    }
  }
  return std::nullopt;
}

Result<Params> read_initialize(const Element& params) {
  InitializeParams out;
  out.folders = folder_uris(member(params, "workspaceFolders"));
  if (out.folders.empty()) {
    if (auto uri = optional_text(member(params, "rootUri"))) out.folders.push_back(*std::move(uri));
  }
  CORTEN_TRY(const Element can, object_in(params, "capabilities"));
  out.encoding = first_known(texts_in(member(can, "general", "positionEncodings")));
  out.document_changes = is_true(member(can, "workspace", "workspaceEdit", "documentChanges"));
  out.watches_files =
      is_true(member(can, "workspace", "didChangeWatchedFiles", "dynamicRegistration"));
  out.pushed_diagnostics = member(can, "textDocument", "publishDiagnostics").has_value();
  out.pulled_diagnostics = member(can, "textDocument", "diagnostic").has_value();
  if (const auto actions = member(can, "textDocument", "codeAction")) {
    out.preferred_actions = is_true(member(*actions, "isPreferredSupport"));
    const auto resolved = texts_in(member(*actions, "resolveSupport", "properties"));
    out.resolves_edits = is_true(member(*actions, "dataSupport")) &&
                         std::ranges::find(resolved, "edit") != resolved.end();
  }
  return out;
}

std::optional<RequestId> read_id(const Element& value) {
  if (value.is_null()) return RequestId{};
  if (const auto number = optional_number(value)) return RequestId{*number};
  if (auto text = optional_text(value)) return RequestId{*std::move(text)};
  return std::nullopt;
}

Result<Params> read_cancel(const Element& params) {
  const auto value = member(params, "id");
  const auto id = value ? read_id(*value) : std::nullopt;
  if (!id) return wrong("id");
  return CancelParams{*id};
}

Result<Params> read_open(const Element& params) {
  CORTEN_TRY(const Element document, object_in(params, "textDocument"));
  DidOpenParams out;
  CORTEN_TRY(out.uri, text_in(document, "uri"));
  CORTEN_TRY(out.text, text_in(document, "text"));
  out.language = optional_text(member(document, "languageId")).value_or("");
  out.version = optional_number(member(document, "version"));
  return out;
}

Result<Params> read_change(const Element& params) {
  DidChangeParams out;
  CORTEN_TRY(out.uri, document_in(params));
  out.version = optional_number(member(params, "textDocument", "version"));
  CORTEN_TRY(const Array changes, array_in(params, "contentChanges"));
  for (const Element& entry : changes) {
    ContentChange change;
    CORTEN_TRY(change.text, text_in(entry, "text"));
    if (const auto range = member(entry, "range"); range && !range->is_null()) {
      CORTEN_TRY(change.range, range_in(*range));
    }
    out.changes.push_back(std::move(change));
  }
  return out;
}

Result<Params> read_save(const Element& params) {
  CORTEN_TRY(std::string uri, document_in(params));
  return DidSaveParams{std::move(uri), optional_text(member(params, "text"))};
}

Result<Params> read_close(const Element& params) {
  CORTEN_TRY(std::string uri, document_in(params));
  return DidCloseParams{std::move(uri)};
}

Result<Params> read_hover(const Element& params) {
  CORTEN_TRY(std::string uri, document_in(params));
  CORTEN_TRY(const Position position, position_in(params, "position"));
  return HoverParams{std::move(uri), position};
}

Result<Params> read_code_action(const Element& params) {
  CodeActionParams out;
  CORTEN_TRY(out.uri, document_in(params));
  CORTEN_TRY(const Element range, object_in(params, "range"));
  CORTEN_TRY(out.range, range_in(range));
  out.only = texts_in(member(params, "context", "only"));
  return out;
}

Result<Params> read_resolve(const Element& params) {
  ResolveCodeActionParams out;
  out.uri = optional_text(member(params, "data", "uri")).value_or("");
  out.action = simdjson::minify(params);
  return out;
}

Result<Params> read_diagnostic(const Element& params) {
  CORTEN_TRY(std::string uri, document_in(params));
  return DiagnosticParams{std::move(uri)};
}

Result<Params> read_folders(const Element& params) {
  CORTEN_TRY(const Element event, object_in(params, "event"));
  return WorkspaceFoldersParams{folder_uris(member(event, "added")),
                                folder_uris(member(event, "removed"))};
}

template <typename Plain>
Result<Params> read_plain(const Element& /*params*/) {
  return Plain{};
}

enum class Kind { Request, Notification };
struct Method {
  std::string_view name;
  Kind kind;
  Result<Params> (*read)(const Element& params);
};
constexpr auto kMethods = std::to_array<Method>({
    {"initialize", Kind::Request, read_initialize},
    {"initialized", Kind::Notification, read_plain<InitializedParams>},
    {"shutdown", Kind::Request, read_plain<ShutdownParams>},
    {"exit", Kind::Notification, read_plain<ExitParams>},
    {"$/cancelRequest", Kind::Notification, read_cancel},
    {"$/setTrace", Kind::Notification, read_plain<SetTraceParams>},
    {"textDocument/didOpen", Kind::Notification, read_open},
    {"textDocument/didChange", Kind::Notification, read_change},
    {"textDocument/didSave", Kind::Notification, read_save},
    {"textDocument/didClose", Kind::Notification, read_close},
    {"textDocument/hover", Kind::Request, read_hover},
    {"textDocument/codeAction", Kind::Request, read_code_action},
    {"codeAction/resolve", Kind::Request, read_resolve},
    {"textDocument/diagnostic", Kind::Request, read_diagnostic},
    {"workspace/didChangeConfiguration", Kind::Notification, read_plain<ConfigurationParams>},
    {"workspace/didChangeWatchedFiles", Kind::Notification, read_plain<ConfigurationParams>},
    {"workspace/didChangeWorkspaceFolders", Kind::Notification, read_folders},
});

// Editors hold halves of surrogate pairs in their texts, and some send them so ("\ud83d" alone),
// which no UTF-8 can hold. U+FFFD takes their place: it is one UTF-16 unit as well.
std::string without_lone_surrogates(std::string_view json) {
  std::string out(json);
  const auto unit_at = [&](std::size_t i) -> std::optional<unsigned> {
    if (i > out.size() || out.size() - i < 6 || out[i] != '\\' || out[i + 1] != 'u') {
      return std::nullopt;
    }
    unsigned unit = 0;
    const char* begin = out.data() + i + 2;
    const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
    if (error != std::errc{} || end != begin + 4) return std::nullopt;
    return unit;
  };
  for (std::size_t i = out.find('\\'); i < out.size(); i = out.find('\\', i)) {
    const auto unit = unit_at(i);
    if (!unit) {
      i += 2;  // another escape
      continue;
    }
    const bool is_high = *unit >= 0xd800 && *unit < 0xdc00;
    const bool is_low = *unit >= 0xdc00 && *unit < 0xe000;
    const auto next = is_high ? unit_at(i + 6) : std::nullopt;
    if (next && *next >= 0xdc00 && *next < 0xe000) {
      i += 12;
      continue;
    }
    if (is_high || is_low) out.replace(i + 2, 4, "fffd");
    i += 6;
  }
  return out;
}

std::expected<Incoming, Refusal> read_method(const Element& message, Incoming incoming) {
  const auto method = std::ranges::find(kMethods, incoming.method, &Method::name);
  if (method == kMethods.end()) {
    // Notifications that are not known are nobody's loss; requests want an answer.
    if (!incoming.id) return incoming;
    return std::unexpected(Refusal{incoming.id,
                                   AnswerCode::MethodNotFound,
                                   fmt::format("no method {}", incoming.method.substr(0, 100)),
                                   {}});
  }
  const bool is_request = method->kind == Kind::Request;
  if (is_request != incoming.id.has_value()) {
    return std::unexpected(
        Refusal{incoming.id,
                AnswerCode::InvalidRequest,
                fmt::format("{} is a {}", method->name, is_request ? "request" : "notification"),
                {}});
  }
  // Left out, parameters are as if they were empty.
  simdjson::dom::parser spare;
  Element none;
  if (spare.parse("{}", 2).get(none) != simdjson::SUCCESS) none = message;
  const auto params = member(message, "params");
  auto read = method->read(params.value_or(none));
  if (!read) {
    Refusal refusal{incoming.id,
                    AnswerCode::InvalidParams,
                    fmt::format("{}: no usable {}", method->name, read.error().message),
                    {}};
    if (method->read == read_change && params) {
      refusal.uri = document_in(*params).value_or("");
    }
    return std::unexpected(std::move(refusal));
  }
  incoming.params = *std::move(read);
  return incoming;
}

std::expected<Incoming, Refusal> read_message(const Element& message) {
  const auto refuse = [](std::optional<RequestId> id, std::string why) {
    return std::unexpected(Refusal{std::move(id), AnswerCode::InvalidRequest, std::move(why), {}});
  };
  if (message.is_array()) return refuse(RequestId{}, "batches are not part of the protocol");
  if (!message.is_object()) return refuse(RequestId{}, "a message is an object");
  Incoming incoming;
  if (const auto value = member(message, "id")) {
    incoming.id = read_id(*value);
    if (!incoming.id) return refuse(RequestId{}, "an id is a number or a text");
  }
  if (optional_text(member(message, "jsonrpc")) != "2.0") {
    return refuse(incoming.id.value_or(RequestId{}), "jsonrpc must be \"2.0\"");
  }
  const auto method = member(message, "method");
  if (!method) {
    if (!member(message, "result") && !member(message, "error")) {
      return refuse(incoming.id.value_or(RequestId{}), "neither a method nor a result");
    }
    incoming.params = Response{};
    return incoming;
  }
  auto name = optional_text(method);
  if (!name) return refuse(incoming.id.value_or(RequestId{}), "a method is a text");
  incoming.method = *std::move(name);
  return read_method(message, std::move(incoming));
}

}  // namespace

std::expected<Incoming, Refusal> decode(std::string_view json) {
  simdjson::dom::parser parser;
  Element message;
  simdjson::error_code error =
      parser.allocate(std::max<std::size_t>(json.size(), 64), kMaxJsonDepth);
  if (error == simdjson::SUCCESS) error = parser.parse(json.data(), json.size()).get(message);
  if (error == simdjson::STRING_ERROR) {
    const std::string repaired = without_lone_surrogates(json);
    error = parser.parse(repaired).get(message);
  }
  if (error != simdjson::SUCCESS) {
    return std::unexpected(Refusal{RequestId{},
                                   AnswerCode::ParseError,
                                   fmt::format("not JSON: {}", simdjson::error_message(error)),
                                   {}});
  }
  return read_message(message);
}

}  // namespace corten::lsp
