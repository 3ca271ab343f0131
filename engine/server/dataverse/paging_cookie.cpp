#include "engine/server/dataverse/paging_cookie.h"

#include <array>
#include <utility>

#include "engine/http/url.h"

namespace satchel::dataverse {

namespace {

std::string UnescapeXml(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string plain;
  while (!text.empty()) {
    bool found = false;
    for (const auto& [entity, character] : kEntities) {
      if (text.substr(0, entity.size()) == entity) {
        plain += character;
        text.remove_prefix(entity.size());
        found = true;
        break;
      }
    }
    if (!found) {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

}  // namespace

std::optional<std::string> DecodePagingCookie(std::string_view annotation) {
  constexpr std::string_view kName = " pagingcookie=";
  const std::size_t name = annotation.find(kName);
  if (name == std::string_view::npos || name + kName.size() >= annotation.size()) {
    return std::nullopt;
  }
  annotation.remove_prefix(name + kName.size());
  const char quote = annotation.front();
  const std::size_t end = annotation.find(quote, 1);
  if ((quote != '"' && quote != '\'') || end == std::string_view::npos) return std::nullopt;
  std::string cookie = PercentDecode(PercentDecode(UnescapeXml(annotation.substr(1, end - 1))));
  if (cookie.empty()) return std::nullopt;
  return cookie;
}

}  // namespace satchel::dataverse
