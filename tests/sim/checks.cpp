// What must be true after every step. The numbers are those of README.md.
#include <algorithm>
#include <map>

#include "engine/sync/full_sync_runner.h"
#include "tests/sim/small_company.h"
#include "tests/sim/world.h"

namespace satchel::sim {

namespace {

bool Mentions(const OutboxEntry& entry, const FieldKey& key, const std::string& text) {
  return std::any_of(entry.changes.begin(), entry.changes.end(), [&](const FieldChange& change) {
    return change.field == key.field && TextOf(change.mine) == text;
  });
}

std::string Where(const SimDevice& device, const std::string& entity, const std::string& id) {
  return "device " + std::to_string(device.number) + ", " + entity + "/" + id;
}

}  // namespace

void World::ReadJournal() {
  for (; journalled_ < site_.state.journal.size(); ++journalled_) {
    const Written& one = site_.state.journal[journalled_];
    for (const auto& [field, value] : one.values) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        written_[{one.entity, one.id, field}].insert(*text);
      }
    }
    if (one.what == "delete") {
      removed_.insert({one.entity, one.id});
      HideFrom("");
    }
    if (one.what == "create") ++creates_[{one.entity, one.id}];
  }
}

void World::Check() {
  ReadJournal();
  for (auto& device : devices_) {
    if (!device->open() || !report_.violation.empty()) continue;
    device->SettleUncertain();
    CheckEdits(*device);
  }
}

// I11: who decides a conflict is shown what the server last said.
void World::CheckTheirs(SimDevice& device, const OutboxEntry& entry) {
  if (entry.state != EntryState::kConflict || entry.theirs_gone) return;
  const auto fields = KeptFields(site_.state.schema(), device.policy(), entry.entity);
  for (const FieldChange& change : entry.changes) {
    const bool kept = std::find(fields.begin(), fields.end(), change.field) != fields.end();
    if (change.theirs == change.base || !kept) continue;
    Violated("I11: a conflict about " + Where(device, entry.entity, IdText(entry.id)) + "." +
             change.field + " shows '" + TextOf(change.theirs) + "' for '" + TextOf(change.base) +
             "'");
  }
}

// B56: an edit is neither given up nor in conflict for what the device itself had sent before.
void World::CheckDropped(SimDevice& device, const std::vector<OutboxEntry>& entries) {
  if (!site_.state.traits().row_versions || site_.state.restores > 0) return;
  for (const OutboxEntry& entry : entries) {
    const bool dropped = entry.state == EntryState::kDropped;
    if (!dropped && entry.state != EntryState::kConflict) continue;
    const std::string id = IdText(entry.id);
    if (const auto over = device.decided_over.find(entry.seq);
        !dropped && over != device.decided_over.end() && over->second == entry.their_version) {
      Violated("I20: the user of " + Where(device, entry.entity, id) +
               " is asked again about a version that was decided");
    }
    if (entry.kind != ChangeKind::kUpdate) continue;
    CheckTheirs(device, entry);
    const Written* last = nullptr;
    for (const Written& one : site_.state.journal) {
      if (one.entity == entry.entity && one.id == id) last = &one;
    }
    if (last && last->by == device.crm.user() &&
        std::to_string(last->version) == entry.their_version) {
      Violated("I12: an edit of " + Where(device, entry.entity, id) +
               (dropped ? " was given up for" : " is in conflict with") +
               " what the device itself had sent");
    }
  }
}

void World::CheckEdits(SimDevice& device) {
  // Nothing was done here that could be lost.
  const bool nothing = device.edits.empty() && device.wants.empty() && device.links.empty();
  if (nothing && device.deleted.empty()) return;
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries) {
    Violated("I8: the local database cannot be read: " +
             (rows ? entries.error() : rows.error()).message);
    return;
  }
  CheckDropped(device, **entries);
  CheckValues(device, **entries);
  CheckLinks(device, **entries);
  std::map<std::pair<std::string, std::string>, std::vector<const OutboxEntry*>> by_record;
  for (const OutboxEntry& entry : **entries) {
    by_record[{entry.entity, IdText(entry.id)}].push_back(&entry);
  }
  for (const auto& edit : device.edits) {
    const FieldKey& key = edit.first;  // Clang 14 captures no structured binding.
    const std::string& text = edit.second;
    const auto at = by_record.find({key.entity, key.id});
    const std::vector<const OutboxEntry*> none;
    const auto& own = at == by_record.end() ? none : at->second;
    const auto pending = std::any_of(own.begin(), own.end(), [&](const OutboxEntry* entry) {
      return (entry->state == EntryState::kWaiting || entry->state == EntryState::kSending) &&
             Mentions(*entry, key, text);
    });
    const Values* row = nullptr;
    if (const auto table = (*rows)->find(key.entity); table != (*rows)->end()) {
      if (const auto found = table->second.find(key.id); found != table->second.end()) {
        row = &found->second;
      }
    }
    const auto shows = [&] {
      const auto value = row ? row->find(key.field) : Values::const_iterator();
      return row && value != row->end() && TextOf(value->second) == text;
    };
    const satchel::Entity* in = device.policy().Find(key.entity);
    const bool kept = in && in->mode == DeviceMode::kOffline &&
                      std::count(in->fields.begin(), in->fields.end(), key.field) > 0;
    if (pending) {
      if (kept && !shows()) {
        Violated("I12: " + Where(device, key.entity, key.id) + "." + key.field + " waits as '" +
                 text + "' and does not show");
      }
      continue;
    }
    const bool parked = std::any_of(own.begin(), own.end(), [&](const OutboxEntry* entry) {
      return Mentions(*entry, key, text);
    });
    if (parked) continue;
    const auto sent = written_.find(key);
    if (sent == written_.end() || !sent->second.contains(text)) {
      Violated("I11: " + Where(device, key.entity, key.id) + "." + key.field + " = '" + text +
               "' is nowhere: not here, not on the server, not among conflicts and errors");
      continue;
    }
    // The server has it and nobody has changed it since: it may not be seen to go back. A server
    // that was put back may have it again after somebody else's value, or show it only when its
    // read side has caught up.
    if (device.restores_known != site_.state.restores) continue;
    const Row* there = site_.state.Find(key.entity, key.id);
    if (!there || !row || !kept || !own.empty()) continue;
    const auto value = there->values.find(key.field);
    if (value != there->values.end() && TextOf(value->second) == text && !shows()) {
      Violated("I12: " + Where(device, key.entity, key.id) + "." + key.field + " was sent as '" +
               text + "' and shows " + Print(*row));
    }
  }
  for (const auto& [entity, id] : device.deleted) {
    const auto at = by_record.find({entity, id});
    const auto table = (*rows)->find(entity);
    const bool here = table != (*rows)->end() && table->second.contains(id);
    bool pending = false;
    bool parked = false;
    for (const OutboxEntry* entry :
         at == by_record.end() ? std::vector<const OutboxEntry*>() : at->second) {
      if (entry->kind != ChangeKind::kDelete) continue;
      parked = true;
      pending |= entry->state == EntryState::kWaiting || entry->state == EntryState::kSending;
    }
    if (pending && here) {
      Violated("I12: " + Where(device, entity, id) + " is deleted, not sent yet, and shows again");
    }
    if (parked) continue;
    const bool there = site_.state.Find(entity, id) != nullptr;
    const bool was_removed = removed_.contains({entity, id});
    // A service without row versions may answer of a record that is not there as of one that
    // changed (412); what its read side does not show then is taken for deleted.
    const bool lagged = report_.struck.test(static_cast<std::size_t>(OpKind::kLag)) &&
                        !site_.state.traits().row_versions;
    if (there && !was_removed && !lagged) {
      Violated("I11: the deletion of " + Where(device, entity, id) + " is lost");
    }
    // A clock that goes back and a read side that lags look like a server that was put back.
    const bool put_back =
        site_.state.restores > 0 ||
        (lagged && report_.struck.test(static_cast<std::size_t>(OpKind::kServerClock)));
    const auto creates = creates_.find({entity, id});
    if (here && was_removed && !there && !put_back &&
        (creates == creates_.end() || creates->second <= 1)) {
      Violated("I10: " + Where(device, entity, id) + " was deleted and is back");
    }
  }
}

void World::CheckScope(SimDevice& device, const std::string& invariant, bool strict,
                       const std::set<std::string>& only) {
  const Policy& policy = device.policy();
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries) return;
  std::set<std::string> left_out = strict ? std::set<std::string>() : device.Protected();
  std::set<std::string> busy;  // Entities.
  for (const OutboxEntry& entry : **entries) {
    if (entry.state == EntryState::kDropped) continue;
    left_out.insert(IdText(entry.id));
    busy.insert(entry.entity);
    if (entry.kind == ChangeKind::kAssociate || entry.kind == ChangeKind::kDisassociate) {
      for (const FieldChange& change : entry.changes) left_out.insert(TextOf(change.mine));
    }
  }
  if (!left_out.empty()) {
    for (const satchel::Entity& entity : policy.entities) {
      if (!strict && entity.max_records) busy.insert(entity.name);
    }
  }
  const Scope scope = ScopeOf(site_.state, {device.crm.user(), device.crm.asked_at}, policy);
  Rows expected = RowsOf(site_.state, scope, policy);
  Rows here = **rows;
  for (Rows* side : {&here, &expected}) {
    for (auto& [name, table] : *side) {
      const std::string& entity = name;  // Clang 14 captures no structured binding.
      const satchel::Entity& kept = *policy.Find(entity);
      if (kept.max_records && busy.contains(entity)) {
        table.clear();
        continue;
      }
      std::erase_if(table, [&](const auto& row) {
        if (left_out.contains(row.first)) return true;
        // A relation with an end that only waits.
        return entity == "accountcontact" &&
               std::any_of(row.second.begin(), row.second.end(), [&](const auto& value) {
                 return left_out.contains(TextOf(value.second));
               });
      });
    }
  }
  if (!only.empty()) {
    for (Rows* side : {&here, &expected}) {
      std::erase_if(*side, [&](const auto& table) { return !only.contains(table.first); });
    }
  }
  // What a capped entity holds decides which relations stay.
  for (const satchel::Entity& entity : policy.entities) {
    if (entity.max_records && busy.contains(entity.name)) {
      here.erase("accountcontact");
      expected.erase("accountcontact");
    }
  }
  if (const std::string differences = Differences(here, expected); !differences.empty()) {
    Violated(invariant + ": device " + std::to_string(device.number) +
             " differs from the server:\n" + differences);
  }
}

// I28: what a preview shows is what the device holds, and it asks without changing anything. A
// full read of its own into an empty database, as previews make it.
void World::CheckPreview(SimDevice& device) {
  if (case_.seed % 4 != 1) return;
  auto scratch = Database::Open(":memory:", Database::Use::kScratch);
  auto context = device.crm.ContextOf("", {});
  const auto who = device.crm.WhoAmI({});
  if (!scratch || !context || !who) return;
  context->now = device.crm.asked_at;
  const int mutating = device.crm.mutating;
  const FullSyncRequest request = {.policy = device.policy(),
                                   .schema = site_.state.schema(),
                                   .context = *context,
                                   .organization = who->organization_id,
                                   .user = who->user_id,
                                   .note_marks = false,
                                   .count_cut = true,
                                   .one_thread = true};
  const auto ran = RunFullSync(request, device.crm, *scratch, {}, {});
  if (!ran) return Violated("I28: the preview failed: " + ran.error().message);
  if (device.crm.mutating != mutating) Violated("I28: a preview wrote to the server");
  const auto rows = ReadRows(*scratch, site_.state.schema(), device.policy());
  if (!rows) return Violated("I28: " + rows.error().message);
  const Scope scope =
      ScopeOf(site_.state, {device.crm.user(), device.crm.asked_at}, device.policy());
  const std::string differences = Differences(*rows, RowsOf(site_.state, scope, device.policy()));
  if (!differences.empty()) Violated("I28: the preview differs from the server:\n" + differences);
}

// I27: of a record that left the device no byte is left on its disk. Texts end in a semicolon, so
// that none is part of another.
void World::CheckLeastData(SimDevice& device) {
  if (case_.seed % 4 != 2 || !report_.violation.empty()) return;
  const auto rows = device.ReadAll();
  const auto entries = device.Outbox();
  if (!rows || !entries) return;
  std::set<std::string> held;
  for (const auto& [entity, table] : **rows) {
    for (const auto& [id, values] : table) {
      for (const auto& [field, value] : values) held.insert(TextOf(value));
    }
  }
  for (const OutboxEntry& entry : **entries) {
    for (const FieldChange& change : entry.changes) {
      for (const Value& value : {change.mine, change.base, change.theirs, change.before}) {
        held.insert(TextOf(value));
      }
    }
  }
  device.Close();  // What is in the journal goes into the file.
  const std::string bytes = device.vfs.AllBytes();
  for (const auto& [key, texts] : written_) {
    for (const std::string& text : texts) {
      if (!text.ends_with(';') || held.contains(text)) continue;
      if (bytes.find(text) == std::string::npos) continue;
      Violated("I27: device " + std::to_string(device.number) + " still has '" + text +
               "' on its disk, which it shows nowhere");
    }
  }
}

void World::CheckDrained(SimDevice& device) {
  const auto entries = device.Outbox();
  if (!entries) return;
  // What is parked, and what points at it or is a later change of it, may wait.
  std::set<std::string> stuck;
  for (const OutboxEntry& entry : **entries) {
    if (entry.state == EntryState::kConflict || entry.state == EntryState::kError) {
      stuck.insert(IdText(entry.id));
      for (const FieldChange& change : entry.changes) {
        // A parked deletion holds up the deletion of what it points at.
        if (std::holds_alternative<Guid>(change.base)) stuck.insert(TextOf(change.base));
        if (std::holds_alternative<Guid>(change.mine)) stuck.insert(TextOf(change.mine));
      }
    }
  }
  for (bool more = true; more;) {
    more = false;
    for (const OutboxEntry& entry : **entries) {
      const std::string id = IdText(entry.id);
      const bool waits =
          stuck.contains(id) ||
          std::any_of(entry.changes.begin(), entry.changes.end(), [&](const FieldChange& change) {
            return stuck.contains(TextOf(change.mine));
          });
      if (waits && entry.state != EntryState::kDropped) more |= stuck.insert(id).second;
    }
  }
  for (const OutboxEntry& entry : **entries) {
    const bool waits = entry.state == EntryState::kWaiting || entry.state == EntryState::kSending;
    if (waits && !stuck.contains(IdText(entry.id))) {
      Violated("I20: " + Where(device, entry.entity, IdText(entry.id)) + ": its " +
               std::string(Name(entry.kind)) + " is never sent (" + std::string(Name(entry.state)) +
               ", " + std::to_string(entry.attempts) + " attempts, " + entry.message + ")");
    }
    // I17: nothing was sent before what it points at. What somebody deleted meanwhile was missing,
    // even where a rule made it again since.
    if (entry.state == EntryState::kError &&
        entry.message.find("there is no record") != std::string::npos) {
      for (const FieldChange& change : entry.changes) {
        const std::string target = TextOf(change.mine);
        const bool ours =
            device.created.contains(target) && entry.message.find(target) != std::string::npos;
        if (ours && site_.state.Find("account", target) &&
            !removed_.contains({"account", target})) {
          Violated("I17: " + Where(device, entry.entity, IdText(entry.id)) +
                   " was sent before the record it points at: " + entry.message);
        }
      }
    }
  }
}

void World::CheckJournal() {
  if (site_.state.restores > 0) return;
  std::map<std::pair<std::string, std::string>, bool> exists;
  std::map<FieldKey, std::pair<std::string, std::set<std::string>>> values;  // Last, and all.
  for (const Written& one : site_.state.journal) {
    bool& there = exists[{one.entity, one.id}];
    if (one.what == "create" && there) {
      Violated("I14: " + one.entity + "/" + one.id + " was created twice");
    }
    there = one.what != "delete";
    for (const auto& [field, value] : one.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (!text || !text->starts_with("d") || field.find('@') != std::string::npos) continue;
      const FieldKey key{one.entity, one.id, field};
      auto& [last, all] = values[key];
      // Whoever decides a conflict for their own side writes it again on purpose.
      const bool decided = std::any_of(devices_.begin(), devices_.end(), [&](const auto& device) {
        return device->decided.contains({key, *text});
      });
      const bool again = one.what == "update" && all.contains(*text) && last != *text && !decided;
      // By a rule that lets the device win it does so where nobody can know whether it arrived.
      const bool wins = policy_rules_.contains(ConflictRule::kDeviceWins) ||
                        policy_rules_.contains(ConflictRule::kDeviceWinsFull);
      if (again && !wins) {
        Violated("I14: " + one.entity + "/" + one.id + "." + field + " = '" + *text +
                 "' was written twice, over what came between");
      }
      if (one.what == "create") all.clear();
      all.insert(*text);
      last = *text;
    }
    for (const auto& [field, value] : one.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text) values[{one.entity, one.id, field}].first = *text;
    }
  }
}

}  // namespace satchel::sim
