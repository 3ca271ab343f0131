#include "engine/server/write_answer.h"

#include <algorithm>
#include <utility>

#include "engine/record/guid.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Kind = WriteOperation::Kind;
using Outcome = WriteResult::Kind;

constexpr std::size_t kMostWords = 500;

// "A record with these values exists": of an alternate key, or of duplicate detection.
bool IsDuplicate(const std::string& code) {
  const std::string lower = LowerAscii(code);
  return lower == "0x80040237" || lower == "0x80040333" || code == "-2147220937";
}

// Dataverse's OptimisticConcurrencyNotEnabled: tables may have no row versions to compare with.
bool TakesNoPrecondition(const std::string& code) {
  return LowerAscii(code) == "0x8006088d" || code == "-2147088243";
}

// Whether the server speaks of a record that the operation points to instead of its own.
bool SpeaksOfAnother(const WriteOperation& operation, const std::string& words) {
  const std::string lower = LowerAscii(words);
  if (lower.find(LowerAscii(operation.id)) != std::string::npos) return false;
  return std::any_of(operation.values.begin(), operation.values.end(), [&](const FieldValue& v) {
    const auto* id = std::get_if<Guid>(&v.value);
    return id && lower.find(ToString(*id)) != std::string::npos;
  });
}

Outcome Classify(const WriteOperation& operation, const ChangeAnswer& answer) {
  const bool removes = operation.kind == Kind::kDelete || operation.kind == Kind::kDisassociate;
  const bool links = operation.kind == Kind::kAssociate || operation.kind == Kind::kDisassociate;
  const int status = answer.status;
  if (status >= 200 && status < 300) return Outcome::kDone;
  switch (status) {
    case 404:
    case 410:
      if (removes) return Outcome::kGone;
      if (operation.kind != Kind::kUpdate) return Outcome::kRejected;  // What it points to.
      return SpeaksOfAnother(operation, answer.words) ? Outcome::kRejected : Outcome::kGone;
    case 412:
      if (links) return Outcome::kDone;  // They are linked already.
      if (operation.kind != Kind::kCreate && IsDuplicate(answer.code)) return Outcome::kRejected;
      return Outcome::kConflict;
    case 409:
      return operation.kind == Kind::kCreate ? Outcome::kConflict : Outcome::kRejected;
    case 408:
    case 429:
    case 503:
      return Outcome::kTryLater;
    case 501:
      return Outcome::kRejected;
    case 400:
      if (!operation.if_match.empty() && TakesNoPrecondition(answer.code)) {
        return Outcome::kUnguarded;
      }
      return Outcome::kRejected;
    default:
      // A server may fail after the deed; a redirect or less is no answer to a change.
      return status >= 400 && status < 500 ? Outcome::kRejected : Outcome::kUnknown;
  }
}

// The key in ".../Orders(42)"; nothing for an address that ends otherwise.
std::string NumberIn(std::string_view location) {
  const std::size_t open = location.rfind('(');
  if (open == std::string_view::npos || !location.ends_with(')')) return {};
  const std::string_view key = location.substr(open + 1, location.size() - open - 2);
  const bool whole = !key.empty() && std::all_of(key.begin(), key.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; });
  return whole ? std::string(key) : std::string();
}

ErrorCode CodeOf(Outcome outcome, int status) {
  switch (outcome) {
    case Outcome::kConflict:
      return ErrorCode::kConflict;
    case Outcome::kGone:
      return ErrorCode::kNotFound;
    case Outcome::kTryLater:
    case Outcome::kNotSent:
    case Outcome::kUnknown:
      return ErrorCode::kOffline;
    default:
      return status == 401 || status == 403 ? ErrorCode::kDenied : ErrorCode::kInvalid;
  }
}

std::string WordsOf(const ChangeAnswer& answer) {
  const std::string status = "status " + std::to_string(answer.status);
  if (answer.words.empty()) return "the server answered with " + status;
  std::string words = answer.words.substr(0, kMostWords);
  while (!words.empty() && FirstInvalidUtf8(words) != std::string::npos) words.pop_back();
  return Shown(words);
}

}  // namespace

WriteResult ResultOf(const WriteOperation& operation, const ChangeOutcome& outcome) {
  switch (outcome.kind) {
    case ChangeOutcome::Kind::kNotSent:
      return {.kind = Outcome::kNotSent, .error = outcome.error};
    case ChangeOutcome::Kind::kLost:
      return {.kind = Outcome::kUnknown, .error = outcome.error};
    case ChangeOutcome::Kind::kAnswered:
      break;
  }
  WriteResult result = {.kind = Classify(operation, outcome.answer)};
  if (result.kind == Outcome::kDone) {
    const bool has_version = operation.kind == Kind::kCreate || operation.kind == Kind::kUpdate;
    if (has_version) result.version = outcome.answer.etag;
    if (operation.kind == Kind::kCreate && operation.id.empty()) {
      result.id = NumberIn(outcome.answer.location);
    }
    return result;
  }
  result.error = {CodeOf(result.kind, outcome.answer.status), WordsOf(outcome.answer)};
  return result;
}

Result<std::vector<WriteResult>> SendWrites(const WriteRequest& request, const MakeRequest& make,
                                            const std::vector<Header>& outer, ChangeSender& sender,
                                            std::stop_token stop) {
  std::vector<WriteResult> results(request.operations.size());
  std::vector<HttpRequest> changes;
  std::vector<std::size_t> places;  // Of `changes` among the operations.
  for (std::size_t i = 0; i < request.operations.size(); ++i) {
    auto change = make(request.operations[i]);
    if (change) {
      changes.push_back(std::move(*change));
      places.push_back(i);
      continue;
    }
    results[i] = {.kind = Outcome::kRejected, .error = change.error()};
    if (!request.together) continue;
    const WriteResult why = results[i];
    results.assign(results.size(), why);
    return results;
  }
  if (changes.empty()) return results;
  auto outcomes = sender.Send(changes, outer, request.together, stop);
  if (!outcomes) {
    // What was refused here stays refused; of the rest nothing was carried out.
    if (places.size() == results.size()) return Fail(outcomes.error());
    for (const std::size_t place : places) {
      results[place] = {.kind = Outcome::kNotSent, .error = outcomes.error()};
    }
    return results;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const ChangeOutcome& outcome = (*outcomes)[i];
    WriteResult& result = results[places[i]];
    result = ResultOf(request.operations[places[i]], outcome);
    // "Linked already" is as good as done, but not in a set: its failure undid the others.
    const bool refused =
        outcome.kind == ChangeOutcome::Kind::kAnswered && outcome.answer.status >= 400;
    if (refused && result.kind == Outcome::kDone && request.together && places.size() > 1) {
      result.kind = Outcome::kConflict;
      result.error = {ErrorCode::kConflict, WordsOf(outcome.answer)};
    }
  }
  if (!request.together) return results;
  // One answer stands for the set: nothing of it is done when any is not.
  const auto failed = std::find_if(results.begin(), results.end(), [](const WriteResult& result) {
    return result.kind != Outcome::kDone;
  });
  if (failed != results.end()) {
    const WriteResult why = *failed;
    results.assign(results.size(), why);
  }
  return results;
}

}  // namespace satchel
