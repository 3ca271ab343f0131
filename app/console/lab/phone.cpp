#include "app/console/lab/phone.h"

#include <algorithm>

#include "engine/store/local_meta.h"
#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr const char* kFolderPrefix = "satchel-phone-";
constexpr std::int64_t kMostLive = 50;  // Rows that a list asks the server for.
// How far one step of the clock may go without anything falling due: a device that polls every
// second would else take a day of steps.
constexpr int kMostSteps = 20'000;

std::string StepWords(const SyncProgress& progress) {
  std::string words;
  switch (progress.step) {
    case SyncProgress::Step::kUploading:
      return "Uploading, " + HumanCount(progress.records) + " of " +
             HumanCount(progress.total_records);
    case SyncProgress::Step::kDownloading:
      words = "Downloading";
      break;
    case SyncProgress::Step::kIndexing:
      words = "Indexing";
      break;
    case SyncProgress::Step::kPublishing:
      return "Publishing " + HumanCount(progress.total_records) + " records to the app";
    case SyncProgress::Step::kNotice:
      return progress.notice;
  }
  if (!progress.entity.empty()) words += " " + progress.entity;
  if (progress.records > 0) words += ", " + HumanCount(progress.records) + " records";
  return words;
}

Error NotThere() {
  return {ErrorCode::kNotFound, "the server has no such record (it may exist on the phone only)"};
}

}  // namespace

Phone::Phone(PhoneParts parts, PhoneOwner owner, std::string yaml, ScratchFolder folder)
    : owner_(std::move(owner)),
      folder_(std::move(folder)),
      device_server_(std::move(parts.device_server)),
      app_server_(std::move(parts.app_server)),
      clock_(std::move(parts.clock)),
      random_(std::move(parts.random)),
      app_random_(std::move(parts.app_random)),
      policies_(std::move(yaml)),
      lock_(MakeFileLock(folder_.path() / "phone.db")),
      app_lock_(MakeFileLock(folder_.path() / "phone.db")) {}

Result<std::shared_ptr<Phone>> Phone::Make(PhoneParts parts, PhoneOwner owner, std::string yaml,
                                           std::stop_token stop) {
  auto folder = ScratchFolder::Make(kFolderPrefix);
  if (!folder) return Fail(folder.error());
  std::shared_ptr<Phone> phone(
      new Phone(std::move(parts), std::move(owner), std::move(yaml), *std::move(folder)));
  if (auto opened = phone->Open(std::move(stop)); !opened) return Fail(opened.error());
  return phone;
}

Phone::~Phone() {
  OnChange({});
  CloseApp();
}

Result<> Phone::Open(std::stop_token stop) {
  const auto file = folder_.path() / "phone.db";
  auto database = Database::Open(file, Database::Use::kDevice);
  if (!database) return Fail(database.error());
  database_ = *std::move(database);
  // Binds it to its user and gives it the policy's tables; the app is not started yet.
  auto device = Device::Open(
      parts(),
      {.server = owner_.server, .source = "the draft", .project = owner_.project, .as = owner_.as},
      {}, std::move(stop));
  if (!device) return Fail(device.error());
  Rested(**device);
  auto app_database = Database::Open(file, Database::Use::kDevice);
  if (!app_database) return Fail(app_database.error());
  app_database_ = *std::move(app_database);
  reader_ = std::make_unique<PhoneReader>(*app_database_);
  return {};
}

DeviceParts Phone::parts() {
  return {*database_, *device_server_, policies_, clock_, *random_, network_, *lock_};
}

void Phone::OnChange(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  on_change_ = std::move(changed);
}

// Changes what is known of the phone's life, and tells whoever listens. The listener only queues
// something, and is gone once OnChange({}) returned: so it may be called with the lock held.
void Phone::Change(const std::function<void(PhoneLife&)>& change) {
  const std::lock_guard lock(mutex_);
  change(life_);
  ++changes_;
  changed_.notify_all();
  if (on_change_) on_change_();
}

PhoneLife Phone::life() const {
  const std::lock_guard lock(mutex_);
  PhoneLife life = life_;
  life.reach = network_.reach;
  life.busy = thread_ != nullptr && life_.broken.empty() && (asked_ != done_ || !rested_);
  return life;
}

// --- The device's thread -------------------------------------------------------------------------

DeviceListener Phone::Listener() {
  DeviceListener listener;
  listener.event = [this](const DeviceEvent& event) { Heard(event); };
  listener.progress = [this](const SyncProgress& progress) { Progress(progress); };
  listener.ask = [this](const modes::Ask& ask) { return Ask(ask); };
  return listener;
}

void Phone::Heard(const DeviceEvent& event) {
  Change([&](PhoneLife& life) {
    rested_ = false;
    switch (event.kind) {
      case DeviceEvent::Kind::kSync:
        life.syncing = event.text.starts_with(Keyword(SyncStyle::kForeground))
                           ? SyncStyle::kForeground
                           : SyncStyle::kBackground;
        life.step = "Asking who the user is and what the policy says";
        life.progress = -1;
        life.told.clear();
        break;
      case DeviceEvent::Kind::kSynced:
      case DeviceEvent::Kind::kFailed:
        life.syncing.reset();
        life.told = event.kind == DeviceEvent::Kind::kFailed ? event.text : "";
        life.refused = event.kind == DeviceEvent::Kind::kFailed;
        break;
      default:
        break;
    }
  });
}

void Phone::Progress(const SyncProgress& progress) {
  Change([&](PhoneLife& life) {
    life.step = StepWords(progress);
    const std::size_t done = progress.index + (progress.entity_done ? 1 : 0);
    life.progress =
        progress.count == 0 ? -1 : static_cast<float>(done) / static_cast<float>(progress.count);
  });
}

void Phone::Rested(const Device& device) {
  PhoneLife now;
  now.mode = device.mode();
  now.policy_tag = device.state().policy_tag;
  now.structure_pending = device.scheduler().structure_pending();
  now.last_sync = device.state().last_sync;
  const UptimePoint up = clock_.Up();
  const Instant moment = clock_.Now();
  std::vector<schedule::Waiting> waits_now = device.scheduler().WaitsFor();
  for (const schedule::Waiting& wait : waits_now) {
    PhoneLife::Wait waits = {.what = wait.what};
    if (wait.due) {
      const auto ahead = std::chrono::duration_cast<Milliseconds>(*wait.due - up);
      waits.due = Instant{moment.ticks + ahead.count() * (kTicksPerSecond / 1000)};
    }
    now.waits.push_back(std::move(waits));
  }
  {
    // It rests again and again; only the first time after something is news.
    const std::lock_guard lock(mutex_);
    if (rested_ && now.mode == life_.mode && now.policy_tag == life_.policy_tag &&
        now.last_sync == life_.last_sync && waits_now == waits_) {
      return;
    }
    waits_ = std::move(waits_now);
  }
  Change([&](PhoneLife& life) {
    rested_ = true;
    life.syncing.reset();
    life.mode = now.mode;
    life.policy_tag = now.policy_tag;
    life.structure_pending = now.structure_pending;
    life.last_sync = now.last_sync;
    life.waits = now.waits;
  });
}

modes::Choice Phone::Ask(const modes::Ask& ask) {
  Change([&](PhoneLife& life) { life.question = ask; });
  std::unique_lock lock(mutex_);
  // Whoever closes the app, or stops the phone, answers for the user: it stays as it is.
  changed_.wait(lock, [this] { return answer_.has_value(); });
  return *std::exchange(answer_, std::nullopt);
}

void Phone::Do(DeviceThread::Work work) {
  const std::lock_guard lock(mutex_);
  if (thread_ == nullptr || !life_.broken.empty()) return;
  ++asked_;
  rested_ = false;
  thread_->Do([this, work = std::move(work)](Device& device, const std::stop_token& stop) {
    work(device, stop);
    Change([this](PhoneLife&) {
      ++done_;
      rested_ = false;  // It may just have said that it rests, before it took this up.
    });
  });
}

void Phone::Nudge() {
  Do([](Device&, const std::stop_token&) {});
}

void Phone::Post(schedule::Event event) {
  Do([event = std::move(event)](Device& device, const std::stop_token&) { device.On(event); });
}

void Phone::SetReach(Reach reach) {
  network_.reach = reach;
  Nudge();
}

void Phone::Sync(SyncStyle style) {
  Do([this, style](Device& device, const std::stop_token& stop) {
    const SyncOutcome outcome = device.Synchronize({.style = style}, stop);
    Change([&](PhoneLife& life) {
      life.refused = !outcome.succeeded();
      life.told = outcome.WhyNot();
    });
  });
}

void Phone::Switch(DeviceMode to) {
  Do([this, to](Device& device, const std::stop_token& stop) {
    const auto told = device.Switch(to, stop);
    Change([&](PhoneLife& life) {
      life.told = told ? told->sentence : told.error().message;
      life.refused = !told || told->refused;
      life.mode = device.mode();
    });
  });
}

void Phone::Answer(modes::Choice choice) {
  const std::lock_guard lock(mutex_);
  if (!life_.question) return;
  life_.question.reset();
  answer_ = choice;
  changed_.notify_all();
}

// What falls due until then happens at its time, one after another.
void Phone::Pass(Device& device, LabClock& clock, UptimePoint until, const std::stop_token& stop) {
  for (int step = 0; step < kMostSteps && !stop.stop_requested(); ++step) {
    const auto stepped = device.Step(stop);
    if (!stepped) return;  // The thread meets it again, and says so.
    if (*stepped) continue;
    const auto due = device.NextWake();
    const UptimePoint now = clock.Up();
    if (now >= until) return;
    const UptimePoint next = due ? std::clamp(*due, now, until) : until;
    clock.Advance(std::chrono::duration_cast<Milliseconds>(next - now));
  }
}

void Phone::Advance(Milliseconds span) {
  {
    const std::lock_guard lock(mutex_);
    if (thread_ == nullptr) {
      clock_.Advance(span);  // Nothing happens on a phone whose app is closed.
      return;
    }
  }
  Do([this, span](Device& device, const std::stop_token& stop) {
    Pass(device, clock_, clock_.Up() + span, stop);
  });
}

void Phone::AdvanceToNext() {
  Do([this](Device& device, const std::stop_token& stop) {
    if (const auto due = device.NextWake()) Pass(device, clock_, *due, stop);
  });
}

void Phone::Interrupt() {
  Answer(modes::Choice::kStay);
  const std::lock_guard lock(mutex_);
  if (thread_) thread_->Interrupt();
}

// --- The device's lane ---------------------------------------------------------------------------

Result<> Phone::StartApp(std::stop_token stop) {
  {
    const std::lock_guard lock(mutex_);
    if (thread_) return {};
  }
  // As a new process of the app would: from what the database remembers.
  auto device = Device::Open(parts(), {}, Listener(), std::move(stop));
  if (!device) return Fail(device.error());
  device_ = *std::move(device);
  const std::lock_guard lock(mutex_);
  asked_ = done_ = 0;
  rested_ = false;
  life_.app_runs = true;
  life_.broken.clear();
  thread_ = std::make_unique<DeviceThread>(
      *device_, parts(),
      DeviceHooks{.rested = [this](const Device& rests) { Rested(rests); },
                  .over =
                      [this](const Result<>& result) {
                        Change([&](PhoneLife& life) {
                          if (!result) life.broken = result.error().message;
                        });
                      }});
  return {};
}

void Phone::CloseApp() {
  std::unique_ptr<DeviceThread> ending;
  {
    const std::lock_guard lock(mutex_);
    ending = std::move(thread_);
    if (ending) answer_ = modes::Choice::kStay;
    changed_.notify_all();
  }
  if (!ending) return;
  ending.reset();
  device_.reset();
  Change([this](PhoneLife& life) {
    answer_.reset();
    asked_ = done_ = 0;
    rested_ = true;
    life.app_runs = false;
    life.syncing.reset();
    life.question.reset();
    life.waits.clear();
  });
}

void Phone::WaitUntilQuiet(const std::stop_token& stop, const std::function<void()>& seen) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool quiet = thread_ == nullptr || !life_.broken.empty() || life_.question ||
                       (asked_ == done_ && rested_);
    if (quiet || stop.stop_requested()) return;
    const std::uint64_t before = changes_;
    changed_.wait(lock, stop, [&] { return changes_ != before; });
    if (!seen) continue;
    lock.unlock();
    seen();
    lock.lock();
  }
}

// --- The app's lane ------------------------------------------------------------------------------

Result<DeviceRecords> Phone::records() {
  return DeviceRecords::Open({*app_database_, *app_server_, clock_, *app_random_, *app_lock_});
}

Result<PhoneView> Phone::Look(const PhoneQuestion& question) {
  return reader_->Look(question);
}

Result<EntitySchema> Phone::SchemaOf(const std::string& entity, bool live, std::stop_token stop) {
  if (!live) {
    const auto description = ReadDescription(*app_database_);
    if (!description) return Fail(description.error());
    if (const EntitySchema* known = description->schema.Find(entity)) return *known;
  }
  if (live_schema_.Find(entity) == nullptr) {
    auto schema = app_server_->ReadSchema({entity}, std::move(stop));
    if (!schema) return Fail(schema.error());
    live_schema_.entities.merge(schema->entities);
  }
  const EntitySchema* known = live_schema_.Find(entity);
  if (known != nullptr) return *known;
  return Fail(ErrorCode::kNotFound, "the server has no entity " + Quoted(entity));
}

Result<PhoneRows> Phone::List(const PhoneQuestion& question, std::stop_token stop) {
  auto access = records();
  if (!access) return Fail(access.error());
  const auto live = access->Live(question.entity);
  if (!live) return Fail(live.error());
  if (!*live) {
    auto view = reader_->Look(question);
    if (!view) return Fail(view.error());
    return std::move(view->local);
  }
  if (network_.reach == Reach::kNone) {
    return Fail(ErrorCode::kOffline,
                "The phone has no connection, and these records are only on the server.");
  }
  const auto schema = SchemaOf(question.entity, true, stop);
  if (!schema) return Fail(schema.error());
  const auto found = access->List(question.entity, {.limit = kMostLive + 1}, stop);
  if (!found) return Fail(found.error());
  std::vector<LocalRecord> shown(
      found->begin(), found->begin() + std::min<std::ptrdiff_t>(std::ssize(*found), kMostLive));
  auto rows = reader_->Rows(*schema, shown);
  if (rows) rows->more = std::ssize(*found) > kMostLive;
  return rows;
}

Result<PhoneRecord> Phone::Show(const std::string& entity, const std::string& id,
                                std::stop_token stop) {
  auto access = records();
  if (!access) return Fail(access.error());
  const auto live = access->Live(entity);
  if (!live) return Fail(live.error());
  const auto schema = SchemaOf(entity, *live, stop);
  if (!schema) return Fail(schema.error());
  const auto state = ReadDeviceState(*app_database_);
  if (!state) return Fail(state.error());
  const Entity& kept = *state->policy->Find(entity);
  LocalRecord record;
  if (!id.empty()) {
    auto found = access->Show(entity, id, stop);
    if (!found) return Fail(found.error());
    record = *std::move(found);
  }
  const auto fields = ResolveFields(kept, *schema);
  if (!fields) return Fail(fields.error());
  auto form = reader_->Form(*schema, *fields, record, id.empty());
  if (!form) return form;
  form->live = *live;
  form->may_update = id.empty() ? kept.allow.create : kept.allow.update;
  form->may_delete = kept.allow.remove;
  return form;
}

Result<PhoneRecord> Phone::ShowElsewhere(const std::string& entity, const std::string& id,
                                         std::stop_token stop) {
  auto access = records();
  if (!access) return Fail(access.error());
  const auto schema = SchemaOf(entity, true, stop);
  if (!schema) return Fail(schema.error());
  const auto state = ReadDeviceState(*app_database_);
  if (!state) return Fail(state.error());
  const auto record = access->ShowOnServer(entity, id, stop);
  if (!record && record.error().code == ErrorCode::kNotFound) return Fail(NotThere());
  if (!record) return Fail(record.error());
  const auto fields = ResolveFields(*state->policy->Find(entity), *schema);
  if (!fields) return Fail(fields.error());
  auto form = reader_->Form(*schema, *fields, *record, false);
  if (form) form->live = true;
  return form;
}

Result<std::string> Phone::Save(const std::string& entity, const std::string& id,
                                const std::vector<FieldText>& values, std::stop_token stop) {
  auto access = records();
  if (!access) return Fail(access.error());
  Result<std::string> saved = id;
  if (id.empty()) {
    saved = access->Create(entity, values, std::move(stop));
  } else if (auto edited = access->Edit(entity, id, values, std::move(stop)); !edited) {
    saved = Fail(edited.error());
  }
  Nudge();
  return saved;
}

Result<> Phone::Delete(const std::string& entity, const std::string& id, std::stop_token stop) {
  auto access = records();
  if (!access) return Fail(access.error());
  auto deleted = access->Delete(entity, id, std::move(stop));
  Nudge();
  return deleted;
}

Result<> Phone::Settle(const Settlement& settlement) {
  auto settled = satchel::Settle(*app_database_, settlement, clock_.Now());
  Nudge();
  return settled;
}

Result<> Phone::Write(WriteOperation operation, std::stop_token stop) {
  const auto schema = SchemaOf(operation.entity, true, stop);
  if (!schema) return Fail(schema.error());
  Schema known;
  known.entities.emplace(operation.entity, *schema);
  WriteRequest request;  // As the signed-in user, not as the phone's.
  request.operations.push_back(std::move(operation));
  const auto results = app_server_->Write(request, known, std::move(stop));
  if (!results) return Fail(results.error());
  const WriteResult& result = results->front();
  if (result.kind == WriteResult::Kind::kDone) return {};
  if (result.kind == WriteResult::Kind::kGone) {
    return Fail(NotThere());
  }
  return Fail(result.error);
}

Result<> Phone::SaveElsewhere(const std::string& entity, const std::string& id,
                              const std::vector<FieldText>& values, std::stop_token stop) {
  const auto schema = SchemaOf(entity, true, stop);
  if (!schema) return Fail(schema.error());
  Schema known = live_schema_;
  for (const auto& [name, field] : schema->fields) {
    // A lookup's value is read by the key of what it points at.
    for (const std::string& target : field.targets) {
      if (known.Find(target) != nullptr) continue;
      if (const auto there = SchemaOf(target, true, stop)) known.entities.emplace(target, *there);
    }
  }
  auto read = ReadEdit(known, *schema, EditKind::kUpdate, values);
  if (!read) return Fail(read.error());
  return Write({.kind = WriteOperation::Kind::kUpdate,
                .entity = entity,
                .id = id,
                .values = *std::move(read)},
               std::move(stop));
}

Result<> Phone::DeleteElsewhere(const std::string& entity, const std::string& id,
                                std::stop_token stop) {
  return Write({.kind = WriteOperation::Kind::kDelete, .entity = entity, .id = id},
               std::move(stop));
}

}  // namespace satchel
