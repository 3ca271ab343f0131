#include "app/sandbox/query/cookie.h"

#include <charconv>
#include <pugixml.hpp>

#include "app/sandbox/web/url.h"

namespace satchel::sandbox {

namespace {

std::string XmlEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// As the server writes it: lower-case hexadecimal, letters, digits and -_.!*() as they are.
std::string LowerEscape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.!*()").find(c) != std::string_view::npos;
    if (plain) {
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

std::string Part(std::string_view name, const std::optional<std::string>& value) {
  if (!value) return " " + std::string(name) + "null=\"1\"";
  return " " + std::string(name) + "=\"" + XmlEscape(*value) + "\"";
}

std::optional<std::string> ReadPart(const pugi::xml_node& node, const char* name) {
  const pugi::xml_attribute attribute = node.attribute(name);
  if (!attribute) return std::nullopt;
  return attribute.value();
}

int PageNumber(const pugi::xml_attribute& attribute) {
  const std::string_view digits = attribute.value();
  int page = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), page);
  return page;
}

}  // namespace

std::string PrintCookie(const PagingCookie& cookie) {
  std::string out = "<cookie page=\"" + std::to_string(cookie.page) + "\">";
  for (const CookieColumn& column : cookie.columns) {
    out += "<" + column.name + Part("last", column.last) + Part("first", column.first) + " />";
  }
  return out + "</cookie>";
}

std::optional<PagingCookie> ParseCookie(std::string_view text) {
  std::string decoded(text);
  // Clients hand the cookie back decoded twice, once or not at all.
  for (int round = 0; round < 3 && decoded.rfind('%', 0) == 0; ++round) {
    const auto once = Unescape(decoded, false);
    if (!once) return std::nullopt;
    decoded = *once;
  }
  pugi::xml_document document;
  if (!document.load_string(decoded.c_str())) return std::nullopt;
  const pugi::xml_node root = document.child("cookie");
  if (!root) return std::nullopt;
  if (const pugi::xml_attribute inner = root.attribute("pagingcookie")) {
    return decoded == text || text.front() == '%' ? ParseCookie(inner.value()) : std::nullopt;
  }
  PagingCookie cookie;
  cookie.page = PageNumber(root.attribute("page"));
  if (cookie.page < 1) return std::nullopt;
  for (const pugi::xml_node& node : root.children()) {
    cookie.columns.push_back({node.name(), ReadPart(node, "first"), ReadPart(node, "last")});
  }
  return cookie;
}

std::string PrintSkipToken(const SkipToken& token) {
  std::string out = "<cookie pagenumber=\"" + std::to_string(token.page) + "\" pagingcookie=\"" +
                    LowerEscape(LowerEscape(token.cookie)) + "\" istracking=\"";
  out += token.tracking.empty() ? "False\"" : "True\" token=\"" + XmlEscape(token.tracking) + "\"";
  return out + " />";
}

std::optional<SkipToken> ParseSkipToken(std::string_view text) {
  pugi::xml_document document;
  if (!document.load_string(std::string(text).c_str())) return std::nullopt;
  const pugi::xml_node root = document.child("cookie");
  SkipToken token;
  token.page = PageNumber(root.attribute("pagenumber"));
  token.tracking = root.attribute("token").value();
  const auto once = Unescape(root.attribute("pagingcookie").value(), false);
  if (!once || token.page < 1) return std::nullopt;
  const auto twice = Unescape(*once, false);
  if (!twice) return std::nullopt;
  token.cookie = *twice;
  return token;
}

}  // namespace satchel::sandbox
