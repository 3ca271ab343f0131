// The controller's part that has the phone of the device lab. Everything here runs on the console
// thread; the phone works on its own thread and on two lanes of the job queue.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/console/jobs/job_queue.h"
#include "app/console/lab/lab_commands.h"
#include "app/console/state.h"
#include "app/console/workbench.h"

namespace satchel {

class DeviceLab {
 public:
  DeviceLab(AppState& state, std::shared_ptr<Workbench> workbench, JobQueue& jobs)
      : state_(state), workbench_(std::move(workbench)), jobs_(jobs) {}
  ~DeviceLab();
  DeviceLab(const DeviceLab&) = delete;
  DeviceLab& operator=(const DeviceLab&) = delete;

  void Handle(const LabCommand& command);
  void Tick();               // Once per frame.
  void DraftChanged();       // Another draft, or a saved one.
  void ConnectionChanged();  // Another server: the phone of the old one goes.

 private:
  void On(const lab::MakePhone&);
  void On(const lab::DropPhone&) { Drop(); }
  void On(const lab::StartApp&);
  void On(const lab::CloseApp&);
  void On(const lab::ReturnToApp&);
  void On(const lab::SetReach&);
  void On(const lab::SwitchMode&);
  void On(const lab::Answer&);
  void On(const lab::SyncNow&);
  void On(const lab::StopSync&);
  void On(const lab::Advance&);
  void On(const lab::AdvanceToNext&);
  void On(const lab::GiveDraft&);
  void On(const lab::ShowTable&);
  void On(const lab::Search&);
  void On(const lab::WantRows&);
  void On(const lab::OpenRecord&);
  void On(const lab::CloseRecord&);
  void On(const lab::ReadServer&);
  void On(const lab::SaveRecord&);
  void On(const lab::DeleteRecord&);
  void On(const lab::FindTargets&);
  void On(const lab::OpenChange& c) { lab().open_change = c.seq; }
  void On(const lab::Settle&);

  [[nodiscard]] LabState& lab() { return state_.lab; }
  void Drop();
  void PhoneChanged();
  void Watch();
  void Look();
  void ReadRecordAgain();
  void ForgetServerRecord();
  void ReadList();
  void AfterEdit(const Result<>& done, Told told);
  void Listen();

  AppState& state_;
  std::shared_ptr<Workbench> workbench_;
  JobQueue& jobs_;
  std::shared_ptr<Phone> phone_ = {};
  std::string yaml_ = {};      // What the phone was given.
  std::uint64_t epoch_ = 0;    // Answers for an earlier phone are dropped.
  std::uint64_t lists_ = 0;    // Answers to an earlier list are dropped.
  std::uint64_t records_ = 0;  // Likewise.
  std::uint64_t finds_ = 0;
  std::uint64_t looks_ = 0;
  bool watching_ = false;
  bool looking_ = false;
  bool look_again_ = false;
  std::int64_t first_ = 0;  // Of the local table's rows.
  JobId watch_job_ = 0;
};

}  // namespace satchel
