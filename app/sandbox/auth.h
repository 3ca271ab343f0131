// Who sends a request: bearer tokens, the token endpoint, impersonation.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "app/sandbox/crm.h"
#include "app/sandbox/http/message.h"
#include "app/sandbox/web/error.h"

namespace satchel::sandbox {

class Auth {
 public:
  // `required`: only tokens that Token() gave are accepted.
  Auth(Crm& crm, bool required, Seconds token_life);

  // The caller and, when asked for, whom they act as. 401 and 403.
  [[nodiscard]] Answer<Actor> Identify(const HttpRequest& request, const Directory& directory);
  // POST …/oauth2/v2.0/token and …/devicecode.
  [[nodiscard]] HttpResponse Token(const HttpRequest& request, const Directory& directory);
  [[nodiscard]] HttpResponse DeviceCode(const HttpRequest& request) const;

  [[nodiscard]] bool required() const { return required_; }
  [[nodiscard]] const std::string& secret() const { return secret_; }

 private:
  struct Issued {
    Guid user = {};
    Instant until = {};
  };

  Crm& crm_;
  const bool required_;
  const Seconds token_life_;
  const std::string secret_;
  std::mutex mutex_;
  std::map<std::string, Issued, std::less<>> tokens_;  // Guarded by mutex_.
};

// An unguessable text of 64 hexadecimal digits.
[[nodiscard]] std::string RandomText();

}  // namespace satchel::sandbox
