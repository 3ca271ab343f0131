#include "tests/support/odata_reader.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <variant>

#include "engine/record/decimal.h"
#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "engine/record/text_order.h"

namespace satchel {

namespace {

// Thrown within this file only: a service answers 400.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Truth : std::uint8_t { kFalse, kUnknown, kTrue };
Truth Of(bool value) {
  return value ? Truth::kTrue : Truth::kFalse;
}

using Value = std::variant<std::monostate, bool, Decimal, double, std::string, Guid, Instant, Day>;

struct Row {
  const EntitySchema* entity = nullptr;
  std::optional<std::size_t> index = {};  // Nothing: a path led nowhere.
};

struct Expression {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare, kIn, kCall, kPath, kLiteral, kAny };
  Kind kind = Kind::kLiteral;
  std::string name = {};  // Of a comparison, a call, a lambda's variable.
  std::vector<std::string> path = {};
  Value value = {};
  std::vector<Expression> parts = {};
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expression Run() {
    Expression whole = Or();
    Blanks();
    if (at_ != text_.size()) Refuse("the end");
    return whole;
  }

 private:
  [[noreturn]] void Refuse(const std::string& wanted) const {
    throw Refusal("at " + std::to_string(at_) + " " + wanted + " is expected");
  }
  void Blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Take(char mark) {
    Blanks();
    if (at_ >= text_.size() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }
  void Need(char mark) {
    if (!Take(mark)) Refuse(std::string("'") + mark + "'");
  }
  static bool IsWordPart(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  std::string_view PeekWord() {
    Blanks();
    std::size_t end = at_;
    while (end < text_.size() && IsWordPart(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool TakeWord(std::string_view word) {
    if (PeekWord() != word) return false;
    at_ += word.size();
    return true;
  }

  Expression Chain(Expression::Kind kind, std::string_view word, Expression (Parser::*part)()) {
    Expression first = (this->*part)();
    if (PeekWord() != word) return first;
    Expression chain{.kind = kind};
    chain.parts.push_back(std::move(first));
    while (TakeWord(word)) chain.parts.push_back((this->*part)());
    return chain;
  }
  Expression Or() { return Chain(Expression::Kind::kOr, "or", &Parser::And); }
  Expression And() { return Chain(Expression::Kind::kAnd, "and", &Parser::Comparison); }

  // `not` binds tighter than eq: 'not a eq b' is '(not a) eq b', which a strict service refuses.
  Expression Comparison() {
    Expression left = Unary();
    const std::string word(PeekWord());
    if (word == "in") {
      at_ += word.size();
      Expression in{.kind = Expression::Kind::kIn};
      in.parts.push_back(std::move(left));
      Need('(');
      do {
        in.parts.push_back(Operand());
      } while (Take(','));
      Need(')');
      return in;
    }
    for (const char* op : {"eq", "ne", "gt", "ge", "lt", "le"}) {
      if (word != op) continue;
      at_ += word.size();
      Expression compare{.kind = Expression::Kind::kCompare, .name = word};
      compare.parts.push_back(std::move(left));
      compare.parts.push_back(Unary());
      return compare;
    }
    return left;
  }

  Expression Unary() {
    if (TakeWord("not")) {
      Expression negation{.kind = Expression::Kind::kNot};
      negation.parts.push_back(Unary());
      return negation;
    }
    if (Take('(')) {
      Expression inner = Or();
      Need(')');
      return inner;
    }
    return Operand();
  }

  Expression Operand() {
    Blanks();
    if (at_ >= text_.size()) Refuse("an operand");
    if (text_[at_] == '\'') return Text();
    if (text_.size() - at_ >= 36) {
      if (const auto id = ParseGuid(text_.substr(at_, 36))) {
        at_ += 36;
        return Literal(*id);
      }
    }
    const char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-') return NumberOrDate();
    if (TakeWord("null")) return Literal({});
    if (TakeWord("true")) return Literal(true);
    if (TakeWord("false")) return Literal(false);
    return PathOrCall();
  }

  static Expression Literal(Value value) {
    Expression literal;
    literal.value = std::move(value);
    return literal;
  }

  Expression Text() {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\'') {
        ++at_;
        if (at_ >= text_.size() || text_[at_] != '\'') return Literal(std::move(text));
      }
      text += text_[at_];
    }
    Refuse("a closing quote");
  }

  Expression NumberOrDate() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (IsWordPart(text_[end]) || text_[end] == '-' ||
                                  text_[end] == ':' || text_[end] == '+')) {
      ++end;
    }
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    if (word.size() == 10 && word[4] == '-') {
      if (const auto day = ParseDay(word)) return Literal(*day);
    } else if (word.size() > 10 && word[4] == '-' && word[10] == 'T' && word.back() == 'Z') {
      if (const auto instant = ParseInstant(word)) return Literal(*instant);
    } else if (const auto decimal = ParseDecimal(word)) {
      return Literal(*decimal);
    } else {
      double value = 0;
      const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
      if (read.ec == std::errc() && read.ptr == word.data() + word.size()) return Literal(value);
    }
    Refuse("a literal instead of " + std::string(word));
  }

  Expression PathOrCall() {
    Expression path{.kind = Expression::Kind::kPath};
    while (true) {
      const std::string word(PeekWord());
      if (word.empty()) Refuse("a name");
      at_ += word.size();
      if (!Take('(')) {
        path.path.push_back(word);
        if (!Take('/')) return path;
        continue;
      }
      if (path.path.empty()) return Call(word);
      if (word != "any") throw Refusal("the lambda " + word + " is not known here");
      path.kind = Expression::Kind::kAny;
      if (Take(')')) return path;
      path.name = PeekWord();
      at_ += path.name.size();
      Need(':');
      path.parts.push_back(Or());
      Need(')');
      return path;
    }
  }

  Expression Call(const std::string& name) {
    Expression call{.kind = Expression::Kind::kCall, .name = name};
    do {
      call.parts.push_back(Operand());
    } while (Take(','));
    Need(')');
    const std::size_t wanted = name == "tolower" ? 1 : 2;
    if (name != "tolower" && name != "contains" && name != "startswith" && name != "endswith") {
      throw Refusal("the function " + name + " is not known here");
    }
    if (call.parts.size() != wanted) throw Refusal(name + " takes another number of parameters");
    return call;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string LowerLetters(std::string_view text, ODataManners::Lower lower) {
  struct Pair {
    std::string_view upper;
    std::string_view simple;
    std::string_view full;
  };
  // Enough of Unicode for the letters that tests use.
  constexpr Pair kPairs[] = {
      {"Ü", "ü", "ü"}, {"Σ", "σ", "σ"}, {"K", "k", "k"}, {"İ", "i", "i̇"}, {"ẞ", "ß", "ß"}};
  std::string lowered;
  while (!text.empty()) {
    std::string_view taken = text.substr(0, 1);
    std::string piece(taken);
    if (text[0] >= 'A' && text[0] <= 'Z') piece[0] = static_cast<char>(text[0] - 'A' + 'a');
    for (const Pair& pair : kPairs) {
      if (lower == ODataManners::Lower::kAscii || !text.starts_with(pair.upper)) continue;
      taken = pair.upper;
      piece = lower == ODataManners::Lower::kFull ? pair.full : pair.simple;
    }
    if (lower == ODataManners::Lower::kTurkish && text[0] == 'I') piece = "ı";
    lowered += piece;
    text.remove_prefix(taken.size());
  }
  return lowered;
}

// Folded, blanks at the end kept.
std::string Folded(const std::string& text) {
  std::string folded = FoldText(text + ".");
  folded.pop_back();
  return folded;
}

class Evaluation {
 public:
  Evaluation(const Schema& schema, const RowSource& data, const ODataManners& manners)
      : schema_(schema), data_(data), manners_(manners) {}

  bool Keeps(const Expression& expression, const Row& row) {
    root_ = row;
    return Test(expression) == Truth::kTrue;
  }

 private:
  Truth Test(const Expression& e) {
    switch (e.kind) {
      case Expression::Kind::kAnd: {
        Truth all = Truth::kTrue;
        for (const Expression& part : e.parts) all = std::min(all, Test(part));
        return all;
      }
      case Expression::Kind::kOr: {
        Truth any = Truth::kFalse;
        for (const Expression& part : e.parts) any = std::max(any, Test(part));
        return any;
      }
      case Expression::Kind::kNot: {
        const Truth inner = Test(e.parts[0]);
        if (inner == Truth::kUnknown) return inner;
        return Of(inner == Truth::kFalse);
      }
      case Expression::Kind::kCompare:
        return Compare(e.name, Get(e.parts[0]), Get(e.parts[1]));
      case Expression::Kind::kIn: {
        Truth any = Truth::kFalse;
        const Value left = Get(e.parts[0]);
        for (std::size_t i = 1; i < e.parts.size(); ++i) {
          any = std::max(any, Compare("eq", left, Get(e.parts[i])));
        }
        return any;
      }
      case Expression::Kind::kAny:
        return Any(e);
      case Expression::Kind::kCall:
        return Match(e);
      default:
        throw Refusal("an expression that is true or false is expected");
    }
  }

  Value Get(const Expression& e) {
    if (e.kind == Expression::Kind::kLiteral) return e.value;
    if (e.kind == Expression::Kind::kPath) return Property(e.path);
    if (e.kind == Expression::Kind::kCall && e.name == "tolower") {
      const Value inner = Get(e.parts[0]);
      if (std::holds_alternative<std::monostate>(inner)) return {};
      return LowerLetters(TextOf(inner), manners_.lower);
    }
    throw Refusal("a value is expected");
  }

  static const std::string& TextOf(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) throw Refusal("a text is expected");
    return *text;
  }

  Truth WithNull() const { return manners_.false_with_null ? Truth::kFalse : Truth::kUnknown; }

  Truth Match(const Expression& e) {
    if (e.name == "tolower") throw Refusal("tolower is no test");
    const Value subject = Get(e.parts[0]);
    const Value wanted = Get(e.parts[1]);
    if (std::holds_alternative<std::monostate>(subject)) return WithNull();
    std::string text = TextOf(subject);
    std::string part = TextOf(wanted);
    if (manners_.case_blind) {
      text = Folded(text);
      part = Folded(part);
    }
    if (e.name == "contains") return Of(text.find(part) != std::string::npos);
    return Of(e.name == "startswith" ? text.starts_with(part) : text.ends_with(part));
  }

  std::string Comparable(const std::string& text) const {
    std::string plain = manners_.case_blind ? Folded(text) : text;
    while (manners_.ignores_padding && plain.ends_with(' ')) plain.pop_back();
    return plain;
  }

  Truth Compare(const std::string& op, const Value& left, const Value& right) const {
    const bool left_null = std::holds_alternative<std::monostate>(left);
    const bool right_null = std::holds_alternative<std::monostate>(right);
    if (left_null && right_null) return Of(op == "eq");
    if (left_null || right_null) {
      // Against the literal null every service answers; a null property is the question.
      if (op == "ne" && (right_null || manners_.ne_keeps_null)) return Truth::kTrue;
      return right_null ? Truth::kFalse : WithNull();
    }
    const int order = Order(left, right);
    if (op == "eq") return Of(order == 0);
    if (op == "ne") return Of(order != 0);
    if (op == "gt") return Of(order > 0);
    if (op == "ge") return Of(order >= 0);
    return Of(op == "lt" ? order < 0 : order <= 0);
  }

  bool Same(const Value& left, const Value& right) const {
    return Compare("eq", left, right) == Truth::kTrue;
  }

  int Order(const Value& left, const Value& right) const {
    const auto order = [](const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; };
    if (const auto* text = std::get_if<std::string>(&left)) {
      return Comparable(*text).compare(Comparable(TextOf(right)));
    }
    const auto* exact = std::get_if<Decimal>(&left);
    const auto* other = std::get_if<Decimal>(&right);
    if (exact != nullptr && other != nullptr)
      return satchel::Compare(*exact, *other) < 0 ? -1 : satchel::Compare(*exact, *other) > 0;
    const auto real = [](const Value& value) -> std::optional<double> {
      if (const auto* number = std::get_if<double>(&value)) return *number;
      if (const auto* decimal = std::get_if<Decimal>(&value)) {
        double read = 0;
        const std::string text = ToString(*decimal);
        std::from_chars(text.data(), text.data() + text.size(), read);
        return read;
      }
      return std::nullopt;
    };
    if (real(left) && real(right)) return order(*real(left), *real(right));
    if (left.index() != right.index()) throw Refusal("values of different types are compared");
    if (const auto* flag = std::get_if<bool>(&left)) return order(*flag, std::get<bool>(right));
    if (const auto* id = std::get_if<Guid>(&left)) {
      return order(id->bytes, std::get<Guid>(right).bytes);
    }
    if (const auto* day = std::get_if<Day>(&left)) return order(*day, std::get<Day>(right));
    return order(std::get<Instant>(left), std::get<Instant>(right));
  }

  // ---- rows

  Value Property(const std::vector<std::string>& path) {
    const auto [row, name] = Walk(path);
    const FieldSchema* found = nullptr;
    for (const auto& [field_name, field] : row.entity->fields) {
      if (field.wire() == name) found = &field;
    }
    if (found == nullptr) throw Refusal("there is no property " + name);
    if (!row.index) return {};
    return ValueOf(row, *found);
  }

  // The row at the end of a path and the last name in it. A name that is no variable speaks of the
  // row the filter is about.
  std::pair<Row, std::string> Walk(const std::vector<std::string>& path) {
    std::size_t at = 0;
    Row row = root_;
    if (const auto variable = variables_.find(path[0]); variable != variables_.end()) {
      row = variable->second;
      ++at;
    }
    for (; at + 1 < path.size(); ++at) row = Follow(row, path[at]);
    if (at >= path.size()) throw Refusal("a variable is no value");
    return {row, path[at]};
  }

  Row Follow(const Row& row, const std::string& navigation) {
    for (const auto& [name, field] : row.entity->fields) {
      if (field.navigation != navigation || navigation.empty()) continue;
      Row next{schema_.Find(field.targets.at(0)), std::nullopt};
      if (!row.index) return next;
      const Value id = ValueOf(row, field);
      if (std::holds_alternative<std::monostate>(id)) return next;
      const FieldSchema& key = *next.entity->Find(next.entity->key);
      for (std::size_t i = 0; i < CountOf(*next.entity); ++i) {
        if (Same(ValueOf({next.entity, i}, key), id)) next.index = i;
      }
      return next;
    }
    throw Refusal("there is no navigation property " + navigation);
  }

  Truth Any(const Expression& e) {
    const auto [row, navigation] = Walk(e.path);
    for (const Collection& collection : row.entity->collections) {
      if (collection.navigation != navigation) continue;
      if (!row.index) return Truth::kFalse;
      const Value id = ValueOf(row, *row.entity->Find(row.entity->key));
      const EntitySchema* entity = schema_.Find(collection.entity);
      const FieldSchema& back = *entity->Find(collection.field);
      for (std::size_t i = 0; i < CountOf(*entity); ++i) {
        if (!Same(ValueOf({entity, i}, back), id)) continue;
        if (e.parts.empty()) return Truth::kTrue;
        variables_[e.name] = {entity, i};
        const Truth found = Test(e.parts[0]);
        variables_.erase(e.name);
        if (found == Truth::kTrue) return found;
      }
      return Truth::kFalse;
    }
    throw Refusal("there is no collection " + navigation);
  }

  std::size_t CountOf(const EntitySchema& entity) const {
    const RowBatch* rows = data_.Rows(entity.name);
    return rows == nullptr ? 0 : rows->rows();
  }

  Value ValueOf(const Row& row, const FieldSchema& field) const {
    const RowBatch& rows = *data_.Rows(row.entity->name);
    std::size_t column = 0;
    while (rows.columns()[column].name != field.name) ++column;
    const Cell& cell = rows.cell(*row.index, column);
    switch (cell.kind) {
      case Cell::Kind::kNull:
        if (manners_.empty_for_null && kTextTypes.Has(field.type)) return std::string();
        return {};
      case Cell::Kind::kReal:
        return cell.real;
      case Cell::Kind::kText:
        return std::string(cell.view());
      case Cell::Kind::kId: {
        Guid id;
        std::copy_n(reinterpret_cast<const std::uint8_t*>(cell.bytes), id.bytes.size(),
                    id.bytes.begin());
        return id;
      }
      case Cell::Kind::kInteger:
        break;
    }
    switch (field.type) {
      case FieldType::kBoolean:
        return cell.integer != 0;
      case FieldType::kDateTime:
      case FieldType::kDateTimeTzi:
        return Instant{cell.integer};
      case FieldType::kDateOnly:
        return Day{cell.integer};
      case FieldType::kDecimal:
      case FieldType::kMoney:
        return Decimal{cell.integer, ScaleOf(field)};
      default:
        return Decimal{cell.integer, 0};
    }
  }

  const Schema& schema_;
  const RowSource& data_;
  const ODataManners& manners_;
  Row root_ = {};
  std::map<std::string, Row> variables_;
};

}  // namespace

std::string Show(const ODataManners& manners) {
  static constexpr const char* kLowers[] = {"ASCII", "simple", "full", "Turkish"};
  return std::string("tolower is ") + kLowers[static_cast<int>(manners.lower)] +
         (manners.ne_keeps_null ? ", ne keeps null" : ", ne drops null") +
         (manners.false_with_null ? ", false with null" : ", unknown with null") +
         (manners.case_blind ? ", case-blind" : "") +
         (manners.ignores_padding ? ", ignores padding" : "") +
         (manners.empty_for_null ? ", holds empty texts" : "");
}

Result<std::vector<std::size_t>> ODataReader::Run(std::string_view filter,
                                                  std::string_view entity) const {
  std::vector<std::size_t> kept;
  try {
    const Expression expression =
        filter.empty() ? Expression{.kind = Expression::Kind::kAnd} : Parser(filter).Run();
    const RowBatch* rows = data_.Rows(entity);
    for (std::size_t i = 0; rows != nullptr && i < rows->rows(); ++i) {
      Evaluation evaluation(schema_, data_, manners_);
      if (evaluation.Keeps(expression, {schema_.Find(entity), i})) kept.push_back(i);
    }
  } catch (const Refusal& refusal) {
    return Fail(ErrorCode::kInvalid, refusal.what());
  }
  return kept;
}

}  // namespace satchel
