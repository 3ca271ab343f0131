// The target of a request taken apart: path segments and query options, unescaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/sandbox/web/error.h"

namespace satchel::sandbox {

// "%41" is "A"; '+' is a blank in the query only. Nothing for broken escapes, NUL or bad UTF-8.
[[nodiscard]] std::optional<std::string> Unescape(std::string_view text, bool plus_is_blank);
// Everything but unreserved characters as %XX.
[[nodiscard]] std::string Escape(std::string_view text);

// accounts(accountnumber='A1')/contact_customer_accounts: two segments.
struct Segment {
  std::string name = {};
  bool has_arguments = false;
  std::string arguments = {};  // Between the brackets: "accountnumber='A1'".
};

struct Url {
  std::string path = {};   // Unescaped, below the service root, no slash at either end.
  std::string query = {};  // As sent, without '?'.
  std::vector<Segment> segments = {};
  std::vector<std::pair<std::string, std::string>> options = {};  // Unescaped, in order.

  // The option's value; names compare case-blind, "$" included. Null: not there.
  [[nodiscard]] const std::string* Find(std::string_view name) const;
  [[nodiscard]] std::string Get(std::string_view name) const;
};

// `target` is what stands behind the service root.
[[nodiscard]] Answer<Url> ParseUrl(std::string_view target);

// Parts between separators that stand outside quotes, brackets and braces.
[[nodiscard]] std::vector<std::string_view> SplitOutside(std::string_view text, char separator);
// 'it''s' without its quotes; nothing when it is not quoted.
[[nodiscard]] std::optional<std::string> Unquote(std::string_view text);

// name=value pairs of a key or a function call: "name='A'", "@p1", or one value without a name.
struct Argument {
  std::string name = {};
  std::string value = {};  // As written, quotes included; aliases replaced.
};
[[nodiscard]] Answer<std::vector<Argument>> ParseArguments(const Segment& segment, const Url& url);

}  // namespace satchel::sandbox
