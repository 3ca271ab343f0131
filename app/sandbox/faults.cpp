#include "app/sandbox/faults.h"

#include <algorithm>

#include "app/sandbox/http/gzip.h"
#include "app/sandbox/json/value.h"
#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

namespace {

// One step of a mixing function over 64 bits.
std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

HttpResponse TooMany(const Throttle& limit, std::int64_t retry_after) {
  HttpResponse response = ErrorAnswer(
      {429, "0x80072322",
       "Number of requests exceeded the limit of " + std::to_string(limit.requests) +
           " over time window of " + std::to_string(limit.window.count()) + " seconds."});
  response.headers.Set("Retry-After", std::to_string(retry_after));
  return response;
}

void ChangeLink(HttpResponse& response, const std::string& link) {
  auto body = ParseJson(response.body);
  if (!body) return;
  for (auto& [name, value] : body->members) {
    if (name == "@odata.nextLink") value.text = link;
  }
  response.body = PrintJson(*body);
}

void ChangeType(HttpResponse& response) {
  auto body = ParseJson(response.body);
  if (!body) return;
  for (auto& [name, value] : body->members) {
    if (name != "value" || value.items.empty()) continue;
    for (auto& [property, cell] : value.items.front().members) {
      if (property.find('@') != std::string::npos || cell.null()) continue;
      cell = {};
      cell.kind = JsonValue::Kind::kObject;
      cell.members.emplace_back("unexpected", JsonValue{});
      break;
    }
  }
  response.body = PrintJson(*body);
}

}  // namespace

std::optional<HttpResponse> Throttling::Admit(const Guid& user, Instant now) {
  if (limit_.requests == 0) return std::nullopt;
  const std::int64_t window = limit_.window.count() * kTicksPerSecond;
  const std::lock_guard lock(mutex_);
  Window& used = windows_[user];
  while (!used.admitted.empty() && used.admitted.front() <= now.ticks - window) {
    used.admitted.pop_front();
  }
  if (static_cast<std::int64_t>(used.admitted.size()) < limit_.requests) {
    used.admitted.push_back(now.ticks);
    used.refused = 0;
    return std::nullopt;
  }
  const std::int64_t wait = used.admitted.front() + window - now.ticks;
  const std::int64_t seconds = (wait + kTicksPerSecond - 1) / kTicksPerSecond;
  // Those who do not wait are told to wait longer, up to the whole window more.
  const std::int64_t more = std::min<std::int64_t>(used.refused++ / 10, limit_.window.count());
  return TooMany(limit_, std::max<std::int64_t>(1, seconds) + more);
}

std::optional<FaultKind> FaultInjector::Draw() {
  if (faults_.empty()) return std::nullopt;
  std::uint64_t state = Mix(seed_ + 0x1000003u * drawn_.fetch_add(1));
  for (const Fault& fault : faults_) {
    state = Mix(state);
    const double dice = static_cast<double>(state >> 11) / 9007199254740992.0;  // 2^53
    if (dice < fault.rate) return fault.kind;
  }
  return std::nullopt;
}

void Spoil(HttpResponse& response, FaultKind fault, const std::string& url) {
  switch (fault) {
    case FaultKind::kReset:
      response.delivery = Delivery::kReset;
      break;
    case FaultKind::kTruncate:
      response.delivery = Delivery::kTruncate;
      break;
    case FaultKind::kSlow:
      response.delivery = Delivery::kSlow;
      break;
    case FaultKind::k500:
      response = ErrorAnswer({500, "0x80040216", "An unexpected error occurred."});
      break;
    case FaultKind::k503:
      response = ErrorAnswer({503, "0x80044150", "The server is busy. Try again later."});
      response.headers.Set("Retry-After", "1");
      break;
    case FaultKind::k429:
      response = TooMany({6000, Seconds(300)}, 1);
      break;
    case FaultKind::kHtml:
      response = {};
      response.headers.Set("Content-Type", "text/html; charset=utf-8");
      response.body = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>";
      break;
    case FaultKind::kWrongType:
      ChangeType(response);
      break;
    case FaultKind::kRepeatNextLink:
      ChangeLink(response, url);
      break;
    case FaultKind::kForeignNextLink:
      ChangeLink(response, "https://elsewhere.example/api/data/v9.2/accounts?$skiptoken=1");
      break;
    case FaultKind::kGzipBomb:
      response.body = GzipBomb(1024);
      response.headers.Set("Content-Encoding", "gzip");
      break;
  }
}

}  // namespace satchel::sandbox
