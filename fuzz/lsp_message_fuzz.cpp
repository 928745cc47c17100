// Bytes from a client: frames, messages, and a whole session whose documents are edited.
#include <cstddef>
#include <cstdint>
#include <string>

#include "lsp/framing.h"
#include "lsp/session.h"
#include "lsp/text.h"
#include "lsp/uri.h"

namespace {

using namespace corten;
using namespace corten::lsp;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

// A rule that finds something on every line, at places that may not be there.
Result<lint::FileFacts> find_lines(const lint::FileToLint& file, const lint::RuleOptions&) {
  lint::FileFacts facts;
  for (std::size_t i = 0; i < file.content.size() && facts.findings.size() < 20; ++i) {
    const auto number = static_cast<std::uint32_t>(static_cast<unsigned char>(file.content[i]));
    Finding finding;
    finding.id = "DL3008";
    finding.evidence = "line " + std::to_string(number % 5);
    finding.location =
        Location{std::string(file.path), number % 9, number % 7, "", number % 11, number % 13};
    finding.fix = {Edit{std::string(file.path), number % 3 + 1, number % 4 + 1, "FROM x\n"}};
    facts.findings.push_back(std::move(finding));
  }
  return facts;
}

// Every offset reads back, or is inside of a character or a line's end.
void check_places(const std::string& content) {
  const Text text(content);
  for (const PositionEncoding encoding :
       {PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32}) {
    for (std::size_t i = 0; i <= content.size() && i < 200; ++i) {
      const std::size_t back = text.offset_of(text.position_of(i, encoding), encoding);
      check(back <= i && i - back < 4);
    }
  }
}

void check_replacements(const std::string& before, const std::string& after) {
  std::string edited = before;
  const std::vector<Replacement> replacements = replacements_between(before, after);
  for (auto r = replacements.rbegin(); r != replacements.rend(); ++r) {
    edited.replace(r->extent.begin, r->extent.end - r->extent.begin, r->text);
  }
  check(edited == after);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  ServerOptions options;
  options.folder = "/";
  options.configure = [](const std::string&) -> Result<lint::LintRequest> {
    lint::LintRequest request;
    request.shellcheck = lint::RunShellcheck::No;
    request.findings_of = find_lines;
    return request;
  };
  WorkQueue queue;
  FrameReader answers;
  Session session(options, queue, [&](const std::string& json) {
    answers.feed(framed(json));
    const auto frame = answers.next();
    check(frame && frame->kind == Frame::Kind::Message && frame->text == json);
  });
  session.receive(
      {Frame::Kind::Message,
       R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}})"});
  FrameReader frames;
  frames.feed(bytes);
  while (const auto frame = frames.next()) {
    session.receive(*frame);
    queue.run_all();
  }
  // The input as one message, for those who find no frame.
  session.receive({Frame::Kind::Message, bytes});
  queue.run_all();
  check_places(bytes);
  check_replacements(bytes.substr(0, size / 2), bytes.substr(size / 2));
  if (const auto path = path_of_uri(bytes)) check(path_of_uri(uri_of_path(*path)) == path);
  (void)name_in_uri(bytes);
  return 0;
}
