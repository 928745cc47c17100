// A session with one client: what was agreed at its start, what is open, and an answer to every
// message.
//
// receive() is called by the thread that reads; what needs findings is put into the queue and done
// by the one that works. Documents are values that do not change, so each piece of work has the
// text that was there when it was asked for. Before diagnostics are sent, the document is compared
// with the one that is open then.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lsp/answers.h"
#include "lsp/framing.h"
#include "lsp/judge.h"
#include "lsp/protocol.h"
#include "lsp/work_queue.h"

namespace corten::lsp {

inline constexpr std::size_t kMaxOpenDocuments = 4096;

class Session {
 public:
  using Send = std::function<void(std::string message)>;  // from any thread

  // Both are borrowed.
  Session(const ServerOptions& options, WorkQueue& queue, Send send);

  void receive(const Frame& frame);

  // After `exit`.
  [[nodiscard]] bool is_over() const { return stage_ == Stage::Over; }
  [[nodiscard]] bool was_shut_down() const { return was_shut_down_; }

 private:
  enum class Stage { New, Running, ShutDown, Over };

  void receive(const Incoming& incoming);
  void refuse(const Refusal& refusal);

  // One for each kind of message.
  void on(const Incoming& incoming, const InitializeParams& params);
  void on(const Incoming& incoming, const InitializedParams& params);
  void on(const Incoming& incoming, const ShutdownParams& params);
  void on(const Incoming& incoming, const ExitParams& params);
  void on(const Incoming& incoming, const CancelParams& params);
  void on(const Incoming& /*incoming*/, const SetTraceParams& /*params*/) {}
  void on(const Incoming& incoming, const DidOpenParams& params);
  void on(const Incoming& incoming, const DidChangeParams& params);
  void on(const Incoming& incoming, const DidSaveParams& params);
  void on(const Incoming& incoming, const DidCloseParams& params);
  void on(const Incoming& incoming, const HoverParams& params);
  void on(const Incoming& incoming, const CodeActionParams& params);
  void on(const Incoming& incoming, const ResolveCodeActionParams& params);
  void on(const Incoming& incoming, const DiagnosticParams& params);
  void on(const Incoming& incoming, const ConfigurationParams& params);
  void on(const Incoming& incoming, const WorkspaceFoldersParams& params);
  void on(const Incoming& /*incoming*/, const Response& /*params*/) {}
  void on(const Incoming& /*incoming*/, const OtherParams& /*params*/) {}

  [[nodiscard]] DocumentPtr document(const std::string& uri);
  [[nodiscard]] std::string folder_of(const std::string& path) const;
  void add_folders(const std::vector<std::string>& uris);
  void open(Document document, std::chrono::milliseconds pause);
  void close(const std::string& uri);
  void lint_later(const DocumentPtr& document, std::chrono::milliseconds pause);
  void lint_all();
  void ask(const Incoming& incoming, std::function<void(const RequestId& id)> work);

  // On the thread that works.
  const Judged& judged(const DocumentPtr& document);
  void lint_now(const DocumentPtr& document);

  const ServerOptions& options_;
  WorkQueue& queue_;
  Send send_;
  Stage stage_ = Stage::New;
  bool was_shut_down_ = false;
  ClientStyle style_;
  bool watches_files_ = false;
  std::vector<std::string> folders_;  // of the workspace, absolute

  std::mutex mutex_;
  std::map<std::string, DocumentPtr> open_;  // guarded by mutex_

  std::atomic<bool> stale_ = false;  // what judge_ knows is to be forgotten
  Judge judge_;                      // of the thread that works
};

}  // namespace corten::lsp
