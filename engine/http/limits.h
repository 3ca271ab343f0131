// Every cap on what a server may send us, in one place (docs/servers.md lists them for people).
//
// A server is not trusted: it may be broken, compromised, or not the server at all but a proxy's
// error page. Each cap is far above what an honest server sends and far below what would hurt.
#pragma once

#include <chrono>
#include <cstddef>

namespace satchel {

struct HttpLimits {
  // Of one answer, decoded; error and redirect bodies too. A page of 5 000 rows is 5 to 10 MiB.
  std::size_t body_bytes = std::size_t{64} << 20;
  // Decoded bytes per byte received; JSON compresses 5 to 30 times, a bomb 1 000 times. Applies
  // from `ratio_from` decoded bytes on, because tiny answers compress oddly.
  std::size_t ratio = 200;
  std::size_t ratio_from = std::size_t{1} << 20;
  std::size_t header_bytes = std::size_t{64} << 10;  // All header lines of one answer.
  int redirects = 3;                                 // GET only, same origin only.

  std::chrono::milliseconds connect = std::chrono::seconds(20);
  // Dataverse gives up on a query after 120 s without having sent a byte; below this speed for this
  // long the connection counts as dead.
  std::chrono::seconds low_speed_for = std::chrono::seconds(130);
  long low_speed_bytes_per_second = 100;
  std::chrono::milliseconds total = std::chrono::minutes(10);
};

inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxXmlBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxXmlDepth = 64;
// Longer URLs go as a part of a $batch: the tightest servers stop at 8 192 with the request line.
inline constexpr std::size_t kMaxUrlBytes = 7000;
// Pages of one entity: 5 000 rows each make 500 million. Beyond it the server is going in circles.
inline constexpr int kMaxPages = 100'000;

}  // namespace satchel
