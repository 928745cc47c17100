// simdjson's on-demand reader with errors as values. For .cpp files only.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "advisory/feeds/feeds.h"
#include "base/result.h"

namespace corten::advisory {

namespace json = simdjson::ondemand;

struct JsonScratch::State {
  json::parser parser;
  std::string buffer;  // the document with simdjson's padding behind it
};

inline std::unexpected<Error> fail_json(simdjson::error_code code) {
  return fail(ErrorCode::InvalidInput,
              std::string("malformed JSON: ") + simdjson::error_message(code));
}

// Calls read(object) with the document's top-level object. What follows the object is an error.
template <typename Read>
Status with_document(std::string_view content, JsonScratch& scratch, Read&& read) {
  JsonScratch::State& state = scratch.state();
  state.buffer.resize(content.size() + simdjson::SIMDJSON_PADDING);
  std::ranges::copy(content, state.buffer.begin());
  std::memset(state.buffer.data() + content.size(), 0, simdjson::SIMDJSON_PADDING);
  json::document document;
  if (const auto error = state.parser
                             .iterate(simdjson::padded_string_view(
                                 state.buffer.data(), content.size(), state.buffer.size()))
                             .get(document)) {
    return fail_json(error);
  }
  json::object object;
  if (const auto error = document.get_object().get(object)) return fail_json(error);
  CORTEN_CHECK(read(object));
  const char* rest = nullptr;
  if (!document.current_location().get(rest))
    return fail(ErrorCode::InvalidInput, "malformed JSON: text after the document");
  return {};
}

// A key borrows from the document where it is written without escapes, which saves a copy of each.
inline simdjson::error_code key_of(json::field& field, std::string_view& key) {
  const char* const start = field.key().raw();
  const char* end = start;
  while (*end != '"' && *end != '\\') ++end;  // the reader has seen that each text ends
  if (*end == '\\') return field.unescaped_key().get(key);
  key = {start, static_cast<std::size_t>(end - start)};
  return simdjson::SUCCESS;
}

// Calls visit(key, value) for each member. Stops at malformed JSON. visit may leave the value
// unread.
template <typename Visit>
Status each_member(json::object object, Visit&& visit) {
  for (auto member : object) {
    json::field field;
    if (const auto error = std::move(member).get(field)) return fail_json(error);
    std::string_view key;
    if (const auto error = key_of(field, key)) return fail_json(error);
    CORTEN_CHECK(visit(key, field.value()));
  }
  return {};
}

template <typename Visit>
Status each_element(json::array array, Visit&& visit) {
  for (auto element : array) {
    json::value value;
    if (const auto error = std::move(element).get(value)) return fail_json(error);
    CORTEN_CHECK(visit(value));
  }
  return {};
}

// True when simdjson found the document itself broken rather than a value of another type.
inline bool is_fatal(simdjson::error_code error) {
  return error != simdjson::SUCCESS && error != simdjson::INCORRECT_TYPE &&
         error != simdjson::NO_SUCH_FIELD;
}

// The members of an object, the elements of an array: a value of another type (null where a list
// should be) is passed over, as feeds are full of them.
template <typename Visit>
Status members_of(json::value value, Visit&& visit) {
  json::object object;
  const auto error = value.get_object().get(object);
  if (is_fatal(error)) return fail_json(error);
  return error ? Status{} : each_member(object, visit);
}

template <typename Visit>
Status elements_of(json::value value, Visit&& visit) {
  json::array array;
  const auto error = value.get_array().get(array);
  if (is_fatal(error)) return fail_json(error);
  return error ? Status{} : each_element(array, visit);
}

// The string, or nullopt for a value of another type. Borrows the parser's buffer until the next
// document.
inline std::optional<std::string_view> text_of(json::value value) {
  std::string_view text;
  if (value.get_string().get(text)) return std::nullopt;
  return text;
}

inline Status take_text(json::value value, std::string& into) {
  if (const auto text = text_of(value)) into = *text;
  return {};
}

// Borrows like text_of().
inline Status take_text(json::value value, std::string_view& into) {
  if (const auto text = text_of(value)) into = *text;
  return {};
}

// Text is a std::string, or a view that borrows like text_of().
template <typename Text>
Status take_texts(json::value value, std::vector<Text>& into) {
  return elements_of(value, [&](json::value element) -> Status {
    if (const auto text = text_of(element)) into.emplace_back(*text);
    return {};
  });
}

}  // namespace corten::advisory
