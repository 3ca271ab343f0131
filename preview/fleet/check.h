// Budgets and expectations of a policy, held against real previews of many users, one at a time.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "preview/fleet/verdict.h"
#include "preview/run/preview.h"

namespace satchel {

struct CheckRequest {
  Policy policy = {};
  // Whom to preview: these, or every enabled user with the role. Neither: everybody whom the
  // expectations name; where there are none, the signed-in user.
  std::vector<std::string> as = {};
  std::string role = {};
  std::optional<Instant> now = {};  // Absent: the present; one moment for all.
};

// Somebody who could not be previewed, and why; what they stand for cannot pass.
struct UncheckedUser {
  std::string who = {};
  std::string why = {};
};

struct CheckResult {
  std::string policy_name = {};
  std::string content_hash = {};
  std::string server = {};
  Instant now = {};
  std::vector<MeasuredUser> users = {};
  std::vector<UncheckedUser> unchecked = {};
  std::vector<Verdict> verdicts = {};
  std::vector<Finding> findings = {};  // Of the previews: "not-exact" and the like, each once.

  [[nodiscard]] bool ok() const { return unchecked.empty() && !AnyFailed(verdicts); }
};

// What failed, and who could not be previewed ("not-previewed"): for the publish gate and reports.
[[nodiscard]] std::vector<Finding> FindingsOf(const CheckResult& result);

struct CheckProgress {
  std::string user = {};
  std::size_t index = 0;  // 0-based, of `count` users.
  std::size_t count = 0;
  bool user_done = false;
  PreviewProgress preview = {};
};
using CheckSink = std::function<void(const CheckProgress&)>;

// Fails where the server is away or it was stopped; a user who cannot be previewed is a part of the
// result. kNotFound: nobody has the role asked for.
[[nodiscard]] Result<CheckResult> RunCheck(const CheckRequest& request, CrmServer& server,
                                           const CheckSink& sink, std::stop_token stop);

}  // namespace satchel
