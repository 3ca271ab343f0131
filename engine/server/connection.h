// Signed-in reads from one service root: what both connectors have in common.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/retry.h"
#include "engine/http/transport.h"
#include "engine/http/url.h"
#include "engine/server/authenticator.h"
#include "engine/server/crm_server.h"
#include "engine/server/json.h"
#include "policy/support/result.h"

namespace satchel {

class Connection {
 public:
  Connection(Url root, Transport& transport, std::unique_ptr<Waiting> waiting,
             std::unique_ptr<Authenticator> authenticator);

  // Reads `target`, relative to the service root or absolute below it, with retries, one renewal of
  // the token after a 401, and a $batch where the URL would be too long. Every status but 200 is an
  // error, classified, in the server's words; kCorrupt for a link that leads elsewhere.
  [[nodiscard]] Result<HttpResponse> Get(const std::string& target,
                                         const std::vector<Header>& headers, std::stop_token stop);
  // Says that Get of the same is likely to come next (Transport::Foretell).
  void Foretell(const std::string& target, const std::vector<Header>& headers,
                std::stop_token stop);
  [[nodiscard]] Result<Json> GetJson(const std::string& target, const std::vector<Header>& headers,
                                     std::stop_token stop);
  // The body of `target`, piece by piece, at most `most` bytes. Not repeated once the first piece
  // has come. The answer has no body.
  [[nodiscard]] Result<HttpResponse> GetPieces(const std::string& target,
                                               const std::vector<Header>& headers,
                                               const BodyPieces& pieces, std::size_t most,
                                               std::stop_token stop);
  // Several reads in as few requests as sensible, answers in the order of `targets`.
  [[nodiscard]] Result<std::vector<Json>> GetAll(const std::vector<std::string>& targets,
                                                 const std::vector<Header>& headers,
                                                 std::stop_token stop);
  // Every page of a collection, its items together.
  [[nodiscard]] Result<std::vector<Json>> GetList(const std::string& target,
                                                  const std::vector<Header>& headers,
                                                  std::stop_token stop);
  // Sends a request that has an effect; `request.url` is relative to the service root or absolute
  // below it. Repeated only where the server says that it was not carried out: 401 with a renewed
  // token, 429, 503 with Retry-After. Every status is an answer.
  [[nodiscard]] OnceOutcome Change(HttpRequest request, std::stop_token stop);
  // For one change or several that go together: how long to wait where a batch says of some of them
  // what a server says of a request with 429. WaitAsAsked with what this connection waits by.
  [[nodiscard]] RetryRules Patience() { return {{}, *waiting_}; }
  [[nodiscard]] Result<> Wait(RetryRules& rules, const HttpResponse& refusal,
                              std::stop_token stop) {
    return WaitAsAsked(rules, refusal, *waiting_, notice_, std::move(stop));
  }
  // Where a link that came with the answer to `target` leads; kCorrupt when outside the root.
  [[nodiscard]] Result<std::string> Follow(const std::string& target, std::string_view link) const;

  [[nodiscard]] const Url& root() const { return root_; }
  // Asked about every JSON answer before anybody reads it.
  using Check = Result<> (*)(const Json&);
  void CheckAnswers(Check check) { check_ = check; }
  void OnNotice(Notice notice) { notice_ = std::move(notice); }
  // Requests and bytes since the last call.
  [[nodiscard]] Tally TakeTally();

 private:
  [[nodiscard]] Result<Url> Absolute(const std::string& target) const;
  [[nodiscard]] Result<HttpResponse> Send(HttpRequest request, std::stop_token stop);
  [[nodiscard]] Result<Json> Parse(std::string_view body) const;
  // As SendPatiently, but an answer whose pieces have begun to come is not asked for again.
  [[nodiscard]] Result<HttpResponse> SendForPieces(const HttpRequest& request,
                                                   std::stop_token stop);

  Url root_;
  std::string base_;  // root_ as text, with "/" at the end.
  Transport& transport_;
  std::unique_ptr<Waiting> waiting_;
  std::unique_ptr<Authenticator> authenticator_;
  Check check_ = nullptr;
  Notice notice_;
  Tally tally_;
};

// Why a status is an error, or nothing for 200.
[[nodiscard]] std::optional<Error> ErrorOfStatus(const HttpResponse& response);

}  // namespace satchel
