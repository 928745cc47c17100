#include "yaml/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "yaml/access.h"

namespace corten::yaml {
namespace {

using Action = Result<TextEdit> (*)(const Stream&);

const Node& at(const Stream& stream, std::string_view path) {
  const Node* node = path.empty() ? &stream.root() : find(stream.root(), path);
  EXPECT_NE(node, nullptr) << path;
  return *node;
}

struct Case {
  const char* name;
  const char* before;
  const char* after;  // nullptr: refused
  Action action;
};

class Edit : public testing::TestWithParam<Case> {};

TEST_P(Edit, ChangesOnlyWhatWasAsked) {
  const Case& c = GetParam();
  const auto stream = parse(c.before);
  ASSERT_TRUE(stream) << stream.error().message;

  const auto edit = c.action(*stream);

  if (c.after == nullptr) {
    ASSERT_FALSE(edit);
    EXPECT_EQ(edit.error().code, ErrorCode::Unsupported);
    return;
  }
  ASSERT_TRUE(edit) << edit.error().message;
  const auto after = apply(c.before, {&*edit, 1});
  ASSERT_TRUE(after);
  EXPECT_EQ(*after, c.after);
}

const Value kNoNewPrivileges = Value::sequence({Value::of_text("no-new-privileges:true")});
const Value kTrue = Value::verbatim("true");

Result<TextEdit> put_at(const Stream& s, std::vector<std::string_view> path, const Value& value,
                        std::string_view after = {}) {
  return put(s, s.root(), path, value, after);
}

INSTANTIATE_TEST_SUITE_P(
    YamlPaths, Edit,
    testing::Values(Case{"PutSets", "a:\n  b: 1 # why\n", "a:\n  b: true # why\n",
                         [](const Stream& s) { return put_at(s, {"a", "b"}, kTrue); }},
                    Case{"PutAddsAKey", "a:\n  c: 1\nd: 2\n", "a:\n  c: 1\n  b: true\nd: 2\n",
                         [](const Stream& s) { return put_at(s, {"a", "b"}, kTrue); }},
                    Case{"PutAddsMaps", "d:\n    e: 2\n",
                         "d:\n    e: 2\na:\n    b:\n        c: true\n",
                         [](const Stream& s) { return put_at(s, {"a", "b", "c"}, kTrue); }},
                    Case{"PutAddsAfter", "a: 1\n# of c\nc: 2\n", "a: 1\nb: true\n# of c\nc: 2\n",
                         [](const Stream& s) { return put_at(s, {"b"}, kTrue, "a"); }},
                    Case{"PutFillsAMissingMap", "a:\nd: 2\n", "a: {b: true}\nd: 2\n",
                         [](const Stream& s) { return put_at(s, {"a", "b"}, kTrue); }},
                    Case{"PutInFlowStyle", "a: {c: 1}\n", "a: {c: 1, b: {d: true}}\n",
                         [](const Stream& s) { return put_at(s, {"a", "b", "d"}, kTrue); }},
                    Case{"PutOverridesWhatIsMerged", "x: &x {b: 1}\na:\n  <<: *x\n",
                         "x: &x {b: 1}\na:\n  <<: *x\n  b: true\n",
                         [](const Stream& s) { return put_at(s, {"a", "b"}, kTrue); }},
                    Case{"PutIntoAnAlias", "x: &x {b: 1}\na: *x\n", nullptr,
                         [](const Stream& s) { return put_at(s, {"a", "c"}, kTrue); }},
                    Case{"PutThroughAText", "a: text\n", nullptr,
                         [](const Stream& s) { return put_at(s, {"a", "c"}, kTrue); }},
                    Case{"ReplaceAnEntry", "a: 1\nb:   'x' # why\nc: 3\n",
                         "a: 1\nd:   'y' # why\nc: 3\n",
                         [](const Stream& s) {
                           return replace_entry(s, s.root(), "b", "d", Value::of_text("y"));
                         }},
                    Case{"ReplaceByAKeyThatIsThere", "a: 1\nb: 2\n", nullptr,
                         [](const Stream& s) {
                           return replace_entry(s, s.root(), "b", "a", Value::of_text("y"));
                         }},
                    Case{"RenameAKey", "a: 1\nb: # why\n- 1\n", "a: 1\nc: # why\n- 1\n",
                         [](const Stream& s) { return rename_key(s, s.root(), "b", "c"); }},
                    Case{"RenameToAKeyThatIsThere", "a: 1\nb: 2\n", nullptr,
                         [](const Stream& s) { return rename_key(s, s.root(), "b", "a"); }},
                    Case{"RemovingLeavesOneBlankLine", "a: 1\n\nb: 2\n\nc: 3\n", "a: 1\n\nc: 3\n",
                         [](const Stream& s) { return remove_key(s, s.root(), "b"); }},
                    Case{"RemovingLeavesWhatWasCommentedOut", "a: 1\n# old:\n# c: 2\nb: 2\nd: 3\n",
                         "a: 1\n# old:\n# c: 2\nd: 3\n",
                         [](const Stream& s) { return remove_key(s, s.root(), "b"); }},
                    Case{"RemovingTheFirstLeavesNoBlankLine", "a: 1\n\nb: 2\n", "b: 2\n",
                         [](const Stream& s) { return remove_key(s, s.root(), "a"); }}),
    [](const testing::TestParamInfo<Case>& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Yaml, Edit,
    testing::Values(
        Case{"SetKeepsTheComment", "a: 1  # why\nb: 2\n", "a: \"2\"  # why\nb: 2\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("2")); }},
        Case{"SetVerbatim", "a: {b: true}\n", "a: {b: false}\n",
             [](const Stream& s) {
               return set_scalar(s, at(s, "a"), "b", Value::verbatim("false"));
             }},
        Case{"SetKeepsSingleQuotes", "a: 'x'\n", "a: 'y z'\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("y z")); }},
        Case{"SetKeepsDoubleQuotes", "a: \"x\"\n", "a: \"y\"\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("y")); }},
        Case{"SetQuotesWhatWouldReadOtherwise", "a: x\n", "a: \"yes\"\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("yes")); }},
        Case{"SetAMissingValue", "a:\nb: 1\n", "a: x\nb: 1\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("x")); }},
        Case{"SetABlockScalar", "a: |\n  x\n  y\nb: 1\n", "a: z\nb: 1\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("z")); }},
        Case{"SetAnAlias", "a: &x 1\nb: *x\n", "a: &x 1\nb: z\n",
             [](const Stream& s) { return set_scalar(s, at(s, ""), "b", Value::of_text("z")); }},
        Case{"SetNoMap", "a: {b: 1}\n", nullptr,
             [](const Stream& s) { return set_scalar(s, at(s, ""), "a", Value::of_text("z")); }},
        Case{"SetNoMergedKey", "a: &x {k: 1}\nb:\n  <<: *x\n", nullptr,
             [](const Stream& s) { return set_scalar(s, at(s, "b"), "k", Value::of_text("z")); }},
        Case{"SetAnItem", "a:\n  - x:latest # old\n  - y\n", "a:\n  - x:1 # old\n  - y\n",
             [](const Stream& s) { return set_item(s, at(s, "a"), 0, Value::of_text("x:1")); }},
        Case{"AddAtTheEnd", "a:\n  b: 1 # c\n\nd: 2\n",
             "a:\n  b: 1 # c\n  read_only: true\n\nd: 2\n",
             [](const Stream& s) { return add_key(s, at(s, "a"), "read_only", kTrue); }},
        Case{"AddAfterAKey", "a:\n    b: 1\n    c: 2\n",
             "a:\n    b: 1\n    new:\n        - \"1\"\n    c: 2\n",
             [](const Stream& s) {
               return add_key(s, at(s, "a"), "new", Value::sequence({Value::of_text("1")}), "b");
             }},
        Case{"AddAListLikeTheFilesLists", "a:\n  c:\n  - x\n",
             "a:\n  c:\n  - x\n  security_opt:\n  - no-new-privileges:true\n",
             [](const Stream& s) {
               return add_key(s, at(s, "a"), "security_opt", kNoNewPrivileges);
             }},
        Case{"AddANestedMap", "a:\n  - name: x\n    image: y\n",
             "a:\n  - name: x\n    image: y\n    securityContext:\n      capabilities:\n        "
             "drop:\n          - ALL\n",
             [](const Stream& s) {
               return add_key(
                   s, at(s, "a.0"), "securityContext",
                   Value::map(
                       {{"capabilities",
                         Value::map({{"drop", Value::sequence({Value::of_text("ALL")})}})}}));
             }},
        Case{"AddToFlow", "a: { b: 1 }\n", "a: { b: 1, read_only: true }\n",
             [](const Stream& s) { return add_key(s, at(s, "a"), "read_only", kTrue); }},
        Case{"AddToEmptyFlow", "a: {}\n", "a: {read_only: true}\n",
             [](const Stream& s) { return add_key(s, at(s, "a"), "read_only", kTrue); }},
        Case{"AddWithoutALastNewline", "a:\n  b: |\n    x", "a:\n  b: |\n    x\n  new: true",
             [](const Stream& s) { return add_key(s, at(s, "a"), "new", kTrue); }},
        Case{"AddInACrlfFile", "a:\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n  new: true\r\n",
             [](const Stream& s) { return add_key(s, at(s, "a"), "new", kTrue); }},
        Case{"AddAfterAMerge", "x: &x {k: 1}\na:\n  <<: *x\n",
             "x: &x {k: 1}\na:\n  <<: *x\n  new: true\n",
             [](const Stream& s) { return add_key(s, at(s, "a"), "new", kTrue); }},
        Case{"AddNoKeyTwice", "a: {b: 1}\n", nullptr,
             [](const Stream& s) { return add_key(s, at(s, "a"), "b", kTrue); }},
        Case{"AppendToBlock", "a:\n- x  # c\n# d\nb: 1\n", "a:\n- x  # c\n- \"y: z\"\n# d\nb: 1\n",
             [](const Stream& s) { return append_item(s, at(s, "a"), Value::of_text("y: z")); }},
        Case{"AppendToFlow", "a: [x, y]\n", "a: [x, y, z]\n",
             [](const Stream& s) { return append_item(s, at(s, "a"), Value::of_text("z")); }},
        Case{"AppendToEmptyFlow", "a: []\n", "a: [z]\n",
             [](const Stream& s) { return append_item(s, at(s, "a"), Value::of_text("z")); }},
        Case{"RemoveWithItsComments",
             "a:\n  b: 1\n  # about c\n  # more\n  c: 2 # and this\n  d: 3\n",
             "a:\n  b: 1\n  d: 3\n",
             [](const Stream& s) { return remove_key(s, at(s, "a"), "c"); }},
        Case{"RemoveKeepsTheFilesHeader", "# licence\nversion: '3'\nservices: {}\n",
             "# licence\nservices: {}\n",
             [](const Stream& s) { return remove_key(s, at(s, ""), "version"); }},
        Case{"RemoveANestedBlock", "a:\n  b:\n    - 1\n    - 2\n  c: 3\n", "a:\n  c: 3\n",
             [](const Stream& s) { return remove_key(s, at(s, "a"), "b"); }},
        Case{"RemoveTheOnlyKey", "a:\n  b: 1\nc: 2\n", "a:\n  {}\nc: 2\n",
             [](const Stream& s) { return remove_key(s, at(s, "a"), "b"); }},
        Case{"RemoveTheLastWithoutNewline", "a: 1\nb: 2", "a: 1",
             [](const Stream& s) { return remove_key(s, at(s, ""), "b"); }},
        Case{"RemoveTheFirstAfterADash", "- a: 1\n  b: 2\n", "- b: 2\n",
             [](const Stream& s) { return remove_key(s, at(s, "0"), "a"); }},
        Case{"RemoveFromFlow", "{a: 1, b: 2, c: 3}\n", "{a: 1, c: 3}\n",
             [](const Stream& s) { return remove_key(s, at(s, ""), "b"); }},
        Case{"RemoveLastFromFlow", "{a: 1, b: 2}\n", "{a: 1}\n",
             [](const Stream& s) { return remove_key(s, at(s, ""), "b"); }},
        Case{"RemoveAnItem", "a:\n  - x\n  # y\n  - {k: y}\n  - z\n", "a:\n  - x\n  - z\n",
             [](const Stream& s) { return remove_item(s, at(s, "a"), 1); }},
        Case{"RemoveTheOnlyItem", "a:\n  - x\nb: 1\n", "a:\n  []\nb: 1\n",
             [](const Stream& s) { return remove_item(s, at(s, "a"), 0); }},
        Case{"RemoveAnAnchorThatIsUsed", "a: &x 1\nb: *x\n", nullptr,
             [](const Stream& s) { return remove_key(s, at(s, ""), "a"); }},
        Case{"RemoveNothing", "a: 1\n", nullptr,
             [](const Stream& s) { return remove_key(s, at(s, ""), "b"); }}),
    [](const auto& test) { return std::string(test.param.name); });

// Only the document of an edit is read again, with the directives that belong to it.
TEST(Edit, WorksInEachDocumentOfAStream) {
  const std::string source =
      "# first\na: &x 1\nb: *x\n---\na: 1\nb: |\n  text\n\n# about the last\n...\n"
      "%TAG !e! tag:example.org,2000:\n# note\n---  # third\na: !e!b 1\n---\n--- \na: 1";
  const auto stream = parse(source);
  ASSERT_TRUE(stream) << stream.error().message;
  ASSERT_EQ(stream->documents().size(), 5U);
  std::vector<TextEdit> edits;
  for (const Document& document : stream->documents()) {
    if (!document.root->is_map()) continue;
    for (const auto& edit : {set_scalar(*stream, *document.root, "a", Value::verbatim("2")),
                             add_key(*stream, *document.root, "c", Value::of_text("new"))}) {
      // The first a is b as well.
      const bool is_first = document.at == stream->documents().front().at;
      ASSERT_TRUE(edit || is_first) << edit.error().message;
      if (edit) edits.push_back(*edit);
    }
  }
  ASSERT_TRUE(fit_together(*stream, edits));
  EXPECT_EQ(*yaml::apply(source, edits),
            "# first\na: &x 1\nb: *x\nc: new\n---\na: 2\nb: |\n  text\nc: new\n\n# about the last\n"
            "...\n%TAG !e! tag:example.org,2000:\n# note\n---  # third\na: !e!b 2\nc: new\n---\n"
            "--- \na: 2\nc: new");
  EXPECT_EQ(trial_size(*stream, 1), source.find("---"));
  EXPECT_EQ(trial_size(*stream, 4), source.find("%TAG") - source.find("---"));
}

TEST(Edit, LooksForDirectivesOnlySoFarAbove) {
  for (const int notes : {90, 110}) {
    std::string source = "a: 1\n...\n%TAG !e! tag:example.org,2000:\n";
    for (int i = 0; i < notes; ++i) source += "# note\n";
    source += "---\na: !e!b 1\n";
    const auto stream = parse(source);
    ASSERT_TRUE(stream) << stream.error().message;
    const auto& root = *stream->documents().back().root;
    EXPECT_EQ(add_key(*stream, root, "c", Value::of_text("new")).has_value(), notes == 90) << notes;
  }
}

TEST(FitTogether, IsFalseOfWhatBreaksADocument) {
  const auto stream = parse("a: 1\n---\nb: 2\n");
  ASSERT_TRUE(stream);
  const TextEdit open_quote[] = {{{3, 4}, "\"1"}};
  EXPECT_FALSE(fit_together(*stream, open_quote));
  const TextEdit one_more[] = {{{5, 5}, "---\nc: 3\n"}};
  EXPECT_FALSE(fit_together(*stream, one_more));
  const TextEdit of_both[] = {{{3, 4}, "x"}, {{12, 13}, "y"}};
  EXPECT_TRUE(fit_together(*stream, of_both));
}

TEST(Apply, RefusesOverlaps) {
  const TextEdit edits[] = {{{0, 3}, "x"}, {{2, 4}, "y"}};
  EXPECT_FALSE(apply("abcdef", edits));
  const TextEdit beyond[] = {{{5, 7}, "x"}};
  EXPECT_FALSE(apply("abcdef", beyond));
}

TEST(Apply, TakesEditsInAnyOrder) {
  const TextEdit edits[] = {{{4, 4}, "Y"}, {{0, 1}, "X"}};
  EXPECT_EQ(apply("abcdef", edits), "XbcdYef");
}

TEST(ScalarSource, ReadsBackAsTheSameText) {
  for (const char* text : {"",           "a",         "a b",
                           "yes",        "NO",        "null",
                           "~",          "1",         "1.5",
                           "0x1f",       "1e3",       "22:22",
                           "2001-01-01", "a: b",      "a #b",
                           "#a",         "-",         "- a",
                           "?",          ": a",       "a:",
                           "[x",         "{y",        "*x",
                           "&x",         "!x",        "|",
                           ">",          "'",         "\"",
                           "%",          "@",         "`",
                           "a\nb",       "a\tb",      " a",
                           "a ",         "---",       "...",
                           "<<",         "=",         "a,b",
                           "a]b",        "\\n",       "no-new-privileges:true",
                           "/a:/b:ro",   "k\xc3\xa9", "\x01",
                           "-1",         "+1",        ".5",
                           "a'b",        "${X:-y}",   "127.0.0.1:80:80",
                           "sha256:abc", "--flag"}) {
    const Value value = Value::map({{"k", Value::of_text(text)}});
    const auto block = parse("a: 1\nk: " + scalar_source(text) + "\n");
    ASSERT_TRUE(block) << text;
    EXPECT_TRUE(get(block->root(), "k")->is_scalar()) << text;
    EXPECT_EQ(get(block->root(), "k")->text, text);
    const auto flow = parse("[" + scalar_source(text) + "]\n");
    ASSERT_TRUE(flow) << text;
    EXPECT_EQ(flow->root().items.at(0).value->text, text);
  }
}

// Every key of a file is removed, every scalar set and every collection added to: each edit works
// or is refused, and what works has been compared with the whole file by the edit itself.
std::size_t edit_everything(const Stream& stream, const Node& node, std::size_t& refused) {
  std::size_t made = 0;
  const auto count = [&](const Result<TextEdit>& edit) { ++(edit ? made : refused); };
  if (node.is_map()) count(add_key(stream, node, "corten-new", kNoNewPrivileges));
  if (node.is_sequence()) count(append_item(stream, node, Value::of_text("new: item")));
  for (const Entry& entry : node.entries) {
    if (entry.is_merged || entry.is_alias) continue;
    count(remove_key(stream, node, entry.name()));
    if (entry.value->is_scalar()) {
      count(set_scalar(stream, node, entry.name(), Value::of_text("it's #new")));
    }
    made += edit_everything(stream, *entry.value, refused);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    count(remove_item(stream, node, i));
    made += edit_everything(stream, *node.items[i].value, refused);
  }
  return made;
}

TEST(Edit, WorksEverywhereInTheComposeFilesOfTheCorpus) {
  const std::filesystem::path corpus =
      std::filesystem::path(CORTEN_SHARED_DIR) / "corpus/docker+awesome-compose";
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "no corpus at " << corpus;
  std::size_t made = 0;
  std::size_t refused = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(corpus)) {
    if (file.path().stem() != "compose") continue;
    const auto content = read_file(file.path());
    ASSERT_TRUE(content);
    const auto stream = parse(*content);
    ASSERT_TRUE(stream) << file.path();
    made += edit_everything(*stream, stream->root(), refused);
  }
  EXPECT_GT(made, 1000U);
  EXPECT_LE(refused, made / 50) << made;
}

}  // namespace
}  // namespace corten::yaml
