#include "engine/server/authenticator.h"

#include <mutex>

#include "engine/http/broken_answer.h"
#include "engine/server/json.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr Seconds kRenewBefore = std::chrono::seconds(300);
constexpr const char* kMicrosoft = "https://login.microsoftonline.com";

std::string Base64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

// A header that never changes, or none.
class FixedAuthenticator : public Authenticator {
 public:
  explicit FixedAuthenticator(std::vector<Header> headers) : headers_(std::move(headers)) {}
  Result<std::vector<Header>> Headers(std::stop_token) override { return headers_; }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override { return false; }

 private:
  std::vector<Header> headers_;
};

// OAuth 2.0 client credentials. Several threads may ask; one of them fetches, the others wait.
class ClientAuthenticator : public Authenticator {
 public:
  ClientAuthenticator(HttpRequest request, Transport& transport, Waiting& waiting)
      : request_(std::move(request)), transport_(transport), waiting_(waiting) {}

  Result<std::vector<Header>> Headers(std::stop_token stop) override {
    const std::lock_guard lock(mutex_);
    if (headers_.empty() || waiting_.Now() >= renew_at_) {
      if (const auto fetched = Fetch(stop); !fetched) return Fail(fetched.error());
    }
    return headers_;
  }

  Result<bool> Renew(const std::vector<Header>& used, std::stop_token stop) override {
    const std::lock_guard lock(mutex_);
    if (headers_ != used) return true;
    if (const auto fetched = Fetch(stop); !fetched) return Fail(fetched.error());
    return true;
  }

 private:
  Result<> Fetch(std::stop_token stop) {
    Tally tally;
    const auto answer = SendPatiently(transport_, request_, {}, waiting_, {}, stop, tally);
    if (!answer) return Fail(answer.error().While("sign in"));
    const auto json = ParseJson(answer->body);
    if (answer->status != 200) {
      // The service's own words, without the trace that follows on further lines.
      std::string why = json ? (*json)["error_description"].AsText() : "";
      why = why.substr(0, why.find_first_of("\r\n"));
      if (why.empty() && json) why = (*json)["error"].AsText();
      return Fail(ErrorCode::kDenied,
                  "the token service refused the sign-in with status " +
                      std::to_string(answer->status) +
                      (why.empty() ? "" : ": " + Quoted(why, 200)) +
                      " (check the tenant, the client id and the client secret)");
    }
    if (!json) return Fail(json.error().While("sign in"));
    const std::string token = (*json)["access_token"].text;
    if (token.empty() || token.find_first_of("\r\n") != std::string::npos) {
      return BrokenAnswer("the token service answered without a token");
    }
    const Seconds lasts(std::max<std::int64_t>((*json)["expires_in"].AsInteger(3600), 0));
    // A token that lives shorter than the margin is used for half its life.
    renew_at_ = waiting_.Now() + (lasts > 2 * kRenewBefore ? lasts - kRenewBefore : lasts / 2);
    headers_ = {{"Authorization", "Bearer " + token}};
    return {};
  }

  HttpRequest request_;  // Holds the secret in its body.
  Transport& transport_;
  Waiting& waiting_;
  std::mutex mutex_;
  std::vector<Header> headers_;                     // Guarded by mutex_; empty: no token yet.
  std::chrono::system_clock::time_point renew_at_;  // Guarded by mutex_.
};

tl::unexpected<Error> Missing(const Profile& profile, const char* what, const char* variable) {
  return Fail(ErrorCode::kDenied, "no " + std::string(what) + " for the server " +
                                      Quoted(profile.name.empty() ? profile.url : profile.name) +
                                      " (set " + variable + ")");
}

Result<HttpRequest> TokenRequest(const Profile& profile, const Url& root,
                                 const std::string& secret) {
  if (profile.client_id.empty()) {
    return Fail(ErrorCode::kInvalid,
                "the server profile has no client id (add it with --client-id)");
  }
  if (profile.tenant.empty() && profile.authority.empty()) {
    return Fail(ErrorCode::kInvalid, "the server profile has no tenant (add it with --tenant)");
  }
  std::string address = profile.authority.empty() ? kMicrosoft : profile.authority;
  while (!address.empty() && address.back() == '/') address.pop_back();
  if (address.size() < 6 || address.substr(address.size() - 6) != "/token") {
    if (!profile.tenant.empty()) address += "/" + PercentEncode(profile.tenant);
    address += "/oauth2/v2.0/token";
  }
  const auto url = ParseUrl(address);
  if (!url) return Fail(url.error().While("authority"));
  if (const auto fine = CheckScheme(*url); !fine) return Fail(fine.error().While("authority"));
  HttpRequest request;
  request.method = Method::kPost;
  request.url = url->Text();
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials&client_id=" + PercentEncode(profile.client_id) +
                 "&scope=" + PercentEncode(root.Origin() + "/.default") +
                 "&client_secret=" + PercentEncode(secret);
  return request;
}

}  // namespace

Result<std::unique_ptr<Authenticator>> MakeAuthenticator(const Profile& profile, const Url& root,
                                                         Secrets& secrets, Transport& transport,
                                                         Waiting& waiting) {
  const auto fixed = [](std::vector<Header> headers) -> std::unique_ptr<Authenticator> {
    return std::make_unique<FixedAuthenticator>(std::move(headers));
  };
  if (profile.auth == AuthKind::kNone) return fixed({});
  const auto secret = secrets.Find(profile.auth, profile.name);
  if (secret && secret->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "the secret holds a line break (check how it was set)");
  }
  const bool found = secret && !secret->empty();
  switch (profile.auth) {
    case AuthKind::kNone:
      break;
    case AuthKind::kToken:
      if (!found) return Missing(profile, "token", "SATCHEL_TOKEN");
      return fixed({{"Authorization", "Bearer " + *secret}});
    case AuthKind::kBasic:
      if (!found)
        return Missing(profile, "user name and password", "SATCHEL_BASIC to user:password");
      if (secret->find(':') == std::string::npos) {
        return Fail(ErrorCode::kInvalid, "SATCHEL_BASIC has no colon (set it to user:password)");
      }
      return fixed({{"Authorization", "Basic " + Base64(*secret)}});
    case AuthKind::kClient: {
      if (!found) return Missing(profile, "client secret", "SATCHEL_CLIENT_SECRET");
      auto request = TokenRequest(profile, root, *secret);
      if (!request) return Fail(request.error());
      return std::make_unique<ClientAuthenticator>(std::move(*request), transport, waiting);
    }
  }
  return fixed({});
}

}  // namespace satchel
