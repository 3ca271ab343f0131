// URLs: what we send requests to, and what a server sends us as links.
#pragma once

#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

struct Url {
  std::string scheme = {};  // "https" or "http"; lower-case.
  std::string host = {};    // Lower-case; an IPv6 address keeps its brackets.
  int port = 0;             // Always set: 443 and 80 where the text says nothing.
  std::string path = {};    // Begins with "/"; dot segments resolved.
  std::string query = {};   // Without "?".

  [[nodiscard]] std::string Text() const;
  [[nodiscard]] std::string Origin() const;  // "https://host" or "https://host:8443".
  friend bool operator==(const Url&, const Url&) = default;
};

// Absolute http and https URLs only; a fragment is dropped. Refused: credentials in the URL,
// control characters, blanks, backslashes, a bad port, escaped dot segments that would leave their
// folder. Errors do not repeat the URL: it may hold what should not be shown.
[[nodiscard]] Result<Url> ParseUrl(std::string_view text);

// A link of an answer (absolute, "//host/…", "/path", "path", "?query") against the URL the answer
// came from.
[[nodiscard]] Result<Url> ResolveLink(const Url& base, std::string_view link);

// Scheme, host and port are equal.
[[nodiscard]] bool SameOrigin(const Url& a, const Url& b);
// Same origin, and below the path of `root` (whose path ends with "/").
[[nodiscard]] bool IsUnder(const Url& root, const Url& url);
// 127.0.0.0/8, ::1 and "localhost".
[[nodiscard]] bool IsLoopback(const Url& url);

// https, or http to loopback; else kInvalid, which says so.
[[nodiscard]] Result<> CheckScheme(const Url& url);

// Everything but letters, digits and -._~ as %XX: for form bodies.
[[nodiscard]] std::string PercentEncode(std::string_view text);
// The same, leaving what is harmless in a query's value readable and short: '(),/:@!*$. A blank is
// %20, never +.
[[nodiscard]] std::string EncodeQuery(std::string_view text);
// %XX undone; a % that starts no escape stays.
[[nodiscard]] std::string PercentDecode(std::string_view text);

}  // namespace satchel
