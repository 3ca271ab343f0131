// One phone of the device lab: the real device engine on a scratch database that goes away with it,
// against a server that it may write to.
//
// Three threads meet here. The device's own thread owns the engine's Device and its connection. One
// lane of the job queue (the app's) reads and edits records on another connection, as an app does
// while a background sync runs. The console thread only asks for things and looks at life().
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/console/lab/draft_source.h"
#include "app/console/lab/lab_clock.h"
#include "app/console/lab/phone_reader.h"
#include "engine/device/device.h"
#include "engine/device/device_thread.h"
#include "engine/device/records.h"
#include "engine/server/crm_server.h"
#include "engine/store/scratch_folder.h"

namespace satchel {

// What a phone is made of.
struct PhoneParts {
  // Of one server, both allowed to write: the engine's, and the app's for what is online.
  std::shared_ptr<CrmServer> device_server = {};
  std::shared_ptr<CrmServer> app_server = {};
  std::unique_ptr<Clock> clock = {};
  std::unique_ptr<Random> random = {};      // The engine's …
  std::unique_ptr<Random> app_random = {};  // … and the app's.
};

struct PhoneOwner {
  std::string server = {};
  std::string project = {};
  std::string as = {};  // User id; empty: whoever signs in.
};

class Phone {
 public:
  // Needs the server once: to know whose phone it is. `yaml` is the policy it follows.
  [[nodiscard]] static Result<std::shared_ptr<Phone>> Make(PhoneParts parts, PhoneOwner owner,
                                                           std::string yaml, std::stop_token stop);
  ~Phone();
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  // Called from the device's thread whenever life() or the database is another. Empty: nobody.
  void OnChange(std::function<void()> changed);

  // --- From any thread, at once -----------------------------------------------------------------
  [[nodiscard]] PhoneLife life() const;
  [[nodiscard]] Instant now() { return clock_.Now(); }  // By its own clock.
  void SetReach(Reach reach);
  void Give(std::string yaml) { policies_.Give(std::move(yaml)); }
  [[nodiscard]] std::string given_tag() const { return policies_.tag(); }
  void Post(schedule::Event event);  // The app runs, or nothing happens.
  void Sync(SyncStyle style);
  void Switch(DeviceMode to);
  void Answer(modes::Choice choice);
  // Puts the clock forward; what falls due on the way happens at its time.
  void Advance(Milliseconds span);
  void AdvanceToNext();
  void Interrupt();  // What runs now is stopped.

  // --- Not from the console thread --------------------------------------------------------------
  [[nodiscard]] Result<> StartApp(std::stop_token stop);
  void CloseApp();
  // Until there is nothing to do just now, or a question waits. `seen` is called on every change.
  void WaitUntilQuiet(const std::stop_token& stop, const std::function<void()>& seen);

  // --- On the app's lane only -------------------------------------------------------------------
  [[nodiscard]] Result<PhoneView> Look(const PhoneQuestion& question);
  // As the app lists them: from the server, where the entity or the mode is online.
  [[nodiscard]] Result<PhoneRows> List(const PhoneQuestion& question, std::stop_token stop);
  [[nodiscard]] Result<PhoneRecord> Show(const std::string& entity, const std::string& id,
                                         std::stop_token stop);  // No id: an empty form.
  [[nodiscard]] Result<std::vector<PhoneTarget>> Targets(const std::vector<std::string>& entities,
                                                         const std::string& text) {
    return reader_->Targets(entities, text, 30);
  }
  // As the signed-in user finds it on the server.
  [[nodiscard]] Result<PhoneRecord> ShowElsewhere(const std::string& entity, const std::string& id,
                                                  std::stop_token stop);
  // An empty id creates; the id comes back.
  [[nodiscard]] Result<std::string> Save(const std::string& entity, const std::string& id,
                                         const std::vector<FieldText>& values,
                                         std::stop_token stop);
  [[nodiscard]] Result<> Delete(const std::string& entity, const std::string& id,
                                std::stop_token stop);
  [[nodiscard]] Result<> Settle(const Settlement& settlement);
  // What somebody else does on the server meanwhile, as the signed-in user.
  [[nodiscard]] Result<> SaveElsewhere(const std::string& entity, const std::string& id,
                                       const std::vector<FieldText>& values, std::stop_token stop);
  [[nodiscard]] Result<> DeleteElsewhere(const std::string& entity, const std::string& id,
                                         std::stop_token stop);

 private:
  Phone(PhoneParts parts, PhoneOwner owner, std::string yaml, ScratchFolder folder);

  class Network : public Connectivity {
   public:
    Reach Now() override { return reach; }
    std::atomic<Reach> reach = Reach::kUnmetered;
  };

  [[nodiscard]] Result<> Open(std::stop_token stop);
  [[nodiscard]] DeviceParts parts();
  [[nodiscard]] DeviceListener Listener();
  [[nodiscard]] Result<DeviceRecords> records();
  [[nodiscard]] Result<EntitySchema> SchemaOf(const std::string& entity, bool live,
                                              std::stop_token stop);
  [[nodiscard]] Result<> Write(WriteOperation operation, std::stop_token stop);
  void Do(DeviceThread::Work work);
  void Nudge();  // The device looks up: an edit was made.
  void Heard(const DeviceEvent& event);
  void Progress(const SyncProgress& progress);
  void Rested(const Device& device);
  [[nodiscard]] modes::Choice Ask(const modes::Ask& ask);
  void Change(const std::function<void(PhoneLife&)>& change);
  static void Pass(Device& device, LabClock& clock, UptimePoint until, const std::stop_token& stop);

  const PhoneOwner owner_;
  ScratchFolder folder_;  // Before the databases in it.
  std::shared_ptr<CrmServer> device_server_;
  std::shared_ptr<CrmServer> app_server_;
  LabClock clock_;
  std::unique_ptr<Random> random_;
  std::unique_ptr<Random> app_random_;
  Network network_;
  DraftSource policies_;
  std::unique_ptr<SyncLock> lock_;
  std::unique_ptr<SyncLock> app_lock_;
  std::optional<Database> database_ = {};
  std::optional<Database> app_database_ = {};
  std::unique_ptr<PhoneReader> reader_ = {};
  Schema live_schema_ = {};  // Of entities read from the server; the app's lane only.

  mutable std::mutex mutex_;  // Guards everything below but device_.
  std::condition_variable_any changed_;
  std::function<void()> on_change_ = {};
  PhoneLife life_ = {};
  std::uint64_t asked_ = 0;  // Works given to the device's thread …
  std::uint64_t done_ = 0;   // … and carried out.
  bool rested_ = true;
  std::uint64_t changes_ = 0;
  std::vector<schedule::Waiting> waits_ = {};  // What life_.waits says.
  std::optional<modes::Choice> answer_ = {};

  std::unique_ptr<Device> device_ = {};
  std::unique_ptr<DeviceThread> thread_ = {};  // Last: it ends before the rest is destroyed.
};

}  // namespace satchel
