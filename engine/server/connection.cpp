#include "engine/server/connection.h"

#include <algorithm>
#include <set>

#include "engine/http/batch.h"
#include "engine/http/broken_answer.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Parts of one $batch: enough to hide the round trips, few enough to stay below the size cap.
constexpr std::size_t kPartsPerBatch = 40;

// What every OData read says, save where `headers` say otherwise.
std::vector<Header> WithDefaults(const std::vector<Header>& headers) {
  std::vector<Header> all = headers;
  for (const Header& usual : {Header{"Accept", "application/json"},
                              Header{"OData-MaxVersion", "4.0"}, Header{"OData-Version", "4.0"}}) {
    const bool given = std::any_of(headers.begin(), headers.end(), [&usual](const Header& header) {
      return header.name == usual.name;
    });
    if (!given) all.push_back(usual);
  }
  return all;
}

// What an OData error body says: its message, safe to show, and its code; else empty.
struct ServerError {
  std::string message = {};
  std::string code = {};
};
ServerError ServerErrorIn(std::string_view body) {
  const auto json = ParseJson(body);
  if (!json) return {};
  const Json& error = (*json)["error"];
  std::string message = error["message"].AsText();
  if (message.empty()) message = error["message"]["value"].AsText();
  return {message.empty() ? message : Quoted(message, 300), LowerAscii(error["code"].AsText())};
}

// Dataverse: the delta link is older than what the server remembers.
constexpr std::string_view kExpiredVersionStamp = "0x80044352";
// Who is asked for metadata and users and does not understand is another kind of server; nothing in
// the user's policy is at fault.
Error OfOurQuestion(Error error) {
  if (error.code == ErrorCode::kInvalid) error.code = ErrorCode::kUnsupported;
  return error;
}

}  // namespace

std::optional<Error> ErrorOfStatus(const HttpResponse& response) {
  const int status = response.status;
  if (status == 200) return std::nullopt;
  const ServerError said = ServerErrorIn(response.body);
  const std::string words = said.message.empty()
                                ? "status " + std::to_string(status)
                                : "status " + std::to_string(status) + ", " + said.message;
  const auto error = [&words](ErrorCode code, const std::string& what, const std::string& remedy) {
    return Error{code, what + ": " + words + " (" + remedy + ")"};
  };
  if (said.code == kExpiredVersionStamp) {
    return error(ErrorCode::kExpired, "the server no longer honours the link", "start over");
  }
  switch (status) {
    case 401:
      return error(ErrorCode::kDenied, "the server does not accept the sign-in",
                   "sign in again: the token may have expired or be of another server");
    case 403:
      return error(ErrorCode::kDenied, "the server denies access", "ask for the privilege to read");
    case 404:
      return error(ErrorCode::kNotFound, "the server has no such thing",
                   "check the address and the names");
    case 410:
      return error(ErrorCode::kExpired, "the server no longer honours the link", "start over");
    case 429:
    case 503:
      return error(ErrorCode::kOffline, "the server is too busy", "try again later");
    case 400:
    case 414:
      return error(ErrorCode::kInvalid, "the server refuses the query",
                   "check filter and fields, and the address");
    case 501:
      return error(ErrorCode::kUnsupported, "the server cannot do this",
                   "it lacks a part of the protocol");
    default:
      break;
  }
  if (status >= 500) {
    return error(ErrorCode::kOffline, "the server failed", "try again later");
  }
  if (status >= 300 && status < 400) {
    return error(ErrorCode::kDenied, "the server redirects", "check its address and the sign-in");
  }
  return error(ErrorCode::kCorrupt, "the server answered unexpectedly", "check its address");
}

Connection::Connection(Url root, Transport& transport, std::unique_ptr<Waiting> waiting,
                       std::unique_ptr<Authenticator> authenticator)
    : root_(std::move(root)),
      transport_(transport),
      waiting_(std::move(waiting)),
      authenticator_(std::move(authenticator)) {
  if (root_.path.back() != '/') root_.path += '/';
  root_.query.clear();
  base_ = root_.Text();
}

Tally Connection::TakeTally() {
  return std::exchange(tally_, {});
}

Result<Url> Connection::Absolute(const std::string& target) const {
  auto url = ResolveLink(root_, target);
  if (!url) return Fail(url.error());
  if (!IsUnder(root_, *url)) {
    return Fail(ErrorCode::kCorrupt, "the server sent a link to " + url->Origin() +
                                         ", outside of the configured address; it was not followed "
                                         "(use the address the server itself uses)");
  }
  return url;
}

Result<std::string> Connection::Follow(const std::string& target, std::string_view link) const {
  const auto base = Absolute(target);
  if (!base) return Fail(base.error());
  const auto resolved = ResolveLink(*base, link);
  if (!resolved) {
    return Fail(ErrorCode::kCorrupt, "the server sent a broken link: " + resolved.error().message);
  }
  const auto url = Absolute(resolved->Text());
  if (!url) return Fail(url.error());
  return url->Text();
}

Result<HttpResponse> Connection::Send(HttpRequest request, std::stop_token stop) {
  const std::size_t plain = request.headers.size();
  for (bool renewed = false;; renewed = true) {
    auto identity = authenticator_->Headers(stop);
    if (!identity) return Fail(identity.error());
    request.headers.resize(plain);
    request.headers.insert(request.headers.end(), identity->begin(), identity->end());
    auto answer = request.sink
                      ? SendForPieces(request, stop)
                      : SendPatiently(transport_, request, {}, *waiting_, notice_, stop, tally_);
    if (!answer || answer->status != 401 || renewed) return answer;
    const auto again = authenticator_->Renew(*identity, stop);
    if (!again) return Fail(again.error());
    if (!*again) return answer;
  }
}

OnceOutcome Connection::Change(HttpRequest request, std::stop_token stop) {
  const auto url = Absolute(request.url);
  if (!url) return {Fail(url.error())};
  request.url = url->Text();
  request.headers = WithDefaults(request.headers);
  const std::size_t plain = request.headers.size();
  for (bool renewed = false;; renewed = true) {
    auto identity = authenticator_->Headers(stop);
    if (!identity) return {Fail(identity.error())};
    request.headers.resize(plain);
    request.headers.insert(request.headers.end(), identity->begin(), identity->end());
    OnceOutcome outcome = SendOnce(transport_, request, {}, *waiting_, notice_, stop, tally_);
    if (!outcome.answer || outcome.answer->status != 401 || renewed) return outcome;
    const auto again = authenticator_->Renew(*identity, stop);
    if (!again) return {Fail(again.error())};
    if (!*again) return outcome;
  }
}

Result<HttpResponse> Connection::Get(const std::string& target, const std::vector<Header>& headers,
                                     std::stop_token stop) {
  const auto url = Absolute(target);
  if (!url) return Fail(url.error());
  HttpRequest request;
  request.url = url->Text();
  request.headers = WithDefaults(headers);
  Result<HttpResponse> answer;
  if (request.url.size() <= kMaxUrlBytes) {
    answer = Send(std::move(request), stop);
  } else {
    request.url.erase(0, base_.size());
    answer = Send(WrapInBatch({std::move(request)}, base_ + "$batch"), stop);
    if (answer) {
      auto parts = UnwrapBatch(std::move(*answer));
      if (!parts) return Fail(parts.error());
      answer = std::move(parts->front());
    }
  }
  if (!answer) return answer;
  if (auto error = ErrorOfStatus(*answer)) return Fail(std::move(*error));
  return answer;
}

void Connection::Foretell(const std::string& target, const std::vector<Header>& headers,
                          std::stop_token stop) {
  const auto url = Absolute(target);
  if (!url) return;
  HttpRequest request = {.url = url->Text(), .headers = WithDefaults(headers)};
  if (request.url.size() > kMaxUrlBytes) return;  // It goes as part of a batch.
  const auto identity = authenticator_->Headers(stop);
  if (!identity) return;
  request.headers.insert(request.headers.end(), identity->begin(), identity->end());
  transport_.Foretell(request);
}

Result<HttpResponse> Connection::SendForPieces(const HttpRequest& request, std::stop_token stop) {
  RetryRules rules({}, *waiting_);
  bool began = false;
  HttpRequest watched = request;
  watched.sink = [&](std::string_view piece) {
    began = true;
    return request.sink(piece);
  };
  for (;;) {
    auto outcome = transport_.Send(watched, stop);
    ++tally_.requests;
    if (outcome) tally_.bytes += outcome->bytes_received;
    if (began) return outcome;
    const RetryChoice choice = rules.After(outcome);
    if (!choice.again) return outcome;
    if (!choice.notice.empty() && notice_) notice_(choice.notice);
    if (!waiting_->Wait(choice.wait, stop)) return Fail(Cancelled());
  }
}

Result<HttpResponse> Connection::GetPieces(const std::string& target,
                                           const std::vector<Header>& headers,
                                           const BodyPieces& pieces, std::size_t most,
                                           std::stop_token stop) {
  const auto url = Absolute(target);
  if (!url) return Fail(url.error());
  HttpRequest request = {.url = url->Text(), .headers = headers, .sink = pieces, .most = most};
  return Send(std::move(request), stop);
}

Result<Json> Connection::GetJson(const std::string& target, const std::vector<Header>& headers,
                                 std::stop_token stop) {
  const auto answer = Get(target, headers, stop);
  if (!answer) return Fail(OfOurQuestion(answer.error()));
  return Parse(answer->body);
}

Result<Json> Connection::Parse(std::string_view body) const {
  auto json = ParseJson(body);
  if (!json || !check_) return json;
  if (const auto fine = check_(*json); !fine) return Fail(fine.error());
  return json;
}

Result<std::vector<Json>> Connection::GetAll(const std::vector<std::string>& targets,
                                             const std::vector<Header>& headers,
                                             std::stop_token stop) {
  std::vector<Json> all;
  for (std::size_t from = 0; from < targets.size(); from += kPartsPerBatch) {
    const std::size_t to = std::min(targets.size(), from + kPartsPerBatch);
    std::vector<HttpRequest> parts;
    for (std::size_t i = from; i < to; ++i) {
      parts.push_back({.url = targets[i], .headers = WithDefaults(headers)});
    }
    if (parts.size() == 1) {
      auto one = GetJson(targets[from], headers, stop);
      if (!one) return Fail(one.error());
      all.push_back(std::move(*one));
      continue;
    }
    auto answer = Send(WrapInBatch(parts, base_ + "$batch"), stop);
    if (!answer) return Fail(answer.error());
    if (answer->status == 404 || answer->status == 405 || answer->status == 501) {
      // A server without $batch: one by one, slower and just as right.
      for (std::size_t i = from; i < to; ++i) {
        auto one = GetJson(targets[i], headers, stop);
        if (!one) return Fail(one.error());
        all.push_back(std::move(*one));
      }
      continue;
    }
    auto answers = UnwrapBatch(std::move(*answer));
    if (!answers) return Fail(answers.error());
    for (const HttpResponse& part : *answers) {
      if (const auto error = ErrorOfStatus(part)) return Fail(OfOurQuestion(*error));
      auto json = Parse(part.body);
      if (!json) return Fail(json.error());
      all.push_back(std::move(*json));
    }
    if (answers->size() != parts.size()) {
      return BrokenAnswer("the server answered " + std::to_string(answers->size()) + " of " +
                          std::to_string(parts.size()) + " parts of a $batch");
    }
  }
  return all;
}

Result<std::vector<Json>> Connection::GetList(const std::string& target,
                                              const std::vector<Header>& headers,
                                              std::stop_token stop) {
  std::vector<Json> items;
  const auto first = Absolute(target);
  if (!first) return Fail(first.error());
  std::string next = first->Text();
  std::set<std::string> seen;
  for (int page = 0; page < kMaxPages; ++page) {
    if (!seen.insert(next).second) {
      return BrokenAnswer("the server's next link leads to a page it has sent already");
    }
    auto json = GetJson(next, headers, stop);
    if (!json) return Fail(json.error());
    if (!(*json)["value"].Is(Json::Kind::kArray)) {
      return BrokenAnswer("the server answered a list without its value array");
    }
    const Json& link = (*json)["@odata.nextLink"];
    if (!link.Is(Json::Kind::kText) && !link.Is(Json::Kind::kNull)) {
      return BrokenAnswer("the server sent a next link that is no text");
    }
    const std::string where = link.text;
    for (auto& [name, value] : json->members) {
      if (name != "value") continue;
      for (Json& item : value.items) items.push_back(std::move(item));
    }
    if (where.empty()) return items;
    auto followed = Follow(next, where);
    if (!followed) return Fail(followed.error());
    next = std::move(*followed);
  }
  return BrokenAnswer("the server sends pages without end");
}

}  // namespace satchel
