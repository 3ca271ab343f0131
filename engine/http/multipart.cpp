#include "engine/http/multipart.h"

#include <charconv>

#include "policy/support/text.h"

namespace satchel {

std::optional<std::string> BoundaryOf(std::string_view content_type) {
  if (!LowerAscii(Trim(content_type)).starts_with("multipart/mixed")) return std::nullopt;
  for (const std::string_view parameter : Split(content_type, ';')) {
    const std::string_view trimmed = Trim(parameter);
    if (!LowerAscii(trimmed).starts_with("boundary=")) continue;
    std::string_view value = Trim(trimmed.substr(9));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (value.empty()) return std::nullopt;
    return std::string(value);
  }
  return std::nullopt;
}

bool TakeLine(std::string_view& text, std::string_view& line, bool& bare) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  bare = end == 0 || text[end - 1] != '\r';
  line = text.substr(0, bare ? end : end - 1);
  text.remove_prefix(end + 1);
  return true;
}

bool TakeHeaders(std::string_view& text, std::vector<Header>& headers, bool& bare) {
  std::string_view line;
  bool bare_line = false;
  while (TakeLine(text, line, bare_line)) {
    bare = bare || bare_line;
    if (line.empty()) return true;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    headers.push_back(
        {std::string(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1)))});
  }
  return false;
}

std::string_view FindHeader(const std::vector<Header>& headers, std::string_view lower_name) {
  for (const Header& header : headers) {
    if (LowerAscii(header.name) == lower_name) return header.value;
  }
  return {};
}

std::optional<HttpResponse> ReadHttpAnswer(std::string_view text) {
  std::string_view line;
  bool bare = false;
  HttpResponse answer;
  if (!TakeLine(text, line, bare)) return std::nullopt;
  const std::vector<std::string_view> words = Split(line, ' ');
  if (words.size() < 2 || !words[0].starts_with("HTTP/") ||
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), answer.status).ec !=
          std::errc() ||
      !TakeHeaders(text, answer.headers, bare)) {
    return std::nullopt;
  }
  answer.body = std::string(text);
  return answer;
}

}  // namespace satchel
