// A device of the simulation: its disk, its process, its user, and what that user remembers having
// done.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/local_edit.h"
#include "engine/store/outbox.h"
#include "engine/sync/sync_outcome.h"
#include "tests/sim/fake_crm.h"
#include "tests/sim/local_rows.h"
#include "tests/sim/op.h"
#include "tests/sim/prng.h"
#include "tests/support/test_vfs.h"

namespace satchel::sim {

struct FieldKey {
  std::string entity = {};
  std::string id = {};
  std::string field = {};
  friend auto operator<=>(const FieldKey&, const FieldKey&) = default;
};

class SimDevice {
 public:
  SimDevice(CrmSite& site, int number, std::string user, std::uint64_t seed, bool track_unsynced);
  ~SimDevice();

  // Opens the app, or opens it again after it was closed or killed.
  [[nodiscard]] Result<> Open(const Policy& policy);
  void Close();
  [[nodiscard]] Database& database() { return *app_; }
  [[nodiscard]] bool open() const { return app_.has_value(); }
  // One sync by the production code. `full`: everything again; `sweep`: every entity is swept.
  struct SyncWish {
    SyncStyle style = SyncStyle::kForeground;
    bool full = false;
    bool sweep = false;
  };
  [[nodiscard]] SyncOutcome Sync(const Policy& policy, const SyncWish& wish, std::stop_token stop);
  // The user does something; what the device refuses leaves nothing behind.
  void Act(const Op& op, std::uint64_t marker);

  [[nodiscard]] Instant now() const { return {crm.site_now().ticks + clock_offset}; }
  [[nodiscard]] Result<Rows> ReadAll(const Policy& policy);
  [[nodiscard]] Result<std::vector<OutboxEntry>> Outbox();
  // Ids that a download may not remove, with or without a pending change.
  [[nodiscard]] std::set<std::string> Protected();
  // Part of a download that was interrupted is there: the next one goes on with it, and shows what
  // was true then.
  [[nodiscard]] bool resumes();
  [[nodiscard]] bool RemembersWrites();  // "@written" is not empty.
  [[nodiscard]] bool bound();            // To its user: some sync came that far.
  // Loses a row, as a failing disk might. False: none was there.
  bool Rot(const Op& op, const Policy& policy);
  // What the user did whose fate was not known (the app died in the middle) and is now.
  void SettleUncertain();

  int number = 0;
  TestVfs vfs;
  FakeCrm crm;
  std::int64_t clock_offset = 0;
  bool syncing = false;
  bool wrong_user_next = false;
  bool power_cut = false;                    // When the process dies, the machine does.
  std::optional<OpKind> storage_fault = {};  // Armed on the disk.
  std::int64_t offline_for = 0;              // Requests.
  Instant captured = {};                     // Of the last sync.
  std::stop_source stop = {};                // Of the sync that runs.

  // What the user did last to each field, and has neither been replaced nor given up.
  std::map<FieldKey, std::string> edits = {};
  std::set<std::pair<std::string, std::string>> deleted = {};
  std::set<std::string> created = {};

 private:
  struct Uncertain {
    std::string entity = {};
    std::string id = {};
    std::vector<std::pair<std::string, std::string>> fields = {};
    bool deletion = false;
  };
  void Remember(const Uncertain& edit);
  [[nodiscard]] std::vector<std::string> LocalIds(const std::string& entity);

  std::string user_;
  std::uint64_t seed_;
  Prng ids_;
  std::optional<Database> sync_database_ = {};
  std::optional<Database> app_ = {};
  std::optional<LocalEdits> local_ = {};
  std::vector<Uncertain> uncertain_ = {};
};

}  // namespace satchel::sim
