#include "engine/device/device_thread.h"

#include <algorithm>
#include <utility>

#include "engine/store/outbox.h"

namespace satchel {

namespace {

// How often the thread looks up although no timer is due: for the connection, which tells nobody,
// and for what other processes wrote. Neither costs a request.
constexpr std::chrono::milliseconds kLookUp{1000};

}  // namespace

DeviceThread::DeviceThread(Device& device, DeviceParts parts)
    : device_(device), parts_(parts), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

DeviceThread::~DeviceThread() {
  Stop();
}

void DeviceThread::Post(schedule::Event event) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(event));
  changed_.notify_all();
}

void DeviceThread::Stop() {
  thread_.request_stop();
}

Result<> DeviceThread::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return over_; });
  return result_;
}

void DeviceThread::Run(const std::stop_token& stop) {
  Result<> result = Work(stop);
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  over_ = true;
  changed_.notify_all();
}

Result<> DeviceThread::Work(const std::stop_token& stop) {
  if (auto looked = LookForOthers(); !looked) return looked;
  device_.Start();
  while (!stop.stop_requested()) {
    const auto stepped = device_.Step(stop);
    if (!stepped) return Fail(stepped.error());
    if (*stepped) continue;
    if (auto looked = LookForOthers(); !looked) return looked;
    std::unique_lock lock(mutex_);
    std::chrono::milliseconds wait = kLookUp;
    if (const auto due = device_.NextWake()) {
      wait = std::clamp<std::chrono::milliseconds>(*due - parts_.clock.Up(),
                                                   std::chrono::milliseconds(0), kLookUp);
    }
    changed_.wait_for(lock, stop, wait, [this] { return !posted_.empty(); });
    std::deque<schedule::Event> events = std::exchange(posted_, {});
    lock.unlock();
    for (const schedule::Event& event : events) device_.On(event);
  }
  return {};
}

Result<> DeviceThread::LookForOthers() {
  auto version = parts_.database.Prepare("PRAGMA data_version");
  if (!version) return Fail(version.error());
  const auto row = version->Step();
  if (!row) return Fail(row.error());
  const std::int64_t now = version->Integer(0);
  if (now == data_version_) return {};
  const bool first = data_version_ < 0;
  data_version_ = now;
  if (auto fresh = device_.Refresh(); !fresh) return fresh;
  // A new or changed entry is a save of the user.
  auto newest = parts_.database.Prepare(
      "SELECT entity,max(seq)+coalesce(sum(revision),0) FROM \"@outbox\" WHERE state=0 GROUP BY "
      "entity ORDER BY 2 DESC");
  if (!newest) return Fail(newest.error());
  std::int64_t sum = 0;
  std::string entity;
  for (Result<bool> more = true;;) {
    more = newest->Step();
    if (!more) return Fail(more.error());
    if (!*more) break;
    if (entity.empty()) entity = newest->Text(0);
    sum += newest->Integer(1);
  }
  const std::int64_t before = std::exchange(newest_change_, sum);
  if (!first && sum > before) device_.On(schedule::Saved{entity});
  return {};
}

}  // namespace satchel
