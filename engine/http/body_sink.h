// Where the body of an answer goes: decodes it while it arrives and holds it to the limits.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/http/limits.h"
#include "policy/support/result.h"

namespace satchel {

class BodySink {
 public:
  explicit BodySink(const HttpLimits& limits);
  ~BodySink();
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;

  // The value of Content-Encoding: gzip or nothing; every other is kCorrupt, as we ask for no
  // other.
  [[nodiscard]] Result<> SetEncoding(std::string_view encoding);
  // From here on the body goes to `pieces`, and Finish returns an empty one; `most` bytes at most.
  void StreamTo(std::function<Result<>(std::string_view)> pieces, std::size_t most);
  // A piece as received. kCorrupt over a limit or for broken gzip.
  [[nodiscard]] Result<> Write(std::string_view piece);
  // Nothing more comes. kCorrupt when a gzip stream is cut.
  [[nodiscard]] Result<std::string> Finish();

 private:
  struct Inflater;  // zlib's stream.

  [[nodiscard]] Result<> Inflate(std::string_view piece);
  [[nodiscard]] Result<> CheckSize() const;
  [[nodiscard]] Result<> PassOn();

  HttpLimits limits_;
  std::unique_ptr<Inflater> inflater_;                // Null: the body is not encoded.
  std::function<Result<>(std::string_view)> pieces_;  // Empty: the body is kept.
  std::size_t passed_on_ = 0;
  std::string body_;
  std::size_t received_ = 0;
};

}  // namespace satchel
