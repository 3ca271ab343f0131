#include "app/console/lab/device_lab.h"

#include <algorithm>

#include "app/console/lab/phone.h"
#include "app/console/selectors.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

// Whatever is left of a phone is removed on the lane that may wait for it.
void LetGo(JobQueue& jobs, std::shared_ptr<Phone> phone) {
  jobs.Submit(
      Lane::kDevice, "Removing the phone", false,
      [phone = std::move(phone)](JobContext&) mutable {
        phone->CloseApp();
        phone.reset();
        return true;
      },
      [](bool) {});
}

// Something happened on the phone, or to what waits for upload, between two looks.
bool HasNews(const PhoneView& before, const PhoneView& now) {
  const auto newest = [](const PhoneView& view) {
    return view.events.empty() ? 0 : view.events.front().seq;
  };
  return newest(before) != newest(now) ||
         !std::equal(before.changes.begin(), before.changes.end(), now.changes.begin(),
                     now.changes.end(), [](const PhoneChange& a, const PhoneChange& b) {
                       return a.seq == b.seq && a.state == b.state;
                     });
}

// In all that somebody could have typed.
bool SaysTheSame(const PhoneRecord& before, const PhoneRecord& now) {
  return std::equal(before.fields.begin(), before.fields.end(), now.fields.begin(),
                    now.fields.end(), [](const PhoneField& a, const PhoneField& b) {
                      return a.name == b.name && (a.text == b.text || !a.locked.empty());
                    });
}

std::string NextOf(const Policy& policy, const std::string& entity) {
  if (policy.Find(entity) != nullptr) return entity;
  for (const Entity& each : policy.entities) {
    if (each.mode == DeviceMode::kOffline) return each.name;
  }
  return policy.entities.empty() ? "" : policy.entities.front().name;
}

}  // namespace

DeviceLab::~DeviceLab() {
  // The queue outlives the controller; nothing of the phone may reach it after this.
  if (phone_) phone_->OnChange({});
}

void DeviceLab::Handle(const LabCommand& command) {
  std::visit([this](const auto& action) { On(action); }, command.action);
}

void DeviceLab::Tick() {
  if (phone_) lab().now = phone_->now();
}

void DeviceLab::DraftChanged() {
  if (!phone_) return;
  if (!state_.file) {
    Drop();
    return;
  }
  lab().draft_differs = PrintPolicy(state_.draft.current()) != yaml_;
}

void DeviceLab::ConnectionChanged() {
  Drop();
  lab().error.clear();
}

void DeviceLab::Drop() {
  ++epoch_;
  if (OfTheLab(state_, state_.since)) state_.since.clear();
  std::set<std::string> allowed = std::move(lab().allowed);
  lab() = {};
  lab().allowed = std::move(allowed);
  watching_ = looking_ = look_again_ = false;
  first_ = 0;
  if (!phone_) return;
  phone_->OnChange({});
  phone_->Interrupt();
  LetGo(jobs_, std::exchange(phone_, nullptr));
}

// --- Making one ----------------------------------------------------------------------------------

void DeviceLab::On(const lab::MakePhone& c) {
  state_.dialog.reset();
  const ServerConnection& connection = state_.connection;
  if (!state_.file || lab().phone == LabState::Phone::kMaking) return;
  if (connection.state != ServerConnection::State::kOnline) {
    lab().error = connection.state == ServerConnection::State::kFailed
                      ? connection.error
                      : "No server is connected. Choose one first.";
    return;
  }
  if (c.allow_writes) lab().allowed.insert(connection.host);
  const bool allowed =
      connection.link->on_this_machine() || lab().allowed.contains(connection.host);
  if (!allowed) {
    state_.dialog = {
        .title = "Let the phone write to this server?",
        .text = "What you create, change and delete on the phone reaches " + connection.host +
                " when it synchronises. Use a test environment: records of a real one would "
                "really change. The permission ends with the console.",
        .confirm = "Allow writes",
        .on_confirm = LabCommand{lab::MakePhone{.allow_writes = true}},
        .grave = true};
    return;
  }
  Drop();
  lab().phone = LabState::Phone::kMaking;
  lab().host = connection.host;
  lab().owner = state_.user.empty() ? connection.identity.user_name : UserWords(state_);
  lab().entity = NextOf(state_.draft.current(), state_.selected_entity);
  yaml_ = PrintPolicy(state_.draft.current());
  const PhoneRequest request = {.server = connection.server,
                                .project = state_.draft.current().project.name,
                                .as = state_.user,
                                .yaml = yaml_,
                                .allow_writes = lab().allowed.contains(connection.host)};
  jobs_.Submit(
      Lane::kDevice, "Making a phone for " + lab().owner, true,
      [bench = workbench_, request](JobContext& job) {
        return bench->MakePhone(request, job.stop());
      },
      [this, epoch = epoch_](Result<std::shared_ptr<Phone>> phone) {
        if (epoch != epoch_) {
          if (phone) LetGo(jobs_, std::move(*phone));
          return;
        }
        if (!phone) {
          lab().phone = LabState::Phone::kNone;
          lab().error = phone.error().message;
          return;
        }
        phone_ = std::move(*phone);
        lab().phone = LabState::Phone::kReady;
        lab().error.clear();
        lab().now = phone_->now();
        Listen();
        DraftChanged();
        PhoneChanged();
      });
}

void DeviceLab::Listen() {
  phone_->OnChange([this, epoch = epoch_, &jobs = jobs_] {
    jobs.Post([this, epoch] {
      if (epoch == epoch_) PhoneChanged();
    });
  });
}

// --- What the phone does -------------------------------------------------------------------------

void DeviceLab::PhoneChanged() {
  if (!phone_) return;
  const PhoneLife before = std::exchange(lab().life, phone_->life());
  lab().now = phone_->now();
  if (!lab().life.broken.empty()) lab().error = lab().life.broken;
  // The mode decides where lists come from.
  if (before.mode != lab().life.mode || before.app_runs != lab().life.app_runs) ReadList();
  // A question waits for the user, however long.
  if (lab().life.busy && !lab().life.question) Watch();
  Look();
}

// A job for as long as the phone is at work: it shows in the status bar, and cancels.
void DeviceLab::Watch() {
  if (watching_ || !phone_) return;
  watching_ = true;
  watch_job_ = jobs_.Submit(
      Lane::kPhone, "The phone is at work", false,
      [phone = phone_](JobContext& job) {
        phone->WaitUntilQuiet(job.stop(), [&] {
          const PhoneLife life = phone->life();
          if (!life.syncing) return;
          job.Show();
          job.Report(
              std::string(*life.syncing == SyncStyle::kForeground ? "Foreground" : "Background") +
                  " sync of the phone: " + life.step,
              life.progress);
        });
        if (job.cancelled()) phone->Interrupt();
        return true;
      },
      [this, epoch = epoch_](bool) {
        if (epoch != epoch_) return;
        watching_ = false;
        watch_job_ = 0;
        PhoneChanged();
        ReadList();
      });
}

void DeviceLab::Look() {
  if (!phone_) return;
  if (looking_) {
    look_again_ = true;
    return;
  }
  looking_ = true;
  look_again_ = false;
  const PhoneQuestion question = {.entity = lab().entity, .search = lab().search, .first = first_};
  jobs_.Submit(
      Lane::kApp, "Looking into the phone", false,
      [phone = phone_, question](JobContext&) { return phone->Look(question); },
      [this, epoch = epoch_, look = ++looks_](Result<PhoneView> view) {
        if (epoch != epoch_) return;
        looking_ = false;
        if (view) {
          Follow(lab().told, *view, look);
          const bool news = HasNews(lab().view, *view);
          lab().view = std::move(*view);
          lab().view_error.clear();
          if (news) ReadRecordAgain();
        } else {
          lab().view_error = view.error().message;
        }
        // A change that was settled is no longer open.
        bool still = false;
        for (const PhoneChange& change : lab().view.changes) {
          still = still || change.seq == lab().open_change;
        }
        if (!still) lab().open_change = 0;
        // What the app lists is the local table, unless it asks the server.
        if (!lab().list.live && lab().list_error.empty() && !lab().listing) {
          lab().list = lab().view.local;
        }
        if (look_again_) Look();
      });
}

// A form shows the record as the phone has it now, after a sync or a decision; what is being typed
// stays in it.
void DeviceLab::ReadRecordAgain() {
  if (!lab().record || lab().record->id.empty() || lab().saving) return;
  jobs_.Submit(
      Lane::kApp, "Reading the open record", false,
      [phone = phone_, entity = lab().record->entity, id = lab().record->id](JobContext& job) {
        return phone->Show(entity, id, job.stop());
      },
      [this, record = records_, epoch = epoch_](Result<PhoneRecord> form) {
        if (epoch != epoch_ || record != records_ || !lab().record) return;
        if (form) {
          // What was sent is no longer what it shows.
          const bool sent = lab().told.what == Told::What::kSent;
          if (sent && !SaysTheSame(*lab().record, *form)) lab().told = {};
          lab().record = std::move(*form);
        } else if (form.error().code == ErrorCode::kNotFound) {
          lab().told = {};
          lab().record_error = "the record is no longer on this phone";
        }
      });
  if (lab().on_server) On(lab::ReadServer{});
}

// What somebody else would find there: the phone may not know of it yet.
void DeviceLab::On(const lab::ReadServer&) {
  if (!phone_ || !lab().record || lab().record->id.empty()) return;
  lab().reading_server = true;
  jobs_.Submit(
      Lane::kApp, "Reading the record on the server", false,
      [phone = phone_, entity = lab().record->entity, id = lab().record->id](JobContext& job) {
        return phone->ShowElsewhere(entity, id, job.stop());
      },
      [this, record = records_, epoch = epoch_](Result<PhoneRecord> form) {
        if (epoch != epoch_ || record != records_) return;
        lab().reading_server = false;
        lab().server_error = form ? "" : form.error().message;
        lab().on_server.reset();
        if (form) lab().on_server = std::move(*form);
      });
}

void DeviceLab::ForgetServerRecord() {
  lab().on_server.reset();
  lab().reading_server = false;
  lab().server_error.clear();
}

void DeviceLab::ReadList() {
  if (!phone_ || lab().entity.empty()) return;
  lab().listing = true;
  const PhoneQuestion question = {.entity = lab().entity, .search = lab().search};
  const std::uint64_t list = ++lists_;
  jobs_.Submit(
      Lane::kApp, "Listing records on the phone", false,
      [phone = phone_, question](JobContext& job) { return phone->List(question, job.stop()); },
      [this, list, epoch = epoch_](Result<PhoneRows> rows) {
        if (epoch != epoch_ || list != lists_) return;
        lab().listing = false;
        lab().list_error = rows ? "" : rows.error().message;
        lab().list = rows ? std::move(*rows) : PhoneRows{};
      });
}

void DeviceLab::On(const lab::StartApp&) {
  if (!phone_ || lab().life.app_runs) return;
  jobs_.Submit(
      Lane::kDevice, "Starting the app", false,
      [phone = phone_](JobContext& job) { return phone->StartApp(job.stop()); },
      [this, epoch = epoch_](const Result<>& started) {
        if (epoch != epoch_) return;
        lab().error = started ? "" : started.error().message;
        PhoneChanged();
        ReadList();
      });
}

void DeviceLab::On(const lab::CloseApp&) {
  if (!phone_) return;
  On(lab::CloseRecord{});
  jobs_.Submit(
      Lane::kDevice, "Closing the app", false,
      [phone = phone_](JobContext&) {
        phone->CloseApp();
        return true;
      },
      [this, epoch = epoch_](bool) {
        if (epoch == epoch_) PhoneChanged();
      });
}

void DeviceLab::On(const lab::ReturnToApp&) {
  if (!phone_) return;
  phone_->Post(schedule::Returned{});
  PhoneChanged();
}

void DeviceLab::On(const lab::SetReach& c) {
  if (!phone_) return;
  phone_->SetReach(c.reach);
  PhoneChanged();
  ReadList();
}

void DeviceLab::On(const lab::SwitchMode& c) {
  if (!phone_ || !lab().life.app_runs) return;
  phone_->Switch(c.to);
  PhoneChanged();
}

void DeviceLab::On(const lab::Answer& c) {
  if (!phone_) return;
  phone_->Answer(c.choice);
  // The watch ended when the question came up; what the answer leads to is watched again.
  lab().life.question.reset();
  Watch();
}

void DeviceLab::On(const lab::SyncNow& c) {
  if (!phone_ || !lab().life.app_runs) return;
  phone_->Sync(c.style);
  PhoneChanged();
}

void DeviceLab::On(const lab::StopSync&) {
  if (phone_) phone_->Interrupt();
}

void DeviceLab::On(const lab::Advance& c) {
  if (!phone_) return;
  phone_->Advance(c.span);
  PhoneChanged();
}

void DeviceLab::On(const lab::AdvanceToNext&) {
  if (!phone_) return;
  phone_->AdvanceToNext();
  PhoneChanged();
}

void DeviceLab::On(const lab::GiveDraft&) {
  if (!phone_ || !state_.file) return;
  yaml_ = PrintPolicy(state_.draft.current());
  phone_->Give(yaml_);
  lab().draft_differs = false;
}

// --- Records -------------------------------------------------------------------------------------

void DeviceLab::On(const lab::ShowTable& c) {
  if (!phone_ || lab().entity == c.entity) return;
  On(lab::CloseRecord{});
  lab().entity = c.entity;
  lab().search.clear();
  lab().list = {};
  lab().view.local = {};
  first_ = 0;
  Look();
  ReadList();
}

void DeviceLab::On(const lab::Search& c) {
  if (!phone_ || lab().search == c.text) return;
  lab().search = c.text;
  first_ = 0;
  Look();
  ReadList();
}

void DeviceLab::On(const lab::WantRows& c) {
  if (!phone_ || first_ == c.first) return;
  first_ = c.first;
  Look();
}

void DeviceLab::On(const lab::OpenRecord& c) {
  if (!phone_ || !lab().life.app_runs) return;
  lab().record_error.clear();
  lab().told = {};
  const std::uint64_t record = ++records_;
  jobs_.Submit(
      Lane::kApp, "Opening a record", false,
      [phone = phone_, entity = lab().entity, id = c.id](JobContext& job) {
        return phone->Show(entity, id, job.stop());
      },
      [this, record, epoch = epoch_](Result<PhoneRecord> form) {
        if (epoch != epoch_ || record != records_) return;
        if (!form) {
          lab().list_error = form.error().message;
          return;
        }
        // An open form holds up foreground syncs, as the policy's rules say.
        if (!lab().record) phone_->Post(schedule::EditOpened{});
        lab().record = std::move(*form);
        ++lab().record_serial;
        ForgetServerRecord();
        PhoneChanged();
      });
}

void DeviceLab::On(const lab::CloseRecord&) {
  ++records_;
  lab().record_error.clear();
  lab().told = {};
  ForgetServerRecord();
  if (!lab().record) return;
  lab().record.reset();
  if (!phone_) return;
  phone_->Post(schedule::EditClosed{});
  PhoneChanged();
}

void DeviceLab::AfterEdit(const Result<>& done, Told told) {
  lab().saving = false;
  lab().record_error = done ? "" : done.error().message;
  lab().told = {};
  if (done) {
    told.look = looks_ + 1;
    told.synced = NewestSync(lab().view);
    lab().told = std::move(told);
  }
  PhoneChanged();
  ReadList();
}

void DeviceLab::On(const lab::SaveRecord& c) {
  if (!phone_ || !lab().record || lab().saving || c.values.empty()) return;
  lab().saving = true;
  lab().told = {};
  const PhoneRecord& record = *lab().record;
  jobs_.Submit(
      Lane::kApp, c.elsewhere ? "Changing the record on the server" : "Saving on the phone", false,
      [phone = phone_, entity = record.entity, id = record.id, values = c.values,
       elsewhere = c.elsewhere](JobContext& job) -> Result<std::string> {
        if (!elsewhere) return phone->Save(entity, id, values, job.stop());
        if (auto done = phone->SaveElsewhere(entity, id, values, job.stop()); !done) {
          return Fail(done.error());
        }
        return id;
      },
      [this, epoch = epoch_, record = records_, entity = record.entity, live = record.live,
       elsewhere = c.elsewhere](const Result<std::string>& saved) {
        if (epoch != epoch_) return;
        Result<> done;
        if (!saved) done = Fail(saved.error());
        // The form may be another one by now.
        const bool open = saved && record == records_;
        const Told told = {.what = !open       ? Told::What::kNothing
                                   : elsewhere ? Told::What::kElsewhere
                                   : live      ? Told::What::kOnServer
                                               : Told::What::kWaits,
                           .entity = entity,
                           .id = saved ? *saved : std::string()};
        AfterEdit(done, told);
        if (!open) return;
        if (elsewhere) {
          // The form shows the phone's record; what was typed for the server is done with.
          ++lab().record_serial;
          On(lab::ReadServer{});
          return;
        }
        // What is on the phone now; a new record has its id.
        Told kept = std::move(lab().told);
        On(lab::OpenRecord{*saved});
        lab().told = std::move(kept);
      });
}

void DeviceLab::On(const lab::DeleteRecord& c) {
  if (!phone_ || !lab().record || lab().saving) return;
  lab().saving = true;
  const PhoneRecord& record = *lab().record;
  jobs_.Submit(
      Lane::kApp, c.elsewhere ? "Deleting the record on the server" : "Deleting on the phone",
      false,
      [phone = phone_, entity = record.entity, id = record.id,
       elsewhere = c.elsewhere](JobContext& job) {
        return elsewhere ? phone->DeleteElsewhere(entity, id, job.stop())
                         : phone->Delete(entity, id, job.stop());
      },
      [this, epoch = epoch_, record = records_, elsewhere = c.elsewhere](const Result<>& done) {
        if (epoch != epoch_) return;
        const bool told = elsewhere && record == records_;
        AfterEdit(done, {.what = told ? Told::What::kGoneElsewhere : Told::What::kNothing});
        if (done && !elsewhere && record == records_) On(lab::CloseRecord{});
        if (done && elsewhere && record == records_) On(lab::ReadServer{});
      });
}

void DeviceLab::On(const lab::FindTargets& c) {
  if (!phone_) return;
  const std::uint64_t find = ++finds_;
  lab().targets_text = c.text;
  jobs_.Submit(
      Lane::kApp, "Finding records on the phone", false,
      [phone = phone_, c](JobContext&) { return phone->Targets(c.entities, c.text); },
      [this, find, epoch = epoch_](Result<std::vector<PhoneTarget>> found) {
        if (epoch != epoch_ || find != finds_) return;
        lab().targets = found ? std::move(*found) : std::vector<PhoneTarget>{};
      });
}

void DeviceLab::On(const lab::Settle& c) {
  if (!phone_) return;
  bool told = false;  // Of the save that is told of beside the record.
  for (const PhoneChange& change : lab().view.changes) {
    if (change.seq != c.settlement.seq) continue;
    told = change.entity == lab().told.entity && change.id == lab().told.id;
  }
  jobs_.Submit(
      Lane::kApp, "Settling a change", false,
      [phone = phone_, settlement = c.settlement](JobContext&) {
        return phone->Settle(settlement);
      },
      [this, epoch = epoch_, told](const Result<>& settled) {
        if (epoch != epoch_) return;
        lab().view_error = settled ? "" : settled.error().message;
        if (settled) lab().open_change = 0;
        if (settled && told) lab().told = {};  // It is what was decided.
        PhoneChanged();
        ReadList();
      });
}

}  // namespace satchel
