// Paging cookies and skip tokens, in Dataverse's form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace satchel::sandbox {

// The values of one order column on the first and the last row of a page.
struct CookieColumn {
  std::string name = {};
  std::optional<std::string> first = {};  // Nothing: null.
  std::optional<std::string> last = {};
};

struct PagingCookie {
  int page = 1;  // The page it was made from.
  std::vector<CookieColumn> columns = {};
};

// <cookie page="1"><name last="Sue" first="Yve" /><contactid last="{…}" first="{…}" /></cookie>
[[nodiscard]] std::string PrintCookie(const PagingCookie& cookie);
// That text, escaped any number of times, or the annotation around it.
[[nodiscard]] std::optional<PagingCookie> ParseCookie(std::string_view text);

// What a next link carries. `delta` is the tracking token of a load under way.
struct SkipToken {
  int page = 2;  // The page it leads to.
  std::string cookie = {};
  std::string tracking = {};  // Empty: no change tracking.
};
// <cookie pagenumber="2" pagingcookie="%253ccookie…" istracking="False" />
[[nodiscard]] std::string PrintSkipToken(const SkipToken& token);
[[nodiscard]] std::optional<SkipToken> ParseSkipToken(std::string_view text);

}  // namespace satchel::sandbox
