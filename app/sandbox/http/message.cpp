#include "app/sandbox/http/message.h"

#include <algorithm>

#include "policy/support/text.h"

namespace satchel::sandbox {

bool EqualsNoCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && LowerAscii(a) == LowerAscii(b);
}

std::string_view HttpHeaders::Find(std::string_view name) const {
  for (const HttpHeader& header : items) {
    if (EqualsNoCase(header.name, name)) return header.value;
  }
  return {};
}

std::string HttpHeaders::FindAll(std::string_view name) const {
  std::string all;
  for (const HttpHeader& header : items) {
    if (!EqualsNoCase(header.name, name)) continue;
    if (!all.empty()) all += ", ";
    all += header.value;
  }
  return all;
}

void HttpHeaders::Set(std::string_view name, std::string value) {
  for (HttpHeader& header : items) {
    if (!EqualsNoCase(header.name, name)) continue;
    header.value = std::move(value);
    return;
  }
  items.push_back({std::string(name), std::move(value)});
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace satchel::sandbox
