#include "app/sandbox/crm.h"

#include <chrono>

namespace satchel::sandbox {

Result<std::unique_ptr<Crm>> Crm::Open(CrmOptions options) {
  std::unique_ptr<Crm> crm(new Crm(std::move(options)));
  auto lease = crm->Borrow();
  if (!lease) return Fail(lease.error());
  if (auto read = crm->ReloadDirectory(lease->database()); !read) return Fail(read.error());
  return crm;
}

Instant Crm::WallClock() const {
  return options_.wall_clock ? options_.wall_clock() : SystemNow();
}

Instant Crm::Now() const {
  if (options_.now) return *options_.now;
  // Dataverse keeps whole seconds.
  const Instant now = WallClock();
  return {now.ticks - now.ticks % kTicksPerSecond};
}

std::shared_ptr<const Directory> Crm::directory() const {
  const std::lock_guard lock(mutex_);
  return directory_;
}

Result<> Crm::ReloadDirectory(Database& database) {
  auto people = ReadPeople(database);
  if (!people) return Fail(people.error().While("read users"));
  auto fresh = std::make_shared<Directory>();
  fresh->people = std::move(*people);
  auto security = Security::Read(database, options_.metadata, fresh->people);
  if (!security) return Fail(security.error().While("read roles"));
  fresh->security = std::move(*security);
  const std::lock_guard lock(mutex_);
  directory_ = std::move(fresh);
  return {};
}

Result<Crm::Lease> Crm::Borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Database database = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(database));
    }
  }
  auto database = Database::Open(options_.file, Database::Use::kServer);
  if (!database) return Fail(database.error());
  return Lease(*this, std::move(*database));
}

Crm::Lease::~Lease() {
  if (crm_ == nullptr) return;
  const std::lock_guard lock(crm_->mutex_);
  crm_->idle_.push_back(std::move(database_));
}

}  // namespace satchel::sandbox
