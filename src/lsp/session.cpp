#include "lsp/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lsp/actions.h"
#include "lsp/diagnostics.h"
#include "lsp/uri.h"

namespace corten::lsp {

namespace {

// Files beside the documents that say how they are judged.
bool is_configuration(std::string_view path) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"corten.yaml", ".corten.yaml", ".hadolint.yaml", ".hadolint.yml", ".cortenignore",
       ".trivyignore", ".trivyignore.yaml"});
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::find(kNames, name) != kNames.end() || name.ends_with(".dockerignore");
}

// Each change is in the places of the text as the ones before left it. Editors send many from the
// end to the beginning: what is before all that has changed still stands where `before` has it. Any
// other order costs a look at the whole text for each; nullopt when that would take too long.
std::optional<std::string> changed(const Text& before, const std::vector<ContentChange>& changes,
                                   PositionEncoding encoding) {
  constexpr std::size_t kMostWork = std::size_t{256} << 20;  // characters
  constexpr std::size_t kLinesAreQuicker = 8;                // to skip than characters are to count
  std::string content = before.content();
  std::size_t untouched = content.size() + 1;  // bytes from the beginning, one past the end is one
  std::size_t work = 0;
  for (const ContentChange& change : changes) {
    if (!change.range) {
      content = change.text;
      untouched = 0;
      continue;
    }
    Extent extent = before.extent_of(*change.range, encoding);
    if (extent.end >= untouched) {
      const std::size_t begin = offset_in(content, change.range->begin, encoding);
      const std::size_t end = offset_in(content, change.range->end, encoding);
      extent = {std::min(begin, end), std::max(begin, end)};
      work += (begin + end) / kLinesAreQuicker +
              std::min<std::size_t>(change.range->begin.character, begin) +
              std::min<std::size_t>(change.range->end.character, end);
      if (work > kMostWork) return std::nullopt;
    }
    content.replace(extent.begin, extent.end - extent.begin, change.text);
    if (content.size() > lint::kMaxLintFileBytes) break;  // refused by its size
    untouched = std::min(untouched, extent.begin);
  }
  return content;
}

}  // namespace

Session::Session(const ServerOptions& options, WorkQueue& queue, Send send)
    : options_(options), queue_(queue), send_(std::move(send)), judge_(options.configure) {}

void Session::receive(const Frame& frame) {
  if (frame.kind == Frame::Kind::Broken) {
    send_(answer_error({}, AnswerCode::ParseError, frame.text));
    return;
  }
  const auto incoming = decode(frame.text);
  if (!incoming) {
    refuse(incoming.error());
    return;
  }
  receive(*incoming);
}

void Session::refuse(const Refusal& refusal) {
  if (refusal.id) {
    const bool is_early = stage_ == Stage::New && refusal.code == AnswerCode::MethodNotFound;
    send_(answer_error(*refusal.id, is_early ? AnswerCode::ServerNotInitialized : refusal.code,
                       refusal.message));
    return;
  }
  send_(log_message(MessageType::Warning, refusal.message));
  // Better no diagnostics than wrong ones: the text is not the client's any more.
  if (!refusal.uri.empty()) close(refusal.uri);
}

void Session::receive(const Incoming& incoming) {
  const bool is_exit = std::holds_alternative<ExitParams>(incoming.params);
  const bool is_start = std::holds_alternative<InitializeParams>(incoming.params);
  if (stage_ == Stage::New && !is_exit && !is_start) {
    if (incoming.id && !std::holds_alternative<Response>(incoming.params)) {
      send_(answer_error(*incoming.id, AnswerCode::ServerNotInitialized, "initialize comes first"));
    }
    return;
  }
  if (stage_ == Stage::ShutDown && !is_exit) {
    if (incoming.id && !std::holds_alternative<Response>(incoming.params)) {
      send_(answer_error(*incoming.id, AnswerCode::InvalidRequest, "the server is shut down"));
    }
    return;
  }
  std::visit([&](const auto& params) { on(incoming, params); }, incoming.params);
}

void Session::on(const Incoming& incoming, const InitializeParams& params) {
  if (stage_ != Stage::New) {
    send_(answer_error(*incoming.id, AnswerCode::InvalidRequest, "initialized already"));
    return;
  }
  stage_ = Stage::Running;
  style_.encoding = params.encoding.value_or(PositionEncoding::Utf16);
  style_.document_changes = params.document_changes;
  style_.preferred_actions = params.preferred_actions;
  style_.resolves_edits = params.resolves_edits;
  watches_files_ = params.watches_files;
  add_folders(params.folders);
  // Diagnostics are pushed; a client that takes both ways would show each twice.
  const bool only_pulls = params.pulled_diagnostics && !params.pushed_diagnostics;
  send_(answer_initialize(*incoming.id, style_.encoding, only_pulls ? Pulls::Yes : Pulls::No,
                          options_.version));
}

void Session::on(const Incoming& /*incoming*/, const InitializedParams& /*params*/) {
  if (watches_files_) send_(register_watchers());
}

// Answered after what waits, so that nothing that was asked before is lost.
void Session::on(const Incoming& incoming, const ShutdownParams& /*params*/) {
  was_shut_down_ = true;
  stage_ = Stage::ShutDown;
  queue_.hurry();
  ask(incoming, [this](const RequestId& id) { send_(answer_null(id)); });
}

void Session::on(const Incoming& /*incoming*/, const ExitParams& /*params*/) {
  stage_ = Stage::Over;
}

void Session::on(const Incoming& /*incoming*/, const CancelParams& params) {
  if (queue_.cancel(params.id)) {
    send_(answer_error(params.id, AnswerCode::RequestCancelled, "cancelled"));
  }
}

void Session::on(const Incoming& /*incoming*/, const DidOpenParams& params) {
  {
    const std::scoped_lock lock(mutex_);
    if (open_.size() >= kMaxOpenDocuments && !open_.contains(params.uri)) {
      send_(show_message(MessageType::Warning,
                         fmt::format("more than {} open documents: {} is not examined",
                                     kMaxOpenDocuments, params.uri)));
      return;
    }
  }
  std::string path = path_of_uri(params.uri).value_or("");
  std::string folder = folder_of(path);
  open({params.uri, params.language, params.version, std::move(folder), std::move(path),
        Text(params.text)},
       std::chrono::milliseconds(0));
}

void Session::on(const Incoming& /*incoming*/, const DidChangeParams& params) {
  const DocumentPtr before = document(params.uri);
  if (before == nullptr) {
    send_(log_message(MessageType::Warning, fmt::format("{} is not open", params.uri)));
    return;
  }
  auto content = changed(before->text, params.changes, style_.encoding);
  if (!content) {
    send_(show_message(MessageType::Warning,
                       fmt::format("too many changes at once: {} is not examined until it is "
                                   "opened again",
                                   params.uri)));
    close(params.uri);
    return;
  }
  Document after = *before;
  after.version = params.version;
  after.text = Text(*std::move(content));
  open(std::move(after), options_.pause);
}

void Session::on(const Incoming& /*incoming*/, const DidSaveParams& params) {
  const DocumentPtr saved = document(params.uri);
  if (is_configuration(path_of_uri(params.uri).value_or(""))) {
    lint_all();
  } else if (saved != nullptr) {
    // Files around it may have changed with it.
    stale_ = true;
    lint_later(saved, std::chrono::milliseconds(0));
  }
}

void Session::on(const Incoming& /*incoming*/, const DidCloseParams& params) { close(params.uri); }

void Session::on(const Incoming& incoming, const HoverParams& params) {
  const DocumentPtr asked = document(params.uri);
  ask(incoming, [this, asked, position = params.position](const RequestId& id) {
    if (asked == nullptr) return send_(answer_null(id));
    const auto hover = hover_at(judged(asked), position, style_.encoding, options_.catalogue);
    send_(hover ? answer_hover(id, hover->markdown, hover->range) : answer_null(id));
  });
}

void Session::on(const Incoming& incoming, const CodeActionParams& params) {
  const DocumentPtr asked = document(params.uri);
  ask(incoming, [this, asked, params](const RequestId& id) {
    std::vector<CodeAction> actions;
    if (asked == nullptr) return send_(answer_actions(id, style_, params.uri, actions));
    const Judged& found = judged(asked);
    if (is_wanted(kQuickFix, params.only)) {
      actions =
          quick_fixes(found, asked->text.extent_of(params.range, style_.encoding), style_.encoding);
    }
    // Mending everything takes several runs of lint, which nobody wants at each move of the cursor.
    const bool is_asked_for = !params.only.empty() && is_wanted(kFixAll, params.only);
    const bool is_possible = std::ranges::any_of(found.findings, [](const Finding& finding) {
      return !finding.fix.empty() && finding.fix_risk.empty();
    });
    if (is_possible && (is_asked_for || (style_.resolves_edits && params.only.empty()))) {
      CodeAction all;
      all.title = "Mend everything that can be mended safely";
      all.kind = kFixAll;
      all.uri = asked->uri;
      if (!style_.resolves_edits) {
        all.edit = edit_to(*asked, judge_.mended(*asked), style_.encoding);
      }
      actions.push_back(std::move(all));
    }
    send_(answer_actions(id, style_, asked->uri, actions));
  });
}

void Session::on(const Incoming& incoming, const ResolveCodeActionParams& params) {
  const DocumentPtr asked = document(params.uri);
  ask(incoming, [this, asked, params](const RequestId& id) {
    std::optional<DocumentEdit> edit;
    if (asked != nullptr) edit = edit_to(*asked, judge_.mended(*asked), style_.encoding);
    send_(answer_resolved(id, style_, params.action, edit));
  });
}

void Session::on(const Incoming& incoming, const DiagnosticParams& params) {
  const DocumentPtr asked = document(params.uri);
  ask(incoming, [this, asked, uri = params.uri](const RequestId& id) {
    send_(answer_diagnostics(id, uri,
                             asked == nullptr ? std::vector<Diagnostic>()
                                              : diagnostics_of(judged(asked), style_.encoding)));
  });
}

void Session::on(const Incoming& /*incoming*/, const ConfigurationParams& /*params*/) {
  lint_all();
}

void Session::on(const Incoming& /*incoming*/, const WorkspaceFoldersParams& params) {
  for (const std::string& uri : params.removed) {
    if (const auto path = path_of_uri(uri)) std::erase(folders_, *path);
  }
  add_folders(params.added);
  std::vector<DocumentPtr> moved;
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [uri, known] : open_) {
      Document document = *known;
      document.folder = folder_of(document.path);
      if (document.folder == known->folder) continue;
      known = std::make_shared<const Document>(std::move(document));
      moved.push_back(known);
    }
  }
  for (const DocumentPtr& document : moved) lint_later(document, std::chrono::milliseconds(0));
}

DocumentPtr Session::document(const std::string& uri) {
  const std::scoped_lock lock(mutex_);
  const auto found = open_.find(uri);
  return found == open_.end() ? nullptr : found->second;
}

// The innermost folder of the workspace that the file is in, else the main one.
std::string Session::folder_of(const std::string& path) const {
  const std::string* innermost = nullptr;
  for (const std::string& folder : folders_) {
    const bool holds = folder == "/" || path.starts_with(folder + "/");
    if (holds && (innermost == nullptr || folder.size() > innermost->size())) innermost = &folder;
  }
  if (innermost != nullptr) return *innermost;
  return folders_.empty() ? options_.folder : folders_.front();
}

void Session::add_folders(const std::vector<std::string>& uris) {
  for (const std::string& uri : uris) {
    auto path = path_of_uri(uri);
    if (path && std::ranges::find(folders_, *path) == folders_.end()) {
      folders_.push_back(*std::move(path));
    }
  }
}

void Session::open(Document document, std::chrono::milliseconds pause) {
  if (document.text.content().size() > lint::kMaxLintFileBytes) {
    send_(show_message(MessageType::Warning,
                       fmt::format("{} is longer than {}, so it is not examined", document.uri,
                                   format_size(lint::kMaxLintFileBytes))));
    close(document.uri);
    return;
  }
  const auto opened = std::make_shared<const Document>(std::move(document));
  {
    const std::scoped_lock lock(mutex_);
    open_[opened->uri] = opened;
  }
  lint_later(opened, pause);
}

// Diagnostics of what is not open would stay for ever. What was found is forgotten after the
// requests that came before, in place of a run of lint that waits.
void Session::close(const std::string& uri) {
  const std::scoped_lock lock(mutex_);
  if (open_.erase(uri) == 0) return;
  send_(publish(uri, std::nullopt, {}));
  queue_.add_lint(uri, WorkQueue::Clock::now(), [this, uri] { judge_.forget(uri); });
}

void Session::lint_later(const DocumentPtr& document, std::chrono::milliseconds pause) {
  queue_.add_lint(document->uri, WorkQueue::Clock::now() + pause,
                  [this, document] { lint_now(document); });
}

void Session::lint_all() {
  stale_ = true;
  std::vector<DocumentPtr> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [uri, known] : open_) all.push_back(known);
  }
  for (const DocumentPtr& document : all) lint_later(document, std::chrono::milliseconds(0));
}

void Session::ask(const Incoming& incoming, std::function<void(const RequestId& id)> work) {
  const RequestId id = *incoming.id;
  if (!queue_.add_request(id, [id, work = std::move(work)] { work(id); })) {
    send_(answer_error(id, AnswerCode::InternalError,
                       fmt::format("more than {} requests wait", kMaxWaitingRequests)));
  }
}

const Judged& Session::judged(const DocumentPtr& document) {
  if (stale_.exchange(false)) judge_.forget();
  const Judged& out = judge_.judge(document);
  for (const std::string& complaint : judge_.take_complaints()) {
    send_(show_message(MessageType::Error, complaint));
  }
  for (const std::string& note : judge_.take_notes()) {
    send_(log_message(MessageType::Info, note));
  }
  return out;
}

void Session::lint_now(const DocumentPtr& document) {
  // Edits since then have put another run into the queue.
  if (this->document(document->uri) != document) return;
  const Judged& found = judged(document);
  const std::scoped_lock lock(mutex_);
  const auto current = open_.find(document->uri);
  if (current != open_.end() && current->second == document) {
    send_(publish(document->uri, document->version, diagnostics_of(found, style_.encoding)));
  }
}

}  // namespace corten::lsp
