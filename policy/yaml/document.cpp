#include "policy/yaml/document.h"

#include <algorithm>
#include <unordered_set>

#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/yaml/scalars.h"

namespace satchel {

namespace {

constexpr std::string_view kNotAllowed = "not-allowed";
constexpr std::string_view kLimit = "limit";

// Recursive descent over structure; what a scalar says is read by YamlScalars.
class Parser : public YamlScalars {
 public:
  using YamlScalars::YamlScalars;

  void Run();

 private:
  // A node whose parent is indented by `parent`. `collections`: a block map or list may begin here.
  YamlNode BlockNode(int parent, int depth, bool collections);
  YamlNode BlockMap(int depth);
  YamlNode BlockSequence(int depth);
  YamlNode NodeBelow(int indent, int depth, bool dash_counts);
  YamlNode FlowNode(int depth);
  YamlNode FlowSequence(int depth);
  YamlNode FlowMap(int depth);

  [[nodiscard]] bool AtDash() const { return Peek() == '-' && AtBlank(1); }
  // Whether a plain or quoted text on this line is followed by ':' and a blank.
  [[nodiscard]] bool AtKey() const;
  YamlKey ReadKey(bool flow);
  void SkipProperties();
  bool Enter(int depth);
  void CountNode();
  void CheckIndent(int indent);
  void NotInPlaceOfAValue();

  int nodes_ = 0;
};

// Keys seen in one map. Small maps are searched; large ones are not, so that reading stays linear.
class KeySet {
 public:
  bool Insert(const std::vector<YamlKey>& keys, const std::string& key) {
    if (keys.size() < 16) {
      return std::none_of(keys.begin(), keys.end(),
                          [&](const YamlKey& other) { return other.text == key; });
    }
    if (seen_.empty()) {
      for (const YamlKey& other : keys) seen_.insert(other.text);
    }
    return seen_.insert(key).second;
  }

 private:
  std::unordered_set<std::string> seen_;
};

void Parser::Run() {
  SkipToContent();
  if (Peek() == '%' && Column() == 0) {
    Stop(kNotAllowed, Here(),
         "directives such as %YAML are not part of the format; remove the line");
  }
  if (AtMarker() && Peek() == '-') {
    at_ += 3;
    ExpectEndOfLine("'---'");
    SkipToContent();
  }
  if (!AtEnd()) {
    document_.root = BlockNode(-1, 1, true);
    SkipToContent();
  }
  if (AtMarker() && Peek() == '.') {
    at_ += 3;
    ExpectEndOfLine("'...'");
    SkipToContent();
  }
  if (stopped_) return;
  if (at_ < text_.size()) {
    if (AtMarker()) {
      Stop(kNotAllowed, Here(), "a file holds one policy; move what follows '---' to its own file");
    } else {
      Stop(kSyntax, Here(), "this line is not part of what comes before it; check its indentation");
    }
    return;
  }
  document_.complete = true;
}

bool Parser::Enter(int depth) {
  if (depth <= kMaxDepth) return true;
  Stop(kLimit, Here(),
       "nested more than " + std::to_string(kMaxDepth) + " levels deep; make it flatter");
  return false;
}

void Parser::CountNode() {
  if (++nodes_ <= kMaxNodes) return;
  Stop(kLimit, Here(), "more than 50 000 keys, values and lists; split the policy");
}

bool Parser::AtKey() const {
  std::size_t i = at_;
  const auto blank_at = [&](std::size_t j) {
    return j >= text_.size() || text_[j] == ' ' || text_[j] == '\t' || text_[j] == '\n' ||
           text_[j] == '\r';
  };
  const auto line_ends = [&] { return i >= text_.size() || text_[i] == '\n' || text_[i] == '\r'; };
  if (Peek() == '"' || Peek() == '\'') {
    const char quote = text_[i++];
    for (;; ++i) {
      if (line_ends()) return false;
      if (text_[i] == '\\' && quote == '"') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote) {
          ++i;
        } else {
          break;
        }
      }
    }
    for (++i; !line_ends() && (text_[i] == ' ' || text_[i] == '\t');) ++i;
    return !line_ends() && text_[i] == ':' && blank_at(i + 1);
  }
  for (; !line_ends(); ++i) {
    if (text_[i] == ':' && blank_at(i + 1)) return true;
    if (text_[i] == '#' && i > at_ && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) return false;
  }
  return false;
}

// Anchors and tags in front of a node: reported, and read over.
void Parser::SkipProperties() {
  while (Peek() == '&' || Peek() == '!') {
    const Mark mark = Here();
    const std::size_t start = at_;
    while (!AtBlank() && Peek() != ',' && Peek() != ']' && Peek() != '}') ++at_;
    const std::string written = Quoted(text_.substr(start, at_ - start), 30);
    if (text_[start] == '&') {
      Problem(kNotAllowed, mark,
              "anchors are not part of the format; remove " + written +
                  " and write the content where it is needed");
    } else {
      Problem(kNotAllowed, mark,
              "tags are not part of the format; remove " + written +
                  ", or put the text in quotes if it begins with '!'");
    }
    SkipBlanks();
  }
}

YamlKey Parser::ReadKey(bool flow) {
  SkipProperties();
  YamlKey key = {.mark = Here()};
  CountNode();
  if (Peek() == '*') {
    Problem(kNotAllowed, key.mark, "aliases are not part of the format; write the key itself");
  }
  const bool quoted = Peek() == '"' || Peek() == '\'';
  if (quoted) {
    key.text = QuotedScalar();
  } else {
    key.text = PlainKey(flow);
  }
  if (!quoted && IsNull(key.text)) {
    Stop(kSyntax, key.mark,
         key.text.empty()
             ? "a key is missing before the ':'"
             : Quoted(key.text) + " cannot be a key; put it in quotes if it is a name");
  }
  if (key.text == "<<") {
    Problem(kNotAllowed, key.mark,
            "merge keys are not part of the format; write the keys where they are needed");
  }
  return key;
}

// What follows "key:" or "-" when nothing stands behind it on its line.
YamlNode Parser::NodeBelow(int indent, int depth, bool dash_counts) {
  YamlNode nothing = {.mark = Here()};
  SkipToContent();
  if (!AtEnd() && Column() > indent) return BlockNode(indent, depth, true);
  // A list may stand as far left as the key it belongs to.
  if (!AtEnd() && dash_counts && Column() == indent && AtDash()) return BlockSequence(depth);
  CountNode();
  return nothing;
}

void Parser::CheckIndent(int indent) {
  if (stopped_ || AtEnd() || Column() <= indent) return;
  Stop(kSyntax, Here(),
       "this line is indented by " + std::to_string(Column()) +
           ", but the lines it belongs to by " + std::to_string(indent) + "; line it up with them");
}

void Parser::NotInPlaceOfAValue() {
  const char c = Peek();
  if (c == '?' && AtBlank(1)) {
    Stop(kNotAllowed, Here(),
         "keys written with '?' are not part of the format; write 'key: value'");
  } else if (c == '%' || c == '@' || c == '`') {
    Stop(kSyntax, Here(),
         "a text that begins with " + Quoted(std::string(1, c)) + " must be put in quotes");
  } else if (c == ',' || c == ']' || c == '}') {
    Stop(kSyntax, Here(), Quoted(std::string(1, c)) + " without an opening bracket before it");
  }
}

YamlNode Parser::BlockNode(int parent, int depth, bool collections) {
  const bool had_properties = Peek() == '&' || Peek() == '!';
  SkipProperties();
  if (had_properties && (AtBreak() || AtComment())) return NodeBelow(parent, depth, true);
  NotInPlaceOfAValue();
  if (stopped_) return {};
  const char c = Peek();
  if (AtDash()) {
    if (collections) return BlockSequence(depth);
    Stop(kSyntax, Here(), "a list begins on the line after its key");
    return {};
  }
  if (c == '[' || c == '{') {
    YamlNode node = FlowNode(depth);
    SkipBlanks();
    if (Peek() == ':' && AtBlank(1) && !stopped_) {
      Stop(kNotAllowed, node.mark, "a list or a map cannot be a key; write a text");
    }
    ExpectEndOfLine(c == '[' ? "']'" : "'}'");
    return node;
  }
  const bool key_ahead = c != '|' && c != '>' && AtKey();
  if (key_ahead && collections) return BlockMap(depth);
  if (key_ahead) {
    Stop(kSyntax, Here(),
         "a second ': ' on one line; put the text in quotes, or the key on a line of its own");
    return {};
  }

  CountNode();
  YamlNode node = {.kind = YamlNode::Kind::kScalar, .mark = Here()};
  if (c == '*') {
    Problem(kNotAllowed, node.mark, "aliases are not part of the format; write the content itself");
    node.kind = YamlNode::Kind::kBroken;
    while (!AtBlank()) ++at_;
    ExpectEndOfLine("the alias");
  } else if (c == '|' || c == '>') {
    node.text = BlockScalar(parent);
  } else if (c == '"' || c == '\'') {
    node.text = QuotedScalar();
    ExpectEndOfLine("the closing quote");
  } else {
    node.text = PlainScalar(parent);
    if (IsNull(node.text)) node.kind = YamlNode::Kind::kNothing;
  }
  return node;
}

YamlNode Parser::BlockMap(int depth) {
  YamlNode node = {.kind = YamlNode::Kind::kMap, .mark = Here()};
  const int indent = Column();
  KeySet seen;
  CountNode();
  if (!Enter(depth)) return node;
  while (!AtEnd() && Column() == indent) {
    if (AtDash()) {
      Stop(kSyntax, Here(), "a list item among the keys of a map; check its indentation");
      break;
    }
    NotInPlaceOfAValue();
    if (stopped_) break;
    if (!AtKey()) {
      Stop(kSyntax, Here(), "expected 'key: value' here; is a ':' with a space after it missing?");
      break;
    }
    YamlKey key = ReadKey(false);
    SkipBlanks();
    if (stopped_) break;
    ++at_;  // The ':' that AtKey saw.
    if (!seen.Insert(node.keys, key.text)) {
      Problem("duplicate-key", key.mark,
              Quoted(key.text) + " is written twice in one map; keep one of them");
    }
    SkipBlanks();
    YamlNode value;
    if (AtBreak() || AtComment()) {
      value = NodeBelow(indent, depth + 1, true);
      if (value.kind == YamlNode::Kind::kNothing && value.text.empty()) value.mark = key.mark;
    } else {
      value = BlockNode(indent, depth + 1, false);
    }
    node.keys.push_back(std::move(key));
    node.items.push_back(std::move(value));
    SkipToContent();
  }
  CheckIndent(indent);
  return node;
}

YamlNode Parser::BlockSequence(int depth) {
  YamlNode node = {.kind = YamlNode::Kind::kSequence, .mark = Here()};
  const int indent = Column();
  CountNode();
  if (!Enter(depth)) return node;
  while (!AtEnd() && Column() == indent && AtDash()) {
    ++at_;
    SkipBlanks();
    node.items.push_back(AtBreak() || AtComment() ? NodeBelow(indent, depth + 1, false)
                                                  : BlockNode(indent, depth + 1, true));
    SkipToContent();
  }
  CheckIndent(indent);
  return node;
}

YamlNode Parser::FlowNode(int depth) {
  SkipProperties();
  SkipToContent(true);
  if (Peek() == '[') return FlowSequence(depth);
  if (Peek() == '{') return FlowMap(depth);
  YamlNode node = {.kind = YamlNode::Kind::kScalar, .mark = Here()};
  CountNode();
  if (Peek() == '*') {
    Problem(kNotAllowed, node.mark, "aliases are not part of the format; write the content itself");
    node.kind = YamlNode::Kind::kBroken;
    while (!AtBlank() && Peek() != ',' && Peek() != ']' && Peek() != '}') ++at_;
  } else if (Peek() == '"' || Peek() == '\'') {
    node.text = QuotedScalar();
  } else {
    const char c = Peek();
    if (c == '%' || c == '@' || c == '`' || c == '|' || c == '>' || c == '#' ||
        (c == '?' && AtBlank(1)) || AtDash()) {
      Stop(kSyntax, node.mark,
           "a text that begins with " + Quoted(std::string(1, c)) + " must be put in quotes");
    }
    node.text = FlowScalar();
    if (IsNull(node.text)) node.kind = YamlNode::Kind::kNothing;
  }
  return node;
}

YamlNode Parser::FlowSequence(int depth) {
  YamlNode node = {.kind = YamlNode::Kind::kSequence, .mark = Here()};
  CountNode();
  if (!Enter(depth)) return node;
  const std::string opened = "the '[' of line " + std::to_string(line_);
  ++at_;
  for (SkipToContent(true); !AtEnd() && Peek() != ']'; SkipToContent(true)) {
    if (Peek() == ',') {
      Stop(kSyntax, Here(), "an empty place in a list; remove this comma");
      return node;
    }
    node.items.push_back(FlowNode(depth + 1));
    SkipToContent(true);
    if (Peek() == ',' && !AtEnd()) {
      ++at_;
    } else if (!AtEnd() && Peek() != ']') {
      Stop(kSyntax, Here(), "expected ',' or ']' here: " + opened + " is not closed");
      return node;
    }
  }
  if (AtEnd()) {
    Stop(kSyntax, node.mark, "this '[' is never closed");
    return node;
  }
  ++at_;
  return node;
}

YamlNode Parser::FlowMap(int depth) {
  YamlNode node = {.kind = YamlNode::Kind::kMap, .mark = Here()};
  CountNode();
  if (!Enter(depth)) return node;
  const std::string opened = "the '{' of line " + std::to_string(line_);
  KeySet seen;
  ++at_;
  for (SkipToContent(true); !AtEnd() && Peek() != '}'; SkipToContent(true)) {
    const char c = Peek();
    if (c == ',' || c == '[' || c == '{' || c == ']' || c == '#' || (c == '?' && AtBlank(1))) {
      Stop(kSyntax, Here(), "expected a key here, as in {key: value}");
      return node;
    }
    const bool quoted = c == '"' || c == '\'';
    YamlKey key = ReadKey(true);
    if (stopped_) return node;
    if (!seen.Insert(node.keys, key.text)) {
      Problem("duplicate-key", key.mark,
              Quoted(key.text) + " is written twice in one map; keep one of them");
    }
    SkipToContent(true);
    if (AtEnd() || Peek() != ':' || (!quoted && !AtBlank(1) && Peek(1) != ',' && Peek(1) != '}')) {
      Stop(kSyntax, key.mark,
           Quoted(key.text) + " has no value: write 'key: value' with a space after the ':' (" +
               opened + ")");
      return node;
    }
    ++at_;
    SkipToContent(true);
    YamlNode value = {.mark = key.mark};
    if (!AtEnd() && Peek() != ',' && Peek() != '}') {
      value = FlowNode(depth + 1);
    } else {
      CountNode();
    }
    node.keys.push_back(std::move(key));
    node.items.push_back(std::move(value));
    SkipToContent(true);
    if (Peek() == ',' && !AtEnd()) {
      ++at_;
    } else if (!AtEnd() && Peek() != '}') {
      Stop(kSyntax, Here(), "expected ',' or '}' here: " + opened + " is not closed");
      return node;
    }
  }
  if (AtEnd()) {
    Stop(kSyntax, node.mark, "this '{' is never closed");
    return node;
  }
  ++at_;
  return node;
}

}  // namespace

YamlDocument ParseYaml(std::string_view text) {
  YamlDocument document;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kMaxFileBytes) {
    document.problems.push_back(
        {kLimit, {1, 1}, "the file is larger than 1 MiB; split the policy"});
    return document;
  }
  if (!CheckCharacters(text, document)) return document;
  Parser(text, document).Run();
  return document;
}

}  // namespace satchel
