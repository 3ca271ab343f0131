// One accepted connection: reads requests, writes answers, until either side has had enough.
#pragma once

#include <string_view>

#include "app/sandbox/http/parse.h"
#include "app/sandbox/http/server.h"

namespace satchel::sandbox {

class Connection {
 public:
  // Owns `socket`. `stop` is a descriptor that becomes readable when the server ends.
  Connection(int socket, int stop, const ServerOptions& options, const HttpServer::Handler& handler)
      : socket_(socket), stop_(stop), options_(options), handler_(handler) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  void Serve();

 private:
  // False: closed, idle for too long, or the server ends.
  [[nodiscard]] bool Read();
  [[nodiscard]] bool Respond(const HttpRequest& request, HttpResponse response, bool keep_alive);
  [[nodiscard]] bool Write(std::string_view bytes);
  [[nodiscard]] bool WriteSlowly(std::string_view bytes);
  // True: the server ends.
  [[nodiscard]] bool Pause(std::int64_t milliseconds) const;
  void ResetPeer() const;

  int socket_;
  int stop_;
  const ServerOptions& options_;
  const HttpServer::Handler& handler_;
  RequestParser parser_;
};

}  // namespace satchel::sandbox
