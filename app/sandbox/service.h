// The sandbox as an HTTP handler: sign-in, throttling, faults, the Web API, the log.
#pragma once

#include <fstream>
#include <mutex>

#include "app/sandbox/auth.h"
#include "app/sandbox/crm.h"
#include "app/sandbox/faults.h"
#include "app/sandbox/options.h"

namespace satchel::sandbox {

class Service {
 public:
  Service(Crm& crm, const SandboxOptions& options);

  // Thread-safe.
  [[nodiscard]] HttpResponse Handle(const HttpRequest& request);
  [[nodiscard]] const Auth& auth() const { return auth_; }
  // An error when the log file cannot be written.
  [[nodiscard]] Result<> OpenLog();

 private:
  [[nodiscard]] HttpResponse Answer(const HttpRequest& request, std::string& user);
  [[nodiscard]] HttpResponse AnswerApi(const HttpRequest& request, std::string_view root,
                                       std::string_view rest, std::string& user);
  void Log(const HttpRequest& request, const HttpResponse& response, const std::string& user);

  Crm& crm_;
  const SandboxOptions options_;
  Auth auth_;
  Throttling throttling_;
  FaultInjector faults_;
  std::mutex log_mutex_;
  std::ofstream log_;  // Guarded by log_mutex_.
};

}  // namespace satchel::sandbox
