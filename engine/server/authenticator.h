// How requests prove who sends them. Secrets stay in memory and go into headers or the body of a
// token request, never into URLs, messages or logs.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/http/retry.h"
#include "engine/http/transport.h"
#include "engine/http/url.h"
#include "engine/server/profile.h"
#include "policy/support/result.h"

namespace satchel {

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The headers of a request now; a token about to expire is renewed first.
  [[nodiscard]] virtual Result<std::vector<Header>> Headers(std::stop_token stop) = 0;
  // After a 401 for `used`: true when a repeat with Headers() may help, because there is, or
  // somebody else just fetched, a newer token.
  [[nodiscard]] virtual Result<bool> Renew(const std::vector<Header>& used,
                                           std::stop_token stop) = 0;
};

// kDenied, naming the environment variable, when the profile's secret is not to be found.
[[nodiscard]] Result<std::unique_ptr<Authenticator>> MakeAuthenticator(const Profile& profile,
                                                                       const Url& root,
                                                                       Secrets& secrets,
                                                                       Transport& transport,
                                                                       Waiting& waiting);

}  // namespace satchel
