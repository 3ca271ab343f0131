// Carries out a case: one server, one to four devices, what is done to them, and after every step
// what must be true (checks.cpp; reference: the invariants I1 … I28 of README.md).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/sim_device.h"

namespace satchel::sim {

struct Report {
  std::string violation = {};  // Empty: all was well. "I11: …"
  std::size_t step = 0;        // Of ops, where it was seen; ops.size(): at the end.
  std::uint64_t hash = 0;      // Of everything that happened: equal for equal cases.
  std::bitset<kOpKinds> struck = {};
  std::int64_t requests = 0;
  std::int64_t syncs = 0;
  std::int64_t succeeded = 0;
  std::string trace = {};
};

struct RunOptions {
  bool trace = false;
};

[[nodiscard]] Report Run(const Case& one, const RunOptions& options = {});

// The policy of a number; every number means one.
[[nodiscard]] Policy PolicyOf(std::uint32_t variant);
[[nodiscard]] bool DropsTasks(std::uint32_t variant);
[[nodiscard]] Traits TraitsOf(std::uint32_t bits);

class World {
 public:
  World(const Case& one, const RunOptions& options);
  ~World();
  [[nodiscard]] Report Run();

 private:
  struct Armed {
    Op op = {};
    std::uint32_t left = 0;  // Requests.
  };

  void CarryOut(const Op& op, SimDevice* during);
  void ServerAct(const Op& op);
  void Publish(std::uint32_t variant);  // The policy.
  void Sync(SimDevice& device, const SimDevice::SyncWish& wish);
  void Drain(SimDevice& device);
  void PassTime(std::int64_t ticks);
  void SleepUntil(std::int64_t uptime);  // Milliseconds.
  // Lets a device work, and looks at what a sync did.
  void Watch(SimDevice& device, const std::function<SimDevice::Ran(std::stop_token)>& call);
  [[nodiscard]] Fate OnRequest(SimDevice& device, const Request& request);
  // A fault that strikes while `device` makes a request.
  [[nodiscard]] Fate Strike(const Op& op, SimDevice& device);
  void SyncAsSomebodyElse(SimDevice& device);
  void AfterSync(SimDevice& device);
  void CheckFailed(SimDevice& device, const SyncOutcome& outcome, const Rows& before,
                   const std::vector<OutboxEntry>& outbox);
  void Quiesce();
  [[nodiscard]] bool SeesAll(const SimDevice& device) const;
  void CheckDenied(SimDevice& device, const std::vector<OutboxEntry>& before);
  // Something happened that the devices of all users but that one can see only by a sweep.
  void HideFrom(const std::string& but);
  void EndLag();
  void CheckRetries(SimDevice& device);

  // checks.cpp
  void Check();
  void ReadJournal();
  void CheckDropped(SimDevice& device, const std::vector<OutboxEntry>& entries);
  void CheckTheirs(SimDevice& device, const OutboxEntry& entry);
  void CheckEdits(SimDevice& device);
  // `only`: of these entities; empty: of all.
  void CheckScope(SimDevice& device, const std::string& invariant, bool strict,
                  const std::set<std::string>& only = {});
  void CheckDrained(SimDevice& device);
  void CheckJournal();
  void CheckPreview(SimDevice& device);
  void CheckLeastData(SimDevice& device);

  // checks_of_writes.cpp
  void NoteRules(SimDevice& device);
  void CheckOverwritten(SimDevice& device);
  [[nodiscard]] std::vector<const Written*> LastWordsOf(const SimDevice& device) const;
  [[nodiscard]] bool InScope(const SimDevice& device, std::optional<Scope>& scope,
                             const std::string& entity, const std::string& id) const;
  void CheckReadBack(SimDevice& device);
  void CheckGivenBack(SimDevice& device);
  void CheckValues(SimDevice& device, const std::vector<OutboxEntry>& entries);
  void CheckLinks(SimDevice& device, const std::vector<OutboxEntry>& entries);
  // `before`: what was here before the sync; `held_as`: what the last that succeeded asked for.
  void CheckStays(SimDevice& device, const Rows& before,
                  const std::map<std::string, satchel::Entity>& held_as);

  // checks_of_reads.cpp
  // What the device was about to go on with, before a sync.
  struct Ground {
    std::map<std::string, std::string> marks = {};
    std::set<std::string> staged = {};
    int restores = 0;
    std::int64_t clock_offset = 0;
  };
  [[nodiscard]] Ground TakeGround(SimDevice& device) const;
  void CheckNewest(SimDevice& device, const std::string& invariant,
                   const std::set<std::string>& entities);
  void CheckCursors(SimDevice& device, const Ground& ground);
  void CheckAskedAnew(SimDevice& device, const std::map<std::string, satchel::Entity>& held_as);
  void NoteStaged(SimDevice& device);
  static std::map<std::string, satchel::Entity> NoteHeld(SimDevice& device,
                                                         const SyncOutcome& outcome);
  // Part of an earlier download is gone on with: what it asked for is still asked for.
  [[nodiscard]] static bool Resumes(const SimDevice& device, const Ground& ground);
  void Violated(const std::string& what);

  void Say(const std::string& line);
  [[nodiscard]] std::string PickRow(const std::string& entity, std::uint32_t n) const;

  const Case& case_;
  RunOptions options_;
  Report report_ = {};
  CrmSite site_;
  std::optional<CrmState> backup_ = {};
  std::vector<std::unique_ptr<SimDevice>> devices_ = {};
  std::vector<Armed> armed_ = {};
  ArrivedPolicy published_ = {};
  Prng latency_;
  std::uint64_t marker_ = 0;
  std::int64_t lag_left_ = 0;
  bool long_lag_ = false;  // Longer than reads by time overlap.
  int depth_ = 0;          // Syncs within syncs.
  std::int64_t acts_ = 0;  // Of others, so far: a sync during which none was is a quiet one.
  std::size_t step_ = 0;
  // Of the journal, as far as it was read.
  std::size_t journalled_ = 0;
  std::size_t judged_ = 0;
  std::map<FieldKey, std::set<std::string>> written_ = {};
  std::set<std::pair<std::string, std::string>> removed_ = {};
  std::map<std::pair<std::string, std::string>, int> creates_ = {};
  std::set<ConflictRule> policy_rules_ = {};  // That were in force.
};

}  // namespace satchel::sim
