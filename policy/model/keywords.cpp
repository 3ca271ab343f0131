#include "policy/model/keywords.h"

#include <array>

namespace satchel {

namespace {

using Word = std::string_view;
constexpr std::array<Word, 2> kSyncStyles = {"foreground", "background"};
constexpr std::array<Word, 3> kChanges = {"auto", "all", "matching"};
constexpr std::array<Word, 4> kConflictRules = {"server-wins", "device-wins", "device-wins-full",
                                                "manual"};
constexpr std::array<Word, 2> kDeviceModes = {"offline", "online"};
constexpr std::array<Word, 3> kSwitchRules = {"inform", "nothing", "force"};
constexpr std::array<Word, 3> kWatches = {"any", "server", "device"};
constexpr std::array<Word, 2> kNetworks = {"any", "unmetered"};

}  // namespace

std::span<const Word> Keywords(SyncStyle) {
  return kSyncStyles;
}
std::span<const Word> Keywords(Changes) {
  return kChanges;
}
std::span<const Word> Keywords(ConflictRule) {
  return kConflictRules;
}
std::span<const Word> Keywords(DeviceMode) {
  return kDeviceModes;
}
std::span<const Word> Keywords(SwitchRule) {
  return kSwitchRules;
}
std::span<const Word> Keywords(Watch) {
  return kWatches;
}
std::span<const Word> Keywords(Network) {
  return kNetworks;
}

std::string PrintReconcile(const Reconcile& reconcile) {
  switch (reconcile.kind) {
    case Reconcile::Kind::kAuto:
      return "auto";
    case Reconcile::Kind::kAlways:
      return "always";
    case Reconcile::Kind::kNever:
      return "never";
    case Reconcile::Kind::kSyncs:
      return std::to_string(reconcile.syncs);
    case Reconcile::Kind::kAfter:
      return PrintDuration(reconcile.after);
  }
  return "auto";
}

}  // namespace satchel
