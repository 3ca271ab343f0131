// A small HTTP/1.1 server for one machine: 127.0.0.1, a thread per connection, keep-alive, chunked
// request bodies, gzip answers (docs/decisions/0021-own-http-server.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "app/sandbox/http/message.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

struct ServerOptions {
  int port = 0;                       // 0: any free one.
  std::int64_t bytes_per_second = 0;  // Of every answer; 0: as fast as it goes.
};

class HttpServer {
 public:
  // Called from several threads at a time. Must not throw.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  // Binds, listens and serves until the object dies. kConflict: the port is taken.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> Start(const ServerOptions& options,
                                                                 Handler handler);
  virtual ~HttpServer() = default;  // Waits for the requests in work; idle connections are closed.
  [[nodiscard]] virtual int port() const = 0;
};

}  // namespace satchel::sandbox
