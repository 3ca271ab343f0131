#include "app/sandbox/web/url.h"

#include "app/sandbox/http/message.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

Answer<Segment> ParseSegment(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return Segment{std::string(text), false, {}};
  if (text.back() != ')') return BadQuery("The segment " + Quoted(text) + " has an open bracket.");
  return Segment{std::string(text.substr(0, open)), true,
                 std::string(text.substr(open + 1, text.size() - open - 2))};
}

}  // namespace

std::optional<std::string> Unescape(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '+' && plus_is_blank) c = ' ';
    if (c == '%') {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[at + 1]);
      const int low = HexDigit(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      at += 2;
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  if (FirstInvalidUtf8(out) != std::string_view::npos) return std::nullopt;
  return out;
}

std::string Escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 3);
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

const std::string* Url::Find(std::string_view name) const {
  for (const auto& [key, value] : options) {
    if (EqualsNoCase(key, name)) return &value;
  }
  return nullptr;
}

std::string Url::Get(std::string_view name) const {
  const std::string* value = Find(name);
  return value == nullptr ? std::string() : *value;
}

std::vector<std::string_view> SplitOutside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;  // A doubled quote closes and opens again: the same in effect.
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c != separator || depth > 0) continue;
    parts.push_back(text.substr(start, at - start));
    start = at + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::optional<std::string> Unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\'') {
      if (at + 1 >= text.size() || text[at + 1] != '\'') return std::nullopt;
      ++at;
    }
    out += text[at];
  }
  return out;
}

Answer<Url> ParseUrl(std::string_view target) {
  Url url;
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  const auto path = Unescape(target.substr(0, mark), false);
  if (!path) return BadQuery("The path of the URL is not valid escaped UTF-8.");
  std::string_view trimmed = *path;
  while (!trimmed.empty() && trimmed.front() == '/') trimmed.remove_prefix(1);
  while (!trimmed.empty() && trimmed.back() == '/') trimmed.remove_suffix(1);
  url.path = trimmed;
  if (!trimmed.empty()) {
    for (const std::string_view part : SplitOutside(url.path, '/')) {
      auto segment = ParseSegment(part);
      if (!segment) return Refuse(segment.error());
      url.segments.push_back(std::move(*segment));
    }
  }
  if (mark == std::string_view::npos) return url;
  url.query = target.substr(mark + 1);
  for (const std::string_view option : Split(url.query, '&')) {
    if (option.empty()) continue;
    const std::size_t equals = option.find('=');
    const auto name = Unescape(option.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                        : Unescape(option.substr(equals + 1), true);
    if (!name || !value) {
      return BadQuery("The query option " + Quoted(option) + " is not valid escaped UTF-8.");
    }
    url.options.emplace_back(*name, *value);
  }
  return url;
}

Answer<std::vector<Argument>> ParseArguments(const Segment& segment, const Url& url) {
  std::vector<Argument> arguments;
  if (Trim(segment.arguments).empty()) return arguments;
  for (const std::string_view part : SplitOutside(segment.arguments, ',')) {
    const std::size_t equals = part.find('=');
    const bool named = equals != std::string_view::npos &&
                       part.substr(0, equals).find_first_of("'\"[{") == std::string_view::npos;
    Argument argument;
    if (named) argument.name = Trim(part.substr(0, equals));
    argument.value = Trim(named ? part.substr(equals + 1) : part);
    if (!argument.value.empty() && argument.value.front() == '@') {
      const std::string* value = url.Find(argument.value);
      if (value == nullptr) {
        return BadQuery("The parameter alias " + Quoted(argument.value) + " has no value.");
      }
      argument.value = *value;
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

}  // namespace satchel::sandbox
