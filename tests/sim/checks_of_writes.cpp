// What must be true whenever the server has carried out what a device sent.
#include <algorithm>
#include <map>

#include "engine/store/tuning.h"
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

// I11: what the user set waits, is on the server, or lies among conflicts and errors. Others may
// have written the same, so it is followed only until the server has, or had, it.
void World::CheckValues(SimDevice& device, const std::vector<OutboxEntry>& entries) {
  for (auto at = device.wants.begin(); at != device.wants.end();) {
    const FieldKey& key = at->first;
    const SimDevice::Wanted& wanted = at->second;
    const bool here = std::any_of(entries.begin(), entries.end(), [&](const OutboxEntry& entry) {
      if (entry.entity != key.entity || IdText(entry.id) != key.id) return false;
      // Of a record that is made (again) what is empty goes without saying.
      if (entry.kind == ChangeKind::kCreate && wanted.text.empty()) return true;
      return std::any_of(entry.changes.begin(), entry.changes.end(),
                         [&](const FieldChange& change) {
                           return change.field == key.field && TextOf(change.mine) == wanted.text;
                         });
    });
    if (here) {
      ++at;
      continue;
    }
    const auto& journal = site_.state.journal;
    // A read side that lags may have shown what was there before.
    const bool lagged = report_.struck.test(static_cast<std::size_t>(OpKind::kLag));
    const auto from = journal.begin() + static_cast<std::ptrdiff_t>(lagged ? 0 : wanted.since);
    bool there = std::any_of(from, journal.end(), [&](const Written& one) {
      const auto value = one.values.find(key.field);
      return one.entity == key.entity && one.id == key.id && value != one.values.end() &&
             TextOf(value->second) == wanted.text;
    });
    if (const Row* row = site_.state.Find(key.entity, key.id)) {
      const auto value = row->values.find(key.field);
      there |= (value == row->values.end() ? "" : TextOf(value->second)) == wanted.text;
    }
    if (!there) {
      Violated("I11: device " + std::to_string(device.number) + ": " + key.entity + "/" + key.id +
               "." + key.field + " = '" + wanted.text +
               "' is nowhere: not here, not on the server, not among conflicts and errors");
    }
    at = device.wants.erase(at);
  }
}

// The same of two records that the user linked, or unlinked. They end with either record.
void World::CheckLinks(SimDevice& device, const std::vector<OutboxEntry>& entries) {
  for (auto at = device.links.begin(); at != device.links.end();) {
    const auto& pair = at->first;
    const SimDevice::Wanted& wanted = at->second;
    const bool here = std::any_of(entries.begin(), entries.end(),
                                  [&](const OutboxEntry& entry) { return PairOf(entry) == pair; });
    if (here) {
      ++at;
      continue;
    }
    const auto joins = [&](const Values& values) {
      const auto account = values.find("accountid");
      const auto contact = values.find("contactid");
      return account != values.end() && contact != values.end() &&
             TextOf(account->second) == pair.first && TextOf(contact->second) == pair.second;
    };
    const auto& table = site_.state.rows.at("accountcontact");
    bool done = wanted.linked == std::any_of(table.begin(), table.end(), [&](const auto& row) {
                  return joins(row.second.values);
                });
    for (std::size_t i = wanted.since; i < site_.state.journal.size(); ++i) {
      const Written& one = site_.state.journal[i];
      if (one.entity != "accountcontact") continue;
      done |= wanted.linked ? one.what == "create" && joins(one.values)
                            : one.what == "delete" && joins(one.over);
    }
    const bool ended =
        !site_.state.Find("account", pair.first) || !site_.state.Find("contact", pair.second);
    if (!done && !ended) {
      Violated("I11: device " + std::to_string(device.number) + " " +
               (wanted.linked ? "linked " : "unlinked ") + pair.first + " and " + pair.second +
               ", which is nowhere: not here, not on the server, not among errors");
    }
    at = device.links.erase(at);
  }
}

// What this device's user wrote last, and nobody and nothing changed since.
std::vector<const Written*> World::LastWordsOf(const SimDevice& device) const {
  std::map<std::pair<std::string, std::string>, const Written*> last;
  for (const Written& one : site_.state.journal) last[{one.entity, one.id}] = &one;
  std::vector<const Written*> found;
  for (const auto& [record, one] : last) {
    const bool links = one->entity == "accountcontact";
    if (links || one->what == "delete" || one->by != device.crm.user()) continue;
    const Row* there = site_.state.Find(one->entity, one->id);
    if (there && there->version == one->version) found.push_back(one);
  }
  return found;
}

// `scope` is worked out by the first question.
bool World::InScope(const SimDevice& device, std::optional<Scope>& scope, const std::string& entity,
                    const std::string& id) const {
  if (!scope) {
    scope = ScopeOf(site_.state, {device.crm.user(), device.crm.asked_at}, device.policy());
  }
  const auto in = scope->find(entity);
  return in != scope->end() && in->second.contains(id);
}

// I12: what the server made of what was written is here after the next sync whose answers are up to
// date, however far the read side was behind when it was written.
void World::CheckReadBack(SimDevice& device) {
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries || site_.state.restores > 0) return;
  std::optional<Scope> scope;
  std::set<std::string> busy;
  for (const OutboxEntry& entry : **entries) busy.insert(IdText(entry.id));
  for (const Written* one : LastWordsOf(device)) {
    const auto table = (*rows)->find(one->entity);
    if (table == (*rows)->end() || busy.contains(one->id)) continue;
    const auto here = table->second.find(one->id);
    if (here == table->second.end()) continue;
    const Values there = Cut(site_.state.Find(one->entity, one->id)->values,
                             KeptFields(site_.state.schema(), device.policy(), one->entity));
    // What does not meet the filter is on its way out.
    if (here->second == there || !InScope(device, scope, one->entity, one->id)) continue;
    Violated("I12: device " + std::to_string(device.number) + " wrote " + one->entity + "/" +
             one->id + " and never read it back: " + Print(here->second) + ", should be " +
             Print(there));
    return;
  }
}

// I5: what the user gave up is as the server has it, at the latest after the next sync.
void World::CheckGivenBack(SimDevice& device) {
  const auto given_back = std::exchange(device.given_back, {});
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries || site_.state.restores > 0) return;
  std::optional<Scope> scope;
  for (const auto& [entity, id] : given_back) {
    const auto table = (*rows)->find(entity);
    const bool busy =
        std::any_of((*entries)->begin(), (*entries)->end(),
                    [id = &id](const OutboxEntry& entry) { return IdText(entry.id) == *id; });
    const Row* there = site_.state.Find(entity, id);
    if (busy || !there || table == (*rows)->end()) continue;
    if (!InScope(device, scope, entity, id)) continue;
    const auto here = table->second.find(id);
    const Values now =
        Cut(there->values, KeptFields(site_.state.schema(), device.policy(), entity));
    if (here != table->second.end() && here->second == now) continue;
    Violated("I5 (given up): " + entity + "/" + id + " was given up on device " +
             std::to_string(device.number) + " and " +
             (here == table->second.end() ? "is not there" : "shows " + Print(here->second)) +
             ", should be " + Print(now));
    return;
  }
}

// I12: a record made here does not vanish because a read side that lags does not have it yet; two
// downloads long (engine/store/tuning.h).
void World::CheckStays(SimDevice& device, const Rows& before,
                       const std::map<std::string, satchel::Entity>& held_as) {
  if (site_.state.restores > 0 || report_.struck.test(static_cast<std::size_t>(OpKind::kRot))) {
    return;
  }
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries) return;
  std::optional<Scope> scope;
  for (const Written* one : LastWordsOf(device)) {
    const Seen::Record record = {one->entity, one->id};
    if (one->what != "create" || ++device.syncs_since[record] > kDownloadsThatMayLag) continue;
    const auto held = held_as.find(one->entity);
    const auto table = (*rows)->find(one->entity);
    const bool kept = held != held_as.end() && held->second.mode == DeviceMode::kOffline &&
                      table != (*rows)->end();
    const auto showed = before.find(one->entity);
    if (showed == before.end() || !showed->second.contains(one->id)) continue;
    if (!kept || table->second.contains(one->id) || device.deleted.contains(record)) continue;
    const bool busy =
        std::any_of((*entries)->begin(), (*entries)->end(),
                    [&](const OutboxEntry& entry) { return IdText(entry.id) == one->id; });
    if (busy) continue;
    if (!InScope(device, scope, one->entity, one->id)) continue;
    Violated("I12: device " + std::to_string(device.number) + " made " + one->entity + "/" +
             one->id + ", sent it, and shows it no more");
    return;
  }
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
