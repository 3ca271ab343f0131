// The seam between Satchel and the network: one request, one answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/limits.h"
#include "policy/support/result.h"

namespace satchel {

enum class Method : std::uint8_t { kGet, kPost, kPatch, kPut, kDelete };
[[nodiscard]] std::string_view Name(Method method);

struct Header {
  std::string name = {};
  std::string value = {};
  friend bool operator==(const Header&, const Header&) = default;
};

struct HttpRequest {
  Method method = Method::kGet;
  std::string url = {};  // Absolute. Never holds a secret.
  std::vector<Header> headers = {};
  std::string body = {};
  // Not null: the request has an effect. It goes over a connection of its own, where nothing
  // repeats it behind our back, and this is set to false when nothing of it can have left.
  bool* may_have_left = nullptr;
  // Not empty: where the body of a 200 goes, piece by piece as it is decoded, instead of into the
  // answer; an error ends the transfer and is returned. `most` bytes replace the cap on bodies.
  std::function<Result<>(std::string_view piece)> sink = {};
  std::size_t most = 0;
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};                       // Decoded (gzip undone).
  std::int64_t bytes_received = 0;             // On the wire: headers and body as sent.
  std::chrono::duration<double> seconds = {};  // 0 of one that was foretold: nobody watched it.

  // Case-insensitive; the first one, or empty.
  [[nodiscard]] std::string_view Find(std::string_view name) const;
};

// Thread-safe: several threads may Send at the same time.
//
// A GET follows up to 3 redirects within its own origin; one that leads elsewhere is an error, so
// that a token never goes to a host nobody configured. A redirect of anything else is an answer.
class Transport {
 public:
  virtual ~Transport() = default;
  // An answer of any status is a value. Errors: kOffline (no connection, reset, timeout), kDenied
  // (TLS, a redirect to another origin), kCancelled (within 100 ms of `stop`), kCorrupt (over a
  // limit of engine/http/limits.h, not HTTP), kInvalid (a request we must not send: scheme, control
  // characters in a header), kIo (the CA file cannot be read).
  [[nodiscard]] virtual Result<HttpResponse> Send(const HttpRequest& request,
                                                  std::stop_token stop) = 0;
  // Says what the caller is about to Send: a read, exactly as it will be asked for. A transport may
  // begin with it, so that the server works while the caller does; the answer waits for Send. What
  // is asked for otherwise than foretold, or not at all, costs the server one answer for nobody.
  // Returns at once; errors are Send's to tell.
  virtual void Foretell(const HttpRequest&) {}
};

struct CurlOptions {
  std::string ca_file = {};  // Adds a private CA; verification itself cannot be switched off.
  std::string user_agent = "Satchel";
  HttpLimits limits = {};
};
// https only, except to loopback addresses. Keeps connections open between calls.
[[nodiscard]] std::unique_ptr<Transport> MakeCurlTransport(CurlOptions options = {});

// Lets through what reads: GET, a $batch whose parts are all GETs, and the token endpoint.
// Everything else fails with kDenied before it reaches `next`. Previews run on it. `next` must
// outlive it.
[[nodiscard]] std::unique_ptr<Transport> MakeReadOnlyTransport(Transport& next);

}  // namespace satchel
