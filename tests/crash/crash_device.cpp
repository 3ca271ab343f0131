#include "tests/crash/crash_device.h"

#include <algorithm>
#include <stdexcept>

#include "engine/store/local_meta.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel::sim {

namespace {

constexpr const char* kFile = "/device.db";

class StoppedClock : public Clock {
 public:
  explicit StoppedClock(Instant now) : now_(now) {}
  UptimePoint Up() override { return {}; }
  Instant Now() override { return now_; }

 private:
  Instant now_;
};

// The server gives a relation between two records an id of its own choice.
void NameByEnds(Rows& rows) {
  const auto relations = rows.find("accountcontact");
  if (relations == rows.end()) return;
  Rows::mapped_type by_ends;
  for (auto& [id, values] : relations->second) {
    values.erase("accountcontactid");
    by_ends[Print(values)] = values;
  }
  relations->second = std::move(by_ends);
}

bool Settled(const OutboxEntry& entry) {
  return entry.state != EntryState::kWaiting && entry.state != EntryState::kSending;
}

}  // namespace

Result<std::optional<ArrivedPolicy>> CrashDevice::Policies::Fetch(const std::string& known,
                                                                  std::stop_token) {
  std::string text = PrintPolicy(policy);
  if (known == text) return std::optional<ArrivedPolicy>();
  return std::optional<ArrivedPolicy>(ArrivedPolicy{text, policy, text});
}

CrashDevice::CrashDevice(const Policy& policy, const Options& options)
    : site(options.traits, Morning()), user_(UserId(options.user)) {
  Populate(site.state, options.accounts);
  policies_.policy = policy;
  {
    auto database = Open();
    if (!database) throw std::runtime_error(database.error().message);
    FakeCrm server(site, user_);
    StoppedClock clock(now);
    DeviceState state;
    Result<> bound = CreateMeta(*database);
    if (bound) bound = DeviceSync(*database, server, policies_, clock).Bind("", state, {});
    if (!bound) throw std::runtime_error(bound.error().message);
  }
  if (!options.fill) return;
  const SyncOutcome first = Sync();
  if (!first.succeeded()) throw std::runtime_error("the first sync: " + first.WhyNot());
}

Result<Database> CrashDevice::Open() {
  return Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
}

void CrashDevice::NoteTyped(Typed typed) {
  touched_.insert(typed.id);
  std::erase_if(typed_, [&](const Typed& other) {
    return other.entity == typed.entity && other.id == typed.id &&
           (typed.field.empty() || other.field == typed.field);
  });
  typed_.push_back(std::move(typed));
}

bool CrashDevice::ByUser(const std::function<Result<>(LocalEdits&)>& work) {
  const auto done = [&]() -> Result<> {
    auto database = Open();
    if (!database) return Fail(database.error());
    const auto state = ReadDeviceState(*database);
    if (!state) return Fail(state.error());
    LocalEdits edits(*database, *state->policy,
                     {.new_id = [this] { return *ParseGuid(MakeId('9', ++ids_)); },
                      .now = [this] { return now; }});
    return work(edits);
  }();
  if (!done) refusal = done.error().message;
  return done.has_value();
}

bool CrashDevice::Edit(const std::string& entity, const std::string& id, const std::string& field,
                       const std::string& text) {
  if (!ByUser([&](LocalEdits& edits) { return edits.Edit(entity, id, {{field, text}}); })) {
    return false;
  }
  NoteTyped({entity, id, field, text});
  return true;
}

std::string CrashDevice::Create(const std::string& entity, const std::vector<FieldText>& values) {
  std::string made;
  const bool done = ByUser([&](LocalEdits& edits) -> Result<> {
    auto id = edits.Create(entity, values);
    if (!id) return Fail(id.error());
    made = *std::move(id);
    return {};
  });
  if (!done) return {};
  for (const FieldText& value : values) NoteTyped({entity, made, value.field, value.text});
  return made;
}

bool CrashDevice::Delete(const std::string& entity, const std::string& id) {
  if (!ByUser([&](LocalEdits& edits) { return edits.Delete(entity, id); })) return false;
  NoteTyped({entity, id, "", ""});
  return true;
}

bool CrashDevice::Connect(const std::string& account, const std::string& contact) {
  return ByUser([&](LocalEdits& edits) {
    return edits.Associate("accountcontact", {{"accountid", account}, {"contactid", contact}});
  });
}

void CrashDevice::Remember() {
  std::map<std::string, std::string> cursors;
  {
    auto database = Open();
    if (!database) throw std::runtime_error(database.error().message);
    cursors = Cursors(*database).value();
  }
  moment_.emplace(Moment{vfs.Save(), site, typed_, touched_, ids_, std::move(cursors)});
}

void CrashDevice::Rewind(std::uint64_t seed) {
  vfs.Load(moment_->disk, seed);
  site = moment_->site;
  typed_ = moment_->typed;
  touched_ = moment_->touched;
  ids_ = moment_->ids;
  on_request = {};
}

SyncOutcome CrashDevice::Sync(bool sweep) {
  SyncOutcome outcome;
  auto database = Open();
  if (!database) {
    outcome.error = database.error();
    return outcome;
  }
  auto state = ReadDeviceState(*database);
  if (!state) {
    outcome.error = state.error();
    return outcome;
  }
  FakeCrm server(site, user_);
  int count = 0;
  server.on_request = [&](const Request& request) {
    ++count;
    if (vfs.dead()) return Fate::kUnsent;
    if (on_request) {
      if (const auto fate = on_request(count, request)) return *fate;
    }
    return vfs.dead() ? Fate::kUnsent : Fate::kServed;
  };
  StoppedClock clock(now);
  DeviceSync sync(*database, server, policies_, clock);
  return sync.Run({.style = style, .sweep = sweep, .one_thread = true}, *state,
                  [](const std::string&) {}, {}, {});
}

int CrashDevice::SyncToTheEnd() {
  for (int attempt = 1; attempt <= 10; ++attempt) {
    const SyncOutcome outcome = Sync();
    if (outcome.succeeded() && outcome.upload.waiting == 0) return attempt;
  }
  return 0;
}

Result<Sight> CrashDevice::See() {
  auto database = Open();
  if (!database) return Fail(database.error());
  const auto state = ReadDeviceState(*database);
  if (!state) return Fail(state.error());
  if (!state->policy) return Fail(ErrorCode::kCorrupt, "no policy is in force");
  Sight sight = {.structure = StructureHash(*state->policy)};
  auto rows = ReadRows(*database, site.state.schema(), *state->policy);
  if (!rows) return Fail(rows.error());
  sight.rows = std::move(*rows);
  for (auto& of_entity : sight.rows) {
    const std::string& entity = of_entity.first;  // Clang 14 captures no structured binding.
    std::erase_if(of_entity.second, [&](const auto& row) {
      if (touched_.contains(row.first)) return true;
      // The server gives a relation made here another id.
      return entity == "accountcontact" &&
             std::any_of(row.second.begin(), row.second.end(), [&](const auto& value) {
               return touched_.contains(TextOf(value.second));
             });
    });
  }
  const auto cursors = Cursors(*database);
  if (!cursors) return Fail(cursors.error());
  for (const auto& [entity, cursor] : *cursors) {
    const auto before = moment_->cursors.find(entity);
    sight.cursors[entity] = before != moment_->cursors.end() && before->second == cursor;
  }
  return sight;
}

Result<std::map<std::string, std::string>> CrashDevice::Cursors(Database& database) {
  std::map<std::string, std::string> cursors;
  auto found = database.Prepare("SELECT entity,identity,mark FROM \"@cursor\"");
  if (!found) return Fail(found.error());
  Result<bool> row = true;
  while ((row = found->Step()) && *row) {
    cursors[std::string(found->Text(0))] =
        std::string(found->Text(1)) + " " + std::string(found->Text(2));
  }
  if (!row) return Fail(row.error());
  return cursors;
}

std::string CrashDevice::WhatIsLost(Database& database, const Policy& policy) {
  const auto entries = ReadOutbox(database);
  const auto rows = ReadRows(database, site.state.schema(), policy);
  if (!entries || !rows) return "the outbox or the rows cannot be read";
  for (const Typed& typed : typed_) {
    const std::string name = typed.entity + "/" + typed.id + "." + typed.field;
    bool waits = false;
    bool parked = false;
    // An edit that was made when the process died may be there without the user's knowing.
    std::string newest = typed.text;
    for (const OutboxEntry& entry : *entries) {
      if (entry.entity != typed.entity || IdText(entry.id) != typed.id) continue;
      for (const FieldChange& change : entry.changes) {
        if (change.field == typed.field && !Settled(entry)) newest = TextOf(change.mine);
      }
      const bool of_it =
          typed.field.empty()
              ? entry.kind == ChangeKind::kDelete
              : std::any_of(entry.changes.begin(), entry.changes.end(), [&](const FieldChange& c) {
                  return c.field == typed.field && TextOf(c.mine) == typed.text;
                });
      if (of_it) (Settled(entry) ? parked : waits) = true;
    }
    const auto table = rows->find(typed.entity);
    const bool here = table != rows->end() && table->second.contains(typed.id);
    if (waits && policy.Find(typed.entity)) {
      if (typed.field.empty() && here) return name + ": it waits to be deleted, and shows";
      const Values row = here ? table->second.at(typed.id) : Values();
      const auto shown = row.find(typed.field);
      if (!typed.field.empty() && (shown == row.end() || TextOf(shown->second) != newest)) {
        return name + ": '" + typed.text + "' waits, and does not show";
      }
    }
    const bool sent =
        std::any_of(site.state.journal.begin(), site.state.journal.end(), [&](const Written& one) {
          if (one.entity != typed.entity || one.id != typed.id) return false;
          if (typed.field.empty()) return one.what == "delete";
          const auto value = one.values.find(typed.field);
          return value != one.values.end() && TextOf(value->second) == typed.text;
        });
    if (!waits && !parked && !sent) return name + ": '" + typed.text + "' is lost";
  }
  return {};
}

std::string CrashDevice::WhatIsWrong(const std::vector<Sight>& allowed) {
  {
    auto database = Open();
    if (!database) return "it cannot be opened: " + database.error().message;
    const auto state = ReadDeviceState(*database);
    if (!state) return state.error().message;
    if (!state->policy) return "no policy is in force";
    const std::string broken = WhatIsBroken(*database, site.state.schema(), *state->policy);
    if (broken != "ok") return broken;
    if (std::string lost = WhatIsLost(*database, *state->policy); !lost.empty()) return lost;
  }
  const auto sight = See();
  if (!sight) return sight.error().message;
  if (std::find(allowed.begin(), allowed.end(), *sight) != allowed.end()) return {};
  std::string text = "it is in none of the " + std::to_string(allowed.size()) +
                     " states that an undisturbed sync leaves:\n";
  for (const Sight& each : allowed) {
    text += " a state: ";
    if (each.structure != sight->structure) text += "another policy; ";
    if (each.cursors != sight->cursors) {
      for (const auto& [entity, old] : sight->cursors) {
        text += entity + (old ? " has its old cursor; " : " has a new cursor; ");
      }
    }
    text += "\n" + Differences(sight->rows, each.rows);
  }
  return text;
}

CrashDevice::End CrashDevice::AtTheEnd() {
  End end;
  if (auto sight = See()) end.sight = std::move(*sight);
  auto database = Open();
  if (!database) return end;
  // Touched rows as well: at the end they are the server's, or what waits for the user.
  const auto state = ReadDeviceState(*database);
  if (auto rows = ReadRows(*database, site.state.schema(), *state->policy)) {
    end.sight.rows = std::move(*rows);
    NameByEnds(end.sight.rows);
  }
  if (const auto entries = ReadOutbox(*database)) {
    for (const OutboxEntry& entry : *entries) {
      std::string text = entry.entity + "/" + IdText(entry.id) + " " +
                         std::string(Name(entry.kind)) + " " + std::string(Name(entry.state));
      for (const FieldChange& change : entry.changes) {
        text += " " + change.field + "=" + TextOf(change.mine) + "/" + TextOf(change.theirs);
      }
      end.outbox.push_back(text);
    }
  }
  std::sort(end.outbox.begin(), end.outbox.end());
  end.sight.cursors.clear();  // Marks count what was written in how many pieces.
  for (const auto& [entity, rows] : site.state.rows) {
    for (const auto& [id, row] : rows) {
      Values values = row.values;
      values.erase("modifiedon");
      values.erase("versionnumber");
      end.server[entity][id] = values;
    }
  }
  NameByEnds(end.server);
  for (const Written& one : site.state.journal) {
    end.journal.push_back(one.what + " " + one.entity + "/" + one.id + " " + Print(one.values));
  }
  std::sort(end.journal.begin(), end.journal.end());
  return end;
}

std::string CrashDevice::Compare(const End& end, const End& undisturbed) {
  if (end.sight.structure != undisturbed.sight.structure) return "another policy is in force";
  if (std::string text = Differences(end.sight.rows, undisturbed.sight.rows); !text.empty()) {
    return "on the device:\n" + text;
  }
  if (end.outbox != undisturbed.outbox) {
    std::string text = "the outbox holds\n";
    for (const std::string& entry : end.outbox) text += "  " + entry + "\n";
    text += "and not\n";
    for (const std::string& entry : undisturbed.outbox) text += "  " + entry + "\n";
    return text;
  }
  if (std::string text = Differences(end.server, undisturbed.server); !text.empty()) {
    return "on the server:\n" + text;
  }
  const auto twice = std::adjacent_find(end.journal.begin(), end.journal.end());
  if (twice != end.journal.end()) return "the server did it twice: " + *twice;
  return {};
}

}  // namespace satchel::sim
