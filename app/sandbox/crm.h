// What all requests share: the database file, its metadata, who is in it, and the clock.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/company/people.h"
#include "app/sandbox/company/security.h"
#include "engine/store/database.h"
#include "policy/support/units.h"

namespace satchel::sandbox {

// People and their rights at one moment. Requests keep the one they began with.
struct Directory {
  People people;
  std::optional<Security> security;
};

struct CrmOptions {
  std::filesystem::path file = {};  // Tables and rows are there already.
  Metadata metadata = {};
  std::optional<Instant> now = {};  // Fixes the clock of the data and of relative dates.
  Seconds delta_expiry{0};          // Of delta tokens; 0: the organisation's setting, in days.
  // For hand-made rows without users: every request is answered as if it came from this context.
  std::optional<FilterContext> context = {};
  // The clock of tokens; tests put their own. Empty: the system's.
  std::function<Instant()> wall_clock = {};
};

class Crm {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Crm>> Open(CrmOptions options);

  [[nodiscard]] const Metadata& metadata() const { return options_.metadata; }
  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const CrmOptions& options() const { return options_; }
  [[nodiscard]] Instant Now() const;  // Of the data.
  [[nodiscard]] Instant WallClock() const;

  [[nodiscard]] std::shared_ptr<const Directory> directory() const;
  // After a committed write to a table that ReadPeople or Security::Read looks at.
  [[nodiscard]] Result<> ReloadDirectory(Database& database);

  // A connection of one's own until the lease ends.
  class Lease {
   public:
    Lease(Crm& crm, Database database) : crm_(&crm), database_(std::move(database)) {}
    Lease(Lease&& other) noexcept : crm_(other.crm_), database_(std::move(other.database_)) {
      other.crm_ = nullptr;
    }
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Database& database() { return database_; }

   private:
    Crm* crm_;
    Database database_;
  };
  [[nodiscard]] Result<Lease> Borrow();

  // Held from the first to the last statement of a writing transaction: writers wait here and not
  // in SQLite's busy loop.
  [[nodiscard]] std::mutex& writing() { return writing_; }

 private:
  explicit Crm(CrmOptions options)
      : options_(std::move(options)), schema_(ToSchema(options_.metadata)) {}

  CrmOptions options_;
  Schema schema_;
  std::mutex writing_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Directory> directory_;  // Guarded by mutex_.
  std::vector<Database> idle_;                  // Guarded by mutex_.
};

}  // namespace satchel::sandbox
