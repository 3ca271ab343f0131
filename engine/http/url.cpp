#include "engine/http/url.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string Escape(std::string_view text, std::string_view also_plain) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (IsLetter(c) || IsDigit(c) || std::string_view("-._~").find(c) != std::string_view::npos ||
        also_plain.find(c) != std::string_view::npos) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += '%';
      escaped += kHex[byte >> 4];
      escaped += kHex[byte & 15];
    }
  }
  return escaped;
}

// "." and ".." segments, plain or escaped (%2e), are resolved; ".." above the root stays at the
// root. Nothing when a segment hides a ".." behind an escaped separator.
std::optional<std::string> ResolveDots(std::string_view path) {
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = Split(path.substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    std::string plain = PercentDecode(segments[i]);
    const bool last = i + 1 == segments.size();
    if (plain == "." || plain == "..") {
      if (plain == ".." && !kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();  // "a/.." is the folder "/".
      continue;
    }
    std::replace(plain.begin(), plain.end(), '\\', '/');
    if (plain.find('/') != std::string::npos) {
      for (const std::string_view part : Split(plain, '/')) {
        if (part == "..") return std::nullopt;
      }
    }
    kept.push_back(segments[i]);
  }
  std::string resolved;
  for (const std::string_view segment : kept) {
    resolved += '/';
    resolved += segment;
  }
  if (resolved.empty()) resolved = "/";
  return resolved;
}

Result<> CheckCharacters(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '\\') {
      return Fail(ErrorCode::kInvalid,
                  "a URL may not contain blanks, control characters or \\ (escape them with %)");
    }
  }
  return {};
}

Result<> TakeHostAndPort(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalid,
                "a URL may not carry a user name or password (sign in with a profile instead)");
  }
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) {
      return Fail(ErrorCode::kInvalid,
                  "the URL's IPv6 address lacks its ']' (write https://[::1]:443/)");
    }
    url.host = LowerAscii(authority.substr(0, close + 1));
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority.front() != ':') {
      return Fail(ErrorCode::kInvalid,
                  "the URL's IPv6 address is followed by no port (write https://[::1]:443/)");
    }
    if (!authority.empty()) port = authority.substr(1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = LowerAscii(authority.substr(0, colon));
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  for (const char c : url.host) {
    const bool plain = IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '[' ||
                       c == ']' || c == ':';
    if (!plain)
      return Fail(ErrorCode::kInvalid,
                  "the URL's host name has a character it may not (check its spelling)");
  }
  if (url.host.empty())
    return Fail(ErrorCode::kInvalid, "the URL names no host (write https://HOST/PATH)");
  url.port = url.scheme == "https" ? kHttpsPort : kHttpPort;
  if (!port.empty()) {
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size() || url.port < 1 ||
        url.port > 65535) {
      return Fail(ErrorCode::kInvalid,
                  "the URL's port is no number from 1 to 65535 (check it, or leave it away)");
    }
  }
  return {};
}

}  // namespace

std::string Url::Origin() const {
  const bool usual = port == (scheme == "https" ? kHttpsPort : kHttpPort);
  return scheme + "://" + host + (usual ? "" : ":" + std::to_string(port));
}

std::string Url::Text() const {
  return Origin() + path + (query.empty() ? "" : "?" + query);
}

Result<Url> ParseUrl(std::string_view text) {
  if (const auto fine = CheckCharacters(text); !fine) return Fail(fine.error());
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return Fail(ErrorCode::kInvalid, "a URL begins with https:// (write it whole)");
  }
  Url url;
  url.scheme = LowerAscii(text.substr(0, colon));
  if (url.scheme != "https" && url.scheme != "http") {
    return Fail(ErrorCode::kInvalid, "a URL of the kind " + Quoted(url.scheme, 20) +
                                         " cannot be used (it begins with https://)");
  }
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t end = text.find_first_of("/?");
  if (const auto taken = TakeHostAndPort(text.substr(0, end), url); !taken) {
    return Fail(taken.error());
  }
  text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos) url.query = std::string(text.substr(question + 1));
  const std::string_view path = text.substr(0, question);
  auto resolved = ResolveDots(path.empty() ? "/" : path);
  if (!resolved)
    return Fail(ErrorCode::kInvalid,
                "the URL's path hides a '..' behind an escape (write the path it leads to)");
  url.path = std::move(*resolved);
  return url;
}

Result<Url> ResolveLink(const Url& base, std::string_view link) {
  // A colon before any / or ? makes it absolute; "accounts(a:b)" is none, as it has no "://".
  const std::size_t scheme = link.find("://");
  if (scheme != std::string_view::npos && link.find_first_of("/?#") > scheme) return ParseUrl(link);
  if (link.substr(0, 2) == "//") return ParseUrl(base.scheme + ":" + std::string(link));
  if (link.substr(0, 1) == "/") return ParseUrl(base.Origin() + std::string(link));
  if (link.empty() || link.front() == '?' || link.front() == '#') {
    return ParseUrl(base.Origin() + base.path + std::string(link));
  }
  const std::string folder = base.path.substr(0, base.path.rfind('/') + 1);
  return ParseUrl(base.Origin() + folder + std::string(link));
}

bool SameOrigin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

bool IsUnder(const Url& root, const Url& url) {
  return SameOrigin(root, url) && url.path.compare(0, root.path.size(), root.path) == 0;
}

bool IsLoopback(const Url& url) {
  if (url.host == "localhost" || url.host == "[::1]") return true;
  const std::vector<std::string_view> parts = Split(url.host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.size() <= 3 && std::all_of(part.begin(), part.end(), IsDigit) &&
           std::stoi(std::string(part)) <= 255;
  });
}

Result<> CheckScheme(const Url& url) {
  if (url.scheme == "https" || IsLoopback(url)) return {};
  return Fail(ErrorCode::kInvalid, "http:// to " + url.host +
                                       " would send the sign-in unprotected (use https://; plain "
                                       "http is for this computer only)");
}

std::string PercentEncode(std::string_view text) {
  return Escape(text, "");
}

std::string EncodeQuery(std::string_view text) {
  return Escape(text, "'(),/:@!*$");
}

std::string PercentDecode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      plain += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace satchel
