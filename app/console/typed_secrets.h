// Secrets that were typed into the window: in memory until it closes, and looked at first.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/server/profile.h"

namespace satchel {

class TypedSecrets {
 public:
  void Keep(const std::string& profile, std::string secret);
  [[nodiscard]] std::optional<std::string> Find(const std::string& profile) const;

 private:
  mutable std::mutex mutex_;  // Servers sign in on threads of their own.
  std::map<std::string, std::string> by_profile_;
};

// `typed` first, then the environment and the keyring.
[[nodiscard]] std::unique_ptr<Secrets> MakeSecrets(std::shared_ptr<const TypedSecrets> typed);

}  // namespace satchel
