#include "engine/server/change_sender.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace satchel {

namespace {

// Parts of one $batch. Dataverse takes 1 000; fewer keep an answer that is lost cheap to ask about,
// and each request far below the two minutes in which it must end.
constexpr std::size_t kMostParts = 200;
constexpr std::size_t kMostTogether = 1000;
// Bytes of one $batch, if it has more than one part. Servers take far more; slow lines do not.
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

bool KnowsNoBatch(int status) {
  return status == 404 || status == 405 || status == 415 || status == 501;
}

// A gateway's failure says nothing about the server behind it (a 503 that means "not now" has a
// Retry-After and was waited for), and a server's own may have come after the deed.
bool SaysNothing(int status) {
  return status < 200 || (status >= 300 && status < 400) || (status >= 500 && status != 501);
}

bool Done(const ChangeAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

}  // namespace

std::size_t ChangeSender::EndOf(const Round& round) const {
  if (round.together) return round.changes.size();
  std::size_t bytes = 0;
  std::size_t end = round.next;
  const std::size_t most = way_ == Way::kSingly ? 1 : round.limit;
  while (end < round.changes.size() && end - round.next < most) {
    bytes += round.changes[end].body.size();
    if (end > round.next && bytes > kMostBytes) break;
    ++end;
  }
  return end;
}

// Ends the round with what is not settled unsent; an Error when nothing was carried out at all.
Result<ChangeSender::Step> ChangeSender::EndWith(Round& round, Error error) {
  const bool untouched = std::all_of(
      round.outcomes.begin(), round.outcomes.end(),
      [](const ChangeOutcome& outcome) { return outcome.kind == ChangeOutcome::Kind::kNotSent; });
  if (untouched) return Fail(std::move(error));
  for (std::size_t i = round.next; i < round.outcomes.size(); ++i) round.outcomes[i].error = error;
  return Step::kEnd;
}

Result<std::vector<ChangeOutcome>> ChangeSender::Send(const std::vector<HttpRequest>& changes,
                                                      const std::vector<Header>& outer,
                                                      bool together, std::stop_token stop) {
  if (together && changes.size() > kMostTogether) {
    return Fail(ErrorCode::kInvalid, "more than " + std::to_string(kMostTogether) +
                                         " edits cannot be sent as one that stands or falls");
  }
  std::vector<ChangeOutcome> outcomes(changes.size());
  std::vector<std::size_t> open(changes.size());  // Places of what this round sends.
  std::iota(open.begin(), open.end(), std::size_t{0});
  std::vector<HttpRequest> left;  // The same, after the first round.
  RetryRules patience = connection_.Patience();
  while (true) {
    const bool first = open.size() == changes.size();
    Round round = {.changes = first ? changes : left,
                   .outer = outer,
                   .together = together,
                   .limit = kMostParts};
    round.outcomes.resize(open.size());
    auto busy = SendRound(round, stop);
    Result<> waited;
    if (busy && *busy) waited = connection_.Wait(patience, **busy, stop);
    std::vector<std::size_t> still;
    for (std::size_t i = 0; i < open.size(); ++i) {
      ChangeOutcome& outcome = outcomes[open[i]];
      if (busy) outcome = std::move(round.outcomes[i]);
      if (!busy) outcome.error = busy.error();
      if (!waited && outcome.kind == ChangeOutcome::Kind::kNotSent) outcome.error = waited.error();
      if (outcome.kind == ChangeOutcome::Kind::kNotSent) still.push_back(open[i]);
    }
    if (still.size() == changes.size() && (!busy || !waited)) {
      return Fail(busy ? waited.error() : busy.error());
    }
    if (!busy || !*busy || !waited) return outcomes;
    open = std::move(still);
    left.clear();
    for (const std::size_t place : open) left.push_back(changes[place]);
  }
}

Result<std::optional<HttpResponse>> ChangeSender::SendRound(Round& round, std::stop_token stop) {
  while (round.next < round.changes.size()) {
    const auto step = SendSome(round, stop);
    if (!step) return Fail(step.error());
    if (*step == Step::kBusy) return std::move(round.busy);
    if (*step == Step::kEnd) break;
    if (*step == Step::kOn) round.limit = std::min(kMostParts, round.limit * 2);
  }
  return std::nullopt;
}

Result<ChangeSender::Step> ChangeSender::SendSome(Round& round, std::stop_token stop) {
  const std::size_t end = EndOf(round);
  const bool single = end - round.next == 1;
  if (way_ == Way::kSingly && !single) {
    return EndWith(round, {ErrorCode::kUnsupported,
                           "the service takes no $batch, so edits cannot stand or fall together"});
  }
  if (stop.stop_requested()) return EndWith(round, Cancelled());
  HttpRequest request;
  if (single) {
    request = round.changes[round.next];
    request.headers.insert(request.headers.end(), round.outer.begin(), round.outer.end());
  } else {
    const std::vector<HttpRequest> parts(
        round.changes.begin() + static_cast<std::ptrdiff_t>(round.next),
        round.changes.begin() + static_cast<std::ptrdiff_t>(end));
    request = WrapChanges(parts, way_ == Way::kJson ? BatchForm::kJson : BatchForm::kMultipart,
                          round.together, "$batch", round.outer);
  }
  OnceOutcome outcome = connection_.Change(std::move(request), stop);
  if (!outcome.answer) {
    if (!outcome.uncertain) return EndWith(round, std::move(outcome.answer.error()));
    for (; round.next < end; ++round.next) {
      round.outcomes[round.next] = {.kind = ChangeOutcome::Kind::kLost,
                                    .error = outcome.answer.error()};
    }
    return EndWith(round, std::move(outcome.answer.error()));
  }
  return Settle(round, end, std::move(*outcome.answer));
}

Result<ChangeSender::Step> ChangeSender::Settle(Round& round, std::size_t end,
                                                HttpResponse response) {
  if (response.status == 401) return EndWith(round, *ErrorOfStatus(response));
  const std::size_t count = end - round.next;
  const auto lose = [&](Error error) {
    for (; round.next < end; ++round.next) {
      round.outcomes[round.next] = {.kind = ChangeOutcome::Kind::kLost, .error = error};
    }
    return EndWith(round, std::move(error));
  };
  if (count == 1) {
    ChangeAnswer answer = AnswerOf(response);
    if (SaysNothing(answer.status)) {
      auto error = ErrorOfStatus(response);
      return lose(std::move(*error));
    }
    round.outcomes[round.next++] = {.kind = ChangeOutcome::Kind::kAnswered,
                                    .answer = std::move(answer)};
    return Step::kOn;
  }
  ChangeAnswers answers = UnwrapChanges(response, count);
  if (answers.any) {
    const Step step = SettleParts(round, end, std::move(answers));
    if (step != Step::kEnd) return step;
    return EndWith(round, {ErrorCode::kOffline, "an answer before it was cut (try again)"});
  }
  if (!fixed_ && KnowsNoBatch(response.status)) {
    way_ = way_ == Way::kMultipart ? Way::kJson : Way::kSingly;
    return Step::kAgain;
  }
  if (response.status >= 400 && response.status < 500) {
    // Refused as a whole: too large, or one of them spoils it. Halving finds out which.
    if (round.together) {
      ChangeAnswer answer = AnswerOf(response);
      for (; round.next < end; ++round.next) {
        round.outcomes[round.next] = {.kind = ChangeOutcome::Kind::kAnswered, .answer = answer};
      }
      return Step::kOn;
    }
    round.limit = count / 2;
    return Step::kSmaller;
  }
  auto error = ErrorOfStatus(response);
  return lose(error ? std::move(*error)
                    : Error{ErrorCode::kOffline,
                            "the answer to a $batch is none; a proxy may stand in between"});
}

ChangeSender::Step ChangeSender::SettleParts(Round& round, std::size_t end, ChangeAnswers answers) {
  const auto failed = std::find_if(answers.parts.begin(), answers.parts.end(),
                                   [](const auto& part) { return part && !Done(*part); });
  if (round.together && failed != answers.parts.end()) {
    // Nothing of a set that failed stays, whatever its members were told.
    const ChangeAnswer why = **failed;
    for (auto& part : answers.parts) part = why;
  }
  std::size_t last = 0;  // Behind the last that was answered.
  for (std::size_t i = 0; i < answers.parts.size(); ++i) {
    if (answers.parts[i]) last = i + 1;
  }
  // A server that does not go on after a failure has not looked at what follows: sent again.
  const bool stopped =
      answers.whole && last > 0 && last < answers.parts.size() && !Done(*answers.parts[last - 1]);
  bool lost = false;
  bool busy = false;
  const std::size_t to = stopped ? round.next + last : end;
  for (std::size_t i = 0; round.next < to; ++i, ++round.next) {
    ChangeOutcome& outcome = round.outcomes[round.next];
    if (answers.parts[i] &&
        RefusedForNow(answers.parts[i]->status, answers.parts[i]->retry_after)) {
      // Nothing is wrong with this change, and more of them now would make the server angrier.
      busy = true;
      round.busy = {.status = answers.parts[i]->status};
      if (!answers.parts[i]->retry_after.empty()) {
        round.busy.headers.push_back({"Retry-After", answers.parts[i]->retry_after});
      }
      outcome = {.error = {ErrorCode::kOffline, "the server is too busy (try again later)"}};
    } else if (answers.parts[i]) {
      outcome = {.kind = ChangeOutcome::Kind::kAnswered, .answer = std::move(*answers.parts[i])};
    } else {
      lost = true;
      outcome = {.kind = ChangeOutcome::Kind::kLost,
                 .error = {ErrorCode::kOffline, "the answer was cut before it came to this edit"}};
    }
  }
  if (lost) return Step::kEnd;
  return busy ? Step::kBusy : Step::kOn;
}

}  // namespace satchel
