// The thread that owns a device in production: waits for timers, the connection and other
// processes, and lets the device work.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/device/device.h"

namespace satchel {

class DeviceThread {
 public:
  // Everything the device uses must outlive the thread.
  DeviceThread(Device& device, DeviceParts parts);
  // Asks the running sync to stop, waits for it, and leaves everything as the next start needs it.
  ~DeviceThread();

  // From any thread.
  void Post(schedule::Event event);
  void Stop();
  // Waits until the thread is over: after Stop, or because the local database failed.
  [[nodiscard]] Result<> Wait();

 private:
  void Run(const std::stop_token& stop);
  [[nodiscard]] Result<> Work(const std::stop_token& stop);
  [[nodiscard]] Result<> LookForOthers();

  Device& device_;
  DeviceParts parts_;
  std::int64_t data_version_ = -1;
  std::map<std::int64_t, std::int64_t> revisions_ = {};  // Of what waited when last looked at.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<schedule::Event> posted_ = {};  // Guarded by mutex_, as the next two.
  bool over_ = false;
  Result<> result_ = {};
  std::jthread thread_;  // Last: it must end before the rest is destroyed.
};

}  // namespace satchel
