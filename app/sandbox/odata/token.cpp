#include "app/sandbox/odata/token.h"

#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Answer<std::vector<Token>> Run() {
    while (true) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
      if (at_ >= text_.size()) break;
      auto token = Next();
      if (!token) return Refuse(token.error());
      tokens_.push_back(std::move(*token));
    }
    tokens_.push_back({Token::Kind::kEnd, "", text_.size()});
    return std::move(tokens_);
  }

 private:
  Answer<Token> Next() {
    const char c = text_[at_];
    if (c == '\'') return String();
    if (c == '[') return List();
    if (c == '@') return Word(Token::Kind::kAlias, 1);
    // A GUID may begin with a letter or a digit.
    if (text_.size() - at_ >= 36 && ParseGuid(text_.substr(at_, 36))) {
      return Take(Token::Kind::kGuid, 36);
    }
    if (IsLetter(c)) return Word(Token::Kind::kName, 0);
    if (IsDigit(c) || c == '-' || c == '+') return NumberOrDate();
    if (std::string_view("(),/:=").find(c) != std::string_view::npos) {
      return Take(Token::Kind::kMark, 1);
    }
    return BadQuery("Syntax error: character " + Quoted(text_.substr(at_, 1)) +
                    " is not valid at position " + std::to_string(at_) + " in " + Quoted(text_) +
                    ".");
  }

  Token Take(Token::Kind kind, std::size_t size) {
    Token token{kind, std::string(text_.substr(at_, size)), at_};
    at_ += size;
    return token;
  }

  Token Word(Token::Kind kind, std::size_t size) {
    while (at_ + size < text_.size() && (IsLetter(text_[at_ + size]) ||
                                         IsDigit(text_[at_ + size]) || text_[at_ + size] == '.')) {
      ++size;
    }
    return Take(kind, size);
  }

  Answer<Token> String() {
    std::string value;
    for (std::size_t next = at_ + 1; next < text_.size(); ++next) {
      if (text_[next] != '\'') {
        value += text_[next];
      } else if (next + 1 < text_.size() && text_[next + 1] == '\'') {
        value += '\'';
        ++next;
      } else {
        Token token{Token::Kind::kString, std::move(value), at_};
        at_ = next + 1;
        return token;
      }
    }
    return BadQuery("There is an unterminated string literal at position " + std::to_string(at_) +
                    " in " + Quoted(text_) + ".");
  }

  Answer<Token> List() {
    char quote = 0;
    for (std::size_t next = at_ + 1; next < text_.size(); ++next) {
      const char c = text_[next];
      if (quote == '"' && c == '\\') {
        ++next;
      } else if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == ']') {
        return Take(Token::Kind::kList, next + 1 - at_);
      }
    }
    return BadQuery("There is an unterminated list at position " + std::to_string(at_) + " in " +
                    Quoted(text_) + ".");
  }

  Answer<Token> NumberOrDate() {
    std::size_t size = 1;
    while (at_ + size < text_.size()) {
      const char c = text_[at_ + size];
      if (!IsDigit(c) && !IsLetter(c) && c != '.' && c != ':' && c != '-' && c != '+') break;
      ++size;
    }
    const std::string_view word = text_.substr(at_, size);
    if (word.size() >= 10 && word[4] == '-') {
      if (ParseInstant(word)) return Take(Token::Kind::kDate, size);
    } else if (word.find_first_not_of("0123456789.+-eE") == std::string_view::npos &&
               word.find_first_of("0123456789") != std::string_view::npos) {
      return Take(Token::Kind::kNumber, size);
    }
    return BadQuery("Unrecognized literal " + Quoted(word) + " at position " + std::to_string(at_) +
                    " in " + Quoted(text_) + ".");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Answer<std::vector<Token>> Tokenize(std::string_view expression) {
  return Lexer(expression).Run();
}

Answer<std::vector<std::string>> ListItems(std::string_view list) {
  std::vector<std::string> items;
  std::size_t at = 1;
  const auto skip = [&] {
    while (at < list.size() && (list[at] == ' ' || list[at] == '\t')) ++at;
  };
  const auto bad = [&] { return BadQuery("The list " + Quoted(list) + " is malformed."); };
  skip();
  if (at + 1 == list.size() && list[at] == ']') return items;
  while (true) {
    skip();
    if (at >= list.size()) return bad();
    std::string item;
    const char quote = list[at];
    if (quote == '"' || quote == '\'') {
      for (++at; at < list.size(); ++at) {
        if (quote == '"' && list[at] == '\\' && at + 1 < list.size()) {
          item += list[++at];
        } else if (list[at] != quote) {
          item += list[at];
        } else if (quote == '\'' && at + 1 < list.size() && list[at + 1] == '\'') {
          item += list[++at];
        } else {
          break;
        }
      }
      ++at;
    } else {
      while (at < list.size() && list[at] != ',' && list[at] != ']') item += list[at++];
      item = Trim(item);
      if (item.empty()) return bad();
    }
    items.push_back(std::move(item));
    skip();
    if (at >= list.size()) return bad();
    if (list[at] == ']')
      return at + 1 == list.size() ? Answer<std::vector<std::string>>(items) : bad();
    if (list[at] != ',') return bad();
    ++at;
  }
}

}  // namespace satchel::sandbox
