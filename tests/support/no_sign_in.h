// For servers that let everybody in.
#pragma once

#include <stop_token>
#include <vector>

#include "engine/server/authenticator.h"

namespace satchel {

class NoSignIn : public Authenticator {
 public:
  Result<std::vector<Header>> Headers(std::stop_token) override { return std::vector<Header>(); }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override { return false; }
};

}  // namespace satchel
