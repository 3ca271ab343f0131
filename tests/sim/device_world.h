// What a simulated device knows of the world around it: time, the network, the policy published
// for it, and the lock that keeps its syncs apart.
#pragma once

#include <functional>

#include "engine/device/policy_source.h"
#include "engine/device/world.h"
#include "tests/sim/fake_crm.h"

namespace satchel::sim {

class SimClock : public Clock {
 public:
  // `offset`, in ticks: the device's calendar against the server's.
  SimClock(const CrmSite& site, const std::int64_t& offset) : site_(site), offset_(offset) {}
  UptimePoint Up() override { return UptimePoint(Milliseconds(site_.uptime)); }
  Instant Now() override { return {site_.state.now.ticks + offset_}; }

 private:
  const CrmSite& site_;
  const std::int64_t& offset_;
};

class SimConnectivity : public Connectivity {
 public:
  Reach reach = Reach::kUnmetered;
  Reach Now() override { return reach; }
};

// Freed when the process dies.
class SimLock : public SyncLock {
 public:
  bool held = false;
  Result<bool> TryLock() override { return !std::exchange(held, true); }
  void Unlock() override { held = false; }
};

class SimPolicies : public PolicySource {
 public:
  explicit SimPolicies(const ArrivedPolicy& published) : published_(published) {}
  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known_tag,
                                             std::stop_token) override {
    if (known_tag == published_.tag) return std::nullopt;
    return published_;
  }

 private:
  const ArrivedPolicy& published_;
};

}  // namespace satchel::sim
