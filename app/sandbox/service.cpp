#include "app/sandbox/service.h"

#include <thread>

#include "app/sandbox/web/router.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// "/api/data/v9.2/" with any minor version; the length of the root, or 0.
std::size_t ServiceRoot(std::string_view target) {
  constexpr std::string_view kRoot = "/api/data/v9.";
  if (target.substr(0, kRoot.size()) != kRoot) return 0;
  std::size_t end = kRoot.size();
  while (end < target.size() && target[end] >= '0' && target[end] <= '9') ++end;
  if (end == kRoot.size()) return 0;
  if (end < target.size() && target[end] == '/') return end + 1;
  return end == target.size() || target[end] == '?' ? end : 0;
}

}  // namespace

Service::Service(Crm& crm, const SandboxOptions& options)
    : crm_(crm),
      options_(options),
      auth_(crm, options.auth, options.token_expiry),
      throttling_(options.throttle),
      faults_(options.faults, options.seed) {}

Result<> Service::OpenLog() {
  if (options_.log.empty()) return {};
  log_.open(options_.log, std::ios::app);
  if (!log_) {
    return Fail(ErrorCode::kIo, "cannot write the log " + Quoted(options_.log.string(), 200) +
                                    " (check the folder and its permissions)");
  }
  return {};
}

HttpResponse Service::Handle(const HttpRequest& request) {
  // Not a wait for anything: the line is meant to be slow.
  if (options_.latency.count() > 0) std::this_thread::sleep_for(options_.latency);
  std::string user = "-";
  HttpResponse response = Answer(request, user);
  Log(request, response, user);
  return response;
}

HttpResponse Service::Answer(const HttpRequest& request, std::string& user) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  if (request.method == "POST" && path.ends_with("/oauth2/v2.0/token")) {
    return auth_.Token(request, *crm_.directory());
  }
  if (request.method == "POST" && path.ends_with("/oauth2/v2.0/devicecode")) {
    return auth_.DeviceCode(request);
  }
  const std::size_t root = ServiceRoot(target);
  if (root == 0) {
    return ErrorAnswer({404, kCodeNoResource, "The Web API is at /api/data/v9.2/."});
  }
  return AnswerApi(request, target.substr(0, root), target.substr(root), user);
}

HttpResponse Service::AnswerApi(const HttpRequest& request, std::string_view root,
                                std::string_view rest, std::string& user) {
  const auto directory = crm_.directory();
  const auto actor = auth_.Identify(request, *directory);
  std::string host(request.headers.Find("Host"));
  if (host.empty()) host = "127.0.0.1";
  std::string base = "http://" + host + std::string(root);
  if (base.back() != '/') base += '/';
  if (!actor) {
    HttpResponse refused = ErrorAnswer(actor.error());
    if (refused.status == 401) {
      refused.headers.Set("WWW-Authenticate", "Bearer authorization_uri=http://" + host +
                                                  "/sandbox/oauth2/authorize, resource_id=http://" +
                                                  host + "/");
    }
    return refused;
  }
  const Person* person = directory->people.Find(actor->user());
  user = person == nullptr ? ToString(actor->user()) : person->domain_name;
  if (auto refused = throttling_.Admit(actor->user(), crm_.WallClock())) return std::move(*refused);
  const auto fault = faults_.Draw();
  // What fails before it is done must not be done.
  if (fault == FaultKind::k500 || fault == FaultKind::k503 || fault == FaultKind::k429) {
    HttpResponse failed;
    Spoil(failed, *fault, {});
    return failed;
  }
  auto url = ParseUrl(rest);
  if (!url) return ErrorAnswer(url.error());
  auto lease = crm_.Borrow();
  if (!lease) return ErrorAnswer({500, kCodeUnexpected, lease.error().message});
  Call call{crm_, lease->database(), directory};
  call.actor = *actor;
  call.context = crm_.options().context ? *crm_.options().context
                                        : ContextOf(directory->people, actor->user(), crm_.Now());
  call.base_url = std::move(base);
  call.method = request.method;
  call.url = std::move(*url);
  call.headers = request.headers;
  call.body = request.body;
  call.prefer = ParsePrefer(request.headers.FindAll("Prefer"));
  HttpResponse response = Route(call);
  if (call.people_changed) {
    if (auto read = crm_.ReloadDirectory(call.database); !read) {
      return ErrorAnswer({500, kCodeUnexpected, read.error().message});
    }
  }
  if (fault) Spoil(response, *fault, call.base_url + std::string(rest));
  return response;
}

void Service::Log(const HttpRequest& request, const HttpResponse& response,
                  const std::string& user) {
  if (!log_.is_open()) return;
  // Paths carry no secrets; headers and bodies are never written.
  std::string line = request.method + " " + request.target + " " + std::to_string(response.status) +
                     " " + user + "\n";
  const std::lock_guard lock(log_mutex_);
  log_ << line << std::flush;
}

}  // namespace satchel::sandbox
