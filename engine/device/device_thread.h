// The thread that owns a device in production: waits for timers, the connection and other
// processes, and lets the device work.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/device/device.h"

namespace satchel {

// Called on the device's thread.
struct DeviceHooks {
  std::function<void(const Device& device)> rested = {};  // It has nothing to do just now.
  std::function<void(const Result<>& result)> over = {};  // As Wait will say it.
};

class DeviceThread {
 public:
  // Something only the device's own thread may do, between two of its steps. `stop` is Interrupt's,
  // too.
  using Work = std::function<void(Device& device, const std::stop_token& stop)>;

  // Everything the device uses must outlive the thread.
  DeviceThread(Device& device, DeviceParts parts, DeviceHooks hooks = {});
  // Asks the running sync to stop, waits for it, and leaves everything as the next start needs it.
  ~DeviceThread();

  // From any thread.
  void Post(schedule::Event event);
  void Do(Work work);
  // What runs now is asked to stop, as the user's Cancel would; the device goes on.
  void Interrupt();
  void Stop();
  // Waits until the thread is over: after Stop, or because the local database failed.
  [[nodiscard]] Result<> Wait();

 private:
  void Run(const std::stop_token& stop);
  [[nodiscard]] Result<> Live(const std::stop_token& stop);
  [[nodiscard]] std::stop_token Begin(const std::stop_token& stop);
  [[nodiscard]] Result<> LookForOthers();

  Device& device_;
  DeviceParts parts_;
  DeviceHooks hooks_;
  std::int64_t data_version_ = -1;
  std::map<std::int64_t, std::int64_t> revisions_ = {};  // Of what waited when last looked at.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> posted_ = {};  // Guarded by mutex_, as the next three.
  std::stop_source now_ = {};     // Of what runs.
  bool over_ = false;
  Result<> result_ = {};
  std::jthread thread_;  // Last: it must end before the rest is destroyed.
};

}  // namespace satchel
