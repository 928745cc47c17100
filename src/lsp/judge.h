// Open documents and what lint finds in them.
//
// Everything here but documents themselves is used by one thread at a time, the one that works.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/discover.h"
#include "lsp/lsp.h"
#include "lsp/text.h"

namespace corten::lsp {

// One state of an open document; an edit makes another one.
struct Document {
  std::string uri;
  std::string language;                 // languageId, as the client says it
  std::optional<std::int64_t> version;  // as the client counts
  std::string folder;                   // of the workspace, absolute
  std::string path;                     // absolute; empty for what is no file
  Text text;
};
using DocumentPtr = std::shared_ptr<const Document>;

// What kind of file a document is, by what the editor says, else by its name and content as in
// folders; Other for what is not linted.
[[nodiscard]] lint::FileKind kind_of(const Document& document);

struct Judged {
  DocumentPtr document;
  std::string name;               // of the document in `findings`
  std::vector<Finding> findings;  // that count, by place
  std::optional<Error> problem;   // why there are none
};

class Judge {
 public:
  explicit Judge(Configure configure) : configure_(std::move(configure)) {}

  // What is found in the document; kept until another one is judged under its URI or forget() is
  // called. The reference is good until the next call.
  const Judged& judge(const DocumentPtr& document);
  // Forgets what was found: configuration or files around the documents may have changed.
  void forget() { known_.clear(); }
  void forget(const std::string& uri) { known_.erase(uri); }

  // The document's text with everything mended that can be mended safely.
  [[nodiscard]] std::string mended(const Document& document);

  // What went wrong with the configuration, and notes of lint, each once; empties the lists.
  [[nodiscard]] std::vector<std::string> take_complaints();
  [[nodiscard]] std::vector<std::string> take_notes();

 private:
  [[nodiscard]] std::optional<lint::LintRequest> request_for(const Document& document,
                                                             lint::FileKind kind);
  [[nodiscard]] std::optional<lint::LintRequest> configured(const std::string& folder);

  Configure configure_;
  std::map<std::string, lint::LintRequest> last_good_;  // by folder
  std::map<std::string, Judged> known_;                 // by URI
  std::set<std::string> told_;
  std::vector<std::string> complaints_;
  std::vector<std::string> notes_;
};

}  // namespace corten::lsp
