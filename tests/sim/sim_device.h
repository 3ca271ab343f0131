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

#include "engine/device/device.h"
#include "engine/store/database.h"
#include "engine/store/local_edit.h"
#include "engine/store/outbox.h"
#include "engine/sync/sync_outcome.h"
#include "tests/sim/device_world.h"
#include "tests/sim/fake_crm.h"
#include "tests/sim/local_rows.h"
#include "tests/sim/op.h"
#include "tests/sim/prng.h"
#include "tests/sim/seen.h"
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
  SimDevice(CrmSite& site, const ArrivedPolicy& published, int number, std::string user,
            std::uint64_t seed, bool track_unsynced);
  ~SimDevice();

  // Opens the app, or opens it again after it was closed or killed.
  [[nodiscard]] Result<> Open();
  void Close();
  // That in force; without entities before the first sync got so far.
  [[nodiscard]] const Policy& policy() const { return device_ ? device_->policy() : none_; }
  [[nodiscard]] const Device* device() const { return device_.get(); }
  [[nodiscard]] Database& database() { return *app_; }
  [[nodiscard]] bool open() const { return app_.has_value(); }
  // The sync button. `full`: everything again; `sweep`: every entity is swept.
  struct SyncWish {
    SyncStyle style = SyncStyle::kForeground;
    bool full = false;
    bool sweep = false;
  };
  // What the production code does; nothing: no sync ran.
  using Ran = std::optional<SyncOutcome>;
  [[nodiscard]] Ran Synchronize(const SyncWish& wish, std::stop_token stop);
  [[nodiscard]] Ran Step(std::stop_token stop);
  [[nodiscard]] Ran Switch(DeviceMode to, modes::Choice answer, std::stop_token stop);
  [[nodiscard]] bool due() const;                        // Step has something to do.
  [[nodiscard]] bool broken() const { return broken_; }  // The local database failed: it must end.
  // Something happened; while a sync runs it hears of it afterwards.
  void Post(const schedule::Event& event);
  void Deliver();
  // The user does something; what the device refuses leaves nothing behind.
  void Act(const Op& op, std::uint64_t marker);

  [[nodiscard]] Instant now() const { return {crm.site_now().ticks + clock_offset}; }
  // Read again only where something changed the database since: most steps leave most devices
  // alone.
  using Entries = std::vector<OutboxEntry>;
  [[nodiscard]] Result<std::shared_ptr<const Rows>> ReadAll();
  [[nodiscard]] Result<std::shared_ptr<const Entries>> Outbox();
  // Ids that a download may not remove, with or without a pending change.
  [[nodiscard]] std::set<std::string> Protected();
  // Entities of which part of a download that was interrupted is there: the next one goes on with
  // it, and shows what was true then.
  [[nodiscard]] std::set<std::string> Staged();
  [[nodiscard]] std::map<std::string, std::string> Marks();  // Where reads of changes go on from.
  [[nodiscard]] bool RemembersWrites();                      // "@written" is not empty.
  [[nodiscard]] bool HoldsWritten();  // Whether what was written here comes, or has left.
  [[nodiscard]] bool bound();         // To its user: some sync came that far.
  // Loses a row, as a failing disk might. False: none was there.
  bool Rot(const Op& op);
  // What the user did whose fate was not known (the app died in the middle) and is now.
  void SettleUncertain();

  int number = 0;
  TestVfs vfs;
  FakeCrm crm;
  SimConnectivity network = {};
  SimLock lock = {};
  std::int64_t clock_offset = 0;
  bool syncing = false;
  bool wrong_user_next = false;
  bool power_cut = false;                    // When the process dies, the machine does.
  std::optional<OpKind> storage_fault = {};  // Armed on the disk.
  std::int64_t offline_for = 0;              // Requests.
  bool same_page = false;                    // The server repeats a page until the sync ends.
  bool reachable = true;                     // When what runs began.
  bool must_retry = false;                   // A sync failed, and the policy has triggers.
  bool touched = false;                      // Something happened to it since its last sync.
  bool hidden = true;  // What only a sweep can see may have happened since the last one.
  // Of the server: as many as there were when it last told this device everything in order.
  int restores_known = 0;
  std::int64_t failed_at = -1;  // Milliseconds of uptime; −1: it did not.
  Instant hidden_at = {};       // By its calendar, the last time.
  int requests_before = 0;      // Likewise.
  std::stop_source stop = {};   // Of the sync that runs.

  // What was asked for: by the last sync that succeeded, and by those that left part of a download.
  std::map<std::string, Entity> held_as = {};
  std::map<std::string, Entity> staged_as = {};

  // What the user did last to each field, and has neither been replaced nor given up.
  std::map<FieldKey, std::string> edits = {};
  // The same of values that others may write as well (numbers, choices, lookups, nothing at all),
  // and of links, until the server is known to have had it.
  struct Wanted {
    std::string text = {};
    bool linked = true;
    std::size_t since = 0;  // Place in the server's journal.
  };
  std::map<FieldKey, Wanted> wants = {};
  std::map<std::pair<std::string, std::string>, Wanted> links = {};  // Account and contact.
  std::set<std::pair<std::string, std::string>> deleted = {};
  std::set<std::string> created = {};
  FieldKey last = {};  // Changed by the user; without a field: a record deleted.

  // What the user decided conflicts for: it may be written again, over what came between.
  std::set<std::pair<FieldKey, std::string>> decided = {};
  // By seq: the version of theirs that the user saw and decided against.
  std::map<std::int64_t, std::string> decided_over = {};
  // Records of which a change was given up since they were last looked at.
  std::set<std::pair<std::string, std::string>> given_back = {};

  // Since the server has what the user made.
  std::map<Seen::Record, int> syncs_since = {};

  Seen seen = {};
  bool overwrites = false;  // By a rule that was in force, maybe, during the sync that runs.

 private:
  struct Uncertain {
    std::string entity = {};
    std::string id = {};
    std::vector<std::pair<std::string, std::string>> fields = {};
    bool deletion = false;
  };
  void Remember(const Uncertain& edit);
  // What waits of it now is what the user wants; what does not wait was so already.
  void RememberValues(const std::string& entity, const std::string& id,
                      const std::vector<FieldText>& fields);
  void RememberLink(const std::vector<FieldText>& ends, bool linked);
  void Decide(const Op& op);
  // The user is about to change these fields of what the device shows; none: to delete it.
  void Look(const std::string& entity, const std::string& id, const std::vector<FieldText>& fields);
  [[nodiscard]] std::vector<std::string> LocalIds(const std::string& entity);

  // Grows with every change of the database, by whomever; nothing: that cannot be told now.
  struct Stamp {
    std::int64_t others = 0;
    std::int64_t own = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  [[nodiscard]] std::optional<Stamp> TakeStamp();

  // The first time it needs the server.
  [[nodiscard]] Result<> Attach(std::stop_token stop);

  CrmSite& site_;
  std::string user_;
  std::uint64_t seed_;
  Prng ids_;
  SimPolicies policies_;
  SimClock clock_;
  std::unique_ptr<Random> random_;
  Policy none_ = {};
  std::optional<Database> sync_database_ = {};
  std::optional<Database> app_ = {};
  std::optional<Statement> others_changes_ = {};
  std::optional<Statement> own_changes_ = {};
  struct {
    std::optional<Stamp> stamp = {};
    Policy policy = {};
    std::shared_ptr<const Rows> rows = {};
  } read_ = {};
  struct {
    std::optional<Stamp> stamp = {};
    std::shared_ptr<const Entries> entries = {};
  } queue_ = {};
  std::unique_ptr<Device> device_ = {};
  std::optional<LocalEdits> local_ = {};
  Ran ran_ = {};
  modes::Choice answer_ = modes::Choice::kStay;
  std::vector<schedule::Event> posted_ = {};
  bool broken_ = false;
  std::vector<Uncertain> uncertain_ = {};
};

}  // namespace satchel::sim
