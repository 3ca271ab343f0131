// Numbers of a case, read as a server and a policy.
#include "tests/sim/prng.h"
#include "tests/sim/small_company.h"
#include "tests/sim/world.h"
#include "tests/support/is.h"

namespace satchel::sim {

namespace {

Reconcile ReconcileOf(std::uint32_t number) {
  switch (number % 5) {
    case 0:
      return {.kind = Reconcile::Kind::kAuto};
    case 1:
      return {.kind = Reconcile::Kind::kAlways};
    case 2:
      return {.kind = Reconcile::Kind::kSyncs, .syncs = 2};
    case 3:
      return {.kind = Reconcile::Kind::kAfter, .after = std::chrono::hours(6)};
    default:
      return {.kind = Reconcile::Kind::kNever};
  }
}

// Triggers, modes, and what is kept.
void DrawDevice(std::uint32_t variant, Policy& policy) {
  Prng prng(variant, "device");
  Triggers& triggers = policy.triggers;
  if (prng.OneIn(2)) {
    if (prng.OneIn(2)) triggers.every = prng.OneIn(2) ? Seconds(900) : Seconds(3600);
    if (prng.OneIn(2)) triggers.on_start = OnStart{};
    if (prng.OneIn(3)) triggers.on_save = OnSave{.delay = Seconds(30)};
    if (prng.OneIn(4)) triggers.on_change = OnChange{.watch = Watch::kDevice};
    if (prng.OneIn(4)) triggers.on_change = OnChange{.poll = Seconds(600)};
    if (prng.OneIn(4)) triggers.network = Network::kUnmetered;
    if (prng.OneIn(4)) triggers.style = SyncStyle::kForeground;
  }
  static constexpr SwitchRule kRules[] = {SwitchRule::kInform, SwitchRule::kNothing,
                                          SwitchRule::kForce};
  policy.modes.before_online = kRules[prng.Below(3)];
  policy.modes.before_offline = kRules[prng.Below(3)];
  if (prng.OneIn(6)) std::erase(policy.Find("account")->fields, "city");
  if (prng.OneIn(8)) std::erase(policy.Find("task")->fields, "regardingobjectid");
  if (prng.OneIn(10)) policy.Find("contact")->mode = DeviceMode::kOnline;
}

}  // namespace

Traits TraitsOf(std::uint32_t bits) {
  Traits traits;
  traits.row_versions = bits % 4 != 0;
  traits.change_tracking = traits.row_versions && (bits >> 2) % 2 == 0;
  traits.conditional_create = traits.row_versions;
  traits.must_match = !traits.row_versions;
  traits.links_exact = (bits >> 4) % 3 != 0;
  traits.cuts = (bits >> 6) % 2 == 0;
  traits.plug_ins = (bits >> 7) % 3 == 0;
  traits.late_token = (bits >> 9) % 2 == 0;
  traits.page_size = 3 + static_cast<int>((bits >> 11) % 6);
  traits.token_life = (bits >> 14) % 3 == 0 ? 15 : 0;
  return traits;
}

bool DropsTasks(std::uint32_t variant) {
  return (variant >> 23) % 8 == 3;
}

Policy PolicyOf(std::uint32_t variant) {
  Policy policy = FieldPolicy();
  static constexpr Changes kChanges[] = {Changes::kAuto, Changes::kAll, Changes::kMatching,
                                         Changes::kAuto};
  static constexpr ConflictRule kRules[] = {ConflictRule::kServerWins, ConflictRule::kDeviceWins,
                                            ConflictRule::kDeviceWinsFull, ConflictRule::kManual};
  policy.sync.incremental = {.changes = kChanges[variant % 4],
                             .reconcile = ReconcileOf(variant >> 4)};
  policy.sync.conflict = kRules[(variant >> 2) % 4];
  Entity& account = policy.entities[0];
  Entity& contact = policy.entities[1];
  Entity& task = policy.entities[2];
  switch ((variant >> 16) % 4) {
    case 1:
      account.filter = {};
      break;
    case 2:
      account.filter.nodes = {{Is("ownerid", Operator::kEqUserOrUserTeams)}};
      break;
    case 3:
      account.filter.nodes = {{Is("visiton", Operator::kNextXDays, {"3"})}};
      break;
    default:
      break;
  }
  if ((variant >> 18) % 3 == 1) {
    Link closed = contact.links.front();
    closed.type = LinkType::kNotAny;
    closed.alias.clear();
    closed.filter.nodes = {{Is("statecode", Operator::kEq, {"1"})}};
    contact.links.clear();
    contact.filter.nodes = {{closed}};
  } else if ((variant >> 18) % 3 == 2) {
    contact.links.clear();
  }
  if ((variant >> 20) % 3 == 1) {
    task.filter.nodes = {{Is("statecode", Operator::kEq, {"0"})}};
  } else if ((variant >> 20) % 3 == 2) {
    task.filter.nodes.pop_back();
  }
  if ((variant >> 8) % 5 == 0) {
    account.max_records = 4;
    account.order = {{.field = "revenue", .descending = true}};
  }
  if ((variant >> 11) % 8 == 0) task.always_full = true;
  if ((variant >> 14) % 2 == 0) policy.entities.pop_back();
  DrawDevice(variant, policy);
  if (DropsTasks(variant)) {
    std::erase_if(policy.entities, [](const Entity& one) { return one.name == "task"; });
  }
  return policy;
}

}  // namespace satchel::sim
