#include "app/console/typed_secrets.h"

#include <utility>

namespace satchel {
namespace {

class TypedFirst : public Secrets {
 public:
  explicit TypedFirst(std::shared_ptr<const TypedSecrets> typed) : typed_(std::move(typed)) {}
  std::optional<std::string> Find(AuthKind kind, const std::string& profile) override {
    if (auto typed = typed_->Find(profile)) return typed;
    return system_->Find(kind, profile);
  }

 private:
  std::shared_ptr<const TypedSecrets> typed_;
  std::unique_ptr<Secrets> system_ = MakeSystemSecrets();
};

}  // namespace

void TypedSecrets::Keep(const std::string& profile, std::string secret) {
  const std::lock_guard lock(mutex_);
  by_profile_[profile] = std::move(secret);
}

std::optional<std::string> TypedSecrets::Find(const std::string& profile) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_profile_.find(profile);
  if (found == by_profile_.end()) return std::nullopt;
  return found->second;
}

std::unique_ptr<Secrets> MakeSecrets(std::shared_ptr<const TypedSecrets> typed) {
  return std::make_unique<TypedFirst>(std::move(typed));
}

}  // namespace satchel
