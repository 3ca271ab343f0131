// Sends changes, many in one request, each at most once, and tells apart what was answered, what
// was lost on the way and what was never sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/server/change_batch.h"
#include "engine/server/connection.h"
#include "policy/support/result.h"

namespace satchel {

struct ChangeOutcome {
  enum class Kind : std::uint8_t { kNotSent, kAnswered, kLost };
  Kind kind = Kind::kNotSent;
  ChangeAnswer answer = {};
  Error error = {};  // Why it was not sent, or how the answer was lost.
};

class ChangeSender {
 public:
  // Whether the service takes a $batch of either form is found out by the first that it refuses,
  // unless `always_multipart` knows.
  ChangeSender(Connection& connection, bool always_multipart)
      : connection_(connection), fixed_(always_multipart) {}

  // `changes` as WrapChanges takes them. One outcome each; an Error: none was carried out. Where
  // the server wants less for now (429), of a whole request or of parts, it waits and sends those
  // again.
  [[nodiscard]] Result<std::vector<ChangeOutcome>> Send(const std::vector<HttpRequest>& changes,
                                                        const std::vector<Header>& outer,
                                                        bool together, std::stop_token stop);

 private:
  enum class Way : std::uint8_t { kMultipart, kJson, kSingly };
  enum class Step : std::uint8_t { kOn, kAgain, kSmaller, kBusy, kEnd };

  struct Round {
    const std::vector<HttpRequest>& changes;
    const std::vector<Header>& outer;
    bool together = false;
    std::vector<ChangeOutcome> outcomes = {};
    std::size_t next = 0;    // The first that is not settled.
    std::size_t limit = 0;   // Parts of the next request.
    HttpResponse busy = {};  // kBusy: what the server said of a part, as if of a request.
  };
  // Until everything is settled or must wait; the answer that asks for it, if any.
  [[nodiscard]] Result<std::optional<HttpResponse>> SendRound(Round& round, std::stop_token stop);
  [[nodiscard]] std::size_t EndOf(const Round& round) const;
  [[nodiscard]] Result<Step> SendSome(Round& round, std::stop_token stop);
  [[nodiscard]] Result<Step> Settle(Round& round, std::size_t end, HttpResponse response);
  [[nodiscard]] Step SettleParts(Round& round, std::size_t end, ChangeAnswers answers);
  [[nodiscard]] Result<Step> EndWith(Round& round, Error error);

  Connection& connection_;
  bool fixed_ = false;
  Way way_ = Way::kMultipart;
};

}  // namespace satchel
