// What the device must have made of what it was told, and where it may go on from.
#include <algorithm>

#include "tests/sim/world.h"

namespace satchel::sim {

namespace {

// Whether both ask the server for the same: what a place in an answer belongs to.
bool SameQuestion(const satchel::Entity& a, const satchel::Entity& b) {
  return a.mode == b.mode && a.fields == b.fields && QueryOf(a) == QueryOf(b);
}

}  // namespace

World::Ground World::TakeGround(SimDevice& device) const {
  Ground ground = {.restores = site_.state.restores, .clock_offset = device.clock_offset};
  if (device.open()) {
    ground.marks = device.Marks();
    ground.staged = device.Staged();
  }
  return ground;
}

bool World::Resumes(const SimDevice& device, const Ground& ground) {
  return std::any_of(ground.staged.begin(), ground.staged.end(), [&](const std::string& entity) {
    const satchel::Entity* now = device.policy().Find(entity);
    const auto before = device.staged_as.find(entity);
    return now && before != device.staged_as.end() && SameQuestion(*now, before->second);
  });
}

void World::NoteStaged(SimDevice& device) {
  const std::set<std::string> staged = device.Staged();
  std::erase_if(device.staged_as, [&](const auto& one) { return !staged.contains(one.first); });
  for (const std::string& entity : staged) {
    const satchel::Entity* now = device.policy().Find(entity);
    const bool asked = device.crm.told.contains(entity) || !device.staged_as.contains(entity);
    if (now && asked) device.staged_as[entity] = *now;
  }
}

// What was asked for of each entity that is here, before this sync; what is now is noted.
std::map<std::string, satchel::Entity> World::NoteHeld(SimDevice& device,
                                                       const SyncOutcome& outcome) {
  auto before = std::exchange(device.held_as, {});
  for (const EntityChange& change : outcome.entities) {
    const satchel::Entity* now = device.policy().Find(change.name);
    const auto held = before.find(change.name);
    if (now && !change.error) {
      device.held_as[change.name] = *now;
    } else if (now && held != before.end()) {
      device.held_as[change.name] = held->second;
    }
  }
  return before;
}

// I2: what came twice, or was fetched again, shows as it came last. Of these entities; none: of
// all.
void World::CheckNewest(SimDevice& device, const std::string& invariant,
                        const std::set<std::string>& entities) {
  const auto rows = device.ReadAll();
  if (!rows) return;
  std::optional<std::set<std::string>> own;  // Records with changes of the device's own.
  for (const auto& [entity, told] : device.crm.told) {
    if (!entities.empty() && !entities.contains(entity)) continue;
    const auto table = (*rows)->find(entity);
    if (table == (*rows)->end() || entity == "accountcontact") continue;
    const auto fields = KeptFields(site_.state.schema(), device.policy(), entity);
    for (const auto& [id, row] : told) {
      const auto here = table->second.find(id);
      if (here == table->second.end() || here->second == Cut(row.values, fields)) continue;
      if (!own) own = device.Protected();
      if (own->contains(id)) continue;
      Violated(invariant + ": device " + std::to_string(device.number) + " shows " + entity + "/" +
               id + " in another way than it was told last: " + Print(here->second));
      return;
    }
  }
}

// I8: the place to go on from and the rows that were read up to it are one.
void World::CheckCursors(SimDevice& device, const Ground& ground) {
  std::set<std::string> moved;
  for (const auto& [entity, mark] : device.Marks()) {
    // A full read that went on where an earlier run stopped has that run's mark: what was told
    // since comes again.
    if (ground.staged.contains(entity)) continue;
    const auto before = ground.marks.find(entity);
    if (before == ground.marks.end() || before->second != mark) moved.insert(entity);
  }
  if (!moved.empty()) CheckNewest(device, "I8 (the cursor is ahead of the rows)", moved);
}

// I6: what was asked for in another way before is not gone on with: it is as if read in full,
// whatever the policy says of sweeps.
void World::CheckAskedAnew(SimDevice& device,
                           const std::map<std::string, satchel::Entity>& held_as) {
  std::set<std::string> anew;
  for (const satchel::Entity& entity : device.policy().entities) {
    if (entity.mode != DeviceMode::kOffline || entity.name == "accountcontact") continue;
    const auto before = held_as.find(entity.name);
    if (before == held_as.end() || !SameQuestion(before->second, entity)) {
      anew.insert(entity.name);
    }
  }
  if (!anew.empty()) CheckScope(device, "I6 (asked for in another way than before)", false, anew);
}

}  // namespace satchel::sim
