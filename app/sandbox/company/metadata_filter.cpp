#include "app/sandbox/company/metadata_filter.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kDeepest = 64;  // Brackets and nots within each other.

struct Token {
  enum class Kind { kEnd, kOpen, kClose, kText, kWord };
  Kind kind = Kind::kEnd;
  std::string text = {};
};

Result<std::vector<Token>> Tokens(std::string_view filter) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  const auto quoted = [&]() -> std::optional<std::string> {  // `at` stands on the first quote.
    std::string text;
    for (++at; at < filter.size(); ++at) {
      if (filter[at] != '\'') {
        text += filter[at];
      } else if (at + 1 < filter.size() && filter[at + 1] == '\'') {
        text += filter[at++];
      } else {
        ++at;
        return text;
      }
    }
    return std::nullopt;
  };
  while (at < filter.size()) {
    const char c = filter[at];
    if (c == ' ') {
      ++at;
    } else if (c == '(' || c == ')') {
      tokens.push_back({c == '(' ? Token::Kind::kOpen : Token::Kind::kClose, std::string(1, c)});
      ++at;
    } else if (c == '\'') {
      const auto text = quoted();
      if (!text) return Fail(ErrorCode::kInvalid, "There is an unterminated text in $filter.");
      tokens.push_back({Token::Kind::kText, *text});
    } else {
      std::string word;
      while (at < filter.size() && filter[at] != ' ' && filter[at] != '(' && filter[at] != ')' &&
             filter[at] != '\'')
        word += filter[at++];
      if (at < filter.size() && filter[at] == '\'') {
        // An enumeration literal: a type's name and a value in quotes. The value says it all.
        const auto text = quoted();
        if (!text || !word.starts_with(kCrmNamespace))
          return Fail(ErrorCode::kInvalid,
                      "The literal after " + Quoted(word) + " in $filter cannot be read.");
        tokens.push_back({Token::Kind::kText, *text});
      } else {
        tokens.push_back({Token::Kind::kWord, word});
      }
    }
  }
  tokens.push_back({});
  return tokens;
}

// A condition as a tree; leaves compare.
struct Node {
  std::string op = {};  // and, or, not; else a comparison.
  std::vector<std::string> member = {};
  JsonObject literal = {};
  std::vector<Node> children = {};
};

class Parser {
 public:
  Parser(std::vector<Token> tokens, const JsonObject& sample)
      : tokens_(std::move(tokens)), sample_(sample) {}

  Result<Node> Parse() {
    auto node = Either(0);
    if (node && Here().kind != Token::Kind::kEnd) return Wrong();
    return node;
  }

 private:
  const Token& Here() const { return tokens_[at_]; }
  bool Take(std::string_view word) {
    if (Here().kind != Token::Kind::kWord || Here().text != word) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] tl::unexpected<Error> Wrong() const {
    return Fail(ErrorCode::kInvalid,
                Here().kind == Token::Kind::kEnd
                    ? "The $filter of a metadata query ends too early."
                    : "The $filter of a metadata query has an unexpected " + Quoted(Here().text) +
                          "; use eq, ne, gt, ge, lt, le, and, or, not and brackets.");
  }

  Result<Node> Either(int depth) { return Chain("or", depth); }
  Result<Node> Both(int depth) { return Chain("and", depth); }

  Result<Node> Chain(const std::string& word, int depth) {
    const auto next = [&] { return word == "or" ? Both(depth) : One(depth); };
    auto first = next();
    if (!first) return first;
    Node node{word, {}, {}, {}};
    node.children.push_back(std::move(*first));
    while (Take(word)) {
      auto more = next();
      if (!more) return more;
      node.children.push_back(std::move(*more));
    }
    if (node.children.size() > 1) return node;
    Node only = std::move(node.children.front());
    return only;
  }

  Result<Node> One(int depth) {
    if (depth > kDeepest)
      return Fail(ErrorCode::kInvalid, "The $filter of a metadata query is nested too deeply.");
    if (Take("not")) {
      auto child = One(depth + 1);
      if (!child) return child;
      Node node{"not", {}, {}, {}};
      node.children.push_back(std::move(*child));
      return node;
    }
    if (Here().kind == Token::Kind::kOpen) {
      ++at_;
      auto inner = Either(depth + 1);
      if (!inner) return inner;
      if (Here().kind != Token::Kind::kClose) return Wrong();
      ++at_;
      return inner;
    }
    return Comparison();
  }

  Result<Node> Comparison() {
    static constexpr std::string_view kOperators[] = {"eq", "ne", "gt", "ge", "lt", "le"};
    if (Here().kind != Token::Kind::kWord) return Wrong();
    Node node;
    const JsonObject* value = &sample_;
    for (const std::string_view part : Split(Here().text, '/')) {
      const std::string name(part);
      if (!value->is_object() || !value->contains(name))
        return Fail(ErrorCode::kInvalid,
                    "Could not find a property named " + Quoted(name) + " to filter metadata by.");
      value = &(*value)[name];
      node.member.push_back(name);
    }
    if (value->is_structured())
      return Fail(ErrorCode::kInvalid,
                  "Filtering metadata by " + Quoted(Here().text) +
                      " is not supported; only primitive members and X/Value can be compared.");
    ++at_;
    if (Here().kind != Token::Kind::kWord || std::find(std::begin(kOperators), std::end(kOperators),
                                                       Here().text) == std::end(kOperators))
      return Wrong();
    node.op = Here().text;
    ++at_;
    auto literal = Literal();
    if (!literal) return Fail(literal.error());
    node.literal = std::move(*literal);
    return node;
  }

  Result<JsonObject> Literal() {
    const Token token = Here();
    if (token.kind == Token::Kind::kText) {
      ++at_;
      return JsonObject(token.text);
    }
    if (token.kind != Token::Kind::kWord) return Wrong();
    if (token.text == "true" || token.text == "false") {
      ++at_;
      return JsonObject(token.text == "true");
    }
    if (token.text == "null") {
      ++at_;
      return JsonObject(nullptr);
    }
    if (ParseGuid(token.text)) {
      ++at_;
      return JsonObject(LowerAscii(token.text));
    }
    const bool number =
        !token.text.empty() && token.text.size() < 18 &&
        std::all_of(token.text.begin() + (token.text.front() == '-' ? 1 : 0), token.text.end(),
                    [](unsigned char c) { return std::isdigit(c) != 0; }) &&
        token.text != "-";
    if (!number) return Wrong();
    ++at_;
    return JsonObject(static_cast<std::int64_t>(std::stoll(token.text)));
  }

  std::vector<Token> tokens_;
  const JsonObject& sample_;
  std::size_t at_ = 0;
};

bool Matches(const Node& node, const JsonObject& object) {
  if (node.op == "and")
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](const Node& child) { return Matches(child, object); });
  if (node.op == "or")
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const Node& child) { return Matches(child, object); });
  if (node.op == "not") return !Matches(node.children.front(), object);
  const JsonObject* value = &object;
  for (const std::string& name : node.member) {
    const auto at = value->find(name);
    if (at == value->end()) return false;
    value = &*at;
  }
  const bool equal = *value == node.literal;
  if (node.op == "eq") return equal;
  if (node.op == "ne") return !equal;
  // Order is for what has one.
  const bool ordered = (value->is_number() && node.literal.is_number()) ||
                       (value->is_string() && node.literal.is_string());
  if (!ordered) return false;
  if (node.op == "gt") return *value > node.literal;
  if (node.op == "ge") return *value >= node.literal;
  if (node.op == "lt") return *value < node.literal;
  return *value <= node.literal;
}

}  // namespace

Result<> KeepMatching(std::vector<JsonObject>& objects, std::string_view filter,
                      const JsonObject& sample) {
  if (Trim(filter).empty()) return {};
  auto tokens = Tokens(filter);
  if (!tokens) return Fail(tokens.error());
  const auto node = Parser(std::move(*tokens), sample).Parse();
  if (!node) return Fail(node.error());
  objects.erase(std::remove_if(objects.begin(), objects.end(),
                               [&](const JsonObject& object) { return !Matches(*node, object); }),
                objects.end());
  return {};
}

}  // namespace satchel::sandbox
