// A device on a disk that fails, and its server, both of which can be put back to one moment: where
// every run starts that a test disturbs.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/device/device_sync.h"
#include "engine/store/local_edit.h"
#include "engine/store/outbox.h"
#include "tests/sim/fake_crm.h"
#include "tests/sim/local_rows.h"
#include "tests/sim/small_company.h"
#include "tests/support/test_vfs.h"

namespace satchel::sim {

// What the user typed, and must be able to find again.
struct Typed {
  std::string entity = {};
  std::string id = {};
  std::string field = {};  // Empty: the record was deleted.
  std::string text = {};
};

// Everything about a device that a user could see, with what a download goes by.
struct Sight {
  std::string structure = {};  // Hash of the policy in force.
  Rows rows = {};              // Under that policy; without records the user has touched.
  // By entity: whether its cursor is the one of the moment that is led back to. How far a later one
  // is depends on how often was sent.
  std::map<std::string, bool> cursors = {};
  friend bool operator==(const Sight&, const Sight&) = default;
};

class CrashDevice {
 public:
  struct Options {
    Traits traits = {};
    int accounts = 9;
    int user = 0;  // Of the small company: 0 reads everything.
    bool fill = true;
  };
  // A company, and a device of one of its users, bound and filled.
  explicit CrashDevice(const Policy& policy) : CrashDevice(policy, Options()) {}
  CrashDevice(const Policy& policy, const Options& options);

  // The user works, before or during a sync; false: refused, or the process is dead. What is
  // accepted must never be lost.
  bool Edit(const std::string& entity, const std::string& id, const std::string& field,
            const std::string& text);
  std::string Create(const std::string& entity, const std::vector<FieldText>& values);
  bool Delete(const std::string& entity, const std::string& id);
  void WillTouch(const std::string& id) { touched_.insert(id); }
  bool Connect(const std::string& account, const std::string& contact);
  void Publish(const Policy& policy) { policies_.policy = policy; }
  [[nodiscard]] const Policy& published() const { return policies_.policy; }
  [[nodiscard]] const std::string& user() const { return user_; }

  // The moment that Rewind leads back to: now.
  void Remember();
  void Rewind(std::uint64_t seed = 1);

  // One sync by a new process, which ends with it. A process that is dead sends nothing more.
  [[nodiscard]] SyncOutcome Sync(bool sweep = false);
  // Until one succeeds and nothing is left to send; the number of attempts, or 0 after ten.
  [[nodiscard]] int SyncToTheEnd();
  SyncStyle style = SyncStyle::kBackground;
  // Before each request of Sync, counted from 1; its fate where one is given.
  std::function<std::optional<Fate>(int count, const Request& request)> on_request = {};
  Instant now = Morning();  // By the device's clock.

  [[nodiscard]] Result<Database> Open();
  // Opened again: why the database is not as it must be after any crash, or empty. `allowed` are
  // the states that may be found.
  [[nodiscard]] std::string WhatIsWrong(const std::vector<Sight>& allowed);
  [[nodiscard]] Result<Sight> See();
  // The end: what is here, what waits, what the server holds and what it was asked to do.
  struct End {
    Sight sight = {};
    std::vector<std::string> outbox = {};
    Rows server = {};
    std::vector<std::string> journal = {};  // Sorted.
  };
  [[nodiscard]] End AtTheEnd();
  // The first differences between two ends; empty: none. A change may have been sent in another
  // number of pieces, but none twice.
  [[nodiscard]] static std::string Compare(const End& end, const End& undisturbed);

  CrmSite site;
  TestVfs vfs{1};
  std::string refusal = {};  // Of the last edit that was refused.

 private:
  class Policies : public PolicySource {
   public:
    Policy policy = {};
    Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known,
                                               std::stop_token stop) override;
  };
  struct Moment {
    TestVfs::Image disk = {};
    CrmSite site;
    std::vector<Typed> typed = {};
    std::set<std::string> touched = {};
    std::uint64_t ids = 0;
    std::map<std::string, std::string> cursors = {};
  };
  [[nodiscard]] Result<std::map<std::string, std::string>> Cursors(Database& database);
  // Runs `work` on a connection of the user's own.
  [[nodiscard]] bool ByUser(const std::function<Result<>(LocalEdits&)>& work);
  [[nodiscard]] std::string WhatIsLost(Database& database, const Policy& policy);
  void NoteTyped(Typed typed);

  std::string user_;
  Policies policies_ = {};
  std::vector<Typed> typed_ = {};
  std::set<std::string> touched_ = {};  // Ids.
  std::uint64_t ids_ = 0;
  std::optional<Moment> moment_ = {};
};

}  // namespace satchel::sim
