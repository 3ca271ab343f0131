// What must be true whenever the server has carried out what a device sent.
#include "tests/sim/world.h"

namespace satchel::sim {

namespace {

bool DeviceWins(const Policy& policy) {
  return policy.sync.conflict == ConflictRule::kDeviceWins ||
         policy.sync.conflict == ConflictRule::kDeviceWinsFull;
}

}  // namespace

// A sync goes by the policy it finds, which is the device's or that published at some moment of it.
// What a rule once let go over others' writes may be sent by a later sync.
void World::NoteRules(SimDevice& device) {
  device.overwrites |= DeviceWins(device.policy()) || DeviceWins(published_.policy);
  if (device.overwrites) device.seen.LetAllOverwrite();
}

// I30: what a write replaces on the server its user saw, or wrote, unless the rule of conflicts
// says that the device wins. By field: what others changed beside it stays.
void World::CheckOverwritten(SimDevice& device) {
  const auto& journal = site_.state.journal;
  for (; judged_ < journal.size(); ++judged_) {
    const Written& one = journal[judged_];
    // Links between records hold nothing to be overwritten.
    if (one.by != device.crm.user() || one.entity == "accountcontact") continue;
    const Seen::Record record = {one.entity, one.id};
    if (one.what == "create") {
      if (const Row* row = site_.state.Find(one.entity, one.id)) {
        device.seen.Fill(record, row->values);
      }
      continue;
    }
    const bool removes = one.what == "delete";
    std::set<std::string> fields = device.seen.FieldsOf(record);
    if (!removes) {
      fields.clear();
      for (const auto& [field, value] : one.values) fields.insert(field);
    }
    for (const std::string& field : fields) {
      if (field.find('@') != std::string::npos) continue;  // Goes with its lookup.
      const auto valued = [&](const Values& values) {
        const auto at = values.find(field);
        return at == values.end() ? Value() : at->second;
      };
      const Value over = valued(one.over);
      const Value mine = valued(one.values);
      const bool harmless = !removes && mine == over;
      if (!harmless && !device.seen.MayOverwrite(record, field, over)) {
        Violated("I30: device " + std::to_string(device.number) + " wrote " + one.entity + "/" +
                 one.id + (removes ? " away: its " : ": ") + field + " was '" + TextOf(over) +
                 "', which its user never saw");
      }
      if (!removes) device.seen.Show(record, field, mine);
    }
  }
}

}  // namespace satchel::sim
