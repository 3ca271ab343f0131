// A transport between ours and the server on which single requests go wrong.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/http/transport.h"

namespace satchel {

class LossyTransport : public Transport {
 public:
  enum class Fate {
    kArrives,
    kNeverLeaves,  // There is no connection.
    kLostBefore,   // It leaves and is lost.
    kLostAfter,    // The server carries it out, and the answer is lost.
    kCut,          // Half of the answer comes, and looks whole.
  };
  explicit LossyTransport(Transport& next) : next_(next) {}

  std::function<Fate(const HttpRequest&)> fate = {};  // Empty: everything arrives.
  std::vector<HttpRequest> sent = {};                 // What tried to leave.

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    sent.push_back(request);
    const Fate now = fate ? fate(request) : Fate::kArrives;
    if (now == Fate::kNeverLeaves || now == Fate::kLostBefore) {
      if (request.may_have_left) *request.may_have_left = now == Fate::kLostBefore;
      return Fail(ErrorCode::kOffline, "the connection broke");
    }
    if (now == Fate::kLostAfter) {
      (void)next_.Send(request, {});
      if (request.may_have_left) *request.may_have_left = true;
      return Fail(ErrorCode::kOffline, "the connection broke");
    }
    auto answer = next_.Send(request, stop);
    if (now == Fate::kCut && answer) answer->body.resize(answer->body.size() / 2);
    return answer;
  }

 private:
  Transport& next_;
};

}  // namespace satchel
