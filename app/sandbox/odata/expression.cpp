#include "app/sandbox/odata/expression.h"

#include <algorithm>
#include <array>

#include "app/sandbox/odata/token.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kMaxNesting = 64;
constexpr std::string_view kFunctionPrefix = "Microsoft.Dynamics.CRM.";
constexpr std::array<std::string_view, 6> kComparisons = {"eq", "ne", "gt", "ge", "lt", "le"};
constexpr std::array<std::string_view, 3> kMatches = {"contains", "startswith", "endswith"};

template <std::size_t N>
bool Has(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, const Url& url)
      : text_(text), tokens_(std::move(tokens)), url_(url) {}

  Answer<Expression> Run() {
    auto expression = Or(0);
    if (!expression) return expression;
    if (Look().kind != Token::Kind::kEnd) return Unexpected();
    return expression;
  }

 private:
  const Token& Look() const { return tokens_[at_]; }
  Token Next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool Take(std::string_view mark) {
    if (!Look().Is(Token::Kind::kMark, mark)) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!Look().Is(Token::Kind::kName, word)) return false;
    ++at_;
    return true;
  }
  tl::unexpected<ApiError> Unexpected() const {
    if (Look().kind == Token::Kind::kEnd) {
      return BadQuery("Syntax error: the expression " + Quoted(text_, 200) + " ends too early.");
    }
    return BadQuery("Syntax error at position " + std::to_string(Look().at) + ": " +
                    Quoted(Look().text) + " is not expected here in " + Quoted(text_, 200) + ".");
  }

  Answer<Expression> Chain(std::string_view word, Expression::Kind kind, int depth) {
    auto first = word == "or" ? Chain("and", Expression::Kind::kAnd, depth) : Unary(depth);
    if (!first || !Look().Is(Token::Kind::kName, word)) return first;
    Expression chain;
    chain.kind = kind;
    chain.parts.push_back(std::move(*first));
    while (TakeWord(word)) {
      auto part = word == "or" ? Chain("and", Expression::Kind::kAnd, depth) : Unary(depth);
      if (!part) return part;
      chain.parts.push_back(std::move(*part));
    }
    return chain;
  }

  Answer<Expression> Or(int depth) {
    if (depth > kMaxNesting) {
      return BadQuery("The expression is nested more than 64 levels deep.");
    }
    return Chain("or", Expression::Kind::kOr, depth);
  }

  Answer<Expression> Unary(int depth) {
    if (depth > kMaxNesting) return BadQuery("The expression is nested more than 64 levels deep.");
    if (TakeWord("not")) {
      auto part = Unary(depth + 1);
      if (!part) return part;
      Expression negation;
      negation.kind = Expression::Kind::kNot;
      negation.parts.push_back(std::move(*part));
      return negation;
    }
    if (Take("(")) {
      auto inner = Or(depth + 1);
      if (!inner) return inner;
      if (!Take(")")) return Unexpected();
      return inner;
    }
    return Primary(depth);
  }

  Answer<Expression> Primary(int depth) {
    if (Look().kind == Token::Kind::kName && tokens_[at_ + 1].Is(Token::Kind::kMark, "(")) {
      if (Has(kMatches, Look().text)) return Match();
      if (Look().text.rfind(kFunctionPrefix, 0) == 0) return Function();
      return BadQuery("An unknown function with name " + Quoted(Look().text) +
                      " was found. This server supports contains, startswith, endswith and "
                      "Microsoft.Dynamics.CRM functions.");
    }
    std::vector<std::string> path;
    if (Look().kind == Token::Kind::kName && !IsLiteralWord(Look().text)) {
      path.push_back(Next().text);
      while (Take("/")) {
        if (Look().kind != Token::Kind::kName) return Unexpected();
        const bool call = tokens_[at_ + 1].Is(Token::Kind::kMark, "(");
        if (call && (Look().text == "any" || Look().text == "all")) {
          return Lambda(std::move(path), depth);
        }
        path.push_back(Next().text);
      }
    }
    Operand left{Operand::Kind::kPath, std::move(path), {}};
    if (left.path.empty()) {
      auto literal = Literal();
      if (!literal) return Refuse(literal.error());
      left = std::move(*literal);
    }
    return Compare(std::move(left));
  }

  Answer<Expression> Compare(Operand left) {
    if (Look().kind != Token::Kind::kName || !Has(kComparisons, Look().text)) {
      if (Look().kind == Token::Kind::kName && Has(kUnsupported, Look().text)) {
        return BadQuery("The operator " + Quoted(Look().text) +
                        " isn't supported. Use eq, ne, gt, ge, lt, le, and, or, not.");
      }
      return Unexpected();
    }
    Expression compare;
    compare.kind = Expression::Kind::kCompare;
    compare.name = Next().text;
    auto right = OperandHere();
    if (!right) return Refuse(right.error());
    compare.operands = {std::move(left), std::move(*right)};
    return compare;
  }

  Answer<Expression> Match() {
    Expression match;
    match.kind = Expression::Kind::kMatch;
    match.name = Next().text;
    ++at_;  // The bracket.
    for (int operand = 0; operand < 2; ++operand) {
      if (operand > 0 && !Take(",")) return Unexpected();
      auto value = OperandHere();
      if (!value) return Refuse(value.error());
      match.operands.push_back(std::move(*value));
    }
    if (!Take(")")) return Unexpected();
    // contains(name,'x') eq true
    if (TakeWord("eq")) {
      if (TakeWord("true")) return match;
      if (!TakeWord("false")) return Unexpected();
      Expression negation;
      negation.kind = Expression::Kind::kNot;
      negation.parts.push_back(std::move(match));
      return negation;
    }
    return match;
  }

  Answer<Expression> Function() {
    Expression function;
    function.kind = Expression::Kind::kFunction;
    function.name = Next().text.substr(kFunctionPrefix.size());
    ++at_;  // The bracket.
    while (!Take(")")) {
      if (!function.parameters.empty() && !Take(",")) return Unexpected();
      if (Look().kind != Token::Kind::kName) return Unexpected();
      Parameter parameter{Next().text, {}};
      if (!Take("=")) return Unexpected();
      auto value = Literal();
      if (!value) return Refuse(value.error());
      parameter.value = std::move(*value);
      function.parameters.push_back(std::move(parameter));
    }
    return function;
  }

  Answer<Expression> Lambda(std::vector<std::string> path, int depth) {
    Expression lambda;
    lambda.kind = Expression::Kind::kLambda;
    lambda.name = Next().text;
    lambda.path = std::move(path);
    ++at_;  // The bracket.
    if (Take(")")) {
      if (lambda.name == "all") return BadQuery("The lambda operator 'all' needs an expression.");
      return lambda;
    }
    if (Look().kind != Token::Kind::kName) return Unexpected();
    lambda.variable = Next().text;
    if (!Take(":")) return Unexpected();
    auto body = Or(depth + 1);
    if (!body) return body;
    lambda.parts.push_back(std::move(*body));
    if (!Take(")")) return Unexpected();
    return lambda;
  }

  static bool IsLiteralWord(std::string_view word) {
    return word == "null" || word == "true" || word == "false";
  }

  Answer<Operand> OperandHere() {
    if (Look().kind != Token::Kind::kName || IsLiteralWord(Look().text)) return Literal();
    Operand operand{Operand::Kind::kPath, {Next().text}, {}};
    while (Take("/")) {
      if (Look().kind != Token::Kind::kName) return Unexpected();
      operand.path.push_back(Next().text);
    }
    return operand;
  }

  Answer<Operand> Literal() {
    const Token token = Look();
    switch (token.kind) {
      case Token::Kind::kAlias: {
        const std::string* value = url_.Find(token.text);
        if (value == nullptr) {
          return BadQuery("The parameter alias " + Quoted(token.text) + " has no value.");
        }
        ++at_;
        return AliasValue(*value);
      }
      case Token::Kind::kName:
        if (!IsLiteralWord(token.text)) return Unexpected();
        ++at_;
        return Operand{
            token.text == "null" ? Operand::Kind::kNull : Operand::Kind::kBoolean, {}, token.text};
      default:
        break;
    }
    const auto kind = KindOf(token.kind);
    if (kind == Operand::Kind::kPath) return Unexpected();
    ++at_;
    return Operand{kind, {}, token.text};
  }

  static Operand::Kind KindOf(Token::Kind kind) {
    switch (kind) {
      case Token::Kind::kString:
        return Operand::Kind::kString;
      case Token::Kind::kNumber:
        return Operand::Kind::kNumber;
      case Token::Kind::kGuid:
        return Operand::Kind::kGuid;
      case Token::Kind::kDate:
        return Operand::Kind::kDate;
      case Token::Kind::kList:
        return Operand::Kind::kList;
      default:
        return Operand::Kind::kPath;
    }
  }

  // An alias stands for one literal, never for another alias.
  static Answer<Operand> AliasValue(std::string_view value) {
    auto tokens = Tokenize(value);
    if (!tokens) return Refuse(tokens.error());
    const Token& token = tokens->front();
    if (tokens->size() == 2 && KindOf(token.kind) != Operand::Kind::kPath) {
      return Operand{KindOf(token.kind), {}, token.text};
    }
    if (tokens->size() == 2 && token.kind == Token::Kind::kName && IsLiteralWord(token.text)) {
      return Operand{
          token.text == "null" ? Operand::Kind::kNull : Operand::Kind::kBoolean, {}, token.text};
    }
    return BadQuery("The value " + Quoted(value) + " of a parameter alias is not a literal.");
  }

  static constexpr std::array<std::string_view, 7> kUnsupported = {"add", "sub", "mul", "div",
                                                                   "mod", "in",  "has"};

  std::string_view text_;
  std::vector<Token> tokens_;
  const Url& url_;
  std::size_t at_ = 0;
};

}  // namespace

Answer<Expression> ParseExpression(std::string_view text, const Url& url) {
  auto tokens = Tokenize(text);
  if (!tokens) return Refuse(tokens.error());
  return Parser(text, std::move(*tokens), url).Run();
}

}  // namespace satchel::sandbox
