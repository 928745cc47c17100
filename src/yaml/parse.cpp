// Runs the library over a source and puts what it says in words of ours.
#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>

#include "base/closer.h"
#include "yaml/internal/builder.h"
#include "yaml/internal/characters.h"
#include "yaml/internal/utf8.h"

namespace corten::yaml {

namespace {

void stay_silent(fy_diag* /*diag*/, void* /*user*/, const char* /*text*/,
                 std::size_t /*size*/) noexcept {}

// What the library says, in words of the one who reads the file.
std::string clearer(std::string_view message) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"invalid multiline plain key",
       "a key where a value goes on: the indentation is wrong, or the value needs quotes"},
      {"invalid nested block mapping on the same line",
       "a second ': ' in one line: put the value in quotes"},
      {"did not find expected node content", "a value is missing or begins with a reserved sign"},
      {"wrongly indented double-quoted scalar", "a double-quoted text is not closed"},
      {"wrongly indented single-quoted scalar", "a single-quoted text is not closed"},
      {"double-quoted scalar without closing quote", "a double-quoted text is not closed"},
      {"single-quoted scalar without closing quote", "a single-quoted text is not closed"},
      {"tab character may not be used as indentation", "a tab in the indentation: use spaces"},
  };
  for (const auto& [theirs, ours] : kWords) {
    if (message == theirs) return std::string(ours);
  }
  return message.empty() ? "not YAML" : std::string(message);
}

// The first error is the cause; those after it follow from it.
void refuse_by(fy_diag* diag, Builder& builder) {
  void* at = nullptr;
  const fy_diag_error* error = fy_diag_errors_iterate(diag, &at);
  if (error == nullptr) return builder.refuse(Position{1, 1}, "not YAML");
  builder.refuse(Position{static_cast<std::uint32_t>(std::max(error->line, 1)),
                          static_cast<std::uint32_t>(std::max(error->column, 1))},
                 clearer(error->msg == nullptr ? std::string_view() : error->msg));
}

void run(Builder& builder) {
  fy_diag_cfg quiet{};
  fy_diag_cfg_default(&quiet);
  quiet.fp = nullptr;
  quiet.output_fn = stay_silent;
  quiet.colorize = false;
  // Destroyed, not unreferenced: only that frees the errors that it has collected. The parser,
  // which shares it, goes first.
  const std::unique_ptr<fy_diag, Closer<fy_diag_destroy>> diag(fy_diag_create(&quiet));
  if (!diag) return builder.refuse(Position{1, 1}, "out of memory", ErrorCode::Internal);
  fy_diag_set_collect_errors(diag.get(), true);

  // Real files close a flow collection in the column of its key, as libyaml and go-yaml allow.
  fy_parse_cfg config{};
  config.flags =
      static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                                      FYPCF_JSON_NONE | FYPCF_SLOPPY_FLOW_INDENTATION);
  config.diag = diag.get();
  const std::unique_ptr<fy_parser, Closer<fy_parser_destroy>> parser(fy_parser_create(&config));
  const std::string_view source = builder.source();
  if (!parser || fy_parser_set_string(parser.get(), source.data(), source.size()) != 0) {
    return builder.refuse(Position{1, 1}, "out of memory", ErrorCode::Internal);
  }
  while (!builder.failed()) {
    fy_event* event = fy_parser_parse(parser.get());
    if (event == nullptr) break;
    builder.take(event);
    fy_parser_event_free(parser.get(), event);
  }
  if (!builder.failed() && fy_parser_get_stream_error(parser.get())) refuse_by(diag.get(), builder);
}

struct Hopeless {
  std::uint32_t offset = 0;
  std::string message;
};

// What the library would work on for long before it gives the first event: it reads a flow
// collection to its end to see whether it is a key, and compares each handle of a tag with all.
std::optional<Hopeless> find_hopeless(std::string_view source, std::size_t max_depth) {
  constexpr std::size_t kMaxBracketsInARow = 1000;  // spread out, they meet the limit
  constexpr std::size_t kMaxTagLines = 1000;        // "%TAG" at the start of a line
  std::size_t row = 0;
  std::size_t commas = 0;
  std::size_t tags = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    const auto offset = static_cast<std::uint32_t>(i);
    if (c == '[' || c == '{') {
      if (++row > kMaxBracketsInARow) {
        return Hopeless{offset, fmt::format("nested more than {} levels deep", max_depth)};
      }
      continue;
    }
    if (is_space(c)) continue;
    row = 0;
    if (c == ',' && ++commas > kMaxNodes) {
      return Hopeless{offset, fmt::format("more than {} commas", kMaxNodes)};
    }
    const bool is_tag =
        c == '%' && (i == 0 || is_break(source[i - 1])) && source.substr(i).starts_with("%TAG");
    if (is_tag && ++tags > kMaxTagLines) {
      return Hopeless{offset, fmt::format("more than {} lines with %TAG", kMaxTagLines)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Stream, SyntaxError> parse(std::string source, std::size_t max_depth) {
  if (source.size() > kMaxBytes) {
    return std::unexpected(SyntaxError{
        ErrorCode::LimitExceeded, fmt::format("larger than {} bytes", kMaxBytes), {1, 1}});
  }
  Builder builder(std::move(source), max_depth);
  // The library cuts a value off at the first byte that it does not like, without a word.
  if (const auto bad = first_unprintable(builder.source())) {
    builder.refuse(bad->offset, std::string(bad->what));
  } else if (auto hopeless = find_hopeless(builder.source(), max_depth)) {
    builder.refuse(hopeless->offset, std::move(hopeless->message), ErrorCode::LimitExceeded);
  } else {
    run(builder);
  }
  return builder.finish();
}

}  // namespace corten::yaml
