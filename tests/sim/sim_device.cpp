#include "tests/sim/sim_device.h"

#include <algorithm>

#include "engine/store/conflict.h"
#include "engine/store/local_meta.h"
#include "tests/sim/small_company.h"

namespace satchel::sim {

namespace {

constexpr const char* kFile = "/device.db";

}  // namespace

SimDevice::SimDevice(CrmSite& site, const ArrivedPolicy& published, int which, std::string user,
                     std::uint64_t seed, bool track_unsynced)
    : number(which),
      vfs(seed * 31 + static_cast<std::uint64_t>(which)),
      crm(site, user),
      site_(site),
      user_(std::move(user)),
      seed_(seed),
      ids_(seed * 17 + static_cast<std::uint64_t>(which), "ids"),
      policies_(published),
      clock_(site, clock_offset),
      random_(MakeSeededRandom(seed * 13 + static_cast<std::uint64_t>(which))) {
  if (track_unsynced) vfs.TrackUnsynced();
}

SimDevice::~SimDevice() {
  Close();
}

Result<> SimDevice::Open() {
  Close();
  if (vfs.dead()) {
    if (power_cut) {
      vfs.LosePower(seed_ * 7919 + ids_.Next());
    } else {
      vfs.Revive();
    }
  }
  power_cut = false;
  for (std::optional<Database>* which : {&sync_database_, &app_}) {
    auto opened = Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
    if (!opened) return Fail(opened.error());
    which->emplace(std::move(*opened));
    if (auto made = CreateMeta(**which); !made) return made;
  }
  const auto state = ReadDeviceState(*sync_database_);
  if (!state) return Fail(state.error());
  // What was bound before needs no server to go on.
  if (state->policy) {
    if (auto attached = Attach({}); !attached) return attached;
  }
  SettleUncertain();
  return {};
}

Result<> SimDevice::Attach(std::stop_token token) {
  if (device_) return {};
  // Before it has been set up it can only ask.
  const auto state = ReadDeviceState(*sync_database_);
  if (!state) return Fail(state.error());
  if (network.reach == Reach::kNone && !state->policy) {
    return Fail(ErrorCode::kOffline, "there is no connection");
  }
  DeviceListener listener;
  listener.outcome = [this](const SyncOutcome& outcome) { ran_ = outcome; };
  listener.ask = [this](const modes::Ask&) { return answer_; };
  auto device = Device::Open({.database = *sync_database_,
                              .server = crm,
                              .policies = policies_,
                              .clock = clock_,
                              .random = *random_,
                              .connectivity = network,
                              .lock = lock,
                              .one_thread = true,
                              // The way of large tables, which costs a small one most of its time.
                              .copied_rows = seed_ % 10 == 0 ? 0 : kMostRowsCopied},
                             {.server = "sim", .source = "sim"}, std::move(listener), token);
  if (!device) return Fail(device.error());
  device_ = std::move(*device);
  local_.emplace(*app_, device_->policy(),
                 LocalEdits::World{.new_id =
                                       [this] {
                                         return *ParseGuid(MakeId(static_cast<char>('1' + number),
                                                                  ids_.Next() % 0xffffffffU));
                                       },
                                   .now = [this] { return now(); }});
  device_->Start();
  return {};
}

void SimDevice::Close() {
  if (device_ && !vfs.dead()) device_->Stop();
  local_.reset();
  device_.reset();
  read_ = {};
  queue_ = {};
  others_changes_.reset();
  own_changes_.reset();
  app_.reset();
  sync_database_.reset();
  posted_.clear();
  must_retry = false;
  failed_at = -1;
  lock.held = false;
  broken_ = false;
}

SimDevice::Ran SimDevice::Synchronize(const SyncWish& wish, std::stop_token token) {
  if (!open()) return SyncOutcome{.error = Error{ErrorCode::kIo, "the app is closed"}};
  if (auto attached = Attach(token); !attached) return SyncOutcome{.error = attached.error()};
  SyncOutcome outcome = device_->Synchronize(
      {.style = wish.style, .full = wish.full, .sweep = wish.sweep}, std::move(token));
  local_->SetPolicy(device_->policy());
  return outcome;
}

SimDevice::Ran SimDevice::Step(std::stop_token token) {
  ran_.reset();
  if (!device_) return ran_;
  broken_ = !device_->Step(std::move(token)) || broken_;
  local_->SetPolicy(device_->policy());
  return std::exchange(ran_, std::nullopt);
}

SimDevice::Ran SimDevice::Switch(DeviceMode to, modes::Choice answer, std::stop_token token) {
  ran_.reset();
  if (!device_) return ran_;
  answer_ = answer;
  broken_ = !device_->Switch(to, std::move(token)) || broken_;
  local_->SetPolicy(device_->policy());
  return std::exchange(ran_, std::nullopt);
}

bool SimDevice::due() const {
  if (!device_) return false;
  const auto wake = device_->NextWake();
  return wake && *wake <= UptimePoint(Milliseconds(site_.uptime));
}

void SimDevice::Post(const schedule::Event& event) {
  if (!device_) return;
  touched = true;
  if (syncing) {
    posted_.push_back(event);
  } else {
    device_->On(event);
  }
}

void SimDevice::Deliver() {
  for (const schedule::Event& event : std::exchange(posted_, {})) Post(event);
}

std::optional<SimDevice::Stamp> SimDevice::TakeStamp() {
  if (!others_changes_) {
    auto others = app_->Prepare("PRAGMA data_version");
    auto own = app_->Prepare("SELECT total_changes()");
    if (!others || !own) return std::nullopt;
    others_changes_.emplace(std::move(*others));
    own_changes_.emplace(std::move(*own));
  }
  const auto ask = [](Statement& statement) -> std::optional<std::int64_t> {
    const auto row = statement.Step();
    const bool told = row && *row;
    const std::int64_t value = told ? statement.Integer(0) : 0;
    statement.Reset();
    return told ? std::optional(value) : std::nullopt;
  };
  const auto others = ask(*others_changes_);
  const auto own = ask(*own_changes_);
  if (!others || !own) return std::nullopt;
  return Stamp{*others, *own};
}

Result<std::shared_ptr<const Rows>> SimDevice::ReadAll() {
  const auto stamp = TakeStamp();
  if (stamp && read_.stamp == stamp && read_.policy == policy()) return read_.rows;
  read_ = {};
  auto rows = ReadRows(*app_, CrmState::MakeSchema({}), policy());
  if (!rows) return Fail(rows.error());
  read_ = {stamp, policy(), std::make_shared<const Rows>(std::move(*rows))};
  return read_.rows;
}

Result<std::shared_ptr<const SimDevice::Entries>> SimDevice::Outbox() {
  const auto stamp = TakeStamp();
  if (stamp && queue_.stamp == stamp) return queue_.entries;
  queue_ = {};
  auto entries = ReadOutbox(*app_);
  if (!entries) return Fail(entries.error());
  queue_ = {stamp, std::make_shared<const Entries>(std::move(*entries))};
  return queue_.entries;
}

std::set<std::string> SimDevice::Protected() {
  std::set<std::string> ids;
  auto statement =
      app_->Prepare("SELECT id FROM \"@outbox\" WHERE state<>4 UNION SELECT id FROM \"@written\"");
  if (!statement) return ids;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) ids.insert(TextOf(ToValue(statement->At(0))));
  return ids;
}

std::set<std::string> SimDevice::Staged() {
  std::set<std::string> names;
  auto statement = app_->Prepare("SELECT entity FROM \"@staging\"");
  if (!statement) return names;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) names.emplace(statement->Text(0));
  return names;
}

std::map<std::string, std::string> SimDevice::Marks() {
  std::map<std::string, std::string> marks;
  auto statement = app_->Prepare("SELECT entity,mark FROM \"@cursor\"");
  if (!statement) return marks;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) {
    marks.emplace(statement->Text(0), statement->Text(1));
  }
  return marks;
}

bool SimDevice::RemembersWrites() {
  auto statement = app_->Prepare("SELECT count(*) FROM \"@written\"");
  return statement && statement->Step() && statement->Integer(0) > 0;
}

bool SimDevice::HoldsWritten() {
  auto statement = app_->Prepare(
      "SELECT count(*) FROM \"@written\" WHERE NOT deleted AND (made OR downloads<=?1)");
  if (statement) statement->Bind(1, kDownloadsThatMayLag);
  return statement && statement->Step() && statement->Integer(0) > 0;
}

bool SimDevice::bound() {
  const auto user = ReadMeta(*app_, "user");
  return user && !user->empty();
}

std::vector<std::string> SimDevice::LocalIds(const std::string& entity) {
  std::vector<std::string> ids;
  auto statement = app_->Prepare("SELECT " + SqlName(entity + "id") + " FROM " + SqlName(entity) +
                                 " ORDER BY 1");
  if (!statement) return ids;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) ids.push_back(TextOf(ToValue(statement->At(0))));
  return ids;
}

bool SimDevice::Rot(const Op& op) {
  const std::string& entity = kEntities[op.n[1] % kEntities.size()];
  if (!policy().Find(entity)) return false;
  const auto ids = LocalIds(entity);
  if (ids.empty()) return false;
  const std::string id = ids[op.n[2] % ids.size()];
  if (Protected().contains(id)) return false;
  auto remove =
      app_->Prepare("DELETE FROM " + SqlName(entity) + " WHERE " + SqlName(entity + "id") + "=?1");
  if (!remove) return false;
  const Guid guid = *ParseGuid(id);
  remove->Bind(1, guid);
  return remove->Run().has_value();
}

void SimDevice::Remember(const Uncertain& edit) {
  if (edit.deletion) {
    for (auto at = edits.begin(); at != edits.end();) {
      at = at->first.entity == edit.entity && at->first.id == edit.id ? edits.erase(at)
                                                                      : std::next(at);
    }
    std::erase_if(wants, [&](const auto& value) {
      return value.first.entity == edit.entity && value.first.id == edit.id;
    });
    deleted.insert({edit.entity, edit.id});
    return;
  }
  for (const auto& [field, text] : edit.fields) edits[{edit.entity, edit.id, field}] = text;
}

void SimDevice::RememberValues(const std::string& entity, const std::string& id,
                               const std::vector<FieldText>& fields) {
  const auto entries = Outbox();
  for (const FieldText& field : fields) {
    const FieldKey key = {entity, id, field.field};
    const auto known = wants.extract(key);
    if (!entries || edits.contains(key)) continue;
    for (const OutboxEntry& entry : **entries) {
      if (entry.entity != entity || IdText(entry.id) != id) continue;
      for (const FieldChange& change : entry.changes) {
        if (change.field != field.field || entry.state == EntryState::kDropped) continue;
        const std::string text = TextOf(change.mine);
        const bool same = !known.empty() && known.mapped().text == text;
        const std::size_t since = same ? known.mapped().since : site_.state.journal.size();
        wants[key] = {.text = text, .since = since};
      }
    }
  }
}

void SimDevice::RememberLink(const std::vector<FieldText>& ends, bool linked) {
  const auto entries = Outbox();
  const std::pair<std::string, std::string> key = {ends[0].text, ends[1].text};
  const auto known = links.extract(key);
  for (const OutboxEntry& entry : entries ? **entries : Entries()) {
    if (PairOf(entry) != key || entry.state == EntryState::kDropped) continue;
    const bool same = !known.empty() && known.mapped().linked == linked;
    const std::size_t since = same ? known.mapped().since : site_.state.journal.size();
    links[key] = {.linked = linked, .since = since};
  }
}

void SimDevice::SettleUncertain() {
  if (uncertain_.empty() || !open()) return;
  const auto entries = Outbox();
  if (!entries) return;
  for (const Uncertain& edit : std::exchange(uncertain_, {})) {
    for (const OutboxEntry& entry : **entries) {
      if (entry.entity != edit.entity) continue;
      if (edit.deletion) {
        if (IdText(entry.id) == edit.id && entry.kind == ChangeKind::kDelete) Remember(edit);
        continue;
      }
      for (const FieldChange& change : entry.changes) {
        for (const auto& [field, text] : edit.fields) {
          if (change.field != field || TextOf(change.mine) != text) continue;
          Uncertain known = edit;
          known.id = IdText(entry.id);
          if (entry.kind == ChangeKind::kCreate && created.insert(known.id).second) {
            seen.Make({known.entity, known.id});
          }
          Remember(known);
        }
      }
    }
  }
}

void SimDevice::Look(const std::string& entity, const std::string& id,
                     const std::vector<FieldText>& fields) {
  last = {entity, id, fields.empty() ? "" : fields.front().field};
  const auto rows = ReadAll();
  const auto entries = Outbox();
  if (!rows || !entries) return seen.LoseSight({entity, id});
  std::set<std::string> pending;
  for (const OutboxEntry& entry : **entries) {
    const bool own = entry.entity == entity && IdText(entry.id) == id;
    if (!own || entry.state == EntryState::kDropped) continue;
    for (const FieldChange& change : entry.changes) pending.insert(change.field);
  }
  const Values nothing;
  const Values* row = &nothing;
  if (const auto table = (*rows)->find(entity); table != (*rows)->end()) {
    if (const auto found = table->second.find(id); found != table->second.end()) {
      row = &found->second;
    }
  }
  std::set<std::string> names;
  for (const FieldText& field : fields) names.insert(field.field);
  if (fields.empty()) {
    const satchel::Entity* kept = policy().Find(entity);
    if (kept) names.insert(kept->fields.begin(), kept->fields.end());
  }
  seen.Look({entity, id}, *row, names, pending);
}

void SimDevice::Act(const Op& op, std::uint64_t marker) {
  // Online, edits go to the server and leave nothing here.
  if (!open() || !device_ || device_->mode() == DeviceMode::kOnline) return;
  const std::string& entity = kEntities[op.n[1] % kEntities.size()];
  const std::string text = "d" + std::to_string(number) + "-" + std::to_string(marker) + ";";
  const auto pick = [&](const std::string& from, std::uint32_t n) {
    const auto ids = LocalIds(from);
    return ids.empty() ? std::string() : ids[n % ids.size()];
  };
  const auto lookup = [&](const std::string& of,
                          std::uint32_t n) -> std::pair<std::string, std::string> {
    if (of == "contact") return {"parentcustomerid", pick("account", n)};
    if (of == "account") return {"parentaccountid", pick("account", n)};
    const std::string target = n % 2 ? "contact" : "account";
    const std::string id = pick(target, n / 2);
    return {"regardingobjectid", id.empty() ? id : target + "/" + id};
  };
  switch (op.kind) {
    case OpKind::kCreate: {
      const bool poison = op.n[3] % 17 == 0;
      std::vector<FieldText> values = {{TextField(entity), (poison ? "poison " : "") + text}};
      // Without one the server fills it in.
      if (op.n[3] % 4 != 3) values.push_back({"statecode", op.n[3] % 5 == 1 ? "1" : "0"});
      const auto [field, target] = lookup(entity, op.n[2]);
      if (!target.empty()) values.push_back({field, target});
      Uncertain edit = {.entity = entity, .fields = {{values[0].field, values[0].text}}};
      const auto made = local_->Create(entity, values);
      if (made) {
        edit.id = *made;
        created.insert(*made);
        last = {entity, *made, values[0].field};
        seen.Make({entity, *made});
        Remember(edit);
        RememberValues(entity, *made, values);
        Post(schedule::Saved{entity});
      } else {
        uncertain_.push_back(edit);
      }
      return;
    }
    case OpKind::kEdit: {
      const std::string id = pick(entity, op.n[2]);
      if (id.empty()) return;
      std::vector<FieldText> values;
      Uncertain edit = {.entity = entity, .id = id};
      const std::uint32_t what = op.n[3] % 12;
      if (what < 6 || what == 11) {
        const std::string field = entity == "account" && what % 2 ? "city" : TextField(entity);
        values.push_back({field, (what == 11 && op.n[2] % 3 == 0 ? "poison " : "") + text});
        edit.fields.push_back({field, values.back().text});
      } else if (what == 6) {
        values.push_back({"statecode", op.n[2] % 2 ? "1" : "0"});
      } else if (what == 7 && entity == "account") {
        values.push_back({"revenue", std::to_string(op.n[2]) + ".25"});
      } else {
        const auto [field, target] = lookup(entity, op.n[2] / 3);
        values.push_back({field, what == 8 ? "" : target});
      }
      Look(entity, id, values);
      if (local_->Edit(entity, id, values)) {
        Remember(edit);
        RememberValues(entity, id, values);
        Post(schedule::Saved{entity});
      } else if (!edit.fields.empty()) {
        uncertain_.push_back(edit);
      }
      return;
    }
    case OpKind::kDelete: {
      const std::string id = pick(entity, op.n[2]);
      if (id.empty()) return;
      const Uncertain edit = {.entity = entity, .id = id, .deletion = true};
      Look(entity, id, {});
      if (local_->Delete(entity, id)) {
        Remember(edit);
        Post(schedule::Saved{entity});
      } else {
        uncertain_.push_back(edit);
      }
      return;
    }
    case OpKind::kConnect: {
      const std::vector<FieldText> ends = {{"accountid", pick("account", op.n[1])},
                                           {"contactid", pick("contact", op.n[2])}};
      if (ends[0].text.empty() || ends[1].text.empty()) return;
      const bool linked = op.n[3] % 3 != 0;
      const auto done = linked ? local_->Associate("accountcontact", ends)
                               : local_->Disassociate("accountcontact", ends);
      if (done) RememberLink(ends, linked);
      return;
    }
    default:
      return Decide(op);
  }
}

// About what waits for the user.
void SimDevice::Decide(const Op& op) {
  const auto entries = Outbox();
  if (!entries) return;
  std::vector<OutboxEntry> list;
  for (const OutboxEntry& entry : **entries) {
    const bool fits = op.kind == OpKind::kResolve ? entry.state == EntryState::kConflict
                      : op.kind == OpKind::kRetry ? entry.state == EntryState::kError
                                                  : entry.state != EntryState::kSending;
    if (fits) list.push_back(entry);
  }
  if (list.empty()) return;
  const OutboxEntry& entry = list[op.n[1] % list.size()];
  const std::string id = IdText(entry.id);
  const bool mine = op.kind == OpKind::kResolve && op.n[2] % 2 != 0;
  // One field, with the type of its lookup, is decided the other way.
  const auto field_of = [](const FieldChange& change) {
    return change.field.substr(0, change.field.find('@'));
  };
  const auto& changes = entry.changes;
  std::string apart;
  const bool both = entry.kind == ChangeKind::kUpdate && !entry.theirs_gone && changes.size() > 1;
  if (op.kind == OpKind::kResolve && both && op.n[3] % 3 == 1) {
    apart = field_of(changes[op.n[3] / 3 % changes.size()]);
  }
  const auto kept = [&](const FieldChange& change) { return mine != (field_of(change) == apart); };
  const auto give_up = [&] {
    for (const FieldChange& change : entry.changes) {
      if (kept(change)) continue;
      const auto at = edits.find({entry.entity, id, change.field});
      if (at != edits.end() && at->second == TextOf(change.mine)) edits.erase(at);
      wants.erase({entry.entity, id, change.field});
    }
    links.erase(PairOf(entry));
    if (entry.kind == ChangeKind::kDelete) deleted.erase({entry.entity, id});
    given_back.insert({entry.entity, id});
  };
  if (op.kind == OpKind::kRetry) {
    if (RetryEntry(*app_, entry.seq)) Post(schedule::ChangedHere{entry.entity});
  } else if (op.kind == OpKind::kResolve) {
    // Who decides sees both sides.
    for (const FieldChange& change : entry.changes) {
      seen.Show({entry.entity, id}, change.field, change.theirs);
    }
    for (const FieldChange& change : entry.changes) {
      if (kept(change)) decided.insert({{entry.entity, id, change.field}, TextOf(change.mine)});
    }
    const Keep keep = mine ? Keep::kMine : Keep::kTheirs;
    const Keep other = mine ? Keep::kTheirs : Keep::kMine;
    const auto done = apart.empty() ? ResolveConflict(*app_, entry.seq, keep)
                                    : ResolveConflict(*app_, entry.seq, {{apart, other}}, keep);
    if (!done) return;
    if (!mine || !apart.empty()) give_up();
    if (mine && !entry.theirs_gone) decided_over[entry.seq] = entry.their_version;
  } else if (DiscardEntry(*app_, entry.seq)) {
    give_up();
  }
}

}  // namespace satchel::sim
