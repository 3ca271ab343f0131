// A request and an answer of the sandbox's own HTTP server: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace satchel::sandbox {

struct HttpHeader {
  std::string name = {};
  std::string value = {};
};

// Names compare case-blind.
struct HttpHeaders {
  std::vector<HttpHeader> items = {};

  [[nodiscard]] std::string_view Find(std::string_view name) const;  // The first, or empty.
  // All of them, joined with ", " as RFC 9110 allows for repeated headers.
  [[nodiscard]] std::string FindAll(std::string_view name) const;
  void Set(std::string_view name, std::string value);
};

struct HttpRequest {
  std::string method = {};
  std::string target = {};  // As sent: path and query, still escaped.
  HttpHeaders headers = {};
  std::string body = {};
};

// How an answer is put on the wire; everything but kWhole is a fault somebody asked for.
enum class Delivery : std::uint8_t {
  kWhole,
  kReset,     // Half of it, then a connection reset.
  kTruncate,  // Half of the body under the full Content-Length, then a clean close.
  kSlow,      // All of it, in small pieces with pauses.
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers = {};
  std::string body = {};
  Delivery delivery = Delivery::kWhole;
};

// "OK", "Not Found" …; "Unknown" for numbers we never send.
[[nodiscard]] std::string_view ReasonPhrase(int status);
[[nodiscard]] bool EqualsNoCase(std::string_view a, std::string_view b);

}  // namespace satchel::sandbox
