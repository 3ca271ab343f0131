#include "policy/yaml/document.h"

#include <gtest/gtest.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace satchel {
namespace {

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  return escaped;
}

// One line per node: "{", "}", "[", "]", "=text", "~".
void Describe(const YamlNode& node, std::string& out) {
  switch (node.kind) {
    case YamlNode::Kind::kNothing:
      out += "~ ";
      break;
    case YamlNode::Kind::kBroken:
      out += "? ";
      break;
    case YamlNode::Kind::kScalar:
      out += "=" + Escaped(node.text) + " ";
      break;
    case YamlNode::Kind::kSequence:
      out += "[ ";
      for (const YamlNode& item : node.items) Describe(item, out);
      out += "] ";
      break;
    case YamlNode::Kind::kMap:
      out += "{ ";
      for (std::size_t i = 0; i < node.keys.size(); ++i) {
        out += "=" + Escaped(node.keys[i].text) + " ";
        Describe(node.items[i], out);
      }
      out += "} ";
      break;
  }
}

std::string Read(std::string_view text) {
  const YamlDocument document = ParseYaml(text);
  if (!document.problems.empty()) {
    const YamlProblem& problem = document.problems.front();
    return ToString(problem.mark) + " " + std::string(problem.rule) + ": " + problem.message;
  }
  std::string out;
  Describe(document.root, out);
  return out;
}

// What yaml-cpp makes of the same text, in the same notation.
class Recorder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { out += "~ "; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { out += "* "; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    out += "=" + Escaped(value) + " ";
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    out += "[ ";
  }
  void OnSequenceEnd() override { out += "] "; }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    out += "{ ";
  }
  void OnMapEnd() override { out += "} "; }

  std::string out;
};

std::string ReadByLibrary(const std::string& text) {
  std::istringstream stream(text);
  Recorder recorder;
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(recorder);
  } catch (const YAML::Exception& e) {
    return std::string("error: ") + e.what();
  }
  return recorder.out;
}

const char* const kReadable[] = {
    "a: 1\nb: two words\n",
    "a:\n  b:\n    c: x\n  d: y\ne: z\n",
    "- a\n- b\n-\n  - c\n  - d\n- - e\n  - f\n",
    "list:\n- a\n- b\nafter: c\n",
    "list:\n  - a: 1\n    b: 2\n  - a: 3\nafter: c\n",
    "a: [x, y, z]\nb: {c: d, e: [f, {g: h}]}\n",
    "a: [\n  x,\n  y,\n]\nb: {\n  c: d,\n  e: f\n}\n",
    "a: \"quoted: text # not a comment\"\nb: 'it''s'\n",
    "a: \"tab\\t line\\n quote\\\" back\\\\ \\u00e9 \\x41 \\U0001F600\"\n",
    "a: \"one\n  two\n\n  three\"\nb: 'one\n  two\n\n\n  three'\n",
    "a: \"joined \\\n  line\"\n",
    "a: plain text\n  that goes on\n\n  after a blank\nb: x\n",
    "a: |\n  literal\n    indented\n\n  text\nb: >\n  folded\n  text\n\n  paragraph\n",
    "a: |-\n  stripped\n\nb: |+\n  kept\n\nc: >-\n  folded\n  strip\n",
    "a: |2\n    two more\n  less\nb: x\n",
    "a: >\n  one\n    more\n  two\n",
    "# comment\na: b # comment\n# comment\n\n\nc: d\n",
    "a: b#c\nd: 'x' # y\n",
    "---\na: b\n...\n",
    "a: http://example.com:80/x\nb: 12:30\nc: -1\nd: -x\n",
    "\"quoted key\": a\n'single': b\nplain key: c\n",
    "a:\nb: ~\nc: null\nd: ''\n",
    "{a: {b: [c]}, \"d\": e}\n",
    "[a, b]\n",
    "just text\n",
    "a: {b: , c: d}\n",
    "a: {}\nb: []\n",
    "a: [b c, d  e]\n",
    "a: [one\n  two, three]\n",
    "žluť: kůň 東京\n",
    "a: x\r\nb:\r\n  - y\r\n",
    "a: [\"x\" , 'y' ]\n",
    "a:   spaced   \nb: c\n",
    "a: {b: c,\n    d: e}\n",
    "- {a: b}\n- [c]\n",
    "a: '- not a list'\nb: '#no'\n",
    "-\n  a: b\n-\n  c: d\n",
    "a: |\n\n  after a blank\nb: c\n",
    "a: |\nb: c\n",
};

TEST(YamlDocument, ReadsWhatTheLibraryReads) {
  for (const std::string text : kReadable) {
    EXPECT_EQ(Read(text), ReadByLibrary(text)) << text;
  }
}

// The same texts cut short and broken at every byte: never a crash, and whatever is still accepted
// is what the library reads too.
TEST(YamlDocument, NeverReadsABrokenTextDifferentlyFromTheLibrary) {
  int accepted = 0;
  for (const std::string text : kReadable) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const std::string_view change :
           {"", ":", " ", "\n", "'", "\"", "[", "}", "- ", "#", ","}) {
        std::string broken = text;
        broken.replace(i, 1, change);
        const YamlDocument document = ParseYaml(broken);
        if (!document.problems.empty()) continue;
        const std::string library = ReadByLibrary(broken);
        // It is stricter in a few places, and has no events for a text without content.
        if (library.starts_with("error:") || library.empty()) continue;
        std::string ours;
        Describe(document.root, ours);
        EXPECT_EQ(ours, library) << broken;
        ++accepted;
      }
      (void)ParseYaml(std::string_view(text).substr(0, i));
    }
  }
  EXPECT_GT(accepted, 3000);
}

TEST(YamlDocument, RefusesWhatTheFormatDoesNotHave) {
  EXPECT_TRUE(Read("a: &x b\n").starts_with("1:4 not-allowed: anchors"));
  EXPECT_TRUE(Read("a: *x\n").starts_with("1:4 not-allowed: aliases"));
  EXPECT_TRUE(Read("a: [*x]\n").starts_with("1:5 not-allowed: aliases"));
  EXPECT_TRUE(Read("a: !!str b\n").starts_with("1:4 not-allowed: tags"));
  EXPECT_TRUE(Read("a: ! b\n").starts_with("1:4 not-allowed: tags"));
  EXPECT_TRUE(Read("<<: {a: b}\n").starts_with("1:1 not-allowed: merge keys"));
  EXPECT_TRUE(Read("? a\n: b\n").starts_with("1:1 not-allowed: keys written with '?'"));
  EXPECT_TRUE(Read("[a]: b\n").starts_with("1:1 not-allowed: a list or a map cannot be a key"));
  EXPECT_TRUE(Read("%YAML 1.2\n---\na: b\n").starts_with("1:1 not-allowed: directives"));
  EXPECT_TRUE(Read("a: b\n---\nc: d\n").starts_with("2:1 not-allowed: a file holds one policy"));
  EXPECT_TRUE(Read("a: b\n...\nc: d\n").starts_with("3:1 syntax"));
  EXPECT_TRUE(Read("a: 1\nb: 2\na: 3\n").starts_with("3:1 duplicate-key: 'a' is written twice"));
  EXPECT_TRUE(Read("{a: 1, 'a': 2}\n").starts_with("1:8 duplicate-key"));
}

TEST(YamlDocument, GoesOnAfterWhatItRefusesAndNamesEveryPlace) {
  const YamlDocument document = ParseYaml("a: &x b\nc: *x\nd: !t e\nd: f\n");
  EXPECT_TRUE(document.complete);
  ASSERT_EQ(document.problems.size(), 4u);
  EXPECT_EQ(document.problems[1].mark, (Mark{2, 4}));
  EXPECT_EQ(document.problems[3].mark, (Mark{4, 1}));
}

TEST(YamlDocument, NamesThePlaceAndTheRemedyOfASyntaxError) {
  EXPECT_EQ(
      Read("a: b: c\n"),
      "1:4 syntax: a second ': ' on one line; put the text in quotes, or the key on a line of "
      "its own");
  EXPECT_EQ(Read("a: b\n  c: d\n"),
            "2:3 syntax: a key below a text: this line is indented as if it continued line 1; line "
            "it up with the keys it belongs to");
  EXPECT_EQ(Read("a:\n\tb: c\n"), "2:1 syntax: a line is indented with a tab; use spaces");
  EXPECT_EQ(Read("a: [b, c\nd: e\n"),
            "2:2 syntax: expected ',' or ']' here: the '[' of line 1 is not closed");
  EXPECT_EQ(Read("a: [b, c"), "1:4 syntax: this '[' is never closed");
  EXPECT_EQ(Read("a: \"b\n"), "1:4 syntax: the quote opened here is never closed");
  EXPECT_EQ(Read("a: \"b\" c\n"),
            "1:8 syntax: unexpected 'c' after the closing quote; put it on a line of its own or "
            "remove it");
  EXPECT_EQ(Read("a: @b\n"), "1:4 syntax: a text that begins with '@' must be put in quotes");
  EXPECT_EQ(
      Read("a: \"\\q\"\n"),
      "1:5 syntax: a backslash followed by 'q' means nothing in double quotes; write \\\\ for a "
      "backslash, or use single quotes");
  EXPECT_TRUE(Read("a: {b:c}\n").starts_with("1:5 syntax: 'b:c' has no value"));
  EXPECT_TRUE(Read("a:\n    b: c\n  d: e\n").starts_with("3:3 syntax"));
  EXPECT_TRUE(Read("a:\n  b: c\n    d: e\n").starts_with("3:5 syntax"));
  EXPECT_TRUE(Read("a: - b\n").starts_with("1:4 syntax: a list begins on the line after its key"));
  EXPECT_TRUE(Read("a\nb: c\n").starts_with("2:1 syntax"));
}

TEST(YamlDocument, CountsColumnsInCharacters) {
  const YamlDocument document = ParseYaml("žluť: {kůň: \"東京\", b: 🚲x}\n");
  const YamlNode& flow = document.root.items[0];
  EXPECT_EQ(flow.mark, (Mark{1, 7}));
  EXPECT_EQ(flow.items[0].mark, (Mark{1, 13}));
  EXPECT_EQ(flow.keys[1].mark, (Mark{1, 19}));
  EXPECT_EQ(flow.items[1].mark, (Mark{1, 22}));
}

TEST(YamlDocument, CountsCommentsButNotTheSignInATextOrInABlock) {
  EXPECT_EQ(ParseYaml("# one\na: b # two\nc: 'x # no'\nd: \"y # no\"\ne: f#no\n").comments, 2);
  EXPECT_EQ(ParseYaml("a: | # one\n  # no\n  text # no\n# two\nb: c\n").comments, 2);
  EXPECT_EQ(ParseYaml("a: [b, # one\n  c] # two\n").comments, 2);
  EXPECT_EQ(ParseYaml("a: don't # one\nb: it's # two\n").comments, 2);
  EXPECT_EQ(ParseYaml("a: >\n  x\n\n# one\n\n  # two\nb: c\n# three").comments, 3);
}

TEST(YamlDocument, RefusesWhatIsNotText) {
  EXPECT_EQ(Read("a: b\nc: \xFF\n"), "2:4 encoding: this is not UTF-8; save the file as UTF-8");
  EXPECT_TRUE(Read(std::string_view("a: \0b\n", 6))
                  .starts_with("1:4 encoding: the control "
                               "character U+0000"));
  EXPECT_TRUE(Read("a: \x04\n").starts_with("1:4 encoding"));
  EXPECT_TRUE(Read("a: b\rc: d\n").starts_with("1:5 encoding: a carriage return"));
  EXPECT_TRUE(Read("a: \"\\0\"\n").starts_with("1:5 encoding"));
  EXPECT_TRUE(Read("a: \"\\ud800\"\n").starts_with("1:5 encoding"));
  EXPECT_TRUE(Read("\xFF\xFE"
                   "a\0:\0")
                  .starts_with("1:1 encoding"));
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a: b\n"),
            "{ =a =b } ");
}

TEST(YamlDocument, HoldsEveryLimitToTheLastOne) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(ParseYaml(nested(32)).problems.empty());
  EXPECT_TRUE(Read(nested(33)).starts_with("1:33 limit: nested more than 32"));
  EXPECT_TRUE(Read(std::string(1000000, '[')).starts_with("1:33 limit"));
  EXPECT_TRUE(Read(std::string(1000000, '{')).find("syntax") != std::string::npos);
  std::string dashes;
  for (int i = 0; i < 100000; ++i) dashes += "- ";
  EXPECT_TRUE(Read(dashes).starts_with("1:65 limit"));

  const auto items = [](int count) {
    std::string text = "[";
    for (int i = 0; i < count; ++i) text += "a,";
    return text + "]";
  };
  EXPECT_TRUE(ParseYaml(items(49999)).problems.empty());
  EXPECT_TRUE(Read(items(50000)).find("limit: more than 50 000") != std::string::npos);

  for (const std::string open : {"a: ", "a: \"", "a: '", "a: |\n  ", "[", "a: >\n  "}) {
    const std::string close = open == "a: \""  ? "\""
                              : open == "a: '" ? "'"
                              : open == "["    ? "]"
                                               : "";
    const std::string most(64 << 10, 'x');
    const std::string_view end = open.back() == ' ' && open.size() > 3 ? "" : "\n";
    EXPECT_TRUE(ParseYaml(open + most + close + std::string(end)).problems.empty()) << open;
    EXPECT_TRUE(Read(open + most + "x" + close + "\n").find("limit: a text longer") !=
                std::string::npos)
        << open;
  }

  EXPECT_TRUE(ParseYaml("#" + std::string((1 << 20) - 1, 'x')).problems.empty());
  EXPECT_TRUE(Read("#" + std::string(1 << 20, 'x')).starts_with("1:1 limit: the file is larger"));
}

}  // namespace
}  // namespace satchel
