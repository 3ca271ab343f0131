// Where a device gets its policy from: a folder of published policies, one file, or an URL.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/http/transport.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

struct ArrivedPolicy {
  std::string text = {};  // As it was read.
  Policy policy = {};
  std::string tag = {};  // ETag or content hash: says cheaply that nothing is new.
};

class PolicySource {
 public:
  virtual ~PolicySource() = default;
  // What is published now; nothing when it is what `known_tag` names. A policy with errors is an
  // error that names the first of them: a device never follows a broken policy.
  [[nodiscard]] virtual Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known_tag,
                                                                   std::stop_token stop) = 0;
};

// `where` is an http(s) URL of a current.yaml (plain http for loopback addresses only), a policy
// file, or a folder: PROJECT/current.yaml in it (current.yaml itself where the folder is a
// project's). `project` may be empty when the folder holds exactly one. `transport` must outlive
// the source; only URLs use it.
[[nodiscard]] Result<std::unique_ptr<PolicySource>> OpenPolicySource(const std::string& where,
                                                                     const std::string& project,
                                                                     Transport& transport);

}  // namespace satchel
