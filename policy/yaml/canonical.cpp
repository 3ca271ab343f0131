#include "policy/yaml/canonical.h"

#include <algorithm>
#include <array>

#include "policy/support/text.h"

namespace satchel {

namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What YAML 1.1 or 1.2 takes for a truth value or nothing. Any case, to be on the safe side.
bool IsReserved(std::string_view text) {
  constexpr std::array<std::string_view, 10> kReserved = {"y",   "n",    "yes",   "no",   "on",
                                                          "off", "true", "false", "null", "nan"};
  if (text.size() > 5) return false;
  return std::find(kReserved.begin(), kReserved.end(), LowerAscii(text)) != kReserved.end();
}

// Texts that begin with a digit: is it a number or a date to some reader?
bool LooksLikeNumber(std::string_view text) {
  // A date: 2026-11-23. An id such as 6f1d0c7e-… has eight digits before its first dash.
  const std::size_t dash = text.find('-');
  if (dash == 4 && std::all_of(text.begin(), text.begin() + 4, IsDigit)) return true;
  if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) return true;
  std::size_t at = 0;
  const auto digits = [&] {
    while (at < text.size() && (IsDigit(text[at]) || text[at] == '_')) ++at;
  };
  digits();
  if (at < text.size() && text[at] == '.') ++at;
  digits();
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    digits();
  }
  return at == text.size();
}

// Beyond ASCII: no blanks, line ends, controls or characters that hide or turn text.
bool IsPlainBeyondAscii(std::string_view character) {
  constexpr std::array<std::string_view, 5> kBlanks = {"\xC2\xA0", "\xC2\xAD", "\xE3\x80\x80",
                                                       "\xEF\xBB\xBF", "\xE2\x80\xAF"};
  if (character.size() == 2 && character[0] == '\xC2' &&
      static_cast<unsigned char>(character[1]) < 0xA0) {
    return false;
  }
  // U+2000..U+200F, U+2028..U+202F, U+2060..U+206F
  if (character.size() == 3 && character[0] == '\xE2') {
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    if (second == 0x80 && (third < 0x90 || (third >= 0xA8 && third <= 0xAF))) return false;
    if (second == 0x81 && third >= 0xA0 && third <= 0xAF) return false;
  }
  return std::find(kBlanks.begin(), kBlanks.end(), character) == kBlanks.end() &&
         !character.starts_with("\xEF\xBF");  // U+FFC0 and above: specials.
}

std::string DoubleQuoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(Utf8Length(text, at), 1);
    const std::string_view character = text.substr(at, length);
    at += length;
    const auto c = static_cast<unsigned char>(character[0]);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += character;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (c < 0x20 || c == 0x7F) {
      quoted += "\\x";
      quoted += kDigits[c >> 4];
      quoted += kDigits[c & 0xF];
    } else if (length > 1 && length < 4 && !IsPlainBeyondAscii(character)) {
      // Written so that a reviewer sees it.
      const auto second = static_cast<unsigned>(character[1]) & 0x3F;
      const unsigned code = length == 2 ? (c & 0x1Fu) << 6 | second
                                        : (c & 0x0Fu) << 12 | second << 6 |
                                              (static_cast<unsigned>(character[2]) & 0x3F);
      quoted += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) quoted += kDigits[(code >> shift) & 0xF];
    } else {
      quoted += character;
    }
  }
  return quoted + "\"";
}

// {a: b, c: d}
class FlowMap {
 public:
  FlowMap& Raw(std::string_view key, std::string_view written) {
    text_ += text_.size() > 1 ? ", " : "";
    text_ += key;
    text_ += ": ";
    text_ += written;
    return *this;
  }
  FlowMap& Text(std::string_view key, std::string_view text) { return Raw(key, Scalar(text)); }
  FlowMap& TextIfAny(std::string_view key, std::string_view text) {
    return text.empty() ? *this : Text(key, text);
  }
  FlowMap& Count(std::string_view key, const std::optional<std::int64_t>& count) {
    return count ? Raw(key, std::to_string(*count)) : *this;
  }
  [[nodiscard]] std::string Take() { return std::move(text_ += '}'); }

 private:
  std::string text_ = "{";
};

}  // namespace

bool IsPlain(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || IsReserved(text)) return false;
  const char first = text.front();
  if (!IsAsciiLetter(first) && !IsDigit(first) && first != '_' &&
      static_cast<unsigned char>(first) < 0x80) {
    return false;
  }
  if (IsDigit(first) && LooksLikeNumber(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = Utf8Length(text, at);
    if (length == 0) return false;
    const std::string_view character = text.substr(at, length);
    at += length;
    const char c = character[0];
    const bool plain = length > 1
                           ? IsPlainBeyondAscii(character)
                           : IsAsciiLetter(c) || IsDigit(c) ||
                                 std::string_view(" _-./@+()").find(c) != std::string_view::npos;
    if (!plain) return false;
  }
  return true;
}

std::string Scalar(std::string_view text) {
  return IsPlain(text) ? std::string(text) : DoubleQuoted(text);
}

std::string FlowList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    list += Scalar(text);
  }
  return list + "]";
}

std::string Flow(const Condition& condition, bool notes) {
  FlowMap map;
  map.TextIfAny("entity", condition.entity).Text("field", condition.field);
  // Operators are words the format knows; "null" among them must stay a text.
  map.Text("op", Info(condition.op).name);
  if (!condition.value_of.empty()) {
    map.Text("valueof", condition.value_of);
  } else if (Info(condition.op).arity != Arity::kMany && condition.values.size() == 1) {
    map.Text("value", condition.values[0]);
  } else if (!condition.values.empty()) {
    map.Raw("values", FlowList(condition.values));
  }
  if (notes) map.TextIfAny("notes", condition.notes);
  return map.Take();
}

std::string FlowHeader(const Link& link) {
  FlowMap map;
  map.Text("entity", link.entity).Text("from", link.from).Text("to", link.to);
  map.Text("type", Name(link.type)).TextIfAny("alias", link.alias);
  if (link.intersect) map.Raw("intersect", "true");
  return map.Take();
}

std::string Flow(const OrderItem& item) {
  FlowMap map;
  map.TextIfAny("entity", item.entity).Text("field", item.field);
  if (item.descending) map.Raw("descending", "true");
  return map.Take();
}

std::string Flow(const std::vector<OrderItem>& order) {
  std::string list = "[";
  for (const OrderItem& item : order) list += (list.size() > 1 ? ", " : "") + Flow(item);
  return list + "]";
}

std::string Flow(const Expectation& expectation) {
  FlowMap map;
  map.Text("as", expectation.as).TextIfAny("includes", expectation.includes);
  map.TextIfAny("excludes", expectation.excludes).TextIfAny("entity", expectation.entity);
  map.Count("at_most", expectation.at_most).Count("at_least", expectation.at_least);
  return map.Count("exactly", expectation.exactly).Take();
}

std::string Flow(const Published& published) {
  FlowMap map;
  map.Raw("version", std::to_string(published.version)).Text("at", published.at);
  map.Text("by", published.by).Text("content_hash", published.content_hash);
  map.Text("structure_hash", published.structure_hash).TextIfAny("note", published.note);
  if (!published.acknowledged.empty()) {
    FlowMap rules;
    for (const auto& [rule, reason] : published.acknowledged) rules.Text(Scalar(rule), reason);
    map.Raw("acknowledged", rules.Take());
  }
  return map.Take();
}

std::string Flow(const Permissions& allow) {
  std::vector<std::string> allowed;
  if (allow.create) allowed.emplace_back("create");
  if (allow.update) allowed.emplace_back("update");
  if (allow.remove) allowed.emplace_back("delete");
  return FlowList(allowed);
}

}  // namespace satchel
